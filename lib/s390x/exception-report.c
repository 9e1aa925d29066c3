/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said of an interruption that nobody wanted: the code's name (PoP, figure 6-1), PSW,
 * registers, stack trace.
 */
#include "arch-hooks.h"
#include "case.h"
#include "frames.h"
#include "text.h"
#include "s390x/boot.h"
#include "s390x/smp.h"

static const char *const names[] = {
	[0x01] = "operation",
	[0x02] = "privileged operation",
	[0x03] = "execute",
	[0x04] = "protection",
	[0x05] = "addressing",
	[0x06] = "specification",
	[0x07] = "data",
	[0x08] = "fixed-point overflow",
	[0x09] = "fixed-point divide",
	[0x0a] = "decimal overflow",
	[0x0b] = "decimal divide",
	[0x0c] = "HFP exponent overflow",
	[0x0d] = "HFP exponent underflow",
	[0x0e] = "HFP significance",
	[0x0f] = "HFP divide",
	[0x10] = "segment translation",
	[0x11] = "page translation",
	[0x12] = "translation specification",
	[0x13] = "special operation",
	[0x15] = "operand",
	[0x16] = "trace table",
	[0x18] = "transaction constraint",
	[0x1b] = "vector processing",
	[0x1c] = "space switch event",
	[0x1d] = "HFP square root",
	[0x1f] = "PC translation specification",
	[0x20] = "AFX translation",
	[0x21] = "ASX translation",
	[0x22] = "LX translation",
	[0x23] = "EX translation",
	[0x24] = "primary authority",
	[0x25] = "secondary authority",
	[0x26] = "LFX translation",
	[0x27] = "LSX translation",
	[0x28] = "ALET specification",
	[0x29] = "ALEN translation",
	[0x2a] = "ALE sequence",
	[0x2b] = "ASTE validity",
	[0x2c] = "ASTE sequence",
	[0x2d] = "extended authority",
	[0x2e] = "LSTE sequence",
	[0x2f] = "ASTE instance",
	[0x30] = "stack full",
	[0x31] = "stack empty",
	[0x32] = "stack specification",
	[0x33] = "stack type",
	[0x34] = "stack operation",
	[0x38] = "ASCE type",
	[0x39] = "region first translation",
	[0x3a] = "region second translation",
	[0x3b] = "region third translation",
	[0x3d] = "secure storage access",
	[0x3e] = "non-secure storage access",
	[0x3f] = "secure storage violation",
	[0x40] = "monitor event",
};

const char *pgm_int_name(u16 code)
{
	u16 kind = code & 0x7f;

	if (code & PGM_INT_CODE_TX_ABORTED_EVENT)
		return "transaction aborted";
	if (code == PGM_INT_CODE_PER)
		return "PER event";
	if (code == PGM_INT_CODE_CRYPTO_OPERATION)
		return "crypto operation";
	return kind < ARRAY_SIZE(names) && names[kind] ? names[kind] : "unknown";
}

static void add_registers(struct text *t, const char *letter, const u64 *regs)
{
	for (int i = 0; i < 16; i++)
		add(t, "%s%s%-2d %016" PRIx64, i % 4 ? "  " : "\n  ", letter, i, regs[i]);
}

size_t format_interrupted(char *buf, size_t size, const struct stack_frame_int *frame)
{
	struct text t = { buf, size, 0 };
	unsigned long insn;

	add(&t, "at %#" PRIx64 " in %s state on CPU %d, PSW %016" PRIx64 " %016" PRIx64,
	    frame->psw.addr, frame->psw.mask & PSW_MASK_PSTATE ? "problem" : "supervisor",
	    arch_cpu_id(), frame->psw.mask, frame->psw.addr);
	add_registers(&t, "r", frame->grs);
	add_registers(&t, "c", frame->crs);
	if (try_read_word((void *)((frame->psw.addr - 8) & ~1ul), &insn))
		add(&t, "\n  code before the PSW's address %016lx", insn);
	return t.len;
}

static size_t format_pgm(char *buf, size_t size)
{
	return snprintf(buf, size,
			"%s exception (program-interruption code %#x, ILC %u), TEID %#" PRIx64
			", DXC %#x, last branch %#" PRIx64 ", ",
			pgm_int_name(lowcore.pgm_int_code), lowcore.pgm_int_code,
			lowcore.pgm_int_id, lowcore.trans_exc_id, lowcore.dxc_vxc,
			lowcore.breaking_event_addr);
}

#define MAX_FRAMES	32
#define TEXT_SIZE	2048

void unexpected_interrupt(const struct stack_frame_int *frame, const char *what)
{
	static volatile bool reporting;
	const void *frames[MAX_FRAMES];
	char text[TEXT_SIZE];
	size_t len;
	int n;

	if (reporting) {
		/* The report itself is interrupted: say it with next to no code, and leave. */
		arch_console_write("\nABORT: exception while reporting an exception\n", 46);
		arch_exit(127);
	}
	reporting = true;
	len = 0;
	if (frame->psw.addr >= (u64)ext_entry && frame->psw.addr < (u64)pgm_entry_end)
		len = snprintf(text, sizeof(text),
			       "bad stack pointer %#" PRIx64 " at an interruption: ",
			       lowcore.save_pgm[15]);
	if (what)
		len += snprintf(text + len, sizeof(text) - len, "%s (code %#x, parameter %#x) ",
				what, lowcore.ext_int_code, lowcore.ext_int_param);
	else
		len += format_pgm(text + len, sizeof(text) - len);
	format_interrupted(text + len, sizeof(text) - len, frame);
	n = interrupted_frames(frame, frames, MAX_FRAMES);
	reporting = false;
	lowcore.entering = 0;
	case_unexpected_exception(text, frames, n);
}
