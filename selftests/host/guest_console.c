/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's console under fire: threads are CPUs, one signal is an interrupt, which arch_irq_save() holds back, and
 * another an NMI, which nothing does; all of them report. Every record must come out whole, once and in order.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include "check.h"
#include "arch-hooks.h"
#include "guest_lib/lib.h"
#include "guest_lib/stream.h"

#define CPUS	4
#define ROUNDS	3000
#define IRQ	SIGUSR1
#define NMI	SIGUSR2

static __thread int cpu;
static __thread unsigned int handled[2];
static pthread_t threads[CPUS];
static char *stream;
static size_t stream_len, stream_size;
/* Of each CPU, interrupts and NMIs: what is in the stream, and what its handlers did. */
static unsigned int seen[CPUS][2], reported[CPUS][2];

int arch_cpu_id(void)
{
	return cpu;
}

int arch_cpu_count(void)
{
	return CPUS;
}

void arch_cpu_relax(void)
{
	sched_yield();
}

unsigned long arch_irq_save(void)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, IRQ);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	return (unsigned long)sigismember(&old, IRQ);
}

void arch_irq_restore(unsigned long state)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, IRQ);
	if (!state)
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* Byte by byte now and then, so that handlers come in the middle. */
void arch_console_write(const char *data, size_t len)
{
	if (stream_len + len > stream_size)
		_exit(3);
	for (size_t i = 0; i < len; i++)
		((volatile char *)stream)[stream_len++] = data[i];
	if (stream_len % 8 == 0)
		sched_yield();
}

_Noreturn void arch_exit(int status)
{
	_exit(status);
}

static void handler(int signal)
{
	int saved = errno;

	for (int i = 0; i < 3; i++) {
		handled[signal == NMI]++;
		report_info("%s %d", signal == NMI ? "nmi" : "irq", cpu);
	}
	errno = saved;
}

/* A thread is born with both signals held back, until it knows which CPU it is. */
static void hold_signals(int how)
{
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, IRQ);
	sigaddset(&both, NMI);
	pthread_sigmask(how, &both, NULL);
}

static void *run_cpu(void *number)
{
	cpu = (int)(intptr_t)number;
	hold_signals(SIG_UNBLOCK);
	for (int i = 0; i < ROUNDS; i++) {
		__report("f", 1, i % 7 != 0, "cpu %d round %d", cpu, i);
		if (i % 16 == 0)
			vm_printf("text %d\n", cpu);
	}
	hold_signals(SIG_BLOCK);
	reported[cpu][0] = handled[0];
	reported[cpu][1] = handled[1];
	return NULL;
}

static volatile bool stop;

static void *shoot(void *unused)
{
	(void)unused;
	cpu = CPUS - 1;
	while (!stop) {
		for (int i = 0; i < CPUS - 1; i++) {
			pthread_kill(threads[i], IRQ);
			pthread_kill(threads[i], NMI);
		}
		nanosleep(&(struct timespec){ 0, 50000 }, NULL);
	}
	return NULL;
}

static int next_round[CPUS];

static void account(const json_t *r)
{
	const char *text = stream_text(r, "text"), *name = stream_text(r, "name");
	int who, round;

	if (sscanf(name, "cpu %d round %d", &who, &round) == 2) {
		CHECK_NUMBER(round, next_round[who]);
		next_round[who] = round + 1;
	} else if (sscanf(text, "irq %d", &who) == 1) {
		seen[who][0]++;
	} else if (sscanf(text, "nmi %d", &who) == 1) {
		seen[who][1]++;
	} else {
		check_fail(__FILE__, __LINE__, text);
	}
}

static void read_stream(void)
{
	uint32_t seq = 0;

	for (char *p = stream, *end; p < stream + stream_len; p = end + 1) {
		json_t *r;

		end = memchr(p, '\n', (size_t)(stream + stream_len - p));
		if (!end) {
			check_fail(__FILE__, __LINE__, "the last line is not whole");
			return;
		}
		if (end - p == 6 && memcmp(p, "text ", 5) == 0)
			continue;
		r = stream_record(p, end, seq++);
		if (!r) {
			*end = '\0';
			check_fail(__FILE__, __LINE__, p);
			return;
		}
		account(r);
		json_decref(r);
	}
}

static void install(int signal)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART };

	/* An interrupt does not interrupt itself; an NMI comes in it. */
	sigemptyset(&action.sa_mask);
	if (signal == NMI)
		sigaddset(&action.sa_mask, IRQ);
	sigaction(signal, &action, NULL);
}

static void test_storm(void)
{
	pthread_t shooter;
	unsigned int nested = 0;

	stream = malloc(stream_size = 64u << 20);
	record_set_token(TOKEN);
	install(IRQ);
	install(NMI);
	hold_signals(SIG_BLOCK);
	for (intptr_t i = 0; i < CPUS - 1; i++)
		pthread_create(&threads[i], NULL, run_cpu, (void *)i);
	pthread_create(&shooter, NULL, shoot, NULL);
	for (int i = 0; i < CPUS - 1; i++)
		pthread_join(threads[i], NULL);
	stop = true;
	pthread_join(shooter, NULL);
	read_stream();
	for (int i = 0; i < CPUS - 1; i++) {
		CHECK_NUMBER(next_round[i], ROUNDS);
		CHECK_NUMBER(seen[i][0], reported[i][0]);
		CHECK_NUMBER(seen[i][1], reported[i][1]);
		nested += seen[i][1];
	}
	CHECK(nested > 20);
	free(stream);
}

int main(void)
{
	RUN(test_storm);
	return check_status();
}
