/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes expressions: the first byte selects number, condition or word; what the check accepts has a value or overflows. */
#include <stdlib.h>
#include <string.h>
#include "expand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool evaluate(int kind, const struct variables *vars, const char *text, char **error)
{
	struct strvec in = { 0 }, out = { 0 };
	bool ok, truth;
	long n;

	if (kind == 0)
		return expand_number(vars, text, &n, error);
	if (kind == 1)
		return expand_condition(vars, text, &truth, error);
	strvec_push(&in, text);
	ok = expand_words(vars, &in, vars ? &out : NULL, error);
	strvec_free(&in);
	strvec_free(&out);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct variables vars = { 4, "x86_64", "tcg", "q35", "qemu", "t" };
	char *text, *check_error = NULL, *error = NULL;
	bool form, value;

	if (!size)
		return 0;
	text = xstrndup((const char *)data + 1, size - 1);
	form = evaluate(data[0] % 3, NULL, text, &check_error);
	value = evaluate(data[0] % 3, &vars, text, &error);
	if (form != !check_error || value != !error || (!form && value))
		abort();
	if (form && !value && !strstr(error, "overflow") && !strstr(error, "division"))
		abort();
	free(check_error);
	free(error);
	free(text);
	return 0;
}
