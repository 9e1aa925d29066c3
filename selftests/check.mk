# SPDX-License-Identifier: BSD-2-Clause
# The tests of vmunit itself. Programs are built here, run by selftests/run, which counts.

.PHONY: check check-sensitivity bench check-programs
C := $(B)/check
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

check: all check-programs
	@selftests/run $(CHECKS)
check-sensitivity: all check-programs
	@selftests/sensitivity all
bench: all check-programs
	@selftests/bench

check_tools := $(patsubst %,$(C)/%,verdicts count bench)
$(check_tools): $(C)/%: $(S)selftests/%.c
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(host_cflags) -o $@ $< $(JANSSON)

check-programs: $(check_tools)
include $(S)selftests/golden/build.mk
