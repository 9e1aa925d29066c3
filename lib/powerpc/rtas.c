/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of RTAS: a block of big-endian words (LoPAR 1.1, section 7.2.7). One at a time, as the
 * manual asks.
 */
#include "arch-hooks.h"
#include "asm/hcall.h"
#include "asm/rtas.h"
#include "asm/setup.h"
#include "asm/spinlock.h"
#include "asm-generic/swab.h"

#define WORDS_MAX	16

int rtas_token(const char *service, uint32_t *token)
{
	int node = fdt_find(&machine_fdt, "/rtas");
	struct fdt_value value;
	uint64_t number;

	if (node == FDT_NONE)
		return RTAS_UNKNOWN_SERVICE;
	value = fdt_value(&machine_fdt, node, service);
	if (!value.data || !fdt_cells(value, 0, 1, &number))
		return RTAS_UNKNOWN_SERVICE;
	*token = (uint32_t)number;
	return 0;
}

/* In memory below 4 GiB, where the image is. */
static struct {
	u32 token, nargs, nret, words[WORDS_MAX];
} block __aligned(64);
static struct spinlock lock;

int rtas_call(int token, int nargs, int nret, int *outputs, ...)
{
	unsigned long state = arch_irq_save();
	int status = RTAS_HARDWARE_ERROR;
	va_list va;

	assert_msg(nargs >= 0 && nret >= 0 && nargs + nret <= WORDS_MAX, "%d and %d words for RTAS",
		   nargs, nret);
	spin_lock(&lock);
	block.token = cpu_to_be32((u32)token);
	block.nargs = cpu_to_be32((u32)nargs);
	block.nret = cpu_to_be32((u32)nret);
	va_start(va, outputs);
	for (int i = 0; i < nargs; i++)
		block.words[i] = cpu_to_be32(va_arg(va, u32));
	va_end(va);
	for (int i = 0; i < nret; i++)
		block.words[nargs + i] = 0;
	if (hcall(H_RTAS, (unsigned long)&block) == H_SUCCESS && nret)
		status = (int)be32_to_cpu(block.words[nargs]);
	for (int i = 1; outputs && i < nret; i++)
		outputs[i - 1] = (int)be32_to_cpu(block.words[nargs + i]);
	spin_unlock(&lock);
	arch_irq_restore(state);
	return status;
}

/* Without the lock: the machine may end in the middle of a call. */
void rtas_power_off(void)
{
	uint32_t token;

	if (rtas_token("power-off", &token))
		return;
	block.token = cpu_to_be32(token);
	block.nargs = cpu_to_be32(2);
	block.nret = cpu_to_be32(1);
	block.words[0] = block.words[1] = cpu_to_be32(~0u);
	hcall(H_RTAS, (unsigned long)&block);
}
