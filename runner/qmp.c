/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QMP's transport: one JSON object a line in both directions (QEMU docs/interop/qmp-spec,
 * sections 2.2 to 2.4). A QEMU that sends nonsense or without end is simply no longer listened
 * to; its process tells the rest.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "qmp.h"

/* The longest message that is read: the registers of 255 vCPUs are 600 KB. */
#define MESSAGE_MAX	(4u << 20)

void qmp_open(struct qmp *qmp, int fd)
{
	*qmp = (struct qmp){ .fd = fd };
	qmp_execute(qmp, NULL, "qmp_capabilities", NULL);
}

static void hang_up(struct qmp *qmp)
{
	if (qmp->fd >= 0)
		close(qmp->fd);
	qmp->fd = -1;
}

void qmp_close(struct qmp *qmp)
{
	hang_up(qmp);
	strbuf_free(&qmp->in);
	strbuf_free(&qmp->out);
}

/* The socket's SIGPIPE is ignored by the whole runner (run.c). */
static void flush(struct qmp *qmp)
{
	while (qmp->fd >= 0 && qmp->sent < qmp->out.len) {
		ssize_t n = write(qmp->fd, qmp->out.data + qmp->sent, qmp->out.len - qmp->sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			/* It is gone, but what it said last may still be there to be read. */
			break;
		}
		qmp->sent += (size_t)n;
	}
	qmp->sent = qmp->out.len = 0;
}

void qmp_execute(struct qmp *qmp, const char *id, const char *command, json_t *arguments)
{
	json_t *object = json_pack("{s:s, s:o*, s:s*}", "execute", command, "arguments", arguments,
				   "id", id);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text && qmp->fd >= 0) {
		strbuf_add(&qmp->out, text, strlen(text));
		strbuf_add(&qmp->out, "\n", 1);
		flush(qmp);
	}
	free(text);
	json_decref(object);
}

short qmp_poll_events(const struct qmp *qmp)
{
	if (qmp->fd < 0)
		return 0;
	return qmp->sent < qmp->out.len ? POLLIN | POLLOUT : POLLIN;
}

/* Hands over the complete lines of the buffer and keeps the rest. */
static void take_lines(struct qmp *qmp, void (*message)(void *arg, json_t *message), void *arg)
{
	size_t start = 0;
	char *end;

	while (qmp->in.len > start &&
	       (end = memchr(qmp->in.data + start, '\n', qmp->in.len - start))) {
		size_t len = (size_t)(end - (qmp->in.data + start));
		json_t *object = json_loadb(qmp->in.data + start, len, 0, NULL);

		if (json_is_object(object))
			message(arg, object);
		json_decref(object);
		start += len + 1;
	}
	if (start) {
		memmove(qmp->in.data, qmp->in.data + start, qmp->in.len - start);
		qmp->in.len -= start;
	}
}

void qmp_io(struct qmp *qmp, void (*message)(void *arg, json_t *message), void *arg)
{
	char chunk[16384];

	flush(qmp);
	while (qmp->fd >= 0) {
		ssize_t n = read(qmp->fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0 || qmp->in.len + (size_t)n > MESSAGE_MAX) {
			hang_up(qmp);
			return;
		}
		strbuf_add(&qmp->in, chunk, (size_t)n);
		take_lines(qmp, message, arg);
		if ((size_t)n < sizeof(chunk))
			return;		/* a QEMU that floods does not keep us here for ever */
	}
}
