/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of vmunit-vmm: docs/vmm.md is its reference. */
#ifndef VMM_OPTIONS_H
#define VMM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VMM_VERSION	"1.0"
#define MAX_VCPUS	1024u

struct options {
	const char *image, *initrd;	/* paths; initrd NULL: none */
	const char *append;		/* the guest's command line, NULL: none */
	uint64_t memory;		/* bytes, whole pages */
	unsigned int vcpus, timeout_s;	/* timeout 0: none */
	unsigned int dirty_ring;	/* entries of each vCPU's ring, 0: none */
	int control_fd;			/* -1: none */
	unsigned int gdb_port;		/* 0: none */
	unsigned int hidden_kvm_features;	/* bits of CPUID 0x40000001 EAX that the guest is not told */
	unsigned int broken;		/* of enum fault, see break.h */
	uint32_t lost;			/* the operation of BREAK_LOST */
	const char *kvm;		/* the device */
	enum sandbox { SANDBOX_ALL, SANDBOX_LANDLOCK, SANDBOX_NONE } sandbox;
	bool split_irqchip, gdb_i386;
	bool help, version, list_breaks;
};

/*
 * Reads the words; false with one line in error, of at most size bytes, that says what is wrong and
 * what to do.
 */
bool options_parse(struct options *o, int argc, char *const *argv, char *error, size_t size);
extern const char options_usage[];

#endif
