/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DIAGNOSE, as hypervisors of the KVM and QEMU kind define it (Linux:
 * Documentation/virt/kvm/s390/s390-diag.rst; QEMU: target/s390x/diag.c and kvm's handlers, of which
 * the operands are public): 0x10 release pages, 0x44 and 0x9c yield, 0x288 watchdog, 0x308 IPL
 * parameters, 0x318 control-program name, 0x500 virtio. A code that is not offered, and operands
 * that are wrong, are specification exceptions; in problem state all are privileged operations
 * (Principles of Operation, chapter 10).
 *
 * Codes that a hypervisor may lack are skipped where their right form is a specification exception.
 * The subcodes of 0x308 that end the machine are not for here.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/css.h"
#include "s390x/hardware.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "s390x/try-insn.h"
#include "asm/memory_areas.h"

#define DIAG(r1, r3, code)	INSN4(0x83000000u | (r1) << 20 | (r3) << 16 | (code))

void case_setup(void)
{
	require(host_is_qemu());
}

/* With general registers 0 to 5. */
static u16 diag_grs(unsigned int code, unsigned int r1, unsigned int r3, u64 grs[TRY_INSN_GRS])
{
	return try_insn(DIAG(r1, r3, code), grs, NULL);
}

/* Registers 2 and 3 are the operands. */
static u16 diag(unsigned int code, u64 gr2, u64 gr3)
{
	u64 grs[TRY_INSN_GRS] = { [2] = gr2, [3] = gr3 };

	return diag_grs(code, 2, 3, grs);
}

static const unsigned int offered[] = { 0x10,  0x44,  0x9c,  0x258, 0x260, 0x288,
					0x308, 0x318, 0x320, 0x500, 0x501 };

static bool is_offered(unsigned int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(offered); i++)
		if (offered[i] == code)
			return true;
	return false;
}

CASE(unknown, "codes that are not offered: specification, of the instruction's length, registers "
	      "stay")
{
	for (unsigned int code = 0; code < 0x600; code++) {
		u64 grs[TRY_INSN_GRS] = { 1, 2, 3, 4, 5, 6 };

		if (is_offered(code))
			continue;
		if (!expect_eq_msg(diag_grs(code, 2, 4, grs), PGM_INT_CODE_SPECIFICATION,
				   "code %#x", code))
			continue;
		expect_eq(pgm_record()->ilc, 4);
		for (int i = 0; i < TRY_INSN_GRS; i++)
			expect_eq(grs[i], i + 1);
	}
}

CASE(code_bits, "the code is bits 48 to 63 of base and displacement")
{
	u64 grs[TRY_INSN_GRS] = { [5] = 0x7ffffffffff00000ull | 0x40 };

	expect_eq(try_insn(INSN4(0x83005004), grs, NULL), 0);
	grs[5] = 0x4000;
	expect_eq(try_insn(INSN4(0x83005044), grs, NULL), PGM_INT_CODE_SPECIFICATION);
}

CASE(problem_state, "every code in problem state: privileged operation")
{
	for (unsigned int code = 0; code < 0x600; code++) {
		u64 grs[TRY_INSN_GRS] = { 0 };

		expect_eq_msg(try_insn_as_problem(DIAG(2, 4, code), grs, NULL),
			      PGM_INT_CODE_PRIVILEGED_OPERATION, "code %#x", code);
	}
}

CASE(yield, "0x44: the CPU goes on, registers stay")
{
	u64 grs[TRY_INSN_GRS] = { 1, 2, 3, 4, 5, 6 };

	for (int i = 0; i < 100; i++)
		expect_eq(diag_grs(0x44, 2, 3, grs), 0);
	for (int i = 0; i < TRY_INSN_GRS; i++)
		expect_eq(grs[i], i + 1);
}

CASE(yield_to, "0x9c: to itself, to another CPU, to one that is not there, the CPU goes on")
{
	u64 grs[TRY_INSN_GRS] = { [2] = cpus[0].addr };
	u16 code = diag_grs(0x9c, 2, 0, grs);

	require_msg(code != PGM_INT_CODE_SPECIFICATION, "DIAG 0x9c is not offered");
	expect_eq(code, 0);
	for (int i = 1; i < smp_query_num_cpus(); i++)
		expect_eq_msg(diag(0x9c, cpus[i].addr, 0), 0, "CPU %d", i);
	expect_eq(diag(0x9c, 0xfff0, 0), 0);
}

CASE(release, "0x10: pages are released and there again; addresses that are no pages, or out of "
	      "order: specification")
{
	u8 *pages = alloc_pages_flags(1, AREA_DMA31);
	u16 code = diag(0x10, (u64)pages, (u64)pages + 4096);

	require_msg(code != PGM_INT_CODE_SPECIFICATION, "DIAG 0x10 is not offered");
	expect_eq(code, 0);
	pages[0] = 0x77;
	expect_eq(pages[0], 0x77);
	expect_eq(diag(0x10, (u64)pages + 8, (u64)pages + 4096), PGM_INT_CODE_SPECIFICATION);
	expect_eq(diag(0x10, (u64)pages, (u64)pages + 4104), PGM_INT_CODE_SPECIFICATION);
	expect_eq(diag(0x10, (u64)pages + 4096, (u64)pages), PGM_INT_CODE_SPECIFICATION);
	expect_eq(diag(0x10, 0, 4096), PGM_INT_CODE_SPECIFICATION);
	free_pages(pages);
}

/* ---- 0x288 ---- */

enum { WDT_INIT, WDT_CHANGE, WDT_CANCEL };

/* Function, time, action in registers 2, 3 and 1 (R1 = 2 and its pair, R3 = 4). */
static u16 watchdog(u64 function, u64 seconds, u64 action)
{
	u64 grs[TRY_INSN_GRS] = { [2] = function, [3] = seconds, [4] = action };

	return diag_grs(0x288, 2, 4, grs);
}

CASE(watchdog, "0x288: a watchdog is set, changed and cancelled")
{
	require_msg(watchdog(WDT_INIT, 60, 0) == 0, "there is no watchdog");
	expect_eq(watchdog(WDT_CHANGE, 30, 0), 0);
	expect_eq(watchdog(WDT_CANCEL, 0, 0), 0);
	expect_eq(watchdog(WDT_CANCEL, 0, 0), PGM_INT_CODE_SPECIFICATION);
}

CASE(watchdog_operands, "0x288: less than 15 seconds, an unknown function, an odd register, a "
			"change of none: specification")
{
	require_msg(watchdog(WDT_INIT, 60, 0) == 0, "there is no watchdog");
	expect_eq(watchdog(WDT_CHANGE, 14, 0), PGM_INT_CODE_SPECIFICATION);
	expect_eq(watchdog(WDT_CHANGE, 15, 0), 0);
	expect_eq(watchdog(WDT_CANCEL, 0, 0), 0);
	expect_eq(watchdog(WDT_INIT, 14, 0), PGM_INT_CODE_SPECIFICATION);
	expect_eq(watchdog(3, 60, 0), PGM_INT_CODE_SPECIFICATION);
	expect_eq(watchdog(WDT_CHANGE, 60, 0), PGM_INT_CODE_SPECIFICATION);
}

CASE(watchdog_odd, "0x288 with an odd first register: specification")
{
	u64 grs[TRY_INSN_GRS] = { [1] = WDT_INIT, [2] = 60 };
	u16 code = diag_grs(0x288, 1, 4, grs);

	watchdog(WDT_CANCEL, 0, 0);
	expect_eq(code, PGM_INT_CODE_SPECIFICATION);
}

/* ---- 0x308 ---- */

CASE(ipl_subcodes, "0x308: subcodes that are assigned to nothing, and bits above them: "
		   "specification")
{
	static const u64 bad[] = { 2, 7, 11, 12, 0x7f, 0x1234, 0x10005, 0x100000006 };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_eq_msg(diag(0x308, 0, bad[i]), PGM_INT_CODE_SPECIFICATION,
			      "subcode %#" PRIx64, bad[i]);
}

CASE(ipl_operands, "0x308 set and store: an odd register or an address that is no page: "
		   "specification; no memory: addressing")
{
	u8 *block = alloc_pages_flags(0, AREA_DMA31);
	u64 grs[TRY_INSN_GRS] = { [1] = (u64)block, [3] = 6 };

	expect_eq(diag_grs(0x308, 1, 3, grs), PGM_INT_CODE_SPECIFICATION);
	for (u64 subcode = 5; subcode <= 6; subcode++) {
		u64 regs[TRY_INSN_GRS] = { [2] = (u64)block + 8, [4] = subcode };

		expect_eq_msg(diag_grs(0x308, 2, 4, regs), PGM_INT_CODE_SPECIFICATION, "subcode %d",
			      (int)subcode);
		regs[2] = 0x7ffffffff000;
		expect_eq_msg(diag_grs(0x308, 2, 4, regs), PGM_INT_CODE_ADDRESSING, "subcode %d",
			      (int)subcode);
	}
	free_pages(block);
}

CASE(ipl_set_invalid, "0x308 set: a block whose length is wrong has response code 0x0402")
{
	u8 *block = alloc_pages_flags(0, AREA_DMA31);
	u64 grs[TRY_INSN_GRS] = { [2] = (u64)block, [3] = 0x5a5a, [4] = 5 };

	memset(block, 0, 4096);
	expect_eq(diag_grs(0x308, 2, 4, grs), 0);
	expect_eq(grs[3], 0x0402);
	expect_eq(grs[2], (u64)block);
	free_pages(block);
}

/* ---- 0x318 ---- */

CASE(cpnc, "0x318: takes a control-program name where SCLP announces it, else specification")
{
	u64 grs[TRY_INSN_GRS] = { [2] = 0x0100000000000000 };

	if (sclp_facilities.has_diag318)
		expect_eq(diag_grs(0x318, 2, 0, grs), 0);
	else
		expect_eq(diag_grs(0x318, 2, 0, grs), PGM_INT_CODE_SPECIFICATION);
}

/* ---- 0x500 ---- */

#define VIRTIO_NOTIFY	3
#define EINVAL		22

static s64 virtio(u64 function, u64 schid, u64 queue)
{
	u64 grs[TRY_INSN_GRS] = { [1] = function, [2] = schid, [3] = queue };

	expect_eq(diag_grs(0x500, 0, 0, grs), 0);
	return (s64)grs[2];
}

CASE(virtio_unknown, "0x500: an unknown function is refused, by a specification exception or "
		     "EINVAL")
{
	static const u64 functions[] = { 5, 0x7fff, 0x100000003 };

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		u64 grs[TRY_INSN_GRS] = { [1] = functions[i], [2] = 0x1234 };
		u16 code = diag_grs(0x500, 0, 0, grs);

		if (code)
			expect_eq_msg(code, PGM_INT_CODE_SPECIFICATION, "function %#" PRIx64,
				      functions[i]);
		expect_eq_msg(grs[2], code ? 0x1234 : (u64)-EINVAL,
			      "register 2, function %#" PRIx64, functions[i]);
	}
}

CASE(storage_limit, "0x500 storage limit, where it is offered: the last address that memory may "
		    "have")
{
	u64 grs[TRY_INSN_GRS] = { [1] = 4 };
	u16 code = diag_grs(0x500, 0, 0, grs);

	require_msg(code != PGM_INT_CODE_SPECIFICATION, "the storage limit is not offered");
	expect_eq(code, 0);
	expect_eq(grs[2] & 0xfff, 0xfff);
	expect_ge(grs[2], get_ram_size() - 1);
}

CASE(virtio_notify, "0x500 notification: a subchannel that is not there, or a queue that can not "
		    "be, is EINVAL")
{
	expect_eq(virtio(VIRTIO_NOTIFY, SCHID_ONE | 0xffff, 0), (u64)-EINVAL);
	expect_eq(virtio(VIRTIO_NOTIFY, 0, 0), (u64)-EINVAL);
	expect_eq(virtio(VIRTIO_NOTIFY, css_enumerate(), 0xffff), (u64)-EINVAL);
}

