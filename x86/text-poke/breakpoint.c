/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of kernels: INT3 over the first byte, then the others, then the first, and between any two all CPUs serialize (SDM
 * volume 3, section 9.1.3). Who meets the INT3 does by its handler what the new instruction would. What would come of half
 * an instruction returns something else, or faults.
 */
#include "poke.h"
#include "asm/page.h"

#define LENGTH		5		/* of each instruction that is replaced */
#define INT3		0xcc
#define WILD		0xdead0000u
#define POKES		4

/* Two instructions that take turns, and what the function returns with each. */
static const struct variant {
	const char *name;
	u8 insn[2][LENGTH];
	u32 result[2];
} *variant, variants[] = {
	/* Behind the site come RET and the code at which JMP and CALL aim. */
	{ "NOP and JMP", { { 0x0f, 0x1f, 0x44, 0x00, 0x00 }, { 0xe9, 1, 0, 0, 0 } }, { 0, 0x01010101 } },
	{ "MOV and MOV", { { 0xb8, 0x11, 0x11, 0x11, 0x11 }, { 0xb8, 0x22, 0x22, 0x22, 0x22 } },
	  { 0x11111111, 0x22222222 } },
	{ "CALL and CALL", { { 0xe8, 1, 0, 0, 0 }, { 0xe8, 1 + RETURN_LENGTH, 0, 0, 0 } }, { 0x01010101, 0x02020202 } },
};

static u8 code[2 * PAGE_SIZE] __aligned(PAGE_SIZE);
static u8 *site;
static u32 wild, breakpoints;

static u32 result_of(u32 state)
{
	return variant->result[state / 2 & 1];
}

/* xor %eax, %eax; the site; ret; two targets. */
static poked prepare(u8 *at)
{
	u8 *p;

	memset(code, INT3, sizeof(code));
	site = at;
	site[-2] = 0x31;
	site[-1] = 0xc0;
	memcpy(site, variant->insn[0], LENGTH);
	site[LENGTH] = 0xc3;
	p = put_return(site + LENGTH + 1, 0x01010101);
	put_return(p, 0x02020202);
	return (poked)(site - 2);
}

/* Goes on behind the site, as if the function's result were this. */
static void finish(struct ex_regs *regs, u32 result)
{
	regs->rax = result;
	regs->rip = (unsigned long)(site + LENGTH);
}

static void meet_breakpoint(struct ex_regs *regs)
{
	if (regs->rip != (unsigned long)(site + 1)) {
		__atomic_add_fetch(&wild, 1, __ATOMIC_RELAXED);
		finish(regs, WILD);
		return;
	}
	__atomic_add_fetch(&breakpoints, 1, __ATOMIC_RELAXED);
	finish(regs, result_of((__atomic_load_n(&poke.state, __ATOMIC_ACQUIRE) + 1) & ~1u));
}

/* Half an instruction may be anything. */
static void meet_wild(struct ex_regs *regs)
{
	if (!smp_id())
		unhandled_exception(regs, true);
	__atomic_add_fetch(&wild, 1, __ATOMIC_RELAXED);
	finish(regs, WILD);
}

static void handle_all(handler breakpoint, handler other)
{
	handle_exception(BP_VECTOR, breakpoint);
	handle_exception(UD_VECTOR, other);
	handle_exception(GP_VECTOR, other);
	handle_exception(PF_VECTOR, other);
}

static void replace(const u8 *insn)
{
	volatile u8 *to = site;

	poke_begin_change();
	to[0] = INT3;
	poke_serialize_all();
	poke_let_run(2);
	for (int i = LENGTH - 1; i > 0; i--)
		to[i] = insn[i];
	poke_serialize_all();
	to[0] = insn[0];
	poke_serialize_all();
	poke_end_change();
}

static void try_site(u8 *at)
{
	for (variant = variants; variant < variants + ARRAY_SIZE(variants); variant++) {
		poked function = prepare(at);

		wild = breakpoints = 0;
		handle_all(meet_breakpoint, meet_wild);
		poke_start(function, result_of);
		for (int i = 1; i <= POKES; i++) {
			replace(variant->insn[i & 1]);
			poke_let_run(5);
		}
		poke_end();
		handle_all(NULL, NULL);
		expect_eq_msg(wild, 0, "%s: exceptions", variant->name);
		expect_gt(breakpoints, 0);
	}
}

CASE(breakpoint, "an instruction within a line is replaced, under INT3, while all others execute it")
{
	try_site(code + 64);
}

CASE(breakpoint_line, "the same across two cache lines, split at each byte")
{
	for (int before = 1; before < LENGTH; before++)
		try_site(code + 512 - before);
}

CASE(breakpoint_page, "the same across two pages, split at each byte")
{
	for (int before = 1; before < LENGTH; before++)
		try_site(code + PAGE_SIZE - before);
}
