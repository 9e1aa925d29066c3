/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Incoming messages (RISC-V AIA 1.0, chapter 3): the interrupt file of supervisor level of each
 * hart: identities pending and enabled, delivery, threshold, priority by number, claims by stopei,
 * messages written to the file's page, also from other harts, which is an IPI; stopi (section 5.4.2
 * on).
 */
#include "case.h"
#include "arch-hooks.h"
#include "on-cpus.h"
#include "riscv/intc.h"
#include "asm/io.h"
#include "asm/processor.h"
#include "asm/setup.h"
#include "asm/timer.h"

static struct intc imsic;
static unsigned int ids;

void case_setup(void)
{
	require_msg(intc_find(&imsic, "riscv,imsics", IRQ_S_EXT),
		    "the device tree has no IMSIC of supervisor level");
	ids = fdt_number(&machine_fdt, imsic.node, "riscv,num-ids", 0);
	require(ids >= 63);
}

/* Of eip and eie, that has identities which are there. */
static unsigned int last_register(void)
{
	return ids / 64 * 2;
}

/* Nothing pending, all enabled, delivered. */
static void begin(void)
{
	imsic_write(IMSIC_EIDELIVERY, 0);
	imsic_write(IMSIC_EITHRESHOLD, 0);
	for (unsigned int reg = 0; reg <= last_register(); reg += 2) {
		imsic_write(IMSIC_EIP0 + reg, 0);
		imsic_write(IMSIC_EIE0 + reg, ~0ul);
	}
	imsic_write(IMSIC_EIDELIVERY, 1);
}

/* The first word of the page takes identities in little-endian order: section 3.5. */
static void message(int cpu, u32 id)
{
	writel(id, imsic_page(&imsic, cpu));
	mb();
}

static bool interrupts(void)
{
	return csr_read(CSR_SIP) & IP_SEIP;
}

static ulong top(void)
{
	return csr_read(CSR_STOPEI);
}

static ulong claim(void)
{
	return csr_swap(CSR_STOPEI, 0);
}

static ulong topei(ulong id)
{
	return id << 16 | id;		/* section 3.10: an identity is its own priority */
}

CASE(message, "a message makes its identity pending, and interrupts until it is claimed")
{
	begin();
	for (u32 id = 1; id <= ids; id++) {
		expect_eq(top(), 0);
		expect_eq(interrupts(), false);
		message(0, id);
		expect_eq_msg(imsic_bit(IMSIC_EIP0, id), true, "identity %" PRIu32, id);
		expect_eq_msg(top(), topei(id), "identity %" PRIu32, id);
		expect_eq_msg(interrupts(), true, "identity %" PRIu32, id);
		expect_eq_msg(claim(), topei(id), "identity %" PRIu32, id);
		expect_eq_msg(imsic_bit(IMSIC_EIP0, id), false, "identity %" PRIu32, id);
	}
	expect_eq(top(), 0);
	expect_eq(claim(), 0);
	expect_eq(interrupts(), false);
}

CASE(no_identity, "identity 0 and those beyond the last are ignored")
{
	begin();
	message(0, 0);
	message(0, ids + 1);
	message(0, 0x1000);
	message(0, 0x80000001);
	message(0, ~0u);
	expect_eq(top(), 0);
	expect_eq(interrupts(), false);
	for (unsigned int reg = 0; reg <= last_register(); reg += 2)
		expect_eq_msg(imsic_read(IMSIC_EIP0 + reg), 0, "eip%u", reg);
}

CASE(read_only_bits, "bits of identity 0 and of those beyond the last are zero in eip and eie")
{
	begin();
	for (unsigned int reg = 0; reg <= last_register(); reg += 2) {
		ulong there = ~0ul;

		if (reg == last_register() && ids % 64 != 63)
			there = (2ul << ids % 64) - 1;
		if (!reg)
			there &= ~1ul;
		imsic_write(IMSIC_EIE0 + reg, ~0ul);
		expect_eq_msg(imsic_read(IMSIC_EIE0 + reg), there, "eie%u", reg);
		imsic_write(IMSIC_EIE0 + reg, 0);
		expect_eq_msg(imsic_read(IMSIC_EIE0 + reg), 0, "eie%u", reg);
		imsic_write(IMSIC_EIP0 + reg, ~0ul);
		expect_eq_msg(imsic_read(IMSIC_EIP0 + reg), there, "eip%u", reg);
		imsic_write(IMSIC_EIP0 + reg, 0);
		expect_eq_msg(imsic_read(IMSIC_EIP0 + reg), 0, "eip%u", reg);
	}
}

CASE(odd_registers,
     "with 64-bit registers the odd numbers of eip and eie are illegal (section 3.8.3)")
{
	ulong value = 0;

	begin();
	for (unsigned int reg = 1; reg < 64; reg += 2) {
		csr_write(CSR_SISELECT, IMSIC_EIP0 + reg);
		expect_msg(trap_try("csrr %0, " xstr(CSR_SIREG), "+r"(value), "i"(0)),
			   "eip%u traps", reg);
		expect_eq_msg(trap_record()->regs.cause, EXC_INST_ILLEGAL, "eip%u", reg);
		csr_write(CSR_SISELECT, IMSIC_EIE0 + reg);
		expect_msg(trap_try("csrr %0, " xstr(CSR_SIREG), "+r"(value), "i"(0)),
			   "eie%u traps", reg);
	}
}

CASE(enable, "an identity that is not enabled is pending, and does not interrupt")
{
	begin();
	imsic_set_bit(IMSIC_EIE0, 40, false);
	message(0, 40);
	expect_eq(imsic_bit(IMSIC_EIP0, 40), true);
	expect_eq(top(), 0);
	expect_eq(interrupts(), false);
	imsic_set_bit(IMSIC_EIE0, 40, true);
	expect_eq(top(), topei(40));
	expect_eq(interrupts(), true);
	claim();
}

CASE(delivery, "with eidelivery 0 nothing interrupts; stopei shows it all the same")
{
	begin();
	imsic_write(IMSIC_EIDELIVERY, 0);
	expect_eq(imsic_read(IMSIC_EIDELIVERY), 0);
	message(0, 41);
	expect_eq(interrupts(), false);
	expect_eq(top(), topei(41));
	imsic_write(IMSIC_EIDELIVERY, 1);
	expect_eq(imsic_read(IMSIC_EIDELIVERY), 1);
	expect_eq(interrupts(), true);
	expect_eq(claim(), topei(41));
	expect_eq(interrupts(), false);
}

CASE(threshold,
     "identities at the threshold and above it do not interrupt, whatever their enable bits")
{
	begin();
	message(0, 20);
	for (ulong limit = 0; limit < 40; limit++) {
		bool passes = limit == 0 || 20 < limit;

		imsic_write(IMSIC_EITHRESHOLD, limit);
		expect_eq(imsic_read(IMSIC_EITHRESHOLD), limit);
		expect_eq_msg(top(), passes ? topei(20) : 0, "threshold %lu", limit);
		expect_eq_msg(interrupts(), passes, "threshold %lu", limit);
	}
	imsic_write(IMSIC_EITHRESHOLD, 0);
	claim();
}

CASE(priority, "the lowest identity comes first, however they came")
{
	static const u32 order[] = { 33, 2, 62, 1, 17 }, sorted[] = { 1, 2, 17, 33, 62 };

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		message(0, order[i]);
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		expect_eq(claim(), topei(sorted[i]));
	expect_eq(claim(), 0);
}

CASE(once, "an identity that comes twice before it is claimed is pending once")
{
	begin();
	message(0, 9);
	message(0, 9);
	expect_eq(claim(), topei(9));
	expect_eq(claim(), 0);
}

CASE(by_software, "eip can be written: set it interrupts, clear it does not")
{
	begin();
	imsic_set_bit(IMSIC_EIP0, 50, true);
	expect_eq(top(), topei(50));
	expect_eq(interrupts(), true);
	imsic_set_bit(IMSIC_EIP0, 50, false);
	expect_eq(top(), 0);
	expect_eq(interrupts(), false);
}

CASE(page_reads_zero, "the page reads as zero")
{
	begin();
	message(0, 3);
	expect_eq(readl(imsic_page(&imsic, 0)), 0);
	expect_eq(claim(), topei(3));
}

static u32 taken[NR_CPUS], took;

static void handle(struct pt_regs *regs)
{
	taken[arch_cpu_id()] = (u32)(claim() >> 16);
	__atomic_add_fetch(&took, 1, __ATOMIC_SEQ_CST);
}

CASE(interrupt, "the interrupt has cause 9, and comes where sie and sstatus let it; stopi names it")
{
	begin();
	taken[0] = 0;
	install_irq_handler(IRQ_S_EXT, handle);
	message(0, 30);
	expect_eq(csr_read(CSR_STOPI), 0);	/* sie.SEIE is 0: section 5.4.2 */
	local_irq_enable();
	expect_eq(taken[0], 0);
	local_irq_disable();
	csr_set(CSR_SIE, IE_SEIE);
	expect_eq(csr_read(CSR_STOPI) >> 16, IRQ_S_EXT);
	local_irq_enable();
	local_irq_disable();
	expect_eq(taken[0], 30);
	expect_eq(csr_read(CSR_STOPI), 0);
	csr_clear(CSR_SIE, IE_SEIE);
}

/* ---- other harts ---- */

static u32 ready, leave;

static void listen(void *unused)
{
	begin();
	install_irq_handler(IRQ_S_EXT, handle);
	csr_set(CSR_SIE, IE_SEIE);
	local_irq_enable();
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&leave, __ATOMIC_SEQ_CST))
		on_cpus_check();
	local_irq_disable();
	csr_clear(CSR_SIE, IE_SEIE);
}

static void send_to_all(void *from)
{
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		message(cpu, 8 + (u32)(ulong)from);
}

static bool becomes(u32 *p, u32 value)
{
	u64 start = timer_get_cycles();

	while (__atomic_load_n(p, __ATOMIC_SEQ_CST) != value)
		if (timer_get_cycles() - start > 5 * timebase_frequency)
			return false;
	return true;
}

CASE(ipi, "a message from one hart to another interrupts that one and no other")
{
	require(arch_cpu_count() > 1);
	ready = leave = took = 0;
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++)
		on_cpu_async(cpu, listen, NULL);
	insist(becomes(&ready, arch_cpu_count() - 1));
	for (int cpu = 1; cpu < arch_cpu_count(); cpu++) {
		memset(taken, 0, sizeof(taken));
		took = 0;
		message(cpu, 20 + cpu);
		expect(becomes(&took, 1));
		for (int other = 0; other < arch_cpu_count(); other++)
			expect_eq_msg(taken[other], other == cpu ? 20 + cpu : 0,
				      "CPU %d of a message to CPU %d", other, cpu);
	}
	__atomic_store_n(&leave, 1, __ATOMIC_SEQ_CST);
	while (cpus_active() > 1)
		cpu_relax();
}

static void clear_file(void *unused)
{
	begin();
}

static void pending_here(void *result)
{
	*(ulong *)result = imsic_read(IMSIC_EIP0);
}

CASE(from_all, "every hart writes to every hart, and no message is lost")
{
	ulong all = ((1ul << arch_cpu_count()) - 1) << 8, seen;

	require(arch_cpu_count() > 1);
	on_cpus(clear_file, NULL);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		on_cpu(cpu, send_to_all, (void *)(ulong)cpu);
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++) {
		seen = 0;
		on_cpu(cpu, pending_here, &seen);
		expect_eq_msg(seen, all, "CPU %d", cpu);
	}
	on_cpus(clear_file, NULL);
}
