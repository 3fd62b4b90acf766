/* SPDX-License-Identifier: MIT */
/*
 * Pages of the manual, completion for shells and docs/usage.md, all written from the tables by which the command lines
 * are parsed, so that they cannot differ from them. Called by vmm_manual.c, at build time.
 */
#ifndef VMM_TOOLS_MANUAL_MANUAL_H
#define VMM_TOOLS_MANUAL_MANUAL_H

#include <stdbool.h>
#include <stdio.h>

#include "base/command_line.h"

enum { MANUAL_NAME_SIZE = 48 };

/* What can be called: "vmm", "vmm trace", "vmm trace print". A parent stands before its children. */
struct manual_node {
	char name[MANUAL_NAME_SIZE];
	const char *summary;
	const struct command_line *line; /* NULL = it only leads to others */
	bool is_help;			 /* "vmm help trace": not documented by itself, but shells complete it */
};

/* All of them; *count is how many. */
const struct manual_node *manual_nodes(size_t *count);

/* The last word of a child's name, or NULL if `node` is no child of `parent`. */
const char *manual_child(const struct manual_node *parent, const struct manual_node *node);

/* The page of the manual that a node is on: "vmm" or "vmm-trace". Returns `page`. */
const char *manual_page(const struct manual_node *node, char page[MANUAL_NAME_SIZE]);

/* The options that are shown. Returns the next row from `option` on; NULL at the end. */
const struct argp_option *manual_option(const struct argp_option *option);

/* Whether an option has a letter. */
bool manual_has_letter(const struct argp_option *option);

enum manual_argument {
	ARGUMENT_NONE,
	ARGUMENT_CHOICES, /* "a|b|c": one of these */
	ARGUMENT_FILE,
	ARGUMENT_FOLDER,
	ARGUMENT_OTHER,
};
enum manual_argument manual_argument(const struct argp_option *option);
bool manual_is_optional(const struct argp_option *option);

/* Whether the words behind the options of a node are files. */
bool manual_takes_files(const struct manual_node *node);

/*
 * Takes the documentation of a command apart: calls `paragraph` with each line of prose, and `literal` with each run of
 * lines that are indented, which stand as they are. False when there is no memory.
 */
struct manual_writer {
	void (*paragraph)(const char *text, size_t length, FILE *out);
	void (*literal)(const char *lines, size_t length, FILE *out);
};
bool manual_describe(const struct command_line *line, const struct manual_writer *writer, FILE *out);

/* What all pages have. Each ends with {0}. */
extern const struct command_line_row manual_files[], manual_environment[];

/* Each writes one document. False when there is no memory. */
bool manual_write_page(const char *page, FILE *out);
bool manual_write_markdown(FILE *out);
bool manual_write_bash(FILE *out);
bool manual_write_zsh(FILE *out);
bool manual_write_fish(FILE *out);

#endif
