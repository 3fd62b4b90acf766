/* SPDX-License-Identifier: MIT */
#include "cmd/environment.h"

#include <cpuid.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/version.h"

#define BRAND_LEAF 0x80000002u /* CPUID: the processor's name, in three leaves */

enum { BRAND_LEAVES = 3, BRAND_REGISTERS = 4 };

static void print_cpu(FILE *out)
{
	uint32_t brand[BRAND_LEAVES * BRAND_REGISTERS + 1] = {0};

	if ((unsigned)__get_cpuid_max(BRAND_LEAF, NULL) < BRAND_LEAF + BRAND_LEAVES - 1)
		return;
	for (unsigned i = 0; i < BRAND_LEAVES; i++) {
		uint32_t *part = brand + (size_t)i * BRAND_REGISTERS;

		__cpuid(BRAND_LEAF + i, part[0], part[1], part[2], part[3]);
	}
	const char *name = (const char *)brand;
	fprintf(out, "cpu=%s\n", name + strspn(name, " "));
}

static void print_kvm(FILE *out)
{
	static const char *const modules[] = {"kvm_intel", "kvm_amd", "kvm_pvm"};
	char path[sizeof("/sys/module/kvm_intel")];

	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		snprintf(path, sizeof(path), "/sys/module/%s", modules[i]);
		if (access(path, F_OK) == 0)
			fprintf(out, "kvm=%s\n", modules[i]);
	}
}

/* A value of several lines would look like more keys. */
static void print_words(FILE *out, const char *key, const char *words)
{
	if (words == NULL)
		return;
	fprintf(out, "%s=", key);
	for (; *words != '\0'; words++)
		fputc(*words == '\n' ? ' ' : *words, out);
	fputc('\n', out);
}

char *environment_describe(const struct run_options *options)
{
	char *text = NULL;
	size_t size;
	struct utsname host;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	print_words(out, "version", VMM_VERSION);
	print_words(out, "image", options->image);
	print_words(out, "initrd", options->initrd);
	print_words(out, "command-line", options->command_line);
	fprintf(out, "memory=%" PRIu64 "\n", options->memory);
	if (uname(&host) == 0)
		fprintf(out, "host=%s %s %s\n", host.sysname, host.release, host.machine);
	print_cpu(out);
	print_kvm(out);
	fclose(out);
	return text;
}
