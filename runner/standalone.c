/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Standalone files (docs/running.md, "Standalone files"): the settings of one test as words that a
 * shell reads but never evaluates, scripts/standalone-body, then the image and the boot ROM in
 * blocks that dd(1) takes out again.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "arch.h"
#include "plan.h"
#include "qemu.h"
#include "standalone.h"

enum { BLOCK = 512, SCRIPT_BLOCKS = 64, MAX_BODY = 24576, MAX_PART = 64 << 20 };

/* What the file itself knows when it runs, in place of words of the command line. */
#define LATE_ACCEL	"\001accel"
#define LATE_IMAGE	"\001image"
#define LATE_QEMU	"\001qemu"

static size_t blocks(size_t bytes)
{
	return (bytes + BLOCK - 1) / BLOCK;
}

static void add_setting(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, "%s=", name);
	strbuf_add_quoted(b, value);
	strbuf_addc(b, '\n');
}

static void add_word(struct strbuf *b, const char *word, const char *rom)
{
	size_t len = strlen(word), mark = strlen(LATE_ACCEL);

	if (strcmp(word, LATE_QEMU) == 0) {
		strbuf_adds(b, "\"$qemu\"");
	} else if (strcmp(word, LATE_IMAGE) == 0) {
		strbuf_adds(b, "\"$dir/image\"");
	} else if (strcmp(word, rom) == 0) {
		strbuf_adds(b, "\"$dir/rom\"");
	} else if (len > mark && strcmp(word + len - mark, LATE_ACCEL) == 0) {
		char *head = xstrndup(word, len - mark);

		strbuf_add_quoted(b, head);
		strbuf_adds(b, "\"$accel\"");
		free(head);
	} else {
		strbuf_add_quoted(b, word);
	}
}

/* The command line as a function; its own arguments, further words for QEMU, come last. */
static void add_command(struct strbuf *b, const struct job *job, const char *rom, bool *has_rom)
{
	struct vmm_instance instance = *job->instance;
	struct strvec words = { 0 };
	struct job late = *job;

	instance.binary = (char *)LATE_QEMU;
	late.instance = &instance;
	late.image_path = (char *)LATE_IMAGE;
	late.accel = LATE_ACCEL;
	job->vmm->command(&late, NULL, -1, &words);
	strbuf_adds(b, "machine() {\n\texec");
	for (size_t i = 0; i < words.n; i++) {
		*has_rom = *has_rom || strcmp(words.v[i], rom) == 0;
		strbuf_adds(b, i % 8 == 7 ? " \\\n\t\t" : " ");
		add_word(b, words.v[i], rom);
	}
	strbuf_adds(b, " \"$@\"\n}\n");
	strvec_free(&words);
}

static void add_settings(struct strbuf *b, const struct job *job)
{
	const struct arch *arch = arch_find(job->arch);
	struct strbuf checks = { 0 };

	for (size_t i = 0; i < job->test->checks.n; i++)
		strbuf_addf(&checks, "%s%s", i ? "\n" : "", job->test->checks.v[i]);
	add_setting(b, "test", job->test->name);
	add_setting(b, "arch", job->arch);
	add_setting(b, "emulator", arch->qemu);
	add_setting(b, "hosts", arch->kvm_hosts);
	add_setting(b, "wants", job->test->accel ? job->test->accel : "");
	add_setting(b, "checks", checks.data ? checks.data : "");
	strbuf_addf(b, "seconds=%u\nexit_device=%s\n", job->timeout_ms / 1000,
		    qemu_arch(job->arch)->exit_device ? "yes" : "no");
	strbuf_free(&checks);
}

static bool add_file(struct strbuf *b, const char *path, size_t *n)
{
	size_t len = 0;
	char *data = try_read_file(path, MAX_PART, &len);

	if (!data) {
		warn("%s: %s", path, strerror(errno));
		return false;
	}
	strbuf_add(b, data, len);
	free(data);
	*n = blocks(len);
	while (b->len % BLOCK)
		strbuf_addc(b, '\0');
	return true;
}

static bool fill_script(struct strbuf *b, const struct job *job)
{
	const size_t size = SCRIPT_BLOCKS * BLOCK;

	if (b->len >= size) {
		warn("%s on %s: its options do not fit into a standalone file", job->test->name, job->arch);
		return false;
	}
	while (b->len < size)
		strbuf_addc(b, '\n');
	return true;
}

/* The whole file; false if something cannot be read or does not fit. */
static bool render(struct strbuf *out, const struct job *job, const char *body)
{
	char *rom = xasprintf("%s/%s/rom.bin", job->instance->build, job->arch);
	size_t image_blocks = 0, rom_blocks = 0;
	struct strbuf parts = { 0 };
	bool has_rom = false, ok;

	strbuf_adds(out, "#!/bin/sh\n# SPDX-License-Identifier: BSD-2-Clause\n");
	add_settings(out, job);
	add_command(out, job, rom, &has_rom);
	ok = add_file(&parts, job->image_path, &image_blocks) &&
	     (!has_rom || add_file(&parts, rom, &rom_blocks));
	strbuf_addf(out, "image_at=%d image_blocks=%zu rom_at=%zu rom_blocks=%zu\n", SCRIPT_BLOCKS,
		    image_blocks, SCRIPT_BLOCKS + image_blocks, rom_blocks);
	strbuf_adds(out, body);
	ok = ok && fill_script(out, job);
	if (ok)
		strbuf_add(out, parts.data, parts.len);
	strbuf_free(&parts);
	free(rom);
	return ok;
}

static bool save(const char *path, const struct strbuf *text)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(text->data, 1, text->len, f) == text->len;

	if (f && fclose(f) != 0)
		ok = false;
	if (!ok || chmod(path, 0755) != 0) {
		warn("%s cannot be written: %s", path, strerror(errno));
		return false;
	}
	return true;
}

/* Why the test cannot be a file of its own; NULL: it can. */
static const char *unfit(const struct job *job)
{
	if (strcmp(job->vmm->name, "qemu") != 0)
		return "it asks the host for something, which takes the small VMM";
	if (job->generation)
		return "it migrates, which takes the runner";
	return job->skip_reason;
}

static bool write_job(const struct job *job, const char *dir, const char *body)
{
	char *path = xasprintf("%s/%s", dir, job->arch), *file;
	struct strbuf text = { 0 };
	bool ok = false;

	file = xasprintf("%s/%s", path, job->test->name);
	if (job->error_reason)
		warn("%s on %s: %s", job->test->name, job->arch, job->error_reason);
	else if (unfit(job))
		ok = fprintf(stderr, "no standalone file for %s on %s: %s\n", job->test->name, job->arch,
			     unfit(job)) > 0;
	else if (!try_make_path(path))
		warn("%s cannot be made: %s", path, strerror(errno));
	else
		ok = render(&text, job, body) && save(file, &text);
	strbuf_free(&text);
	free(file);
	free(path);
	return ok;
}

enum exit_status standalone_write(const struct options *options)
{
	char *path = xasprintf("%s/scripts/standalone-body", options->top), *body;
	bool ok = true;
	struct plan plan;
	size_t len = 0;

	body = try_read_file(path, MAX_BODY, &len);
	if (!body)
		die(EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
	plan_make(&plan, options);
	for (size_t i = 0; i < plan.n; i++)
		ok = write_job(&plan.jobs[i], options->standalone, body) && ok;
	for (size_t i = 0; i < plan.archs.n; i++)
		if (plan.skips[i].tests)
			fprintf(stderr, "no standalone files for %s: %s\n", plan.archs.v[i],
				plan.skips[i].reason);
	plan_free(&plan);
	free(body);
	free(path);
	return ok ? EXIT_EXPECTED : EXIT_ENVIRONMENT;
}
