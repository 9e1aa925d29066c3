/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the other CPUs and calls them. One INIT and one start-up IPI go to all at once (SDM volume 3, section 9.4.4;
 * the second start-up IPI and the pauses there are for CPUs before the P6). The way up: trampoline.S.
 */
#include "acpi.h"
#include "alloc_page.h"
#include "arch-hooks.h"
#include "patience.h"
#include "x86/cpu_setup.h"
#include "x86/exceptions.h"
#include "x86/fwcfg.h"
#include "x86/smp.h"
#include "x86/trampoline.h"
#include "asm/io.h"
#include "asm/page.h"
#include "asm/spinlock.h"

#define STACK_ORDER	3
#define STACK_SIZE	(PAGE_SIZE << STACK_ORDER)

#define START_PATIENCE	10	/* seconds, for all together */
#define UNKNOWN_COUNT	64	/* stacks, if nobody says how many CPUs there are */
#define UNKNOWN_WAIT	1	/* seconds for them to come */

u32 id_map[MAX_TEST_CPUS];
unsigned int cpu_online_count = 1;

u32 start_cpu_next = 1, start_cpu_limit;
u32 start_cpu_stacks[MAX_TEST_CPUS];
u32 start_cpu_cr0, start_cpu_cr3, start_cpu_cr4, start_cpu_efer;

static bool idles[MAX_TEST_CPUS];

/* By order of arrival: the APIC IDs, and, for those that wait for it, the CPU numbers. */
static u32 arrived_id[MAX_TEST_CPUS];
static int arrived_cpu[MAX_TEST_CPUS];
static bool numbered_by_id;
/* Of smp_restart(): the one that comes again; its number is known. 0: none. */
static int restarted;
static u32 arrival_of[MAX_TEST_CPUS];

/* Asked once: CPUID says no while a test has disabled the APIC. */
static bool has_apic;

int cpu_count(void)
{
	return cpu_online_count;
}

int arch_cpu_count(void)
{
	return cpu_online_count;
}

int smp_id(void)
{
	return arch_cpu_id();
}

struct guest_regs *this_cpu_guest_regs(void)
{
	static struct guest_regs regs[MAX_TEST_CPUS];

	return &regs[arch_cpu_id()];
}

/* ---- calls ---- */

static void ipi(struct ex_regs *regs)
{
	eoi();
	/* Best in the idle loop: there a stack trace shows the call alone, and nothing is in service. */
	if (!idles[arch_cpu_id()])
		on_cpus_serve();
}

static _Noreturn void idle(void)
{
	bool *idle = &idles[arch_cpu_id()];

	for (;;) {
		cli();
		*idle = false;
		on_cpus_serve();
		cli();
		*idle = true;
		if (!on_cpus_pending())
			safe_halt();
	}
}

bool arch_kick_cpu(int cpu)
{
	if (cpu < 0 || cpu >= arch_cpu_count() || !has_apic)
		return false;
	apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | APIC_INT_ASSERT | IPI_VECTOR, id_map[cpu]);
	return true;
}

static void reset_this_apic(void *unused)
{
	reset_apic();
	enable_apic();
}

void smp_reset_apic(void)
{
	on_cpus(reset_this_apic, NULL);
}

/* ---- the way up ---- */

/* APIC IDs are 0 to count - 1 but on a machine with an odd topology: there the boot CPU deals out what is left. */
static int choose_number(u32 n, u32 id)
{
	arrived_id[n] = id;
	if (numbered_by_id && id && id < start_cpu_limit)
		__atomic_store_n(&arrived_cpu[n], id, __ATOMIC_RELEASE);
	else
		__atomic_store_n(&arrived_cpu[n], -1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&arrived_cpu[n], __ATOMIC_ACQUIRE) < 0)
		cpu_relax();
	return arrived_cpu[n];
}

static _Noreturn void come_again(int cpu)
{
	load_gdt_idt_tss(cpu);
	cpu_setup();
	on_cpus_forget(cpu);
	__atomic_store_n(&restarted, 0, __ATOMIC_RELEASE);
	idle();
}

_Noreturn void start_cpu(u32 n)
{
	u32 id;
	int cpu;

	if (restarted)
		come_again(restarted);
	/* Until its tables are loaded this CPU passes for CPU 0, whose APIC is in the same mode. */
	enable_x2apic();
	id = apic_id();
	cpu = choose_number(n, id);
	arrival_of[cpu] = n;
	load_gdt_idt_tss(cpu);
	id_map[cpu] = id;
	cpu_setup();
	__atomic_add_fetch(&cpu_online_count, 1, __ATOMIC_SEQ_CST);
	idle();
}

static bool number_taken(int cpu, u32 arrivals)
{
	for (u32 n = 1; n < arrivals; n++)
		if (arrived_cpu[n] == cpu)
			return true;
	return false;
}

/* Deals out the numbers that are left to the CPUs that wait for one, in the order of their APIC IDs. */
static void number_the_waiting(u32 arrivals)
{
	int cpu = 1;

	for (;;) {
		u32 best = 0;

		for (u32 n = 1; n < arrivals; n++)
			if (arrived_cpu[n] < 0 && (!best || arrived_id[n] < arrived_id[best]))
				best = n;
		if (!best)
			return;
		while (number_taken(cpu, arrivals))
			cpu++;
		__atomic_store_n(&arrived_cpu[best], cpu, __ATOMIC_RELEASE);
	}
}

/* How many of the CPUs that have come have said their APIC ID. */
static u32 count_arrivals(u32 count)
{
	u32 n = 1;

	while (n < count && __atomic_load_n(&arrived_cpu[n], __ATOMIC_ACQUIRE))
		n++;
	return n;
}

static bool has_come(u32 id, u32 arrivals)
{
	for (u32 n = 1; n < arrivals; n++)
		if (arrived_id[n] == id)
			return true;
	return id == id_map[0];
}

static _Noreturn void say_missing(u32 count, u32 arrivals)
{
	u32 id = 0;

	while (has_come(id, arrivals))
		id++;
	report_abort("%" PRIu32 " of %" PRIu32 " CPUs came up in %d seconds: the one with APIC ID %" PRIu32
		     " did not (or the machine has none with that ID)", arrivals, count, START_PATIENCE, id);
}

static void wait_for_cpus(u32 count)
{
	struct patience patience = { 0 };
	u32 arrivals;

	while ((arrivals = count_arrivals(count)) < count) {
		if (patience_over(&patience, START_PATIENCE))
			say_missing(count, arrivals);
		cpu_relax();
	}
	number_the_waiting(arrivals);
	patience = (struct patience){ 0 };
	while (__atomic_load_n(&cpu_online_count, __ATOMIC_ACQUIRE) < count) {
		if (patience_over(&patience, START_PATIENCE))
			report_abort("%u of %" PRIu32 " CPUs are ready after %d seconds", cpu_online_count,
				     count, START_PATIENCE);
		cpu_relax();
	}
}

/* Nobody says how many there are: those that come in time. */
static u32 wait_for_unknown(void)
{
	struct patience patience = { 0 };

	while (!patience_over(&patience, UNKNOWN_WAIT))
		cpu_relax();
	/* From here on the trampoline lets nobody pass. */
	return MIN(__atomic_exchange_n(&start_cpu_next, MAX_TEST_CPUS, __ATOMIC_SEQ_CST), start_cpu_limit);
}

static void prepare_registers(void)
{
	start_cpu_cr0 = read_cr0();
	start_cpu_cr3 = read_cr3();
	start_cpu_cr4 = read_cr4();
	start_cpu_efer = this_cpu_has(X86_FEATURE_LM) ? rdmsr(MSR_EFER) & ~EFER_LMA : 0;
}

/* Puts the trampoline where it runs, and keeps what was there; or puts that back. */
static void place_trampoline(bool place)
{
	static char saved[256];
	size_t size = trampoline_end - trampoline_start;
	char *trampoline = phys_to_virt(TRAMPOLINE);

	assert(size <= sizeof(saved));
	if (place)
		memcpy(saved, trampoline, size);
	memcpy(trampoline, place ? trampoline_start : saved, size);
}

static void start(u32 shorthand, u32 dest)
{
	prepare_registers();
	place_trampoline(true);
	apic_icr_write(shorthand | APIC_DM_INIT | APIC_INT_ASSERT, dest);
	apic_icr_write(shorthand | APIC_DM_STARTUP | APIC_INT_ASSERT | TRAMPOLINE >> PAGE_SHIFT, dest);
}

static void start_all(u32 count)
{
	bool known = count != 0;

	start_cpu_limit = known ? count : UNKNOWN_COUNT;
	numbered_by_id = known && !id_map[0];
	for (u32 n = 1; n < start_cpu_limit; n++)
		start_cpu_stacks[n] = (uintptr_t)alloc_pages_flags(STACK_ORDER, AREA_DMA32 | FLAG_DONTZERO) +
				      STACK_SIZE;
	start(APIC_DEST_ALLBUT, 0);
	wait_for_cpus(known ? count : wait_for_unknown());
	place_trampoline(false);
}

void smp_restart(int cpu)
{
	struct patience patience = { 0 };

	assert_msg(cpu > 0 && cpu < cpu_count() && cpu != smp_id(), "CPU %d", cpu);
	start_cpu_next = arrival_of[cpu];
	start_cpu_limit = start_cpu_next + 1;
	__atomic_store_n(&restarted, cpu, __ATOMIC_RELEASE);
	start(APIC_DEST_PHYSICAL, id_map[cpu]);
	while (__atomic_load_n(&restarted, __ATOMIC_ACQUIRE))
		if (patience_over(&patience, START_PATIENCE))
			report_abort("CPU %d does not start again within %d seconds", cpu, START_PATIENCE);
	place_trampoline(false);
}

/* Section 5.2.12.2 and 5.2.12.12 of ACPI 6.4. */
static bool madt_cpu_enabled(const struct acpi_subtable *entry)
{
	if (entry->type == ACPI_MADT_LOCAL_APIC && entry->length >= sizeof(struct acpi_madt_local_apic))
		return ((const struct acpi_madt_local_apic *)entry)->flags & ACPI_MADT_ENABLED;
	if (entry->type == ACPI_MADT_LOCAL_X2APIC && entry->length >= sizeof(struct acpi_madt_local_x2apic))
		return ((const struct acpi_madt_local_x2apic *)entry)->flags & ACPI_MADT_ENABLED;
	return false;
}

/* How many CPUs the machine says it has; 0 if it does not say. */
static u32 said_count(void)
{
	const struct acpi_table_madt *madt;
	const struct acpi_subtable *entry = NULL;
	u32 count = 0;

	if (fwcfg_present())
		return fwcfg_get_u16(FW_CFG_NB_CPUS);
	madt = find_acpi_table_addr(MADT_SIGNATURE);
	if (madt)
		while ((entry = acpi_madt_next(madt, entry)))
			count += madt_cpu_enabled(entry);
	return count;
}

void smp_init(void)
{
	u32 count;

	has_apic = this_cpu_has(X86_FEATURE_APIC);
	if (!has_apic)
		return;
	count = said_count();
	id_map[0] = apic_id();
	if (count > MAX_TEST_CPUS)
		report_abort("%" PRIu32 " CPUs: this library can start %d", count, MAX_TEST_CPUS);
	handle_exception(IPI_VECTOR, ipi);
	if (count != 1)
		start_all(count);
}
