/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The service-call logical processor: what QEMU's hw/s390x/sclp.c and include/hw/s390x/sclp.h
 * document of its commands and of the SCCB, which no public manual does. An SCCB is at a multiple
 * of 8 below 2 GiB and crosses no page.
 */
#ifndef S390X_SCLP_H
#define S390X_SCLP_H

#include "libcflat.h"

#define SCLP_CMD_CODE_MASK		0xffff00ff

#define SCLP_CMDW_READ_SCP_INFO		0x00020001
#define SCLP_CMDW_READ_SCP_INFO_FORCED	0x00120001
#define SCLP_READ_CPU_INFO		0x00010001
#define SCLP_CMDW_READ_CPU_INFO		0x00010001
#define SCLP_CMD_READ_EVENT_DATA	0x00770005
#define SCLP_CMD_WRITE_EVENT_DATA	0x00760005
#define SCLP_CMD_WRITE_EVENT_MASK	0x00780005

#define SCLP_RC_NORMAL_READ_COMPLETION		0x0010
#define SCLP_RC_NORMAL_COMPLETION		0x0020
#define SCLP_RC_SCCB_BOUNDARY_VIOLATION		0x0100
#define SCLP_RC_INVALID_SCLP_COMMAND		0x01f0
#define SCLP_RC_CONTAINED_EQUIPMENT_CHECK	0x0340
#define SCLP_RC_INSUFFICIENT_SCCB_LENGTH	0x0300
#define SCLP_RC_NO_EVENT_BUFFERS_STORED		0x60f0
#define SCLP_RC_INVALID_FUNCTION		0x40f0
#define SCLP_RC_INVALID_MASK_LENGTH		0x74f0
#define SCLP_RC_SCCB_RESOURCE_INSUFFICIENT	0x07f0
#define SCLP_RC_EVENT_BUFFER_SYNTAX_ERROR	0x73f0

#define SCLP_FC_NORMAL_WRITE		0x00
#define SCLP_EVENT_ASCII_CONSOLE_DATA	0x1a
#define SCLP_EVENT_MASK_MSG_ASCII	0x00000040
#define SCLP_VARIABLE_LENGTH_RESPONSE	0x80

typedef struct SCCBHeader {
	u16 length;
	u8 function_code;
	u8 control_mask[3];
	u16 response_code;
} __attribute__((packed)) SCCBHeader;

#define SCCB_SIZE	4096
#define SCCB_DATA_LEN	(SCCB_SIZE - sizeof(SCCBHeader))

typedef struct SCCB {
	SCCBHeader h;
	u8 data[SCCB_DATA_LEN];
} __attribute__((packed)) SCCB;

typedef struct CPUEntry {
	u8 address;
	u8 reserved0;
	u8 features[14];
} __attribute__((packed)) CPUEntry;

typedef struct ReadInfo {
	SCCBHeader h;
	u16 rnmax;			/* number of increments of memory, or 0: rnmax2 */
	u8 rnsize;			/* MiB of each, or 0: rnsize2 */
	u8 reserved_11[16 - 11];
	u16 entries_cpu;
	u16 offset_cpu;
	u8 reserved_20[24 - 20];
	u8 loadparm[8];
	u8 reserved_32[48 - 32];
	u64 facilities;
	u8 reserved_56[66 - 56];
	u8 fac66, reserved_67[76 - 67];
	u32 ibc;
	u8 reserved_80[99 - 80];
	u8 conf_char_ext_99;
	u32 rnsize2;
	u64 rnmax2;
	u8 conf_char_112[116 - 112];
	u8 fac116, fac117;
	u8 fac118;
	u8 fac119;
	u16 hcpua;			/* highest CPU address */
	u8 reserved_122[124 - 122];
	u32 hmfai;
	u8 more[4096 * 2 - 128];
} __attribute__((packed)) ReadInfo;

typedef struct ReadCpuInfo {
	SCCBHeader h;
	u16 nr_configured, offset_configured, nr_standby, offset_standby;
	u8 data[4096 - 16];
} __attribute__((packed)) ReadCpuInfo;

typedef struct WriteEventMask {
	SCCBHeader h;
	u16 reserved, mask_length;
	u32 cp_receive_mask, cp_send_mask, receive_mask, send_mask;
} __attribute__((packed)) WriteEventMask;

typedef struct EventBufferHeader {
	u16 length;
	u8 type, flags;
	u16 reserved;
} __attribute__((packed)) EventBufferHeader;

typedef struct WriteEventData {
	SCCBHeader h;
	EventBufferHeader ebh;
	char data[SCCB_SIZE - 14];
} __attribute__((packed)) WriteEventData;

_Static_assert(offsetof(ReadInfo, hmfai) == 124 && offsetof(ReadInfo, rnsize2) == 100, "ReadInfo");

/* Some of what READ SCP INFO says. */
struct sclp_facilities {
	u64 has_gsls : 1, has_esop : 1, has_cmma : 1, has_64bscao : 1, has_esca : 1, has_kss : 1,
		has_pfmfi : 1, has_ibs : 1, has_sigpif : 1, has_diag318 : 1;
};
extern struct sclp_facilities sclp_facilities;

/*
 * Gives the command to the SCLP and waits for its end. 0, or the condition code 3: there is none.
 */
int sclp_service_call(u32 command, void *sccb);

u64 get_ram_size(void);
u64 get_max_ram_size(void);
const ReadInfo *sclp_read_info(void);
/* Of READ CPU INFO; the addresses of the CPUs that are configured. */
int sclp_get_cpu_num(void);
CPUEntry *sclp_get_cpu_entries(void);

/* A test that calls SERVC itself shares the SCLP with the console: these keep it out. */
void sclp_setup_int(void);
void sclp_handle_ext(void);
void sclp_wait_busy(void);
void sclp_mark_busy(void);
void sclp_clear_busy(void);
bool sclp_busy(void);

/* Asks for the ASCII console; once, and by the first line otherwise. */
void sclp_console_setup(void);

/* Reads memory size, facilities and CPUs; before the first allocation. */
void sclp_init(void);

#endif
