/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stub for gdb (GDB manual, appendix E, "Remote Serial Protocol"): registers, memory, hardware
 * breakpoints, single step.
 */
#ifndef VMM_GDB_H
#define VMM_GDB_H

#include "machine.h"

#define GDB_BREAKPOINTS	4

/* ---- gdb.c: all on the main thread, but gdb_hit() ---- */

/* Before the sandbox: waits for gdb on 127.0.0.1. */
void gdb_open(struct machine *m);
/* -1: there is none. */
int gdb_fd(void);
/*
 * Talks to gdb, all vCPUs standing, until it lets them go on. vcpu: the one that stopped; signal:
 * why, for gdb.
 */
void gdb_talk(struct machine *m, struct vcpu *vcpu, int signal);
/* gdb said something while the guest runs, or a vCPU stopped: stops all and talks. */
void gdb_look(struct machine *m);
/* A vCPU met a breakpoint, or made its step: on its thread. */
void gdb_hit(struct vcpu *vcpu);
/* The machine has ended. status: of a guest that ended by itself, else -1. */
void gdb_end(int status);

/* ---- gdb_x86_64.c ---- */

/* The registers in gdb's order and size, as hexadecimal digits; at most size bytes with the 0. */
void gdb_get_registers(struct vcpu *vcpu, char *to, size_t size);
bool gdb_set_registers(struct vcpu *vcpu, const char *from);
uint64_t gdb_pc(struct vcpu *vcpu);
/* A linear address as the vCPU's page tables see it. */
bool gdb_translate(struct vcpu *vcpu, uint64_t linear, gpa_t *physical);
/* Sets breakpoints (address, or 0: none) and single step in a vCPU that does not run. */
bool gdb_set_debug(struct vcpu *vcpu, const uint64_t *breakpoints, bool step);

#endif
