/* SPDX-License-Identifier: BSD-2-Clause */
/* A record as the line for people that a guest without a token would have printed. */
#ifndef RENDER_H
#define RENDER_H

#include "record.h"
#include "util.h"

/*
 * Appends the line with its newline; nothing for records that are none. Control characters are
 * made visible.
 */
void render_record(struct strbuf *b, enum record_kind kind, const json_t *record);
/* A line of text, made safe for a terminal. */
void render_text(struct strbuf *b, const char *line, size_t len);

#endif
