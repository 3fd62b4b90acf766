/* SPDX-License-Identifier: MIT */
/*
 * Checks the CPUID that the VMM makes from what KVM supports: no feature that only the host's processor has, no feature
 * that needs a device the machine lacks, and the hypervisor's leaves. Status 0, or the number of the failed check.
 */
#include "image.h"

#define LEAF_FEATURES 1
#define ECX_MONITOR (1 << 3)	   /* KVM never supports MONITOR; the host's processor has it */
#define ECX_X2APIC (1 << 21)	   /* a feature of the local APIC, which the machine does not have */
#define ECX_TSC_DEADLINE (1 << 24)
#define ECX_OSXSAVE (1 << 27)	   /* must follow the guest's CR4, not the host's */
#define ECX_HYPERVISOR (1 << 31)
#define EDX_APIC (1 << 9)
#define EBX_APIC_ID 0xff000000	   /* must not be the ID of the host's processor */

#define LEAF_HYPERVISOR 0x40000000
#define LEAF_TIMING 0x40000010
#define EBX_KVM 0x4b4d564b	   /* "KVMK" */

start:
	mov	$LEAF_FEATURES, %eax
	cpuid
	test	$ECX_MONITOR, %ecx
	fail_if	nz, 1
	test	$(ECX_X2APIC | ECX_TSC_DEADLINE), %ecx
	fail_if	nz, 2
	test	$EDX_APIC, %edx
	fail_if	nz, 3
	test	$EBX_APIC_ID, %ebx
	fail_if	nz, 4
	test	$ECX_OSXSAVE, %ecx
	fail_if	nz, 5
	test	$ECX_HYPERVISOR, %ecx
	fail_if	z, 6

	mov	$LEAF_HYPERVISOR, %eax
	cpuid
	cmp	$LEAF_TIMING, %eax
	fail_if	ne, 7
	cmp	$EBX_KVM, %ebx
	fail_if	ne, 8
	mov	$(LEAF_HYPERVISOR + 1), %eax /* no paravirtual features are offered */
	cpuid
	test	%eax, %eax
	fail_if	nz, 9
	mov	$LEAF_TIMING, %eax
	cpuid
	test	%eax, %eax
	fail_if	z, 10
	power_off $0
