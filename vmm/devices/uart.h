/* SPDX-License-Identifier: MIT */
/*
 * The 16550A serial port COM1 at 0x3f8, IRQ 4. A transmitted byte goes to a chardev at once. Input stays in the chardev
 * until the guest reads, so a guest that never reads takes no input. The modem lines CTS, DSR and DCD are active; DCD
 * becomes inactive when the host hangs up. OUT2 gates the interrupt line as on a PC/AT, in loop-back too.
 * Source: PC16550D datasheet (National Semiconductor).
 */
#ifndef VMM_DEVICES_UART_H
#define VMM_DEVICES_UART_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/chardev.h"
#include "devices/device_model.h"

enum { UART_FIFO_SIZE = 16 };

struct uart {
	struct line line;
	const struct chardev *chardev;
	uint8_t ier, lcr, mcr, scr, fcr; /* registers, by their names in the datasheet */
	uint16_t divisor;
	bool thr_empty_pending; /* the THR-empty condition has not been cleared by a read of IIR */
	bool overrun;
	bool level;		      /* of the interrupt line */
	bool hung_up;		      /* uart_hang_up() was called */
	uint8_t modem_delta;	      /* bits 3:0 of MSR */
	uint8_t fifo[UART_FIFO_SIZE]; /* bytes from loop-back or from one receive() that the guest has not read */
	unsigned fifo_head, fifo_count;
};

/* Tells the UART that the chardev has input: raises the receive interrupt if the guest has enabled it. */
void uart_input(struct uart *uart);

/* Tells the UART that no more input will come from the chardev: the carrier (DCD) is lost. */
void uart_hang_up(struct uart *uart);

#endif
