/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before every file of lib/ that the host tests compile: gives the guest's functions names of their own. */
#ifndef RENAME_H
#define RENAME_H

#define memcpy		vm_memcpy
#define memmove		vm_memmove
#define memset		vm_memset
#define memcmp		vm_memcmp
#define memchr		vm_memchr
#define strlen		vm_strlen
#define strnlen		vm_strnlen
#define strcpy		vm_strcpy
#define strncpy		vm_strncpy
#define strcat		vm_strcat
#define strncat		vm_strncat
#define strcmp		vm_strcmp
#define strncmp		vm_strncmp
#define strcasecmp	vm_strcasecmp
#define strncasecmp	vm_strncasecmp
#define strchr		vm_strchr
#define strrchr		vm_strrchr
#define strchrnul	vm_strchrnul
#define strstr		vm_strstr
#define strspn		vm_strspn
#define strcspn		vm_strcspn
#define strpbrk		vm_strpbrk
#define strtol		vm_strtol
#define strtoul		vm_strtoul
#define strtoll		vm_strtoll
#define strtoull	vm_strtoull
#define atoi		vm_atoi
#define atol		vm_atol
#define qsort		vm_qsort
#define bsearch		vm_bsearch
/* Not in __attribute__((format(printf, ...))). */
#define printf(...)	vm_printf(__VA_ARGS__)
#define vprintf		vm_vprintf
#define snprintf	vm_snprintf
#define vsnprintf	vm_vsnprintf
#define puts		vm_puts
#define putchar		vm_putchar
#define exit		vm_exit
#define abort		vm_abort
#define getenv		vm_getenv
#define environ		vm_environ
#define main		vm_main
#define __udivmoddi4	vm_udivmoddi4
#define __udivdi3	vm_udivdi3
#define __umoddi3	vm_umoddi3
#define __divmoddi4	vm_divmoddi4
#define __divdi3	vm_divdi3
#define __moddi3	vm_moddi3

#endif
