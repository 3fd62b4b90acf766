/* SPDX-License-Identifier: MIT */
/* Makes the namespaces and the empty root: see jail.h. */
#include "host/jail.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Any directory that every host has: the empty file system is mounted over it, then becomes the root. */
#define PLACE "/dev"

enum { NAMESPACES = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP };

static int refuse(const char *what, struct error *error)
{
	return error_set(error, "--jail: %s: %s; without --jail there is still the sandbox", what, strerror(errno));
}

/*
 * A root that is the kernel's initial RAM file system cannot be exchanged; there chroot() must do, which nothing can
 * leave without the capabilities that the process gives up next.
 */
static int change_root(void)
{
	if (syscall(SYS_pivot_root, ".", ".") == 0) /* stacks the old root upon the new one, pivot_root(2) */
		return umount2(".", MNT_DETACH);
	return errno == EINVAL ? chroot(".") : -1;
}

int jail_enter(struct error *error)
{
	/* No user or group is mapped into the namespace: the VMM is nobody there. */
	if (unshare(CLONE_NEWUSER | NAMESPACES) < 0 && unshare(NAMESPACES) < 0)
		return refuse("this host gives no namespaces (see user.max_user_namespaces of sysctl)", error);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return refuse("cannot separate the mounts", error);
	if (mount("none", PLACE, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=0555") < 0)
		return refuse("cannot mount an empty file system", error);
	if (chdir(PLACE) < 0 || change_root() < 0 || chdir("/") < 0)
		return refuse("cannot change the root", error);
	return 0;
}
