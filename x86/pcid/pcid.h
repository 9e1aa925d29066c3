/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the pcid test share. */
#ifndef PCID_H
#define PCID_H

#include "case.h"
#include "x86/processor.h"

#define PCIDS		4096

/* Why what wants the feature does not run under emulation. */
#define require_pcid()							\
	require_msg(this_cpu_has(X86_FEATURE_PCID),			\
		    "no PCID: QEMU's TCG never has it, only hardware and KVM can")
#define require_invpcid()						\
	require_msg(this_cpu_has(X86_FEATURE_INVPCID),			\
		    "no INVPCID: QEMU's TCG never has it, only hardware and KVM can")

enum { INVPCID_ADDRESS, INVPCID_CONTEXT, INVPCID_ALL, INVPCID_ALL_NOT_GLOBAL, INVPCID_TYPES };

/* Clears CR4.PCIDE and CR3's low bits, as they were at the start. */
void without_pcide(void);

#endif
