/* SPDX-License-Identifier: MIT */
/*
 * The 16550A serial port COM1 at 0x3f8, IRQ 4. What it transmits goes to a chardev at once; what it
 * receives stays with the chardev until the guest reads, so a guest that never reads takes no input.
 * The modem at the other end is there, CTS, DSR and DCD, until the host hangs up; then DCD falls. OUT2
 * gates the interrupt line as on a PC/AT, in loop-back too. Source: PC16550D datasheet (National
 * Semiconductor).
 */
#ifndef VMM_DEVICES_UART_H
#define VMM_DEVICES_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/chardev.h"
#include "devices/device_model.h"

enum { UART_FIFO_SIZE = 16 };

struct uart {
	struct line line;
	const struct chardev *chardev;
	uint8_t ier, lcr, mcr, scr, fcr;
	uint16_t divisor;
	bool thr_empty_pending; /* the THR-empty interrupt has not been identified by reading IIR */
	bool overrun;
	bool level; /* of the interrupt line */
	bool hung_up;
	uint8_t modem_delta;
	uint8_t fifo[UART_FIFO_SIZE]; /* what loop-back or one receive() has brought and the guest has not read */
	unsigned fifo_head, fifo_count;
};

/* The chardev has input: raises the receive interrupt if the guest wants one. */
void uart_input(struct uart *uart);

/* Nothing will come from the chardev any more: the carrier is lost. */
void uart_hang_up(struct uart *uart);

#endif
