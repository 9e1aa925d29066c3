/* SPDX-License-Identifier: BSD-2-Clause */
/* What runs this: see hardware.h. */
#include "s390x/hardware.h"
#include "s390x/stsi.h"

/*
 * "KVM/" in EBCDIC: what QEMU calls its control program with KVM and without; the CPU's
 * manufacturer is "QEMU" without.
 */
static const u8 kvm[] = { 0xd2, 0xe5, 0xd4, 0x61 };
static const u8 qemu[] = { 0xd8, 0xc5, 0xd4, 0xe4 };

#define MANUFACTURER	32

enum s390_host detect_host(void)
{
	static enum s390_host host;
	static u8 block[4096] __aligned(4096);

	if (host)
		return host;
	if (stsi_get_fc() == 2) {
		host = HOST_IS_LPAR;
	} else if (stsi_get_fc() == 3 && stsi(block, 1, 1, 1) == 0 &&
		   memcmp(block + MANUFACTURER, qemu, sizeof(qemu)) == 0) {
		host = HOST_IS_TCG;
	} else if (stsi_get_fc() == 3 && stsi(block, 3, 2, 2) == 0) {
		const struct sysinfo_3_2_2 *info = (void *)block;

		if (memcmp(info->vm[0].cpi, kvm, sizeof(kvm)) == 0)
			host = HOST_IS_KVM;
	}
	return host;
}
