/* SPDX-License-Identifier: BSD-2-Clause */
/* VT-d: the unit, its registers, DMA tables, invalidation and faults; see intel-iommu.h. Interrupts: intel-iommu-ir.c. */
#include "acpi.h"
#include "alloc_page.h"
#include "patience.h"
#include "x86/intel-iommu.h"
#include "x86/intel-iommu-scalable.h"
#include "x86/intel-iommu-unit.h"
#include "asm/barrier.h"
#include "asm/io.h"
#include "asm/page.h"

#define DMAR_SIGNATURE		ACPI_SIGNATURE('D', 'M', 'A', 'R')
#define REGISTERS_SIZE		0x1000
#define LEVEL_BITS		9
#define TABLE_ENTRIES		(1u << LEVEL_BITS)
#define PATIENCE_SECONDS	30

/* Section 8.1: what the table begins with, behind its ACPI header. */
struct dmar {
	struct acpi_table header;
	u8 host_address_width;
	u8 flags;
	u8 reserved[10];
} __attribute__((packed));

static const struct vtd_drhd *drhd;
static volatile char *registers;
static u64 *root_table;
static u64 *queue;
/* 64-bit words of a descriptor: 2, or 4. */
static unsigned int queue_width;
static unsigned int queue_tail;
static int levels;
static bool scalable;

/* Section 8.3; a structure that reaches out of the table ends the search. */
const struct vtd_drhd *vtd_drhd(void)
{
	const struct dmar *dmar = find_acpi_table_addr(DMAR_SIGNATURE);
	const char *at, *end;

	if (drhd || !dmar || dmar->header.length < sizeof(*dmar))
		return drhd;
	end = (const char *)dmar + dmar->header.length;
	for (at = (const char *)(dmar + 1); (size_t)(end - at) >= sizeof(*drhd); at += drhd->length) {
		drhd = (const void *)at;
		if (drhd->length < 4 || drhd->length > end - at)
			break;
		if (drhd->type == VTD_TYPE_DRHD && drhd->length >= sizeof(*drhd))
			return drhd;
	}
	drhd = NULL;
	return NULL;
}

bool vtd_present(void)
{
	return vtd_drhd() != NULL;
}

static volatile char *reg_at(unsigned int reg)
{
	if (!registers) {
		assert_msg(vtd_present(), "no VT-d unit: the ACPI table DMAR is not there");
		registers = ioremap(drhd->base, REGISTERS_SIZE);
	}
	assert_msg(reg < REGISTERS_SIZE, "VT-d register %#x", reg);
	return registers + reg;
}

u32 vtd_readl(unsigned int reg)
{
	return readl(reg_at(reg));
}

void vtd_writel(unsigned int reg, u32 value)
{
	writel(value, reg_at(reg));
}

/* Section 10.2: a 64-bit register may be accessed as two halves. */
u64 vtd_readq(unsigned int reg)
{
#ifdef __x86_64__
	return readq(reg_at(reg));
#else
	return vtd_readl(reg) | (u64)vtd_readl(reg + 4) << 32;
#endif
}

void vtd_writeq(unsigned int reg, u64 value)
{
#ifdef __x86_64__
	writeq(value, reg_at(reg));
#else
	vtd_writel(reg, (u32)value);
	vtd_writel(reg + 4, (u32)(value >> 32));
#endif
}

void vtd_command(u32 bit, bool set)
{
	u32 status = vtd_readl(DMAR_GSTS_REG) & ~VTD_GCMD_ONE_SHOT;
	struct patience patience = { 0 };

	assert_msg(set || !(bit & VTD_GCMD_ONE_SHOT), "VT-d command %#" PRIx32 " cannot be taken back", bit);
	vtd_writel(DMAR_GCMD_REG, set ? status | bit : status & ~bit);
	while (!!(vtd_readl(DMAR_GSTS_REG) & bit) != set)
		if (patience_over(&patience, PATIENCE_SECONDS))
			report_abort("VT-d: GSTS does not show command %#" PRIx32 " as done", bit);
}

/* ---- invalidation ---- */

static void enable_queue(bool wide)
{
	queue_width = wide ? 4 : 2;
	queue = memalign_pages(PAGE_SIZE, VTD_QUEUE_ENTRIES * queue_width * sizeof(*queue));
	queue_tail = 0;
	vtd_writeq(DMAR_IQT_REG, 0);
	/* Bits 2:0, the size: 2^n pages, of 256 descriptors of 128 bits or of 128 of 256 bits. */
	vtd_writeq(DMAR_IQA_REG, virt_to_phys(queue) | (wide ? VTD_IQA_DW | 1 : 0));
	vtd_command(VTD_GCMD_QI, true);
}

void vtd_queue(u64 lo, u64 hi)
{
	u64 *descriptor = queue + queue_tail * queue_width;

	assert_msg(queue, "VT-d: the unit has no invalidation queue");
	memset(descriptor, 0, queue_width * sizeof(*queue));
	descriptor[0] = lo;
	descriptor[1] = hi;
	queue_tail = (queue_tail + 1) % VTD_QUEUE_ENTRIES;
	wmb();
	vtd_writeq(DMAR_IQT_REG, queue_tail * queue_width * sizeof(*queue));
}

void vtd_wait_queue(void)
{
	static volatile u32 done;
	struct patience patience = { 0 };

	done = 0;
	vtd_queue(VTD_INV_WAIT | VTD_INV_WAIT_SW | 1ull << 32, virt_to_phys((void *)&done));
	while (!done)
		if (patience_over(&patience, PATIENCE_SECONDS))
			report_abort("VT-d: the invalidation queue stands at %#" PRIx64 " of %#" PRIx64 ", FSTS %#" PRIx32,
				     vtd_readq(DMAR_IQH_REG), vtd_readq(DMAR_IQT_REG), vtd_readl(DMAR_FSTS_REG));
}

/* Without a queue: sections 10.4.7 and 10.4.8.1. Bit 63 starts it and reads 1 until it is done. */
static void invalidate_by_register(unsigned int reg, u64 command)
{
	struct patience patience = { 0 };

	vtd_writeq(reg, 1ull << 63 | command);
	while (vtd_readq(reg) >> 63)
		if (patience_over(&patience, PATIENCE_SECONDS))
			report_abort("VT-d: the invalidation by register %#x does not end", reg);
}

void vtd_invalidate(void)
{
	wmb();
	if (!queue) {
		invalidate_by_register(DMAR_CCMD_REG, 1ull << 61);
		invalidate_by_register((vtd_readq(DMAR_ECAP_REG) >> 8 & 0x3ff) * 16 + 8, 1ull << 60);
		return;
	}
	vtd_queue(VTD_INV_CONTEXT_GLOBAL, 0);
	if (scalable)
		vtd_queue(VTD_INV_PASID_GLOBAL, 0);
	vtd_queue(VTD_INV_IOTLB_GLOBAL, 0);
	if (vtd_readq(DMAR_ECAP_REG) & VTD_ECAP_IR)
		vtd_queue(VTD_INV_IEC_GLOBAL, 0);
	vtd_wait_queue();
}

/* ---- DMA tables ---- */

void *vtd_table_at(u64 entry)
{
	return phys_to_virt(entry & VTD_ADDRESS);
}

u64 *vtd_root_entry(u8 bus)
{
	u64 *entry = &root_table[bus * 2];

	assert_msg(root_table && !scalable, "VT-d: vtd_init() was not called");
	if (!*entry)
		*entry = virt_to_phys(alloc_page()) | VTD_PRESENT;
	return entry;
}

u64 *vtd_sm_root_entry(u16 sid)
{
	/* Bit 7: device 16 and up. */
	u64 *entry = &root_table[(sid >> 8) * 2 + (sid >> 7 & 1)];

	assert_msg(root_table && scalable, "VT-d: vtd_init_scalable() was not called");
	if (!*entry)
		*entry = virt_to_phys(alloc_page()) | VTD_PRESENT;
	return entry;
}

/* A function's bus, slot and function make it a domain of its own. Domain 0 is reserved with caching mode: section 6.1. */
u16 vtd_domain(u16 sid)
{
	unsigned int bits = 4 + 2 * VTD_CAP_ND(vtd_readq(DMAR_CAP_REG));
	u16 domain = (sid + 1) & ((1u << bits) - 1);

	assert_msg(domain == sid + 1, "VT-d: requester %#x is no domain of %u bits", sid, bits);
	return domain;
}

struct vtd_context *vtd_context_entry(u16 sid)
{
	struct vtd_context *context = (struct vtd_context *)vtd_table_at(*vtd_root_entry(sid >> 8)) + (sid & 0xff);

	if (!context->lo) {
		/* Address width 1: three levels, 2: four. */
		context->hi = (u64)vtd_domain(sid) << 8 | (u64)(levels - 2);
		context->lo = virt_to_phys(alloc_page()) | VTD_PRESENT;
	}
	return context;
}

u64 *vtd_walk(u64 *table, int top, u64 iova, int level, u64 flags)
{
	u64 *entry;

	for (int l = top; ; l--) {
		entry = &table[iova >> (PAGE_SHIFT + (l - 1) * LEVEL_BITS) & (TABLE_ENTRIES - 1)];
		if (l == level)
			return entry;
		assert_msg(!(*entry & VTD_PTE_PS), "VT-d: a large page maps %#" PRIx64, iova);
		if (!*entry)
			*entry = virt_to_phys(alloc_page()) | flags;
		table = vtd_table_at(*entry);
	}
}

u64 *vtd_pte(u16 sid, u64 iova, int level)
{
	assert_msg(!(iova >> (PAGE_SHIFT + levels * LEVEL_BITS)), "VT-d: %#" PRIx64 " has too many bits", iova);
	return vtd_walk(vtd_table_at(vtd_context_entry(sid)->lo), levels, iova, level, VTD_PTE_R | VTD_PTE_W);
}

void vtd_map_range(u16 sid, u64 iova, phys_addr_t pa, size_t size)
{
	assert_msg(!((iova | pa | size) & (PAGE_SIZE - 1)), "VT-d: %#" PRIx64 ", %#" PRIx64 " or %#zx: not of pages",
		   iova, (u64)pa, size);
	for (size_t at = 0; at < size; at += PAGE_SIZE)
		*vtd_pte(sid, iova + at, 1) = (pa + at) | VTD_PTE_R | VTD_PTE_W;
	vtd_invalidate();
}

/* ---- set-up ---- */

static void enable_translation(void)
{
	root_table = alloc_page();
	vtd_writeq(DMAR_RTADDR_REG, virt_to_phys(root_table) | (scalable ? VTD_RTADDR_SCALABLE : 0));
	vtd_command(VTD_GCMD_ROOT, true);
	vtd_invalidate();
	vtd_command(VTD_GCMD_DMAR, true);
}

static void turn_off(void)
{
	static const u32 bits[] = { VTD_GCMD_IR, VTD_GCMD_DMAR, VTD_GCMD_QI };

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++)
		if (vtd_readl(DMAR_GSTS_REG) & bits[i])
			vtd_command(bits[i], false);
	queue = NULL;
}

static void init(bool in_scalable_mode)
{
	u64 cap = vtd_readq(DMAR_CAP_REG), ecap = vtd_readq(DMAR_ECAP_REG);

	levels = cap & VTD_CAP_SAGAW_39BIT ? 3 : 4;
	assert_msg(cap & (VTD_CAP_SAGAW_39BIT | VTD_CAP_SAGAW_48BIT), "VT-d: no width of 39 or 48 bits, CAP %#" PRIx64, cap);
	turn_off();
	vtd_clear_faults();
	scalable = in_scalable_mode;
	if (ecap & VTD_ECAP_QI)
		enable_queue(scalable);
	enable_translation();
	if (ecap & VTD_ECAP_IR)
		vtd_enable_remapping();
}

void vtd_init(void)
{
	init(false);
}

void vtd_init_scalable(void)
{
	u64 ecap = vtd_readq(DMAR_ECAP_REG);

	assert_msg(ecap & VTD_ECAP_SMTS && ecap & VTD_ECAP_QI, "VT-d: no scalable mode, ECAP %#" PRIx64, ecap);
	init(true);
}

/* ---- faults ---- */

static unsigned int fault_register(unsigned int index)
{
	return VTD_CAP_FRO(vtd_readq(DMAR_CAP_REG)) + index * sizeof(struct vtd_fault_record);
}

struct vtd_fault_record vtd_fault_record(unsigned int index)
{
	unsigned int reg = fault_register(index);

	return (struct vtd_fault_record){ vtd_readq(reg), vtd_readq(reg + 8) };
}

/* What is cleared is cleared by writing 1; PPF goes with the last record (section 10.4.9). */
void vtd_clear_faults(void)
{
	unsigned int count = VTD_CAP_NFR(vtd_readq(DMAR_CAP_REG));

	for (unsigned int i = 0; i < count; i++)
		vtd_writel(fault_register(i) + 12, (u32)(VTD_FRCD_F >> 32));
	vtd_writel(DMAR_FSTS_REG, vtd_readl(DMAR_FSTS_REG));
}
