/* SPDX-License-Identifier: BSD-2-Clause */
/* The last words of a machine: see control.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "console.h"
#include "control.h"
#include "gdb.h"
#include "machine.h"

/* Words for the runner, the process' status, and whether it matters where the vCPUs stood. */
static const struct {
	const char *word, *sentence;
	int status;
	bool where;
	const char *advice;		/* for people: what to do, "": nothing */
} ends[ENDS] = {
	[END_STATUS] = { "status", "the guest ended", 0, false, "" },
	[END_POWER_OFF] = { "power-off", "the guest powered the machine off", 0, false, "" },
	[END_RESET] = { "reset",
			"the machine was reset (a triple fault, or the guest asked for it)", 6,
			true, "; where it stood, its IDT, stack and CR2 are above" },
	[END_INTERNAL_ERROR] = { "internal-error", "the machine stopped", 8, true, "" },
	[END_TIMEOUT] = { "timeout", "no end in time", 10, true,
			  "; where it stood is above; --timeout gives it longer, --gdb a look inside" },
	[END_INTERRUPTED] = { "interrupted", "interrupted", 12, false, "" },
	[END_BROKEN] = { "broken", "the VMM failed", 14, true, "" },
};

void report_line(struct report *r, const char *format, ...)
{
	va_list args;

	fputs(r->line, r->to);
	va_start(args, format);
	vfprintf(r->to, format, args);
	va_end(args);
	fputc('\n', r->to);
}

void report_place(struct report *r, unsigned int index, uint64_t ip, bool halted,
		  const uint8_t *code, unsigned int n)
{
	if (r->for_runner)
		fprintf(r->to, "vcpu %u %llx %d", index, (unsigned long long)ip, halted);
	else
		fprintf(r->to, "CPU#%u %sat 0x%llx, bytes", index, halted ? "halted " : "",
			(unsigned long long)ip);
	for (unsigned int i = 0; i < n; i++)
		fprintf(r->to, " %02x", code[i]);
	fputs(n || r->for_runner ? "\n" : " unreadable\n", r->to);
}

static void report_vcpus(struct machine *m, FILE *to, bool for_runner)
{
	struct report r = { to, for_runner ? "register " : "", for_runner };
	bool all = machine_park(m, NULL);

	for (unsigned int i = 0; i < m->n_vcpus; i++) {
		if (all || m->vcpus[i].parked)
			arch_report_vcpu(&m->vcpus[i], &r);
		else
			report_line(
				&r,
				"CPU#%u does not stop: signals do not reach it in the kernel",
				i);
	}
}

static FILE *runner;		/* NULL: there is none */

void control_open(const struct machine *m)
{
	if (m->options->control_fd < 0)
		return;
	runner = fdopen(m->options->control_fd, "w");
	if (!runner)
		die(STATUS_USAGE, "--control %d: %s", m->options->control_fd, strerror(errno));
}

bool control_read(struct machine *m)
{
	char words[64];
	ssize_t n = read(m->options->control_fd, words, sizeof(words) - 1);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;
	words[n] = '\0';
	if (strstr(words, "ask\n")) {
		console_flush(m);
		report_vcpus(m, runner, true);
		fputs("answered\n", runner);
		fflush(runner);
	}
	return true;
}

int control_conclude(struct machine *m)
{
	const struct ending *e = &m->ending;
	int status = e->end == END_STATUS ? (int)((e->status << 1 | 1) & 0xff)
					  : ends[e->end].status;

	console_flush(m);
	gdb_end(e->end == END_STATUS ? (int)(e->status & 0x7f) : -1);
	if (ends[e->end].where)
		report_vcpus(m, runner ? runner : stderr, runner != NULL);
	if (runner) {
		fprintf(runner, "end %s %u %s\n", ends[e->end].word, e->status, e->text);
		fflush(runner);
	}
	if (e->end != END_STATUS && e->end != END_POWER_OFF)
		fprintf(stderr, "vmunit-vmm: %s%s%s%s\n", ends[e->end].sentence,
			e->text[0] ? ": " : "", e->text, ends[e->end].advice);
	fflush(stderr);
	return status;
}
