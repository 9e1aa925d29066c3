/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The harness of the host unit tests: a program runs its tests, prints "ok NAME" or "not ok NAME: place: what" for
 * each, as selftests/run counts them, and ends with 1 if one failed. Include it in the one file of a program.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool check_all_ok = true, check_ok;
static const char *check_name;

static inline void check_fail(const char *file, int line, const char *what)
{
	if (check_ok)
		printf("not ok %s: %s:%d: %s\n", check_name, file, line, what);
	else
		printf("# and %s:%d: %s\n", file, line, what);
	check_ok = check_all_ok = false;
}

static inline void check_string(const char *file, int line, const char *expression, const char *got, const char *wanted)
{
	char what[4096];

	if (got == wanted || (got && wanted && strcmp(got, wanted) == 0))
		return;
	snprintf(what, sizeof(what), "%s is \"%s\", not \"%s\"", expression, got ? got : "(NULL)", wanted ? wanted : "(NULL)");
	check_fail(file, line, what);
}

static inline void check_number(const char *file, int line, const char *expression, long long got, long long wanted)
{
	char what[512];

	if (got == wanted)
		return;
	snprintf(what, sizeof(what), "%s is %lld, not %lld", expression, got, wanted);
	check_fail(file, line, what);
}

/* got must have wanted somewhere inside. */
static inline void check_has(const char *file, int line, const char *got, const char *wanted)
{
	char what[4096];

	if (got && strstr(got, wanted))
		return;
	snprintf(what, sizeof(what), "\"%s\" is not in \"%s\"", wanted, got ? got : "(NULL)");
	check_fail(file, line, what);
}

#define CHECK(condition) ((condition) ? (void)0 : check_fail(__FILE__, __LINE__, #condition))
#define CHECK_STRING(got, wanted) check_string(__FILE__, __LINE__, #got, got, wanted)
#define CHECK_NUMBER(got, wanted) check_number(__FILE__, __LINE__, #got, got, wanted)
#define CHECK_HAS(got, wanted) check_has(__FILE__, __LINE__, got, wanted)

#define RUN(test) check_run(#test, test)
static inline void check_run(const char *name, void (*test)(void))
{
	check_name = name;
	check_ok = true;
	test();
	if (check_ok)
		printf("ok %s\n", name);
	fflush(stdout);
}

static inline int check_status(void)
{
	return check_all_ok ? 0 : 1;
}

/*
 * Runs f(argument) in a child: for what may end the process. Returns what it wrote to stdout and stderr (static), and
 * its exit status in *status, or 1000 + the signal that killed it; 999 if f returned.
 */
static inline const char *check_child(void (*f)(void *), void *argument, int *status)
{
	static char text[65536];
	size_t len = 0;
	ssize_t got;
	int fds[2];
	pid_t child;

	fflush(NULL);
	if (pipe(fds) != 0 || (child = fork()) < 0) {
		perror("check_child");
		exit(4);
	}
	if (!child) {
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		close(fds[0]);
		close(fds[1]);
		f(argument);
		fflush(stdout);
		_exit(231);
	}
	close(fds[1]);
	while (len < sizeof(text) - 1 && (got = read(fds[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	close(fds[0]);
	waitpid(child, status, 0);
	*status = WIFSIGNALED(*status) ? 1000 + WTERMSIG(*status) : WEXITSTATUS(*status) == 231 ? 999 : WEXITSTATUS(*status);
	return text;
}

#endif
