/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads QEMU's register dumps (HMP "info registers -a") and memory dumps (HMP "x"), which are
 * prose made for people.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "qemu.h"

#define VCPUS_MAX	4096

/*
 * The instruction pointer's name at the start of a line, by target. Upper and lower case differ
 * between targets.
 */
static const char *const ip_names[] = { "RIP=", "EIP=", " PC=", "PC=", "NIP ", " pc " };

/* The number behind name within [text, end): hexadecimal, with blanks before it. */
static bool field(const char *text, const char *end, const char *name, uint64_t *value)
{
	size_t len = strlen(name);

	for (const char *p = text; p + len < end; p++) {
		if (memcmp(p, name, len) != 0 || (p > text && isalnum((unsigned char)p[-1])))
			continue;
		p += len;
		while (p < end && *p == ' ')
			p++;
		if (p == end || !isxdigit((unsigned char)*p))
			return false;
		*value = strtoull(p, NULL, 16);
		return true;
	}
	return false;
}

/* "CS =f000 ffff0000 ...": selector, then base. */
static uint64_t code_base(const char *text, const char *end)
{
	static const char name[] = "\nCS =";
	const char *p = strstr(text, name);

	if (!p || p >= end || strlen(p) < 10)
		return 0;
	p += strlen(name);
	while (isxdigit((unsigned char)*p))
		p++;
	return *p == ' ' ? strtoull(p, NULL, 16) : 0;
}

static bool parse_block(const char *text, const char *end, struct vcpu_state *state)
{
	const char *halted = strstr(text, "HLT=1");
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(ip_names) && !found; i++)
		found = field(text, end, ip_names[i], &state->ip);
	if (!found)
		return false;
	state->ip += code_base(text, end);
	state->halted = halted && halted < end;
	return true;
}

size_t qemu_registers_parse(const char *text, struct vcpu_state **vcpus)
{
	static const char head[] = "CPU#";
	const char *block = strstr(text, head);
	size_t n = 0;

	*vcpus = NULL;
	while (block && n < VCPUS_MAX) {
		const char *next = strstr(block + 1, head),
			   *end = next ? next : block + strlen(block);
		struct vcpu_state state = { .cpu = (unsigned int)strtoul(block + strlen(head), NULL,
									 10) };

		if (parse_block(block, end, &state)) {
			*vcpus = xrealloc(*vcpus, (n + 1) * sizeof(**vcpus));
			(*vcpus)[n++] = state;
		}
		block = next;
	}
	return n;
}

char *qemu_code_parse(const char *text)
{
	struct strbuf b = { 0 };

	for (const char *p = strstr(text, ": "); p; p = strstr(p, " 0x")) {
		if (p[0] == ':')
			p++;
		if (strncmp(p, " 0x", 3) != 0)
			break;
		p += 3;
		if (!isxdigit((unsigned char)p[0]) || !isxdigit((unsigned char)p[1]))
			break;
		strbuf_addf(&b, "%s%.2s", b.len ? " " : "", p);
	}
	return b.data;
}
