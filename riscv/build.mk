# SPDX-License-Identifier: BSD-2-Clause
# How riscv64 guests are built.

riscv64.TESTS := riscv
riscv64.LIBDIRS := lib/riscv lib/devicetree lib/traps lib lib/default
riscv64.START := riscv/start.S
riscv64.LDSCRIPT := riscv/flat.lds
riscv64.LDFLAGS := -m elf64lriscv
riscv64.FLATFLAGS := --strip-debug
