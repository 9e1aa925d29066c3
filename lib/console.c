/* SPDX-License-Identifier: BSD-2-Clause */
/* The console's lock, its line discipline and the text kept for a holder that was interrupted: see console.h. */
#include "arch-hooks.h"
#include "console.h"
#include "libcflat.h"
#include "patience.h"

/*
 * The lock: the holder's CPU number + 1, 0 if it is free; above that the number of the acquisition, so that a waiter
 * can tell a holder that makes no progress from a busy console.
 */
#define OWNER_BITS	16
#define OWNER(word)	((word) & ((1U << OWNER_BITS) - 1))

static u32 lock_word;
static bool closed;
static unsigned int closings;
static bool line_open;		/* the last byte sent was no newline */

/* Text of contexts that interrupted the holder: entries one behind the other, each aligned. */
struct kept {
	size_t size;			/* of the whole entry */
	size_t len;
	bool whole_line;
	size_t (*seal)(char *buf, size_t len);
	char text[];
};

#define KEPT_MAX	16384
static char kept[KEPT_MAX] __aligned(16);
static size_t kept_used;
static unsigned int kept_lost;

static u32 self(void)
{
	return (u32)arch_cpu_id() + 1;
}

static void send(const char *text, size_t len)
{
	arch_console_write(text, len);
	line_open = text[len - 1] != '\n';
}

static void send_entry(char *text, size_t len, bool whole_line, size_t (*seal)(char *buf, size_t len))
{
	size_t skip = seal ? seal(text, len) : 0;

	if (whole_line && line_open)
		send("\n", 1);
	if (len > skip)
		send(text + skip, len - skip);
	if (whole_line && line_open)
		send("\n", 1);
}

/*
 * Keeps a copy for the holder, which this context interrupted. Contexts on one CPU nest, so whoever finds the buffer
 * half filled by another context will end before that one goes on.
 */
static void keep(const char *text, size_t len, bool whole_line, size_t (*seal)(char *buf, size_t len))
{
	size_t size = ALIGN(sizeof(struct kept) + len, 16), start = kept_used;
	struct kept *entry;

	do {
		if (size > KEPT_MAX - start) {
			__atomic_add_fetch(&kept_lost, 1, __ATOMIC_RELAXED);
			return;
		}
	} while (!__atomic_compare_exchange_n(&kept_used, &start, start + size, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	entry = (struct kept *)(kept + start);
	entry->size = size;
	entry->len = len;
	entry->whole_line = whole_line;
	entry->seal = seal;
	memcpy(entry->text, text, len);
}

/* Sends what was kept, by the holder; entries may be added while it does so. */
static void send_kept(void)
{
	size_t done = 0, end = __atomic_load_n(&kept_used, __ATOMIC_ACQUIRE);

	while (end) {
		while (done < end) {
			struct kept *entry = (struct kept *)(kept + done);

			send_entry(entry->text, entry->len, entry->whole_line, entry->seal);
			done += entry->size;
		}
		if (__atomic_compare_exchange_n(&kept_used, &end, 0, false,
						__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			end = 0;
	}
}

/* The holder did not let go for so long that it never will: take the lock from it and say so. */
static void break_lock(u32 word)
{
	u32 holder = OWNER(word) - 1;

	if (!__atomic_compare_exchange_n(&lock_word, &word, 0, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return;
	line_open = true;
	report_abort("CPU %" PRIu32 " has held the console for %d seconds", holder, CONSOLE_PATIENCE);
}

bool console_begin(unsigned long *irq_state)
{
	struct patience patience = { 0 };
	u32 me = self(), last = 0, word;

	*irq_state = arch_irq_save();
	for (;;) {
		word = __atomic_load_n(&lock_word, __ATOMIC_RELAXED);
		if (OWNER(word) == me) {
			if (closed)
				return true;
			arch_irq_restore(*irq_state);
			return false;
		}
		if (!OWNER(word)) {
			if (__atomic_compare_exchange_n(&lock_word, &word,
							word + (1U << OWNER_BITS) + me, false,
							__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				return true;
		} else if (word != last) {
			patience = (struct patience){ 0 };
			last = word;
		}
		if (patience_over(&patience, CONSOLE_PATIENCE) && !__atomic_load_n(&closed, __ATOMIC_RELAXED))
			break_lock(word);
	}
}

void console_put(bool holder, char *text, size_t len, bool whole_line, size_t (*seal)(char *text, size_t len))
{
	if (!len)
		return;
	if (holder)
		send_entry(text, len, whole_line, seal);
	else
		keep(text, len, whole_line, seal);
}

void console_end(bool holder, unsigned long irq_state)
{
	u32 word = lock_word;

	if (!holder || closed)
		return;
	do {
		send_kept();
		__atomic_store_n(&lock_word, word - OWNER(word), __ATOMIC_RELEASE);
		/* Something may have been kept between the last look and the release. */
	} while (__atomic_load_n(&kept_used, __ATOMIC_RELAXED) &&
		 __atomic_compare_exchange_n(&lock_word, &(u32){ word - OWNER(word) }, word, false,
					     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	arch_irq_restore(irq_state);
}

/* Nothing changes text where there is no seal. */
static void write(const char *text, size_t len, bool whole_line)
{
	unsigned long irq_state;
	bool holder = console_begin(&irq_state);

	console_put(holder, (char *)text, len, whole_line, NULL);
	console_end(holder, irq_state);
}

void console_write(const char *text, size_t len)
{
	write(text, len, false);
}

void console_line(const char *text, size_t len)
{
	write(text, len, true);
}

bool console_held(void)
{
	return OWNER(__atomic_load_n(&lock_word, __ATOMIC_RELAXED)) == self();
}

void console_recover(void)
{
	if (closed || !console_held())
		return;
	line_open = true;		/* nobody knows how far the last piece got */
	console_end(true, arch_irq_save());
}

unsigned int console_close(void)
{
	unsigned long irq_state;

	if (console_held())
		line_open |= !closed;	/* in the middle of whatever this context interrupted */
	else
		console_begin(&irq_state);
	__atomic_store_n(&closed, true, __ATOMIC_RELAXED);
	send_kept();
	return ++closings;
}

bool console_closed(void)
{
	return __atomic_load_n(&closed, __ATOMIC_RELAXED);
}

unsigned int console_lost(void)
{
	return kept_lost;
}
