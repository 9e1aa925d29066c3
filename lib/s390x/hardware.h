/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which machine and hypervisor this is: STIDP's machine type, STSI 3.2.2's control program (in
 * EBCDIC).
 */
#ifndef S390X_HARDWARE_H
#define S390X_HARDWARE_H

#include "asm/arch_def.h"

enum s390_host { HOST_IS_UNKNOWN, HOST_IS_LPAR, HOST_IS_KVM, HOST_IS_TCG };

/* Asked once. */
enum s390_host detect_host(void);

static inline bool host_is_tcg(void)
{
	return detect_host() == HOST_IS_TCG;
}

static inline bool host_is_kvm(void)
{
	return detect_host() == HOST_IS_KVM;
}

static inline bool host_is_lpar(void)
{
	return detect_host() == HOST_IS_LPAR;
}

static inline bool host_is_qemu(void)
{
	return host_is_tcg() || host_is_kvm();
}

static inline u16 get_machine_id(void)
{
	return stidp() >> 16;
}

#define MACHINE_Z15A	0x8561
#define MACHINE_Z15B	0x8562

static inline bool machine_is_z15(void)
{
	u16 id = get_machine_id();

	return id == MACHINE_Z15A || id == MACHINE_Z15B;
}

#endif
