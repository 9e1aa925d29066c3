/* SPDX-License-Identifier: BSD-2-Clause */
/* The invalidation queue itself (VT-d specification, sections 6.5.2 and 10.4.9): order, waiting, errors. */
#include "iommu_test.h"
#include "x86/apic.h"

#define DESCRIPTOR_SIZE		sizeof(struct vtd_descriptor)

static volatile u32 status[4];

static void prepare_queue(void)
{
	require_msg(vtd_present() && vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_QI, "the unit has no invalidation queue");
	prepare();
	for (size_t i = 0; i < ARRAY_SIZE(status); i++)
		status[i] = 0xdddddddd;
}

static void queue_wait(u32 data, u64 flags)
{
	vtd_queue(VTD_INV_WAIT | flags | (u64)data << 32, virt_to_phys((void *)&status[1]));
}

static bool wait_status(u32 data)
{
	struct patience patience = { 0 };

	while (status[1] != data && !patience_over(&patience, PATIENCE_SECONDS))
		pause();
	return status[1] == data;
}

static bool wait_head(u64 head)
{
	struct patience patience = { 0 };

	while (vtd_readq(DMAR_IQH_REG) != head && !patience_over(&patience, PATIENCE_SECONDS))
		pause();
	return vtd_readq(DMAR_IQH_REG) == head;
}

CASE(wait, "a wait descriptor writes 32 bits, nothing beside them, and raises nothing")
{
	prepare_queue();
	queue_wait(0x12345678, VTD_INV_WAIT_SW);
	expect(wait_status(0x12345678));
	expect_eq(status[0], 0xdddddddd);
	expect_eq(status[2], 0xdddddddd);
	expect(wait_head(vtd_readq(DMAR_IQT_REG)));
	expect_eq(vtd_readl(DMAR_ICS_REG), 0);
	expect_eq(vtd_readl(DMAR_FSTS_REG), 0);
}

CASE(wrap, "the queue wraps after 256 descriptors, and again")
{
	prepare_queue();
	for (u32 i = 1; i <= 2 * VTD_QUEUE_ENTRIES + 3; i++) {
		queue_wait(i, VTD_INV_WAIT_SW);
		if (!expect(wait_status(i)))
			return;
	}
	expect_eq(vtd_readq(DMAR_IQH_REG), vtd_readq(DMAR_IQT_REG));
	expect_lt(vtd_readq(DMAR_IQT_REG), VTD_QUEUE_ENTRIES * DESCRIPTOR_SIZE);
}

CASE(wait_interrupt, "a wait descriptor with IF sets IWC and sends the message of IEADDR and IEDATA, once")
{
	prepare_queue();
	vtd_writel(DMAR_IEDATA_REG, OTHER_VECTOR);
	vtd_writel(DMAR_IEADDR_REG, APIC_DEFAULT_PHYS_BASE | apic_id() << 12);
	vtd_writel(DMAR_IEUADDR_REG, 0);
	vtd_writel(DMAR_IECTL_REG, 0);
	queue_wait(0, VTD_INV_WAIT_IF);
	expect_interrupts(0, 1);
	expect_eq(last_vector, OTHER_VECTOR);
	expect_eq(vtd_readl(DMAR_ICS_REG), VTD_ICS_IWC);
	expect_eq(vtd_readl(DMAR_IECTL_REG), 0);
	expect_eq(status[1], 0xdddddddd);
	vtd_writel(DMAR_ICS_REG, VTD_ICS_IWC);
	expect_eq(vtd_readl(DMAR_ICS_REG), 0);
	queue_wait(0, VTD_INV_WAIT_IF);
	expect_interrupts(0, 1);
}

CASE(wait_interrupt_masked, "a masked completion event is pending, and comes when it is unmasked")
{
	prepare_queue();
	vtd_writel(DMAR_IEDATA_REG, TEST_VECTOR);
	vtd_writel(DMAR_IEADDR_REG, APIC_DEFAULT_PHYS_BASE | apic_id() << 12);
	vtd_writel(DMAR_IEUADDR_REG, 0);
	queue_wait(0, VTD_INV_WAIT_IF);
	expect_interrupts(0, 0);
	expect_eq(vtd_readl(DMAR_ICS_REG), VTD_ICS_IWC);
	expect_eq(vtd_readl(DMAR_IECTL_REG), VTD_EVENT_IM | VTD_EVENT_IP);
	vtd_writel(DMAR_IECTL_REG, 0);
	expect_interrupts(0, 1);
	expect_eq(last_vector, TEST_VECTOR);
	expect_eq(vtd_readl(DMAR_IECTL_REG), 0);
}

/* The queue stops at the descriptor; made valid, and the error cleared, it goes on with that one. */
static void check_error(u64 lo)
{
	u64 head;
	struct vtd_descriptor *bad;

	prepare_queue();
	head = vtd_readq(DMAR_IQT_REG);
	bad = (struct vtd_descriptor *)phys_to_virt(vtd_readq(DMAR_IQA_REG) & VTD_ADDRESS) + head / DESCRIPTOR_SIZE;
	vtd_queue(lo, 0);
	queue_wait(7, VTD_INV_WAIT_SW);
	expect_eq(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_IQE);
	expect_eq(vtd_readq(DMAR_IQH_REG), head);
	expect_eq(status[1], 0xdddddddd);
	bad->lo = VTD_INV_IEC_GLOBAL;
	vtd_writel(DMAR_FSTS_REG, VTD_FSTS_IQE);
	expect_eq(vtd_readl(DMAR_FSTS_REG), 0);
	/* Some units look again only when the tail is written. */
	vtd_writeq(DMAR_IQT_REG, vtd_readq(DMAR_IQT_REG));
	expect(wait_status(7));
	expect_eq(vtd_readq(DMAR_IQH_REG), vtd_readq(DMAR_IQT_REG));
}

CASE(error_type, "a descriptor of a type that there is not stops the queue, with IQE (10.4.9)")
{
	check_error(0xf);
}

CASE(error_granularity, "an IOTLB invalidation of the reserved granularity 0 stops the queue, with IQE")
{
	check_error(VTD_INV_IOTLB_GLOBAL & ~0x30ull);
}

CASE(error_reserved, "reserved bits of a wait descriptor stop the queue, with IQE")
{
	check_error(VTD_INV_WAIT | 1ull << 31);
}
