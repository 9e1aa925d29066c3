/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Supervisor software events (RISC-V SBI 3.0, chapter 17): events that firmware delivers above all
 * interrupts. Numbers, calls, and an entry that lets a C function handle one. <asm/sbi.h> includes
 * this.
 */
#ifndef RISCV_ASM_SBI_SSE_H
#define RISCV_ASM_SBI_SSE_H

/* Offsets in struct sbi_sse_handler_arg, for sse-entry.S. */
#define SSE_REG_TMP			0
#define SSE_HANDLER			8
#define SSE_HANDLER_DATA		16
#define SSE_STACK			24

#define SSE_EID				0x535345
#define SSE_FID_COMPLETE		6

/* Table 17.2: bit 15 tells global events. */
#define SBI_SSE_EVENT_LOCAL_HIGH_PRIO_RAS	0x00000000
#define SBI_SSE_EVENT_LOCAL_DOUBLE_TRAP		0x00000001
#define SBI_SSE_EVENT_LOCAL_RESERVED_0_START	0x00000002
#define SBI_SSE_EVENT_LOCAL_RESERVED_0_END	0x00003fff
#define SBI_SSE_EVENT_GLOBAL_HIGH_PRIO_RAS	0x00008000
#define SBI_SSE_EVENT_LOCAL_PMU_OVERFLOW	0x00010000
#define SBI_SSE_EVENT_LOCAL_LOW_PRIO_RAS	0x00100000
#define SBI_SSE_EVENT_GLOBAL_LOW_PRIO_RAS	0x00108000
#define SBI_SSE_EVENT_LOCAL_SOFTWARE		0xffff0000
#define SBI_SSE_EVENT_GLOBAL_SOFTWARE		0xffff8000

/* Bits of SBI_SSE_ATTR_STATUS, _CONFIG and _INTERRUPTED_FLAGS: table 17.3. */
#define SBI_SSE_ATTR_STATUS_STATE_OFFSET	0
#define SBI_SSE_ATTR_STATUS_STATE_MASK		0x3
#define SBI_SSE_ATTR_STATUS_PENDING_OFFSET	2
#define SBI_SSE_ATTR_STATUS_INJECT_OFFSET	3
#define SBI_SSE_ATTR_CONFIG_ONESHOT		(1ul << 0)
#define SBI_SSE_ATTR_INTERRUPTED_FLAGS_SSTATUS_SPP	(1ul << 0)
#define SBI_SSE_ATTR_INTERRUPTED_FLAGS_SSTATUS_SPIE	(1ul << 1)
#define SBI_SSE_ATTR_INTERRUPTED_FLAGS_HSTATUS_SPV	(1ul << 2)
#define SBI_SSE_ATTR_INTERRUPTED_FLAGS_HSTATUS_SPVP	(1ul << 3)
#define SBI_SSE_ATTR_INTERRUPTED_FLAGS_SSTATUS_SPELP	(1ul << 4)
#define SBI_SSE_ATTR_INTERRUPTED_FLAGS_SSTATUS_SDT	(1ul << 5)

#ifndef __ASSEMBLER__
#include "libcflat.h"
#include "asm/ptrace.h"

enum sbi_ext_sse_fid {
	SBI_EXT_SSE_READ_ATTRS,
	SBI_EXT_SSE_WRITE_ATTRS,
	SBI_EXT_SSE_REGISTER,
	SBI_EXT_SSE_UNREGISTER,
	SBI_EXT_SSE_ENABLE,
	SBI_EXT_SSE_DISABLE,
	SBI_EXT_SSE_COMPLETE,
	SBI_EXT_SSE_INJECT,
	SBI_EXT_SSE_HART_UNMASK,
	SBI_EXT_SSE_HART_MASK,
};

enum sbi_sse_state {
	SBI_SSE_STATE_UNUSED,
	SBI_SSE_STATE_REGISTERED,
	SBI_SSE_STATE_ENABLED,
	SBI_SSE_STATE_RUNNING,
};

enum sbi_sse_attr_id {
	SBI_SSE_ATTR_STATUS,
	SBI_SSE_ATTR_PRIORITY,
	SBI_SSE_ATTR_CONFIG,
	SBI_SSE_ATTR_PREFERRED_HART,
	SBI_SSE_ATTR_ENTRY_PC,
	SBI_SSE_ATTR_ENTRY_ARG,
	SBI_SSE_ATTR_INTERRUPTED_SEPC,
	SBI_SSE_ATTR_INTERRUPTED_FLAGS,
	SBI_SSE_ATTR_INTERRUPTED_A6,
	SBI_SSE_ATTR_INTERRUPTED_A7,
};

/* regs: as firmware left them, a6 and a7 excepted, which are attributes. Interrupts are off. */
typedef void (*sbi_sse_handler_fn)(void *data, struct pt_regs *regs, unsigned int hartid);

/* What an event leads to; one at a time uses it. stack: the first byte above. */
struct sbi_sse_handler_arg {
	unsigned long reg_tmp;
	sbi_sse_handler_fn handler;
	void *handler_data;
	void *stack;
};

/* Where events of sbi_sse_register() enter. */
void sbi_sse_entry(void);

static inline bool sbi_sse_event_is_global(u32 event_id)
{
	return event_id & 0x8000;
}

/* values: count words, aligned; they are at their physical address (no vmalloc'd memory). */
struct sbiret sbi_sse_read_attrs(unsigned long event_id, unsigned long base_attr,
				 unsigned long count, unsigned long *values);
struct sbiret sbi_sse_write_attrs(unsigned long event_id, unsigned long base_attr,
				  unsigned long count, unsigned long *values);
struct sbiret sbi_sse_register_raw(unsigned long event_id, unsigned long entry_pc,
				   unsigned long entry_arg);
struct sbiret sbi_sse_register(unsigned long event_id, struct sbi_sse_handler_arg *arg);
struct sbiret sbi_sse_unregister(unsigned long event_id);
struct sbiret sbi_sse_enable(unsigned long event_id);
struct sbiret sbi_sse_disable(unsigned long event_id);
struct sbiret sbi_sse_inject(unsigned long event_id, unsigned long hartid);
struct sbiret sbi_sse_hart_mask(void);
struct sbiret sbi_sse_hart_unmask(void);
#endif

#endif
