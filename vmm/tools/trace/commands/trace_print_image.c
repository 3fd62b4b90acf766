/* SPDX-License-Identifier: MIT */
/* What `vmm trace print` takes from the image that ran, which the trace names: see trace_print.h. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/trace/commands/trace_command.h"
#include "tools/trace/commands/trace_print.h"

int trace_print_run_symbolizer(char **argv)
{
	char path[PATH_MAX];
	struct error error;
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof(TRACE_SYMBOLIZER));

	while (length > 0 && path[length - 1] != '/')
		length--;
	if (length > 0) {
		memcpy(path + length, TRACE_SYMBOLIZER, sizeof(TRACE_SYMBOLIZER));
		execv(path, argv);
	}
	error_set(
		&error,
		"--disassemble and --source need %s beside vmm, which is missing; get Zydis and libdw by scripts/setup "
		"symbols, then make",
		TRACE_SYMBOLIZER);
	return trace_command_complain(error.text);
}

/* The value of a key in the trace's environment, a copy; NULL when there is none. */
static char *environment_value(const struct trace_reader *reader, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = trace_reader_environment(reader); *line != '\0';) {
		size_t size = strcspn(line, "\n");
		if (size > length && strncmp(line, key, length) == 0 && line[length] == '=')
			return strndup(line + length + 1, size - length - 1);
		line += size + (line[size] == '\n');
	}
	return NULL;
}

void *trace_print_annotator(const struct trace_reader *reader, struct trace_annotation wanted, struct error *error)
{
	char *image = environment_value(reader, "image"), *initrd = environment_value(reader, "initrd");
	void *context = NULL;

	wanted.image = wanted.image != NULL ? wanted.image : image;
	wanted.initrd = wanted.initrd != NULL ? wanted.initrd : initrd;
	wanted.symbols = trace_reader_symbols(reader);
	if (wanted.image != NULL)
		context = trace_annotator->open(&wanted, error);
	else
		error_set(error, "the trace does not name its image; give --image FILE");
	free(image);
	free(initrd);
	return context;
}

struct code *trace_print_constants(const struct trace_reader *reader)
{
	char *image = environment_value(reader, "image"), *id = environment_value(reader, "image-build-id");
	char *initrd = environment_value(reader, "initrd");
	struct code *code = NULL;

	if (image != NULL && id != NULL && initrd == NULL)
		code = code_open_identical(image, id, trace_reader_symbols(reader));
	free(image);
	free(id);
	free(initrd);
	return code;
}
