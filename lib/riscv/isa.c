/* SPDX-License-Identifier: BSD-2-Clause */
/* Which extensions are announced, and whether an instruction is there: see isa.h. */
#include "arch-hooks.h"
#include "riscv/isa.h"
#include "asm/mmu.h"
#include "asm/processor.h"
#include "asm/setup.h"

static int cpu_node(int cpu)
{
	u64 hartid, size;
	int node = FDT_NONE;

	while ((node = fdt_find_compatible(&machine_fdt, node, "riscv")) != FDT_NONE)
		if (fdt_reg(&machine_fdt, node, 0, &hartid, &size) && hartid == cpus[cpu].hartid)
			break;
	return node;
}

/* "rv64imafdc_zicsr_sstc": letters up to the first "_", then words. */
static bool in_string(const char *isa, const char *name)
{
	size_t len = strlen(name);
	const char *word = isa + 4;

	if (strncmp(isa, "rv64", 4))
		return false;
	if (len == 1)
		return memchr(word, name[0], strcspn(word, "_")) != NULL;
	while ((word = strchr(word, '_'))) {
		word++;
		if (strcspn(word, "_") == len && !strncmp(word, name, len))
			return true;
	}
	return false;
}

bool cpu_has_extension(int cpu, const char *name)
{
	int node = cpu_node(cpu);
	const char *isa;

	if (node == FDT_NONE)
		return false;
	if (fdt_value(&machine_fdt, node, "riscv,isa-extensions").data)
		return fdt_has_string(&machine_fdt, node, "riscv,isa-extensions", name);
	isa = fdt_string(&machine_fdt, node, "riscv,isa");
	return isa && in_string(isa, name);
}

bool has_extension(const char *name)
{
	for (int cpu = 0; cpu < arch_cpu_count(); cpu++)
		if (!cpu_has_extension(cpu, name))
			return false;
	return true;
}

static u32 code[2] __aligned(8);

static void run_code(void *unused)
{
	((void (*)(ulong a0, ulong a1))code)(0, 0);
}

long try_instruction(u32 insn)
{
	code[0] = insn;
	code[1] = 0x00008067;		/* ret */
	smp_mb();
	local_flush_icache();
	return catch_trap(run_code, NULL) ? (long)trap_record()->regs.cause : -1;
}
