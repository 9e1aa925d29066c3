/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts variables and arithmetic into configuration words. The arithmetic itself is expression.c's.
 */
#include <stdlib.h>
#include <string.h>
#include "expression.h"

static const struct variable {
	const char *name;
	bool is_word;
	size_t offset;
} variables[] = {
	{ "MAX_SMP", false, offsetof(struct variables, max_smp) },
	{ "ARCH", true, offsetof(struct variables, arch) },
	{ "ACCEL", true, offsetof(struct variables, accel) },
	{ "MACHINE", true, offsetof(struct variables, machine) },
	{ "TARGET", true, offsetof(struct variables, target) },
	{ "TESTNAME", true, offsetof(struct variables, testname) },
};

static bool unknown_variable(const char *name, size_t len, char **error)
{
	const char *names[ARRAY_SIZE(variables)], *near;
	char *word = xstrndup(name, len > 64 ? 64 : len);

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		names[i] = variables[i].name;
	near = nearest(word, names, ARRAY_SIZE(variables));
	if (near)
		*error = xasprintf("unknown variable '%s'; did you mean '%s'?", word, near);
	else
		*error = xasprintf("unknown variable '%s'; there are MAX_SMP, ARCH, ACCEL, "
				   "MACHINE, TARGET and TESTNAME",
				   word);
	free(word);
	return false;
}

bool variable_find(const struct variables *vars, const char *name, size_t len, struct value *value,
		   char **error)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const struct variable *v = &variables[i];

		if (strlen(v->name) != len || memcmp(v->name, name, len) != 0)
			continue;
		/* Without values the name serves, for messages. */
		*value = (struct value){ .is_word = v->is_word, .word = v->name, .len = len };
		if (vars && v->is_word) {
			memcpy(&value->word, (const char *)vars + v->offset, sizeof(value->word));
			value->len = strlen(value->word);
		} else if (vars) {
			memcpy(&value->number, (const char *)vars + v->offset,
			       sizeof(value->number));
		}
		return true;
	}
	return unknown_variable(name, len, error);
}

/*
 * The end of the $((...)) at p: behind the parenthesis that closes the first one; NULL if there is
 * none.
 */
static const char *arithmetic_end(const char *p)
{
	int depth = 0;

	for (p++; *p; p++) {
		depth += (*p == '(') - (*p == ')');
		if (!depth)
			return p + 1;
	}
	return NULL;
}

static bool expand_arithmetic(const struct variables *vars, const char **p, struct strbuf *out,
			      char **error)
{
	const char *end = arithmetic_end(*p);
	long n;

	if (!end) {
		*error = xstrdup("a $(( is not closed");
		return false;
	}
	if (!evaluate(vars, ARITHMETIC, *p, (size_t)(end - *p), &n, error))
		return false;
	strbuf_addf(out, "%ld", n);
	*p = end;
	return true;
}

static bool expand_variable(const struct variables *vars, const char **p, struct strbuf *out,
			    char **error)
{
	bool braces = (*p)[1] == '{';
	const char *name = *p + 1 + braces;
	size_t len =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
	struct value value = { 0 };

	if (!len || (braces && name[len] != '}')) {
		*error = xstrdup("expected a variable's name behind '$': $NAME or ${NAME}");
		return false;
	}
	if (!variable_find(vars, name, len, &value, error))
		return false;
	if (value.is_word)
		strbuf_add(out, value.word, value.len);
	else
		strbuf_addf(out, "%ld", value.number);
	*p = name + len + braces;
	return true;
}

/* One word as cfg_words() left it: "\$" and "\\" stand for themselves. */
static bool expand_word(const struct variables *vars, const char *p, struct strbuf *out,
			char **error)
{
	bool ok = true;

	strbuf_adds(out, "");
	while (ok && *p) {
		if (*p == '\\' && p[1]) {
			strbuf_addc(out, p[1]);
			p += 2;
		} else if (*p == '$' && p[1] == '(') {
			ok = expand_arithmetic(vars, &p, out, error);
		} else if (*p == '$') {
			ok = expand_variable(vars, &p, out, error);
		} else {
			strbuf_addc(out, *p++);
		}
	}
	return ok;
}

bool expand_words(const struct variables *vars, const struct strvec *in, struct strvec *out,
		  char **error)
{
	for (size_t i = 0; i < in->n; i++) {
		struct strbuf word = { 0 };
		bool ok = expand_word(vars, in->v[i], &word, error);

		if (ok && out)
			strvec_push(out, word.data);
		strbuf_free(&word);
		if (!ok)
			return false;
	}
	return true;
}

bool expand_number(const struct variables *vars, const char *in, long *out, char **error)
{
	return evaluate(vars, ARITHMETIC, in, strlen(in), out, error);
}

bool expand_condition(const struct variables *vars, const char *in, bool *out, char **error)
{
	long truth;
	bool ok = evaluate(vars, CONDITION, in, strlen(in), &truth, error);

	*out = ok && truth != 0;
	return ok;
}
