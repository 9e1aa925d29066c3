/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many IPIs at a time: nothing may be lost, come twice or come late (SDM volume 3, section 11.8.4). Each sender has its
 * vector, and for each receiver a sequence number: it sends the next only when the last one has been seen, so that
 * each interrupt must find the number raised by exactly one. IPI_COUNT in the environment: how many in all.
 */
#include "ipi_test.h"
#include "arch-hooks.h"
#include "patience.h"
#include "x86/delay.h"

#define FIRST_VECTOR	0x40		/* of sender 0; 32 senders at most */
#define DEFAULT_COUNT	640
#define PATIENCE	20		/* seconds for one IPI */

static struct channel {
	u32 posted, seen;
} __aligned(64) channels[32][32];	/* by sender, receiver */

static u32 twice, lost, late, rounds, arrived, give_up;

static void receive_next(isr_regs_t *regs)
{
	struct channel *c = &channels[regs->vector - FIRST_VECTOR][smp_id()];
	u32 posted = __atomic_load_n(&c->posted, __ATOMIC_ACQUIRE);

	if (posted == c->seen)
		__atomic_add_fetch(&twice, 1, __ATOMIC_RELAXED);
	else if (posted != c->seen + 1)
		__atomic_add_fetch(&lost, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&c->seen, posted, __ATOMIC_RELEASE);
	eoi();
}

static bool wait_seen(const struct channel *c)
{
	struct patience patience = { 0 };

	while (__atomic_load_n(&c->seen, __ATOMIC_ACQUIRE) != c->posted) {
		if (__atomic_load_n(&give_up, __ATOMIC_RELAXED))
			return false;
		if (patience_over(&patience, PATIENCE)) {
			__atomic_add_fetch(&late, 1, __ATOMIC_RELAXED);
			__atomic_store_n(&give_up, 1, __ATOMIC_RELAXED);
			return false;
		}
	}
	return true;
}

static bool send_next(int receiver)
{
	struct channel *c = &channels[smp_id()][receiver];

	if (!wait_seen(c))
		return false;
	__atomic_store_n(&c->posted, c->posted + 1, __ATOMIC_RELEASE);
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | (FIRST_VECTOR + smp_id()),
		       id_map[receiver]);
	return true;
}

static bool send_rounds(void)
{
	for (u32 i = 0; i < rounds; i++)
		for (int receiver = 0; receiver < cpu_count(); receiver++)
			if (!send_next(receiver))
				return false;
	for (int receiver = 0; receiver < cpu_count(); receiver++)
		if (!wait_seen(&channels[smp_id()][receiver]))
			return false;
	return true;
}

/* Interrupts stay enabled until all have sent all of theirs. */
static void send_to_all(void *unused)
{
	sti();
	send_rounds();
	__atomic_add_fetch(&arrived, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&arrived, __ATOMIC_ACQUIRE) < (u32)cpu_count() &&
	       !__atomic_load_n(&give_up, __ATOMIC_RELAXED))
		pause();
	cli();
}

static u32 wanted(void)
{
	const char *count = getenv("IPI_COUNT");

	return count ? strtoul(count, NULL, 10) : DEFAULT_COUNT;
}

static void begin(u32 each)
{
	NEEDS_TWO;
	memset(channels, 0, sizeof(channels));
	twice = lost = late = arrived = give_up = 0;
	rounds = MAX(each, 1u);
	for (int sender = 0; sender < cpu_count(); sender++)
		handle_irq(FIRST_VECTOR + sender, receive_next);
}

static void end(u64 begin_ns, u32 sent, const char *what)
{
	u64 ns = arch_time_ns() - begin_ns;

	expect_eq(late, 0);
	expect_eq(lost, 0);
	expect_eq(twice, 0);
	if (ns)
		metric(what, (u64)sent * 1000000000ull / ns, "IPIs/s");
}

EVERYONE_IN_BOTH_MODES(all_to_all, "all CPUs send to all at once: none is lost, none comes twice")
{
	u32 n = cpu_count(), unseen = 0;
	u64 begin_ns = arch_time_ns();

	begin(wanted() / n / n);
	on_cpus(send_to_all, NULL);
	for (u32 s = 0; s < n; s++)
		for (u32 r = 0; r < n; r++)
			unseen += channels[s][r].seen != rounds;
	expect_eq(unseen, 0);
	end(begin_ns, n * n * rounds, "all to all");
}

/* ---- receivers that sleep ---- */

static u32 stop;

static void sleep(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE)) {
		safe_halt();
		cli();
	}
}

/* CPU 0's own interrupts come while it waits. */
EVERYONE_IN_BOTH_MODES(to_halted, "CPU 0 sends to the others, which halt between any two: none sleeps on")
{
	u32 n = cpu_count(), unseen = 0;
	u64 begin_ns = arch_time_ns();

	begin(wanted() / n / n);
	stop = 0;
	for (u32 cpu = 1; cpu < n; cpu++)
		on_cpu_async(cpu, sleep, NULL);
	sti();
	send_rounds();
	cli();
	for (u32 r = 0; r < n; r++)
		unseen += channels[0][r].seen != rounds;
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	/* Whoever sleeps now has not seen it. */
	on_cpus(let_in, NULL);
	expect_eq(unseen, 0);
	end(begin_ns, n * rounds, "to halted");
}
