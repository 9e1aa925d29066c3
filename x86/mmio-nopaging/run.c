/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs code without paging: what is behind CR3, exceptions, single accesses. How the CPU gets there: switch.S. */
#include "nopaging.h"
#include "alloc_page.h"
#include "x86/desc.h"
#include "x86/paging.h"
#include "x86/processor.h"
#include "x86/smp.h"

_Static_assert(offsetof(struct nopaging, eflags) == NOPAGING_EFLAGS, "known to switch.S");
_Static_assert(offsetof(struct nopaging, exception) == NOPAGING_EXCEPTION, "known to switch.S");
_Static_assert(offsetof(struct nopaging, sp) == NOPAGING_SP, "known to switch.S");
_Static_assert(TSS_STRIDE == 16, "known to switch.S");

void nopaging_switch(struct nopaging *s);
extern const char nopaging_stubs[];
u64 nopaging_idt[NOPAGING_STUBS] __attribute__((aligned(8)));
u32 nopaging_states[X86_MAX_CPUS];

#define PDPTES		4
#define GATE32		0x8e00u		/* present, DPL 0, 32-bit interrupt gate */
#define NO_MEMORY	0xfe000000u	/* below the I/O APIC, above all that the library gives out first */

/* PAE tables that map every address to the same RAM: who follows them does not reach a device. */
static void fill_misleading(u64 *pdpt)
{
	u64 *directory = alloc_pages_flags(0, AREA_DMA32);
	phys_addr_t ram = virt_to_phys(alloc_pages_flags(9, AREA_DMA32));

	for (unsigned int i = 0; i < PAGE_SIZE / sizeof(u64); i++)
		directory[i] = ram | PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK | PT_PAGE_SIZE_MASK;
	for (int i = 0; i < PDPTES; i++)
		pdpt[i] = virt_to_phys(directory) | PT_PRESENT_MASK;
}

struct behind behinds[N_BEHINDS] = {
	{ "no PAE, no memory at CR3", NO_MEMORY, false },
	{ "no PAE, absent entries", 0, false },
	{ "PAE, absent entries", 0, true },
	{ "PAE, entries that lead elsewhere", 0, true },
	{ "PAE, reserved bits", 0, true },
	{ "PAE, no memory at CR3", NO_MEMORY, true },
};

static void set_up_once(void)
{
	static u64 *tables[N_BEHINDS];

	if (nopaging_idt[0])
		return;
	for (int i = 1; i < N_BEHINDS - 1; i++) {
		tables[i] = alloc_pages_flags(0, AREA_DMA32);
		behinds[i].cr3 = low_address(tables[i]);
	}
	fill_misleading(tables[3]);
	for (int i = 0; i < PDPTES; i++)
		tables[4][i] = PAE_PDPTE_RSVD_MASK | PT_PRESENT_MASK;
	for (int v = 0; v < NOPAGING_STUBS; v++) {
		u32 stub = low_address(nopaging_stubs + 8 * v);

		nopaging_idt[v] = (u64)((stub & 0xffff0000) | GATE32) << 32 | KERNEL_CS32 << 16 | (stub & 0xffff);
	}
}

/* Before all cases: CPUs run it side by side later. */
void case_setup(void)
{
	set_up_once();
}

void run_nopaging_any(const struct behind *b, struct nopaging *s)
{
	unsigned long cr4 = read_cr4() & ~X86_CR4_PAE;

	s->cr3 = b->cr3;
	s->cr4 = cr4 | (b->pae ? X86_CR4_PAE : 0);
	s->exception = NO_EXCEPTION;
	nopaging_states[smp_id()] = low_address(s);
	nopaging_switch(s);
}

bool run_nopaging(const struct behind *b, struct nopaging *s)
{
	run_nopaging_any(b, s);
	return expect_eq_msg(s->exception, NO_EXCEPTION, "%s: exception", b->name);
}

CODE32(read1, "xorl %edx, %edx; movzbl (%esi), %eax");
CODE32(read2, "xorl %edx, %edx; movzwl (%esi), %eax");
CODE32(read4, "xorl %edx, %edx; movl (%esi), %eax");
/* One access of 8 bytes, by MMX. */
CODE32(read8, "subl $8, %esp; movq (%esi), %mm0; movq %mm0, (%esp); fninit; popl %eax; popl %edx");
CODE32(write1, "movb %al, (%edi)");
CODE32(write2, "movw %ax, (%edi)");
CODE32(write4, "movl %eax, (%edi)");
CODE32(write8, "pushl %edx; pushl %eax; movq (%esp), %mm0; movq %mm0, (%edi); fninit; addl $8, %esp");

u64 read_nopaging(const struct behind *b, u32 address, int size)
{
	const char *code = size == 1 ? code_read1 : size == 2 ? code_read2 : size == 4 ? code_read4 : code_read8;
	struct nopaging s = { .code = low_address(code), .esi = address };

	return run_nopaging(b, &s) ? (u64)s.edx << 32 | s.eax : 0;
}

void write_nopaging(const struct behind *b, u32 address, u64 value, int size)
{
	const char *code = size == 1 ? code_write1 : size == 2 ? code_write2 : size == 4 ? code_write4 : code_write8;
	struct nopaging s = { .code = low_address(code), .edi = address, .eax = (u32)value, .edx = value >> 32 };

	run_nopaging(b, &s);
}

u64 read_bytes(u32 address, int size)
{
	u64 value = 0;

	while (size--)
		value = value << 8 | readb((void *)(uintptr_t)(address + size));
	return value;
}
