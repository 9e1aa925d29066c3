/* SPDX-License-Identifier: BSD-2-Clause */
/* Live migration: see migrate.h. */
#include "libcflat.h"
#include "arch-hooks.h"
#include "case_run.h"
#include "machine-uuid.h"
#include "migrate.h"
#include "record.h"

struct machine {
	uint8_t uuid[16];
};

static struct machine here(void)
{
	struct machine machine = { { 0 } };

	machine_uuid(machine.uuid);
	return machine;
}

static bool is_here(const struct machine *machine)
{
	struct machine now = here();

	return memcmp(&now, machine, sizeof(now)) == 0;
}

/* The runner's UUIDs begin so. */
bool migrate_offered(void)
{
	struct machine machine = here();

	return record_enabled() && memcmp(machine.uuid, "vmunit", 6) == 0;
}

/* The UUID's last two bytes. */
unsigned int migrate_machine(void)
{
	struct machine machine = here();

	return migrate_offered() ? machine.uuid[14] * 256u + machine.uuid[15] : 0;
}

static void insist_on_offer(void)
{
	if (!record_enabled() || migrate_offered())
		return;
	if (case_run.active)
		case_skip(__FILE__, __LINE__, "nobody here migrates the machine");
	report_abort("nobody here migrates the machine; \"groups = migration\" in the entry asks QEMU for it");
}

static void ask(const char *what)
{
	struct linebuf *r;

	insist_on_offer();
	if (!record_enabled()) {
		report_info("migrate: %s: now migrate the machine to one with another -uuid", what);
		return;
	}
	r = record_begin("migrate");
	record_string(r, "what", what);
	record_send(r);
}

static void wait_to_leave(const struct machine *start)
{
	while (is_here(start))
		arch_cpu_relax();
}

void migrate_quiet(void)
{
	struct machine start = here();

	ask("once");
	wait_to_leave(&start);
}

void migrate(void)
{
	migrate_quiet();
	report_info("the machine has been migrated");
}

void migrate_once(void)
{
	static bool done;

	if (!done)
		migrate();
	done = true;
}

void migrate_skip(void)
{
	report_info("no migration is needed");
}

u64 migrate_with_timer(u64 (*set)(u64 wait), u64 (*now)(void), u64 wait)
{
	u64 due;

	do {
		due = set(wait);
		migrate_quiet();
		wait *= 4;
	} while (now() >= due);
	return due;
}

static struct machine start;

void migrate_begin_continuous(void)
{
	start = here();
	ask("begin");
}

void migrate_end_continuous(void)
{
	wait_to_leave(&start);
	ask("end");
}
