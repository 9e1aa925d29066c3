/* SPDX-License-Identifier: BSD-2-Clause */
/* The ACPI tables of the machine. */
#ifndef VMM_ACPI_X86_64_H
#define VMM_ACPI_X86_64_H

#include <stdint.h>

struct machine;

/*
 * Writes them between ACPI_TABLES and ACPI_TABLES_END and returns the address of the root pointer.
 * Insists.
 */
uint64_t acpi_write(struct machine *m);

#endif
