/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's 64-bit division for 32-bit targets beside the host's operators. */
#include "check.h"
#include "guest_lib/random.h"

#define ROUNDS 1000000

uint64_t vm_udivmoddi4(uint64_t n, uint64_t d, uint64_t *remainder);
uint64_t vm_udivdi3(uint64_t n, uint64_t d);
uint64_t vm_umoddi3(uint64_t n, uint64_t d);
int64_t vm_divmoddi4(int64_t n, int64_t d, int64_t *remainder);
int64_t vm_divdi3(int64_t n, int64_t d);
int64_t vm_moddi3(int64_t n, int64_t d);

static void compare(uint64_t n, uint64_t d)
{
	uint64_t rest;
	int64_t sn = (int64_t)n, sd = (int64_t)d, signed_rest;

	if (!d)
		return;
	CHECK(vm_udivmoddi4(n, d, &rest) == n / d && rest == n % d);
	CHECK(vm_udivdi3(n, d) == n / d);
	CHECK(vm_umoddi3(n, d) == n % d);
	if (sn == INT64_MIN && sd == -1)
		return;
	CHECK(vm_divmoddi4(sn, sd, &signed_rest) == sn / sd && signed_rest == sn % sd);
	CHECK(vm_divdi3(sn, sd) == sn / sd);
	CHECK(vm_moddi3(sn, sd) == sn % sd);
}

static void test_division(void)
{
	static const uint64_t edges[] = { 0, 1, 2, 3, 10, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x100000001,
		1000000000, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX - 1, UINT64_MAX };
	const size_t n = sizeof(edges) / sizeof(*edges);

	for (size_t i = 0; i < n * n; i++)
		compare(edges[i / n], edges[i % n]);
	for (int i = 0; i < ROUNDS; i++)
		compare(rnd_number(), rnd_number());
}

int main(void)
{
	RUN(test_division);
	return check_status();
}
