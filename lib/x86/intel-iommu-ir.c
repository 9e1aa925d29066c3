/* SPDX-License-Identifier: BSD-2-Clause */
/* VT-d: interrupt remapping (chapter 5), of MSI and of the I/O APIC; see intel-iommu.h. */
#include "alloc_page.h"
#include "x86/intel-iommu.h"
#include "x86/intel-iommu-unit.h"
#include "asm/io.h"
#include "asm/page.h"

#define SCOPE_IOAPIC		3

/* Section 8.3.1: a device of a unit, by the path from its first bus. */
struct scope {
	u8 type;
	u8 length;
	u16 reserved;
	u8 id;
	u8 bus;
	struct {
		u8 device, function;
	} path[1];
} __attribute__((packed));

static struct vtd_irte *table;
static unsigned int next_entry;
static bool wide_destinations;

struct vtd_irte *vtd_irte(unsigned int index)
{
	assert_msg(table && index < VTD_IRT_ENTRIES, "VT-d: interrupt entry %u", index);
	return &table[index];
}

void vtd_enable_remapping(void)
{
	int size = 0;

	wide_destinations = is_x2apic_enabled() && vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_EIM;
	table = memalign_pages(PAGE_SIZE, VTD_IRT_ENTRIES * sizeof(*table));
	next_entry = 0;
	/* 2^(size + 1) entries: section 10.4.29. */
	while (2u << size < VTD_IRT_ENTRIES)
		size++;
	vtd_writeq(DMAR_IRTA_REG, virt_to_phys(table) | (wide_destinations ? VTD_IRTA_EIME : 0) | (u64)size);
	vtd_command(VTD_GCMD_IR_TABLE, true);
	vtd_invalidate();
	vtd_command(VTD_GCMD_IR, true);
}

/* The destination is in 63:32, or, 8 bits of it, in 47:40 (section 9.10). */
unsigned int vtd_alloc_irte(u16 sid, int vector, u32 dest_id, trigger_mode_t trigger)
{
	struct vtd_irte *entry = vtd_irte(next_entry);

	assert_msg(wide_destinations || dest_id < 0x100, "VT-d: destination %#" PRIx32 " needs x2APIC", dest_id);
	entry->hi = VTD_IRTE_VERIFY_SID | sid;
	entry->lo = (u64)dest_id << (wide_destinations ? 32 : 40) | VTD_IRTE_VECTOR(vector) |
		    (trigger == TRIGGER_LEVEL ? VTD_IRTE_LEVEL : 0) | VTD_PRESENT;
	vtd_invalidate();
	return next_entry++;
}

u32 vtd_msi_address(unsigned int index)
{
	return APIC_DEFAULT_PHYS_BASE | (index & 0x7fff) << 5 | 1u << 4 | (index >> 15 & 1) << 2;
}

bool vtd_setup_msi(struct pci_dev *dev, int vector, int dest_id)
{
	if (!dev->msi_offset)
		return false;
	return pci_setup_msi(dev, vtd_msi_address(vtd_alloc_irte(dev->bdf, vector, dest_id, TRIGGER_EDGE)), 0);
}

u16 vtd_ioapic_sid(void)
{
	const struct vtd_drhd *unit = vtd_drhd();
	const char *at = (const char *)(unit + 1), *end = (const char *)unit + unit->length;
	const struct scope *scope;

	for (; (size_t)(end - at) >= sizeof(*scope); at += scope->length) {
		scope = (const void *)at;
		if (scope->length < sizeof(*scope) || scope->length > end - at)
			break;
		if (scope->type == SCOPE_IOAPIC && scope->length == sizeof(*scope))
			return PCI_BDF(scope->bus, scope->path[0].device, scope->path[0].function);
	}
	report_abort("VT-d: the table DMAR does not say which requester the I/O APIC is");
}

/* Section 5.1.5.1: the index in 63:49 and 11, the format in 48; the vector as in the entry, for EOI. */
void vtd_setup_ioapic_irq(struct pci_dev *dev, int vector, int dest_id, trigger_mode_t trigger)
{
	unsigned int index = vtd_alloc_irte(vtd_ioapic_sid(), vector, dest_id, trigger);
	u8 line = pci_intx_line(dev);
	union {
		u64 value;
		ioapic_redir_entry_t entry;
	} redir = {
		(u64)(index & 0x7fff) << 49 | 1ull << 48 | (u64)(index >> 15 & 1) << 11 |
		(u64)(trigger == TRIGGER_LEVEL) << 15 | (u64)vector,
	};

	assert_msg(line != 0xff, "the line of the device's interrupt pin is not known");
	pci_cmd_set_clr(dev, 0, PCI_COMMAND_INTX_DISABLE);
	ioapic_write_redir(line, redir.entry);
}
