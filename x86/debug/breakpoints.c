/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breakpoints (SDM volume 3, debug registers and debug exceptions): which accesses match, for every register, type, length and
 * alignment; ports with CR4.DE; several at once; string instructions, which may trap later than at the iteration that matched;
 * shadows of MOV SS. That they are faults or traps, and RF: ../idt/debug.c.
 */
#include "trace.h"

u8 arena[32] __attribute__((aligned(32)));

static void set_address(int n, unsigned long address)
{
	switch (n) {
	case 0:
		write_dr0(address);
		break;
	case 1:
		write_dr1(address);
		break;
	case 2:
		write_dr2(address);
		break;
	default:
		write_dr3(address);
	}
}

static unsigned long length_bits(int n, unsigned int len)
{
	return len == 1 ? DR7_LEN_1_DRx(n) : len == 2 ? DR7_LEN_2_DRx(n) :
	       len == 4 ? DR7_LEN_4_DRx(n) : DR7_LEN_8_DRx(n);
}

/* ---- which accesses match ---- */

static unsigned long hits, hit_dr6;

static void count_hit(struct ex_regs *regs)
{
	hits++;
	hit_dr6 |= read_dr6();
	write_dr6(DR6_ACTIVE_LOW);
}

static void store(volatile void *p, unsigned int size)
{
	if (size == 1)
		asm volatile("movb %b0, (%1)" : : "q" (0), "r" (p) : "memory");
	else if (size == 2)
		asm volatile("movw %w0, (%1)" : : "r" (0), "r" (p) : "memory");
	else if (size == 4)
		asm volatile("movl %k0, (%1)" : : "r" (0), "r" (p) : "memory");
	else
		asm volatile("mov %0, (%1)" : : "r" (0L), "r" (p) : "memory");
}

static void load(volatile void *p, unsigned int size)
{
	unsigned long value;

	if (size == 1)
		asm volatile("movb (%1), %b0" : "=q" (value) : "r" (p) : "memory");
	else if (size == 2)
		asm volatile("movw (%1), %w0" : "=r" (value) : "r" (p) : "memory");
	else if (size == 4)
		asm volatile("movl (%1), %k0" : "=r" (value) : "r" (p) : "memory");
	else
		asm volatile("mov (%1), %0" : "=r" (value) : "r" (p) : "memory");
}

#define MAX_SIZE	sizeof(long)

/* Every access of 1 to MAX_SIZE bytes, aligned or not, around a breakpoint whose low bits, below its length, are ignored. */
static void try_accesses(int n, unsigned int at, unsigned int len, bool loads, bool wanted)
{
	unsigned int first = 8 + (at & ~(len - 1));

	for (unsigned int size = 1; size <= MAX_SIZE; size *= 2) {
		for (unsigned int i = 6; i < 16; i++) {
			bool match = wanted && i < first + len && first < i + size;

			hits = hit_dr6 = 0;
			if (loads)
				load(arena + i, size);
			else
				store(arena + i, size);
			expect_eq_msg(hits, match, "DR%d at +%u of %u, access of %u at %u", n, at, len, size, i);
			if (match && hits)
				expect_eq_msg(hit_dr6, DR6_ACTIVE_LOW | 1UL << n, "DR%d, access of %u at %u", n, size, i);
		}
	}
}

static void try_breakpoints(int n, unsigned long type, bool loads, bool wanted, bool aligned)
{
	handler before = handle_exception(DB_VECTOR, count_hit);
	static const unsigned int lengths[] = { 1, 2, 4, 8 };

	/* All of it for the first register only: accesses take their time where an emulator runs ring 0. */
	for (size_t l = n ? 1 : 0; l < ARRAY_SIZE(lengths) && lengths[l] <= MAX_SIZE; l += n ? 2 : 1) {
		for (unsigned int at = n ? 2 : 0; at < 4; at += n ? 2 : 1) {
			if (!(at & (lengths[l] - 1)) != aligned)
				continue;
			set_address(n, (unsigned long)arena + 8 + at);
			write_dr7(DR7_FIXED_1 | type | length_bits(n, lengths[l]) |
				  (n & 1 ? DR7_LOCAL_ENABLE_DRx(n) : DR7_GLOBAL_ENABLE_DRx(n)));
			try_accesses(n, at, lengths[l], loads, wanted);
		}
	}
	write_dr7(DR7_FIXED_1);
	set_address(n, 0);
	handle_exception(DB_VECTOR, before);
}

#define DATA_CASES(n, enable)								\
	CASE(stores_dr##n, "DR" #n " (" enable ") for writes: all lengths, all stores around it")	\
	{ try_breakpoints(n, DR7_WRITE_DRx(n), false, true, true); }			\
	CASE(loads_dr##n, "the same breakpoints match no load")				\
	{ try_breakpoints(n, DR7_WRITE_DRx(n), true, false, true); }			\
	CASE(accesses_dr##n, "DR" #n " for all accesses: loads match")			\
	{ try_breakpoints(n, DR7_ACCESS_DRx(n), true, true, true); }
DATA_CASES(0, "G0")
DATA_CASES(1, "L1")
DATA_CASES(2, "G2")
DATA_CASES(3, "L3")

CASE(unaligned, "the processor masks the address by the length: breakpoints at addresses that are not aligned")
{
	try_breakpoints(0, DR7_WRITE_DRx(0), false, true, false);
	try_breakpoints(0, DR7_ACCESS_DRx(0), true, true, false);
}

/* ---- several conditions ---- */

#define WATCH(n)	(DR7_GLOBAL_ENABLE_DRx(n) | DR7_WRITE_DRx(n) | DR7_LEN_1_DRx(n))
#define EXECUTE(n)	(DR7_GLOBAL_ENABLE_DRx(n) | DR7_EXECUTE_DRx(n) | DR7_LEN_1_DRx(n))

CODE(one_store, "movb $1, arena+4\n" MARK);

CASE(all_four, "one store that four breakpoints match: one #DB, B0 to B3")
{
	struct trace t;

	for (int n = 0; n < 4; n++)
		set_address(n, (unsigned long)arena + 4);
	t = trace_code(&one_store, WATCH(0) | WATCH(1) | WATCH(2) | WATCH(3), 0);
	expect_trace(&one_store, &t, DR6_TRAP_BITS, false);
}

CASE(exact, "LE and GE change nothing")
{
	set_address(2, (unsigned long)arena + 4);
	for (unsigned long exact = 0; exact <= (DR7_LE | DR7_GE); exact += DR7_LE) {
		struct trace t = trace_code(&one_store, WATCH(2) | exact, 0);

		expect_trace(&one_store, &t, DR6_TRAP2, false);
	}
}

CODE(stepped_store, SET_TF "movb $1, arena+4\n" MARK);
CASE(step_and_data, "a single step over a store that matches: one #DB, BS and B1")
{
	struct trace t;

	set_address(1, (unsigned long)arena + 4);
	t = trace_code(&stepped_store, WATCH(1), 0);
	expect_trace(&stepped_store, &t, DR6_BS | DR6_TRAP1, true);
}

CODE(store_then_execute, "movb $1, arena+4\n" MARK MARK "nop");
CASE(data_then_execute, "a trap of one instruction comes before the breakpoint on the next, which is a #DB of its own, and a fault")
{
	struct trace t;

	set_address(0, (unsigned long)arena + 4);
	set_address(3, store_then_execute.marks[0]);
	t = trace_code(&store_then_execute, WATCH(0) | EXECUTE(3), DR6_TRAP3);
	insist_eq(t.count, 2);
	expect_eq(t.db[0].rip, store_then_execute.marks[0]);
	expect_eq(t.db[0].dr6 & ~DR6_TRAP3, DR6_ACTIVE_LOW | DR6_TRAP0);
	expect_eq(t.db[0].rflags & X86_EFLAGS_RF, 0);
	expect_eq(t.db[1].rip, store_then_execute.marks[1]);
	expect_eq(t.db[1].dr6, DR6_ACTIVE_LOW | DR6_TRAP3);
	expect_eq(t.db[1].rflags & X86_EFLAGS_RF, 0);
}

CODE(four_nops, MARK "nop\n" MARK "nop\n" MARK "nop\n" MARK "nop");
CASE(execute_each, "an execution breakpoint by each of the registers: a fault, its own B bit; other faults save RF set, this does not")
{
	unsigned long dr7 = 0;
	struct trace t;

	for (int n = 0; n < 4; n++) {
		set_address(n, four_nops.marks[n]);
		dr7 |= EXECUTE(n);
	}
	t = trace_code(&four_nops, dr7, DR6_TRAP_BITS);
	insist_eq(t.count, 4);
	for (int n = 0; n < 4; n++) {
		expect_eq_msg(t.db[n].rip, four_nops.marks[n], "DR%d", n);
		expect_eq_msg(t.db[n].dr6, DR6_ACTIVE_LOW | 1UL << n, "DR%d", n);
		expect_eq_msg(t.db[n].rflags & X86_EFLAGS_RF, 0, "DR%d", n);
	}
}

static unsigned long sticky_dr6;

static void leave_dr6(struct ex_regs *regs)
{
	sticky_dr6 = read_dr6();
}

CASE(sticky, "a #DB adds to DR6: BS, BT and BD of earlier ones stay until software clears them")
{
	handler before = handle_exception(DB_VECTOR, leave_dr6);

	set_address(0, (unsigned long)arena + 4);
	write_dr6(DR6_ACTIVE_LOW | DR6_BS | DR6_BT | DR6_BD);
	write_dr7(DR7_FIXED_1 | WATCH(0));
	one_store.run();
	write_dr7(DR7_FIXED_1);
	expect_eq(sticky_dr6, DR6_ACTIVE_LOW | DR6_BS | DR6_BT | DR6_BD | DR6_TRAP0);
	expect_eq(read_dr6(), sticky_dr6);
	write_dr6(DR6_ACTIVE_LOW);
	handle_exception(DB_VECTOR, before);
}

/* ---- MOV SS, strings ---- */

u32 stack_selector = KERNEL_DS;
CODE(load_ss, "movl $" xstr(KERNEL_DS) ", %eax; movl %eax, stack_selector; movw stack_selector, %ss\n nop\n" MARK "nop");
CASE(mov_ss_pending, "a data breakpoint that MOV SS matches is reported behind the instruction after it")
{
	struct trace t;

	/* The first #DB is that of the store. */
	set_address(0, (unsigned long)&stack_selector);
	t = trace_code(&load_ss, DR7_GLOBAL_ENABLE_DR0 | DR7_ACCESS_DRx(0) | DR7_LEN_2_DRx(0), 0);
	insist_eq(t.count, 2);
	expect_eq(t.db[1].rip, load_ss.marks[0]);
	expect_eq(t.db[1].dr6, DR6_ACTIVE_LOW | DR6_TRAP0);
}

CODE(fill, "push %" R "di; movl $arena, %edi; movl $8, %ecx; movb $0x5a, %al\n" MARK "rep; stosb\n" MARK "pop %" R "di");
CASE(rep_data, "REP STOSB over a watched byte: a #DB not before its iteration, RIP and RCX agree, all bytes are written")
{
	struct trace t;

	memset(arena, 0, sizeof(arena));
	set_address(0, (unsigned long)arena + 3);
	t = trace_code(&fill, WATCH(0), 0);
	insist_eq(t.count, 1);
	expect_le((u32)t.db[0].rcx, 4);
	expect_eq(t.db[0].rip, fill.marks[(u32)t.db[0].rcx == 0]);
	expect_eq(t.db[0].dr6, DR6_ACTIVE_LOW | DR6_TRAP0);
	for (int i = 0; i < 9; i++)
		expect_eq_msg(arena[i], i < 8 ? 0x5a : 0, "byte %d", i);
}

/* ---- ports ---- */

CODE(out_byte, "outb %al, $0x82\n" MARK);
CODE(out_word, "outw %ax, $0x82\n" MARK);
CODE(in_byte, "inb $0x82, %al\n" MARK);
CODE(out_below, "outb %al, $0x81\n" MARK);
CODE(out_above, "outb %al, $0x84\n" MARK);
CODE(outs, "push %" R "si; movl $0x82, %edx; movl $arena, %esi\n outsb\n" MARK "pop %" R "si");

static void try_port(const struct code *code, unsigned int port, bool match)
{
	unsigned long cr4 = read_cr4();
	struct trace t;

	require(this_cpu_has(X86_FEATURE_DE));
	set_address(1, port);
	write_cr4(cr4 | X86_CR4_DE);
	t = trace_code(code, DR7_GLOBAL_ENABLE_DR1 | DR7_PORT_IO_DRx(1) | DR7_LEN_2_DRx(1), 0);
	write_cr4(cr4);
	if (match)
		expect_trace(code, &t, DR6_TRAP1, false);
	else
		expect_eq(t.count, 0);
}

CASE(port_out, "a breakpoint on two ports: OUT to the first is a trap behind it, DR6.B1") { try_port(&out_byte, 0x82, true); }
CASE(port_word, "the same by OUT of two bytes") { try_port(&out_word, 0x82, true); }
CASE(port_in, "the same by IN") { try_port(&in_byte, 0x82, true); }
CASE(port_outs, "the same by OUTS") { try_port(&outs, 0x82, true); }
CASE(port_unaligned, "the port is masked by the length: a breakpoint at the second is the same") { try_port(&out_byte, 0x83, true); }
CASE(port_other, "ports beside it do not match")
{
	try_port(&out_below, 0x82, false);
	try_port(&out_above, 0x82, false);
}
