/* SPDX-License-Identifier: BSD-2-Clause */
/* From the start code to main() and on to exit(): see machine.h. */
#include "arch-hooks.h"
#include "args.h"
#include "cases.h"
#include "cpumask.h"
#include "machine.h"
#include "record.h"

int main(int argc, char **argv, char **envp);

/* What is linked without VMUNIT_IMAGE. */
const char vmunit_image[] __attribute__((weak)) = "vmunit";

static void say_hello(unsigned int cases)
{
	struct linebuf *r;

	if (!record_enabled())
		return;
	r = record_begin("hello");
	record_string(r, "image", vmunit_image);
	record_number(r, "cases", cases);
	record_send(r);
}

static const char *read_arguments(struct args *args)
{
	const char *error, *block;
	size_t len = 0;

	args->argv[args->argc++] = (char *)vmunit_image;
	error = args_parse(args, arch_command_line());
	block = arch_environment(&len);
	if (!error && block)
		error = args_add_block(args, block, len);
	return error;
}

void vmunit_main(void)
{
	static struct args args;
	const char *error = read_arguments(&args);
	unsigned int cases;

	if (args.token)
		record_set_token(args.token);
	cases = cases_select(args.cases, args.from);
	say_hello(cases);
	if (error)
		report_abort("%s", error);
	if ((args.cases || args.from) && !cases)
		report_abort("no case matches vmunit.case=%s vmunit.from=%s", args.cases ? args.cases : "*",
			     args.from ? args.from : "");
	cpumask_init();
	environ = args.environ;
	arch_ready();
	exit(main(args.argc, args.argv, args.environ));
}
