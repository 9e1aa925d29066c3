/* SPDX-License-Identifier: BSD-2-Clause */
/* Splits the command line into words and sorts out the library's own: see args.h. */
#include "args.h"
#include "ctype.h"
#include "string.h"

#define OWN		"vmunit."
#define TOKEN		OWN "token="
#define CASE		OWN "case="
#define FROM		OWN "from="
#define ENV		OWN "env."

/* What follows prefix in word, or NULL if it does not begin with it. */
static const char *after(const char *word, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(word, prefix, len) == 0 ? word + len : NULL;
}

/* Finds the variable that has the name of text, which ends before its '='. */
static char **find_variable(struct args *args, const char *text, size_t name_len)
{
	for (int i = 0; i < args->n_environ; i++)
		if (strncmp(args->environ[i], text, name_len + 1) == 0)
			return &args->environ[i];
	return NULL;
}

static const char *add_variable(struct args *args, const char *text, size_t len, int replace)
{
	const char *equals = memchr(text, '=', len);
	char *copy = args->block + args->block_used, **slot;

	if (!equals || equals == text)
		return "a variable of the environment is not NAME=VALUE";
	slot = find_variable(args, text, equals - text);
	if (slot && !replace)
		return NULL;
	if (len >= ARGS_BLOCK - args->block_used)
		return "the environment is longer than 8192 bytes";
	if (!slot && args->n_environ == ARGS_VARIABLES)
		return "the environment has more than 128 variables";
	if (!slot)
		slot = &args->environ[args->n_environ++];
	memcpy(copy, text, len);
	copy[len] = '\0';
	args->block_used += len + 1;
	*slot = copy;
	return NULL;
}

static const char *add_own_word(struct args *args, char *word)
{
	const char *value;

	if ((value = after(word, TOKEN))) {
		if (args->token)
			return "vmunit.token is given twice";
		args->token = value;
	} else if ((value = after(word, CASE))) {
		if (args->cases)
			return "vmunit.case is given twice";
		if (!*value)
			return "vmunit.case is empty";
		args->cases = value;
	} else if ((value = after(word, FROM))) {
		if (args->from)
			return "vmunit.from is given twice";
		if (!*value)
			return "vmunit.from is empty";
		args->from = value;
	} else if ((value = after(word, ENV))) {
		return add_variable(args, value, strlen(value), 1);
	} else {
		return "a word of the command line begins with vmunit. but is none of token, case, from, env";
	}
	return NULL;
}

static const char *add_word(struct args *args, char *word)
{
	if (after(word, OWN))
		return add_own_word(args, word);
	if (args->argc >= ARGS_WORDS)
		return "the command line has more than 128 words";
	args->argv[args->argc++] = word;
	return NULL;
}

static const char too_long[] = "the command line is longer than 4096 bytes";

/* Copies one word without its quotes to args->text; *p is at its first byte, then behind it. */
static const char *copy_word(struct args *args, const char **p, char **word)
{
	int quoted = 0;

	if (args->used > ARGS_LINE)
		return too_long;
	*word = args->text + args->used;
	for (; **p && (quoted || !isspace(**p)); ++*p) {
		if (**p == '"')
			quoted = !quoted;
		else if (args->used == ARGS_LINE)
			return too_long;
		else
			args->text[args->used++] = **p;
	}
	if (quoted)
		return "a quote on the command line is not closed";
	args->text[args->used++] = '\0';
	return NULL;
}

const char *args_parse(struct args *args, const char *line)
{
	const char *p = line ? line : "", *wrong;
	const char *error = strnlen(p, ARGS_LINE + 1) > ARGS_LINE ? too_long : NULL;

	for (;;) {
		char *word;

		while (isspace(*p))
			p++;
		if (!*p)
			return error;
		wrong = copy_word(args, &p, &word);
		if (wrong)
			return error ? error : wrong;
		/* After an error only the token matters: who gave it wants to read the error as a record. */
		if (!error || after(word, TOKEN))
			wrong = add_word(args, word);
		if (!error)
			error = wrong;
	}
}

/* The first byte at or after p that ends a line, at most end. */
static const char *line_end(const char *p, const char *end)
{
	while (p < end && *p != '\n' && *p != '\r' && *p)
		p++;
	return p;
}

const char *args_add_block(struct args *args, const char *block, size_t len)
{
	const char *error = NULL, *end = block + len;

	for (const char *p = block, *eol; p < end && !error; p = eol + 1) {
		eol = line_end(p, end);
		if (eol > p && *p != '#')
			error = add_variable(args, p, eol - p, 0);
	}
	return error;
}
