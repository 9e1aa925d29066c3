/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's asynchronous page faults (Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_ASYNC_PF_EN,
 * _INT, _ACK): a vCPU whose host would wait for a page is told by a #PF with a token in CR2, and
 * later by an interrupt that the page with that token is there. The MSRs' protocol; and, where the
 * host does have to wait while the guest touches fresh memory, that each token that was said to be
 * missing is said to be there, once, and the other way round.
 */
#include "alloc_page.h"
#include "apic_test.h"
#include "hostcall.h"
#include "kvm_test.h"
#include "x86/usermode.h"

#define VECTOR		0xd1
#define LINE		64

static volatile struct kvm_async_pf area __aligned(LINE);

static u64 address(void)
{
	return virt_to_phys(&area);
}

static void begin(void)
{
	require_feature(KVM_FEATURE_ASYNC_PF);
	wrmsr(MSR_KVM_ASYNC_PF_EN, 0);
	memset((void *)&area, 0, sizeof(area));
}

CASE(enable, "the MSR keeps the address, the enable bit, and the bits of announced features")
{
	static const struct { u64 bit, feature; } bits[] = {
		{ 0, 0 },
		{ KVM_ASYNC_PF_SEND_ALWAYS, KVM_FEATURE_ASYNC_PF },
		{ KVM_ASYNC_PF_VMEXIT, KVM_FEATURE_ASYNC_PF_VMEXIT },
		{ KVM_ASYNC_PF_INT, KVM_FEATURE_ASYNC_PF_INT },
	};

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		u64 value = address() | bits[i].bit | KVM_MSR_ENABLED;

		if (bits[i].feature && !this_cpu_has(bits[i].feature))
			continue;
		expect_eq_msg(wrmsr_safe(MSR_KVM_ASYNC_PF_EN, value), 0, "bit %#" PRIx64,
			      bits[i].bit);
		expect_eq_msg(rdmsr(MSR_KVM_ASYNC_PF_EN), value, "bit %#" PRIx64, bits[i].bit);
		wrmsr(MSR_KVM_ASYNC_PF_EN, 0);
		expect_eq(rdmsr(MSR_KVM_ASYNC_PF_EN), 0);
	}
}

CASE(reserved, "bits 5 and 4 fault and change nothing: the address is 64-byte aligned")
{
	begin();
	expect_eq(bits_that_fault(MSR_KVM_ASYNC_PF_EN, 0, address() | KVM_MSR_ENABLED,
				  KVM_ASYNC_PF_RESERVED),
		  KVM_ASYNC_PF_RESERVED);
	expect_eq(rdmsr(MSR_KVM_ASYNC_PF_EN), 0);
}

CASE(vector, "ASYNC_PF_INT keeps a vector; its bits 63 to 8 fault and change nothing")
{
	begin();
	require_feature(KVM_FEATURE_ASYNC_PF_INT);
	for (u32 v = 0x20; v < 0x100; v += 0x1f) {
		wrmsr(MSR_KVM_ASYNC_PF_INT, v);
		expect_eq(rdmsr(MSR_KVM_ASYNC_PF_INT), v);
	}
	expect_eq(bits_that_fault(MSR_KVM_ASYNC_PF_INT, VECTOR, VECTOR, ~0xffull), ~0xffull);
	expect_eq(rdmsr(MSR_KVM_ASYNC_PF_INT), VECTOR);
}

/* ---- events ---- */

#define MAX_TOKENS	4096
#define FRESH_ORDER	12		/* 16 MiB at a time */

static struct {
	u32 missing[MAX_TOKENS], ready[MAX_TOKENS];
	u32 n_missing, n_ready, wrong;
} seen;

static bool is_ready(u32 token)
{
	for (u32 i = 0; i < seen.n_ready; i++)
		if (seen.ready[i] == token || seen.ready[i] == KVM_ASYNC_PF_WAKE_ALL)
			return true;
	return false;
}

static void page_ready(isr_regs_t *regs)
{
	u32 token = area.token;

	if (token && seen.n_ready < MAX_TOKENS)
		seen.ready[seen.n_ready++] = token;
	else
		seen.wrong++;
	area.token = 0;
	eoi();
	wrmsr(MSR_KVM_ASYNC_PF_ACK, 1);
}

CASE(acknowledge,
     "ASYNC_PF_ACK can be written when nothing is ready; no page is ready that was not missing")
{
	u32 other = 0;

	begin();
	require_feature(KVM_FEATURE_ASYNC_PF_INT);
	use_x2apic();
	memset(&seen, 0, sizeof(seen));
	handle_irq(VECTOR, page_ready);
	wrmsr(MSR_KVM_ASYNC_PF_INT, VECTOR);
	wrmsr(MSR_KVM_ASYNC_PF_EN, address() | KVM_ASYNC_PF_INT | KVM_MSR_ENABLED);
	expect_eq(wrmsr_safe(MSR_KVM_ASYNC_PF_ACK, 1), 0);
	drain();
	wrmsr(MSR_KVM_ASYNC_PF_EN, 0);
	handle_irq(VECTOR, NULL);
	/* KVM says at the start that all pages are ready. */
	for (u32 i = 0; i < seen.n_ready; i++)
		other += seen.ready[i] != KVM_ASYNC_PF_WAKE_ALL;
	expect_eq(other, 0);
	expect_eq(seen.wrong, 0);
	expect_eq(area.flags, 0);
	expect_eq(area.token, 0);
}

/* Waits for the page as an idle task would. */
static void page_missing(struct ex_regs *regs)
{
	u32 token = read_cr2();

	if (area.flags != KVM_ASYNC_PF_NOT_PRESENT)
		unhandled_exception(regs, true);
	area.flags = 0;
	if (seen.n_missing < MAX_TOKENS)
		seen.missing[seen.n_missing++] = token;
	while (!is_ready(token)) {
		safe_halt();
		cli();
	}
}

static u32 count_unpaired(void)
{
	u32 unpaired = 0;

	for (u32 i = 0; i < seen.n_ready; i++) {
		u32 n = 0;

		for (u32 j = 0; j < seen.n_missing; j++)
			n += seen.missing[j] == seen.ready[i];
		unpaired += n != 1 && seen.ready[i] != KVM_ASYNC_PF_WAKE_ALL;
	}
	return unpaired;
}

CASE(events, "a token that is missing is ready later, once; none is ready that was not missing")
{
	u8 *memory;

	begin();
	require_feature(KVM_FEATURE_ASYNC_PF_INT);
	use_x2apic();
	memset(&seen, 0, sizeof(seen));
	handle_irq(VECTOR, page_ready);
	handle_exception(PF_VECTOR, page_missing);
	wrmsr(MSR_KVM_ASYNC_PF_INT, VECTOR);
	wrmsr(MSR_KVM_ASYNC_PF_EN,
	      address() | KVM_ASYNC_PF_INT | KVM_ASYNC_PF_SEND_ALWAYS | KVM_MSR_ENABLED);
	sti();
	memory = try_alloc_pages_flags(FRESH_ORDER, FLAG_FRESH | FLAG_DONTZERO);
	for (size_t i = 0; memory && i < PAGE_SIZE << FRESH_ORDER; i += PAGE_SIZE)
		memory[i] = 1;
	cli();
	wrmsr(MSR_KVM_ASYNC_PF_EN, 0);
	handle_exception(PF_VECTOR, NULL);
	handle_irq(VECTOR, NULL);
	require_msg(seen.n_missing,
		    "the host did not have to wait for a page, and cannot be asked to");
	metric("asynchronous page faults", seen.n_missing, "faults");
	expect_eq(seen.wrong, 0);
	expect_eq(count_unpaired(), 0);
	expect_eq(area.flags, 0);
}

/* ---- with a host that is asked to wait: the small VMM ---- */

#define SLOT		HOSTOP_SLOT_FIRST
#define SLOT_AT		0xc8000000u	/* above RAM, below the I/O APIC */
#define SWAPPED		64u		/* pages */
#define SWAP_IN_NS	5000000u	/* how long a page takes to come back */
#define PATTERN(page)	(0x600d0000u + (page))

static u32 wrong_pages;

static volatile u32 *page_at(u32 page)
{
	return phys_to_virt(SLOT_AT + page * PAGE_SIZE);
}

/* In ring 3, where KVM may always tell instead of waiting. */
static u64 look_at_all(void)
{
	for (u32 page = 0; page < SWAPPED; page++)
		wrong_pages += *page_at(page) != PATTERN(page);
	return 0;
}

CASE(swapped, "memory that the host swapped out: each page that is missing is ready later, once, with its contents")
{
	bool raised;

	require_hostop(HOSTOP_SLOT_SWAP_OUT);
	begin();
	require_feature(KVM_FEATURE_ASYNC_PF_INT);
	use_x2apic();
	memset(&seen, 0, sizeof(seen));
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SWAPPED * PAGE_SIZE), 0);
	for (u32 page = 0; page < SWAPPED; page++)
		*page_at(page) = PATTERN(page);
	insist_eq(hostop(HOSTOP_SLOT_SWAP_DELAY, SLOT, SWAP_IN_NS), 0);
	insist_eq(hostop(HOSTOP_SLOT_SWAP_OUT, SLOT, 0, SWAPPED * PAGE_SIZE), 0);
	handle_irq(VECTOR, page_ready);
	handle_exception(PF_VECTOR, page_missing);
	wrmsr(MSR_KVM_ASYNC_PF_INT, VECTOR);
	wrmsr(MSR_KVM_ASYNC_PF_EN, address() | KVM_ASYNC_PF_INT | KVM_MSR_ENABLED);
	wrong_pages = 0;
	sti();
	run_in_user(look_at_all, GP_VECTOR, 0, 0, 0, 0, &raised);
	cli();
	wrmsr(MSR_KVM_ASYNC_PF_EN, 0);
	handle_exception(PF_VECTOR, NULL);
	handle_irq(VECTOR, NULL);
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
	expect_eq(wrong_pages, 0);
	expect_eq(raised, false);
	expect_eq(seen.wrong, 0);
	expect_eq(count_unpaired(), 0);
	expect_eq(area.flags, 0);
	metric("asynchronous page faults", seen.n_missing, "faults");
	require_msg(seen.n_missing, "KVM waited for each page itself");
	expect_le(seen.n_missing, SWAPPED);
}
