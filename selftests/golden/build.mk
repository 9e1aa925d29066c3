# SPDX-License-Identifier: BSD-2-Clause
# The programs of the golden tests: the output side of the runner alone, with sanitizers. selftests/check.mk includes this.

output_sources := $(addprefix $(S)runner/,event.c event_schema.c escape.c describe.c run_view.c report.c \
	format_terminal.c terminal_archs.c terminal_live.c terminal_test.c terminal_summary.c format_tap13.c tap_yaml.c format_json.c \
	util.c strings.c verdict.c)
golden_programs := $(C)/format $(C)/live

$(golden_programs): $(C)/%: $(S)selftests/golden/%.c $(output_sources) $(wildcard $(S)runner/*.h)
	@mkdir -p $(@D)
	$(call quiet,HOSTCC,$@)$(HOSTCC) $(filter-out -MMD -MP,$(host_cflags)) $(sanitize) -o $@ $< $(output_sources) \
		$(JANSSON) -lpthread
check-programs: $(golden_programs)
