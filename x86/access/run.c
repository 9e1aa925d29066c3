/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes one access in a given state. All memory but the page under test and the code that ring 3
 * runs is the supervisor's, so that SMEP and SMAP leave the test itself alone.
 */
#include "access.h"
#include "alloc_page.h"
#include "x86/desc.h"
#include "x86/processor.h"
#include "x86/vm.h"

#define KEY_SHIFT	59
#define KEY1		(1ull << KEY_SHIFT)
#define RESERVED	(1ull << 51)	/* if physical addresses have fewer bits */
#define PRESENT_RWU	(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK)

/* ---- entries ---- */

static const struct { u32 leaf, table; u64 bit; } entry_bits[] = {
	{ LEAF_P, TABLE_P, PT_PRESENT_MASK }, { LEAF_W, TABLE_W, PT_WRITABLE_MASK },
	{ LEAF_U, TABLE_U, PT_USER_MASK }, { LEAF_A, TABLE_A, PT_ACCESSED_MASK },
	{ LEAF_D, 0, PT_DIRTY_MASK }, { LEAF_NX, TABLE_NX, PT64_NX_MASK },
	{ LEAF_RESERVED, TABLE_RESERVED, RESERVED }, { LEAF_KEY, 0, KEY1 },
};

static u64 leaf_value(u32 c)
{
	u64 value = 0;

	for (size_t i = 0; i < ARRAY_SIZE(entry_bits); i++)
		if (c & entry_bits[i].leaf)
			value |= entry_bits[i].bit;
	return value;
}

static u64 table_value(u32 c)
{
	u64 value = 0;

	for (size_t i = 0; i < ARRAY_SIZE(entry_bits); i++)
		if (c & entry_bits[i].table)
			value |= entry_bits[i].bit;
	return value;
}

/* ---- the CPU ---- */

u32 possible_bits(const struct place *p)
{
	u32 bits = ALL_ACCESSES | LEAF_P | LEAF_W | LEAF_U | LEAF_A | LEAF_D | CPU_WP;

	if (p->table)
		bits |= TABLE_P | TABLE_W | TABLE_U | TABLE_A;
	if (p->paging->entry_size == 8 && this_cpu_has(X86_FEATURE_NX))
		bits |= LEAF_NX | CPU_NXE | (p->table ? TABLE_NX : 0);
	if (p->paging->entry_size == 8 && cpuid_maxphyaddr() < 52)
		bits |= LEAF_RESERVED | (p->table ? TABLE_RESERVED : 0);
	if (this_cpu_has(X86_FEATURE_SMEP))
		bits |= CPU_SMEP;
	if (this_cpu_has(X86_FEATURE_SMAP))
		bits |= CPU_SMAP | CPU_AC;
	if (p->paging->levels >= 4 && this_cpu_has(X86_FEATURE_PKU))
		bits |= LEAF_KEY | CPU_PKE | PKRU_AD | PKRU_WD;
	return bits;
}

static u32 cpu_state;		/* the bits of CPU_* and PKRU_* that are in force */
static bool cpu_state_known;

static ulong with_bit(ulong value, ulong bit, bool set)
{
	return set ? value | bit : value & ~bit;
}

static void set_cpu_state(u32 c)
{
	ulong cr4 = read_cr4();

	c &= CPU_WP | CPU_NXE | CPU_SMEP | CPU_SMAP | CPU_PKE | PKRU_AD | PKRU_WD;
	if (cpu_state_known && c == cpu_state)
		return;
	write_cr0(with_bit(read_cr0(), X86_CR0_WP, c & CPU_WP));
	if (this_cpu_has(X86_FEATURE_NX))
		wrmsr(MSR_EFER, (rdmsr(MSR_EFER) & ~(u64)EFER_NX) | (c & CPU_NXE ? EFER_NX : 0));
	cr4 = with_bit(cr4, X86_CR4_SMEP, c & CPU_SMEP);
	cr4 = with_bit(cr4, X86_CR4_SMAP, c & CPU_SMAP);
	write_cr4(with_bit(cr4, X86_CR4_PKE, c & CPU_PKE));
	if (c & CPU_PKE)
		write_pkru((c & PKRU_AD ? 1u << 2 : 0) | (c & PKRU_WD ? 1u << 3 : 0));
	cpu_state = c;
	cpu_state_known = true;
}

void reset_cpu(void)
{
	cpu_state_known = false;
	set_cpu_state(CPU_WP);
}

/* ---- the access ---- */

struct trial {
	ulong virt;
	u32 combination;
};

/* With EFLAGS.AC as it has to be from the instruction on, and clear again behind it. */
static void access_as_supervisor(void *data)
{
	const struct trial *t = data;
	ulong flags = X86_EFLAGS_FIXED | (t->combination & CPU_AC ? X86_EFLAGS_AC : 0);

	if (t->combination & WRITE)
		asm volatile("push %1; popf; movb $0x5a, " xstr(DATA_OFFSET) "(%0)\n"
			     "push %2; popf" : : "r" (t->virt), "r" (flags),
			     "i" (X86_EFLAGS_FIXED) : "memory", "cc");
	else if (t->combination & FETCH)
		asm volatile("push %1; popf; mov $1f, %%" R "si; jmp *%0; 1: push %2; popf"
			     : : "r" (t->virt), "r" (flags), "i" (X86_EFLAGS_FIXED)
			     : R "si", "memory", "cc");
	else
		asm volatile("push %1; popf; cmpb $0, " xstr(DATA_OFFSET) "(%0)\n"
			     "push %2; popf" : : "r" (t->virt), "r" (flags),
			     "i" (X86_EFLAGS_FIXED) : "memory", "cc");
}

/*
 * Ring 3: ECX says what to do with the page at EDI: 0 read, 1 write, 2 fetch. It ends by a page
 * fault in any case: if the access raises none, by one at EDX. ESI: the instruction that does it.
 */
extern const char user_code_start[], user_code_done[], user_code_end[];
asm(".pushsection .rodata\n"
    "user_code_start: cmp $1, %ecx; je 1f; ja 2f\n"
    "cmpb $0, " xstr(DATA_OFFSET) "(%" R "di)\n"
    "user_code_done: movb $0, (%" R "dx)\n"
    "1: movb $0x5a, " xstr(DATA_OFFSET) "(%" R "di); jmp user_code_done\n"
    "2: jmp *%" R "di\n"
    "user_code_end: .popsection");

static ulong user_code;		/* where ring 3 finds it; in the page behind it is nothing */

static void map_user_code(void)
{
	static char *page;

	if (!page) {
		page = alloc_pages_flags(0, AREA_DMA32);
		memcpy(page, user_code_start, user_code_end - user_code_start);
		user_code = (ulong)alloc_vpages(2);
	}
	paging_install(paging_current(), current_page_table(), 1, user_code,
		       virt_to_phys(page) | PRESENT_RWU, NULL);
}

static void access_as_user(void *data)
{
	const struct trial *t = data;
	u32 kind = t->combination & WRITE ? 1 : t->combination & FETCH ? 2 : 0;

	/* Exceptions use what is below this frame, which is not returned to. */
#ifdef __x86_64__
	this_cpu_tss()->rsp0 = (ulong)__builtin_frame_address(0) - 1024;
#else
	this_cpu_tss()->esp0 = (ulong)__builtin_frame_address(0) - 1024;
#endif
	asm volatile("mov %[ss], %%eax; mov %%eax, %%ds; mov %%eax, %%es\n"
		     "push %[ss]; push $0; push %[flags]; push %[cs]; push %[ip]; iret" W
		     : : [ss] "i" (USER_DS), [cs] "i" (USER_CS), [flags] "i" (X86_EFLAGS_FIXED),
		       [ip] "m" (user_code), "D" (t->virt), "c" (kind), "d" (user_code + PAGE_SIZE),
		       "S" (user_code + (ulong)(user_code_done - user_code_start))
		     : "eax", "memory");
	__builtin_unreachable();
}

/* A table that a place before has left without rights denies them to other places as well. */
static void restore_table(const struct place *p)
{
	if (p->table)
		paging_write(p->paging, p->table, p->table_base | PRESENT_RWU);
}

void make_place(struct place *p, int level)
{
	static struct place last;
	static void *page;
	static ulong region;
	const struct paging *paging = paging_current();
	u64 size = paging_size(paging, level), flags = level > 1 ? PT_PAGE_SIZE_MASK : 0;
	phys_addr_t phys;

	if (!page) {
		page = alloc_pages_flags(0, AREA_DMA32);
		/* jmp *%esi, or *%rsi: what a fetch finds. */
		memcpy(page, (u8 []){ 0xff, 0xe6 }, 2);
		if (sizeof(long) == 4)
			region = (ulong)alloc_vpages_aligned(1024, PGDIR_WIDTH);
	}
	/* On x86_64 a root entry of its own. */
	if (sizeof(long) == 8)
		region = (ulong)(1ull << (paging->levels == 5 ? 50 : 45));
	restore_table(&last);
	map_user_code();
	phys = virt_to_phys(page);
	*p = (struct place){ .paging = paging, .level = level, .page = page };
	p->leaf_base = (phys & ~(size - 1)) | flags;
	p->virt = region + (ulong)(phys & (size - 1));
	p->leaf = paging_install(paging, current_page_table(), level, p->virt,
				 p->leaf_base | PRESENT_RWU, NULL);
	if (level < paging->levels && !(paging == &paging_pae && level == 2)) {
		p->table = paging_find(paging, current_page_table(), p->virt, level + 1).entry;
		p->table_base = paging_address(paging, level + 1, paging_read(paging, p->table));
	}
	last = *p;
}

static u32 entries_now(const struct place *p, bool *changed)
{
	u64 leaf = paging_read(p->paging, p->leaf) ^ p->leaf_base;
	u64 table = p->table ? paging_read(p->paging, p->table) ^ p->table_base : 0;
	u32 c = 0;

	for (size_t i = 0; i < ARRAY_SIZE(entry_bits); i++) {
		c |= leaf & entry_bits[i].bit ? entry_bits[i].leaf : 0;
		c |= table & entry_bits[i].bit ? entry_bits[i].table : 0;
	}
	*changed = leaf != leaf_value(c) || table != table_value(c);
	return c;
}

struct outcome try_access(const struct place *p, u32 c)
{
	struct outcome o;

	paging_write(p->paging, p->leaf, p->leaf_base | leaf_value(c));
	if (p->table)
		paging_write(p->paging, p->table, p->table_base | table_value(c));
	o = make_access(p->virt, c);
	o.entries = entries_now(p, &o.changed);
	return o;
}

struct outcome make_access(ulong virt, u32 c)
{
	struct trial t = { .virt = virt, .combination = c };
	struct outcome o = { 0 };

	set_cpu_state(c);
	invlpg((void *)virt);
	write_cr2(0);
	o.fault = test_for_exception(PF_VECTOR,
				     c & USER ? access_as_user : access_as_supervisor, &t);
	o.cr2 = read_cr2();
	o.error_code = exception_error_code();
	if (c & USER && o.cr2 == user_code + PAGE_SIZE)
		o.fault = false;
	return o;
}
