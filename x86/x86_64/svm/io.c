/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intercepts of I/O: the permission map, and what EXITINFO1 and 2 say (APM volume 2, section
 * 15.10). Port 0x80 (POST codes) is what L2 writes to: nothing answers there. For IN and OUT
 * EXITINFO1's address size and segment are not looked at; for INS and OUTS the segment only with
 * decode assists.
 */
#include "svm_test.h"

#define PORT		0x80
#define IOIO_MUST_ZERO	0xe002u		/* bits 1 and 15:13 */
#define IOIO_ADDRESS	(IOIO_A16 | IOIO_A32 | IOIO_A64)
#define IOIO_SEGMENT	(7u << IOIO_SEGMENT_SHIFT)

static struct svm_guest *guest_for_io(unsigned int port)
{
	struct svm_guest *g = svm_new_guest();

	svm_intercept(g, INTERCEPT_IOIO);
	g->regs->rdx = port;
	g->regs->rdi = (uintptr_t)l2_stack;
	g->regs->rsi = (uintptr_t)l2_stack;
	g->regs->rcx = 3;
	g->vmcb->save.rax = 0x1122334455667788ull;
	return g;
}

struct io {
	const struct l2_code *code;
	unsigned int size;
	u32 info;		/* EXITINFO1 but for port and size */
};

#define IO(name, insn)	L2_CODE(name, "", insn, "")
IO(outb_dx, "outb %al, %dx");
IO(outw_dx, "outw %ax, %dx");
IO(outl_dx, "outl %eax, %dx");
IO(outq_dx, ".byte 0x48; outl %eax, %dx");
IO(inb_dx, "inb %dx, %al");
IO(inw_dx, "inw %dx, %ax");
IO(inl_dx, "inl %dx, %eax");
IO(outb_imm, "outb %al, $0x80");
IO(outw_imm, "outw %ax, $0x80");
IO(outl_imm, "outl %eax, $0x80");
IO(inb_imm, "inb $0x80, %al");
IO(inw_imm, "inw $0x80, %ax");
IO(inl_imm, "inl $0x80, %eax");
IO(outsb_dx, "outsb (%rsi), %dx");
IO(outsw_dx, "outsw (%rsi), %dx");
IO(outsl_dx, "outsl (%rsi), %dx");
IO(insb_dx, "insb %dx, (%rdi)");
IO(insw_dx, "insw %dx, (%rdi)");
IO(insl_dx, "insl %dx, (%rdi)");
IO(rep_outsb, "rep outsb (%rsi), %dx");
IO(rep_outsw, "rep outsw (%rsi), %dx");
IO(rep_outsl, "rep outsl (%rsi), %dx");
IO(rep_insb, "rep insb %dx, (%rdi)");
IO(rep_insw, "rep insw %dx, (%rdi)");
IO(rep_insl, "rep insl %dx, (%rdi)");
IO(outsb_a32, "addr32 outsb");
IO(insb_a32, "addr32 insb");
IO(outsb_fs, "fs outsb");

/* All that the exit says, and that nothing has happened yet. */
static void expect_io(const struct io *io, unsigned int compared)
{
	struct svm_guest *g = guest_for_io(PORT);
	const struct vmcb *v = g->vmcb;

	svm_intercept_port(g, PORT);
	if (!expect_intercepted(g, io->code, SVM_EXIT_IOIO, "I/O"))
		return;
	expect_eq(v->control.exit_info_1 & compared,
		  (io->info | IOIO_SIZE(io->size) | IOIO_PORT(PORT)) & compared);
	expect_eq(v->control.exit_info_1 & IOIO_MUST_ZERO, 0);
	expect_eq(v->control.exit_info_1 >> 32, 0);
	expect_eq(v->control.exit_info_2, (uintptr_t)io->code->next);
	expect_eq(v->save.rax, 0x1122334455667788ull);
	expect_eq(g->regs->rcx, 3);
	expect_eq(g->regs->rdi, (uintptr_t)l2_stack);
	expect_eq(g->regs->rsi, (uintptr_t)l2_stack);
	if (this_cpu_has(X86_FEATURE_NRIPS))
		expect_eq(v->control.next_rip, (uintptr_t)io->code->next);
}

static void expect_ios(const struct io *io, unsigned int n, unsigned int compared)
{
	for (; n; n--, io++)
		expect_io(io, compared);
}
#define PLAIN_BITS	(~(IOIO_ADDRESS | IOIO_SEGMENT | IOIO_MUST_ZERO))

CASE(out, "OUT by DX and by an immediate: size, port, direction; EXITINFO2 is the next instruction")
{
	static const struct io ios[] = {
		{ &outb_dx, 1, 0 }, { &outw_dx, 2, 0 }, { &outl_dx, 4, 0 }, { &outq_dx, 4, 0 },
		{ &outb_imm, 1, 0 }, { &outw_imm, 2, 0 }, { &outl_imm, 4, 0 },
	};

	expect_ios(ios, ARRAY_SIZE(ios), PLAIN_BITS);
}

CASE(in, "IN by DX and by an immediate: size, port, direction; EXITINFO2 is the next instruction")
{
	static const struct io ios[] = {
		{ &inb_dx, 1, IOIO_IN }, { &inw_dx, 2, IOIO_IN }, { &inl_dx, 4, IOIO_IN },
		{ &inb_imm, 1, IOIO_IN }, { &inw_imm, 2, IOIO_IN }, { &inl_imm, 4, IOIO_IN },
	};

	expect_ios(ios, ARRAY_SIZE(ios), PLAIN_BITS);
}

#define OUTS	IOIO_STRING
#define INS	(IOIO_STRING | IOIO_IN)
static const struct io strings[] = {
	{ &outsb_dx, 1, OUTS | IOIO_A64 }, { &outsw_dx, 2, OUTS | IOIO_A64 },
	{ &outsl_dx, 4, OUTS | IOIO_A64 }, { &insb_dx, 1, INS | IOIO_A64 },
	{ &insw_dx, 2, INS | IOIO_A64 },   { &insl_dx, 4, INS | IOIO_A64 },
};
static const struct io rep_strings[] = {
	{ &rep_outsb, 1, OUTS | IOIO_REP | IOIO_A64 },
	{ &rep_outsw, 2, OUTS | IOIO_REP | IOIO_A64 },
	{ &rep_outsl, 4, OUTS | IOIO_REP | IOIO_A64 },
	{ &rep_insb, 1, INS | IOIO_REP | IOIO_A64 },
	{ &rep_insw, 2, INS | IOIO_REP | IOIO_A64 },
	{ &rep_insl, 4, INS | IOIO_REP | IOIO_A64 },
};

CASE(string, "INS and OUTS: STR and the size, RIP at the instruction, no register changed")
{
	expect_ios(strings, ARRAY_SIZE(strings), PLAIN_BITS);
}

CASE(rep_string, "REP INS and REP OUTS: REP too, RCX as it was")
{
	expect_ios(rep_strings, ARRAY_SIZE(rep_strings), PLAIN_BITS);
}

CASE(string_address_size, "INS and OUTS: EXITINFO1 has the address size")
{
	static const struct io a32[] = { { &outsb_a32, 1, OUTS | IOIO_A32 },
					 { &insb_a32, 1, INS | IOIO_A32 } };

	expect_ios(strings, ARRAY_SIZE(strings), ~(IOIO_SEGMENT | IOIO_MUST_ZERO));
	expect_ios(a32, ARRAY_SIZE(a32), ~(IOIO_SEGMENT | IOIO_MUST_ZERO));
}

CASE(string_segment, "INS and OUTS: EXITINFO1 has the segment's number (ES 0, DS 3, FS 4)")
{
	static const struct io ios[] = {
		{ &outsb_dx, 1, OUTS | IOIO_A64 | 3 << IOIO_SEGMENT_SHIFT },
		{ &insb_dx, 1, INS | IOIO_A64 },
		{ &outsb_fs, 1, OUTS | IOIO_A64 | 4 << IOIO_SEGMENT_SHIFT },
	};

	require_svm(DECODEASSISTS);
	expect_ios(ios, ARRAY_SIZE(ios), ~IOIO_MUST_ZERO);
}

/* ---- the map ---- */

static bool exits(struct svm_guest *g, const struct l2_code *code)
{
	return svm_run_at(g, code->start) == SVM_EXIT_IOIO;
}

/* Which bits of the map an access looks at: each alone, and those beside it. */
static void expect_bits(const struct l2_code *code, unsigned int port, int size)
{
	for (int bit = -1; bit <= size; bit++) {
		struct svm_guest *g = guest_for_io(port);

		if ((int)port + bit < 0)
			continue;
		svm_intercept_port(g, port + bit);
		expect_eq_msg(exits(g, code), bit >= 0 && bit < size,
			      "%d bytes at %#x, bit of port %#x", size, port, port + bit);
	}
}

CASE(map_byte, "an access of one byte looks at its own bit")
{
	expect_bits(&outb_dx, 0x80, 1);
	expect_bits(&inb_dx, 0x87, 1);
	expect_bits(&inb_dx, 0xed, 1);
}

CASE(map_word, "an access of two bytes looks at two bits, across bytes of the map as well")
{
	expect_bits(&outw_dx, 0x80, 2);
	expect_bits(&inw_dx, 0x87, 2);
}

CASE(map_long, "an access of four bytes looks at four bits, across bytes of the map as well")
{
	expect_bits(&outl_dx, 0x80, 4);
	expect_bits(&inl_dx, 0x85, 4);
	expect_bits(&inl_dx, 0x86, 4);
	expect_bits(&inl_dx, 0x87, 4);
}

CASE(map_pages, "the map's second page has the ports from 0x8000 on; an access may need both pages")
{
	expect_bits(&inb_dx, 0x7fff, 1);
	expect_bits(&inb_dx, 0x8000, 1);
	expect_bits(&inl_dx, 0x7ffe, 4);
}

CASE(map_end, "an access across port 0xffff looks at the bits behind it, in the third page")
{
	expect_bits(&inb_dx, 0xffff, 1);
	expect_bits(&inw_dx, 0xffff, 2);
	expect_bits(&inl_dx, 0xfffd, 4);
	expect_bits(&inl_dx, 0xffff, 4);
}

CASE(map_all_others, "with all bits but its own an access does not exit")
{
	struct svm_guest *g = guest_for_io(PORT);

	memset(g->iopm, 0xff, IOPM_SIZE);
	g->iopm[PORT / 8] &= ~(1u << PORT % 8);
	expect_through(g, &outb_dx, "OUT");
	expect_through(g, &inb_dx, "IN");
	expect_eq_msg(exits(g, &outw_dx), true, "two bytes");
}

CASE(map_unused, "without the intercept the map is not looked at")
{
	struct svm_guest *g = guest_for_io(PORT);

	memset(g->iopm, 0xff, IOPM_SIZE);
	svm_no_intercept(g, INTERCEPT_IOIO);
	expect_through(g, &outb_dx, "OUT");
}

CASE(io_string_runs, "REP OUTS that nobody intercepts runs to its end")
{
	struct svm_guest *g = guest_for_io(PORT);

	expect_through(g, &rep_outsb, "REP OUTS");
	expect_eq(g->regs->rcx, 0);
	expect_eq(g->regs->rsi, (uintptr_t)l2_stack + 3);
}

/* At CPL 3 with an IOPL of 0 and no bitmap in the TSS. */
CASE(io_privilege, "#GP for the I/O privilege comes before the intercept")
{
	struct svm_guest *g = guest_for_io(PORT);

	svm_intercept_port(g, PORT);
	svm_at_cpl3(g);
	expect_run(g, &outb_dx, SVM_EXIT_EXCEPTION(GP_VECTOR), outb_dx.at, "IOPL 0");
	g->vmcb->save.rflags |= X86_EFLAGS_IOPL;
	expect_run(g, &outb_dx, SVM_EXIT_IOIO, outb_dx.at, "IOPL 3");
}
