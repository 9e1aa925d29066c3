/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs code without paging: what is behind CR3, exceptions, single accesses. How the CPU gets
 * there: switch.S.
 */
#include "nopaging.h"
#include "alloc_page.h"
#include "x86/desc.h"
#include "x86/paging.h"
#include "x86/processor.h"
#include "x86/smp.h"

_Static_assert(offsetof(struct nopaging, eflags) == NOPAGING_EFLAGS, "known to switch.S");
_Static_assert(offsetof(struct nopaging, exception) == NOPAGING_EXCEPTION, "known to switch.S");
_Static_assert(offsetof(struct nopaging, slot) == NOPAGING_SLOT, "known to switch.S");
_Static_assert(TSS_STRIDE == 16, "known to switch.S");

void nopaging_switch(struct nopaging *s);
extern const char nopaging_stubs[], nopaging_real[];
extern const char nopaging_low_start[], nopaging_low_end[], nopaging_low_stubs[], nopaging_low_done[];
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

static u64 absent[512] __attribute__((aligned(4096)));
static u64 misleading[512] __attribute__((aligned(4096)));
static u64 reserved[512] __attribute__((aligned(4096)));

struct behind behinds[N_BEHINDS] = {
	{ .name = "no PAE, no memory at CR3" },
	{ .name = "no PAE, absent entries" },
	{ .name = "PAE, absent entries", .pae = true },
	{ .name = "PAE, entries that lead elsewhere", .pae = true },
	{ .name = "PAE, reserved bits", .pae = true },
	{ .name = "PAE, no memory at CR3", .pae = true },
	{ .name = "real mode, PAE, absent entries", .pae = true, .real = true },
	{ .name = "real mode, PAE, entries that lead elsewhere", .pae = true, .real = true },
};

static void set_up_tables(void)
{
	const u32 cr3[N_BEHINDS] = { NO_MEMORY, low_address(absent), low_address(absent), low_address(misleading),
		low_address(reserved), NO_MEMORY, low_address(absent), low_address(misleading) };

	fill_misleading(misleading);
	for (int i = 0; i < PDPTES; i++)
		reserved[i] = PAE_PDPTE_RSVD_MASK | PT_PRESENT_MASK;
	for (int i = 0; i < N_BEHINDS; i++)
		behinds[i].cr3 = cr3[i];
}

static void set_up_exceptions(void)
{
	u16 *ivt = (u16 *)(uintptr_t)(NOPAGING_LOW + NOPAGING_IVT);

	for (int v = 0; v < NOPAGING_STUBS; v++) {
		u32 stub = low_address(nopaging_stubs + 8 * v);

		nopaging_idt[v] = (u64)((stub & 0xffff0000) | GATE32) << 32 | KERNEL_CS32 << 16 | (stub & 0xffff);
		ivt[2 * v] = nopaging_low_stubs + 8 * v - nopaging_low_start;
		ivt[2 * v + 1] = NOPAGING_LOW >> 4;
	}
}

/* Before all cases: CPUs run code side by side later. */
void case_setup(void)
{
	size_t size = nopaging_low_end - nopaging_low_start;

	assert(size <= NOPAGING_IVT);
	memcpy((void *)(uintptr_t)NOPAGING_LOW, nopaging_low_start, size);
	/* The segment by which protected mode is left (SDM volume 3, section 10.9.2). */
	set_gdt_entry(FIRST_SPARE_SEL, NOPAGING_LOW, 0xffff, 0x9b, 0);
	set_up_tables();
	set_up_exceptions();
}

/* This CPU's copy of the code, with a jump to what follows it. Returns its offset. */
static u32 fill_slot(const struct code *code)
{
	u32 offset = NOPAGING_SLOTS + smp_id() * NOPAGING_SLOT_SIZE, end = offset + code->real_size;
	u8 *slot = (u8 *)(uintptr_t)(NOPAGING_LOW + offset);

	assert(code->real_size + 3 <= NOPAGING_SLOT_SIZE && end + 3 <= 0x10000);
	memcpy(slot, (const void *)(uintptr_t)code->real, code->real_size);
	slot[code->real_size] = 0xe9;	/* JMP */
	*(u16 *)(slot + code->real_size + 1) = nopaging_low_done - nopaging_low_start - (end + 3);
	return offset;
}

void run_nopaging_any(const struct behind *b, struct nopaging *s)
{
	unsigned long cr4 = read_cr4() & ~X86_CR4_PAE;

	s->cr3 = b->cr3;
	s->cr4 = cr4 | (b->pae ? X86_CR4_PAE : 0);
	s->exception = NO_EXCEPTION;
	s->code = b->real ? low_address(nopaging_real) : s->run->protected;
	s->slot = b->real ? fill_slot(s->run) : 0;
	nopaging_states[smp_id()] = low_address(s);
	nopaging_switch(s);
}

bool run_nopaging(const struct behind *b, struct nopaging *s)
{
	run_nopaging_any(b, s);
	return expect_eq_msg(s->exception, NO_EXCEPTION, "%s: exception", b->name);
}

CODE(read1, "xorl %edx, %edx; movzbl (%esi), %eax");
CODE(read2, "xorl %edx, %edx; movzwl (%esi), %eax");
CODE(read4, "xorl %edx, %edx; movl (%esi), %eax");
/* One access of 8 bytes, by MMX. */
CODE(read8, "subl $8, %esp; movq (%esi), %mm0; movq %mm0, (%esp); fninit; popl %eax; popl %edx");
CODE(write1, "movb %al, (%edi)");
CODE(write2, "movw %ax, (%edi)");
CODE(write4, "movl %eax, (%edi)");
CODE(write8, "pushl %edx; pushl %eax; movq (%esp), %mm0; movq %mm0, (%edi); fninit; addl $8, %esp");

u64 read_nopaging(const struct behind *b, u32 address, int size)
{
	const struct code *code = size == 1 ? &code_read1 : size == 2 ? &code_read2 : size == 4 ? &code_read4 : &code_read8;
	struct nopaging s = { .run = code, .esi = address };

	return run_nopaging(b, &s) ? (u64)s.edx << 32 | s.eax : 0;
}

void write_nopaging(const struct behind *b, u32 address, u64 value, int size)
{
	const struct code *code = size == 1 ? &code_write1 : size == 2 ? &code_write2 : size == 4 ? &code_write4 : &code_write8;
	struct nopaging s = { .run = code, .edi = address, .eax = (u32)value, .edx = value >> 32 };

	run_nopaging(b, &s);
}

u64 read_bytes(u32 address, int size)
{
	u64 value = 0;

	while (size--)
		value = value << 8 | readb((void *)(uintptr_t)(address + size));
	return value;
}
