/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a VMM ended, in words for people: the table of ends. What it means for a verdict is
 * judge.c's.
 */
#include <inttypes.h>
#include <stdlib.h>
#include "ending.h"
#include "process.h"

#define WHERE_MAX	8	/* vCPUs that are named */

/* %s: the VMM's name. What else is known of an end is added behind it. */
static const char *const sentences[] = {
	[END_EXIT_DEVICE] = "the guest ended",
	[END_POWER_OFF] = "the guest powered the machine off",
	[END_RESET] = "the machine was reset (a triple fault, or the guest asked for it)",
	[END_PANIC] = "the guest panicked",
	[END_INTERNAL_ERROR] = "the machine stopped with an internal error",
	[END_BAD_START] = "%s could not start",
	[END_NO_MIGRATION] = "%s could not migrate the machine",
	[END_LOST] = "the machine was lost in a migration of %s",
	[END_SIGNAL] = "%s was killed",
	[END_STATUS] = "%s ended by itself",
	[END_TIMEOUT] = "no end",
	[END_FLOOD] = "the guest flooded the console",
	[END_KILLED] = "interrupted",
	[END_NO_BINARY] = "%s could not be executed",
};

/* The bytes say what could not be executed; of a CPU that merely ran on they say nothing. */
static void add_where(struct strbuf *b, const struct vmm_ending *ending,
		      const struct vcpu_state *vcpu)
{
	if (ending->n_vcpus > 1)
		strbuf_addf(b, "CPU %u ", vcpu->cpu);
	strbuf_addf(b, "%sat 0x%" PRIx64, vcpu->halted ? "halted " : "", vcpu->ip);
	if (vcpu->symbol)
		strbuf_addf(b, " in %s", vcpu->symbol);
	if (ending->end == END_INTERNAL_ERROR)
		strbuf_addf(b, ", bytes %s", vcpu->code ? vcpu->code : "unreadable");
}

char *ending_where(const struct vmm_ending *ending)
{
	struct strbuf b = { 0 };

	for (size_t i = 0; i < ending->n_vcpus && i < WHERE_MAX; i++) {
		strbuf_adds(&b, i ? "; " : "");
		add_where(&b, ending, &ending->vcpus[i]);
	}
	if (ending->n_vcpus > WHERE_MAX)
		strbuf_addf(&b, "; and %zu more CPUs", ending->n_vcpus - WHERE_MAX);
	return b.data;
}

char *ending_describe(const struct vmm_ending *ending, const char *vmm)
{
	struct strbuf b = { 0 };
	char *where = ending_where(ending);

	if (ending->end == END_INTERNAL_ERROR && ending->cause)
		strbuf_adds(&b, ending->cause);
	else
		strbuf_addf(&b, sentences[ending->end], vmm);
	if (ending->end == END_SIGNAL)
		strbuf_addf(&b, " by %s", signal_name(ending->status));
	if (ending->end == END_STATUS || ending->end == END_EXIT_DEVICE)
		strbuf_addf(&b, " with status %d", ending->status);
	if (ending->end == END_TIMEOUT)
		strbuf_addf(&b, " after %u.%u s", ending->after_ms / 1000,
			    ending->after_ms % 1000 / 100);
	if (ending->end == END_TIMEOUT && ending->suspended)
		strbuf_adds(&b, ": the machine is suspended, and nothing wakes it");
	if (ending->cause && ending->end != END_INTERNAL_ERROR)
		strbuf_addf(&b, ": %s", ending->cause);
	if (where)
		strbuf_addf(&b, "; %s", where);
	free(where);
	return strbuf_take(&b);
}

bool ending_is_crash(enum vmm_end end)
{
	return end == END_RESET || end == END_PANIC || end == END_INTERNAL_ERROR ||
	       end == END_SIGNAL || end == END_LOST;
}
