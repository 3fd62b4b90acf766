/* SPDX-License-Identifier: MIT */
/*
 * The kernel command line: words of `key=value` or `key`; behind the word `--` stand init's arguments. Each key is one
 * row of the table `keys`. kernel_main calls options_parse once.
 */
#include "kernel/boot/kernel_options.h"

#include <stddef.h>

#include "kernel/devices/serial_console.h"
#include "kernel/lib/cmdline.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/schedule/schedule.h"

static bool set_init(const char *value)
{
	if (*value == '\0')
		return false;
	options.init = value;
	return true;
}

static bool set_hz(const char *value)
{
	return cmdline_number(value, HZ_MAX, &options.hz);
}

static bool set_traps(const char *value)
{
	bool automatic = strcmp(value, "auto") == 0, by_syscall = strcmp(value, "syscall") == 0;
	bool by_int80 = strcmp(value, "int80") == 0;

	if (!automatic && !by_syscall && !by_int80)
		return false;
	options.want_syscall = automatic || by_syscall;
	options.want_int80 = automatic || by_int80;
	return true;
}

static bool set_protocol(const char *value)
{
	static const char *const names[] = {
		[PROTOCOL_DIRECT] = "direct",
		[PROTOCOL_LIMITED] = "limited",
		[PROTOCOL_TIMER] = "timer",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(value, names[i]) == 0) {
			options.protocol = (enum protocol)i;
			return true;
		}
	return false;
}

static bool set_print_fatal_signals(const char *value)
{
	bool yes = strcmp(value, "1") == 0, no = strcmp(value, "0") == 0;

	if (yes || no)
		options.print_fatal_signals = yes;
	return yes || no;
}

static bool set_quiet(const char *value)
{
	options.quiet |= *value == '\0';
	return *value == '\0';
}

static bool set_account(const char *value)
{
	options.account |= *value == '\0';
	return *value == '\0';
}

static const struct key {
	const char *name, *takes;
	bool (*set)(const char *value); /* false: the key does not take this value */
} keys[] = {
	{"init", "a program of the initrd", set_init},
	{"hz", "a number from 0 to 10000", set_hz},
	{"sched", "rr, coop, mlfq or lottery", schedule_choose},
	{"traps", "auto, syscall or int80", set_traps},
	{"protocol", "direct, limited or timer", set_protocol},
	{"account", "no value", set_account},
	{"print-fatal-signals", "0 or 1", set_print_fatal_signals},
	{"quiet", "no value", set_quiet},
};

static const struct key *find_key(const char *name)
{
	for (unsigned i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

void options_parse(char *line)
{
	for (char *word; (word = cmdline_word(&line)) != NULL;) {
		if (strcmp(word, "--") == 0) {
			options.init_arguments = line;
			break;
		}
		char *value = cmdline_value(word);
		const struct key *key = find_key(word);
		if (key == NULL)
			print("command line: unknown key '%s', ignored\n", word);
		else if (!key->set(value == NULL ? "" : value))
			print("command line: %s takes %s, not '%s'; ignored\n", key->name, key->takes,
			      value == NULL ? "" : value);
	}
	if (options.protocol != PROTOCOL_TIMER)
		options.hz = 0;
}
