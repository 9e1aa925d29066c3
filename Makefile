# SPDX-License-Identifier: BSD-2-Clause
# Builds everything, for every configured architecture side by side, under build/. Not recursive; nothing
# is listed: a file is built because it is there. See docs/architecture.md for what goes where.

B := build
-include $(B)/config.mk
ifeq ($(TOP),)
TOP := $(CURDIR)
$(if $(filter-out help clean distclean,$(or $(MAKECMDGOALS),all)),$(error not configured: run ./configure first))
endif
# Empty in the source tree, whose path may then have blanks in it.
ifeq ($(CURDIR),$(TOP))
S :=
else
S := $(TOP)/
endif

V ?= 0
quiet = $(if $(filter 0,$(V)),@printf '  %-8s%s\n' '$(1)' '$(2)' &&)

.PHONY: all images smoke runner vmm install clean distclean help
.DELETE_ON_ERROR:
.SUFFIXES:
all: images runner vmm

help:
	@printf '%s\n' 'make            the images of all configured architectures, and the runner' \
		'make install    images, runner and entries under --prefix (DESTDIR is honoured)' \
		'make standalone one self-contained file of each test, build/standalone/ARCH/TEST (TESTS=NAMES)' \
		'make install-standalone  the same under --prefix' \
		'make dist       build/vmunit-VERSION.tar.gz, which builds without git' \
		'make check      the tests of vmunit itself' \
		'make check-ci   the jobs of CI services, each in a fresh clone (CHECKS=PATTERN)' \
		'make check-sensitivity   proves that the tests can fail (all rows)' \
		'make bench      what the runner costs beside bare QEMU' \
		'make clean      removes what make built' \
		'V=1             shows the commands'

# ---- guests -------------------------------------------------------------------------------------

# One of these in each test directory describes its architectures.
include $(patsubst %,$(S)%/build.mk,$(ARCH_DIRS))

# Images are the same wherever they are built.
prefix_map := -ffile-prefix-map='$(TOP)=.' -ffile-prefix-map='$(TOP)/=' -ffile-prefix-map='$(CURDIR)=.'
# arm-none-eabi-gcc 12 hands only this form on to its assembler.
as_prefix_map := $(subst -ffile-,-fdebug-,$(prefix_map))
guest_cflags = -std=gnu11 -O2 -g -ffreestanding -ffunction-sections -fdata-sections -Wall -Wextra $(WERROR) \
	$(prefix_map)

# The library of an architecture: files of its own directories replace common ones of the same name.
library_sources = $(foreach n,$(sort $(notdir $(foreach d,$(1),$(wildcard $(S)$(d)/*.[cS])))),\
	$(firstword $(foreach d,$(1),$(wildcard $(S)$(d)/$(n)))))

object = $(B)/$(1)/$(patsubst %.S,%.S.o,$(patsubst %.c,%.o,$(patsubst $(S)%,%,$(2))))
objects = $(foreach f,$(2),$(call object,$(1),$(f)))

# A test is a file, or a directory of files, in common/, in the architecture's directory, or in one of
# that directory named like the architecture.
test_mains = $(filter-out $(foreach a,$(ARCHS),%/$(a)/main.c),$(wildcard $(S)$($(1).TESTS)/*/main.c)) \
	$(wildcard $(S)$($(1).TESTS)/$(1)/*/main.c)
test_files = $(wildcard $(S)common/*.c $(S)$($(1).TESTS)/*.c $(S)$($(1).TESTS)/$(1)/*.c $(S)selftests/guests/*.c \
	$(S)selftests/guests/$($(1).TESTS)/*.c)

# The image of a test's file: without the directory of an architecture inside the test's own.
image_name = $(subst /$(1)/,/,$(subst /guests/$($(1).TESTS)/,/guests/,$(patsubst $(S)%.c,%,$(2))))

# $(1): architecture, $(2): image without extension, $(3): its own objects
define image_rules
$(3): image_define := -DVMUNIT_IMAGE='"$(2)"'
$(B)/$(1)/$(2).elf: $(3) $$($(1).LIB_OBJECTS) $(S)$$($(1).LDSCRIPT)
	$$(call quiet,LD,$$@)$$($(1).LD) $$($(1).LDFLAGS) --gc-sections --build-id=none -z noexecstack \
		-z max-page-size=4096 -T $(S)$$($(1).LDSCRIPT) -o $$@ $(3) $$($(1).LIB_OBJECTS)
$(B)/$(1)/$(2).flat: $(B)/$(1)/$(2).elf
	$$(call quiet,FLAT,$$@)$$($(1).OBJCOPY) $$($(1).FLATFLAGS) $$< $$@
$(1).IMAGES += $(B)/$(1)/$(2).flat
endef

define arch_variables
include $(B)/$(1)/config.mk
$(1).INCLUDES := $(foreach d,$($(1).LIBDIRS),-I$(S)$(d))
$(1).LIB_OBJECTS := $(call objects,$(1),$(call library_sources,$($(1).LIBDIRS)) $(patsubst %,$(S)%,$($(1).START)))
endef

# After the variables are set: prerequisites are expanded when a rule is read.
define arch_rules
$(B)/$(1)/%.o: $(S)%.c $(B)/$(1)/config.mk
	@mkdir -p $$(@D)
	$$(call quiet,CC,$$@)$$($(1).CC) $$(guest_cflags) $$($(1).CFLAGS) $$($(1).INCLUDES) $$($(1).EXTRA_CFLAGS) $$(image_define) \
		-MMD -MP -c -o $$@ $$<
$(B)/$(1)/%.S.o: $(S)%.S $(B)/$(1)/config.mk
	@mkdir -p $$(@D)
	$$(call quiet,AS,$$@)$$($(1).CC) $$(guest_cflags) $$(as_prefix_map) $$($(1).CFLAGS) $$($(1).INCLUDES) \
		-MMD -MP -c -o $$@ $$<
$(foreach f,$(call test_files,$(1)),\
$(eval $(call image_rules,$(1),$(call image_name,$(1),$(f)),$(call object,$(1),$(f)))))
$(foreach d,$(patsubst %/,%,$(sort $(dir $(call test_mains,$(1))))),\
$(eval $(call image_rules,$(1),$(call image_name,$(1),$(d).c),$(call objects,$(1),$(wildcard $(d)/*.[cS])))))
images: $$($(1).IMAGES) $($(1).EXTRA_IMAGES)
# What shows in a minute that a compiler will do.
smoke: $$(filter $(B)/$(1)/common/%,$$($(1).IMAGES)) $($(1).EXTRA_IMAGES)
-include $$(patsubst %.o,%.d,$$($(1).LIB_OBJECTS)) $$(wildcard $(B)/$(1)/$($(1).TESTS)/*/*.d $(B)/$(1)/$($(1).TESTS)/*/*/*.d) $(foreach f,$(call test_files,$(1)),$(patsubst %.o,%.d,$(call object,$(1),$(f))))
endef
$(foreach a,$(ARCHS),$(eval $(call arch_variables,$(a))))
$(foreach a,$(ARCHS),$(eval $(call arch_rules,$(a))))

# ---- the runner ---------------------------------------------------------------------------------

host_cflags = -std=c11 -O2 -g -D_POSIX_C_SOURCE=200809L -D_DARWIN_C_SOURCE -Wall -Wextra -Wmissing-prototypes \
	$(WERROR) $(prefix_map) -I$(S)runner -MMD -MP $(HOST_CFLAGS)
runner_sources := $(wildcard $(S)runner/*.c)
runner_objects := $(patsubst $(S)%.c,$(B)/%.o,$(runner_sources))

$(B)/runner/%.o: $(S)runner/%.c $(B)/config.mk
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(host_cflags) -c -o $@ $<
$(B)/runner/vmunit: $(runner_objects)
	$(call quiet,HOSTLD,$@)$(HOSTCC) $(HOST_LDFLAGS) -o $@ $(runner_objects) $(JANSSON)
runner: $(B)/runner/vmunit
-include $(runner_objects:.o=.d)

# ---- the small VMM, where configure found what it needs --------------------------------------------

vmm_cflags = -std=c11 -O2 -g -D_GNU_SOURCE -pthread -Wall -Wextra -Wmissing-prototypes $(WERROR) $(prefix_map) -MMD -MP \
	$(HOST_CFLAGS)
# The grid of its files: what ends in an architecture is that column's alone (docs/vmm.md).
vmm_columns := x86_64 arm64 riscv64 ppc64
vmm_sources := $(filter-out $(foreach c,$(filter-out $(VMM),$(vmm_columns)),%_$(c).c),$(wildcard $(S)vmm/*.c))
vmm_objects := $(vmm_sources:$(S)%.c=$(B)/%.o)

$(B)/vmm/%.o: $(S)vmm/%.c $(B)/config.mk
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(vmm_cflags) -c -o $@ $<
$(B)/vmm/vmunit-vmm: $(vmm_objects)
	$(call quiet,HOSTLD,$@)$(HOSTCC) $(HOST_LDFLAGS) -pthread -o $@ $(vmm_objects) -lseccomp
vmm: $(if $(VMM),$(B)/vmm/vmunit-vmm)
-include $(vmm_objects:.o=.d)

-include $(S)selftests/check.mk

# ---- installation -------------------------------------------------------------------------------

# What running needs, without the sources: the runner with all entries, and each architecture's images with their debug
# information. They can be installed apart; the runner sees which images are there.
destdir := $(if $(DESTDIR),$(abspath $(DESTDIR)))
installed := $(destdir)$(PREFIX)/lib/vmunit
bindir := $(destdir)$(PREFIX)/bin
mandir := $(destdir)$(PREFIX)/share/man
install: install-runner install-vmm install-docs $(ARCHS:%=install-images-%)
.PHONY: install-runner install-docs
# Modes are the same whatever the umask, and whatever the modes of the sources.
put := install -m 644
put_program := install -m 755
install-runner: runner
	umask 022; for cfg in $(patsubst $(S)%,%,$(wildcard $(S)unittests.cfg $(S)*/unittests.cfg)); do \
		mkdir -p "$(installed)/$$(dirname $$cfg)" && $(put) $(S)$$cfg "$(installed)/$$cfg" || exit 1; done
	umask 022; mkdir -p "$(installed)/build/runner" "$(installed)/scripts" "$(bindir)"
	$(put) $(S)known-issues.cfg "$(installed)/"
	$(put_program) $(B)/runner/vmunit "$(installed)/build/runner/"
	$(put) $(S)scripts/standalone-body "$(installed)/scripts/"
	sed 's|@LIB@|$(PREFIX)/lib/vmunit|g' $(S)scripts/vmunit.in >$(B)/runner/vmunit.sh
	$(put_program) $(B)/runner/vmunit.sh "$(bindir)/vmunit"
install-docs:
	umask 022; mkdir -p "$(mandir)/man1" "$(mandir)/man5" \
		"$(destdir)$(PREFIX)/share/bash-completion/completions" "$(destdir)$(PREFIX)/share/zsh/site-functions"
	$(put) $(S)docs/man/vmunit.1 $(S)docs/man/run_tests.sh.1 "$(mandir)/man1/"
	$(put) $(S)docs/man/unittests.cfg.5 "$(mandir)/man5/"
	$(put) $(S)scripts/completion.bash "$(destdir)$(PREFIX)/share/bash-completion/completions/vmunit"
	$(put) $(S)scripts/completion.zsh "$(destdir)$(PREFIX)/share/zsh/site-functions/_vmunit"
.PHONY: install-vmm
install-vmm: vmm
ifneq ($(VMM),)
	umask 022; mkdir -p "$(installed)/build/vmm"
	$(put_program) $(B)/vmm/vmunit-vmm "$(installed)/build/vmm/"
endif
define install_rules
.PHONY: install-images-$(1) images-$(1)
images-$(1): $$($(1).IMAGES) $$($(1).EXTRA_IMAGES)
install-images-$(1): images-$(1)
	umask 022; cd $(B) && find $(1) -path $(1)/selftests -prune -o '(' -name '*.elf' -o -name '*.flat' -o -name '*.bin' ')' -print | \
		while read -r f; do mkdir -p "$(installed)/build/$$$${f%/*}" && \
		$(put) $$$$f "$(installed)/build/$$$$f" || exit 1; done
endef
$(foreach a,$(ARCHS),$(eval $(call install_rules,$(a))))

# One POSIX-shell file for each test; it needs nothing but QEMU.
.PHONY: standalone install-standalone
standalone: images runner
	rm -rf $(B)/standalone
	ACCEL= MACHINE= CHECK= TIMEOUT= QEMU='$(QEMU)' $(B)/runner/vmunit --top '$(TOP)' --build $(B) --all --standalone $(B)/standalone $(TESTS)
install-standalone: standalone
	mkdir -p "$(installed)"
	rm -rf "$(installed)/standalone"
	cp -R $(B)/standalone "$(installed)/standalone"

# A release: what git knows, with the version in its name. It builds without git. The same commit makes the same bytes:
# times are the commit's, modes are not the user's.
VERSION := $(shell cat $(S)VERSION)
release := $(B)/vmunit-$(VERSION).tar
.PHONY: dist
dist:
	mkdir -p $(B)
	git -C '$(TOP)' -c tar.umask=0022 archive --format=tar --prefix=vmunit-$(VERSION)/ HEAD >$(release)
	gzip -9nf $(release)
	@git -C '$(TOP)' diff --quiet HEAD || echo 'changes that are not committed are not in it'
	@echo $(release).gz

clean:
	rm -rf $(foreach a,$(ARCHS),$(filter-out %/config.mk %/addr2line,$(wildcard $(B)/$(a)/*))) $(B)/runner $(B)/vmm $(B)/check \
		$(B)/cache $(B)/stamp
distclean:
	rm -rf $(B) logs
