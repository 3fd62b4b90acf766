/* SPDX-License-Identifier: MIT */
/* Unit tests of the names of Linux's numbers: where the C library has names too, they are the same. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/linux_names.h"

Test(linux_names, of_some_numbers)
{
	cr_expect_str_eq(syscall_name(SYS_write), "write");
	cr_expect_str_eq(syscall_name(SYS_socket), "socket"); /* the guest's kernel does not have it */
	cr_expect_null(syscall_name(SYS_write + UINT64_C(0x100000000)));
	cr_expect_str_eq(errno_name(ENOENT), "ENOENT");
	cr_expect_str_eq(errno_name(EAGAIN), "EAGAIN"); /* not EWOULDBLOCK */
	cr_expect_null(errno_name(0));
	cr_expect_null(errno_name(4095));
	cr_expect_str_eq(signal_name(SIGKILL), "KILL");
	cr_expect_null(signal_name(0));
	cr_expect_null(signal_name(64));
	cr_expect_null(signal_name(UINT64_MAX));
}

#if defined(__GLIBC_PREREQ) && __GLIBC_PREREQ(2, 32)
static bool same(const char *name, const char *known)
{
	return name == NULL || known == NULL ? name == known : strcmp(name, known) == 0;
}

Test(linux_names, are_those_of_the_c_library)
{
	/* A C library may know errors that are newer than the table. */
	for (int i = 1; i < 4096; i++)
		cr_expect(same(errno_name((unsigned)i), strerrorname_np(i)) || i > EHWPOISON, "errno %d is %s", i,
			  errno_name((unsigned)i));
	for (int i = 1; i < NSIG; i++)
		cr_expect(same(signal_name((unsigned)i), sigabbrev_np(i)), "signal %d is %s", i,
			  signal_name((unsigned)i));
}
#endif
