/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the ELF case reader. */
#include <stdlib.h>
#include "image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct image image;
	char *error = NULL;

	if (image_parse(&image, data, size, &error) == (error != NULL))
		abort();
	for (size_t i = 0; i < image.n_cases; i++)
		if (!image.cases[i].name || !image.cases[i].description || !image.cases[i].file)
			abort();
	free(error);
	image_free(&image);
	return 0;
}
