/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Negotiation, of each device that is there (Virtual I/O Device specification 1.2, sections 2.1,
 * 2.2, 2.4, 3.1.1, 4.1.4.3, 5.1.3.1): every offered bit, every reserved one, every step of the
 * status, and again after a reset.
 */
#include "virtio_test.h"

static const u8 types[] = { VIRTIO_RNG, VIRTIO_BALLOON, VIRTIO_NET };

static struct virtio_device dev;

/* The devices that are there, one after the other. */
static bool next_device(size_t *type)
{
	while (*type < ARRAY_SIZE(types))
		if (virtio_find(&dev, types[(*type)++])) {
			virtio_reset(&dev);
			return true;
		}
	return false;
}

static u64 accepted(void)
{
	u64 features = 0;

	for (u32 half = 0; half < 2; half++) {
		virtio_write32(&dev, VIRTIO_DRIVER_FEATURE_SELECT, half);
		features |= (u64)virtio_read32(&dev, VIRTIO_DRIVER_FEATURE) << 32 * half;
	}
	return features;
}

/* ---- features of a network device, and those that they need: one of the mask suffices ---- */

#define BIT(n)		(1ull << (n))
#define CSUM		BIT(0)
#define GUEST_CSUM	BIT(1)
#define GUEST_TSO	(BIT(7) | BIT(8))
#define HOST_TSO	(BIT(11) | BIT(12))
#define CTRL_VQ		BIT(17)

/* Section 5.1.3.1. */
static const struct {
	u8 feature;
	u64 needs;
} dependencies[] = {
	/* TSO4, TSO6, ECN, UFO, USO4, USO6: first what the guest takes, then what the host does. */
	{ 7, GUEST_CSUM }, { 8, GUEST_CSUM }, { 9, GUEST_TSO }, { 10, GUEST_CSUM },
	{ 54, GUEST_CSUM }, { 55, GUEST_CSUM },
	{ 11, CSUM }, { 12, CSUM }, { 13, HOST_TSO }, { 14, CSUM }, { 56, CSUM },
	/* CTRL_RX, CTRL_VLAN, GUEST_ANNOUNCE, MQ, CTRL_MAC_ADDR. */
	{ 18, CTRL_VQ }, { 19, CTRL_VQ }, { 21, CTRL_VQ }, { 22, CTRL_VQ }, { 23, CTRL_VQ },
	{ 53, CTRL_VQ }, { 60, CTRL_VQ },			/* NOTF_COAL, RSS */
	{ 61, HOST_TSO },					/* RSC_EXT */
};

static u64 with_needs(u64 set, u64 offered)
{
	for (int depth = 0; depth < 3; depth++)
		for (size_t i = 0; i < ARRAY_SIZE(dependencies); i++)
			if (set & BIT(dependencies[i].feature))
				set |= dependencies[i].needs & offered;
	return set;
}

CASE(net_dependencies, "net: no feature is offered without one that it needs (2.2.2, 5.1.3.1)")
{
	u64 offered;

	find_device(&dev, VIRTIO_NET, 0);
	offered = virtio_device_features(&dev);
	expect_eq(offered & VIRTIO_F_VERSION_1, VIRTIO_F_VERSION_1);
	for (size_t i = 0; i < ARRAY_SIZE(dependencies); i++)
		expect_msg(!(offered & BIT(dependencies[i].feature)) ||
			   offered & dependencies[i].needs,
			   "feature %u is offered without %#" PRIx64, dependencies[i].feature,
			   dependencies[i].needs);
}

CASE(net_not_alone,
     "net: a feature without one that it needs makes FEATURES_OK fail (2.2.2, 5.1.3.1)")
{
	u64 offered, kept = 0, tried = 0;

	find_device(&dev, VIRTIO_NET, 0);
	offered = virtio_device_features(&dev);
	for (size_t i = 0; i < ARRAY_SIZE(dependencies); i++) {
		u64 bit = BIT(dependencies[i].feature);

		if (!(offered & bit))
			continue;
		tried |= bit;
		if (virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | bit))
			kept |= bit;
	}
	virtio_reset(&dev);
	require_msg(tried, "no such feature is offered");
	expect_eq_msg(kept, 0, "features that are accepted alone");
}

/* ---- of all devices ---- */

CASE(each_offered,
     "each offered feature is accepted with VERSION_1 and what it needs, and reads back")
{
	for (size_t type = 0; next_device(&type); ) {
		u64 offered = virtio_device_features(&dev);

		for (int bit = 0; bit < 64; bit++) {
			u64 set = with_needs(offered & BIT(bit), offered) | VIRTIO_F_VERSION_1;

			if (!(offered & BIT(bit)))
				continue;
			expect_msg(virtio_negotiate(&dev, set), "type %u refuses %#" PRIx64,
				   types[type - 1], set);
			expect_eq_msg(accepted(), set, "type %u", types[type - 1]);
			/* What the driver takes changes nothing of what it is offered. */
			expect_eq_msg(virtio_device_features(&dev), offered, "type %u",
				      types[type - 1]);
		}
		virtio_reset(&dev);
	}
}

CASE(all_offered,
     "all that is offered is accepted together, and again after each of 20 resets (2.2.2)")
{
	for (size_t type = 0; next_device(&type); ) {
		u64 offered = virtio_device_features(&dev);

		for (int round = 0; round < 20; round++) {
			u64 set = round & 1 ? VIRTIO_F_VERSION_1 : offered;

			expect_msg(virtio_negotiate(&dev, set), "type %u, round %d: %#" PRIx64,
				   types[type - 1], round, set);
			expect_eq_msg(accepted(), set, "type %u, round %d", types[type - 1], round);
		}
		virtio_reset(&dev);
		expect_eq(virtio_device_features(&dev), offered);
	}
}

CASE(not_offered_any, "each bit that is not offered makes FEATURES_OK fail, of each device (2.2.2)")
{
	for (size_t type = 0; next_device(&type); ) {
		u64 wrong = ~virtio_device_features(&dev), kept = 0;

		for (int bit = 0; bit < 64; bit++)
			if (wrong & BIT(bit) &&
			    virtio_negotiate(&dev, VIRTIO_F_VERSION_1 | BIT(bit)))
				kept |= BIT(bit);
		virtio_reset(&dev);
		expect_eq_msg(kept, 0, "type %u accepts bits that it does not offer",
			      types[type - 1]);
	}
}

CASE(feature_pages,
     "features 64 and above: none reads as offered, and bits given there take no effect")
{
	static const u32 pages[] = {
		2, 3, 4, 5, 0x10, 0xffff, 0x10000, 0x7fffffff, 0x80000000, ~0u,
	};

	for (size_t type = 0; next_device(&type); ) {
		u64 offered = virtio_device_features(&dev);

		virtio_add_status(&dev, VIRTIO_ACKNOWLEDGE);
		virtio_add_status(&dev, VIRTIO_DRIVER);
		virtio_set_features(&dev, offered);
		for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
			/* Version 1.4 has features up to 69 of network devices. */
			if (pages[i] == 2 && types[type - 1] == VIRTIO_NET)
				continue;
			virtio_write32(&dev, VIRTIO_DEVICE_FEATURE_SELECT, pages[i]);
			expect_eq_msg(virtio_read32(&dev, VIRTIO_DEVICE_FEATURE), 0,
				      "type %u, page %#" PRIx32, types[type - 1], pages[i]);
			expect_eq(virtio_read32(&dev, VIRTIO_DEVICE_FEATURE_SELECT), pages[i]);
			/* It is the offered features that the driver must not change. */
			virtio_write32(&dev, VIRTIO_DEVICE_FEATURE, ~0u);
			virtio_write32(&dev, VIRTIO_DRIVER_FEATURE_SELECT, pages[i]);
			virtio_write32(&dev, VIRTIO_DRIVER_FEATURE, 0);
		}
		expect_eq(accepted(), offered);
		expect_eq(virtio_device_features(&dev), offered);
		virtio_add_status(&dev, VIRTIO_FEATURES_OK);
		expect_eq(virtio_read8(&dev, VIRTIO_STATUS) & VIRTIO_FEATURES_OK,
			  VIRTIO_FEATURES_OK);
		virtio_reset(&dev);
	}
}

CASE(offered_read_only, "offered features and the number of queues cannot be written (4.1.4.3)")
{
	for (size_t type = 0; next_device(&type); ) {
		u64 offered = virtio_device_features(&dev);
		u16 queues = virtio_read16(&dev, VIRTIO_NUM_QUEUES);
		u8 generation = virtio_read8(&dev, VIRTIO_GENERATION);

		for (u32 half = 0; half < 2; half++) {
			virtio_write32(&dev, VIRTIO_DEVICE_FEATURE_SELECT, half);
			virtio_write32(&dev, VIRTIO_DEVICE_FEATURE, (u32)~(offered >> 32 * half));
		}
		virtio_write16(&dev, VIRTIO_NUM_QUEUES, ~queues);
		virtio_write8(&dev, VIRTIO_GENERATION, ~generation);
		expect_eq_msg(virtio_device_features(&dev), offered, "type %u", types[type - 1]);
		expect_eq_msg(virtio_read16(&dev, VIRTIO_NUM_QUEUES), queues, "type %u",
			      types[type - 1]);
		expect_eq(virtio_read8(&dev, VIRTIO_GENERATION), generation);
		virtio_reset(&dev);
	}
}

/* ---- the status ---- */

CASE(reset_each,
     "a reset at each step of the initialization ends with the status 0, and it starts anew")
{
	static const u8 steps[] = {
		VIRTIO_ACKNOWLEDGE, VIRTIO_DRIVER, VIRTIO_FEATURES_OK, VIRTIO_DRIVER_OK,
		VIRTIO_FAILED,
	};

	for (size_t type = 0; next_device(&type); ) {
		for (size_t last = 0; last < ARRAY_SIZE(steps); last++) {
			u8 status = 0;

			for (size_t i = 0; i <= last; i++) {
				if (steps[i] == VIRTIO_FEATURES_OK)
					virtio_set_features(&dev, VIRTIO_F_VERSION_1);
				status |= steps[i];
				virtio_add_status(&dev, steps[i]);
			}
			expect_eq_msg(virtio_read8(&dev, VIRTIO_STATUS), status, "type %u",
				      types[type - 1]);
			virtio_reset(&dev);
			expect_eq_msg(virtio_read8(&dev, VIRTIO_STATUS), 0, "type %u, step %zu",
				      types[type - 1], last);
			expect(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
			virtio_reset(&dev);
		}
	}
}

CASE(generation, "the configuration's generation stays while nothing changes (2.5.1, 4.1.4.3.1)")
{
	for (size_t type = 0; next_device(&type); ) {
		u8 before;

		insist(virtio_negotiate(&dev, VIRTIO_F_VERSION_1));
		before = virtio_read8(&dev, VIRTIO_GENERATION);
		for (int i = 0; i < 10; i++)
			expect_eq_msg(virtio_read8(&dev, VIRTIO_GENERATION), before, "type %u",
				      types[type - 1]);
		virtio_reset(&dev);
	}
}
