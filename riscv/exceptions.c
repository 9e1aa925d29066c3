/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps to supervisor mode (RISC-V Privileged Architecture 20211203, section 4.1): each exception
 * that software can raise, with all of scause, sepc, stval and sstatus; user mode; software
 * interrupts, their masks and their priority.
 *
 * Without translation, so that faults of memory are access faults: page faults are mmu.c's.
 * Firmware handles some of these traps first and hands them on, which must not show.
 */
#include "case.h"
#include "asm/processor.h"
#include "asm/timer.h"

/* A physical address where virt machines have nothing: between RAM and the first terabyte's end. */
#define NOTHING		0xff12345678ul

static const struct pt_regs *regs(void)
{
	return &trap_record()->regs;
}

/*
 * An exception at address at; sstatus must say: from supervisor mode, and interrupts were as they
 * are.
 */
static void expect_trap(unsigned long cause, unsigned long at)
{
	expect(trap_record()->raised);
	expect_eq(regs()->cause, cause);
	expect_eq(regs()->epc, at);
	expect_eq(regs()->status & SR_SPP, SR_SPP);
	expect_eq(regs()->status & SR_SIE, 0);
	expect_eq(regs()->status & SR_SPIE, csr_read(CSR_SSTATUS) & SR_SIE ? SR_SPIE : 0);
}

/* Runs one instruction that must trap; evaluates to its address. */
#define TRAPPING(insn, ...) __extension__ ({						\
	unsigned long __at = 0;								\
	trap_try("lla %0, 7773f\n7773: " insn, "+&r" (__at), "i" (0), ##__VA_ARGS__);	\
	__at;										\
})

/* Section 4.1.9: stval is the instruction, or 0. */
static void expect_illegal(unsigned long at, unsigned long insn)
{
	expect_trap(EXC_INST_ILLEGAL, at);
	if (regs()->badaddr)
		expect_eq(regs()->badaddr, insn);
	else
		expect_eq(regs()->badaddr, 0);
}

CASE(illegal, "instructions that are defined to be illegal")
{
	expect_illegal(TRAPPING(".2byte 0"), 0);
	expect_illegal(TRAPPING(".4byte 0xffffffff"), 0xffffffff);
	local_irq_enable();
	expect_illegal(TRAPPING(".4byte 0xffffffff"), 0xffffffff);
	local_irq_disable();
}

CASE(read_only_csr, "a write to a read-only CSR is illegal, a read is not")
{
	unsigned long value = 0;

	expect_illegal(TRAPPING(".4byte 0xc0101073"), 0xc0101073); /* csrw time, zero */
	expect(!trap_try("csrr %0, 0xc01", "+r" (value), "i" (0)));
	expect_ne(value, 0);
}

CASE(machine_csr, "CSRs of machine mode are illegal here")
{
	expect_illegal(TRAPPING(".4byte 0x30002073"), 0x30002073); /* csrr zero, mstatus */
	expect_illegal(TRAPPING(".4byte 0xf1402073"), 0xf1402073); /* csrr zero, mhartid */
}

CASE(mret, "MRET is illegal here")
{
	/* Another illegal instruction before, so that its stval cannot be that of this one. */
	expect_illegal(TRAPPING(".4byte 0xffffffff"), 0xffffffff);
	expect_illegal(TRAPPING(".4byte 0x30200073"), 0x30200073);
}

CASE(missing_csr, "a CSR that no extension defines is illegal")
{
	expect_illegal(TRAPPING(".4byte 0x5c002073"), 0x5c002073); /* custom supervisor 0x5c0 */
}

/* stval is the address of the EBREAK, or 0. */
static void expect_breakpoint(unsigned long at)
{
	expect_trap(EXC_BREAKPOINT, at);
	expect_eq(regs()->badaddr, regs()->badaddr ? at : 0);
}

CASE(ebreak, "EBREAK of both lengths")
{
	expect_breakpoint(TRAPPING(".4byte 0x00100073"));
	expect_breakpoint(TRAPPING(".2byte 0x9002"));
}

CASE(load_access, "a load where nothing is, of each size and at each byte")
{
	for (unsigned long a = NOTHING; a < NOTHING + 8; a++) {
		expect_trap(EXC_LOAD_ACCESS, TRAPPING("lb zero, 0(%2)", "r" (a)));
		expect_eq(regs()->badaddr, a);
	}
	expect_trap(EXC_LOAD_ACCESS, TRAPPING("ld zero, 0(%2)", "r" (NOTHING)));
	expect_eq(regs()->badaddr, NOTHING);
	expect_trap(EXC_LOAD_ACCESS, TRAPPING("lr.d zero, (%2)", "r" (NOTHING)));
	expect_eq(regs()->badaddr, NOTHING);
}

CASE(store_access, "a store where nothing is, of each size and at each byte")
{
	for (unsigned long a = NOTHING; a < NOTHING + 8; a++) {
		expect_trap(EXC_STORE_ACCESS, TRAPPING("sb zero, 0(%2)", "r" (a)));
		expect_eq(regs()->badaddr, a);
	}
	expect_trap(EXC_STORE_ACCESS, TRAPPING("sd zero, 0(%2)", "r" (NOTHING)));
	expect_eq(regs()->badaddr, NOTHING);
}

CASE(amo_access, "an atomic operation where nothing is, which is a store access fault (table 4.2)")
{
	expect_trap(EXC_STORE_ACCESS, TRAPPING("amoadd.d zero, zero, (%2)", "r" (NOTHING)));
	expect_eq(regs()->badaddr, NOTHING);
	expect_trap(EXC_STORE_ACCESS, TRAPPING("amoor.w zero, zero, (%2)", "r" (NOTHING + 4)));
	expect_eq(regs()->badaddr, NOTHING + 4);
}

static void jump(void *to)
{
	((void (*)(void))to)();
}

CASE(fetch_access, "a jump to where nothing is: sepc and stval are its target")
{
	insist(catch_trap(jump, (void *)(NOTHING & ~3ul)));
	expect_trap(EXC_INST_ACCESS, NOTHING & ~3ul);
	expect_eq(regs()->badaddr, NOTHING & ~3ul);
	/* JALR clears bit 0: Unprivileged ISA, section 2.5. */
	insist(catch_trap(jump, (void *)((NOTHING & ~3ul) | 3)));
	expect_trap(EXC_INST_ACCESS, (NOTHING & ~3ul) | 2);
}

CASE(misaligned, "a misaligned access is done in whole, or traps with its address")
{
	static u8 bytes[24] __aligned(8);
	unsigned long value;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = 0x80 + i;
	for (unsigned int o = 1; o < 8; o++) {
		const unsigned long right = 0x8786858483828180ul + o * 0x0101010101010101ul;
		void *address = bytes + o;

		value = 0;
		if (trap_try("ld %0, 0(%1)", "+r" (value), "r" (address))) {
			expect_eq(regs()->cause, EXC_LOAD_MISALIGNED);
			expect_eq(regs()->badaddr, (unsigned long)address);
			expect_eq(value, 0);
		} else {
			expect_eq(value, right);
		}
	}
	if (trap_try_in("sd %0, 0(%1)", "r" (0x1122334455667788ul), "r" (bytes + 3))) {
		expect_eq(regs()->cause, EXC_STORE_MISALIGNED);
		expect_eq(regs()->badaddr, (unsigned long)(bytes + 3));
	} else {
		expect_eq(bytes[2], 0x82);
		expect_eq(bytes[3], 0x88);
		expect_eq(bytes[10], 0x11);
		expect_eq(bytes[11], 0x8b);
	}
}

static u64 words[2] = { 0x0123456789abcdef, 0xfedcba9876543210 };

/* Misaligned or access fault, as the platform likes: Unprivileged ISA, sections 8.2 and 8.4. */
static void expect_misaligned(unsigned long misaligned, unsigned long access)
{
	unsigned long wanted = regs()->cause == access ? access : misaligned;

	expect_eq(regs()->cause, wanted);
	expect_eq(regs()->badaddr, (unsigned long)words + 4);
	expect_eq(words[0], 0x0123456789abcdef);
	expect_eq(words[1], 0xfedcba9876543210);
}

CASE(misaligned_lr, "a misaligned LR never succeeds: it traps as a load")
{
	unsigned long value = 0;

	insist(trap_try("lr.d %0, (%1)", "+r" (value), "r" ((u8 *)words + 4)));
	expect_eq(value, 0);
	expect_misaligned(EXC_LOAD_MISALIGNED, EXC_LOAD_ACCESS);
}

CASE(misaligned_amo,
     "a misaligned atomic operation never succeeds: it traps as a store and changes nothing")
{
	unsigned long value = 0;

	insist(trap_try("amoswap.d %0, zero, (%1)", "+r" (value), "r" ((u8 *)words + 4)));
	expect_eq(value, 0);
	expect_misaligned(EXC_STORE_MISALIGNED, EXC_STORE_ACCESS);
}

/* ---- what a trap keeps ---- */

static struct pt_regs seen;
static unsigned long status_inside;
static int nested;

static void step_over(struct pt_regs *r)
{
	seen = *r;
	status_inside = csr_read(CSR_SSTATUS);
	r->epc += 2;
}

/* Fills t0 to t6 and a0 to a7 with patterns, traps, and says how many of them changed. */
unsigned long trap_keeps_registers(void);
__asm__(".pushsection .text, \"ax\", %progbits\n"
	"trap_keeps_registers:\n"
	"	li t0, 0x1111\n	li t1, 0x2222\n	li t2, 0x3333\n	li t3, 0x4444\n"
	"	li t4, 0x5555\n	li t5, 0x6666\n	li t6, 0x7777\n	li a0, 0x8888\n"
	"	li a1, 0x9999\n	li a2, 0xaaaa\n	li a3, 0xbbbb\n	li a4, 0xcccc\n"
	"	li a5, 0xdddd\n	li a6, 0xeeee\n	li a7, 0xffff\n"
	"	.2byte 0x9002\n"
	"	addi t0, t0, -0x111\n	addi t0, t0, -0x111\n"	/* 0x1111 - 0x222 */
	"	li t1, 0xeef\n	xor t0, t0, t1\n"		/* 0 */
	"	li t1, 0x3333\n	xor t2, t2, t1\n	or t0, t0, t2\n"
	"	li t1, 0x4444\n	xor t3, t3, t1\n	or t0, t0, t3\n"
	"	li t1, 0x5555\n	xor t4, t4, t1\n	or t0, t0, t4\n"
	"	li t1, 0x6666\n	xor t5, t5, t1\n	or t0, t0, t5\n"
	"	li t1, 0x7777\n	xor t6, t6, t1\n	or t0, t0, t6\n"
	"	li t1, 0x8888\n	xor a0, a0, t1\n	or t0, t0, a0\n"
	"	li t1, 0x9999\n	xor a1, a1, t1\n	or t0, t0, a1\n"
	"	li t1, 0xaaaa\n	xor a2, a2, t1\n	or t0, t0, a2\n"
	"	li t1, 0xbbbb\n	xor a3, a3, t1\n	or t0, t0, a3\n"
	"	li t1, 0xcccc\n	xor a4, a4, t1\n	or t0, t0, a4\n"
	"	li t1, 0xdddd\n	xor a5, a5, t1\n	or t0, t0, a5\n"
	"	li t1, 0xeeee\n	xor a6, a6, t1\n	or t0, t0, a6\n"
	"	li t1, 0xffff\n	xor a7, a7, t1\n	or t0, t0, a7\n"
	"	mv a0, t0\n	ret\n"
	".popsection\n");

CASE(registers,
     "a handled trap changes no register and comes back with the interrupt flag as it was")
{
	install_exception_handler(EXC_BREAKPOINT, step_over);
	expect_eq(trap_keeps_registers(), 0);
	expect_eq(seen.t0, 0x1111);
	expect_eq(seen.t1, 0x2222);
	expect_eq(seen.a0, 0x8888);
	expect_eq(seen.a7, 0xffff);
	expect_eq(status_inside & (SR_SIE | SR_SPIE | SR_SPP), SR_SPP);
	expect_eq(csr_read(CSR_SSTATUS) & SR_SIE, 0);
	local_irq_enable();
	expect_eq(trap_keeps_registers(), 0);
	expect_eq(status_inside & (SR_SIE | SR_SPIE | SR_SPP), SR_SPIE | SR_SPP);
	expect_eq(csr_read(CSR_SSTATUS) & SR_SIE, SR_SIE);
	local_irq_disable();
}

static void trap_again(struct pt_regs *r)
{
	r->epc += 4;
	if (nested++ < 5)
		__asm__ __volatile__(".4byte 0x00100073" : : : "memory");
}

CASE(nesting, "a trap in a handler comes back into the handler")
{
	nested = 0;
	install_exception_handler(EXC_BREAKPOINT, trap_again);
	__asm__ __volatile__(".4byte 0x00100073" : : : "memory");
	expect_eq(nested, 6);
}

/* ---- registers of traps ---- */

CASE(sscratch, "sscratch keeps 64 bits")
{
	unsigned long scratch = csr_read(CSR_SSCRATCH), value;

	/* No trap may come between these. */
	local_irq_disable();
	csr_write(CSR_SSCRATCH, 0x0123456789abcdeful);
	value = csr_swap(CSR_SSCRATCH, scratch);
	expect_eq(value, 0x0123456789abcdeful);
	expect_eq(scratch, 0);
}

static unsigned long write_sepc(unsigned long value)
{
	local_irq_disable();
	csr_write(CSR_SEPC, value);
	return csr_read(CSR_SEPC);
}

CASE(sepc, "sepc holds every address of code")
{
	expect_eq(write_sepc(0), 0);
	expect_eq(write_sepc((unsigned long)write_sepc), (unsigned long)write_sepc);
	expect_eq(write_sepc(-2ul), -2ul);
}

CASE(sepc_low_bit, "the lowest bit of sepc is always zero (section 4.1.7)")
{
	expect_eq(write_sepc((unsigned long)write_sepc | 1), (unsigned long)write_sepc);
	expect_eq(write_sepc(~0ul), ~1ul);
}

CASE(sstatus, "the fields of sstatus that no extension defines are zero, and stay")
{
	/*
	 * SIE, SPIE, UBE, SPP, VS, FS, XS, SUM, MXR, SPELP, SDT, UXL, SD: section 4.1.1 and later
	 * extensions.
	 */
	const unsigned long defined = 0x80000003018de762ul;
	unsigned long before = csr_read(CSR_SSTATUS), after;

	expect_eq(before & ~defined, 0);
	csr_set(CSR_SSTATUS, ~defined);
	after = csr_read(CSR_SSTATUS);
	expect_eq(after, before);
}

/* ---- user mode ---- */

static u8 user_stack[4096] __aligned(16);

static const struct pt_regs *user(const void *code, unsigned long a0, bool irqs)
{
	unsigned long sp = (unsigned long)user_stack + sizeof(user_stack);

	return &run_user((unsigned long)code, sp, a0, irqs)->regs;
}

extern const u32 user_ecall[], user_sstatus[], user_sret[], user_sfence[], user_ebreak[],
	user_loop[];
__asm__(".pushsection .text, \"ax\", %progbits\n	.p2align 2\n"
	"user_ecall:	.4byte 0x00150513\n	.4byte 0x00000073\n"	/* addi a0, a0, 1; ecall */
	"user_sstatus:	.4byte 0x10002573\n	.4byte 0x00000073\n"	/* csrr a0, sstatus */
	"user_sret:	.4byte 0x10200073\n	.4byte 0x00000073\n"
	"user_sfence:	.4byte 0x12000073\n	.4byte 0x00000073\n"
	"user_ebreak:	.4byte 0x00100073\n	.4byte 0x00000073\n"
	"user_loop:	.4byte 0x0000006f\n"				/* j . */
	".popsection\n");

CASE(user_ecall, "ECALL in user mode: cause 8, its own address, stval 0, SPP clear")
{
	const struct pt_regs *r = user(user_ecall, 41, false);

	expect_eq(r->cause, EXC_SYSCALL);
	expect_eq(r->epc, (unsigned long)&user_ecall[1]);
	expect_eq(r->badaddr, 0);
	expect_eq(r->a0, 42);
	expect_eq(r->sp, (unsigned long)user_stack + sizeof(user_stack));
	expect_eq(r->status & (SR_SPP | SR_SIE | SR_SPIE), 0);
	expect_eq(user(user_ecall, 0, true)->status & (SR_SPP | SR_SIE | SR_SPIE), SR_SPIE);
}

static void expect_user_illegal(const u32 *code)
{
	const struct pt_regs *r = user(code, 7, false);

	expect_eq(r->cause, EXC_INST_ILLEGAL);
	expect_eq(r->epc, (unsigned long)code);
	expect_eq(r->a0, 7);
	expect_eq(r->status & SR_SPP, 0);
	expect_eq(r->badaddr, r->badaddr ? *code : 0);
}

CASE(user_privilege, "supervisor instructions and CSRs are illegal in user mode, and do nothing")
{
	expect_user_illegal(user_sstatus);
	expect_user_illegal(user_sret);
	expect_user_illegal(user_sfence);
	expect_eq(user(user_ebreak, 0, false)->cause, EXC_BREAKPOINT);
	expect_eq(regs()->epc, (unsigned long)user_ebreak);
}

/* ---- interrupts ---- */

static unsigned long causes[4];
static unsigned int cause_count;
static struct pt_regs interrupted;

static void note_soft(struct pt_regs *r)
{
	interrupted = *r;
	causes[cause_count++ % ARRAY_SIZE(causes)] = r->cause;
	ipi_ack();
}

static void note_timer(struct pt_regs *r)
{
	causes[cause_count++ % ARRAY_SIZE(causes)] = r->cause;
	timer_irq_disable();
}

static void listen(void)
{
	cause_count = 0;
	ipi_ack();
	install_irq_handler(IRQ_S_SOFT, note_soft);
	install_irq_handler(IRQ_S_TIMER, note_timer);
}

CASE(software_interrupt,
     "SSIP interrupts at once where sie and sstatus let it, else it stays pending")
{
	listen();
	local_ipi_enable();
	csr_set(CSR_SIP, IP_SSIP);
	expect_eq(csr_read(CSR_SIP) & IP_SSIP, IP_SSIP);
	expect_eq(cause_count, 0);
	local_irq_enable();
	expect_eq(cause_count, 1);
	expect_eq(causes[0], CAUSE_IRQ_FLAG | IRQ_S_SOFT);
	expect_eq(interrupted.badaddr, 0);
	expect_eq(interrupted.status & (SR_SPP | SR_SPIE | SR_SIE), SR_SPP | SR_SPIE);
	expect_eq(csr_read(CSR_SIP) & IP_SSIP, 0);

	local_ipi_disable();
	csr_set(CSR_SIP, IP_SSIP);
	expect_eq(cause_count, 1);
	local_ipi_enable();
	expect_eq(cause_count, 2);
	local_irq_disable();
}

CASE(priority,
     "of a software and a timer interrupt that are pending the software interrupt comes first")
{
	listen();
	timer_set(0);
	timer_irq_enable();
	local_ipi_enable();
	csr_set(CSR_SIP, IP_SSIP);
	while (!(csr_read(CSR_SIP) & IP_TIP))
		cpu_relax();
	local_irq_enable();
	local_irq_disable();
	timer_stop();
	expect_eq(cause_count, 2);
	expect_eq(causes[0], CAUSE_IRQ_FLAG | IRQ_S_SOFT);
	expect_eq(causes[1], CAUSE_IRQ_FLAG | IRQ_S_TIMER);
}

static void leave_loop(struct pt_regs *r)
{
	note_soft(r);
	r->epc = (unsigned long)&user_ecall[1];
}

CASE(user_interrupt, "in user mode an interrupt comes whatever sstatus.SIE was")
{
	for (int irqs = 0; irqs < 2; irqs++) {
		listen();
		install_irq_handler(IRQ_S_SOFT, leave_loop);
		local_ipi_enable();
		csr_set(CSR_SIP, IP_SSIP);
		expect_eq(user(user_loop, 0, irqs)->cause, EXC_SYSCALL);
		expect_eq(cause_count, 1);
		expect_eq(interrupted.epc, (unsigned long)user_loop);
		expect_eq(interrupted.status & (SR_SPP | SR_SPIE), irqs ? SR_SPIE : 0);
	}
}

CASE(read_only_pending, "writes to sip do not change the bits of timer and external interrupts")
{
	timer_stop();
	csr_set(CSR_SIP, IP_TIP | IP_SEIP);
	expect_eq(csr_read(CSR_SIP) & (IP_TIP | IP_SEIP), 0);
	timer_set(0);
	while (!(csr_read(CSR_SIP) & IP_TIP))
		cpu_relax();
	csr_clear(CSR_SIP, IP_TIP);
	expect_eq(csr_read(CSR_SIP) & IP_TIP, IP_TIP);
	timer_stop();
}
