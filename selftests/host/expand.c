/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of expression.c and expand.c: a table of expressions with their values or mistakes. */
#include "check.h"
#include "expand.h"

static const struct variables vars = {
	.max_smp = 8, .arch = "x86_64", .accel = "tcg", .machine = "q35", .target = "qemu", .testname = "msr",
};

static void numbers(void)
{
	static const struct {
		const char *text;
		long value;		/* or */
		const char *error;	/* a part of it */
	} rows[] = {
		{ "4", 4, NULL }, { " 4 ", 4, NULL }, { "$MAX_SMP", 8, NULL }, { "${MAX_SMP}", 8, NULL }, { "MAX_SMP", 8, NULL },
		{ "$(($MAX_SMP < 4 ? $MAX_SMP : 4))", 4, NULL }, { "$((MAX_SMP<100?MAX_SMP:100))", 8, NULL },
		{ "1 + 2 * 3", 7, NULL }, { "(1 + 2) * 3", 9, NULL }, { "7 / 2", 3, NULL }, { "-7 / 2", -3, NULL },
		{ "-7 % 3", -1, NULL }, { "10 - 3 - 2", 5, NULL }, { "100 / 5 / 2", 10, NULL }, { "!0 + !5", 1, NULL },
		{ "1 < 2 == 1", 1, NULL }, { "2 > 1 > 1", 0, NULL }, { "1 || 1 / 0", 1, NULL }, { "0 && 1 / 0", 0, NULL },
		{ "1 ? 2 : 1 / 0", 2, NULL }, { "0 ? 1 / 0 : 3", 3, NULL }, { "0 ? 1 : 0 ? 2 : 3", 3, NULL },
		{ "1 || 0 && 0", 1, NULL }, { "3 >= 3 && 3 <= 3 && 3 != 4", 1, NULL }, { "- - 3", 3, NULL }, { "+3", 3, NULL },
		{ "9223372036854775807", 9223372036854775807L, NULL },
		{ "9223372036854775808", 0, "too large" }, { "9223372036854775807 + 1", 0, "overflow" },
		{ "9223372036854775807 * 2", 0, "overflow" }, { "-9223372036854775807 - 2", 0, "overflow" },
		{ "(-9223372036854775807 - 1) / -1", 0, "overflow" }, { "-(-9223372036854775807 - 1)", 0, "overflow" },
		{ "1 / 0", 0, "division by zero" }, { "1 % 0", 0, "division by zero" },
		{ "1 / (MAX_SMP - 8)", 0, "division by zero" },
		{ "", 0, "at the end" }, { "1 +", 0, "at the end" }, { "(1", 0, "')'" }, { "1)", 0, "operator" }, { "1 2", 0, "operator" },
		{ "1 ? 2", 0, "':'" }, { "010", 0, "leading zeros" }, { "4k", 0, "not a number" }, { "0x10", 0, "decimal" },
		{ "$MAX_SPM", 0, "did you mean 'MAX_SMP'" }, { "$XYZZY", 0, "there are MAX_SMP" }, { "$", 0, "name behind '$'" },
		{ "${MAX_SMP", 0, "'}'" }, { "$(nproc)", 0, "commands" }, { "`nproc`", 0, "commands" },
		{ "$ARCH + 1", 0, "is a word" }, { "$ARCH", 0, "is a word" }, { "1 = 1", 0, "operator" }, { "1 -eq 1", 0, "unknown variable" },
		{ "\xc3\xa4", 0, "ASCII" }, { "1 & 2", 0, "operator" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *error = NULL;
		long n = 0;
		bool ok = expand_number(&vars, rows[i].text, &n, &error);

		if (ok != !rows[i].error || (ok && n != rows[i].value))
			printf("# %s: %ld %s\n", rows[i].text, n, error ? error : "");
		CHECK(ok == !rows[i].error);
		if (rows[i].error)
			CHECK_HAS(error, rows[i].error);
		else
			CHECK_NUMBER(n, rows[i].value);
		free(error);
	}
}

static void conditions(void)
{
	static const struct {
		const char *text;
		int value;		/* -1: an error with */
		const char *error;
	} rows[] = {
		{ "$ACCEL == tcg", 1, NULL }, { "$ACCEL == kvm", 0, NULL }, { "$ACCEL != kvm", 1, NULL }, { "$MAX_SMP < 4", 0, NULL },
		{ "$ACCEL == tcg && $MAX_SMP > 4", 1, NULL }, { "!($ACCEL == tcg)", 0, NULL }, { "\"$ACCEL\" == \"tcg\"", 1, NULL },
		{ "'tcg' = $ACCEL", 1, NULL }, { "$MACHINE == pc-q35-7.2 || $MACHINE == q35", 1, NULL },
		{ "[[ $ACCEL == tcg ]]", 1, NULL }, { "$MAX_SMP -lt 9", 1, NULL }, { "$MAX_SMP -ge 9", 0, NULL },
		{ "$MAX_SMP -ne 8", 0, NULL }, { "$MAX_SMP == 8", 1, NULL }, { "$MAX_SMP - 1 == 7", 1, NULL },
		{ "$TESTNAME == msr && ${ARCH} == x86_64 && $TARGET == qemu", 1, NULL }, { "\"\" == ''", 1, NULL },
		{ "$ACCEL < tcg", -1, "is a word" }, { "$ACCEL", -1, "is a word" }, { "tcg", -1, "is a word" }, { "$ACCEL ==", -1, "at the end" },
		{ "-e /dev/kvm", -1, "'check'" }, { "$ACCEL =~ t.*", -1, "expected" }, { "\"tcg", -1, "not closed" },
		{ "\"$ACCEL x\" == y", -1, "one variable" }, { "$ACEL == tcg", -1, "did you mean 'ACCEL'" },
		{ "$(uname) == Linux", -1, "commands" }, { "1 ? tcg : 0", -1, "one side" }, { "(1 ? tcg : kvm) == $ACCEL", 1, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *error = NULL;
		bool truth = false, ok = expand_condition(&vars, rows[i].text, &truth, &error);

		if (ok != (rows[i].value >= 0) || (ok && truth != rows[i].value))
			printf("# %s: %d %s\n", rows[i].text, truth, error ? error : "");
		CHECK(ok == (rows[i].value >= 0));
		if (rows[i].error)
			CHECK_HAS(error, rows[i].error);
		else
			CHECK_NUMBER(truth, rows[i].value);
		free(error);
	}
}

static void depth_is_bounded(void)
{
	static const char *const nests[] = { "(", "!", "-", "1?", "$((", "0||(" };
	char text[60001], *error;
	long n;

	for (size_t i = 0; i < ARRAY_SIZE(nests); i++) {
		size_t len = 0, step = strlen(nests[i]);

		for (; len + step < sizeof(text); len += step)
			memcpy(text + len, nests[i], step);
		text[len] = '\0';
		error = NULL;
		CHECK(!expand_number(&vars, text, &n, &error));
		CHECK_HAS(error, "deep");
		free(error);
	}
}

static void words(void)
{
	struct strvec in = { 0 }, out = { 0 };
	char *error = NULL;

	strvec_push(&in, "smp=${MAX_SMP},x=$((MAX_SMP * 2))");
	strvec_push(&in, "\\$MAX_SMP \\\\ $ARCH");
	strvec_push(&in, "");
	CHECK(expand_words(&vars, &in, &out, &error));
	CHECK_NUMBER(out.n, 3);
	CHECK_STRING(out.v[0], "smp=8,x=16");
	CHECK_STRING(out.v[1], "$MAX_SMP \\ x86_64");
	CHECK_STRING(out.v[2], "");
	strvec_free(&in);
	strvec_free(&out);
	strvec_push(&in, "$((1 + ))");
	CHECK(!expand_words(&vars, &in, &out, &error));
	CHECK_HAS(error, "')'");
	free(error);
	strvec_free(&in);
	strvec_free(&out);
}

/* Without variables only the form counts: what depends on their values is right for now. */
static void checks_without_values(void)
{
	char *error = NULL;
	bool truth;
	long n;

	CHECK(expand_number(NULL, "8 / ($MAX_SMP - 1)", &n, &error));
	CHECK(expand_condition(NULL, "$ACCEL == tcg", &truth, &error));
	CHECK(!expand_number(NULL, "8 / ($MAX_SPM - 1)", &n, &error));
	free(error);
	CHECK(!expand_condition(NULL, "1 || $ACCEL < 3", &truth, &error));
	free(error);
}

int main(void)
{
	RUN(numbers);
	RUN(conditions);
	RUN(depth_is_bounded);
	RUN(words);
	RUN(checks_without_values);
	return check_status();
}
