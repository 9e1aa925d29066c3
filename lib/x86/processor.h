/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU as tests use it: privileged instructions, descriptor table registers, MSRs, time, and instructions that raise a given
 * exception (SDM volume 2). Control registers and flags: cr.h; features: cpuid.h. Functions whose name ends in
 * _safe return the vector of the exception that the instruction raised, 0 if none; with _fep they go through KVM's emulator.
 */
#ifndef X86_PROCESSOR_H
#define X86_PROCESSOR_H

#include "libcflat.h"
#include "bitops.h"
#include "x86/asm_try.h"
#include "x86/cpuid.h"
#include "x86/cr.h"
#include "x86/msr.h"
#include "x86/vectors.h"

/* ---- linear addresses ---- */

#define NONCANONICAL		0xaaaaaaaaaaaaaaaaull
#define CANONICAL_48_VAL	0xffffaaaaaaaaaaaaull
#define CANONICAL_57_VAL	0xffaaaaaaaaaaaaaaull
/* The bits that linear-address masking lets software use. */
#define LAM57_MASK		0x7e00000000000000ull	/* 62:57 */
#define LAM48_MASK		0x7fff000000000000ull	/* 62:48 */

static inline bool is_la57_enabled(void)
{
	return !!(read_cr4() & X86_CR4_LA57);
}

static inline bool is_lam_sup_enabled(void)
{
	return !!(read_cr4() & X86_CR4_LAM_SUP);
}

static inline bool is_lam_u48_enabled(void)
{
	return !!((u64)read_cr3() & X86_CR3_LAM_U48);
}

static inline bool is_lam_u57_enabled(void)
{
	return !!((u64)read_cr3() & X86_CR3_LAM_U57);
}

/* Whether all bits above the highest that the paging mode in force translates equal that one. */
static inline bool is_canonical(u64 address)
{
	int unused = is_la57_enabled() ? 64 - 57 : 64 - 48;

	return (u64)((s64)(address << unused) >> unused) == address;
}

/* address with a pattern in the bits of mask that makes it non-canonical. */
static inline u64 get_non_canonical(u64 address, u64 mask)
{
	return (address & ~mask) | (NONCANONICAL & mask);
}

/* Replaces the page tables but keeps the rest of CR3, and the other way round. */
static inline void update_cr3(u64 clear, u64 set)
{
	write_cr3((read_cr3() & ~clear) | set);
}

/* ---- descriptor table registers ---- */

struct descriptor_table_ptr {
	u16 limit;
	unsigned long base;
} __attribute__((packed));

/* For LJMP, LCALL and the like by memory. */
struct far_pointer32 {
	u32 offset;
	u16 selector;
} __attribute__((packed));

#define X86_TABLE_REGISTER(load, store)							\
	static inline void load(const struct descriptor_table_ptr *ptr)			\
	{										\
		asm volatile(#load " %0" : : "m" (*ptr) : "memory");			\
	}										\
	static inline int load##_safe(const struct descriptor_table_ptr *ptr)		\
	{										\
		return asm_safe(#load " %0", "m" (*ptr));				\
	}										\
	static inline int load##_fep_safe(const struct descriptor_table_ptr *ptr)	\
	{										\
		return asm_fep_safe(#load " %0", "m" (*ptr));				\
	}										\
	static inline void store(struct descriptor_table_ptr *ptr)			\
	{										\
		asm volatile(#store " %0" : "=m" (*ptr) : : "memory");			\
	}
X86_TABLE_REGISTER(lgdt, sgdt)
X86_TABLE_REGISTER(lidt, sidt)
#undef X86_TABLE_REGISTER

#define X86_SELECTOR_REGISTER(load, store)						\
	static inline void load(u16 sel)						\
	{										\
		asm volatile(#load " %0" : : "rm" (sel) : "memory");			\
	}										\
	static inline int load##_safe(u16 sel)						\
	{										\
		return asm_safe(#load " %0", "r" (sel));				\
	}										\
	static inline int load##_fep_safe(u16 sel)					\
	{										\
		return asm_fep_safe(#load " %0", "r" (sel));				\
	}										\
	static inline u16 store(void)							\
	{										\
		u16 sel;								\
											\
		asm volatile(#store " %0" : "=r" (sel) : : "memory");			\
		return sel;								\
	}
X86_SELECTOR_REGISTER(lldt, sldt)
X86_SELECTOR_REGISTER(ltr, str)
#undef X86_SELECTOR_REGISTER

/* ---- segment registers ---- */

#define X86_READ_SEGMENT(name)								\
	static inline u16 read_##name(void)						\
	{										\
		unsigned int sel;							\
											\
		asm volatile("mov %%" #name ", %0" : "=r" (sel));			\
		return sel;								\
	}
#define X86_WRITE_SEGMENT(name)								\
	static inline void write_##name(unsigned int sel)				\
	{										\
		asm volatile("mov %0, %%" #name : : "r" (sel) : "memory");		\
	}										\
	static inline int write_##name##_safe(unsigned int sel)				\
	{										\
		return asm_safe("mov %0, %%" #name, "r" (sel));				\
	}
X86_READ_SEGMENT(cs)
X86_READ_SEGMENT(ds)
X86_READ_SEGMENT(es)
X86_READ_SEGMENT(fs)
X86_READ_SEGMENT(gs)
X86_READ_SEGMENT(ss)
X86_WRITE_SEGMENT(ds)
X86_WRITE_SEGMENT(es)
X86_WRITE_SEGMENT(fs)
X86_WRITE_SEGMENT(gs)
X86_WRITE_SEGMENT(ss)
#undef X86_READ_SEGMENT
#undef X86_WRITE_SEGMENT

/* ---- MSRs and counters ---- */

static inline u64 rdmsr(u32 index)
{
	u32 low, high;

	asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (index) : "memory");
	return (u64)high << 32 | low;
}

static inline void wrmsr(u32 index, u64 value)
{
	asm volatile("wrmsr" : : "a" ((u32)value), "d" ((u32)(value >> 32)), "c" (index) : "memory");
}

/* *value is 0 after an exception. */
#define X86_READ_INDEXED_SAFE(name, insn, prefix)					\
	static inline int name(u32 index, u64 *value)					\
	{										\
		u32 low = 0, high = 0;							\
		int vector = __asm_safe_out2(prefix, insn, "+a" (low), "+d" (high), "c" (index)); \
											\
		*value = (u64)high << 32 | low;						\
		return vector;								\
	}
X86_READ_INDEXED_SAFE(rdmsr_safe, "rdmsr", "")
X86_READ_INDEXED_SAFE(rdmsr_fep_safe, "rdmsr", KVM_FEP)
X86_READ_INDEXED_SAFE(rdpmc_safe, "rdpmc", "")
X86_READ_INDEXED_SAFE(xgetbv_safe, ".byte 0x0f, 0x01, 0xd0", "")
#undef X86_READ_INDEXED_SAFE

#define X86_WRITE_INDEXED_SAFE(name, insn, prefix)					\
	static inline int name(u32 index, u64 value)					\
	{										\
		return __asm_safe(prefix, insn, "a" ((u32)value), "d" ((u32)(value >> 32)), "c" (index)); \
	}
X86_WRITE_INDEXED_SAFE(wrmsr_safe, "wrmsr", "")
X86_WRITE_INDEXED_SAFE(wrmsr_fep_safe, "wrmsr", KVM_FEP)
X86_WRITE_INDEXED_SAFE(xsetbv_safe, ".byte 0x0f, 0x01, 0xd1", "")
#undef X86_WRITE_INDEXED_SAFE

static inline u64 rdpmc(u32 index)
{
	u32 low, high;

	asm volatile("rdpmc" : "=a" (low), "=d" (high) : "c" (index));
	return (u64)high << 32 | low;
}

static inline u64 rdtsc(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return (u64)high << 32 | low;
}

/* Not before earlier loads are done: RDTSC itself waits for nothing. */
static inline u64 fenced_rdtsc(void)
{
	asm volatile("lfence" : : : "memory");
	return rdtsc();
}

/* *aux, unless aux is NULL: IA32_TSC_AUX. */
static inline u64 rdtscp(u32 *aux)
{
	u32 low, high, c;

	asm volatile("rdtscp" : "=a" (low), "=d" (high), "=c" (c));
	if (aux)
		*aux = c;
	return (u64)high << 32 | low;
}

static inline void wrtsc(u64 tsc)
{
	wrmsr(MSR_IA32_TSC, tsc);
}

/* The write is not serializing: no earlier store may be left behind by it (SDM volume 3, section 11.5.4.1). */
static inline void wrmsr_tscdeadline_serialize(u64 deadline)
{
	asm volatile("mfence; lfence" : : : "memory");
	wrmsr(MSR_IA32_TSCDEADLINE, deadline);
}

/* A random number, 0 if the CPU has none at hand. */
static inline unsigned long rdrand(void)
{
	unsigned long value;
	bool ready;

	asm volatile("rdrand %0; setc %1" : "=r" (value), "=qm" (ready) : : "cc");
	return ready ? value : 0;
}

/* ---- extended state ---- */

#define XCR_XFEATURE_ENABLED_MASK	0
#define XFEATURE_MASK_FP		(1ull << 0)
#define XFEATURE_MASK_SSE		(1ull << 1)
#define XFEATURE_MASK_YMM		(1ull << 2)
#define XFEATURE_MASK_BNDREGS		(1ull << 3)
#define XFEATURE_MASK_BNDCSR		(1ull << 4)
#define XFEATURE_MASK_OPMASK		(1ull << 5)
#define XFEATURE_MASK_ZMM_Hi256		(1ull << 6)
#define XFEATURE_MASK_Hi16_ZMM		(1ull << 7)
#define XFEATURE_MASK_PKRU		(1ull << 9)
#define XFEATURE_MASK_FP_SSE		(XFEATURE_MASK_FP | XFEATURE_MASK_SSE)

static inline int read_xcr0_safe(u64 *value)
{
	return xgetbv_safe(XCR_XFEATURE_ENABLED_MASK, value);
}

static inline int write_xcr0_safe(u64 value)
{
	return xsetbv_safe(XCR_XFEATURE_ENABLED_MASK, value);
}

static inline u64 read_xcr0(void)
{
	u64 value;
	int vector = read_xcr0_safe(&value);

	assert_msg(!vector, "XGETBV: %s", exception_mnemonic(vector));
	return value;
}

static inline void write_xcr0(u64 value)
{
	int vector = write_xcr0_safe(value);

	assert_msg(!vector, "XSETBV: %s", exception_mnemonic(vector));
}

/* What XCR0 may hold (CPUID leaf 0xd, subleaf 0). */
static inline u64 this_cpu_supported_xcr0(void)
{
	if (!this_cpu_has(X86_FEATURE_XSAVE))
		return 0;
	return (u64)this_cpu_property(X86_PROPERTY_SUPPORTED_XCR0_HI) << 32 |
	       this_cpu_property(X86_PROPERTY_SUPPORTED_XCR0_LO);
}

/* ---- TLB, caches, protection ---- */

static inline void invlpg(const volatile void *address)
{
	asm volatile("invlpg (%0)" : : "r" (address) : "memory");
}

struct invpcid_desc {
	u64 pcid : 12;
	u64 rsv : 52;
	u64 addr;
};

/* type: 0 an address, 1 a PCID, 2 all with global pages, 3 all without. */
static inline int invpcid_safe(unsigned long type, void *desc)
{
	/* invpcid (%0), %1; older assemblers do not know it. */
	return asm_safe(".byte 0x66, 0x0f, 0x38, 0x82, 0x18", "a" (desc), "b" (type));
}

static inline void clflush(const volatile void *address)
{
	asm volatile("clflush (%0)" : : "r" (address) : "memory");
}

static inline void wbinvd(void)
{
	asm volatile("wbinvd" : : : "memory");
}

/* CR4.SMAP: may ring 0 touch user pages from here on? */
static inline void stac(void)
{
	asm volatile(".byte 0x0f, 0x01, 0xcb" : : : "memory");
}

static inline void clac(void)
{
	asm volatile(".byte 0x0f, 0x01, 0xca" : : : "memory");
}

static inline u32 read_pkru(void)
{
	u32 pkru, edx;

	asm volatile(".byte 0x0f, 0x01, 0xee" : "=a" (pkru), "=d" (edx) : "c" (0));
	return pkru;
}

static inline void write_pkru(u32 pkru)
{
	asm volatile(".byte 0x0f, 0x01, 0xef" : : "a" (pkru), "c" (0), "d" (0) : "memory");
}

/* ---- interrupts ---- */

static inline void cli(void)
{
	asm volatile("cli" : : : "memory");
}

/* Interrupts come after the instruction behind STI: to let one in, use sti_nop(). */
static inline void sti(void)
{
	asm volatile("sti" : : : "memory");
}

static inline void sti_nop(void)
{
	asm volatile("sti; nop" : : : "memory");
}

static inline void sti_nop_cli(void)
{
	asm volatile("sti; nop; cli" : : : "memory");
}

/* Enables interrupts and waits for one: none can slip in between. */
static inline void safe_halt(void)
{
	asm volatile("sti; hlt" : : : "memory");
}

static inline void pause(void)
{
	asm volatile("pause" : : : "memory");
}

static inline void fnop(void)
{
	asm volatile("fnop");
}

#include "x86/generate.h"

#endif
