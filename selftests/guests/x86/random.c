/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random code in ring 0, from the seed in its argument: for the small VMM, which must come to some
 * end with any of it. Bytes are mixed with instructions that reach its devices and the doorbell of
 * host operations, with requests in memory.
 */
#include "hostop.h"
#include "libcflat.h"
#include "stdlib.h"
#include "x86/processor.h"
#include "asm/io.h"

#define CODE_SIZE	4096

static u8 code[CODE_SIZE] __attribute__((aligned(4096)));
static struct hostop_request requests[8];
static u32 state;

static u32 next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* OUT and IN of all widths, OUTS, INS, WRMSR, RDMSR, CPUID, MOV to CR, moves through EAX. */
static const char *const pieces[] = {
	"\xee",		"\xef",		"\x66\xef", "\xec",	    "\xed",	"\x6e",
	"\x6f",		"\xf3\x6e",	"\x6c",	    "\x0f\x30",	    "\x0f\x32", "\x0f\xa2",
	"\x0f\x22\xc0", "\x0f\x22\xe0", "\x89\x00", "\x8b\x00",	    "\xab",	"\xaa",
	"\xa4",		"\xfb",		"\xfa",	    "\x0f\x01\xc1",
};

static void fill_code(void)
{
	static const u16 ports[] = { 0xe9, 0xf4,  0x3f8, 0x3fb, HOSTOP_PORT,
				     0x64, 0x600, 0xcf9, 0x20,	0x43 };
	size_t at = 0;

	while (at < CODE_SIZE - 16) {
		u32 r = next();

		if (r % 4 == 0) {
			const char *piece = pieces[(r >> 8) % ARRAY_SIZE(pieces)];

			memcpy(code + at, piece, strlen(piece));
			at += strlen(piece);
		} else if (r % 4 == 1) {	/* MOV immediate to EDX or EAX */
			u32 value = r & 16 ? ports[(r >> 8) % ARRAY_SIZE(ports)] :
				    (u32)virt_to_phys(&requests[(r >> 8) % ARRAY_SIZE(requests)]);

			code[at] = r & 16 ? 0xba : 0xb8;
			memcpy(code + at + 1, &value, sizeof(value));
			at += 5;
		} else {
			code[at++] = r >> 8;
		}
	}
}

static void fill_requests(void)
{
	u32 *words = (u32 *)requests;

	for (size_t i = 0; i < sizeof(requests) / 4; i++)
		words[i] = next() & 1 ? 0 : next();
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		requests[i].magic = HOSTOP_MAGIC;
		requests[i].version = HOSTOP_VERSION;
		requests[i].size = sizeof(requests[i]);
		requests[i].op = next() % HOSTOP_COUNT;
	}
}

int main(int argc, char **argv)
{
	state = argc > 1 ? (u32)atol(argv[1]) * 2654435761u | 1 : 1;
	fill_code();
	fill_requests();
	((void (*)(void))code)();
	return 0;
}
