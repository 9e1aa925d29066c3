/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions in real-address mode, as every firmware and boot loader uses them, and as a KVM may have to emulate them one
 * by one: each case runs a few instructions in 16-bit code with known registers and compares all general
 * and segment registers and all flags that the manual defines (SDM volume 2, by mnemonic; volume 3, section 21.1),
 * so that what must not change is seen too. Here: arithmetic. data.c: moves, stack, strings. flow.c: jumps, interrupts, exceptions.
 */
#include "realmode.h"


INSN(nothing, "an empty block changes nothing", "", , , NONE)

INSN(add_byte, "ADD of bytes: carry, half carry, zero", "addb %bl, %al",
     in.eax = 0x112233f8; in.ebx = 0x08, out.eax = 0x11223300; out.eflags |= CF | AF | ZF | PF, NONE)
INSN(add_word, "ADD of words changes 16 bits", "addw $0x7001, %ax",
     in.eax = 0x11221000, out.eax = 0x11228001; out.eflags |= SF | OF, NONE)
INSN(add_long, "ADD of 32 bits in 16-bit code", "addl %ebx, %eax",
     in.eax = 0xffffffff; in.ebx = 2, out.eax = 1; out.eflags |= CF | AF, NONE)
INSN(add_sign_extended, "an immediate byte is sign-extended", "addw $-1, %ax",
     in.eax = 0x5, out.eax = 0x4; out.eflags |= CF | AF, NONE)
INSN(adc, "ADC adds the carry", "adcw $0, %ax",
     in.eax = 0xffff; in.eflags |= CF, out.eax = 0; out.eflags |= CF | AF | ZF | PF, NONE)
INSN(sbb, "SBB subtracts the borrow", "sbbb $0x10, %al",
     in.eax = 0x10; in.eflags |= CF, out.eax = 0xff; out.eflags |= CF | AF | SF | PF, NONE)
INSN(sub_word, "SUB with overflow", "subw %bx, %ax",
     in.eax = 0x8000; in.ebx = 1, out.eax = 0x7fff; out.eflags |= AF | OF | PF, NONE)
INSN(cmp, "CMP changes flags only", "cmpl %ebx, %eax",
     in.eax = 1; in.ebx = 2, out.eflags |= CF | AF | SF | PF, NONE)
INSN(inc_keeps_carry, "INC sets OF and leaves CF", "incw %ax",
     in.eax = 0x7fff; in.eflags |= CF, out.eax = 0x8000; out.eflags |= AF | SF | OF | PF, NONE)
INSN(dec_keeps_carry, "DEC leaves CF", "decb %al",
     in.eax = 0x00; in.eflags |= CF, out.eax = 0xff; out.eflags |= AF | SF | PF, NONE)
INSN(neg, "NEG of the smallest number overflows", "negw %ax",
     in.eax = 0x8000, out.eflags |= CF | SF | OF | PF, NONE)
INSN(not_keeps_flags, "NOT changes no flag", "notw %ax",
     in.eax = 0x0ff0; in.eflags |= CF | ZF, out.eax = 0xf00f, NONE)
INSN(and_clears, "AND clears CF and OF", "andw $0xff, %ax",
     in.eax = 0x1281; in.eflags |= CF | OF, out.eax = 0x81; out.eflags = X86_EFLAGS_FIXED | PF, AF)
INSN(or, "OR", "orb $0x80, %al", in.eax = 1, out.eax = 0x81; out.eflags |= SF | PF, AF)
INSN(xor_self, "XOR of a register with itself clears 16 bits of it", "xorw %cx, %cx",
     , out.ecx = 0xc1c20000; out.eflags |= ZF | PF, AF)
INSN(test, "TEST changes flags only", "testb $0x80, %al",
     in.eax = 0x80; in.eflags |= CF, out.eflags = X86_EFLAGS_FIXED | SF, AF)

INSN(shl, "SHL: the last bit out is CF, OF is CF xor the sign", "shlw $1, %ax",
     in.eax = 0x4001, out.eax = 0x8002; out.eflags |= SF | OF, AF)
INSN(shl_masked, "a count of 33 shifts by 1", "movb $33, %cl; shll %cl, %eax",
     in.eax = 0x80000001, out.eax = 2; out.ecx = 0xc1c2c321; out.eflags |= CF | OF, AF)
INSN(shl_zero_count, "a count of 0 changes no flag", "shll %cl, %eax",
     in.ecx = 0x20; in.eflags |= CF | ZF | OF, , NONE)
INSN(shr, "SHR: OF is the old sign", "shrb $1, %al",
     in.eax = 0x81, out.eax = 0x40; out.eflags |= CF | OF, AF)
INSN(sar, "SAR keeps the sign", "sarw $4, %ax",
     in.eax = 0x8008, out.eax = 0xf800; out.eflags |= CF | SF | PF, AF | OF)
INSN(rol, "ROL changes CF and OF only", "rolw $1, %ax",
     in.eax = 0x8000; in.eflags |= ZF | SF, out.eax = 1; out.eflags |= CF | OF, NONE)
INSN(ror, "ROR of a byte by 4", "rorb $4, %al", in.eax = 0x1f, out.eax = 0xf1; out.eflags |= CF, OF)
INSN(rcl, "RCL goes through the carry", "rclw $1, %ax",
     in.eax = 0x0001; in.eflags |= CF, out.eax = 0x0003; out.eflags = X86_EFLAGS_FIXED, NONE)
INSN(rcr, "RCR goes through the carry", "rcrl $1, %eax",
     in.eax = 0x00000001, out.eax = 0; out.eflags |= CF, NONE)
INSN(rcr_17, "RCR of a word by 17 is by none", "rcrw $17, %ax", in.eax = 0x1234; in.eflags |= CF, , OF)
INSN(shld, "SHLD takes its bits from the other register", "shldw $4, %bx, %ax",
     in.eax = 0x1234; in.ebx = 0xabcd, out.eax = 0x234a; out.eflags |= CF, AF | OF)
INSN(shrd, "SHRD", "shrdl $8, %ebx, %eax",
     in.eax = 0x11223344; in.ebx = 0xaabbccdd, out.eax = 0xdd112233; out.eflags |= SF | PF, AF | OF)

INSN(mul_byte, "MUL of bytes: the product in AX", "mulb %bl",
     in.eax = 0x11220080; in.ebx = 0x02, out.eax = 0x11220100; out.eflags |= CF | OF, SF | ZF | AF | PF)
INSN(mul_word, "MUL of words: the product in DX:AX", "mulw %bx",
     in.eax = 0x1234; in.ebx = 0x1000; in.edx = 0xffffffff,
     out.eax = 0x4000; out.edx = 0xffff0123; out.eflags |= CF | OF, SF | ZF | AF | PF)
INSN(mul_long, "MUL of 32 bits: the product in EDX:EAX", "mull %ebx",
     in.eax = 0x80000000; in.ebx = 2, out.eax = 0; out.edx = 1; out.eflags |= CF | OF, SF | ZF | AF | PF)
INSN(imul_fits, "IMUL whose product fits clears CF and OF", "imulw %bx",
     in.eax = 0xffff; in.ebx = 0x0003; in.edx = 0; in.eflags |= CF | OF,
     out.eax = 0xfffd; out.edx = 0xffff; out.eflags = X86_EFLAGS_FIXED, SF | ZF | AF | PF)
INSN(imul_three, "IMUL with three operands cuts the product", "imulw $0x100, %bx, %ax",
     in.ebx = 0x1234, out.eax = 0xa1a23400; out.eflags |= CF | OF, SF | ZF | AF | PF)
INSN(div_word, "DIV: quotient in AX, remainder in DX", "divw %bx",
     in.eax = 0x0007; in.edx = 0x0001; in.ebx = 0x0010, out.eax = 0x1000; out.edx = 7, X86_EFLAGS_ALU)
INSN(idiv_byte, "IDIV rounds to zero, the remainder has the dividend's sign", "idivb %bl",
     in.eax = 0xfff9; in.ebx = 2, out.eax = 0xfffd, X86_EFLAGS_ALU)

INSN(aam, "AAM 10", "aam", in.eax = 0x3f, out.eax = 0x0603; out.eflags |= PF, CF | AF | OF)
INSN(aam_base, "AAM 16 splits a byte", "aam $16", in.eax = 0x9b, out.eax = 0x090b, CF | AF | OF)
INSN(aad, "AAD 10", "aad", in.eax = 0x0603, out.eax = 0x3f; out.eflags |= PF, CF | AF | OF)
INSN(aaa, "AAA adjusts a digit above 9", "aaa",
     in.eax = 0x000b, out.eax = 0x0101; out.eflags |= AF | CF, OF | SF | ZF | PF)
INSN(aas, "AAS adjusts after a borrow", "aas",
     in.eax = 0x02ff; in.eflags |= AF, out.eax = 0x0109; out.eflags |= AF | CF, OF | SF | ZF | PF)
INSN(daa, "DAA after 79 + 35", "daa",
     in.eax = 0xae, out.eax = 0x14; out.eflags |= CF | AF | PF, OF)
INSN(das, "DAS after 35 - 47", "das",
     in.eax = 0xee; in.eflags |= CF | AF, out.eax = 0x88; out.eflags = X86_EFLAGS_FIXED | CF | AF | SF | PF, OF)

INSN(bt, "BT by a register takes the offset modulo 16", "btw %bx, %ax",
     in.eax = 0x0008; in.ebx = 0x13; in.eflags |= ZF, out.eflags |= CF, OF | SF | AF | PF)
INSN(bts, "BTS", "btsl $31, %eax", in.eax = 0, out.eax = 0x80000000, OF | SF | AF | PF)
INSN(btr_memory, "BTR in memory reaches beyond the word, downwards too", "btrw %ax, (%si)",
     in.eax = 0xfff0; DS16(0xfe) = 0xffff; DS16(0x100) = 0xffff, out.eflags |= CF, OF | SF | AF | PF)
INSN(bsf, "BSF finds the lowest bit", "bsfw %bx, %ax",
     in.eax = 0; in.ebx = 0x0140, out.eax = 6, CF | OF | SF | AF | PF)
INSN(bsr, "BSR finds the highest bit", "bsrl %ebx, %eax",
     in.eax = 0; in.ebx = 0x0140, out.eax = 8, CF | OF | SF | AF | PF)
INSN(bsf_zero, "BSF of 0 sets ZF", "bsfw %bx, %ax", in.eax = 5; in.ebx = 0,
     out.eflags |= ZF, CF | OF | SF | AF | PF)

CASE(btr_memory_words, "the BTR above cleared bit 0 of the word below, and nothing else")
{
	struct real_regs r = INITIAL_REGS;

	r.eax = 0xfff0;		/* -16 */
	DS16(0xfe) = 0xffff;
	DS16(0x100) = 0xffff;
	run_real(&block_btr_memory, &r);
	expect_eq(DS16(0xfe), 0xfffe);
	expect_eq(DS16(0x100), 0xffff);
}
