/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network devices for their tests (Virtual I/O Device specification 1.2, section 5.1): one, or two
 * whose backends are ports of one hub, so that what one sends the other one receives.
 */
#ifndef NET_H
#define NET_H

#include "virtio_test.h"
#include "asm/io.h"

enum { RX, TX };			/* queues, without MQ */
#define NET_QUEUE	64		/* entries of a queue */
#define NET_BUFFER	2048		/* bytes of a receive buffer, header included */
#define NET_HEADER	12		/* bytes, with VERSION_1: section 5.1.6 */
#define NET_MAX		1514		/* bytes of a frame */
#define NET_MIN		60

#define NET_F_MTU	(1ull << 3)
#define NET_F_MAC	(1ull << 5)
#define NET_F_MRG_RXBUF	(1ull << 15)
#define NET_F_STATUS	(1ull << 16)
#define NET_F_CTRL_VQ	(1ull << 17)
#define NET_F_CTRL_RX	(1ull << 18)
#define NET_F_CTRL_VLAN	(1ull << 19)
#define NET_F_CTRL_RX_EXTRA (1ull << 20)
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
	struct virtq q[2], ctrl;
	u8 mac[6];
	u16 received, sent;		/* used entries that were seen */
};
extern struct nic nics[2];

volatile char *net_config(struct nic *nic, u32 offset);
/* Finds one, and negotiates VERSION_1 and features, or skips the case; no queues, not DRIVER_OK. */
void net_negotiate(unsigned int n, u64 features);

#endif
