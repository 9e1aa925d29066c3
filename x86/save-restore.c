/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A vCPU whose state is saved, that is reset and restored, and a whole VM that is moved into a new one (Linux,
 * Documentation/virt/kvm/api.rst: KVM_GET_REGS to KVM_SET_VCPU_EVENTS, KVM_GET_IRQCHIP, KVM_GET_PIT2): what a live migration does,
 * in one process. Every register, what is pending, and time must be as if nothing had been. Each case is run for both; the
 * restore itself is one OUT instruction, so that general registers and flags can be compared around it.
 */
#include "hostcall.h"
#include "x86/apic.h"
#include "x86/delay.h"
#include "x86/desc.h"
#include "x86/isr.h"
#include "x86/msr.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "asm/debugreg.h"
#include "asm/io.h"

#define VECTOR		0x51
#define OTHER_VECTOR	0x62

static struct hostop_request request;

/* Both operations, one after the other: a case is done for each of them. */
static const struct { unsigned int op; const char *name; } ways[] = {
	{ HOSTOP_VCPU_RESTORE, "vCPU" }, { HOSTOP_VM_MIGRATE, "VM" },
};

static void prepare(unsigned int op)
{
	request = (struct hostop_request){
		.magic = HOSTOP_MAGIC, .version = HOSTOP_VERSION, .size = sizeof(request), .op = op, .result = 1,
		.args = { op == HOSTOP_VCPU_RESTORE ? HOSTOP_SELF : 0 },
	};
}

static void done(const char *name)
{
	expect_eq_msg((u32)request.result, 0, "the restored %s", name);
}

/* What follows runs on a restored CPU. */
static void restore(unsigned int way)
{
	prepare(ways[way].op);
	outl(virt_to_phys(&request), HOSTOP_PORT);
	done(ways[way].name);
}

static void begin(void)
{
	require_hostop(HOSTOP_VCPU_RESTORE);
	require_hostop(HOSTOP_VM_MIGRATE);
}

#define EACH_WAY(way) for (unsigned int way = 0; way < ARRAY_SIZE(ways); way++)

/* ---- registers ---- */

CASE(general, "general registers, and the flags, over the instruction that asks")
{
	begin();
	EACH_WAY(way) {
		unsigned long b = 0x1b1b1b1b, s = 0x3d3d3d3d, d = 0x4e4e4e4e, flags;

		prepare(ways[way].op);
		/* CF, PF, AF, ZF, SF, DF and OF set. */
		asm volatile("push %[wanted]\n\tpopf\n\toutl %%eax, %%dx\n\tpushf\n\tpop %[flags]\n\tcld"
			     : "+b" (b), "+S" (s), "+D" (d), [flags] "=c" (flags)
			     : "a" ((u32)virt_to_phys(&request)), "d" (HOSTOP_PORT), [wanted] "i" (0xcd7) : "memory", "cc");
		done(ways[way].name);
		expect_eq(b, 0x1b1b1b1b);
		expect_eq(s, 0x3d3d3d3d);
		expect_eq(d, 0x4e4e4e4e);
		expect_eq(flags, 0xcd7);
	}
}

CASE(control, "control and debug registers, descriptor tables, task register and segments")
{
	begin();
	EACH_WAY(way) {
		struct descriptor_table_ptr gdt[2], idt[2];
		unsigned long cr0 = read_cr0(), cr3 = read_cr3(), cr4 = read_cr4();
		u16 segments[2][4];

		write_cr2(0x12345678 + way);
		write_dr0(0x1000 + way);
		write_dr3(0x3000 + way);
		sgdt(&gdt[0]);
		sidt(&idt[0]);
		segments[0][0] = read_cs(), segments[0][1] = read_ss(), segments[0][2] = read_ds(), segments[0][3] = str();
		restore(way);
		sgdt(&gdt[1]);
		sidt(&idt[1]);
		segments[1][0] = read_cs(), segments[1][1] = read_ss(), segments[1][2] = read_ds(), segments[1][3] = str();
		expect_eq(read_cr0(), cr0);
		expect_eq(read_cr2(), 0x12345678 + way);
		expect_eq(read_cr3(), cr3);
		expect_eq(read_cr4(), cr4);
		expect_eq(read_dr0(), 0x1000 + way);
		expect_eq(read_dr3(), 0x3000 + way);
		expect_mem(&gdt[1], &gdt[0], sizeof(gdt[0]));
		expect_mem(&idt[1], &idt[0], sizeof(idt[0]));
		expect_mem(segments[1], segments[0], sizeof(segments[0]));
	}
	write_dr0(0);
	write_dr3(0);
}

CASE(msrs, "MSRs that can be written")
{
	static const struct { u32 index; u64 feature, value; } rows[] = {
		{ MSR_IA32_SYSENTER_CS, X86_FEATURE_SEP, 0x1230 },
		{ MSR_IA32_SYSENTER_ESP, X86_FEATURE_SEP, 0x12345678 },
		{ MSR_IA32_SYSENTER_EIP, X86_FEATURE_SEP, 0x12345670 },
		{ MSR_STAR, X86_FEATURE_LM, 0x0013000800000000 },
		{ MSR_LSTAR, X86_FEATURE_LM, 0x123456789abc },
		{ MSR_CSTAR, X86_FEATURE_LM, 0x3456789abcde },
		{ MSR_SYSCALL_MASK, X86_FEATURE_LM, 0x47700 },
		{ MSR_KERNEL_GS_BASE, X86_FEATURE_LM, 0x500000 },
		{ MSR_TSC_AUX, X86_FEATURE_RDTSCP, 0x42 },
		{ MSR_IA32_CR_PAT, X86_FEATURE_PAT, 0x0706050400070406 },
	};
	u64 old[ARRAY_SIZE(rows)];

	begin();
	EACH_WAY(way) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			if (!this_cpu_has(rows[i].feature))
				continue;
			old[i] = rdmsr(rows[i].index);
			wrmsr(rows[i].index, rows[i].value);
		}
		restore(way);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			if (!this_cpu_has(rows[i].feature))
				continue;
			expect_eq_msg(rdmsr(rows[i].index), rows[i].value, "MSR %#" PRIx32 ", %s", rows[i].index, ways[way].name);
			wrmsr(rows[i].index, old[i]);
		}
	}
}

CASE(time, "the time stamp counter goes on, and never back")
{
	begin();
	EACH_WAY(way) {
		u64 before = rdtsc(), rets[HOSTOP_RETS], passed, host;

		insist_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
		host = rets[0];
		restore(way);
		passed = rdtsc() - before;
		insist_eq(hostop_get(rets, HOSTOP_HOST_TIME), 0);
		expect_lt(passed, 1ull << 40);
		expect_gt(passed, 0);
		/* It stood still at most while the state was away. */
		if (tsc_frequency())
			expect_le(passed / (tsc_frequency() / 1000000), (rets[0] - host) / 1000 + 100000);
	}
}

/* ---- the local APIC, and what is pending ---- */

static volatile u32 taken, others;

static void take(isr_regs_t *regs)
{
	taken++;
	eoi();
}

static void take_other(isr_regs_t *regs)
{
	others++;
	eoi();
}

/* Lets what is pending in: an emulator may look for interrupts only while the CPU is out of the guest. */
static void let_in(void)
{
	for (int i = 0; i < 20; i++) {
		sti();
		hostop(HOSTOP_SLEEP, 100000);
		cli();
	}
}

CASE(apic, "registers of the local APIC")
{
	static const struct { u32 reg, value; } rows[] = {
		{ APIC_TASKPRI, 0x30 }, { APIC_LVT0, 0x10000 | 0x61 }, { APIC_LVT1, 0x10000 | 0x400 },
		{ APIC_LVTT, 0x10000 | 0x63 }, { APIC_TDCR, 0x3 }, { APIC_SPIV, 0x1f0 | 0xf },
	};
	u32 old[ARRAY_SIZE(rows)], id;

	begin();
	id = apic_id();
	EACH_WAY(way) {
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			old[i] = apic_read(rows[i].reg);
			apic_write(rows[i].reg, rows[i].value);
		}
		restore(way);
		expect_eq(apic_id(), id);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			expect_eq_msg(apic_read(rows[i].reg), rows[i].value, "register %#" PRIx32 ", %s", rows[i].reg,
				      ways[way].name);
			apic_write(rows[i].reg, old[i]);
		}
	}
}

CASE(pending, "interrupts that wait stay, in number and priority, and come once")
{
	begin();
	handle_irq(VECTOR, take);
	handle_irq(OTHER_VECTOR, take_other);
	EACH_WAY(way) {
		taken = others = 0;
		apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | VECTOR, 0);
		apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | OTHER_VECTOR, 0);
		restore(way);
		expect(apic_read_bit(APIC_IRR, VECTOR));
		expect(apic_read_bit(APIC_IRR, OTHER_VECTOR));
		expect_eq(taken, 0);
		let_in();
		expect_eq_msg(taken, 1, "%s", ways[way].name);
		expect_eq_msg(others, 1, "%s", ways[way].name);
	}
}

static unsigned int in_service_way;
static bool was_in_service, is_in_service;

static void restore_in_handler(isr_regs_t *regs)
{
	was_in_service = apic_read_bit(APIC_ISR, VECTOR);
	restore(in_service_way);
	is_in_service = apic_read_bit(APIC_ISR, VECTOR);
	taken++;
	eoi();
}

CASE(in_service, "an interrupt in service is so after, and ends by one EOI")
{
	begin();
	handle_irq(VECTOR, restore_in_handler);
	EACH_WAY(way) {
		taken = 0;
		was_in_service = is_in_service = false;
		in_service_way = way;
		apic_icr_write(APIC_DEST_SELF | APIC_DM_FIXED | VECTOR, 0);
		let_in();
		expect_eq(taken, 1);
		expect(was_in_service);
		expect_eq(is_in_service, was_in_service);
		expect(!apic_read_bit(APIC_ISR, VECTOR));
	}
}

CASE(timer, "a running timer goes on, and comes once")
{
	begin();
	handle_irq(VECTOR, take);
	EACH_WAY(way) {
		u32 first;

		taken = 0;
		apic_setup_timer(VECTOR, APIC_LVT_TIMER_ONESHOT);
		apic_start_timer(0xfffffff0);
		first = apic_read(APIC_TMCCT);
		restore(way);
		expect_eq(apic_read(APIC_TMICT), 0xfffffff0);
		expect_le(apic_read(APIC_TMCCT), first);
		expect_gt(apic_read(APIC_TMCCT), 0);
		apic_start_timer(1000);
		restore(way);
		let_in();
		expect_eq_msg(taken, 1, "%s", ways[way].name);
		apic_cleanup_timer();
	}
}

CASE(io_apic, "the I/O APIC's lines lead where they did")
{
	begin();
	handle_irq(VECTOR, take);
	require_hostop(HOSTOP_IRQ_LINE);
	EACH_WAY(way) {
		ioapic_redir_entry_t before;

		taken = 0;
		ioapic_set_redir(10, VECTOR, TRIGGER_EDGE);
		before = ioapic_read_redir(10);
		restore(way);
		{
			ioapic_redir_entry_t after = ioapic_read_redir(10);

			expect_mem(&after, &before, sizeof(before));
		}
		hostop(HOSTOP_IRQ_LINE, 10, 1);
		hostop(HOSTOP_IRQ_LINE, 10, 0);
		let_in();
		expect_eq_msg(taken, 1, "%s", ways[way].name);
		set_mask(10, true);
	}
}

/* ---- under load ---- */

static volatile u32 sent, stop;

static void send_on(void *to)
{
	/* One at a time: a second one of the same vector would merge with the first. */
	while (!stop) {
		if (taken != sent)
			continue;
		sent++;
		apic_icr_write(APIC_DEST_PHYSICAL | APIC_DM_FIXED | VECTOR, *(u32 *)to);
	}
}

CASE(load, "while another CPU sends interrupts: none is lost, none comes twice, over many restores")
{
	static u32 id;

	begin();
	require(cpu_count() > 1);
	handle_irq(VECTOR, take);
	id = apic_id();
	taken = sent = stop = 0;
	on_cpu_async(1, send_on, &id);
	for (int i = 0; i < 40; i++) {
		restore(i % 2);
		sti();
		hostop(HOSTOP_SLEEP, 100000);
		cli();
		expect_le(sent - taken, 1);
	}
	stop = 1;
	while (cpus_active() > 1)
		pause();
	let_in();
	expect_eq(taken, sent);
	expect_gt(sent, 10);
}
