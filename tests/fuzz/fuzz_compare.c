/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes `vmm bench compare`: any bytes as the JSON of a result, compared with itself and with a result that has one
 * row. Run by tests/fuzz/run.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/bench/bench_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory, and its path. */
static int make_file(char path[32], const void *data, size_t size)
{
	const int fd = memfd_create("result", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char one_row[] = "{\"format\": \"ringside-bench\", \"version\": 1, \"rows\": [{\"name\": "
				      "\"out-4\", \"rounds\": 9, \"value\": {\"value\": 1, \"error\": 0.1}}]}";
	static FILE *out;
	struct page page;
	char path[32], other[32];
	struct comparison comparison;
	struct error error;

	if (out == NULL && (out = fopen("/dev/null", "w")) == NULL)
		abort();
	page_start(&page, out, (struct tty_style){0});
	const int a = make_file(path, data, size), b = make_file(other, one_row, strlen(one_row));
	if (compare_files(path, path, 5, &comparison, &page, &error) < 0 && strchr(error.text, '\n') != NULL)
		abort();
	compare_files(path, other, 5, &comparison, &page, &error);
	compare_files(other, path, 5, &comparison, &page, &error);
	close(a);
	close(b);
	return 0;
}
