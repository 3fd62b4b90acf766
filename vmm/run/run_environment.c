/* SPDX-License-Identifier: MIT */
/* Describes the host, the guest's image and the options for a trace: see run_environment.h. */
#include "run/run_environment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "base/image_file.h"
#include "base/version.h"
#include "formats/elf64.h"
#include "host/facts.h"

static void print_kvm(FILE *out)
{
	const struct facts_module *module;

	for (unsigned i = 0; (module = facts_kvm_module(i)) != NULL; i++)
		fprintf(out, "kvm=%s\n", module->name);
}

/* Prints a line key=words, unless `words` is NULL. Newlines become spaces, since each line is one key. */
static void print_words(FILE *out, const char *key, const char *words)
{
	if (words == NULL)
		return;
	fprintf(out, "%s=", key);
	for (; *words != '\0'; words++)
		fputc(*words == '\n' ? ' ' : *words, out);
	fputc('\n', out);
}

/* Prints the build ID of the image, if it has one, by which other versions of the image can be told apart. */
static void print_build_id(FILE *out, int image)
{
	struct bytes elf = image_file_read_open(image);
	char text[2 * ELF_BUILD_ID_MAX + 1];

	bytes_hexadecimal(elf64_build_id(elf), text);
	if (text[0] != '\0')
		print_words(out, "image-build-id", text);
	free((void *)elf.start);
}

char *environment_describe(const struct run_options *options, int image)
{
	char *text = NULL;
	size_t size;
	struct utsname host;
	char cpu[FACT_SIZE];
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	print_words(out, "version", vmm_version);
	print_words(out, "image", options->image);
	print_build_id(out, image);
	print_words(out, "initrd", options->initrd);
	print_words(out, "command-line", options->command_line);
	fprintf(out, "memory=%" PRIu64 "\n", options->memory);
	if (uname(&host) == 0)
		fprintf(out, "host=%s %s %s\n", host.sysname, host.release, host.machine);
	facts_cpu_name(cpu);
	if (cpu[0] != '\0')
		print_words(out, "cpu", cpu);
	print_kvm(out);
	fclose(out);
	return text;
}
