/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The external interrupt virtualization engine as a guest sees it: H_INT_* (PAPR; QEMU's
 * docs/specs/ppc-spapr-xive): return codes, each argument its own, and an event's way from a source
 * to the queue in memory, by H_INT_ESB alone. With ic-mode=xive there is no XICS, so one CPU only.
 */
#include "alloc_page.h"
#include "case.h"
#include "asm/hcall.h"
#include "asm/io.h"
#include "asm/setup.h"
#include "asm/smp.h"

#define H_INT_GET_SOURCE_INFO	0x3a8
#define H_INT_SET_SOURCE_CONFIG	0x3ac
#define H_INT_GET_SOURCE_CONFIG	0x3b0
#define H_INT_GET_QUEUE_INFO	0x3b4
#define H_INT_SET_QUEUE_CONFIG	0x3b8
#define H_INT_GET_QUEUE_CONFIG	0x3bc
#define H_INT_ESB		0x3c8
#define H_INT_SYNC		0x3cc
#define H_INT_RESET		0x3d0

#define SET_EISN		2ul		/* H_INT_SET_SOURCE_CONFIG's flag */
#define PRIORITY		5ul
#define PRIORITY_MASKED		0xfful
#define QUEUE_BITS		12ul		/* 4 KiB */
#define EISN			0x12345ul
#define BAD_FLAGS		(1ul << 40)
#define BAD_LISN		0x7ffffffful
#define BAD_TARGET		0x7ffful
#define GENERATION		0x80000000u	/* of a queue's entry: changes each time round */

/* Loads from a source's management page. */
#define ESB_EOI			0x000ul
#define ESB_GET			0x800ul
#define ESB_SET_PQ(pq)		(0xc00ul + ((pq) << 8))

/*
 * What SLOF would ask for the guest (ibm,client-architecture-support: LoPAR 1.1, appendix B): any
 * processor, radix tables, interrupts by XIVE. QEMU's call for it: KVMPPC_H_CAS.
 */
#define H_CAS			0xf002
static const u8 architecture[] = {
	0, 0, 0, 0, 0, 0, 0, 0,				/* mask and PVR: any processor */
	0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,		/* the end of that list */
	5 - 1,						/* vectors 1 to 5, each behind its length */
	0, 0, 0, 0, 0, 0, 0, 0,
	26 - 1, [26 + 22] = 0x40, 0x40, 0, 0x40,	/* bytes 23, 24 and 26 of the fifth */
};

static unsigned long lisn;			/* a source that is nobody's: an IPI's */
static unsigned long target;

static struct hcall_regs call(unsigned long number, unsigned long a, unsigned long b,
			      unsigned long c, unsigned long d, unsigned long e)
{
	struct hcall_regs regs = { { number, a, b, c, d, e } };

	hcall_regs(&regs);
	return regs;
}

void case_setup(void)
{
	static u8 tree[SZ_1M] __aligned(8);
	int node = fdt_find_compatible(&machine_fdt, FDT_NONE, "ibm,power-ivpe");
	uint64_t first = 0;

	require_msg(machine_is_pseries() && node != FDT_NONE, "the machine has no XIVE for guests");
	if (!expect(fdt_cells(fdt_value(&machine_fdt, node, "ibm,xive-lisn-ranges"), 0, 1, &first)))
		return;
	lisn = first;
	require_msg(hcall(H_CAS, virt_to_phys(architecture), virt_to_phys(tree), sizeof(tree)) ==
			    H_SUCCESS,
		    "the hypervisor does not take the architecture that we ask for");
	target = cpus[0].server;
}

static void reset(void)
{
	insist_eq(hcall(H_INT_RESET, 0ul), H_SUCCESS);
}

/* A fresh page that is the queue of PRIORITY; to be freed after a reset(). */
static u32 *ready_queue(void)
{
	u32 *queue = alloc_page();

	reset();
	insist_eq(call(H_INT_SET_QUEUE_CONFIG, 0, target, PRIORITY, virt_to_phys(queue),
		       QUEUE_BITS).r[0], H_SUCCESS);
	return queue;
}

/* ---- return codes ---- */

CASE(flags, "a flag that is none is H_PARAMETER for every call")
{
	static const unsigned long numbers[] = {
		H_INT_GET_SOURCE_INFO, H_INT_SET_SOURCE_CONFIG, H_INT_GET_SOURCE_CONFIG,
		H_INT_GET_QUEUE_INFO, H_INT_SET_QUEUE_CONFIG, H_INT_GET_QUEUE_CONFIG, H_INT_ESB,
		H_INT_SYNC, H_INT_RESET,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		expect_eq_msg(call(numbers[i], BAD_FLAGS, 0, 0, 0, 0).r[0], (u64)H_PARAMETER,
			      "call %#lx", numbers[i]);
}

CASE(bad_source, "a source that does not exist is H_P2")
{
	static const unsigned long numbers[] = {
		H_INT_GET_SOURCE_INFO, H_INT_SET_SOURCE_CONFIG, H_INT_GET_SOURCE_CONFIG, H_INT_ESB,
		H_INT_SYNC,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		expect_eq_msg(call(numbers[i], 0, BAD_LISN, 0, 0, 0).r[0], (u64)H_P2, "call %#lx",
			      numbers[i]);
}

CASE(source_config,
     "H_INT_SET_SOURCE_CONFIG: a bad target is H_P3, a bad priority H_P4, a good one kept")
{
	struct hcall_regs regs;
	u32 *queue = ready_queue();

	expect_eq(call(H_INT_SET_SOURCE_CONFIG, 0, lisn, BAD_TARGET, PRIORITY, 0).r[0], (u64)H_P3);
	expect_eq(call(H_INT_SET_SOURCE_CONFIG, 0, lisn, target, 9, 0).r[0], (u64)H_P4);
	expect_eq(call(H_INT_SET_SOURCE_CONFIG, SET_EISN, lisn, target, PRIORITY, EISN).r[0],
		  H_SUCCESS);
	regs = call(H_INT_GET_SOURCE_CONFIG, 0, lisn, 0, 0, 0);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1], target);
	expect_eq(regs.r[2], PRIORITY);
	expect_eq(regs.r[3], EISN);
	expect_eq(call(H_INT_SET_SOURCE_CONFIG, 0, lisn, target, PRIORITY_MASKED, 0).r[0],
		  H_SUCCESS);
	expect_eq(call(H_INT_GET_SOURCE_CONFIG, 0, lisn, 0, 0, 0).r[2], PRIORITY_MASKED);
	reset();
	free_page(queue);
}

CASE(queue_wrong, "queues: a bad target is H_P2, a priority H_P3, an address H_P4, a size H_P5")
{
	void *queue = alloc_page();

	reset();
	expect_eq(call(H_INT_GET_QUEUE_INFO, 0, BAD_TARGET, PRIORITY, 0, 0).r[0], (u64)H_P2);
	expect_eq(call(H_INT_GET_QUEUE_INFO, 0, target, 9, 0, 0).r[0], (u64)H_P3);
	expect_eq(call(H_INT_SET_QUEUE_CONFIG, 0, BAD_TARGET, PRIORITY, virt_to_phys(queue),
		       QUEUE_BITS).r[0], (u64)H_P2);
	expect_eq(call(H_INT_SET_QUEUE_CONFIG, 0, target, 9, virt_to_phys(queue),
		       QUEUE_BITS).r[0], (u64)H_P3);
	expect_eq(call(H_INT_SET_QUEUE_CONFIG, 0, target, PRIORITY, virt_to_phys(queue) + 8,
		       QUEUE_BITS).r[0], (u64)H_P4);
	expect_eq(call(H_INT_SET_QUEUE_CONFIG, 0, target, PRIORITY, virt_to_phys(queue),
		       13).r[0], (u64)H_P5);
	free_page(queue);
}

CASE(queue_kept, "a queue's address and size are what H_INT_GET_QUEUE_CONFIG says")
{
	u32 *queue = ready_queue();
	struct hcall_regs regs;

	regs = call(H_INT_GET_QUEUE_CONFIG, 0, target, PRIORITY, 0, 0);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[2], virt_to_phys(queue));
	expect_eq(regs.r[3], QUEUE_BITS);
	reset();
	free_page(queue);
}

/* ---- events ---- */

static unsigned long esb(unsigned long offset)
{
	struct hcall_regs regs = call(H_INT_ESB, 0, lisn, offset, 0, 0);

	insist_eq(regs.r[0], H_SUCCESS);
	/* All values are below 256; their byte order is the case esb_order's. */
	return regs.r[1] > 0xff ? regs.r[1] >> 56 : regs.r[1];
}

CASE(esb_order, "what H_INT_ESB loads is a number in the register, in no order of bytes")
{
	reset();
	esb(ESB_SET_PQ(2ul));
	expect_eq(call(H_INT_ESB, 0, lisn, ESB_GET, 0, 0).r[1], 2);
	esb(ESB_SET_PQ(1ul));
}

CASE(esb_state, "P and Q of a source: each SET_PQ gives the state before, GET the one that is")
{
	static const unsigned long states[] = { 1, 2, 3, 0, 3, 1 };
	unsigned long before;

	reset();
	esb(ESB_SET_PQ(0ul));
	before = 0;
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		expect_eq(esb(ESB_SET_PQ(states[i])), before);
		expect_eq(esb(ESB_GET), states[i]);
		before = states[i];
	}
	esb(ESB_SET_PQ(1ul));
}

CASE(event,
     "an event that waited (P and Q) goes to the queue at the end of the one before, and only once")
{
	u32 *queue = ready_queue();

	insist_eq(call(H_INT_SET_SOURCE_CONFIG, SET_EISN, lisn, target, PRIORITY, EISN).r[0],
		  H_SUCCESS);
	esb(ESB_SET_PQ(3ul));
	expect_eq(queue[0], 0);
	expect_eq(esb(ESB_EOI), 1);
	expect_eq(esb(ESB_GET), 2);
	expect_eq(hcall(H_INT_SYNC, 0ul, lisn), H_SUCCESS);
	expect_eq(be32_to_cpu(queue[0]), GENERATION | EISN);
	expect_eq(queue[1], 0);
	/* Nothing waits now. */
	expect_eq(esb(ESB_EOI), 0);
	expect_eq(esb(ESB_GET), 0);
	expect_eq(queue[1], 0);
	reset();
	free_page(queue);
}

CASE(event_masked, "a masked source's event goes nowhere")
{
	u32 *queue = ready_queue();

	insist_eq(call(H_INT_SET_SOURCE_CONFIG, 0, lisn, target, PRIORITY_MASKED, 0).r[0],
		  H_SUCCESS);
	esb(ESB_SET_PQ(3ul));
	esb(ESB_EOI);
	expect_eq(hcall(H_INT_SYNC, 0ul, lisn), H_SUCCESS);
	expect_eq(queue[0], 0);
	expect_eq(queue[1], 0);
	reset();
	free_page(queue);
}
