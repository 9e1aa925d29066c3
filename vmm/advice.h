/* SPDX-License-Identifier: BSD-2-Clause */
/* What to do about a host that refuses: the second half of messages. */
#ifndef VMM_ADVICE_H
#define VMM_ADVICE_H

/* Of a call (an ioctl's name, or "open") that failed with that errno: "; what to do". */
const char *advice(const char *call, int error);
/* What a suberror of KVM_EXIT_INTERNAL_ERROR means, and what to do: " (that); what to do". */
const char *advice_internal_error(unsigned int suberror);

#endif
