/* SPDX-License-Identifier: MIT */
/* Unit tests of whose a trap is: a fault of the kernel at a low address must not be taken for a process's. */
#include "kernel/trap/frame.h"

#include <criterion/criterion.h>

bool processes_in_ring0;

static const struct trap_frame process = {.rip = 0x400000, .cs = USER_CS};
static const struct trap_frame kernel = {.rip = 0xffffffff80100000, .cs = KERNEL_CS};
static const struct trap_frame low_in_ring0 = {.rip = 0x400000, .cs = KERNEL_CS};

Test(guest_frame, in_ring0_only_the_kernel_runs)
{
	processes_in_ring0 = false;
	cr_assert(from_process(&process));
	cr_assert_not(from_process(&kernel));
	cr_assert_not(from_process(&low_in_ring0));
}

Test(guest_frame, with_direct_execution_the_address_tells)
{
	processes_in_ring0 = true;
	cr_assert(from_process(&process));
	cr_assert_not(from_process(&kernel));
	cr_assert(from_process(&low_in_ring0));
}
