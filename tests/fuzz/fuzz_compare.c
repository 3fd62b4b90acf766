/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes `vmm bench compare`: any bytes as the JSON of a result, compared with itself and with a result that has one
 * row; with FUZZ_FAST one of these, chosen by the input's bytes. Run by tests/fuzz/run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "fast.h"
#include "tools/bench/bench_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory. */
struct file {
	int descriptor;
	char path[32];
};

static void write_file(struct file *file, const void *data, size_t size)
{
	if (file->path[0] == '\0') {
		file->descriptor = memfd_create("result", MFD_CLOEXEC);
		snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->descriptor);
	}
	if (pwrite(file->descriptor, data, size, 0) != (ssize_t)size || ftruncate(file->descriptor, (off_t)size) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char one_row[] = "{\"format\": \"ringside-bench\", \"version\": 1, \"rows\": [{\"name\": "
				      "\"out-4\", \"rounds\": 9, \"value\": {\"value\": 1, \"error\": 0.1}}]}";
	static struct file input, other;
	static FILE *out;
	struct page page;
	struct comparison comparison;
	struct error error;

	if (out == NULL) {
		out = fopen("/dev/null", "w");
		write_file(&other, one_row, strlen(one_row));
	}
	if (out == NULL)
		abort();
	write_file(&input, data, size);
	page_start(&page, out, (struct tty_style){0});
	const char *const pairs[][2] = {{input.path, input.path}, {input.path, other.path}, {other.path, input.path}};
	const size_t chosen = fuzz_choose(data, size, COUNT(pairs));

	for (size_t i = 0; i < COUNT(pairs); i++)
		if (fuzz_wants(i, chosen) &&
		    compare_files(pairs[i][0], pairs[i][1], 5, &comparison, &page, &error) < 0 &&
		    strchr(error.text, '\n') != NULL)
			abort();
	return 0;
}
