/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GDT, IDT and TSS of both widths (SDM volume 3, chapters 3, 6 and 8). The library's tables and the functions by which
 * tests change them; what exists on one width only: desc64.c, desc32.c.
 */
#include "libcflat.h"
#include "x86/desc.h"
#include "x86/desc-width.h"
#include "x86/processor.h"

/* A descriptor as one number: base 0, limit in pages unless it is the 16-bit ones' 64 KiB. */
#define FLAT(access, flags)	{ 0xffff, 0, 0, { (access) | 0x0f00 | (flags) << 12 }, 0 }
#define FLAT_64K(access)	{ 0xffff, 0, 0, { (access) }, 0 }
/* Flags: granularity 8, 32 bits 4, 64 bits 2. Access bytes: accessed, so that loading them writes nothing. */
#define CODE	0x9b
#define DATA	0x93
#define ABSENT	0x13
#define USER	0x60
#ifdef __x86_64__
#define CODE_FLAGS	0xa
#else
#define CODE_FLAGS	0xc
#endif

gdt_entry_t gdt[GDT_SIZE / sizeof(gdt_entry_t)] __attribute__((aligned(16))) = {
	[KERNEL_CS >> 3] = FLAT(CODE, CODE_FLAGS),
	[KERNEL_DS >> 3] = FLAT(DATA, 0xc),
	[NP_SEL >> 3] = FLAT(ABSENT, 0xc),
	[KERNEL_CS32 >> 3] = FLAT(CODE, 0xc),
	[KERNEL_CS16 >> 3] = FLAT_64K(CODE),	/* limits that real mode can keep: section 10.9.2 */
	[KERNEL_DS16 >> 3] = FLAT_64K(DATA),
	[USER_CS32 >> 3] = FLAT(CODE | USER, 0xc),
	[USER_DS >> 3] = FLAT(DATA | USER, 0xc),
	[USER_CS >> 3] = FLAT(CODE | USER, CODE_FLAGS),
};

idt_entry_t boot_idt[256] __attribute__((aligned(16)));
x86_tss_t tss[X86_MAX_CPUS] __attribute__((aligned(16)));

void set_idt_entry(int vec, void *addr, int dpl)
{
	unsigned long offset = (unsigned long)addr;
	idt_entry_t entry = {
		.offset0 = offset,
		.selector = KERNEL_CS,
		.type = GATE_INTERRUPT,
		.dpl = dpl,
		.p = 1,
		.offset1 = offset >> 16,
#ifdef __x86_64__
		.offset2 = offset >> 32,
#endif
	};

	boot_idt[vec] = entry;
}

void reset_idt_entry(int vec)
{
	set_idt_entry(vec, exception_stubs[vec], 0);
	if (vec == DF_VECTOR)
		guard_double_faults();
}

void set_idt_sel(int vec, u16 sel)
{
	boot_idt[vec].selector = sel;
}

void set_idt_dpl(int vec, u16 dpl)
{
	boot_idt[vec].dpl = dpl;
}

void set_idt_task_gate(int vec, u16 sel)
{
	boot_idt[vec] = (idt_entry_t){ .selector = sel, .type = GATE_TASK, .p = 1 };
}

unsigned long get_idt_addr(idt_entry_t *entry)
{
	unsigned long address = entry->offset0 | (unsigned long)entry->offset1 << 16;

#ifdef __x86_64__
	address |= (unsigned long)entry->offset2 << 32;
#endif
	return address;
}

/*
 * The stubs are 16 bytes each from a multiple of 4 KiB on, so only the first two bytes of a gate differ, without a carry.
 * (Where ring 0 is emulated every instruction of a boot counts.)
 */
static void build_idt(void)
{
	set_idt_entry(0, exception_stubs[0], 0);
	for (int i = 1; i < 256; i++) {
		boot_idt[i] = boot_idt[i - 1];
		boot_idt[i].offset0 += EXCEPTION_STUB_SIZE;
	}
	set_idt_dpl(RET_TO_KERNEL_IRQ, 3);
	guard_double_faults();
}

gdt_entry_t *get_gdt_entry(u16 sel)
{
	return &gdt[sel >> 3];
}

void set_gdt_entry_base(int sel, unsigned long base)
{
	gdt_entry_t *entry = get_gdt_entry(sel);

	entry->base1 = base;
	entry->base2 = base >> 16;
	entry->base3 = base >> 24;
#ifdef __x86_64__
	if (!entry->s) {
		struct system_desc64 *system = (struct system_desc64 *)entry;

		system->base4 = base >> 32;
		system->zero = 0;
	}
#endif
}

void set_gdt_entry(int sel, unsigned long base, u32 limit, u8 access, u8 flags)
{
	gdt_entry_t *entry = get_gdt_entry(sel);

	entry->limit1 = limit;
	entry->type_limit_flags = access | (limit & 0xf0000) >> 8 | (flags & 0xf0) << 8;
	set_gdt_entry_base(sel, base);
}

void set_gdt_task_gate(u16 sel, u16 tss_sel)
{
	*get_gdt_entry(sel) = (gdt_entry_t){ .base1 = tss_sel, .type_limit_flags = ACCESS_TASK_GATE };
}

unsigned long get_gdt_entry_base(gdt_entry_t *entry)
{
	unsigned long base = entry->base1 | (unsigned long)entry->base2 << 16 |
			     (unsigned long)entry->base3 << 24;

#ifdef __x86_64__
	if (!entry->s)
		base |= (unsigned long)((struct system_desc64 *)entry)->base4 << 32;
#endif
	return base;
}

unsigned long get_gdt_entry_limit(gdt_entry_t *entry)
{
	unsigned long limit = entry->limit1 | (unsigned long)entry->limit2 << 16;

	return entry->g ? limit << 12 | 0xfff : limit;
}

gdt_entry_t *get_tss_descr(void)
{
	return get_gdt_entry(str());
}

gdt_entry_t *get_ldt_descr(void)
{
	return get_gdt_entry(sldt());
}

void clear_tss_busy(int sel)
{
	get_gdt_entry(sel)->type &= ~DESC_BUSY;
}

x86_tss_t *this_cpu_tss(void)
{
	return &tss[x86_cpu_id()];
}

void load_gdt_idt_tss(int cpu)
{
	struct descriptor_table_ptr gdtr = { sizeof(gdt) - 1, (unsigned long)gdt };
	struct descriptor_table_ptr idtr = { sizeof(boot_idt) - 1, (unsigned long)boot_idt };
	int sel = TSS_MAIN + cpu * TSS_STRIDE;

	assert_msg(cpu >= 0 && cpu < X86_MAX_CPUS, "CPU %d: there are descriptors for %d", cpu, X86_MAX_CPUS);
	if (cpu == 0)
		build_idt();
	init_tss(cpu);
	set_gdt_entry(sel, (unsigned long)&tss[cpu], sizeof(tss[cpu]) - 1, ACCESS_TSS, 0);
	lgdt(&gdtr);
	lidt(&idtr);
	ltr(sel);
}
