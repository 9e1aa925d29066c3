/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See fault-name.h (Arm ARM, ESR_EL1, IFSC and DFSC; DFSR and IFSR have the same codes with long
 * descriptors).
 */
#include "fault-name.h"

/* By the fault status without the level, where it has one. */
static const struct {
	u8 first, last;
	const char *name;
} faults[] = {
	{ 0x00, 0x03, "address size fault" }, { 0x04, 0x07, "translation fault" },
	{ 0x08, 0x0b, "access flag fault" }, { 0x0c, 0x0f, "permission fault" },
	{ 0x10, 0x10, "external abort" },
	{ 0x14, 0x17, "external abort of a table walk" }, { 0x18, 0x18, "parity or ECC error" },
	{ 0x1c, 0x1f, "parity or ECC error of a table walk" }, { 0x21, 0x21, "alignment fault" },
	{ 0x30, 0x30, "TLB conflict" }, { 0x31, 0x31, "unsupported atomic update" },
	{ 0x34, 0x34, "lockdown fault" }, { 0x35, 0x35, "unsupported exclusive access" },
};

void add_fault_name(struct text *t, unsigned int status)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (status < faults[i].first || status > faults[i].last)
			continue;
		add(t, "%s", faults[i].name);
		if (faults[i].last != faults[i].first)
			add(t, ", level %u", status & 3);
	}
}
