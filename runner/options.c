/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line and the environment: one table, from which getopt_long() and -h are fed. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arch.h"
#include "options.h"

enum type { HELP, FLAG, ACTION, TEXT, LIST, GROUP, VARIABLE, COUNT, SECONDS };

/* Where an option is understood. */
enum { RUN = 1, REPORT = 2, FOREGROUND = 4 };

struct option_row {
	const char *heading;		/* of the group in -h that begins here */
	char letter;
	const char *name, *value, *help;	/* help NULL: not shown, for the front door */
	enum type type;
	size_t offset;
	int detail;			/* ACTION: which */
	int where;
};

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "Which tests", 'a', "all", NULL, "those of the group nodefault too", FLAG, AT(all), 0,
	  RUN },
	{ NULL, 'g', "group", "G", "only group G; '!G': none of it; repeatable", GROUP, 0, 0, RUN },
	{ NULL, 0, "arch", "LIST",
	  "only these architectures, separated by commas; all: every one (default: as configured)",
	  LIST, AT(archs), 0, RUN | FOREGROUND },
	{ NULL, 0, "config", "FILE", "the tests of FILE instead of the tree's", TEXT, AT(config), 0,
	  RUN },
	{ "How they run", 'j', "parallel", "N", "tests side by side on N CPUs (default: all)",
	  COUNT, AT(parallel), 0, RUN },
	{ NULL, 0, "repeat", "N", "every test N times", COUNT, AT(repeat), 0, RUN },
	{ NULL, 0, "fail-fast", NULL, "stop at the first failure", FLAG, AT(fail_fast), 0, RUN },
	{ NULL, 0, "isolate", NULL, "every case in a fresh machine", FLAG, AT(isolate), 0, RUN },
	{ NULL, 0, "timeout", "S", "seconds for each test (60, 60s, 2m)", SECONDS, AT(timeout_s), 0,
	  RUN },
	{ NULL, 0, "accel", "A", "accelerator: kvm, hvf, tcg (default: the best that works)", TEXT,
	  AT(accel), 0, RUN },
	{ NULL, 0, "machine", "M", "machine type", TEXT, AT(machine), 0, RUN },
	{ NULL, 0, "env", "NAME=VALUE", "a variable in the guests' environment; repeatable", VARIABLE,
	  AT(env), 0, RUN },
	{ NULL, 0, "target", "VMM",
	  "which VMM: qemu, vmm (default: vmm for tests with host operations, else qemu)", TEXT,
	  AT(target), 0, RUN | FOREGROUND },
	{ "What is shown", 'v', "verbose", NULL, "every line of the guests", FLAG, AT(verbose), 0,
	  RUN | REPORT },
	{ NULL, 't', "tap13", NULL, "TAP 13 on standard output", FLAG, AT(tap13), 0, RUN },
	{ NULL, 0, "json", "FILE", "the event stream to FILE", TEXT, AT(json), 0, RUN },
	{ NULL, 0, "log-dir", "DIR", "where logs go (default: logs/<time>-<pid>)", TEXT,
	  AT(log_dir), 0, RUN },
	{ NULL, 0, "format", "F", "of a saved stream: terminal, tap13 or json", TEXT, AT(format), 0,
	  REPORT },
	{ "Instead of running", 'l', "list", NULL, "the tests: name, architectures, groups", ACTION,
	  0, ACTION_LIST, RUN },
	{ NULL, 0, "list-cases", NULL, "their cases", ACTION, 0, ACTION_LIST_CASES, RUN },
	{ NULL, 0, "dry-run", NULL, "the VMM's command lines, which work when pasted", ACTION, 0,
	  ACTION_DRY_RUN, RUN },
	{ NULL, 0, "standalone", "DIR", "a self-contained file of each test, DIR/ARCH/TEST", TEXT,
	  AT(standalone), 0, RUN },
	{ NULL, 'h', "help", NULL, "this", HELP, 0, 0, RUN | REPORT | FOREGROUND },
	{ NULL, 0, "top", "DIR", NULL, TEXT, AT(top), 0, RUN | REPORT | FOREGROUND },
	{ NULL, 0, "build", "DIR", NULL, TEXT, AT(build), 0, RUN | REPORT | FOREGROUND },
	{ NULL, 0, "state", "DIR", NULL, TEXT, AT(state), 0, RUN | REPORT | FOREGROUND },
	{ NULL, 0, "arch-dir", "DIR", NULL, TEXT, AT(arch_dir), 0, FOREGROUND },
	{ NULL, 0, "gdb", NULL, NULL, FLAG, AT(gdb), 0, FOREGROUND },
};

/* getopt_long() returns LONG + row for a long option, so that optopt tells it from a letter. */
enum { LONG = 256 };

static _Noreturn void help(void)
{
	puts("usage: ./run_tests.sh [options] [TEST|TEST/CASE|GLOB ...] [-- VMM options]\n"
	     "       ./run_tests.sh report [-v] [--format F] FILE      (a stream that --json "
	     "saved; -: standard input)\n"
	     "       x86/run IMAGE [--gdb] [--target VMM] [VMM options]  (one image in the "
	     "foreground)\n\n"
	     "Without TEST: every test that is not in the group nodefault. ARCH:TEST is TEST on "
	     "one architecture.");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct option_row *r = &rows[i];
		char letter[4] = "   ", name[32];

		if (!r->help)
			continue;
		if (r->heading)
			printf("\n%s:\n", r->heading);
		if (r->letter)
			snprintf(letter, sizeof(letter), "-%c,", r->letter);
		snprintf(name, sizeof(name), "--%s%s%s", r->name, r->value ? " " : "",
			 r->value ? r->value : "");
		printf("  %s %-16s %s\n", letter, name, r->help);
	}
	puts("\nEnvironment: QEMU (its binary), ACCEL, MACHINE, TIMEOUT, CHECK (replaces the "
	     "entries' check),\n"
	     "             MAX_SMP (default: the host's CPUs), NO_COLOR\n"
	     "Exit status: 0 all as expected, 1 something failed, 2 bad usage or configuration, 3 "
	     "nothing ran,\n"
	     "             4 the environment is broken, 130 interrupted");
	if (fflush(stdout) != 0 || ferror(stdout))
		die(EXIT_ENVIRONMENT, "cannot write to standard output: %s", strerror(errno));
	exit(EXIT_EXPECTED);
}

static bool parse_count(const char *text, unsigned long max, unsigned long *n)
{
	char *end;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	errno = 0;
	*n = strtoul(text, &end, 10);
	return !errno && *n >= 1 && *n <= max;
}

bool parse_seconds(const char *text, unsigned int *seconds)
{
	size_t len = strlen(text);
	bool minutes = len && text[len - 1] == 'm', unit = minutes || (len && text[len - 1] == 's');
	char *number = xstrndup(text, len - unit);
	unsigned long n = 0;
	bool ok = parse_count(number, minutes ? 1440 : 86400, &n);

	free(number);
	*seconds = (unsigned int)(minutes ? 60 * n : n);
	return ok;
}

/* The value of an option or, if from_environment, of a variable. */
static const char *origin(bool from_environment)
{
	return from_environment ? "$" : "--";
}

static unsigned int count(const char *text, const char *name, bool from_environment)
{
	unsigned long n;

	if (!parse_count(text, 1000000, &n))
		die(EXIT_USAGE, "%s%s: '%.64s' is not a number from 1 to 1000000",
		    origin(from_environment), name, text);
	return (unsigned int)n;
}

static unsigned int seconds(const char *text, const char *name, bool from_environment)
{
	unsigned int s;

	if (!parse_seconds(text, &s))
		die(EXIT_USAGE,
		    "%s%s: '%.64s' is not a time from 1 to 86400 seconds; write 90, 90s or 2m",
		    origin(from_environment), name, text);
	return s;
}

static void push_commas(struct strvec *v, const char *list)
{
	for (const char *p = list; *p; p += strspn(p, ",")) {
		size_t len = strcspn(p, ",");

		if (len)
			strvec_pushf(v, "%.*s", (int)len, p);
		p += len;
	}
}

static void take(struct options *o, const struct option_row *r, const char *value)
{
	void *member = (char *)o + r->offset;

	if (value && !*value)
		die(EXIT_USAGE, "--%s: the value is empty", r->name);
	switch (r->type) {
	case HELP:
		help();
	case FLAG:
		*(bool *)member = true;
		break;
	case ACTION:
		o->action = (enum action)r->detail;
		break;
	case TEXT:
		*(const char **)member = value;
		break;
	case LIST:
		push_commas(member, value);
		break;
	case GROUP:
		if (value[0] == '!')
			strvec_push(&o->not_groups, value + 1);
		else
			strvec_push(&o->groups, value);
		break;
	case VARIABLE:
		if (!strchr(value, '=') || value[0] == '=')
			die(EXIT_USAGE, "--%s: '%.64s' is not NAME=VALUE", r->name, value);
		strvec_push(member, value);
		break;
	case COUNT:
		*(unsigned int *)member = count(value, r->name, false);
		break;
	case SECONDS:
		*(unsigned int *)member = seconds(value, r->name, false);
		break;
	}
}

static _Noreturn void unknown_long(const char *word, int where)
{
	const char *names[ARRAY_SIZE(rows)], *near;
	char *name = xstrndup(word + 2, strcspn(word + 2, "="));
	struct strbuf begun = { 0 };
	size_t n = 0, n_begun = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!(rows[i].where & where))
			continue;
		names[n++] = rows[i].name;
		if (strncmp(rows[i].name, name, strlen(name)) == 0)
			strbuf_addf(&begun, "%s--%s", n_begun++ ? ", " : "", rows[i].name);
	}
	if (n_begun > 1)
		die(EXIT_USAGE, "option --%s can be any of %s", name, begun.data);
	near = nearest(name, names, n);
	if (near)
		die(EXIT_USAGE, "unknown option --%.64s; did you mean --%s?", name, near);
	die(EXIT_USAGE, "unknown option --%.64s; -h lists them", name);
}

/* getopt_long() returned '?' or ':'. */
static _Noreturn void bad_option(int result, const char *word, int where)
{
	if (result == '?' && optopt == 0)
		unknown_long(word, where);
	if (result == '?' && optopt < LONG)
		die(EXIT_USAGE, "unknown option -%c; -h lists them", optopt);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (optopt == LONG + (int)i || (optopt < LONG && rows[i].letter == optopt))
			die(EXIT_USAGE,
			    result == ':' ? "option --%s needs a value"
					  : "option --%s takes no value",
			    rows[i].name);
	}
	die(EXIT_USAGE, "option %.64s is not understood; -h lists them", word);
}

static const struct option_row *find_row(int result)
{
	if (result >= LONG)
		return &rows[result - LONG];
	for (size_t i = 0; ; i++)
		if (rows[i].letter == result)
			return &rows[i];
}

static void parse_words(struct options *o, int argc, char **argv, int where)
{
	struct option longs[ARRAY_SIZE(rows) + 1] = { 0 };
	char letters[2 * ARRAY_SIZE(rows) + 2] = ":";
	int result, n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct option_row *r = &rows[i];

		if (!(r->where & where))
			continue;
		longs[n++] = (struct option){ r->name, r->value ? required_argument : no_argument,
					      NULL, LONG + (int)i };
		if (r->letter)
			snprintf(letters + strlen(letters), 3, "%c%s", r->letter,
				 r->value ? ":" : "");
	}
	opterr = 0;
	optind = 0;		/* starts anew, with glibc and BSD alike */
	while ((result = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (result == '?' || result == ':')
			bad_option(result, argv[optind - 1], where);
		take(o, find_row(result), optarg);
	}
	for (int i = optind; i < argc; i++)
		strvec_push(&o->selections, argv[i]);
}

/* Is word an option whose value is the next word? */
static bool value_follows(const char *word)
{
	for (size_t i = 0; strncmp(word, "--", 2) == 0 && i < ARRAY_SIZE(rows); i++)
		if (strcmp(word + 2, rows[i].name) == 0)
			return rows[i].value != NULL;
	return false;
}

/*
 * "foreground [options] IMAGE [--gdb] [--target VMM] [VMM options]": what is behind IMAGE is the
 * VMM's, but for these two.
 */
static void parse_foreground(struct options *o, int argc, char **argv)
{
	int image = 1;

	while (image < argc && argv[image][0] == '-' && strcmp(argv[image], "--") != 0)
		image += value_follows(argv[image]) ? 2 : 1;
	parse_words(o, image < argc ? image : argc, argv, FOREGROUND);
	if (o->selections.n || image >= argc || strcmp(argv[image], "--") == 0)
		die(EXIT_USAGE, "which image? usage: %s/run IMAGE [--gdb] [VMM options]",
		    o->arch_dir ? o->arch_dir : "x86");
	strvec_push(&o->selections, argv[image]);
	for (int i = image + 1; i < argc; i++) {
		if (strcmp(argv[i], "--gdb") == 0)
			o->gdb = true;
		else if (strncmp(argv[i], "--target=", 9) == 0)
			o->target = argv[i] + 9;
		else if (strcmp(argv[i], "--target") == 0 && i + 1 < argc)
			o->target = argv[++i];
		else if (i != image + 1 || strcmp(argv[i], "--") != 0)
			strvec_push(&o->extra, argv[i]);
	}
}

static void parse_report(struct options *o, int argc, char **argv)
{
	static const char *const formats[] = { "terminal", "tap13", "json" };
	const char *near;

	parse_words(o, argc, argv, REPORT);
	if (o->selections.n != 1)
		die(EXIT_USAGE,
		    "report takes one FILE, which --json wrote, or - for standard input");
	o->report = o->selections.v[0];
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(o->format, formats[i]) == 0)
			return;
	near = nearest(o->format, formats, ARRAY_SIZE(formats));
	die(EXIT_USAGE, "--format: unknown format '%.64s'; %s%s", o->format,
	    near ? "did you mean " : "there are ", near ? near : "terminal, tap13 and json");
}

/* Everything behind the first "--" is for the VMM. */
static void parse_run(struct options *o, int argc, char **argv)
{
	int end = 1;

	while (end < argc && strcmp(argv[end], "--") != 0)
		end++;
	for (int i = end + 1; i < argc; i++)
		strvec_push(&o->extra, argv[i]);
	parse_words(o, end, argv, RUN);
}

static void check_archs(struct options *o)
{
	for (size_t i = 0; i < o->archs.n; i++) {
		const char *name = o->archs.v[i], *near = arch_nearest(name);

		if (strcmp(name, "all") == 0 || arch_find(name))
			continue;
		if (near)
			die(EXIT_USAGE, "--arch: unknown architecture '%.64s'; did you mean %s?",
			    name, near);
		die(EXIT_USAGE, "--arch: unknown architecture '%.64s'", name);
	}
	o->all_archs = strvec_has(&o->archs, "all");
	if (o->all_archs)
		strvec_free(&o->archs);
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void read_environment(struct options *o)
{
	const char *max_smp = variable("MAX_SMP"), *timeout = variable("TIMEOUT");
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	o->qemu = variable("QEMU");
	o->accel = variable("ACCEL");
	o->machine = variable("MACHINE");
	o->check = variable("CHECK");
	o->timeout_s = timeout ? seconds(timeout, "TIMEOUT", true) : 0;
	o->max_smp = max_smp ? (long)count(max_smp, "MAX_SMP", true) : cpus > 0 ? cpus : 1;
	o->parallel = cpus > 0 ? (unsigned int)cpus : 1;
}

/*
 * Takes the subcommand out of argv; it may stand behind what the front door and the installed one
 * put first: --top, --build and --state.
 */
static const char *take_subcommand(int *argc, char **argv)
{
	static const char *const known[] = { "run", "foreground", "report" };
	int at = 1;

	while (at + 2 < *argc &&
	       (strcmp(argv[at], "--top") == 0 || strcmp(argv[at], "--build") == 0 ||
		strcmp(argv[at], "--state") == 0))
		at += 2;
	for (size_t i = 0; at < *argc && i < ARRAY_SIZE(known); i++) {
		if (strcmp(argv[at], known[i]) != 0)
			continue;
		memmove(&argv[at], &argv[at + 1], (size_t)(*argc - at) * sizeof(*argv));
		(*argc)--;
		return known[i];
	}
	return known[0];
}

void options_parse(struct options *options, int argc, char **argv)
{
	const char *command = take_subcommand(&argc, argv);

	*options = (struct options){
		.top = ".", .build = "build", .repeat = 1, .format = "terminal"
	};
	read_environment(options);
	if (strcmp(command, "foreground") == 0) {
		options->action = ACTION_FOREGROUND;
		parse_foreground(options, argc, argv);
	} else if (strcmp(command, "report") == 0) {
		options->action = ACTION_REPORT;
		parse_report(options, argc, argv);
	} else {
		parse_run(options, argc, argv);
	}
	check_archs(options);
}

void options_free(struct options *options)
{
	strvec_free(&options->selections);
	strvec_free(&options->groups);
	strvec_free(&options->not_groups);
	strvec_free(&options->archs);
	strvec_free(&options->env);
	strvec_free(&options->extra);
	memset(options, 0, sizeof(*options));
}
