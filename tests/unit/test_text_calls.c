/* SPDX-License-Identifier: MIT */
/* Unit tests of system calls as text: arguments, results, names. */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>

#include "ringside/device.h"
#include "ringside/syscalls.h"
#include "text_page.h"

Test(text_calls, calls_have_arguments_and_results)
{
	struct page page = open_page(false);

	CALL(&page, 3, RINGSIDE_SYS_openat, (uint32_t)-100, 0x402000, 0, 0666);
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_openat, (uint64_t)-2));
	ASSERT_PRINTS(&page, "openat(AT_FDCWD, 0x402000, O_RDONLY) = -2 ENOENT\n");
	CALL(&page, 3, RINGSIDE_SYS_mmap, 0, 8192, 3, 0x22, UINT64_MAX, 0);
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_mmap, 0x10000));
	ASSERT_PRINTS(&page, "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000\n");
	print(&page, EVENT(SYSCALL, 3, RINGSIDE_SYS_getpid, 0x401000));
	ASSERT_PRINTS(&page, "syscall         getpid() ");
	CALL(&page, 3, RINGSIDE_SYS_exit_group, 7, 0);
	ASSERT_PRINTS(&page, "exit_group(7) = ? ");
	ASSERT_PRINTS_NOT(&page, "arguments");
	close_page(&page);
}

/* Processes make calls while another waits; results come in any order, and a result may never come. */
Test(text_calls, calls_of_processes_are_kept_apart)
{
	struct page page = open_page(false);

	CALL(&page, 3, RINGSIDE_SYS_wait4, UINT64_MAX, 0, 0, 0);
	CALL(&page, 4, RINGSIDE_SYS_close, 5, 0);
	print(&page, EVENT(SYSCALL_RESULT, 4, RINGSIDE_SYS_close, (uint64_t)-9));
	print(&page, EVENT(SYSCALL_RESULT, 3, RINGSIDE_SYS_wait4, 4));
	ASSERT_PRINTS(&page, "3    result          wait4(-1, NULL, 0, NULL) = 4\n");
	ASSERT_PRINTS(&page, "4    result          close(5) = -9 EBADF\n");
	close_page(&page);
}

/* With --transitions=exit every event is followed by the exit of its doorbell. */
Test(text_calls, exits_may_come_between_a_call_and_its_arguments)
{
	struct page page = open_page(false);

	print(&page, EVENT(SYSCALL, 3, RINGSIDE_SYS_write, 0x401020));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0, RECORD_WRITE));
	print(&page, EVENT(ARGUMENTS, 3, 1, 0x4020e0));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0, RECORD_WRITE));
	print(&page, EVENT(ARGUMENTS, 3, 13, 0));
	print(&page, make_io(RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, 4, 0, RECORD_WRITE));
	ASSERT_PRINTS(&page, "write(1, 0x4020e0, 13) ");
	const char *text = text_of(&page);
	cr_assert_lt(strstr(text, "write(1"), strstr(text, "DOORBELL"), "printed:\n%s", text);
	close_page(&page);
}

Test(text_calls, lost_arguments_are_not_made_up)
{
	struct page page = open_page(false);

	CALL(&page, 3, RINGSIDE_SYS_write, 1, 0x4020e0);
	print(&page, EVENT(RETURN, 3, 0x401000, 0));
	ASSERT_PRINTS(&page, "write(1, 0x4020e0, ...) ");
	close_page(&page);
}

static void assert_call(uint64_t number, const uint64_t *arguments, const char *expected)
{
	struct page page = open_page(false);

	print_call(&page, 3, number, arguments, RINGSIDE_SYSCALL_ARGUMENTS_MAX);
	ASSERT_PRINTS(&page, expected);
	close_page(&page);
}

#define ASSERT_CALL(number, expected, ...)                                                                             \
	assert_call(number, (const uint64_t[RINGSIDE_SYSCALL_ARGUMENTS_MAX]){__VA_ARGS__}, expected " ")

Test(text_calls, numbers_have_names)
{
	ASSERT_CALL(RINGSIDE_SYS_open, "open(0x1000, O_WRONLY|O_CREAT|O_TRUNC, 0644)", 0x1000,
		    O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ASSERT_CALL(RINGSIDE_SYS_open, "open(0x1000, O_RDONLY|O_CLOEXEC)", 0x1000, O_CLOEXEC, 0644);
	ASSERT_CALL(RINGSIDE_SYS_open, "open(0x1000, 0x3|O_SYNC|0x80000000)", 0x1000, 0x80000003 | O_SYNC);
	ASSERT_CALL(RINGSIDE_SYS_mprotect, "mprotect(0x1000, 4096, PROT_NONE)", 0x1000, 4096, 0);
	ASSERT_CALL(RINGSIDE_SYS_mprotect, "mprotect(0x1000, 4096, PROT_READ|PROT_EXEC|0x8)", 0x1000, 4096, 13);
	ASSERT_CALL(RINGSIDE_SYS_kill, "kill(-1, SIGTERM)", UINT64_MAX, SIGTERM);
	ASSERT_CALL(RINGSIDE_SYS_kill, "kill(2, 0)", 2, 0);
	ASSERT_CALL(RINGSIDE_SYS_kill, "kill(2, 999)", 2, 999);
	ASSERT_CALL(RINGSIDE_SYS_lseek, "lseek(3, -8, SEEK_END)", 3, (uint64_t)-8, SEEK_END);
	ASSERT_CALL(RINGSIDE_SYS_lseek, "lseek(3, 0, 0x9)", 3, 0, 9);
	ASSERT_CALL(RINGSIDE_SYS_access, "access(0x1000, F_OK)", 0x1000, F_OK);
	ASSERT_CALL(RINGSIDE_SYS_access, "access(0x1000, R_OK|X_OK)", 0x1000, R_OK | X_OK);
	ASSERT_CALL(RINGSIDE_SYS_clone, "clone(SIGCHLD|CLONE_VM|CLONE_VFORK, NULL, NULL, NULL, NULL)", 0x4111);
	ASSERT_CALL(RINGSIDE_SYS_umask, "umask(022)", 022);
}

Test(text_calls, a_call_that_the_kernel_does_not_have)
{
	ASSERT_CALL(25, "mremap(...)", 0);
	ASSERT_CALL(511, "syscall 511", 0);
	ASSERT_CALL(UINT64_MAX, "syscall 18446744073709551615", 0);
}
