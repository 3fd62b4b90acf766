/* SPDX-License-Identifier: MIT */
/* System calls as strace prints them: by the kinds of their arguments in ringside/syscalls.h. */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "text/call_names.h"
#include "text/names.h"
#include "text/text_internal.h"

enum { CALL_NUMBERS = 512 }; /* more than the highest in ringside/syscalls.h */
#define ROW(number, name, arguments) _Static_assert((number) < CALL_NUMBERS, "each has its ways");
RINGSIDE_SYSCALLS(ROW)
#undef ROW

enum { ERROR_MAX = 4095 /* Linux's MAX_ERRNO */, AT_CWD = -100 /* Linux's AT_FDCWD */ };

/* C's int travels in the low half of a register; what needs more than that is a long. */
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
	char digits[24], *start = digits + sizeof(digits);

	do
		*--start = (char)('0' + value % 8);
	while ((value /= 8) > 0);
	*--start = '0';
	layout_bytes(line, start, (size_t)(digits + sizeof(digits) - start));
}

static void put_signal(struct layout *line, uint64_t value)
{
	const char *name = value > 0 && value < NSIG ? sigabbrev_np((int)value) : NULL;

	layout_text(line, name != NULL ? "SIG" : "");
	if (name != NULL)
		layout_text(line, name);
	else
		put_signed(line, value);
}

static void put_address(struct layout *line, uint64_t value)
{
	if (value == 0)
		layout_text(line, "NULL");
	else
		layout_hex(line, "", value);
}

/* Every other kind is an address, or has names. */
static const struct kind {
	const char *name;
	void (*put)(struct layout *line, uint64_t value);
} kinds[] = {
	{"int", put_signed},	{"pid", put_signed}, {"fd", put_descriptor}, {"unsigned", put_unsigned},
	{"size", put_unsigned}, {"mode", put_mode},  {"signal", put_signal},
};

/* How an argument is put: one of these two, found once. */
struct way {
	void (*put)(struct layout *line, uint64_t value);
	const struct call_names *names;
};

static struct way find_way(const char *kind)
{
	unsigned length = (unsigned)strcspn(kind, ",");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(kind, kinds[i].name, length) == 0 && kinds[i].name[length] == '\0')
			return (struct way){.put = kinds[i].put};
	return (struct way){.put = put_address, .names = call_names_find(kind, length)};
}

static const struct way *way_of(uint64_t number, unsigned argument)
{
	static struct way ways[CALL_NUMBERS][RINGSIDE_SYSCALL_ARGUMENTS_MAX];
	struct way *way = &ways[number][argument];

	if (way->put == NULL)
		*way = find_way(syscall_argument_kind(number, argument));
	return way;
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

static bool is_kind(const char *kind, const char *name)
{
	size_t length = strlen(name);

	return strncmp(kind, name, length) == 0 && (kind[length] == ',' || kind[length] == '\0');
}

/* What the argument points to, if that is a constant; false and nothing when it is not known. */
static bool put_constant(struct layout *line, const struct call *call, unsigned argument,
			 const struct text_constants *constants)
{
	const char *kind = syscall_argument_kind(call->number, argument);
	bool path = is_kind(kind, "path");

	if (call->image <= 0 || (!path && !is_kind(kind, "buffer-in")))
		return false;
	struct bytes found = constants->find(constants->context, call->image, call->arguments[argument]);
	if (found.start == NULL || (!path && argument + 1 >= call->count))
		return false;
	uint64_t size = path ? strnlen((const char *)found.start, found.size) : call->arguments[argument + 1];
	if (path ? size == found.size : size > found.size)
		return false;
	put_string(line, found.start, size);
	return true;
}

/* ---- calls ---- */

static void put_argument(struct layout *line, uint64_t number, unsigned argument, uint64_t value)
{
	const struct way *way = way_of(number, argument);

	if (way->names != NULL)
		call_names_put(line, way->names, value & UINT32_MAX);
	else
		way->put(line, value);
}

/* The mode of a file that is not created means nothing. */
static bool is_void(const struct call *call, unsigned argument)
{
	unsigned flags = call->number == RINGSIDE_SYS_open ? 1 : 2;

	return (call->number == RINGSIDE_SYS_open || call->number == RINGSIDE_SYS_openat) && argument == flags + 1 &&
	       call->count > flags && (call->arguments[flags] & O_CREAT) == 0 &&
	       (call->arguments[flags] & O_TMPFILE) != O_TMPFILE;
}

void detail_call(struct layout *line, const struct call *call, const struct text_constants *constants)
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
	for (unsigned i = 0; i < count && !is_void(call, i); i++) {
		if (i > 0)
			layout_bytes(line, ", ", 2);
		if (i == call->count) {
			layout_text(line, "..."); /* the trace does not tell them */
			break;
		}
		if (constants == NULL || constants->find == NULL || !put_constant(line, call, i, constants))
			put_argument(line, call->number, i, call->arguments[i]);
	}
	layout_bytes(line, ")", 1);
}

static bool gives_address(uint64_t number)
{
	return number == RINGSIDE_SYS_mmap || number == RINGSIDE_SYS_brk;
}

void detail_result(struct layout *line, uint64_t number, uint64_t result)
{
	if (-result - 1 < ERROR_MAX)
		layout_coded(line, "-", -result, strerrorname_np((int)-result));
	else if (result <= UINT32_MAX && !gives_address(number))
		layout_decimal(line, "", result);
	else
		layout_hex(line, "", result);
}
