/* SPDX-License-Identifier: BSD-2-Clause */
/* The local APIC of either mode: SDM volume 3, chapter 11. IPIs between CPUs: smp.c; the I/O APIC: ioapic.c. */
#include "arch-hooks.h"
#include "x86/apic.h"
#include "x86/desc.h"
#include "asm/io.h"

/* How a CPU accesses its APIC. Remembered, because reading IA32_APIC_BASE would be a VM exit of its own. */
enum access { XAPIC, X2APIC };
static u8 access_of[X86_MAX_CPUS];

/* Where the registers are: tests move them by IA32_APIC_BASE, all CPUs' or one's. */
static u32 base_of[X86_MAX_CPUS];

#define BASE_ADDRESS	0xfffff000u

#define ICR_BUSY_TRIES	1000000
#define PENDING_TRIES	10000

static bool x2apic_here(void)
{
	return access_of[arch_cpu_id()] == X2APIC;
}

static volatile u32 *xapic_reg(unsigned int reg)
{
	u32 base = base_of[arch_cpu_id()];

	return phys_to_virt((base ? base : APIC_DEFAULT_PHYS_BASE) + reg);
}

void apic_mode_changed(void)
{
	u64 base = rdmsr(MSR_IA32_APICBASE);

	access_of[arch_cpu_id()] = (base & (APIC_EN | APIC_EXTD)) == (APIC_EN | APIC_EXTD) ? X2APIC : XAPIC;
	base_of[arch_cpu_id()] = base & BASE_ADDRESS;
}

static void set_base_bits(u64 clear, u64 set)
{
	wrmsr(MSR_IA32_APICBASE, (rdmsr(MSR_IA32_APICBASE) & ~clear) | set);
	apic_mode_changed();
}

u32 apic_read(unsigned int reg)
{
	return x2apic_here() ? (u32)rdmsr(x2apic_msr(reg)) : *xapic_reg(reg);
}

/* WRMSR to the x2APIC is not serializing, unlike MMIO: what was stored before an IPI must be seen (section 11.12.3). */
static void write_x2apic(unsigned int reg, u64 value)
{
	mb();
	rmb();
	wrmsr(x2apic_msr(reg), value);
}

void apic_write(unsigned int reg, u32 value)
{
	if (x2apic_here())
		write_x2apic(reg, value);
	else
		*xapic_reg(reg) = value;
}

bool apic_read_bit(unsigned int reg, int n)
{
	return apic_read(reg + (n >> 5) * 0x10) >> (n & 31) & 1;
}

static void wait_for_icr(void)
{
	for (int tries = 0; *xapic_reg(APIC_ICR) & APIC_ICR_BUSY; tries++) {
		if (tries == ICR_BUSY_TRIES)
			report_abort("CPU %d: the APIC does not send its last IPI (ICR %#" PRIx32 ")",
				     arch_cpu_id(), *xapic_reg(APIC_ICR));
		cpu_relax();
	}
}

void apic_icr_write(u32 value, u32 dest)
{
	unsigned long state;

	if (x2apic_here()) {
		write_x2apic(APIC_ICR, (u64)dest << 32 | value);
		return;
	}
	/* A handler that sends an IPI between the two halves would change the destination. */
	state = arch_irq_save();
	wait_for_icr();
	*xapic_reg(APIC_ICR2) = dest << 24;
	*xapic_reg(APIC_ICR) = value;
	arch_irq_restore(state);
}

u32 apic_id(void)
{
	u32 id = apic_read(APIC_ID);

	return x2apic_here() ? id : id >> 24;
}

void eoi(void)
{
	apic_write(APIC_EOI, 0);
}

bool is_apic_hw_enabled(void)
{
	return rdmsr(MSR_IA32_APICBASE) & APIC_EN;
}

bool is_x2apic_enabled(void)
{
	return (rdmsr(MSR_IA32_APICBASE) & (APIC_EN | APIC_EXTD)) == (APIC_EN | APIC_EXTD);
}

bool is_xapic_enabled(void)
{
	return (rdmsr(MSR_IA32_APICBASE) & (APIC_EN | APIC_EXTD)) == APIC_EN;
}

bool is_apic_sw_enabled(void)
{
	return is_apic_hw_enabled() && apic_read(APIC_SPIV) & APIC_SPIV_APIC_ENABLED;
}

void enable_apic(void)
{
	if (!is_x2apic_enabled())
		set_base_bits(APIC_EXTD, APIC_EN);
	apic_write(APIC_SPIV, APIC_SPIV_ENABLED);
}

bool enable_x2apic(void)
{
	if (!this_cpu_has(X86_FEATURE_X2APIC))
		return false;
	/* From disabled straight to x2APIC is a #GP: section 11.12.5.1. */
	if (!is_apic_hw_enabled())
		set_base_bits(0, APIC_EN);
	set_base_bits(0, APIC_EXTD);
	return true;
}

void disable_apic(void)
{
	set_base_bits(APIC_EN | APIC_EXTD, 0);
}

/* Only x2APIC mode must be left through "disabled": QEMU 7.2's APIC never says that it is enabled again. */
void reset_apic(void)
{
	if (is_x2apic_enabled())
		disable_apic();
	set_base_bits(0, APIC_EN);
}

bool apic_lvt_entry_supported(int index)
{
	return index <= (int)(apic_read(APIC_LVR) >> 16 & 0xff);
}

/* Table 11-6. Entries of the LVT by their number, which is not the order of their addresses. */
static enum x2apic_reg_semantics lvt_semantics(int index)
{
	return apic_lvt_entry_supported(index) ? X2APIC_RW : X2APIC_INVALID;
}

enum x2apic_reg_semantics get_x2apic_reg_semantics(u32 reg)
{
	if (reg & 0xf)
		return X2APIC_INVALID;
	switch (reg) {
	case APIC_ID:
	case APIC_LVR:
	case APIC_PROCPRI:
	case APIC_LDR:
	case APIC_ISR ... APIC_ISR + 0x70:
	case APIC_TMR ... APIC_TMR + 0x70:
	case APIC_IRR ... APIC_IRR + 0x70:
	case APIC_TMCCT:
		return X2APIC_RO;
	case APIC_EOI:
	case APIC_SELF_IPI:
		return X2APIC_WO;
	case APIC_TASKPRI:
	case APIC_SPIV:
	case APIC_ESR:
	case APIC_ICR:
	case APIC_TMICT:
	case APIC_TDCR:
		return X2APIC_RW;
	case APIC_LVTT:
		return lvt_semantics(0);
	case APIC_LVT0:
		return lvt_semantics(1);
	case APIC_LVT1:
		return lvt_semantics(2);
	case APIC_LVTERR:
		return lvt_semantics(3);
	case APIC_LVTPC:
		return lvt_semantics(4);
	case APIC_LVTTHMR:
		return lvt_semantics(5);
	case APIC_CMCI:
		return lvt_semantics(6);
	default:
		return X2APIC_INVALID;
	}
}

void apic_set_tpr(u8 class)
{
#ifdef __x86_64__
	write_cr8(class);
#else
	apic_write(APIC_TASKPRI, class << 4);
#endif
}

u8 apic_get_tpr(void)
{
#ifdef __x86_64__
	return read_cr8();
#else
	return apic_read(APIC_TASKPRI) >> 4;
#endif
}

void apic_setup_timer(int vector, u32 mode)
{
	apic_cleanup_timer();
	apic_write(APIC_TDCR, APIC_TDR_DIV_1);
	apic_write(APIC_LVTT, vector | mode);
	/* In xAPIC mode the switch to TSC deadlines must be done before the MSR is written: section 11.5.4.1. */
	mb();
}

void apic_start_timer(u32 counter)
{
	apic_write(APIC_TMICT, counter);
}

void apic_stop_timer(void)
{
	if ((apic_read(APIC_LVTT) & APIC_LVT_TIMER_MASK) == APIC_LVT_TIMER_TSCDEADLINE)
		wrmsr(MSR_IA32_TSCDEADLINE, 0);
	else
		apic_write(APIC_TMICT, 0);
}

/* Interrupts may take a while to come: an emulator looks for them every thousand instructions or so. */
static void let_in(int vector)
{
	unsigned long state = arch_irq_save();

	sti();
	for (int tries = 0; tries < PENDING_TRIES && apic_read_bit(APIC_IRR, vector); tries++)
		cpu_relax();
	cli();
	arch_irq_restore(state);
}

void apic_cleanup_timer(void)
{
	u32 lvtt = apic_read(APIC_LVTT);

	apic_stop_timer();
	apic_write(APIC_LVTT, lvtt | APIC_LVT_MASKED);
	let_in(lvtt & 0xff);
}
