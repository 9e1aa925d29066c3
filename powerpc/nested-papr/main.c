/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PAPR's own interface to nested guests, H_GUEST_* (Linux'
 * Documentation/arch/powerpc/kvm-nested.rst, arch/powerpc/include/asm/hvcall.h): the hypervisor
 * keeps the state of a guest's virtual CPUs, the guest hypervisor reads and writes it by buffers of
 * elements. In either byte order. Partitions and programs are those of lib/ppc64/nested.h.
 */
#include "case.h"
#include "gsb.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/time.h"
#include "ppc64/nested.h"

static u64 capabilities;

/* Capabilities are set once in a machine, before anything else. */
void case_setup(void)
{
	long ret;

	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
	ret = guest_call(H_GUEST_GET_CAPABILITIES, 0, 0, 0, &capabilities);
	require_msg(ret != H_FUNCTION, "the hypervisor has no H_GUEST_GET_CAPABILITIES");
	if (expect_eq(ret, H_SUCCESS))
		guest_call(H_GUEST_SET_CAPABILITIES, 0, capabilities, 0, NULL);
}

CASE(capabilities,
     "H_GUEST_GET_CAPABILITIES names a processor, this one among them; flags are refused")
{
	unsigned long version = mfspr(SPR_PVR) & PVR_VERSION_MASK;

	expect_ne(capabilities & (GUEST_CAP_POWER9 | GUEST_CAP_POWER10), 0);
	if (version == PVR_VER_POWER9)
		expect_ne(capabilities & GUEST_CAP_POWER9, 0);
	if (version == PVR_VER_POWER10)
		expect_ne(capabilities & GUEST_CAP_POWER10, 0);
	expect_lt(guest_call(H_GUEST_GET_CAPABILITIES, 1, 0, 0, NULL) + 1000, 1000);
}

CASE(capabilities_twice, "H_GUEST_SET_CAPABILITIES a second time is H_STATE")
{
	expect_eq(guest_call(H_GUEST_SET_CAPABILITIES, 0, capabilities, 0, NULL), H_STATE);
}

CASE(create_delete,
     "guests have IDs of their own; one that is deleted is gone, and H_P2 from then on")
{
	unsigned long one = fresh_guest(), two = another_guest();

	expect_ne(one, two);
	expect_eq(guest_call(H_GUEST_DELETE, 0, one, 0, NULL), H_SUCCESS);
	expect_eq(guest_call(H_GUEST_DELETE, 0, one, 0, NULL), H_P2);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, one, 0, NULL), H_P2);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, two, 0, NULL), H_SUCCESS);
}

CASE(delete_all, "H_GUEST_DELETE of all guests: they are gone, and there can be new ones")
{
	unsigned long one = fresh_guest(), two = another_guest();

	expect_eq(guest_call(H_GUEST_DELETE, GUEST_ALL, 0, 0, NULL), H_SUCCESS);
	expect_eq(guest_call(H_GUEST_DELETE, 0, one, 0, NULL), H_P2);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, two, 0, NULL), H_P2);
	fresh_vcpu();
}

CASE(create_wrong, "H_GUEST_CREATE with a flag, or to go on with what was not begun, is refused")
{
	u64 guest = 0;

	expect_eq(guest_call(H_GUEST_CREATE, 1, -1ul, 0, &guest), H_UNSUPPORTED_FLAG);
	expect_eq(guest_call(H_GUEST_CREATE, 0, 0, 0, &guest), H_P2);
}

CASE(vcpu_wrong, "H_GUEST_CREATE_VCPU: flags, no such guest, one that is there already")
{
	unsigned long guest = fresh_guest();

	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 1, guest, 0, NULL), H_UNSUPPORTED_FLAG);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest + 77, 0, NULL), H_P2);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 0, NULL), H_SUCCESS);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 0, NULL), H_IN_USE);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 1, NULL), H_SUCCESS);
}

CASE(vcpu_order, "a virtual CPU that is not the next one is created, or refused by H_P3")
{
	unsigned long guest = fresh_guest();
	long ret = guest_call(H_GUEST_CREATE_VCPU, 0, guest, 3, NULL);

	expect_msg(ret == H_SUCCESS || ret == H_P3, "%ld", ret);
	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 0, NULL), H_SUCCESS);
}

CASE(vcpu_limit, "virtual CPU 2048 and on do not exist: H_P3")
{
	unsigned long guest = fresh_guest();

	expect_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 2048, NULL), H_P3);
}

/* ---- state ---- */

CASE(state_words, "what H_GUEST_SET_STATE sets H_GUEST_GET_STATE gets: registers of pattern")
{
	unsigned long guest = fresh_vcpu();
	u64 value = 0;

	gsb_start();
	for (u16 i = 0; i < 32; i++)
		gsb_add_word((u16)(GSID_GPR0 + i), L2_GPR(i));
	gsb_add_word(GSID_LR, L2_GPR(40));
	gsb_add_word(GSID_CTR, L2_GPR(41));
	for (u16 i = 0; i < 4; i++)
		gsb_add_word((u16)(GSID_SPRG0 + i), L2_GPR(50 + i));
	insist_eq(gsb_set(0, guest, 0, NULL), H_SUCCESS);
	gsb_start();
	for (u16 i = 0; i < 32; i++)
		gsb_add_word((u16)(GSID_GPR0 + i), 0);
	gsb_add_word(GSID_LR, 0);
	gsb_add_word(GSID_CTR, 0);
	for (u16 i = 0; i < 4; i++)
		gsb_add_word((u16)(GSID_SPRG0 + i), 0);
	insist_eq(gsb_get(0, guest, 0, NULL), H_SUCCESS);
	for (u16 i = 0; i < 32; i++) {
		expect(gsb_find(gsb, (u16)(GSID_GPR0 + i), &value));
		expect_eq_msg(value, L2_GPR(i), "r%u", i);
	}
	expect(gsb_find(gsb, GSID_LR, &value) && value == L2_GPR(40));
	expect(gsb_find(gsb, GSID_CTR, &value) && value == L2_GPR(41));
	for (u16 i = 0; i < 4; i++) {
		expect(gsb_find(gsb, (u16)(GSID_SPRG0 + i), &value));
		expect_eq_msg(value, L2_GPR(50 + i), "SPRG%u", i);
	}
}

CASE(state_separate, "virtual CPUs have state of their own")
{
	unsigned long guest = fresh_vcpu();
	u64 value = 0;

	insist_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 1, NULL), H_SUCCESS);
	for (unsigned long vcpu = 0; vcpu < 2; vcpu++) {
		gsb_start();
		gsb_add_word(GSID_GPR0, L2_GPR(vcpu));
		expect_eq(gsb_set(0, guest, vcpu, NULL), H_SUCCESS);
	}
	for (unsigned long vcpu = 0; vcpu < 2; vcpu++) {
		gsb_start();
		gsb_add_word(GSID_GPR0, 0);
		expect_eq(gsb_get(0, guest, vcpu, NULL), H_SUCCESS);
		expect(gsb_find(gsb, GSID_GPR0, &value) && value == L2_GPR(vcpu));
	}
}

CASE(element_wrong,
     "an element that is none, or of the wrong size, or not to set: its error, R4 which")
{
	unsigned long guest = fresh_vcpu();
	u64 index = -1ul;

	gsb_start();
	gsb_add_word(GSID_GPR0, 1);
	gsb_add_word(0x7777, 1);
	expect_eq(gsb_set(0, guest, 0, &index), H_INVALID_ELEMENT_ID);
	expect_eq(index, 1);
	gsb_start();
	gsb_add_bytes(GSID_GPR0, 4);
	expect_eq(gsb_set(0, guest, 0, &index), H_INVALID_ELEMENT_SIZE);
	expect_eq(index, 0);
	gsb_start();
	gsb_add_word(GSID_HDAR, 1);
	expect_eq(gsb_set(0, guest, 0, &index), H_INVALID_ELEMENT_ID);
	expect_eq(index, 0);
	gsb_start();
	gsb_add_word(GSID_GPR0, 1);
	expect_eq(gsb_set(GUEST_WIDE, guest, 0, &index), H_INVALID_ELEMENT_ID);
	expect_eq(index, 0);
}

CASE(element_refused,
     "an element that is none, of the wrong size, not to set, or not the guest's is refused")
{
	static const struct {
		unsigned long flags;
		u16 id, size;
	} wrong[] = {
		{ 0, 0x7777, 8 }, { 0, GSID_GPR0, 4 }, { 0, GSID_GPR0, 16 }, { 0, GSID_HDAR, 8 },
		{ GUEST_WIDE, GSID_GPR0, 8 }, { 0, GSID_PARTITION_TABLE, 24 },
	};
	unsigned long guest = fresh_vcpu();
	u64 value = 0;

	gsb_start();
	gsb_add_word(GSID_GPR0, L2_GPR(0));
	insist_eq(gsb_set(0, guest, 0, NULL), H_SUCCESS);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		gsb_start();
		gsb_add_bytes(wrong[i].id, wrong[i].size);
		expect_msg(gsb_set(wrong[i].flags, guest, 0, NULL) < 0, "element %#x of %u bytes",
			   wrong[i].id, wrong[i].size);
	}
	gsb_start();
	gsb_add_word(GSID_GPR0, 0);
	expect_eq(gsb_get(0, guest, 0, NULL), H_SUCCESS);
	expect(gsb_find(gsb, GSID_GPR0, &value) && value == L2_GPR(0));
}

CASE(state_no_guest, "the state of a guest that does not exist: H_P2")
{
	unsigned long guest = fresh_vcpu();

	gsb_start();
	gsb_add_word(GSID_GPR0, 1);
	expect_eq(gsb_set(0, guest + 77, 0, NULL), H_P2);
	expect_eq(gsb_get(0, guest + 77, 0, NULL), H_P2);
}

CASE(state_no_vcpu, "the state of a virtual CPU that does not exist is refused: H_P3")
{
	unsigned long guest = fresh_vcpu();

	gsb_start();
	gsb_add_word(GSID_GPR0, 1);
	expect_eq(gsb_set(0, guest, 9, NULL), H_P3);
}
