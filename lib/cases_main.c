/* SPDX-License-Identifier: BSD-2-Clause */
/* The main() of a test that states nothing but cases. */
#include "case.h"

int main(void) __attribute__((weak));

int main(void)
{
	return run_cases();
}
