/* SPDX-License-Identifier: MIT */
/* An interrupt line: all that a device knows about the interrupt controller. The board connects it to an input. */
#ifndef VMM_DEVICES_LINE_H
#define VMM_DEVICES_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct line {
	void (*set)(void *controller, unsigned input, bool level); /* NULL = not connected */
	void *controller;
	unsigned input; /* 0-15: the IRQ number */
};

/* Drives the line high (true) or low. Does nothing when the line is not connected. */
static inline void line_set(const struct line *line, bool level)
{
	if (line->set != NULL)
		line->set(line->controller, line->input, level);
}

#endif
