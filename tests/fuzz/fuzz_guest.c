/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes guest/kernel/lib, which does no I/O: any bytes as the initrd, as a program, as the kernel command line and as
 * text to print. What these functions accept must keep the promises of their headers. Run by tests/fuzz/run.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "formats/cpio.h"
#include "formats/option_value.h"
#include "formats/words.h"
#include "kernel/lib/elf_program.h"
#include "kernel/lib/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The limits of user memory, as in the kernel. */
enum { LOWEST = 0x10000, PAGE = 4096 };
#define HIGHEST 0x7fffff7f0000UL

static void expect(bool promise)
{
	if (!promise)
		abort();
}

/* ---- archives ---- */

static void check_entry(const struct bytes *archive, const struct cpio_entry *entry)
{
	const uint8_t *end = archive->start + archive->size, *name = (const uint8_t *)entry->name;

	expect(name > archive->start && name < end && memchr(name, '\0', (size_t)(end - name)) != NULL);
	expect(entry->data >= archive->start && entry->data <= end && entry->size <= (size_t)(end - entry->data));
	cpio_number(entry->header, CPIO_INODE);
	cpio_number(entry->header, CPIO_DEVICE_MINOR);
}

static void read_archive(const uint8_t *data, size_t size)
{
	struct bytes archive = {data, size};
	struct cpio_entry entry, found;
	size_t position = 0, before = 0;

	while (cpio_next(&archive, &position, &entry) == 1) {
		expect(position > before);
		before = position;
		check_entry(&archive, &entry);
		expect(cpio_find(&archive, entry.name, &found) == 1 && strcmp(found.name, entry.name) == 0);
		expect(found.header >= entry.header);
	}
	cpio_find(&archive, "init", &found);
	if (cpio_next(&archive, &size, &entry) == 1)
		abort(); /* there must be no entry at the end */
}

/* ---- programs ---- */

static void check_segments(const struct elf_program *program, const uint8_t *data, size_t size)
{
	bool executable = false;

	expect(program->segment_count > 0 && program->segment_count <= ELF_SEGMENTS_MAX);
	for (unsigned i = 0; i < program->segment_count; i++) {
		const struct elf_segment *segment = &program->segments[i];
		expect(segment->start >= LOWEST && segment->start < segment->end && segment->end <= HIGHEST);
		expect(segment->start % PAGE == 0 && segment->end % PAGE == 0 && segment->end <= program->end);
		expect(segment->address >= segment->start && segment->file <= segment->end - segment->address);
		expect(segment->data >= data && segment->file <= size - (size_t)(segment->data - data));
		for (unsigned j = 0; j < i; j++)
			expect(segment->end <= program->segments[j].start ||
			       program->segments[j].end <= segment->start);
		executable |= (segment->flags & ELF_PF_X) != 0 && program->entry >= segment->start &&
			      program->entry < segment->end;
	}
	expect(executable);
}

static void read_program(const uint8_t *data, size_t size)
{
	static const uint64_t addresses[] = {0, 0x400000, 0x401010, HIGHEST, UINT64_MAX};
	struct elf_program program;
	const char *why = elf_check(data, size, LOWEST, HIGHEST, &program);
	uint64_t offset;

	if (why == NULL)
		check_segments(&program, data, size);
	for (unsigned i = 0; i < COUNT(addresses); i++) {
		const char *name = elf_symbol(data, size, addresses[i], &offset);
		expect(name == NULL || (offset <= addresses[i] && strlen(name) < size));
	}
}

/* ---- text ---- */

static void read_command_line(const char *text)
{
	char *line = strdup(text), *rest = line;
	size_t room = strlen(text);

	for (char *word; (word = words_next(&rest)) != NULL;) {
		expect(word >= line && word + strlen(word) <= line + room);
		expect(rest == NULL || (rest >= word + strlen(word) && rest <= line + room));
		uint64_t number;
		const char *value = words_value(word);
		if (value != NULL && option_takes("7..77", value, &number))
			expect(number >= 7 && number <= 77);
		if (value != NULL && option_takes("a|b|", value, &number))
			expect(number < 3);
	}
	free(line);
}

static size_t write_into(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_text(buffer, size, format, arguments);
	va_end(arguments);
	return length;
}

/* Compares the output with the C library's, which has the same conversions. */
static void print_text(const uint8_t *data, size_t size, const char *text)
{
	static const char format[] = "%s|%-*s|%*.*s|%*d|%0*ld|%-*lx|%*p|%c";
	int width = size > 0 ? (int8_t)data[0] : 0, precision = size > 1 ? (int8_t)data[1] : 0;
	char ours[64], theirs[4096];
	long number = (long)size;

	memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
	size_t room = size % sizeof(ours);
#define ARGUMENTS                                                                                                      \
	text, width, text, width, precision, text, width, (int)number, width, number, width, (unsigned long)number,    \
		width, (void *)(number | 1), 'x'
	size_t length = write_into(ours, room, format, ARGUMENTS);
	int whole = snprintf(theirs, sizeof(theirs), format, ARGUMENTS);
#undef ARGUMENTS
	if (room == 0)
		return;
	expect(length == ((size_t)whole < room ? (size_t)whole : room - 1));
	expect(memcmp(ours, theirs, length) == 0 && ours[length] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(size + 1, 1);

	expect(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	read_archive(data, size);
	read_program(data, size);
	read_command_line(text);
	print_text(data, size, text);
	free(text);
	return 0;
}
