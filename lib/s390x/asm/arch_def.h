/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The CPU: PSW, control registers, program-interruption codes, and single instructions (Principles
 * of Operation, chapters 4, 6 and 10). The prefix area: <asm/lowcore.h>; handlers:
 * <asm/interrupt.h>.
 */
#ifndef S390X_ASM_ARCH_DEF_H
#define S390X_ASM_ARCH_DEF_H

#include "asm/lowcore.h"
#include "linux/const.h"

/* ---- PSW: chapter 4 ---- */

#define PSW_MASK_PER		_AC(0x4000000000000000, UL)
#define PSW_MASK_DAT		_AC(0x0400000000000000, UL)
#define PSW_MASK_IO		_AC(0x0200000000000000, UL)
#define PSW_MASK_EXT		_AC(0x0100000000000000, UL)
#define PSW_MASK_KEY		_AC(0x00f0000000000000, UL)
#define PSW_MASK_MCHECK		_AC(0x0004000000000000, UL)
#define PSW_MASK_WAIT		_AC(0x0002000000000000, UL)
#define PSW_MASK_PSTATE		_AC(0x0001000000000000, UL)
#define PSW_MASK_HOME		_AC(0x0000c00000000000, UL)
#define PSW_MASK_CC		_AC(0x0000300000000000, UL)
#define PSW_MASK_EA		_AC(0x0000000100000000, UL)
#define PSW_MASK_BA		_AC(0x0000000080000000, UL)
#define PSW_MASK_64		(PSW_MASK_EA | PSW_MASK_BA)

/* ---- control registers: bits, counted from the right ---- */

#define CTL0_TRANSACT_EX_CTL		(63 - 8)
#define CTL0_SECONDARY_SPACE		(63 - 37)
#define CTL0_EXTRACTION_AUTHORITY	(63 - 36)
#define CTL0_LOW_ADDR_PROT		(63 - 35)
#define CTL0_FETCH_PROTECTION_OVERRIDE	(63 - 38)
#define CTL0_STORAGE_PROTECTION_OVERRIDE (63 - 39)
#define CTL0_EDAT			(63 - 40)
#define CTL0_IEP			(63 - 43)
#define CTL0_AFP			(63 - 45)
#define CTL0_VECTOR			(63 - 46)
#define CTL0_EMERGENCY_SIGNAL		(63 - 49)
#define CTL0_EXTERNAL_CALL		(63 - 50)
#define CTL0_CLOCK_COMPARATOR		(63 - 52)
#define CTL0_CPU_TIMER			(63 - 53)
#define CTL0_SERVICE_SIGNAL		(63 - 54)
#define CR0_EXTM_MASK			_AC(0x0000000000006e00, UL)
#define CTL2_GUARDED_STORAGE		(63 - 59)

/* ---- external-interruption codes: chapter 6 ---- */

#define EXT_INT_CODE_CLOCK_COMPARATOR	0x1004
#define EXT_INT_CODE_CPU_TIMER		0x1005
#define EXT_INT_CODE_EMERGENCY_SIGNAL	0x1201
#define EXT_INT_CODE_EXTERNAL_CALL	0x1202
#define EXT_INT_CODE_SERVICE_SIGNAL	0x2401

/* ---- program-interruption codes: figure 6-1 ---- */

#define PGM_INT_CODE_OPERATION			0x01
#define PGM_INT_CODE_PRIVILEGED_OPERATION	0x02
#define PGM_INT_CODE_EXECUTE			0x03
#define PGM_INT_CODE_PROTECTION			0x04
#define PGM_INT_CODE_ADDRESSING			0x05
#define PGM_INT_CODE_SPECIFICATION		0x06
#define PGM_INT_CODE_DATA			0x07
#define PGM_INT_CODE_FIXED_POINT_OVERFLOW	0x08
#define PGM_INT_CODE_FIXED_POINT_DIVIDE		0x09
#define PGM_INT_CODE_DECIMAL_OVERFLOW		0x0a
#define PGM_INT_CODE_DECIMAL_DIVIDE		0x0b
#define PGM_INT_CODE_HFP_EXPONENT_OVERFLOW	0x0c
#define PGM_INT_CODE_HFP_EXPONENT_UNDERFLOW	0x0d
#define PGM_INT_CODE_HFP_SIGNIFICANCE		0x0e
#define PGM_INT_CODE_HFP_DIVIDE			0x0f
#define PGM_INT_CODE_SEGMENT_TRANSLATION	0x10
#define PGM_INT_CODE_PAGE_TRANSLATION		0x11
#define PGM_INT_CODE_TRANSLATION_SPEC		0x12
#define PGM_INT_CODE_SPECIAL_OPERATION		0x13
#define PGM_INT_CODE_OPERAND			0x15
#define PGM_INT_CODE_TRACE_TABLE		0x16
#define PGM_INT_CODE_VECTOR_PROCESSING		0x1b
#define PGM_INT_CODE_SPACE_SWITCH_EVENT		0x1c
#define PGM_INT_CODE_HFP_SQUARE_ROOT		0x1d
#define PGM_INT_CODE_PC_TRANSLATION_SPEC	0x1f
#define PGM_INT_CODE_AFX_TRANSLATION		0x20
#define PGM_INT_CODE_ASX_TRANSLATION		0x21
#define PGM_INT_CODE_LX_TRANSLATION		0x22
#define PGM_INT_CODE_EX_TRANSLATION		0x23
#define PGM_INT_CODE_PRIMARY_AUTHORITY		0x24
#define PGM_INT_CODE_SECONDARY_AUTHORITY	0x25
#define PGM_INT_CODE_LFX_TRANSLATION		0x26
#define PGM_INT_CODE_LSX_TRANSLATION		0x27
#define PGM_INT_CODE_ALET_SPECIFICATION		0x28
#define PGM_INT_CODE_ALEN_TRANSLATION		0x29
#define PGM_INT_CODE_ALE_SEQUENCE		0x2a
#define PGM_INT_CODE_ASTE_VALIDITY		0x2b
#define PGM_INT_CODE_ASTE_SEQUENCE		0x2c
#define PGM_INT_CODE_EXTENDED_AUTHORITY		0x2d
#define PGM_INT_CODE_LSTE_SEQUENCE		0x2e
#define PGM_INT_CODE_ASTE_INSTANCE		0x2f
#define PGM_INT_CODE_STACK_FULL			0x30
#define PGM_INT_CODE_STACK_EMPTY		0x31
#define PGM_INT_CODE_STACK_SPECIFICATION	0x32
#define PGM_INT_CODE_STACK_TYPE			0x33
#define PGM_INT_CODE_STACK_OPERATION		0x34
#define PGM_INT_CODE_ASCE_TYPE			0x38
#define PGM_INT_CODE_REGION_FIRST_TRANS		0x39
#define PGM_INT_CODE_REGION_SECOND_TRANS	0x3a
#define PGM_INT_CODE_REGION_THIRD_TRANS		0x3b
#define PGM_INT_CODE_SECURE_STOR_ACCESS		0x3d
#define PGM_INT_CODE_NON_SECURE_STOR_ACCESS	0x3e
#define PGM_INT_CODE_SECURE_STOR_VIOLATION	0x3f
#define PGM_INT_CODE_MONITOR_EVENT		0x40
#define PGM_INT_CODE_PER			0x80
#define PGM_INT_CODE_CRYPTO_OPERATION		0x119
#define PGM_INT_CODE_TX_ABORTED_EVENT		0x200

#ifndef __ASSEMBLER__

#define PSW(m, a)		((struct psw){ .mask = (m), .addr = (u64)(a) })
#define PSW_WITH_CUR_MASK(addr)	PSW(extract_psw_mask(), (addr))

/* Works in problem state too. */
static inline u64 extract_psw_mask(void)
{
	u32 upper = 0, lower = 0;

	__asm__ __volatile__("epsw %0,%1" : "=d" (upper), "=a" (lower));
	return (u64)upper << 32 | lower;
}

static inline void load_psw_mask(u64 mask)
{
	struct psw psw = { .mask = mask };
	u64 next;

	__asm__ __volatile__("larl %0,0f\n\tstg %0,8(%1)\n\tlpswe 0(%1)\n0:"
			     : "=&d" (next) : "a" (&psw) : "memory", "cc");
}

static inline void psw_mask_set_bits(u64 mask)
{
	load_psw_mask(extract_psw_mask() | mask);
}

static inline void psw_mask_clear_bits(u64 mask)
{
	load_psw_mask(extract_psw_mask() & ~mask);
}

static inline void psw_mask_clear_and_set_bits(u64 clear, u64 set)
{
	load_psw_mask((extract_psw_mask() & ~clear) | set);
}

static inline void enable_dat(void)
{
	psw_mask_set_bits(PSW_MASK_DAT);
}

static inline void disable_dat(void)
{
	psw_mask_clear_bits(PSW_MASK_DAT);
}

static inline bool in_problem_state(void)
{
	return extract_psw_mask() & PSW_MASK_PSTATE;
}

static inline void enter_pstate(void)
{
	psw_mask_set_bits(PSW_MASK_PSTATE);
}

/* By SVC 1, which the library answers; harmless in supervisor state. */
static inline void leave_pstate(void)
{
	__asm__ __volatile__("svc 1" : : : "memory");
}

/*
 * Loads an enabled-wait PSW; goes on after an interruption of those of mask (PSW_MASK_EXT, _IO),
 * whose handler has run.
 */
static inline void wait_for_interrupt(u64 mask)
{
	u64 old = extract_psw_mask();

	load_psw_mask(old | PSW_MASK_WAIT | mask);
	load_psw_mask(old);
}

/* ---- control registers ---- */

#define lctlg(cr, value) __extension__ ({						\
	u64 __ctl = (value);								\
	__asm__ __volatile__("lctlg %0,%0,%1" : : "i" (cr), "Q" (__ctl) : "memory");	\
})
#define stctg(cr) __extension__ ({							\
	u64 __ctl;									\
	__asm__ __volatile__("stctg %1,%1,%0" : "=Q" (__ctl) : "i" (cr) : "memory");	\
	__ctl;										\
})
/* bit: from the right. */
#define ctl_set_bit(cr, bit)	lctlg(cr, stctg(cr) | 1UL << (bit))
#define ctl_clear_bit(cr, bit)	lctlg(cr, stctg(cr) & ~(1UL << (bit)))

/* ---- instructions ---- */

static inline u16 stap(void)
{
	u16 address;

	__asm__ __volatile__("stap %0" : "=Q" (address) : : "memory");
	return address;
}

static inline u64 stidp(void)
{
	u64 id;

	__asm__ __volatile__("stidp %0" : "=Q" (id) : : "memory");
	return id;
}

/* What STIDP stores, by its fields. */
struct cpuid {
	u64 version : 8, id : 24, type : 16, format : 1, reserved : 15;
};

static inline void cpuid(struct cpuid *id)
{
	__asm__ __volatile__("stidp %0" : "=Q" (*id) : : "memory");
}

static inline u32 get_prefix(void)
{
	u32 prefix;

	__asm__ __volatile__("stpx %0" : "=Q" (prefix) : : "memory");
	return prefix;
}

static inline void set_prefix(u32 prefix)
{
	__asm__ __volatile__("spx %0" : : "Q" (prefix) : "memory");
}

/* SERVICE CALL; returns the condition code: 0 initiated, 2 busy, 3 not operational. */
static inline int servc(u32 command, unsigned long sccb)
{
	int cc;

	__asm__ __volatile__(".insn rre,0xb2200000,%1,%2\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (cc) : "d" (command), "a" (sccb) : "cc", "memory");
	return cc;
}

/*
 * STORE SYSTEM INFORMATION of function code fc (0: current level, in bits 32 to 35 of *r0). Returns
 * the condition code.
 */
static inline int stsi_r0(void *addr, unsigned long r0, unsigned long r1, unsigned long *r0_after)
{
	register unsigned long gr0 __asm__("0") = r0;
	register unsigned long gr1 __asm__("1") = r1;
	int cc;

	__asm__ __volatile__("stsi 0(%3)\n\tipm %0\n\tsrl %0,28"
			     : "=&d" (cc), "+d" (gr0) : "d" (gr1), "a" (addr) : "cc", "memory");
	*r0_after = gr0;
	return cc;
}

static inline int stsi(void *addr, int fc, int sel1, int sel2)
{
	unsigned long after;

	return stsi_r0(addr, (unsigned long)fc << 28 | (unsigned int)sel1, (unsigned int)sel2,
		       &after);
}

/*
 * The configuration level that the program runs at: 1 basic machine, 2 logical partition, 3 virtual
 * machine.
 */
static inline unsigned long stsi_get_fc(void)
{
	unsigned long after = 0;

	stsi_r0(NULL, 0, 0, &after);
	return after >> 28 & 0xf;
}

enum tprot_permission {
	TPROT_READ_WRITE = 0,
	TPROT_READ = 1,
	TPROT_RW_PROTECTED = 2,
	TPROT_TRANSL_UNAVAIL = 3,
};

/* What an access to addr with that key would be allowed. */
static inline enum tprot_permission tprot(unsigned long addr, char access_key)
{
	int cc;

	__asm__ __volatile__("tprot 0(%1),0(%2)\n\tipm %0\n\tsrl %0,28"
			     : "=d" (cc) : "a" (addr), "a" ((unsigned long)access_key << 4) : "cc");
	return (enum tprot_permission)cc;
}
#endif

#endif
