/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding interrupt controllers, and registers of the IMSIC: see intc.h. */
#include "arch-hooks.h"
#include "riscv/intc.h"
#include "asm/page.h"
#include "asm/processor.h"
#include "asm/setup.h"

/* The CPU whose interrupt controller has that phandle, or -1. */
static int cpu_of(u32 phandle)
{
	int node = fdt_find_phandle(&machine_fdt, phandle);
	u64 hartid, size;

	if (node == FDT_NONE)
		return -1;
	node = fdt_parent(&machine_fdt, node);
	if (node == FDT_NONE || !fdt_reg(&machine_fdt, node, 0, &hartid, &size))
		return -1;
	return hartid_to_cpu(hartid);
}

static void read_contexts(struct intc *intc, unsigned long wanted)
{
	struct fdt_value cells = fdt_value(&machine_fdt, intc->node, "interrupts-extended");
	u64 phandle, cause;
	int n, cpu;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		intc->context[cpu] = -1;
	for (n = 0; fdt_cells(cells, 2 * n, 1, &phandle) && fdt_cells(cells, 2 * n + 1, 1, &cause);
	     n++) {
		cpu = cpu_of((u32)phandle);
		if (cause == wanted && cpu >= 0)
			intc->context[cpu] = n;
	}
	intc->contexts = n;
}

bool intc_find(struct intc *intc, const char *compatible, unsigned long cause)
{
	u64 address;

	intc->node = FDT_NONE;
	while ((intc->node = fdt_find_compatible(&machine_fdt, intc->node, compatible)) !=
	       FDT_NONE) {
		read_contexts(intc, cause);
		if (intc->context[arch_cpu_id()] < 0 ||
		    !fdt_reg(&machine_fdt, intc->node, 0, &address, &intc->size))
			continue;
		intc->base = (volatile u8 *)address;
		return true;
	}
	return false;
}

unsigned long imsic_read(unsigned int reg)
{
	csr_write(CSR_SISELECT, reg);
	return csr_read(CSR_SIREG);
}

void imsic_write(unsigned int reg, unsigned long value)
{
	csr_write(CSR_SISELECT, reg);
	csr_write(CSR_SIREG, value);
}

bool imsic_bit(unsigned int reg, unsigned int id)
{
	return imsic_read(reg + id / 64 * 2) >> id % 64 & 1;
}

void imsic_set_bit(unsigned int reg, unsigned int id, bool on)
{
	csr_write(CSR_SISELECT, reg + id / 64 * 2);
	if (on)
		csr_set(CSR_SIREG, 1ul << id % 64);
	else
		csr_clear(CSR_SIREG, 1ul << id % 64);
}

volatile void *imsic_page(const struct intc *imsic, int cpu)
{
	u64 guests = fdt_number(&machine_fdt, imsic->node, "riscv,guest-index-bits", 0);

	return imsic->base + ((u64)imsic->context[cpu] << (PAGE_SHIFT + guests));
}
