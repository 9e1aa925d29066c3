/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of util.c, strings.c, match.c, verdict.c and guest_args.c. */
#include <errno.h>
#include "check.h"
#include "guest_args.h"
#include "util.h"
#include "verdict.h"

static void strbuf_grows(void)
{
	struct strbuf b = { 0 };

	for (int i = 0; i < 1000; i++)
		strbuf_addf(&b, "%d,", i % 10);
	CHECK_NUMBER(b.len, 2000);
	CHECK_NUMBER(strlen(b.data), 2000);
	strbuf_add(&b, "\0x", 2);
	CHECK_NUMBER(b.len, 2002);
	CHECK_NUMBER(b.data[2002], 0);
	strbuf_free(&b);
	CHECK(!b.data);
}

static void strvec_is_terminated(void)
{
	struct strvec v = { 0 }, w = { 0 };

	for (int i = 0; i < 100; i++) {
		strvec_pushf(&v, "%d", i);
		CHECK(!v.v[v.n]);
	}
	strvec_push_words(&w, &v);
	CHECK_NUMBER(w.n, 100);
	CHECK_STRING(w.v[99], "99");
	CHECK(strvec_has(&w, "42"));
	CHECK(!strvec_has(&w, "100"));
	strvec_free(&v);
	strvec_free(&w);
}

static void quoting_survives_a_shell(void)
{
	static const char *const words[] = { "plain-word_1.2,x=/y:z@%+", "", "two words", "it's", "$HOME `id` \"\\", "~", "#x", "a\nb",
					     "*?[", "-x", "!", "{a,b}", "\xc3\xa4", "'" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		struct strbuf command = { 0 };
		char got[256] = "";
		FILE *shell;

		strbuf_adds(&command, "printf %s ");
		strbuf_add_quoted(&command, words[i]);
		shell = popen(command.data, "r");
		got[fread(got, 1, sizeof(got) - 1, shell)] = '\0';
		CHECK_NUMBER(pclose(shell), 0);
		CHECK_STRING(got, words[i]);
		strbuf_free(&command);
	}
}

static void globs_match(void)
{
	static const struct {
		const char *pattern, *name;
		bool matches;
	} rows[] = {
		{ "", "", true }, { "", "a", false }, { "*", "", true }, { "*", "abc", true }, { "a*c", "abc", true },
		{ "a*c", "abcd", false }, { "?", "", false }, { "?", "a", true }, { "a?", "a", false },
		{ "*b*b*", "abab", true }, { "*b*b*", "aba", false }, { "[a-c]x", "bx", true }, { "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true }, { "[!a-c]x", "ax", false }, { "[]]", "]", true }, { "[a", "[a", true },
		{ "[", "[", true }, { "[a-]", "-", true }, { "a", "", false }, { "ab", "a", false }, { "**a", "ba", true },
		{ "msr_*", "msr_", true }, { "x*", "y", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (glob_match(rows[i].pattern, rows[i].name) != rows[i].matches)
			printf("# %s on %s\n", rows[i].pattern, rows[i].name);
		CHECK(glob_match(rows[i].pattern, rows[i].name) == rows[i].matches);
	}
}

/* 200 stars over 20000 characters: a matcher that tries every way would not come back. */
static void globs_end_soon(void)
{
	char pattern[402], name[20001];
	uint64_t start = now_ms();

	for (int i = 0; i < 200; i++)
		memcpy(pattern + 2 * i, "*a", 2);
	strcpy(pattern + 400, "b");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(!glob_match(pattern, name));
	CHECK(now_ms() - start < 2000);
}

static void nearest_is_near(void)
{
	static const char *const words[] = { "timeout", "machine", "accel", "arch" };
	char longest[200];

	CHECK_STRING(nearest("timeot", words, 4), "timeout");
	CHECK_STRING(nearest("tiemout", words, 4), "timeout");
	CHECK_STRING(nearest("acel", words, 4), "accel");
	CHECK_STRING(nearest("arhc", words, 4), "arch");
	CHECK_STRING(nearest("time", words, 4), "timeout");
	CHECK_STRING(nearest("zebra", words, 4), NULL);
	CHECK_STRING(nearest("", words, 4), NULL);
	CHECK_STRING(nearest("x", words, 4), NULL);
	memset(longest, 'a', 199);
	longest[199] = '\0';
	CHECK_STRING(nearest(longest, words, 4), NULL);
}

static void files_are_read(void)
{
	size_t len = 0;
	char *text = try_read_file("/proc/self/status", 65536, &len);

	if (text)
		CHECK_NUMBER(strlen(text), len);
	free(text);
	CHECK(!try_read_file("/no/such/file", 10, &len) && errno == ENOENT);
	CHECK(!try_read_file("/", 10, &len) && errno == EISDIR);
	CHECK(!try_read_file("/dev/zero", 1000, &len) && errno == EFBIG);
}

static void verdicts_have_names(void)
{
	enum verdict v;

	for (int i = 0; i < VERDICTS; i++)
		CHECK(verdict_parse(verdict_name((enum verdict)i), &v) && v == (enum verdict)i);
	CHECK(!verdict_parse("passed", &v));
	CHECK(!verdict_is_bad(VERDICT_PASS) && !verdict_is_bad(VERDICT_XFAIL) && !verdict_is_bad(VERDICT_SKIP));
	CHECK(verdict_is_bad(VERDICT_XPASS) && verdict_is_bad(VERDICT_ERROR) && verdict_is_bad(VERDICT_FAIL));
	CHECK_STRING(verdict_name(VERDICTS), "unknown");
}

static void guest_words_come_back(void)
{
	struct strvec words = { 0 }, again = { 0 };
	char *line;

	CHECK(guest_args_split("  a \"b  c\"d \"\" e\t", &words));
	CHECK_NUMBER(words.n, 4);
	CHECK_STRING(words.v[1], "b  cd");
	CHECK_STRING(words.v[2], "");
	line = guest_args_join(&words);
	CHECK_STRING(line, "a \"b  cd\" \"\" e");
	CHECK(guest_args_split(line, &again));
	CHECK_NUMBER(again.n, 4);
	CHECK(!guest_args_split("a \"b", &again));
	free(line);
	strvec_free(&words);
	strvec_free(&again);
}

static void call_die(void *text)
{
	die(EXIT_ENVIRONMENT, "%s", (const char *)text);
}

static void dying_says_why(void)
{
	int status;

	CHECK_STRING(check_child(call_die, "the disk is full", &status), "vmunit: the disk is full\n");
	CHECK_NUMBER(status, EXIT_ENVIRONMENT);
}

int main(void)
{
	RUN(strbuf_grows);
	RUN(strvec_is_terminated);
	RUN(quoting_survives_a_shell);
	RUN(globs_match);
	RUN(globs_end_soon);
	RUN(nearest_is_near);
	RUN(files_are_read);
	RUN(verdicts_have_names);
	RUN(guest_words_come_back);
	RUN(dying_says_why);
	return check_status();
}
