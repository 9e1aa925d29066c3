# SPDX-License-Identifier: BSD-2-Clause
# The tests of vmunit itself. Programs are built here, run by selftests/run, which counts.

.PHONY: check check-ci check-sensitivity bench check-programs
C := $(B)/check
sanitize := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

check: all check-programs
	@selftests/run $(CHECKS)
check-ci:
	@selftests/ci-jobs "$(CHECKS)"
check-sensitivity: all check-programs
	@selftests/sensitivity all
bench: all check-programs
	@selftests/bench

check_tools := $(patsubst %,$(C)/%,verdicts count bench same)
$(check_tools): $(C)/%: $(S)selftests/%.c
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(filter-out -MMD -MP,$(host_cflags)) -o $@ $< $(JANSSON)
check-programs: $(check_tools)

# Unit tests of the runner: each is linked with what it needs of the runner, with sanitizers.
runner_parts := $(filter-out main,$(patsubst $(S)runner/%.c,%,$(runner_sources)))
$(C)/runner/%.o: $(S)runner/%.c $(B)/config.mk
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(host_cflags) $(sanitize) -c -o $@ $<
$(C)/runner.a: $(patsubst %,$(C)/runner/%.o,$(runner_parts))
	$(call quiet,AR,$@)rm -f $@ && ar rc $@ $^
host_tests := $(patsubst $(S)selftests/host/%.c,$(C)/host/%,\
	$(filter-out $(S)selftests/host/guest_%,$(wildcard $(S)selftests/host/*.c)))
$(host_tests): $(C)/host/%: $(S)selftests/host/%.c $(C)/runner.a
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(host_cflags) $(sanitize) -I$(S)selftests/host -o $@ $< $(C)/runner.a $(JANSSON)
check-programs: $(host_tests)
-include $(patsubst %,$(C)/runner/%.d,$(runner_parts)) $(host_tests:%=%.d)

# Fuzzers, where clang has libFuzzer; selftests/checks/fuzz builds and runs them.
FUZZ_CC ?= clang
fuzz_flags := -std=c11 -O1 -g -D_POSIX_C_SOURCE=200809L -D_DARWIN_C_SOURCE -I$(S)runner -MMD -MP \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
$(C)/fuzz/runner/%.o: $(S)runner/%.c $(B)/config.mk
	@mkdir -p $(@D)
	$(call quiet,FUZZCC,$@)$(FUZZ_CC) $(fuzz_flags) -c -o $@ $<
$(C)/fuzz/runner.a: $(patsubst %,$(C)/fuzz/runner/%.o,$(runner_parts))
	$(call quiet,AR,$@)rm -f $@ && ar rc $@ $^
# The small VMM without its main(), and with ioctl() in the fuzzer's hands.
vmm_parts := $(filter-out main,$(patsubst $(S)vmm/%.c,%,$(vmm_sources)))
vmm_fuzz_flags := -std=c11 -O1 -g -D_GNU_SOURCE -pthread -MMD -MP \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
$(C)/fuzz/vmm/%.o: $(S)vmm/%.c $(B)/config.mk
	@mkdir -p $(@D)
	$(call quiet,FUZZCC,$@)$(FUZZ_CC) $(vmm_fuzz_flags) -c -o $@ $<
$(C)/fuzz/vmm.a: $(patsubst %,$(C)/fuzz/vmm/%.o,$(vmm_parts))
	$(call quiet,AR,$@)rm -f $@ && ar rc $@ $^
# And whole, for random guest code: selftests/checks/smallvmm.
$(C)/vmm-asan: $(wildcard $(S)vmm/*.[ch]) $(S)lib/hostop.h
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(filter-out -MMD -MP,$(vmm_cflags)) $(sanitize) -o $@ $(vmm_sources) -lseccomp
# A KVM that misbehaves, to be preloaded.
$(C)/fake-kvm.so: $(S)selftests/fake-kvm.c
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(filter-out -MMD -MP,$(vmm_cflags)) -fPIC -shared -o $@ $< -ldl
check-programs: $(if $(VMM),$(C)/fake-kvm.so)
vmm_fuzzers := $(patsubst $(S)selftests/fuzz/%.c,$(C)/fuzz/%,$(wildcard $(S)selftests/fuzz/vmm_*.c))
$(vmm_fuzzers): $(C)/fuzz/%: $(S)selftests/fuzz/%.c $(C)/fuzz/vmm.a
	$(call quiet,FUZZCC,$@)$(FUZZ_CC) $(vmm_fuzz_flags) -fsanitize=fuzzer -Wl,--wrap=ioctl -o $@ $< $(C)/fuzz/vmm.a -lseccomp
fuzzers := $(patsubst $(S)selftests/fuzz/%.c,$(C)/fuzz/%,$(wildcard $(S)selftests/fuzz/*.c))
$(filter-out $(vmm_fuzzers),$(fuzzers)): $(C)/fuzz/%: $(S)selftests/fuzz/%.c $(C)/fuzz/runner.a
	$(call quiet,FUZZCC,$@)$(FUZZ_CC) $(fuzz_flags) -fsanitize=fuzzer -o $@ $< $(C)/fuzz/runner.a $(JANSSON)
.PHONY: fuzzers
fuzzers: $(filter-out $(if $(VMM),,$(C)/fuzz/vmm_%),$(fuzzers))
-include $(patsubst %,$(C)/fuzz/runner/%.d,$(runner_parts)) $(patsubst %,$(C)/fuzz/vmm/%.d,$(vmm_parts)) $(vmm_fuzzers:%=%.d)

include $(S)selftests/golden/build.mk
include $(S)selftests/host/guest_lib/build.mk
include $(S)selftests/host/guest/build.mk
