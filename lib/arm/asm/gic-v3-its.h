/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt translation service (IHI 0069, chapter 5 and section 12.19): events of devices become LPIs of
 * collections, a collection is a CPU. Commands are sent one by one, each complete on return, but for the forms _nv, which
 * are the same: established tests want them silent.
 */
#ifndef ARM_ASM_GIC_V3_ITS_H
#define ARM_ASM_GIC_V3_ITS_H

#include "asm/gic-v3.h"

#define GITS_CTLR		0x0000
#define GITS_IIDR		0x0004
#define GITS_TYPER		0x0008
#define GITS_CBASER		0x0080
#define GITS_CWRITER		0x0088
#define GITS_CREADR		0x0090
#define GITS_BASER		0x0100
#define GITS_BASERS		8
#define GITS_TRANSLATER		0x10040

#define GITS_CTLR_ENABLE	BIT(0)
#define GITS_CTLR_QUIESCENT	BIT(31)
#define GITS_VALID		BIT_ULL(63)
#define GITS_CREADR_STALLED	BIT(0)

struct its_typer {
	unsigned int ite_size;		/* bytes of an entry */
	unsigned int eventid_bits, deviceid_bits, collid_bits;
	bool phys_lpi, pta, cil;
	unsigned int hw_collections;
};

struct its_baser {
	int index;
	unsigned int type;		/* GITS_BASER_DEVICE and so on; 0: none */
	unsigned int esz;		/* bytes of an entry */
	size_t psz, nr_pages;
	void *table;
};
#define GITS_BASER_DEVICE	1
#define GITS_BASER_COLLECTION	4

struct its_device {
	u32 device_id;
	u32 nr_ites;			/* events, a power of two */
	void *itt;
};

struct its_collection {
	u64 target_address;		/* RDbase as commands have it */
	u16 col_id;
};

#define ITS_DEVICES		16
#define ITS_COLLECTIONS		64

struct its_data {
	void *base;
	struct its_typer typer;
	struct its_baser device_baser, coll_baser;
	char *cmd_base;
	u32 cmd_write;			/* offset in bytes */
	struct its_device devices[ITS_DEVICES];
	u32 nr_devices;
	struct its_collection collections[ITS_COLLECTIONS];
	u32 nr_collections;
};
extern struct its_data its_data;
#define gicv3_its_base()	(its_data.base)

/* Finds it; false: the machine has none. gic_init() came before. */
bool its_init(void);
/* Tables, queue, LPIs of every CPU; all CPUs have called gic_enable_defaults(). Once. */
void its_enable_defaults(void);

/* A device with that many events (rounded up to a power of two), and a collection for a CPU: not mapped yet. */
struct its_device *its_create_device(u32 device_id, int nr_ites);
struct its_collection *its_create_collection(u16 col_id, u32 target_pe);
/* NULL where there is none. */
struct its_device *its_get_device(u32 id);
struct its_collection *its_get_collection(u16 id);

void its_send_mapd(struct its_device *dev, int valid);
void its_send_mapc(struct its_collection *col, int valid);
void its_send_mapti(struct its_device *dev, u32 lpi_id, u32 event_id, struct its_collection *col);
void its_send_movi(struct its_device *dev, struct its_collection *col, u32 event_id);
void its_send_int(struct its_device *dev, u32 event_id);
void its_send_clear(struct its_device *dev, u32 event_id);
void its_send_discard(struct its_device *dev, u32 event_id);
void its_send_inv(struct its_device *dev, u32 event_id);
void its_send_invall(struct its_collection *col);
void its_send_sync(struct its_collection *col);

#define its_send_mapd_nv	its_send_mapd
#define its_send_mapc_nv	its_send_mapc
#define its_send_mapti_nv	its_send_mapti
#define its_send_int_nv		its_send_int
#define its_send_inv_nv		its_send_inv
#define its_send_invall_nv	its_send_invall

#endif
