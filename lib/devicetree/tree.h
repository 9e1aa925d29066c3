/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree of a machine that has one, and what the loader says in /chosen (Devicetree
 * Specification 0.4, chapter 3).
 */
#ifndef DEVICETREE_TREE_H
#define DEVICETREE_TREE_H

#include "fdt.h"

/* Checked; const from start to end. */
extern struct fdt machine_fdt;

/* Reads the blob at tree, or aborts; then arch_command_line() and arch_environment() work. */
void machine_tree_open(const void *tree);

/* Where the initrd is; false if there is none. */
bool machine_initrd(uint64_t *start, uint64_t *end);

#endif
