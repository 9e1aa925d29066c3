/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which of several pending interruptions comes first (Principles of Operation, chapter 6, "Priority
 * of Interruptions" and "External Interruption"): all kinds of external interruptions that software
 * can make pending, external before I/O, and both before the next instruction, whatever that is.
 */
#include "case.h"
#include "s390x/css.h"
#include "s390x/malloc_io.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/memory_areas.h"
#include "asm/time.h"

#define IO_INTERRUPTION	0xffff		/* where external ones have their code */
#define PROGRAM		0xfffe
#define NEVER		(~0ull)
#define A_LONG_TIME	0x7fffffffffffffff

static u16 order[16];
static u64 places[16];
static volatile u32 n;

static void add(u16 what, u64 place)
{
	if (n < ARRAY_SIZE(order)) {
		order[n] = what;
		places[n] = place;
	}
	n++;
}

static void note_external(struct stack_frame_int *frame)
{
	add(lowcore.ext_int_code, frame->psw.addr);
	if (lowcore.ext_int_code == EXT_INT_CODE_CLOCK_COMPARATOR)
		clock_comparator_set(NEVER);
	else if (lowcore.ext_int_code == EXT_INT_CODE_CPU_TIMER)
		cpu_timer_set(A_LONG_TIME);
}

static void note_io(void)
{
	add(IO_INTERRUPTION, lowcore.io_old_psw.addr);
}

static void note_program(struct stack_frame_int *frame)
{
	add(PROGRAM, frame->psw.addr);
}

static void masks(bool on)
{
	static const int bits[] = { CTL0_EMERGENCY_SIGNAL, CTL0_EXTERNAL_CALL,
				    CTL0_CLOCK_COMPARATOR, CTL0_CPU_TIMER, CTL0_SERVICE_SIGNAL };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		if (on)
			ctl_set_bit(0, bits[i]);
		else
			ctl_clear_bit(0, bits[i]);
}

/* What is pending from before goes first: the console's service signal. */
static void listen(void)
{
	clock_comparator_set(NEVER);
	cpu_timer_set(A_LONG_TIME);
	install_ext_handler(note_external);
	masks(true);
	psw_mask_set_bits(PSW_MASK_EXT);
	mdelay(1);
	psw_mask_clear_bits(PSW_MASK_EXT);
	n = 0;
}

static void stop_listening(void)
{
	masks(false);
	clock_comparator_set(NEVER);
	cpu_timer_set(A_LONG_TIME);
}

/* Makes all five pending, the last first. */
static void make_all_pending(SCCB *sccb)
{
	u64 clock;

	sccb->h.length = 4096;
	insist_eq(servc(SCLP_CMDW_READ_SCP_INFO, (u64)sccb), 0);
	cpu_timer_set(1 << STCK_SHIFT_US);
	stck(&clock);
	clock_comparator_set(clock);
	insist_eq(sigp_retry(stap(), SIGP_EXTERNAL_CALL, 0, NULL), 0);
	insist_eq(sigp_retry(stap(), SIGP_EMERGENCY_SIGNAL, 0, NULL), 0);
	/* Long, for an emulator whose timers are another thread's on a busy host. */
	mdelay(100);
}

CASE(external, "emergency signal, external call, clock comparator, CPU timer, service signal: in "
	       "this order, whatever came first")
{
	static const u16 wanted[] = { EXT_INT_CODE_EMERGENCY_SIGNAL, EXT_INT_CODE_EXTERNAL_CALL,
				      EXT_INT_CODE_CLOCK_COMPARATOR, EXT_INT_CODE_CPU_TIMER,
				      EXT_INT_CODE_SERVICE_SIGNAL };

	listen();
	make_all_pending(alloc_io_mem(4096, AREA_DMA31));
	expect_eq(n, 0);
	psw_mask_set_bits(PSW_MASK_EXT);
	psw_mask_clear_bits(PSW_MASK_EXT);
	stop_listening();
	expect_eq(n, ARRAY_SIZE(wanted));
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		expect_eq_msg(order[i], wanted[i], "interruption %d", (int)i);
}

/* ---- with I/O ---- */

/* Makes the subchannel's status pending. Returns it, 0 if there is none. */
static unsigned int make_io_pending(void)
{
	unsigned int dev = css_enumerate();
	struct schib schib;
	u32 words[2];

	if (!dev)
		return 0;
	insist_eq(css_make_idle(dev, 0), 0);
	/* What earlier status has left: see css-status/withdrawn. */
	lctlg(6, 0xff000000);
	while (tpi(words) == 1)
		;
	register_io_int_func(note_io);
	enable_io_isc(0);
	insist_eq(csch(dev), 0);
	do
		insist_eq(stsch(dev, &schib), 0);
	while (!(schib.scsw.ctrl & SCSW_SC_PENDING));
	return dev;
}

static void take_status(unsigned int dev)
{
	struct irb irb;

	lctlg(6, 0);
	tsch(dev, &irb);
}

/* Enables both at an instruction that is interrupted itself; returns its address. */
static u64 enable_at_operation(void)
{
	u64 mask = extract_psw_mask();
	struct psw psw = PSW(mask | PSW_MASK_EXT | PSW_MASK_IO, 0);
	u64 at;

	__asm__ __volatile__("larl %0,0f\n\tstg %0,8(%1)\n\tlpswe 0(%1)\n0:\t.2byte 0"
			     : "=&d" (at) : "a" (&psw) : "memory", "cc");
	load_psw_mask(mask);
	return at;
}

CASE(before_next, "an external and an I/O interruption that are enabled together: external, I/O, "
		  "and only then the next instruction, where both old PSWs are")
{
	unsigned int dev;
	u64 at;

	listen();
	dev = make_io_pending();
	require_msg(dev, "there is no device on a subchannel");
	insist_eq(sigp_retry(stap(), SIGP_EXTERNAL_CALL, 0, NULL), 0);
	install_pgm_handler(PGM_INT_CODE_OPERATION, note_program);
	expect_eq(n, 0);
	at = enable_at_operation();
	take_status(dev);
	stop_listening();
	expect_eq(n, 3);
	expect_eq(order[0], EXT_INT_CODE_EXTERNAL_CALL);
	expect_eq(places[0], at);
	expect_eq(order[1], IO_INTERRUPTION);
	expect_eq(places[1], at);
	expect_eq(order[2], PROGRAM);
	expect_eq(places[2], at + 2);
}
