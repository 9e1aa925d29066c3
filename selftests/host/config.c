/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Golden tests of the configuration reader. Each selftests/config/good/NAME.cfg is read and printed, values expanded,
 * and compared with NAME.out; each bad/NAME.cfg must give the one message in NAME.err. Files called known-* are read as
 * known-issues.cfg. --update rewrites what is expected. Then come files too large or too odd to keep.
 */
#include <dirent.h>
#include "check.h"
#include "config.h"
#include "expand.h"
#include "known.h"

static const struct variables vars = {
	.max_smp = 8, .arch = "x86_64", .accel = "tcg", .machine = "q35", .target = "qemu", .testname = "NAME",
};
static const char *current;	/* path of the .cfg */
static bool update;

static void print_words(struct strbuf *out, const char *key, const struct strvec *words, bool expand)
{
	struct strvec expanded = { 0 };
	char *error = NULL;

	if (!words->n)
		return;
	if (expand && !expand_words(&vars, words, &expanded, &error)) {
		strbuf_addf(out, "\t%s: %s\n", key, error);
		free(error);
		return;
	}
	strbuf_addf(out, "\t%s", key);
	for (size_t i = 0; i < words->n; i++)
		strbuf_addf(out, " <%s>", expand ? expanded.v[i] : words->v[i]);
	strbuf_adds(out, "\n");
	strvec_free(&expanded);
}

static void print_text(struct strbuf *out, const char *key, const char *text)
{
	if (text)
		strbuf_addf(out, "\t%s <%s>\n", key, text);
}

static void print_number(struct strbuf *out, const char *key, const char *text)
{
	char *error = NULL;
	long n;

	if (!text)
		return;
	if (expand_number(&vars, text, &n, &error))
		strbuf_addf(out, "\t%s %ld\n", key, n);
	else
		strbuf_addf(out, "\t%s: %s\n", key, error);
	free(error);
}

static void print_condition(struct strbuf *out, const char *key, const char *text)
{
	char *error = NULL;
	bool truth;

	if (!text)
		return;
	if (expand_condition(&vars, text, &truth, &error))
		strbuf_addf(out, "\t%s <%s> is %s\n", key, text, truth ? "true" : "false");
	else
		strbuf_addf(out, "\t%s: %s\n", key, error);
	free(error);
}

static void print_test(struct strbuf *out, const struct test *t)
{
	strbuf_addf(out, "[%s] line %u\n", t->name, t->place.line);
	print_text(out, "file", t->file);
	print_number(out, "smp", t->smp);
	print_words(out, "test_args", &t->args, true);
	print_words(out, "qemu_params", &t->qemu_params, true);
	print_words(out, "kvmtool_params", &t->kvmtool_params, true);
	print_words(out, "groups", &t->groups, false);
	print_words(out, "arch", &t->archs, false);
	print_text(out, "machine", t->machine);
	print_text(out, "accel", t->accel);
	print_number(out, "timeout", t->timeout);
	print_words(out, "check", &t->checks, false);
	print_condition(out, "disabled_if", t->disabled_if);
	print_text(out, "firmware", t->firmware);
	print_words(out, "env", &t->env, true);
	print_words(out, "hostops", &t->hostops, false);
	print_words(out, "vmm_params", &t->vmm_params, true);
	print_words(out, "qemu_needs", &t->qemu_needs, false);
}

static void print_issue(struct strbuf *out, const struct known_issue *k)
{
	strbuf_addf(out, "[%s] line %u%s\n", k->name, k->place.line, k->flaky ? " flaky" : "");
	print_words(out, "tests", &k->tests, false);
	print_text(out, "vmm", k->vmm);
	print_text(out, "accel", k->accel);
	print_text(out, "arch", k->arch);
	print_text(out, "host", k->host);
	print_text(out, "machine", k->machine);
	print_words(out, "versions", &k->versions, false);
	print_words(out, "verdicts", &k->verdicts, false);
	print_text(out, "reason", k->reason);
	print_text(out, "link", k->link);
}

/* What the file means, or the message; to be freed. The text is copied to a block of its size: ASan watches its end. */
static char *read_as_text(const char *name, const char *text, size_t len)
{
	struct known_issues known = { 0 };
	struct config config = { 0 };
	struct strbuf out = { 0 };
	char *error = NULL, *copy = xmalloc(len);

	memcpy(copy, text, len);
	if (strncmp(name, "known-", 6) == 0)
		known_parse(&known, name, copy, len, &error);
	else
		config_parse(&config, name, "x86", copy, len, &error);
	free(copy);
	if (error)
		strbuf_addf(&out, "%s\n", error);
	for (size_t i = 0; !error && i < config.n; i++)
		print_test(&out, &config.tests[i]);
	for (size_t i = 0; !error && i < known.n; i++)
		print_issue(&out, &known.issues[i]);
	free(error);
	config_free(&config);
	known_free(&known);
	return strbuf_take(&out);
}

static void compare(void)
{
	bool bad = strstr(current, "/bad/") != NULL;
	char *golden = xasprintf("%.*s.%s", (int)strlen(current) - 4, current, bad ? "err" : "out");
	char *text, *wanted, *got;
	size_t len = 0, golden_len;
	FILE *f;

	text = try_read_file(current, 1 << 20, &len);
	if (!text) {
		CHECK_STRING(current, "a file that can be read");
		return;
	}
	got = read_as_text(strrchr(current, '/') + 1, text, len);
	if (update && (f = fopen(golden, "w"))) {
		fputs(got, f);
		fclose(f);
	}
	wanted = try_read_file(golden, 1 << 20, &golden_len);
	CHECK_STRING(got, wanted);
	/* A good file gives sections, a bad one a single line. */
	CHECK(bad ? strchr(got, '\n') == got + strlen(got) - 1 && strncmp(got, "[", 1) != 0 : !*got || *got == '[');
	free(text);
	free(wanted);
	free(got);
	free(golden);
}

static int order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void run_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct strvec files = { 0 };
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strlen(entry->d_name) > 4 && strcmp(entry->d_name + strlen(entry->d_name) - 4, ".cfg") == 0)
			strvec_pushf(&files, "%s/%s", path, entry->d_name);
	if (files.n)
		qsort(files.v, files.n, sizeof(*files.v), order);
	for (size_t i = 0; i < files.n; i++) {
		current = files.v[i];
		check_run(current, compare);
	}
	if (!files.n) {
		printf("not ok %s: no files\n", path);
		check_all_ok = false;
	}
	if (dir)
		closedir(dir);
	strvec_free(&files);
}

static void expect(const char *text, size_t len, const char *wanted)
{
	char *got = read_as_text("big.cfg", text, len);

	CHECK_HAS(got, wanted);
	CHECK(strlen(got) < 400);
	free(got);
}

/* One short message, at once. */
static void long_line(void)
{
	size_t len = 10 << 20;
	char *text = xmalloc(len);
	uint64_t start = now_ms();

	memset(text, 'x', len);
	expect(text, len, "big.cfg:1:1: line is longer than 64 KiB");
	CHECK(now_ms() - start < 1000);
	free(text);
}

static void long_block(void)
{
	struct strbuf b = { 0 };

	strbuf_adds(&b, "[a]\nfile = a.flat\nqemu_params = \"\"\"\n");
	for (int i = 0; i < 20000; i++)
		strbuf_adds(&b, "  -device foo,id=a \\\n");
	strbuf_adds(&b, "\"\"\"\nfil = x\n");
	expect(b.data, b.len, "big.cfg:20005:1: unknown key 'fil'; did you mean 'file'?");
	strbuf_free(&b);
}

static void large_file(void)
{
	size_t len = (16 << 20) + 1;
	char *text = xmalloc(len);

	memset(text, '\n', len);
	expect(text, len, "big.cfg:1:1: file is larger than 16 MiB");
	free(text);
}

static void garbage(void)
{
	char text[4096];
	unsigned int seed = 1;

	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = (char)(seed >> 16);
	}
	expect(text, sizeof(text), "is this a configuration file?");
	memcpy(text, "\177ELF\2\1\1\0", 8);
	expect(text, sizeof(text), "big.cfg:1:1: control character 0x7f; is this a configuration file?");
	expect("[a]\0\n", 5, "big.cfg:1:4: control character 0x00");
	expect("# \xed\xa0\x80\n", 6, "big.cfg:1:3: byte 0xed is not UTF-8");
	expect("# \xc3\xa4 \xc0\x80\n", 8, "big.cfg:1:5: byte 0xc0 is not UTF-8");
	expect("# \xc3", 3, "big.cfg:1:3: byte 0xc3 is not UTF-8");
	expect("a\rb\n", 4, "big.cfg:1:2: control character 0x0d");
}

static void many_sections(void)
{
	struct strbuf b = { 0 };

	for (int i = 0; i < 10001; i++)
		strbuf_addf(&b, "[t%d]\nfile=x\n", i);
	expect(b.data, b.len, "big.cfg:20001:2: more than 10000 sections");
	b.len = 0;
	for (int i = 0; i < 10000; i++)
		strbuf_addf(&b, "[t%d]\nfile=x\n", i % 9999);
	expect(b.data, b.len, "big.cfg:19999:2: there are two sections [t0]; the first is in line 1");
	strbuf_free(&b);
}

static void nested_arithmetic(void)
{
	struct strbuf b = { 0 };

	strbuf_adds(&b, "[a]\nfile=x\nsmp=");
	for (int i = 0; i < 30000; i++)
		strbuf_adds(&b, "(");
	expect(b.data, b.len, "big.cfg:3:5: nested more than 64 deep");
	strbuf_free(&b);
}

/* What is there only, not what it cannot know of. */
static void every_prefix(void)
{
	static const char text[] = "\xef\xbb\xbf[a]\r\nfile = a.flat # c\nsmp = $(($MAX_SMP < 4 ? 1 : 2))\n"
		"qemu_params = \"\"\"-a 'b c' \\\n \"$ARCH\" \"\"\" # x\ntest_args = \"x y\" 'z'\ntimeout = 2m\n[b]\nfile='b'";

	for (size_t len = 0; len < sizeof(text); len++)
		free(read_as_text("prefix.cfg", text, len));
}

int main(int argc, char **argv)
{
	update = argc > 1 && strcmp(argv[1], "--update") == 0;
	run_directory("selftests/config/good");
	run_directory("selftests/config/bad");
	RUN(long_line);
	RUN(long_block);
	RUN(large_file);
	RUN(garbage);
	RUN(many_sections);
	RUN(nested_arithmetic);
	RUN(every_prefix);
	return check_status();
}
