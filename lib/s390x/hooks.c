/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks of arch-hooks.h that are a few instructions on s390x, and the end of the machine. */
#include "arch-hooks.h"
#include "s390x/boot.h"
#include "s390x/smp.h"
#include "asm/facility.h"
#include "asm/time.h"

u64 stfl_doublewords[NB_STFL_DOUBLEWORDS];

#define FACILITY_STFLE	7

void setup_facilities(void)
{
	stfl();
	stfl_doublewords[0] = (u64)lowcore.stfl << 32;
	if (test_facility(FACILITY_STFLE))
		stfle(stfl_doublewords, NB_STFL_DOUBLEWORDS);
}

enum supp_on_prot_facility get_supp_on_prot_facility(void)
{
	return test_facility(138)   ? SOP_ENHANCED_2
	       : test_facility(131) ? SOP_ENHANCED_1
				    : SOP_BASIC;
}

/* The lowcore says it: no privilege is needed. */
int arch_cpu_id(void)
{
	return (int)lowcore.cpu_number;
}

/*
 * Nothing can be masked in problem state; nobody enters that with interruptions on and a lock held.
 */
unsigned long arch_irq_save(void)
{
	u64 mask = extract_psw_mask();

	if (mask & PSW_MASK_PSTATE)
		return 0;
	local_irq_disable();
	return mask & (PSW_MASK_EXT | PSW_MASK_IO);
}

void arch_irq_restore(unsigned long state)
{
	if (state)
		psw_mask_set_bits(state);
}

/*
 * Lets go of the host's CPU where DIAG 0x44 is known; it is nowhere forbidden but in problem state.
 */
void arch_cpu_relax(void)
{
	if (!in_problem_state())
		__asm__ __volatile__("diag 0,0,0x44" : : : "memory");
}

/* 4096 units are a microsecond: 1000/4096 is 125/512. */
uint64_t arch_time_ns(void)
{
	u64 clock;

	stck(&clock);
	return (clock >> 9) * 125;
}

/*
 * QEMU takes a disabled wait at this address for a shutdown (is_special_wait_psw()), at others for
 * a panic.
 */
#define SHUTDOWN_ADDRESS	0xfff

void arch_exit(int status)
{
	struct psw end = PSW(PSW_MASK_64 | PSW_MASK_WAIT, SHUTDOWN_ADDRESS);
	char line[32];

	if (in_problem_state())
		leave_pstate();
	psw_mask_clear_bits(PSW_MASK_EXT | PSW_MASK_IO | PSW_MASK_MCHECK | PSW_MASK_DAT);
	arch_console_write(line,
			   snprintf(line, sizeof(line), "EXIT: STATUS=%d\n", status << 1 | 1));
	smp_stop_others();
	__asm__ __volatile__("lpswe %0" : : "Q" (end));
	__builtin_unreachable();
}
