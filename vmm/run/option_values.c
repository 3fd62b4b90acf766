/* SPDX-License-Identifier: MIT */
#include "run/option_values.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/numbers.h"
#include "machine/guest_memory.h"
#include "ringside/device.h"

#define TIMEOUT_MIN 0.001 /* seconds */
#define TIMEOUT_MAX 1e9	  /* seconds, about 31 years: as nanoseconds still far from the end of 64 bits */

enum { USAGE = RINGSIDE_STATUS_USAGE, REFUSED = RINGSIDE_STATUS_REFUSED };

__attribute__((format(printf, 3, 4))) static int refuse(struct error *error, int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return status;
}

int option_memory(struct run_options *options, const char *value, struct error *error)
{
	if (parse_size(value, &options->memory) < 0) {
		if (errno == ERANGE)
			return refuse(error, REFUSED, "-m %s: more memory than any machine has", value);
		return refuse(error, USAGE, "-m '%s': not a size such as 64M or 1G", value);
	}
	return memory_check_size(options->memory, error) < 0 ? REFUSED : 0;
}

int option_timeout(struct run_options *options, const char *value, struct error *error)
{
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end != '\0' || isspace((unsigned char)*value))
		return refuse(error, USAGE, "--timeout '%s': not a number of seconds", value);
	if (!(seconds >= TIMEOUT_MIN && seconds <= TIMEOUT_MAX)) /* so written, NaN is refused too */
		return refuse(error, REFUSED, "--timeout %s: must be from %g to %.0f seconds", value, TIMEOUT_MIN,
			      TIMEOUT_MAX);
	options->timeout = seconds;
	return 0;
}

int option_trace(struct run_options *options, const char *file, struct error *error)
{
	if (file == NULL)
		options->trace_text = true;
	else if (*file == '\0')
		return refuse(error, USAGE, "--trace=: the name of the file is empty");
	else
		options->trace_file = file;
	return 0;
}

int option_transitions(struct run_options *options, const char *value, struct error *error)
{
	static const char *const names[] = {
		[TRANSITIONS_RING] = "ring", [TRANSITIONS_EXIT] = "exit", [TRANSITIONS_OFF] = "off"};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) == 0) {
			options->transitions = (enum transitions)i;
			return 0;
		}
	}
	return refuse(error, USAGE, "--transitions '%s': must be ring, exit or off", value);
}

int option_irqchip(struct run_options *options, const char *value, struct error *error)
{
#define IRQCHIP_WORD(name, word, ...) [IRQCHIP_##name] = (word),
	static const char *const words[] = {IRQCHIPS(IRQCHIP_WORD)};
#undef IRQCHIP_WORD

	for (unsigned i = 0; i < IRQCHIP_COUNT; i++) {
		if (strcmp(value, words[i]) == 0) {
			options->irqchip = (enum irqchip)i;
			return 0;
		}
	}
	return refuse(error, USAGE, "--irqchip '%s': must be user, split or kernel", value);
}

int option_stats(struct run_options *options, const char *format, struct error *error)
{
	if (format != NULL && strcmp(format, "json") != 0)
		return refuse(error, USAGE, "--stats '%s': the only other format is json", format);
	options->stats = format == NULL ? STATS_TABLE : STATS_JSON;
	return 0;
}
