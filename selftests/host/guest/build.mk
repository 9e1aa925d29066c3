# SPDX-License-Identifier: BSD-2-Clause
# Host tests of the guest's allocators, with sanitizers; selftests/check.mk includes this. The stand-ins in this directory
# come before the guest's own headers, and LIBCFLAT_H keeps its libcflat.h, which lies beside its sources, out.

guest_alloc_cflags := -std=c11 -O1 -g -D_POSIX_C_SOURCE=200809L -D_DARWIN_C_SOURCE -Wall -Wextra $(WERROR) $(sanitize) \
	-iquote $(S)selftests/host/guest -iquote $(S)lib -iquote $(S)lib/x86
guest_alloc_sources := $(S)selftests/host/guest_alloc.c $(addprefix $(S)lib/,page_tree.c alloc_page.c alloc_phys.c alloc.c)
guest_alloc_headers := $(wildcard $(S)selftests/host/guest/*.h $(S)selftests/host/guest/asm/*.h) \
	$(addprefix $(S)lib/,page_tree.h alloc_page.h alloc_phys.h alloc.h memory_map.h arch-hooks.h)

$(C)/guest_alloc_tree: $(S)selftests/host/guest_alloc_tree.c $(S)lib/page_tree.c $(S)lib/page_tree.h
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(guest_alloc_cflags) -o $@ $(filter %.c,$^)
$(C)/guest_alloc: $(guest_alloc_sources) $(guest_alloc_headers)
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(guest_alloc_cflags) -include $(S)selftests/host/guest/libcflat.h -DLIBCFLAT_H \
		-o $@ $(guest_alloc_sources)
check-programs: $(C)/guest_alloc $(C)/guest_alloc_tree
