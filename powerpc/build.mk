# SPDX-License-Identifier: BSD-2-Clause
# How ppc64 guests are built: both byte orders from the same sources, and the boot ROM of both. lib/powerpc is what any
# POWER machine has, lib/ppc64 what its 64-bit MMU and registers are.

define powerpc_description
$(1).TESTS := powerpc
$(1).LIBDIRS := lib/ppc64 lib/powerpc lib/devicetree lib/traps lib
$(1).START := powerpc/start.S
$(1).LDSCRIPT := powerpc/flat.lds
$(1).LDFLAGS := -m $(2) --no-toc-optimize
$(1).FLATFLAGS := --strip-debug
$(1).EXTRA_IMAGES := $(B)/$(1)/rom.bin
$(B)/$(1)/rom.bin: $(B)/$(1)/powerpc/rom/rom.S.o
	$$(call quiet,ROM,$$@)$$($(1).OBJCOPY) -O binary -j .text $$< $$@
endef
$(eval $(call powerpc_description,ppc64,elf64ppc))
$(eval $(call powerpc_description,ppc64le,elf64lppc))
