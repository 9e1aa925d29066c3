/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pku: protection keys of user pages (SDM volume 3, section 5.6.2; volume 2, RDPKRU and WRPKRU): the
 * instructions, all 16 keys each by its own two bits of PKRU, at once and in either ring. How
 * keys meet the other permissions is x86/access's.
 */
#include "case.h"
#include "alloc_page.h"
#include "vmalloc.h"
#include "x86/processor.h"
#include "x86/usermode.h"
#include "x86/vm.h"

#define KEYS		16
#define KEY_SHIFT	59
#define PKRU_AD(key)	(1u << 2 * (key))
#define PKRU_WD(key)	(2u << 2 * (key))
#define RDPKRU		".byte 0x0f, 0x01, 0xee"
#define WRPKRU		".byte 0x0f, 0x01, 0xef"
#define OSPKE		(1u << 4)	/* CPUID leaf 7, ECX */

static u8 *pages;		/* one for each key */

void case_setup(void)
{
	setup_vm();
	pages = alloc_vpages(KEYS);
	for (u64 key = 0; key < KEYS; key++)
		install_pte(current_page_table(), 1, pages + key * PAGE_SIZE, virt_to_phys(alloc_page()) |
			    PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK | key << KEY_SHIFT, NULL);
}

static u8 *page_of(unsigned int key)
{
	return pages + key * PAGE_SIZE;
}

static void set_pke(bool on)
{
	write_cr4(on ? read_cr4() | X86_CR4_PKE : read_cr4() & ~X86_CR4_PKE);
	/* All that was mapped before has key 0. */
	if (on)
		write_pkru(0);
}

/* Protection keys on, and PKRU 0 whatever a case before has left. */
static void begin(void)
{
	require(this_cpu_has(X86_FEATURE_PKU));
	set_pke(true);
}

static void end(void)
{
	write_pkru(0);
	set_pke(false);
}

CASE(cr4, "RDPKRU and WRPKRU are invalid without CR4.PKE, which CPUID's OSPKE follows")
{
	require(this_cpu_has(X86_FEATURE_PKU));
	set_pke(false);
	expect_eq(raw_cpuid(7, 0).c & OSPKE, 0);
	expect_eq_msg(asm_safe(RDPKRU, "c" (0)), UD_VECTOR, "RDPKRU");
	expect_eq_msg(asm_safe(WRPKRU, "a" (0), "c" (0), "d" (0)), UD_VECTOR, "WRPKRU");
	set_pke(true);
	expect_eq(raw_cpuid(7, 0).c & OSPKE, OSPKE);
	expect_eq_msg(asm_safe(WRPKRU, "a" (0), "c" (0), "d" (0)), 0, "WRPKRU");
	end();
}

CASE(registers, "ECX must be 0, for WRPKRU EDX as well; RDPKRU clears EDX and the upper half of RAX")
{
	u64 rax = ~0ull, rdx = ~0ull;

	begin();
	for (u32 bit = 0; bit < 32; bit++) {
		expect_eq_msg(asm_safe(RDPKRU, "c" (1u << bit)), GP_VECTOR, "RDPKRU, ECX bit %" PRIu32, bit);
		expect_eq_msg(asm_safe(WRPKRU, "a" (0), "c" (1u << bit), "d" (0)), GP_VECTOR,
			      "WRPKRU, ECX bit %" PRIu32, bit);
		expect_eq_msg(asm_safe(WRPKRU, "a" (0), "c" (0), "d" (1u << bit)), GP_VECTOR,
			      "WRPKRU, EDX bit %" PRIu32, bit);
		expect_eq_msg(exception_error_code(), 0, "error code");
	}
	write_pkru(0x55555554);
	asm volatile(RDPKRU : "+a" (rax), "+d" (rdx) : "c" (0));
	end();
	expect_eq(rax, 0x55555554);
	expect_eq(rdx, 0);
}

CASE(value, "all bits of PKRU but key 0's hold what is written")
{
	begin();
	for (u32 bit = 2; bit < 32; bit++) {
		write_pkru(1u << bit);
		expect_eq(read_pkru(), 1u << bit);
	}
	write_pkru(~3u);
	expect_eq(read_pkru(), ~3u);
	end();
}

static int try_read(const u8 *p)
{
	return asm_safe("cmpb $0, (%0)", "r" (p));
}

static int try_write(u8 *p)
{
	return asm_safe("movb $1, (%0)", "r" (p));
}

static void expect_key_fault(int vector, const u8 *p, u32 error_code, unsigned int key)
{
	expect_eq_msg(vector, PF_VECTOR, "key %u", key);
	expect_eq_msg(exception_error_code(), error_code | PFERR_PRESENT_MASK | PFERR_PK_MASK, "key %u", key);
	expect_eq_msg(read_cr2(), (ulong)p, "key %u", key);
}

CASE(each_key, "AD denies reads and writes of its key's page only, WD writes, at once, without INVLPG")
{
	begin();
	for (unsigned int key = 1; key < KEYS; key++) {
		u8 *p = page_of(key) + 0x123;

		write_pkru(PKRU_AD(key));
		expect_key_fault(try_read(p), p, 0, key);
		expect_key_fault(try_write(p), p, PFERR_WRITE_MASK, key);
		write_pkru(PKRU_WD(key));
		expect_eq_msg(try_read(p), 0, "key %u", key);
		expect_key_fault(try_write(p), p, PFERR_WRITE_MASK, key);
		/* All keys denied but this one, and key 0, which is the rest of memory. */
		write_pkru(~3u & ~(PKRU_AD(key) | PKRU_WD(key)));
		expect_eq_msg(try_read(p), 0, "key %u alone", key);
		expect_eq_msg(try_write(p), 0, "key %u alone", key);
	}
	end();
}

CASE(supervisor_page, "keys say nothing about supervisor pages")
{
	pteval_t *pte = get_pte(current_page_table(), page_of(5));

	begin();
	*pte &= ~PT_USER_MASK;
	invlpg(page_of(5));
	write_pkru(PKRU_AD(5) | PKRU_WD(5));
	expect_eq(try_read(page_of(5)), 0);
	expect_eq(try_write(page_of(5)), 0);
	*pte |= PT_USER_MASK;
	invlpg(page_of(5));
	expect_eq(try_write(page_of(5)), PF_VECTOR);
	end();
}

/* Ring 3 sets PKRU and writes. */
static u64 write_in_user(u64 address, u64 pkru)
{
	write_pkru((u32)pkru);
	*(volatile u8 *)(uintptr_t)address = 7;
	return read_pkru();
}

CASE(user, "ring 3 reads and writes PKRU, and obeys it whatever CR0.WP is")
{
	u8 *p = page_of(3);
	bool raised;

	begin();
	for (int wp = 0; wp < 2; wp++) {
		write_cr0(wp ? read_cr0() | X86_CR0_WP : read_cr0() & ~X86_CR0_WP);
		expect_eq(run_in_user((usermode_func)(void *)write_in_user, PF_VECTOR, (ulong)p, PKRU_WD(4), 0, 0,
				      &raised), PKRU_WD(4));
		expect(!raised);
		run_in_user((usermode_func)(void *)write_in_user, PF_VECTOR, (ulong)p, PKRU_WD(3), 0, 0, &raised);
		expect(raised);
		expect_eq(exception_error_code(), PFERR_PRESENT_MASK | PFERR_WRITE_MASK | PFERR_USER_MASK |
			  PFERR_PK_MASK);
		expect_eq(read_cr2(), (ulong)p);
		expect_eq(read_pkru(), PKRU_WD(3));
	}
	end();
}
