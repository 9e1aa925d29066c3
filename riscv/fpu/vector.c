/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vector state (V 1.0, chapter 3, and sstatus.VS as FS): off is illegal, a write makes it dirty;
 * vlenb, vtype and its illegal settings; all registers survive what happens between.
 */
#include "case.h"
#include "alloc_page.h"
#include "riscv/isa.h"
#include "fpu.h"
#include "asm/processor.h"

#define VSETVLI_E8	0x0c007557u		/* vsetvli a0, zero, e8, m1, ta, ma */
#define READ_VLENB	0xc2202573u		/* csrr a0, vlenb */
#define READ_VCSR	0x00f02573u
#define READ_VTYPE	0xc2102573u
#define READ_VL		0xc2002573u
#define VADD		0x021080d7u		/* vadd.vv v1, v1, v1 */
#define VLE8		0x02850087u		/* vl1re8.v v1, (a0) */

static void set_state(ulong state)
{
	csr_clear(CSR_SSTATUS, SR_VS);
	csr_set(CSR_SSTATUS, state << SR_VS_SHIFT);
}

static ulong state(void)
{
	return (csr_read(CSR_SSTATUS) & SR_VS) >> SR_VS_SHIFT;
}

static ulong vlenb(void)
{
	ulong value;

	__asm__ __volatile__("csrr %0, 0xc22" : "=r" (value));
	return value;
}

static ulong vtype(void)
{
	ulong value;

	__asm__ __volatile__("csrr %0, 0xc21" : "=r" (value));
	return value;
}

static void begin(void)
{
	require(has_extension("v"));
	set_state(STATE_INITIAL);
}

CASE(vector_off, "with VS off every vector instruction and register is illegal")
{
	static const u32 insns[] = { VSETVLI_E8, READ_VLENB, READ_VCSR, READ_VTYPE,
				     READ_VL,	 VADD,	     VLE8 };

	begin();
	set_state(STATE_OFF);
	require_msg(state() == STATE_OFF, "VS cannot be turned off");
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		expect_eq_msg(try_instruction(insns[i]), EXC_INST_ILLEGAL, "%#" PRIx32, insns[i]);
		expect_eq_msg(state(), STATE_OFF, "%#" PRIx32 ": VS", insns[i]);
	}
}

CASE(vector_dirty, "what writes vector state makes VS dirty, and SD with it")
{
	begin();
	csr_clear(CSR_SSTATUS, SR_FS);
	for (ulong s = STATE_INITIAL; s <= STATE_CLEAN; s++) {
		ulong is;

		set_state(s);
		expect_eq(try_instruction(READ_VLENB), -1);
		is = state();
		expect_eq(is, is == STATE_DIRTY ? is : s);
		expect_eq(csr_read(CSR_SSTATUS) >> 63, is == STATE_DIRTY);
		set_state(s);
		expect_eq(try_instruction(VSETVLI_E8), -1);
		expect_eq_msg(state(), STATE_DIRTY, "VSETVLI");
		set_state(s);
		expect_eq(try_instruction(VADD), -1);
		expect_eq_msg(state(), STATE_DIRTY, "VADD.VV");
		expect_eq(csr_read(CSR_SSTATUS) >> 63, 1);
	}
}

CASE(vlenb, "vlenb is a power of two, 128 bits or more, 65536 or less")
{
	begin();
	expect_eq(vlenb() & (vlenb() - 1), 0);
	expect_ge(vlenb(), 16);
	expect_le(vlenb(), 8192);
	metric("vlen", vlenb() * 8, "bits");
}

CASE(vtype,
     "VSETVL takes what is defined, and sets vill and vl = 0 for what is reserved (section 3.4)")
{
	begin();
	for (ulong type = 0; type < 0x200; type++) {
		ulong lmul = type & 7, sew = type >> 3 & 7, vl = 77;
		bool reserved = lmul == 4 || sew > 3 || type >> 8;

		__asm__ __volatile__(".insn r 0x57, 7, 0x40, %0, zero, %1" : "=r"(vl) : "r"(type));
		/* A fraction of a register need not hold the wider elements. */
		if (lmul > 4 && !reserved && (vtype() >> 63))
			continue;
		expect_eq_msg(vtype(), reserved ? 1ul << 63 : type, "vtype %#lx", type);
		if (reserved)
			expect_eq_msg(vl, 0, "vtype %#lx", type);
		else if (lmul < 4)
			expect_eq_msg(vl, (vlenb() >> sew) << lmul, "vtype %#lx", type);
	}
}

CASE(vill, "with vill set what depends on vtype is illegal, whole register moves are not")
{
	static u8 buffer[32 * 64] __aligned(64);
	ulong vl;

	begin();
	__asm__ __volatile__(".insn r 0x57, 7, 0x40, %0, zero, %1" : "=r" (vl) : "r" (0x100ul));
	expect_eq(try_instruction(VADD), EXC_INST_ILLEGAL);
	require(vlenb() <= 64);
	vector_store(buffer, vlenb());
	expect_eq(state() != STATE_OFF, true);
}

CASE(vector_kept, "all 32 registers survive traps, interrupts, firmware, user mode and other harts")
{
	u8 *wanted, *got;
	size_t size;

	begin();
	size = 32 * vlenb();
	wanted = alloc_pages(pages_order(size));
	got = alloc_pages(pages_order(size));
	for (size_t i = 0; i < n_disturbances; i++) {
		for (size_t n = 0; n < size; n++)
			wanted[n] = (u8)(n * 7 + n / 251 + i);
		set_state(STATE_INITIAL);
		vector_load(wanted, vlenb());
		disturbances[i].disturb();
		vector_store(got, vlenb());
		expect_mem(got, wanted, size);
		expect_eq_msg(state(), STATE_DIRTY, "%s: VS", disturbances[i].name);
	}
	free_pages(wanted);
	free_pages(got);
}
