/* SPDX-License-Identifier: BSD-2-Clause */
/* The log file of one job: never larger than a head and a tail, whatever the guest prints. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define LOG_HEAD	(1u << 20)	/* bytes kept of the beginning */
#define LOG_TAIL	(64u << 10)	/* and of the end */

struct log {
	FILE *file;
	char *path;
	uint64_t written;	/* bytes that came */
	char *tail;		/* a ring of LOG_TAIL bytes, once the head is full */
	int error;		/* errno of the first failed write; 0: none */
};

/* Creates DIR/NAME.log, or DIR/NAME.2.log and so on if that is there. false with errno set. */
bool log_open(struct log *log, const char *dir, const char *name);
void log_write(struct log *log, const char *data, size_t len);
void log_flush(struct log *log);
/* Writes what the tail holds, then lines that are kept in any case. */
void log_close(struct log *log, const char *last);

#endif
