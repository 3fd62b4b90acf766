/* SPDX-License-Identifier: MIT */
/*
 * The kernel command line: words of `key=value` or `key`; behind the word `--` stand init's arguments. The keys and the
 * values that they take are RINGSIDE_OPTIONS (ringside/option_table.h), which is also in the note by which the VMM
 * checks a command line before it starts the kernel. kernel_main calls options_parse once.
 */
#include <stddef.h>

#include "formats/elf64.h"
#include "formats/option_value.h"
#include "formats/words.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/schedule/schedule.h"

#define ENUM(name, ...) OPTION_##name,
enum { RINGSIDE_OPTIONS(ENUM) OPTION_COUNT };

static const struct {
	const char *key, *takes;
} rows[] = {
#define ROW(name, key, takes, what) {key, takes},
	RINGSIDE_OPTIONS(ROW)};

/* The note: its strings lie one behind the other, each with its NUL. */
#define STRINGS(name, key, takes, what) key "\0" takes "\0" what "\0"
#define LIST RINGSIDE_OPTIONS(STRINGS)

struct content {
	uint32_t command_line_max;
	char list[sizeof(LIST) - 1]; /* LIST has one NUL more, behind all strings */
} __attribute__((packed));

static const struct {
	struct elf64_note_header header;
	char name[(sizeof(RINGSIDE_NOTE_NAME) + 3) / 4 * 4];
	struct content content;
} options_note __attribute__((section(".note.ringside"), used, aligned(4))) = {
	{sizeof(RINGSIDE_NOTE_NAME), sizeof(struct content), RINGSIDE_NOTE_OPTIONS},
	RINGSIDE_NOTE_NAME,
	{RINGSIDE_COMMAND_LINE_MAX, LIST},
};

static unsigned find(const char *key)
{
	unsigned option = 0;

	while (option < OPTION_COUNT && strcmp(rows[option].key, key) != 0)
		option++;
	return option;
}

/* The words of traps= are auto, syscall and int80. */
#define TRAPS_ENUM(name, word) TRAPS_##name,
enum { RINGSIDE_TRAPS_CHOICES(TRAPS_ENUM, TRAPS_ENUM) };

static void set(unsigned option, const char *text, uint64_t number)
{
	switch (option) {
	case OPTION_INIT:
		options.init = text;
		break;
	case OPTION_HZ:
		options.hz = number;
		break;
	case OPTION_SCHED:
		schedule_choose(number);
		break;
	case OPTION_TRAPS:
		options.want_syscall = number != TRAPS_INT80;
		options.want_int80 = number != TRAPS_SYSCALL;
		break;
	case OPTION_PROTOCOL:
		options.protocol = (enum protocol)number;
		break;
	case OPTION_ACCOUNT:
		options.account = true;
		break;
	case OPTION_PRINT_FATAL_SIGNALS:
		options.print_fatal_signals = number != 0;
		break;
	case OPTION_PAGING:
		options.paging = (enum paging)number;
		break;
	case OPTION_BREAK:
		options.broken = (enum broken)number;
		options.lesson = true;
		break;
	case OPTION_SEED:
		options.seed = number;
		break;
	case OPTION_IRQS:
		options.irqs_on = number != 0;
		options.lesson = true;
		break;
	default:
		options.quiet = true;
		break;
	}
}

static void take(char *word)
{
	const char *value = words_value(word);
	unsigned option = find(word);
	uint64_t number;

	if (option == OPTION_COUNT)
		options_refuse("there is no option %s\n", word);
	const char *takes = rows[option].takes;
	if (!option_takes(takes, value, &number))
		options_refuse("option %s takes %s, not '%s'\n", word,
			       option_form(takes) == OPTION_FLAG ? "no value" : takes, value == NULL ? "" : value);
	set(option, value, number);
}

void options_parse(char *line)
{
	char *word;

	while ((word = words_next(&line)) != NULL && strcmp(word, "--") != 0)
		take(word);
	if (word != NULL)
		options.init_arguments = line;
	else if (line == NULL)
		options_refuse("the command line ends within double quotes\n");
	if (options.protocol != PROTOCOL_TIMER)
		options.hz = 0;
}
