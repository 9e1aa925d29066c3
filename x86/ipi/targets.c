/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the receiver of an IPI may be doing (SDM volume 3, sections 6.8.1, 11.8.3 and 11.8.4):
 * halted with interrupts enabled or disabled, busy with interrupts enabled or disabled, behind a
 * task priority. CPU 1 is the receiver, and says itself what it saw.
 */
#include "ipi_test.h"
#include "x86/delay.h"

#define HIGH_VECTOR	0x91		/* of a higher class than VECTOR */

static u32 called, ready, go, done;
static void (*receiver)(void *);
static u32 pending, early, seen;

static void reset(void)
{
	called = ready = go = done = pending = early = seen = 0;
	memset(received, 0, sizeof(received));
	memset(nmis, 0, sizeof(nmis));
}

/*
 * The interrupt of the call may come when the call is served already: it is let in before it could
 * wake who halts.
 */
static void be_called(void *unused)
{
	sti();
	while (!__atomic_load_n(&called, __ATOMIC_ACQUIRE))
		pause();
	cli();
	receiver(NULL);
}

/* Starts CPU 1 on it, and waits until it is where it should be. */
static void start(void (*function)(void *))
{
	NEEDS_TWO;
	reset();
	receiver = function;
	on_cpu_async(1, be_called, NULL);
	__atomic_store_n(&called, 1, __ATOMIC_RELEASE);
	if (expect(wait_count(&ready, 1)))
		return;
	smp_restart(1);
	case_end();
}

/* Lets CPU 1 go on, and waits until it is idle again. */
static void finish(void)
{
	__atomic_store_n(&go, 1, __ATOMIC_RELEASE);
	on_cpu_join(1);
}

static void send(u32 mode_and_vector)
{
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_INT_ASSERT | mode_and_vector, id_map[1]);
}

/* Tells CPU 0 to go on, and waits for it with interrupts as they are. */
static void meet(void)
{
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE))
		pause();
}

static void be_busy(void *unused)
{
	sti();
	meet();
	cli();
}

EVERYONE_IN_BOTH_MODES(
	busy, "a busy CPU that has interrupts enabled is interrupted where it is, each time")
{
	start(be_busy);
	for (u32 i = 1; i <= 20; i++) {
		send(FIXED);
		if (!expect(wait_count(&received[1], i)))
			break;
	}
	finish();
	expect_eq(received[1], 20);
}

static void be_disabled(void *unused)
{
	meet();
	early = received[1];
	pending = wait_bit(APIC_IRR, VECTOR, true);
	drain();
	seen = received[1];
	drain();
}

EVERYONE_IN_BOTH_MODES(disabled,
		       "with interrupts disabled it stays pending; two of one vector come as one")
{
	start(be_disabled);
	send(FIXED);
	send(FIXED);
	delay(IPI_DELAY);
	finish();
	expect_eq(early, 0);
	expect_eq(pending, 1);
	expect_eq(seen, 1);
	expect_eq(received[1], 1);
}

static void be_halted(void *unused)
{
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	safe_halt();
	cli();
	seen = received[1];
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
}

EVERYONE_IN_BOTH_MODES(halted,
		       "a halted CPU wakes, and its handler has run before the next instruction")
{
	for (int i = 0; i < 10; i++) {
		start(be_halted);
		delay(i * (IPI_DELAY / 100));
		send(FIXED);
		expect(wait_count(&done, 1));
		finish();
		expect_eq(seen, 1);
		expect_eq(received[1], 1);
	}
}

/* Only an NMI ends this. */
static void be_halted_disabled(void *unused)
{
	__atomic_store_n(&ready, 1, __ATOMIC_RELEASE);
	asm volatile("cli; hlt" : : : "memory");
	__atomic_store_n(&done, 1, __ATOMIC_RELEASE);
	early = received[1];
	pending = apic_read_bit(APIC_IRR, VECTOR);
	drain();
	seen = received[1];
}

EVERYONE_IN_BOTH_MODES(
	halted_disabled,
	"halted with interrupts disabled, a CPU sleeps through an IPI; an NMI wakes it")
{
	handle_exception(NMI_VECTOR, receive_nmi);
	start(be_halted_disabled);
	delay(IPI_DELAY);
	send(FIXED);
	delay(IPI_DELAY);
	expect_eq(__atomic_load_n(&done, __ATOMIC_ACQUIRE), 0);
	send(APIC_DM_NMI);
	if (expect(wait_count(&done, 1)))
		finish();
	else
		smp_restart(1);
	handle_exception(NMI_VECTOR, NULL);
	expect_eq(nmis[1], 1);
	expect_eq(early, 0);
	expect_eq(pending, 1);
	expect_eq(seen, 1);
}

EVERYONE_IN_BOTH_MODES(nmi_disabled, "an NMI gets through where interrupts are disabled")
{
	handle_exception(NMI_VECTOR, receive_nmi);
	start(be_disabled);
	send(APIC_DM_NMI);
	expect(wait_count(&nmis[1], 1));
	send(FIXED);
	finish();
	handle_exception(NMI_VECTOR, NULL);
	expect_eq(nmis[1], 1);
	expect_eq(early, 0);
}

/* ---- task priority ---- */

static u32 high;

static void receive_high(isr_regs_t *regs)
{
	__atomic_add_fetch(&high, 1, __ATOMIC_SEQ_CST);
	eoi();
}

/* The class of VECTOR, then the one below it. */
static void be_important(void *unused)
{
	apic_set_tpr(VECTOR >> 4);
	sti();
	meet();
	cli();
	drain();
	early = received[1];
	pending = wait_bit(APIC_IRR, VECTOR, true);
	apic_set_tpr((VECTOR >> 4) - 1);
	drain();
	seen = received[1];
	apic_set_tpr(0);
}

EVERYONE_IN_BOTH_MODES(task_priority,
		       "an IPI of the task priority's class waits, one of a higher class does not")
{
	high = 0;
	handle_irq(HIGH_VECTOR, receive_high);
	start(be_important);
	send(FIXED);
	send(APIC_DM_FIXED | HIGH_VECTOR);
	expect(wait_count(&high, 1));
	finish();
	expect_eq(high, 1);
	expect_eq(early, 0);
	expect_eq(pending, 1);
	expect_eq(seen, 1);
	expect_eq(received[1], 1);
}

static u8 came[2];
static u32 ordered;

static void note_order(isr_regs_t *regs)
{
	if (ordered < ARRAY_SIZE(came))
		came[ordered] = regs->vector;
	ordered++;
	eoi();
}

static void be_closed(void *unused)
{
	meet();
	wait_bit(APIC_IRR, VECTOR, true);
	wait_bit(APIC_IRR, HIGH_VECTOR, true);
	drain();
}

EVERYONE_IN_BOTH_MODES(
	order, "of two IPIs that wait, the higher vector comes first, whichever was sent first")
{
	static const u32 vectors[] = { VECTOR, HIGH_VECTOR };

	for (int first = 0; first < 2; first++) {
		ordered = 0;
		start(be_closed);
		handle_irq(VECTOR, note_order);
		handle_irq(HIGH_VECTOR, note_order);
		send(APIC_DM_FIXED | vectors[first]);
		send(APIC_DM_FIXED | vectors[!first]);
		finish();
		expect_eq(ordered, 2);
		expect_eq(came[0], HIGH_VECTOR);
		expect_eq(came[1], VECTOR);
	}
}
