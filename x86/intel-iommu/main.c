/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VT-d with QEMU's edu as the device that does DMA and sends interrupts (VT-d specification, revision 3.3). Here: what
 * the cases share, and the unit's registers as they must be before and after it is turned on (chapter 10).
 */
#include "iommu_test.h"
#include "arch-hooks.h"
#include "x86/smp.h"

#define QUIET_ROUNDS	2000
/* What has not come in so many rounds, and in a second, does not come. */
#define ENOUGH_ROUNDS	100
#define ENOUGH_NS	1000000000ull

struct pci_edu_dev edu;
u32 interrupts[MAX_TEST_CPUS];
u8 last_vector;
bool last_trigger_mode;

void case_setup(void)
{
	if (vtd_present())
		edu_init(&edu);
}

static void receive(isr_regs_t *regs)
{
	last_vector = regs->vector;
	last_trigger_mode = apic_read_bit(APIC_TMR, regs->vector);
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	__atomic_add_fetch(&interrupts[smp_id()], 1, __ATOMIC_SEQ_CST);
	eoi();
}

static void prepare_unit(void (*init)(void))
{
	require_msg(edu.reg_base, "no edu device");
	init();
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	pci_msi_set_enable(&edu.pci_dev, false);
	if (pci_intx_line(&edu.pci_dev) != 0xff)
		set_mask(pci_intx_line(&edu.pci_dev), 1);
	vtd_writel(DMAR_FECTL_REG, VTD_EVENT_IM);
	vtd_writel(DMAR_IECTL_REG, VTD_EVENT_IM);
	vtd_writel(DMAR_ICS_REG, VTD_ICS_IWC);
	handle_irq(TEST_VECTOR, receive);
	handle_irq(OTHER_VECTOR, receive);
	memset(interrupts, 0, sizeof(interrupts));
}

void prepare(void)
{
	require_msg(vtd_present(), "no VT-d unit");
	prepare_unit(vtd_init);
}

void prepare_scalable(void)
{
	require_msg(vtd_present(), "no VT-d unit");
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_SMTS, "the unit has no scalable mode");
	prepare_unit(vtd_init_scalable);
}

bool find_second(struct pci_edu_dev *dev)
{
	for (int i = 0; i < pci_device_count(); i++) {
		pcidevaddr_t bdf = pci_device_at(i);

		if (bdf == SID || pci_config_readl(bdf, PCI_VENDOR_ID) != (PCI_DEVICE_ID_EDU << 16 | PCI_VENDOR_ID_QEMU))
			continue;
		pci_dev_init(&dev->pci_dev, bdf);
		pci_enable_defaults(&dev->pci_dev);
		dev->reg_base = ioremap(dev->pci_dev.resource[EDU_BAR], EDU_BAR_SIZE);
		return true;
	}
	return false;
}

static void let_in(void *unused)
{
	sti();
	for (int i = 0; i < QUIET_ROUNDS; i++)
		pause();
	cli();
}

void expect_interrupts(int cpu, u32 n)
{
	u64 begin = arch_time_ns();
	unsigned int rounds = 0;

	/* In each round every CPU has really run with interrupts enabled, however loaded the host is. */
	do {
		on_cpus(let_in, NULL);
		rounds++;
	} while (__atomic_load_n(&interrupts[cpu], __ATOMIC_ACQUIRE) < n &&
		 (rounds < ENOUGH_ROUNDS || arch_time_ns() - begin < ENOUGH_NS));
	on_cpus(let_in, NULL);
	for (int i = 0; i < cpu_count(); i++)
		expect_eq_msg(interrupts[i], i == cpu ? n : 0, "interrupts of CPU %d", i);
	memset(interrupts, 0, sizeof(interrupts));
}

void fill(void *page, u8 seed)
{
	for (unsigned int i = 0; i < PAGE_SIZE; i++)
		((u8 *)page)[i] = seed ^ i ^ i >> 5;
}

void expect_page(const u8 *page, u8 seed, unsigned int offset, const u8 *other, size_t len)
{
	static u8 expected[PAGE_SIZE];

	fill(expected, seed);
	memcpy(expected + offset, other, len);
	expect_mem(page, expected, PAGE_SIZE);
}

void expect_no_fault(void)
{
	expect_eq(vtd_readl(DMAR_FSTS_REG), 0);
	expect_eq(vtd_fault_record(0).hi >> 63, 0);
}

void expect_fault(u64 iova, bool write, enum vtd_fault reason)
{
	struct vtd_fault_record record = vtd_fault_record(0);

	/* Record 0, as FSTS says in 15:8; nothing else went wrong. */
	expect_eq(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_PPF);
	expect_eq(record.lo, iova & ~(PAGE_SIZE - 1ull));
	/* The PASID has a case of its own. */
	expect_eq(record.hi & ~VTD_FRCD_PASID, VTD_FRCD_F | (write ? 0 : VTD_FRCD_READ) | VTD_FRCD_REASON(reason) | SID);
	vtd_clear_faults();
	expect_no_fault();
}

CASE(capabilities, "the capabilities do not contradict each other (10.4.2, 10.4.3)")
{
	u64 cap, ecap;

	require_msg(vtd_present(), "no VT-d unit");
	cap = vtd_readq(DMAR_CAP_REG);
	ecap = vtd_readq(DMAR_ECAP_REG);
	expect_ge(vtd_readl(DMAR_VER_REG), 0x10);
	expect_eq(vtd_readl(DMAR_VER_REG) >> 8, 0);
	expect_ne(VTD_CAP_ND(cap), 7);
	expect_ne(cap & (VTD_CAP_SAGAW_39BIT | VTD_CAP_SAGAW_48BIT), 0);
	expect_eq(cap & VTD_CAP_SAGAW_RESERVED, 0);
	/* The guest addresses that it takes fit into a width that it has. */
	expect_le(VTD_CAP_MGAW(cap), cap & VTD_CAP_SAGAW_48BIT ? 57 : 39);
	/* 1 GiB pages come with 2 MiB pages. */
	expect(!(cap & VTD_CAP_SLLPS_1GIB) || cap & VTD_CAP_SLLPS_2MIB);
	/* Behind the fixed registers; interrupt remapping needs the queue, wide destinations need interrupt remapping. */
	expect_ge(VTD_CAP_FRO(cap), DMAR_IRTA_REG + 8);
	expect(!(ecap & VTD_ECAP_IR) || ecap & VTD_ECAP_QI);
	expect(!(ecap & VTD_ECAP_EIM) || ecap & VTD_ECAP_IR);
}

CASE(status, "GSTS shows all that was turned on, and nothing else; off again (10.4.4, 10.4.5)")
{
	const u32 on = VTD_GCMD_DMAR | VTD_GCMD_ROOT | VTD_GCMD_QI | VTD_GCMD_IR | VTD_GCMD_IR_TABLE;

	prepare();
	require_msg(vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_IR, "the unit has no interrupt remapping");
	expect_eq(vtd_readl(DMAR_GSTS_REG), on);
	vtd_command(VTD_GCMD_IR, false);
	expect_eq(vtd_readl(DMAR_GSTS_REG), on & ~VTD_GCMD_IR);
	vtd_command(VTD_GCMD_DMAR, false);
	expect_eq(vtd_readl(DMAR_GSTS_REG), on & ~(VTD_GCMD_IR | VTD_GCMD_DMAR));
	vtd_command(VTD_GCMD_QI, false);
	expect_eq(vtd_readl(DMAR_GSTS_REG), VTD_GCMD_ROOT | VTD_GCMD_IR_TABLE);
	expect_eq(vtd_readl(DMAR_GCMD_REG), 0);
	expect_no_fault();
}

CASE(read_only, "VER, CAP, ECAP, GSTS, IQH and the fault record cannot be written (10.4)")
{
	static const u16 regs[] = { DMAR_VER_REG, DMAR_CAP_REG, DMAR_ECAP_REG, DMAR_IQH_REG };
	u32 status;

	prepare();
	for (size_t i = 0; i < ARRAY_SIZE(regs); i++) {
		u64 value = regs[i] == DMAR_VER_REG ? vtd_readl(regs[i]) : vtd_readq(regs[i]);

		vtd_writel(regs[i], ~0u);
		if (regs[i] != DMAR_VER_REG)
			vtd_writeq(regs[i], ~value);
		expect_eq_msg(regs[i] == DMAR_VER_REG ? vtd_readl(regs[i]) : vtd_readq(regs[i]), value,
			      "register %#x", regs[i]);
	}
	status = vtd_readl(DMAR_GSTS_REG);
	vtd_writel(DMAR_GSTS_REG, ~status);
	expect_eq(vtd_readl(DMAR_GSTS_REG), status);
	vtd_writeq(VTD_CAP_FRO(vtd_readq(DMAR_CAP_REG)), ~0ull);
	vtd_writeq(VTD_CAP_FRO(vtd_readq(DMAR_CAP_REG)) + 8, ~VTD_FRCD_F);
	expect_eq(vtd_fault_record(0).hi >> 63, 0);
	expect_eq(vtd_readl(DMAR_FSTS_REG), 0);
}
