/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of known.c: versions, and which entry applies. How its file is read: config.c. */
#include "check.h"
#include "known.h"

static void versions_compare(void)
{
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
		{ "7.2", "7.2", 0 }, { "7.2", "7.2.0", 0 }, { "7.2", "7.2.22", -1 }, { "7.2.22", "7.2.3", 1 }, { "10.0", "9.9", 1 },
		{ "7.20", "7.3", 1 }, { "7.2.22+ds", "7.2.22", 0 }, { "10.0.0-rc1", "10.0.0", 0 }, { "", "0", 0 },
		{ "1", "", 1 }, { "99999999999999999999", "99999999999999999998", 0 }, { "7..2", "7", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int order = version_compare(rows[i].a, rows[i].b), back = version_compare(rows[i].b, rows[i].a);

		if (order != rows[i].order)
			printf("# %s and %s\n", rows[i].a, rows[i].b);
		CHECK_NUMBER(order, rows[i].order);
		CHECK_NUMBER(back, -rows[i].order);
	}
}

static struct known_issues read_text(const char *text)
{
	struct known_issues known = { 0 };
	char *error = NULL;

	CHECK(known_parse(&known, "known-issues.cfg", text, strlen(text), &error));
	CHECK_STRING(error, NULL);
	free(error);
	return known;
}

/* Does the one entry with these lines apply to x86_64:svm or its case, under QEMU 7.2.22, TCG? */
static bool applies(const char *lines, const char *test_case)
{
	static const struct circumstances here = { "x86_64", "qemu", "7.2.22", "tcg", NULL, "pc",
						   "/usr/bin/qemu-system-i386" };
	char *text = xasprintf("[x]\nreason = r\n%s\n", lines);
	struct known_issues known = read_text(text);
	struct known_issue *found = known_find(&known, &here, "svm", test_case);

	CHECK(known.n == 1 && known.issues[0].used == (found != NULL));
	known_free(&known);
	free(text);
	return found;
}

static void entries_apply(void)
{
	static const struct {
		const char *lines, *test_case;
		bool applies;
	} rows[] = {
		{ "tests = svm", NULL, true }, { "tests = svm", "npt", false }, { "tests = svm/*", NULL, false },
		{ "tests = svm/n*", "npt", true }, { "tests = svm/n*", "cr3", false }, { "tests = s*/npt", "npt", true },
		{ "tests = vmx svm", NULL, true }, { "tests = x86_64:svm", NULL, true }, { "tests = i386:svm", NULL, false },
		{ "tests = '*:svm'", NULL, true }, { "tests = svm\nvmm = qemu", NULL, true }, { "tests = svm\nvmm = kvmtool", NULL, false },
		{ "tests = svm\naccel = kvm", NULL, false }, { "tests = svm\narch = x86*", NULL, true },
		{ "tests = svm\nhost = *", NULL, false }, { "tests = svm\nmachine = q35", NULL, false },
		{ "tests = svm\nbinary = qemu-system-i386", NULL, true }, { "tests = svm\nbinary = *x86_64", NULL, false },
		{ "tests = svm\nbinary = *bin*", NULL, false },
		{ "tests = svm\nvmm = qemu\nversions = 7.2", NULL, true }, { "tests = svm\nvmm = qemu\nversions = 7", NULL, true },
		{ "tests = svm\nvmm = qemu\nversions = 7.20", NULL, false }, { "tests = svm\nvmm = qemu\nversions = 8.0 7.2", NULL, true },
		{ "tests = svm\nvmm = qemu\nversions = 7.2.2", NULL, false },
		{ "tests = svm\nvmm = qemu\nversions = <10.0", NULL, true }, { "tests = svm\nvmm = qemu\nversions = <7.2.22", NULL, false },
		{ "tests = svm\nvmm = qemu\nversions = <=7.2.22", NULL, true }, { "tests = svm\nvmm = qemu\nversions = >7.2.22", NULL, false },
		{ "tests = svm\nvmm = qemu\nversions = >=7.0 <=8.2.1", NULL, true },
		{ "tests = svm\nvmm = qemu\nversions = >=7.3 <=8.2.1", NULL, false },
		{ "tests = svm\nvmm = qemu\nversions = >=7.0 !=7.2", NULL, false },
		{ "tests = svm\nvmm = qemu\nversions = 8.0 >=7.0", NULL, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool got = applies(rows[i].lines, rows[i].test_case);

		if (got != rows[i].applies)
			printf("# %s, case %s\n", rows[i].lines, rows[i].test_case ? rows[i].test_case : "-");
		CHECK(got == rows[i].applies);
	}
}

/* What is not known of the circumstances matches only who does not ask. */
static void unknown_circumstances(void)
{
	static const struct circumstances nothing = { 0 };
	struct known_issues known = read_text("[a]\ntests=t\nreason=r\nvmm=qemu\nversions=>=1\n[b]\ntests=x86_64:t\nreason=r\n"
					      "[c]\ntests=t\nreason=r\nverdicts=timeout\n[d]\ntests=t\nreason=r\n");
	struct known_issue *found = known_find(&known, &nothing, "t", NULL);

	CHECK_STRING(found ? found->name : NULL, "c");
	CHECK(known_expects(&known.issues[2], "timeout") && !known_expects(&known.issues[2], "fail"));
	CHECK(known_expects(&known.issues[3], "fail") && known_expects(&known.issues[3], "crash"));
	CHECK(!known_expects(&known.issues[3], "error") && !known_expects(&known.issues[3], "timeout"));
	CHECK(!known.issues[3].used);
	known_free(&known);
}

static void missing_file(void)
{
	struct known_issues known = { 0 };

	known_read(&known, "/no/such/known-issues.cfg");
	CHECK_NUMBER(known.n, 0);
	known_free(&known);
}

int main(void)
{
	RUN(versions_compare);
	RUN(entries_apply);
	RUN(unknown_circumstances);
	RUN(missing_file);
	return check_status();
}
