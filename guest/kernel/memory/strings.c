/* SPDX-License-Identifier: MIT */
/* Strings behind each other in a chain of pages, which grows at its end. */
#include "kernel/memory/strings.h"

#include "kernel/boot/memory_layout.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/schedule/pause.h"

struct string_page {
	struct string_page *next;
	uint64_t size;
	char bytes[PAGE_SIZE - 2 * sizeof(uint64_t)];
};
_Static_assert(sizeof(struct string_page) == PAGE_SIZE, "strings are in whole pages");

static struct string_page *fresh_page(void)
{
	uint64_t frame = pages_get(&pages);

	if (frame == 0)
		return NULL;
	struct string_page *page = pages_address(&pages, frame);
	page->next = NULL;
	page->size = 0;
	return page;
}

bool strings_init(struct strings *strings)
{
	*strings = (struct strings){0};
	strings->first = strings->last = fresh_page();
	return strings->first != NULL;
}

void strings_free(struct strings *strings)
{
	for (struct string_page *page = strings->first, *next; page != NULL; page = next) {
		next = page->next;
		page_put(physical(page));
		schedule_pause();
	}
}

/* The last page, with room for a byte at least; NULL: out of memory. */
static struct string_page *page_with_room(struct strings *strings)
{
	struct string_page *last = strings->last;

	if (last->size < sizeof(last->bytes))
		return last;
	last->next = fresh_page();
	if (last->next != NULL)
		strings->last = last->next;
	return last->next;
}

static int append(struct strings *strings, const char *bytes, uint64_t size)
{
	while (size > 0) {
		struct string_page *page = page_with_room(strings);
		if (page == NULL)
			return -ENOMEM;
		uint64_t part = sizeof(page->bytes) - page->size < size ? sizeof(page->bytes) - page->size : size;
		memcpy(page->bytes + page->size, bytes, part);
		page->size += part;
		strings->size += part;
		bytes += part;
		size -= part;
	}
	return 0;
}

int strings_add(struct strings *strings, const char *text)
{
	strings->count++;
	return append(strings, text, strlen(text) + 1);
}

/* Appends one string of user memory, which must be shorter than `limit`. */
static int take_one(struct strings *strings, struct space *space, uint64_t address, uint64_t limit)
{
	for (uint64_t taken = 0; taken < limit;) {
		struct string_page *page = page_with_room(strings);
		if (page == NULL)
			return -ENOMEM;
		uint64_t room = sizeof(page->bytes) - page->size;
		if (room > limit - taken)
			room = limit - taken;
		int64_t length = space_read_string(space, page->bytes + page->size, address + taken, room);
		if (length < 0 && length != -E2BIG)
			return (int)length;
		schedule_pause();
		uint64_t part = length < 0 ? room : (uint64_t)length + 1;
		page->size += part;
		strings->size += part;
		taken += part;
		if (length >= 0) {
			strings->count++;
			return 0;
		}
	}
	return -E2BIG;
}

int strings_take(struct strings *strings, struct space *space, uint64_t array, uint64_t others)
{
	uint64_t address;

	for (; array != 0; array += sizeof(address)) {
		int error = space_read(space, &address, array, sizeof(address));
		if (error != 0 || address == 0)
			return error;
		uint64_t used = others + strings_weight(strings) + sizeof(address);
		uint64_t left = used < STRINGS_MAX ? STRINGS_MAX - used : 0;
		error = take_one(strings, space, address, left < STRING_MAX ? left : STRING_MAX);
		if (error != 0)
			return error;
	}
	return 0;
}

/* What strings_add_rest has copied. */
struct rest {
	struct strings *to;
	bool past_first;
};

static int add_piece_of_rest(void *context, const char *bytes, uint64_t size)
{
	struct rest *rest = context;
	uint64_t skip = 0;

	while (!rest->past_first && skip < size)
		rest->past_first = bytes[skip++] == '\0';
	return append(rest->to, bytes + skip, size - skip);
}

int strings_add_rest(struct strings *strings, const struct strings *from)
{
	struct rest rest = {.to = strings};

	if (from->count > 0)
		strings->count += from->count - 1;
	return strings_each(from, add_piece_of_rest, &rest);
}

int strings_each(const struct strings *strings, int (*piece)(void *context, const char *bytes, uint64_t size),
		 void *context)
{
	int result = 0;

	for (const struct string_page *page = strings->first; page != NULL && result == 0; page = page->next) {
		result = piece(context, page->bytes, page->size);
		schedule_pause();
	}
	return result;
}
