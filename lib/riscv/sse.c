// SPDX-License-Identifier: BSD-2-Clause
/* Calls of SBI's supervisor software events: see <asm/sbi-sse.h>. */
#include "asm/io.h"
#include "asm/sbi.h"

_Static_assert(offsetof(struct sbi_sse_handler_arg, reg_tmp) == SSE_REG_TMP, "sbi-sse.h");
_Static_assert(offsetof(struct sbi_sse_handler_arg, handler) == SSE_HANDLER, "sbi-sse.h");
_Static_assert(offsetof(struct sbi_sse_handler_arg, handler_data) == SSE_HANDLER_DATA, "sbi-sse.h");
_Static_assert(offsetof(struct sbi_sse_handler_arg, stack) == SSE_STACK, "sbi-sse.h");
_Static_assert(SBI_EXT_SSE == SSE_EID && SBI_EXT_SSE_COMPLETE == SSE_FID_COMPLETE, "sbi-sse.h");

static struct sbiret sse(int fid, unsigned long a0, unsigned long a1, unsigned long a2,
			 unsigned long a3)
{
	return sbi_ecall(SBI_EXT_SSE, fid, a0, a1, a2, a3, 0, 0);
}

struct sbiret sbi_sse_read_attrs(unsigned long event_id, unsigned long base_attr,
				 unsigned long count, unsigned long *values)
{
	return sse(SBI_EXT_SSE_READ_ATTRS, event_id, base_attr, count, virt_to_phys(values));
}

struct sbiret sbi_sse_write_attrs(unsigned long event_id, unsigned long base_attr,
				  unsigned long count, unsigned long *values)
{
	return sse(SBI_EXT_SSE_WRITE_ATTRS, event_id, base_attr, count, virt_to_phys(values));
}

struct sbiret sbi_sse_register_raw(unsigned long event_id, unsigned long entry_pc,
				   unsigned long entry_arg)
{
	return sse(SBI_EXT_SSE_REGISTER, event_id, entry_pc, entry_arg, 0);
}

struct sbiret sbi_sse_register(unsigned long event_id, struct sbi_sse_handler_arg *arg)
{
	return sbi_sse_register_raw(event_id, (unsigned long)sbi_sse_entry, (unsigned long)arg);
}

struct sbiret sbi_sse_unregister(unsigned long event_id)
{
	return sse(SBI_EXT_SSE_UNREGISTER, event_id, 0, 0, 0);
}

struct sbiret sbi_sse_enable(unsigned long event_id)
{
	return sse(SBI_EXT_SSE_ENABLE, event_id, 0, 0, 0);
}

struct sbiret sbi_sse_disable(unsigned long event_id)
{
	return sse(SBI_EXT_SSE_DISABLE, event_id, 0, 0, 0);
}

struct sbiret sbi_sse_inject(unsigned long event_id, unsigned long hartid)
{
	return sse(SBI_EXT_SSE_INJECT, event_id, hartid, 0, 0);
}

struct sbiret sbi_sse_hart_mask(void)
{
	return sse(SBI_EXT_SSE_HART_MASK, 0, 0, 0, 0);
}

struct sbiret sbi_sse_hart_unmask(void)
{
	return sse(SBI_EXT_SSE_HART_UNMASK, 0, 0, 0, 0);
}
