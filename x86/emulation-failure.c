/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that KVM's emulator cannot do (Linux, Documentation/virt/kvm/api.rst, KVM_EXIT_INTERNAL_ERROR and
 * KVM_CAP_EXIT_ON_EMULATION_FAILURE): the exit is KVM_INTERNAL_ERROR_EMULATION, the bytes that it reports are those at RIP, RIP is
 * that of the instruction, nothing has changed, and the guest goes on when user space lets it. Emulation is provoked by
 * an access to MMIO by an instruction that the emulator does not know: POPCNT of a hole.
 */
#include "hostcall.h"
#include "x86/processor.h"
#include "asm/io.h"

#define HOLE			0xd8000000u	/* nobody's */
#define SUBERROR_EMULATION	1		/* KVM_INTERNAL_ERROR_EMULATION */
#define FLAG_BYTES		1		/* KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES */
#define CAP_EXIT_ON_FAILURE	204		/* KVM_CAP_EXIT_ON_EMULATION_FAILURE */

static struct hostop_error error;

static void begin(void)
{
	u64 rets[HOSTOP_RETS];

	require_hostop(HOSTOP_ON_ERROR);
	require_hostop(HOSTOP_CAP_ENABLE);
	require(this_cpu_has(X86_FEATURE_POPCNT));
	insist_eq(hostop_get(rets, HOSTOP_CAP_CHECK, CAP_EXIT_ON_FAILURE), 0);
	require_msg(rets[0], "this KVM has no KVM_CAP_EXIT_ON_EMULATION_FAILURE");
	insist_eq(hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_FAILURE, 1), 0);
}

/* POPCNT (%edi/%rdi), %eax; then a NOP whose bytes are easily told from others. */
#define POPCNT	".byte 0xf3, 0x0f, 0xb8, 0x07\n"
extern const u8 failing[], behind[];
asm(".pushsection .text\n"
    "failing:\n\t" POPCNT
    "behind:\n\t.byte 0x0f, 0x1f, 0x84, 0x00, 0x11, 0x22, 0x33, 0x44\n\tret\n"
    ".popsection");

/* Calls it with a pattern in registers. True if none changed. */
static bool fail(void)
{
	unsigned long a = 0xa1a1a1a1, d = 0xd2d2d2d2, s = 0x53535353;
	void *to = phys_to_virt(HOLE);

	asm volatile("call failing" : "+a" (a), "+d" (d), "+S" (s), "+D" (to) : : "memory", "cc");
	return a == 0xa1a1a1a1 && d == 0xd2d2d2d2 && s == 0x53535353 && to == phys_to_virt(HOLE);
}

static void expect_error(void)
{
	insist_eq(hostop_data(&error, sizeof(error), NULL, HOSTOP_LAST_ERROR, HOSTOP_SELF), 0);
	expect_eq(error.suberror, SUBERROR_EMULATION);
	expect_eq(error.rip, (unsigned long)failing);
	expect_eq(error.flags & FLAG_BYTES, FLAG_BYTES);
	/* As many as there are, up to the longest instruction. */
	expect_ge(error.insn_size, behind - failing);
	expect_le(error.insn_size, 15);
	expect_mem(error.insn, failing, error.insn_size < 12 ? error.insn_size : 12);
}

CASE(skipped, "user space passes over it: the error names RIP and the bytes there, and nothing else has changed")
{
	begin();
	insist_eq(hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_SKIP, behind - failing), 0);
	expect(fail());
	expect_error();
	hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_END);
}

CASE(injected, "user space injects #UD: it comes at that instruction")
{
	u32 vector;

	begin();
	insist_eq(hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_UD), 0);
	asm volatile(ASM_TRY("1f") POPCNT "1:" : : "D" (phys_to_virt(HOLE)) : "eax", "memory", "cc");
	vector = exception_vector();
	hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_END);
	expect_eq(vector, UD_VECTOR);
}

CASE(again, "every time, not only the first")
{
	begin();
	for (int i = 0; i < 20; i++) {
		insist_eq(hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_SKIP, behind - failing), 0);
		expect(fail());
		expect_error();
	}
	hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_END);
}
