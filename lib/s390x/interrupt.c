/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an interruption: who is asked, and where execution goes on. Entry:
 * exception-entry.S; what is said of an unexpected one: exception-report.c.
 */
#include "arch-hooks.h"
#include "frames.h"
#include "s390x/boot.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/facility.h"

#define LC_IS_AT(field, offset) \
	_Static_assert(offsetof(struct lowcore, field) == (offset), "lowcore.h: " #field)
LC_IS_AT(stfl, 0xc8);
LC_IS_AT(breaking_event_addr, 0x110);
LC_IS_AT(restart_old_psw, LC_RESTART_OLD_PSW);
LC_IS_AT(pgm_old_psw, LC_PGM_OLD_PSW);
LC_IS_AT(restart_new_psw, LC_RESTART_NEW_PSW);
LC_IS_AT(save_ext, LC_SAVE_EXT);
LC_IS_AT(save_svc, LC_SAVE_SVC);
LC_IS_AT(save_pgm, LC_SAVE_PGM);
LC_IS_AT(save_mcck, LC_SAVE_MCCK);
LC_IS_AT(save_io, LC_SAVE_IO);
LC_IS_AT(save_restart, LC_SAVE_RESTART);
LC_IS_AT(entering, LC_ENTERING);
LC_IS_AT(emergency_stack, LC_EMERGENCY_STACK);
LC_IS_AT(this_cpu, LC_THIS_CPU);
LC_IS_AT(cpu_number, LC_CPU_NUMBER);
LC_IS_AT(jump_psw, LC_JUMP_PSW);
LC_IS_AT(mcck_ext_sa_addr, 0x11b0);
LC_IS_AT(psw_sa, 0x1300);
LC_IS_AT(grs_sa, LC_GRS_SA);
LC_IS_AT(ars_sa, 0x1340);
LC_IS_AT(crs_sa, LC_CRS_SA);
_Static_assert(sizeof(struct lowcore) == LC_SIZE, "lowcore.h");
_Static_assert(offsetof(struct stack_frame_int, psw) == SF_PSW &&
		       offsetof(struct stack_frame_int, grs) == SF_GRS,
	       "frame");
_Static_assert(offsetof(struct stack_frame_int, crs) == SF_CRS &&
		       sizeof(struct stack_frame_int) == SF_SIZE,
	       "frame");

#define SVC_LEAVE_PSTATE	1

void interrupts_init(struct lowcore *lc)
{
	lc->restart_new_psw = PSW(PSW_MASK_64, restart_entry);
	lc->ext_new_psw = PSW(PSW_MASK_64, ext_entry);
	lc->svc_new_psw = PSW(PSW_MASK_64, svc_entry);
	lc->pgm_new_psw = PSW(PSW_MASK_64, pgm_entry);
	lc->mcck_new_psw = PSW(PSW_MASK_64, mcck_entry);
	lc->io_new_psw = PSW(PSW_MASK_64, io_entry);
}

void interrupts_reset(void)
{
	struct cpu *cpu = THIS_CPU;

	cpu->pgm_int_expected = cpu->ext_int_expected = cpu->in_interrupt_handler = cpu->probing =
		false;
	cpu->pgm_cleanup_func = cpu->ext_cleanup_func = NULL;
	cpu->ext_handler = cpu->svc_handler = cpu->mcck_handler = NULL;
	cpu->io_handler = NULL;
	cpu->innermost = NULL;
	memset(cpu->pgm_handlers, 0, sizeof(cpu->pgm_handlers));
}

/* ---- program interruptions ---- */

/*
 * The library writes to the lowcore; the interrupted context gets its protection back by the
 * control registers in the frame.
 */
static void unprotect_lowcore(const struct stack_frame_int *frame)
{
	if (frame->crs[0] & 1ul << CTL0_LOW_ADDR_PROT)
		low_prot_disable();
}

/*
 * Of these the old PSW points to the instruction (chapter 6, "Nullification"); of the others behind
 * it.
 */
static bool is_nullifying(u16 code)
{
	static const u64 nullifying =
		1ull << PGM_INT_CODE_SEGMENT_TRANSLATION | 1ull << PGM_INT_CODE_PAGE_TRANSLATION |
		(0xfffull << PGM_INT_CODE_AFX_TRANSLATION &
		 ~(1ull << PGM_INT_CODE_ALET_SPECIFICATION)) |
		0xfull << PGM_INT_CODE_EXTENDED_AUTHORITY | 0x1full << PGM_INT_CODE_STACK_FULL |
		0xfull << PGM_INT_CODE_ASCE_TYPE | 7ull << PGM_INT_CODE_SECURE_STOR_ACCESS;

	return (code & 0x7f) < 64 && nullifying >> (code & 0x7f) & 1;
}

static void remember(const struct stack_frame_int *frame)
{
	struct pgm_record *r = &THIS_CPU->record;

	*r = (struct pgm_record){
		.raised = true,
		.code = lowcore.pgm_int_code,
		.ilc = lowcore.pgm_int_id & 0xff,
		.exc_acc_id = lowcore.exc_acc_id,
		.op_acc_id = lowcore.op_acc_id,
		.dxc = lowcore.dxc_vxc,
		.teid = lowcore.trans_exc_id,
		.breaking_event_addr = lowcore.breaking_event_addr,
		.psw = frame->psw,
	};
	memcpy(r->grs, frame->grs, sizeof(r->grs));
}

const struct pgm_record *pgm_record(void)
{
	return &THIS_CPU->record;
}

static void step_over(void)
{
	if (is_nullifying(lowcore.pgm_int_code))
		lowcore.pgm_old_psw.addr += lowcore.pgm_int_id & 0xff;
}

static void expected_pgm(struct stack_frame_int *frame, struct cpu *cpu)
{
	cpu->pgm_int_expected = false;
	remember(frame);
	frame->crs[0] &= ~(1ul << CTL0_LOW_ADDR_PROT);
	if (cpu->pgm_cleanup_func)
		cpu->pgm_cleanup_func(frame);
	/*
	 * A test that tried a privileged instruction goes on as a supervisor, to say what it saw.
	 */
	if (lowcore.pgm_int_code == PGM_INT_CODE_PRIVILEGED_OPERATION)
		lowcore.pgm_old_psw.mask &= ~PSW_MASK_PSTATE;
	step_over();
}

/* Goes on in catch_pgm(). */
static void land(struct stack_frame_int *frame, struct cpu *cpu)
{
	struct catch *c = cpu->innermost;

	remember(frame);
	frame->crs[0] &= ~(1ul << CTL0_LOW_ADDR_PROT);
	cpu->innermost = c->outer;
	lowcore.pgm_old_psw = PSW(c->mask, longjmp);
	frame->grs[2] = (u64)c->env;
	frame->grs[3] = 1;
}

static void probe_fails(struct cpu *cpu)
{
	cpu->probe_failed = true;
	step_over();
}

void handle_pgm(struct stack_frame_int *frame)
{
	struct cpu *cpu = THIS_CPU;
	interrupt_fn fn = cpu->pgm_handlers[lowcore.pgm_int_code & (PGM_HANDLERS - 1)];
	u64 count;

	unprotect_lowcore(frame);
	count = ++lowcore.pgm_count;
	if (cpu->probing)
		probe_fails(cpu);
	else if (cpu->innermost)
		land(frame, cpu);
	else if (cpu->pgm_int_expected)
		expected_pgm(frame, cpu);
	else if (fn)
		fn(frame);
	else
		unexpected_interrupt(frame, NULL);
	/* Another one in the handler has replaced the old PSW. */
	if (lowcore.pgm_count != count)
		lowcore.pgm_old_psw = frame->psw;
}

void expect_pgm_int(void)
{
	THIS_CPU->record.raised = false;
	lowcore.pgm_int_code = 0;
	lowcore.trans_exc_id = 0;
	THIS_CPU->pgm_int_expected = true;
	barrier();
}

u16 clear_pgm_int(void)
{
	u16 code;

	barrier();
	code = lowcore.pgm_int_code;
	lowcore.pgm_int_code = 0;
	lowcore.trans_exc_id = 0;
	THIS_CPU->pgm_int_expected = false;
	return code;
}

void check_pgm_int_code(u16 code)
{
	u16 was = clear_pgm_int();

	report(was == code, "Program interrupt: expected(%#x, %s) == received(%#x, %s)", code,
	       code ? pgm_int_name(code) : "none", was, was ? pgm_int_name(was) : "none");
}

int register_pgm_cleanup_func(void (*f)(struct stack_frame_int *frame))
{
	THIS_CPU->pgm_cleanup_func = f;
	return 0;
}

bool catch_pgm(void (*function)(void *data), void *data)
{
	struct cpu *cpu = THIS_CPU;
	struct catch c = { .mask = extract_psw_mask(), .outer = cpu->innermost };

	cpu->record.raised = false;
	cpu->innermost = &c;
	if (setjmp(c.env))
		return true;
	function(data);
	cpu->innermost = c.outer;
	return false;
}

bool try_read_word(const void *address, unsigned long *value)
{
	struct cpu *cpu = THIS_CPU;
	u16 id = lowcore.pgm_int_id, code = lowcore.pgm_int_code;
	u64 teid = lowcore.trans_exc_id, word = 0;

	cpu->probe_failed = false;
	cpu->probing = true;
	__asm__ __volatile__("lg %0,0(%1)" : "+d" (word) : "a" (address) : "memory");
	cpu->probing = false;
	lowcore.pgm_int_id = id;
	lowcore.pgm_int_code = code;
	lowcore.trans_exc_id = teid;
	*value = word;
	return !*(volatile bool *)&cpu->probe_failed;
}

void install_pgm_handler(u16 code, interrupt_fn fn)
{
	assert_msg(code < PGM_HANDLERS, "program-interruption code %#x", code);
	THIS_CPU->pgm_handlers[code] = fn;
}

/* Figure 3-5 of PoP, "Information Stored in TEID for Protection Exceptions" with ESOP-2. */
enum prot_code teid_esop2_prot_code(union teid teid)
{
	switch ((teid.val >> 5 & 4) | (teid.val >> 2 & 3)) {
	case 0: return PROT_KEY_OR_LAP;
	case 1: return PROT_DAT;
	case 2: return PROT_KEY;
	case 3: return PROT_ACC_LIST;
	case 4: return PROT_LAP;
	case 5: return PROT_IEP;
	}
	return PROT_NUM_CODES;
}

/* ---- the others ---- */

void install_ext_handler(interrupt_fn fn)
{
	THIS_CPU->ext_handler = fn;
}

void install_svc_handler(interrupt_fn fn)
{
	THIS_CPU->svc_handler = fn;
}

void install_mcck_handler(interrupt_fn fn)
{
	THIS_CPU->mcck_handler = fn;
}

int register_io_int_func(void (*f)(void))
{
	if (THIS_CPU->io_handler)
		return -1;
	THIS_CPU->io_handler = f;
	return 0;
}

int unregister_io_int_func(void (*f)(void))
{
	if (THIS_CPU->io_handler != f)
		return -1;
	THIS_CPU->io_handler = NULL;
	return 0;
}

void expect_ext_int(void)
{
	THIS_CPU->ext_int_expected = true;
	lowcore.ext_int_code = 0;
	barrier();
}

int register_ext_cleanup_func(void (*f)(struct stack_frame_int *frame))
{
	THIS_CPU->ext_cleanup_func = f;
	return 0;
}

void handle_ext(struct stack_frame_int *frame)
{
	struct cpu *cpu = THIS_CPU;
	u16 code = lowcore.ext_int_code;
	bool outer = cpu->in_interrupt_handler;
	u64 count = ++cpu->ext_count;

	unprotect_lowcore(frame);
	cpu->in_interrupt_handler = true;
	if (cpu->ext_int_expected) {
		cpu->ext_int_expected = false;
		if (code == EXT_INT_CODE_SERVICE_SIGNAL)
			sclp_handle_ext();
		if (cpu->ext_cleanup_func)
			cpu->ext_cleanup_func(frame);
	} else if (cpu->ext_handler) {
		cpu->ext_handler(frame);
	} else if (code == EXT_INT_CODE_SERVICE_SIGNAL) {
		sclp_handle_ext();
	} else if (code == EXT_INT_CODE_EMERGENCY_SIGNAL) {
		smp_take_call();
	} else {
		unexpected_interrupt(frame, "external interruption");
	}
	cpu->in_interrupt_handler = outer;
	/* A call may have let another one in, which has replaced the old PSW. */
	if (cpu->ext_count != count)
		lowcore.ext_old_psw = frame->psw;
	lowcore.ext_old_psw =
		PSW(lowcore.ext_old_psw.mask & ~PSW_MASK_WAIT, lowcore.ext_old_psw.addr);
}

void handle_svc(struct stack_frame_int *frame)
{
	unprotect_lowcore(frame);
	if (lowcore.svc_int_code == SVC_LEAVE_PSTATE)
		lowcore.svc_old_psw.mask &= ~PSW_MASK_PSTATE;
	else if (THIS_CPU->svc_handler)
		THIS_CPU->svc_handler(frame);
	else
		unexpected_interrupt(frame, "supervisor call");
}

void handle_io(struct stack_frame_int *frame)
{
	unprotect_lowcore(frame);
	if (THIS_CPU->io_handler)
		THIS_CPU->io_handler();
	else
		unexpected_interrupt(frame, "I/O interruption");
	lowcore.io_old_psw.mask &= ~PSW_MASK_WAIT;
}

void handle_mcck(struct stack_frame_int *frame)
{
	if (THIS_CPU->mcck_handler)
		THIS_CPU->mcck_handler(frame);
	else
		unexpected_interrupt(frame, "machine check");
}

void handle_restart(struct stack_frame_int *frame)
{
	unexpected_interrupt(frame, "restart");
}
