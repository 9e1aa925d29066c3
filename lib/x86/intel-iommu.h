/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel's IOMMU (VT-d: "Intel Virtualization Technology for Directed I/O, Architecture Specification", revision 3.3): its
 * registers, legacy-mode tables for DMA, interrupt remapping and the invalidation queue. The first remapping unit of the
 * ACPI table DMAR only. Scalable mode: intel-iommu-scalable.h. No device TLBs.
 */
#ifndef X86_INTEL_IOMMU_H
#define X86_INTEL_IOMMU_H

#include "libcflat.h"
#include "pci.h"
#include "x86/apic.h"

/* ---- registers: section 10.4, offsets in bytes ---- */

#define DMAR_VER_REG		0x00
#define DMAR_CAP_REG		0x08	/* 64 bits */
#define DMAR_ECAP_REG		0x10	/* 64 bits */
#define DMAR_GCMD_REG		0x18
#define DMAR_GSTS_REG		0x1c
#define DMAR_RTADDR_REG		0x20	/* 64 bits */
#define DMAR_CCMD_REG		0x28	/* 64 bits */
#define DMAR_FSTS_REG		0x34
#define DMAR_FECTL_REG		0x38
#define DMAR_FEDATA_REG		0x3c
#define DMAR_FEADDR_REG		0x40
#define DMAR_FEUADDR_REG	0x44
#define DMAR_IQH_REG		0x80	/* 64 bits */
#define DMAR_IQT_REG		0x88	/* 64 bits */
#define DMAR_IQA_REG		0x90	/* 64 bits */
#define DMAR_ICS_REG		0x9c
#define DMAR_IECTL_REG		0xa0
#define DMAR_IEDATA_REG		0xa4
#define DMAR_IEADDR_REG		0xa8
#define DMAR_IEUADDR_REG	0xac
#define DMAR_IRTA_REG		0xb8	/* 64 bits */

#define VTD_CAP_ND(cap)		((cap) & 7)
#define VTD_CAP_SAGAW_39BIT	(1ull << 9)	/* three levels of tables */
#define VTD_CAP_SAGAW_48BIT	(1ull << 10)	/* four */
#define VTD_CAP_SAGAW_RESERVED	(1ull << 8 | 1ull << 12)
#define VTD_CAP_SAGAW		VTD_CAP_SAGAW_39BIT
#define VTD_CAP_MGAW(cap)	(((cap) >> 16 & 0x3f) + 1)
#define VTD_CAP_FRO(cap)	(((cap) >> 24 & 0x3ff) * 16)
#define VTD_CAP_SLLPS_2MIB	(1ull << 34)
#define VTD_CAP_SLLPS_1GIB	(1ull << 35)
#define VTD_CAP_SLLPS		(VTD_CAP_SLLPS_2MIB | VTD_CAP_SLLPS_1GIB)
#define VTD_CAP_PSI		(1ull << 39)
#define VTD_CAP_NFR(cap)	(((cap) >> 40 & 0xff) + 1)
#define VTD_ECAP_QI		(1ull << 1)
#define VTD_ECAP_IR		(1ull << 3)
#define VTD_ECAP_EIM		(1ull << 4)
#define VTD_ECAP_PT		(1ull << 6)
#define VTD_ECAP_PASID		(1ull << 40)

/* The same bits in GCMD, where they are commands, and in GSTS, where they say that it is done. */
#define VTD_GCMD_DMAR		(1u << 31)	/* translation */
#define VTD_GCMD_ROOT		(1u << 30)	/* takes RTADDR */
#define VTD_GCMD_WBF		(1u << 27)
#define VTD_GCMD_QI		(1u << 26)
#define VTD_GCMD_IR		(1u << 25)
#define VTD_GCMD_IR_TABLE	(1u << 24)	/* takes IRTA */
#define VTD_GCMD_CFI		(1u << 23)	/* lets interrupts of the old format pass */
/* What a command does once: these bits of GSTS must not be written back to GCMD (section 10.4.4). */
#define VTD_GCMD_ONE_SHOT	(1u << 30 | 1u << 29 | 1u << 27 | 1u << 24)

#define VTD_FSTS_PFO		(1u << 0)
#define VTD_FSTS_PPF		(1u << 1)
#define VTD_FSTS_IQE		(1u << 4)
#define VTD_EVENT_IM		(1u << 31)	/* FECTL and IECTL: masked */
#define VTD_EVENT_IP		(1u << 30)	/* pending, read only */
#define VTD_ICS_IWC		(1u << 0)
#define VTD_IRTA_EIME		(1ull << 11)

u32 vtd_readl(unsigned int reg);
u64 vtd_readq(unsigned int reg);
void vtd_writel(unsigned int reg, u32 value);
void vtd_writeq(unsigned int reg, u64 value);

/* Sets or clears one bit of GCMD and waits until GSTS says so; a one-shot bit can only be set. */
void vtd_command(u32 bit, bool set);

/* ---- set-up ---- */

/* Whether the machine announces a remapping unit. */
bool vtd_present(void);
/*
 * Turns on queued invalidation, DMA translation with nothing mapped, and interrupt remapping with no interrupt let
 * through, each if the unit has it, with new tables each time it is called. x2APIC destinations if this CPU is in
 * x2APIC mode and the unit has them. Aborts if there is no unit, or none of 39 or 48 bits.
 */
void vtd_init(void);

/* ---- DMA translation: chapters 3 and 9. sid: the requester's bus and function, as in pcidevaddr_t ---- */

struct vtd_context {
	u64 lo, hi;
};
#define VTD_PRESENT		(1ull << 0)	/* root and context entries, IRTEs */
#define VTD_FPD			(1ull << 1)	/* context entries, IRTEs: record no faults */
#define VTD_CONTEXT_TT_PASS	(2ull << 2)
#define VTD_PTE_R		(1ull << 0)
#define VTD_PTE_W		(1ull << 1)
#define VTD_PTE_PS		(1ull << 7)
#define VTD_ADDRESS		0x000ffffffffff000ull

/* Maps size bytes readable and writable, by 4 KiB pages; all three multiples of that. Each sid is a domain. */
void vtd_map_range(u16 sid, u64 iova, phys_addr_t pa, size_t size);
/* The entries themselves, made if they are not there; level 1: a 4 KiB page. Changes need vtd_invalidate(). */
u64 *vtd_root_entry(u8 bus);
struct vtd_context *vtd_context_entry(u16 sid);
u64 *vtd_pte(u16 sid, u64 iova, int level);

/* ---- invalidation queue: section 6.5.2 ---- */

struct vtd_descriptor {
	u64 lo, hi;
};
#define VTD_INV_CONTEXT_GLOBAL	(1ull | 1 << 4)
#define VTD_INV_IOTLB_GLOBAL	(2ull | 1 << 4)
#define VTD_INV_IOTLB_DOMAIN	(2ull | 2 << 4)
#define VTD_INV_IOTLB_PAGE	(2ull | 3 << 4)
#define VTD_INV_DID(did)	((u64)(did) << 16)
#define VTD_INV_IEC_GLOBAL	4ull
#define VTD_INV_WAIT		5ull
#define VTD_INV_WAIT_IF		(1ull << 4)	/* interrupt: IWC */
#define VTD_INV_WAIT_SW		(1ull << 5)	/* writes bits 63:32 to the address in hi */

#define VTD_QUEUE_ENTRIES	256
/* Appends a descriptor; does not wait. */
void vtd_queue(u64 lo, u64 hi);
/* Waits until everything that is in the queue is done; aborts if that takes longer than half a minute. */
void vtd_wait_queue(void);
/* Everything that is cached, of tables, translations and interrupts; waits until it is done. */
void vtd_invalidate(void);
/* Which domain a sid is: for descriptors. */
u16 vtd_domain(u16 sid);

/* ---- interrupt remapping: chapter 5 ---- */

struct vtd_irte {
	u64 lo, hi;
};
#define VTD_IRTE_LOGICAL	(1ull << 2)
#define VTD_IRTE_LEVEL		(1ull << 4)
#define VTD_IRTE_VECTOR(v)	((u64)(v) << 16)
#define VTD_IRTE_VERIFY_SID	(1ull << 18)	/* in hi: all 16 bits of the requester must be those in 15:0 */
#define VTD_IRT_ENTRIES		256

/* A table entry by its index. Changes need vtd_invalidate(). */
struct vtd_irte *vtd_irte(unsigned int index);
/* Fills the next free entry and returns its index: a fixed interrupt to a physical APIC ID, from sid only. */
unsigned int vtd_alloc_irte(u16 sid, int vector, u32 dest_id, trigger_mode_t trigger);
/* The address of a message that names an entry: the remappable format without subhandle, data 0 (section 5.1.2.2). */
u32 vtd_msi_address(unsigned int index);
/* Which requester the I/O APIC is, by the table DMAR. */
u16 vtd_ioapic_sid(void);

/* Lets the device send MSI, remapped; false if it has no MSI. */
bool vtd_setup_msi(struct pci_dev *dev, int vector, int dest_id);
/* Leads the device's interrupt pin through the I/O APIC and the remapping; active high, unmasked. */
void vtd_setup_ioapic_irq(struct pci_dev *dev, int vector, int dest_id, trigger_mode_t trigger);

/* ---- faults: chapter 7 ---- */

enum vtd_fault {
	VTD_FAULT_ROOT_ABSENT = 0x1,
	VTD_FAULT_CONTEXT_ABSENT = 0x2,
	VTD_FAULT_CONTEXT_INVALID = 0x3,
	VTD_FAULT_ADDRESS = 0x4,
	VTD_FAULT_WRITE = 0x5,
	VTD_FAULT_READ = 0x6,
	VTD_FAULT_ROOT_RESERVED = 0xa,
	VTD_FAULT_CONTEXT_RESERVED = 0xb,
	VTD_FAULT_PTE_RESERVED = 0xc,
	VTD_FAULT_IR_REQUEST_RESERVED = 0x20,
	VTD_FAULT_IR_INDEX = 0x21,
	VTD_FAULT_IR_ABSENT = 0x22,
	VTD_FAULT_IR_RESERVED = 0x24,
	VTD_FAULT_IR_COMPATIBILITY = 0x25,
	VTD_FAULT_IR_SID = 0x26,
};
#define VTD_FRCD_F		(1ull << 63)	/* of hi: a fault is recorded */
#define VTD_FRCD_READ		(1ull << 62)
#define VTD_FRCD_PASID		(0xfffffull << 40)
#define VTD_FRCD_REASON(r)	((u64)(r) << 32)

struct vtd_fault_record {
	u64 lo, hi;
};
struct vtd_fault_record vtd_fault_record(unsigned int index);
/* Forgets all faults and clears FSTS. */
void vtd_clear_faults(void);

#endif
