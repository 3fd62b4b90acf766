/* SPDX-License-Identifier: MIT */
/*
 * System calls with arguments that no honest program passes: kernel addresses, unmapped addresses, ranges that cross
 * the end of memory or wrap around, read-only targets, numbers out of range. The kernel must refuse each with the error
 * that Linux gives (where two are allowed, versions of Linux differ), and no process may be harmed.
 *   badcalls [input]    input: also reads standard input into invalid buffers
 */
#include "lib/errors.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { PAGE = 4096, LONG_STRING = 160 * 1024, BAD_FD = 1000, BAD_PID = 0x7ffffff0, BAD_SIGNAL = 1000 };

extern uint8_t _unmapped[]; /* the end of the program's memory, from user.ld */

static char long_string[LONG_STRING];
static const char constant[64] = "this may be read, but not written";
static const char missing[] = "no-such-program";
static int status;
static const struct timespec no_time = {0, 0}, negative_seconds = {-1, 0}, negative_nanoseconds = {0, -1},
			     too_many_nanoseconds = {0, 1000000000};
static const char *no_strings[] = {NULL}, *bad_strings[] = {(const char *)0xffff800000000000, NULL},
		  *long_strings[] = {long_string, NULL};

#define KERNEL 0xffffffff80100000
#define DIRECT_MAP 0xffff800000001000
#define NON_CANONICAL 0x800000000000
#define LAST_PAGE 0xfffffffffffff000
#define UNMAPPED 0x10000
#define AT(object) ((uintptr_t)(object))
#define STRADDLING(bytes) ((uintptr_t)_unmapped - (bytes))

struct call {
	const char *what;
	uint64_t number;
	uint64_t arguments[4];
	long expected, or_else;
};

/* The expected results of a call that has only one correct result. */
#define ONLY(result) result, result

#define SYS(name) RINGSIDE_SYS_##name

/* clang-format off */
static const struct call calls[] = {
	{"write from the kernel", SYS(write), {STDOUT, KERNEL, 16}, ONLY(-EFAULT)},
	{"write from the direct map", SYS(write), {STDOUT, DIRECT_MAP, 16}, ONLY(-EFAULT)},
	{"write from a non-canonical address", SYS(write), {STDOUT, NON_CANONICAL, 16}, ONLY(-EFAULT)},
	{"write from the last page", SYS(write), {STDOUT, LAST_PAGE, 16}, ONLY(-EFAULT)},
	{"write that wraps around", SYS(write), {STDOUT, LAST_PAGE, 2 * PAGE}, ONLY(-EFAULT)},
	{"write into the non-canonical hole", SYS(write), {STDOUT, NON_CANONICAL - 8, 16}, ONLY(-EFAULT)},
	{"write from null", SYS(write), {STDOUT, 0, 16}, ONLY(-EFAULT)},
	{"write from nothing", SYS(write), {STDOUT, UNMAPPED, 16}, ONLY(-EFAULT)},
	{"write across the end of memory", SYS(write), {STDOUT, STRADDLING(1), 2}, -EFAULT, 1},
	{"write 2^63 bytes", SYS(write), {STDOUT, AT(constant), 1UL << 63}, -EINVAL, -EFAULT},
	{"write 2^64 - 1 bytes", SYS(write), {STDOUT, AT(constant), UINT64_MAX}, -EINVAL, -EFAULT},
	{"write nothing from null", SYS(write), {STDOUT, 0, 0}, ONLY(0)},
	{"write nothing from the kernel", SYS(write), {STDOUT, KERNEL, 0}, 0, -EFAULT},
	{"write to no file", SYS(write), {BAD_FD, AT(constant), 1}, ONLY(-EBADF)},
	{"write to file -1", SYS(write), {UINT64_MAX, AT(constant), 1}, ONLY(-EBADF)},
	{"write to no file from the kernel", SYS(write), {BAD_FD, KERNEL, 1}, ONLY(-EBADF)},
	{"read from no file", SYS(read), {BAD_FD, AT(long_string), 1}, ONLY(-EBADF)},
	{"read from file -1 into the kernel", SYS(read), {UINT64_MAX, KERNEL, 1}, ONLY(-EBADF)},
	{"nanosleep at null", SYS(nanosleep), {0, 0}, ONLY(-EFAULT)},
	{"nanosleep in the kernel", SYS(nanosleep), {KERNEL, 0}, ONLY(-EFAULT)},
	{"nanosleep across the end of memory", SYS(nanosleep), {STRADDLING(8), 0}, ONLY(-EFAULT)},
	{"nanosleep into the non-canonical hole", SYS(nanosleep), {NON_CANONICAL - 8, 0}, ONLY(-EFAULT)},
	{"nanosleep for -1 s", SYS(nanosleep), {AT(&negative_seconds), 0}, ONLY(-EINVAL)},
	{"nanosleep for -1 ns", SYS(nanosleep), {AT(&negative_nanoseconds), 0}, ONLY(-EINVAL)},
	{"nanosleep for 10^9 ns", SYS(nanosleep), {AT(&too_many_nanoseconds), 0}, ONLY(-EINVAL)},
	{"nanosleep, uninterrupted, remainder in the kernel", SYS(nanosleep), {AT(&no_time), KERNEL}, ONLY(0)},
	{"clock_gettime to null", SYS(clock_gettime), {CLOCK_MONOTONIC, 0}, ONLY(-EFAULT)},
	{"clock_gettime to the kernel", SYS(clock_gettime), {CLOCK_MONOTONIC, KERNEL}, ONLY(-EFAULT)},
	{"clock_gettime to the direct map", SYS(clock_gettime), {CLOCK_MONOTONIC, DIRECT_MAP}, ONLY(-EFAULT)},
	{"clock_gettime to the last 8 bytes", SYS(clock_gettime), {CLOCK_MONOTONIC, UINT64_MAX - 7}, ONLY(-EFAULT)},
	{"clock_gettime to a constant", SYS(clock_gettime), {CLOCK_MONOTONIC, AT(constant)}, ONLY(-EFAULT)},
	{"clock_gettime to code", SYS(clock_gettime), {CLOCK_MONOTONIC, AT(getpid)}, ONLY(-EFAULT)},
	{"clock_gettime across the end of memory", SYS(clock_gettime), {CLOCK_MONOTONIC, STRADDLING(8)}, ONLY(-EFAULT)},
	{"clock_gettime of no clock", SYS(clock_gettime), {12345, AT(long_string)}, ONLY(-EINVAL)},
	{"clock_gettime of clock -1", SYS(clock_gettime), {UINT64_MAX, AT(long_string)}, ONLY(-EINVAL)},
	{"execve of null", SYS(execve), {0, AT(no_strings), AT(no_strings)}, ONLY(-EFAULT)},
	{"execve of a path in the kernel", SYS(execve), {KERNEL, AT(no_strings), AT(no_strings)}, ONLY(-EFAULT)},
	{"execve of a path too long", SYS(execve), {AT(long_string), AT(no_strings), AT(no_strings)}, ONLY(-ENAMETOOLONG)},
	{"execve of nothing", SYS(execve), {AT(""), AT(no_strings), AT(no_strings)}, ONLY(-ENOENT)},
	{"execve of a missing program", SYS(execve), {AT(missing), AT(no_strings), AT(no_strings)}, ONLY(-ENOENT)},
	{"wait4 without children", SYS(wait4), {UINT64_MAX, AT(&status), 0, 0}, ONLY(-ECHILD)},
	{"wait4 without children, status in the kernel", SYS(wait4), {UINT64_MAX, KERNEL, 0, 0}, ONLY(-ECHILD)},
	{"wait4 with unknown options", SYS(wait4), {UINT64_MAX, AT(&status), 0x00ff0000, 0}, ONLY(-EINVAL)},
	{"wait4 for no pid", SYS(wait4), {BAD_PID, AT(&status), 0, 0}, ONLY(-ECHILD)},
	{"wait4 for pid -2^31", SYS(wait4), {1UL << 31, AT(&status), 0, 0}, -ESRCH, -ECHILD},
	{"kill no process", SYS(kill), {BAD_PID, SIGKILL}, ONLY(-ESRCH)},
	{"kill with no signal there is", SYS(kill), {BAD_PID, BAD_SIGNAL}, -EINVAL, -ESRCH},
	{"kill with signal -1", SYS(kill), {BAD_PID, UINT64_MAX}, -EINVAL, -ESRCH},
	{"system call 1000", 1000, {0}, ONLY(-ENOSYS)},
	{"system call 2^32 - 1", UINT32_MAX, {0}, ONLY(-ENOSYS)},
	{"system call 2^63", 1UL << 63 | 1000, {0}, ONLY(-ENOSYS)},
	{"system call -1", UINT64_MAX, {0}, ONLY(-ENOSYS)},
	{"sched_yield with arguments in the kernel", SYS(sched_yield), {KERNEL, KERNEL, KERNEL, KERNEL}, ONLY(0)},
};

static const struct call reads[] = {
	{"read into the kernel", SYS(read), {STDIN, KERNEL, 16}, ONLY(-EFAULT)},
	{"read into the last page", SYS(read), {STDIN, LAST_PAGE, 16}, ONLY(-EFAULT)},
	{"read into a constant", SYS(read), {STDIN, AT(constant), 16}, ONLY(-EFAULT)},
	{"read into code", SYS(read), {STDIN, AT(getpid), 16}, ONLY(-EFAULT)},
	{"read into nothing", SYS(read), {STDIN, UNMAPPED, 16}, ONLY(-EFAULT)},
	{"read nothing", SYS(read), {STDIN, AT(long_string), 0}, ONLY(0)},
};
/* clang-format on */

static void make(const struct call *call)
{
	const uint64_t *a = call->arguments;
	long result = system_call(call->number, a[0], a[1], a[2], a[3], 0, 0);

	check(result == call->expected || result == call->or_else, "%s: %ld %s", call->what, result,
	      result < 0 ? error_name(result) : "");
}

/* Fills the last mapped byte with a harmless character that does not end a string. */
static void mark_last_byte(void)
{
	*(volatile char *)STRADDLING(1) = '\n';
}

/* `program` must exist, so that execve can only fail because of the strings. */
static void make_execve(const char *what, const char *program, uint64_t argv, uint64_t envp, long expected)
{
	make(&(struct call){what, SYS(execve), {AT(program), argv, envp}, ONLY(expected)});
}

static void execve_strings(const char *program)
{
	mark_last_byte();
	make_execve("execve of a path that never ends", (const char *)STRADDLING(1), AT(no_strings), AT(no_strings),
		    -EFAULT);
	make_execve("execve with argv in the kernel", program, KERNEL, AT(no_strings), -EFAULT);
	make_execve("execve with argv nowhere", program, UNMAPPED, AT(no_strings), -EFAULT);
	make_execve("execve with argv across the end of memory", program, STRADDLING(4), AT(no_strings), -EFAULT);
	make_execve("execve with argv[0] in the kernel", program, AT(bad_strings), AT(no_strings), -EFAULT);
	make_execve("execve with envp in the kernel", program, AT(no_strings), KERNEL, -EFAULT);
	make_execve("execve with envp[0] in the kernel", program, AT(no_strings), AT(bad_strings), -EFAULT);
	make_execve("execve with an endless argument", program, AT(long_strings), AT(no_strings), -E2BIG);
}

/* Makes a zombie and waits for it with invalid addresses for its status and its resource usage. */
static void wait_status_in(const char *what, uint64_t status_address, uint64_t usage_address)
{
	int pid = fork();

	if (pid == 0)
		exit_group(0);
	make(&(struct call){what, SYS(wait4), {(uint64_t)pid, status_address, 0, usage_address}, ONLY(-EFAULT)});
	wait4(pid, NULL, 0, NULL);
}

int main(int argc, char **argv)
{
	memset(long_string, 'a', sizeof(long_string) - 1);
	mark_last_byte();
	for (unsigned i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		make(&calls[i]);
	execve_strings(argv[0]);
	wait_status_in("wait4 with the status in the kernel", KERNEL, 0);
	wait_status_in("wait4 with the status in a constant", AT(constant), 0);
	wait_status_in("wait4 with the usage across the end of memory", AT(&status), STRADDLING(8));
	for (unsigned i = 0; argc > 1 && !strcmp(argv[1], "input") && i < sizeof(reads) / sizeof(*reads); i++)
		make(&reads[i]);
	check(!strcmp(constant, "this may be read, but not written"), "the constant has not changed");
	return check_summary("badcalls");
}
