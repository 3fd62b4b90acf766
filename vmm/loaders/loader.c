/* SPDX-License-Identifier: MIT */
/* The table of boot protocols, and the choice among them: see loader.h. */
#include "loaders/loader.h"

#include "base/array.h"
#include "loaders/kernel_image.h"
#include "loaders/placement.h"

/* The boot protocols, in the order in which they are tried. If none recognises the image, *error is from the last. */
#define LOADERS(X) X(pvh)

#define DECLARE(name) extern const struct loader loader_##name;
LOADERS(DECLARE)
#undef DECLARE

static const struct loader *const loaders[] = {
#define ROW(name) &loader_##name,
	LOADERS(ROW)
#undef ROW
};

int load_kernel(struct memory *memory, const char *path, const char *initrd, const char *command_line,
		struct boot *boot, struct error *error)
{
	struct placement placement = {.memory = memory};
	struct kernel_image image;
	int recognised = 0, result = -1;

	if (kernel_image_open(&image, path, error) < 0)
		return -1;
	for (unsigned i = 0; i < COUNT(loaders) && recognised == 0; i++) {
		recognised = loaders[i]->recognise(&image, error);
		if (recognised == 1)
			result = loaders[i]->load(&image, &placement, initrd, command_line, boot, error);
	}
	kernel_image_close(&image);
	return result;
}
