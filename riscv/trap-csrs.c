/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers of a trap to supervisor mode (RISC-V Privileged Architecture
 * 20211203, section 4.1): where stvec leads in both of its modes, what SRET
 * does to sstatus, what sie, sip, scause and stval hold, and which of their
 * bits must be zero. What each trap puts into them is exceptions.c's.
 */
#include "asm/processor.h"
#include "asm/timer.h"
#include "case.h"

#define STVEC_DIRECT   0ul
#define STVEC_VECTORED 1ul
#define STVEC_MODE     3ul

/* ---- stvec: section 4.1.2 ---- */

/* Where a trap arrived: behind the entry of the table, by its JAL. */
static struct arrival {
	ulong behind, cause, epc;
} arrival;
extern const u32 trap_table[];

/*
 * The code that traps leaves t0 to t2 to the table's. Interrupts are off behind it; an exception is
 * stepped over.
 */
__asm__(".pushsection .text, \"ax\", %progbits\n	.option push\n"
	"	.option norvc\n	.p2align 8\n"
	"trap_table:\n"
	"	.rept 16\n	jal t0, 1f\n	.endr\n"
	"1:	lla t1, arrival\n	sd t0, 0(t1)\n"
	"	csrr t2, sepc\n	sd t2, 16(t1)\n"
	"	csrr t2, scause\n	sd t2, 8(t1)\n"
	"	bltz t2, 2f\n"
	"	csrr t2, sepc\n	addi t2, t2, 4\n	csrw sepc, t2\n"
	"2:	li t2, 0x20\n	csrc sstatus, t2\n" /* SPIE */
	"	sret\n"
	"	.option pop\n	.popsection\n");

static void raise_exception(void)
{
	__asm__ __volatile__(".4byte 0x00100073" : : : "t0", "t1", "t2", "memory"); /* ebreak */
}

static void let_interrupt_in(void)
{
	__asm__ __volatile__("csrsi sstatus, 2\n\tnop\n\tcsrci sstatus, 2"
			     : : : "t0", "t1", "t2", "memory");
}

/* The table's entry that the trap arrives at with that mode of stvec; -1: none, it did not trap. */
static long entry_taken(ulong stvec_mode, void (*trap)(void))
{
	ulong stvec;

	local_irq_disable();
	arrival = (struct arrival){ 0 };
	stvec = csr_swap(CSR_STVEC, (ulong)trap_table | stvec_mode);
	trap();
	csr_write(CSR_STVEC, stvec);
	return arrival.behind ? (long)(arrival.behind - (ulong)trap_table) / 4 - 1 : -1;
}

static bool stvec_takes(ulong stvec_mode)
{
	ulong stvec = csr_swap(CSR_STVEC, (ulong)trap_table | stvec_mode);

	return csr_swap(CSR_STVEC, stvec) == ((ulong)trap_table | stvec_mode);
}

static void check_entries(ulong stvec_mode, bool by_cause)
{
	expect_eq(entry_taken(stvec_mode, raise_exception), 0);
	expect_eq(arrival.cause, EXC_BREAKPOINT);
	csr_write(CSR_SIE, IE_SSIE);
	csr_set(CSR_SIP, IP_SSIP);
	expect_eq(entry_taken(stvec_mode, let_interrupt_in), by_cause ? IRQ_S_SOFT : 0);
	expect_eq(arrival.cause, CAUSE_IRQ_FLAG | IRQ_S_SOFT);
	ipi_ack();
	csr_write(CSR_SIE, IE_TIE);
	timer_set(0);
	while (!(csr_read(CSR_SIP) & IP_TIP))
		cpu_relax();
	expect_eq(entry_taken(stvec_mode, let_interrupt_in), by_cause ? IRQ_S_TIMER : 0);
	expect_eq(arrival.cause, CAUSE_IRQ_FLAG | IRQ_S_TIMER);
	timer_stop();
	csr_write(CSR_SIE, 0);
	expect_eq(entry_taken(stvec_mode, let_interrupt_in), -1);
}

CASE(direct, "with stvec's mode 0 exceptions and interrupts arrive at its base")
{
	check_entries(STVEC_DIRECT, false);
}

CASE(vectored, "with mode 1 interrupts arrive at the base plus four times their cause, "
	       "exceptions at the base")
{
	require_msg(stvec_takes(STVEC_VECTORED), "stvec has no vectored mode");
	check_entries(STVEC_VECTORED, true);
}

CASE(stvec, "stvec keeps its base, and never has a reserved mode")
{
	ulong stvec = csr_read(CSR_STVEC), value;

	local_irq_disable();
	expect(stvec_takes(STVEC_DIRECT));
	for (ulong m = STVEC_VECTORED + 1; m <= STVEC_MODE; m++) {
		csr_write(CSR_STVEC, (ulong)trap_table | m);
		value = csr_swap(CSR_STVEC, stvec);
		expect_le(value & STVEC_MODE, STVEC_VECTORED);
	}
}

/* ---- sstatus: section 4.1.1 ---- */

/* SRET to the next instruction, in supervisor mode; sstatus behind it. */
static ulong status_after_sret(ulong spie)
{
	ulong status;

	local_irq_disable();
	csr_clear(CSR_SSTATUS, SR_SPIE);
	csr_set(CSR_SSTATUS, SR_SPP | spie);
	__asm__ __volatile__("lla %0, 1f\n\tcsrw sepc, %0\n\tsret\n1:\n\tcsrr %0, sstatus\n\t"
			     "csrci sstatus, 2"
			     : "=&r"(status)
			     :
			     : "memory");
	return status & (SR_SIE | SR_SPIE | SR_SPP);
}

CASE(sret, "SRET moves SPIE to SIE, and leaves SPIE set and SPP clear")
{
	expect_eq(status_after_sret(0), SR_SPIE);
	expect_eq(status_after_sret(SR_SPIE), SR_SPIE | SR_SIE);
}

/* ---- sie and sip: section 4.1.3; chapter 8.2.3 for those of VS-mode ---- */

#define STANDARD 0xfffful	      /* the others are the platform's */
#define OVERFLOW (1ul << IRQ_PMU_OVF) /* Sscofpmf may be there */

CASE(sie, "sie has a bit of each of the supervisor's interrupts and of no "
	  "other standard one")
{
	ulong all, none;

	local_irq_disable();
	csr_write(CSR_SIE, ~0ul);
	all = csr_read(CSR_SIE);
	csr_write(CSR_SIE, 0);
	none = csr_read(CSR_SIE);
	expect_eq(all & STANDARD & ~OVERFLOW, IE_SSIE | IE_TIE | IE_SEIE);
	expect_eq(none, 0);
}

CASE(sip, "of sip's standard bits software sets its own interrupt's only")
{
	ulong all, none;

	local_irq_disable();
	csr_write(CSR_SIE, 0);
	timer_stop();
	while (csr_read(CSR_SIP) & IP_TIP)
		cpu_relax();
	csr_write(CSR_SIP, ~0ul);
	all = csr_read(CSR_SIP);
	csr_write(CSR_SIP, 0);
	none = csr_read(CSR_SIP);
	expect_eq(all & STANDARD & ~OVERFLOW, IP_SSIP);
	expect_eq(none & STANDARD, 0);
}

/* ---- scause and stval: sections 4.1.8 and 4.1.9 ---- */

CASE(scause, "scause holds the codes 0 to 31 of exceptions and interrupts")
{
	local_irq_disable();
	for (ulong code = 0; code < 32; code++) {
		csr_write(CSR_SCAUSE, code);
		expect_eq(csr_read(CSR_SCAUSE), code);
		csr_write(CSR_SCAUSE, CAUSE_IRQ_FLAG | code);
		expect_eq(csr_read(CSR_SCAUSE), CAUSE_IRQ_FLAG | code);
	}
}

CASE(stval, "stval holds 0 and every address that may be valid")
{
	static const ulong values[] = {
		0, 1, 0x123456789, (1ul << 38) - 1, ~0ul << 38, ~0ul, (ulong)-0x1235,
	};

	local_irq_disable();
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		csr_write(CSR_STVAL, values[i]);
		expect_eq(csr_read(CSR_STVAL), values[i]);
	}
}
