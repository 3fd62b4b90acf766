/* SPDX-License-Identifier: MIT */
/* What follows the `=` of `vmm run`'s options, turned into values. Called by cmd/options, which knows the words. */
#ifndef VMM_CMD_OPTION_VALUES_H
#define VMM_CMD_OPTION_VALUES_H

#include <stdint.h>

#include "cmd/options.h"
#include "util/error.h"

/*
 * "64M", "1G", "4096": decimal digits and an optional K, M or G (or k, m, g). -1 with errno EINVAL when
 * malformed, ERANGE when too big for 64 bits.
 */
int parse_size(const char *text, uint64_t *bytes);

/* Each sets its field of *options. Returns 0; or 2 or 125, as run_options_parse() does, with the line in *error. */
int option_memory(struct run_options *options, const char *value, struct error *error);
int option_timeout(struct run_options *options, const char *value, struct error *error);
int option_trace(struct run_options *options, const char *file, struct error *error);
int option_transitions(struct run_options *options, const char *value, struct error *error);
int option_irqchip(struct run_options *options, const char *value, struct error *error);
int option_stats(struct run_options *options, const char *format, struct error *error);

#endif
