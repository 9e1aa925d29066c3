/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * INIT and start-up IPIs (SDM volume 3, sections 9.4 and 11.6.1; what INIT does to a CPU: table 10-1). A CPU that got INIT
 * waits, whatever else is sent to it, for a start-up IPI; that starts it at the page which it names, once, in real
 * mode with the registers of INIT. CPU 1 is the one, and is given back by smp_restart().
 */
#include "ipi_test.h"
#include "x86/delay.h"
#include "asm/io.h"
#include "asm/page.h"

#define PAGE_A		0x9u
#define PAGE_B		0x1fu
#define QUIET		(2 * IPI_DELAY)	/* in which a start that must not be would be seen */

extern const char startup_stub[], startup_stub_data[], startup_stub_end[];

/* As in stub.S. */
struct startup {
	u32 count;
	u32 eax, ebx, ecx, edx, esi, edi, ebp, esp;
	u32 eflags, cr0, cr2, cr3, cr4;
	u32 cs, ds, ss;
};
_Static_assert(sizeof(struct startup) == 17 * 4, "stub.S says so");

static char saved[2][512];

static volatile struct startup *started_at(u32 page)
{
	return phys_to_virt((page << PAGE_SHIFT) + (startup_stub_data - startup_stub));
}

static void place(u32 page, char *save)
{
	size_t size = startup_stub_end - startup_stub;
	char *to = phys_to_virt(page << PAGE_SHIFT);

	assert(size <= sizeof(saved[0]));
	memcpy(save, to, size);
	memcpy(to, startup_stub, size);
}

static void put_back(u32 page, const char *save)
{
	memcpy(phys_to_virt(page << PAGE_SHIFT), save, startup_stub_end - startup_stub);
}

static void begin(void)
{
	NEEDS_TWO;
	place(PAGE_A, saved[0]);
	place(PAGE_B, saved[1]);
}

/* CPUs 1 to last work again. */
static void end(int last)
{
	for (int cpu = 1; cpu <= last; cpu++)
		smp_restart(cpu);
	put_back(PAGE_A, saved[0]);
	put_back(PAGE_B, saved[1]);
}

static void send_init(void)
{
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_INIT | APIC_INT_ASSERT, id_map[1]);
}

static void send_startup(u32 page)
{
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_STARTUP | APIC_INT_ASSERT | page, id_map[1]);
}

static bool wait_started(u32 page, u32 n)
{
	return wait_count((const u32 *)&started_at(page)->count, n);
}

static u32 counter, stop;

static void count_on(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		__atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);
}

static u32 count_now(void)
{
	return __atomic_load_n(&counter, __ATOMIC_RELAXED);
}

/* CPU 1 counts, interrupts disabled. */
static void start_counting(void)
{
	counter = stop = 0;
	on_cpu_async(1, count_on, NULL);
	expect(wait_count(&counter, 1));
}

/* Whether CPU 1 stands still: its count does so for a while; asked until it does. */
static bool stands_still(void)
{
	u64 begin = rdtsc();

	while (rdtsc() - begin < WAIT_TICKS) {
		u32 before = count_now();

		delay(QUIET);
		if (count_now() == before)
			return true;
	}
	return false;
}

EVERYONE_IN_BOTH_MODES(init, "INIT stops a CPU; neither a fixed IPI nor another INIT makes it go on")
{
	u32 stopped;

	begin();
	memset(received, 0, sizeof(received));
	start_counting();
	send_init();
	expect(stands_still());
	stopped = count_now();
	apic_icr_write(PHYSICAL, id_map[1]);
	delay(QUIET);
	send_init();
	delay(QUIET);
	expect_eq(count_now(), stopped);
	end(1);
	expect_eq(received[1], 0);
	/* Nothing of it is left pending. */
	on_cpu(1, let_in, NULL);
	expect_eq(received[1], 0);
}

EVERYONE_IN_BOTH_MODES(startup_page, "a start-up IPI's vector is the page where the CPU starts, at its first byte")
{
	static const u32 page_of[] = { PAGE_A, PAGE_B };

	begin();
	for (int i = 0; i < 2; i++) {
		send_init();
		send_startup(page_of[i]);
		expect(wait_started(page_of[i], 1));
		expect_eq(started_at(page_of[i])->cs, page_of[i] << 8);
		expect_eq(started_at(page_of[!i])->count, (u32)i);
	}
	end(1);
}

EVERYONE_IN_BOTH_MODES(startup_state, "a CPU starts with the registers that INIT leaves")
{
	struct startup s;

	begin();
	send_init();
	send_startup(PAGE_A);
	expect(wait_started(PAGE_A, 1));
	s = *(struct startup *)started_at(PAGE_A);
	end(1);
	/* CD and NW are as they were before. */
	expect_eq(s.cr0 & ~(X86_CR0_CD | X86_CR0_NW), X86_CR0_ET);
	expect_eq(s.cr2, 0);
	expect_eq(s.cr3, 0);
	expect_eq(s.cr4, 0);
	expect_eq(s.eflags & ~X86_EFLAGS_ALU, X86_EFLAGS_FIXED);
	expect_eq(s.eax, 0);
	expect_eq(s.ebx, 0);
	expect_eq(s.ecx, 0);
	expect_eq(s.edx, raw_cpuid(1, 0).a);
	expect_eq(s.esi, 0);
	expect_eq(s.edi, 0);
	expect_eq(s.ebp, 0);
	expect_eq(s.esp, 0);
	expect_eq(s.ds, 0);
	expect_eq(s.ss, 0);
}

EVERYONE_IN_BOTH_MODES(startup_again, "a second start-up IPI to a CPU that has started does nothing")
{
	begin();
	send_init();
	send_startup(PAGE_A);
	expect(wait_started(PAGE_A, 1));
	send_startup(PAGE_B);
	send_startup(PAGE_A);
	delay(QUIET);
	expect_eq(started_at(PAGE_A)->count, 1);
	expect_eq(started_at(PAGE_B)->count, 0);
	end(1);
}

EVERYONE_IN_BOTH_MODES(startup_alone, "a start-up IPI to a CPU that runs does nothing")
{
	u32 before;

	begin();
	start_counting();
	send_startup(PAGE_A);
	delay(QUIET);
	before = count_now();
	expect(wait_count(&counter, before + 1));
	expect_eq(started_at(PAGE_A)->count, 0);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	end(1);
}

EVERYONE_IN_BOTH_MODES(init_deassert, "the INIT level de-assert of old does nothing")
{
	u32 before;

	begin();
	start_counting();
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_INIT | APIC_INT_LEVELTRIG, id_map[1]);
	delay(QUIET);
	before = count_now();
	expect(wait_count(&counter, before + 1));
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	end(1);
}

EVERYONE_IN_BOTH_MODES(startup_others, "INIT and a start-up IPI to all but self start each of them, once")
{
	u32 others = cpu_count() - 1;

	begin();
	apic_icr_write(APIC_DEST_ALLBUT | APIC_DM_INIT | APIC_INT_ASSERT, 0);
	apic_icr_write(APIC_DEST_ALLBUT | APIC_DM_STARTUP | APIC_INT_ASSERT | PAGE_B, 0);
	expect(wait_started(PAGE_B, others));
	delay(QUIET);
	expect_eq(started_at(PAGE_B)->count, others);
	end(others);
}
