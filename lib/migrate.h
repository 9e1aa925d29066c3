/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live migration, for tests of the group "migration": the guest asks the runner to move the machine to
 * another VMM, and knows by the machine's UUID that it is there (docs/protocol.md, "Migration"). Without the
 * runner a person is asked to do it.
 *
 * Where nobody offers to migrate, a case ends as skipped, and an image without cases as an abort.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "libcflat.h"

/* Whether the runner migrates this machine. */
bool migrate_offered(void);
/* Which of the runner's machines this is: 1 before the first migration; 0 if nobody offers any. */
unsigned int migrate_machine(void);

/* Returns when the machine has been migrated. Not within migrate_begin_continuous(). */
void migrate(void);
/* The same without an INFO line. */
void migrate_quiet(void);
/* The same, but only the first call of the image does anything. */
void migrate_once(void);
/* Says that the image does without the migration that its entry offers. */
void migrate_skip(void);

/*
 * Migrates while a timer runs: set(wait) programs it, and returns when it is due by now(). Repeated with
 * longer waits until the machine is on the other side before that, however slow the host is. Returns
 * when the timer is due.
 */
u64 migrate_with_timer(u64 (*set)(u64 wait), u64 (*now)(void), u64 wait);

/* From now on the machine is migrated again and again. */
void migrate_begin_continuous(void);
/* Ends that, after one migration at least. */
void migrate_end_continuous(void);

#endif
