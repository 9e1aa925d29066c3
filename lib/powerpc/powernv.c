/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's own level, on POWER9 and later: firmware by OPAL, interrupts between CPUs by
 * directed hypervisor doorbells (Power ISA 3.1B, Book III, MSGSND), sleep by WAIT, translation by a
 * partition table of one entry (section 6.7.6). No interrupt controller is set up.
 */
#include "arch-hooks.h"
#include "powerpc/platform.h"
#include "asm/io.h"
#include "asm/opal.h"
#include "asm/page.h"
#include "asm/pgtable-hwdef.h"
#include "asm/processor.h"
#include "asm/smp.h"
#include "asm/time.h"

#define LPCR_UPRT	0x00400000ul
#define LPCR_HR		0x00100000ul
#define LPCR_LPES	0x00000008ul	/* external interrupts by SRR0 and SRR1, as a guest's */

/* Floating point, vectors, DSCR, PM, BHRB, EBB, TAR, MSGP, prefixes. */
#define HFSCR_ALL	0x000000000000259ful

#define PATE_HR		0x8000000000000000ul

#define START_PATIENCE	10	/* seconds */

#define DBELL_SERVER	(5ul << 27)
/* Words: assemblers do not take them for every processor. MSGSYNC; MSGSND r3; WAIT. */
#define INSN_MSGSYNC	".long 0x7c0006ec"
#define INSN_MSGSND_R3	".long 0x7c00199c"
#define INSN_WAIT	".long 0x7c00003c"

static u64 partition_table[512] __aligned(PAGE_SIZE);

/* In powerpc/start.S, and what it reads: whose stack and number the CPU that comes has. */
void secondary_entry_opal(void);
struct thread_info *opal_starting;

static void set_lpcr(unsigned long clear, unsigned long set)
{
	mtspr(SPR_LPCR, (mfspr(SPR_LPCR) & ~clear) | set);
	__asm__ __volatile__("isync" : : : "memory");
}

static void init(void)
{
	bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	long ret;

	if (!opal_init())
		return;
	ret = opal_call(OPAL_REINIT_CPUS, little ? OPAL_REINIT_HILE_LE : OPAL_REINIT_HILE_BE);
	if (ret != OPAL_SUCCESS)
		report_abort("OPAL_REINIT_CPUS does not take our byte order: %ld", ret);
}

static void cpu_init(void)
{
	set_lpcr(LPCR_AIL | LPCR_HVICE | LPCR_HDICE,
		 LPCR_LPES | (dec_bits > 32 ? LPCR_LD : 0));
	mtspr(SPR_LPIDR, 0);
	mtspr(SPR_HFSCR, HFSCR_ALL);
	mtspr(SPR_AMOR, -1ul);
}

static bool can_start(void)
{
	return true;
}

static long start_cpu(struct thread_info *ti)
{
	int before = READ_ONCE(nr_cpus_online);
	u64 start = get_tb();
	long ret;

	WRITE_ONCE(opal_starting, ti);
	mb();
	ret = opal_call(OPAL_START_CPU, (unsigned long)ti->server,
			(unsigned long)secondary_entry_opal);
	/* The next one must not take its place. */
	while (ret == OPAL_SUCCESS && READ_ONCE(nr_cpus_online) == before &&
	       get_tb() - start < START_PATIENCE * tb_hz)
		cpu_relax();
	return ret;
}

static bool kick(int cpu)
{
	register unsigned long message __asm__("r3") = DBELL_SERVER | cpus[cpu].server;

	__asm__ __volatile__("sync\n\t" INSN_MSGSND_R3 : : "r" (message) : "memory");
	return true;
}

extern char powernv_asleep[], powernv_awake[];

static enum taken take(struct pt_regs *regs)
{
	if (regs->trap != 0xe80)
		return TAKEN_UNKNOWN;
	__asm__ __volatile__(INSN_MSGSYNC : : : "memory");
	return TAKEN_IPI;
}

static void accept(bool yes)
{
}

/*
 * What comes between MTMSRD and WAIT is not lost: whoever interrupts these two goes on behind them
 * (woken()).
 */
static void sleep(void)
{
	__asm__ __volatile__(".globl powernv_asleep, powernv_awake\n"
			     "powernv_asleep:\n\t"
			     "mtmsrd %0, 1\n\t"
			     INSN_WAIT "\n"
			     "powernv_awake:" : : "r" (MSR_EE | MSR_RI) : "memory");
	local_irq_disable();
}

static void woken(struct pt_regs *regs)
{
	if (regs->nip >= (unsigned long)powernv_asleep && regs->nip < (unsigned long)powernv_awake)
		regs->nip = (unsigned long)powernv_awake;
}

/*
 * Entry 0 is our own. No address of ours is a guest's, but QEMU walks the entry's
 * root for the process table's own address: one to one will do.
 */
static long set_process_table(u64 phys, u64 root)
{
	partition_table[0] = cpu_to_be64(PATE_HR | RADIX_RTS_52 | root | RADIX_ROOT_BITS);
	partition_table[1] = cpu_to_be64(phys);
	mb();
	return 0;
}

static void use_process_table(void)
{
	mtspr(SPR_PTCR, virt_to_phys(partition_table));
	set_lpcr(0, LPCR_UPRT | LPCR_HR);
}

const struct platform platform_powernv = {
	.console_write = opal_console_write,
	.power_off = opal_power_off,
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
	.use_process_table = use_process_table,
};
