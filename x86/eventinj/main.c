/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events that are delivered at the second attempt, one behind the other, or inside each other (SDM
 * volume 3, chapter 6): what a VMM gets wrong when it injects. This file: the pages that a delivery
 * needs, and how they go and come. faults.c: exceptions and software interrupts whose delivery
 * meets an absent page; double.c: which second faults are double; interrupts.c, nmi.c: what comes
 * from outside; sequences.c: thousands of them; gates.c: 16-bit gates, nested ISTs. Gates and
 * exceptions as such: idt.
 *
 * The manual says of an interrupt or NMI whose delivery faults only that both are handled one
 * behind the other (table 6-5). A CPU has taken it from its APIC by then and may not deliver it
 * again, KVM does: what is checked holds in both cases.
 */
#include "eventinj.h"
#include "alloc_page.h"
#include "x86/usermode.h"
#include "x86/vm.h"

#define STACK_PAGES	4
#define FAULT_IST	3	/* the page fault's stack in 64-bit mode */
#define EVENT_IST	4
/*
 * The first vector behind the page of a page fault's gate; and the one with which that page begins.
 */
#define SPLIT_BEHIND	(PF_VECTOR + 1)
#define SPLIT_BEFORE	PF_VECTOR

struct arrival arrivals[MAX_ARRIVALS];
int n_arrivals;
bool keep_rf, raise_closed;
u32 event_quit;
void (*in_page_fault)(void);

static char *stack, *code, *idt_pages, *gdt_page;
static idt_entry_t *idt;
static unsigned long skip_to;
/* Where ring 0 is emulated every instruction of a thousand rounds counts: what need not be done. */
static bool all_there;
static int split_in_force;
static struct descriptor_table_ptr own_idtr;

/* Known to assembly. */
unsigned long event_return, event_sp, event_code, user_kernel_sp;
void *kernel_sp_slot;

void note_arrival(const struct ex_regs *regs)
{
	if (n_arrivals < MAX_ARRIVALS)
		arrivals[n_arrivals] = (struct arrival){
			regs->vector, regs->error_code, regs->rip, regs->cs, regs->rflags,
			exception_sp(regs), read_cr2(), read_dr6(),
		};
	n_arrivals++;
}

int arrived(unsigned int vector)
{
	int n = 0;

	for (int i = 0; i < n_arrivals && i < MAX_ARRIVALS; i++)
		n += arrivals[i].vector == vector;
	return n;
}

static void on_event(struct ex_regs *regs)
{
	note_arrival(regs);
	if (n_arrivals > MAX_ARRIVALS)
		unhandled_exception(regs, true);
	event_quit = regs->vector == IRQ_VECTOR || regs->vector == NMI_VECTOR;
	if (regs->vector == DF_VECTOR)
		show_all();
	if (regs->vector == IRQ_VECTOR && apic_read_bit(APIC_ISR, IRQ_VECTOR))
		eoi();
	else if (skip_to) {
		regs->rip = skip_to;
		regs->rflags &= ~X86_EFLAGS_RF;
	}
}

static void on_page_fault(struct ex_regs *regs)
{
	note_arrival(regs);
	if (n_arrivals > MAX_ARRIVALS)
		unhandled_exception(regs, true);
	if (in_page_fault)
		in_page_fault();
	if (!keep_rf)
		regs->rflags &= ~X86_EFLAGS_RF;
	show_all();
}

#ifndef __x86_64__
/* The stack may be what is missing: page faults are a task, as double faults are. */
void page_fault_task(unsigned long error_code);
void page_fault_entry(void);
asm(".text\n page_fault_entry: call page_fault_task; addl $4, %esp; iretl; jmp page_fault_entry\n");

void page_fault_task(unsigned long error_code)
{
	tss32_t *task = (tss32_t *)get_gdt_entry_base(get_gdt_entry(tss_intr.prev));
	struct ex_regs regs = {
		.vector = PF_VECTOR, .error_code = error_code, .rip = task->eip, .cs = task->cs,
		.rflags = task->eflags, .rsp = task->esp,
	};

	on_page_fault(&regs);
	task->eflags = regs.rflags;
}
#endif

/* ---- pages ---- */

static void set_pte(pteval_t *pte, pteval_t value, const void *page)
{
	if (*pte == value)
		return;
	all_there = false;
	*pte = value;
	invlpg(page);
}

static void set_present(void *page, bool present)
{
	pteval_t *pte = get_pte_level(current_page_table(), page, 1);

	set_pte(pte, present ? *pte | PT_PRESENT_MASK : *pte & ~PT_PRESENT_MASK, page);
}

void hide_page(const void *page)
{
	set_present((void *)page, false);
}

void stack_writable(bool writable)
{
	for (int i = 0; i < STACK_PAGES; i++) {
		char *page = stack + i * PAGE_SIZE;
		pteval_t *pte = get_pte_level(current_page_table(), page, 1);

		set_pte(pte, writable ? *pte | PT_WRITABLE_MASK : *pte & ~PT_WRITABLE_MASK, page);
	}
}

static char *map_new(int pages)
{
	char *virt = alloc_vpages(pages);

	for (int i = 0; i < pages; i++)
		install_page(current_page_table(), virt_to_phys(alloc_page()),
			     virt + i * PAGE_SIZE);
	return virt;
}

/* A page of the GDT that has nothing in it but descriptors of CPUs that are not there. */
static void find_gdt_page(void)
{
	unsigned long first = (unsigned long)get_gdt_entry(TSS_MAIN + 64 * TSS_STRIDE);

	gdt_page = (char *)ALIGN(first, PAGE_SIZE);
	assert(gdt_page + PAGE_SIZE <= (char *)get_gdt_entry(TSS_INTR));
	force_4k_page(gdt_page);
	*(gdt_entry_t *)gdt_page = *get_gdt_entry(KERNEL_CS);
}

u16 spare_cs(void)
{
	return gdt_page - (char *)gdt;
}

/* What a case that failed has left pending, or in service. */
static void quieten(void)
{
	use_xapic();
}

void case_setup(void)
{
	if (!vm_available())
		setup_vm();
	stack = map_new(STACK_PAGES);
	code = map_new(1);
	idt_pages = map_new(2);
	find_gdt_page();
	sidt(&own_idtr);
	case_at_end(restore);
	case_at_end(quieten);
	quieten();
}

void show_all(void)
{
	if (all_there)
		return;
	for (int i = 0; i < STACK_PAGES; i++)
		set_present(stack + i * PAGE_SIZE, true);
	set_present(code, true);
	set_present(idt_pages, true);
	set_present(idt_pages + PAGE_SIZE, true);
	set_present(gdt_page, true);
	stack_writable(true);
	all_there = true;
}

void hide(enum place place)
{
	bool first_page = idt + PF_VECTOR == (idt_entry_t *)(idt_pages + PAGE_SIZE);

	switch (place) {
	case STACK:
	case IST:
		for (int i = 0; i < STACK_PAGES; i++)
			set_present(stack + i * PAGE_SIZE, false);
		break;
	case IDT:
		set_present(idt_pages + (first_page ? 0 : PAGE_SIZE), false);
		break;
	case GDT:
		set_present(gdt_page, false);
		break;
	case CODE:
		set_present(code, false);
		break;
	default:
		break;
	}
}

unsigned long event_stack(void)
{
	return (unsigned long)stack + STACK_PAGES * PAGE_SIZE;
}

idt_entry_t *gate_of(unsigned int vector)
{
	return &idt[vector];
}

/* ---- an IDT across two pages, with the page fault's gate on the one that stays ---- */

static void set_gate_address(idt_entry_t *gate, void *address)
{
	gate->offset0 = (unsigned long)address;
	gate->offset1 = (unsigned long)address >> 16;
#ifdef __x86_64__
	gate->offset2 = (unsigned long)address >> 32;
#endif
}

/* In its page: PUSH imm32, RET to the library's entry of the vector. */
static void write_code(unsigned int vector)
{
	u32 entry = (u32)(unsigned long)exception_stubs[vector];

	code[0] = 0x68;
	memcpy(code + 1, &entry, sizeof(entry));
	code[5] = 0xc3;
}

static void lead_page_faults(unsigned int vector, enum place place)
{
#ifdef __x86_64__
	static char fault_stack[8192] __attribute__((aligned(16)));

	(&this_cpu_tss()->ist1)[FAULT_IST - 1] = (unsigned long)fault_stack + sizeof(fault_stack);
	(&this_cpu_tss()->ist1)[EVENT_IST - 1] = event_stack();
	idt[PF_VECTOR].ist = FAULT_IST;
	if (place == IST)
		idt[vector].ist = EVENT_IST;
#else
	setup_tss32();
	if (place == STACK || vector == NMI_VECTOR) {
		set_intr_task_gate(PF_VECTOR, page_fault_entry);
		idt[PF_VECTOR] = boot_idt[PF_VECTOR];
		reset_idt_entry(PF_VECTOR);
	}
#endif
}

void prepare(unsigned int vector, enum place place)
{
	int split = vector < PF_VECTOR ? SPLIT_BEFORE : SPLIT_BEHIND;
	struct descriptor_table_ptr idtr = { sizeof(boot_idt) - 1, 0 };

	show_all();
	idt = (idt_entry_t *)(idt_pages + PAGE_SIZE) - split;
	if (split != split_in_force)
		memcpy(idt, boot_idt, sizeof(boot_idt));
	split_in_force = split;
	idt[vector] = boot_idt[vector];
	idt[PF_VECTOR] = boot_idt[PF_VECTOR];
	lead_page_faults(vector, place);
	write_code(vector);
	if (place == CODE)
		set_gate_address(&idt[vector], code);
	if (place == GDT)
		idt[vector].selector = spare_cs();
	handle_exception(vector, on_event);
	handle_exception(PF_VECTOR, on_page_fault);
	idtr.base = (unsigned long)idt;
	lidt(&idtr);
	n_arrivals = 0;
	keep_rf = raise_closed = false;
	event_quit = 0;
	in_page_fault = NULL;
	skip_to = 0;
	user_kernel_sp = 0;
	if (place == STACK)
		user_stack_is_event_stack();
}

void user_stack_is_event_stack(void)
{
	user_kernel_sp = event_stack();
}

void also_handle(unsigned int vector)
{
	handle_exception(vector, on_event);
}

void restore(void)
{
	cli();
	write_dr7(0x400);
	lidt(&own_idtr);
	split_in_force = 0;
	show_all();
	write_cr0(read_cr0() & ~X86_CR0_TS);
	handle_exception(PF_VECTOR, NULL);
}

unsigned long place_address(enum place place, unsigned int vector)
{
	switch (place) {
	case STACK:
	case IST:
		/* SDM volume 2, INT n, operation: SS or EFLAGS is pushed first. */
		return event_stack() - sizeof(long);
	case IDT:
		return (unsigned long)&idt[vector];
	case GDT:
		return (unsigned long)gdt_page;
	default:
		return (unsigned long)code;
	}
}

/* Which part of a descriptor is read first is not said. */
unsigned long place_mask(enum place place)
{
	return place == IDT ? ~(sizeof(idt_entry_t) - 1) : place == GDT ? ~7ul : ~0ul;
}

/* Section 5.7: all of them are supervisor accesses; I/D is there with NX enabled, or with SMEP. */
u32 place_error_code(enum place place)
{
	bool nx = sizeof(long) == 8 && rdmsr(MSR_EFER) & EFER_NX;

	if (place == CODE)
		return nx || read_cr4() & X86_CR4_SMEP ? PFERR_FETCH_MASK : 0;
	return place == STACK || place == IST ? PFERR_WRITE_MASK : 0;
}

/* ---- events ---- */

/* Ring 3 finds its kernel stack by itself: run_in_user() has set another. */
void user_event(void);
asm(".text\n user_event:\n"
    "mov user_kernel_sp, %" R "ax\n test %" R "ax, %" R "ax\n jz 1f\n"
    "mov kernel_sp_slot, %" R "cx\n mov %" R "ax, (%" R "cx)\n"
    "1: mov" W " $2f, event_return\n jmp *event_code\n 2: ret\n");

static void in_ring_3(void)
{
	bool raised;

#ifdef __x86_64__
	kernel_sp_slot = &this_cpu_tss()->rsp0;
#else
	kernel_sp_slot = &this_cpu_tss()->esp0;
#endif
	run_in_user((usermode_func)(void *)user_event, 255, 0, 0, 0, 0, &raised);
}

void raise_event(const struct event *e, int ring)
{
	skip_to = e->class == FAULT ? (unsigned long)e->next : 0;
	event_code = (unsigned long)e->run;
	if (raise_closed)
		write_rflags(read_rflags() | X86_EFLAGS_IOPL);	/* STI in ring 3 */
	else
		sti();
	if (ring)
		in_ring_3();
	else
		asm volatile("mov %%" R "sp, event_sp; mov" W " $1f, event_return\n\t"
			     "mov %0, %%" R "sp; jmp *event_code\n\t"
			     "1: mov event_sp, %%" R "sp"
			     : : "r" (event_stack()) : "eax", "ecx", "edx", "memory", "cc");
	cli();
	write_rflags(read_rflags() & ~X86_EFLAGS_IOPL);
}
