/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC (SDM volume 3, chapter 11) in either mode, and the I/O APIC (82093AA data sheet, 290566). Registers are
 * named by their xAPIC offset (APIC_ID and so on, apic-defs.h) in both modes. x86_start() leaves every CPU in x2APIC mode
 * if it has that, else in xAPIC mode, with all vectors accepted; the I/O APIC and the PICs are masked.
 */
#ifndef X86_APIC_H
#define X86_APIC_H

#include "libcflat.h"
#include "x86/apic-defs.h"
#include "x86/processor.h"

/* APIC ID by CPU number. */
extern u32 id_map[];

/* What x86_start() writes to APIC_SPIV: enabled, spurious interrupts by vector 0xff. */
#define APIC_SPIV_ENABLED	0x1ff

/* ---- registers, by the access of the mode that the library's functions have chosen on this CPU ---- */

u32 apic_read(unsigned int reg);
void apic_write(unsigned int reg, u32 value);
/* Bit n (0 to 255) of one of the 256-bit registers APIC_ISR, APIC_TMR, APIC_IRR. */
bool apic_read_bit(unsigned int reg, int n);
/*
 * Sends an IPI. value: the low half of ICR; dest: an APIC ID (xAPIC: 8 bits), or a logical destination. In xAPIC mode
 * waits before it until the last one is accepted.
 */
void apic_icr_write(u32 value, u32 dest);
/* This CPU's APIC ID. */
u32 apic_id(void);
/* Acknowledges the interrupt with the highest priority in service. */
void eoi(void);

/* For tests that have written IA32_APIC_BASE themselves: from now on access by the mode that it says. */
void apic_mode_changed(void);

/* ---- modes: section 11.4.3 and 11.12.5 ---- */

/* Enables it by IA32_APIC_BASE (xAPIC, unless x2APIC is on) and by APIC_SPIV. */
void enable_apic(void);
/* False if the CPU has no x2APIC; leaves APIC_SPIV as it is. */
bool enable_x2apic(void);
/* Disables it by IA32_APIC_BASE. Its registers may be reset by that or not: section 11.4.3. */
void disable_apic(void);
/* xAPIC mode, from whichever mode; APIC_SPIV and the rest may be reset or not. */
void reset_apic(void);

/* By IA32_APIC_BASE. */
bool is_apic_hw_enabled(void);
bool is_xapic_enabled(void);
bool is_x2apic_enabled(void);
/* By APIC_SPIV as well. */
bool is_apic_sw_enabled(void);

/* ---- x2APIC: section 11.12.1.2 ---- */

/* What an x2APIC register lets RDMSR and WRMSR do. */
enum x2apic_reg_semantics {
	X2APIC_INVALID = 0,
	X2APIC_READABLE = 1,
	X2APIC_WRITABLE = 2,
	X2APIC_RO = X2APIC_READABLE,
	X2APIC_WO = X2APIC_WRITABLE,
	X2APIC_RW = X2APIC_READABLE | X2APIC_WRITABLE,
};

/* The MSR of a register, and its number within the x2APIC's range of MSRs. */
static inline u32 apic_reg_index(u32 reg)
{
	return reg >> 4;
}

static inline u32 x2apic_msr(u32 reg)
{
	return APIC_BASE_MSR + apic_reg_index(reg);
}

/* For this CPU: the LVT entries that it has, and self IPIs. */
enum x2apic_reg_semantics get_x2apic_reg_semantics(u32 reg);
/* Whether the local vector table has entry index (0: timer), by APIC_LVR. */
bool apic_lvt_entry_supported(int index);

/* ---- priority: section 11.8.3 ---- */

static inline u8 task_priority_class(u8 vector)
{
	return vector >> 4;
}

/* The task priority class, 0 to 15. By CR8 on x86_64. */
void apic_set_tpr(u8 class);
u8 apic_get_tpr(void);

/* ---- timer: section 11.5.4 ---- */

/* Stops the timer and prepares it: divide by 1. mode: APIC_LVT_TIMER_ONESHOT, _PERIODIC or _TSCDEADLINE. */
void apic_setup_timer(int vector, u32 mode);
/* counter: bus cycles; with the TSC deadline mode write IA32_TSC_DEADLINE instead. */
void apic_start_timer(u32 counter);
void apic_stop_timer(void);
/* Stops and masks it, and takes away an interrupt that is pending: interrupts are enabled for a moment. */
void apic_cleanup_timer(void);

/* ---- I/O APIC, and pc-testdev's interrupt lines ---- */

/* An entry of the redirection table: data sheet, section 3.2.4. */
typedef struct {
	u64 vector : 8;
	u64 delivery_mode : 3;
	u64 dest_mode : 1;
	u64 delivery_status : 1;
	u64 polarity : 1;		/* 1: active low */
	u64 remote_irr : 1;
	u64 trig_mode : 1;
	u64 mask : 1;
	u64 reserve : 7;
	u64 reserved : 32;
	u64 dest_id : 8;
} ioapic_redir_entry_t;

typedef enum trigger_mode {
	TRIGGER_EDGE = 0,
	TRIGGER_LEVEL = 1,
} trigger_mode_t;

void ioapic_write_reg(u32 reg, u32 value);
u32 ioapic_read_reg(u32 reg);
void ioapic_write_redir(unsigned int line, ioapic_redir_entry_t entry);
ioapic_redir_entry_t ioapic_read_redir(unsigned int line);
/* Leads line to vec on the calling CPU, unmasked, active high. */
void ioapic_set_redir(unsigned int line, unsigned int vec, trigger_mode_t trig_mode);
void set_mask(unsigned int line, int mask);
/* Raises (1) or lowers (0) an input of the I/O APIC: QEMU's -device pc-testdev only. */
void set_irq_line(unsigned int line, int value);

/* ---- the two 8259A: data sheet 231468 ---- */

void mask_pic_interrupts(void);
/* For x86_start(): vectors PIC_VECTOR to PIC_VECTOR + 15, all masked. */
#define PIC_VECTOR	0x30
void pic_init(void);

#endif
