/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * INVPCID's operands and faults (SDM volume 2, INVPCID), with CR4.PCIDE and without: bits 63 to
 * 12 of the descriptor, the type, the address of type 0, the PCID without CR4.PCIDE, and memory
 * that is not there.
 */
#include "pcid.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "x86/usermode.h"
#include "x86/vm.h"

/* RBX or EBX is the type, RAX or EAX the descriptor. */
#define INVPCID		".byte 0x66, 0x0f, 0x38, 0x82, 0x18"
#define INVPCID_EBX_EAX	".byte 0x66, 0x0f, 0x38, 0x82, 0xd8"

struct raw_desc {
	u64 low, address;
};

static int invpcid(ulong type, u64 low, u64 address)
{
	struct raw_desc desc = { low, address };

	return invpcid_safe(type, &desc);
}

static void expect_refused(ulong type, u64 low, u64 address)
{
	expect_eq_msg(invpcid(type, low, address), GP_VECTOR, "type %#lx, %#" PRIx64 " %#" PRIx64,
		      type, low, address);
	expect_eq_msg(exception_error_code(), 0, "type %#lx, %#" PRIx64 " %#" PRIx64,
		      type, low, address);
}

static void expect_taken(ulong type, u64 low, u64 address)
{
	expect_eq_msg(invpcid(type, low, address), 0, "type %#lx, %#" PRIx64 " %#" PRIx64,
		      type, low, address);
}

/* With this PCID, which has to be 0 unless CR4.PCIDE is set. */
static void check_operands(u64 pcid)
{
	for (ulong type = 0; type < INVPCID_TYPES; type++) {
		expect_taken(type, pcid, (ulong)&pcid);
		for (int bit = 12; bit < 64; bit++)
			expect_refused(type, pcid | 1ull << bit, 0);
	}
	for (unsigned int bit = 2; bit < 8 * sizeof(long); bit++)
		expect_refused(1ul << bit, pcid, 0);
	expect_refused(INVPCID_TYPES, 0, 0);
	expect_refused(~0ul, 0, 0);
}

CASE(invpcid_operands, "types above 3, and bits 63 to 12 of the descriptor, are #GP(0)")
{
	require_invpcid();
	check_operands(0);
}

CASE(invpcid_pcid, "without CR4.PCIDE: types 0 and 1 take PCID 0 only, the others ignore it")
{
	require_invpcid();
	for (int bit = 0; bit < 12; bit++) {
		expect_refused(INVPCID_ADDRESS, 1u << bit, 0);
		expect_refused(INVPCID_CONTEXT, 1u << bit, 0);
		expect_taken(INVPCID_ALL, 1u << bit, 0);
		expect_taken(INVPCID_ALL_NOT_GLOBAL, 1u << bit, 0);
	}
}

#ifdef __x86_64__
CASE(invpcid_address, "type 0 wants a canonical address, the others do not look at it")
{
	require_invpcid();
	for (int bit = is_la57_enabled() ? 57 : 48; bit < 64; bit++) {
		expect_refused(INVPCID_ADDRESS, 0, 1ull << bit);
		for (ulong type = INVPCID_CONTEXT; type < INVPCID_TYPES; type++)
			expect_taken(type, 0, 1ull << bit);
	}
}

CASE(invpcid_pcide, "with CR4.PCIDE: the same operands, and every PCID")
{
	require_pcid();
	require_invpcid();
	write_cr4(read_cr4() | X86_CR4_PCIDE);
	check_operands(PCIDS - 1);
	for (u64 pcid = 0; pcid < PCIDS; pcid += 97)
		for (ulong type = 0; type < INVPCID_TYPES; type++)
			expect_taken(type, pcid, 0x1000);
	without_pcide();
}
#endif

CASE(invpcid_forms, "an operand in a register, or LOCK, is invalid")
{
	require_invpcid();
	expect_eq(asm_safe(INVPCID_EBX_EAX, "a" (0), "b" (0)), UD_VECTOR);
	expect_eq(asm_safe("lock; " INVPCID, "a" (&(struct raw_desc){ 0 }), "b" (0)), UD_VECTOR);
}

CASE(invpcid_memory, "a descriptor that is not there: #PF of a read, of the byte that is missing")
{
	u8 *mapped = alloc_vpages(2);

	require_invpcid();
	install_page(current_page_table(), virt_to_phys(alloc_page()), mapped);
	memset(mapped, 0, PAGE_SIZE);
	expect_eq(invpcid_safe(INVPCID_ALL, mapped + PAGE_SIZE - 16), 0);
	expect_eq(invpcid_safe(INVPCID_ALL, mapped + PAGE_SIZE), PF_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cr2(), (ulong)mapped + PAGE_SIZE);
	expect_eq(invpcid_safe(INVPCID_ALL, mapped + PAGE_SIZE - 8), PF_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cr2(), (ulong)mapped + PAGE_SIZE);
}

static struct raw_desc user_desc;

static u64 user_invpcid(void)
{
	asm volatile(INVPCID : : "a" (&user_desc), "b" ((ulong)INVPCID_ALL) : "memory");
	return 1;
}

CASE(invpcid_user, "in ring 3 it is a #GP(0), or #UD without the feature")
{
	bool has = this_cpu_has(X86_FEATURE_INVPCID), raised;

	run_in_user(user_invpcid, has ? GP_VECTOR : UD_VECTOR, 0, 0, 0, 0, &raised);
	expect(raised);
	expect_eq(exception_error_code(), 0);
}
