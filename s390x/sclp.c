/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SERVICE CALL and the service-call logical processor, by QEMU's hw/s390x/sclp.c and
 * include/hw/s390x/sclp.h (no public manual describes them): what the instruction checks before,
 * response codes for wrong commands, lengths and places, what READ SCP INFO and READ CPU INFO say,
 * and the service signal that follows.
 */
#include "case.h"
#include "alloc_page.h"
#include "s390x/sclp.h"
#include "s390x/smp.h"
#include "asm/memory_areas.h"
#include "asm/time.h"

static u8 *pages;		/* two, below 2 GiB */
static SCCB *sccb;

void case_setup(void)
{
	pages = alloc_pages_flags(1, AREA_DMA31);
	sccb = (SCCB *)pages;
}

static void prepare(SCCB *at, u16 length)
{
	memset(at, 0, sizeof(at->h) + 64);
	at->h.length = length;
	at->h.control_mask[2] = SCLP_VARIABLE_LENGTH_RESPONSE;
}

/* The response code of a command. */
static u16 response_at(SCCB *at, u32 command, u16 length)
{
	prepare(at, length);
	expect_eq(sclp_service_call(command, at), 0);
	return at->h.response_code;
}

static u16 response(u32 command, u16 length)
{
	return response_at(sccb, command, length);
}

/* The program-interruption code of SERVC, 0 for none. */
static u16 interrupted(u32 command, unsigned long at)
{
	expect_pgm_int();
	servc(command, at);
	return clear_pgm_int();
}

CASE(read_info, "READ SCP INFO, both forms: normal completion, and the same")
{
	static u8 first[128];

	expect_eq(response(SCLP_CMDW_READ_SCP_INFO_FORCED, 4096), SCLP_RC_NORMAL_READ_COMPLETION);
	memcpy(first, sccb, sizeof(first));
	expect_eq(response(SCLP_CMDW_READ_SCP_INFO, 4096), SCLP_RC_NORMAL_READ_COMPLETION);
	expect_mem((u8 *)sccb + 8, first + 8, sizeof(first) - 8);
}

CASE(memory, "the memory that READ SCP INFO says is there; what is behind it is not")
{
	u64 size = get_max_ram_size();

	expect_ge(size, 1 << 20);
	expect_eq(*(volatile u8 *)(size - 1), *(volatile u8 *)(size - 1));
	expect_pgm_int();
	__asm__ __volatile__("lg 0,0(%0)" : : "a" (size) : "r0", "memory");
	expect_eq(clear_pgm_int(), PGM_INT_CODE_ADDRESSING);
}

CASE(cpus, "READ CPU INFO, READ SCP INFO and STAP know the same CPUs")
{
	const ReadInfo *info = (ReadInfo *)sccb;
	const ReadCpuInfo *cpu_info = (ReadCpuInfo *)sccb;
	const CPUEntry *entries;
	u16 n;

	insist_eq(response(SCLP_CMDW_READ_SCP_INFO, 4096), SCLP_RC_NORMAL_READ_COMPLETION);
	n = info->entries_cpu;
	entries = (CPUEntry *)(pages + info->offset_cpu);
	expect_eq(n, smp_query_num_cpus());
	for (int i = 0; i < n; i++)
		expect(smp_cpu_from_addr(entries[i].address) != NULL);
	expect_ge(info->hcpua, n - 1);

	insist_eq(response(SCLP_READ_CPU_INFO, 4096), SCLP_RC_NORMAL_READ_COMPLETION);
	expect_eq(cpu_info->nr_configured, n);
	expect_eq(cpu_info->nr_standby, 0);
	entries = (CPUEntry *)(pages + cpu_info->offset_configured);
	for (int i = 0; i < n; i++)
		expect(smp_cpu_from_addr(entries[i].address) != NULL);
}

CASE(invalid_command, "commands that do not exist: response code 0x01f0")
{
	static const u32 commands[] = { 0, 0x00dead01, 0xffffffff & SCLP_CMD_CODE_MASK,
					0x00010002 };

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		expect_eq_msg(response(commands[i], 4096), SCLP_RC_INVALID_SCLP_COMMAND,
			      "command %#x", commands[i]);
}

CASE(insufficient_length, "an SCCB that is too short for the answer: response code 0x0300, nothing "
			  "else is written")
{
	ReadInfo *info = (ReadInfo *)sccb;

	expect_eq(response(SCLP_CMDW_READ_SCP_INFO, 128), SCLP_RC_INSUFFICIENT_SCCB_LENGTH);
	expect_eq(info->rnmax, 0);
	expect_eq(response(SCLP_READ_CPU_INFO, 16), SCLP_RC_INSUFFICIENT_SCCB_LENGTH);
	expect_eq(info->rnmax, 0);
}

CASE(length_low, "an SCCB of less than its header: specification")
{
	for (int length = 0; length < 8; length++) {
		prepare(sccb, length);
		expect_eq_msg(interrupted(SCLP_CMDW_READ_SCP_INFO, (u64)sccb),
			      PGM_INT_CODE_SPECIFICATION, "length %d", length);
		expect_eq(sccb->h.response_code, 0);
	}
}

CASE(boundary, "an SCCB over the end of a page: response code 0x0100, for a command that does not "
	       "take long ones")
{
	expect_eq(response_at((SCCB *)(pages + 4096 - 64), SCLP_CMD_WRITE_EVENT_DATA, 128),
		  SCLP_RC_SCCB_BOUNDARY_VIOLATION);
	expect_eq(response_at((SCCB *)(pages + 8), SCLP_CMD_WRITE_EVENT_DATA, 4096),
		  SCLP_RC_SCCB_BOUNDARY_VIOLATION);
	/* The last that fits is looked at: it has no buffer that is right. */
	expect_ne(response_at((SCCB *)(pages + 4096 - 64), SCLP_CMD_WRITE_EVENT_DATA, 64),
		  SCLP_RC_SCCB_BOUNDARY_VIOLATION);
}

CASE(alignment, "an SCCB that is not at a multiple of 8: specification")
{
	prepare(sccb, 4096);
	for (int i = 1; i < 8; i++)
		expect_eq(interrupted(SCLP_CMDW_READ_SCP_INFO, (u64)sccb + i),
			  PGM_INT_CODE_SPECIFICATION);
}

CASE(place, "an SCCB in the prefix area: specification; where no memory is: addressing; at 2 GiB "
	    "or above: one of both")
{
	u16 code = interrupted(SCLP_CMDW_READ_SCP_INFO, 0x80000000);

	expect(code == PGM_INT_CODE_SPECIFICATION ||
	       (code == PGM_INT_CODE_ADDRESSING && get_max_ram_size() <= 0x80000000));
	require_msg(get_max_ram_size() < 0x7ffff000, "there is memory up to 2 GiB");
	expect_eq(interrupted(SCLP_CMDW_READ_SCP_INFO, 0x7ffff000), PGM_INT_CODE_ADDRESSING);
	expect_eq(interrupted(SCLP_CMDW_READ_SCP_INFO, 0), PGM_INT_CODE_SPECIFICATION);
	expect_eq(interrupted(SCLP_CMDW_READ_SCP_INFO, 0x1000), PGM_INT_CODE_SPECIFICATION);
}

CASE(problem_state, "SERVC in problem state: privileged operation, and nothing is done")
{
	prepare(sccb, 4096);
	enter_pstate();
	expect_eq(interrupted(SCLP_CMDW_READ_SCP_INFO, (u64)sccb),
		  PGM_INT_CODE_PRIVILEGED_OPERATION);
	leave_pstate();
	expect_eq(sccb->h.response_code, 0);
}

static u32 signal_parameter;
static u16 signal_code;
static u32 signals;

static void note_signal(struct stack_frame_int *frame)
{
	signal_code = lowcore.ext_int_code;
	signal_parameter = lowcore.ext_int_param;
	signals++;
}

CASE(service_signal, "the end of a command is external interruption 0x2401 with the SCCB's "
		     "address; masked by CR0.54")
{
	install_ext_handler(note_signal);
	/* What the console's commands left pending goes first. */
	ctl_set_bit(0, CTL0_SERVICE_SIGNAL);
	psw_mask_set_bits(PSW_MASK_EXT);
	mdelay(1);
	psw_mask_clear_bits(PSW_MASK_EXT);
	ctl_clear_bit(0, CTL0_SERVICE_SIGNAL);

	signals = 0;
	prepare(sccb, 4096);
	insist_eq(servc(SCLP_CMDW_READ_SCP_INFO, (u64)sccb), 0);
	psw_mask_set_bits(PSW_MASK_EXT);
	mdelay(1);
	expect_eq(signals, 0);
	ctl_set_bit(0, CTL0_SERVICE_SIGNAL);
	mdelay(1);
	psw_mask_clear_bits(PSW_MASK_EXT);
	ctl_clear_bit(0, CTL0_SERVICE_SIGNAL);
	expect_eq(signals, 1);
	expect_eq(signal_code, EXT_INT_CODE_SERVICE_SIGNAL);
	expect_eq(signal_parameter & ~7u, (u64)sccb);
	expect_eq(sccb->h.response_code, SCLP_RC_NORMAL_READ_COMPLETION);
}

CASE(event_mask, "WRITE EVENT MASK: says which events there are; a mask of no length is wrong")
{
	WriteEventMask *mask = (WriteEventMask *)sccb;

	prepare(sccb, sizeof(*mask));
	mask->mask_length = 4;
	mask->cp_send_mask = SCLP_EVENT_MASK_MSG_ASCII;
	insist_eq(sclp_service_call(SCLP_CMD_WRITE_EVENT_MASK, mask), 0);
	expect_eq(mask->h.response_code, SCLP_RC_NORMAL_COMPLETION);
	expect_eq(mask->receive_mask & SCLP_EVENT_MASK_MSG_ASCII, SCLP_EVENT_MASK_MSG_ASCII);
	mask->mask_length = 0;
	insist_eq(sclp_service_call(SCLP_CMD_WRITE_EVENT_MASK, mask), 0);
	expect_eq(mask->h.response_code, SCLP_RC_INVALID_MASK_LENGTH);
}

CASE(event_data, "WRITE EVENT DATA of an event that does not exist: invalid function; with a "
		 "buffer that is too long: syntax error")
{
	WriteEventData *data = (WriteEventData *)sccb;

	prepare(sccb, 32);
	data->ebh.length = 24;
	data->ebh.type = 0x77;
	insist_eq(sclp_service_call(SCLP_CMD_WRITE_EVENT_DATA, data), 0);
	expect_eq(data->h.response_code, SCLP_RC_INVALID_FUNCTION);
	data->ebh.type = SCLP_EVENT_ASCII_CONSOLE_DATA;
	data->ebh.length = 25;
	insist_eq(sclp_service_call(SCLP_CMD_WRITE_EVENT_DATA, data), 0);
	expect_ne(data->h.response_code, SCLP_RC_NORMAL_COMPLETION);
}
