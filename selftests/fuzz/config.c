/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the reader of unittests.cfg: a section or a message for any text, and what was accepted can be expanded. */
#include <stdlib.h>
#include <string.h>
#include "config.h"
#include "expand.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What config_parse() let through fails later only for its values: overflow, division. */
static void expand_test(const struct test *t)
{
	const struct variables vars = { 4, "x86_64", "tcg", "q35", "qemu", t->name };
	struct strvec out = { 0 };
	char *error = NULL;
	bool truth;
	long n;

	if (!expand_number(&vars, t->smp, &n, &error) && !strstr(error, "overflow") && !strstr(error, "division"))
		abort();
	free(error);
	error = NULL;
	if (t->disabled_if && !expand_condition(&vars, t->disabled_if, &truth, &error) && !strstr(error, "overflow") &&
	    !strstr(error, "division"))
		abort();
	free(error);
	error = NULL;
	if (!expand_words(&vars, &t->qemu_params, &out, &error) && !strstr(error, "overflow") && !strstr(error, "division"))
		abort();
	free(error);
	strvec_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config = { 0 };
	char *error = NULL;

	if (!config_parse(&config, "f", "x86", (const char *)data, size, &error)) {
		if (!error || strchr(error, '\n') || strlen(error) > 2048)
			abort();
	} else {
		if (error)
			abort();
		for (size_t i = 0; i < config.n; i++)
			expand_test(&config.tests[i]);
	}
	free(error);
	config_free(&config);
	return 0;
}
