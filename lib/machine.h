/* SPDX-License-Identifier: BSD-2-Clause */
/* The beginning and the end of an image: between the architecture's start code and main(). */
#ifndef MACHINE_H
#define MACHINE_H

/*
 * Called once by the start code, on the boot CPU, as soon as the hooks of arch-hooks.h work: reads the arguments, says
 * hello, runs main(), exits with its status.
 */
_Noreturn void vmunit_main(void);

/* Says the exit record and ends the machine with status (0 to 127), as the last thing that any CPU says. */
_Noreturn void machine_end(int status);

#endif
