/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the runner costs beside bare QEMU: runs two commands in turn, many times, and prints the medians of their wall
 * and CPU time and the ratios. A benchmark, not a test: nothing depends on its numbers.
 *
 * usage: bench ROUNDS COMMAND_A COMMAND_B       (each for sh -c)
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct cost {
	double wall_ms, cpu_ms;
};

static double ms(struct timeval t)
{
	return t.tv_sec * 1e3 + t.tv_usec / 1e3;
}

static double wall_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static struct cost run(const char *command)
{
	struct rusage before, after;
	double start = wall_now();
	pid_t pid = fork();
	struct cost cost;

	if (pid == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(126);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	getrusage(RUSAGE_CHILDREN, &before);
	waitpid(pid, NULL, 0);
	getrusage(RUSAGE_CHILDREN, &after);
	cost.wall_ms = wall_now() - start;
	cost.cpu_ms = ms(after.ru_utime) + ms(after.ru_stime) - ms(before.ru_utime) - ms(before.ru_stime);
	return cost;
}

static int by_value(const void *a, const void *b)
{
	double d = *(const double *)a - *(const double *)b;

	return (d > 0) - (d < 0);
}

static double median(double *v, int n)
{
	qsort(v, n, sizeof(*v), by_value);
	return n & 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int main(int argc, char **argv)
{
	int rounds = argc == 4 ? atoi(argv[1]) : 0;
	double *v[4], m[4];

	if (rounds < 1) {
		fprintf(stderr, "usage: bench ROUNDS COMMAND_A COMMAND_B\n");
		return 2;
	}
	for (int i = 0; i < 4; i++)
		v[i] = calloc(rounds, sizeof(double));
	run(argv[2]);
	run(argv[3]);
	for (int i = 0; i < rounds; i++) {
		struct cost a = run(argv[2]), b = run(argv[3]);

		v[0][i] = a.wall_ms;
		v[1][i] = a.cpu_ms;
		v[2][i] = b.wall_ms;
		v[3][i] = b.cpu_ms;
	}
	for (int i = 0; i < 4; i++)
		m[i] = median(v[i], rounds);
	printf("%-10s %10s %10s\n", "", "wall ms", "CPU ms");
	printf("%-10s %10.1f %10.1f\n%-10s %10.1f %10.1f\n", "A", m[0], m[1], "B", m[2], m[3]);
	printf("%-10s %10.3f %10.3f\n", "A / B", m[0] / m[2], m[1] / m[3]);
	return 0;
}
