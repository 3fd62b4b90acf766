/* SPDX-License-Identifier: MIT */
/* Stores symbols in sorted arrays and finds them by address: see symbols.h and symbols_table.h. */
#include "symbols/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "symbols/symbols_table.h"

enum { UNSIZED_REACH = 64 << 10 }; /* bytes that a label of assembly code, which has no size, is taken to have */

struct symbols *symbols_new(void)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (symbols != NULL)
		symbols_clear(symbols);
	return symbols;
}

void symbols_release(struct symbols *symbols)
{
	free(symbols->images);
	free(symbols->list);
	free(symbols->strings);
	*symbols = (struct symbols){0};
}

void symbols_free(struct symbols *symbols)
{
	if (symbols == NULL)
		return;
	symbols_release(symbols);
	free(symbols);
}

void symbols_make_printable(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] != '\0' && (text[i] <= ' ' || text[i] > '~'))
			text[i] = '?';
}

/* Copies a name into the strings. Returns the offset of the copy; 0, which is the empty string, when there is no room.
 */
static uint32_t keep_name(struct symbols *symbols, const char *name, size_t length)
{
	length = strnlen(name, length < SYMBOLS_NAME_MAX ? length : SYMBOLS_NAME_MAX);
	size_t offset = symbols->string_bytes;
	if (length == 0 ||
	    !array_reserve(&symbols->strings, &symbols->string_capacity, offset + length + 1, SYMBOLS_STRINGS_MAX, 1))
		return 0;
	memcpy(symbols->strings + offset, name, length);
	symbols->strings[offset + length] = '\0';
	symbols_make_printable(symbols->strings + offset, length);
	symbols->string_bytes += length + 1;
	return (uint32_t)offset;
}

void symbols_clear(struct symbols *symbols)
{
	symbols->image_count = symbols->symbol_count = symbols->string_bytes = 0;
	if (!array_reserve(&symbols->strings, &symbols->string_capacity, 1, SYMBOLS_STRINGS_MAX, 1) ||
	    !array_reserve(&symbols->images, &symbols->image_capacity, 1, SYMBOLS_IMAGES_MAX, sizeof(*symbols->images)))
		return;
	symbols->strings[0] = '\0';
	symbols->string_bytes = 1;
	symbols->images[0] = (struct symbol_image){0};
	symbols->image_count = 1;
}

int symbols_begin(struct symbols *symbols, const char *name, uint64_t archive)
{
	size_t image = archive == 0 ? 0 : symbols->image_count;

	if (symbols->image_count == 0 || !array_reserve(&symbols->images, &symbols->image_capacity, image + 1,
							SYMBOLS_IMAGES_MAX, sizeof(*symbols->images)))
		return -1;
	symbols->images[image] = (struct symbol_image){
		.archive = archive,
		.name = keep_name(symbols, name, strlen(name)),
		.first = (uint32_t)symbols->symbol_count,
	};
	if (image == symbols->image_count)
		symbols->image_count++;
	return (int)image;
}

void symbols_put(struct symbols *symbols, int image, uint64_t address, uint64_t size, const char *name, size_t length)
{
	if (!array_reserve(&symbols->list, &symbols->symbol_capacity, symbols->symbol_count + 1, SYMBOLS_MAX,
			   sizeof(*symbols->list)))
		return;
	uint32_t kept = keep_name(symbols, name, length);
	if (kept == 0)
		return;
	symbols->list[symbols->symbol_count++] = (struct symbol){
		.address = address,
		.size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX,
		.name = kept,
	};
	symbols->images[image].count++;
}

/* Orders symbols by address. At equal addresses, symbols with a size come first, and then the order of the file counts.
 */
static int compare(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if ((a->size == 0) != (b->size == 0))
		return a->size == 0 ? 1 : -1;
	return a->name < b->name ? -1 : a->name > b->name;
}

void symbols_end(struct symbols *symbols, int image)
{
	struct symbol_image *owner = &symbols->images[image];
	uint32_t kept = 0;

	if (owner->count == 0)
		return;
	struct symbol *list = symbols->list + owner->first;
	qsort(list, owner->count, sizeof(*list), compare);
	for (uint32_t i = 0; i < owner->count; i++)
		if (kept == 0 || list[kept - 1].address != list[i].address)
			list[kept++] = list[i];
	owner->count = kept;
	symbols->symbol_count = owner->first + kept;
}

int symbols_program(const struct symbols *symbols, uint64_t archive)
{
	for (size_t i = 1; i < symbols->image_count; i++)
		if (symbols->images[i].archive == archive)
			return (int)i;
	return IMAGE_UNKNOWN;
}

const char *symbols_image_name(const struct symbols *symbols, int image)
{
	if (image < 0 || (size_t)image >= symbols->image_count || symbols->images[image].name == 0)
		return NULL;
	return symbols->strings + symbols->images[image].name;
}

const char *symbols_lookup(const struct symbols *symbols, int image, uint64_t address, uint64_t *offset)
{
	if (symbols == NULL || image < 0 || (size_t)image >= symbols->image_count)
		return NULL;
	const struct symbol_image *owner = &symbols->images[image];
	uint32_t low = owner->first, high = owner->first + owner->count;

	while (low < high) { /* finds the first symbol above the address */
		uint32_t middle = low + (high - low) / 2;
		if (symbols->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == owner->first)
		return NULL;
	const struct symbol *symbol = &symbols->list[low - 1];
	*offset = address - symbol->address;
	return *offset < (symbol->size != 0 ? symbol->size : UNSIZED_REACH) ? symbols->strings + symbol->name : NULL;
}

uint64_t symbols_image_archive(const struct symbols *symbols, int image)
{
	return image > 0 && (size_t)image < symbols->image_count ? symbols->images[image].archive : 0;
}

bool symbols_find(const struct symbols *symbols, int image, const char *name, uint64_t *address)
{
	if (symbols == NULL || image < 0 || (size_t)image >= symbols->image_count)
		return false;
	const struct symbol_image *owner = &symbols->images[image];
	for (uint32_t i = owner->first; i < owner->first + owner->count; i++)
		if (strcmp(symbols->strings + symbols->list[i].name, name) == 0) {
			*address = symbols->list[i].address;
			return true;
		}
	return false;
}

bool symbols_have(const struct symbols *symbols, const char *name)
{
	for (size_t i = 0; i < symbols->symbol_count; i++)
		if (strcmp(symbols->strings + symbols->list[i].name, name) == 0)
			return true;
	return false;
}
