/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that common code asks of an architecture, and nothing else. A port implements these in lib/<arch>/;
 * those marked [default] have a weak definition in lib/arch-hooks.c that a first port can live with.
 *
 * Where the library is an archive, a weak default hides a port's own definition in a member that nothing else pulls
 * in: put the hooks beside arch_console_write() or arch_exit(), which have no default.
 */
#ifndef ARCH_HOOKS_H
#define ARCH_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- The machine ------------------------------------------------------------------------------------------ */

/* Sends len bytes to the console, all of them, before it returns. Called with the console lock held. */
void arch_console_write(const char *data, size_t len);

/* Ends the machine with status (0 to 127, see docs/protocol.md). Never returns, whatever the state of the CPU. */
_Noreturn void arch_exit(int status);

/* [default: reads nothing] The words of the boot loader's command line, without an image name; NULL if there is none. */
const char *arch_command_line(void);

/*
 * [default: does nothing] Called once before main(), when getenv() works: for what the environment
 * chooses.
 */
void arch_ready(void);

/* [default: none] A further environment: NAME=VALUE lines, *len bytes (a multiboot module, an initrd). */
const char *arch_environment(size_t *len);

/* ---- CPUs ------------------------------------------------------------------------------------------------- */

/* [default: 0] Number of the calling CPU, 0 to arch_cpu_count() - 1; works in any context, from the first instruction. */
int arch_cpu_id(void);

/* [default: 1] How many CPUs run. */
int arch_cpu_count(void);

/* [default: none; returns 0] Disables interrupts on this CPU and returns the state that arch_irq_restore() puts back. */
unsigned long arch_irq_save(void);
void arch_irq_restore(unsigned long state);

/*
 * [default: false] Makes another CPU call on_cpus_serve() (on-cpus.h) soon: interrupts it, or wakes it where it idles. False if
 * that cannot be done. An idle CPU sleeps, interrupts off, only while on_cpus_pending() is false.
 */
bool arch_kick_cpu(int cpu);

/*
 * [default: false] At the end of a case, for a CPU that is still busy with a call: interrupts it, so that it calls
 * on_cpus_check(); or if it was stopped, starts it anew in its idle loop, with on_cpus_restart(). Called again and again
 * until it comes back. False if there is no such means.
 */
bool arch_recall_cpu(int cpu);

/* [default: does nothing] Tells the CPU that this is a spinning wait. */
void arch_cpu_relax(void);

/* ---- Time ------------------------------------------------------------------------------------------------- */

/* [default: 0] Nanoseconds since some fixed point, never backwards on one CPU; 0 if there is no clock (yet). */
uint64_t arch_time_ns(void);

/* ---- Stacks ----------------------------------------------------------------------------------------------- */

/*
 * [default: none] Fills frames with return addresses, innermost first, starting at the frame pointer frame (NULL: the
 * caller's own), and returns how many, at most max. Must stop at anything that is not a mapped stack.
 */
int arch_backtrace(const void *frame, const void **frames, int max);

/* ---- Cases ------------------------------------------------------------------------------------------------ */

/*
 * [default: does nothing] Called on the CPU that runs the cases after each of them, however it ended: puts back what a
 * case may leave behind (exception handlers, an interrupt in service, user mode's segments).
 */
void arch_case_end(void);

/* ---- Host operations (hostop.h) ---------------------------------------------------------------------------- */

/* [default: 0] What the doorbell of the small VMM says when it is read: HOSTOP_MAGIC; anything else where there is none. */
uint32_t arch_hostop_magic(void);

/* [default: does nothing] Rings for the request at that physical address; when it returns the answer is in memory. */
void arch_hostop_ring(uint32_t address);

/* ---- Memory ----------------------------------------------------------------------------------------------- */

/* Address translation of the identity or linear mapping that the allocators live in: see <asm/io.h>, <asm/page.h>. */

/*
 * The first physical address that the linear mapping does not reach, before setup_vm(). What lies above it is not
 * given to the allocators until arch_setup_mmu() does so with page_alloc_add_memory().
 */
uint64_t arch_linear_limit(void);

/*
 * Called once, by setup_mmu(): turns paging on if it is not, maps RAM up to end_of_ram - 1 and the devices, and returns
 * the root table (a virtual address). options: what the test gave to __setup_vm(), of the architecture's own type, or NULL.
 */
void *arch_setup_mmu(uint64_t end_of_ram, void *options);

/* The virtual addresses *start to *end - 1 that nothing is mapped at, for vmalloc.h. */
void arch_vmalloc_range(uintptr_t *start, uintptr_t *end);

/* The root table that the calling CPU uses (a virtual address). */
void *arch_page_table(void);

/* Maps one page of the physical address phys at virt for reading, writing and executing; all tables on the way. */
void arch_map_page(void *root, uint64_t phys, void *virt);
/* Undoes it, for the calling CPU; the tables stay. */
void arch_unmap_page(void *root, void *virt);

#endif
