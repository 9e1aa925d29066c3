/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits of the debug registers DR6 and DR7 (SDM volume 3, section 18.2; APM volume 2, section 13.1.1). */
#ifndef X86_ASM_DEBUGREG_H
#define X86_ASM_DEBUGREG_H

/* DR6, what a #DB was for. B0-B3: the condition of breakpoint n was met. */
#define DR6_TRAP0		(1UL << 0)
#define DR6_TRAP1		(1UL << 1)
#define DR6_TRAP2		(1UL << 2)
#define DR6_TRAP3		(1UL << 3)
#define DR6_TRAP_BITS		0xfUL
#define DR6_BUS_LOCK		(1UL << 11)	/* clear: a bus lock was detected */
#define DR6_BD			(1UL << 13)	/* the next instruction accesses a debug register, DR7.GD was set */
#define DR6_BS			(1UL << 14)	/* single step */
#define DR6_BT			(1UL << 15)	/* task switch to a TSS with T=1 */
#define DR6_RTM			(1UL << 16)	/* clear: #DB inside a transaction */
#define DR6_VOLATILE		(DR6_TRAP_BITS | DR6_BUS_LOCK | DR6_BD | DR6_BS | DR6_BT | DR6_RTM)

/* After reset, and what DR6 holds when nothing happened: bits that read as one, and those that signal by zero. */
#define DR6_FIXED_1		0xfffe07f0UL
#define DR6_ACTIVE_LOW		0xffff0ff0UL

/* DR7: per breakpoint n (0 to 3) local and global enable, type and length. */
#define DR7_LOCAL_ENABLE_DRx(n)	(1UL << (2 * (n)))
#define DR7_GLOBAL_ENABLE_DRx(n) (2UL << (2 * (n)))
#define DR7_LOCAL_ENABLE_DR0	DR7_LOCAL_ENABLE_DRx(0)
#define DR7_LOCAL_ENABLE_DR1	DR7_LOCAL_ENABLE_DRx(1)
#define DR7_LOCAL_ENABLE_DR2	DR7_LOCAL_ENABLE_DRx(2)
#define DR7_LOCAL_ENABLE_DR3	DR7_LOCAL_ENABLE_DRx(3)
#define DR7_GLOBAL_ENABLE_DR0	DR7_GLOBAL_ENABLE_DRx(0)
#define DR7_GLOBAL_ENABLE_DR1	DR7_GLOBAL_ENABLE_DRx(1)
#define DR7_GLOBAL_ENABLE_DR2	DR7_GLOBAL_ENABLE_DRx(2)
#define DR7_GLOBAL_ENABLE_DR3	DR7_GLOBAL_ENABLE_DRx(3)

#define DR7_EXECUTE_DRx(n)	(0UL << (16 + 4 * (n)))
#define DR7_WRITE_DRx(n)	(1UL << (16 + 4 * (n)))
#define DR7_PORT_IO_DRx(n)	(2UL << (16 + 4 * (n)))	/* with CR4.DE */
#define DR7_ACCESS_DRx(n)	(3UL << (16 + 4 * (n)))
#define DR7_LEN_1_DRx(n)	(0UL << (18 + 4 * (n)))
#define DR7_LEN_2_DRx(n)	(1UL << (18 + 4 * (n)))
#define DR7_LEN_8_DRx(n)	(2UL << (18 + 4 * (n)))
#define DR7_LEN_4_DRx(n)	(3UL << (18 + 4 * (n)))

#define DR7_FIXED_1		0x00000400UL	/* reads as one; the value after reset */
#define DR7_LE			(1UL << 8)	/* exact breakpoints: ignored since the P6 */
#define DR7_GE			(1UL << 9)
#define DR7_RTM			(1UL << 11)
#define DR7_GD			(1UL << 13)	/* #DB on access to a debug register */

#endif
