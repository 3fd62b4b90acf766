/* SPDX-License-Identifier: MIT */
/*
 * Enters a Landlock domain without a single exception: see landlock.h. What Landlock can handle grows with the version
 * of its interface, which the running kernel tells; headers of any age lack something of it, so it is all written here
 * (userspace API, "Landlock: unprivileged access control").
 */
#include "host/landlock.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_RULESET_VERSION = 1 };

/* struct landlock_ruleset_attr. A kernel takes a longer one than it knows if what it does not know is zero. */
struct ruleset {
	uint64_t files, network, scopes;
};

/* How many rights the versions of the interface know, from the lowest bit on; for later versions the last row holds. */
static const struct {
	uint8_t files, network, scopes;
} versions[] = {
	{13, 0, 0}, /* 1, Linux 5.13: all that opens, makes or removes files */
	{14, 0, 0}, /* 2: rename and link between directories */
	{15, 0, 0}, /* 3: truncate */
	{15, 2, 0}, /* 4, Linux 6.7: bind and connect of TCP */
	{16, 2, 0}, /* 5: ioctl of devices */
	{16, 2, 2}, /* 6, Linux 6.12: abstract Unix sockets, signals */
};

static uint64_t lowest_bits(unsigned count)
{
	return (UINT64_C(1) << count) - 1;
}

int landlock_enter(struct error *error)
{
	const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	if (version <= 0)
		return 0;
	const size_t row = (size_t)version <= COUNT(versions) ? (size_t)version - 1 : COUNT(versions) - 1;
	const struct ruleset ruleset = {
		.files = lowest_bits(versions[row].files),
		.network = lowest_bits(versions[row].network),
		.scopes = lowest_bits(versions[row].scopes),
	};
	const long fd = syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset), 0);
	const long result = fd < 0 ? fd : syscall(SYS_landlock_restrict_self, fd, 0);
	const int failure = errno;

	if (fd >= 0)
		close((int)fd);
	if (result < 0)
		return error_set(error, "cannot enter the sandbox (Landlock): %s; --no-sandbox runs without it",
				 strerror(failure));
	return 0;
}
