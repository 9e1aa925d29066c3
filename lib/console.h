/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: whole lines from any CPU and any context (interrupt, NMI, an exception inside the console itself).
 * Above it: linebuf.c, printf.c, report.c, record.c; below it: arch_console_write().
 *
 * One CPU at a time holds it, with interrupts off. A context that interrupts the holder on its own CPU (NMI,
 * exception) neither waits nor writes: its text is kept, and the holder sends it before it lets go. Nobody waits for
 * anything else, so there is no order of locks to get wrong.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/* Writes text as it is; not interleaved with other CPUs' text within one call. */
void console_write(const char *text, size_t len);
/* Writes a whole line, starting at the beginning of a line; adds the newline if text does not end with one. */
void console_line(const char *text, size_t len);

/*
 * The same in steps, for whoever formats while it holds the console. console_begin(): true if this context is the
 * holder now, false if it interrupted the holder. console_put() sends or keeps text; whole_line: it has a line of its
 * own; seal (or NULL) is called just before the text goes out, in the console's order (a record's number and sum): it
 * changes text in place and returns how many bytes at its beginning are not to be sent.
 */
bool console_begin(unsigned long *irq_state);
void console_put(bool holder, char *text, size_t len, bool whole_line, size_t (*seal)(char *text, size_t len));
void console_end(bool holder, unsigned long irq_state);

/* Whether this CPU holds the console. */
bool console_held(void);
/* After a longjmp() that may have left the console: lets go of it if this CPU held it, and sends what was kept. */
void console_recover(void);
/*
 * Takes the console for good: from now on this CPU alone writes, from any context; the others wait for ever. For the
 * end of the machine. Waits for the holder, but not longer than CONSOLE_PATIENCE seconds. Returns how many times this
 * was called: more than a few mean that the end itself fails.
 */
unsigned int console_close(void);
/* True once console_close() has returned: there is one writer. */
bool console_closed(void);
/* How many pieces of text did not fit among those that were kept. */
unsigned int console_lost(void);

#define CONSOLE_PATIENCE 30

#endif
