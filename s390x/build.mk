# SPDX-License-Identifier: BSD-2-Clause
# How s390x guests are built.

s390x.TESTS := s390x
s390x.LIBDIRS := lib/s390x lib
s390x.START := s390x/start.S
s390x.LDSCRIPT := s390x/flat.lds
s390x.LDFLAGS := -m elf64_s390
s390x.FLATFLAGS := --strip-debug
