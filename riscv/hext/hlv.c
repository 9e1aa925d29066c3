/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loads and stores of the hypervisor as if it were the guest (Privileged Architecture 20211203,
 * section 8.3.1): sizes and signs, the privilege that SPVP says, execute permission for HLVX,
 * faults, and who may use them.
 */
#include "case.h"
#include "alloc_page.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "guest.h"

#define GPA	0xd0000000ul
#define OFFSET	0x230ul
#define WORD	0xf1e2d3c4b5a69788ul

static u8 *page;

static void begin(pteval_t flags)
{
	guest_reset();
	insist(guest_memory_init(SATP_MODE_SV39));
	if (!page)
		page = alloc_page();
	guest_map(GPA, virt_to_phys(page), flags, 1);
	*(volatile u64 *)(page + OFFSET) = WORD;
}

/* One of the instructions, by its upper seven bits and what is in the place of rs2. */
#define HLV(funct7, rs2, value, address) \
	trap_try(".insn r 0x73, 4, " #funct7 ", %0, %1, x" #rs2, "+&r" (value), "r" (address))
#define HSV(funct7, value, address) \
	trap_try_in(".insn r 0x73, 4, " #funct7 ", x0, %1, %0", "r" (value), "r" (address))

CASE(hlv, "loads of each size, with and without sign")
{
	ulong v = 0;
	const ulong at = GPA + OFFSET;

	begin(GPTE_FLAGS);
	expect(!HLV(0x30, 0, v, at));
	expect_eq(v, (ulong)(s8)WORD);
	expect(!HLV(0x30, 1, v, at));
	expect_eq(v, (u8)WORD);
	expect(!HLV(0x32, 0, v, at));
	expect_eq(v, (ulong)(s16)WORD);
	expect(!HLV(0x32, 1, v, at));
	expect_eq(v, (u16)WORD);
	expect(!HLV(0x34, 0, v, at));
	expect_eq(v, (ulong)(s32)WORD);
	expect(!HLV(0x34, 1, v, at));
	expect_eq(v, (u32)WORD);
	expect(!HLV(0x36, 0, v, at));
	expect_eq(v, WORD);
	expect(!HLV(0x32, 3, v, at));
	expect_eq_msg(v, (u16)WORD, "HLVX.HU");
	expect(!HLV(0x34, 3, v, at));
	expect_eq_msg(v, (u32)WORD, "HLVX.WU");
}

CASE(hsv, "stores of each size change as many bytes")
{
	const ulong value = 0x1122334455667788ul;
	volatile u64 *word;

	begin(GPTE_FLAGS);
	word = (volatile u64 *)(page + OFFSET);
	expect(!HSV(0x31, value, GPA + OFFSET));
	expect_eq(*word, (WORD & ~0xfful) | 0x88);
	expect(!HSV(0x33, value, GPA + OFFSET));
	expect_eq(*word, (WORD & ~0xfffful) | 0x7788);
	expect(!HSV(0x35, value, GPA + OFFSET));
	expect_eq(*word, (WORD & ~0xfffffffful) | 0x55667788);
	expect(!HSV(0x37, value, GPA + OFFSET));
	expect_eq(*word, value);
	expect_eq(word[1], 0);
}

/* The trap of a hypervisor's own instruction. */
static void expect_fault(ulong cause, ulong address, ulong gpa)
{
	const struct pt_regs *regs = &trap_record()->regs;
	ulong htval = csr_read(CSR_HTVAL), hstatus = csr_read(CSR_HSTATUS);

	expect_eq(regs->cause, cause);
	expect_eq(regs->badaddr, address);
	expect_eq(htval, htval ? gpa >> 2 : 0);
	expect_eq(hstatus & (HSTATUS_GVA | HSTATUS_SPV), HSTATUS_GVA);
	expect_eq(regs->status & SR_SPP, SR_SPP);
}

CASE(hlv_faults, "guest-page faults of them: stval the guest's address, GVA set, SPV clear, "
		 "nothing loaded or stored")
{
	ulong v = 7;

	begin(0);
	insist(HLV(0x36, 0, v, GPA + OFFSET));
	expect_fault(EXC_LOAD_GUEST_PAGE_FAULT, GPA + OFFSET, GPA + OFFSET);
	expect_eq(v, 7);
	begin(GPTE_FLAGS & ~_PAGE_WRITE);
	insist(HSV(0x37, v, GPA + OFFSET));
	expect_fault(EXC_STORE_GUEST_PAGE_FAULT, GPA + OFFSET, GPA + OFFSET);
	expect_eq(*(volatile u64 *)(page + OFFSET), WORD);
}

CASE(hlvx, "HLVX wants execute permission in place of read")
{
	ulong v = 7;

	begin(GPTE_FLAGS & ~(_PAGE_READ | _PAGE_WRITE));
	expect(!HLV(0x34, 3, v, GPA + OFFSET));
	expect_eq(v, (u32)WORD);
	insist(HLV(0x34, 1, v, GPA + OFFSET));
	expect_fault(EXC_LOAD_GUEST_PAGE_FAULT, GPA + OFFSET, GPA + OFFSET);
	begin(GPTE_FLAGS & ~_PAGE_EXEC);
	expect(!HLV(0x34, 1, v, GPA + OFFSET));
	expect_msg(HLV(0x34, 3, v, GPA + OFFSET), "HLVX.WU of a page that is not executable traps");
}

CASE(hlvx_fault, "a fault of HLVX is a load's, not a fetch's")
{
	ulong v = 7;

	begin(GPTE_FLAGS & ~_PAGE_EXEC);
	insist(HLV(0x34, 3, v, GPA + OFFSET));
	expect_fault(EXC_LOAD_GUEST_PAGE_FAULT, GPA + OFFSET, GPA + OFFSET);
	expect_eq(v, 7);
}

/* The guest's table: one page of 1 GiB at 0, for user mode or not. */
static void vs_map(pteval_t flags)
{
	static pteval_t table[512] __aligned(PAGE_SIZE);

	table[0] = GPA >> 30 << 28 | flags;
	csr_write(CSR_VSATP, (ulong)SATP_MODE_SV39 << SATP_MODE_SHIFT | virt_to_pfn(table));
	local_hfence_all();
}

CASE(hlv_privilege, "SPVP says whether they are VS-mode's or VU-mode's, vsstatus.SUM is VS-mode's")
{
	const ulong at = (GPA & (SZ_1G - 1)) + OFFSET;
	ulong v = 0;

	begin(GPTE_FLAGS);
	vs_map(GPTE_FLAGS);
	expect(!HLV(0x36, 0, v, at));		/* SPVP is 0: VU-mode */
	expect_eq(v, WORD);
	csr_set(CSR_HSTATUS, HSTATUS_SPVP);
	insist(HLV(0x36, 0, v, at));
	expect_eq(trap_record()->regs.cause, EXC_LOAD_PAGE_FAULT);
	expect_eq(trap_record()->regs.badaddr, at);
	expect_eq(csr_read(CSR_HSTATUS) & (HSTATUS_GVA | HSTATUS_SPV), HSTATUS_GVA);
	csr_set(CSR_VSSTATUS, SR_SUM);
	expect(!HLV(0x36, 0, v, at));
	csr_write(CSR_VSSTATUS, 0);
	vs_map(GPTE_FLAGS & ~_PAGE_USER);
	expect(!HLV(0x36, 0, v, at));
	csr_clear(CSR_HSTATUS, HSTATUS_SPVP);
	expect(HLV(0x36, 0, v, at));
	expect_eq(trap_record()->regs.cause, EXC_LOAD_PAGE_FAULT);
	guest_reset();
}

extern const u32 user_hlv[];
__asm__(".pushsection .text, \"ax\", %progbits\n.p2align 2\n"
	"user_hlv:	.4byte 0x6c054573, 0x00000073\n.popsection\n");	/* hlv.d a0, (a0); ecall */

CASE(hlv_user, "user mode may use them with hstatus.HU; without it they are illegal")
{
	const struct pt_regs *regs = &trap_record()->regs;

	begin(GPTE_FLAGS);
	run_user((ulong)user_hlv, 0, GPA + OFFSET, false);
	expect_eq(regs->cause, EXC_INST_ILLEGAL);
	expect_eq(regs->epc, (ulong)user_hlv);
	csr_set(CSR_HSTATUS, HSTATUS_HU);
	run_user((ulong)user_hlv, 0, GPA + OFFSET, false);
	expect_eq(regs->cause, EXC_SYSCALL);
	expect_eq(regs->a0, WORD);
	guest_reset();
}
