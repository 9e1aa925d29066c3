/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The live line on a terminal: plays a run to the terminal view on a pseudo terminal of several widths, and reads
 * what comes out as a terminal would. Fails if a redrawn line reaches the last column, if any other escape
 * is sent than erase-line and colours, or if something of the live line stays on the screen. Also, that every format
 * writes what is known of a test as soon as the test has ended.
 */
#define _XOPEN_SOURCE 700	/* posix_openpt() and its kin */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "event.h"
#include "options.h"

/* What came out of the pseudo terminal. */
struct screen {
	int fd;
	char data[65536 + 16];	/* the last ones stay 0 */
	size_t len;
};

static void *collect(void *arg)
{
	struct screen *s = arg;
	ssize_t n;

	while (s->len < 65536 && (n = read(s->fd, s->data + s->len, 65536 - s->len)) > 0)
		s->len += (size_t)n;
	return NULL;	/* EIO: the other side was closed */
}

static void play(FILE *out)
{
	struct options options = { .verbose = true };
	char name[300];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	event_add_format(&format_terminal, out, &options);
	event_emit(json_pack("{s:s, s:i, s:i, s:i}", "event", "run-start", "version", 1, "tests", 3, "jobs", 2));
	event_tick();
	event_emit(json_pack("{s:s, s:i, s:s}", "event", "test-start", "id", 0, "test", "live-one"));
	event_tick();
	event_emit(json_pack("{s:s, s:i, s:s}", "event", "test-start", "id", 1, "test", "\033[2J\xc3\xa9\n\r"));
	event_emit(json_pack("{s:s, s:i, s:s}", "event", "case-start", "id", 1, "case", name));
	event_tick();
	event_emit(json_pack("{s:s, s:i, s:s}", "event", "text", "id", 0, "text", "from the console"));
	event_tick();
	event_tick();
	event_emit(json_pack("{s:s, s:i, s:s, s:s, s:s}", "event", "test-end", "id", 0, "test", "live-one",
			     "verdict", "fail", "reason", "kept"));
	event_tick();
	event_emit(json_pack("{s:s, s:i, s:s, s:s}", "event", "test-end", "id", 1, "test", "b", "verdict", "pass"));
	event_tick();
	event_emit(json_pack("{s:s, s:i}", "event", "run-end", "exit", 1));
	event_close();
}

static int bad(const char *what, size_t width, const struct screen *s, size_t at)
{
	size_t from = at < 200 ? 0 : at - 200;

	fprintf(stderr, "live: width %zu: %s at byte %zu, behind:\n%.*s\n", width, what, at, (int)(at - from),
		s->data + from);
	return 1;
}

/* The letter that ends the escape sequence at p, and its length: ESC [ digits letter. */
static char escape_end(const char *p, size_t *len)
{
	*len = 2 + strspn(p + 2, "0123456789;") + 1;
	return p[1] == '[' ? p[*len - 1] : '?';
}

/*
 * Interprets the bytes. What is erased behind is a live line: it has to be narrower than the terminal, a byte a
 * column, and gone before the next newline.
 */
static int judge(const struct screen *s, size_t width, bool colour)
{
	bool transient = false, seen = false, ascii = true;
	size_t column = 0, len;

	for (size_t i = 0; i < s->len; i++) {
		char c = s->data[i];

		if (c == '\033' && escape_end(s->data + i, &len) == 'K') {
			if (column >= width)
				return bad("a live line as wide as the terminal", width, s, i);
			if (!ascii)
				return bad("a live line with bytes that are not columns", width, s, i);
			transient = column > 0;
			seen |= transient;
			i += len - 1;
		} else if (c == '\033') {
			if (escape_end(s->data + i, &len) != 'm' || !colour)
				return bad("an escape", width, s, i);
			i += len - 1;
		} else if (c == '\n' && transient) {
			return bad("a live line that stays", width, s, i);
		} else if (c == '\r' || c == '\n') {
			column = 0;
			ascii = true;
		} else {
			column++;
			ascii &= c >= ' ' && c <= '~';
		}
	}
	if (transient)
		return bad("a live line left", width, s, s->len);
	return seen || width <= 1 ? 0 : bad("no live line", width, s, s->len);
}

static int run(size_t width, bool colour)
{
	struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)width };
	static struct screen s;
	int slave, master = posix_openpt(O_RDWR | O_NOCTTY);
	pthread_t reader;
	FILE *out;

	if (master < 0 || grantpt(master) || unlockpt(master) || (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0) {
		fprintf(stderr, "live: SKIP: no pseudo terminal: %s\n", strerror(errno));
		return 0;
	}
	ioctl(slave, TIOCSWINSZ, &size);
	out = fdopen(slave, "w");
	s = (struct screen) { .fd = master };
	if (pthread_create(&reader, NULL, collect, &s))
		return bad("no thread", width, &s, 0);
	play(out);
	fclose(out);
	pthread_join(reader, NULL);
	close(master);
	return judge(&s, width, colour);
}

/* Does the end of a test reach a pipe before the next event? */
static int flushes(const struct format *format)
{
	struct options options = { 0 };
	char got[4096];
	int fds[2];
	ssize_t n;
	FILE *out;

	if (pipe(fds) || fcntl(fds[0], F_SETFL, O_NONBLOCK) || !(out = fdopen(fds[1], "w")))
		abort();
	event_add_format(format, out, &options);
	event_emit(json_pack("{s:s, s:i}", "event", "run-start", "version", 1));
	event_emit(json_pack("{s:s, s:i, s:s, s:s}", "event", "test-end", "id", 0, "test", "needle", "verdict", "pass"));
	n = read(fds[0], got, sizeof(got) - 1);
	got[n > 0 ? n : 0] = '\0';
	event_close();
	fclose(out);
	close(fds[0]);
	if (strstr(got, "needle"))
		return 0;
	fprintf(stderr, "live: %s does not flush a test that ended; the pipe has:\n%s\n", format->name, got);
	return 1;
}

int main(void)
{
	static const size_t widths[] = { 1, 2, 10, 40, 80, 500 };
	int failed = 0;

	failed |= flushes(&format_terminal) | flushes(&format_tap13) | flushes(&format_json);
	unsetenv("CLICOLOR_FORCE");
	setenv("TERM", "xterm", 1);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		unsetenv("NO_COLOR");
		failed |= run(widths[i], true);
		setenv("NO_COLOR", "1", 1);
		failed |= run(widths[i], false);
	}
	return failed;
}
