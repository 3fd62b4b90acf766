/* SPDX-License-Identifier: MIT */
/*
 * Writes and reads the section of a trace file's header that holds the symbols: a head of counts, then the three arrays
 * of the table. Called by record/trace_writer.c and by the tools' reader of traces.
 */
#include <stdlib.h>
#include <string.h>

#include "symbols/symbols_table.h"

struct section_head {
	uint32_t image_count;
	uint32_t symbol_count;
	uint32_t string_bytes;
	uint32_t reserved;
};

_Static_assert(sizeof(struct symbol) == 16 && sizeof(struct symbol_image) == 24,
	       "docs/trace-format.md documents this layout");

static struct section_head head_of(const struct symbols *symbols)
{
	return (struct section_head){
		.image_count = (uint32_t)symbols->image_count,
		.symbol_count = (uint32_t)symbols->symbol_count,
		.string_bytes = (uint32_t)symbols->string_bytes,
	};
}

static size_t size_of(const struct section_head *head)
{
	return sizeof(*head) + (size_t)head->image_count * sizeof(struct symbol_image) +
	       (size_t)head->symbol_count * sizeof(struct symbol) + head->string_bytes;
}

size_t symbols_section_size(const struct symbols *symbols)
{
	if (symbols == NULL)
		return 0;
	struct section_head head = head_of(symbols);
	return size_of(&head);
}

static char *append(char *to, const void *from, size_t size)
{
	if (size > 0)
		memcpy(to, from, size);
	return to + size;
}

void symbols_section_write(const struct symbols *symbols, void *section)
{
	if (symbols == NULL)
		return;
	struct section_head head = head_of(symbols);
	char *to = append(section, &head, sizeof(head));

	to = append(to, symbols->images, symbols->image_count * sizeof(*symbols->images));
	to = append(to, symbols->list, symbols->symbol_count * sizeof(*symbols->list));
	append(to, symbols->strings, symbols->string_bytes);
}

/* Copies an array at *from, and moves *from behind the array. NULL when there is no memory. The caller frees the copy.
 */
static void *copy_array(const char **from, size_t count, size_t element)
{
	size_t size = count * element;
	void *copy = malloc(size > 0 ? size : 1);

	if (copy != NULL && size > 0)
		memcpy(copy, *from, size);
	*from += size;
	return copy;
}

/* Whether every index is within its array, and the symbols of each image are in rising order, as the search needs. */
static bool is_sound(const struct symbols *symbols)
{
	if (symbols->image_count == 0 || symbols->string_bytes == 0 || symbols->strings[0] != '\0' ||
	    symbols->strings[symbols->string_bytes - 1] != '\0')
		return false;
	size_t owned = 0;
	for (size_t i = 0; i < symbols->symbol_count; i++)
		if (symbols->list[i].name >= symbols->string_bytes)
			return false;
	for (size_t i = 0; i < symbols->image_count; i++) {
		const struct symbol_image *image = &symbols->images[i];
		if (image->name >= symbols->string_bytes || image->first > symbols->symbol_count ||
		    image->count > symbols->symbol_count - image->first)
			return false;
		owned += image->count; /* images share no symbols, so the loop below checks each symbol once */
		if (owned > symbols->symbol_count)
			return false;
		for (uint32_t n = 1; n < image->count; n++)
			if (symbols->list[image->first + n - 1].address >= symbols->list[image->first + n].address)
				return false;
	}
	return true;
}

int symbols_section_read(struct symbols *symbols, const void *section, size_t size)
{
	struct section_head head;
	const char *from = (const char *)section + sizeof(head);

	symbols_clear(symbols);
	if (size == 0)
		return 0;
	if (size < sizeof(head))
		return -1;
	memcpy(&head, section, sizeof(head));
	if (head.image_count > SYMBOLS_IMAGES_MAX || head.symbol_count > SYMBOLS_MAX ||
	    head.string_bytes > SYMBOLS_STRINGS_MAX || size_of(&head) != size)
		return -1;

	symbols_release(symbols);
	*symbols = (struct symbols){
		.images = copy_array(&from, head.image_count, sizeof(struct symbol_image)),
		.list = copy_array(&from, head.symbol_count, sizeof(struct symbol)),
		.strings = copy_array(&from, head.string_bytes, 1),
		.image_count = head.image_count,
		.symbol_count = head.symbol_count,
		.string_bytes = head.string_bytes,
		.image_capacity = head.image_count,
		.symbol_capacity = head.symbol_count,
		.string_capacity = head.string_bytes,
	};
	if (symbols->images == NULL || symbols->list == NULL || symbols->strings == NULL || !is_sound(symbols)) {
		symbols_release(symbols);
		symbols_clear(symbols);
		return -1;
	}
	symbols_make_printable(symbols->strings, symbols->string_bytes);
	return 0;
}
