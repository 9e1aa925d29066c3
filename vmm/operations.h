/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host operations (lib/hostop.h). Each is a row in the table of its family's file, op_NAME.c;
 * operations.c checks what the row says, so that a function sees arguments of the right number and
 * data of the right size, in memory. What the arguments mean is the function's to check: they are
 * the guest's.
 */
#ifndef VMM_OPERATIONS_H
#define VMM_OPERATIONS_H

#include "../lib/hostop.h"
#include "machine.h"

enum op_data { DATA_NONE, DATA_IN, DATA_OUT };

/* One request at work. */
struct op_call {
	struct machine *machine;
	struct vcpu *vcpu;		/* that asks */
	const uint64_t *args;
	uint64_t *rets;
	gpa_t data;
	uint64_t data_size;
};

struct op_row {
	uint32_t op;
	const char *name;
	unsigned int n_args;
	enum op_data data;
	/* of data_size; max is small enough for a buffer on the host */
	uint64_t min, max;
	int (*run)(const struct op_call *c);
	int capability;			/* of KVM, without which it is not available; 0: none */
};

/* The families, each ending with a row without a name. */
extern const struct op_row protocol_ops[], msr_ops[], stat_ops[], sched_ops[], irq_ops[],
	slot_ops[], dirty_ops[], state_ops[], io_ops[], time_ops[], error_ops[];

/* The row of that number, NULL: there is none. */
const struct op_row *operation_find(uint32_t op);
/* Its number; false: there is none of that name. */
bool operation_by_name(const char *name, uint32_t *op);
/* Calls say() with the name of each. */
void operation_each(void (*say)(const char *name));
bool operation_available(const struct machine *m, const struct op_row *row);

/* Does what the request at that address asks, on the thread of the vCPU that asks. */
void operation_run(struct vcpu *vcpu, gpa_t request);

/* For the families: the CPU that an argument names, NULL for none; data in and out. */
struct vcpu *op_cpu(const struct op_call *c, uint64_t arg);
int op_read(const struct op_call *c, void *to, uint64_t len);
int op_write(const struct op_call *c, const void *from, uint64_t len);
/* 0, or -errno of a system call's result. */
int op_result(long result);
/*
 * An ioctl of that CPU, on its own thread, when its last instruction is complete; its value or
 * -errno.
 */
long op_ioctl(const struct op_call *c, struct vcpu *target, unsigned long request, void *arg);

/* What the machine's exits ask of the families. */
void operation_msr_exit(struct vcpu *vcpu);		/* op_msr_x86_64.c */
/* op_sched.c: its thread may run anywhere. False: it is starved. */
bool operation_unpin(const struct vcpu *vcpu);
void operation_freeze_steal(const struct machine *m);
bool operation_takes_error(struct vcpu *vcpu);		/* op_error_x86_64.c */
void operation_ring_full(struct vcpu *vcpu);		/* op_dirty.c */
void operation_ring_open(const struct machine *m);
/* After the VM was made anew: does again what operations did to the old one. 0 or -errno. */
int operation_reattach_caps(const struct machine *m);
int operation_reattach_msr(const struct machine *m);
int operation_reattach_irq(const struct machine *m);
int operation_reattach_io(const struct machine *m);
/* op_io.c */
void operation_coalesced(const struct machine *m, const struct kvm_coalesced_mmio *e);

#endif
