/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the processor makes of segments and entries of the hashed table (Power ISA 2.07B, Book
 * III-S, storage control and interrupts): data and instruction storage and segment interrupts with
 * DAR, all of DSISR or SRR1; reference and change bits. Single accesses with MSR.IR and DR on; the
 * image itself is mapped one to one for them.
 */
#include "case.h"
#include "hpt-test.h"
#include "asm/io.h"
#include "asm/page.h"
#include "asm/processor.h"

#define SRR1_OWN	0x783f0000ul
#define VALUE		0x1122334455667788ul
#define NO_SEGMENT	0x20000000ul

/* SLBMTE: rS the VSID, rB the segment, valid, and where. */
#define SLB_VALID	0x08000000ul
#define SLB_VSID_SHIFT	12

extern char image_start[], image_end[];

static u64 page[PAGE_SIZE / 8] __aligned(PAGE_SIZE);

static void set_segment(unsigned long ea, unsigned long index)
{
	__asm__ __volatile__("slbmte %0, %1\n\tisync"
			     : : "r" (vsid_of(ea) << SLB_VSID_SHIFT),
				 "r" ((ea & ~((1ul << SEGMENT_BITS) - 1)) | SLB_VALID | index)
			     : "memory");
}

static void enter(unsigned long ea, unsigned long phys, unsigned long bits)
{
	insist_eq(call(H_ENTER, 0, group_of(ea) * GROUP, first_word(ea), phys | HPTE_M | bits).r[0],
		  H_SUCCESS);
}

/* Once a machine: the image's pages; each time: the segments. */
static void map_image(void)
{
	static bool mapped;

	set_segment(0, 0);
	set_segment(SEGMENT, 1);
	for (char *at = image_start; !mapped && at < image_end; at += PAGE_SIZE)
		enter((unsigned long)at, (unsigned long)at, HPTE_R | HPTE_C);
	mapped = true;
}

/* The page at SEGMENT with those bits of the second doubleword; its index. */
static unsigned long map_page(unsigned long bits)
{
	unsigned long first = empty_group(SEGMENT);

	map_image();
	page[0] = VALUE;
	*(u32 *)&page[1] = 0x4e800020;	/* blr */
	__asm__ __volatile__("dcbst 0, %0\n\tsync\n\ticbi 0, %0\n\tisync"
			     : : "r" (page) : "memory");
	insist_eq(call(H_ENTER, F_EXACT, first, first_word(SEGMENT),
		       virt_to_phys(page) | HPTE_M | bits).r[0], H_SUCCESS);
	return first;
}

static unsigned long on(void)
{
	unsigned long msr = mfmsr();

	mtmsr(msr | MSR_IR | MSR_DR);
	return msr;
}

static bool load(unsigned long at, unsigned long *value)
{
	unsigned long msr = on();
	bool trapped = trap_try("ld %0, 0(%1)", "+r" (*value), "b" (at));

	mtmsr(msr);
	return trapped;
}

static bool store(unsigned long at)
{
	unsigned long msr = on();
	bool trapped = trap_try_in("std %1, 0(%0)", "b" (at), "r" (1));

	mtmsr(msr);
	return trapped;
}

static void jump(void *to)
{
	__asm__ __volatile__("mtctr %0\n\tbctrl" : : "r" (to) : "ctr", "lr", "memory");
}

static bool fetch(unsigned long at)
{
	unsigned long msr = on();
	bool trapped = catch_trap(jump, (void *)at);

	mtmsr(msr);
	return trapped;
}

static void expect_data(unsigned long at, unsigned long dsisr)
{
	const struct pt_regs *regs = &trap_record()->regs;

	expect_eq(regs->trap, 0x300);
	expect_eq(regs->dar, at);
	expect_eq(regs->dsisr, dsisr);
	expect_eq(regs->msr & SRR1_OWN, 0);
}

static void expect_fetch(unsigned long at, unsigned long trap, unsigned long own)
{
	const struct pt_regs *regs = &trap_record()->regs;

	expect_eq(regs->trap, trap);
	expect_eq(regs->nip, at);
	expect_eq(regs->msr & SRR1_OWN, own);
}

CASE(mapped, "loads, stores and fetches go through segment and entry to the page")
{
	unsigned long value = 0;

	map_page(HPTE_R | HPTE_C);
	expect(!load(SEGMENT, &value));
	expect_eq(value, VALUE);
	expect(!store(SEGMENT + 0x10));
	expect_eq(page[2], 1);
	expect(!fetch(SEGMENT + 8));
}

CASE(no_entry, "no entry: 0x300 with DSISR bit 33, and 38 for a store; 0x400 with SRR1 bit 33")
{
	unsigned long value = 5;

	map_page(0);
	empty_group(SEGMENT);
	expect(load(SEGMENT + 0x18, &value));
	expect_data(SEGMENT + 0x18, DSISR_NOTRANSLATION);
	expect_eq(value, 5);
	expect(store(SEGMENT + 0x18));
	expect_data(SEGMENT + 0x18, DSISR_NOTRANSLATION | DSISR_STORE);
	expect(fetch(SEGMENT + 8));
	expect_fetch(SEGMENT + 8, 0x400, SRR1_NOTRANSLATION);
}

CASE(read_only, "a store to a page for reading: 0x300, DSISR bits 36 and 38, memory as it was")
{
	unsigned long value = 0;

	map_page(HPTE_R | HPTE_C | PP_READ);
	expect(!load(SEGMENT, &value));
	expect_eq(value, VALUE);
	expect(store(SEGMENT));
	expect_data(SEGMENT, DSISR_PROTECTION | DSISR_STORE);
	expect_eq(page[0], VALUE);
}

CASE(no_execute, "a fetch from a page with N: 0x400, SRR1 bit 35; a load may")
{
	unsigned long value = 0;

	map_page(HPTE_R | HPTE_C | HPTE_N);
	expect(fetch(SEGMENT + 8));
	expect_fetch(SEGMENT + 8, 0x400, SRR1_NOEXEC);
	expect(!load(SEGMENT, &value));
	expect_eq(value, VALUE);
}

CASE(no_segment, "no segment: 0x380 with DAR, 0x480 with the address in SRR0")
{
	unsigned long value = 5;

	map_page(0);
	expect(load(NO_SEGMENT + 0x18, &value));
	expect_eq(trap_record()->regs.trap, 0x380);
	expect_eq(trap_record()->regs.dar, NO_SEGMENT + 0x18);
	expect_eq(trap_record()->regs.msr & SRR1_OWN, 0);
	expect_eq(value, 5);
	expect(fetch(NO_SEGMENT));
	expect_fetch(NO_SEGMENT, 0x480, 0);
}

CASE(reference_change, "a load sets R alone, a store R and C; one that is refused no C")
{
	unsigned long index = map_page(0), value = 0;

	expect(!load(SEGMENT, &value));
	expect_eq(call(H_READ, 0, index, 0, 0).r[2] & (HPTE_R | HPTE_C), HPTE_R);
	expect(!store(SEGMENT));
	expect_eq(call(H_READ, 0, index, 0, 0).r[2] & (HPTE_R | HPTE_C), HPTE_R | HPTE_C);
	index = map_page(PP_READ);
	expect(store(SEGMENT));
	expect_eq(call(H_READ, 0, index, 0, 0).r[2] & HPTE_C, 0);
}

CASE(protect_takes_effect,
     "after H_PROTECT a store is refused, after H_REMOVE a load; both at once")
{
	unsigned long index = map_page(HPTE_R | HPTE_C), value = 0;

	expect(!store(SEGMENT));
	expect_eq(call(H_PROTECT, PP_READ, index, 0, 0).r[0], H_SUCCESS);
	expect(store(SEGMENT));
	expect_data(SEGMENT, DSISR_PROTECTION | DSISR_STORE);
	expect_eq(remove_entry(index), H_SUCCESS);
	expect(load(SEGMENT, &value));
	expect_data(SEGMENT, DSISR_NOTRANSLATION);
}
