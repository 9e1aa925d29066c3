/* SPDX-License-Identifier: BSD-2-Clause */
/* The exchange of general registers around a VM entry (lib/x86/virt.h): a test of the library, without virtualization. */
#include "case.h"
#include "x86/virt.h"

static struct guest_regs filled(void)
{
	struct guest_regs regs;

	for (size_t i = 0; i < sizeof(regs) / 8; i++)
		((u64 *)&regs)[i] = 0x1111111111111111ull * (i % 15 + 1) - i;
	return regs;
}

#define INC(name)	"incq %%" #name "\n\t"

CASE(swap, "between two exchanges all registers but RAX and RSP are the guest's; then they are what they were")
{
	struct guest_regs *regs = this_cpu_guest_regs(), before = filled();
	unsigned long address = (unsigned long)regs;
	const u64 *was = (u64 *)&before;

	*regs = before;
	asm volatile(SWAP_GPRS __GUEST_REGS(INC) "incq " GUEST_REG(rflags) "\n\t" SWAP_GPRS
		     : "+a" (address) : GUEST_REGS_OFFSETS : "memory", "cc");
	expect_eq(address, (unsigned long)regs);
	for (size_t i = 0; i < sizeof(before) / 8; i++) {
		bool kept = &((u64 *)regs)[i] == &regs->rax || &((u64 *)regs)[i] == &regs->rsp;

		expect_eq_msg(((u64 *)regs)[i], was[i] + !kept, "field %zu", i);
	}
}
