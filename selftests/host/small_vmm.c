/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the runner makes of the small VMM: its words on the control channel, its status, the entries
 * that it can run.
 */
#include <string.h>
#include "check.h"
#include "job.h"
#include "small_vmm.h"

static struct vmm_instance instance = { .vmm = &vmm_small,
					.arch = "x86_64",
					.binary = "/vmm",
					.version = "1.0" };

static struct vmm_ending explain(const char *lines, int status, const char *text)
{
	void *control = lines ? small_vmm_control.open(-1, NULL, false) : NULL;
	struct job job = { .arch = "x86_64", .instance = &instance };
	struct vmm_ending ending;
	char line[256];

	for (size_t len; lines && *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)len, lines);
		CHECK(small_vmm_line(control, line));
	}
	vmm_small.explain(&job, control, status << 8, text, -1, &ending);
	if (control)
		small_vmm_control.close(control);
	return ending;
}

static void check_ends(void)
{
	struct vmm_ending e = explain("end status 77 \n", 155, "");

	CHECK_NUMBER(e.end, END_EXIT_DEVICE);
	CHECK_NUMBER(e.status, 77);
	CHECK(!e.cause);
	vmm_ending_free(&e);
	e = explain(
		"vcpu 1 ffffffff80000000 1\nvcpu 0 400164 0 0f 0b\nregister RIP=0\n"
		    "end internal-error 1 why\n",
		8, "x");
	CHECK_NUMBER(e.end, END_INTERNAL_ERROR);
	CHECK_STRING(e.cause, "why");
	CHECK_NUMBER(e.n_vcpus, 2);
	CHECK(e.vcpus[0].halted && !e.vcpus[0].code && e.vcpus[0].ip == 0xffffffff80000000ull);
	CHECK_STRING(e.vcpus[1].code, "0f 0b");
	CHECK_NUMBER(e.registers.n, 1);
	vmm_ending_free(&e);
	e = explain("end reset 0 \n", 6, "");
	CHECK_NUMBER(e.end, END_RESET);
	vmm_ending_free(&e);
	/* Without the channel the status says it. */
	e = explain(NULL, 255, "");
	CHECK_NUMBER(e.end, END_EXIT_DEVICE);
	CHECK_NUMBER(e.status, 127);
	vmm_ending_free(&e);
	e = explain(NULL, 4, "vmunit-vmm: /dev/kvm: No such file\n");
	CHECK_NUMBER(e.end, END_BAD_START);
	CHECK_STRING(e.cause, "/dev/kvm: No such file");
	vmm_ending_free(&e);
	e = explain(NULL, 0, "");
	CHECK_NUMBER(e.end, END_POWER_OFF);
	vmm_ending_free(&e);
}

static void check_nonsense(void)
{
	static const char *const lines[] = {
		"",
		"vcpu",
		"vcpu 0",
		"vcpu 0 zz 0",
		"vcpu 0 0 0 xyz",
		"end",
		"end status",
		"end status x",
		"frobnicate",
		"answered twice",
		"endstatus 1",
	};
	void *control = small_vmm_control.open(-1, NULL, false);
	unsigned int number;
	const char *reason;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		CHECK(!small_vmm_line(control, lines[i]));
	CHECK(!small_vmm_end(control, &number, &reason));
	small_vmm_control.close(control);
}

/* Words of an entry, and what can_run() says; NULL: yes. */
static const struct {
	const char *words[4], *why;
} entries[] = {
	{ { NULL }, NULL },
	{ { "-cpu", "max" }, NULL },
	{ { "-m", "256M", "--break=x" }, NULL },
	{ { "-cpu", "EPYC" }, "the small VMM has nothing like \"-cpu EPYC\"" },
	{ { "-device", "edu" }, "the small VMM has nothing like \"-device edu\"" },
	{ { "-S" }, "the small VMM has nothing like \"-S\"" },
};

static void check_words(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		struct job job = { .arch = "x86_64",
				   .instance = &instance,
				   .accel = "kvm",
				   .image_path = "i",
				   .smp = 2 };
		struct strvec out = { 0 };
		char *why;

		for (size_t n = 0; n < 4 && entries[i].words[n]; n++)
			strvec_push(&job.extra, entries[i].words[n]);
		CHECK(vmm_small.can_run(&job, &why) == !entries[i].why);
		if (entries[i].why)
			CHECK_STRING(why, entries[i].why);
		free(why);
		vmm_small.command(&job, NULL, 5, &out);
		CHECK_STRING(out.v[0], "/vmm");
		CHECK(strvec_has(&out, "--smp=2") && strvec_has(&out, "--control=5"));
		CHECK_STRING(out.v[out.n - 1], "i");
		CHECK(i != 2 ||
		      (strvec_has(&out, "--memory=256M") && strvec_has(&out, "--break=x")));
		strvec_free(&out);
		strvec_free(&job.extra);
	}
}

int main(void)
{
	RUN(check_ends);
	RUN(check_nonsense);
	RUN(check_words);
	return check_status();
}
