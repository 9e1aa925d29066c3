/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dying with a reason, memory that is there, whole files, the clock. Strings that grow: strings.c;
 * matching: match.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "util.h"

static void message(const char *kind, const char *format, va_list args)
{
	fflush(stdout);
	fprintf(stderr, "vmunit: %s", kind);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

_Noreturn void die(enum exit_status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message("", format, args);
	va_end(args);
	exit(status);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message("warning: ", format, args);
	va_end(args);
}

_Noreturn void die_at(const char *text)
{
	fflush(stdout);
	fprintf(stderr, "%s\n", text);
	exit(EXIT_USAGE);
}

static _Noreturn void out_of_memory(size_t size)
{
	die(EXIT_ENVIRONMENT, "out of memory (%zu bytes wanted)", size);
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p)
		out_of_memory(size);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory(n * size);
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xstrndup(const char *s, size_t n)
{
	char *copy = xmalloc(n + 1);

	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *xasprintf(const char *format, ...)
{
	va_list args;
	char *s;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		die(EXIT_ENVIRONMENT, "cannot format \"%s\": %s", format, strerror(errno));
	s = xmalloc((size_t)len + 1);
	va_start(args, format);
	vsnprintf(s, (size_t)len + 1, format, args);
	va_end(args);
	return s;
}

/*
 * Reads fd to its end: files in /proc and /sys say that they are empty, so their size is no guide.
 */
static char *read_all(int fd, size_t max, size_t expected, size_t *len)
{
	struct strbuf b = { 0 };
	size_t room = expected < max ? expected + 1 : max + 1;

	for (;;) {
		ssize_t got;

		if (b.len + 1 >= b.cap) {
			b.cap = b.cap ? 2 * b.cap : (room < 512 ? 512 : room + 1);
			b.data = xrealloc(b.data, b.cap);
		}
		got = read(fd, b.data + b.len, b.cap - b.len - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		if (!got) {
			b.data[b.len] = '\0';
			*len = b.len;
			return b.data;
		}
		b.len += (size_t)got;
		if (b.len > max) {
			errno = EFBIG;
			break;
		}
	}
	free(b.data);
	return NULL;
}

char *try_read_file(const char *path, size_t max, size_t *len)
{
	/* O_NONBLOCK: a FIFO without a writer must not hang us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), saved;
	struct stat st;
	char *data = NULL;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0) {
		if (S_ISREG(st.st_mode) && st.st_size > 0 && (uintmax_t)st.st_size > max)
			errno = EFBIG;
		else
			data = read_all(fd, max, st.st_size > 0 ? (size_t)st.st_size : 0, len);
	}
	saved = errno;
	close(fd);
	errno = saved;
	return data;
}

bool try_make_path(const char *path)
{
	char *copy = xstrdup(path);
	bool made = true;

	for (char *p = copy + 1; made && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		made = mkdir(copy, 0777) == 0 || errno == EEXIST;
		*p = '/';
	}
	made = made && (mkdir(copy, 0777) == 0 || errno == EEXIST);
	free(copy);
	return made;
}

uint64_t now_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		die(EXIT_ENVIRONMENT, "no monotonic clock: %s", strerror(errno));
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
