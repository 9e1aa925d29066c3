/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions that read and write device memory without paging: read-modify-write, locked, string,
 * push and pop. The device is the HPET, whose main counter may be written and read while it is
 * halted, as it is after reset (IA-PC HPET specification 1.0a, main counter register), by 32 or 64
 * bits.
 */
#include "nopaging.h"
#include "alloc_page.h"
#include "asm/io.h"
#include "x86/processor.h"

#define HPET		0xfed00000u
#define HPET_VENDOR	2		/* of the capabilities: the high half of the low word */
#define HPET_CONFIG	0x10
#define HPET_ENABLE	1u
#define HPET_COUNTER	0xf0
#define COUNTER		(HPET + HPET_COUNTER)

static u32 hpet_read(u32 reg)
{
	return readl((void *)(uintptr_t)(HPET + reg));
}

static void hpet_write(u32 reg, u32 value)
{
	writel(value, (void *)(uintptr_t)(HPET + reg));
}

static u64 counter(void)
{
	return (u64)hpet_read(HPET_COUNTER + 4) << 32 | hpet_read(HPET_COUNTER);
}

static void set_counter(u64 value)
{
	hpet_write(HPET_COUNTER, (u32)value);
	hpet_write(HPET_COUNTER + 4, value >> 32);
}

static void need_hpet(void)
{
	require_msg(hpet_read(0) >> 16 == 0x8086, "no HPET");
	hpet_write(HPET_CONFIG, hpet_read(HPET_CONFIG) & ~HPET_ENABLE);
}

/* ---- read-modify-write ---- */

#define BEFORE	0x89abcdefu
#define HIGH	0x01020304u	/* of the counter: nobody's business */
#define EAX	0x10203040u
#define ECX	0x55667788u

struct modify {
	const char *name;
	const struct code *code;
	u32 eax, after, eax_after;	/* EAX before; the counter's low half and EAX after */
};

CODE(mov, "movl %eax, (%edi)");
CODE(shl, "shll $4, (%edi)");
CODE(ror, "rorl $8, (%edi)");
CODE(pop, "pushl %eax; popl (%edi)");
CODE(push, "pushl (%edi); popl %eax");
CODE(add_register, "addl (%edi), %eax");

#define MODIFY(name, insn)	CODE(name, insn); CODE(lock_##name, "lock; " insn)
MODIFY(add, "addl %eax, (%edi)");
MODIFY(or, "orl %eax, (%edi)");
MODIFY(and, "andl %eax, (%edi)");
MODIFY(sub, "subl %eax, (%edi)");
MODIFY(xor, "xorl %eax, (%edi)");
MODIFY(inc, "incl (%edi)");
MODIFY(dec, "decl (%edi)");
MODIFY(not, "notl (%edi)");
MODIFY(neg, "negl (%edi)");
MODIFY(add_imm, "addl $0x11, (%edi)");
MODIFY(bts, "btsl $4, (%edi)");
MODIFY(btr, "btrl $0, (%edi)");
MODIFY(btc, "btcl $31, (%edi)");
MODIFY(xchg, "xchgl %eax, (%edi)");
MODIFY(xadd, "xaddl %eax, (%edi)");
MODIFY(cmpxchg, "cmpxchgl %ecx, (%edi)");

static const struct modify unlocked[] = {
	{ "mov", &code_mov, EAX, EAX, EAX },
	{ "shl", &code_shl, EAX, BEFORE << 4, EAX },
	{ "ror", &code_ror, EAX, 0xef89abcd, EAX },
	{ "pop", &code_pop, EAX, EAX, EAX },
	{ "push", &code_push, EAX, BEFORE, BEFORE },
	{ "add to EAX", &code_add_register, EAX, BEFORE, BEFORE + EAX },
};

/* Each with and without LOCK. */
#define ROWS(name, eax, after, eax_after)		\
	{ #name, &code_##name, eax, after, eax_after },	\
	{ "lock " #name, &code_lock_##name, eax, after, eax_after }
static const struct modify modifies[] = {
	ROWS(add, EAX, BEFORE + EAX, EAX),
	ROWS(or, EAX, BEFORE | EAX, EAX),
	ROWS(and, EAX, BEFORE & EAX, EAX),
	ROWS(sub, EAX, BEFORE - EAX, EAX),
	ROWS(xor, EAX, BEFORE ^ EAX, EAX),
	ROWS(inc, EAX, BEFORE + 1, EAX),
	ROWS(dec, EAX, BEFORE - 1, EAX),
	ROWS(not, EAX, ~BEFORE, EAX),
	ROWS(neg, EAX, -BEFORE, EAX),
	ROWS(add_imm, EAX, BEFORE + 0x11, EAX),
	ROWS(bts, EAX, BEFORE | 1u << 4, EAX),
	ROWS(btr, EAX, BEFORE & ~1u, EAX),
	ROWS(btc, EAX, BEFORE ^ 1u << 31, EAX),
	ROWS(xchg, EAX, EAX, BEFORE),
	ROWS(xadd, EAX, BEFORE + EAX, BEFORE),
	ROWS(cmpxchg, EAX, BEFORE, BEFORE),
	ROWS(cmpxchg, BEFORE, ECX, BEFORE),
};

static void check_modify(const struct behind *b, const struct modify *m)
{
	struct nopaging s = { .run = m->code, .edi = COUNTER, .eax = m->eax, .ecx = ECX };

	set_counter((u64)HIGH << 32 | BEFORE);
	run_nopaging(b, &s);
	expect_eq_msg(counter(), (u64)HIGH << 32 | m->after, "%s: %s", b->name, m->name);
	expect_eq_msg(s.eax, m->eax_after, "%s: %s: EAX", b->name, m->name);
	expect_eq_msg(s.ecx, ECX, "%s: %s: ECX", b->name, m->name);
}

CASE(push_pop, "MOV, shifts, PUSH and POP with a device's register as operand")
{
	need_hpet();
	for_each_behind(b)
		for (size_t i = 0; i < ARRAY_SIZE(unlocked); i++)
			check_modify(b, &unlocked[i]);
}

CASE(read_modify_write, "read-modify-write of a device's register, with LOCK and without")
{
	need_hpet();
	for_each_behind(b)
		for (size_t i = 0; i < ARRAY_SIZE(modifies); i++)
			check_modify(b, &modifies[i]);
}

/* ---- 8 bytes ---- */

#define BEFORE8	0x0123456789abcdefull
#define AFTER8	0xfedcba9876543210ull

CASE(hpet_8_bytes, "the counter by one access of 8 bytes (IA-PC HPET 1.0a)")
{
	need_hpet();
	for_each_behind(b) {
		set_counter(BEFORE8);
		expect_eq_msg(read_nopaging(b, COUNTER, 8), BEFORE8, "%s", b->name);
		write_nopaging(b, COUNTER, AFTER8, 8);
		expect_eq_msg(counter(), AFTER8, "%s", b->name);
	}
}

/* ECX:EBX are the new value; EBX is free for code. */
CODE(cmpxchg8b, "movl $0x76543210, %ebx; lock; cmpxchg8b (%edi)");

static void check_cmpxchg8b(const struct behind *b, u64 compare, u64 after, u32 zf)
{
	struct nopaging s = { .run = &code_cmpxchg8b, .edi = COUNTER, .eax = (u32)compare,
		.edx = compare >> 32, .ecx = AFTER8 >> 32 };

	set_counter(BEFORE8);
	run_nopaging(b, &s);
	expect_eq_msg(counter(), after, "%s", b->name);
	expect_eq_msg((u64)s.edx << 32 | s.eax, BEFORE8, "%s: EDX:EAX", b->name);
	expect_eq_msg(s.eflags & X86_EFLAGS_ZF, zf, "%s: ZF", b->name);
}

CASE(cmpxchg8b, "locked CMPXCHG8B, equal and not, in each half")
{
	need_hpet();
	for_each_behind(b) {
		check_cmpxchg8b(b, BEFORE8, AFTER8, X86_EFLAGS_ZF);
		check_cmpxchg8b(b, BEFORE8 ^ 1, BEFORE8, 0);
		check_cmpxchg8b(b, BEFORE8 ^ 1ull << 63, BEFORE8, 0);
	}
}

/* ---- string instructions, and the stack ---- */

struct string {
	const char *name;
	const struct code *code;
	bool to_device;		/* EDI is the counter, ESI RAM; else the other way round */
	u32 count;		/* of 4 bytes, by REP */
};

CODE(movs, "rep; movsl (%esi), %es:(%edi)");
CODE(stos, "1: lodsl (%esi), %eax; stosl %eax, %es:(%edi); decl %ecx; jnz 1b");

static const struct string strings[] = {
	{ "rep movs to the device", &code_movs, true, 2 },
	{ "rep movs from the device", &code_movs, false, 2 },
	{ "lods, stos to the device", &code_stos, true, 2 },
	{ "lods, stos from the device", &code_stos, false, 2 },
};

static void check_string(const struct behind *b, const struct string *t, u64 *ram)
{
	struct nopaging s = { .run = t->code, .ecx = t->count,
		.esi = t->to_device ? low_address(ram) : COUNTER, .edi = t->to_device ? COUNTER : low_address(ram) };
	u32 esi = s.esi, edi = s.edi;

	*ram = t->to_device ? BEFORE8 : AFTER8;
	set_counter(t->to_device ? AFTER8 : BEFORE8);
	run_nopaging(b, &s);
	expect_eq_msg(*ram, BEFORE8, "%s: %s: RAM", b->name, t->name);
	expect_eq_msg(counter(), BEFORE8, "%s: %s: device", b->name, t->name);
	expect_eq_msg(s.ecx, 0, "%s: %s: ECX", b->name, t->name);
	expect_eq_msg(s.esi, esi + 4 * t->count, "%s: %s: ESI", b->name, t->name);
	expect_eq_msg(s.edi, edi + 4 * t->count, "%s: %s: EDI", b->name, t->name);
}

CASE(string, "string instructions between RAM and a device, their counts and pointers")
{
	u64 *ram = alloc_page();

	need_hpet();
	for_each_behind(b)
		for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
			check_string(b, &strings[i], ram);
}

CODE(scas, "cld; repne; scasb %es:(%edi), %al");
CODE(cmps, "cld; repe; cmpsb %es:(%edi), (%esi)");

CASE(string_compare, "SCAS and CMPS of a device's bytes stop where the bytes say")
{
	u32 address = testdev_address() + offsetof(struct pci_test_dev_hdr, name);
	char *name = alloc_page();
	u8 data;

	start_count(&data);
	for (int i = 0; i < 8; i++)
		name[i] = (char)readb((void *)(uintptr_t)(address + i));
	name[5] ^= 1;
	for_each_behind(b) {
		struct nopaging s = { .run = &code_scas, .eax = '-', .ecx = 20, .edi = address };

		run_nopaging(b, &s);
		expect_eq_msg(s.edi, address + sizeof("mmio-") - 1, "%s: SCAS", b->name);
		s = (struct nopaging){ .run = &code_cmps, .ecx = 8, .esi = low_address(name), .edi = address };
		run_nopaging(b, &s);
		expect_eq_msg(s.edi, address + 6, "%s: CMPS", b->name);
		expect_eq_msg(s.ecx, 2, "%s: CMPS: ECX", b->name);
	}
}

/* The stack is the counter: 8 bytes below EDI. */
CODE(stack, "movl %esp, %ebp; movl %edi, %esp; pushl %eax; pushl %ecx; popl %edx; pushl %edx; movl %esp, %esi;"
	"movl %ebp, %esp");

CASE(stack, "a stack that is a device's registers: PUSH writes them, POP reads them")
{
	need_hpet();
	for_each_behind(b) {
		struct nopaging s = { .run = &code_stack, .edi = COUNTER + 8, .eax = EAX, .ecx = ECX };

		set_counter(0);
		run_nopaging(b, &s);
		expect_eq_msg(counter(), (u64)EAX << 32 | ECX, "%s", b->name);
		expect_eq_msg(s.edx, ECX, "%s: EDX", b->name);
		expect_eq_msg(s.esi, COUNTER, "%s: ESP", b->name);
	}
}
