/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What QEMU's pseries machine has in the place of its firmware: it enters at 0x100, big-endian,
 * r3 the device tree (QEMU's docs/specs/ppc-spapr-*, hw/ppc/spapr.c: SPAPR_ENTRY_POINT), and
 * -kernel put the image at 4 MiB. Goes there with r3 as it is, and r5 0: there is no client
 * interface. Bytes, since the image may be little-endian.
 */
	.text
	.org 0x100
	.byte 0x3c, 0x80, 0x00, 0x40	/* lis r4, 0x40 */
	.byte 0x7c, 0x89, 0x03, 0xa6	/* mtctr r4 */
	.byte 0x38, 0xa0, 0x00, 0x00	/* li r5, 0 */
	.byte 0x4e, 0x80, 0x04, 0x20	/* bctr */
