/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC of one CPU, in both modes (SDM volume 3, chapter 11): identity (11.4.6, 11.4.8), the local vector table
 * (11.5.1), errors (11.5.3), task and processor priority (11.8.3), acceptance (11.8.4), EOI (11.8.5), and what each x2APIC
 * register lets RDMSR and WRMSR do (11.12.1). Modes: apic_mode.c; timer: apic_timer.c; other CPUs: ipi/.
 */
#include "apic_test.h"
#include "x86/desc.h"
#include "asm/io.h"

/* ---- identity ---- */

CASE(xapic_id, "the xAPIC's ID is CPUID.1:EBX[31:24], its other bits are 0")
{
	use_xapic();
	expect_eq(apic_read(APIC_ID), raw_cpuid(1, 0).b & 0xff000000);
}

CASE(x2apic_id, "the x2APIC's ID is CPUID.0Bh:EDX, and its logical ID follows from it (11.12.10.2)")
{
	u32 id;

	use_x2apic();
	id = apic_read(APIC_ID);
	if (this_cpu_has_leaf(0xb))
		expect_eq(id, raw_cpuid(0xb, 0).d);
	expect_eq(id & 0xff, raw_cpuid(1, 0).b >> 24);
	expect_eq(apic_read(APIC_LDR), (id >> 4) << 16 | 1u << (id & 15));
}

IN_BOTH_MODES(version, "the version register says an integrated APIC with at least 4 LVT entries")
{
	u32 lvr = apic_read(APIC_LVR);

	expect_eq(GET_APIC_VERSION(lvr) & 0xf0, 0x10);
	expect_ge(GET_APIC_MAXLVT(lvr), 3);
	expect_le(GET_APIC_MAXLVT(lvr), 6);
	expect_eq(lvr & ~(APIC_LVR_MASK | APIC_LVR_DIRECTED_EOI), 0);
}

/* ---- software disable: 11.4.7.2 ---- */

/* LVT registers by entry: the order of their numbers, not of their addresses. */
static const struct lvt {
	const char *name;
	u16 reg;
	u32 writable;
} lvts[] = {
	{ "timer", APIC_LVTT, 0x300ff },	/* its mode has two bits with TSC deadlines only */
	{ "LINT0", APIC_LVT0, 0x1a7ff },
	{ "LINT1", APIC_LVT1, 0x1a7ff },
	{ "error", APIC_LVTERR, 0x100ff },
	{ "performance", APIC_LVTPC, 0x107ff },
	{ "thermal", APIC_LVTTHMR, 0x107ff },
	{ "CMCI", APIC_CMCI, 0x107ff },
};

#define FOR_EACH_LVT(l)	for (const struct lvt *l = lvts; l < lvts + ARRAY_SIZE(lvts); l++) \
	if (!apic_lvt_entry_supported(l - lvts)) ; else

IN_BOTH_MODES(software_disable, "clearing APIC_SPIV.8 masks the LVT, which stays masked")
{
	FOR_EACH_LVT(l)
		apic_write(l->reg, 0x41);
	FOR_EACH_LVT(l)
		expect_eq_msg(apic_read(l->reg), 0x41, "LVT %s", l->name);
	apic_write(APIC_SPIV, 0xff);
	expect_eq(apic_read(APIC_SPIV), 0xff);
	FOR_EACH_LVT(l) {
		expect_eq_msg(apic_read(l->reg), APIC_LVT_MASKED | 0x41, "LVT %s", l->name);
		apic_write(l->reg, 0x42);
		expect_eq_msg(apic_read(l->reg), APIC_LVT_MASKED | 0x42, "LVT %s", l->name);
	}
	apic_write(APIC_SPIV, APIC_SPIV_ENABLED);
	FOR_EACH_LVT(l) {
		expect_eq_msg(apic_read(l->reg), APIC_LVT_MASKED | 0x42, "LVT %s", l->name);
		apic_write(l->reg, APIC_LVT_MASKED);
	}
}

IN_BOTH_MODES(spurious_vector, "the spurious vector register keeps its vector and enable bits")
{
	for (u32 v = 0x10; v < 0x100; v += 0x0f) {
		apic_write(APIC_SPIV, APIC_SPIV_APIC_ENABLED | v);
		expect_eq(apic_read(APIC_SPIV), APIC_SPIV_APIC_ENABLED | v);
	}
	apic_write(APIC_SPIV, APIC_SPIV_ENABLED);
}

/* ---- LVT: 11.5.1 ---- */

IN_BOTH_MODES(lvt_bits, "every defined bit of an LVT entry can be set and cleared alone")
{
	FOR_EACH_LVT(l) {
		for (int bit = 0; bit < 32; bit++) {
			u32 value = 1u << bit | 0x10;	/* a legal vector */

			if (!(l->writable >> bit & 1))
				continue;
			apic_write(l->reg, value | APIC_LVT_MASKED);
			expect_eq_msg(apic_read(l->reg), value | APIC_LVT_MASKED, "LVT %s, bit %d", l->name, bit);
		}
		apic_write(l->reg, APIC_LVT_MASKED);
		expect_eq_msg(apic_read(l->reg), APIC_LVT_MASKED, "LVT %s", l->name);
	}
}

CASE(x2apic_lvt_reserved, "x2APIC: reserved bits of an LVT entry fault and change nothing")
{
	use_x2apic();
	FOR_EACH_LVT(l) {
		u64 reserved = ~(u64)(l->writable | APIC_SEND_PENDING), faulted = 0, changed = 0;

		if (l->reg == APIC_LVTT)
			reserved &= ~(u64)APIC_LVT_TIMER_MASK;
		if (l->reg == APIC_LVT0 || l->reg == APIC_LVT1)
			reserved &= ~(u64)APIC_LVT_REMOTE_IRR;
		for (int bit = 0; bit < 64; bit++) {
			if (!(reserved >> bit & 1))
				continue;
			apic_write(l->reg, APIC_LVT_MASKED | 0x77);
			if (wrmsr_safe(x2apic_msr(l->reg), 1ull << bit | APIC_LVT_MASKED | 0x55) == GP_VECTOR)
				faulted |= 1ull << bit;
			if (rdmsr(x2apic_msr(l->reg)) != (APIC_LVT_MASKED | 0x77))
				changed |= 1ull << bit;
		}
		expect_eq_msg(faulted, reserved, "LVT %s, bits that fault", l->name);
		expect_eq_msg(changed, 0, "LVT %s, bits that change it", l->name);
	}
}

/* ---- priorities: 11.8.3 ---- */

IN_BOTH_MODES(tpr, "the task priority keeps 8 bits; without an interrupt in service PPR is the same")
{
	for (u32 v = 0; v < 0x100; v++) {
		apic_write(APIC_TASKPRI, v);
		expect_eq_msg(apic_read(APIC_TASKPRI), v, "TPR %#" PRIx32, v);
		expect_eq_msg(apic_read(APIC_PROCPRI), v, "TPR %#" PRIx32, v);
	}
	apic_write(APIC_TASKPRI, 0);
}

#ifdef __x86_64__
IN_BOTH_MODES(cr8, "CR8 is TPR[7:4], both ways; writing it clears TPR[3:0] (11.8.6.1)")
{
	for (u32 v = 0; v < 0x100; v += 0x0b) {
		apic_write(APIC_TASKPRI, v);
		expect_eq_msg(read_cr8(), v >> 4, "TPR %#x", v);
		write_cr8(v & 15);
		expect_eq_msg(apic_read(APIC_TASKPRI), (v & 15) << 4, "CR8 %#x", v & 15);
	}
	apic_write(APIC_TASKPRI, 0);
}

CASE(cr8_reserved, "bits 63:4 of CR8 fault and change nothing (2.5)")
{
	u64 faulted = 0, changed = 0;

	use_xapic();
	for (int bit = 4; bit < 64; bit++) {
		write_cr8(5);
		if (write_cr8_safe(1ull << bit | 2) == GP_VECTOR)
			faulted |= 1ull << bit;
		if (read_cr8() != 5)
			changed |= 1ull << bit;
	}
	write_cr8(0);
	expect_eq(faulted, ~0xfull);
	expect_eq(changed, 0);
}
#endif

static u32 ppr_in_service[16];
static u32 isr_in_service, irr_in_service, tmr_in_service;

static void sample_ppr(isr_regs_t *regs)
{
	note_interrupt(regs);
	isr_in_service = apic_read_bit(APIC_ISR, regs->vector);
	irr_in_service = apic_read_bit(APIC_IRR, regs->vector);
	tmr_in_service = apic_read_bit(APIC_TMR, regs->vector);
	for (u32 class = 0; class < 16; class++) {
		apic_write(APIC_TASKPRI, class << 4 | 9);
		ppr_in_service[class] = apic_read(APIC_PROCPRI);
	}
	apic_write(APIC_TASKPRI, 0);
	eoi();
}

IN_BOTH_MODES(ppr, "PPR is the higher of TPR and the interrupt in service (11.8.3.1)")
{
	u32 expected[16];

	for (u32 v = 0x33; v < 0x100; v += 0x30) {
		expect_interrupts(v, sample_ppr);
		self_ipi(v);
		insist(wait_interrupts(1));
		/* Of the same class: the low bits depend on the model. */
		ppr_in_service[v >> 4] &= 0xf0;
		for (u32 class = 0; class < 16; class++)
			expected[class] = class > v >> 4 ? class << 4 | 9 : v & 0xf0;
		expect_mem(ppr_in_service, expected, sizeof(expected));
		expect_eq_msg(apic_read(APIC_PROCPRI), 0, "after EOI of %#" PRIx32, v);
	}
}

IN_BOTH_MODES(task_priority, "an interrupt waits until its class is above the task priority's")
{
	for (u32 class = 3; class < 16; class++) {
		u32 v = class << 4 | 2;

		expect_interrupts(v, note_and_eoi);
		apic_set_tpr(class);
		self_ipi(v);
		insist(wait_bit(APIC_IRR, v, true));
		expect_eq_msg(drain(), 0, "vector %#" PRIx32 ", TPR class %" PRIu32, v, class);
		expect_bits(APIC_IRR, v, "IRR");
		expect_bits(APIC_ISR, -1, "ISR");
		apic_set_tpr(class - 1);
		expect(wait_interrupts(1));
		expect_eq_msg(drain(), 1, "vector %#" PRIx32 ", TPR class %" PRIu32, v, class - 1);
		apic_set_tpr(0);
	}
}

/* ---- acceptance and EOI: 11.8.4, 11.8.5 ---- */

IN_BOTH_MODES(irr_isr, "an interrupt moves from IRR to ISR and is gone after EOI; edge leaves TMR clear")
{
	for (u32 v = 0x20; v < 0x100; v += 0x1f) {
		expect_interrupts(v, sample_ppr);
		self_ipi(v);
		insist(wait_bit(APIC_IRR, v, true));
		expect_bits(APIC_IRR, v, "IRR");
		expect_bits(APIC_ISR, -1, "ISR");
		insist(wait_interrupts(1));
		expect_eq_msg(events[0], v, "vector %#" PRIx32, v);
		expect_eq_msg(isr_in_service, 1, "vector %#" PRIx32, v);
		expect_eq_msg(irr_in_service, 0, "vector %#" PRIx32, v);
		expect_eq_msg(tmr_in_service, 0, "vector %#" PRIx32, v);
		expect_bits(APIC_IRR, -1, "IRR");
		expect_bits(APIC_ISR, -1, "ISR");
	}
}

IN_BOTH_MODES(vectors, "each vector from 32 to 255 arrives as itself")
{
	for (u32 v = 32; v < 256; v++) {
		expect_interrupts(v, note_and_eoi);
		self_ipi(v);
		if (!expect(wait_interrupts(1)))
			break;
		expect_eq_msg(events[0], v, "vector %#" PRIx32, v);
		if (v != RET_TO_KERNEL_IRQ)
			handle_irq(v, NULL);
	}
}

IN_BOTH_MODES(pending_once, "a vector that is sent twice while it waits comes once")
{
	expect_interrupts(0x51, note_and_eoi);
	self_ipi(0x51);
	self_ipi(0x51);
	insist(wait_interrupts(1));
	expect_eq(drain(), 1);
}

static void send_again(isr_regs_t *regs)
{
	note_interrupt(regs);
	if (event_count == 1) {
		self_ipi(0x51);
		self_ipi(0x51);
	}
	eoi();
}

IN_BOTH_MODES(pending_in_service, "a vector that is sent while it is in service comes once more")
{
	expect_interrupts(0x51, send_again);
	self_ipi(0x51);
	insist(wait_interrupts(2));
	expect_eq(drain(), 2);
}

IN_BOTH_MODES(order, "of several that wait the highest vector comes first")
{
	static const u8 sent[] = { 0x41, 0xe2, 0x4f, 0xe1, 0x80 }, in_order[] = { 0xe2, 0xe1, 0x80, 0x4f, 0x41 };

	for (size_t i = 0; i < ARRAY_SIZE(sent); i++)
		expect_interrupts(sent[i], note_and_eoi);
	for (size_t i = 0; i < ARRAY_SIZE(sent); i++)
		self_ipi(sent[i]);
	insist(wait_interrupts(ARRAY_SIZE(sent)));
	expect_mem((const void *)events, in_order, sizeof(in_order));
}

/* What ISR shows inside of the inner handler, and behind each EOI. */
static u32 both_in_service, after_first_eoi;

static void inner(isr_regs_t *regs)
{
	note_interrupt(regs);
	both_in_service = apic_read_bit(APIC_ISR, 0x61) << 1 | apic_read_bit(APIC_ISR, 0x72);
	eoi();
	after_first_eoi = apic_read_bit(APIC_ISR, 0x61) << 1 | apic_read_bit(APIC_ISR, 0x72);
}

/* Of the same class as the handler: must wait for its EOI. */
static void outer(isr_regs_t *regs)
{
	note_interrupt(regs);
	self_ipi(0x6f);
	self_ipi(0x72);
	wait_interrupts(2);
	drain();
	note_interrupt(regs);
	eoi();
}

IN_BOTH_MODES(nesting, "a higher class interrupts a handler, the same class waits; EOI ends the highest")
{
	static const u8 in_order[] = { 0x61, 0x72, 0x61, 0x6f };

	expect_interrupts(0x6f, note_and_eoi);
	expect_interrupts(0x72, inner);
	expect_interrupts(0x61, outer);
	self_ipi(0x61);
	insist(wait_interrupts(4));
	expect_eq(event_count, 4);
	expect_mem((const void *)events, in_order, sizeof(in_order));
	expect_eq(both_in_service, 3);
	expect_eq(after_first_eoi, 2);
	expect_bits(APIC_ISR, -1, "ISR");
}

IN_BOTH_MODES(eoi_alone, "an EOI with nothing in service changes nothing")
{
	expect_interrupts(0x51, note_and_eoi);
	self_ipi(0x51);
	insist(wait_bit(APIC_IRR, 0x51, true));
	eoi();
	expect_bits(APIC_IRR, 0x51, "IRR");
	expect_bits(APIC_ISR, -1, "ISR");
	expect(wait_interrupts(1));
}

IN_BOTH_MODES(disabled_accepts_nothing, "disabled by software, the APIC accepts no fixed interrupt")
{
	expect_interrupts(0x51, note_and_eoi);
	apic_write(APIC_SPIV, 0xff);
	self_ipi(0x51);
	expect_eq(drain(), 0);
	expect_bits(APIC_IRR, -1, "IRR");
	apic_write(APIC_SPIV, APIC_SPIV_ENABLED);
	expect_eq(drain(), 0);
}

/* ---- errors: 11.5.3 ---- */

/* ESR shows what came before the last write to it. */
static u32 read_esr(void)
{
	apic_write(APIC_ESR, 0);
	return apic_read(APIC_ESR);
}

/* Vectors that are illegal, but for those of exceptions with an error code: a broken APIC may let them through. */
static const u8 illegal[] = { 0, 1, 3, 4, 5, 6, 7, 9, 15 };

static void forget_illegal(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++)
		handle_exception(illegal[i], note_and_eoi);
	if (any_bit(APIC_IRR))
		drain();
	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++)
		handle_exception(illegal[i], NULL);
}

IN_BOTH_MODES(esr, "sending an illegal vector is an error, seen after a write to ESR, once")
{
	u32 told = 0, told_twice = 0, all = 0;

	expect_eq(read_esr(), 0);
	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++) {
		all |= 1u << illegal[i];
		self_ipi(illegal[i]);
		if (read_esr() & APIC_ESR_SENDILL)
			told |= 1u << illegal[i];
		if (read_esr())
			told_twice |= 1u << illegal[i];
	}
	expect_eq_msg(told, all, "vectors that are an error");
	expect_eq_msg(told_twice, 0, "vectors that are an error still");
	expect_bits(APIC_IRR, -1, "IRR");
	forget_illegal();
}

IN_BOTH_MODES(error_interrupt, "an error is told by the LVT's error entry")
{
	u32 masked;

	expect_interrupts(0x52, note_and_eoi);
	apic_write(APIC_LVTERR, 0x52);
	self_ipi(3);
	expect(wait_bit(APIC_IRR, 0x52, true));
	forget_illegal();
	expect_eq(event_count, 1);
	apic_write(APIC_LVTERR, APIC_LVT_MASKED | 0x52);
	read_esr();
	self_ipi(3);
	masked = apic_read_bit(APIC_IRR, 0x52);
	forget_illegal();
	expect_eq(masked, 0);
	read_esr();
}

/* ---- x2APIC registers: 11.12.1.2, table 11-6 ---- */

CASE(x2apic_registers, "each MSR from 0x800 to 0x8ff can be read and written as the table says")
{
	u64 readable[4] = { 0 }, writable[4] = { 0 }, may_read[4] = { 0 }, may_write[4] = { 0 };

	use_x2apic();
	expect_interrupts(0xf1, note_and_eoi);
	for (u32 reg = 0; reg < 0x1000; reg += 0x10) {
		enum x2apic_reg_semantics may = get_x2apic_reg_semantics(reg);
		int word = reg >> 10, bit = reg >> 4 & 63;
		u64 value;

		may_read[word] |= (u64)!!(may & X2APIC_READABLE) << bit;
		may_write[word] |= (u64)!!(may & X2APIC_WRITABLE) << bit;
		readable[word] |= (u64)!rdmsr_safe(x2apic_msr(reg), &value) << bit;
		if (reg == APIC_SELF_IPI)
			value = 0xf1;
		else if (reg == APIC_ICR)
			value = APIC_DEST_SELF | APIC_INT_ASSERT | 0xf1;
		else if (reg == APIC_ESR)
			value = 0;
		writable[word] |= (u64)!wrmsr_safe(x2apic_msr(reg), value) << bit;
	}
	drain();
	for (int word = 0; word < 4; word++) {
		expect_eq_msg(readable[word], may_read[word], "RDMSR from %#x", 0x800 + word * 64);
		expect_eq_msg(writable[word], may_write[word], "WRMSR from %#x", 0x800 + word * 64);
	}
}

CASE(x2apic_reserved, "x2APIC: bits that a register does not have fault and change nothing")
{
	static const struct { u16 reg; u64 bits; u64 value; } registers[] = {
		{ APIC_TASKPRI, 0xff, 0 },
		{ APIC_EOI, 0, 0 },
		{ APIC_ESR, 0, 0 },
		{ APIC_TMICT, 0xffffffff, 0 },
		{ APIC_TDCR, 0xb, 0 },
		{ APIC_SELF_IPI, 0xff, 0xf1 },
		/* Bit 12, delivery status, is gone in x2APIC mode, but its writing is not said to fault. */
		{ APIC_ICR, 0xffffffff000cdfff, APIC_INT_ASSERT | APIC_DEST_SELF | 0xf1 },
	};

	use_x2apic();
	expect_interrupts(0xf1, note_and_eoi);
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		u64 faulted = 0, reserved = ~registers[i].bits;

		for (int bit = 0; bit < 64; bit++)
			if (reserved >> bit & 1 &&
			    wrmsr_safe(x2apic_msr(registers[i].reg), registers[i].value | 1ull << bit) == GP_VECTOR)
				faulted |= 1ull << bit;
		expect_eq_msg(faulted, reserved, "MSR %#" PRIx32 ", bits that fault", x2apic_msr(registers[i].reg));
	}
	expect_eq(drain(), 0);
	expect_eq(apic_read(APIC_TASKPRI), 0);
	expect_eq(apic_read(APIC_TDCR), 0);
}

CASE(x2apic_self_ipi, "x2APIC: the self IPI register sends an edge-triggered interrupt to oneself")
{
	use_x2apic();
	expect_interrupts(0x91, sample_ppr);
	apic_write(APIC_SELF_IPI, 0x91);
	insist(wait_interrupts(1));
	expect_eq(drain(), 1);
	expect_eq(events[0], 0x91);
	expect_eq(tmr_in_service, 0);
}

/* ---- virtual wire: 11.5.1, ExtINT ---- */

static void note_extint(isr_regs_t *regs)
{
	note_interrupt(regs);
	outb(0x20, 0x20);	/* the 8259A's EOI; the local APIC has nothing in service (11.8.5) */
}

/*
 * One edge of the 8254, and no other, latched in the 8259A, which masks it. Counter 0 in mode 0 gives one, when its count is
 * done. The 8259A is initialized behind the load, which drops what the 8254 did before, and tried again if it was done by then.
 */
static bool latch_timer_edge(void)
{
	const u16 count = 10000;	/* 8 ms */
	u64 start;

	for (int i = 0; i < 100; i++) {
		outb(0x30, 0x43);
		outb(count & 0xff, 0x40);
		outb(count >> 8, 0x40);
		pic_init();
		outb(0x0a, 0x20);	/* reads are of IRR */
		outb(0xe2, 0x43);	/* read back the status of counter 0: bit 7 is its output */
		if (inb(0x40) & 0x80)
			continue;
		start = rdtsc();
		while (!(inb(0x20) & 1) && rdtsc() - start < WAIT_TICKS)
			pause();
		return inb(0x20) & 1;
	}
	return false;
}

IN_BOTH_MODES(extint, "LINT0 as ExtINT lets the 8259A interrupt with its own vector, past the APIC's registers")
{
	require_msg(latch_timer_edge(), "no 8254 and 8259A");
	expect_interrupts(PIC_VECTOR, note_extint);
	apic_write(APIC_LVT0, APIC_DM_EXTINT);
	outb(0xfe, 0x21);
	insist(wait_interrupts(1));
	expect_eq(drain(), 1);
	expect_bits(APIC_ISR, -1, "ISR");
	expect(!apic_read_bit(APIC_IRR, PIC_VECTOR));
	mask_pic_interrupts();
	apic_write(APIC_LVT0, APIC_LVT_MASKED | APIC_DM_EXTINT);
}
