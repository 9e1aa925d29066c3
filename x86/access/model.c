/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the manual says of an access: SDM volume 3, sections 5.6 (access rights, protection keys),
 * 5.7 (error codes) and 5.8 (accessed and dirty flags).
 */
#include "access.h"

/* Section 5.6.2: whether PKRU denies a data access to a page that user mode may touch. */
static bool key_denies(u32 c)
{
	if (!(c & CPU_PKE) || !(c & LEAF_KEY) || c & FETCH || !(c & LEAF_U) || !(c & TABLE_U))
		return false;
	return c & PKRU_AD || (c & PKRU_WD && c & WRITE && c & (USER | CPU_WP));
}

/* Section 5.6.1, of a page that is mapped. */
static bool rights_deny(u32 c)
{
	bool user_page = c & LEAF_U && c & TABLE_U;
	bool writable = c & LEAF_W && c & TABLE_W;
	bool no_execute = c & CPU_NXE && c & (LEAF_NX | TABLE_NX);

	if (c & USER && !user_page)
		return true;
	if (c & FETCH)
		return no_execute || (!(c & USER) && user_page && c & CPU_SMEP);
	if (!(c & USER) && user_page && c & CPU_SMAP && !(c & CPU_AC))
		return true;
	return c & WRITE && !writable && c & (USER | CPU_WP);
}

/* An entry that is present and has a bit that is reserved: NX is, without EFER.NXE. */
static bool is_malformed(u32 c, u32 reserved, u32 nx)
{
	return c & reserved || (c & nx && !(c & CPU_NXE));
}

u32 access_code(u32 c)
{
	u32 code = 0;

	if (c & WRITE)
		code |= PFERR_WRITE_MASK;
	if (c & USER)
		code |= PFERR_USER_MASK;
	if (c & FETCH && c & (CPU_NXE | CPU_SMEP))
		code |= PFERR_FETCH_MASK;
	return code;
}

struct outcome expected_outcome(u32 c, u32 *may)
{
	struct outcome o = { .fault = true, .error_code = access_code(c) };

	o.entries = c & (LEAF_BITS | LEAF_RESERVED | LEAF_KEY | TABLE_BITS | TABLE_RESERVED);
	*may = 0;
	if (!(c & TABLE_P))
		return o;
	if (is_malformed(c, TABLE_RESERVED, TABLE_NX)) {
		o.error_code |= PFERR_PRESENT_MASK | PFERR_RESERVED_MASK;
		return o;
	}
	*may = TABLE_A;
	if (!(c & LEAF_P))
		return o;
	o.error_code |= PFERR_PRESENT_MASK;
	if (is_malformed(c, LEAF_RESERVED, LEAF_NX)) {
		o.error_code |= PFERR_RESERVED_MASK;
		return o;
	}
	*may = TABLE_A | LEAF_A;
	if (key_denies(c))
		o.error_code |= PFERR_PK_MASK;
	if (key_denies(c) || rights_deny(c))
		return o;
	*may = 0;
	o.entries |= TABLE_A | LEAF_A | (c & WRITE ? LEAF_D : 0);
	return (struct outcome){ .entries = o.entries };
}
