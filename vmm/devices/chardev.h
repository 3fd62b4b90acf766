/* SPDX-License-Identifier: MIT */
/*
 * A character device: the host's end of the serial line, which the UART calls. host/input.c implements it for `vmm
 * run`; unit tests have implementations of their own.
 */
#ifndef VMM_DEVICES_CHARDEV_H
#define VMM_DEVICES_CHARDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chardev {
	/* Takes a byte that the guest has sent. */
	void (*transmit)(void *owner, uint8_t byte);
	/* Moves up to `size` bytes that have arrived to `bytes`, without blocking. Returns how many; 0 = none now. */
	size_t (*receive)(void *owner, uint8_t *bytes, size_t size);
	/*
	 * Whether receive() would return bytes. From the first call with `watch` set on, the host has uart_input()
	 * called when input arrives.
	 */
	bool (*ready)(void *owner, bool watch);
	void *owner;
};

/* A line with nobody at its other end: takes every byte and never has one. */
extern const struct chardev chardev_null;

#endif
