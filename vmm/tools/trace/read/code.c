/* SPDX-License-Identifier: MIT */
/* Reads what was traced again from its files: see code.h. */
#include "tools/trace/read/code.h"

#include <stdlib.h>
#include <string.h>

#include "base/image_file.h"
#include "formats/elf64.h"
#include "ringside/device.h"

struct code {
	struct bytes kernel, archive;
	bool archive_is_own; /* a file of its own, to be freed */
	const struct symbols *symbols;
};

/* Whether two tables hold the same: the same files by their checksums, and no address has moved. */
static bool same_symbols(const struct symbols *a, const struct symbols *b)
{
	size_t size = symbols_section_size(a);
	void *one = malloc(size), *other = malloc(size);
	bool same = false;

	if (size == symbols_section_size(b) && one != NULL && other != NULL) {
		symbols_section_write(a, one);
		symbols_section_write(b, other);
		same = memcmp(one, other, size) == 0;
	}
	free(one);
	free(other);
	return same;
}

static bool is_what_was_traced(const struct code *code)
{
	struct symbols *found = symbols_new();
	const char *name = symbols_image_name(code->symbols, 0);
	bool same = false;

	if (found != NULL) {
		symbols_add_elf(found, name != NULL ? name : "", 0, code->kernel.start, code->kernel.size);
		symbols_add_archive(found, code->archive.start, code->archive.size);
		same = same_symbols(found, code->symbols);
	}
	symbols_free(found);
	return same;
}

static int load(struct code *code, const char *image, const char *initrd, struct error *error)
{
	code->kernel = image_file_read(image);
	code->archive_is_own = initrd != NULL;
	code->archive =
		initrd != NULL ? image_file_read(initrd) : elf64_section_named(code->kernel, RINGSIDE_INITRD_SECTION);
	if (code->kernel.size == 0)
		return error_set(error, "cannot read the image %s; give --image the name of the file that ran", image);
	if (initrd != NULL && code->archive.size == 0)
		return error_set(error, "cannot read the initrd %s; give --initrd the name of the file that ran",
				 initrd);
	if (!is_what_was_traced(code))
		return error_set(error,
				 "%s is not what was traced: its files differ; give --image (and --initrd) "
				 "the files that ran",
				 image);
	return 0;
}

struct code *code_open(const char *image, const char *initrd, const struct symbols *symbols, struct error *error)
{
	struct code *code = calloc(1, sizeof(*code));

	if (code == NULL) {
		error_set(error, "no memory for the image");
		return NULL;
	}
	code->symbols = symbols;
	if (load(code, image, initrd, error) == 0)
		return code;
	code_close(code);
	return NULL;
}

void code_close(struct code *code)
{
	if (code == NULL)
		return;
	if (code->archive_is_own)
		free((void *)code->archive.start);
	free((void *)code->kernel.start);
	free(code);
}

struct bytes code_file(const struct code *code, int image)
{
	uint64_t offset = symbols_image_archive(code->symbols, image);

	if (image == 0)
		return code->kernel;
	return offset != 0 ? bytes_from(code->archive, offset) : (struct bytes){NULL, 0};
}

static struct bytes find(const struct code *code, int image, uint64_t address, uint32_t without)
{
	const struct bytes file = code_file(code, image);
	const uint64_t archive = symbols_image_archive(code->symbols, image);

	return elf64_at_address(file, address - symbols_elf_base(archive, file.start, file.size), without);
}

struct bytes code_at(const struct code *code, int image, uint64_t address)
{
	return find(code, image, address, 0);
}

static struct bytes find_constant(const void *code, int image, uint64_t address)
{
	return find(code, image, address, ELF_PF_W);
}

struct text_constants code_constants(const struct code *code)
{
	return (struct text_constants){code != NULL ? find_constant : NULL, code};
}
