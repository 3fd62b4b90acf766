/* SPDX-License-Identifier: MIT */
/*
 * Lists a directory and looks all its files up by name, and tells how long each file takes, and what the first call
 * that needs the tree of files took. manyfiles DIRECTORY
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { BUFFER = 4096 };

/* Lists the current directory. Returns the number of files, of which *found were looked up if `found` is not NULL. */
static uint64_t list(uint64_t *found)
{
	static char buffer[BUFFER] __attribute__((aligned(8)));
	int fd = open(".", O_RDONLY, 0);
	uint64_t count = 0;
	long size;

	while ((size = getdents64(fd, buffer, sizeof(buffer))) > 0)
		for (long at = 0; at < size; at += ((struct dirent *)(buffer + at))->d_reclen) {
			const char *name = ((struct dirent *)(buffer + at))->d_name;
			count += name[0] != '.';
			if (found != NULL && name[0] != '.')
				*found += system_call(RINGSIDE_SYS_access, (uint64_t)name, 0, 0, 0, 0, 0) == 0;
		}
	close(fd);
	return count;
}

int main(int argc, char **argv)
{
	uint64_t found = 0, times[4];

	if (argc != 2)
		return STATUS_USAGE;
	times[0] = monotonic_nanoseconds();
	if (chdir(argv[1]) != 0)
		return 1;
	times[1] = monotonic_nanoseconds();
	uint64_t count = list(NULL);
	times[2] = monotonic_nanoseconds();
	list(&found);
	times[3] = monotonic_nanoseconds();
	if (count == 0)
		return 1;
	uint64_t once = times[2] - times[1], again = times[3] - times[2];
	printf("manyfiles: %lu of %lu found; %lu ns for the tree, %lu ns to list one, %lu ns to find one\n", found,
	       count, times[1] - times[0], once / count, (again - once) / count);
	return 0;
}
