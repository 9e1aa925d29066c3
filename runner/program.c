/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks programs up in PATH (POSIX XBD 8.3). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "program.h"
#include "util.h"

static char *absolute(const char *path)
{
	char directory[4096];

	if (path[0] == '/' || !getcwd(directory, sizeof(directory)))
		return xstrdup(path);
	return xasprintf("%s/%s", directory, path);
}

char *program_find(const char *name)
{
	const char *path = getenv("PATH");
	char *found = NULL, *result;

	if (strchr(name, '/'))
		return access(name, X_OK) == 0 ? absolute(name) : NULL;
	for (const char *p = path ? path : ""; *p; p += strspn(p, ":")) {
		size_t len = strcspn(p, ":");

		found = xasprintf("%.*s/%s", (int)len, p, name);
		if (access(found, X_OK) == 0)
			break;
		free(found);
		found = NULL;
		p += len;
	}
	result = found ? absolute(found) : NULL;
	free(found);
	return result;
}
