/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each host operation (docs/hostops.md) in short: that it does what it says, as far as the guest
 * can see it. What KVM does under them is the matter of other tests; selftests/checks/breaks shows
 * that a VMM that lies is caught here.
 */
#include "hostcall.h"
#include "alloc_page.h"
#include "patience.h"
#include "x86/apic.h"
#include "x86/isr.h"
#include "x86/msr.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/io.h"
#include "asm/page.h"

#define EINVAL		22
#define ENOENT		2
#define ENXIO		6
#define EXIT_IO		2		/* KVM_EXIT_IO */
#define CAP_EXIT_ON_EMULATION_FAILURE	204
#define SLOT		HOSTOP_SLOT_FIRST
#define SLOT_AT		0xc8000000u	/* above RAM, below the I/O APIC */
#define SLOT_SIZE	0x10000u
#define SLOT_ELSEWHERE	0xc9000000u
#define FREE_PORT	0x570u
#define VECTOR		0x51
#define PATIENCE	10		/* seconds */

static u64 rets[HOSTOP_RETS];

/* Whatever a case leaves behind, the next one finds nothing of it. */
static void clean_up(void)
{
	static struct hostop_msr_filter none;

	hostop_data(&none, sizeof(none), NULL, HOSTOP_MSR_FILTER);
	hostop(HOSTOP_MSR_EXITS, 0);
	hostop(HOSTOP_MSR_ANSWER, MSR_IA32_SYSENTER_CS, HOSTOP_ANSWER_NONE);
	hostop(HOSTOP_STARVE, HOSTOP_SELF, 0);
	hostop(HOSTOP_PIN, HOSTOP_SELF, HOSTOP_ALL);
	for (int cpu = 1; cpu < cpu_count(); cpu++)
		hostop(HOSTOP_PAUSE, cpu, 0);
	hostop(HOSTOP_SLOT_UNMAP, SLOT + 1);
	hostop(HOSTOP_SLOT_UNMAP, SLOT);
	hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_END);
	hostop(HOSTOP_SLOT_FLAGS, 0, 0);
}

static void begin(unsigned int op)
{
	if (hostop_vmm())
		clean_up();
	require_msg(hostop_available(op), "this VMM does not offer operation %u here", op);
}

static bool becomes(volatile u32 *value, u32 wanted)
{
	struct patience patience = { 0 };

	while (*value != wanted && !patience_over(&patience, PATIENCE))
		cpu_relax();
	return *value == wanted;
}

/* ---- MSRs ---- */

CASE(msr_filter, "a filtered MSR exits, is answered, and is in the log")
{
	static struct hostop_msr_filter filter;
	struct hostop_msr_exit log[2];
	u64 before, value;

	begin(HOSTOP_MSR_FILTER);
	before = rdmsr(MSR_IA32_SYSENTER_CS);
	filter.ranges[0].flags = 3;
	filter.ranges[0].nmsrs = 1;
	filter.ranges[0].base = MSR_IA32_SYSENTER_CS;
	insist_eq(hostop(HOSTOP_MSR_EXITS, HOSTOP_MSR_REASON_FILTER), 0);
	insist_eq(hostop(HOSTOP_MSR_ANSWER, MSR_IA32_SYSENTER_CS, HOSTOP_ANSWER_VALUE, 0x1234), 0);
	insist_eq(hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER), 0);
	hostop_data(log, sizeof(log), NULL, HOSTOP_MSR_LOG);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_CS), 0x1234);
	wrmsr(MSR_IA32_SYSENTER_CS, 0x5678);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_CS), 0x5678);
	expect_eq(hostop_data(log, sizeof(log), rets, HOSTOP_MSR_LOG), 0);
	expect_eq(rets[0], 3);
	expect_eq(rets[1], 2);
	expect_eq(log[0].value, 0x1234);
	expect_eq(log[0].index, MSR_IA32_SYSENTER_CS);
	expect_eq(log[0].reason, HOSTOP_MSR_REASON_FILTER);
	expect_eq(log[0].cpu, 0);
	expect_eq(log[0].write, 0);
	expect_eq(log[0].fault, 0);
	expect_eq(log[1].value, 0x5678);
	expect_eq(log[1].write, 1);
	hostop(HOSTOP_MSR_ANSWER, MSR_IA32_SYSENTER_CS, HOSTOP_ANSWER_FAULT);
	expect_eq(rdmsr_safe(MSR_IA32_SYSENTER_CS, &value), GP_VECTOR);
	clean_up();
	expect_eq(rdmsr(MSR_IA32_SYSENTER_CS), before);
}

CASE(msr_filter_errors, "KVM's own errors come through")
{
	static struct hostop_msr_filter filter;

	begin(HOSTOP_MSR_FILTER);
	filter.flags = 0x80;
	expect_eq((u32)hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER), (u32)-EINVAL);
	filter.flags = 0;
	filter.ranges[15].bitmap = sizeof(filter.bits);
	expect_eq((u32)hostop_data(&filter, sizeof(filter), NULL, HOSTOP_MSR_FILTER),
		  (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_MSR_EXITS, 1ull << 40), (u32)-EINVAL);
}

CASE(msr_access, "the host reads and writes a vCPU's MSRs")
{
	u64 before;

	begin(HOSTOP_MSR_SET);
	before = rdmsr(MSR_IA32_SYSENTER_ESP);
	expect_eq(hostop_get(rets, HOSTOP_MSR_SET, HOSTOP_SELF, MSR_IA32_SYSENTER_ESP, 0x123456),
		  0);
	expect_eq(rets[0], 1);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_ESP), 0x123456);
	wrmsr(MSR_IA32_SYSENTER_ESP, 0x654321);
	expect_eq(hostop_get(rets, HOSTOP_MSR_GET, 0, MSR_IA32_SYSENTER_ESP), 0);
	expect_eq(rets[0], 1);
	expect_eq(rets[1], 0x654321);
	wrmsr(MSR_IA32_SYSENTER_ESP, before);
	expect_eq(hostop_get(rets, HOSTOP_MSR_GET, 0, 0x7fffffff), 0);
	expect_eq(rets[0], 0);
}

/* ---- statistics ---- */

CASE(stat, "a statistic is found by name and by number, and moves")
{
	char name[HOSTOP_STAT_NAME_MAX];
	u64 first;

	begin(HOSTOP_STAT);
	expect_eq(hostop_data("exits", 6, rets, HOSTOP_STAT, HOSTOP_SELF), 0);
	first = rets[0];
	expect_eq(rets[1], HOSTOP_STAT_CUMULATIVE);
	inb(FREE_PORT);
	expect_eq(hostop_data("exits", 6, rets, HOSTOP_STAT, HOSTOP_SELF), 0);
	expect_gt(rets[0], first);
	expect_eq((u32)hostop_data("no_such", 8, NULL, HOSTOP_STAT, HOSTOP_VM), (u32)-ENOENT);
	expect_eq(hostop_data(name, sizeof(name), rets, HOSTOP_STAT_NAME, HOSTOP_VM, 0), 0);
	expect_eq(hostop_data(name, strlen(name) + 1, rets, HOSTOP_STAT, HOSTOP_VM), 0);
	expect_eq((u32)hostop_data(name, sizeof(name), NULL, HOSTOP_STAT_NAME, HOSTOP_VM, 100000),
		  (u32)-ENOENT);
}

CASE(exits, "each access to a port that KVM does not emulate is one exit")
{
	u64 first;

	begin(HOSTOP_EXITS);
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	first = rets[0];
	for (int i = 0; i < 10; i++)
		inb(FREE_PORT);
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	expect_eq(rets[0], first + 11);		/* and the doorbell itself */
}

/* ---- scheduling ---- */

CASE(pin, "a pinned vCPU runs where it was told to")
{
	u64 cores;

	begin(HOSTOP_SCHED);
	insist_eq(hostop_get(rets, HOSTOP_PIN, HOSTOP_SELF, HOSTOP_ALL), 0);
	cores = rets[0];
	require_msg(cores > 1, "the host has one CPU for this VMM");
	for (u64 core = 0; core < cores && core < 4; core++) {
		expect_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, core), 0);
		expect_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
		expect_eq(rets[3], core);
	}
	expect_eq((u32)hostop(HOSTOP_PIN, HOSTOP_SELF, cores), (u32)HOSTOP_EARG);
	clean_up();
}

/*
 * However busy the host is: competitors that run at all take their time from somebody on that core.
 */
CASE(starve, "competitors run on the core, and the host says that the vCPU waited")
{
	u64 waited;

	begin(HOSTOP_STARVE);
	/* not pinned */
	expect_eq((u32)hostop(HOSTOP_STARVE, HOSTOP_SELF, 1), (u32)HOSTOP_EARG);
	insist_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, 0), 0);
	insist_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
	waited = rets[1];
	insist_eq(hostop(HOSTOP_STARVE, HOSTOP_SELF, 2), 0);
	for (int i = 0; i < 2000; i++)
		inb(FREE_PORT);
	insist_eq(hostop(HOSTOP_SLEEP, 50000000), 0);
	insist_eq(hostop_get(rets, HOSTOP_STARVE, HOSTOP_SELF, 0), 0);
	expect_gt(rets[0], 1000000);
	insist_eq(hostop_get(rets, HOSTOP_SCHED, HOSTOP_SELF), 0);
	expect_gt(rets[1], waited);
	clean_up();
}

#define MSR_KVM_STEAL_TIME	0x4b564d03

/* Only that there is any: how much is another test's. */
CASE(steal, "a starved vCPU is told that time was stolen")
{
	/* the first word is the time */
	static volatile u64 page[8] __attribute__((aligned(64)));

	begin(HOSTOP_STARVE);
	require_msg(this_cpu_has_kvm() && this_cpu_has(KVM_FEATURE_STEAL_TIME),
		    "KVM tells no steal time");
	insist_eq(hostop(HOSTOP_PIN, HOSTOP_SELF, 0), 0);
	wrmsr(MSR_KVM_STEAL_TIME, virt_to_phys((void *)page) | 1);
	insist_eq(hostop(HOSTOP_STARVE, HOSTOP_SELF, 2), 0);
	for (int i = 0; i < 20000 && !page[0]; i++)
		inb(FREE_PORT);
	expect_ne(page[0], 0);
	wrmsr(MSR_KVM_STEAL_TIME, 0);
	clean_up();
}

static volatile u32 ticks;
static volatile u32 stop_ticking;

static void tick(void *unused)
{
	while (!stop_ticking)
		ticks++;
}

CASE(pause, "a paused vCPU does not run, and goes on where it was")
{
	u32 before;

	begin(HOSTOP_PAUSE);
	require(cpu_count() > 1);
	stop_ticking = 0;
	on_cpu_async(1, tick, NULL);
	insist_eq(hostop(HOSTOP_PAUSE, 1, 1), 0);
	before = ticks;
	insist_eq(hostop(HOSTOP_SLEEP, 20000000), 0);
	expect_eq(ticks, before);
	expect_eq(hostop(HOSTOP_PAUSE, 1, 0), 0);
	for (int i = 0; i < 1000 && ticks == before; i++)
		hostop(HOSTOP_SLEEP, 1000000);
	expect_ne(ticks, before);
	stop_ticking = 1;
	expect_eq((u32)hostop(HOSTOP_PAUSE, HOSTOP_SELF, 1), (u32)HOSTOP_EARG);
	clean_up();
}

/* ---- interrupts ---- */

static volatile u32 interrupts;

static void count_interrupt(isr_regs_t *regs)
{
	interrupts++;
	eoi();
}

static void count_nmi(struct ex_regs *regs)
{
	interrupts++;
}

static void prepare_interrupts(void)
{
	interrupts = 0;
	handle_irq(VECTOR, count_interrupt);
}

/* Lets what is pending in: an emulator may look for interrupts only while the CPU sleeps. */
static bool arrives(u32 wanted)
{
	for (int i = 0; i < 1000 && interrupts < wanted; i++) {
		sti();
		hostop(HOSTOP_SLEEP, 100000);
		cli();
	}
	return expect_eq(interrupts, wanted);
}

CASE(nmi, "an NMI from the host arrives")
{
	handler before;

	begin(HOSTOP_NMI);
	interrupts = 0;
	before = handle_exception(NMI_VECTOR, count_nmi);
	expect_eq(hostop(HOSTOP_NMI, HOSTOP_SELF), 0);
	expect(becomes(&interrupts, 1));
	handle_exception(NMI_VECTOR, before);
}

static u64 msi_address(void)
{
	return 0xfee00000u | apic_id() << 12;
}

CASE(msi, "an MSI from the host arrives, and it says to how many")
{
	begin(HOSTOP_MSI);
	prepare_interrupts();
	expect_eq(hostop_get(rets, HOSTOP_MSI, msi_address(), VECTOR), 0);
	expect_eq(rets[0], 1);
	arrives(1);
}

CASE(irqfd, "an irqfd delivers the MSI that its GSI is routed to, once a signal")
{
	u64 handle;

	begin(HOSTOP_IRQFD);
	prepare_interrupts();
	insist_eq(hostop(HOSTOP_GSI_MSI, 24, msi_address(), VECTOR), 0);
	insist_eq(hostop_get(rets, HOSTOP_IRQFD, 24), 0);
	handle = rets[0];
	expect_eq(hostop(HOSTOP_IRQFD_SIGNAL, handle), 0);
	arrives(1);
	expect_eq(hostop(HOSTOP_IRQFD_SIGNAL, handle), 0);
	arrives(2);
	expect_eq(hostop(HOSTOP_IRQFD_CLOSE, handle), 0);
	expect_eq((u32)hostop(HOSTOP_IRQFD_SIGNAL, handle), (u32)HOSTOP_EARG);
}

CASE(irq_line, "a line of the I/O APIC")
{
	begin(HOSTOP_IRQ_LINE);
	prepare_interrupts();
	ioapic_set_redir(10, VECTOR, TRIGGER_EDGE);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 10, 1), 0);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 10, 0), 0);
	arrives(1);
	set_mask(10, true);
	expect_eq((u32)hostop(HOSTOP_IRQ_LINE, 10, 2), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_IRQ_LINE, 64, 1), (u32)HOSTOP_EARG);
}

/* ---- memory ---- */

static volatile u32 *word(u32 offset)
{
	return phys_to_virt(SLOT_AT + offset);
}

CASE(slot, "a slot is there, moves with its contents, and goes")
{
	begin(HOSTOP_SLOT_MAP);
	expect_eq(*word(0), 0xffffffff);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	expect_eq(*word(0), 0);
	*word(SLOT_SIZE - 4) = 0x12345678;
	expect_eq(*word(SLOT_SIZE - 4), 0x12345678);
	expect_eq(hostop(HOSTOP_SLOT_MOVE, SLOT, SLOT_ELSEWHERE), 0);
	expect_eq(*word(SLOT_SIZE - 4), 0xffffffff);
	expect_eq(*(volatile u32 *)phys_to_virt(SLOT_ELSEWHERE + SLOT_SIZE - 4), 0x12345678);
	expect_eq(hostop(HOSTOP_SLOT_UNMAP, SLOT), 0);
	expect_eq(*(volatile u32 *)phys_to_virt(SLOT_ELSEWHERE), 0xffffffff);
}

CASE(slot_errors, "slots that are not the guest's, places that are taken, sizes that are none")
{
	begin(HOSTOP_SLOT_MAP);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, 0, SLOT_AT, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, 32, SLOT_AT, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, 0x400000, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, 0xfec00000u, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT + 1, SLOT_SIZE), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, 0), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, ~0ull << 12), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, 4), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_UNMAP, 0), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_MOVE, 0, SLOT_AT), (u32)HOSTOP_EARG);
	expect_eq((u32)hostop(HOSTOP_SLOT_FLAGS, 0, HOSTOP_SLOT_READONLY), (u32)HOSTOP_EARG);
}

CASE(slot_readonly, "writes to a read-only slot change nothing; the host's own do")
{
	static u32 value = 0xabcd1234;
	u32 seen;

	begin(HOSTOP_SLOT_FLAGS);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	*word(8) = 1;
	insist_eq(hostop(HOSTOP_SLOT_FLAGS, SLOT, HOSTOP_SLOT_READONLY), 0);
	*word(8) = 2;
	expect_eq(*word(8), 1);
	expect_eq(hostop_data(&value, sizeof(value), NULL, HOSTOP_SLOT_WRITE, SLOT, 8), 0);
	expect_eq(*word(8), value);
	expect_eq(hostop_data(&seen, sizeof(seen), NULL, HOSTOP_SLOT_READ, SLOT, 8), 0);
	expect_eq(seen, value);
	expect_eq(
		(u32)hostop_data(&seen, sizeof(seen), NULL, HOSTOP_SLOT_READ, SLOT, SLOT_SIZE - 2),
		(u32)HOSTOP_EARG);
}

CASE(slot_alias, "a second slot shows the same memory")
{
	begin(HOSTOP_SLOT_ALIAS);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	insist_eq(hostop(HOSTOP_SLOT_ALIAS, SLOT + 1, SLOT_ELSEWHERE, SLOT, PAGE_SIZE, PAGE_SIZE),
		  0);
	*word(PAGE_SIZE) = 77;
	expect_eq(*(volatile u32 *)phys_to_virt(SLOT_ELSEWHERE), 77);
	expect_eq((u32)hostop(HOSTOP_SLOT_UNMAP, SLOT), (u32)HOSTOP_EBUSY);
	clean_up();
}

CASE(slot_discard, "discarded pages are zeroes")
{
	begin(HOSTOP_SLOT_DISCARD);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, 0, HOSTOP_BACKING_SMALL), 0);
	*word(0) = *word(PAGE_SIZE) = 5;
	expect_eq(hostop(HOSTOP_SLOT_DISCARD, SLOT, PAGE_SIZE, PAGE_SIZE), 0);
	expect_eq(*word(0), 5);
	expect_eq(*word(PAGE_SIZE), 0);
}

CASE(swap, "a page that is out comes back when it is touched, as it was")
{
	begin(HOSTOP_SLOT_SWAP_OUT);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE), 0);
	for (u32 at = 0; at < SLOT_SIZE; at += PAGE_SIZE)
		*word(at) = at + 1;
	insist_eq(hostop(HOSTOP_SLOT_SWAP_OUT, SLOT, 0, SLOT_SIZE), 0);
	expect_eq(hostop_get(rets, HOSTOP_SLOT_SWAPPED, SLOT), 0);
	expect_eq(rets[0], SLOT_SIZE / PAGE_SIZE);
	expect_eq(rets[1], 0);
	expect_eq(*word(PAGE_SIZE), PAGE_SIZE + 1);
	expect_eq(hostop_get(rets, HOSTOP_SLOT_SWAPPED, SLOT), 0);
	expect_eq(rets[0], SLOT_SIZE / PAGE_SIZE - 1);
	expect_eq(rets[1], 1);
	expect_ge(rets[2], 1);
	for (u32 at = 0; at < SLOT_SIZE; at += PAGE_SIZE)
		expect_eq(*word(at), at + 1);
	clean_up();
}

/* ---- dirty pages ---- */

CASE(dirty_log, "the log has the pages that were written, and no other")
{
	u64 bits;

	begin(HOSTOP_DIRTY_LOG);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, HOSTOP_SLOT_LOG), 0);
	require_msg(hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT) != -ENXIO,
		    "KVM has the ring instead");
	hostop_data(&bits, sizeof(bits), NULL, HOSTOP_DIRTY_LOG, SLOT);
	*word(3 * PAGE_SIZE) = 1;
	*word(9 * PAGE_SIZE + 8) = 1;
	expect_eq(*word(5 * PAGE_SIZE), 0);
	expect_eq(hostop_data(&bits, sizeof(bits), rets, HOSTOP_DIRTY_LOG, SLOT), 0);
	expect_eq(bits, 1u << 3 | 1u << 9);
	expect_eq(rets[0], 2);
	expect_eq(hostop_data(&bits, sizeof(bits), rets, HOSTOP_DIRTY_LOG, SLOT), 0);
	expect_eq(bits, 0);
	expect_eq((u32)hostop_data(&bits, 4, NULL, HOSTOP_DIRTY_LOG, SLOT), (u32)HOSTOP_ESIZE);
}

CASE(dirty_ring, "the ring has the pages that were written, in their order")
{
	static struct hostop_dirty_page pages[64];

	begin(HOSTOP_DIRTY_RING);
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, SLOT_AT, SLOT_SIZE, HOSTOP_SLOT_LOG), 0);
	require_msg(hostop_data(pages, sizeof(pages), NULL, HOSTOP_DIRTY_RING, HOSTOP_SELF) !=
			    HOSTOP_EUNAVAILABLE,
		    "the VMM was started without --dirty-ring");
	*word(3 * PAGE_SIZE) = 1;
	*word(9 * PAGE_SIZE) = 1;
	expect_eq(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF), 0);
	expect_eq(rets[0], 2);
	expect_eq(pages[0].slot, SLOT);
	expect_eq(pages[0].offset, 3);
	expect_eq(pages[1].offset, 9);
	expect_eq(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF), 0);
	expect_eq(rets[0], 0);
}

#define RING_ENTRIES	4096	/* of the entry's --dirty-ring */
#define LARGE_SIZE	(2 * RING_ENTRIES * PAGE_SIZE)
#define LARGE_AT	0xd0000000u

/*
 * More pages than the ring has room for: KVM leaves the guest, the VMM empties the ring, and
 * nothing is lost.
 */
static void overrun_ring(u32 pages_an_exit)
{
	static struct hostop_dirty_page pages[2 * RING_ENTRIES];
	u32 wrong = 0;

	begin(HOSTOP_DIRTY_RING);
	require_msg(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF) !=
			    HOSTOP_EUNAVAILABLE,
		    "the VMM was started without --dirty-ring");
	memset(pages, 0, sizeof(pages));
	insist_eq(hostop(HOSTOP_SLOT_MAP, SLOT, LARGE_AT, LARGE_SIZE, HOSTOP_SLOT_LOG), 0);
	for (u32 page = 0; page < ARRAY_SIZE(pages); page++) {
		*(volatile u8 *)phys_to_virt(LARGE_AT + page * PAGE_SIZE) = 1;
		if (page % pages_an_exit == 0)
			inb(FREE_PORT);
	}
	expect_eq(hostop_data(pages, sizeof(pages), rets, HOSTOP_DIRTY_RING, HOSTOP_SELF), 0);
	expect_eq(rets[0], ARRAY_SIZE(pages));
	expect_ge(rets[2], 1);
	expect_eq(rets[3], 0);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		wrong += pages[i].slot != SLOT || pages[i].offset != i;
	expect_eq(wrong, 0);
	clean_up();
}

CASE(dirty_ring_full, "a ring that runs over loses no page")
{
	overrun_ring(16);
}

CASE(dirty_ring_full_at_once, "nor does it where nothing else leaves the guest")
{
	overrun_ring(2 * RING_ENTRIES);
}

/* ---- state ---- */

#define DEBUG_ADDRESS	0x12345678u

CASE(vcpu_restore, "a vCPU that is saved, reset and restored is as it was")
{
	begin(HOSTOP_VCPU_RESTORE);
	write_dr0(DEBUG_ADDRESS);
	wrmsr(MSR_IA32_SYSENTER_EIP, 0x13579b);
	insist_eq(hostop_get(rets, HOSTOP_VCPU_RESTORE, HOSTOP_SELF), 0);
	expect_gt(rets[0], 0);
	expect_eq(read_dr0(), DEBUG_ADDRESS);
	expect_eq(rdmsr(MSR_IA32_SYSENTER_EIP), 0x13579b);
	write_dr0(0);
	wrmsr(MSR_IA32_SYSENTER_EIP, 0);
}

static void nothing(void *unused)
{
}

CASE(vm_migrate, "a VM that moves into another one goes on as if nothing had been")
{
	ioapic_redir_entry_t entry;

	begin(HOSTOP_VM_MIGRATE);
	prepare_interrupts();
	ioapic_set_redir(11, VECTOR, TRIGGER_EDGE);
	insist_eq(hostop_get(rets, HOSTOP_VM_MIGRATE), 0);
	metric("migration", rets[0] / 1000, "us");
	entry = ioapic_read_redir(11);
	expect_eq(entry.vector, VECTOR);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 11, 1), 0);
	expect_eq(hostop(HOSTOP_IRQ_LINE, 11, 0), 0);
	arrives(1);
	set_mask(11, true);
	for (int cpu = 1; cpu < cpu_count(); cpu++)
		on_cpu(cpu, nothing, NULL);
	for (int i = 0; i < 3; i++)
		expect_eq(hostop(HOSTOP_VM_MIGRATE), 0);
}

/* ---- I/O ---- */

CASE(ioeventfd, "writes to a port are counted, and do not exit")
{
	u64 handle, exits;

	begin(HOSTOP_IOEVENTFD);
	insist_eq(hostop_get(rets, HOSTOP_IOEVENTFD, FREE_PORT, 1, HOSTOP_IO_PORT), 0);
	handle = rets[0];
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	exits = rets[0];
	for (int i = 0; i < 5; i++)
		outb(i, FREE_PORT);
	expect_eq(hostop_get(rets, HOSTOP_EXITS, HOSTOP_SELF, EXIT_IO), 0);
	expect_eq(rets[0], exits + 1);
	expect_eq(hostop_get(rets, HOSTOP_IOEVENTFD_COUNT, handle), 0);
	expect_eq(rets[0], 5);
	expect_eq(hostop_get(rets, HOSTOP_IOEVENTFD_COUNT, handle), 0);
	expect_eq(rets[0], 0);
	expect_eq(hostop(HOSTOP_IOEVENTFD_CLOSE, handle), 0);
	expect_eq((u32)hostop(HOSTOP_IOEVENTFD_COUNT, handle), (u32)HOSTOP_EARG);
}

CASE(coalesced, "writes to memory and to a port are gathered, in their order")
{
	struct hostop_coalesced log[4];

	begin(HOSTOP_COALESCED);
	insist_eq(hostop(HOSTOP_COALESCED, SLOT_AT, 8), 0);
	insist_eq(hostop(HOSTOP_COALESCED, FREE_PORT, 2, HOSTOP_IO_PORT), 0);
	hostop_data(log, sizeof(log), NULL, HOSTOP_COALESCED_READ);
	*word(4) = 0x11223344;
	outw(0x5566, FREE_PORT);
	expect_eq(hostop_data(log, sizeof(log), rets, HOSTOP_COALESCED_READ), 0);
	expect_eq(rets[0], 2);
	expect_eq(rets[1], 2);
	expect_eq(log[0].address, SLOT_AT + 4);
	expect_eq(log[0].data, 0x11223344);
	expect_eq(log[0].length, 4);
	expect_eq(log[0].port, 0);
	expect_eq(log[1].address, FREE_PORT);
	expect_eq(log[1].data, 0x5566);
	expect_eq(log[1].length, 2);
	expect_eq(log[1].port, 1);
	expect_eq(hostop(HOSTOP_COALESCED_CLOSE, SLOT_AT, 8), 0);
	expect_eq(hostop(HOSTOP_COALESCED_CLOSE, FREE_PORT, 2, HOSTOP_IO_PORT), 0);
	expect_eq((u32)hostop(HOSTOP_COALESCED_CLOSE, SLOT_AT, 8), (u32)HOSTOP_EARG);
}

/* ---- time ---- */

#define MSR_KVM_SYSTEM_TIME_NEW	0x4b564d01
#define CLOCK_FLAGS		29	/* of struct pvclock_vcpu_time_info */
#define GUEST_STOPPED		2

CASE(clock_ctrl, "the guest's clock says that the guest was stopped")
{
	static volatile u8 page[64] __attribute__((aligned(64)));

	begin(HOSTOP_CLOCK_CTRL);
	require(this_cpu_has_kvm());
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, virt_to_phys((void *)page) | 1);
	expect_eq(hostop(HOSTOP_CLOCK_CTRL, HOSTOP_SELF), 0);
	for (int i = 0; i < 1000 && !(page[CLOCK_FLAGS] & GUEST_STOPPED); i++)
		hostop(HOSTOP_SLEEP, 100000);
	expect_eq(page[CLOCK_FLAGS] & GUEST_STOPPED, GUEST_STOPPED);
	wrmsr(MSR_KVM_SYSTEM_TIME_NEW, 0);
}

CASE(tsc_attribute, "the TSC's offset is what was set")
{
	u64 before;

	begin(HOSTOP_VCPU_ATTR_SET);
	insist_eq(hostop_get(rets, HOSTOP_VCPU_ATTR, HOSTOP_SELF, 0, 0), 0);
	before = rets[0];
	expect_eq(hostop(HOSTOP_VCPU_ATTR_SET, HOSTOP_SELF, 0, 0, before + 0x1000000), 0);
	expect_eq(hostop_get(rets, HOSTOP_VCPU_ATTR, HOSTOP_SELF, 0, 0), 0);
	expect_eq(rets[0], before + 0x1000000);
	expect_eq(hostop(HOSTOP_VCPU_ATTR_SET, HOSTOP_SELF, 0, 0, before), 0);
}

CASE(clocks, "the host's clocks go forward, and the TSC has a frequency")
{
	u64 first[HOSTOP_RETS];

	begin(HOSTOP_HOST_TIME);
	expect_eq(hostop_get(first, HOSTOP_HOST_TIME), 0);
	expect_eq(hostop(HOSTOP_SLEEP, 1000000), 0);
	expect_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
	expect_ge(rets[0], first[0] + 1000000 / 2);
	expect_ge(rets[1], first[1] + 1000000);
	expect_eq(hostop_get(rets, HOSTOP_TSC_KHZ, HOSTOP_SELF), 0);
	expect_gt(rets[0], 100000);
	expect_eq(hostop_get(rets, HOSTOP_CLOCK), 0);
	expect_gt(rets[0], 0);
	expect_eq((u32)hostop(HOSTOP_SLEEP, 10000000001ull), (u32)HOSTOP_EARG);
}

/* ---- errors ---- */

CASE(capability,
     "a capability that is enabled with what KVM does not know is refused by KVM itself")
{
	begin(HOSTOP_CAP_ENABLE);
	expect_eq(hostop_get(rets, HOSTOP_CAP_CHECK, CAP_EXIT_ON_EMULATION_FAILURE), 0);
	require(rets[0]);
	expect_eq(hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_EMULATION_FAILURE, 1), 0);
	expect_eq((u32)hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_EMULATION_FAILURE, 2), (u32)-EINVAL);
}

/* FLD of 80 bits from a device: KVM must emulate it, and cannot. */
CASE(error,
     "an internal error that the guest wants to survive is told, with the instruction's bytes")
{
	struct hostop_error e;
	unsigned long at;

	begin(HOSTOP_ON_ERROR);
	require_hostop(HOSTOP_CAP_ENABLE);
	insist_eq(hostop(HOSTOP_CAP_ENABLE, CAP_EXIT_ON_EMULATION_FAILURE, 1), 0);
	insist_eq(hostop(HOSTOP_ON_ERROR, HOSTOP_ON_ERROR_SKIP, 2), 0);
	asm volatile("mov $1f, %0\n1:\tfldt (%1)" : "=&r" (at) : "a" (word(0)));
	expect_eq(hostop_data(&e, sizeof(e), NULL, HOSTOP_LAST_ERROR, HOSTOP_SELF), 0);
	expect_eq(e.suberror, 1);
	expect_eq(e.rip, at);
	expect_eq(e.flags & 1, 1);
	expect_ge(e.insn_size, 2);
	expect_eq(e.insn[0], 0xdb);
	expect_eq(e.insn[1], 0x28);
	clean_up();
}
