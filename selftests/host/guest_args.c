/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's command line and environment: words, quotes, the library's own words, and every limit. */
#include "check.h"
#include "args.h"
#include "guest_lib/random.h"

static struct args args;

static const char *parse(const char *line)
{
	memset(&args, 0, sizeof(args));
	args.argv[args.argc++] = (char *)"image";
	return args_parse(&args, line);
}

/* The words behind argv[0], each in <>. */
static const char *words(const char *line)
{
	static char all[9000];

	if (parse(line))
		return "(error)";
	all[0] = '\0';
	for (int i = 1; i < args.argc; i++)
		sprintf(all + strlen(all), "<%s>", args.argv[i]);
	CHECK(!args.argv[args.argc]);
	return all;
}

static void test_words(void)
{
	CHECK_STRING(words(NULL), "");
	CHECK_STRING(words(""), "");
	CHECK_STRING(words(" \t "), "");
	CHECK_STRING(words("a"), "<a>");
	CHECK_STRING(words(" a  bc\td\n"), "<a><bc><d>");
	CHECK_STRING(words("\"a b\" c"), "<a b><c>");
	CHECK_STRING(words("a=\"b c\"d \"\" e"), "<a=b cd><><e>");
	CHECK_HAS(parse("a \"b c"), "not closed");
	CHECK_STRING(words("x vmunit.case=a*,b vmunit.token=0123 y"), "<x><y>");
	CHECK_STRING(args.cases, "a*,b");
	CHECK_STRING(args.token, "0123");
}

static void test_own_words(void)
{
	CHECK_HAS(parse("vmunit.tokens=1"), "begins with vmunit.");
	CHECK_HAS(parse("vmunit."), "begins with vmunit.");
	CHECK_HAS(parse("\"vmunit.x\""), "begins with vmunit.");
	CHECK_HAS(parse("vmunit.case="), "empty");
	CHECK_HAS(parse("vmunit.case=a vmunit.case=b"), "twice");
	CHECK_HAS(parse("vmunit.token=a vmunit.token=a"), "twice");
	CHECK_HAS(parse("vmunit.env.X"), "NAME=VALUE");
	CHECK_HAS(parse("vmunit.env.=1"), "NAME=VALUE");
	/* The token is found behind an error too. */
	CHECK_HAS(parse("vmunit.nonsense a vmunit.token=77"), "begins with");
	CHECK_STRING(args.token, "77");
}

static void test_environment(void)
{
	static const char block[] = "A=1\r\nB=two words\n\n# comment=no\nC=a=b\nD=\n\0\0";

	CHECK_STRING(parse("vmunit.env.B=x \"vmunit.env.E=e f\" vmunit.env.B=y"), NULL);
	CHECK_STRING(args_add_block(&args, block, sizeof(block)), NULL);
	CHECK_NUMBER(args.n_environ, 5);
	CHECK_STRING(args.environ[0], "B=y");
	CHECK_STRING(args.environ[1], "E=e f");
	CHECK_STRING(args.environ[2], "A=1");
	CHECK_STRING(args.environ[3], "C=a=b");
	CHECK_STRING(args.environ[4], "D=");
	CHECK(!args.environ[5]);
	CHECK_HAS(args_add_block(&args, "nothing", 7), "NAME=VALUE");
	CHECK_STRING(args_add_block(&args, "LAST=x", 6), NULL);
	CHECK_STRING(args.environ[5], "LAST=x");
	/* A name that begins like another's. */
	CHECK_STRING(args_add_block(&args, "LA=z", 4), NULL);
	CHECK_NUMBER(args.n_environ, 7);
}

static char *repeat(const char *word, int n)
{
	static char all[20000];

	all[0] = '\0';
	for (int i = 0; i < n; i++)
		strcat(all, word);
	return all;
}

static void test_limits(void)
{
	char *block;

	CHECK_STRING(parse(repeat("w ", ARGS_WORDS - 1)), NULL);
	CHECK_NUMBER(args.argc, ARGS_WORDS);
	CHECK_HAS(parse(repeat("w ", ARGS_WORDS)), "more than 128 words");
	CHECK_STRING(parse(repeat("w", ARGS_LINE)), NULL);
	CHECK_NUMBER(strlen(args.argv[1]), ARGS_LINE);
	CHECK_HAS(parse(repeat("w", ARGS_LINE + 1)), "4096 bytes");
	CHECK_HAS(parse(repeat(" ", ARGS_LINE + 1)), "4096 bytes");
	CHECK_HAS(parse(strcat(repeat("w", ARGS_LINE), " vmunit.token=1")), "4096 bytes");
	CHECK_STRING(args.token, NULL);
	CHECK_HAS(parse(repeat("w ", ARGS_LINE)), "4096 bytes");
	block = repeat("", 0);
	for (int i = 0; i <= ARGS_VARIABLES; i++)
		sprintf(block + strlen(block), "V%d=\n", i);
	parse("");
	CHECK_HAS(args_add_block(&args, block, strlen(block)), "128 variables");
	parse("");
	CHECK_STRING(args_add_block(&args, block, strlen(block) - 6), NULL);
	CHECK_NUMBER(args.n_environ, ARGS_VARIABLES);
	parse("");
	block = repeat("x", ARGS_BLOCK + 10);
	memcpy(block, "A=", 2);
	CHECK_STRING(args_add_block(&args, block, ARGS_BLOCK - 1), NULL);
	parse("");
	CHECK_HAS(args_add_block(&args, block, ARGS_BLOCK), "8192 bytes");
}

/* Nothing that is fed to it makes it leave its buffers (the sanitizers watch). */
static void test_generated(void)
{
	static const char *const pieces[] = { " ", "\"", "a", "=", "vmunit.", "env.", "token=", "case=", "\n", "word" };

	for (int i = 0; i < 20000; i++) {
		char line[400] = "";
		unsigned int n = below(40);

		while (n--)
			strcat(line, pieces[below(10)]);
		parse(line);
		args_add_block(&args, line, strlen(line));
		CHECK(args.argc <= ARGS_WORDS && !args.argv[args.argc]);
		CHECK(args.n_environ <= ARGS_VARIABLES && !args.environ[args.n_environ]);
	}
}

int main(void)
{
	RUN(test_words);
	RUN(test_own_words);
	RUN(test_environment);
	RUN(test_limits);
	RUN(test_generated);
	return check_status();
}
