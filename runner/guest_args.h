/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's command line as docs/protocol.md defines it: words, blanks between them, '"' around blanks. */
#ifndef GUEST_ARGS_H
#define GUEST_ARGS_H

#include "util.h"

/* Appends the words of line as the guest will see them; false if a '"' is not closed. */
bool guest_args_split(const char *line, struct strvec *words);
/* The line that the guest takes apart into these words; to be freed. Words must not hold '"'. */
char *guest_args_join(const struct strvec *words);

#endif
