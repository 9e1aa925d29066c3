/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The QEMU Machine Protocol over a connected socket, without ever blocking. What messages mean is
 * qemu_watch.c's.
 */
#ifndef QMP_H
#define QMP_H

#include <jansson.h>
#include "util.h"

struct qmp {
	int fd;			/* -1: the other side hung up, or talks nonsense */
	struct strbuf in, out;
	size_t sent;		/* of out */
};

/*
 * Takes over fd (non-blocking, connected) and leaves the capabilities negotiation in it. This may
 * be done before QEMU starts: it finds the command when it looks, and no event is lost for want
 * of a round trip.
 */
void qmp_open(struct qmp *qmp, int fd);
void qmp_close(struct qmp *qmp);
/* Queues a command; id comes back with its answer. Takes over arguments (NULL: none). */
void qmp_execute(struct qmp *qmp, const char *id, const char *command, json_t *arguments);
/* What to poll() for; 0 if nothing will come any more. */
short qmp_poll_events(const struct qmp *qmp);
/* Writes and reads what can be, and hands over each message, an object. */
void qmp_io(struct qmp *qmp, void (*message)(void *arg, json_t *message), void *arg);

#endif
