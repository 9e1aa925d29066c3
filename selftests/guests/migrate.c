/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks to be migrated in every way that there is; its memory must come with it. */
#include "libcflat.h"
#include "case.h"
#include "migrate.h"

CASE(once, "a migration returns on the next machine")
{
	unsigned int before = migrate_machine();

	migrate();
	expect_eq(migrate_machine(), before + 1);
	expect(migrate_offered());
}

CASE(more, "and another one, twice")
{
	unsigned int before = migrate_machine();

	migrate_quiet();
	migrate_quiet();
	expect_eq(migrate_machine(), before + 2);
}

CASE(only_once, "migrate_once() does it once")
{
	unsigned int before = migrate_machine();

	migrate_once();
	migrate_once();
	expect_eq(migrate_machine(), before + 1);
}

CASE(none, "migrate_skip() does nothing")
{
	unsigned int before = migrate_machine();

	migrate_skip();
	expect_eq(migrate_machine(), before);
}

CASE(continuous, "again and again until the guest has had enough")
{
	unsigned int before = migrate_machine();

	migrate_begin_continuous();
	while (migrate_machine() < before + 3)
		;
	migrate_end_continuous();
	expect_ge(migrate_machine(), before + 3);
}
