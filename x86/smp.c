/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several CPUs: that all come up alike (SDM volume 3, sections 9.4 and 10.1.1), that IPIs reach exactly the CPUs that they
 * name (section 11.6), and that locked instructions lose nothing (section 9.1.2). Order of memory: memory_order.c.
 */
#include "arch-hooks.h"
#include "case.h"
#include "x86/apic.h"
#include "x86/delay.h"
#include "x86/fwcfg.h"
#include "x86/isr.h"
#include "x86/smp.h"
#include "asm/spinlock.h"

/* Rounds of a loop for all CPUs together, even for each: many share a core, and a lock's holder may have lost it. */
#define ROUNDS		4000

static int rounds(void)
{
	return ROUNDS / cpu_count() / 2 * 2;
}

#define NEEDS_TWO	require_msg(cpu_count() >= 2, "needs two CPUs")

/* Written by each CPU about itself. */
static struct cpu_state {
	int number, calls;
	u32 apic_id;
	unsigned long cr0, cr3, cr4;
	u64 efer, apic_base, mtrr;
	unsigned long flags;
	u32 spiv;
} states[MAX_TEST_CPUS];

static void look(void *unused)
{
	struct cpu_state *s = &states[arch_cpu_id()];

	s->number = smp_id();
	s->calls++;
	s->apic_id = apic_id();
	s->cr0 = read_cr0();
	s->cr3 = read_cr3();
	s->cr4 = read_cr4();
	s->efer = this_cpu_has(X86_FEATURE_LM) ? rdmsr(MSR_EFER) : 0;
	s->apic_base = rdmsr(MSR_IA32_APICBASE);
	s->mtrr = this_cpu_has(X86_FEATURE_MTRR) ? rdmsr(MSR_MTRRdefType) : 0;
	s->flags = read_rflags();
	s->spiv = apic_read(APIC_SPIV);
}

static void look_everywhere(void)
{
	memset(states, 0, sizeof(states));
	on_cpus(look, NULL);
}

CASE(count, "as many CPUs come up as QEMU says there are")
{
	require_msg(fwcfg_present(), "no fw_cfg to ask for their number");
	expect_eq(cpu_count(), fwcfg_get_u16(FW_CFG_NB_CPUS));
}

CASE(numbers, "every CPU knows its number and has an APIC ID of its own")
{
	look_everywhere();
	for (int i = 0; i < cpu_count(); i++) {
		expect_eq_msg(states[i].number, i, "CPU %d", i);
		expect_eq_msg(states[i].apic_id, id_map[i], "CPU %d", i);
		for (int j = 0; j < i; j++)
			expect_msg(id_map[j] != id_map[i], "CPUs %d and %d have one APIC ID", j, i);
	}
}

CASE(boot_cpu, "IA32_APIC_BASE.BSP is set on the boot CPU alone")
{
	look_everywhere();
	for (int i = 0; i < cpu_count(); i++)
		expect_eq_msg(!!(states[i].apic_base & APIC_BSP), i == 0, "CPU %d", i);
}

CASE(same_state, "all CPUs have the boot CPU's control registers, memory types and APIC mode")
{
	look_everywhere();
	for (int i = 1; i < cpu_count(); i++) {
		expect_eq_msg(states[i].cr0, states[0].cr0, "CPU %d", i);
		expect_eq_msg(states[i].cr3, states[0].cr3, "CPU %d", i);
		expect_eq_msg(states[i].cr4, states[0].cr4, "CPU %d", i);
		expect_eq_msg(states[i].efer, states[0].efer, "CPU %d", i);
		expect_eq_msg(states[i].mtrr, states[0].mtrr, "CPU %d", i);
		expect_eq_msg(states[i].apic_base, states[0].apic_base & ~(u64)APIC_BSP, "CPU %d", i);
		expect_eq_msg(states[i].spiv, states[0].spiv, "CPU %d", i);
	}
	expect_eq(states[0].spiv, APIC_SPIV_ENABLED);
}

CASE(call_one, "on_cpu() runs a function once, on the CPU it names, before it returns")
{
	for (int i = 0; i < cpu_count(); i++) {
		memset(states, 0, sizeof(states));
		on_cpu(i, look, NULL);
		for (int j = 0; j < cpu_count(); j++)
			expect_eq_msg(states[j].calls, j == i, "calls of CPU %d when %d was meant", j, i);
	}
}

CASE(call_all, "on_cpus() runs a function once on every CPU")
{
	look_everywhere();
	for (int i = 0; i < cpu_count(); i++)
		expect_eq_msg(states[i].calls, 1, "CPU %d", i);
}

CASE(call_flags, "a call runs with interrupts disabled on another CPU")
{
	NEEDS_TWO;
	look_everywhere();
	for (int i = 1; i < cpu_count(); i++)
		expect_eq_msg(states[i].flags & (X86_EFLAGS_IF | X86_EFLAGS_TF | X86_EFLAGS_NT | X86_EFLAGS_DF), 0,
			      "CPU %d", i);
}

static u32 gate, entered, left;

static void wait_at_gate(void *unused)
{
	__atomic_add_fetch(&entered, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&gate, __ATOMIC_ACQUIRE))
		pause();
	__atomic_add_fetch(&left, 1, __ATOMIC_SEQ_CST);
}

CASE(call_async, "on_cpu_async() does not wait for the end, the next call does")
{
	NEEDS_TWO;
	gate = entered = left = 0;
	for (int i = 1; i < cpu_count(); i++)
		on_cpu_async(i, wait_at_gate, NULL);
	while (__atomic_load_n(&entered, __ATOMIC_ACQUIRE) < (u32)cpu_count() - 1)
		pause();
	expect_eq(__atomic_load_n(&left, __ATOMIC_ACQUIRE), 0);
	__atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
	look_everywhere();
	expect_eq(left, cpu_count() - 1);
}

static void call_boot_cpu(void *unused)
{
	on_cpu(0, look, NULL);
}

CASE(call_back, "a CPU that was called may call the boot CPU, which waits for it")
{
	NEEDS_TWO;
	memset(states, 0, sizeof(states));
	on_cpu(1, call_boot_cpu, NULL);
	expect_eq(states[0].calls, 1);
	expect_eq(states[1].calls, 0);
}

/* ---- IPIs ---- */

#define VECTOR		0x61

static u32 received[MAX_TEST_CPUS], nmis[MAX_TEST_CPUS];

static void receive(isr_regs_t *regs)
{
	__atomic_add_fetch(&received[smp_id()], 1, __ATOMIC_SEQ_CST);
	eoi();
}

static void receive_nmi(struct ex_regs *regs)
{
	__atomic_add_fetch(&nmis[smp_id()], 1, __ATOMIC_SEQ_CST);
}

/* Waits until CPU cpu has counted expected, then long enough for one more to show. */
static void expect_count(u32 *count, int cpu, u32 expected, const char *what)
{
	u64 start = rdtsc();

	while (__atomic_load_n(&count[cpu], __ATOMIC_ACQUIRE) < expected && rdtsc() - start < 1000ull * IPI_DELAY)
		pause();
	expect_eq_msg(__atomic_load_n(&count[cpu], __ATOMIC_ACQUIRE), expected, "%s on CPU %d", what, cpu);
}

CASE(ipi_one, "a fixed IPI by physical destination interrupts that CPU, once, and no other")
{
	NEEDS_TWO;
	handle_irq(VECTOR, receive);
	for (int i = 1; i < cpu_count(); i++) {
		memset(received, 0, sizeof(received));
		apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR, id_map[i]);
		for (int j = 1; j < cpu_count(); j++)
			if (j == i)
				expect_count(received, j, 1, "interrupts");
		/* What came to the wrong CPU has come by the time that CPU answers a call. */
		look_everywhere();
		for (int j = 0; j < cpu_count(); j++)
			expect_eq_msg(received[j], j == i, "interrupts on CPU %d when %d was meant", j, i);
	}
}

static void let_in(void *unused)
{
	u64 start = rdtsc();

	sti();
	while (!__atomic_load_n(&received[smp_id()], __ATOMIC_ACQUIRE) && rdtsc() - start < 100ull * IPI_DELAY)
		pause();
	cli();
}

/* shorthand: one of ICR's; what a CPU should count by self and others. */
static void try_shorthand(u32 shorthand, u32 self, u32 others)
{
	handle_irq(VECTOR, receive);
	memset(received, 0, sizeof(received));
	apic_icr_write(shorthand | APIC_DM_FIXED | APIC_INT_ASSERT | VECTOR, 0);
	if (self)
		let_in(NULL);
	for (int i = 0; i < cpu_count(); i++)
		expect_count(received, i, i ? others : self, "interrupts");
	look_everywhere();
	for (int i = 0; i < cpu_count(); i++)
		expect_eq_msg(received[i], i ? others : self, "CPU %d", i);
	expect(!apic_read_bit(APIC_IRR, VECTOR));
}

CASE(ipi_self, "shorthand 'self' interrupts the sender alone")
{
	try_shorthand(APIC_DEST_SELF, 1, 0);
}

CASE(ipi_all, "shorthand 'all including self' interrupts every CPU once")
{
	try_shorthand(APIC_DEST_ALLINC, 1, 1);
}

CASE(ipi_others, "shorthand 'all excluding self' interrupts every other CPU once")
{
	NEEDS_TWO;
	try_shorthand(APIC_DEST_ALLBUT, 0, 1);
}

CASE(ipi_nmi, "an NMI IPI reaches a CPU that has interrupts disabled")
{
	NEEDS_TWO;
	memset(nmis, 0, sizeof(nmis));
	gate = entered = left = 0;
	handle_exception(NMI_VECTOR, receive_nmi);
	on_cpu_async(1, wait_at_gate, NULL);
	while (!__atomic_load_n(&entered, __ATOMIC_ACQUIRE))
		pause();
	/* The vector of an NMI is ignored: section 11.6.1. */
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_NMI | APIC_INT_ASSERT | VECTOR, id_map[1]);
	expect_count(nmis, 1, 1, "NMIs");
	__atomic_store_n(&gate, 1, __ATOMIC_RELEASE);
	look_everywhere();
	handle_exception(NMI_VECTOR, NULL);
	for (int i = 0; i < cpu_count(); i++)
		expect_eq_msg(nmis[i], i == 1, "NMIs of CPU %d", i);
	expect_eq(states[1].calls, 1);
}

/* ---- locked operations: section 9.1.2 ---- */

static struct {
	u32 added, exchanged, compared;
	u64 wide;
	u32 locked;
	struct spinlock lock;
	u32 bits[4];
} shared;

/* CMPXCHG8B; the low half never carries here. */
static void add_to_both_halves(void)
{
	u32 low = 0, high = 0;

	asm volatile("1: movl %1, %%ebx; movl %2, %%ecx; addl $1, %%ebx; adcl $1, %%ecx;"
		     "lock; cmpxchg8b %0; jnz 1b"
		     : "+m" (shared.wide), "+a" (low), "+d" (high) : : "ebx", "ecx", "cc", "memory");
}

static void hammer(void *unused)
{
	int me = smp_id(), n = rounds();

	for (int i = 0; i < n; i++) {
		u32 old = READ_ONCE(shared.compared);

		asm volatile("lock; addl $1, %0" : "+m" (shared.added) : : "cc");
		while (!__atomic_compare_exchange_n(&shared.compared, &old, old + 1, false, __ATOMIC_SEQ_CST,
						    __ATOMIC_SEQ_CST))
			;
		add_to_both_halves();
		spin_lock(&shared.lock);
		shared.locked++;
		spin_unlock(&shared.lock);
		asm volatile("lock; btcl %1, %0" : "+m" (shared.bits[me / 32 % 4]) : "Ir" (me % 32) : "cc");
	}
}

CASE(locked, "no update by locked instructions is lost, whichever instructions they are")
{
	u32 n = (u32)(cpu_count() * rounds());

	memset(&shared, 0, sizeof(shared));
	on_cpus(hammer, NULL);
	expect_eq(shared.added, n);
	expect_eq(shared.compared, n);
	expect_eq(shared.locked, n);
	expect_eq(shared.wide, (u64)n << 32 | n);
	/* An even number of complements each. */
	for (int i = 0; i < 4; i++)
		expect_eq_msg(shared.bits[i], 0, "word %d", i);
}

/* ---- split locks: section 9.1.2.2 ---- */

static char lines[192] __aligned(64);

static void hammer_split(void *counter)
{
	int n = rounds();

	for (int i = 0; i < n; i++)
		asm volatile("lock; addl $1, %0" : "+m" (*(u32 *)counter) : : "cc");
}

CASE(split_lock, "a locked instruction is atomic across two cache lines")
{
	static const char zero[128];

	NEEDS_TWO;
	memset(lines, 0, sizeof(lines));
	on_cpus(hammer_split, lines + 62);
	expect_eq((u8)lines[62] | (u32)(u8)lines[63] << 8 | (u32)(u8)lines[64] << 16 | (u32)(u8)lines[65] << 24,
		  (u32)(cpu_count() * rounds()));
	expect_mem(lines, zero, 62);
	expect_mem(lines + 66, zero, 126);
}
