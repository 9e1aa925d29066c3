# SPDX-License-Identifier: BSD-2-Clause
# How arm64 guests are built. lib/arm is what 32- and 64-bit Arm share.

arm64.TESTS := arm
arm64.LIBDIRS := lib/arm64 lib/arm lib
arm64.START := arm/start64.S
arm64.LDSCRIPT := arm/flat.lds
arm64.LDFLAGS := -m aarch64elf
# The header in start64.S makes a flat binary a Linux kernel image, which QEMU and others load.
arm64.FLATFLAGS := -O binary
