/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol of gdb's stub: packets in, answers out, while all vCPUs stand. See gdb.h. A vCPU is
 * a thread, from 1 on.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "console.h"
#include "gdb.h"

#define PACKET_MAX	4096
#define MEMORY_CHUNK	1024		/* bytes of a read or write */
#define TRAP		5
#define INTERRUPT	2

static struct {
	int fd;
	struct vcpu *vcpu;		/* that g, m and their like are about */
	struct vcpu *_Atomic hit;	/* that stopped while the guest ran */
	uint64_t breakpoints[GDB_BREAKPOINTS];
	char in[PACKET_MAX], out[PACKET_MAX];
} gdb = { .fd = -1 };

int gdb_fd(void)
{
	return gdb.fd;
}

void gdb_open(struct machine *m)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)m->options->gdb_port) };
	int fd, one = 1;

	if (!m->options->gdb_port)
		return;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 1) != 0)
		die(STATUS_ENVIRONMENT, "--gdb %u: %s", m->options->gdb_port, strerror(errno));
	gdb.fd = accept(fd, NULL, NULL);
	if (gdb.fd < 0)
		die(STATUS_ENVIRONMENT, "--gdb %u: %s", m->options->gdb_port, strerror(errno));
	close(fd);
	gdb.vcpu = &m->vcpus[0];
}

/* ---- packets ---- */

static void hang_up(void)
{
	if (gdb.fd >= 0)
		close(gdb.fd);
	gdb.fd = -1;
	memset(gdb.breakpoints, 0, sizeof(gdb.breakpoints));
}

static void send_bytes(const char *data, size_t len)
{
	while (len && gdb.fd >= 0) {
		ssize_t n = write(gdb.fd, data, len);

		if (n < 0 && errno != EINTR) {
			hang_up();
		} else if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

static int get_byte(void)
{
	unsigned char byte;
	ssize_t n;

	if (gdb.fd < 0)
		return -1;
	do {
		n = read(gdb.fd, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 1)
		return byte;
	hang_up();
	return -1;
}

static void answer(const char *text)
{
	unsigned char sum = 0;
	char end[4];

	for (const char *p = text; *p; p++)
		sum += (unsigned char)*p;
	snprintf(end, sizeof(end), "#%02x", sum);
	send_bytes("$", 1);
	send_bytes(text, strlen(text));
	send_bytes(end, 3);
}

/*
 * The next packet into gdb.in; false when gdb has gone. What is too long or damaged is asked for
 * again.
 */
static bool get_packet(void)
{
	for (;;) {
		unsigned char sum = 0;
		char digits[3] = "";
		size_t len = 0;
		int c;

		while ((c = get_byte()) != '$')
			if (c < 0)
				return false;
		while ((c = get_byte()) != '#' && c >= 0) {
			sum += (unsigned char)c;
			if (len < sizeof(gdb.in) - 1)
				gdb.in[len++] = (char)c;
		}
		gdb.in[len] = '\0';
		for (int i = 0; i < 2 && c >= 0; i++)
			digits[i] = (char)(c = get_byte());
		if (c < 0)
			return false;
		if (strtoul(digits, NULL, 16) == sum && len < sizeof(gdb.in) - 1) {
			send_bytes("+", 1);
			return true;
		}
		send_bytes("-", 1);
	}
}

/* ---- memory ---- */

static bool access_memory(uint64_t at, uint8_t *bytes, uint64_t len, bool write)
{
	struct memory *m = &gdb.vcpu->machine->memory;
	gpa_t physical;

	for (uint64_t i = 0; i < len; i++)
		if (!gdb_translate(gdb.vcpu, at + i, &physical) ||
		    !(write ? memory_write(m, physical, &bytes[i], 1)
			    : memory_read(m, physical, &bytes[i], 1)))
			return false;
	return true;
}

static void read_memory(const char *args)
{
	uint8_t bytes[MEMORY_CHUNK];
	unsigned long long at, len;

	if (sscanf(args, "%llx,%llx", &at, &len) != 2 || len > sizeof(bytes) ||
	    !access_memory(at, bytes, len, false)) {
		answer("E01");
		return;
	}
	for (size_t i = 0; i < len; i++)
		snprintf(gdb.out + 2 * i, 3, "%02x", bytes[i]);
	gdb.out[2 * len] = '\0';
	answer(gdb.out);
}

static void write_memory(const char *args)
{
	uint8_t bytes[MEMORY_CHUNK];
	unsigned long long at, len;
	int used = 0;

	if (sscanf(args, "%llx,%llx:%n", &at, &len, &used) != 2 || !used || len > sizeof(bytes) ||
	    strlen(args + used) != 2 * len) {
		answer("E01");
		return;
	}
	for (size_t i = 0; i < len; i++) {
		char digits[3] = { args[used + 2 * (int)i], args[used + 2 * (int)i + 1], '\0' };

		bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	answer(access_memory(at, bytes, len, true) ? "OK" : "E01");
}

/* ---- the rest of the commands ---- */

static void registers(const char *args)
{
	(void)args;
	gdb_get_registers(gdb.vcpu, gdb.out, sizeof(gdb.out));
	answer(gdb.out);
}

static void set_registers(const char *args)
{
	answer(gdb_set_registers(gdb.vcpu, args) ? "OK" : "E01");
}

/* "0,ADDRESS,LENGTH": software breakpoints are hardware ones, too: memory stays as it is. */
static void breakpoint(const char *args, bool set)
{
	unsigned long long at;
	unsigned int kind;

	if (sscanf(args, "%u,%llx", &kind, &at) != 2 || kind > 1 || !at) {
		answer("");
		return;
	}
	for (int i = 0; i < GDB_BREAKPOINTS; i++) {
		if (gdb.breakpoints[i] != (set ? 0 : at))
			continue;
		gdb.breakpoints[i] = set ? at : 0;
		answer("OK");
		return;
	}
	answer(set ? "E02" : "OK");
}

static void set_breakpoint(const char *args)
{
	breakpoint(args, true);
}

static void clear_breakpoint(const char *args)
{
	breakpoint(args, false);
}

/* "g1", "c-1": which thread. */
static void choose_thread(const char *args)
{
	struct machine *m = gdb.vcpu->machine;
	long n = *args ? strtol(args + 1, NULL, 16) : 0;

	if (n > (long)m->n_vcpus) {
		answer("E01");
		return;
	}
	if (n > 0)
		gdb.vcpu = &m->vcpus[n - 1];
	answer("OK");
}

static void thread_lives(const char *args)
{
	long n = strtol(args, NULL, 16);

	answer(n > 0 && n <= (long)gdb.vcpu->machine->n_vcpus ? "OK" : "E01");
}

static void query(const char *args)
{
	size_t len = 1;

	if (strncmp(args, "Supported", 9) == 0) {
		snprintf(gdb.out, sizeof(gdb.out), "PacketSize=%x", MEMORY_CHUNK * 2);
		answer(gdb.out);
	} else if (strcmp(args, "fThreadInfo") == 0) {
		gdb.out[0] = 'm';
		for (unsigned int i = 0;
		     i < gdb.vcpu->machine->n_vcpus && len < sizeof(gdb.out) - 8; i++)
			len += (size_t)snprintf(gdb.out + len, sizeof(gdb.out) - len, "%s%x",
						i ? "," : "", i + 1);
		answer(gdb.out);
	} else if (strcmp(args, "sThreadInfo") == 0) {
		answer("l");
	} else if (strcmp(args, "C") == 0) {
		snprintf(gdb.out, sizeof(gdb.out), "QC%x", gdb.vcpu->index + 1);
		answer(gdb.out);
	} else if (strcmp(args, "Attached") == 0) {
		answer("1");
	} else {
		answer("");
	}
}

static void say_stopped(struct vcpu *vcpu, int signal)
{
	gdb.vcpu = vcpu;
	snprintf(gdb.out, sizeof(gdb.out), "T%02xthread:%x;", signal, vcpu->index + 1);
	answer(gdb.out);
}

static const struct {
	char letter;
	void (*run)(const char *args);
} commands[] = {
	{ 'g', registers },    { 'G', set_registers },	{ 'm', read_memory },
	{ 'M', write_memory }, { 'q', query },		{ 'H', choose_thread },
	{ 'T', thread_lives }, { 'Z', set_breakpoint }, { 'z', clear_breakpoint },
};

/* ---- stopping and going on ---- */

static bool go_on(struct machine *m, bool step)
{
	for (unsigned int i = 0; i < m->n_vcpus; i++)
		if (!gdb_set_debug(&m->vcpus[i], gdb.breakpoints, step && gdb.vcpu == &m->vcpus[i]))
			return false;
	gdb.hit = NULL;
	machine_go(m, step ? gdb.vcpu : NULL);
	return true;
}

void gdb_talk(struct machine *m, struct vcpu *vcpu, int signal)
{
	if (signal)
		say_stopped(vcpu, signal);
	while (gdb.fd >= 0 && get_packet()) {
		char letter = gdb.in[0];
		size_t i = 0;

		if (letter == 'c' || letter == 's') {
			if (go_on(m, letter == 's'))
				return;
			answer("E03");
		} else if (letter == '?') {
			say_stopped(gdb.vcpu, TRAP);
		} else if (letter == 'D') {
			answer("OK");
			hang_up();
		} else if (letter == 'k') {
			machine_end(m, NULL, END_INTERRUPTED, 0, "by gdb");
			return;
		} else {
			while (i < sizeof(commands) / sizeof(commands[0]) &&
			       commands[i].letter != letter)
				i++;
			if (i < sizeof(commands) / sizeof(commands[0]))
				commands[i].run(gdb.in + 1);
			else
				answer("");
		}
	}
	hang_up();
	go_on(m, false);
}

void gdb_hit(struct vcpu *vcpu)
{
	struct machine *m = vcpu->machine;
	struct vcpu *none = NULL;

	atomic_compare_exchange_strong(&gdb.hit, &none, vcpu);
	machine_stop(m, vcpu);
}

void gdb_look(struct machine *m)
{
	struct vcpu *hit;

	if (gdb.fd < 0 || m->ending.end)
		return;
	machine_park(m, NULL);
	console_flush(m);
	hit = gdb.hit;
	gdb_talk(m, hit ? hit : gdb.vcpu, hit ? TRAP : INTERRUPT);
}

void gdb_end(int status)
{
	if (gdb.fd < 0)
		return;
	snprintf(gdb.out, sizeof(gdb.out), status < 0 ? "X06" : "W%02x", status);
	answer(gdb.out);
	hang_up();
}
