/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's command line of a job. */
#ifndef GUEST_LINE_H
#define GUEST_LINE_H

#include "job.h"

/*
 * The words of a job as one line, to be freed; NULL: no line. token NULL: the guest prints for
 * people.
 */
char *guest_line(const struct job *job, const char *token);
/*
 * The last value of the option (without its dashes, two spellings, other may be NULL) in words;
 * NULL if it is not there.
 */
const char *guest_line_value(const struct strvec *words, const char *option, const char *other);

#endif
