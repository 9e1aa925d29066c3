/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the IDT decides (SDM volume 2, INT n, operation; volume 3, sections 6.11 to 6.14): INT of all 256 vectors; gates that
 * are missing, malformed or lead nowhere, with the error codes that name them; what interrupt and trap gates do to
 * flags; stacks of 64-bit mode. The error code of a bad gate is its vector * 8 + 2 (IDT), + 1 (EXT) if no INT asked.
 */
#include "recorder.h"

#define BY_INT(vector)		((vector) * 8 + 2)
#define BY_EXCEPTION(vector)	((vector) * 8 + 3)

/* INT n for every n, 4 bytes each: the long form, RET, and one to fill. */
asm(".text\n"
    "ints:\n"
    ".set n, 0\n"
    ".rept 256\n"
    ".byte 0xcd, n, 0xc3, 0x90\n"
    ".set n, n + 1\n"
    ".endr\n");
extern const char ints[];

static struct snippet int_n(int vector)
{
	const char *at = ints + 4 * vector;

	return (struct snippet){ (void (*)(void))at, at, at + 2 };
}

/* Handler without the library: remembers the top of its stack, and returns whatever was pushed there. */
#ifdef __x86_64__
#define RETURN_FROM_RAW	"popq raw_top; pushq raw_top; movq raw_top, %rax; cmpq raw_expected, %rax; je 1f\n addq $8, %rsp\n 1: iretq\n"
#else
#define RETURN_FROM_RAW	"popl raw_top; pushl raw_top; movl raw_top, %eax; cmpl raw_expected, %eax; je 1f\n addl $4, %esp\n 1: iretl\n"
#endif
asm(".text\n raw_handler: incl raw_count\n" RETURN_FROM_RAW);
extern char raw_handler[];
unsigned long raw_top, raw_expected;
unsigned int raw_count;

CASE(int_all, "INT n goes to vector n, for all 256, and pushes no error code")
{
	for (int v = 0; v < 256; v++) {
		struct snippet code = int_n(v);
		idt_entry_t saved = boot_idt[v];

		raw_count = 0;
		raw_expected = (unsigned long)code.next;
		set_idt_entry(v, raw_handler, 0);
		asm volatile("call *%0" : : "r" (code.run) : "eax", "ecx", "edx", "memory", "cc");
		boot_idt[v] = saved;
		expect_eq_msg(raw_count, 1, "vector %d", v);
		expect_eq_msg(raw_top, raw_expected, "vector %d", v);
	}
}

#define SPARE_VECTOR	0x90

/* INT SPARE_VECTOR with a changed gate must be vector(error code), a fault of the INT. */
static void expect_bad_gate(idt_entry_t gate, unsigned int vector, unsigned long error_code)
{
	struct snippet code = int_n(SPARE_VECTOR);
	struct seen s;

	boot_idt[SPARE_VECTOR] = gate;
	s = run_snippet(&code);
	reset_idt_entry(SPARE_VECTOR);
	expect_seen(&s, &code, vector, error_code, FAULT, KERNEL_CS);
}

CASE(not_present_gate, "INT n by a gate that is not present is #NP(n, IDT)")
{
	idt_entry_t gate = boot_idt[SPARE_VECTOR];

	gate.p = 0;
	expect_bad_gate(gate, NP_VECTOR, BY_INT(SPARE_VECTOR));
}

CASE(gate_type, "INT n by anything but an interrupt, trap or task gate is #GP(n, IDT)")
{
	/* In 64-bit mode 14 and 15 only; in 32-bit mode 5 (task), 6 and 7 (16 bits) as well. */
	const unsigned int valid = sizeof(long) == 8 ? 0xc000 : 0xc0e0;

	for (int type = 0; type < 16; type++) {
		idt_entry_t gate = boot_idt[SPARE_VECTOR];

		gate.type = type;
		if (!(valid >> type & 1))
			expect_bad_gate(gate, GP_VECTOR, BY_INT(SPARE_VECTOR));
	}
}

static void expect_bad_selector(u16 sel, unsigned int vector, unsigned long error_code)
{
	idt_entry_t gate = boot_idt[SPARE_VECTOR];

	gate.selector = sel;
	expect_bad_gate(gate, vector, error_code);
}

CASE(gate_selector, "a gate to no segment, to data, to ring 3, beyond the GDT: #GP(selector)")
{
	expect_bad_selector(0, GP_VECTOR, 0);
	expect_bad_selector(KERNEL_DS, GP_VECTOR, KERNEL_DS);
	expect_bad_selector(NP_SEL, GP_VECTOR, NP_SEL);		/* its type is looked at first */
	expect_bad_selector(USER_CS, GP_VECTOR, USER_CS & ~3);
	expect_bad_selector(0xfff8, GP_VECTOR, 0xfff8);
	expect_bad_selector(0x14, GP_VECTOR, 0x14);
}

CASE(gate_absent_code, "a gate to a code segment that is not present is #NP(selector)")
{
	*get_gdt_entry(FIRST_SPARE_SEL) = *get_gdt_entry(KERNEL_CS);
	get_gdt_entry(FIRST_SPARE_SEL)->p = 0;
	expect_bad_selector(FIRST_SPARE_SEL, NP_VECTOR, FIRST_SPARE_SEL);
}

#ifdef __x86_64__
CASE(gate_32bit_code, "in 64-bit mode a gate to a 32-bit code segment is #GP(selector)")
{
	expect_bad_selector(KERNEL_CS32, GP_VECTOR, KERNEL_CS32);
}

CASE(gate_noncanonical, "a gate to a non-canonical address is #GP(0)")
{
	idt_entry_t gate = boot_idt[SPARE_VECTOR];

	gate.offset2 = 0x8000;
	expect_bad_gate(gate, GP_VECTOR, 0);
}
#endif

CASE(idt_limit, "INT n with a gate beyond the IDT's limit, also by one byte, is #GP(n, IDT); with it in full it works")
{
	struct descriptor_table_ptr whole, cut;
	struct snippet code = int_n(SPARE_VECTOR);
	struct seen inside, beyond;

	sidt(&whole);
	cut = whole;
	cut.limit = (SPARE_VECTOR + 1) * sizeof(idt_entry_t) - 1;
	raw_expected = (unsigned long)code.next;
	raw_count = 0;
	set_idt_entry(SPARE_VECTOR, raw_handler, 0);
	lidt(&cut);
	inside = run_snippet(&code);
	cut.limit--;
	lidt(&cut);
	beyond = run_snippet(&code);
	lidt(&whole);
	reset_idt_entry(SPARE_VECTOR);
	expect_eq(inside.count, 0);
	expect_eq(raw_count, 1);
	expect_seen(&beyond, &code, GP_VECTOR, BY_INT(SPARE_VECTOR), FAULT, KERNEL_CS);
}

SNIPPET(ud, "", "ud2", "");

CASE(exception_bad_gate, "a #UD whose gate is not present is #NP(6, IDT, EXT); RIP is still the instruction's")
{
	struct seen s;

	boot_idt[UD_VECTOR].p = 0;
	s = run_snippet(&ud);
	boot_idt[UD_VECTOR].p = 1;
	expect_seen(&s, &ud, NP_VECTOR, BY_EXCEPTION(UD_VECTOR), FAULT, KERNEL_CS);
}

CASE(exception_bad_selector, "a #UD whose gate has a null selector is #GP(0, EXT)")
{
	struct seen s;

	boot_idt[UD_VECTOR].selector = 0;
	s = run_snippet(&ud);
	boot_idt[UD_VECTOR].selector = KERNEL_CS;
	expect_seen(&s, &ud, GP_VECTOR, 1, FAULT, KERNEL_CS);
}

CASE(interrupt_gate_clears_if, "an interrupt gate clears IF, a trap gate leaves it; both save it")
{
	for (int type = GATE_INTERRUPT; type <= GATE_TRAP; type++) {
		unsigned long in_handler = type == GATE_TRAP ? X86_EFLAGS_IF : 0;
		struct seen s;

		boot_idt[UD_VECTOR].type = type;
		sti();
		s = run_snippet(&ud);
		cli();
		expect_eq_msg(s.regs.rflags & X86_EFLAGS_IF, X86_EFLAGS_IF, "saved, gate type %d", type);
		expect_eq_msg(s.handler_flags & X86_EFLAGS_IF, in_handler, "in the handler, gate type %d", type);
	}
	boot_idt[UD_VECTOR].type = GATE_INTERRUPT;
}

CASE(nt_saved, "NT is saved and clear in the handler")
{
	struct seen s;

	write_rflags(read_rflags() | X86_EFLAGS_NT);
	s = run_snippet(&ud);
	write_rflags(read_rflags() & ~X86_EFLAGS_NT);
	expect_eq(s.regs.rflags & X86_EFLAGS_NT, X86_EFLAGS_NT);
	expect_eq(s.handler_flags & X86_EFLAGS_NT, 0);
}

#ifdef __x86_64__
#define FRAME_TOP(regs)	((unsigned long)(&(regs)->ss + 1))

static unsigned long frame_top;

static void note_frame(struct ex_regs *regs)
{
	frame_top = FRAME_TOP(regs);
	regs->rip += 2;		/* UD2 */
}

CASE(stack_alignment, "in 64-bit mode the frame is aligned to 16 bytes whatever RSP was, and RSP is saved")
{
	handler before = handle_exception(UD_VECTOR, note_frame);

	for (unsigned long offset = 0; offset < 32; offset++) {
		unsigned long sp;

		asm volatile("movq %%rsp, %%rcx\n\t"
			     "andq $-32, %%rsp\n\t"
			     "subq %2, %%rsp\n\t"
			     "movq %%rsp, %0\n\t"
			     "ud2\n\t"
			     "subq %%rsp, %0\n\t"	/* 0 if RSP came back */
			     "leaq (%%rsp, %0), %0\n\t"
			     "movq %%rcx, %%rsp"
			     : "=&a" (sp) : "0" (0UL), "r" (offset) : "rcx", "rdx", "memory", "cc");
		expect_eq_msg(frame_top, sp & ~15UL, "offset %lu", offset);
	}
	handle_exception(UD_VECTOR, before);
}

CASE(interrupt_stack, "a gate with an IST entry switches to exactly that stack, also in ring 0")
{
	static char stack[4096] __attribute__((aligned(16)));
	handler before = handle_exception(UD_VECTOR, note_frame);

	for (int ist = 3; ist <= 7; ist++) {
		unsigned long top = (unsigned long)stack + 1024 + 256 * ist;

		(&tss[0].ist1)[ist - 1] = top + ist;	/* aligned by the CPU */
		boot_idt[UD_VECTOR].ist = ist;
		asm volatile("ud2" : : : "memory");
		boot_idt[UD_VECTOR].ist = 0;
		expect_eq_msg(frame_top, top, "IST %d", ist);
	}
	handle_exception(UD_VECTOR, before);
}
#endif
