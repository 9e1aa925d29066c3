/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The YAML blocks of TAP 13's failing test points: plain mappings, sequences of mappings, double-quoted scalars and
 * literal blocks only, which is what the readers of TAP's YAMLish (for example prove) understand.
 */
#ifndef TAP_YAML_H
#define TAP_YAML_H

#include "run_view.h"

/* Each appends whole lines, indented by two, or nothing if there is nothing to say. */
void yaml_text(struct strbuf *b, const char *key, const char *text);
void yaml_issue(struct strbuf *b, const json_t *issue);
void yaml_check(struct strbuf *b, const json_t *check);
void yaml_events(struct strbuf *b, const struct case_view *view);
void yaml_details(struct strbuf *b, const json_t *details);

#endif
