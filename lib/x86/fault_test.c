/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs one entry of a table of faulting calls. */
#include "libcflat.h"
#include "x86/exceptions.h"
#include "x86/fault_test.h"
#include "x86/usermode.h"

static void call(void *data)
{
	struct fault_test_arg *a = data;

	a->retval = a->func(a->arg[0], a->arg[1], a->arg[2], a->arg[3]);
}

static bool call_faults(struct fault_test_arg *a)
{
	bool raised;

	if (!a->usermode)
		return test_for_exception(a->fault_vector, call, a);
	a->retval = run_in_user((usermode_func)(void (*)(void))a->func, a->fault_vector, a->arg[0], a->arg[1], a->arg[2],
				a->arg[3], &raised);
	return raised;
}

bool test_run(struct fault_test *test)
{
	struct fault_test_arg *a = &test->arg;
	bool faulted = call_faults(a);
	bool passed = faulted == a->should_fault;

	if (!faulted && a->callback)
		passed = a->callback(a) && passed;
	report(passed, "%s", test->name);
	return passed;
}
