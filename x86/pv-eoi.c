/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's EOI without an exit (Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_PV_EOI_EN): where the host sets bit 0 of a word of
 * the guest's, the guest may clear it, with one instruction, instead of writing the APIC's EOI. No interrupt may be lost,
 * come twice or out of order by that, nor stay in service; and a guest that writes EOI all the same must be right as well.
 */
#include "apic_test.h"
#include "kvm_test.h"

#define OFFERED		1u
#define PATTERN		0x5aa5c33cu	/* of the neighbours; the word itself must be 0 at first */
#define ROUNDS		200

static volatile u32 area[3];
static bool taken;		/* does the handler take the offer? */
static u32 offers;

/* One instruction: the host may change the bit between any two. */
static bool take_offer(void)
{
	bool offered;

	asm volatile("btrl $0, %0; setc %1" : "+m" (area[1]), "=qm" (offered) : : "cc");
	return offered;
}

static void handle(isr_regs_t *regs)
{
	note_interrupt(regs);
	offers += area[1] & OFFERED;
	if (!taken || !take_offer())
		eoi();
}

static void turn_on(void)
{
	wrmsr(MSR_KVM_PV_EOI_EN, virt_to_phys(&area[1]) | KVM_MSR_ENABLED);
}

static void turn_off(void)
{
	wrmsr(MSR_KVM_PV_EOI_EN, 0);
}

static void begin(bool take)
{
	require_feature(KVM_FEATURE_PV_EOI);
	use_x2apic();
	area[0] = area[2] = PATTERN;
	area[1] = 0;
	taken = take;
	offers = 0;
	turn_on();
}

static void expect_area(void)
{
	expect_eq(area[0], PATTERN);
	expect_eq(area[1] & ~OFFERED, 0);
	expect_eq(area[2], PATTERN);
}

CASE(msr, "the MSR reads back; bit 1 faults and changes nothing")
{
	u64 value = virt_to_phys(&area[1]) | KVM_MSR_ENABLED;

	begin(true);
	expect_eq(rdmsr(MSR_KVM_PV_EOI_EN), value);
	expect_eq(wrmsr_safe(MSR_KVM_PV_EOI_EN, value | KVM_PV_EOI_RESERVED), GP_VECTOR);
	expect_eq(rdmsr(MSR_KVM_PV_EOI_EN), value);
	turn_off();
	expect_eq(rdmsr(MSR_KVM_PV_EOI_EN), 0);
	expect_area();
}

/* Each interrupt comes once, and is not in service behind its handler. */
static void send_rounds(void)
{
	u32 got = 0, in_service = 0;

	expect_interrupts(0x61, handle);
	for (u32 i = 1; i <= ROUNDS; i++) {
		self_ipi(0x61);
		got += wait_interrupts(i);
		in_service += apic_read_bit(APIC_ISR, 0x61);
	}
	expect_eq(got, ROUNDS);
	expect_eq(drain(), ROUNDS);
	expect_eq(in_service, 0);
	expect_bits(APIC_ISR, -1, "ISR");
	expect_bits(APIC_IRR, -1, "IRR");
	turn_off();
	expect_area();
}

CASE(taken, "EOI by clearing the bit: each interrupt comes once and ends")
{
	begin(true);
	send_rounds();
	metric("EOI offered", offers, "of 200");
}

CASE(ignored, "EOI by the APIC's register all the same: each interrupt comes once and ends")
{
	begin(false);
	send_rounds();
}

/* The second of two that wait must come, though the first ends without an exit. */
static void try_pair(u32 first, u32 second)
{
	expect_interrupts(first, handle);
	expect_interrupts(second, handle);
	self_ipi(second);
	self_ipi(first);
	expect(wait_interrupts(2));
	expect_eq(drain(), 2);
	expect_eq(events[0], first);
	expect_eq(events[1], second);
	expect_bits(APIC_ISR, -1, "ISR");
}

CASE(pair, "of two that wait the higher comes first and the other behind it")
{
	begin(true);
	try_pair(0x91, 0x61);
	try_pair(0x95, 0x91);
	turn_off();
	expect_area();
}

static void outer(isr_regs_t *regs)
{
	note_interrupt(regs);
	self_ipi(0x91);
	wait_interrupts(2);
	note_interrupt(regs);
	if (!take_offer())
		eoi();
}

CASE(nested, "an interrupt that comes into a handler ends before that does")
{
	static const u8 in_order[] = { 0x61, 0x91, 0x61 };

	begin(true);
	for (int i = 0; i < 20; i++) {
		expect_interrupts(0x91, handle);
		expect_interrupts(0x61, outer);
		self_ipi(0x61);
		insist(wait_interrupts(3));
		expect_eq(drain(), 3);
		expect_mem((const void *)events, in_order, sizeof(in_order));
		expect_bits(APIC_ISR, -1, "ISR");
	}
	turn_off();
	expect_area();
}

CASE(off, "switched off, the bit is not set any more")
{
	begin(true);
	turn_off();
	send_rounds();
	expect_eq(offers, 0);
	expect_eq(area[1], 0);
}
