/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network devices for their tests (Virtual I/O Device specification 1.2, section 5.1): one, or two
 * whose backends are ports of one hub, so that what one sends the other one receives.
 */
#ifndef NET_H
#define NET_H

#include "case.h"
#include "virtio.h"
#include "asm/io.h"

enum { RX, TX, CTRL };			/* queues, without MQ */
#define NET_QUEUE	16		/* entries of a queue */
#define NET_HEADER	12		/* bytes, with VERSION_1: section 5.1.6 */
#define NET_NUM_BUFFERS	10		/* of the header */
#define NET_MIN		60		/* bytes of a frame */
#define NET_MAX		1514
#define NET_BUFFER	2048		/* bytes of a receive buffer; the last ones guard it */
#define NET_GUARD	64
#define NET_ROOM	(NET_BUFFER - NET_GUARD)
#define NET_PATTERN	0xa5
#define NET_TYPE	0x88b5		/* for experiments: IEEE 802, clause 9.2.3 */
#define NET_PAYLOAD	14

#define NET_F_MTU	(1ull << 3)
#define NET_F_MAC	(1ull << 5)
#define NET_F_MRG_RXBUF	(1ull << 15)
#define NET_F_STATUS	(1ull << 16)
#define NET_F_CTRL_VQ	(1ull << 17)
#define NET_F_CTRL_RX	(1ull << 18)
#define NET_F_CTRL_VLAN	(1ull << 19)
#define NET_F_CTRL_MAC	(1ull << 23)
#define NET_F_SPEED_DUPLEX (1ull << 63)

/* The device's configuration: section 5.1.4. */
#define NET_MAC		0
#define NET_STATUS	6
#define NET_MTU		10
#define NET_SPEED	12
#define NET_DUPLEX	16
#define NET_LINK_UP	1

struct nic {
	struct virtio_device dev;
	struct virtq q[3];
	u8 mac[6];
	u16 received, sent;		/* used entries that were seen */
	u32 room;			/* bytes of each receive buffer */
	u8 (*rx)[NET_BUFFER];
	u8 *tx;				/* header and frame */
};
extern struct nic nics[2];

volatile char *net_config(struct nic *nic, u32 offset);
/* Finds one, and negotiates VERSION_1 and features, or skips the case; no queues, not DRIVER_OK. */
void net_negotiate(unsigned int n, u64 features);

/* The same, with queues, and all receive buffers of that many bytes given; skips without a hub. */
struct nic *net_open(unsigned int n, u64 features, u32 room);
/* Both, with whole buffers. */
void net_open_both(u64 features);
void net_close_both(void);
/* A frame of len bytes to and from an address, its contents from a number. */
void net_fill(u8 *frame, const u8 *to, const u8 *from, u32 number, u32 len);
/* Sends a frame in one buffer, and waits until the device has taken it. */
void net_send(struct nic *nic, const u8 *to, u32 number, u32 len);
/* Waits until the device has used all that is available on the transmit queue. */
void net_wait_sent(struct nic *nic);
/* The next frame: the buffer, header first, and the bytes that were written. NULL: none came. */
const u8 *net_receive(struct nic *nic, u32 *len);
/* The buffer of the last frame is given back. */
void net_give_back(struct nic *nic, const u8 *buffer);
/* Receives the next frame, which must be that one, whole, and gives the buffer back. */
void net_expect(struct nic *nic, const u8 *to, const u8 *from, u32 number, u32 len);
/* Nothing was written behind the room of any receive buffer. */
void net_expect_guards(struct nic *nic);

#endif
