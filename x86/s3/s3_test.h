/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suspend to RAM for its tests (ACPI 6.5, sections 4.8.3, 5.2.10, 7.4.2.4 and 16.1): the page in
 * low memory where the firmware enters us again, and what is known of the last suspend. The
 * constants are wake.S's, too.
 */
#ifndef S3_TEST_H
#define S3_TEST_H

/* Of struct wake, by their offsets. */
#define WAKE_PM1A		0
#define WAKE_PM1B		4
#define WAKE_VALUE_A		8
#define WAKE_VALUE_B		12
#define WAKE_COPY		16
#define WAKE_WORDS		20
#define WAKE_CR0		24
#define WAKE_CR3		28
#define WAKE_CR4		32
#define WAKE_EFER		36
#define WAKE_SP			40
#define WAKE_FOUND_CR0		44
#define WAKE_FOUND_CS		48
#define WAKE_FOUND_IP		52
#define WAKE_FOUND_A20		56
#define WAKE_FOUND_CHANGED	60

/* Below 1 MiB, apart from the CPUs' trampoline. The vector is no multiple of 16, so IP is not 0. */
#define WAKE			0x9000
#define WAKE_CODE		0x108
#define WAKE_STACK		0x1000
#define WAKE_VECTOR		(WAKE + WAKE_CODE)

#ifndef __ASSEMBLER__
#include "acpi.h"
#include "case.h"

/* The layout is known to wake.S by the offsets above. */
struct wake {
	u32 pm1a, pm1b;			/* ports of PM1 control; 0: there is no PM1b */
	u32 value_a, value_b;		/* what puts to sleep there */
	u32 copy, words;		/* of the image: see wake.S */
	u32 cr0, cr3, cr4, efer, sp;
	u32 found_cr0;			/* what the waking vector was entered with */
	u32 found_cs, found_ip;
	u32 found_a20;			/* 1: address line 20 works */
	u32 found_changed;		/* first address of the image that was not kept, 0: none */
};

/* Bits of the PM1 registers: sections 4.8.3.1 and 4.8.3.2. */
#define STS_TMR			(1u << 0)
#define STS_PWRBTN		(1u << 8)
#define STS_SLPBTN		(1u << 9)
#define STS_RTC			(1u << 10)
#define STS_WAK			(1u << 15)
#define EN_RTC			(1u << 10)
#define CNT_SCI_EN		(1u << 0)
#define CNT_SLP_TYP		(7u << 10)
#define CNT_SLP_EN		(1u << 13)

u16 pm1_status(void);
/* Writes ones: they clear. */
void pm1_clear(u16 bits);
u16 pm1_control(void);
/* Writes the sleep type of S3 to PM1 control, without SLP_EN. */
void pm1_choose_s3(void);

#define REG_C			0x0c
#define C_AF			0x20
/* Enables an alarm for every second that begins, and returns when one has begun. */
void alarm_every_second(void);

/* What the last suspend saw. */
extern struct resume {
	struct wake found;
	u16 status;			/* PM1 status, as it was at the waking vector */
	u64 rtc_before, rtc_after;
	u32 tpr, lvtt, tmict;		/* of the local APIC, before the library sets it up again */
	u64 apic_base;
	u32 redirection;		/* low half of I/O APIC entry TEST_LINE */
} resumed;

#define TEST_LINE		20	/* nothing is connected to it here */

/*
 * Puts the machine to sleep and returns when the alarm has woken it, with all CPUs set up again.
 * Ends the case if the machine does not go to sleep. Of memory the image is made as it was.
 */
void suspend(void);
/* The same, but the other CPUs wait for smp_restart(). */
void suspend_boot_cpu(void);

/* wake.S */
extern const char wake_start[], wake_end[];
/* 1: has slept; 0: the machine did not go to sleep. */
u32 sleep_and_wake(void);
#endif

#endif
