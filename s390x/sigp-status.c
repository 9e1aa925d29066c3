/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SIGNAL PROCESSOR's operands, and all that a status holds (Principles of Operation, chapter 4,
 * "Store Status", "CPU Reset", "Initial CPU Reset"; chapter 10, SIGNAL PROCESSOR): which bits of
 * its registers count and which it changes; floating-point, access and vector registers, FPC, TOD
 * programmable register and clock comparator in a status, before and after resets.
 *
 * What the orders do: sigp.c.
 */
#include "case.h"
#include "alloc_page.h"
#include "patience.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"
#include "asm/facility.h"
#include "asm/memory_areas.h"
#include "asm/page.h"

#define FACILITY_VECTOR	129
#define NOBODY		0xfff0
#define PATIENCE	10		/* seconds */

static u8 *area;			/* two pages */

void case_setup(void)
{
	require(smp_query_num_cpus() >= 2);
	area = alloc_pages_flags(1, AREA_DMA31);
}

/* ---- operands ---- */

#define ORDER_BASE	0x7ffffffffffff000ull	/* bits of the second operand that do not count */
#define SIGP(r1, order)	INSN4(0xae041000u | (r1) << 20 | (order))

/* Status in register 2, parameter in 3. The left halves and other bits are ones that matter not. */
static unsigned int order(u16 addr, u8 code, u64 parm, u64 grs[TRY_INSN_GRS])
{
	u64 before[TRY_INSN_GRS] = { 0x1111, ORDER_BASE, 0xaaaaaaaabbbbbbbb, parm,
				     0xffffffffffff0000 | addr, 0x5555 };
	unsigned int cc;

	do {
		memcpy(grs, before, sizeof(before));
		expect_eq(try_insn(SIGP(2, code), grs, &cc), 0);
	} while (cc == SIGP_CC_BUSY);
	for (int i = 0; i < TRY_INSN_GRS; i++)
		if (i != 2)
			expect_eq_msg(grs[i], before[i], "register %d", i);
	return cc;
}

static u64 status(u64 bits)
{
	return 0xaaaaaaaa00000000 | bits;
}

CASE(registers, "a status is the right half of R1; without one R1 stays; order and address are the "
		"low bits of their registers")
{
	u64 grs[TRY_INSN_GRS];

	expect_eq(order(cpus[1].addr, SIGP_SENSE, 0, grs), 0);
	expect_eq(grs[2], 0xaaaaaaaabbbbbbbb);
	insist_eq(smp_cpu_stop(1), 0);
	expect_eq(order(cpus[1].addr, SIGP_SENSE, 0, grs), 1);
	expect_eq(grs[2], status(SIGP_STATUS_STOPPED));
	expect_eq(order(cpus[1].addr, 0x7f, 0, grs), 1);
	expect_eq(grs[2], status(SIGP_STATUS_INVALID_ORDER));
}

CASE(not_operational, "an address that no CPU has: condition code 3 of orders with a parameter, "
		      "and of unassigned ones; no register changes")
{
	static const u8 orders[] = {
		0, SIGP_STOP_AND_STORE_STATUS, SIGP_SET_PREFIX, SIGP_STORE_STATUS_AT_ADDRESS,
		SIGP_COND_EMERGENCY_SIGNAL, SIGP_STORE_ADDITIONAL_STATUS, 0x7f,
	};
	u64 grs[TRY_INSN_GRS];

	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		expect_eq_msg(order(NOBODY, orders[i], (u64)area, grs), 3, "order %u", orders[i]);
		expect_eq_msg(grs[2], 0xaaaaaaaabbbbbbbb, "order %u", orders[i]);
	}
}

CASE(parameter, "STORE STATUS AT ADDRESS and SET PREFIX take bits 33 to 54 and 33 to 50 of the "
		"parameter, whatever is around them")
{
	struct cpu_status *at = (void *)(area + 512);
	u64 grs[TRY_INSN_GRS];

	insist_eq(smp_cpu_stop(1), 0);
	memset(area, 0, 2 * PAGE_SIZE);
	expect_eq(order(cpus[1].addr, SIGP_STORE_STATUS_AT_ADDRESS,
			0xfedcba9880000000 | (u64)at | 0x1ff, grs), 0);
	expect_eq(at->prefix, (u64)cpus[1].lowcore);
	expect_eq(order(cpus[1].addr, SIGP_SET_PREFIX, 0xfedcba9880000000 | (u64)area | 0x1fff,
			grs), 0);
	expect_eq(order(cpus[1].addr, SIGP_STORE_STATUS_AT_ADDRESS, (u64)at, grs), 0);
	expect_eq(at->prefix, (u64)area);
}

CASE(odd_register, "an odd R1 has the parameter itself, and the status then")
{
	struct cpu_status *at = (void *)(area + 512);
	u64 grs[TRY_INSN_GRS] = { [1] = ORDER_BASE, [3] = (u64)at, [4] = cpus[1].addr };
	unsigned int cc;

	insist_eq(smp_cpu_stop(1), 0);
	memset(area, 0, 2 * PAGE_SIZE);
	expect_eq(try_insn(SIGP(3, SIGP_STORE_STATUS_AT_ADDRESS), grs, &cc), 0);
	expect_eq(cc, 0);
	expect_eq(grs[3], (u64)at);
	expect_eq(at->prefix, (u64)cpus[1].lowcore);
	grs[3] = 0xaaaaaaaa7fffe000;
	expect_eq(try_insn(SIGP(3, SIGP_SET_PREFIX), grs, &cc), 0);
	expect_eq(cc, 1);
	expect_eq(grs[3], status(SIGP_STATUS_INVALID_PARAMETER));
}

/* ---- what a status holds ---- */

static struct {
	u64 fprs[16], ckc, ready;
	u32 ars[16], fpc, todpr;
	u8 vectors[32][16];
} loaded __aligned(16);

static void make_values(void)
{
	for (int i = 0; i < 16; i++) {
		loaded.fprs[i] = 0x4011223344556600 + i;
		loaded.ars[i] = 0xa0b0c000 + i;
		for (int j = 0; j < 16; j++) {
			loaded.vectors[i][j] = 16 * i + j + 1;
			loaded.vectors[16 + i][j] = 255 - 16 * i - j;
		}
	}
	loaded.fpc = 0xf8001203;
	loaded.todpr = 0x4321;
	loaded.ckc = 0xfedcba9876543200;	/* in the future, and not all of its bytes alike */
	loaded.ready = 0;
}

/* VLM of all, as bytes: not every assembler knows the facility. */
static void load_vectors(void)
{
	ctl_set_bit(0, CTL0_AFP);
	ctl_set_bit(0, CTL0_VECTOR);
	__asm__ __volatile__("lgr %%r1,%0\n\t.byte 0xe7,0x0f,0x10,0x00,0x00,0x36\n\t"
			     ".byte 0xe7,0x0f,0x11,0x00,0x0c,0x36\n\tlghi %%r0,1\n\tstg %%r0,%1\n"
			     "0:\tj 0b" : : "a" (loaded.vectors), "R" (loaded.ready)
			     : "r0", "r1", "memory");
}

static void load_all(void)
{
	ctl_set_bit(0, CTL0_AFP);
	__asm__ __volatile__("ld %%f0,0(%0)\n\tld %%f1,8(%0)\n\tld %%f2,16(%0)\n\t"
			     "ld %%f3,24(%0)\n\tld %%f4,32(%0)\n\tld %%f5,40(%0)\n\t"
			     "ld %%f6,48(%0)\n\tld %%f7,56(%0)\n\tld %%f8,64(%0)\n\t"
			     "ld %%f9,72(%0)\n\tld %%f10,80(%0)\n\tld %%f11,88(%0)\n\t"
			     "ld %%f12,96(%0)\n\tld %%f13,104(%0)\n\tld %%f14,112(%0)\n\t"
			     "ld %%f15,120(%0)\n\tlam %%a0,%%a15,0(%1)\n\tlfpc %2\n\tl %%r0,%3\n\t"
			     "sckpf\n\tsckc %4\n\tlghi %%r0,1\n\tstg %%r0,%5\n"
			     "0:\tj 0b"
			     : : "a" (loaded.fprs), "a" (loaded.ars), "Q" (loaded.fpc),
			         "R" (loaded.todpr), "Q" (loaded.ckc), "R" (loaded.ready)
			     : "r0", "memory");
}

static bool gets_ready(void)
{
	struct patience patience = { 0 };

	while (!*(volatile u64 *)&loaded.ready)
		if (patience_over(&patience, PATIENCE))
			return false;
	return true;
}

static const struct cpu_status *store_after(u8 reset)
{
	struct cpu_status *at = (void *)(area + 512);
	u64 grs[TRY_INSN_GRS];

	make_values();
	memset(area, 0x5a, 2 * PAGE_SIZE);
	insist_eq(smp_cpu_setup(1, PSW(PSW_MASK_64, load_all)), 0);
	insist(gets_ready());
	if (reset)
		expect_eq(order(cpus[1].addr, reset, 0, grs), 0);
	else
		insist_eq(smp_cpu_stop(1), 0);
	insist_eq(order(cpus[1].addr, SIGP_STORE_STATUS_AT_ADDRESS, (u64)at, grs), 0);
	expect_eq(area[511], 0x5a);
	expect_eq(area[1024], 0x5a);
	return at;
}

/* The three registers that INITIAL CPU RESET clears, and those that it does not. */
static void expect_status(const struct cpu_status *at, u32 fpc, u32 todpr, u64 ckc)
{
	expect_mem(at->fprs, loaded.fprs, sizeof(loaded.fprs));
	expect_mem(at->ars, loaded.ars, sizeof(loaded.ars));
	expect_eq(at->fpc, fpc);
	expect_eq(at->todpr, todpr);
	/* Bits 0 to 55, behind a byte of zeros. */
	expect_eq(at->ckc, ckc >> 8);
}

CASE(status, "a status has the floating-point and access registers, the FPC, the TOD programmable "
	     "register and the clock comparator")
{
	expect_status(store_after(0), loaded.fpc, loaded.todpr, loaded.ckc);
}

CASE(cpu_reset, "CPU RESET keeps them all")
{
	expect_status(store_after(SIGP_CPU_RESET), loaded.fpc, loaded.todpr, loaded.ckc);
}

CASE(initial_cpu_reset, "INITIAL CPU RESET keeps floating-point and access registers; FPC, TOD "
			"programmable register and clock comparator are zero")
{
	expect_status(store_after(SIGP_INITIAL_CPU_RESET), 0, 0, 0);
}

CASE(vectors, "STORE ADDITIONAL STATUS AT ADDRESS stores the 32 vector registers")
{
	u64 grs[TRY_INSN_GRS];
	unsigned int cc;

	require(test_facility(FACILITY_VECTOR));
	make_values();
	insist_eq(smp_cpu_setup(1, PSW(PSW_MASK_64, load_vectors)), 0);
	insist(gets_ready());
	insist_eq(smp_cpu_stop(1), 0);
	memset(area, 0x5a, 2 * PAGE_SIZE);
	cc = order(cpus[1].addr, SIGP_STORE_ADDITIONAL_STATUS, (u64)area + 1024, grs);
	require_msg(cc != 1 || (u32)grs[2] != SIGP_STATUS_INVALID_ORDER, "the order is not there");
	expect_eq(cc, 0);
	expect_mem(area + 1024, loaded.vectors, sizeof(loaded.vectors));
	expect_eq(area[1023], 0x5a);
	expect_eq(area[2048], 0x5a);
}
