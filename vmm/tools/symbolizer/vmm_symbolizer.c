/* SPDX-License-Identifier: MIT */
/*
 * vmm-symbolizer: `vmm trace print` with an annotator, which says which instruction a record is about and where its
 * source is. vmm-tools becomes this executable for --disassemble and --source. Traces come back to the same few places,
 * so the annotation of each place is kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record/record.h"
#include "tools/symbolizer/debug_file.h"
#include "tools/symbolizer/disassemble.h"
#include "tools/symbolizer/source_lines.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/commands/trace_print.h"
#include "tools/trace/read/code.h"

enum {
	KEPT = 4096,
	IMAGES_MAX = 4096,
	SHORT_MAX = 4, /* bytes of an instruction that traps, does port I/O or halts, with prefixes */
};

/* Where the instruction is, seen from RIP: some exits and traps leave RIP behind the instruction that caused them. */
enum place { AT_RIP, BEFORE_RIP, TRAP_BEFORE_RIP, AT_OR_BEFORE_IN, AT_OR_BEFORE_OUT, AT_OR_BEFORE_HALT };

/* What a note is about. */
struct site {
	int image;
	enum place place;
	bool legacy; /* the code runs in 32-bit protected mode */
	uint64_t address;
};

struct kept {
	bool used;
	struct site site;
	struct text_note note;
};

struct context {
	struct trace_annotation wanted;
	struct code *code;
	char *debug; /* where unstripped programs are */
	struct source_lines *lines[IMAGES_MAX];
	bool looked[IMAGES_MAX]; /* whether `lines` has been looked for */
	struct kept kept[KEPT];
};

static enum place place_of_event(const struct event_record *event)
{
	const unsigned breakpoint = 3, overflow = 4; /* vectors of the traps that are instructions (SDM vol. 3A, 6.5) */

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
		return TRAP_BEFORE_RIP;
	case RINGSIDE_EVENT_SERVICE:
		return BEFORE_RIP;
	case RINGSIDE_EVENT_EXCEPTION:
		return event->a == breakpoint || event->a == overflow ? TRAP_BEFORE_RIP : AT_RIP;
	default:
		return AT_RIP;
	}
}

/* KVM completes a read only when the guest is entered again, but has emulated a write before it exits. */
static enum place place_of(const union record *record)
{
	if (record_is_event(record))
		return place_of_event(&record->event);
	switch (record->exit.kind) {
	case RINGSIDE_EXIT_IO:
		return (record->exit.flags & RECORD_WRITE) != 0 ? AT_OR_BEFORE_OUT : AT_OR_BEFORE_IN;
	case RINGSIDE_EXIT_HLT:
		return AT_OR_BEFORE_HALT;
	case RINGSIDE_EXIT_MMIO:
		return (record->exit.flags & RECORD_WRITE) != 0 ? BEFORE_RIP : AT_RIP;
	default:
		return AT_RIP;
	}
}

static bool is_kind(const struct instruction *instruction, enum place place)
{
	switch (place) {
	case TRAP_BEFORE_RIP:
		return instruction->trap;
	case AT_OR_BEFORE_IN:
		return instruction->in;
	case AT_OR_BEFORE_OUT:
		return instruction->out;
	case AT_OR_BEFORE_HALT:
		return instruction->halt;
	default:
		return true;
	}
}

static bool measure_at(const struct context *context, const struct site *site, uint64_t address,
		       struct instruction *instruction)
{
	return measure(code_at(context->code, site->image, address), site->legacy, instruction);
}

/*
 * These look for the instruction that ends at the address and is of the kind that `place` tells. Both return its
 * address; 0 when they cannot be sure of it, since a wrong instruction is worse than none.
 */

/* Walks there from the start of the function. */
static uint64_t walk_before(const struct context *context, const struct site *site)
{
	struct instruction instruction = {0};
	uint64_t offset, last = 0;

	if (symbols_lookup(context->wanted.symbols, site->image, site->address - 1, &offset) == NULL)
		return 0;
	uint64_t at = site->address - 1 - offset;
	while (at < site->address && measure_at(context, site, at, &instruction)) {
		last = at;
		at += instruction.length;
	}
	return at == site->address && is_kind(&instruction, site->place) ? last : 0;
}

/* Where there is no symbol: there must be one beginning only from which such an instruction ends there. */
static uint64_t sole_before(const struct context *context, const struct site *site)
{
	struct instruction instruction;
	uint64_t found = 0;

	for (unsigned length = 1; site->place != BEFORE_RIP && length <= SHORT_MAX && length < site->address;
	     length++) {
		const uint64_t at = site->address - length;
		if (!measure_at(context, site, at, &instruction) || instruction.length != length ||
		    !is_kind(&instruction, site->place))
			continue;
		if (found != 0)
			return 0;
		found = at;
	}
	return found;
}

/* The address of the instruction that a record is about; 0 = not known. */
static uint64_t choose(const struct context *context, const struct site *site)
{
	struct instruction here = {0};

	if (site->place == AT_RIP)
		return site->address;
	if (site->place != BEFORE_RIP && site->place != TRAP_BEFORE_RIP &&
	    measure_at(context, site, site->address, &here) && is_kind(&here, site->place))
		return site->address;
	const uint64_t walked = walk_before(context, site);
	return walked != 0 ? walked : sole_before(context, site);
}

/* Source lines from the unstripped twin of the image, or else from the image itself. */
static struct source_lines *open_lines(const struct context *context, int image)
{
	const char *name = symbols_image_name(context->wanted.symbols, image);
	struct bytes file = code_file(context->code, image);
	struct bytes twin = debug_file_find(context->debug, name, file);
	struct source_lines *lines = source_open(twin.start != NULL ? twin : file);

	free((void *)twin.start);
	return lines;
}

static struct source_lines *lines_of(struct context *context, int image)
{
	if (image >= IMAGES_MAX)
		return NULL;
	if (!context->looked[image])
		context->lines[image] = open_lines(context, image);
	context->looked[image] = true;
	return context->lines[image];
}

static void describe(struct context *context, struct kept *kept)
{
	const struct site *site = &kept->site;
	uint64_t address = choose(context, site);
	struct instruction instruction = {0};

	if (address == 0)
		return;
	if (context->wanted.disassemble)
		disassemble(code_at(context->code, site->image, address), address, site->legacy, &instruction);
	memcpy(kept->note.instruction, instruction.text, sizeof(instruction.text));
	struct source_lines *lines = context->wanted.source ? lines_of(context, site->image) : NULL;
	if (lines != NULL)
		source_line(lines, address, kept->note.source, sizeof(kept->note.source));
}

static bool is_same(const struct site *a, const struct site *b)
{
	return a->image == b->image && a->place == b->place && a->legacy == b->legacy && a->address == b->address;
}

/* Without a page table the processor is not in 64-bit mode; images are entered in 32-bit mode. */
static bool is_legacy(const union record *record)
{
	return !record_is_event(record) && exit_cpl(&record->exit) != CPL_UNKNOWN && record->exit.frame == 0;
}

static void tell(void *pointer, const union record *record, int image, uint64_t address, struct text_note *note)
{
	struct context *context = pointer;
	const struct site site = {image, place_of(record), is_legacy(record), address};
	struct kept *kept = &context->kept[(address * 31 + (unsigned)image * 7 + site.place) % KEPT];

	if (!kept->used || !is_same(&kept->site, &site)) {
		*kept = (struct kept){.used = true, .site = site};
		describe(context, kept);
	}
	*note = kept->note;
}

static int check_libraries(const struct trace_annotation *wanted, struct error *error)
{
	if (wanted->disassemble && !has_disassembler)
		return error_set(error,
				 "--disassemble: built without Zydis; get it by scripts/setup symbols, then make");
	if (wanted->source && !has_source_lines)
		return error_set(error, "--source: built without libdw; get it by scripts/setup symbols, then make");
	return 0;
}

static void close_context(void *pointer)
{
	struct context *context = pointer;

	for (unsigned i = 0; i < IMAGES_MAX; i++)
		source_close(context->lines[i]);
	code_close(context->code);
	free(context->debug);
	free(context);
}

static int choose_directory(struct context *context, const struct trace_annotation *wanted, struct error *error)
{
	const char *slash = strrchr(wanted->image, '/');
	int beside = slash != NULL ? (int)(slash + 1 - wanted->image) : 0;
	struct stat status;

	if (wanted->debug != NULL && (stat(wanted->debug, &status) < 0 || !S_ISDIR(status.st_mode)))
		return error_set(error, "--symbols: %s is no directory", wanted->debug);
	if (wanted->debug != NULL)
		context->debug = strdup(wanted->debug);
	else if (asprintf(&context->debug, "%.*sguest/debug", beside, wanted->image) < 0)
		context->debug = NULL;
	return context->debug != NULL ? 0 : error_set(error, "no memory for source lines");
}

static void *open_context(const struct trace_annotation *wanted, struct error *error)
{
	if (check_libraries(wanted, error) < 0)
		return NULL;
	struct context *context = calloc(1, sizeof(*context));
	if (context == NULL) {
		error_set(error, "no memory to disassemble with");
		return NULL;
	}
	context->wanted = *wanted;
	context->code = code_open(wanted->image, wanted->initrd, wanted->symbols, error);
	if (context->code != NULL && choose_directory(context, wanted, error) == 0)
		return context;
	close_context(context);
	return NULL;
}

int main(int argc, char **argv)
{
	static const struct trace_annotator annotator = {open_context, tell, close_context};

	trace_annotator = &annotator;
	return trace_command_run(&trace_command_print, argc, argv);
}
