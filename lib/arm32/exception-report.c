/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of an exception that nobody expected: the fault registers decoded (ARMv7 ARM,
 * sections B4.1.52 and B4.1.96), registers, the instruction words.
 */
#include "arch-hooks.h"
#include "exceptions.h"
#include "fault-name.h"
#include "frames.h"
#include "asm/setup.h"
#include "asm/try.h"

static const char *const vector_names[EXCPTN_MAX] = {
	"reset", "undefined instruction", "SVC", "prefetch abort", "data abort", "address", "IRQ",
	"FIQ",
};

/* Those that 64 bits have not, or have for something else. */
static const struct {
	u8 status;
	const char *name;
} own_faults[] = {
	{ 0x11, "asynchronous external abort" },
	{ 0x19, "asynchronous parity error" },
	{ 0x22, "debug event" },
};

static void add_fault(struct text *t, enum vector v, unsigned long fsr)
{
	unsigned int status = fsr & FSR_STATUS;

	add(t, ", %cFSR %#lx (", v == EXCPTN_DABT ? 'D' : 'I', fsr);
	for (size_t i = 0; i < ARRAY_SIZE(own_faults); i++)
		if (own_faults[i].status == status)
			add(t, "%s", own_faults[i].name);
	add_fault_name(t, status);
	if (v == EXCPTN_DABT)
		add(t, "%s%s", fsr & FSR_WNR ? ", write" : ", read",
		    fsr & FSR_CM ? ", cache operation" : "");
	add(t, " at address %#lx)", v == EXCPTN_DABT ? read_sysreg(DFAR) : read_sysreg(IFAR));
}

static const struct {
	unsigned int mode;
	const char *name;
} modes[] = {
	{ USR_MODE, "USR" }, { FIQ_MODE, "FIQ" }, { IRQ_MODE, "IRQ" },
	{ SVC_MODE, "SVC" }, { MON_MODE, "MON" }, { ABT_MODE, "ABT" },
	{ HYP_MODE, "HYP" }, { UND_MODE, "UND" }, { SYSTEM_MODE, "SYS" },
};

static const struct {
	u32 bit;
	char name[4];
} flags[] = {
	{ PSR_N_BIT, "N" }, { PSR_Z_BIT, "Z" }, { PSR_C_BIT, "C" }, { PSR_V_BIT, "V" },
	{ PSR_Q_BIT, "Q" }, { PSR_J_BIT, "J" }, { PSR_PAN_BIT, "PAN" }, { PSR_E_BIT, "E" },
	{ PSR_A_BIT, "A" }, { PSR_I_BIT, "I" }, { PSR_F_BIT, "F" }, { PSR_T_BIT, "T" },
};

static void add_cpsr(struct text *t, unsigned long cpsr)
{
	const char *mode = "reserved mode";

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (modes[i].mode == (cpsr & MODE_MASK))
			mode = modes[i].name;
	add(t, "  CPSR %08lx (%s", cpsr, mode);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (cpsr & flags[i].bit)
			add(t, " %s", flags[i].name);
	add(t, ")");
}

static void add_registers(struct text *t, const struct pt_regs *regs)
{
	static const char names[4][3] = { "IP", "SP", "LR", "PC" };

	for (int i = 0; i < 16; i++) {
		if (i < 12)
			add(t, "%sR%-2d %08lx", i % 6 ? "  " : "\n  ", i, regs->uregs[i]);
		else
			add(t, "%s%s  %08lx", i % 6 ? "  " : "\n  ", names[i - 12], regs->uregs[i]);
	}
	add_cpsr(t, regs->ARM_cpsr);
	add(t, "\n  SCTLR %08lx  TTBCR %08lx  TTBR0 %010" PRIx64, read_sysreg(sctlr_el1),
	    read_sysreg(tcr_el1), read_sysreg(ttbr0_el1));
}

/* Some words before the instruction and behind it, its own in angle brackets. */
static void add_code(struct text *t, unsigned long pc)
{
	unsigned long word;

	add(t, "\n  code");
	for (unsigned long at = (pc & ~3ul) - 16; at != (pc & ~3ul) + 16; at += 4) {
		if (try_read_word((void *)at, &word))
			add(t, at == pc ? " <%08lx>" : " %08lx", word);
		else
			add(t, " ????????");
	}
}

size_t format_exception(char *buf, size_t size, enum vector v, const struct pt_regs *regs,
			unsigned long syndrome)
{
	struct text t = { buf, size, 0 };
	unsigned long pc = exception_address(v, regs);

	add(&t, "%s exception at %#lx on CPU %d", v < EXCPTN_MAX ? vector_names[v] : "unknown", pc,
	    arch_cpu_id());
	if (v == EXCPTN_DABT || v == EXCPTN_PABT)
		add_fault(&t, v, syndrome);
	add_registers(&t, regs);
	add_code(&t, pc);
	return t.len;
}

void show_regs(struct pt_regs *regs)
{
	char text[1024];
	struct text t = { text, sizeof(text), 0 };

	add_registers(&t, regs);
	add_code(&t, regs->ARM_pc);
	printf("registers of CPU %d%s\n", arch_cpu_id(), text);
}
