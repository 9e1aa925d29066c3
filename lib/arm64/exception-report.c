/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of an exception that nobody expected: ESR and FAR decoded (Arm ARM, section D19.2.37), registers, the
 * instruction words, the stack trace.
 */
#include "arch-hooks.h"
#include "exceptions.h"
#include "fault-name.h"
#include "frames.h"
#include "text.h"
#include "asm/setup.h"
#include "asm/try.h"

static const char *const vector_names[VECTOR_MAX] = {
	"EL1t synchronous", "EL1t IRQ", "EL1t FIQ", "EL1t SError",
	"EL1h synchronous", "EL1h IRQ", "EL1h FIQ", "EL1h SError",
	"EL0 synchronous", "EL0 IRQ", "EL0 FIQ", "EL0 SError",
	"EL0 (32) synchronous", "EL0 (32) IRQ", "EL0 (32) FIQ", "EL0 (32) SError",
};

static const char *const class_names[EC_MAX] = {
	[ESR_ELx_EC_UNKNOWN] = "undefined instruction", [ESR_ELx_EC_WFx] = "WFI or WFE",
	[ESR_ELx_EC_CP15_32] = "MCR or MRC, CP15", [ESR_ELx_EC_CP15_64] = "MCRR or MRRC, CP15",
	[ESR_ELx_EC_CP14_MR] = "MCR or MRC, CP14", [ESR_ELx_EC_FP_ASIMD] = "FP or SIMD is off",
	[ESR_ELx_EC_PAC] = "pointer authentication trap", [ESR_ELx_EC_LS64] = "LD64B or ST64B",
	[ESR_ELx_EC_CP14_64] = "MRRC, CP14", [ESR_ELx_EC_BTI] = "branch target",
	[ESR_ELx_EC_ILL] = "illegal execution state", [ESR_ELx_EC_SVC32] = "SVC (32)",
	[ESR_ELx_EC_SVC64] = "SVC", [ESR_ELx_EC_HVC64] = "HVC", [ESR_ELx_EC_SMC64] = "SMC",
	[ESR_ELx_EC_SYS64] = "system register access", [ESR_ELx_EC_SVE] = "SVE is off",
	[ESR_ELx_EC_FPAC] = "pointer authentication failure", [ESR_ELx_EC_SME] = "SME is off",
	[ESR_ELx_EC_IABT_LOW] = "instruction abort of a lower level", [ESR_ELx_EC_IABT_CUR] = "instruction abort",
	[ESR_ELx_EC_PC_ALIGN] = "PC alignment", [ESR_ELx_EC_DABT_LOW] = "data abort of a lower level",
	[ESR_ELx_EC_DABT_CUR] = "data abort", [ESR_ELx_EC_SP_ALIGN] = "SP alignment",
	[ESR_ELx_EC_FP_EXC32] = "FP exception (32)", [ESR_ELx_EC_FP_EXC64] = "FP exception",
	[ESR_ELx_EC_SERROR] = "SError", [ESR_ELx_EC_BREAKPT_LOW] = "breakpoint of a lower level",
	[ESR_ELx_EC_BREAKPT_CUR] = "breakpoint", [ESR_ELx_EC_SOFTSTP_LOW] = "software step of a lower level",
	[ESR_ELx_EC_SOFTSTP_CUR] = "software step", [ESR_ELx_EC_WATCHPT_LOW] = "watchpoint of a lower level",
	[ESR_ELx_EC_WATCHPT_CUR] = "watchpoint", [ESR_ELx_EC_BKPT32] = "BKPT (32)", [ESR_ELx_EC_BRK64] = "BRK",
};

static bool is_abort(unsigned int ec)
{
	return ec == ESR_ELx_EC_IABT_LOW || ec == ESR_ELx_EC_IABT_CUR || ec == ESR_ELx_EC_DABT_LOW ||
	       ec == ESR_ELx_EC_DABT_CUR;
}

static void add_abort(struct text *t, unsigned long esr)
{
	unsigned int status = esr & ESR_ELx_FSC, ec = ESR_ELx_EC(esr);
	bool data = ec == ESR_ELx_EC_DABT_LOW || ec == ESR_ELx_EC_DABT_CUR;

	add(t, ": ");
	if (status == ESR_ELx_FSC_MTE)
		add(t, "tag check fault");
	add_fault_name(t, status);
	if (data)
		add(t, "%s%s", esr & ESR_ELx_WNR ? ", write" : ", read", esr & ESR_ELx_CM ? ", cache operation" : "");
	if (esr & ESR_ELx_FnV)
		add(t, ", address unknown");
	else
		add(t, " at address %#lx", read_sysreg(far_el1));
}

static void add_syndrome(struct text *t, unsigned long esr)
{
	unsigned int ec = ESR_ELx_EC(esr);

	add(t, ", ESR %#lx (%s", esr, class_names[ec] ? class_names[ec] : "reserved class");
	if (is_abort(ec))
		add_abort(t, esr);
	else if (ec == ESR_ELx_EC_BRK64 || ec == ESR_ELx_EC_SVC64 || ec == ESR_ELx_EC_HVC64 || ec == ESR_ELx_EC_SMC64)
		add(t, " #%#lx", esr & 0xffff);
	else if (ec == ESR_ELx_EC_SYS64)
		add(t, ": %s S%lu_%lu_C%lu_C%lu_%lu, X%lu", esr & 1 ? "MRS" : "MSR", esr >> 20 & 3, esr >> 14 & 7,
		    esr >> 10 & 15, esr >> 1 & 15, esr >> 17 & 7, esr >> 5 & 31);
	add(t, ")");
}

static const struct {
	unsigned long bit;
	char name[6];
} flags[] = {
	{ PSR_N_BIT, "N" }, { PSR_Z_BIT, "Z" }, { PSR_C_BIT, "C" }, { PSR_V_BIT, "V" }, { PSR_TCO_BIT, "TCO" },
	{ PSR_DIT_BIT, "DIT" }, { PSR_UAO_BIT, "UAO" }, { PSR_PAN_BIT, "PAN" }, { PSR_SS_BIT, "SS" },
	{ PSR_IL_BIT, "IL" }, { PSR_SSBS_BIT, "SSBS" }, { PSR_D_BIT, "D" }, { PSR_A_BIT, "A" }, { PSR_I_BIT, "I" },
	{ PSR_F_BIT, "F" },
};

static void add_pstate(struct text *t, u64 pstate)
{
	add(t, "  PSTATE %08" PRIx64 " (EL%" PRIu64 "%c", pstate, pstate >> 2 & 3, pstate & 1 ? 'h' : 't');
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (pstate & flags[i].bit)
			add(t, " %s", flags[i].name);
	add(t, ")");
}

static void add_registers(struct text *t, const struct pt_regs *regs)
{
	for (int i = 0; i < 31; i++)
		add(t, "%sX%-2d %016" PRIx64, i % 4 ? "  " : "\n  ", i, regs->regs[i]);
	add(t, "  SP  %016" PRIx64 "\n  PC  %016" PRIx64, regs->sp, regs->pc);
	add_pstate(t, regs->pstate);
	add(t, "\n  FAR %016lx  SCTLR %lx  TCR %lx  TTBR0 %lx", read_sysreg(far_el1), read_sysreg(sctlr_el1),
	    read_sysreg(tcr_el1), read_sysreg(ttbr0_el1));
}

/* Some words before the program counter, its own in angle brackets. */
static void add_code(struct text *t, const struct pt_regs *regs)
{
	unsigned long pair;

	add(t, "\n  code");
	for (u64 at = (regs->pc & ~7ul) - 16; at != (regs->pc & ~7ul) + 16; at += 8) {
		bool readable = try_read_word((void *)at, &pair);

		for (int half = 0; half < 2; half++) {
			bool here = at + 4 * half == regs->pc;

			if (readable)
				add(t, here ? " <%08x>" : " %08x", (u32)(pair >> 32 * half));
			else
				add(t, " ????????");
		}
	}
}

size_t format_exception(char *buf, size_t size, enum vector v, const struct pt_regs *regs, unsigned long esr)
{
	struct text t = { buf, size, 0 };

	add(&t, "%s exception at %#" PRIx64 " on CPU %d", v < VECTOR_MAX ? vector_names[v] : "unknown", regs->pc,
	    arch_cpu_id());
	if (v % 4 == EL1T_SYNC || v % 4 == EL1T_ERROR)
		add_syndrome(&t, esr);
	add_registers(&t, regs);
	add_code(&t, regs);
	return t.len;
}

#define TEXT_SIZE	2048

void show_regs(struct pt_regs *regs)
{
	char text[TEXT_SIZE];

	format_exception(text, sizeof(text), user_mode(regs) ? EL0_SYNC_64 : EL1H_SYNC, regs, read_sysreg(esr_el1));
	printf("%s\n", text);
}
