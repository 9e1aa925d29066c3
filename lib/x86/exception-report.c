/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of an exception that nobody expected: its name and error code decoded (SDM volume 3, sections 6.13 and
 * 6.15), registers, the bytes of the instruction, the stack trace.
 */
#include "libcflat.h"
#include "arch-hooks.h"
#include "case.h"
#include "text.h"
#include "x86/desc.h"
#include "x86/desc-width.h"
#include "x86/processor.h"

static const struct {
	char mnemonic[12];
	const char *meaning;
} names[32] = {
	[DE_VECTOR] = { "#DE", "divide error" },
	[DB_VECTOR] = { "#DB", "debug" },
	[NMI_VECTOR] = { "#NMI", "non-maskable interrupt" },
	[BP_VECTOR] = { "#BP", "breakpoint" },
	[OF_VECTOR] = { "#OF", "overflow" },
	[BR_VECTOR] = { "#BR", "bound range exceeded" },
	[UD_VECTOR] = { "#UD", "invalid opcode" },
	[NM_VECTOR] = { "#NM", "device not available" },
	[DF_VECTOR] = { "#DF", "double fault" },
	[TS_VECTOR] = { "#TS", "invalid TSS" },
	[NP_VECTOR] = { "#NP", "segment not present" },
	[SS_VECTOR] = { "#SS", "stack segment" },
	[GP_VECTOR] = { "#GP", "general protection" },
	[PF_VECTOR] = { "#PF", "page fault" },
	[MF_VECTOR] = { "#MF", "x87 floating point" },
	[AC_VECTOR] = { "#AC", "alignment check" },
	[MC_VECTOR] = { "#MC", "machine check" },
	[XM_VECTOR] = { "#XM", "SIMD floating point" },
	[VE_VECTOR] = { "#VE", "virtualization" },
	[CP_VECTOR] = { "#CP", "control protection" },
	[HV_VECTOR] = { "#HV", "hypervisor injection" },
	[VC_VECTOR] = { "#VC", "VMM communication" },
	[SX_VECTOR] = { "#SX", "security" },
};

const char *exception_mnemonic(int vector)
{
	if (vector < 0 || vector >= 32)
		return "interrupt";
	return names[vector].mnemonic[0] ? names[vector].mnemonic : "#reserved";
}

/* ---- text ---- */

struct bit_name {
	unsigned long bit;
	const char *set, *clear;	/* what to say, NULL: nothing */
};

static void add_bits(struct text *t, unsigned long value, const struct bit_name *bits, size_t n)
{
	const char *before = "";

	for (size_t i = 0; i < n; i++) {
		const char *name = value & bits[i].bit ? bits[i].set : bits[i].clear;

		if (!name)
			continue;
		add(t, "%s%s", before, name);
		before = ", ";
	}
}

/* Section 4.7. */
static const struct bit_name page_fault_bits[] = {
	{ 1 << 1, "write", NULL },
	{ 1 << 4, "instruction fetch", NULL },
	{ 0x12, NULL, "read" },
	{ 1 << 2, "user", "supervisor" },
	{ 1 << 0, "protection", "not present" },
	{ 1 << 3, "reserved bit", NULL },
	{ 1 << 5, "protection key", NULL },
	{ 1 << 6, "shadow stack", NULL },
	{ 1 << 15, "SGX", NULL },
};

/* Section 6.13. */
static const struct bit_name selector_bits[] = {
	{ 1 << 0, "external event", NULL },
	{ 1 << 1, "IDT", NULL },
	{ 1 << 2, "LDT unless IDT", NULL },
	{ 0x6, NULL, "GDT" },
};

static const struct bit_name flag_bits[] = {
	{ X86_EFLAGS_CF, "CF", NULL }, { X86_EFLAGS_PF, "PF", NULL }, { X86_EFLAGS_AF, "AF", NULL },
	{ X86_EFLAGS_ZF, "ZF", NULL }, { X86_EFLAGS_SF, "SF", NULL }, { X86_EFLAGS_TF, "TF", NULL },
	{ X86_EFLAGS_IF, "IF", NULL }, { X86_EFLAGS_DF, "DF", NULL }, { X86_EFLAGS_OF, "OF", NULL },
	{ X86_EFLAGS_NT, "NT", NULL }, { X86_EFLAGS_RF, "RF", NULL }, { X86_EFLAGS_VM, "VM", NULL },
	{ X86_EFLAGS_AC, "AC", NULL },
};

static void add_error_code(struct text *t, const struct ex_regs *regs)
{
	unsigned long code = regs->error_code;

	if (regs->vector >= 32 || !(VECTORS_WITH_ERROR_CODE >> regs->vector & 1))
		return;
	add(t, ", error code %#lx", code);
	if (regs->vector == PF_VECTOR) {
		add(t, " (");
		add_bits(t, code, page_fault_bits, ARRAY_SIZE(page_fault_bits));
		add(t, ") at address %#lx", (ulong)read_cr2());
	} else if (code && regs->vector >= TS_VECTOR && regs->vector <= GP_VECTOR) {
		add(t, " (selector or vector %#lx: ", code & 2 ? code >> 3 & 0xff : code & 0xfff8);
		add_bits(t, code, selector_bits, ARRAY_SIZE(selector_bits));
		add(t, ")");
	}
}

struct reg_name {
	char name[4];
	u16 offset;
};
#define REG(text, field) { text, offsetof(struct ex_regs, field) }
static const struct reg_name reg_names[] = {
#ifdef __x86_64__
	REG("RAX", rax), REG("RBX", rbx), REG("RCX", rcx), REG("RDX", rdx),
	REG("RSI", rsi), REG("RDI", rdi), REG("RBP", rbp), REG("R8", r8),
	REG("R9", r9), REG("R10", r10), REG("R11", r11), REG("R12", r12),
	REG("R13", r13), REG("R14", r14), REG("R15", r15),
#else
	REG("EAX", rax), REG("EBX", rbx), REG("ECX", rcx), REG("EDX", rdx),
	REG("ESI", rsi), REG("EDI", rdi), REG("EBP", rbp),
#endif
};
#define WORD_DIGITS	((int)sizeof(long) * 2)
#define REGS_PER_LINE	4

static void add_registers(struct text *t, const struct ex_regs *regs)
{
	for (size_t i = 0; i < ARRAY_SIZE(reg_names); i++) {
		const struct reg_name *r = &reg_names[i];

		add(t, "%s%3s %0*lx", i % REGS_PER_LINE ? "  " : "\n  ", r->name, WORD_DIGITS,
		    *(const unsigned long *)((const char *)regs + r->offset));
	}
	add(t, "\n  %cSP %0*lx", "ER"[sizeof(long) == 8], WORD_DIGITS, exception_sp(regs));
	add(t, "  flags %0*lx (", WORD_DIGITS, regs->rflags);
	add_bits(t, regs->rflags, flag_bits, ARRAY_SIZE(flag_bits));
	add(t, ")\n  CS %04lx  SS %04lx  DS %04x  ES %04x  FS %04x  GS %04x  TR %04x", regs->cs & 0xffff,
	    sizeof(long) == 8 || regs->cs & 3 ? regs->ss & 0xffff : (ulong)read_ss(),
	    read_ds(), read_es(), read_fs(), read_gs(), str());
	add(t, "\n  CR0 %08lx  CR2 %0*lx  CR3 %0*lx  CR4 %08lx", (ulong)read_cr0(), WORD_DIGITS, (ulong)read_cr2(),
	    WORD_DIGITS, (ulong)read_cr3(), (ulong)read_cr4());
}

/* Some bytes before the instruction pointer and as many as an instruction can have behind it. */
static void add_code(struct text *t, const struct ex_regs *regs)
{
	add(t, "\n  code");
	for (unsigned long at = regs->rip - 8; at != regs->rip + 15; at++) {
		const char *form = at == regs->rip ? " <%02x>" : " %02x";
		u8 byte;

		if (try_read_byte((void *)at, &byte))
			add(t, form, byte);
		else
			add(t, " ??");
	}
}

size_t format_exception(char *buf, size_t size, const struct ex_regs *regs)
{
	struct text t = { buf, size, 0 };

	add(&t, "%s", exception_mnemonic(regs->vector));
	if (regs->vector < 32 && names[regs->vector].meaning)
		add(&t, " (%s)", names[regs->vector].meaning);
	else
		add(&t, ", vector %lu", regs->vector);
	add(&t, " at %04lx:%#lx on CPU %d", regs->cs & 0xffff, regs->rip, x86_cpu_id());
	add_error_code(&t, regs);
	add_registers(&t, regs);
	add_code(&t, regs);
	return t.len;
}

/* ---- the end ---- */

#define MAX_FRAMES	32
#define TEXT_SIZE	1536

_Noreturn void unhandled_exception(struct ex_regs *regs, bool cpu)
{
	static volatile bool reporting[X86_MAX_CPUS];
	volatile bool *again = &reporting[x86_cpu_id()];
	const void *frames[MAX_FRAMES];
	char text[TEXT_SIZE];
	int n;

	if (*again) {
		/* The report itself faults: say it with next to no code, and leave. */
		arch_console_write("\nABORT: exception while reporting an exception\n", 47);
		arch_exit(127);
	}
	*again = true;
	format_exception(text, sizeof(text), regs);
	n = exception_frames(regs, frames, MAX_FRAMES);
	leave_nested_task();
	*again = false;
	case_unexpected_exception(text, frames, n);
}
