/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYSCALL, SYSRET, SYSENTER and SYSEXIT (SDM volume 2, those instructions; volume 3, section 5.8.7 and 5.8.8; APM volume 3):
 * what they load and what they keep, from ring 3, 64-bit and compatibility mode, and when they fault. Ring 3 runs a short
 * piece of assembly, whose call the entry code answers at once; both leave what they see in memory.
 */
#include "case.h"
#include "x86/desc.h"
#include "x86/cpuid.h"
#include "x86/msr.h"
#include "x86/processor.h"
#include "x86/usermode.h"
#include "x86/vm.h"

/* What each place saw. Known to the assembly: words. */
struct view {
	unsigned long cs, ss, sp, flags, rcx, r11;
};
struct view before, entry, after;
/* What the entry code gives to SYSRET for R11, unless 0, and to SYSRET and SYSEXIT for RIP. */
unsigned long force_r11, return_rip;
char entry_stack[256] __attribute__((aligned(16)));

void user_sysenter(void);
void sysenter_entry(void);
extern char after_sysenter[];

/* Everything of view but RCX and R11; changes EAX. The stack is usable. */
#define SEE(view)									\
	"movl %cs, %eax; mov %" R "ax, " view "; movl %ss, %eax; mov %" R "ax, " view "+" S "\n"	\
	"mov %" R "sp, " view "+2*" S "; pushf; pop " view "+3*" S "\n"

asm(".text\n"
    "user_sysenter: " SEE("before") "sysenter\n"
    "after_sysenter: " SEE("after") "ret\n"
    "sysenter_entry: " SEE("entry")
    "mov before+2*" S ", %" R "cx; mov return_rip, %" R "dx\n"
#ifdef __x86_64__
    ".byte 0x48\n"
#endif
    ".byte 0x0f, 0x35\n");

static void forget(void)
{
	memset(&before, 0, sizeof(before));
	memset(&entry, 0, sizeof(entry));
	memset(&after, 0, sizeof(after));
	force_r11 = 0;
	if (!vm_available())
		setup_vm();
}

/* Runs code in ring 3, interrupts off, and returns the exception that ended it, or -1. */
static int run_user(void (*code)(void), unsigned int vector, unsigned long flags)
{
	bool raised;

	run_in_user((usermode_func)(void *)code, vector, flags, 0, 0, 0, &raised);
	return raised ? (int)exception_vector() : -1;
}

/* ---- SYSENTER and SYSEXIT ---- */

static void prepare_sysenter(u64 cs)
{
	require(this_cpu_has(X86_FEATURE_SEP));
	/* AMD's have neither instruction in long mode (APM volume 3). */
	require_msg(sizeof(long) == 4 || is_intel(), "only Intel's CPUs have SYSENTER in long mode");
	forget();
	wrmsr(MSR_IA32_SYSENTER_CS, cs);
	wrmsr(MSR_IA32_SYSENTER_ESP, (unsigned long)entry_stack + sizeof(entry_stack));
	wrmsr(MSR_IA32_SYSENTER_EIP, (unsigned long)sysenter_entry);
	return_rip = (unsigned long)after_sysenter;
}

static void expect_sysenter(void)
{
	const unsigned long cs = KERNEL_CS;

	expect_eq(before.cs & 3, 3);
	expect_eq(entry.cs, cs);
	expect_eq(entry.ss, cs + 8);
	expect_eq(entry.sp, (unsigned long)entry_stack + sizeof(entry_stack));
	expect_eq(entry.flags, before.flags & ~X86_EFLAGS_IF);
	expect_eq(after.cs, cs + (sizeof(long) == 8 ? 32 : 16) + 3);
	expect_eq(after.ss, cs + (sizeof(long) == 8 ? 40 : 24) + 3);
	expect_eq(after.sp, before.sp);
	expect_eq(after.flags, before.flags & ~X86_EFLAGS_IF);
}

CASE(sysenter, "SYSENTER loads CS, SS, RIP and RSP and clears IF; SYSEXIT loads ring 3's, RIP by RDX, RSP by RCX, no flag")
{
	prepare_sysenter(KERNEL_CS);
	expect_eq(run_user(user_sysenter, UD_VECTOR, 0), -1);
	expect_sysenter();
}

CASE(sysenter_rpl, "SYSENTER_CS's bits 0 and 1 do not count")
{
	prepare_sysenter(KERNEL_CS | 3);
	expect_eq(run_user(user_sysenter, UD_VECTOR, 0), -1);
	expect_eq(entry.cs, KERNEL_CS);
	expect_eq(entry.ss, KERNEL_CS + 8);
	expect_eq(after.cs & 3, 3);
}

CASE(sysenter_disabled, "SYSENTER with a null selector in SYSENTER_CS is #GP(0), whatever bits 0 and 1 are")
{
	for (u64 cs = 0; cs < 4; cs++) {
		prepare_sysenter(cs);
		expect_eq_msg(run_user(user_sysenter, GP_VECTOR, 0), GP_VECTOR, "CS %d", (int)cs);
		expect_eq_msg(exception_error_code(), 0, "CS %d", (int)cs);
		expect_eq_msg(entry.cs, 0, "CS %d", (int)cs);
	}
}

CASE(sysexit_disabled, "SYSEXIT in ring 0 with a null selector in SYSENTER_CS is #GP(0)")
{
	prepare_sysenter(0);
	expect_eq(asm_safe(".byte 0x0f, 0x35", "c" (0L), "d" (0L)), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
}

asm(".text\n user_sysexit: .byte 0x0f, 0x35\n ret\n");
void user_sysexit(void);
CASE(sysexit_privilege, "SYSEXIT in ring 3 is #GP(0)")
{
	prepare_sysenter(KERNEL_CS);
	expect_eq(run_user(user_sysexit, GP_VECTOR, 0), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
}

#ifdef __x86_64__
CASE(sysexit_canonical, "SYSEXIT to 64-bit code with RIP or RSP not canonical is #GP(0), in ring 0")
{
	prepare_sysenter(KERNEL_CS);
	expect_eq(asm_safe(".byte 0x48, 0x0f, 0x35", "c" (0L), "d" (1UL << 63)), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(asm_safe(".byte 0x48, 0x0f, 0x35", "c" (1UL << 63), "d" (0L)), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
}

CASE(sysenter_amd, "AMD's CPUs have no SYSENTER in long mode: #UD")
{
	require_msg(is_amd(), "not an AMD CPU");
	forget();
	expect_eq(run_user(user_sysenter, UD_VECTOR, 0), UD_VECTOR);
}

/* ---- SYSCALL and SYSRET ---- */

void user_syscall(void);
void syscall_entry(void);
extern char after_syscall[], after_compat[], compat_end[];

asm(".text\n"
    "user_syscall: push %rdi; popf\n" SEE("before") "syscall\n"
    "after_syscall: " SEE("after") "cld; ret\n"
    "syscall_entry: mov %rcx, entry+4*8; mov %r11, entry+5*8\n" SEE("entry")
    "cmpq $0, force_r11; je 1f; mov force_r11, %r11; 1: mov return_rip, %rcx\n"
    "cmpl $0, return_long; je 2f; sysretq; 2: sysretl\n"
    ".data\n compat_far: .long compat_code, " xstr(USER_CS32) "\n .text\n"
    "user_compat: lcall *compat_far\n ret\n"
    ".code32\n compat_code: movw %cs, before; movl %esp, before+16; syscall\n"
    "after_compat: movw %cs, after; movw %ss, after+8; movl %esp, after+16\n"
    "movl $0x7fffffff, %eax; .byte 0x48; incl %eax; movl %eax, after+32; lret\n"
    "compat_end: .code64\n");
void user_compat(void);
int return_long;

static void prepare_syscall(u64 mask)
{
	require(this_cpu_has(X86_FEATURE_SYSCALL));
	forget();
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	wrmsr(MSR_STAR, (u64)USER_CS32 << 48 | (u64)KERNEL_CS << 32);
	wrmsr(MSR_LSTAR, (unsigned long)syscall_entry);
	wrmsr(MSR_CSTAR, (unsigned long)syscall_entry);
	wrmsr(MSR_SYSCALL_MASK, mask);
	return_rip = (unsigned long)after_syscall;
	return_long = 1;
}

CASE(syscall, "SYSCALL: RCX, R11, CS and SS, the stack unchanged; SYSRET brings back all of it")
{
	prepare_syscall(X86_EFLAGS_DF | X86_EFLAGS_CF | X86_EFLAGS_IF);
	expect_eq(run_user(user_syscall, UD_VECTOR, X86_EFLAGS_FIXED | X86_EFLAGS_DF | X86_EFLAGS_CF), -1);
	expect_eq(before.cs, USER_CS);
	expect_eq(entry.rcx, (unsigned long)after_syscall);
	expect_eq(entry.r11, before.flags);
	expect_eq(entry.cs, KERNEL_CS);
	expect_eq(entry.ss, KERNEL_DS);
	expect_eq(entry.sp, before.sp);
	expect_eq(entry.flags, before.flags & ~(X86_EFLAGS_DF | X86_EFLAGS_CF | X86_EFLAGS_IF));
	expect_eq(after.cs, USER_CS);
	expect_eq(after.ss, USER_DS);
	expect_eq(after.sp, before.sp);
	expect_eq(after.flags, before.flags);
}

CASE(mask, "each bit of IA32_FMASK clears its flag and no other, the rest of it nothing")
{
	const unsigned long flags = X86_EFLAGS_ALU | X86_EFLAGS_DF | X86_EFLAGS_ID | X86_EFLAGS_FIXED;

	for (int bit = 0; bit < 32; bit++) {
		if (bit == X86_EFLAGS_TF_BIT)
			continue;
		prepare_syscall(1ull << bit);
		run_user(user_syscall, UD_VECTOR, flags);
		expect_eq_msg(entry.flags, (before.flags & ~(1UL << bit)) | X86_EFLAGS_FIXED, "FMASK bit %d", bit);
		expect_eq_msg(entry.r11, before.flags, "FMASK bit %d", bit);
	}
}

CASE(sysret_flags, "SYSRET takes all flags of R11 but RF, VM and those that are reserved")
{
	/* TF would trap, and IF let interrupts in. */
	const unsigned long kept = 0x3c7fd7 & ~(X86_EFLAGS_TF | X86_EFLAGS_IF);

	prepare_syscall(0);
	force_r11 = ~(X86_EFLAGS_TF | X86_EFLAGS_IF | X86_EFLAGS_AC | X86_EFLAGS_VIF | X86_EFLAGS_VIP);
	run_user(user_syscall, UD_VECTOR, X86_EFLAGS_FIXED);
	expect_eq(after.flags, (kept & ~(X86_EFLAGS_AC | X86_EFLAGS_VIF | X86_EFLAGS_VIP)) | X86_EFLAGS_FIXED);
}

CASE(star_rpl, "SYSCALL's CS has RPL 0 and SYSRET's RPL 3, whatever IA32_STAR says")
{
	prepare_syscall(0);
	wrmsr(MSR_STAR, (u64)(USER_CS32 & ~3) << 48 | (u64)(KERNEL_CS | 3) << 32);
	expect_eq(run_user(user_syscall, UD_VECTOR, X86_EFLAGS_FIXED), -1);
	expect_eq(entry.cs, KERNEL_CS);
	expect_eq(after.cs, USER_CS);
	expect_eq(after.ss & ~3, USER_DS & ~3);
}

CASE(syscall_disabled, "with EFER.SCE clear SYSCALL, in ring 3 and 0, and SYSRET are #UD")
{
	u64 efer = rdmsr(MSR_EFER);

	prepare_syscall(0);
	wrmsr(MSR_EFER, efer & ~EFER_SCE);
	expect_eq(run_user(user_syscall, UD_VECTOR, X86_EFLAGS_FIXED), UD_VECTOR);
	expect_eq(entry.cs, 0);
	expect_eq(asm_safe("syscall", "c" (0L)), UD_VECTOR);
	expect_eq(asm_safe("sysretq", "c" (0L)), UD_VECTOR);
	wrmsr(MSR_EFER, efer);
}

asm(".text\n user_sysret: sysretq\n ret\n");
void user_sysret(void);
CASE(sysret_privilege, "SYSRET in ring 3 is #GP(0)")
{
	prepare_syscall(0);
	expect_eq(run_user(user_sysret, GP_VECTOR, 0), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
}

CASE(sysret_canonical, "SYSRET to an address that is not canonical is #GP(0) in ring 0 (Intel)")
{
	require_msg(is_intel(), "not an Intel CPU: AMD's fault in ring 3");
	prepare_syscall(0);
	expect_eq(asm_safe("sysretq", "c" (1UL << 63)), GP_VECTOR);
	expect_eq(exception_error_code(), 0);
	expect_eq(read_cs(), KERNEL_CS);
}

CASE(compat_intel, "SYSCALL in compatibility mode is #UD (Intel)")
{
	require_msg(is_intel(), "not an Intel CPU: AMD's have it");
	prepare_syscall(0);
	expect_eq(run_user(user_compat, UD_VECTOR, 0), UD_VECTOR);
	expect_eq(before.cs, USER_CS32);
	expect_eq(entry.cs, 0);
}

CASE(compat_amd, "SYSCALL in compatibility mode goes to CSTAR in 64-bit mode; SYSRET of 32 bits goes back (AMD)")
{
	require_msg(is_amd(), "not an AMD CPU");
	prepare_syscall(0);
	wrmsr(MSR_LSTAR, 0);
	return_rip = (unsigned long)after_compat;
	return_long = 0;
	expect_eq(run_user(user_compat, UD_VECTOR, 0), -1);
	expect_eq(before.cs, USER_CS32);
	expect_eq(entry.rcx, (unsigned long)after_compat);
	expect_eq(entry.cs, KERNEL_CS);
	expect_eq(entry.sp, before.sp);
	expect_eq(after.cs, USER_CS32);
	expect_eq(after.ss, USER_DS);
	expect_eq(after.sp, before.sp);
	/* 0x48 is DEC EAX there, a prefix in 64-bit mode. */
	expect_eq(after.rcx, 0x7fffffff);
}
#endif
