/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the device tree announces and what the harts do: an instruction of an announced extension
 * works, and one of an extension that is not announced is illegal where the ISA says that it must
 * be (a reserved encoding, a register that is not there). The counters that Zicntr promises, and
 * what scounteren keeps from user mode (Privileged Architecture 20211203, section 4.1.5;
 * Unprivileged ISA, chapter 10).
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "riscv/isa.h"
#include "asm/processor.h"
#include "asm/setup.h"

/* ---- instructions ---- */

/* Each reads and writes a0, which is 0, and nothing else; memory is not touched. */
static const struct {
	const char *extension;
	u32 insn;
	const char *name;
	ulong status;			/* of sstatus, for it to be legal at all */
} probes[] = {
	{ "m", 0x02a50533, "mul a0, a0, a0", 0 },
	{ "m", 0x02a54533, "div a0, a0, a0", 0 },
	{ "f", 0x00a57553, "fadd.s fa0, fa0, fa0", SR_FS },
	{ "d", 0x02a57553, "fadd.d fa0, fa0, fa0", SR_FS },
	{ "zfh", 0x04a57553, "fadd.h fa0, fa0, fa0", SR_FS },
	{ "v", 0x0c007557, "vsetvli a0, zero, e8, m1, ta, ma", SR_VS },
	{ "zba", 0x20a52533, "sh1add a0, a0, a0", 0 },
	{ "zbb", 0x60251513, "cpop a0, a0", 0 },
	{ "zbc", 0x0aa51533, "clmul a0, a0, a0", 0 },
	{ "zbs", 0x28051513, "bseti a0, a0, 0", 0 },
	{ "zicond", 0x0ea55533, "czero.eqz a0, a0, a0", 0 },
	{ "zbkb", 0x08a54533, "pack a0, a0, a0", 0 },
	{ "zknh", 0x10051513, "sha256sum0 a0, a0", 0 },
	{ "zksh", 0x10851513, "sm3p0 a0, a0", 0 },
	{ "svinval", 0x16a50073, "sinval.vma a0, a0", 0 },
	{ "svinval", 0x18000073, "sfence.w.inval", 0 },
	{ "svinval", 0x18100073, "sfence.inval.ir", 0 },
	{ "h", 0x62000073, "hfence.gvma", 0 },
	{ "h", 0x60002573, "csrr a0, hstatus", 0 },
	{ "ssaia", 0xdb002573, "csrr a0, stopi", 0 },
	{ "sscofpmf", 0xda002573, "csrr a0, scountovf", 0 },
};

/* Whether an extension that is announced includes it. */
static bool implied(const char *extension)
{
	static const char *const by[][2] = {
		{ "zbkb", "zkn" }, { "zbkb", "zks" }, { "zknh", "zkn" }, { "zksh", "zks" }
	};

	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		if (!strcmp(by[i][0], extension) && has_extension(by[i][1]))
			return true;
	return has_extension(extension);
}

static long cause_of(size_t i)
{
	long cause;

	csr_set(CSR_SSTATUS, probes[i].status);
	cause = try_instruction(probes[i].insn);
	csr_clear(CSR_SSTATUS, SR_FS | SR_VS);
	return cause;
}

CASE(announced, "instructions of the extensions that are announced work")
{
	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		if (implied(probes[i].extension))
			expect_eq_msg(cause_of(i), -1, "%s: %s", probes[i].extension,
				      probes[i].name);
	expect(has_extension("i") && has_extension("m") && has_extension("a"));
}

CASE(not_announced,
     "those of the others are illegal: no such encoding or register is anything else's")
{
	int n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		if (!implied(probes[i].extension)) {
			expect_eq_msg(cause_of(i), EXC_INST_ILLEGAL, "%s: %s", probes[i].extension,
				      probes[i].name);
			n++;
		}
	require_msg(n, "every extension that is known here is announced");
}

static void look(void *bad)
{
	int me = arch_cpu_id();

	for (size_t i = 0; i < ARRAY_SIZE(probes); i++)
		if (cpu_has_extension(me, probes[i].extension) !=
		    cpu_has_extension(0, probes[i].extension))
			__atomic_add_fetch((u32 *)bad, 1, __ATOMIC_SEQ_CST);
}

CASE(same, "every hart has the same extensions")
{
	u32 bad = 0;

	require(arch_cpu_count() > 1);
	on_cpus(look, &bad);
	expect_eq(bad, 0);
}

CASE(sstc, "stimecmp is there if Sstc is announced")
{
	ulong value = 0;
	bool traps = trap_try("csrr %0, " xstr(CSR_STIMECMP), "+r" (value), "i" (0));

	require(has_extension("sstc"));
	expect_eq(traps, false);
}

CASE(base, "X0 stays 0, FENCE and FENCE.TSO are legal in every form, hints do nothing")
{
	ulong value = 5;

	__asm__ __volatile__("addi zero, zero, 5\n\tmv %0, zero" : "=r" (value));
	expect_eq(value, 0);
	expect_eq(try_instruction(0x8330000f), -1);	/* fence.tso */
	expect_eq(try_instruction(0x0ff0000f), -1);	/* fence */
	expect_eq(try_instruction(0x0100000f), -1);	/* pause: a hint */
	expect_eq(try_instruction(0x0000100f), -1);	/* fence.i */
	expect_eq(try_instruction(0x00100037), -1);	/* lui zero: a hint */
}

/* Unprivileged ISA, section 1.5: no extension may use these. */
CASE(never_legal, "all zeros and all ones are illegal for ever")
{
	expect_eq(try_instruction(0), EXC_INST_ILLEGAL);
	expect_eq(try_instruction(~0u), EXC_INST_ILLEGAL);
}

/* ---- counters ---- */

static const struct counter {
	const char *name;
	u32 bit, insn;			/* insn: csrr a0 */
} counters[] = {
	{ "cycle", 1, 0xc0002573 }, { "time", 2, 0xc0102573 }, { "instret", 4, 0xc0202573 },
};

static bool readable(const struct counter *c)
{
	return try_instruction(c->insn) < 0;
}

CASE(counters_advance, "cycle and instret go on by at least one each instruction, time never back")
{
	ulong a = csr_read(CSR_TIME), b = csr_read(CSR_TIME);

	expect_ge(b, a);
	if (readable(&counters[2])) {
		__asm__ __volatile__("csrr %0, instret\n\tnop\n\tnop\n\tnop\n\tcsrr %1, instret"
				     : "=&r"(a), "=r"(b));
		expect_ge(b - a, 4);
	}
	if (readable(&counters[0])) {
		a = csr_read(CSR_CYCLE);
		for (volatile int i = 0; i < 1000; i++)
			;
		expect_gt(csr_read(CSR_CYCLE), a);
	}
}

extern const u32 user_counters[];
__asm__(".pushsection .text, \"ax\", %progbits\n	.p2align 2\n"
	"user_counters:	.4byte 0xc0002573, 0x73, 0xc0102573, 0x73, 0xc0202573, 0x73\n"
	".popsection\n");

/* Whether user mode can read the counter. */
static bool user_reads(size_t i)
{
	const struct pt_regs *regs = &run_user((ulong)&user_counters[2 * i], 0, 7, false)->regs;

	if (regs->cause == EXC_SYSCALL)
		return true;
	expect_eq_msg(regs->cause, EXC_INST_ILLEGAL, "%s", counters[i].name);
	expect_eq_msg(regs->epc, (ulong)&user_counters[2 * i], "%s", counters[i].name);
	expect_eq_msg(regs->a0, 7, "%s", counters[i].name);
	return false;
}

CASE(scounteren, "user mode reads a counter if its bit of scounteren is set, and no other")
{
	ulong before = csr_read(CSR_SCOUNTEREN);

	for (ulong mask = 0; mask < 8; mask++) {
		csr_write(CSR_SCOUNTEREN, mask);
		expect_eq(csr_read(CSR_SCOUNTEREN) & 7, mask);
		for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
			if (readable(&counters[i]))
				expect_eq_msg(user_reads(i), !!(mask & counters[i].bit),
					      "%s, scounteren %#lx", counters[i].name, mask);
	}
	csr_write(CSR_SCOUNTEREN, before);
}

CASE(scounteren_supervisor, "scounteren does not keep supervisor mode from the time")
{
	ulong before = csr_read(CSR_SCOUNTEREN), value = 0;

	csr_write(CSR_SCOUNTEREN, 0);
	expect(!trap_try("csrr %0, " xstr(CSR_TIME), "+r" (value), "i" (0)));
	expect_ne(value, 0);
	csr_write(CSR_SCOUNTEREN, before);
}
