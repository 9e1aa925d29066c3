/* SPDX-License-Identifier: BSD-2-Clause */
/* format_decimal(): decimal digits, with 64-bit division only where a number needs it. */
#include "format.h"

#define BILLION 1000000000U

static char *decimal32(char *end, uint32_t value)
{
	do {
		*--end = '0' + value % 10;
		value /= 10;
	} while (value);
	return end;
}

char *format_decimal(char *end, uint64_t value)
{
	while (value > UINT32_MAX) {
		uint64_t high = value / BILLION;
		char *start = decimal32(end, (uint32_t)(value - high * BILLION));

		end -= 9;
		while (start > end)
			*--start = '0';
		value = high;
	}
	return decimal32(end, (uint32_t)value);
}
