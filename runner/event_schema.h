/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of docs/events.md as data: which members an event has, of which type, in which order. */
#ifndef EVENT_SCHEMA_H
#define EVENT_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#define EVENT_VERSION 1
#define EVENT_MAX_TESTS 1000000		/* jobs of one run; ids are below it */

/*
 * false with *error (to be freed) saying what is wrong: not an object, a required member missing, a member of
 * the wrong type. Events and members that are not in the table are fine: a later runner may have more.
 */
bool event_check(const json_t *event, char **error);
/* A new reference to the same event with its members in the order of the table, others behind them. */
json_t *event_in_order(const json_t *event);

#endif
