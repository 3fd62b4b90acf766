/* SPDX-License-Identifier: MIT */
/*
 * The 16550A, for every sequence of any length of guest accesses, arriving input and hang-ups: no undefined behaviour,
 * and the index of the next byte stays within the FIFO.
 *
 * options: -eva-slevel 100
 * broken: vmm/devices/uart.c s/% UART_FIFO_SIZE\] = byte/% 17] = byte/
 */
#include "prove.h"

#include "devices/uart.c"

static void set_line(void *controller, unsigned input, bool level)
{
	(void)controller, (void)input, (void)level;
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner, (void)byte;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	const size_t count = any(0, size);

	(void)owner;
	//@ loop unroll UART_FIFO_SIZE;
	for (size_t i = 0; i < count; i++)
		bytes[i] = any_byte();
	return count;
}

static bool ready(void *owner, bool watch)
{
	(void)owner, (void)watch;
	return any_bool();
}

static void any_step(struct uart *uart)
{
	const struct device_range *range = &uart_device.ranges[any(0, uart_device.range_count - 1)];
	const uint64_t offset = any(0, range->length - 1);

	if (any_bool())
		range->access.read(uart, offset, 1);
	else
		range->access.write(uart, offset, 1, any(0, UINT8_MAX));
	if (any_bool())
		uart_input(uart);
	if (any_bool())
		uart_hang_up(uart);
}

void prove(void)
{
	static struct uart uart;
	const struct chardev chardev = {transmit, receive, ready, NULL};
	const struct device_wiring wiring = {.line = {set_line, NULL, 4}, .chardev = &chardev};

	uart_device.init(&uart, &wiring);
	//@ loop widen_hints "all", 1, 15, 16;
	while (any_bool()) {
		any_step(&uart);
		//@ assert uart.fifo_head < UART_FIFO_SIZE;
	}
}
