/* SPDX-License-Identifier: MIT */
/*
 * Thousands of mappings, which the kernel cannot join, in one process: made, split by mprotect and munmap, joined
 * again, copied by fork, private mappings of a file among them. Checks that each byte is where it belongs, that a
 * mapping which is not there is none, and that all memory is free at the end. MAPPINGS is the argument.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

static const size_t page = 4096;
static unsigned long errors;

static void check(int good, const char *what, size_t at)
{
	if (good)
		return;
	if (errors++ < 10)
		printf("%s, at %zu\n", what, at);
}

#define CHECK(condition, at) check(condition, #condition, at)

/* Whether a page may be read, without the risk of a fault: a pipe takes bytes from it, or not. */
static int readable(const char *address)
{
	static int ends[2];
	char byte;

	if (ends[1] == 0)
		pipe(ends);
	return write(ends[1], address, 1) == 1 && read(ends[0], &byte, 1) == 1;
}

static void in_a_checkerboard(size_t count)
{
	char *area = mmap(NULL, count * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < count; i++)
		area[i * page + i % page] = (char)(i % 100 + 1);
	for (size_t i = 0; i < count; i += 2)
		CHECK(mprotect(area + i * page, page, PROT_READ) == 0, i);
	pid_t child = fork();
	for (size_t i = 0; i < count; i++)
		CHECK(area[i * page + i % page] == (char)(i % 100 + 1), i);
	if (child == 0)
		_exit(errors != 0);
	int status = -1;
	waitpid(child, &status, 0);
	CHECK(status == 0, 0);
	for (size_t i = 0; i < count; i += 4)
		CHECK(munmap(area + i * page, page) == 0, i);
	for (size_t i = 0; i < count; i++)
		CHECK(readable(area + i * page) == (i % 4 != 0), i);
	for (size_t i = 0; i < count; i += 4)
		CHECK(mmap(area + i * page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			   0) == area + i * page &&
			      area[i * page + i % page] == 0,
		      i);
	CHECK(mprotect(area, count * page, PROT_READ | PROT_WRITE) == 0, 0);
	for (size_t i = 0; i < count; i++)
		CHECK(area[i * page + i % page] == (i % 4 == 0 ? 0 : (char)(i % 100 + 1)), i);
	CHECK(munmap(area, count * page) == 0, 0);
}

static void one_by_one(size_t count)
{
	char **pages = malloc(count * sizeof(*pages));

	for (size_t i = 0; i < count; i++) {
		pages[i] = mmap(NULL, page, i % 2 ? PROT_READ | PROT_WRITE : PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
				0);
		CHECK(pages[i] != MAP_FAILED, i);
		if (i % 2)
			*pages[i] = (char)i;
	}
	for (size_t i = 0; i < count; i++)
		CHECK(*pages[i] == (i % 2 ? (char)i : 0), i);
	for (size_t i = 0; i < count; i++)
		CHECK(munmap(pages[i * 7 % count], page) == 0, i); /* 7 and the count have no common divisor */
	for (size_t i = 0; i < count; i++)
		CHECK(!readable(pages[i]), i);
	free(pages);
}

static void of_a_file(size_t count)
{
	int fd = open("data/file", O_RDONLY);
	char **files = malloc(count * sizeof(*files));

	for (size_t i = 0; i < count; i++) {
		files[i] = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
		CHECK(files[i] != MAP_FAILED, i);
	}
	close(fd);
	for (size_t i = 0; i < count; i++) {
		CHECK(memcmp(files[i], "0123456789\0", 12) == 0, i);
		files[i][i % 10] = 'x';
	}
	for (size_t i = 0; i < count; i++) {
		CHECK(files[i][i % 10] == 'x' && files[i][(i + 1) % 10] == (char)('0' + (i + 1) % 10), i);
		CHECK(munmap(files[i], page) == 0, i);
	}
	free(files);
}

static void everything(size_t count)
{
	in_a_checkerboard(count);
	one_by_one(count);
	of_a_file(count / 10);
}

static void ignore(int signal)
{
	(void)signal;
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1000;
	struct sysinfo before, after;

	if (count % 7 == 0)
		count++;
	/* The C library keeps some of the memory that it takes, and the kernel what it remembers of signals. */
	signal(SIGUSR1, ignore);
	everything(10);
	everything(count);
	sysinfo(&before);
	everything(count);
	sysinfo(&after);
	CHECK(before.freeram == after.freeram, before.freeram - after.freeram);
	printf("mappings: %zu at once, %lu errors\n", count, errors);
	return errors != 0;
}
