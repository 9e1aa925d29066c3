/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs addr2line (GNU binutils manual, "addr2line"; llvm's takes the same options) once for all
 * addresses of a trace.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "process.h"
#include "program.h"
#include "symbolize.h"

#define PATIENCE_MS	5000
#define OUTPUT_MAX	(256u << 10)

/* BUILD/ARCH/addr2line holds the name that configure found. */
static char *find_addr2line(const struct job *job, const struct options *options)
{
	char *file = xasprintf("%s/%s/addr2line", options->build, job->arch), *name,
	     *program = NULL;
	size_t len;

	name = try_read_file(file, 4096, &len);
	if (name) {
		name[strcspn(name, "\r\n")] = '\0';
		program = program_find(name);
	}
	free(name);
	free(file);
	return program ? program : program_find("addr2line");
}

/* All that the process says on stdout until it closes it, or as much as there is patience for. */
static void read_output(struct process *p, struct strbuf *output)
{
	uint64_t end = now_ms() + PATIENCE_MS, now;

	while ((now = now_ms()) < end && output->len < OUTPUT_MAX) {
		struct pollfd fd = { .fd = p->out, .events = POLLIN };
		char chunk[4096];
		ssize_t n;

		if (poll(&fd, 1, (int)(end - now)) <= 0)
			continue;
		n = read(p->out, chunk, sizeof(chunk));
		if (n <= 0)
			break;
		strbuf_add(output, chunk, (size_t)n);
	}
}

static void run(const struct strvec *words, struct strbuf *output)
{
	struct process_result result;
	struct process p;

	if (!process_prepare(&p, false) || !process_start(&p, PROCESS_APART, words->v))
		return;
	read_output(&p, output);
	process_kill(&p);
	while (!process_reap(&p, &result))
		poll(NULL, 0, 1);
	process_close(&p);
}

/* The next line of *text, without its newline; NULL at the end. */
static char *next_line(char **text)
{
	char *line = *text, *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	*text = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	return line;
}

/* "x86/hang.c:12 (discriminator 3)"; "??:0" if unknown. */
static void take_place(struct frame *frame, char *place)
{
	char *colon = strrchr(place, ':');

	if (!colon || place[0] == '?')
		return;
	*colon = '\0';
	frame->line = (unsigned int)strtoul(colon + 1, NULL, 10);
	frame->file = xstrdup(place);
}

void symbolize(const struct job *job, const struct options *options, struct frame *frames, size_t n,
	       bool trace)
{
	char *program = n ? find_addr2line(job, options) : NULL, *text;
	struct strbuf output = { 0 };
	struct strvec words = { 0 };

	if (!program)
		return;
	strvec_push(&words, program);
	strvec_push(&words, "-f");
	strvec_push(&words, "-e");
	strvec_push(&words, job->elf_path);
	for (size_t i = 0; i < n; i++)
		strvec_pushf(&words, "0x%" PRIx64, frames[i].ip - (trace && i && frames[i].ip));
	run(&words, &output);
	text = output.data;
	for (size_t i = 0; i < n; i++) {
		char *function = next_line(&text), *place = next_line(&text);

		if (!place)
			break;
		if (function[0] != '?')
			frames[i].function = xstrdup(function);
		take_place(&frames[i], place);
	}
	strbuf_free(&output);
	strvec_free(&words);
	free(program);
}

char *frame_describe(const struct frame *f)
{
	if (f->function && f->file)
		return xasprintf("%s (%s:%u)", f->function, f->file, f->line);
	return f->function ? xstrdup(f->function) : NULL;
}

void frames_free(struct frame *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(frames[i].function);
		free(frames[i].file);
	}
	free(frames);
}
