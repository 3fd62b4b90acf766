/* SPDX-License-Identifier: MIT */
/* Unit tests of finding unstripped files: a file must have the right name and the right build ID. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_writer.h"
#include "formats/elf64.h"
#include "tools/symbolizer/debug_file.h"

enum { ID_SIZE = 20, OTHER_NOTE = 7 };

/* An ELF file with two notes; the second note is its build ID. */
struct image {
	Elf64_Ehdr header;
	Elf64_Shdr section;
	struct {
		Elf64_Nhdr note;
		char owner[4];
		char content[4];
	} other;
	struct {
		Elf64_Nhdr note;
		char owner[4];
		unsigned char content[ID_SIZE];
	} id;
};

static struct image make_image(unsigned char first)
{
	struct image image = {
		.header = elf_writer_header(),
		.section = {.sh_type = SHT_NOTE,
			    .sh_offset = offsetof(struct image, other),
			    .sh_size = sizeof(image.other) + sizeof(image.id)},
		.other = {.note = {.n_namesz = 3, .n_descsz = 2, .n_type = OTHER_NOTE}, .owner = "ab"},
		.id = {.note = {.n_namesz = 4, .n_descsz = ID_SIZE, .n_type = NT_GNU_BUILD_ID}, .owner = "GNU"},
	};

	image.header.e_shoff = offsetof(struct image, section);
	image.header.e_shnum = 1;
	memset(image.id.content, 0xcd, ID_SIZE);
	image.id.content[0] = first;
	return image;
}

static struct bytes as_bytes(const struct image *image)
{
	return (struct bytes){(const unsigned char *)image, sizeof(*image)};
}

Test(debug_file, the_build_id_is_found)
{
	struct image image = make_image(0xab);
	struct bytes id = elf64_build_id(as_bytes(&image));

	cr_assert_eq(id.size, ID_SIZE);
	cr_assert_eq(id.start, image.id.content);
	image.id.note.n_type = OTHER_NOTE;
	cr_assert_null(elf64_build_id(as_bytes(&image)).start);
	image = make_image(0xab);
	image.id.note.n_descsz = UINT32_MAX;
	cr_assert_null(elf64_build_id(as_bytes(&image)).start);
	image = make_image(0xab);
	image.other.note.n_namesz = UINT32_MAX;
	cr_assert_null(elf64_build_id(as_bytes(&image)).start);
}

Test(debug_file, random_mutations)
{
	struct image good = make_image(0xab);

	srand(1);
	for (unsigned round = 0; round < 100000; round++) {
		struct image bad = good;
		for (int n = rand() % 6; n >= 0; n--)
			((unsigned char *)&bad)[rand() % (int)sizeof(bad)] = (unsigned char)rand();
		struct bytes id = elf64_build_id(as_bytes(&bad));
		cr_assert(id.start == NULL ||
			  (id.start >= (unsigned char *)&bad && id.start + id.size <= (unsigned char *)(&bad + 1)));
	}
}

static char directory[] = "/tmp/ringside-test-XXXXXX";

static void put_file(const char *name, const struct image *image)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(image, sizeof(*image), 1, file), 1);
	fclose(file);
}

static void make_directory(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	cr_assert_eq(mkdir(path, 0700), 0);
}

static void remove_all(const char *const *names)
{
	for (; *names != NULL; names++) {
		char path[128];
		snprintf(path, sizeof(path), "%s/%s", directory, *names);
		cr_assert_eq(remove(path), 0);
	}
	rmdir(directory);
}

static bool is_found(const char *name, const struct image *image)
{
	struct bytes found = debug_file_find(directory, name, as_bytes(image));

	free((void *)found.start);
	return found.start != NULL;
}

Test(debug_file, twins_have_the_same_build_id)
{
	const char id_name[] = ".build-id/ef/cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd.debug";
	struct image here = make_image(0xab), elsewhere = make_image(0xef), nowhere = make_image(0x12);

	cr_assert_not_null(mkdtemp(directory));
	put_file("sieve", &here);
	make_directory(".build-id");
	make_directory(".build-id/ef");
	put_file(id_name, &elsewhere);
	cr_assert(is_found("sieve", &here));
	cr_assert(is_found("sieve", &elsewhere), "a file is found by its build ID");
	cr_assert(is_found(NULL, &elsewhere));
	cr_assert_not(is_found("sieve", &nowhere), "a program with that name but another build ID is not found");
	cr_assert_not(is_found("../sieve", &here), "a name with a slash is not used as a path");
	remove_all((const char *const[]){"sieve", id_name, ".build-id/ef", ".build-id", NULL});
}
