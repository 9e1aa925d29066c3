/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest hypervisor (L1) and its guests (L2) by H_ENTER_NESTED: layouts as Linux'
 * arch/powerpc/include/asm/hvcall.h and ptrace.h have them, in the byte order of the caller.
 * Partition-scoped translation is radix (Power ISA 3.1B, Book III, section 6.7.6 on).
 */
#ifndef PPC64_NESTED_H
#define PPC64_NESTED_H

#include "libcflat.h"
#include "asm/hcall.h"
#include "asm/mmu.h"

/*
 * What only a hypervisor sets, both ways. Version 1 ends before dawr1; members are only added at
 * the end, so a newer hypervisor takes every older version.
 */
struct hv_guest_state {
	u64 version;
	u32 lpid, vcpu_token;
	u64 lpcr, pcr, amor, dpdes, hfscr;
	s64 tb_offset;
	u64 dawr0, dawrx0, ciabr, hdec_expiry, purr, spurr, ic, vtb;
	u64 hdar, hdsisr, heir, asdr;
	u64 srr0, srr1, sprg[4], pidr, cfar, ppr;
	u64 dawr1, dawrx1;
};

#define HV_GUEST_STATE_V1_SIZE	offsetof(struct hv_guest_state, dawr1)

struct hv_guest_regs {
	u64 gpr[32], nip, msr, orig_gpr3, ctr, link, xer, ccr, softe, trap, dar, dsisr, result;
};

/* HFSCR (Book III): an interrupt's cause stands in bits 0 to 7. */
#define HFSCR_FP		UL(0x001)
#define HFSCR_VECVSX		UL(0x002)
#define HFSCR_DSCR		UL(0x004)
#define HFSCR_TAR		UL(0x100)
#define HFSCR_CAUSE(hfscr)	((hfscr) >> 56)

/* The memory of a guest, by its own real addresses: below 2 MiB, in pages of 4 KiB. */
#define L2_PAGES		512
#define L2_VECTORS		0x00000ul	/* r30 := SRR0, r31 := SRR1, SC 1 at each vector */
#define L2_VECTOR_END		12ul		/* where NIP is then, from the vector */
#define L2_CODE			0x10000ul
#define L2_DATA			0x20000ul

/* Attributes of partition-scoped pages. */
#define L2_RWX			(RADIX_READ | RADIX_WRITE | RADIX_EXECUTE)

struct l2 {
	struct hv_guest_state state __aligned(PAGE_SIZE);
	struct hv_guest_regs regs __aligned(PAGE_SIZE);
	pgd_t root[1 << RADIX_ROOT_BITS] __aligned(PAGE_SIZE << 4);
	pte_t level3[512] __aligned(PAGE_SIZE), level2[512] __aligned(PAGE_SIZE),
		level1[L2_PAGES] __aligned(PAGE_SIZE);
	u32 vectors[PAGE_SIZE / 4] __aligned(PAGE_SIZE);
	u32 code[PAGE_SIZE / 4] __aligned(PAGE_SIZE);
	u64 data[PAGE_SIZE / 8] __aligned(PAGE_SIZE);
};

/* A table of 1 << NESTED_LPID_BITS entries of two doublewords: the hypervisor needs no more. */
#define NESTED_LPID_BITS	12
/* Allocated by the first l2_new(). */
extern u64 *nested_partition_table;

/* H_SET_PARTITION_TABLE with that table; its return code. */
long nested_set_table(void);
/* PTCR's form of a table of 1 << bits entries (Book III, PTCR); bits from 8. */
u64 nested_ptcr(const void *table, unsigned int bits);

/*
 * The guest number lpid (1 to 15), made new: pages at L2_VECTORS, L2_CODE and L2_DATA, registers
 * of pattern, privileged state in the caller's byte order, real mode, version 2 of the state, ten
 * seconds to run. Its entry of the partition table is set and the translation of earlier times
 * forgotten. The memory stays the library's.
 */
struct l2 *l2_new(u32 lpid);

/* What r0 to r31 are in a new guest. */
#define L2_GPR(n)		(0x0123456789abcdeful * (2 * (n) + 1))

/* Maps the guest's page at address ga to page, or unmaps it (page NULL). Flush if it was mapped. */
void l2_map(struct l2 *l2, u64 ga, const void *page, pteval_t attributes);
/* Forgets all translations of the guest: H_TLB_INVALIDATE; its return code. */
long l2_flush(const struct l2 *l2);
/* Copies instructions to L2_CODE. */
void l2_load(struct l2 *l2, const u32 *from, const u32 *to);
/* Instructions that were written otherwise can be fetched behind it. */
void l2_sync(const u32 *insns, size_t n);

/* Enters it: a hypercall's error, or the vector by which it ended. */
long l2_enter(struct l2 *l2);

/*
 * Instructions of a guest, at file scope: L2_PROGRAM(name, "text"), then l2_load_program(l2, name).
 * They must run at any address.
 */
#define L2_PROGRAM(name, text)								\
	extern const u32 name[], name##_end[];						\
	__asm__(".pushsection .rodata.l2, \"a\"\n\t.balign 4\n"				\
		".globl " #name "\n" #name ":\n\t" text "\n"				\
		".globl " #name "_end\n" #name "_end:\n\t.popsection")
#define l2_load_program(l2, name)	l2_load(l2, name, name##_end)

#endif
