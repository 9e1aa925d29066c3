/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's console: standard output. Lines of different devices are kept apart only by the
 * guest.
 */
#ifndef VMM_CONSOLE_H
#define VMM_CONSOLE_H

#include <stddef.h>

struct machine;
struct vcpu;

/* Bytes are held until a line is complete, or flushed. */
void console_write(struct machine *m, const void *data, size_t len);
/* Writes out what is held, and what KVM holds of port 0xe9. */
void console_flush(struct machine *m);
/* Asks KVM to gather writes to port 0xe9, and takes what it gathered. */
void console_coalesce(struct machine *m);
void console_drain(struct machine *m);
/* Empties the ring and keeps everybody from it, while it goes with its VM. */
void console_lock(struct machine *m);
void console_unlock(void);

#endif
