/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unittests.cfg: its keys and what may stand in them. The text is cfg_lexer.c's and cfg_words.c's
 * business.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "arch.h"
#include "cfg_reader.h"
#include "guest_args.h"

static char *check_arch(const char *word)
{
	const char *near;

	if (arch_find(word))
		return NULL;
	near = arch_nearest(word);
	return near ? xasprintf("unknown architecture '%.64s'; did you mean '%s'?", word, near) :
		      xasprintf("unknown architecture '%.64s'", word);
}

static char *check_name(const char *word)
{
	for (const char *p = word; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-.+", *p))
			return xasprintf(
				"'%.64s' is no name; letters, digits and _ - . + are allowed",
				word);
	return strlen(word) > 128 ? xstrdup("a name of more than 128 characters") : NULL;
}

/* A group of a name that nearly has a meaning has none, silently, unless somebody says so. */
static char *check_group(const char *word)
{
	static const char *const known[] = { "nodefault", "migration", "panic" };
	const char *near;
	char *what = check_name(word);

	if (what)
		return what;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(word, known[i]) == 0)
			return NULL;
	near = strlen(word) > 5 ? nearest(word, known, ARRAY_SIZE(known)) : NULL;
	return near ? xasprintf("group '%.64s' is nearly '%s', which has a meaning; did you mean "
				"that?",
				word, near)
		    : NULL;
}

static char *check_file(const char *word)
{
	if (strchr(word, '/') || word[0] == '.')
		return xasprintf("'%.64s': the image's name has no directory; it is looked for in "
				 "the build tree",
				 word);
	return check_name(word);
}

static char *check_machine(const char *word)
{
	if (strspn(word,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+,=:/") !=
	    strlen(word))
		return xasprintf("'%.64s' cannot be a name", word);
	return NULL;
}

static char *check_check(const char *word)
{
	const char *equals = strchr(word, '=');

	if (word[0] != '/' || !equals)
		return xasprintf("'%.64s': expected PATH=VALUE with an absolute path", word);
	return NULL;
}

static char *check_firmware(const char *word)
{
	if (strcmp(word, "rom") == 0 || strcmp(word, "seabios") == 0)
		return NULL;
	return xasprintf("unknown firmware '%.64s'; there are rom and seabios", word);
}

static char *check_need(const char *word)
{
	size_t len = strlen(word);

	if (strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+") != len ||
	    word[0] == '.' || word[len - 1] == '.')
		return xasprintf("'%.64s': expected DEVICE or DEVICE.PROPERTY", word);
	return NULL;
}

static char *check_env(const char *word)
{
	size_t len = strcspn(word, "=");

	if (!word[len] || !len || isdigit((unsigned char)word[0]) ||
	    strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") < len)
		return xasprintf("'%.64s': expected NAME=VALUE", word);
	if (strchr(word, '"'))
		return xasprintf("'%.64s': a value on the guest's command line cannot hold '\"'",
				 word);
	return NULL;
}

/* The families of docs/hostops.md. */
static char *check_hostop(const char *word)
{
	static const char *const known[] = {
		"protocol", "capability", "msr", "stat", "sched", "irq", "slot", "dirty", "state", "io", "time", "error",
	};
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(word, known[i]) == 0)
			return NULL;
	near = nearest(word, known, ARRAY_SIZE(known));
	return xasprintf("unknown family of host operations '%.64s'; %s%s", word,
			 near ? "did you mean " : "docs/hostops.md lists them", near ? near : "");
}

static const struct cfg_key keys[TEST_KEYS] = {
	[KEY_FILE] = { "file", NULL, CFG_WORD, offsetof(struct test, file), true, check_file },
	[KEY_SMP] = { "smp", NULL, CFG_NUMBER, offsetof(struct test, smp), false, NULL },
	[KEY_TEST_ARGS] = { "test_args", NULL, CFG_EXPANDABLE, offsetof(struct test, args), false,
			    NULL },
	[KEY_QEMU_PARAMS] = { "qemu_params", "extra_params", CFG_EXPANDABLE,
			      offsetof(struct test, qemu_params), false, NULL },
	[KEY_KVMTOOL_PARAMS] = { "kvmtool_params", NULL, CFG_EXPANDABLE,
				 offsetof(struct test, kvmtool_params), false, NULL },
	[KEY_GROUPS] = { "groups", NULL, CFG_NAMES, offsetof(struct test, groups), false,
			 check_group },
	[KEY_ARCH] = { "arch", NULL, CFG_NAMES, offsetof(struct test, archs), false, check_arch },
	[KEY_MACHINE] = { "machine", NULL, CFG_WORD, offsetof(struct test, machine), false,
			  check_machine },
	[KEY_ACCEL] = { "accel", NULL, CFG_WORD, offsetof(struct test, accel), false,
			check_machine },
	[KEY_TIMEOUT] = { "timeout", NULL, CFG_TIME, offsetof(struct test, timeout), false, NULL },
	[KEY_CHECK] = { "check", NULL, CFG_WORDS, offsetof(struct test, checks), false,
			check_check },
	[KEY_DISABLED_IF] = { "disabled_if", NULL, CFG_CONDITION,
			      offsetof(struct test, disabled_if), false, NULL },
	[KEY_FIRMWARE] = { "firmware", NULL, CFG_WORD, offsetof(struct test, firmware), false,
			   check_firmware },
	[KEY_ENV] = { "env", NULL, CFG_EXPANDABLE, offsetof(struct test, env), false, check_env },
	[KEY_HOSTOPS] = { "hostops", NULL, CFG_NAMES, offsetof(struct test, hostops), false,
			  check_hostop },
	[KEY_VMM_PARAMS] = { "vmm_params", NULL, CFG_EXPANDABLE, offsetof(struct test, vmm_params),
			     false, NULL },
	[KEY_QEMU_NEEDS] = { "qemu_needs", NULL, CFG_NAMES, offsetof(struct test, qemu_needs), false,
			     check_need },
};

static void *add_test(void *list, char *name, const struct place *place)
{
	struct config *config = list;
	struct test *test;

	if (config->n == config->cap) {
		config->cap = config->cap ? 2 * config->cap : 64;
		config->tests = xrealloc(config->tests, config->cap * sizeof(*config->tests));
	}
	test = &config->tests[config->n++];
	*test = (struct test){ .name = name, .place = *place };
	return test;
}

static void strip_suffix(char *name)
{
	static const char *const suffixes[] = { ".flat", ".elf" };
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && strcmp(name + len - n, suffixes[i]) == 0) {
			name[len - n] = '\0';
			return;
		}
	}
}

/*
 * One word is the guest's whole command line, as it always was in such files; several are its words
 * one by one.
 */
static char *check_args(const struct test *test)
{
	struct strvec words = { 0 };
	bool closed = test->args.n != 1 || guest_args_split(test->args.v[0], &words);

	strvec_free(&words);
	if (!closed)
		return xasprintf("test_args of [%s]: a '\"' for the guest is not closed",
				 test->name);
	for (size_t i = 0; test->args.n > 1 && i < test->args.n; i++)
		if (strchr(test->args.v[i], '"'))
			return xasprintf("test_args of [%s]: the guest's command line cannot carry "
					 "a word with '\"'",
					 test->name);
	if (test->args.n && strvec_has(&test->qemu_params, "-append"))
		return xasprintf("[%s] has both test_args and -append, which are the same",
				 test->name);
	return NULL;
}

static char *finish_test(void *record)
{
	struct test *test = record;

	strip_suffix(test->file);
	if (!test->smp)
		test->smp = xstrdup("1");
	return check_args(test);
}

static const struct cfg_schema schema = { keys, TEST_KEYS, offsetof(struct test, at), add_test,
					  finish_test };

bool config_parse(struct config *config, const char *path, const char *dir, const char *text,
		  size_t len, char **error)
{
	size_t before = config->n;
	bool ok = cfg_parse(&schema, config, path, text, len, error);

	for (size_t i = before; i < config->n; i++)
		config->tests[i].dir = dir;
	return ok;
}

void config_read(struct config *config, const char *path, const char *dir)
{
	size_t len = 0;
	char *error, *text = cfg_load(path, &len, &error);

	if (!text)
		die_at(error ? error : xasprintf("%s: no such file", path));
	if (!config_parse(config, path, dir, text, len, &error))
		die_at(error);
	free(text);
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->n; i++) {
		cfg_free_record(&schema, &config->tests[i]);
		free(config->tests[i].name);
	}
	free(config->tests);
	memset(config, 0, sizeof(*config));
}
