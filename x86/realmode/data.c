/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Real-address mode: moves, addresses, the stack, string instructions. An address is segment * 16 plus a 16-bit
 * offset, whose arithmetic wraps at 64 KiB (SDM volume 1, section 3.3.1; volume 3, section 21.1.1), the stack pointer likewise.
 */
#include "realmode.h"

/* ---- moves ---- */

INSN(mov_byte, "MOV to AH leaves the rest of EAX", "movb $0x5a, %ah", , out.eax = 0xa1a25aa4, NONE)
INSN(mov_word, "MOV of a word leaves the upper half", "movw $0x1234, %dx", , out.edx = 0xd1d21234, NONE)
INSN(mov_long, "MOV of 32 bits by the operand size prefix", "movl $0x12345678, %edx", , out.edx = 0x12345678, NONE)
INSN(mov_load, "MOV from [BX+SI+disp]", "movw 4(%bx,%si), %ax",
     in.ebx = 0x10; DS16(0x114) = 0xbeef, out.eax = 0xa1a2beef, NONE)
INSN(mov_bp, "an address with BP is in the stack segment", "movw (%bp), %ax",
     SS16(0x300) = 0x5511; DS16(0x300) = 0xdddd, out.eax = 0xa1a25511, NONE)
INSN(mov_override, "a segment prefix replaces it", "movw %ds:(%bp), %ax",
     SS16(0x300) = 0x5511; DS16(0x300) = 0xdddd, out.eax = 0xa1a2dddd, NONE)
INSN(mov_fs, "FS", "movb %fs:0x20, %al", *(u8 *)real_address(0x3900, 0x20) = 0x77, out.eax = 0xa1a2a377, NONE)
INSN(mov_address32, "32-bit addresses by the address size prefix", "movl 0x10(%ebx,%ecx,4), %eax",
     in.ebx = 0x200; in.ecx = 4; DS32(0x220) = 0xcafe0001, out.eax = 0xcafe0001, NONE)
INSN(mov_wrap, "[BX+SI] wraps at 64 KiB", "movb (%bx,%si), %al",
     in.ebx = 0xfff0; in.esi = 0x30; DS8(0x20) = 0x42, out.eax = 0xa1a2a342, NONE)
INSN(mov_segment, "MOV to ES", "movw %ax, %es", in.eax = 0x1234, out.es = 0x1234, NONE)
INSN(mov_moffs, "MOV by a direct address", ".byte 0xa1, 0x40, 0x00", DS16(0x40) = 0x9988, out.eax = 0xa1a29988, NONE)
INSN(movzx, "MOVZX", "movzbw %bl, %ax", in.ebx = 0x12345680, out.eax = 0xa1a20080, NONE)
INSN(movsx, "MOVSX to 32 bits", "movswl %bx, %eax", in.ebx = 0x12348000, out.eax = 0xffff8000, NONE)
INSN(xchg, "XCHG", "xchgw %bx, %ax", , out.eax = 0xa1a2b3b4; out.ebx = 0xb1b2a3a4, NONE)
INSN(xlat, "XLAT", "xlatb", in.ebx = 0x500; in.eax = 7; DS8(0x507) = 0x99, out.eax = 0x99, NONE)
INSN(lea, "LEA wraps in 16 bits", "leaw 0x20(%bx,%si), %ax", in.ebx = 0xfff0; in.esi = 1, out.eax = 0xa1a20011, NONE)
INSN(lds, "LDS", "ldsw (%si), %ax", DS16(0x100) = 0x1122; DS16(0x102) = 0x3344, out.eax = 0xa1a21122; out.ds = 0x3344, NONE)
INSN(les, "LES of 32 bits", "lesl (%si), %eax",
     DS32(0x100) = 0x11223344; DS16(0x104) = 0x5566, out.eax = 0x11223344; out.es = 0x5566, NONE)
INSN(cbw, "CBW", "cbtw", in.eax = 0x55aa80, out.eax = 0x55ff80, NONE)
INSN(cwd, "CWD", "cwtd", in.eax = 0x8000, out.edx = 0xd1d2ffff, NONE)
INSN(cwde, "CWDE", "cwtl", in.eax = 0x8000, out.eax = 0xffff8000, NONE)
INSN(lahf, "LAHF", "lahf", in.eflags |= CF | SF | ZF, out.eax = 0xa1a2c3a4, NONE)
INSN(sahf, "SAHF changes five flags", "sahf", in.eax = 0xd500; in.eflags |= OF, out.eflags |= CF | PF | AF | ZF | SF, NONE)
INSN(setcc, "SETcc", "setc %al; setnc %ah", in.eflags |= CF, out.eax = 0xa1a20001, NONE)
INSN(cmov, "CMOVcc", "cmovcw %bx, %ax; cmovncw %bx, %cx", in.eflags |= CF, out.eax = 0xa1a2b3b4, NONE)
INSN(bswap, "BSWAP", "bswapl %eax", , out.eax = 0xa4a3a2a1, NONE)
INSN(cmpxchg, "CMPXCHG that matches stores", "cmpxchgw %bx, (%si)",
     in.eax = 0x1111; DS16(0x100) = 0x1111, out.eflags |= ZF | PF, NONE)
INSN(cmpxchg_differs, "CMPXCHG that does not match loads", "cmpxchgw %bx, (%si)",
     in.eax = 0x1111; DS16(0x100) = 0x1112, out.eax = 0x1112; out.eflags |= CF | AF | SF | PF, NONE)
INSN(xadd, "XADD", "xaddw %ax, (%si)", in.eax = 1; DS16(0x100) = 0x7fff, out.eax = 0x7fff; out.eflags |= OF | SF | AF | PF, NONE)
INSN(flags, "CLC, STC, CMC, STD, CLD", "stc; cmc; stc; std; cld; std", , out.eflags |= CF | DF, NONE)
INSN(cli_sti, "STI and CLI", "sti; cli; sti; cli", , , NONE)

/* ---- the stack ---- */

INSN(push_word, "PUSH of a word moves SP by 2", "pushw %ax", , out.esp = REAL_SP - 2, NONE)
INSN(push_long, "PUSH of 32 bits moves SP by 4", "pushl %eax", , out.esp = REAL_SP - 4, NONE)
INSN(push_pop, "POP brings back what was pushed", "pushl %eax; popw %bx; popw %cx",
     , out.ebx = 0xb1b2a3a4; out.ecx = 0xc1c2a1a2, NONE)
INSN(push_sp, "PUSH SP stores SP as it was before", "pushw %sp; popw %ax", , out.eax = 0xa1a20000 | REAL_SP, NONE)
INSN(pop_sp, "POP SP leaves what was popped", "pushw $0x4444; popw %sp", , out.esp = 0x4444, NONE)
INSN(push_imm8, "PUSH of a byte is sign-extended", "pushw $-2; popw %ax", , out.eax = 0xa1a2fffe, NONE)
INSN(push_wrap, "SP wraps at 64 KiB, the upper half of ESP stays", "pushw %ax; movl %esp, %ebx",
     in.esp = 0x12340000, out.esp = 0x1234fffe; out.ebx = 0x1234fffe, NONE)
INSN(push_segment, "PUSH CS, POP ES", "pushw %cs; popw %es", , out.es = REAL_CS, NONE)
INSN(pop_memory, "POP to memory by SP's old value plus 2", "pushw $0x7788; popw 0x600; movw 0x600, %ax", , out.eax = 0xa1a27788, NONE)
INSN(pusha, "PUSHA stores SP as it was before; POPA leaves it out", "pushaw; movw $0, %ax; movw $0, %di; popaw",
     , , NONE)
INSN(pushf, "PUSHF and POPF", "pushfw; popw %ax; pushw $0x8d7; popfw",
     in.eflags |= CF, out.eax = 0xa1a20003; out.eflags |= CF | PF | AF | ZF | SF | OF, NONE)
INSN(enter_leave, "ENTER 16,0 and LEAVE", ".byte 0xc8, 0x10, 0, 0; movw %sp, %ax; movw %bp, %bx; .byte 0xc9",
     , out.eax = 0xa1a20000 | (REAL_SP - 18); out.ebx = 0xb1b20000 | (REAL_SP - 2), NONE)

CASE(pusha_order, "PUSHA stores AX, CX, DX, BX, SP, BP, SI, DI downwards")
{
	const u16 expected[] = { 0x0200, 0x0100, 0x0300, REAL_SP, 0xb3b4, 0xd3d4, 0xc3c4, 0xa3a4 };
	struct real_regs r = INITIAL_REGS;

	run_real(&block_pusha, &r);
	expect_mem(real_address(REAL_SS, REAL_SP - 16), expected, sizeof(expected));
}

/* ---- strings ---- */

INSN(lodsb, "LODSB", "lodsb", DS8(0x100) = 0x5c, out.eax = 0xa1a2a35c; out.esi = 0xe1e20101, NONE)
INSN(lodsw_down, "LODSW with DF goes down by 2", "lodsw",
     in.eflags |= DF; DS16(0x100) = 0x1234, out.eax = 0xa1a21234; out.esi = 0xe1e200fe, NONE)
INSN(stosl, "STOSD", "stosl", , out.edi = 0xf1f20204, NONE)
INSN(movsw_rep, "REP MOVSW counts CX, not ECX, and stops at 0", "rep; movsw",
     in.ecx = 0xffff0003, out.ecx = 0xffff0000; out.esi = 0xe1e20106; out.edi = 0xf1f20206, NONE)
INSN(movsb_none, "REP with CX 0 does nothing", "rep; movsb", in.ecx = 0x10000, , NONE)
INSN(movsb_wrap, "SI wraps at 64 KiB", "movsb", in.esi = 0xe1e2ffff, out.esi = 0xe1e20000; out.edi = 0xf1f20201, NONE)
INSN(movsb_override, "a segment prefix changes the source only", "movsb %es:(%si), %es:(%di); movb %es:0x200, %al",
     *(u8 *)real_address(REAL_ES, 0x100) = 0x3d,
     out.eax = 0xa1a2a33d; out.esi = 0xe1e20101; out.edi = 0xf1f20201, NONE)
INSN(movsl_address32, "with 32-bit addresses ECX counts and ESI, EDI move", ".byte 0x67, 0xf3, 0x66, 0xa5",
     in.esi = 0x100; in.edi = 0x200; in.ecx = 2, out.esi = 0x108; out.edi = 0x208; out.ecx = 0, NONE)
INSN(scasb, "REPNE SCASB stops behind the byte", "repne; scasb",
     in.ecx = 10; in.eax = 0x77; memset(real_address(REAL_ES, 0x200), 0, 10); *(u8 *)real_address(REAL_ES, 0x203) = 0x77,
     out.ecx = 6; out.edi = 0xf1f20204; out.eflags |= ZF | PF, NONE)
INSN(cmpsw, "REPE CMPSW stops behind the difference", "repe; cmpsw",
     in.ecx = 5; memset(real_address(REAL_DS, 0x100), 1, 10); memset(real_address(REAL_ES, 0x200), 1, 10);
     DS16(0x104) = 0x0100,
     out.ecx = 2; out.esi = 0xe1e20106; out.edi = 0xf1f20206; out.eflags |= CF | AF | SF | PF, NONE)

CASE(movs_copies, "REP MOVSW copied three words and no more")
{
	struct real_regs r = INITIAL_REGS;

	r.ecx = 3;
	for (int i = 0; i < 4; i++) {
		DS16(0x100 + 2 * i) = 0x1111 * (i + 1);
		ES16(0x200 + 2 * i) = 0xffff;
	}
	run_real(&block_movsw_rep, &r);
	expect_mem(real_address(REAL_ES, 0x200), ((u16[]){ 0x1111, 0x2222, 0x3333, 0xffff }), 8);
}
