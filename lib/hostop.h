/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host operations: what a guest may ask of the small VMM (vmm/), which includes this header too.
 * The guest fills a request in its memory and writes its physical address, 32 bits, to HOSTOP_PORT;
 * when that instruction has ended the request holds the answer. docs/hostops.md is the reference;
 * lib/hostcall.h has the calls for tests.
 *
 * Numbers and layouts are the ABI: what is here is never changed, only added to. A change of what
 * is here is a new HOSTOP_VERSION, and the VMM refuses every other.
 */
#ifndef HOSTOP_H
#define HOSTOP_H

#include <stdint.h>

#define HOSTOP_VERSION	1
/* reading 32 bits there gives HOSTOP_MAGIC where there is such a VMM */
#define HOSTOP_PORT	0x560u
#define HOSTOP_MAGIC	0x504f4856u	/* "VHOP" */

#define HOSTOP_ARGS	8
#define HOSTOP_RETS	4

/*
 * Aligned to 4 bytes (as i386 aligns a stack), below 4 GiB. The VMM reads it once, so that changing
 * it meanwhile changes nothing.
 */
struct hostop_request {
	uint32_t magic;			/* HOSTOP_MAGIC */
	uint16_t version;		/* HOSTOP_VERSION */
	uint16_t size;			/* of this structure */
	uint32_t op;			/* enum hostop */
	int32_t result;			/* out: 0, -errno of the host's Linux, or HOSTOP_E... */
	uint64_t args[HOSTOP_ARGS];	/* those that the operation does not have must be 0 */
	uint64_t rets[HOSTOP_RETS];	/* out: 0 where the operation says nothing else */
	uint64_t data, data_size;	/* physical address and size of further data; 0, 0: none */
};

/*
 * The VMM's own errors, which no system call can give. A request whose magic, version or size is
 * wrong is told by HOSTOP_EREQUEST or HOSTOP_EVERSION; one that is not wholly in memory, or not
 * aligned, cannot be told anything: the guest sees the result that it put there.
 */
#define HOSTOP_EVERSION		(-5001)	/* another version than this VMM's */
#define HOSTOP_EREQUEST		(-5002)	/* magic or size are wrong */
#define HOSTOP_EOP		(-5003)	/* no such operation */
#define HOSTOP_EARG		(-5004)	/* an argument is out of range, or not 0 where it must be */
#define HOSTOP_EADDRESS		(-5005)	/* data is not memory of the guest */
#define HOSTOP_ESIZE		(-5006)	/* data_size is not what the operation wants */
/* the host's kernel, or the VMM's options, do not have it */
#define HOSTOP_EUNAVAILABLE	(-5007)
/* asked within another operation, or it would wait for itself */
#define HOSTOP_EBUSY		(-5008)
#define HOSTOP_EFULL		(-5009)	/* no more of these */

/* Names a CPU: its number, or: */
#define HOSTOP_SELF		(~0ull)	/* the one that asks */
#define HOSTOP_VM		(~1ull)	/* STAT only: the machine */

/* Above each: (arguments) [data in or out]: answers in rets. "cpu" is a CPU as above. */
enum hostop {
	/* ---- the protocol ---- */
	/* (8 words): the first four words */
	HOSTOP_ECHO = 0,
	/* (op): 1 if this VMM offers it on this host, else 0; the VMM's HOSTOP_VERSION */
	HOSTOP_QUERY = 1,
	/* (KVM_CAP number): KVM_CHECK_EXTENSION's value */
	HOSTOP_CAP_CHECK = 2,
	/* (KVM_CAP number, 4 arguments): see docs/hostops.md for which */
	HOSTOP_CAP_ENABLE = 3,

	/* ---- MSRs ---- */
	/* () [in: struct hostop_msr_filter]: KVM_X86_SET_MSR_FILTER */
	HOSTOP_MSR_FILTER = 16,
	/* (HOSTOP_MSR_REASON_* mask): which accesses exit to the VMM */
	HOSTOP_MSR_EXITS = 17,
	/* (index, HOSTOP_ANSWER_*, value): the answer to an access that exits */
	HOSTOP_MSR_ANSWER = 18,
	/* () [out: struct hostop_msr_exit[]]: how many since the last call; how many copied */
	HOSTOP_MSR_LOG = 19,
	/* (cpu, index): KVM_GET_MSRS: how many it read (0 or 1); the value */
	HOSTOP_MSR_GET = 20,
	/* (cpu, index, value): KVM_SET_MSRS: how many it wrote (0 or 1) */
	HOSTOP_MSR_SET = 21,

	/* ---- statistics ---- */
	/* (cpu or HOSTOP_VM) [in: name, with its 0]: value; enum hostop_stat_kind */
	HOSTOP_STAT = 32,
	/* (cpu or HOSTOP_VM, n) [out: name]: value, kind of the nth */
	HOSTOP_STAT_NAME = 33,
	/* (cpu, KVM_EXIT_* or HOSTOP_ALL): exits to user space so far */
	HOSTOP_EXITS = 34,

	/* ---- the host's scheduler ---- */
	/* (cpu, nth host CPU that the VMM may use, or HOSTOP_ALL): how many there are */
	HOSTOP_PIN = 48,
	/*
	 * (cpu, n): n threads (0: none any more) compete with it on the core it is pinned to; those
	 * that end here: ns on a core, all together
	 */
	HOSTOP_STARVE = 49,
	/*
	 * (cpu): ns on a core; ns of waiting for one (run delay); time slices; where: as PIN counts
	 */
	HOSTOP_SCHED = 50,
	/* (cpu, 1: stop, 0: go on): not the one that asks */
	HOSTOP_PAUSE = 51,
	/* (ns): the CPU that asks is out of the guest so long, 10 s at most */
	HOSTOP_SLEEP = 52,

	/* ---- interrupts ---- */
	/* (cpu): KVM_NMI */
	HOSTOP_NMI = 64,
	/* (gsi, level): KVM_IRQ_LINE */
	HOSTOP_IRQ_LINE = 65,
	/* (address, data): KVM_SIGNAL_MSI: its value (deliveries) */
	HOSTOP_MSI = 66,
	/* (gsi from 24 on, address, data): routes that GSI to an MSI */
	HOSTOP_GSI_MSI = 67,
	/* (gsi): KVM_IRQFD: a handle */
	HOSTOP_IRQFD = 68,
	/* (handle): writes to its eventfd */
	HOSTOP_IRQFD_SIGNAL = 69,
	/* (handle) */
	HOSTOP_IRQFD_CLOSE = 70,

	/* ---- memory: slots from HOSTOP_SLOT_FIRST on are the guest's ---- */
	/* (slot, address, size, HOSTOP_SLOT_* flags, HOSTOP_BACKING_*) */
	HOSTOP_SLOT_MAP = 80,
	/* (slot): the memory is gone */
	HOSTOP_SLOT_UNMAP = 81,
	/* (slot, flags) */
	HOSTOP_SLOT_FLAGS = 82,
	/* (slot, address): with its contents */
	HOSTOP_SLOT_MOVE = 83,
	/* (slot, address, of which slot, offset, size, flags): the same memory again */
	HOSTOP_SLOT_ALIAS = 84,
	/* (slot, offset) [out]: what the host sees there */
	HOSTOP_SLOT_READ = 85,
	/* (slot, offset) [in]: as a device would */
	HOSTOP_SLOT_WRITE = 86,
	/* (slot, offset, size): pages go to a store; each comes back when it is touched */
	HOSTOP_SLOT_SWAP_OUT = 87,
	/* (slot): pages in the store now; pages that came back; faults that waited */
	HOSTOP_SLOT_SWAPPED = 88,
	/* (slot, offset, size): zeroes (MADV_DONTNEED) */
	HOSTOP_SLOT_DISCARD = 89,
	/* (slot, ns): how long a page takes to come back, 1 s at most */
	HOSTOP_SLOT_SWAP_DELAY = 90,

	/* ---- dirty pages ---- */
	/*
	 * (slot) [out: a bit a page, rounded up to 8 bytes]: KVM_GET_DIRTY_LOG: bits that are set
	 */
	HOSTOP_DIRTY_LOG = 96,
	/* (slot, first page, pages) [in: bits]: KVM_CLEAR_DIRTY_LOG */
	HOSTOP_DIRTY_CLEAR = 97,
	/*
	 * (cpu) [out: struct hostop_dirty_page[]]: how many copied; how many reset; ring-full
	 * exits; entries that KVM itself overwrote
	 */
	HOSTOP_DIRTY_RING = 98,

	/* ---- state ---- */
	/* (cpu): saves all of it, scrubs it, restores it: bytes of state */
	HOSTOP_VCPU_RESTORE = 112,
	/* (): the whole VM into a new one: ns that took */
	HOSTOP_VM_MIGRATE = 113,
	/* (cpu): takes it out, and puts one in at its place: it waits for INIT */
	HOSTOP_VCPU_REPLUG = 114,

	/* ---- I/O ---- */
	/* (address, length, HOSTOP_IO_* flags, datamatch): a handle */
	HOSTOP_IOEVENTFD = 128,
	/* (handle): signals since the last call */
	HOSTOP_IOEVENTFD_COUNT = 129,
	/* (handle) */
	HOSTOP_IOEVENTFD_CLOSE = 130,
	/* (address, size, HOSTOP_IO_PORT or 0): KVM_REGISTER_COALESCED_MMIO */
	HOSTOP_COALESCED = 131,
	/* () [out: struct hostop_coalesced[]]: how many since the last call; how many copied */
	HOSTOP_COALESCED_READ = 132,
	/* (address, size, HOSTOP_IO_PORT or 0) */
	HOSTOP_COALESCED_CLOSE = 133,

	/* ---- time ---- */
	/* (cpu): KVM_KVMCLOCK_CTRL */
	HOSTOP_CLOCK_CTRL = 144,
	/* (cpu): KVM_GET_TSC_KHZ */
	HOSTOP_TSC_KHZ = 145,
	/* (cpu, kHz): KVM_SET_TSC_KHZ */
	HOSTOP_TSC_KHZ_SET = 146,
	/* (cpu, group, attribute): KVM_GET_DEVICE_ATTR: 8 bytes */
	HOSTOP_VCPU_ATTR = 147,
	/* (cpu, group, attribute, value): KVM_SET_DEVICE_ATTR */
	HOSTOP_VCPU_ATTR_SET = 148,
	/* (): KVM_GET_CLOCK: clock; flags; realtime; host_tsc */
	HOSTOP_CLOCK = 149,
	/* (clock): KVM_SET_CLOCK */
	HOSTOP_CLOCK_SET = 150,
	/* (): CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC, CLOCK_REALTIME in ns */
	HOSTOP_HOST_TIME = 151,

	/* ---- errors ---- */
	/*
	 * (HOSTOP_ON_ERROR_*, n): what to do at the next KVM internal errors of the CPU that asks
	 */
	HOSTOP_ON_ERROR = 160,
	/* (cpu) [out: struct hostop_error]: the last one that was not the end */
	HOSTOP_LAST_ERROR = 161,
};

#define HOSTOP_COUNT	162		/* numbers are below it */
#define HOSTOP_ALL	(~0ull)

/*
 * MSR_FILTER: as struct kvm_msr_filter, but that bitmap is an offset into this structure's own
 * bits.
 */
#define HOSTOP_MSR_RANGES	16
#define HOSTOP_MSR_BITS		(0x3000 / 8)	/* KVM_MSR_FILTER_MAX_BITMAP_SIZE */
#define HOSTOP_BITMAP_BAD	(~0u)		/* an address at which KVM finds nothing */
#define HOSTOP_BITMAP_NULL	(~1u)		/* NULL */

struct hostop_msr_filter {
	uint32_t flags;			/* 1: KVM_MSR_FILTER_DEFAULT_DENY; any, KVM judges */
	uint32_t reserved;		/* 0 */
	struct {
		uint32_t flags;		/* 1: reads, 2: writes; any */
		/*
		 * any: KVM is given HOSTOP_MSR_BITS bytes from the bitmap on, zeroes behind bits'
		 * end
		 */
		uint32_t nmsrs;
		uint32_t base;
		/* byte offset into bits, below its size, or HOSTOP_BITMAP_* */
		uint32_t bitmap;
	} ranges[HOSTOP_MSR_RANGES];
	uint8_t bits[HOSTOP_MSR_BITS];	/* a bit an MSR, 1: allowed */
};

#define HOSTOP_MSR_REASON_INVAL		1u	/* KVM_MSR_EXIT_REASON_* */
#define HOSTOP_MSR_REASON_UNKNOWN	2u
#define HOSTOP_MSR_REASON_FILTER	4u

#define HOSTOP_ANSWER_NONE	0u	/* as if there had been no MSR_ANSWER: a fault */
#define HOSTOP_ANSWER_FAULT	1u	/* the access raises #GP */
#define HOSTOP_ANSWER_VALUE	2u	/* reads give the value; writes are taken, and change it */

struct hostop_msr_exit {
	uint64_t value;			/* what was written, or what was answered */
	uint32_t index, reason;		/* HOSTOP_MSR_REASON_* */
	uint32_t cpu;
	uint8_t write, fault, reserved[2];
};

enum hostop_stat_kind {			/* KVM_STATS_TYPE_*, by its number */
	HOSTOP_STAT_CUMULATIVE = 0, HOSTOP_STAT_INSTANT = 1, HOSTOP_STAT_PEAK = 2,
	/* value: the first bucket's */
	HOSTOP_STAT_LINEAR_HISTOGRAM = 3, HOSTOP_STAT_LOG_HISTOGRAM = 4,
};
#define HOSTOP_STAT_NAME_MAX	128

/* up to HOSTOP_SLOT_LAST; 0 is RAM below 4 GiB, 1 above: their dirty log only */
#define HOSTOP_SLOT_FIRST	8u
#define HOSTOP_SLOT_LAST	31u
#define HOSTOP_SLOT_LOG		1u	/* KVM_MEM_LOG_DIRTY_PAGES */
#define HOSTOP_SLOT_READONLY	2u	/* KVM_MEM_READONLY */
#define HOSTOP_SLOT_SIZE_MAX	(1ull << 30)
#define HOSTOP_BACKING_MEMORY	0u	/* anonymous */
/* huge pages of the host: EUNAVAILABLE or -ENOMEM if it has none to give */
#define HOSTOP_BACKING_HUGETLB	1u
#define HOSTOP_BACKING_THP	2u	/* anonymous, aligned to 2 MiB, MADV_HUGEPAGE */
#define HOSTOP_BACKING_SMALL	3u	/* anonymous, MADV_NOHUGEPAGE */

struct hostop_dirty_page {
	uint32_t slot, flags;		/* struct kvm_dirty_gfn */
	uint64_t offset;		/* pages from the slot's start */
};

#define HOSTOP_IO_PORT		1u	/* the address is an I/O port */
#define HOSTOP_IO_DATAMATCH	2u	/* only writes of the value datamatch */

struct hostop_coalesced {
	uint64_t address, data;
	uint32_t length, port;		/* port: 1 for an I/O port */
};

#define HOSTOP_ON_ERROR_END	0u	/* the machine ends (default) */
#define HOSTOP_ON_ERROR_SKIP	1u	/* RIP moves on by n bytes */
#define HOSTOP_ON_ERROR_UD	2u	/* #UD is injected */

struct hostop_error {
	uint32_t suberror, ndata;
	/* struct kvm_run.emulation_failure: bit 0: the bytes are there */
	uint64_t flags;
	uint64_t rip;
	uint8_t insn_size, insn[15];
};

#endif
