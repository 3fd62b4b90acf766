/* SPDX-License-Identifier: MIT */
/*
 * Formats system calls: see call_text.h. `forms` has a row for each kind of argument in ringside/syscalls.h; a new kind
 * needs an enumerator and a row. The guest uses Linux's numbers, so the host's headers have the names.
 */
#include "text/call_text.h"

#include <asm/prctl.h>
#include <asm/termbits.h>
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

#include "base/digits.h"
#include "base/layout.h"
#include "base/linux_names.h"

/* The kinds of arguments. */
enum kind {
	INT,
	UNSIGNED,
	FD,
	PID,
	ADDRESS,
	SIZE,
	MODE,
	SIGNAL,
	PATH,
	STRING_LIST,
	BUFFER_IN,
	BUFFER_OUT,
	TIMESPEC,
	STATUS,
	/* Numbers with names. */
	OPEN_FLAGS,
	PROT,
	MAP_FLAGS,
	ADVICE,
	WHENCE,
	ACCESS,
	PATH_FLAGS,
	WAIT_OPTIONS,
	CLONE_FLAGS,
	MASK_CHANGE,
	FCNTL_COMMAND,
	IOCTL_COMMAND,
	CLOCK,
	CLOCK_FLAGS,
	RESOURCE,
	USAGE_OF,
	PRIORITY_OF,
	ARCH_CODE,
	RANDOM_FLAGS,
};

/* clang-format off */
static const uint8_t argument_kinds[][RINGSIDE_SYSCALL_ARGUMENTS_MAX] = {
#define LIST(...) {__VA_ARGS__}
#define ROW(number, name, arguments, names) [number] = LIST arguments,
	RINGSIDE_SYSCALLS(ROW)
#undef ROW
#undef LIST
};

/* The names of all arguments of a call: "fd, buf, count". */
static const char *const argument_names[] = {
#define LIST(...) #__VA_ARGS__
#define ROW(number, name, arguments, names) [number] = LIST names,
	RINGSIDE_SYSCALLS(ROW)
#undef ROW
#undef LIST
};

#define ROW(number, name, arguments, names) \
	_Static_assert(RINGSIDE_SYSCALL_ARGUMENTS(arguments) == RINGSIDE_SYSCALL_ARGUMENTS(names), "a name for each argument of " #name);
RINGSIDE_SYSCALLS(ROW)
#undef ROW
/* clang-format on */

/* ---- numbers without names ---- */

enum { AT_CWD = -100 }; /* Linux's AT_FDCWD */

/* A value of at most 32 bits is an int of C, in the low half of a register; a larger value is a long. */
static int64_t as_signed(uint64_t value)
{
	return value <= UINT32_MAX ? (int32_t)value : (int64_t)value;
}

static void put_signed(struct layout *line, uint64_t value)
{
	int64_t number = as_signed(value);

	layout_decimal(line, number < 0 ? "-" : "", number < 0 ? -(uint64_t)number : (uint64_t)number);
}

static void put_unsigned(struct layout *line, uint64_t value)
{
	layout_decimal(line, "", value);
}

static void put_descriptor(struct layout *line, uint64_t value)
{
	if (as_signed(value) == AT_CWD)
		layout_text(line, "AT_FDCWD");
	else
		put_signed(line, value);
}

static void put_mode(struct layout *line, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_octal(end, value);

	layout_bytes(line, start, (size_t)(end - start));
}

static void put_signal(struct layout *line, uint64_t value)
{
	const char *name = signal_name(value);

	if (name == NULL) {
		put_signed(line, value);
		return;
	}
	layout_text(line, "SIG");
	layout_text(line, name);
}

static void put_address(struct layout *line, uint64_t value)
{
	if (value == 0)
		layout_text(line, "NULL");
	else
		layout_hex(line, "", value);
}

/* ---- numbers with names ---- */

enum { ALL = 0xffffffff, O_LARGEFILE_X86_64 = 0100000 /* glibc defines O_LARGEFILE as 0 */, CLONE_SIGNAL = 0xff };

/* How a kind is printed: by `put`, or by its names. */
struct form {
	void (*put)(struct layout *line, uint64_t value);
	uint64_t field; /* the bits that form one number with a name; every other bit is a flag */
	const struct named {
		uint64_t value;
		const char *name;
	} * named; /* ends with NULL; a name for several bits stands before the names for some of these bits */
};

/* clang-format off */
#define NAME(name) {(uint32_t)(name), #name}
#define NAMED(field, ...) {NULL, field, (const struct named[]){__VA_ARGS__, {0, NULL}}}

static const struct form forms[] = {
	[INT] = {.put = put_signed},
	[UNSIGNED] = {.put = put_unsigned},
	[FD] = {.put = put_descriptor},
	[PID] = {.put = put_signed},
	[ADDRESS] = {.put = put_address},
	[SIZE] = {.put = put_unsigned},
	[MODE] = {.put = put_mode},
	[SIGNAL] = {.put = put_signal},
	[PATH] = {.put = put_address},
	[STRING_LIST] = {.put = put_address},
	[BUFFER_IN] = {.put = put_address},
	[BUFFER_OUT] = {.put = put_address},
	[TIMESPEC] = {.put = put_address},
	[STATUS] = {.put = put_address},
	[OPEN_FLAGS] = NAMED(O_ACCMODE, 
		NAME(O_RDONLY), NAME(O_WRONLY), NAME(O_RDWR), NAME(O_TMPFILE), NAME(O_CREAT), NAME(O_EXCL), NAME(O_NOCTTY),
		NAME(O_TRUNC), NAME(O_APPEND), NAME(O_NONBLOCK), NAME(O_SYNC), NAME(O_DSYNC), NAME(O_ASYNC), NAME(O_DIRECT),
		{O_LARGEFILE_X86_64, "O_LARGEFILE"}, NAME(O_DIRECTORY), NAME(O_NOFOLLOW), NAME(O_NOATIME), NAME(O_CLOEXEC),
		NAME(O_PATH)),
	[PROT] = NAMED(0, NAME(PROT_NONE), NAME(PROT_READ), NAME(PROT_WRITE), NAME(PROT_EXEC)),
	[MAP_FLAGS] = NAMED(MAP_TYPE, 
		NAME(MAP_SHARED), NAME(MAP_PRIVATE), NAME(MAP_SHARED_VALIDATE), NAME(MAP_FIXED), NAME(MAP_ANONYMOUS),
		NAME(MAP_GROWSDOWN), NAME(MAP_LOCKED), NAME(MAP_NORESERVE), NAME(MAP_POPULATE), NAME(MAP_STACK),
		NAME(MAP_FIXED_NOREPLACE)),
	[ADVICE] = NAMED(ALL, 
		NAME(MADV_NORMAL), NAME(MADV_RANDOM), NAME(MADV_SEQUENTIAL), NAME(MADV_WILLNEED), NAME(MADV_DONTNEED),
		NAME(MADV_FREE), NAME(MADV_HUGEPAGE), NAME(MADV_NOHUGEPAGE)),
	[WHENCE] = NAMED(ALL, NAME(SEEK_SET), NAME(SEEK_CUR), NAME(SEEK_END)),
	[ACCESS] = NAMED(0, NAME(F_OK), NAME(R_OK), NAME(W_OK), NAME(X_OK)),
	[PATH_FLAGS] = NAMED(0, NAME(AT_SYMLINK_NOFOLLOW), NAME(AT_EACCESS), NAME(AT_SYMLINK_FOLLOW), NAME(AT_EMPTY_PATH)),
	[WAIT_OPTIONS] = NAMED(0, NAME(WNOHANG), NAME(WUNTRACED), NAME(WCONTINUED)),
	[CLONE_FLAGS] = NAMED(CLONE_SIGNAL, 
		NAME(SIGCHLD), NAME(CLONE_VM), NAME(CLONE_FS), NAME(CLONE_FILES), NAME(CLONE_SIGHAND), NAME(CLONE_VFORK),
		NAME(CLONE_THREAD), NAME(CLONE_SYSVSEM), NAME(CLONE_SETTLS), NAME(CLONE_PARENT_SETTID),
		NAME(CLONE_CHILD_CLEARTID), NAME(CLONE_CHILD_SETTID)),
	[MASK_CHANGE] = NAMED(ALL, NAME(SIG_BLOCK), NAME(SIG_UNBLOCK), NAME(SIG_SETMASK)),
	[FCNTL_COMMAND] = NAMED(ALL, 
		NAME(F_DUPFD), NAME(F_GETFD), NAME(F_SETFD), NAME(F_GETFL), NAME(F_SETFL), NAME(F_GETLK), NAME(F_SETLK),
		NAME(F_SETLKW), NAME(F_DUPFD_CLOEXEC), NAME(F_GETPIPE_SZ), NAME(F_SETPIPE_SZ)),
	[IOCTL_COMMAND] = NAMED(ALL, 
		NAME(TCGETS), NAME(TCSETS), NAME(TCSETSW), NAME(TCSETSF), NAME(TCGETS2), NAME(TCSETS2),
		NAME(TCSETSW2), NAME(TCSETSF2), NAME(TIOCSCTTY), NAME(TIOCGPGRP), NAME(TIOCSPGRP),
		NAME(TIOCGWINSZ), NAME(TIOCSWINSZ), NAME(TIOCGSID), NAME(FIONREAD), NAME(FIONBIO)),
	[CLOCK] = NAMED(ALL, 
		NAME(CLOCK_REALTIME), NAME(CLOCK_MONOTONIC), NAME(CLOCK_PROCESS_CPUTIME_ID), NAME(CLOCK_THREAD_CPUTIME_ID),
		NAME(CLOCK_MONOTONIC_RAW), NAME(CLOCK_REALTIME_COARSE), NAME(CLOCK_MONOTONIC_COARSE), NAME(CLOCK_BOOTTIME)),
	[CLOCK_FLAGS] = NAMED(0, NAME(TIMER_ABSTIME)),
	[RESOURCE] = NAMED(ALL, 
		NAME(RLIMIT_CPU), NAME(RLIMIT_FSIZE), NAME(RLIMIT_DATA), NAME(RLIMIT_STACK), NAME(RLIMIT_CORE),
		NAME(RLIMIT_RSS), NAME(RLIMIT_NPROC), NAME(RLIMIT_NOFILE), NAME(RLIMIT_MEMLOCK), NAME(RLIMIT_AS)),
	[USAGE_OF] = NAMED(ALL, NAME(RUSAGE_SELF), NAME(RUSAGE_CHILDREN)),
	[PRIORITY_OF] = NAMED(ALL, NAME(PRIO_PROCESS), NAME(PRIO_PGRP), NAME(PRIO_USER)),
	[ARCH_CODE] = NAMED(ALL, NAME(ARCH_SET_GS), NAME(ARCH_SET_FS), NAME(ARCH_GET_FS), NAME(ARCH_GET_GS)),
	[RANDOM_FLAGS] = NAMED(0, NAME(GRND_NONBLOCK), NAME(GRND_RANDOM)),
};
/* clang-format on */

static const char *find_name(const struct form *form, uint64_t value)
{
	for (const struct named *named = form->named; named->name != NULL; named++)
		if (named->value == value)
			return named->name;
	return NULL;
}

static void put_flag(struct layout *line, const char *name, const char **separator)
{
	layout_text(line, *separator);
	layout_text(line, name);
	*separator = "|";
}

/* Appends the bits of `field`, by their name if they have one; nothing when they are 0, have no name, and flags follow.
 */
static void put_field(struct layout *line, const struct form *form, uint64_t value, const char **separator)
{
	const char *name = find_name(form, value & form->field);

	if (name != NULL && (form->field != 0 || value == 0)) {
		put_flag(line, name, separator);
	} else if (value == 0) {
		put_flag(line, "0", separator);
	} else if ((value & form->field) != 0) {
		layout_hex(line, "", value & form->field);
		*separator = "|";
	}
}

static void put_names(struct layout *line, const struct form *form, uint64_t value)
{
	uint64_t left = value & ~form->field;
	const char *separator = "";

	put_field(line, form, value, &separator);
	for (const struct named *named = form->named; left != 0 && named->name != NULL; named++) {
		if ((named->value & ~form->field) == 0 || (left & named->value) != named->value)
			continue;
		put_flag(line, named->name, &separator);
		left &= ~named->value;
	}
	if (left != 0)
		layout_hex(line, separator, left);
}

/* ---- strings ---- */

enum { STRING_SHOWN = 40 };

static void put_character(struct layout *line, unsigned char character)
{
	static const char digits[] = "0123456789abcdef";
	const char escaped[] = {'\\', 'x', digits[character >> 4], digits[character & 0xf]};

	if (character == '\n')
		layout_text(line, "\\n");
	else if (character < ' ' || character > '~')
		layout_bytes(line, escaped, sizeof(escaped));
	else if (character == '"' || character == '\\')
		layout_bytes(line, (const char[]){'\\', (char)character}, 2);
	else
		layout_bytes(line, (const char *)&character, 1);
}

static void put_string(struct layout *line, const unsigned char *bytes, size_t size)
{
	size_t shown = size < STRING_SHOWN ? size : STRING_SHOWN;

	layout_text(line, "\"");
	for (size_t i = 0; i < shown; i++)
		put_character(line, bytes[i]);
	layout_text(line, shown < size ? "\"..." : "\"");
}

/* The string that an argument points to, if it is a constant of the program; else one whose start is NULL. */
static struct bytes find_constant(const struct call *call, unsigned argument, const struct text_constants *constants)
{
	enum kind kind = argument_kinds[call->number][argument];
	const struct bytes none = {NULL, 0};

	if (constants == NULL || constants->find == NULL || call->image <= 0 || (kind != PATH && kind != BUFFER_IN))
		return none;
	struct bytes found = constants->find(constants->context, call->image, call->arguments[argument]);
	if (found.start == NULL || (kind == BUFFER_IN && argument + 1 >= call->count))
		return none;
	uint64_t size = kind == PATH ? strnlen((const char *)found.start, found.size) : call->arguments[argument + 1];
	if (kind == PATH ? size == found.size : size > found.size)
		return none;
	return (struct bytes){found.start, size};
}

/* ---- calls ---- */

static void put_argument(struct layout *line, enum kind kind, uint64_t value)
{
	const struct form *form = &forms[kind];

	if (form->named != NULL)
		put_names(line, form, value & UINT32_MAX);
	else
		form->put(line, value);
}

/* Whether the call ignores an argument: the mode of open() and openat() when they create no file. */
static bool is_ignored(const struct call *call, unsigned argument)
{
	unsigned flags = call->number == RINGSIDE_SYS_open ? 1 : 2;

	return (call->number == RINGSIDE_SYS_open || call->number == RINGSIDE_SYS_openat) && argument == flags + 1 &&
	       call->count > flags && (call->arguments[flags] & O_CREAT) == 0 &&
	       (call->arguments[flags] & O_TMPFILE) != O_TMPFILE;
}

void call_text(struct layout *line, const struct call *call, const struct text_constants *constants)
{
	const char *name = syscall_name(call->number);
	unsigned count = syscall_arguments(call->number);

	if (name == NULL) {
		layout_decimal(line, "syscall ", call->number);
		return;
	}
	layout_text(line, name);
	layout_bytes(line, "(", 1);
	if (!syscall_is_known(call->number))
		layout_text(line, "...");
	for (unsigned i = 0; i < count && !is_ignored(call, i); i++) {
		if (i > 0)
			layout_bytes(line, ", ", 2);
		if (i == call->count) {
			layout_text(line, "..."); /* the trace lacks the other arguments */
			break;
		}
		const struct bytes constant = find_constant(call, i, constants);
		if (constant.start != NULL)
			put_string(line, constant.start, constant.size);
		else
			put_argument(line, argument_kinds[call->number][i], call->arguments[i]);
	}
	layout_bytes(line, ")", 1);
}

/* Cuts the name of an argument out of the list of all names of a call: "fd, buf, count". */
static struct bytes name_of(uint64_t number, unsigned argument)
{
	const char *name = argument_names[number];

	for (; argument > 0; argument--)
		name = strchr(name, ' ') + 1;
	return (struct bytes){(const unsigned char *)name, strcspn(name, ",")};
}

bool call_argument(const struct call *call, unsigned i, const struct text_constants *constants,
		   struct call_argument *argument)
{
	if (i >= syscall_arguments(call->number) || i >= call->count || is_ignored(call, i))
		return false;
	const enum kind kind = argument_kinds[call->number][i];
	const uint64_t value = call->arguments[i];
	argument->name = name_of(call->number, i);
	argument->is_signed = kind == INT || kind == FD || kind == PID;
	argument->is_number = argument->is_signed || kind == UNSIGNED || kind == SIZE;
	argument->value = argument->is_signed ? (uint64_t)as_signed(value) : value;
	argument->constant = find_constant(call, i, constants);
	layout_start(&argument->text, TTY_FILE);
	put_argument(&argument->text, kind, value);
	return true;
}

static bool gives_address(uint64_t number)
{
	return number == RINGSIDE_SYS_mmap || number == RINGSIDE_SYS_brk;
}

void call_text_result(struct layout *line, uint64_t number, uint64_t result)
{
	if (call_failed(result))
		layout_coded(line, "-", -result, errno_name(-result));
	else if (result <= UINT32_MAX && !gives_address(number))
		layout_decimal(line, "", result);
	else
		layout_hex(line, "", result);
}
