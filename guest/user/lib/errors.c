/* SPDX-License-Identifier: MIT */
/* Defines the names of errors and signals. */
#include "lib/errors.h"

#define CASE(number, name)                                                                                             \
	case number:                                                                                                   \
		return #name;

const char *error_name(long error)
{
	switch (error < 0 ? -error : error) {
		ERRORS(CASE)
	default:
		return "?";
	}
}

const char *signal_name(int signal)
{
	switch (signal) {
		SIGNALS(CASE)
	default:
		return "?";
	}
}
