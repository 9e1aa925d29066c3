/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the command line: a table of options, each --NAME VALUE or --NAME=VALUE. No option is read
 * twice, none guessed.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "break.h"
#include "operations.h"
#include "options.h"

const char options_usage[] =
	"usage: vmunit-vmm [options] IMAGE\n"
	"\n"
	"Boots a vmunit image (an ELF file with a PVH note) on /dev/kvm.\n"
	"\n"
	"  --append LINE      the guest's command line\n"
	"  --initrd FILE      its first module: further environment\n"
	"  --smp N            CPUs (1)\n"
	"  --memory SIZE      RAM, with K, M or G (128M)\n"
	"  --irqchip KIND     kernel: all of KVM's (default); split: its APICs alone\n"
	"  --dirty-ring N     a dirty ring of N entries for each CPU\n"
	"  --hide-kvm-features MASK\n"
	"                     KVM's features (CPUID 0x40000001 EAX, decimal) that are not announced\n"
	"  --timeout S        ends the guest after S seconds, and says where it stood\n"
	"  --gdb PORT         waits for gdb on 127.0.0.1:PORT\n"
	"  --gdb-i386         as an i386, not an x86_64\n"
	"  --break NAME       a deliberate fault; --list-breaks names them\n"
	"  --control FD       speaks with the runner there\n"
	"  --kvm FILE         instead of /dev/kvm\n"
	"  --sandbox KIND     all (default); landlock: without seccomp; none\n"
	"  --version, --help\n"
	"\n"
	"Ends with (status << 1) | 1 of the guest's exit status, else with an even number:\n"
	"see docs/vmm.md.\n";

#define MEMORY_MIN	(16ull << 20)
#define MEMORY_MAX	(1ull << 40)

struct parser {
	struct options *o;
	char *error;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static bool wrong(const struct parser *p, const char *format,
							...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, p->size, format, args);
	va_end(args);
	return false;
}

static bool number(const struct parser *p, const char *name, const char *value,
		   unsigned long long min, unsigned long long max, unsigned int *to)
{
	unsigned long long n;
	char *end;

	n = strtoull(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || n < min || n > max)
		return wrong(p, "%s: '%.64s' is not a number from %llu to %llu", name, value, min,
			     max);
	*to = (unsigned int)n;
	return true;
}

static bool set_memory(const struct parser *p, const char *value)
{
	unsigned long long n;
	char *end;
	int shift = 20;

	n = strtoull(value, &end, 10);
	if (*end == 'K' || *end == 'k')
		shift = 10, end++;
	else if (*end == 'M' || *end == 'm')
		end++;
	else if (*end == 'G' || *end == 'g')
		shift = 30, end++;
	if (!isdigit((unsigned char)*value) || *end || n > MEMORY_MAX >> shift ||
	    n << shift < MEMORY_MIN || (n << shift) % 4096)
		return wrong(p, "--memory: '%.64s' is no size from 16M to 1024G in whole pages",
			     value);
	p->o->memory = n << shift;
	return true;
}

static bool set_irqchip(const struct parser *p, const char *value)
{
	p->o->split_irqchip = strcmp(value, "split") == 0;
	if (!p->o->split_irqchip && strcmp(value, "kernel") != 0)
		return wrong(p, "--irqchip: unknown kind '%.64s'; there are kernel and split",
			     value);
	return true;
}

#define LOST "lost:"

static bool set_break(const struct parser *p, const char *value)
{
	if (strncmp(value, LOST, sizeof(LOST) - 1) == 0 &&
	    operation_by_name(value + sizeof(LOST) - 1, &p->o->lost))
		p->o->broken = BREAK_LOST;
	else if (strcmp(value, faults[BREAK_LOST].name) != 0)
		p->o->broken = fault_by_name(value);
	if (!p->o->broken)
		return wrong(p, "--break: unknown fault '%.64s'; --list-breaks names them", value);
	return true;
}

static bool set_append(const struct parser *p, const char *value)
{
	p->o->append = value;
	return true;
}

static bool set_initrd(const struct parser *p, const char *value)
{
	p->o->initrd = value;
	return true;
}

static bool set_smp(const struct parser *p, const char *value)
{
	return number(p, "--smp", value, 1, MAX_VCPUS, &p->o->vcpus);
}

static bool set_timeout(const struct parser *p, const char *value)
{
	return number(p, "--timeout", value, 1, 86400, &p->o->timeout_s);
}

static bool set_gdb(const struct parser *p, const char *value)
{
	return number(p, "--gdb", value, 1, 65535, &p->o->gdb_port);
}

static bool set_control(const struct parser *p, const char *value)
{
	unsigned int fd;

	if (!number(p, "--control", value, 3, 65535, &fd))
		return false;
	p->o->control_fd = (int)fd;
	return true;
}

static bool set_ring(const struct parser *p, const char *value)
{
	if (!number(p, "--dirty-ring", value, 1, 65536, &p->o->dirty_ring))
		return false;
	if (p->o->dirty_ring & (p->o->dirty_ring - 1))
		return wrong(p, "--dirty-ring: %u is not a power of two", p->o->dirty_ring);
	return true;
}

static bool set_hidden(const struct parser *p, const char *value)
{
	return number(p, "--hide-kvm-features", value, 0, UINT32_MAX, &p->o->hidden_kvm_features);
}

static bool set_sandbox(const struct parser *p, const char *value)
{
	static const char *const kinds[] = {
		[SANDBOX_ALL] = "all", [SANDBOX_LANDLOCK] = "landlock", [SANDBOX_NONE] = "none"
	};

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i], value) == 0) {
			p->o->sandbox = i;
			return true;
		}
	}
	return wrong(p, "--sandbox: unknown kind '%.64s'; there are all, landlock and none", value);
}

static bool set_kvm(const struct parser *p, const char *value)
{
	p->o->kvm = value;
	return true;
}

static bool set_gdb_i386(const struct parser *p, const char *value)
{
	(void)value;
	p->o->gdb_i386 = true;
	return true;
}

static bool set_help(const struct parser *p, const char *value)
{
	(void)value;
	p->o->help = true;
	return true;
}

static bool set_version(const struct parser *p, const char *value)
{
	(void)value;
	p->o->version = true;
	return true;
}

static bool set_list(const struct parser *p, const char *value)
{
	(void)value;
	p->o->list_breaks = true;
	return true;
}

static const struct option_row {
	const char *name;
	bool has_value;
	bool (*set)(const struct parser *p, const char *value);
} rows[] = {
	{ "append", true, set_append },	    { "initrd", true, set_initrd },
	{ "smp", true, set_smp },	    { "memory", true, set_memory },
	{ "irqchip", true, set_irqchip },   { "dirty-ring", true, set_ring },
	{ "timeout", true, set_timeout },   { "gdb", true, set_gdb },
	{ "break", true, set_break },	    { "control", true, set_control },
	{ "sandbox", true, set_sandbox },   { "kvm", true, set_kvm },
	{ "help", false, set_help },	    { "hide-kvm-features", true, set_hidden },
	{ "gdb-i386", false, set_gdb_i386 },
	{ "version", false, set_version },  { "list-breaks", false, set_list },
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

static const struct option_row *find_row(const char *name, size_t len)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
			return &rows[i];
	return NULL;
}

/* One option and, if it stands in the next word, its value; i is moved on. */
static bool option(const struct parser *p, int argc, char *const *argv, int *i, bool *seen)
{
	const char *name = argv[*i] + 2, *value = strchr(name, '=');
	const struct option_row *row =
		find_row(name, value ? (size_t)(value - name) : strlen(name));

	if (!row)
		return wrong(p, "unknown option '%.64s'; --help lists them", argv[*i]);
	if (seen[row - rows])
		return wrong(p, "--%s is given twice", row->name);
	seen[row - rows] = true;
	if (!row->has_value)
		return value ? wrong(p, "--%s takes no value", row->name) : row->set(p, NULL);
	if (!value && *i + 1 == argc)
		return wrong(p, "--%s wants a value", row->name);
	return row->set(p, value ? value + 1 : argv[++*i]);
}

bool options_parse(struct options *o, int argc, char *const *argv, char *error, size_t size)
{
	struct parser p = { o, error, size };
	bool seen[ROWS] = { false };

	*o = (struct options){
		.memory = 128ull << 20, .vcpus = 1, .control_fd = -1, .kvm = "/dev/kvm"
	};
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) == 0 && argv[i][2]) {
			if (!option(&p, argc, argv, &i, seen))
				return false;
		} else if (o->image) {
			return wrong(&p, "two images, '%.64s' and '%.64s'", o->image, argv[i]);
		} else {
			o->image = argv[i];
		}
	}
	if (!o->image && !o->help && !o->version && !o->list_breaks)
		return wrong(&p, "no image is named; --help says more");
	return true;
}
