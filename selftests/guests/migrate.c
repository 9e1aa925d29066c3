/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks to be migrated in every way that there is; its memory must come with it. */
#include "libcflat.h"
#include "case.h"
#include "migrate.h"
#include "machine-uuid.h"

static unsigned int generation(void)
{
	uint8_t uuid[16] = { 0 };

	machine_uuid(uuid);
	return uuid[14] * 256u + uuid[15];
}

CASE(once, "a migration returns on the next machine")
{
	unsigned int before = generation();

	migrate();
	expect_eq(generation(), before + 1);
	expect(migrate_offered());
}

CASE(more, "and another one, twice")
{
	unsigned int before = generation();

	migrate_quiet();
	migrate_quiet();
	expect_eq(generation(), before + 2);
}

CASE(only_once, "migrate_once() does it once")
{
	unsigned int before = generation();

	migrate_once();
	migrate_once();
	expect_eq(generation(), before + 1);
}

CASE(none, "migrate_skip() does nothing")
{
	unsigned int before = generation();

	migrate_skip();
	expect_eq(generation(), before);
}

CASE(continuous, "again and again until the guest has had enough")
{
	unsigned int before = generation();

	migrate_begin_continuous();
	while (generation() < before + 3)
		;
	migrate_end_continuous();
	expect_ge(generation(), before + 3);
}
