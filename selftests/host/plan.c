/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of plan.c, plan_job.c, select.c and list.c in a tree of their own, with a VMM that exists only here and images
 * of ELF files without code: what is selected, what a job says, why one is skipped.
 */
#include <sys/stat.h>
#include "accel.h"
#include "arch.h"
#include "check.h"
#include "list.h"
#include "plan.h"

/* ---- a VMM and its host, instead of vmm.c, qemu*.c and accel.c ---- */

const char *const accels[] = { "kvm", "hvf", "tcg", NULL };
static struct vmm_instance instance;

static struct vmm_instance *fake_find(const struct options *options, const char *arch)
{
	(void)options;
	instance.arch = arch;
	if (!instance.accels.n)
		strvec_push(&instance.accels, "tcg");
	return &instance;
}

static void fake_command(const struct job *job, const char *token, int control_fd, struct strvec *out)
{
	(void)token, (void)control_fd;
	strvec_push(out, "fake");
	strvec_push(out, job->image_path);
	strvec_push_words(out, &job->args);
	strvec_push_words(out, &job->extra);
}

static bool fake_can_run(const struct job *job, char **why)
{
	if (strcmp(job->accel, "tcg") == 0)
		return true;
	*why = xasprintf("no %s here", job->accel);
	return false;
}

static const struct vmm vmm_fake = { .name = "fake", .find = fake_find, .command = fake_command, .can_run = fake_can_run };
const struct vmm *const vmms[] = { &vmm_fake, NULL };

const struct vmm *vmm_by_name(const char *name)
{
	return strcmp(name, "fake") == 0 ? &vmm_fake : NULL;
}

/* ---- a tree ---- */

static char *tree;

static void write_file(const char *path, const void *data, size_t len)
{
	char *full = xasprintf("%s/%s", tree, path);
	FILE *f = fopen(full, "wb");

	if (!f || fwrite(data, 1, len, f) != len || fclose(f) != 0)
		die(EXIT_ENVIRONMENT, "cannot write %s", full);
	free(full);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

static void put(unsigned char *file, size_t at, unsigned int size, uint64_t value)
{
	for (unsigned int i = 0; i < size; i++)
		file[at + i] = (unsigned char)(value >> 8 * i);
}

/* A 64-bit ELF file with these cases (at most eight, NULL-terminated); see image.c here for its form. */
static void write_image(const char *dir, const char *name, unsigned int machine, const char *const *cases)
{
	unsigned char file[0x600] = "\177ELF\2\1\1";
	char *path = xasprintf("%s/%s.elf", dir, name);
	unsigned int n = 0;

	put(file, 18, 2, machine);
	put(file, 32, 8, 0x40), put(file, 40, 8, cases[0] ? 0x80 : 0);
	put(file, 54, 2, 56), put(file, 56, 2, 1), put(file, 58, 2, 64), put(file, 60, 2, 2), put(file, 62, 2, 1);
	put(file, 0x40, 4, 1), put(file, 0x48, 8, 0), put(file, 0x50, 8, 0x1000), put(file, 0x60, 8, sizeof(file));
	for (; cases[n]; n++) {
		memcpy(file + 0x300 + 0x20 * n, cases[n], strlen(cases[n]));
		put(file, 0x400 + 40 * n, 8, 0x1300 + 0x20 * n);
		put(file, 0x408 + 40 * n, 8, 0x1300 + 0x20 * n);
		put(file, 0x410 + 40 * n, 8, 0x1300 + 0x20 * n);
	}
	put(file, 0x84, 4, 1), put(file, 0x98, 8, 0x400), put(file, 0xa0, 8, 40 * n);
	put(file, 0xc0, 4, 14), put(file, 0xd8, 8, 0x200), put(file, 0xe0, 8, 0x20);
	memcpy(file + 0x200, ".vmunit.cases", 14);
	write_file(path, file, n ? sizeof(file) : 64);
	free(path);
	path = xasprintf("%s/%s.flat", dir, name);
	write_text(path, "flat");
	free(path);
}

static void make_directories(void)
{
	static const char *const dirs[] = { "", "x86", "build", "build/x86_64", "build/x86_64/x86", "build/x86_64/common", "build/i386",
		"build/i386/x86", "build/i386/common" };
	static char name[] = "/tmp/vmunit-plan.XXXXXX";

	tree = mkdtemp(name);
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *path = xasprintf("%s/%s", tree, dirs[i]);

		mkdir(path, 0777);
		free(path);
	}
}

static void make_files(void)
{
	static const char *const none[] = { NULL }, *const some[] = { "read", "write", "write_low", NULL };

	write_text("build/archs", "x86_64\ni386\n");
	write_text("value", "Y\n");
	write_image("build/i386/x86", "foreign", 62, some);
	write_text("unittests.cfg", "[sieve]\nfile = sieve.flat\ngroups = slow\n[missing]\nfile = missing.flat\ngroups = nodefault broken\n");
	write_text("x86/unittests.cfg",
		   "[msr]\nfile = msr.flat\nsmp = $MAX_SMP\ntest_args = \"a b\"\nenv = N=$MAX_SMP 'S=x y'\ntimeout = 2m\n"
		   "[vmx]\nfile = msr.flat\narch = x86_64\ngroups = nodefault nested\nqemu_params = -cpu max -append 'q r'\n"
		   "[vmx_only]\nfile = msr.flat\narch = x86_64\ngroups = nodefault nested\n"
		   "[thirtytwo]\nfile = msr\narch = i386\nmachine = q35\ndisabled_if = $ARCH == i386 && $ACCEL == kvm\n"
		   "[foreign]\nfile = foreign\narch = i386\ngroups = nodefault\n"
		   "[arm]\nfile = msr\narch = arm64\n"
		   "[single]\nfile = sieve.flat\naccel = tcg,thread=single\ngroups = slow\n");
	for (int i = 0; i < 2; i++) {
		const char *arch = i ? "i386" : "x86_64";
		char *x86 = xasprintf("build/%s/x86", arch), *common = xasprintf("build/%s/common", arch);

		write_image(x86, "msr", i ? 3 : 62, some);
		write_image(common, "sieve", i ? 3 : 62, none);
		free(x86);
		free(common);
	}
}

static void remove_tree(void)
{
	char *command = xasprintf("rm -rf %s", tree);

	if (system(command) != 0)
		printf("# cannot remove %s\n", tree);
	free(command);
}

/* ---- the tests ---- */

/* Options of a command line with single blanks; those of the tree are added. */
static void parse(struct options *o, const char *line)
{
	static char copy[1024], *argv[64];
	int argc = 1;

	snprintf(copy, sizeof(copy), "vmunit --target fake --top %s --build %s/build %s", tree, tree, line);
	argc = 0;
	for (char *save = NULL, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	options_parse(o, argc, argv);
}

/* The jobs as "ARCH:TEST[CASE CASE]", with " -REASON" if not started, a line each. */
static void describe(const struct plan *plan, struct strbuf *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct job *j = &plan->jobs[i];

		strbuf_addf(out, "%s:%s", j->arch, j->test->name);
		for (size_t k = 0; k < j->planned.n; k++)
			strbuf_addf(out, "%s%s", k ? " " : "[", j->planned.v[k]);
		strbuf_addf(out, "%s%s%s%s%s\n", j->planned.n ? "]" : "", j->skip_reason ? " -" : "",
			    j->skip_reason ? j->skip_reason : "", j->error_reason ? " !" : "", j->error_reason ? "error" : "");
		CHECK_NUMBER(j->id, (long long)i);
		CHECK(j->vmm && j->instance && j->accel && j->image_path && j->elf_path);
	}
}

static void check_plan(const char *file, int line, const char *words, const char *wanted)
{
	struct strbuf out = { 0 };
	struct options options;
	struct plan plan;

	parse(&options, words);
	plan_make(&plan, &options);
	describe(&plan, &out);
	check_string(file, line, words, out.data ? out.data : "", wanted);
	plan_free(&plan);
	options_free(&options);
	strbuf_free(&out);
}

#define CHECK_PLAN(words, wanted) check_plan(__FILE__, __LINE__, words, wanted)
#define ALL "[read write write_low]"

static void tests_are_selected(void)
{
	CHECK_PLAN("--arch x86_64", "x86_64:sieve\nx86_64:msr" ALL "\nx86_64:single\n");
	CHECK_PLAN("msr", "x86_64:msr" ALL "\ni386:msr" ALL "\n");
	CHECK_PLAN("i386:msr", "i386:msr" ALL "\n");
	CHECK_PLAN("s* --arch i386", "i386:sieve\ni386:single\n");
	CHECK_PLAN("vmx", "x86_64:vmx" ALL "\n");
	CHECK_PLAN("-a vmx*", "x86_64:vmx" ALL "\nx86_64:vmx_only" ALL "\n");
	CHECK_PLAN("-g nested", "x86_64:vmx" ALL "\nx86_64:vmx_only" ALL "\n");
	CHECK_PLAN("-g nested vmx_only", "x86_64:vmx_only" ALL "\n");
	CHECK_PLAN("-g slow --arch i386", "i386:sieve\ni386:single\n");
	CHECK_PLAN("-g !slow --arch x86_64", "x86_64:msr" ALL "\n");
	CHECK_PLAN("-g !slow sieve", "");
	CHECK_PLAN("missing --arch i386", "i386:missing !error\n");
	CHECK_PLAN("foreign", "i386:foreign !error\n");
	CHECK_PLAN("arm", "arm64:arm -architecture arm64 is not configured\n");
	CHECK_PLAN("vmx --arch i386", "x86_64:vmx -architecture x86_64 is not selected\n");
	CHECK_PLAN("--repeat 2 i386:msr", "i386:msr" ALL "\ni386:msr" ALL "\n");
}

static void cases_are_selected(void)
{
	CHECK_PLAN("i386:msr/read", "i386:msr[read]\n");
	CHECK_PLAN("i386:msr/write*", "i386:msr[write write_low]\n");
	CHECK_PLAN("i386:msr/read i386:msr/*_low", "i386:msr[read write_low]\n");
	CHECK_PLAN("i386:msr/read i386:msr", "i386:msr" ALL "\n");
	CHECK_PLAN("--isolate i386:msr", "i386:msr[read]\ni386:msr[write]\ni386:msr[write_low]\n");
	CHECK_PLAN("--isolate i386:msr/w* sieve --arch i386", "i386:sieve\ni386:msr[write]\ni386:msr[write_low]\n");
}

static void skips_have_reasons(void)
{
	setenv("CHECK", "/no/such=1", 1);
	CHECK_PLAN("i386:sieve", "i386:sieve -check: /no/such: No such file or directory\n");
	unsetenv("CHECK");
	CHECK_PLAN("--accel kvm i386:sieve", "i386:sieve -no kvm here\n");
	CHECK_PLAN("--accel kvm i386:thirtytwo", "i386:thirtytwo -disabled if $ARCH == i386 && $ACCEL == kvm\n");
	CHECK_PLAN("--accel kvm i386:single",
		   "i386:single -needs the accelerator tcg,thread=single, and kvm was asked for\n");
	CHECK_PLAN("--accel tcg i386:single", "i386:single\n");
	CHECK_PLAN("--machine pc thirtytwo", "i386:thirtytwo -needs the machine q35, and pc was asked for\n");
	CHECK_PLAN("--machine q35,usb=on thirtytwo", "i386:thirtytwo" ALL "\n");
}

static void check_files(void)
{
	char *check = xasprintf("%s/value=Y", tree), *other = xasprintf("%s/value=N", tree);
	struct strbuf wanted = { 0 };

	setenv("CHECK", check, 1);
	CHECK_PLAN("i386:sieve", "i386:sieve\n");
	setenv("CHECK", other, 1);
	strbuf_addf(&wanted, "i386:sieve -check: %s/value is 'Y', not 'N'\n", tree);
	CHECK_PLAN("i386:sieve", wanted.data);
	unsetenv("CHECK");
	strbuf_free(&wanted);
	free(check);
	free(other);
}

static struct job *one_job(struct plan *plan, struct options *options, const char *words)
{
	parse(options, words);
	plan_make(plan, options);
	CHECK_NUMBER(plan->n, 1);
	return &plan->jobs[0];
}

static void check_words(const struct strvec *words, const char *wanted)
{
	struct strbuf all = { 0 };

	for (size_t i = 0; i < words->n; i++)
		strbuf_addf(&all, "<%s>", words->v[i]);
	CHECK_STRING(all.data ? all.data : "", wanted);
	strbuf_free(&all);
}

static void values_are_expanded(void)
{
	struct options options;
	struct plan plan;
	struct job *job;

	setenv("MAX_SMP", "6", 1);
	job = one_job(&plan, &options, "i386:msr -- -m 1g");
	CHECK_NUMBER(job->smp, 6);
	CHECK_NUMBER(job->timeout_ms, 120000);
	CHECK(job->firmware_rom && !job->machine);
	CHECK_STRING(job->accel, "tcg");
	check_words(&job->args, "<vmunit.env.N=6><vmunit.env.S=x y><a><b>");
	check_words(&job->extra, "<-m><1g>");
	CHECK_HAS(job->image_path, "/build/i386/x86/msr.flat");
	CHECK_HAS(job->elf_path, "/build/i386/x86/msr.elf");
	plan_free(&plan);
	options_free(&options);
	unsetenv("MAX_SMP");

	job = one_job(&plan, &options, "vmx --timeout 7");
	CHECK_NUMBER(job->timeout_ms, 7000);
	check_words(&job->args, "<q><r>");
	check_words(&job->extra, "<-cpu><max>");
	plan_free(&plan);
	options_free(&options);

	job = one_job(&plan, &options, "i386:single");
	CHECK_STRING(job->accel, "tcg");
	CHECK_NUMBER(job->timeout_ms, 90000);
	check_words(&job->extra, "<-accel><tcg,thread=single>");
	CHECK_HAS(job->image_path, "/build/i386/common/sieve.flat");
	plan_free(&plan);
	options_free(&options);

	job = one_job(&plan, &options, "i386:msr/[rw]*e");
	check_words(&job->cases, "<write>");	/* the guest does not know brackets */
	plan_free(&plan);
	options_free(&options);
}

static void make(void *words)
{
	struct options options;
	struct plan plan;

	parse(&options, words);
	if (options.action == ACTION_LIST)
		_exit(fflush(stdout) + (int)list_tests(&options) + fflush(stdout));
	if (options.action == ACTION_LIST_CASES)
		_exit((int)list_cases(&options) + fflush(stdout));
	if (options.action == ACTION_DRY_RUN)
		_exit((int)list_commands(&options) + fflush(stdout));
	plan_make(&plan, &options);
}

static void check_ends(const char *file, int line, const char *words, int wanted_status, const char *wanted)
{
	int status;
	const char *text = check_child(make, (void *)(uintptr_t)words, &status);

	check_has(file, line, text, wanted);
	check_number(file, line, words, status, wanted_status);
}

#define CHECK_ENDS(words, status, text) check_ends(__FILE__, __LINE__, words, status, text)

static void mistakes_end(void)
{
	CHECK_ENDS("mrs", 2, "no test is called 'mrs'; did you mean 'msr'?");
	CHECK_ENDS("xyzzy", 2, "no test is called 'xyzzy'; -l lists them");
	CHECK_ENDS("xyz*", 2, "no test matches 'xyz*'");
	CHECK_ENDS("msr/raed", 2, "test 'msr' has no case 'raed'; did you mean 'read'?");
	CHECK_ENDS("msr/zzz*", 2, "test 'msr' has no case 'zzz*'; --list-cases lists them");
	CHECK_ENDS("sieve/x", 2, "test 'sieve' has no case 'x'; it has no cases at all");
	CHECK_ENDS("vmx*", 2, "only tests of the group nodefault");
	CHECK_ENDS("-g nestd", 2, "no test is in a group 'nestd'; did you mean nested");
	CHECK_ENDS("-g !nestd", 2, "no test is in a group 'nestd'");
	CHECK_ENDS("arm64:msr", 2, "not for a selected architecture");
	CHECK_ENDS("x8664:msr", 2, "did you mean x86_64");
	CHECK_ENDS("msr/a/b", 2, "expected TEST, TEST/CASE");
	CHECK_ENDS("--arch arm64", 2, "architecture arm64 is not configured");
	CHECK_ENDS("--accel kmv", 2, "unknown accelerator 'kmv'; did you mean kvm");
	CHECK_ENDS("--config /no/such.cfg", 2, "/no/such.cfg: no such file");
	CHECK_ENDS("--build /no/such", 4, "/no/such/archs: cannot be read");
	CHECK_ENDS("--target bochs", 2, "unknown VMM 'bochs'");
	CHECK_ENDS("--top /nowhere", 2, "there are no tests");
}

static void values_that_fail_end(void)
{
	static const char *const rows[][2] = {
		{ "smp = 0", "3:7: is 0, not 1 to 65536 (of [bad] on x86_64)" },
		{ "smp = 8 / ($MAX_SMP - $MAX_SMP)", "3:7: division by zero" }, { "timeout = 100000", "3:11: is 100000, not 1 to 86400" },
		{ "test_args = $((9223372036854775807 + MAX_SMP))", "3:13: overflow" },
	};
	char *words = xasprintf("--arch x86_64 --config %s/bad.cfg", tree);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = xasprintf("[bad]\nfile = x\n%s\n", rows[i][0]);

		write_text("bad.cfg", text);
		CHECK_ENDS(words, 2, rows[i][1]);
		free(text);
	}
	free(words);
}

static void clash_of_names_ends(void)
{
	write_text("unittests.cfg", "[msr]\nfile = x\n");
	CHECK_ENDS("msr", 2, "x86/unittests.cfg:1:2: there is a test [msr] in");
	make_files();
}

static void lists(void)
{
	int status;

	/* A case of two architectures is listed once. */
	CHECK_STRING(check_child(make, "--list-cases msr/write", &status), "msr/write\twrite\n");
	CHECK_ENDS("-l", 0, "msr\tx86_64 i386\t-\nvmx\tx86_64\tnodefault nested\n");
	CHECK_ENDS("-l -g slow", 0, "sieve\tx86_64 i386\tslow\nsingle\tx86_64 i386\tslow\n");
	CHECK_ENDS("--list-cases sieve vmx", 0, "sieve\nvmx/read\tread\nvmx/write\twrite\n");
	CHECK_ENDS("--list-cases msr/w*", 0, "msr/write\twrite\nmsr/write_low\twrite_low\n");
	CHECK_ENDS("--list-cases mrs", 2, "did you mean 'msr'");
	CHECK_ENDS("--dry-run i386:msr", 0, "msr.flat vmunit.env.N=");
	CHECK_ENDS("--dry-run i386:msr -- -x y'z", 0, " 'vmunit.env.S=x y' a b -x 'y'\\''z'\n");
	CHECK_ENDS("--dry-run vmx --arch i386", 0, "# vmx on x86_64 would be skipped: ");
	CHECK_ENDS("--dry-run missing", 4, "# missing on x86_64 cannot run: no image ");
}

int main(void)
{
	make_directories();
	make_files();
	RUN(tests_are_selected);
	RUN(cases_are_selected);
	RUN(skips_have_reasons);
	RUN(check_files);
	RUN(values_are_expanded);
	RUN(mistakes_end);
	RUN(values_that_fail_end);
	RUN(clash_of_names_ends);
	RUN(lists);
	remove_tree();
	strvec_free(&instance.accels);
	return check_status();
}
