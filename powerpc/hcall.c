/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls with right, wrong and reserved arguments (LoPAR 1.1, chapter 14): return codes, and
 * what they leave in registers and memory. A call that the device tree's ibm,hypertas-functions
 * does not name may be missing: then it is H_FUNCTION.
 */
#include "alloc_page.h"
#include "arch-hooks.h"
#include "case.h"
#include "on-cpus.h"
#include "patience.h"
#include "asm/hcall.h"
#include "asm/io.h"
#include "asm/mmu.h"
#include "asm/page.h"
#include "asm/smp.h"
#include "asm/time.h"
#include "asm/user.h"
#include "asm/vpa.h"

static bool announced(const char *function)
{
	return fdt_has_string(&machine_fdt, fdt_find(&machine_fdt, "/rtas"),
			      "ibm,hypertas-functions", function);
}

void case_setup(void)
{
	require_msg(machine_is_pseries(), "this machine is the hypervisor's own level");
	if (mmu_has_radix())
		setup_vm();
}

CASE(bad_numbers, "numbers that are no calls give H_FUNCTION")
{
	/* Numbers are multiples of 4; 0 and those between and behind the tables' are none. */
	static const unsigned long numbers[] = {
		0,
		1,
		2,
		3,
		5,
		0x2e,
		0xe1,
		0xf5,
		0x3fff0,
		0xefff,
		0x7ffffffffffffffc,
		0xfffffffffffffffc,
		0x10000002c,
		0x80000000000000e0,
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		expect_eq_msg(hcall(numbers[i], 0ul, 0ul, 0ul, 0ul), H_FUNCTION, "call %#lx",
			      numbers[i]);
}

CASE(user, "a hypercall from user mode gives H_PRIVILEGE and does nothing")
{
	static const u32 sc1 = INSN_SC_1;
	static const unsigned long numbers[] = {
		H_CEDE, H_PAGE_INIT, H_SET_MODE, H_RANDOM, H_PUT_TERM_CHAR, H_IPI,
		H_REGISTER_VPA, H_CONFER, H_PROD, H_REGISTER_PROC_TBL, H_SET_PARTITION_TABLE,
		H_ENTER_NESTED, H_TLB_INVALIDATE, H_RTAS, 3,
	};
	u64 *page = alloc_page();

	require(mmu_has_radix());
	page[0] = 0x55;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct pt_regs regs = { .gpr[3] = numbers[i] };

		if (numbers[i] == H_PAGE_INIT) {
			regs.gpr[4] = H_ZERO_PAGE;
			regs.gpr[5] = virt_to_phys(page);
		}
		run_user_code(&sc1, 1, &regs);
		expect_eq_msg(trap_record()->regs.trap, 0xc00, "call %#lx", numbers[i]);
		expect_eq_msg(trap_record()->regs.gpr[3], H_PRIVILEGE, "call %#lx", numbers[i]);
		expect_eq_msg(trap_record()->regs.nip, USER_CODE + 8, "call %#lx", numbers[i]);
	}
	expect_eq(page[0], 0x55);
	free_page(page);
}

CASE(registers, "what a hypercall must keep it keeps: r1, r2, r13 to r31, LR, CR2 to CR4")
{
	static const u32 insns[] = {
		0x7cc803a6,	/* mtlr r6 */
		0x7ccff120,	/* mtcr r6 */
		INSN_SC_1,
	};
	struct pt_regs regs = { .gpr[3] = H_CPPR, .gpr[4] = 0xff };
	const struct pt_regs *after;

	require(mmu_has_radix());
	for (unsigned int i = 6; i < 32; i++)
		regs.gpr[i] = 0x0123456789abcdeful * i;
	run_user_code(insns, ARRAY_SIZE(insns), &regs);
	after = &trap_record()->regs;
	for (unsigned int i = 13; i < 32; i++)
		expect_eq_msg(after->gpr[i], 0x0123456789abcdeful * i, "r%u", i);
	expect_eq(after->link, regs.gpr[6]);
	expect_eq(after->ccr & 0x00fff000, regs.gpr[6] & 0x00fff000);
}

CASE(set_sprg0, "H_SET_SPRG0 sets SPRG0")
{
	unsigned long irqs, old, seen[2];
	long ret[2];

	require(announced("hcall-sprg0"));
	irqs = arch_irq_save();
	old = mfspr(SPR_SPRG0);
	ret[0] = hcall(H_SET_SPRG0, 0xcafebabedeadbeeful);
	seen[0] = mfspr(SPR_SPRG0);
	ret[1] = hcall(H_SET_SPRG0, 0xfffffffffffffffful);
	seen[1] = mfspr(SPR_SPRG0);
	mtspr(SPR_SPRG0, old);
	arch_irq_restore(irqs);
	expect_eq(ret[0], H_SUCCESS);
	expect_eq(ret[1], H_SUCCESS);
	expect_eq(seen[0], 0xcafebabedeadbeeful);
	expect_eq(seen[1], ~0ul);
}

/* ---- H_PAGE_INIT ---- */

#define PAGES	3

/* Three pages: the middle one is the call's, the others must stay. */
static u8 *three_pages(u8 fill)
{
	u8 *pages = alloc_pages(2);

	memset(pages, 0xa5, PAGES * PAGE_SIZE);
	memset(pages + PAGE_SIZE, fill, PAGE_SIZE);
	return pages;
}

static bool all(const u8 *bytes, u8 value)
{
	for (size_t i = 0; i < PAGE_SIZE; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static void expect_neighbours(const u8 *pages)
{
	expect(all(pages, 0xa5));
	expect(all(pages + 2 * PAGE_SIZE, 0xa5));
}

static long page_init(unsigned long flags, const void *to, const void *from)
{
	return hcall(H_PAGE_INIT, flags, (unsigned long)to, (unsigned long)from);
}

CASE(page_zero, "H_PAGE_INIT clears one page, and no more")
{
	u8 *pages = three_pages(0xff);

	expect_eq(page_init(H_ZERO_PAGE, pages + PAGE_SIZE, NULL), H_SUCCESS);
	expect(all(pages + PAGE_SIZE, 0));
	expect_neighbours(pages);
}

CASE(page_copy, "H_PAGE_INIT copies one page, and no more")
{
	u8 *pages = three_pages(0xff), *from = alloc_page();

	for (size_t i = 0; i < PAGE_SIZE; i++)
		from[i] = (u8)(i * 7 + (i >> 8));
	expect_eq(page_init(H_COPY_PAGE, pages + PAGE_SIZE, from), H_SUCCESS);
	expect_mem(pages + PAGE_SIZE, from, PAGE_SIZE);
	expect_neighbours(pages);
	/* Both: the copy wins, as the destination was cleared first. */
	memset(pages + PAGE_SIZE, 1, PAGE_SIZE);
	expect_eq(page_init(H_ZERO_PAGE | H_COPY_PAGE, pages + PAGE_SIZE, from), H_SUCCESS);
	expect_mem(pages + PAGE_SIZE, from, PAGE_SIZE);
	expect_neighbours(pages);
}

CASE(page_nothing,
     "H_PAGE_INIT without flags, or for the instruction cache alone, changes no memory")
{
	u8 *pages = three_pages(0x5a);

	expect_eq(page_init(0, pages + PAGE_SIZE, NULL), H_SUCCESS);
	expect_eq(page_init(H_ICACHE_INVALIDATE, pages + PAGE_SIZE, NULL), H_SUCCESS);
	expect_eq(page_init(H_ICACHE_SYNCHRONIZE, pages + PAGE_SIZE, NULL), H_SUCCESS);
	expect(all(pages + PAGE_SIZE, 0x5a));
	expect_neighbours(pages);
}

CASE(page_bad, "addresses that are not aligned, or no memory, give H_PARAMETER and change nothing")
{
	u8 *pages = three_pages(0x5a), *page = pages + PAGE_SIZE;
	u8 *beyond = (u8 *)PHYSICAL_END;

	expect_eq(page_init(H_ZERO_PAGE, page + 8, NULL), H_PARAMETER);
	expect_eq(page_init(H_ZERO_PAGE, page + PAGE_SIZE / 2, NULL), H_PARAMETER);
	expect_eq(page_init(H_ZERO_PAGE, beyond, NULL), H_PARAMETER);
	expect_eq(page_init(H_ZERO_PAGE, (void *)(1ul << 60), NULL), H_PARAMETER);
	expect_eq(page_init(H_COPY_PAGE, page, pages + 8), H_PARAMETER);
	expect_eq(page_init(H_COPY_PAGE, page, beyond), H_PARAMETER);
	expect_eq(page_init(H_COPY_PAGE, page + 8, pages), H_PARAMETER);
	expect(all(page, 0x5a));
	expect_neighbours(pages);
}

/* ---- H_RANDOM ---- */

CASE(random, "H_RANDOM gives numbers that differ, in all of their bits")
{
	struct hcall_regs regs = { { H_RANDOM } };
	u64 ones = 0, zeros = 0, last = 0;

	hcall_regs(&regs);
	require_msg((long)regs.r[0] != H_FUNCTION && (long)regs.r[0] != H_HARDWARE,
		    "the machine has no H_RANDOM");
	for (int i = 0; i < 64; i++) {
		regs = (struct hcall_regs){ { H_RANDOM } };
		hcall_regs(&regs);
		expect_eq(regs.r[0], H_SUCCESS);
		expect_ne(regs.r[1], last);
		last = regs.r[1];
		ones |= last;
		zeros |= ~last;
	}
	/* That a bit stays for 64 numbers happens once in 2^58 runs. */
	expect_eq(ones, ~0ul);
	expect_eq(zeros, ~0ul);
}

/* ---- H_CEDE, H_PROD, H_CONFER ---- */

/* How long H_CEDE took; it ends by the decrementer after a second at the latest. */
static u64 cede(long *ret)
{
	u64 start;

	local_irq_disable();
	start = get_tb();
	dec_set(tb_hz);
	*ret = hcall(H_CEDE);
	start = get_tb() - start;
	local_irq_enable();
	dec_stop();
	return start;
}

CASE(prod_self, "H_PROD before H_CEDE makes that return at once, and only that one")
{
	long ret;
	u64 ticks;

	expect_eq(hcall(H_PROD, (unsigned long)cpus[0].server), H_SUCCESS);
	expect_lt(cede(&ret), tb_hz / 2);
	expect_eq(ret, H_SUCCESS);
	ticks = cede(&ret);
	expect_ge(ticks, tb_hz);
	expect_eq(ret, H_SUCCESS);
}

static volatile u32 stage;
static volatile long other_ret;
static volatile u64 other_ticks;

static void cede_there(void *data)
{
	long ret;

	stage = 1;
	other_ticks = cede(&ret);
	other_ret = ret;
	stage = 2;
}

CASE(prod_other, "H_PROD wakes another CPU from H_CEDE")
{
	struct patience patience = { 0 };

	require(arch_cpu_count() > 1);
	stage = 0;
	on_cpu_async(1, cede_there, NULL);
	while (stage != 1 && !patience_over(&patience, 10))
		cpu_relax();
	mdelay(50);
	expect_eq(stage, 1);
	expect_eq(hcall(H_PROD, (unsigned long)cpus[1].server), H_SUCCESS);
	while (stage != 2 && !patience_over(&patience, 10))
		cpu_relax();
	expect_eq(stage, 2);
	expect_eq(other_ret, H_SUCCESS);
	expect_ge(other_ticks, tb_hz / 25);
	expect_lt(other_ticks, tb_hz * 9 / 10);
}

CASE(prod_bad, "H_PROD of a CPU that does not exist gives H_PARAMETER")
{
	expect_eq(hcall(H_PROD, 0x7fff0000ul), H_PARAMETER);
	expect_eq(hcall(H_PROD, -1ul), H_PARAMETER);
}

CASE(confer_all, "H_CONFER to all CPUs returns H_SUCCESS")
{
	require(announced("hcall-splpar"));
	expect_eq(hcall(H_CONFER, -1ul, 0ul), H_SUCCESS);
}

CASE(confer, "H_CONFER to a CPU returns H_SUCCESS, to one that does not exist H_PARAMETER")
{
	u32 dispatch = 0;

	require(announced("hcall-splpar"));
	if (arch_cpu_count() > 1)
		expect_eq(hcall(H_CONFER, (unsigned long)cpus[1].server, (unsigned long)dispatch),
			  H_SUCCESS);
	expect_eq(hcall(H_CONFER, 0x7fff0000ul, 0ul), H_PARAMETER);
}

/* ---- the interrupt presentation layer ---- */

CASE(ipi, "H_IPI to no CPU is H_PARAMETER; H_XIRR without an interrupt gives no source")
{
	struct hcall_regs regs = { { H_XIRR } };

	expect_eq(hcall(H_IPI, 0x7fff0000ul, 4ul), H_PARAMETER);
	local_irq_disable();
	hcall_regs(&regs);
	local_irq_enable();
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1] & 0xffffff, 0);
}

CASE(ipi_priority,
     "an IPI waits while the processor's priority is as favoured, and comes with its priority")
{
	struct hcall_regs regs = { { H_IPOLL, cpus[0].server } };

	local_irq_disable();
	hcall(H_CPPR, 4ul);
	expect_eq(hcall(H_IPI, (unsigned long)cpus[0].server, 4ul), H_SUCCESS);
	/* H_IPOLL looks without taking: XIRR and MFRR. */
	hcall_regs(&regs);
	expect_eq(regs.r[0], H_SUCCESS);
	expect_eq(regs.r[1], 4ul << 24);
	expect_eq(regs.r[2], 4);
	hcall(H_CPPR, 5ul);
	regs = (struct hcall_regs){ { H_XIRR } };
	hcall_regs(&regs);
	expect_eq(regs.r[0], H_SUCCESS);
	/*
	 * The priority before, and the source: 2 is an IPI. H_XIRR has made the priority the
	 * interrupt's.
	 */
	expect_eq(regs.r[1], 5ul << 24 | 2);
	expect_eq(hcall(H_IPI, (unsigned long)cpus[0].server, 0xfful), H_SUCCESS);
	expect_eq(hcall(H_EOI, 0xfful << 24 | 2), H_SUCCESS);
	regs = (struct hcall_regs){ { H_XIRR } };
	hcall_regs(&regs);
	expect_eq(regs.r[1], 0xfful << 24);
	local_irq_enable();
}

/* ---- terminal, modes, areas ---- */

CASE(put_term_char, "H_PUT_TERM_CHAR takes 0 to 16 bytes of a terminal that exists")
{
	expect_eq(hcall(H_PUT_TERM_CHAR, 0ul, 0ul, 0ul, 0ul), H_SUCCESS);
	expect_eq(hcall(H_PUT_TERM_CHAR, 0ul, 17ul, 0ul, 0ul), H_PARAMETER);
	expect_eq(hcall(H_PUT_TERM_CHAR, 0ul, -1ul, 0ul, 0ul), H_PARAMETER);
	expect_eq(hcall(H_PUT_TERM_CHAR, 0x12345ul, 1ul, 0ul, 0ul), H_PARAMETER);
}

CASE(set_mode, "H_SET_MODE: values that must be zero, flags and resources that are not defined")
{
	unsigned long little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

	expect_eq(hcall(H_SET_MODE, little, (unsigned long)H_SET_MODE_LE, 0ul, 0ul), H_SUCCESS);
	expect_eq(hcall(H_SET_MODE, little, (unsigned long)H_SET_MODE_LE, 1ul, 0ul), H_P3);
	expect_eq(hcall(H_SET_MODE, little, (unsigned long)H_SET_MODE_LE, 0ul, 1ul), H_P4);
	expect_eq(hcall(H_SET_MODE, 2ul, (unsigned long)H_SET_MODE_LE, 0ul, 0ul),
		  H_UNSUPPORTED_FLAG);
	expect_eq(hcall(H_SET_MODE, 0ul, 0x77ul, 0ul, 0ul), H_P2);
}

CASE(set_mode_ail, "H_SET_MODE of where interrupts go: no values, and no flags 1 and 4")
{
	unsigned long little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, irqs;
	long ret;

	require(hcall(H_SET_MODE, 0ul, (unsigned long)H_SET_MODE_AIL, 0ul, 0ul) != H_P2);
	expect_eq(hcall(H_SET_MODE, 0ul, (unsigned long)H_SET_MODE_AIL, 0ul, 0ul), H_SUCCESS);
	expect_eq(hcall(H_SET_MODE, 0ul, (unsigned long)H_SET_MODE_AIL, 1ul, 0ul), H_P3);
	expect_eq(hcall(H_SET_MODE, 0ul, (unsigned long)H_SET_MODE_AIL, 0ul, 1ul), H_P4);
	expect_eq(hcall(H_SET_MODE, 1ul, (unsigned long)H_SET_MODE_AIL, 0ul, 0ul),
		  H_UNSUPPORTED_FLAG);
	/* LPCR's next bit is the byte order of interrupts: put back where it was taken over. */
	irqs = arch_irq_save();
	ret = hcall(H_SET_MODE, 4ul, (unsigned long)H_SET_MODE_AIL, 0ul, 0ul);
	hcall(H_SET_MODE, little, (unsigned long)H_SET_MODE_LE, 0ul, 0ul);
	arch_irq_restore(irqs);
	expect_eq(ret, H_UNSUPPORTED_FLAG);
	/* None of these has moved them: SC arrives. */
	expect(trap_try_in("sc\n\tnop", "r" (0)));
	expect_eq(trap_record()->regs.trap, 0xc00);
}

/* A table of a size that none has: refused where the call exists. */
CASE(nested_off, "a hypervisor that nests no others has none of the four calls for it")
{
	require(hcall(H_SET_PARTITION_TABLE, 31ul) == H_FUNCTION);
	expect_eq(hcall(H_ENTER_NESTED, 0ul, 0ul), H_FUNCTION);
	expect_eq(hcall(H_TLB_INVALIDATE, 0ul, 0ul, 0ul), H_FUNCTION);
	expect_eq(hcall(H_COPY_TOFROM_GUEST, 0ul, 0ul, 0ul, 0ul, 0ul, 0ul), H_FUNCTION);
}

#define VPA_REGISTER	(1ul << 45)
#define DTL_REGISTER	(2ul << 45)
#define SLB_REGISTER	(3ul << 45)
#define VPA_DEREGISTER	(5ul << 45)
#define SLB_DEREGISTER	(7ul << 45)

static long register_vpa(unsigned long flags, const void *area)
{
	return hcall(H_REGISTER_VPA, flags, (unsigned long)cpus[0].server, (unsigned long)area);
}

CASE(register_vpa, "H_REGISTER_VPA: the order of areas, sizes, CPUs that do not exist")
{
	struct vpa *vpa = alloc_page();
	u32 *slb = alloc_page();

	vpa->size = cpu_to_be16(sizeof(*vpa));
	slb[1] = cpu_to_be32(16);
	/* The others need the VPA first, which cannot go before them. */
	expect_eq(register_vpa(SLB_REGISTER, slb), H_RESOURCE);
	expect_eq(register_vpa(VPA_REGISTER, vpa), H_SUCCESS);
	expect_eq(register_vpa(SLB_REGISTER, slb), H_SUCCESS);
	expect_eq(register_vpa(VPA_DEREGISTER, NULL), H_RESOURCE);
	expect_eq(register_vpa(SLB_DEREGISTER, NULL), H_SUCCESS);
	expect_eq(register_vpa(VPA_DEREGISTER, NULL), H_SUCCESS);
	vpa->size = cpu_to_be16(sizeof(*vpa) - 1);
	expect_eq(register_vpa(VPA_REGISTER, vpa), H_PARAMETER);
	expect_eq(hcall(H_REGISTER_VPA, VPA_REGISTER, 0x7fff0000ul, (unsigned long)slb),
		  H_PARAMETER);
	expect_eq(register_vpa(0, vpa), H_PARAMETER);
	free_page(vpa);
	free_page(slb);
}
