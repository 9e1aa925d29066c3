/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt remapping (VT-d specification, chapter 5 and section 9.10) of edu's MSI and of its pin through the I/O APIC,
 * and the faults 0x21 to 0x26 (appendix A).
 */
#include "iommu_test.h"
#include "x86/smp.h"

#define REASON	0x10001

static void prepare_remapping(void)
{
	require_msg(vtd_present() && vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_IR, "the unit has no interrupt remapping");
	prepare();
}

static void raise(void)
{
	edu_reg_writel(&edu, EDU_REG_INTR_RAISE, REASON);
}

/* Entry 0, for CPU 0, and the device sending by it. */
static struct vtd_irte *prepare_msi(void)
{
	prepare_remapping();
	insist(vtd_setup_msi(&edu.pci_dev, TEST_VECTOR, id_map[0]));
	return vtd_irte(0);
}

CASE(msi, "an MSI becomes the interrupt of its entry: each CPU, its vector, edge-triggered, once")
{
	prepare_remapping();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		insist(vtd_setup_msi(&edu.pci_dev, cpu & 1 ? OTHER_VECTOR : TEST_VECTOR, id_map[cpu]));
		raise();
		expect_interrupts(cpu, 1);
		expect_eq(last_vector, cpu & 1 ? OTHER_VECTOR : TEST_VECTOR);
		expect_eq(last_trigger_mode, false);
	}
	expect_no_fault();
}

CASE(msi_changed, "a changed entry is in force after its invalidation (6.5.2.7)")
{
	struct vtd_irte *entry = prepare_msi();

	raise();
	expect_interrupts(0, 1);
	entry->lo = (entry->lo & ~VTD_IRTE_VECTOR(0xff)) | VTD_IRTE_VECTOR(OTHER_VECTOR);
	vtd_invalidate();
	raise();
	expect_interrupts(0, 1);
	expect_eq(last_vector, OTHER_VECTOR);
	expect_no_fault();
}

CASE(msi_subhandle, "with SHV the index is the handle plus the subhandle in the data (5.1.3)")
{
	struct vtd_irte *entry = prepare_msi();

	*vtd_irte(5) = *entry;
	vtd_irte(5)->lo = (entry->lo & ~VTD_IRTE_VECTOR(0xff)) | VTD_IRTE_VECTOR(OTHER_VECTOR);
	vtd_invalidate();
	insist(pci_setup_msi(&edu.pci_dev, vtd_msi_address(2) | 1 << 3, 3));
	raise();
	expect_interrupts(0, 1);
	expect_eq(last_vector, OTHER_VECTOR);
	expect_no_fault();
}

CASE(msi_off, "without remapping a message of the old format arrives")
{
	prepare_remapping();
	vtd_command(VTD_GCMD_IR, false);
	insist(pci_setup_msi(&edu.pci_dev, APIC_DEFAULT_PHYS_BASE | apic_id() << 12, TEST_VECTOR));
	raise();
	expect_interrupts(0, 1);
	expect_eq(last_vector, TEST_VECTOR);
	expect_no_fault();
}

/* ---- faults ---- */

/* Changes bits of entry 0: nothing comes. The entry made good again: it does. */
static void expect_bits_matter(u64 lo, u64 hi)
{
	struct vtd_irte *entry = prepare_msi();

	entry->lo ^= lo;
	entry->hi ^= hi;
	vtd_invalidate();
	raise();
	expect_interrupts(0, 0);
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	entry->lo ^= lo;
	entry->hi ^= hi;
	vtd_invalidate();
	raise();
	expect_interrupts(0, 1);
}

CASE(blocked, "an entry that is absent, another requester's, or has reserved bits set, lets nothing through")
{
	expect_bits_matter(VTD_PRESENT, 0);
	for (int bit = 0; bit < 16; bit++)
		expect_bits_matter(0, 1ull << bit);
	expect_bits_matter(0, 1ull << 20);
	expect_bits_matter(0, 1ull << 63);
	insist(pci_setup_msi(&edu.pci_dev, vtd_msi_address(VTD_IRT_ENTRIES), 0));
	raise();
	expect_interrupts(0, 0);
}

/* Nothing arrives; the record is that of the device and the index. */
static void expect_blocked(unsigned int index, enum vtd_fault reason)
{
	struct vtd_fault_record record;

	vtd_invalidate();
	vtd_clear_faults();
	raise();
	expect_interrupts(0, 0);
	record = vtd_fault_record(0);
	expect_eq(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_PPF);
	expect_eq(record.lo, (u64)index << 48);
	expect_eq(record.hi & ~VTD_FRCD_PASID, VTD_FRCD_F | VTD_FRCD_REASON(reason) | SID);
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	vtd_clear_faults();
	expect_no_fault();
}

CASE(ir_index, "fault 0x21: the index is beyond the table")
{
	prepare_msi();
	insist(pci_setup_msi(&edu.pci_dev, vtd_msi_address(VTD_IRT_ENTRIES), 0));
	expect_blocked(VTD_IRT_ENTRIES, VTD_FAULT_IR_INDEX);
}

CASE(ir_absent, "fault 0x22: the entry is not present")
{
	struct vtd_irte *entry = prepare_msi();

	*vtd_irte(9) = *entry;
	vtd_irte(9)->lo &= ~VTD_PRESENT;
	insist(pci_setup_msi(&edu.pci_dev, vtd_msi_address(9), 0));
	expect_blocked(9, VTD_FAULT_IR_ABSENT);
}

CASE(ir_reserved, "fault 0x24: reserved bits of the entry: 127:84")
{
	prepare_msi()->hi |= 1ull << 63;
	expect_blocked(0, VTD_FAULT_IR_RESERVED);
}

CASE(ir_sid, "fault 0x26: the entry is another requester's")
{
	prepare_msi()->hi ^= 0x0100;
	expect_blocked(0, VTD_FAULT_IR_SID);
}

CASE(ir_sid_qualified, "SQ leaves out bits of the function number from the comparison, and no others (9.10)")
{
	struct vtd_irte *entry = prepare_msi();

	/* 11b: all three bits. */
	entry->hi = (entry->hi ^ 7) | 3 << 16;
	vtd_invalidate();
	raise();
	expect_interrupts(0, 1);
	expect_no_fault();
	entry->hi ^= 8;
	expect_blocked(0, VTD_FAULT_IR_SID);
	/* 01b: bit 2 only. */
	entry->hi = VTD_IRTE_VERIFY_SID | 1 << 16 | (SID ^ 4);
	vtd_invalidate();
	raise();
	expect_interrupts(0, 1);
	entry->hi ^= 1;
	expect_blocked(0, VTD_FAULT_IR_SID);
}

CASE(ir_sid_bus, "SVT 10b takes the buses from SID's upper byte to its lower byte (9.10)")
{
	struct vtd_irte *entry = prepare_msi();

	entry->hi = 2 << 18 | PCI_BDF_GET_BUS(SID) << 8 | (PCI_BDF_GET_BUS(SID) + 1);
	vtd_invalidate();
	raise();
	expect_interrupts(0, 1);
	expect_no_fault();
	entry->hi = 2 << 18 | (PCI_BDF_GET_BUS(SID) + 1) << 8 | (PCI_BDF_GET_BUS(SID) + 2);
	expect_blocked(0, VTD_FAULT_IR_SID);
}

CASE(ir_compatibility, "fault 0x25: a message of the old format, which GCMD.CFI does not let pass")
{
	prepare_msi();
	insist(pci_setup_msi(&edu.pci_dev, APIC_DEFAULT_PHYS_BASE | apic_id() << 12, TEST_VECTOR));
	expect_blocked(0, VTD_FAULT_IR_COMPATIBILITY);
}

CASE(ir_processing_disabled, "with fault processing disabled in the entry nothing is recorded, and nothing comes")
{
	struct vtd_irte *entry = prepare_msi();

	entry->hi ^= 0x0100;
	entry->lo |= VTD_FPD;
	vtd_invalidate();
	raise();
	expect_interrupts(0, 0);
	expect_no_fault();
}

/* ---- the pin ---- */

static void check_pin(trigger_mode_t trigger)
{
	ioapic_redir_entry_t entry;

	prepare_remapping();
	require_msg(pci_intx_line(&edu.pci_dev) != 0xff, "the pin leads nowhere");
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		vtd_setup_ioapic_irq(&edu.pci_dev, TEST_VECTOR, id_map[cpu], trigger);
		for (int i = 0; i < 2; i++) {
			raise();
			expect_interrupts(cpu, 1);
			expect_eq(last_vector, TEST_VECTOR);
			expect_eq(last_trigger_mode, trigger == TRIGGER_LEVEL);
			entry = ioapic_read_redir(pci_intx_line(&edu.pci_dev));
			expect_eq(entry.remote_irr, 0);
			expect_eq(entry.delivery_status, 0);
		}
	}
	expect_no_fault();
}

CASE(ioapic_edge, "an edge of the I/O APIC becomes the interrupt of its entry, each CPU")
{
	check_pin(TRIGGER_EDGE);
}

CASE(ioapic_level, "a level of the I/O APIC becomes the interrupt of its entry, and EOI ends it, each CPU")
{
	check_pin(TRIGGER_LEVEL);
}

CASE(ioapic_sid, "fault 0x26: an entry of the device is not one of the I/O APIC, which is the requester")
{
	struct vtd_fault_record record;

	prepare_remapping();
	require_msg(pci_intx_line(&edu.pci_dev) != 0xff, "the pin leads nowhere");
	vtd_setup_ioapic_irq(&edu.pci_dev, TEST_VECTOR, id_map[0], TRIGGER_EDGE);
	vtd_irte(0)->hi = VTD_IRTE_VERIFY_SID | SID;
	vtd_invalidate();
	raise();
	expect_interrupts(0, 0);
	record = vtd_fault_record(0);
	expect_eq(vtd_readl(DMAR_FSTS_REG), VTD_FSTS_PPF);
	expect_eq(record.lo, 0);
	expect_eq(record.hi & ~VTD_FRCD_PASID, VTD_FRCD_F | VTD_FRCD_REASON(VTD_FAULT_IR_SID) | vtd_ioapic_sid());
}
