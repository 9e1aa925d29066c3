/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the guest's record stream as docs/protocol.md defines it, strictly: the tests' own reader. */
#ifndef STREAM_H
#define STREAM_H

#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "0123456789abcdef"

static uint32_t stream_sum(const char *p, const char *end)
{
	uint32_t sum = 0x811c9dc5;

	for (; p < end; p++) {
		sum ^= (unsigned char)*p;
		sum *= 0x01000193;
	}
	return sum;
}

/*
 * Reads the record on the line from p to its newline at end; NULL if it is not one with number seq and a right sum, in
 * printable ASCII, of at most 4096 bytes.
 */
static inline json_t *stream_record(const char *p, const char *end, uint32_t seq)
{
	static const char head[] = "@vmunit1 " TOKEN " ";
	size_t head_len = sizeof(head) - 1;
	char want[32];

	if (end - p > 4095 || (size_t)(end - p) < head_len + 9 || memcmp(p, head, head_len) != 0)
		return NULL;
	p += head_len;
	snprintf(want, sizeof(want), "%08x ", stream_sum(p + 9, end));
	if (memcmp(p, want, 9) != 0)
		return NULL;
	p += 9;
	snprintf(want, sizeof(want), "%u ", seq);
	if ((size_t)(end - p) < strlen(want) || memcmp(p, want, strlen(want)) != 0)
		return NULL;
	p += strlen(want);
	for (const char *c = p; c < end; c++)
		if (*c < 0x20 || *c > 0x7e)
			return NULL;
	return json_loadb(p, (size_t)(end - p), JSON_REJECT_DUPLICATES, NULL);
}

static inline const char *stream_text(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "(none)";
}

#endif
