/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watchpoint exceptions (Arm ARM, DDI 0487, D2.10): which bytes by BAS and MASK, loads and stores,
 * EL1 and EL0; the access has not happened, ELR_EL1 is at it, FAR_EL1 between the access' first
 * byte and the last that is watched.
 */
#include "case.h"
#include "debug.h"

/* ESR_EL1 of a watchpoint: a CPU may also say in 23:15 which one it was. */
#define ISS_KNOWN	0x7fffu

static u8 area[8192] __aligned(8192);
static u64 at;

/* Each says its own address; X1 is the address of data. */
#define ACCESS(insn)									\
	asm volatile("adr %[here], 1111f\n\tstr %[here], %[at]\n1111: " insn		\
		     "\n1112:\n\t" __ASM_EX_ENTRY("1111b", "1112b", EX_TRY)		\
		     : [value] "+r"(value), [here] "=&r"(here), [at] "=m"(at)		\
		     : [p] "r"(p)							\
		     : "memory")

/* The value that was loaded, or was to be stored. */
static u64 make_access(u64 p, unsigned int size, bool store)
{
	u64 value = 0x5555555555555555, here;

	exception_record()->raised = false;
	switch (size * 2 + store) {
	case 2: ACCESS("ldrb %w[value], [%[p]]"); break;
	case 3: ACCESS("strb %w[value], [%[p]]"); break;
	case 4: ACCESS("ldrh %w[value], [%[p]]"); break;
	case 5: ACCESS("strh %w[value], [%[p]]"); break;
	case 8: ACCESS("ldr %w[value], [%[p]]"); break;
	case 9: ACCESS("str %w[value], [%[p]]"); break;
	case 16: ACCESS("ldr %[value], [%[p]]"); break;
	case 17: ACCESS("str %[value], [%[p]]"); break;
	}
	return value;
}

static void watch(unsigned int n, u64 address, u64 control)
{
	debug_write(WVR, n, address);
	debug_write(WCR, n, control);
}

/* The access under watchpoint 0 with control. hit: it must stop; last: the last watched byte. */
static void try_access(u64 control, u64 p, unsigned int size, bool store, bool hit, u64 last)
{
	struct exception_record *e = exception_record();
	u64 value;

	debug_write(WCR, 0, 0);
	memset((void *)(p & ~15ul), 0xaa, 32);
	debug_write(WCR, 0, control);
	value = make_access(p, size, store);
	debug_write(WCR, 0, 0);
	expect_eq_msg(e->raised, hit, "control %#" PRIx64 ": %u bytes at %#" PRIx64 ", store %d",
		      control, size, p & 0x1fff, store);
	if (!hit || !e->raised)
		return;
	expect_eq(e->vector, EL1H_SYNC);
	expect_eq(e->esr & ~((u64)ESR_ELx_ISS_MASK & ~(u64)ISS_KNOWN),
		  ESR(ESR_ELx_EC_WATCHPT_CUR, FSC_DEBUG | (store ? ESR_ELx_WNR : 0)));
	expect_eq(e->elr, at);
	expect_ge(e->far, p);
	expect_le(e->far, MIN(p + size - 1, last));
	expect_eq(value, 0x5555555555555555);
	expect_eq(*(u8 *)p, 0xaa);
}

/*
 * All aligned accesses within the doubleword, and the doubleword behind it, which is not watched.
 */
static void try_bytes(u64 control, unsigned int bas)
{
	u64 base = (u64)area + 64;

	for (unsigned int size = 1; size <= 8; size *= 2)
		for (unsigned int offset = 0; offset <= 8; offset += size) {
			unsigned int touched = offset < 8 ? ((1u << size) - 1) << offset & bas : 0;
			u64 last = touched ? base + 31 - __builtin_clz(touched) : 0;

			try_access(control, base + offset, size, false,
				   touched && (control & WCR_LOAD), last);
			try_access(control, base + offset, size, true,
				   touched && (control & WCR_STORE), last);
		}
}

static const u8 masks[] = { 0xff, 0x0f, 0xf0, 0x01, 0x80, 0x18, 0x3c };

CASE(watch_bytes, "BAS: every aligned access of 1 to 8 bytes, as a load and as a store, stops if "
		  "it touches a watched byte, and else not")
{
	debug_start();
	debug_write(WVR, 0, (u64)area + 64);
	for (size_t i = 0; i < ARRAY_SIZE(masks); i++)
		try_bytes(CR_E | CR_PRIVILEGED | WCR_LOAD | WCR_STORE | WCR_BAS(masks[i]),
			  masks[i]);
	debug_stop();
}

CASE(watch_kinds, "LSC: loads alone, stores alone, neither of the other")
{
	debug_start();
	debug_write(WVR, 0, (u64)area + 64);
	try_bytes(CR_E | CR_PRIVILEGED | WCR_LOAD | WCR_BAS(0xff), 0xff);
	try_bytes(CR_E | CR_PRIVILEGED | WCR_STORE | WCR_BAS(0xff), 0xff);
	debug_stop();
}

CASE(watch_mask, "MASK: ranges of 8 bytes to 4 KiB, their first and last bytes and those around")
{
	u64 base = (u64)area + 4096;

	debug_start();
	for (unsigned int bits = 3; bits <= 12; bits++) {
		u64 control = CR_E | CR_PRIVILEGED | WCR_LOAD | WCR_STORE | WCR_BAS(0xff) |
			      WCR_MASK(bits);
		u64 first = base & ~((1ul << bits) - 1), last = first + (1ul << bits) - 1;

		debug_write(WVR, 0, first);
		try_access(control, first, 1, false, true, last);
		try_access(control, last, 1, true, true, last);
		try_access(control, first - 1, 1, false, false, 0);
		if (bits < 12)
			try_access(control, last + 1, 1, true, false, 0);
	}
	debug_stop();
}

CASE(watch_each, "each watchpoint that there is")
{
	debug_start();
	for (unsigned int n = 0; n < watchpoints(); n++) {
		watch(n, (u64)area + 8 * n, CR_E | CR_PRIVILEGED | WCR_STORE | WCR_BAS(0xff));
		make_access((u64)area + 8 * n, 8, true);
		expect_msg(exception_record()->raised, "watchpoint %u", n);
		expect_eq_msg(exception_record()->far & ~7ul, (u64)area + 8 * n, "watchpoint %u",
			      n);
		watch(n, 0, 0);
		make_access((u64)area + 8 * n, 8, true);
		expect_msg(!exception_record()->raised, "watchpoint %u, off", n);
	}
	debug_stop();
}

static bool watched(u64 address, u64 control, u64 mdscr, bool masked, bool locked)
{
	bool raised;

	debug_start();
	watch(0, address, control | CR_PRIVILEGED | WCR_LOAD | WCR_STORE | WCR_BAS(0xff));
	set_mdscr(mdscr);
	set_os_lock(locked);
	if (masked)
		asm volatile("msr daifset, #8" : : : "memory");
	make_access((u64)area, 8, true);
	raised = exception_record()->raised;
	set_os_lock(false);
	debug_stop();
	return raised;
}

CASE(watch_off,
     "no watchpoint without E, MDE, KDE, with PSTATE.D, or for an address with another high bit")
{
	const u64 both = MDSCR_MDE | MDSCR_KDE, p = (u64)area;

	expect(watched(p, CR_E, both, false, false));
	expect(!watched(p, 0, both, false, false));
	expect(!watched(p, CR_E, MDSCR_KDE, false, false));
	expect(!watched(p, CR_E, MDSCR_MDE, false, false));
	expect(!watched(p, CR_E, both, true, false));
	expect(!watched(p ^ 1ul << 40, CR_E, both, false, false));
}

CASE(watch_locked, "no watchpoint while the OS lock is locked")
{
	expect(!watched((u64)area, CR_E, MDSCR_MDE | MDSCR_KDE, false, true));
}

static u64 user_load(u64 p)
{
	return *(volatile u8 *)p;
}

CASE(watch_user, "PAC: EL1's accesses, EL0's, both; LDTR at EL1 is EL0's; from EL0 with class 0x34")
{
	static const u64 pac[] = { CR_PRIVILEGED, CR_USER, CR_PRIVILEGED | CR_USER };

	for (size_t i = 0; i < ARRAY_SIZE(pac); i++) {
		bool user, own, unprivileged;
		u64 esr, value = 0, p = (u64)area;

		debug_start();
		watch(0, p, CR_E | pac[i] | WCR_LOAD | WCR_BAS(0xff));
		make_access(p, 1, false);
		own = exception_record()->raised;
		unprivileged = asm_safe_out1("ldtrb %w0, [%1]", "+r" (value), "r" (p)) != 0;
		run_in_user(user_load, p);
		user = exception_record()->raised;
		esr = exception_record()->esr & ~((u64)ESR_ELx_ISS_MASK & ~(u64)ISS_KNOWN);
		debug_stop();
		expect_eq_msg(own, (pac[i] & CR_PRIVILEGED) != 0, "EL1, row %zu", i);
		expect_eq_msg(unprivileged, (pac[i] & CR_USER) != 0, "LDTR, row %zu", i);
		expect_eq_msg(user, (pac[i] & CR_USER) != 0, "EL0, row %zu", i);
		if (user)
			expect_eq(esr, ESR(ESR_ELx_EC_WATCHPT_LOW, FSC_DEBUG));
	}
}

CASE(watch_pair, "a pair, an exclusive, an atomic's load: as loads; DC ZVA as a store")
{
	u64 p = (u64)area + 256, a = 0, b = 0, zva;
	bool pair, exclusive, zeroed;

	debug_start();
	watch(0, p + 8, CR_E | CR_PRIVILEGED | WCR_LOAD | WCR_BAS(0xff));
	exception_record()->raised = false;
	asm volatile("1: ldp %0, %1, [%2]\n2:\n\t" __ASM_EX_ENTRY("1b", "2b", EX_TRY)
		     : "+r"(a), "+r"(b)
		     : "r"(p)
		     : "memory");
	pair = exception_record()->raised;
	exclusive = asm_safe_out1("ldxr %0, [%1]", "+r" (a), "r" (p + 8)) != 0;
	watch(0, p + 8, CR_E | CR_PRIVILEGED | WCR_STORE | WCR_BAS(0xff));
	zva = asm_safe("dc zva, %0", "r" (p));
	zeroed = zva != 0;
	debug_stop();
	expect(pair);
	expect(exclusive);
	require_msg(!(read_sysreg(dczid_el0) & 16), "DC ZVA is forbidden");
	expect(zeroed);
	expect_eq(zva & ~((u64)ESR_ELx_ISS_MASK & ~(u64)ISS_KNOWN),
		  ESR(ESR_ELx_EC_WATCHPT_CUR, FSC_DEBUG | ESR_ELx_WNR));
}

CASE(watch_linked,
     "a watchpoint linked to a context breakpoint stops only while CONTEXTIDR_EL1 is that")
{
	unsigned int context = breakpoints() - 1;
	bool other, same;

	debug_start();
	debug_write(BVR, context, 0x77);
	debug_write(BCR, context, CR_E | CR_PRIVILEGED | CR_USER | BCR_BAS | BCR_CONTEXT);
	watch(0, (u64)area,
	      CR_E | CR_PRIVILEGED | WCR_STORE | WCR_BAS(0xff) | WCR_LINKED | CR_LBN(context));
	write_sysreg(0x78, contextidr_el1);
	isb();
	make_access((u64)area, 8, true);
	other = exception_record()->raised;
	write_sysreg(0x77, contextidr_el1);
	isb();
	make_access((u64)area, 8, true);
	same = exception_record()->raised;
	write_sysreg(0, contextidr_el1);
	debug_stop();
	expect(!other);
	expect(same);
}
