/* SPDX-License-Identifier: MIT */
/* The first line of a script, and what becomes of the arguments (execve(2), "Interpreter scripts"). */
#include "kernel/memory/script.h"

#include <stddef.h>

#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"

static bool is_blank(char character)
{
	return character == ' ' || character == '\t';
}

bool script_line(const uint8_t *file, uint64_t size, char line[SCRIPT_LINE_MAX])
{
	uint64_t length = 0, at = 2;

	if (size < 2 || file[0] != '#' || file[1] != '!')
		return false;
	while (at < size && at < SCRIPT_LINE_MAX && is_blank((char)file[at]))
		at++;
	while (at < size && at < SCRIPT_LINE_MAX && file[at] != '\n' && file[at] != '\0')
		line[length++] = (char)file[at++];
	while (length > 0 && is_blank(line[length - 1]))
		length--;
	line[length] = '\0';
	return true;
}

/* Ends the first word with a NUL. What follows it; NULL if nothing does. */
static const char *end_word(char *line)
{
	while (*line != '\0' && !is_blank(*line))
		line++;
	if (*line == '\0')
		return NULL;
	*line++ = '\0';
	while (is_blank(*line))
		line++;
	return line;
}

int script_arguments(struct strings *arguments, char line[SCRIPT_LINE_MAX], const char *path)
{
	struct strings result;
	const char *option = end_word(line);

	if (*line == '\0')
		return -ENOEXEC;
	if (!strings_init(&result))
		return -ENOMEM;
	int error = strings_add(&result, line);
	if (error == 0 && option != NULL)
		error = strings_add(&result, option);
	if (error == 0)
		error = strings_add(&result, path);
	if (error == 0)
		error = strings_add_rest(&result, arguments);
	if (error == 0 && strings_weight(&result) > STRINGS_MAX)
		error = -E2BIG;
	if (error != 0) {
		strings_free(&result);
		return error;
	}
	strings_free(arguments);
	*arguments = result;
	return 0;
}
