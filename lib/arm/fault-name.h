/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words for the status of an abort, as ESR_ELx and, with long descriptors, DFSR and IFSR number it.
 */
#ifndef ARM_FAULT_NAME_H
#define ARM_FAULT_NAME_H

#include "text.h"

/* Adds "translation fault, level 3" or its like; nothing for a status that has no name in both. */
void add_fault_name(struct text *t, unsigned int status);

#endif
