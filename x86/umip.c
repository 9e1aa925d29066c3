/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * umip: user-mode instruction prevention (SDM volume 3, section 2.5, CR4.UMIP; volume 2, SGDT, SIDT,
 * SLDT, SMSW, STR): with CR4.UMIP these five are a #GP(0) in ring 3, in each of their forms; in ring 0
 * nothing changes; without it ring 3 may execute them.
 */
#include "case.h"
#include "vmalloc.h"
#include "x86/processor.h"
#include "x86/usermode.h"

/* Function, and the bytes that it stores: to memory at buffer, or returned in EAX. */
static u8 buffer[16] __attribute__((aligned(16)));

#define FORMS(m)							\
	m(sgdt, "sgdt buffer")						\
	m(sidt, "sidt buffer")						\
	m(sldt_memory, "sldt buffer")					\
	m(smsw_memory, "smsw buffer")					\
	m(str_memory, "str buffer")					\
	m(sldt_register, "sldt %%eax")					\
	m(smsw_register, "smsw %%eax")

/*
 * STR to a register is not here: the library needs it in ring 3 to tell which CPU it is, and
 * answers its exception itself.
 */
#define DEFINE(name, insn)						\
	static u64 user_##name(void)					\
	{								\
		u32 eax = 0;						\
									\
		asm volatile(insn : "+a" (eax), "+m" (buffer));		\
		return eax;						\
	}
FORMS(DEFINE)

#define ROW(name, insn)	{ #name, user_##name },
static const struct {
	const char *name;
	usermode_func run;
} forms[] = { FORMS(ROW) };

void case_setup(void)
{
	setup_vm();
}

static void set_umip(bool on)
{
	write_cr4(on ? read_cr4() | X86_CR4_UMIP : read_cr4() & ~X86_CR4_UMIP);
}

CASE(prevented, "ring 3: #GP(0), nothing is stored")
{
	static const u8 untouched[sizeof(buffer)] = { 0 };

	require(this_cpu_has(X86_FEATURE_UMIP));
	set_umip(true);
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		bool raised;

		memset(buffer, 0, sizeof(buffer));
		run_in_user(forms[i].run, GP_VECTOR, 0, 0, 0, 0, &raised);
		expect_msg(raised, "%s", forms[i].name);
		expect_eq_msg(exception_error_code(), 0, "%s", forms[i].name);
		expect_mem(buffer, untouched, sizeof(buffer));
	}
	set_umip(false);
}

/* The same values from ring 3 without UMIP as from ring 0, with it. */
CASE(allowed, "without CR4.UMIP ring 3 gets what ring 0 gets, and ring 0 gets it with CR4.UMIP as well")
{
	bool has = this_cpu_has(X86_FEATURE_UMIP);

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		u8 stored[sizeof(buffer)];
		u64 returned, in_user;
		bool raised;

		memset(buffer, 0, sizeof(buffer));
		if (has)
			set_umip(true);
		returned = forms[i].run();
		memcpy(stored, buffer, sizeof(buffer));
		if (has)
			set_umip(false);
		memset(buffer, 0, sizeof(buffer));
		in_user = run_in_user(forms[i].run, GP_VECTOR, 0, 0, 0, 0, &raised);
		expect_msg(!raised, "%s", forms[i].name);
		expect_eq_msg(in_user, returned, "%s", forms[i].name);
		expect_mem(buffer, stored, sizeof(buffer));
	}
}

static u64 reads_cr0(void)
{
	return read_cr0();
}

CASE(others, "UMIP opens nothing: MOV from CR0 stays a #GP(0) in ring 3")
{
	bool raised;

	require(this_cpu_has(X86_FEATURE_UMIP));
	for (int on = 0; on < 2; on++) {
		set_umip(on);
		run_in_user(reads_cr0, GP_VECTOR, 0, 0, 0, 0, &raised);
		expect(raised);
		expect_eq(exception_error_code(), 0);
	}
	set_umip(false);
}
