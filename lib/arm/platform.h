/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the device tree says of the machine, read once by the set-up: console, memory, CPUs, PSCI's conduit, the
 * loader's words. Drivers look for their own nodes in platform.fdt.
 */
#ifndef ARM_PLATFORM_H
#define ARM_PLATFORM_H

#include "libcflat.h"
#include "fdt.h"

enum conduit { CONDUIT_NONE, CONDUIT_HVC, CONDUIT_SMC };

struct platform {
	struct fdt fdt;
	const char *command_line;	/* /chosen bootargs, or NULL */
	const char *environment;	/* the initrd */
	size_t environment_len;
	phys_addr_t uart;		/* a PL011; 0 if there is none */
	phys_addr_t virtio_console;	/* looked for without a UART only; 0 if there is none */
	enum conduit psci;
};
extern struct platform platform;

/* Reads the blob at dtb, before anything else: fills platform, the memory map and cpus[]. Aborts on what is malformed. */
void platform_init(phys_addr_t dtb);

/*
 * Interrupt number index of a node as the GIC numbers it (0 to 15 SGI, 16 to 31 PPI, from 32 on SPI), by the three cells
 * of its "interrupts" (Linux, bindings/interrupt-controller/arm,gic.yaml); -1 if there is none.
 */
int platform_interrupt(int node, unsigned int index);

#endif
