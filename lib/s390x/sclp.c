/* SPDX-License-Identifier: BSD-2-Clause */
/* SCLP: see sclp.h; and the console, which is its ASCII console event: a line is one SERVC. */
#include "arch-hooks.h"
#include "frames.h"
#include "memory_map.h"
#include "s390x/boot.h"
#include "s390x/sclp.h"
#include "asm/spinlock.h"

#define CC_NOT_OPERATIONAL	3
#define CPUS_MAX		256

static ReadInfo info __aligned(8192);
static ReadCpuInfo cpu_info __aligned(4096);
static WriteEventData event __aligned(4096);
static CPUEntry cpu_entries[CPUS_MAX];
static int cpu_count;
static bool busy;

struct sclp_facilities sclp_facilities;

int sclp_service_call(u32 command, void *sccb)
{
	SCCBHeader *h = sccb;
	int cc;

	h->response_code = 0;
	do
		cc = servc(command, (unsigned long)sccb);
	while (cc == 2);
	if (cc == CC_NOT_OPERATIONAL)
		return cc;
	/*
	 * The service signal may be masked, or expected by a test: the response code says it as
	 * well.
	 */
	while (!*(volatile u16 *)&h->response_code)
		barrier();
	return 0;
}

/* ---- console ---- */

void sclp_console_setup(void)
{
	static WriteEventMask mask __aligned(64);
	static bool done;

	if (done)
		return;
	done = true;
	mask.h.length = sizeof(mask);
	mask.mask_length = 4;
	mask.cp_send_mask = SCLP_EVENT_MASK_MSG_ASCII;
	sclp_service_call(SCLP_CMD_WRITE_EVENT_MASK, &mask);
}

static void write_piece(const char *data, size_t len)
{
	event.h = (SCCBHeader){ .length = offsetof(WriteEventData, data) + len,
				.function_code = SCLP_FC_NORMAL_WRITE };
	event.ebh = (EventBufferHeader){ .length = sizeof(event.ebh) + len,
					 .type = SCLP_EVENT_ASCII_CONSOLE_DATA };
	memcpy(event.data, data, len);
	sclp_service_call(SCLP_CMD_WRITE_EVENT_DATA, &event);
}

void arch_console_write(const char *data, size_t len)
{
	bool problem = in_problem_state();

	if (problem)
		leave_pstate();
	sclp_console_setup();
	while (len) {
		size_t piece = MIN(len, sizeof(event.data));

		write_piece(data, piece);
		data += piece;
		len -= piece;
	}
	if (problem)
		enter_pstate();
}

/* ---- what the machine has ---- */

static bool read_info(u16 length)
{
	static const u32 commands[] = { SCLP_CMDW_READ_SCP_INFO_FORCED, SCLP_CMDW_READ_SCP_INFO };

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		memset(&info, 0, sizeof(info));
		info.h.length = length;
		info.h.control_mask[2] = SCLP_VARIABLE_LENGTH_RESPONSE;
		if (!sclp_service_call(commands[i], &info) &&
		    info.h.response_code == SCLP_RC_NORMAL_READ_COMPLETION)
			return true;
	}
	return false;
}

static void read_cpus(void)
{
	cpu_info.h.length = sizeof(cpu_info);
	cpu_info.h.control_mask[2] = SCLP_VARIABLE_LENGTH_RESPONSE;
	if (sclp_service_call(SCLP_READ_CPU_INFO, &cpu_info) ||
	    cpu_info.h.response_code != SCLP_RC_NORMAL_READ_COMPLETION)
		report_abort("READ CPU INFO: response code %#x", cpu_info.h.response_code);
	cpu_count = MIN(cpu_info.nr_configured, CPUS_MAX);
	memcpy(cpu_entries, (char *)&cpu_info + cpu_info.offset_configured,
	       cpu_count * sizeof(CPUEntry));
}

static bool bit(const void *bits, unsigned int nr)
{
	return ((const u8 *)bits)[nr / 8] >> (7 - nr % 8) & 1;
}

/* The bits: QEMU's target/s390x/cpu_features_def.h.inc. */
static void read_facilities(void)
{
	const u8 *conf = (const u8 *)&info + 80, *conf_ext = &info.fac116,
		 *cpu = cpu_entries[0].features;

	sclp_facilities = (struct sclp_facilities){
		/* Nothing is said of any if there is no READ SCP INFO. */
		.has_gsls = bit(conf, 40),
		.has_esop = bit(conf, 46),
		.has_kss = bit(conf, 151),
		.has_64bscao = bit(conf_ext, 0),
		.has_cmma = bit(conf_ext, 1),
		.has_esca = bit(conf_ext, 4),
		.has_pfmfi = bit(conf_ext, 9),
		.has_ibs = bit(conf_ext, 10),
		.has_sigpif = bit(cpu, 12),
		.has_diag318 = info.offset_cpu > 134 && bit(&info, 134 * 8),
	};
}

/* Where the last MiB ends that can be read. */
static u64 probe_memory(void)
{
	u64 there = 0, beyond = 1ull << 44, middle;
	unsigned long word;

	while (beyond - there > SZ_1M) {
		middle = ALIGN_DOWN((there + beyond) / 2, SZ_1M);
		if (try_read_word((void *)middle, &word))
			there = middle;
		else
			beyond = middle;
	}
	return beyond;
}

u64 get_max_ram_size(void)
{
	u64 number = info.rnmax ? info.rnmax : info.rnmax2,
	    mib = info.rnsize ? info.rnsize : info.rnsize2;

	return number ? number * mib << 20 : probe_memory();
}

u64 get_ram_size(void)
{
	u64 end = 0;

	for (int i = 0; i < memory_region_count; i++)
		end = MAX(end, memory_regions[i].end);
	return end;
}

const ReadInfo *sclp_read_info(void)
{
	return &info;
}

int sclp_get_cpu_num(void)
{
	return cpu_count;
}

CPUEntry *sclp_get_cpu_entries(void)
{
	return cpu_entries;
}

void sclp_init(void)
{
	/*
	 * Many CPUs need more than a page, which machines take that have extended-length SCCBs.
	 * QEMU 7.2 with 248 CPUs, which has not, answers to neither; READ CPU INFO always fits.
	 */
	if (!read_info(4096) && !read_info(8192))
		memset(&info, 0, sizeof(info));
	read_cpus();
	read_facilities();
}

/* ---- for tests that call SERVC themselves ---- */

void sclp_setup_int(void)
{
	ctl_set_bit(0, CTL0_SERVICE_SIGNAL);
	psw_mask_set_bits(PSW_MASK_EXT);
}

void sclp_handle_ext(void)
{
	ctl_clear_bit(0, CTL0_SERVICE_SIGNAL);
	sclp_clear_busy();
}

void sclp_wait_busy(void)
{
	while (__atomic_load_n(&busy, __ATOMIC_ACQUIRE))
		barrier();
}

void sclp_mark_busy(void)
{
	while (__atomic_exchange_n(&busy, true, __ATOMIC_ACQUIRE))
		sclp_wait_busy();
}

void sclp_clear_busy(void)
{
	__atomic_store_n(&busy, false, __ATOMIC_RELEASE);
}

bool sclp_busy(void)
{
	return __atomic_load_n(&busy, __ATOMIC_ACQUIRE);
}
