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

# The ROM is 32-bit code whichever architecture it serves.
rom_objects = $(B)/$(1)/x86/rom/reset.S.o $(B)/$(1)/x86/rom/rom.o
define rom_rules
$(call rom_objects,$(1)): guest_cflags += -I$(S)x86
$(call rom_objects,$(1)): $(1).CFLAGS += -m32 -march=i686 -Os
$(B)/$(1)/rom.elf: $(call rom_objects,$(1)) $(S)x86/rom/rom.ld
	$$(call quiet,LD,$$@)$$($(1).LD) -m elf_i386 --gc-sections --build-id=none -z noexecstack \
		-e 0xfffffff0 -T $(S)x86/rom/rom.ld -o $$@ $(call rom_objects,$(1))
$(B)/$(1)/rom.bin: $(B)/$(1)/rom.elf
	$$(call quiet,ROM,$$@)$$($(1).OBJCOPY) -O binary -R .data $$< $$@ && printf '\0' >>$$@
-include $(patsubst %.o,%.d,$(call rom_objects,$(1)))
endef
$(foreach a,$(filter x86_64 i386,$(ARCHS)),$(eval $(call rom_rules,$(a))))
