/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor extension (RISC-V Privileged Architecture 20211203, chapter 8) from HS-mode, with
 * a tiny guest: fields of the registers, what is delegated, calls, virtual instruction exceptions.
 * Faults of the guest's memory are faults.c's, loads and stores of the hypervisor hlv.c's,
 * interrupts interrupts.c's.
 */
#include "case.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "guest.h"

void case_setup(void)
{
	require_msg(hext_present(), "the hart has no hypervisor extension");
	guest_reset();
	require(guest_memory_init(SATP_MODE_SV39));
}

/* ---- registers ---- */

CASE(hstatus, "hstatus: VS-mode has 64 bits, and each field keeps what is written")
{
	const ulong fields = HSTATUS_HU | HSTATUS_VTVM | HSTATUS_VTW | HSTATUS_VTSR | HSTATUS_SPV |
			     HSTATUS_SPVP | HSTATUS_GVA;

	guest_reset();
	expect_eq(csr_read(CSR_HSTATUS) & HSTATUS_VSXL, HSTATUS_VSXL_64);
	csr_set(CSR_HSTATUS, fields);
	expect_eq(csr_read(CSR_HSTATUS) & ~(HSTATUS_VSXL | HSTATUS_VSBE), fields);
	csr_clear(CSR_HSTATUS, fields);
	expect_eq(csr_read(CSR_HSTATUS) & ~(HSTATUS_VSXL | HSTATUS_VSBE), 0);
}

CASE(hstatus_reserved, "hstatus: fields that nothing defines are zero")
{
	/* VSBE, GVA, SPV, SPVP, HU, VGEIN, VTVM, VTW, VTSR, HUKTE, VSXL, HUPMM. */
	const ulong defined = 0x0003000300000000ul | 0x173f3e0ul;

	guest_reset();
	csr_set(CSR_HSTATUS, ~defined);
	expect_eq(csr_read(CSR_HSTATUS) & ~defined, 0);
	guest_reset();
}

CASE(hedeleg, "hedeleg: what must be delegable is, what must not be is not (table 8.2)")
{
	const ulong writable = 0xb1feul;	/* 1 to 8, 12, 13, 15 */
	const ulong zero = 0xf00e00ul;		/* 9 to 11, 20 to 23 */

	csr_write(CSR_HEDELEG, ~0ul);
	expect_eq(csr_read(CSR_HEDELEG) & writable, writable);
	expect_eq(csr_read(CSR_HEDELEG) & zero, 0);
	csr_write(CSR_HEDELEG, 0);
	expect_eq(csr_read(CSR_HEDELEG), 0);
}

CASE(hideleg,
     "hideleg: the three interrupts of VS-mode can be delegated, those of supervisor mode not")
{
	csr_write(CSR_HIDELEG, ~0ul);
	expect_eq(csr_read(CSR_HIDELEG) & 0x1fff, VS_INTERRUPTS);
	csr_write(CSR_HIDELEG, 0);
	expect_eq(csr_read(CSR_HIDELEG), 0);
}

CASE(hvip, "hvip: three bits can be written, and hip shows them; sip does not")
{
	guest_reset();
	csr_write(CSR_HVIP, ~0ul);
	expect_eq(csr_read(CSR_HVIP) & 0x1fff, VS_INTERRUPTS);
	expect_eq(csr_read(CSR_HIP) & VS_INTERRUPTS, VS_INTERRUPTS);
	expect_eq(csr_read(CSR_SIP) & VS_INTERRUPTS, 0);
	csr_write(CSR_HVIP, 0);
	expect_eq(csr_read(CSR_HVIP), 0);
	expect_eq(csr_read(CSR_HIP) & VS_INTERRUPTS, 0);
}

CASE(hip_soft, "hip: of its bits only VSSIP can be written, and is hvip's")
{
	guest_reset();
	csr_set(CSR_HIP, VS_INTERRUPTS);
	expect_eq(csr_read(CSR_HVIP), 1ul << IRQ_VS_SOFT);
	csr_clear(CSR_HIP, 1ul << IRQ_VS_SOFT);
	expect_eq(csr_read(CSR_HVIP), 0);
}

CASE(vs_registers, "vsscratch and vsepc keep what is written, and are not HS-mode's own")
{
	ulong sscratch = csr_read(CSR_SSCRATCH);

	csr_write(CSR_VSSCRATCH, 0x0123456789abcdeful);
	csr_write(CSR_VSEPC, 0xfedcba9876543210ul);
	expect_eq(csr_read(CSR_VSSCRATCH), 0x0123456789abcdeful);
	expect_eq(csr_read(CSR_VSEPC), 0xfedcba9876543210ul);
	expect_eq(csr_read(CSR_SSCRATCH), sscratch);
	csr_write(CSR_VSSCRATCH, 0);
	csr_write(CSR_VSEPC, 0);
}

CASE(hgatp_root, "hgatp: the two lowest bits of a root's page number are zero")
{
	ulong before = csr_read(CSR_HGATP);

	csr_write(CSR_HGATP, before | 3);
	expect_eq(csr_read(CSR_HGATP), before);
	csr_write(CSR_HGATP, before);
}

CASE(hgatp_modes, "hgatp takes no mode that is not defined, and the others are as good as before")
{
	ulong before = csr_read(CSR_HGATP);

	for (ulong mode = 1; mode < 16; mode++) {
		if (mode >= SATP_MODE_SV39 && mode <= SATP_MODE_SV57)
			continue;
		csr_write(CSR_HGATP, mode << HGATP_MODE_SHIFT);
		expect_ne(csr_read(CSR_HGATP) >> HGATP_MODE_SHIFT, mode);
	}
	csr_write(CSR_HGATP, before);
	expect_eq(csr_read(CSR_HGATP), before);
}

/* ---- the guest's code ---- */

#define CODE(name, insn) \
	extern const u32 name[]; \
	__asm__(".pushsection .text, \"ax\", %progbits\n.p2align 2\n" #name ": .4byte " insn \
		", 0x00000073\n.popsection\n")

CODE(g_ecall, "0x00150513");		/* addi a0, a0, 1 */
CODE(g_hstatus, "0x60002573");		/* csrr a0, hstatus */
CODE(g_vsstatus, "0x20002573");		/* csrr a0, vsstatus */
CODE(g_hgatp, "0x68002573");		/* csrr a0, hgatp */
CODE(g_sstatus, "0x10002573");		/* csrr a0, sstatus */
CODE(g_satp, "0x18002573");		/* csrr a0, satp */
CODE(g_mstatus, "0x30002573");		/* csrr a0, mstatus */
CODE(g_missing, "0x5c002573");		/* csrr a0, 0x5c0 */
CODE(g_time, "0xc0102573");		/* csrr a0, time */
CODE(g_hlv, "0x6c054573");		/* hlv.d a0, (a0) */
CODE(g_hfence_gvma, "0x62000073");
CODE(g_hfence_vvma, "0x22000073");
CODE(g_sfence, "0x12000073");
CODE(g_sret, "0x10200073");
CODE(g_mret, "0x30200073");
CODE(g_wfi, "0x10500073");
CODE(g_sscratch, "0x14051573");		/* csrrw a0, sscratch, a0 */
CODE(g_ebreak, "0x00100073");

/* What every exit says of where it came from: section 8.6.2 and 8.2.1. */
static void expect_exit(const struct guest *g, ulong cause, const u32 *at, bool user,
			const char *what)
{
	expect_eq_msg(g->cause, cause, "%s: cause", what);
	expect_eq_msg(g->epc, (ulong)at, "%s: sepc", what);
	expect_eq_msg(g->hstatus & HSTATUS_SPV, HSTATUS_SPV, "%s: SPV", what);
	expect_eq_msg(g->hstatus & HSTATUS_SPVP, user ? 0 : HSTATUS_SPVP, "%s: SPVP", what);
	expect_eq_msg(g->hstatus & HSTATUS_GVA, 0, "%s: GVA", what);
	expect_eq_msg(g->status & (SR_SPP | SR_SIE), user ? 0 : SR_SPP, "%s: SPP", what);
	expect_eq_msg(g->htval, 0, "%s: htval", what);
}

CASE(ecall, "ECALL of VS-mode is cause 10, of VU-mode cause 8; all registers as they were")
{
	guest_reset();
	for (int user = 0; user < 2; user++) {
		for (int n = 1; n < 32; n++)
			guest.x[n] = 0x0101010101010101ul * n;
		guest_run(g_ecall, 41, user, 0);
		expect_exit(&guest, user ? EXC_SYSCALL : EXC_VIRTUAL_SUPERVISOR_SYSCALL,
			    &g_ecall[1], user, user ? "VU" : "VS");
		expect_eq(guest.tval, 0);
		expect_eq(guest.htinst, 0);
		for (int n = 1; n < 32; n++)
			expect_eq_msg(guest.x[n], n == 10 ? 42 : 0x0101010101010101ul * n, "x%d",
				      n);
	}
}

struct forbidden {
	const u32 *code;
	const char *name;
};

/* The cause from VS-mode and from VU-mode; 0: not of interest. stval is the instruction, or 0. */
static void check_forbidden(const struct forbidden *f, size_t n, ulong vs, ulong vu, ulong hstatus)
{
	for (size_t i = 0; i < n; i++)
		for (int user = vs ? 0 : 1; user < (vu ? 2 : 1); user++) {
			guest_reset();
			guest_run(f[i].code, 7, user, hstatus);
			expect_exit(&guest, user ? vu : vs, f[i].code, user, f[i].name);
			expect_eq_msg(guest.tval, guest.tval ? *f[i].code : 0, "%s: stval",
				      f[i].name);
			expect_eq_msg(guest.x[10], 7, "%s: a0", f[i].name);
		}
}
#define CHECK_FORBIDDEN(table, ...) check_forbidden(table, ARRAY_SIZE(table), __VA_ARGS__)

/* Section 8.6.1 lists the virtual instruction exceptions. */
CASE(hypervisor_registers,
     "registers of the hypervisor and of VS-mode, by their own numbers, from the guest")
{
	static const struct forbidden f[] = {
		{ g_hstatus, "hstatus" }, { g_vsstatus, "vsstatus" }, { g_hgatp, "hgatp" },
	};

	CHECK_FORBIDDEN(f, EXC_VIRTUAL_INST, EXC_VIRTUAL_INST, 0);
}

CASE(hypervisor_fences, "HFENCE from the guest")
{
	static const struct forbidden f[] = {
		{ g_hfence_gvma, "HFENCE.GVMA" }, { g_hfence_vvma, "HFENCE.VVMA" },
	};

	CHECK_FORBIDDEN(f, EXC_VIRTUAL_INST, EXC_VIRTUAL_INST, 0);
}

CASE(hypervisor_load, "HLV.D from the guest")
{
	static const struct forbidden f[] = { { g_hlv, "HLV.D" } };

	CHECK_FORBIDDEN(f, EXC_VIRTUAL_INST, EXC_VIRTUAL_INST, 0);
}

CASE(supervisor_in_vu, "what is the supervisor's is a virtual instruction exception in VU-mode")
{
	static const struct forbidden f[] = {
		{ g_sstatus, "sstatus" },
		{ g_satp, "satp" },
		{ g_sfence, "SFENCE.VMA" },
		{ g_sret, "SRET" },
	};

	CHECK_FORBIDDEN(f, 0, EXC_VIRTUAL_INST, 0);
}

CASE(vtvm, "VTVM traps satp and SFENCE.VMA of VS-mode")
{
	static const struct forbidden f[] = { { g_satp, "satp" }, { g_sfence, "SFENCE.VMA" } };

	CHECK_FORBIDDEN(f, EXC_VIRTUAL_INST, 0, HSTATUS_VTVM);
}

CASE(vtsr, "VTSR traps SRET of VS-mode")
{
	static const struct forbidden f[] = { { g_sret, "SRET" } };

	CHECK_FORBIDDEN(f, EXC_VIRTUAL_INST, 0, HSTATUS_VTSR);
}

CASE(vtw, "VTW traps WFI")
{
	static const struct forbidden f[] = { { g_wfi, "WFI" } };

	CHECK_FORBIDDEN(f, EXC_VIRTUAL_INST, EXC_VIRTUAL_INST, HSTATUS_VTW);
}

CASE(guest_illegal, "what HS-mode may not do either is illegal: registers of machine mode, and "
		    "such as are not there")
{
	static const struct forbidden f[] = { { g_mstatus, "mstatus" }, { g_missing, "0x5c0" } };

	CHECK_FORBIDDEN(f, EXC_INST_ILLEGAL, EXC_INST_ILLEGAL, 0);
}

CASE(guest_mret, "MRET of the guest is illegal")
{
	static const struct forbidden f[] = { { g_mret, "MRET" } };

	CHECK_FORBIDDEN(f, EXC_INST_ILLEGAL, EXC_INST_ILLEGAL, 0);
}

CASE(allowed, "without VTVM, VTSR and VTW the same are the guest's own affair")
{
	guest_reset();
	expect_exit(guest_run(g_satp, 7, false, 0), EXC_VIRTUAL_SUPERVISOR_SYSCALL, &g_satp[1],
		    false, "satp");
	expect_eq(guest.x[10], 0);
	expect_exit(guest_run(g_sfence, 0, false, 0), EXC_VIRTUAL_SUPERVISOR_SYSCALL, &g_sfence[1],
		    false, "SFENCE.VMA");
	/* To VU-mode, by vsstatus.SPP = 0. */
	csr_write(CSR_VSEPC, (ulong)g_ecall);
	expect_exit(guest_run(g_sret, 1, false, 0), EXC_SYSCALL, &g_ecall[1], true, "SRET");
	expect_eq(guest.x[10], 2);
}

CASE(own_registers, "the guest's sscratch is vsscratch")
{
	ulong sscratch = csr_read(CSR_SSCRATCH);

	guest_reset();
	csr_write(CSR_VSSCRATCH, 0x5555aaaaul);
	guest_run(g_sscratch, 0x12345678, false, 0);
	expect_eq(guest.x[10], 0x5555aaaaul);
	expect_eq(csr_read(CSR_VSSCRATCH), 0x12345678);
	expect_eq(csr_read(CSR_SSCRATCH), sscratch);
}

/* ---- delegation ---- */

/* Where the guest's vstvec leads: scause, sepc, stval and sstatus in registers. */
extern const u32 g_vector[];
__asm__(".pushsection .text, \"ax\", %progbits\n.p2align 2\n"
	"g_vector:	csrr a1, 0x142\n	csrr a2, 0x141\n"
	"	csrr a3, 0x143\n	csrr a4, 0x100\n"
	"	.4byte 0x00000073\n.popsection\n");

static void delegate(ulong causes)
{
	guest_reset();
	csr_write(CSR_HEDELEG, causes);
	csr_write(CSR_VSTVEC, (ulong)g_vector);
}

static void expect_delegated(ulong cause, const u32 *at, bool user)
{
	/* The ECALL in g_vector is what ended it. */
	expect_eq(guest.cause, EXC_VIRTUAL_SUPERVISOR_SYSCALL);
	expect_eq(guest.epc, (ulong)g_vector + 16);
	expect_eq(guest.x[11], cause);
	expect_eq(guest.x[12], (ulong)at);
	expect_eq(guest.x[14] & (SR_SPP | SR_SIE), user ? 0 : SR_SPP);
	expect_eq(csr_read(CSR_VSCAUSE), cause);
	expect_eq(csr_read(CSR_VSEPC), (ulong)at);
}

CASE(delegated,
     "a delegated exception of VS-mode or VU-mode goes to vstvec, with vscause, vsepc and vsstatus")
{
	for (int user = 0; user < 2; user++) {
		delegate(1ul << EXC_BREAKPOINT);
		guest_run(g_ebreak, 0, user, 0);
		expect_delegated(EXC_BREAKPOINT, g_ebreak, user);
	}
	delegate(1ul << EXC_SYSCALL);
	guest_run(g_ecall, 0, true, 0);
	expect_delegated(EXC_SYSCALL, &g_ecall[1], true);
	guest_reset();
}

CASE(not_delegated, "one that is not delegated exits, and changes nothing of the guest's registers")
{
	delegate(1ul << EXC_SYSCALL);
	guest_run(g_ebreak, 0, false, 0);
	expect_exit(&guest, EXC_BREAKPOINT, g_ebreak, false, "EBREAK");
	expect_eq(csr_read(CSR_VSCAUSE), 0);
	expect_eq(csr_read(CSR_VSEPC), 0);
	expect_eq(csr_read(CSR_VSSTATUS) & (SR_SPP | SR_SPIE | SR_SIE), 0);
	guest_reset();
}

CASE(virtual_not_delegated, "a virtual instruction exception exits whatever hedeleg is")
{
	delegate(~0ul);
	guest_run(g_hstatus, 0, false, 0);
	expect_exit(&guest, EXC_VIRTUAL_INST, g_hstatus, false, "hstatus");
	guest_reset();
}

/* ---- counters: sections 8.2.4 and 8.2.7 ---- */

CASE(time, "with hcounteren the guest reads the time, htimedelta later")
{
	static const ulong deltas[] = { 0, 0x1000000000000ul, -0x1000000000ul };

	for (size_t i = 0; i < ARRAY_SIZE(deltas); i++) {
		ulong before, after;

		guest_reset();
		csr_write(CSR_HTIMEDELTA, deltas[i]);
		expect_eq(csr_read(CSR_HTIMEDELTA), deltas[i]);
		before = csr_read(CSR_TIME);
		guest_run(g_time, 0, false, 0);
		after = csr_read(CSR_TIME);
		expect_eq(guest.cause, EXC_VIRTUAL_SUPERVISOR_SYSCALL);
		expect_le(guest.x[10] - deltas[i] - before, after - before);
	}
	guest_reset();
}

CASE(time_forbidden, "without hcounteren.TM reading the time is a virtual instruction exception")
{
	guest_reset();
	csr_write(CSR_HCOUNTEREN, 0);
	expect_exit(guest_run(g_time, 7, false, 0), EXC_VIRTUAL_INST, g_time, false,
		    "time in VS-mode");
	expect_exit(guest_run(g_time, 7, true, 0), EXC_VIRTUAL_INST, g_time, true,
		    "time in VU-mode");
	expect_eq(guest.x[10], 7);
	guest_reset();
}
