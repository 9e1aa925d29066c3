/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts a block of 16-bit code into low memory, runs it there, compares. */
#include "realmode.h"
#include "x86/desc.h"

extern const char real_blob_start[], real_blob_end[], real_blob_regs[], real_done[], real_stubs[];
void real_switch(void);

#define IVT		(REAL_BASE + 0x1000)
#define N_STUBS		32
#define STUB_SIZE	8

static u16 low_offset(const char *symbol)
{
	return symbol - real_blob_start;
}

static void prepare(const struct real_block *block)
{
	size_t size = block->end - block->start;
	u8 *code = real_address(REAL_CS, BLOCK_OFFSET);
	u16 *ivt = (u16 *)(uintptr_t)IVT;

	assert(size + 3 <= BLOCK_MAX);
	memcpy(real_address(REAL_CS, 0), real_blob_start, real_blob_end - real_blob_start);
	memcpy(code, block->start, size);
	code[size] = 0xe9;	/* JMP real_done */
	*(u16 *)(code + size + 1) = low_offset(real_done) - (BLOCK_OFFSET + size + 3);
	for (int v = 0; v < N_STUBS; v++) {
		ivt[2 * v] = low_offset(real_stubs) + v * STUB_SIZE;
		ivt[2 * v + 1] = REAL_CS;
	}
	/* The segment by which protected mode is left (SDM volume 3, section 10.9.2). */
	set_gdt_entry(FIRST_SPARE_SEL, REAL_BASE, 0xffff, 0x9b, 0);
}

void run_real(const struct real_block *block, struct real_regs *regs)
{
	void *low_regs = real_address(REAL_CS, low_offset(real_blob_regs));

	prepare(block);
	memcpy(low_regs, regs, sizeof(*regs));
	real_switch();
	memcpy(regs, low_regs, sizeof(*regs));
	if (regs->exception != NO_EXCEPTION)
		regs->ip -= BLOCK_OFFSET;
}

#define FIELD(name)	{ #name, offsetof(struct real_regs, name), sizeof(((struct real_regs *)0)->name) }
static const struct {
	const char *name;
	u8 offset, size;
} fields[] = {
	FIELD(eax), FIELD(ebx), FIELD(ecx), FIELD(edx), FIELD(esi), FIELD(edi), FIELD(ebp), FIELD(esp),
	FIELD(ds), FIELD(es), FIELD(fs), FIELD(gs), FIELD(ss), FIELD(exception), FIELD(ip), FIELD(cs),
};

static u32 field_of(const struct real_regs *regs, size_t i)
{
	u32 value = 0;

	memcpy(&value, (const char *)regs + fields[i].offset, fields[i].size);
	return value;
}

void expect_real(const struct real_block *block, const struct real_regs *in, const struct real_regs *out, u32 undefined)
{
	struct real_regs r = *in;

	run_real(block, &r);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		expect_eq_msg(field_of(&r, i), field_of(out, i), "%s", fields[i].name);
	expect_eq_msg(r.eflags & ~undefined, out->eflags & ~undefined, "eflags");
}
