/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of log.c: small logs whole, large ones head and tail, and never another run's file. */
#include "check.h"
#include "log.h"
#include "util.h"

static char directory[64];

/* Writes n lines "line 0000001" in one log and returns the file. */
static char *log_of(size_t n, size_t piece, size_t *len)
{
	struct strbuf text = { 0 };
	struct log log;
	char *file;

	for (size_t i = 0; i < n; i++)
		strbuf_addf(&text, "line %07zu\n", i);
	CHECK(log_open(&log, directory, "x"));
	for (size_t i = 0; i < text.len; i += piece)
		log_write(&log, text.data + i, text.len - i < piece ? text.len - i : piece);
	log_close(&log, "the end\n");
	CHECK_NUMBER(log.error, 0);
	file = try_read_file(log.path, 16u << 20, len);
	CHECK(file != NULL);
	free(log.path);
	strbuf_free(&text);
	return file;
}

static void small_logs_are_whole(void)
{
	static const size_t lines[] = { 0, 1, 1000, LOG_HEAD / 13, (LOG_HEAD + LOG_TAIL) / 13 };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		size_t len;
		char *file = log_of(lines[i], 4093, &len), last[64];

		CHECK_NUMBER(len, lines[i] * 13 + 8);
		CHECK(!strstr(file, "dropped"));
		CHECK_STRING(file + len - 8, "the end\n");
		snprintf(last, sizeof(last), "line %07zu\nthe end\n", lines[i] - 1);
		if (lines[i])
			CHECK_STRING(file + len - 8 - 13, last);
		free(file);
	}
}

static void large_logs_keep_head_and_tail(void)
{
	static const size_t pieces[] = { 1, 4096, LOG_TAIL, LOG_TAIL * 3 + 1, 4u << 20 };

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		size_t len, n = 200000;
		char *file = log_of(n, pieces[i], &len), note[100];

		snprintf(note, sizeof(note), "[vmunit: %zu bytes dropped here]",
			 n * 13 - LOG_HEAD - LOG_TAIL);
		CHECK(len > LOG_HEAD + LOG_TAIL && len < LOG_HEAD + LOG_TAIL + 100);
		CHECK(strncmp(file, "line 0000000\nline 0000001\n", 26) == 0);
		CHECK(strstr(file + LOG_HEAD, note) != NULL);
		CHECK_STRING(file + len - 34, "line 0199998\nline 0199999\nthe end\n");
		free(file);
	}
}

static void names_are_never_reused(void)
{
	struct log first, second;

	CHECK(log_open(&first, directory, "twin"));
	CHECK(log_open(&second, directory, "twin"));
	CHECK_HAS(first.path, "/twin.log");
	CHECK_HAS(second.path, "/twin.2.log");
	log_close(&first, "");
	log_close(&second, "");
	free(first.path);
	free(second.path);
	CHECK(!log_open(&first, "/no/such/directory", "x"));
	free(first.path);
}

static void a_full_disk_is_noticed(void)
{
	struct log log = { .file = fopen("/dev/full", "w") };

	if (!log.file)
		return;
	log_write(&log, "x", 1);
	log_close(&log, "");
	CHECK(log.error != 0);
}

int main(void)
{
	char command[100];

	strcpy(directory, "/tmp/vmunit-check-XXXXXX");
	if (!mkdtemp(directory))
		return 2;
	RUN(small_logs_are_whole);
	RUN(large_logs_keep_head_and_tail);
	RUN(names_are_never_reused);
	RUN(a_full_disk_is_noticed);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command) == 0 ? check_status() : 2;
}
