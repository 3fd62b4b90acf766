/* SPDX-License-Identifier: MIT */
/* Powers off with 1 if CPUID shows a local APIC with identifier 0, with 0 if it shows none, otherwise with 2. */
#include "image.h"

#define FEATURES_EDX_APIC (1 << 9)
#define FEATURES_EBX_APIC_ID 0xff000000

start:
	mov	$1, %eax
	cpuid
	test	$FEATURES_EBX_APIC_ID, %ebx
	fail_if	nz, 2
	test	$FEATURES_EDX_APIC, %edx
	fail_if	nz, 1
	power_off $0
