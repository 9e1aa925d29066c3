/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Permissions of pages, and what SUM and MXR change (Privileged Architecture, sections 4.1.1.2 and
 * 4.3.2).
 */
#include "case.h"
#include "asm/processor.h"
#include "mmu-test.h"

/* Section 4.3.2, steps 5 and 6, and 4.1.1.2: what SUM and MXR change. */
static bool allows(pteval_t flags, ulong status, enum access access, bool user)
{
	bool read = (flags & _PAGE_READ) || ((status & SR_MXR) && (flags & _PAGE_EXEC));

	if (user != !!(flags & _PAGE_USER) && (user || access == FETCH || !(status & SR_SUM)))
		return false;
	switch (access) {
	case LOAD: return read;
	case FETCH: return flags & _PAGE_EXEC;
	default: return flags & _PAGE_WRITE;
	}
}

static void check_permissions(pteval_t flags, ulong status)
{
	char what[64];

	snprintf(what, sizeof(what), "%s%s%s%s%s%s", flags & _PAGE_READ ? "r" : "-",
		 flags & _PAGE_WRITE ? "w" : "-", flags & _PAGE_EXEC ? "x" : "-",
		 flags & _PAGE_USER ? "u" : "-", status & SR_SUM ? " SUM" : "",
		 status & SR_MXR ? " MXR" : "");
	set_entry(pte_of(page, LEAF | flags));
	csr_clear(CSR_SSTATUS, SR_SUM | SR_MXR);
	csr_set(CSR_SSTATUS, status);
	for (int user = 0; user < 2; user++)
		for (enum access a = 0; a < ACCESSES; a++) {
			write_code(user);
			if (allows(flags, status, a, user))
				expect_allowed(a, user, virt + OFFSET, what);
			else
				expect_fault(a, user, virt + OFFSET, what);
		}
	csr_clear(CSR_SSTATUS, SR_SUM | SR_MXR);
	/* Nothing but the access may have changed the entry. */
	expect_eq_msg(pte_val(*entry), pte_of(page, LEAF | flags), "%s: the entry", what);
}

static void check_all_permissions(ulong status)
{
	static const pteval_t leaves[] = {
		_PAGE_READ, _PAGE_READ | _PAGE_WRITE, _PAGE_EXEC, _PAGE_READ | _PAGE_EXEC, RWX,
	};

	for (size_t i = 0; i < ARRAY_SIZE(leaves); i++) {
		check_permissions(leaves[i], status);
		check_permissions(leaves[i] | _PAGE_USER, status);
	}
}

CASE(mode, "satp has the mode that was asked for")
{
	expect_eq(mmu_mode(), mode);
	metric("levels", mmu_levels(mode), "levels");
}

CASE(permissions, "read, write, execute and user permissions, for every access")
{
	check_all_permissions(0);
}

CASE(permissions_sum, "with SUM supervisor mode may read and write user pages, never execute")
{
	check_all_permissions(SR_SUM);
}

CASE(permissions_mxr, "with MXR executable pages may be read")
{
	check_all_permissions(SR_MXR);
}

CASE(permissions_both, "with SUM and MXR")
{
	check_all_permissions(SR_SUM | SR_MXR);
}

