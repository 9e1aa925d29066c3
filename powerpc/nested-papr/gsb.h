/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest state buffers of PAPR's nested interface (Linux'
 * Documentation/arch/powerpc/kvm-nested.rst): a count, then elements of an ID, a size and a value,
 * all big-endian. And the calls.
 */
#ifndef GSB_H
#define GSB_H

#include "libcflat.h"
#include "asm/hcall.h"

#define H_GUEST_GET_CAPABILITIES	0x460
#define H_GUEST_SET_CAPABILITIES	0x464
#define H_GUEST_CREATE			0x470
#define H_GUEST_CREATE_VCPU		0x474
#define H_GUEST_GET_STATE		0x478
#define H_GUEST_SET_STATE		0x47c
#define H_GUEST_RUN_VCPU		0x480
#define H_GUEST_DELETE			0x488

#define H_STATE				(-75)
#define H_IN_USE			(-77)
#define H_INVALID_ELEMENT_ID		(-79)
#define H_INVALID_ELEMENT_SIZE		(-80)

/* H_GUEST_GET_CAPABILITIES: processors that guests can be. */
#define GUEST_CAP_POWER9		(1ul << 62)
#define GUEST_CAP_POWER10		(1ul << 61)

/* Of the state calls: all of the guest, not of a virtual CPU. H_GUEST_DELETE: all guests. */
#define GUEST_WIDE			(1ul << 63)
#define GUEST_ALL			(1ul << 63)

enum {
	GSID_OUTPUT_SIZE = 0x0002,
	GSID_PARTITION_TABLE = 0x0005,	/* root, bits of address, bytes of the root */
	GSID_RUN_INPUT = 0x0c00,	/* address, size */
	GSID_RUN_OUTPUT = 0x0c01,
	GSID_GPR0 = 0x1000,
	GSID_HDEC_EXPIRY = 0x1020,
	GSID_NIA = 0x1021,
	GSID_MSR = 0x1022,
	GSID_LR = 0x1023,
	GSID_CTR = 0x1025,
	GSID_SRR0 = 0x1027,
	GSID_SPRG0 = 0x1036,
	GSID_VSR0 = 0x3000,
	GSID_HDAR = 0xf000,		/* only in an output */
	GSID_HDSISR = 0xf001,
	GSID_HEIR = 0xf002,
	GSID_ASDR = 0xf003,
};

/* Begins a buffer, adds an element of n words (values in the CPU's order). */
void gsb_start(void);
void gsb_add(u16 id, unsigned int n, const u64 *values);
void gsb_add_word(u16 id, u64 value);
/* An element of any size, zeros. */
void gsb_add_bytes(u16 id, u16 size);

/* The buffer to or from the hypervisor: the return code, *r4 its second result unless NULL. */
long gsb_set(unsigned long flags, unsigned long guest, unsigned long vcpu, u64 *r4);
long gsb_get(unsigned long flags, unsigned long guest, unsigned long vcpu, u64 *r4);
/* The first word of an element of the buffer, or of another one; false if it is not there. */
bool gsb_find(const void *buffer, u16 id, u64 *value);
extern u8 gsb[4096];

/* A new guest; those that this made before are deleted. Ends the case if there can be none. */
unsigned long fresh_guest(void);
/* One more beside it, and one with virtual CPU 0. */
unsigned long another_guest(void);
unsigned long fresh_vcpu(void);

/* A call with all results: r3 is returned, *r4 unless NULL. */
long guest_call(unsigned long number, unsigned long a1, unsigned long a2, unsigned long a3,
		u64 *r4);

#endif
