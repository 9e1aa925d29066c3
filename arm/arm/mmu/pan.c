/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Privileged access never (DDI 0487, section G5.6 and AArch32.CheckPermission()): CPSR.PAN, without
 * SETPAN.
 */
#include "case.h"
#include "alloc_page.h"
#include "exceptions.h"
#include "mmu-test.h"
#include "vmalloc.h"

/*
 * pan_probe(address, operation) with CPSR.PAN set: a load, a store, LDRBT or a call. It uses no
 * stack, which is PL0's too, and is copied to a page that is not PL0's; its exception goes to
 * vectors that are not either.
 */
void pan_probe(char *address, int operation);
extern char pan_probe_end[];
asm(".pushsection .text.pan_probe, \"ax\"\n\t.arm\n\t.globl pan_probe, pan_probe_end\n\t"
    ".type pan_probe, %function\n"
    "pan_probe:\n"
    "	mov r12, lr\n"
    "	mrs r2, cpsr\n"
    "	orr r3, r2, #0x00400000\n"
    "	msr cpsr_s, r3\n"
    "	cmp r1, #1\n"
    "	ldrblo r3, [r0]\n"
    "	strbeq r3, [r0]\n"
    "	cmp r1, #3\n"
    "	blxeq r0\n"
    "	cmp r1, #2\n"
    "	ldrbteq r3, [r0]\n"
    "	msr cpsr_s, r2\n"
    "	bx r12\n"
    "pan_probe_end:\n"
    "	.popsection\n");
enum { PAN_READ, PAN_WRITE, PAN_LDRBT, PAN_CALL };

static char *pan_code;

static void call_probe(void *data)
{
	int operation = *(int *)data;

	((void (*)(char *, int))pan_code)(operation == PAN_CALL ? page : page + 8, operation);
}

static bool pan_faults(int operation)
{
	return catch_exception(call_probe, &operation);
}

static void prepare_pan(void)
{
	require_msg(id_field(read_sysreg(ID_MMFR3), 16), "no PAN");
	pan_code = alloc_vpage();
	install_page(mmu_idmap, virt_to_phys(alloc_page()), pan_code);
	memcpy(pan_code, (const void *)pan_probe, pan_probe_end - (const char *)pan_probe);
	fill_page();		/* and the instruction cache */
	dcache_clean_inval_poc((unsigned long)pan_code, (unsigned long)pan_code + 64);
	mmu_clear_user(mmu_idmap, (unsigned long)exception_vectors);
	mmu_clear_user(mmu_idmap, (unsigned long)exception_vectors + 1024);
}

CASE(pan,
     "CPSR.PAN: PL1 cannot access what PL0 can, but by LDRT; SPSR has PAN (DDI 0487, section G5.6)")
{
	prepare_pan();
	expect(!pan_faults(PAN_READ));
	set_page(PTE_USER);
	insist(pan_faults(PAN_READ));
	expect_fault(READ, FSR_PERMISSION | 3);
	expect_eq(exception_record()->spsr & PSR_PAN_BIT, PSR_PAN_BIT);
	insist(pan_faults(PAN_WRITE));
	expect_fault(WRITE, FSR_PERMISSION | 3);
	expect(!pan_faults(PAN_LDRBT));
	expect_eq(page[8], VALUE);
	expect_eq(current_cpsr() & PSR_PAN_BIT, 0);
}

CASE(pan_fetch,
     "CPSR.PAN does not forbid PL1 to execute what PL0 can access (DDI 0487, "
     "AArch32.CheckPermission())")
{
	prepare_pan();
	set_page(PTE_USER | PTE_RDONLY);
	expect(!pan_faults(PAN_CALL));
}
