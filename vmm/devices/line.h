/* SPDX-License-Identifier: MIT */
/* An interrupt line: what a device knows of the interrupt controller. The board connects both ends. */
#ifndef VMM_DEVICES_LINE_H
#define VMM_DEVICES_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct line {
	void (*set)(void *controller, unsigned input, bool level);
	void *controller;
	unsigned input;
};

/* Drives the line high (true) or low. A line connected to nothing is silent. */
static inline void line_set(const struct line *line, bool level)
{
	if (line->set != NULL)
		line->set(line->controller, line->input, level);
}

#endif
