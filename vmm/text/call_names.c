/* SPDX-License-Identifier: MIT */
/* Tables of names: see call_names.h. A row more is a name more. The guest's numbers are those of the host's headers. */
#include "text/call_names.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct named {
	uint64_t value;
	const char *name;
};

struct call_names {
	const char *kind;
	uint64_t field; /* the bits that are one number with a name; each of the others is a flag */
	const struct named *named;
};

enum { ALL = 0xffffffff, O_LARGEFILE_X86_64 = 0100000 /* which glibc's header has as 0 */, CLONE_SIGNAL = 0xff };

/* clang-format off */
#define NAME(name) {(uint32_t)(name), #name}
#define END {0, NULL}
#define TABLE(...) (const struct named[]){__VA_ARGS__, END}

/* Names of several bits before those of some of them. */
static const struct call_names tables[] = {
	{"open-flags", O_ACCMODE, TABLE(
		NAME(O_RDONLY), NAME(O_WRONLY), NAME(O_RDWR), NAME(O_TMPFILE), NAME(O_CREAT), NAME(O_EXCL), NAME(O_NOCTTY),
		NAME(O_TRUNC), NAME(O_APPEND), NAME(O_NONBLOCK), NAME(O_SYNC), NAME(O_DSYNC), NAME(O_ASYNC), NAME(O_DIRECT),
		{O_LARGEFILE_X86_64, "O_LARGEFILE"}, NAME(O_DIRECTORY), NAME(O_NOFOLLOW), NAME(O_NOATIME), NAME(O_CLOEXEC),
		NAME(O_PATH))},
	{"prot", 0, TABLE(NAME(PROT_NONE), NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC))},
	{"map-flags", MAP_TYPE, TABLE(
		NAME(MAP_SHARED), NAME(MAP_PRIVATE), NAME(MAP_SHARED_VALIDATE), NAME(MAP_FIXED), NAME(MAP_ANONYMOUS),
		NAME(MAP_GROWSDOWN), NAME(MAP_LOCKED), NAME(MAP_NORESERVE), NAME(MAP_POPULATE), NAME(MAP_STACK),
		NAME(MAP_FIXED_NOREPLACE))},
	{"advice", ALL, TABLE(
		NAME(MADV_NORMAL), NAME(MADV_RANDOM), NAME(MADV_SEQUENTIAL), NAME(MADV_WILLNEED), NAME(MADV_DONTNEED),
		NAME(MADV_FREE), NAME(MADV_HUGEPAGE), NAME(MADV_NOHUGEPAGE))},
	{"whence", ALL, TABLE(NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END))},
	{"access", 0, TABLE(NAME(F_OK), NAME(R_OK), NAME(W_OK), NAME(X_OK))},
	{"at-flags", 0, TABLE(NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_EACCESS), NAME(AT_SYMLINK_FOLLOW), NAME(AT_EMPTY_PATH))},
	{"wait-options", 0, TABLE(NAME(WNOHANG), NAME(WUNTRACED), NAME(WCONTINUED))},
	{"clone-flags", CLONE_SIGNAL, TABLE(
		NAME(SIGCHLD), NAME(CLONE_VM), NAME(CLONE_FS), NAME(CLONE_FILES), NAME(CLONE_SIGHAND), NAME(CLONE_VFORK),
		NAME(CLONE_THREAD), NAME(CLONE_SYSVSEM), NAME(CLONE_SETTLS), NAME(CLONE_PARENT_SETTID),
		NAME(CLONE_CHILD_CLEARTID), NAME(CLONE_CHILD_SETTID))},
	{"mask-change", ALL, TABLE(NAME(SIG_BLOCK), NAME(SIG_UNBLOCK), NAME(SIG_SETMASK))},
	{"fcntl-command", ALL, TABLE(
		NAME(F_DUPFD), NAME(F_GETFD), NAME(F_SETFD), NAME(F_GETFL), NAME(F_SETFL), NAME(F_GETLK), NAME(F_SETLK),
		NAME(F_SETLKW), NAME(F_DUPFD_CLOEXEC), NAME(F_GETPIPE_SZ), NAME(F_SETPIPE_SZ))},
	{"ioctl-command", ALL, TABLE(
		NAME(TCGETS), NAME(TCSETS), NAME(TCSETSW), NAME(TCSETSF), NAME(TIOCSCTTY), NAME(TIOCGPGRP), NAME(TIOCSPGRP),
		NAME(TIOCGWINSZ), NAME(TIOCSWINSZ), NAME(TIOCGSID), NAME(FIONREAD), NAME(FIONBIO))},
	{"clock", ALL, TABLE(
		NAME(CLOCK_REALTIME), NAME(CLOCK_MONOTONIC), NAME(CLOCK_PROCESS_CPUTIME_ID), NAME(CLOCK_THREAD_CPUTIME_ID),
		NAME(CLOCK_MONOTONIC_RAW), NAME(CLOCK_REALTIME_COARSE), NAME(CLOCK_MONOTONIC_COARSE), NAME(CLOCK_BOOTTIME))},
	{"clock-flags", 0, TABLE(NAME(TIMER_ABSTIME))},
	{"resource", ALL, TABLE(
		NAME(RLIMIT_CPU), NAME(RLIMIT_FSIZE), NAME(RLIMIT_DATA), NAME(RLIMIT_STACK), NAME(RLIMIT_CORE),
		NAME(RLIMIT_RSS), NAME(RLIMIT_NPROC), NAME(RLIMIT_NOFILE), NAME(RLIMIT_MEMLOCK), NAME(RLIMIT_AS))},
	{"usage-of", ALL, TABLE(NAME(RUSAGE_SELF), NAME(RUSAGE_CHILDREN))},
	{"priority-of", ALL, TABLE(NAME(PRIO_PROCESS), NAME(PRIO_PGRP), NAME(PRIO_USER))},
	{"arch-code", ALL, TABLE(NAME(ARCH_SET_GS), NAME(ARCH_SET_FS), NAME(ARCH_GET_FS), NAME(ARCH_GET_GS))},
	{"random-flags", 0, TABLE(NAME(GRND_NONBLOCK), NAME(GRND_RANDOM))},
};
/* clang-format on */

const struct call_names *call_names_find(const char *kind, unsigned length)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strlen(tables[i].kind) == length && memcmp(tables[i].kind, kind, length) == 0)
			return &tables[i];
	return NULL;
}

static const char *find(const struct call_names *names, uint64_t value)
{
	for (const struct named *named = names->named; named->name != NULL; named++)
		if (named->value == value)
			return named->name;
	return NULL;
}

static void put(struct layout *line, const char *name, const char **separator)
{
	layout_text(line, *separator);
	layout_text(line, name);
	*separator = "|";
}

/* The number among the bits. Nothing for a 0 that has no name beside flags. */
static void put_field(struct layout *line, const struct call_names *names, uint64_t value, const char **separator)
{
	const char *name = find(names, value & names->field);

	if (name != NULL && (names->field != 0 || value == 0)) {
		put(line, name, separator);
	} else if (value == 0) {
		put(line, "0", separator);
	} else if ((value & names->field) != 0) {
		layout_hex(line, "", value & names->field);
		*separator = "|";
	}
}

void call_names_put(struct layout *line, const struct call_names *names, uint64_t value)
{
	uint64_t left = value & ~names->field;
	const char *separator = "";

	put_field(line, names, value, &separator);
	for (const struct named *named = names->named; left != 0 && named->name != NULL; named++) {
		if ((named->value & ~names->field) == 0 || (left & named->value) != named->value)
			continue;
		put(line, named->name, &separator);
		left &= ~named->value;
	}
	if (left != 0)
		layout_hex(line, separator, left);
}
