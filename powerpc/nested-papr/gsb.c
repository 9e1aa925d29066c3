/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest state buffers: gsb.h. One buffer is enough. */
#include "case.h"
#include "gsb.h"
#include "asm/io.h"
#include "asm/page.h"

u8 gsb[4096] __aligned(PAGE_SIZE);
static size_t length;

static void put(u64 value, unsigned int bytes)
{
	assert_msg(length + bytes <= sizeof(gsb), "more than %zu bytes", sizeof(gsb));
	while (bytes--)
		gsb[length++] = (u8)(value >> 8 * bytes);
}

static u64 fetch(const u8 *from, unsigned int bytes)
{
	u64 value = 0;

	while (bytes--)
		value = value << 8 | *from++;
	return value;
}

void gsb_start(void)
{
	memset(gsb, 0, sizeof(gsb));
	length = 4;
}

static void begin(u16 id, u16 size)
{
	size_t end = length;
	u64 count = fetch(gsb, 4) + 1;

	length = 0;
	put(count, 4);
	length = end;
	put(id, 2);
	put(size, 2);
}

void gsb_add(u16 id, unsigned int n, const u64 *values)
{
	begin(id, (u16)(8 * n));
	for (unsigned int i = 0; i < n; i++)
		put(values[i], 8);
}

void gsb_add_word(u16 id, u64 value)
{
	gsb_add(id, 1, &value);
}

void gsb_add_bytes(u16 id, u16 size)
{
	begin(id, size);
	for (u16 i = 0; i < size; i++)
		put(0, 1);
}

bool gsb_find(const void *buffer, u16 id, u64 *value)
{
	const u8 *at = buffer;
	u64 count = fetch(at, 4);

	for (at += 4; count && at + 12 <= (const u8 *)buffer + sizeof(gsb); count--) {
		u64 size = fetch(at + 2, 2);

		if (fetch(at, 2) == id) {
			*value = fetch(at + 4, size < 8 ? (unsigned int)size : 8);
			return true;
		}
		at += 4 + size;
	}
	return false;
}

static long state_call(unsigned long number, unsigned long flags, unsigned long guest,
		       unsigned long vcpu, u64 *r4)
{
	struct hcall_regs regs = { { number, flags, guest, vcpu, virt_to_phys(gsb), length } };

	hcall_regs(&regs);
	if (r4)
		*r4 = regs.r[1];
	return (long)regs.r[0];
}

long gsb_set(unsigned long flags, unsigned long guest, unsigned long vcpu, u64 *r4)
{
	return state_call(H_GUEST_SET_STATE, flags, guest, vcpu, r4);
}

long gsb_get(unsigned long flags, unsigned long guest, unsigned long vcpu, u64 *r4)
{
	return state_call(H_GUEST_GET_STATE, flags, guest, vcpu, r4);
}

long guest_call(unsigned long number, unsigned long a1, unsigned long a2, unsigned long a3,
		u64 *r4)
{
	struct hcall_regs regs = { { number, a1, a2, a3 } };

	hcall_regs(&regs);
	if (r4)
		*r4 = regs.r[1];
	return (long)regs.r[0];
}

#define GUESTS_MAX	4

static unsigned long guests[GUESTS_MAX];
static unsigned int n_guests;

unsigned long another_guest(void)
{
	u64 guest = 0;

	assert_msg(n_guests < GUESTS_MAX, "more than %d guests", GUESTS_MAX);
	insist_eq(guest_call(H_GUEST_CREATE, 0, -1ul, 0, &guest), H_SUCCESS);
	guests[n_guests++] = guest;
	return guest;
}

unsigned long fresh_guest(void)
{
	while (n_guests)
		guest_call(H_GUEST_DELETE, 0, guests[--n_guests], 0, NULL);
	return another_guest();
}

unsigned long fresh_vcpu(void)
{
	unsigned long guest = fresh_guest();

	insist_eq(guest_call(H_GUEST_CREATE_VCPU, 0, guest, 0, NULL), H_SUCCESS);
	return guest;
}
