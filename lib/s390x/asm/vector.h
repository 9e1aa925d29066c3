/* SPDX-License-Identifier: BSD-2-Clause */
/* Vector registers (Principles of Operation, chapter 21). */
#ifndef S390X_ASM_VECTOR_H
#define S390X_ASM_VECTOR_H

#define VEC_REGISTER_NUM	32
#define VEC_REGISTER_SIZE	16

#endif
