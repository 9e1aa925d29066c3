/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small hypervisor (L1) for tests of SVM: one guest (L2) that runs on the calling CPU, in L1's
 * own address space and segments but with a stack and an IDT of its own, so that nothing of L2 ever
 * runs L1's handlers. APM volume 2, chapter 15. The VMCB itself: vmcb.h. 64-bit L1 only. L2's code:
 * L2_CODE(), or anything else that save.rip is set to.
 */
#ifndef X86_SVM_H
#define X86_SVM_H

#include "libcflat.h"
#include "x86/processor.h"
#include "x86/smp.h"
#include "x86/vmcb.h"

#ifdef __x86_64__

#define IOPM_SIZE	0x3000		/* section 15.10.1 */
#define MSRPM_SIZE	0x2000		/* section 15.11 */
#define VM_CR_LOCK	(1u << 3)	/* section 15.30.1 */
#define VM_CR_SVMDIS	(1u << 4)

struct svm_guest {
	struct vmcb *vmcb;
	/* All registers but RAX, RSP, RIP and RFLAGS, which are the VMCB's. */
	struct guest_regs *regs;
	u8 *iopm, *msrpm;		/* cleared: nothing is intercepted */
	u64 *npt;			/* the root of nested tables; NULL before svm_use_npt() */
};

/*
 * Sets EFER.SVME and VM_HSAVE_PA of this CPU; false if CPUID does not offer SVM or VM_CR.SVMDIS is
 * set.
 */
bool svm_enable(void);
/* Clears EFER.SVME. */
void svm_disable(void);

/*
 * The guest as new, with SVM enabled: long mode, CPL 0, L1's control registers, segments and MSRs;
 * L2's stack, IDT and nothing else of what it did before. Intercepted: all exceptions, INTR, NMI,
 * INIT, SHUTDOWN, HLT, VMRUN, VMMCALL. V_INTR_MASKING is set. GIF is set and interrupts of L1 are
 * as they were.
 */
struct svm_guest *svm_new_guest(void);

/*
 * CPL 3 from now on: code and stack segment, and CPL. L2's TSS has a stack for CPL 0:
 * L2_STACK0_TOP.
 */
void svm_at_cpl3(struct svm_guest *g);

/*
 * Lets L2 run until the next #VMEXIT and returns its code. VMLOAD and VMSAVE are done for both
 * sides. GIF is set again. With VMUNIT_SVM_FLIP in the environment the machine is given a wrong
 * VMCB: see svm.c.
 */
u64 svm_run(struct svm_guest *g);
/* The same from rip on. */
u64 svm_run_at(struct svm_guest *g, const void *rip);

/* Sets and clears an intercept of vector 3 or 4: INTERCEPT_INTR and so on. */
void svm_intercept(struct svm_guest *g, int intercept);
void svm_no_intercept(struct svm_guest *g, int intercept);

/*
 * The bits of the MSR permission map: of reads, and of writes. False if the map does not cover the
 * MSR.
 */
bool svm_intercept_msr(struct svm_guest *g, u32 msr, bool read, bool write);
/* Sets the bit of one port; up to 0x17fff, which the map has room for. */
void svm_intercept_port(struct svm_guest *g, unsigned int port);

/*
 * Nested paging with new tables that map the first 4 GiB to themselves by 2 MiB pages, present,
 * writable, user, neither accessed nor dirty.
 */
void svm_use_npt(struct svm_guest *g);
/*
 * The nested entry of level 1 for gpa, after splitting the large page; changes need a flush
 * (tlb_control).
 */
u64 *svm_npt_entry(struct svm_guest *g, u64 gpa);
/* The entry of level (2 to 4) on the way. */
u64 *svm_npt_entry_at(struct svm_guest *g, u64 gpa, int level);

/* ---- L2 ---- */

#define L2_STACK_SIZE	16384
extern u8 l2_stack[L2_STACK_SIZE];
/* What save.rsp begins with: 16-byte aligned. */
#define L2_STACK_TOP	((u64)(uintptr_t)(l2_stack + L2_STACK_SIZE))
#define L2_STACK0_TOP	((u64)(uintptr_t)(l2_stack + L2_STACK_SIZE / 2))
#define L2_IDT_ENTRIES	256
extern idt_entry_t l2_idt[L2_IDT_ENTRIES];

/* An event that L2 took by its own IDT: all that was pushed. */
struct l2_event {
	unsigned int vector;
	bool has_error;
	u64 error, rip, cs, rflags, rsp, ss;
};

/* Whether the #VMEXIT is that of L2's handlers, which are a VMMCALL each; fills *e. */
bool svm_l2_event(const struct svm_guest *g, struct l2_event *e);
/* After that: makes L2 return from the handler by IRETQ when it runs next. */
void svm_l2_iret(struct svm_guest *g);

/*
 * Code of L2 with the instruction in question between two labels, as assembly (basic asm, single
 * %). before and after may be empty. Behind it L2 calls L1 (VMMCALL at .end).
 */
struct l2_code {
	char *start, *at, *next, *end;
};
#define L2_CODE(name, before, insn, after)						\
	asm(".pushsection .text\n"							\
	    "l2_" #name "_start: " before "\n"						\
	    "l2_" #name "_at: " insn "\n"						\
	    "l2_" #name "_next: " after "\n"						\
	    "l2_" #name "_end: vmmcall\n ud2\n .code64\n .popsection");			\
	extern char l2_##name##_start[], l2_##name##_at[];				\
	extern char l2_##name##_next[], l2_##name##_end[];				\
	static const struct l2_code name __attribute__((unused)) = {			\
		l2_##name##_start, l2_##name##_at, l2_##name##_next, l2_##name##_end	\
	}
/* The same in 16 or 32 bits. */
#define L2_CODE_BITS(name, bits, before, insn, after)					\
	L2_CODE(name, ".code" #bits "\n" before, insn, after)

/* ---- instructions of L1 ---- */

static inline void stgi(void)
{
	asm volatile("stgi" : : : "memory");
}

static inline void clgi(void)
{
	asm volatile("clgi" : : : "memory");
}

/* RAX: the physical address. */
static inline void vmsave(struct vmcb *vmcb)
{
	asm volatile(".byte 0x0f, 0x01, 0xdb" : : "a" (vmcb) : "memory");
}

static inline void vmload(struct vmcb *vmcb)
{
	asm volatile(".byte 0x0f, 0x01, 0xda" : : "a" (vmcb) : "memory");
}

static inline void invlpga(u64 address, u32 asid)
{
	asm volatile(".byte 0x0f, 0x01, 0xdf" : : "a" (address), "c" (asid) : "memory");
}

#endif
#endif
