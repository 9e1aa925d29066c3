/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of options.c: command lines and what they must mean, or the message and status they end with. */
#include "check.h"
#include "options.h"

static struct options options;

/* Parses a command line whose words have single blanks between them, into options. */
static void parse(void *line)
{
	static char *argv[64], copy[1024];
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", (char *)line);
	argv[0] = "vmunit";
	for (char *save = NULL, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	options_parse(&options, argc, argv);
}

static void words_mean(void)
{
	parse("-a -g vmx -g !slow -j 3 -v --top /t msr --build=b svm/npt* --timeout 2m -- -m 1g -- -a");
	CHECK(options.action == ACTION_RUN && options.all && options.verbose && !options.tap13);
	CHECK_NUMBER(options.groups.n, 1);
	CHECK_STRING(options.not_groups.v[0], "slow");
	CHECK_NUMBER(options.parallel, 3);
	CHECK_NUMBER(options.timeout_s, 120);
	CHECK_STRING(options.top, "/t");
	CHECK_STRING(options.build, "b");
	CHECK_NUMBER(options.selections.n, 2);
	CHECK_STRING(options.selections.v[1], "svm/npt*");
	CHECK_NUMBER(options.extra.n, 4);
	CHECK_STRING(options.extra.v[2], "--");
	options_free(&options);
	parse("--top . --build b run --arch x86_64,arm64 --rep 5 --fail --iso --json f --log-d d --dry");
	CHECK(options.action == ACTION_DRY_RUN && options.fail_fast && options.isolate);
	CHECK_NUMBER(options.archs.n, 2);
	CHECK_NUMBER(options.repeat, 5);
	CHECK_STRING(options.json, "f");
	CHECK_STRING(options.log_dir, "d");
	CHECK_NUMBER(options.extra.n, 0);
	options_free(&options);
	parse("--arch all -l");
	CHECK(options.action == ACTION_LIST && !options.archs.n);
	options_free(&options);
	parse("");
	CHECK(options.repeat == 1 && options.parallel >= 1 && options.max_smp >= 1 && !options.timeout_s);
	CHECK(!options.target);
	options_free(&options);
}

static void subcommands(void)
{
	parse("--top . --build b foreground --arch-dir x86 x86/msr.flat -smp 2 --gdb -- -x");
	CHECK(options.action == ACTION_FOREGROUND && options.gdb);
	CHECK_STRING(options.arch_dir, "x86");
	CHECK_STRING(options.selections.v[0], "x86/msr.flat");
	CHECK_NUMBER(options.selections.n, 1);
	CHECK_NUMBER(options.extra.n, 4);
	CHECK_STRING(options.extra.v[0], "-smp");
	options_free(&options);
	/* As the installed program calls it. */
	parse("--top . --build b --state s foreground --target vmm msr");
	CHECK_NUMBER(options.action, ACTION_FOREGROUND);
	CHECK_STRING(options.state, "s");
	CHECK_STRING(options.target, "vmm");
	CHECK_STRING(options.selections.v[0], "msr");
	options_free(&options);
	parse("--top . --build b --state s report -v run.jsonl");
	CHECK_NUMBER(options.action, ACTION_REPORT);
	CHECK_STRING(options.report, "run.jsonl");
	options_free(&options);
	parse("foreground --gdb --arch=i386 msr -- -x");
	CHECK(options.gdb && options.archs.n == 1 && options.extra.n == 1);
	options_free(&options);
	parse("report --format tap13 -v x.jsonl");
	CHECK(options.action == ACTION_REPORT && options.verbose);
	CHECK_STRING(options.report, "x.jsonl");
	CHECK_STRING(options.format, "tap13");
	options_free(&options);
	parse("report -");
	CHECK_STRING(options.report, "-");
	CHECK_STRING(options.format, "terminal");
	options_free(&options);
}

static void mistakes_end(void)
{
	static const struct {
		const char *line, *message;
	} rows[] = {
		{ "--no-such-option", "unknown option --no-such-option" }, { "--timeot=3", "did you mean --timeout?" },
		{ "--paralel 3", "did you mean --parallel?" }, { "--li", "--list, --list-cases" }, { "-q", "unknown option -q" },
		{ "-vq", "unknown option -q" }, { "--json", "option --json needs a value" }, { "-j", "option --parallel needs a value" },
		{ "--all=yes", "option --all takes no value" }, { "-j 0", "'0' is not a number" }, { "-j -1", "'-1'" },
		{ "-j 3x", "'3x'" }, { "--repeat 99999999999999999999", "not a number" }, { "--timeout abc", "'abc' is not a time" },
		{ "--timeout 0", "'0' is not a time" }, { "--timeout 1441m", "not a time" }, { "--timeout s", "not a time" },
		{ "--arch vax", "unknown architecture 'vax'" }, { "--arch x86-64", "did you mean x86_64?" }, { "--json=", "the value is empty" },
		{ "--format tap13", "unknown option --format" }, { "report", "report takes one FILE" }, { "report a b", "one FILE" },
		{ "report --format tap x", "did you mean tap13" }, { "report --json x y", "unknown option --json" },
		{ "foreground --arch-dir x86", "which image?" }, { "foreground --nonsense x", "unknown option --nonsense" },
		{ "foreground -- x", "which image?" }, { "--gdb", "unknown option --gdb" },
	};
	int status;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *text = check_child(parse, (void *)(uintptr_t)rows[i].line, &status);

		if (status != EXIT_USAGE)
			printf("# %s\n", rows[i].line);
		CHECK_NUMBER(status, EXIT_USAGE);
		CHECK_HAS(text, rows[i].message);
		CHECK(strchr(text, '\n') == text + strlen(text) - 1);
	}
}

static void help_is_complete(void)
{
	static const char *const named[] = { "--all", "--group", "--parallel", "--verbose", "--tap13", "--list", "--list-cases", "--help",
		"--accel", "--machine", "--timeout", "--json", "--log-dir", "--repeat", "--fail-fast", "--isolate", "--dry-run",
		"--arch", "--target", "QEMU", "ACCEL", "MACHINE", "TIMEOUT", "CHECK", "MAX_SMP", "NO_COLOR", "130" };
	int status;
	const char *text = check_child(parse, "-h", &status);

	CHECK_NUMBER(status, 0);
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		CHECK_HAS(text, named[i]);
}

static void environment(void)
{
	int status;

	setenv("ACCEL", "kvm", 1);
	setenv("TIMEOUT", "30s", 1);
	setenv("MAX_SMP", "3", 1);
	setenv("MACHINE", "", 1);
	setenv("CHECK", "/a=b", 1);
	parse("");
	CHECK_STRING(options.accel, "kvm");
	CHECK_STRING(options.machine, NULL);
	CHECK_STRING(options.check, "/a=b");
	CHECK_NUMBER(options.timeout_s, 30);
	CHECK_NUMBER(options.max_smp, 3);
	options_free(&options);
	parse("--accel tcg --timeout 5 --machine q35");
	CHECK_STRING(options.accel, "tcg");
	CHECK_STRING(options.machine, "q35");
	CHECK_NUMBER(options.timeout_s, 5);
	options_free(&options);
	setenv("TIMEOUT", "soon", 1);
	CHECK_HAS(check_child(parse, "", &status), "$TIMEOUT: 'soon' is not a time");
	CHECK_NUMBER(status, EXIT_USAGE);
	setenv("TIMEOUT", "", 1);
	setenv("MAX_SMP", "0", 1);
	CHECK_HAS(check_child(parse, "", &status), "$MAX_SMP: '0' is not a number");
	unsetenv("MAX_SMP");
}

int main(void)
{
	static const char *const ours[] = { "QEMU", "ACCEL", "MACHINE", "TIMEOUT", "CHECK", "MAX_SMP" };

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		unsetenv(ours[i]);
	RUN(words_mean);
	RUN(subcommands);
	RUN(mistakes_end);
	RUN(help_is_complete);
	RUN(environment);
	return check_status();
}
