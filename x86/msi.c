/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device's interrupts, with QEMU's edu: as messages (PCI Local Bus 3.0, section 6.8; SDM volume 3, section 11.11) and by
 * its pin through the I/O APIC (PCI, sections 2.2.6 and 6.2.2; 82093AA data sheet). Each CPU counts what it gets: the one
 * that is meant once, the others nothing. The APICs are in xAPIC mode, so that all destinations have 8 bits.
 */
#include "apic_test.h"
#include "pci-edu.h"
#include "x86/smp.h"

#define VECTOR		0x61
#define OTHER_VECTOR	0x72

/* Messages: the address (SDM, 11.11.1) and the data (11.11.2). */
#define MSI_ADDRESS(dest)	(APIC_DEFAULT_PHYS_BASE | (u32)(dest) << 12)
#define MSI_HINT		(1u << 3)	/* to the one with the lowest priority of those that are meant */
#define MSI_LOGICAL		(1u << 2)	/* ignored without the hint */
#define MSI_NMI			(4u << 8)
#define MSI_LOWEST		(1u << 8)

/* Bits of edu's interrupt status that mean nothing else. */
#define REASON		0x50002
#define REASON2		0x00400

static struct pci_edu_dev edu;
static u32 received[MAX_TEST_CPUS], nmis;
static u8 last_vector;
static bool acknowledges, trigger_mode;

static void receive(isr_regs_t *regs)
{
	last_vector = regs->vector;
	trigger_mode = apic_read_bit(APIC_TMR, regs->vector);
	if (acknowledges)
		edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	__atomic_add_fetch(&received[smp_id()], 1, __ATOMIC_SEQ_CST);
	eoi();
}

static void receive_nmi(struct ex_regs *regs)
{
	__atomic_add_fetch(&nmis, 1, __ATOMIC_SEQ_CST);
}

static void to_xapic(void *unused)
{
	use_xapic();
	apic_write(APIC_DFR, APIC_DFR_FLAT);
	apic_write(APIC_LDR, 0x01000000u << smp_id() % 8);
}

static void let_in(void *unused)
{
	drain();
}

/* The device quiet, its interrupts by the pin and masked, all CPUs in xAPIC mode. */
static void prepare(void)
{
	require_msg(edu.reg_base, "no edu device");
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	pci_msi_set_enable(&edu.pci_dev, false);
	pci_cmd_set_clr(&edu.pci_dev, PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY, PCI_COMMAND_INTX_DISABLE);
	if (pci_intx_line(&edu.pci_dev) != 0xff)
		set_mask(pci_intx_line(&edu.pci_dev), 1);
	on_cpus(to_xapic, NULL);
	handle_irq(VECTOR, receive);
	handle_irq(OTHER_VECTOR, receive);
	acknowledges = true;
	memset(received, 0, sizeof(received));
}

void case_setup(void)
{
	edu_init(&edu);
}

static u32 sum(void)
{
	u32 n = 0;

	for (int cpu = 0; cpu < cpu_count(); cpu++)
		n += __atomic_load_n(&received[cpu], __ATOMIC_ACQUIRE);
	return n;
}

/* Waits for n interrupts in all, lets in what should not come, and compares what each CPU of set got: times each. */
static void expect_received(u32 set, u32 times)
{
	u32 n = 0;
	u64 begin = rdtsc();

	for (int cpu = 0; cpu < cpu_count(); cpu++)
		n += (set >> cpu & 1) * times;
	do {
		on_cpus(let_in, NULL);
	} while (sum() < n && rdtsc() - begin < WAIT_TICKS);
	on_cpus(let_in, NULL);
	for (int cpu = 0; cpu < cpu_count(); cpu++)
		expect_eq_msg(received[cpu], (set >> cpu & 1) * times, "interrupts of CPU %d", cpu);
	memset(received, 0, sizeof(received));
}

static void raise(u32 reason)
{
	edu_reg_writel(&edu, EDU_REG_INTR_RAISE, reason);
}

/* ---- the capability ---- */

CASE(msi_capability, "MSI: its registers hold what can be written, the rest is 0 (PCI 6.8.1)")
{
	u16 at;

	prepare();
	at = edu.pci_dev.msi_offset;
	insist(at);
	insist(pci_setup_msi(&edu.pci_dev, 0xfee0f00cull, 0x1234));
	/* Enabled, 64-bit addresses, one message of one. */
	expect_eq(pci_config_readw(edu.pci_dev.bdf, at + PCI_MSI_FLAGS), PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_64BIT);
	expect_eq(pci_config_readl(edu.pci_dev.bdf, at + PCI_MSI_ADDRESS_LO), 0xfee0f00cu);
	expect_eq(pci_config_readl(edu.pci_dev.bdf, at + PCI_MSI_ADDRESS_HI), 0);
	expect_eq(pci_config_readw(edu.pci_dev.bdf, at + PCI_MSI_DATA_64), 0x1234);
	pci_config_writel(edu.pci_dev.bdf, at + PCI_MSI_ADDRESS_LO, ~0u);
	expect_eq(pci_config_readl(edu.pci_dev.bdf, at + PCI_MSI_ADDRESS_LO), ~3u);
	pci_msi_set_enable(&edu.pci_dev, false);
	expect_eq(pci_config_readw(edu.pci_dev.bdf, at + PCI_MSI_FLAGS), PCI_MSI_FLAGS_64BIT);
	expect_eq(pci_config_readw(edu.pci_dev.bdf, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE, PCI_COMMAND_INTX_DISABLE);
}

/* ---- messages ---- */

CASE(msi_physical, "MSI: the message brings its vector to the CPU of its APIC ID, edge-triggered, once")
{
	prepare();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[cpu]), VECTOR));
		raise(REASON);
		expect_received(1u << cpu, 1);
		expect_eq(last_vector, VECTOR);
		expect_eq(trigger_mode, false);
		expect_eq(edu_reg_readl(&edu, EDU_REG_INTR_STATUS), 0);
	}
}

CASE(msi_vectors, "MSI: every vector from 0x30 to 0xee arrives as itself")
{
	prepare();
	for (u32 vector = 0x30; vector < 0xef; vector++) {
		handle_irq(vector, receive);
		insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), vector));
		raise(REASON);
		for (u64 begin = rdtsc(); !sum() && rdtsc() - begin < WAIT_TICKS; )
			drain();
		expect_eq_msg(last_vector, vector, "vector %#" PRIx32, vector);
		expect_eq_msg(sum(), 1, "vector %#" PRIx32, vector);
		memset(received, 0, sizeof(received));
	}
}

CASE(msi_again, "MSI: raising twice is two messages; acknowledging to the device is none")
{
	prepare();
	acknowledges = false;
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), VECTOR));
	raise(REASON);
	expect_received(1, 1);
	raise(REASON2);
	expect_received(1, 1);
	expect_eq(edu_reg_readl(&edu, EDU_REG_INTR_STATUS), REASON | REASON2);
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, REASON2);
	expect_eq(edu_reg_readl(&edu, EDU_REG_INTR_STATUS), REASON);
	expect_received(0, 0);
}

#define GROUP(set)	(MSI_ADDRESS(set) | MSI_HINT | MSI_LOGICAL)

CASE(msi_logical, "MSI: a logical destination, which takes the redirection hint, is the CPU of that bit; 0xff is all CPUs")
{
	prepare();
	require_msg(cpu_count() <= 8, "has more than 8 CPUs");
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		insist(pci_setup_msi(&edu.pci_dev, GROUP(1u << cpu), VECTOR));
		raise(REASON);
		expect_received(1u << cpu, 1);
	}
	acknowledges = false;
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(0xff), VECTOR));
	raise(REASON);
	expect_received((1u << cpu_count()) - 1, 1);
}

static void expect_one_of_group(u32 data)
{
	prepare();
	require_msg(cpu_count() >= 2 && cpu_count() <= 8, "needs 2 to 8 CPUs");
	acknowledges = false;
	for (u32 set = 1; set < 1u << cpu_count(); set++) {
		u32 in = 0;

		memset(received, 0, sizeof(received));
		insist(pci_setup_msi(&edu.pci_dev, GROUP(set), data));
		raise(REASON);
		for (u64 begin = rdtsc(); !sum() && rdtsc() - begin < WAIT_TICKS; )
			on_cpus(let_in, NULL);
		on_cpus(let_in, NULL);
		for (int cpu = 0; cpu < cpu_count(); cpu++)
			in += (set >> cpu & 1) * received[cpu];
		expect_eq_msg(in, 1, "CPUs of set %#" PRIx32, set);
		expect_eq_msg(sum(), 1, "all CPUs, set %#" PRIx32, set);
	}
}

CASE(msi_lowest_priority, "MSI: delivery mode lowest priority reaches exactly one CPU of a logical set")
{
	expect_one_of_group(MSI_LOWEST | VECTOR);
}

CASE(msi_hint, "MSI: the redirection hint makes a fixed interrupt reach exactly one CPU of a logical set")
{
	expect_one_of_group(VECTOR);
}

CASE(msi_nobody, "MSI: a destination that no CPU has interrupts none")
{
	prepare();
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(0xfd), VECTOR));
	raise(REASON);
	expect_received(0, 0);
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), VECTOR));
	raise(REASON);
	expect_received(1, 1);
}

CASE(msi_nmi, "MSI: delivery mode NMI is an NMI, whatever the vector")
{
	prepare();
	nmis = 0;
	handle_exception(NMI_VECTOR, receive_nmi);
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), MSI_NMI | VECTOR));
	raise(REASON);
	for (u64 begin = rdtsc(); !__atomic_load_n(&nmis, __ATOMIC_ACQUIRE) && rdtsc() - begin < WAIT_TICKS; )
		pause();
	expect_received(0, 0);
	expect_eq(nmis, 1);
	handle_exception(NMI_VECTOR, NULL);
}

CASE(msi_off, "MSI: no message without MSI enable, none without bus mastering (PCI 6.8.1.3, 6.2.2)")
{
	prepare();
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), VECTOR));
	pci_msi_set_enable(&edu.pci_dev, false);
	raise(REASON);
	expect_received(0, 0);
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	pci_msi_set_enable(&edu.pci_dev, true);
	pci_cmd_set_clr(&edu.pci_dev, 0, PCI_COMMAND_MASTER);
	raise(REASON);
	expect_received(0, 0);
	pci_cmd_set_clr(&edu.pci_dev, PCI_COMMAND_MASTER, 0);
	raise(REASON);
	expect_received(1, 1);
}

CASE(msi_ram, "MSI: a message to an address of RAM is a write of 32 bits there, not an interrupt")
{
	static volatile u32 words[3] __attribute__((aligned(16)));

	prepare();
	words[0] = words[1] = words[2] = 0xa5a5a5a5;
	insist(pci_setup_msi(&edu.pci_dev, virt_to_phys((void *)&words[1]), VECTOR));
	raise(REASON);
	for (u64 begin = rdtsc(); words[1] != VECTOR && rdtsc() - begin < WAIT_TICKS; )
		pause();
	expect_eq(words[0], 0xa5a5a5a5);
	expect_eq(words[1], VECTOR);
	expect_eq(words[2], 0xa5a5a5a5);
	expect_received(0, 0);
}

CASE(msi_factorial, "MSI: the device's own interrupt says in its status what it is")
{
	prepare();
	acknowledges = false;
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), OTHER_VECTOR));
	edu_reg_writel(&edu, EDU_REG_STATUS, EDU_STATUS_INT_ENABLE);
	edu_reg_writel(&edu, EDU_REG_FACTORIAL, 10);
	expect_received(1, 1);
	expect_eq(last_vector, OTHER_VECTOR);
	expect_eq(edu_reg_readl(&edu, EDU_REG_FACTORIAL), 3628800);
	expect_eq(edu_reg_readl(&edu, EDU_REG_INTR_STATUS), EDU_INTR_FACTORIAL);
	edu_reg_writel(&edu, EDU_REG_STATUS, 0);
}

/* ---- the pin ---- */

static unsigned int pin(void)
{
	unsigned int line = pci_intx_line(&edu.pci_dev);

	require_msg(line != 0xff, "the pin leads nowhere");
	return line;
}

static u16 pin_status(void)
{
	return pci_config_readw(edu.pci_dev.bdf, PCI_STATUS) & PCI_STATUS_INTERRUPT;
}

CASE(intx, "INTx: comes once if the handler acknowledges to the device, level-triggered")
{
	ioapic_redir_entry_t entry;

	prepare();
	ioapic_set_redir(pin(), VECTOR, TRIGGER_LEVEL);
	for (int i = 0; i < 3; i++) {
		raise(REASON);
		expect_received(1, 1);
		expect_eq(last_vector, VECTOR);
		expect_eq(trigger_mode, true);
	}
	entry = ioapic_read_redir(pin());
	expect_eq(entry.vector, VECTOR);
	expect_eq(entry.remote_irr, 0);
	expect_eq(entry.delivery_status, 0);
	expect_eq(pin_status(), 0);
}

static u32 storm;

static void receive_unacknowledged(isr_regs_t *regs)
{
	if (++storm == 3)
		edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	eoi();
}

CASE(intx_level, "INTx: comes again after EOI for as long as the device asks")
{
	prepare();
	storm = 0;
	handle_irq(VECTOR, receive_unacknowledged);
	ioapic_set_redir(pin(), VECTOR, TRIGGER_LEVEL);
	raise(REASON);
	on_cpus(let_in, NULL);
	on_cpus(let_in, NULL);
	expect_eq(storm, 3);
}

static bool irr_in_service;

static void note_remote_irr(isr_regs_t *regs)
{
	irr_in_service = ioapic_read_redir(pin()).remote_irr;
	edu_reg_writel(&edu, EDU_REG_INTR_ACK, ~0u);
	receive(regs);
}

CASE(intx_remote_irr, "INTx: remote IRR is set from acceptance to EOI")
{
	prepare();
	irr_in_service = false;
	handle_irq(VECTOR, note_remote_irr);
	ioapic_set_redir(pin(), VECTOR, TRIGGER_LEVEL);
	expect_eq(ioapic_read_redir(pin()).remote_irr, 0);
	raise(REASON);
	expect_received(1, 1);
	expect_eq(irr_in_service, true);
	expect_eq(ioapic_read_redir(pin()).remote_irr, 0);
}

CASE(intx_masked, "INTx: a masked line is asked for in vain, until it is unmasked")
{
	prepare();
	ioapic_set_redir(pin(), VECTOR, TRIGGER_LEVEL);
	set_mask(pin(), 1);
	raise(REASON);
	expect_received(0, 0);
	expect_eq(pin_status(), PCI_STATUS_INTERRUPT);
	set_mask(pin(), 0);
	expect_received(1, 1);
	expect_eq(pin_status(), 0);
}

CASE(intx_disable, "INTx: interrupt disable holds the pin back, the status still tells (PCI 6.2.2, 6.2.3)")
{
	prepare();
	ioapic_set_redir(pin(), VECTOR, TRIGGER_LEVEL);
	pci_cmd_set_clr(&edu.pci_dev, PCI_COMMAND_INTX_DISABLE, 0);
	raise(REASON);
	expect_received(0, 0);
	expect_eq(pin_status(), PCI_STATUS_INTERRUPT);
	pci_cmd_set_clr(&edu.pci_dev, 0, PCI_COMMAND_INTX_DISABLE);
	expect_received(1, 1);
}

CASE(intx_or_msi, "with MSI enabled the pin stays quiet, without a word from interrupt disable (PCI 6.8.1.3)")
{
	prepare();
	ioapic_set_redir(pin(), OTHER_VECTOR, TRIGGER_LEVEL);
	insist(pci_setup_msi(&edu.pci_dev, MSI_ADDRESS(id_map[0]), VECTOR));
	pci_cmd_set_clr(&edu.pci_dev, 0, PCI_COMMAND_INTX_DISABLE);
	acknowledges = false;
	raise(REASON);
	expect_received(1, 1);
	expect_eq(last_vector, VECTOR);
}

CASE(intx_destination, "INTx: the I/O APIC's destination is the CPU of that APIC ID")
{
	ioapic_redir_entry_t entry = { .vector = OTHER_VECTOR, .trig_mode = TRIGGER_LEVEL };

	prepare();
	for (int cpu = 0; cpu < cpu_count(); cpu++) {
		entry.dest_id = id_map[cpu];
		ioapic_write_redir(pin(), entry);
		raise(REASON);
		expect_received(1u << cpu, 1);
		expect_eq(last_vector, OTHER_VECTOR);
	}
}
