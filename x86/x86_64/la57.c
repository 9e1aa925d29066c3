/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * la57: 5-level paging (SDM volume 3, sections 5.5.4 and 5.7; volume 1, section 3.3.7.1): which
 * addresses are canonical, that all nine bits of the PML5 index are translated, by pages of every
 * size, and what the PML5 entry may hold. Its rights and flags: x86/access. How a CPU gets here:
 * la57-toggle.
 */
#include "case.h"
#include "alloc_page.h"
#include "x86/paging.h"
#include "x86/processor.h"
#include "x86/usermode.h"
#include "x86/vm.h"

#define TOP_SHIFT	48			/* of an address: its PML5 index */
#define RIGHTS		(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)
#define IN_SLOT		0x123456789000ul	/* of what one PML5 entry spans */
#define FREE_SLOT	0x155u			/* of the root table: bit 56 is set */

static u64 *page;

void case_setup(void)
{
	require(this_cpu_has(X86_FEATURE_LA57));
	setup_vm();
	setup_5level_page_table();
	page = alloc_page();
}

/* The canonical address of an offset in a PML5 slot. */
static ulong address_in(unsigned int slot, ulong offset)
{
	return (ulong)((long)((ulong)slot << (TOP_SHIFT + 7)) >> 7) | offset;
}

static int load(ulong address)
{
	return asm_safe("cmpb $0, (%0)", "r" (address));
}

static int store(ulong address)
{
	return asm_safe("movb $1, (%0)", "r" (address));
}

/* A page of its own for the slot, and its entry in the root table. */
static u64 *map_slot(unsigned int slot, ulong *address)
{
	*address = address_in(slot, IN_SLOT);
	paging_install(&paging_5level, current_page_table(), 1, *address,
		       virt_to_phys(page) | RIGHTS, NULL);
	invlpg((void *)*address);
	return current_page_table() + slot;
}

static void expect_page_fault(int vector, ulong address, u32 code, const char *what)
{
	expect_eq_msg(vector, PF_VECTOR, "%s at %#lx", what, address);
	expect_eq_msg(exception_error_code(), code, "%s at %#lx", what, address);
	expect_eq_msg(read_cr2(), address, "%s at %#lx", what, address);
}

/* ---- canonical addresses ---- */

CASE(canonical, "bits 63 to 57 equal bit 56, else #GP(0): each bit, both halves, any access")
{
	for (int half = 0; half < 2; half++) {
		ulong base = address_in(half ? 0x1aa : 0xaa, IN_SLOT);

		for (int bit = 56; bit < 64; bit++) {
			ulong address = base ^ 1ul << bit;

			expect_eq_msg(load(address), GP_VECTOR, "load at %#lx", address);
			expect_eq_msg(exception_error_code(), 0, "load at %#lx", address);
			expect_eq_msg(store(address), GP_VECTOR, "store at %#lx", address);
			expect_eq_msg(exception_error_code(), 0, "store at %#lx", address);
			expect_eq_msg(asm_safe("lock; incq (%0)", "r" (address)), GP_VECTOR,
				      "locked at %#lx", address);
			expect_eq_msg(exception_error_code(), 0, "locked at %#lx", address);
		}
	}
}

CASE(canonical_cr2, "such a fault leaves CR2 alone")
{
	write_cr2(0x1234);
	expect_eq(load(address_in(0xaa, 0) ^ 1ul << 56), GP_VECTOR);
	expect_eq(read_cr2(), 0x1234);
}

CASE(canonical_edges, "the last and the first byte of both halves, and the bytes next to them")
{
	const ulong low_end = 1ul << 56, high = -low_end;

	expect_page_fault(load(low_end - 1), low_end - 1, 0, "load");
	expect_page_fault(load(high), high, 0, "load");
	expect_eq(load(low_end), GP_VECTOR);
	expect_eq(load(high - 1), GP_VECTOR);
}

CASE(canonical_4level, "what 4-level paging refuses is absent here: #PF, the whole address in CR2")
{
	/* Not 47: that is in the root's first entry, which has the tables of before. */
	for (int bit = 48; bit < 56; bit++) {
		ulong address = 1ul << bit | 0x5008;

		expect_page_fault(load(address), address, 0, "load");
		expect_page_fault(store(address), address, PFERR_WRITE_MASK, "store");
		address = -(1ul << bit) - 0x5008;
		expect_page_fault(load(address), address, 0, "load");
		expect_page_fault(store(address), address, PFERR_WRITE_MASK, "store");
	}
}

CASE(msr, "KERNEL_GS_BASE and STAR's targets take addresses of 57 bits")
{
	static const u32 msrs[] = { MSR_KERNEL_GS_BASE, MSR_LSTAR, MSR_CSTAR };
	ulong values[] = { (1ul << 56) - 8, -(1ul << 56), 1ul << 47 };

	for (size_t m = 0; m < ARRAY_SIZE(msrs); m++) {
		u64 old = rdmsr(msrs[m]);

		for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
			expect_eq_msg(wrmsr_safe(msrs[m], values[i]), 0, "MSR %#" PRIx32, msrs[m]);
			expect_eq_msg(rdmsr(msrs[m]), values[i], "MSR %#" PRIx32, msrs[m]);
		}
		wrmsr(msrs[m], old);
	}
}

CASE(invlpg, "INVLPG of 57 bits makes a new entry seen; of an address not canonical does nothing")
{
	ulong address;
	u64 *other = alloc_page(), *entry = map_slot(FREE_SLOT, &address);

	expect_eq(asm_safe("invlpg (%0)", "r" (address ^ 1ul << 60)), 0);
	*page = 1;
	*other = 2;
	expect_eq(*(volatile u64 *)address, 1);
	paging_install(&paging_5level, current_page_table(), 1, address,
		       virt_to_phys(other) | RIGHTS, NULL);
	invlpg((void *)address);
	expect_eq(*(volatile u64 *)address, 2);
	*entry = 0;
	invlpg((void *)address);
	expect_page_fault(load(address), address, 0, "load");
	free_page(other);
}

/* ---- translation ---- */

CASE(mappings, "bits 56 to 48 each select a PML5 entry of its own, and those below go on as before")
{
	unsigned int slots[10];		/* the nine of one bit each, and one more */
	u64 *pages[10];

	for (unsigned int i = 0; i < 10; i++) {
		slots[i] = i == 9 ? 0x1fe : 1u << i;
		pages[i] = alloc_page();
		paging_install(&paging_5level, current_page_table(), 1,
			       address_in(slots[i], IN_SLOT),
			       virt_to_phys(pages[i]) | RIGHTS, NULL);
	}
	for (unsigned int i = 0; i < 10; i++)
		*(volatile u64 *)address_in(slots[i], IN_SLOT + 24) = 0x1111 * i;
	for (unsigned int i = 0; i < 10; i++) {
		expect_eq_msg(pages[i][3], 0x1111 * i, "slot %#x", slots[i]);
		expect_eq_msg(*(volatile u64 *)address_in(slots[i], IN_SLOT + 24), 0x1111 * i,
			      "slot %#x", slots[i]);
	}
	for (unsigned int i = 0; i < 10; i++) {
		current_page_table()[slots[i]] = 0;
		invlpg((void *)address_in(slots[i], IN_SLOT));
		free_page(pages[i]);
	}
}

CASE(sizes, "pages of 4 KiB, 2 MiB and 1 GiB, by the same address bits")
{
	int top = this_cpu_has(X86_FEATURE_GBPAGES) ? 3 : 2;

	for (int level = 1; level <= top; level++) {
		u64 size = paging_size(&paging_5level, level);
		u64 base = virt_to_phys(page) & ~(size - 1);
		ulong address = address_in(FREE_SLOT + level, IN_SLOT & ~(size - 1)) |
				(virt_to_phys(page) & (size - 1));

		*page = 0xabcd + level;
		paging_install(&paging_5level, current_page_table(), level, address,
			       base | RIGHTS | (level > 1 ? PT_PAGE_SIZE_MASK : 0), NULL);
		expect_eq_msg(*(volatile u64 *)address, 0xabcd + level, "level %d", level);
		current_page_table()[FREE_SLOT + level] = 0;
		invlpg((void *)address);
	}
}

CASE(fetch, "code runs there, and returns")
{
	ulong address, result = 0;

	map_slot(FREE_SLOT, &address);
	/* lea (%rip), %rax; ret */
	memcpy(page, (u8 []){ 0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xc3 }, 8);
	asm volatile("call *%1" : "=a" (result) : "r" (address) : "memory", "cc");
	expect_eq(result, address + 7);
	current_page_table()[FREE_SLOT] = 0;
	invlpg((void *)address);
}

static u64 user_load(void)
{
	ulong address;

	asm volatile("" : "=D" (address));	/* the first argument */
	return *(volatile u64 *)address;
}

CASE(user, "ring 3 as well: a load, a fault, and one for an address that is not canonical")
{
	ulong address;
	bool raised;

	map_slot(FREE_SLOT, &address);
	*page = 0x77;
	expect_eq(run_in_user(user_load, PF_VECTOR, address, 0, 0, 0, &raised), 0x77);
	expect(!raised);
	run_in_user(user_load, PF_VECTOR, address + PAGE_SIZE, 0, 0, 0, &raised);
	expect(raised);
	expect_eq(exception_error_code(), PFERR_USER_MASK);
	expect_eq(read_cr2(), address + PAGE_SIZE);
	run_in_user(user_load, GP_VECTOR, address ^ 1ul << 58, 0, 0, 0, &raised);
	expect(raised);
	expect_eq(exception_error_code(), 0);
	current_page_table()[FREE_SLOT] = 0;
	invlpg((void *)address);
}

/* ---- the PML5 entry ---- */

static void check_reserved(u32 compared)
{
	ulong address;
	u64 *entry = map_slot(FREE_SLOT, &address), good = *entry;

	for (int bit = 7; bit < 52; bit++) {
		if (bit != 7 && bit < cpuid_maxphyaddr())
			continue;
		*entry = good | 1ull << bit;
		invlpg((void *)address);
		expect_eq_msg(load(address), PF_VECTOR, "bit %d", bit);
		expect_eq_msg(exception_error_code() & compared,
			      (PFERR_PRESENT_MASK | PFERR_RESERVED_MASK) & compared, "bit %d", bit);
		expect_eq_msg(read_cr2(), address, "bit %d", bit);
		expect_eq_msg(*entry, good | 1ull << bit, "bit %d", bit);
	}
	*entry = 0;
	invlpg((void *)address);
}

CASE(reserved, "PS and address bits that the CPU does not have are reserved: #PF with RSVD")
{
	check_reserved(~PFERR_PRESENT_MASK);
}

CASE(reserved_present, "and with P: the entry is present")
{
	check_reserved(~0u);
}

CASE(ignored, "bits 8 to 11 and 52 to 58 are ignored and kept; D also; A is set")
{
	ulong address;
	u64 *entry = map_slot(FREE_SLOT, &address), good = *entry & ~PT_AD_MASK;

	for (int bit = 6; bit < 59; bit++) {
		if (bit == 7 || (bit >= 12 && bit < 52))
			continue;
		*entry = good | 1ull << bit;
		invlpg((void *)address);
		expect_eq_msg(store(address), 0, "bit %d", bit);
		expect_eq_msg(*entry, good | 1ull << bit | PT_ACCESSED_MASK, "bit %d", bit);
	}
	*entry = good;
	invlpg((void *)address);
	expect_eq(store(address), 0);
	expect_eq(*entry, good | PT_ACCESSED_MASK);
	*entry = 0;
	invlpg((void *)address);
}
