# SPDX-License-Identifier: BSD-2-Clause
# Host tests of the guest's library: its own files under other names, with sanitizers. selftests/check.mk includes this.

guest_lib_tests := printf string stdlib udivdi3 glob args record console
guest_lib_programs := $(addprefix $(C)/guest_,$(guest_lib_tests))
# What the host can run of lib/: no memory, no devices, no cases (setjmp is an architecture's).
guest_lib_sources := $(addprefix $(S)lib/,args.c arch-hooks.c assert.c console.c decimal.c dump_stack.c exit.c format.c \
	getenv.c glob.c linebuf.c memcmp.c memcpy.c memmove.c memset.c patience.c prefix.c printf.c qsort.c record.c \
	report.c snprintf.c strchr.c string.c strtol.c summary.c udivdi3.c)
guest_lib_objects := $(patsubst $(S)lib/%.c,$(C)/guest_lib/%.o,$(guest_lib_sources))

$(C)/guest_lib/%.o: $(S)lib/%.c $(S)selftests/host/guest_lib/rename.h
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) -std=gnu11 -O2 -g -ffreestanding -Wall -Wextra $(WERROR) $(sanitize) -MMD -MP \
		-include $(S)selftests/host/guest_lib/rename.h -I$(S)selftests/host/guest_lib -I$(S)lib -c -o $@ $<
$(C)/guest_lib.a: $(guest_lib_objects)
	$(call quiet,AR,$@)rm -f $@ && ar rc $@ $(guest_lib_objects)
# The tests see the library's headers behind the host's, by -idirafter.
$(guest_lib_programs): $(C)/guest_%: $(S)selftests/host/guest_%.c $(S)selftests/host/check.h $(C)/guest_lib.a
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(filter-out -MMD -MP,$(host_cflags)) $(sanitize) -idirafter $(S)lib \
		-idirafter $(S)selftests/host/guest_lib -o $@ $< $(C)/guest_lib.a $(JANSSON) -lpthread
-include $(guest_lib_objects:.o=.d)
check-programs: $(guest_lib_programs)
