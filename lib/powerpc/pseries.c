/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest of PAPR's (LoPAR 1.1): console by H_PUT_TERM_CHAR (section 16.4.2), 16 bytes a call; CPUs
 * by RTAS' start-cpu (section 7.3.21); interrupts between them by the interrupt presentation layer
 * (H_IPI and its like, section 14.5.4.7); sleep in H_CEDE.
 */
#include "arch-hooks.h"
#include "powerpc/platform.h"
#include "asm/hcall.h"
#include "asm/processor.h"
#include "asm/rtas.h"
#include "asm/smp.h"
#include "asm-generic/swab.h"

#define PIECE		16

#define MFRR_IPI	4ul	/* more urgent than nothing, less than a device could be */
#define MFRR_NONE	0xfful
#define CPPR_ALL	0xfful	/* lets every interrupt in */
#define CPPR_NONE	0ul
#define XISR_IPI	2
#define XISR_MASK	0xfffffful

/*
 * H_REGISTER_PROC_TBL: Linux' Documentation, QEMU's hw/ppc/spapr_hcall.c. The size is 2^(12 + n)
 * bytes.
 */
#define PROC_TABLE_NEW		0x18ul
#define PROC_TABLE_RADIX	0x04ul
#define PROC_TABLE_GTSE		0x01ul

/* The unit 0 is the machine's first terminal. The first byte is a register's highest. */
static void console_write(const char *data, size_t len)
{
	while (len) {
		size_t n = MIN(len, (size_t)PIECE);
		u64 words[2] = { 0 };

		memcpy(words, data, n);
		while (hcall(H_PUT_TERM_CHAR, 0ul, n, be64_to_cpu(words[0]),
			     be64_to_cpu(words[1])) == H_BUSY)
			cpu_relax();
		data += n;
		len -= n;
	}
}

/* Interrupts come in the byte order that LPCR.ILE says; a guest asks for it. */
static void init(void)
{
	bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	long ret = hcall(H_SET_MODE, (unsigned long)little, (unsigned long)H_SET_MODE_LE, 0ul, 0ul);

	if (ret != H_SUCCESS && little)
		report_abort("H_SET_MODE does not take little-endian interrupts: %ld", ret);
}

static void cpu_init(void)
{
}

/* H_CEDE itself sees to it. */
static void woken(struct pt_regs *regs)
{
}

static bool can_start(void)
{
	uint32_t token;

	return rtas_token("start-cpu", &token) == 0;
}

/* In powerpc/start.S. */
void secondary_entry(void);

static long start_cpu(struct thread_info *ti)
{
	uint32_t token;

	if (rtas_token("start-cpu", &token))
		return RTAS_UNKNOWN_SERVICE;
	return rtas_call((int)token, 3, 1, NULL, ti->server, (u32)(unsigned long)secondary_entry,
			 (u32)(unsigned long)ti);
}

static bool set_mfrr(u32 cpu, unsigned long mfrr)
{
	return hcall(H_IPI, (unsigned long)cpus[cpu].server, mfrr) == H_SUCCESS;
}

static bool kick(int cpu)
{
	return set_mfrr((u32)cpu, MFRR_IPI);
}

static enum taken take(struct pt_regs *regs)
{
	struct hcall_regs xirr = { { H_XIRR } };

	if (regs->trap != 0x500)
		return TAKEN_UNKNOWN;
	hcall_regs(&xirr);
	if (xirr.r[0] != H_SUCCESS || !(xirr.r[1] & XISR_MASK))
		return TAKEN_NONE;
	if ((xirr.r[1] & XISR_MASK) != XISR_IPI)
		return TAKEN_UNKNOWN;
	set_mfrr((u32)arch_cpu_id(), MFRR_NONE);
	hcall(H_EOI, xirr.r[1]);
	return TAKEN_IPI;
}

static void accept(bool yes)
{
	hcall(H_CPPR, yes ? CPPR_ALL : CPPR_NONE);
}

/* H_CEDE returns with MSR.EE on: LoPAR 1.1, section 14.11.3.2. */
static void sleep(void)
{
	hcall(H_CEDE);
	local_irq_disable();
}

static long set_process_table(u64 phys, u64 root)
{
	return hcall(H_REGISTER_PROC_TBL, PROC_TABLE_NEW | PROC_TABLE_RADIX | PROC_TABLE_GTSE, phys,
		     0ul, 0ul);
}

const struct platform platform_pseries = {
	.console_write = console_write,
	.power_off = rtas_power_off,
	.init = init,
	.cpu_init = cpu_init,
	.can_start = can_start,
	.start_cpu = start_cpu,
	.kick = kick,
	.take = take,
	.accept = accept,
	.sleep = sleep,
	.woken = woken,
	.set_process_table = set_process_table,
	.use_process_table = cpu_init,
};
