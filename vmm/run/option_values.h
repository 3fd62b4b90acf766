/* SPDX-License-Identifier: MIT */
/* What follows the `=` of `vmm run`'s options, turned into values. Called by cmd/options, which knows the words. */
#ifndef VMM_RUN_OPTION_VALUES_H
#define VMM_RUN_OPTION_VALUES_H

#include <stdint.h>

#include "base/error.h"
#include "run/options.h"

/* Each sets its field of *options. Returns 0; or 2 or 125, as run_options_parse() does, with the line in *error. */
int option_memory(struct run_options *options, const char *value, struct error *error);
int option_timeout(struct run_options *options, const char *value, struct error *error);
int option_trace(struct run_options *options, const char *file, struct error *error);
int option_transitions(struct run_options *options, const char *value, struct error *error);
int option_irqchip(struct run_options *options, const char *value, struct error *error);
int option_stats(struct run_options *options, const char *format, struct error *error);

#endif
