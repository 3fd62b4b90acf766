/* SPDX-License-Identifier: MIT */
/*
 * What every format tells of a moment: one schema for entries, one for exits, one for each guest event.
 * Formats that describe themselves (CTF, trace-cmd) and those that do not take names, sizes and values
 * from here, so all of them say the same.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_FIELDS_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_FIELDS_H

#include "base/layout.h"
#include "tools/trace/export/export.h"

enum field_style { STYLE_DECIMAL, STYLE_HEX, STYLE_REASON, STYLE_FLAGS, STYLE_SYMBOL, STYLE_DETAIL };

struct export_field {
	const char *name;
	uint8_t size; /* bytes of a number: 1, 4 or 8; 0 = a text */
	uint8_t style;
};

enum { FIELDS_MAX = 16 };

struct export_schema {
	const char *name; /* as in `vmm trace print`; output_identifier() makes it one word */
	unsigned count;
	struct export_field fields[FIELDS_MAX];
};

/*
 * The fields of exits: X(name, size, style, value), in which `moment` and its record `exit` are known. Texts come last.
 */
#define EXIT_FIELDS(X)                                                                                                 \
	X(sequence, 8, DECIMAL, moment->sequence)                                                                      \
	X(reason, 1, REASON, exit->kind)                                                                               \
	X(guest_ns, 8, DECIMAL, moment->guest_ns)                                                                      \
	X(vmm_ns, 8, DECIMAL, moment->vmm_ns)                                                                          \
	X(cpl, 1, DECIMAL, moment->cpl)                                                                                \
	X(cr3, 8, HEX, (uint64_t)exit->frame << CR3_FRAME_SHIFT)                                                       \
	X(rip, 8, HEX, exit->rip)                                                                                      \
	X(address, 8, HEX, exit->kind == RINGSIDE_EXIT_IO ? (uint16_t)exit->address : exit->address)                   \
	X(size, 1, DECIMAL, exit_size(exit))                                                                           \
	X(value, 8, HEX, exit->value)                                                                                  \
	X(flags, 1, FLAGS, exit->flags)                                                                                \
	X(vector, 1, HEX, exit->vector)                                                                                \
	X(symbol, 0, SYMBOL, 0)                                                                                        \
	X(detail, 0, DETAIL, 0)

#define FIELD_ENUM(name, ...) FIELD_##name,
enum exit_field { EXIT_FIELDS(FIELD_ENUM) EXIT_FIELD_COUNT };
#undef FIELD_ENUM

/* The schemas by number. */
enum {
	SCHEMA_ENTRY,
	SCHEMA_EXIT,
	SCHEMA_EVENT, /* + enum ringside_event */
	SCHEMA_COUNT = SCHEMA_EVENT + RINGSIDE_EVENT_COUNT
};

const struct export_schema *export_schema(unsigned number);
unsigned export_schema_number(const struct moment *moment);

static inline bool is_text(const struct export_field *field)
{
	return field->size == 0;
}

/* The values of a moment. The texts are not ended by NUL, and hold no control characters. */
struct export_values {
	uint64_t numbers[FIELDS_MAX]; /* in the order of the schema's fields, in which texts come last */
	struct layout symbol;	      /* of the moment's address: "name+0x12" */
	struct layout detail;	      /* in words, as in `vmm trace print` */
};

static inline const struct layout *field_text(const struct export_values *values, const struct export_field *field)
{
	return field->style == STYLE_SYMBOL ? &values->symbol : &values->detail;
}

void export_values(const struct export *export, const struct moment *moment, struct export_values *values);

/* The name of the program that runs; "kernel" for pid 0, "pid" where the program is not known. */
const char *export_program(const struct export *export, const struct moment *moment);

/* The name of a flag of an exit by its bit; NULL past the last one. */
const char *export_flag_name(unsigned bit);

/* Puts "trap-table" as "trap_table". */
void output_identifier(struct export_output *output, const char *name);

#endif
