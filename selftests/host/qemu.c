/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of the QEMU driver without a QEMU: the command line, the dumps it reads, what an end
 * means.
 */
#include "check.h"
#include "job.h"
#include "qemu.h"

static struct vmm_instance instance = { .binary = (char *)"/bin/q", .build = "/no/build" };
static struct test entry;

static struct job new_job(const char *extra)
{
	struct job job = { .test = &entry,
			   .arch = "x86_64",
			   .image_path = (char *)"msr.flat",
			   .instance = &instance,
			   .accel = "tcg",
			   .firmware_rom = true,
			   .smp = 1 };
	char *copy = xstrdup(extra);

	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		strvec_push(&job.extra, word);
	free(copy);
	return job;
}

static void free_job(struct job *job)
{
	strvec_free(&job->extra);
	strvec_free(&job->args);
	strvec_free(&job->cases);
}

/* The words behind "-display none -no-reboot", joined; the fixed ones left out. */
static const char *command_of(const struct job *job, const char *token, int fd)
{
	static char text[4096];
	struct strvec words = { 0 };
	struct strbuf b = { 0 };

	qemu_command(job, token, fd, &words);
	for (size_t i = 0; i < words.n; i++) {
		if (strcmp(words.v[i], "-chardev") == 0 || strcmp(words.v[i], "-device") == 0 ||
		    strcmp(words.v[i], "-serial") == 0)
			i++;
		else
			strbuf_addf(&b, "%s%s", b.len ? " " : "", words.v[i]);
	}
	snprintf(text, sizeof(text), "%s", b.data);
	strbuf_free(&b);
	strvec_free(&words);
	return text;
}

static void the_plain_command(void)
{
	struct job job = new_job("");

	CHECK_STRING(command_of(&job, NULL, -1),
		     "/bin/q -nodefaults -no-user-config -display none -no-reboot "
		     "-machine pc,accel=tcg -cpu max -kernel msr.flat");
	CHECK_HAS(command_of(&job, "0123456789abcdef", 7), " -mon chardev=qmp,mode=control -S ");
	CHECK_HAS(command_of(&job, "0123456789abcdef", 7),
		  " -append vmunit.token=0123456789abcdef");
}

/* Machines that need devices of their own get them whichever way the type was said. */
static void devices_of_a_machine(void)
{
	CHECK(qemu_machine("powernv9") && qemu_machine("powernv10"));
	CHECK_STRING(qemu_machine("powernv9")->devices[1], "ipmi-bmc-sim,id=bmc0");
	CHECK(!qemu_machine("pseries") && !qemu_machine("pc") && !qemu_machine(""));
}

static void arguments_and_cases(void)
{
	struct job job = new_job("");

	job.smp = 3;
	strvec_push(&job.args, "one");
	strvec_push(&job.args, "two words");
	CHECK_HAS(command_of(&job, NULL, -1), "-smp 3 -kernel msr.flat -append one \"two words\"");
	strvec_push(&job.cases, "a*");
	strvec_push(&job.cases, "b");
	CHECK_HAS(command_of(&job, "T", 3),
		  "-append vmunit.token=T vmunit.case=a*,b one \"two words\"");
	free_job(&job);
}

static void the_users_words_override(void)
{
	struct job job = new_job("-append x -cpu qemu64 -machine q35 -append y");

	strvec_push(&job.args, "first");
	CHECK_HAS(command_of(&job, "T", 3), "-append vmunit.token=T y -cpu qemu64 -machine q35");
	CHECK(!strstr(command_of(&job, "T", 3), "first"));
	CHECK(!strstr(command_of(&job, "T", 3), "-append x"));
	free_job(&job);
	job = new_job("-accel tcg,thread=single");
	CHECK_HAS(command_of(&job, NULL, -1),
		  "-machine pc -cpu max -kernel msr.flat -accel tcg,thread=single");
	free_job(&job);
	job = new_job("-append");
	CHECK_HAS(command_of(&job, NULL, -1), "-kernel msr.flat -append");
	free_job(&job);
}

/* The ROM is taken only where it boots, and where it was built. */
static void the_rom(void)
{
	static const struct {
		const char *machine, *extra;
		bool rom;
	} rows[] = {
		{ NULL, "", true },
		{ "q35", "", true },
		{ "q35,vmport=off", "", true },
		{ "microvm", "", true },
		{ "pc-q35-7.2", "", true },
		{ "isapc", "", true },
		{ "xenpv", "", false },
		{ "none", "", false },
		{ NULL, "-M none", false },
		{ "none", "-machine pc", true },
		{ NULL, "-machine kernel-irqchip=split", true },
		{ NULL, "-machine type=x-remote", false },
		{ NULL, "-bios x", false },
	};
	char directory[] = "/tmp/vmunit-check-XXXXXX", path[100];

	CHECK(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "mkdir %s/x86_64 && : >%s/x86_64/rom.bin", directory,
		 directory);
	CHECK(system(path) == 0);
	instance.build = directory;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct job job = new_job(rows[i].extra);

		job.machine = rows[i].machine;
		if ((strstr(command_of(&job, NULL, -1), "/x86_64/rom.bin") != NULL) != rows[i].rom)
			printf("# machine %s, extra %s\n",
			       rows[i].machine ? rows[i].machine : "(none)", rows[i].extra);
		CHECK((strstr(command_of(&job, NULL, -1), "/x86_64/rom.bin") != NULL) ==
		      rows[i].rom);
		job.firmware_rom = false;
		CHECK(!strstr(command_of(&job, NULL, -1), "rom.bin"));
		free_job(&job);
	}
	snprintf(path, sizeof(path), "rm -r %s", directory);
	CHECK(system(path) == 0);
	instance.build = "/no/build";
}

static void registers_are_found(void)
{
	static const char dump[] =
		"\r\nCPU#0\r\nRAX=0000000000000001 RIPPLE=7\r\n"
		"RIP=ffffffff80000010 RFL=00000002 [-------] CPL=0 SMM=0 HLT=0\r\n"
		"CS =0008 0000000000000000 ffffffff 00af9b00\r\n\r\n"
		"CPU#1\r\nEIP=0000fff0 EFL=2 HLT=1\r\n"
		"ES =0000 00000000 0000ffff\r\nCS =f000 ffff0000 0000ffff 00009b00\r\n\r\n"
		"CPU#2\r\nnothing known\r\n\r\nCPU#7\r\n pc 0000000080001234\r\n";
	struct vcpu_state *v;

	CHECK_NUMBER(qemu_registers_parse(dump, &v), 3);
	CHECK(v[0].cpu == 0 && v[0].ip == 0xffffffff80000010 && !v[0].halted);
	CHECK(v[1].cpu == 1 && v[1].ip == 0xfffffff0 && v[1].halted);
	CHECK(v[2].cpu == 7 && v[2].ip == 0x80001234 && !v[2].halted);
	free(v);
	CHECK_NUMBER(qemu_registers_parse("", &v), 0);
	CHECK_NUMBER(qemu_registers_parse("CPU#", &v), 0);
	CHECK_NUMBER(qemu_registers_parse("CPU#1 RIP=", &v), 0);
	CHECK_NUMBER(qemu_registers_parse("CPU#1 RIP=zz\nCS =", &v), 0);
}

static void code_is_found(void)
{
	char *code = qemu_code_parse("00000000ffff0001: 0x90 0xeb\r\n00000000ffff0003: 0xfd\r\n");

	CHECK_STRING(code, "90 eb fd");
	free(code);
	CHECK_STRING(qemu_code_parse("Cannot access memory\r\n"), NULL);
	CHECK_STRING(qemu_code_parse(""), NULL);
	CHECK_STRING(qemu_code_parse("1: 0x"), NULL);
}

/* A status as waitpid() gives it, what stderr says, whether the guest announced its exit. */
static void ends_without_events(void)
{
	static const struct {
		int wait_status;
		const char *text;
		int guest_status;
		enum vmm_end end;
		int status;
		const char *cause;
	} rows[] = {
		{ 1 << 8, "", 0, END_EXIT_DEVICE, 0, NULL },
		{ 3 << 8, "", 1, END_EXIT_DEVICE, 1, NULL },
		{ 255 << 8, "", 127, END_EXIT_DEVICE, 127, NULL },
		{ 155 << 8, "", -1, END_EXIT_DEVICE, 77, NULL },
		{ 1 << 8, "qemu-system-x86_64: -device x: no\n", -1, END_BAD_START, 1,
		  "-device x: no" },
		{ 1 << 8, "qemu-system-x86_64: warning: x\nqemu-system-x86_64: y: \033\n", -1,
		  END_BAD_START, 1, "y: \\x1b" },
		{ 1 << 8, "qemu-system-x86_64: warning: x\n", -1, END_EXIT_DEVICE, 0, NULL },
		{ 1 << 8, "qemu-system-x86_64: oh\n", 0, END_EXIT_DEVICE, 0, "oh" },
		{ 2 << 8, "", -1, END_STATUS, 2, NULL },
		{ 0, "", 0, END_STATUS, 0, NULL },
		{ 11, "", -1, END_SIGNAL, 11, NULL },
		{ 6, "assertion failed\n", 0, END_SIGNAL, 6, "assertion failed" },
	};
	struct job job = new_job("");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct vmm_ending ending;

		qemu_explain(&job, NULL, rows[i].wait_status, rows[i].text, rows[i].guest_status,
			     &ending);
		CHECK_NUMBER(ending.end, rows[i].end);
		CHECK_NUMBER(ending.status, rows[i].status);
		CHECK_STRING(ending.cause, rows[i].cause);
		vmm_ending_free(&ending);
	}
}

int main(void)
{
	RUN(the_plain_command);
	RUN(devices_of_a_machine);
	RUN(arguments_and_cases);
	RUN(the_users_words_override);
	RUN(the_rom);
	RUN(registers_are_found);
	RUN(code_is_found);
	RUN(ends_without_events);
	return check_status();
}
