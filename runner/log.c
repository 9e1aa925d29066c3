/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Log files: the head as it comes, the tail from a ring at the end, between them a line that says
 * what was dropped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "log.h"
#include "util.h"

#define SAME_NAME_MAX	100000

/* O_EXCL: no run ever writes into another one's log. */
bool log_open(struct log *log, const char *dir, const char *name)
{
	int fd = -1;

	*log = (struct log){ 0 };
	for (int n = 1; fd < 0 && n < SAME_NAME_MAX; n++) {
		free(log->path);
		log->path = n == 1 ? xasprintf("%s/%s.log", dir, name) :
				     xasprintf("%s/%s.%d.log", dir, name, n);
		fd = open(log->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			return false;
	}
	log->file = fd < 0 ? NULL : fdopen(fd, "w");
	return log->file != NULL;
}

static void put(struct log *log, const char *data, size_t len)
{
	if (len && !log->error && fwrite(data, 1, len, log->file) != len)
		log->error = errno ? errno : EIO;
}

void log_write(struct log *log, const char *data, size_t len)
{
	size_t head = log->written < LOG_HEAD ? LOG_HEAD - (size_t)log->written : 0;

	if (!log->file)
		return;
	head = head < len ? head : len;
	put(log, data, head);
	log->written += head;
	data += head;
	len -= head;
	if (len && !log->tail)
		log->tail = xmalloc(LOG_TAIL);
	while (len) {
		size_t at = (size_t)((log->written - LOG_HEAD) % LOG_TAIL), part = LOG_TAIL - at;

		part = part < len ? part : len;
		memcpy(log->tail + at, data, part);
		log->written += part;
		data += part;
		len -= part;
	}
}

void log_flush(struct log *log)
{
	if (log->file && !log->error && fflush(log->file) != 0)
		log->error = errno;
}

static void put_tail(struct log *log)
{
	uint64_t beyond = log->written - LOG_HEAD;
	size_t at = (size_t)(beyond % LOG_TAIL);
	char *note;

	if (beyond <= LOG_TAIL) {
		put(log, log->tail, (size_t)beyond);
		return;
	}
	note = xasprintf("\n[vmunit: %llu bytes dropped here]\n",
			 (unsigned long long)(beyond - LOG_TAIL));
	put(log, note, strlen(note));
	put(log, log->tail + at, LOG_TAIL - at);
	put(log, log->tail, at);
	free(note);
}

void log_close(struct log *log, const char *last)
{
	if (!log->file)
		return;
	if (log->tail)
		put_tail(log);
	put(log, last, strlen(last));
	if (fclose(log->file) != 0 && !log->error)
		log->error = errno;
	log->file = NULL;
	free(log->tail);
	log->tail = NULL;
}
