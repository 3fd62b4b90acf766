/* SPDX-License-Identifier: MIT */
/* System calls as strace prints them: by the kinds of their arguments in ringside/syscalls.h. */
#include <stdbool.h>
#include <string.h>

#include "trace/names.h"
#include "trace/text_internal.h"

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

static void put_flags(struct layout *line, uint64_t value)
{
	if (value == 0)
		layout_text(line, "0");
	else
		layout_hex(line, "", value);
}

static void put_address(struct layout *line, uint64_t value)
{
	if (value == 0)
		layout_text(line, "NULL");
	else
		layout_hex(line, "", value);
}

/* Every other kind is an address. */
static const struct kind {
	const char *name;
	void (*put)(struct layout *line, uint64_t value);
} kinds[] = {
	{"int", put_signed},	    {"pid", put_signed},    {"fd", put_descriptor},
	{"unsigned", put_unsigned}, {"size", put_unsigned}, {"flags", put_flags},
};

static void put_argument(struct layout *line, const char *kind, uint64_t value)
{
	size_t length = strcspn(kind, ",");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strncmp(kind, kinds[i].name, length) == 0 && kinds[i].name[length] == '\0') {
			kinds[i].put(line, value);
			return;
		}
	}
	put_address(line, value);
}

void detail_call(struct layout *line, const struct call *call)
{
	const char *name = syscall_name(call->number);
	unsigned count = syscall_arguments(call->number);

	if (name == NULL) {
		layout_decimal(line, "syscall ", call->number);
		return;
	}
	layout_text(line, name);
	layout_bytes(line, "(", 1);
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			layout_bytes(line, ", ", 2);
		if (i == call->count) {
			layout_text(line, "..."); /* the trace does not tell them */
			break;
		}
		put_argument(line, syscall_argument_kind(call->number, i), call->arguments[i]);
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
