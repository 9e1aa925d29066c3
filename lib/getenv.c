/* SPDX-License-Identifier: BSD-2-Clause */
/* getenv() and the environment. */
#include "libcflat.h"

static char *no_variables[] = { NULL };
char **environ = no_variables;

char *getenv(const char *name)
{
	size_t len = strlen(name);

	for (char **p = environ; *p; p++)
		if (strncmp(*p, name, len) == 0 && (*p)[len] == '=')
			return *p + len + 1;
	return NULL;
}
