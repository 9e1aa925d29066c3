# SPDX-License-Identifier: BSD-2-Clause
# How x86 guests are built: x86_64 and i386 from the same sources, and the boot ROM of both.

define x86_description
$(1).TESTS := x86
$(1).LIBDIRS := lib/x86 lib
$(1).START := x86/$(2)
$(1).LDSCRIPT := x86/flat.lds
# QEMU's multiboot loader takes 32-bit ELF files only (Multiboot 0.6.96, section 3.1.3).
$(1).FLATFLAGS := --strip-debug -O elf32-i386
$(1).EXTRA_IMAGES := $(B)/$(1)/rom.bin
endef
$(eval $(call x86_description,x86_64,start64.S))
$(eval $(call x86_description,i386,start32.S))
x86_64.LDFLAGS := -m elf_x86_64
i386.LDFLAGS := -m elf_i386
