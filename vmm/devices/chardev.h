/* SPDX-License-Identifier: MIT */
/*
 * A character device as the serial port sees it: the host's end of the wire. The host supplies one
 * (host/input.c), unit tests supply their own.
 */
#ifndef VMM_DEVICES_CHARDEV_H
#define VMM_DEVICES_CHARDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chardev {
	void (*transmit)(void *owner, uint8_t byte);
	/* Up to `size` bytes that have arrived, without blocking; 0 = none now. */
	size_t (*receive)(void *owner, uint8_t *bytes, size_t size);
	/*
	 * Whether receive() would give something. The first call with `watch` set asks the host to have
	 * uart_input() called when input arrives.
	 */
	bool (*ready)(void *owner, bool watch);
	void *owner;
};

#endif
