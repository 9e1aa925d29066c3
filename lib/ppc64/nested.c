/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests of a guest: nested.h. One static structure for each, so that a case may leave it anyhow.
 */
#include "alloc_page.h"
#include "asm/io.h"
#include "asm/time.h"
#include "ppc64/nested.h"

#define L2_MAX		16
#define INSN_SC_1	0x44000022u
#define PATE_HR		0x8000000000000000ul	/* the guest's translation is radix: doubleword 0 */
#define RUN_SECONDS	10

/* TLBIE's fields as the call has them, and the scope of rB: all of an LPID (Book III, 6.9.3.3). */
#define TLBIE_RIC_ALL	(2ul << 18)
#define TLBIE_R		(1ul << 16)
#define TLBIE_IS_LPID	(2ul << 10)

#define TABLE_SIZE	(16ul << NESTED_LPID_BITS)

u64 *nested_partition_table;

u64 nested_ptcr(const void *table, unsigned int bits)
{
	/* The size is 2^(12 + PATS) bytes, 16 an entry. */
	return virt_to_phys(table) | (bits + 4 - 12);
}

long nested_set_table(void)
{
	return hcall(H_SET_PARTITION_TABLE, nested_ptcr(nested_partition_table, NESTED_LPID_BITS));
}

void l2_map(struct l2 *l2, u64 ga, const void *page, pteval_t attributes)
{
	assert_msg(ga < L2_PAGES * PAGE_SIZE, "guest address %#" PRIx64, ga);
	l2->level1[ga >> PAGE_SHIFT] =
		page ? __pte(RADIX_VALID | RADIX_LEAF | RADIX_R | RADIX_C | attributes |
			     virt_to_phys(page)) : __pte(0);
	mb();
}

long l2_flush(const struct l2 *l2)
{
	return hcall(H_TLB_INVALIDATE, TLBIE_RIC_ALL | TLBIE_R, (unsigned long)l2->state.lpid,
		     TLBIE_IS_LPID);
}

void l2_sync(const u32 *insns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		__asm__ __volatile__("dcbst 0, %0\n\tsync\n\ticbi 0, %0"
				     : : "r" (insns + i) : "memory");
	__asm__ __volatile__("sync\n\tisync" : : : "memory");
}

void l2_load(struct l2 *l2, const u32 *from, const u32 *to)
{
	size_t n = (size_t)(to - from);

	assert_msg(n <= ARRAY_SIZE(l2->code), "%zu instructions", n);
	memcpy(l2->code, from, n * sizeof(*from));
	l2_sync(l2->code, n);
}

static void make_tables(struct l2 *l2)
{
	l2->root[0] = __pgd(RADIX_VALID | virt_to_phys(l2->level3) | RADIX_TABLE_BITS);
	l2->level3[0] = __pte(RADIX_VALID | virt_to_phys(l2->level2) | RADIX_TABLE_BITS);
	l2->level2[0] = __pte(RADIX_VALID | virt_to_phys(l2->level1) | RADIX_TABLE_BITS);
	l2_map(l2, L2_VECTORS, l2->vectors, L2_RWX);
	l2_map(l2, L2_CODE, l2->code, L2_RWX);
	l2_map(l2, L2_DATA, l2->data, L2_RWX);
}

/* The guest's SC 1 would take SRR0 and SRR1 with it. */
static void make_vectors(struct l2 *l2)
{
	static const u32 insns[] = {
		0x7fda02a6,	/* mfsrr0 r30 */
		0x7ffb02a6,	/* mfsrr1 r31 */
		INSN_SC_1,
	};

	for (size_t i = 0; i < ARRAY_SIZE(l2->vectors); i += 8)
		memcpy(&l2->vectors[i], insns, sizeof(insns));
}

static void make_state(struct l2 *l2, u32 lpid)
{
	bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

	l2->state = (struct hv_guest_state){
		.version = 2,
		.lpid = lpid,
		.lpcr = little ? LPCR_ILE : 0,
		.amor = -1ul,
		.hfscr = HFSCR_FP | HFSCR_VECVSX | HFSCR_DSCR | HFSCR_TAR,
		.hdec_expiry = get_tb() + RUN_SECONDS * tb_hz,
	};
	l2->regs = (struct hv_guest_regs){
		.nip = L2_CODE,
		.msr = MSR_SF | MSR_ME | (little ? MSR_LE : 0),
	};
	for (unsigned int i = 0; i < ARRAY_SIZE(l2->regs.gpr); i++)
		l2->regs.gpr[i] = L2_GPR(i);
}

struct l2 *l2_new(u32 lpid)
{
	static struct l2 *guests[L2_MAX];
	struct l2 *l2;
	u64 *entry;

	assert_msg(lpid && lpid < L2_MAX, "LPID %" PRIu32, lpid);
	if (!nested_partition_table)
		nested_partition_table = memalign_pages(TABLE_SIZE, TABLE_SIZE);
	if (!guests[lpid])
		guests[lpid] = alloc_pages(pages_order(sizeof(*l2)));
	l2 = guests[lpid];
	memset(l2, 0, sizeof(*l2));
	make_tables(l2);
	make_state(l2, lpid);
	make_vectors(l2);
	l2_sync(l2->vectors, ARRAY_SIZE(l2->vectors));
	l2->code[0] = INSN_SC_1;
	l2_sync(l2->code, 1);
	entry = &nested_partition_table[2 * lpid];
	entry[0] = cpu_to_be64(PATE_HR | RADIX_RTS_52 | virt_to_phys(l2->root) | RADIX_ROOT_BITS);
	entry[1] = 0;
	mb();
	l2_flush(l2);
	return l2;
}

long l2_enter(struct l2 *l2)
{
	return hcall(H_ENTER_NESTED, virt_to_phys(&l2->state), virt_to_phys(&l2->regs));
}
