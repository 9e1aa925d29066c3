/* SPDX-License-Identifier: BSD-2-Clause */
/* What every file of the runner needs: dying with a reason, memory that is there, strings that grow. */
#ifndef UTIL_H
#define UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses of the runner, as docs/running.md lists them. */
enum exit_status {
	EXIT_EXPECTED = 0,	/* all as expected */
	EXIT_FAILED = 1,	/* something failed */
	EXIT_USAGE = 2,		/* bad usage or configuration */
	EXIT_NOTHING = 3,	/* nothing ran */
	EXIT_ENVIRONMENT = 4,	/* the environment is broken */
	EXIT_INTERRUPTED = 130,
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Prints "vmunit: MESSAGE" to stderr and ends the process with status. */
_Noreturn void die(enum exit_status status, const char *format, ...) PRINTF(2, 3);
void warn(const char *format, ...) PRINTF(1, 2);
/* Prints text, which begins with "FILE:LINE:COLUMN: ", to stderr as it is and ends the process with EXIT_USAGE. */
_Noreturn void die_at(const char *text);

/* These insist: out of memory ends the process with EXIT_ENVIRONMENT. */
void *xmalloc(size_t size);
void *xrealloc(void *p, size_t size);
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *format, ...) PRINTF(1, 2);

/* A string that grows; data is always NUL-terminated once something was added, NULL before. */
struct strbuf {
	char *data;
	size_t len, cap;
};
void strbuf_add(struct strbuf *b, const void *data, size_t len);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_adds(struct strbuf *b, const char *s);
void strbuf_addf(struct strbuf *b, const char *format, ...) PRINTF(2, 3);
void strbuf_add_quoted(struct strbuf *b, const char *word);	/* as one word of a POSIX shell */
char *strbuf_take(struct strbuf *b);		/* the string, to be freed ("" if nothing was added); empties b */
void strbuf_free(struct strbuf *b);

/* A NULL-terminated array of strings that it owns. */
struct strvec {
	char **v;
	size_t n, cap;
};
void strvec_push(struct strvec *v, const char *s);		/* copies s */
void strvec_pushf(struct strvec *v, const char *format, ...) PRINTF(2, 3);
void strvec_push_words(struct strvec *v, const struct strvec *words);
bool strvec_has(const struct strvec *v, const char *s);
void strvec_free(struct strvec *v);

/* Does name match the pattern ('*', '?', '[...]')? */
bool glob_match(const char *pattern, const char *name);
bool is_glob(const char *s);			/* has s any of '*', '?', '['? */
/* The candidate nearest to word by edit distance, or NULL if none is near. */
const char *nearest(const char *word, const char *const *candidates, size_t n);
/* mkdir -p. false with errno set. */
bool try_make_path(const char *path);
/* Reads a whole file of at most max bytes; NULL with errno set (EFBIG if larger). NUL-terminated. */
char *try_read_file(const char *path, size_t max, size_t *len);
/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t now_ms(void);

#endif
