/* SPDX-License-Identifier: BSD-2-Clause */
/* Text of unknown origin (guests, VMMs, file names) made safe for a place where some characters mean something. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include "util.h"

/* Each appends to b. */

/* Any bytes to UTF-8 without NUL: every other byte becomes \xNN. */
void escape_to_utf8(struct strbuf *b, const char *data, size_t len);
/* One line for people: control characters (ECMA-48 C0 and C1), text direction and line separators become \n, \x1b, \u202e. */
void escape_line(struct strbuf *b, const char *text);
/* The same for a description or directive of TAP: then '#' and '\' get a '\' (TAP 14's rule, which readers of 13 follow). */
void escape_tap(struct strbuf *b, const char *text);
/* A double-quoted scalar of YAML 1.2 (section 7.3.1), quotes included. */
void escape_yaml(struct strbuf *b, const char *text);

#endif
