/* SPDX-License-Identifier: MIT */
/* The character device of machines without a console: see chardev.h. */
#include "devices/chardev.h"

static void transmit(void *owner, uint8_t byte)
{
	(void)owner, (void)byte;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner, (void)bytes, (void)size;
	return 0;
}

static bool ready(void *owner, bool watch)
{
	(void)owner, (void)watch;
	return false;
}

const struct chardev chardev_null = {transmit, receive, ready, NULL};
