/* SPDX-License-Identifier: MIT */
/* Capabilities, limits and inherited descriptors: see privileges.h. */
#include "host/privileges.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"

#ifndef SYS_close_range /* Linux 5.9 */
#define SYS_close_range 436
#endif

/* The VMM opens less than ten files; what it inherits is closed before, so its descriptors are the lowest numbers. */
enum { DESCRIPTORS_MAX = 16 };

static int refuse(const char *what, struct error *error)
{
	return error_set(error, "cannot enter the sandbox (%s): %s; --no-sandbox runs without it", what,
			 strerror(errno));
}

int privileges_drop(struct error *error)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return refuse("no_new_privs", error);
	/*
	 * The ambient set is always part of the permitted and the inheritable one. The bounding set only limits what a
	 * program may gain by execve(), which with no_new_privs is nothing, for root too (capabilities(7)); to empty it
	 * would take a call for each of its 41 capabilities, a fifth of the sandbox's start.
	 */
	if (syscall(SYS_capset, &header, none) < 0)
		return refuse("capabilities", error);
	return 0;
}

static unsigned highest_descriptor(void)
{
	unsigned highest = STDERR_FILENO;

	for (unsigned fd = highest + 1; fd < DESCRIPTORS_MAX; fd++) {
		if (fcntl((int)fd, F_GETFD) >= 0)
			highest = fd;
	}
	return highest;
}

/*
 * RLIMIT_NPROC stays: since Linux 6.14 KVM makes a thread of its own in the process when a vCPU first runs, and with
 * the limit that would fail for all users but root.
 */
int privileges_limit(unsigned spare, struct error *error)
{
	const struct {
		unsigned resource;
		rlim_t most;
		const char *name;
	} limits[] = {
		{RLIMIT_CORE, 0, "RLIMIT_CORE"},
		{RLIMIT_NOFILE, highest_descriptor() + 1 + spare, "RLIMIT_NOFILE"},
	};

	for (size_t i = 0; i < COUNT(limits); i++) {
		struct rlimit limit;

		if (getrlimit(limits[i].resource, &limit) < 0)
			return refuse(limits[i].name, error);
		if (limit.rlim_max > limits[i].most)
			limit.rlim_max = limits[i].most;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		if (setrlimit(limits[i].resource, &limit) < 0)
			return refuse(limits[i].name, error);
	}
	return 0;
}

/* For kernels before 5.9. */
static void close_listed(void)
{
	DIR *list = opendir("/proc/self/fd");
	const struct dirent *entry;

	if (list == NULL)
		return;
	while ((entry = readdir(list)) != NULL) {
		const int fd = atoi(entry->d_name);

		if (fd > STDERR_FILENO && fd != dirfd(list))
			close(fd);
	}
	closedir(list);
}

void privileges_close_inherited(void)
{
	if (syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0) < 0)
		close_listed();
}
