/* SPDX-License-Identifier: MIT */
/* What the names in a filter stand for. Called by filter_parse.c, through the rows of filter_fields.c. */
#include <string.h>
#include <strings.h>

#include "text/names.h"
#include "tools/trace/filter/filter_internal.h"

enum { ERRNO_MAX = 4095, VECTORS = 256, SYSCALLS_MAX = 1024 };

static bool is_name(const char *name, const char *known)
{
	return known != NULL && strcasecmp(name, known) == 0;
}

bool filter_resolve_kind(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	if (is_name(name, "vmexit"))
		return filter_give(value, FILTER_KIND_VMEXIT);
	for (unsigned i = 0; i < RINGSIDE_EVENT_COUNT; i++)
		if (is_name(name, event_name(i)))
			return filter_give(value, i + FILTER_KIND_FIRST_EVENT);
	return false;
}

bool filter_resolve_reason(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 0; i < RINGSIDE_EXIT_LIMIT; i++)
		if (is_name(name, exit_name(i)))
			return filter_give(value, i);
	return false;
}

bool filter_resolve_syscall(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 0; i < SYSCALLS_MAX; i++)
		if (is_name(name, syscall_name(i)))
			return filter_give(value, i);
	return false;
}

bool filter_resolve_vector(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 0; i < VECTORS; i++)
		if (is_name(name, trap_mnemonic(i)))
			return filter_give(value, i);
	return false;
}

bool filter_resolve_name(const char *name, const struct symbols *symbols, uint64_t *value)
{
	if (filter_resolve_syscall(name, symbols, value))
		return true;
	return filter_resolve_vector(name, symbols, value) && filter_give(value, *value | FILTER_NAME_TRAP);
}

bool filter_resolve_program(const char *name, const struct symbols *symbols, uint64_t *value)
{
	const char *known;

	for (int i = 0; symbols != NULL && (known = symbols_image_name(symbols, i)) != NULL; i++)
		if (strcmp(name, known) == 0)
			return filter_give(value, (uint64_t)i);
	return false;
}

bool filter_resolve_error(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (int i = 1; i <= ERRNO_MAX; i++)
		if (is_name(name, strerrorname_np(i)))
			return filter_give(value, (uint64_t)-i);
	return false;
}

/* FNV-1a (RFC 9923). One name may stand in the symbols more than once, so that where it stands is no value. */
uint64_t filter_symbol(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash;
}

bool filter_resolve_symbol(const char *name, const struct symbols *symbols, uint64_t *value)
{
	return symbols != NULL && symbols_have(symbols, name) && filter_give(value, filter_symbol(name));
}
