/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic and conditions, by precedence climbing over a table of operators with the precedences
 * of C. Both operands of &&, || and ?: are parsed, but only what counts is evaluated, so that
 * ($X != 0 && 8 / $X > 1) is safe.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "expression.h"

enum { MAX_DEPTH = 64 };

enum op {
	OP_OR, OP_AND, OP_EQ, OP_NE, OP_LE, OP_GE, OP_LT, OP_GT, OP_ADD, OP_SUB, OP_MUL, OP_DIV,
	OP_MOD,
};

struct operator {
	const char *text;
	enum op op;
	int precedence;
	bool condition_only;
};

/* A longer one stands before those that it begins with. */
static const struct operator operators[] = {
	{ "||", OP_OR, 1, false }, { "&&", OP_AND, 2, false },
	{ "==", OP_EQ, 3, false }, { "!=", OP_NE, 3, false }, { "=", OP_EQ, 3, true },
	{ "-eq", OP_EQ, 3, true }, { "-ne", OP_NE, 3, true },
	{ "-le", OP_LE, 4, true }, { "-ge", OP_GE, 4, true },
	{ "-lt", OP_LT, 4, true }, { "-gt", OP_GT, 4, true },
	{ "<=", OP_LE, 4, false }, { ">=", OP_GE, 4, false },
	{ "<", OP_LT, 4, false }, { ">", OP_GT, 4, false },
	{ "+", OP_ADD, 5, false }, { "-", OP_SUB, 5, false },
	{ "*", OP_MUL, 6, false }, { "/", OP_DIV, 6, false }, { "%", OP_MOD, 6, false },
};

struct parser {
	const struct variables *vars;
	enum expression_kind kind;
	const char *p, *end;
	int depth;
	bool live;		/* evaluating, not just parsing */
	char *error;
};

static struct value parse_ternary(struct parser *s);

static struct value number(long n)
{
	return (struct value){ .number = n };
}

static PRINTF(2, 3) struct value fail(struct parser *s, const char *format, ...)
{
	va_list args;
	char what[256];

	if (!s->error) {
		va_start(args, format);
		vsnprintf(what, sizeof(what), format, args);
		va_end(args);
		s->error = xstrdup(what);
	}
	s->live = false;
	return number(0);
}

static void skip_blanks(struct parser *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
		s->p++;
}

static bool at(const struct parser *s, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(s->end - s->p) >= len && memcmp(s->p, text, len) == 0;
}

static bool accept(struct parser *s, const char *text)
{
	skip_blanks(s);
	if (!at(s, text))
		return false;
	s->p += strlen(text);
	return true;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t span(const struct parser *s, bool (*is)(char))
{
	const char *p = s->p;

	while (p < s->end && is(*p))
		p++;
	return (size_t)(p - s->p);
}

static struct value fail_at(struct parser *s, const char *wanted)
{
	int len;

	skip_blanks(s);
	len = (int)span(s, is_name);
	if (s->p == s->end)
		return fail(s, "expected %s at the end of the expression", wanted);
	/* Not half a character of UTF-8. */
	if (!len && (unsigned char)*s->p >= 0x80)
		return fail(s, "expected %s; only ASCII is understood here", wanted);
	return fail(s, "expected %s, not '%.*s'", wanted, len > 32 ? 32 : len ? len : 1, s->p);
}

/* Numbers only: words have no order, no sum and no truth. */
static long as_number(struct parser *s, struct value v)
{
	if (v.is_word)
		fail(s, "'%.*s' is a word, not a number; == and != compare words",
		     v.len > 32 ? 32 : (int)v.len, v.word);
	return v.number;
}

static struct value parse_literal(struct parser *s)
{
	size_t len = span(s, is_name);
	long n = 0;

	if (len > 1 && s->p[0] == '0')
		return fail(s, "'%.*s': numbers are decimal, without leading zeros",
			    len > 32 ? 32 : (int)len, s->p);
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)s->p[i]))
			return fail(s, "'%.*s' is not a number", len > 32 ? 32 : (int)len, s->p);
		if (__builtin_mul_overflow(n, 10L, &n) ||
		    __builtin_add_overflow(n, s->p[i] - '0', &n))
			return fail(s, "'%.*s...' is too large", len > 32 ? 32 : (int)len, s->p);
	}
	s->p += len;
	return number(n);
}

static struct value parse_variable(struct parser *s)
{
	struct value v = { 0 };
	bool braces = accept(s, "{");
	size_t len = span(s, is_name);

	if (!len)
		return fail_at(s, "a variable's name behind '$'");
	if (!variable_find(s->vars, s->p, len, &v, &s->error))
		s->live = false;
	s->p += len;
	if (braces && !accept(s, "}"))
		return fail_at(s, "'}'");
	return v;
}

static bool is_word(char c)
{
	return is_name(c) || c == '.' || c == '-';
}

static struct value take_word(struct parser *s, size_t len)
{
	struct value v = { .is_word = true, .word = s->p, .len = len };

	s->p += len;
	return v;
}

/* "WORD", 'WORD' or "$NAME". */
static struct value parse_quoted(struct parser *s)
{
	char quote = *s->p++;
	const char *close = memchr(s->p, quote, (size_t)(s->end - s->p));
	struct value v;

	if (!close)
		return fail(s, "a %c is not closed", quote);
	if (quote == '"' && *s->p == '$') {
		s->p++;
		v = parse_variable(s);
		if (!s->error && s->p != close)
			return fail(s, "expected one variable between the quotes and nothing else");
	} else {
		v = take_word(s, (size_t)(close - s->p));
	}
	s->p = close + 1;
	return v;
}

static struct value parse_parentheses(struct parser *s, const char *close)
{
	struct value v = parse_ternary(s);

	if (!s->error && !accept(s, close)) {
		char wanted[] = "'xx'";

		snprintf(wanted, sizeof(wanted), "'%s'", close);
		return fail_at(s, wanted);
	}
	return v;
}

static struct value parse_primary(struct parser *s)
{
	bool condition = s->kind == CONDITION;

	skip_blanks(s);
	if (at(s, "$((") || at(s, "("))
		return accept(s, "$"), accept(s, "("), parse_parentheses(s, ")");
	if (condition && accept(s, "[["))	/* as those write it who had a shell evaluate it */
		return parse_parentheses(s, "]]");
	if (condition && s->p < s->end && (*s->p == '"' || *s->p == '\''))
		return parse_quoted(s);
	if (at(s, "$(") || at(s, "`"))
		return fail(s, "commands are not run here");
	if (accept(s, "$"))
		return parse_variable(s);
	if (s->p < s->end && isdigit((unsigned char)*s->p))
		return parse_literal(s);
	if (s->p < s->end && is_name(*s->p))
		return condition ? take_word(s, span(s, is_word)) : parse_variable(s);
	return fail_at(s, condition ? "a number, a word or a variable" : "a number or a variable");
}

static struct value parse_unary(struct parser *s)
{
	struct value v;
	long n;

	skip_blanks(s);
	if (s->error || s->p == s->end || !strchr("!-+", *s->p) || !*s->p)
		return s->error ? number(0) : parse_primary(s);
	if (++s->depth > MAX_DEPTH)
		return fail(s, "nested more than %d deep", MAX_DEPTH);
	if (s->kind == CONDITION && *s->p == '-' && s->end - s->p > 1 &&
	    isalpha((unsigned char)s->p[1]))
		return fail(s, "-%c is not understood here; the key 'check' looks into files",
			    s->p[1]);
	switch (*s->p++) {
	case '!':
		v = number(!as_number(s, parse_unary(s)));
		break;
	case '-':
		n = as_number(s, parse_unary(s));
		v = __builtin_sub_overflow(0L, n, &n) && s->live
			    ? fail(s, "overflow in the negation")
			    : number(n);
		break;
	default:
		v = number(as_number(s, parse_unary(s)));
	}
	s->depth--;
	return v;
}

static const struct operator *peek_operator(struct parser *s)
{
	skip_blanks(s);
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		const struct operator *o = &operators[i];
		const char *behind = s->p + strlen(o->text);

		if (!at(s, o->text) || (o->condition_only && s->kind != CONDITION))
			continue;
		if (o->text[0] == '-' && o->text[1] && behind < s->end && is_word(*behind))
			continue;
		return o;
	}
	return NULL;
}

static bool same(struct value a, struct value b)
{
	char digits[2][32];
	struct value *v[2] = { &a, &b };

	if (!a.is_word && !b.is_word)
		return a.number == b.number;
	for (int i = 0; i < 2; i++) {
		if (v[i]->is_word)
			continue;
		v[i]->len = (size_t)snprintf(digits[i], sizeof(digits[i]), "%ld", v[i]->number);
		v[i]->word = digits[i];
	}
	return a.len == b.len && (a.len == 0 || memcmp(a.word, b.word, a.len) == 0);
}

static struct value divide(struct parser *s, enum op op, long a, long b)
{
	if (!b)
		return fail(s, "division by zero");
	if (a == LONG_MIN && b == -1)
		return fail(s, "overflow in a division");
	return number(op == OP_DIV ? a / b : a % b);
}

static struct value apply(struct parser *s, const struct operator *o, struct value left,
			  struct value right)
{
	bool overflow = false;
	long a, b, n = 0;

	if (o->op == OP_EQ || o->op == OP_NE)
		return number(same(left, right) == (o->op == OP_EQ));
	a = as_number(s, left);
	b = as_number(s, right);
	if (!s->live)
		return number(0);
	switch (o->op) {
	case OP_OR: return number(a || b);
	case OP_AND: return number(a && b);
	case OP_LE: return number(a <= b);
	case OP_GE: return number(a >= b);
	case OP_LT: return number(a < b);
	case OP_GT: return number(a > b);
	case OP_ADD: overflow = __builtin_add_overflow(a, b, &n); break;
	case OP_SUB: overflow = __builtin_sub_overflow(a, b, &n); break;
	case OP_MUL: overflow = __builtin_mul_overflow(a, b, &n); break;
	default: return divide(s, o->op, a, b);
	}
	return overflow ? fail(s, "overflow in '%s'", o->text) : number(n);
}

static struct value parse_binary(struct parser *s, int lowest)
{
	struct value left = parse_unary(s), right;
	const struct operator *o;

	while (!s->error && (o = peek_operator(s)) && o->precedence >= lowest) {
		bool live = s->live;

		s->p += strlen(o->text);
		if (o->op == OP_AND || o->op == OP_OR) {
			long n = as_number(s, left);

			s->live = s->live && (n != 0) == (o->op == OP_AND);
		}
		right = parse_binary(s, o->precedence + 1);
		if (s->error)
			break;
		s->live = live;
		left = apply(s, o, left, right);
	}
	return left;
}

static struct value parse_ternary(struct parser *s)
{
	struct value condition, yes, no;
	bool live = s->live, truth;

	if (++s->depth > MAX_DEPTH)
		return fail(s, "nested more than %d deep", MAX_DEPTH);
	condition = parse_binary(s, 1);
	if (!s->error && accept(s, "?")) {
		truth = as_number(s, condition) != 0;
		s->live = live && truth;
		yes = parse_ternary(s);
		if (!s->error && !accept(s, ":"))
			fail_at(s, "':'");
		s->live = live && !truth && !s->error;
		no = parse_ternary(s);
		s->live = live && !s->error;
		if (!s->error && yes.is_word != no.is_word)
			fail(s, "one side of ':' is a word, the other a number");
		condition = truth ? yes : no;
	}
	s->depth--;
	return condition;
}

bool evaluate(const struct variables *vars, enum expression_kind kind, const char *text, size_t len,
	      long *out, char **error)
{
	struct parser s = {
		.vars = vars, .kind = kind, .p = text, .end = text + len, .live = vars != NULL
	};
	struct value v = parse_ternary(&s);

	skip_blanks(&s);
	if (!s.error && s.p != s.end)
		fail_at(&s, kind == CONDITION ? "an operator (== != < && || ...)"
					      : "an operator (+ - * / % < == ? ...)");
	*out = s.error ? 0 : as_number(&s, v);
	*error = s.error;
	return !s.error;
}
