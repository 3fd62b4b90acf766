/* SPDX-License-Identifier: MIT */
/* Appends the names of addresses to a line: see place.h. */
#include "text/place.h"

bool place_put_symbol(struct layout *line, const struct symbols *symbols, int image, uint64_t address)
{
	uint64_t offset;
	const char *name = symbols != NULL ? symbols_lookup(symbols, image, address, &offset) : NULL;

	if (name == NULL)
		return false;
	layout_text(line, name);
	if (offset > 0)
		layout_hex(line, "+", offset);
	return true;
}

bool place_put(struct layout *line, const struct symbols *symbols, int image, uint64_t address)
{
	const char *program = symbols != NULL && image > IMAGE_KERNEL ? symbols_image_name(symbols, image) : NULL;
	bool named = place_put_symbol(line, symbols, image, address);

	if (program == NULL)
		return named;
	layout_text(line, named ? " (" : "(");
	layout_text(line, program);
	layout_text(line, ")");
	return true;
}
