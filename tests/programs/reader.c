/* SPDX-License-Identifier: MIT */
/* An ordinary program: reads a file line by line, and a directory. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

static int read_lines(const char *path)
{
	char line[200];
	unsigned lines = 0, bytes = 0;
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), file)) {
		lines++;
		bytes += (unsigned)strlen(line);
	}
	printf("%s: %u lines, %u bytes, at %ld\n", path, lines, bytes, ftell(file));
	fseek(file, 2, SEEK_SET);
	printf("third byte: %c\n", fgetc(file));
	return fclose(file) != 0;
}

int main(int argc, char **argv)
{
	if (argc != 3 || read_lines(argv[1]) != 0)
		return 1;
	DIR *directory = opendir(argv[2]);
	if (!directory) {
		perror(argv[2]);
		return 1;
	}
	for (struct dirent *entry; (entry = readdir(directory));)
		printf("%s %s\n", entry->d_type == DT_DIR ? "directory" : "other", entry->d_name);
	return closedir(directory) != 0;
}
