# SPDX-License-Identifier: BSD-2-Clause
# How Arm guests are built: 64 and 32 bits. lib/arm is what both share.

arm64.TESTS := arm
arm64.LIBDIRS := lib/arm64 lib/arm lib
arm64.START := arm/start64.S
arm64.LDSCRIPT := arm/flat.lds
arm64.LDFLAGS := -m aarch64elf --defsym=image_base=0x40080000
# The header in start64.S makes a flat binary a Linux kernel image, which QEMU and others load.
arm64.FLATFLAGS := -O binary

arm.TESTS := arm
arm.LIBDIRS := lib/arm32 lib/arm lib
arm.START := arm/start32.S
arm.LDSCRIPT := arm/flat.lds
# Without -m: linkers for Linux and for generic ELF call their only format by different names.
arm.LDFLAGS := --defsym=image_base=0x40010000
# Whatever is no known image is loaded as a Linux kernel for 32 bits.
arm.FLATFLAGS := -O binary
