/* SPDX-License-Identifier: MIT */
/*
 * The 16550A: its registers on the port bus, transmission to and reception from a chardev, and its interrupt. The bus
 * calls uart_read() and uart_write() for the guest's accesses; the run loop calls uart_input() and uart_hang_up(). A
 * guest's console driver transmits a byte and reads the line status for every character, so these two must be fast.
 */
#include "devices/uart.h"

/* Registers (PC16550D datasheet, table II). While DLAB is set, the divisor takes the place of the first two. */
enum {
	DATA,
	INTERRUPT_ENABLE,
	INTERRUPT_ID, /* write: FIFO control */
	LINE_CONTROL,
	MODEM_CONTROL,
	LINE_STATUS,
	MODEM_STATUS,
	SCRATCH,
	REGISTER_COUNT
};

enum {
	IER_RECEIVED = 0x01,
	IER_THR_EMPTY = 0x02,
	IER_LINE_STATUS = 0x04,
	IER_MODEM_STATUS = 0x08,
	IER_WRITABLE = 0x0f,
	IIR_MODEM_STATUS = 0x00,
	IIR_NONE = 0x01,
	IIR_THR_EMPTY = 0x02,
	IIR_RECEIVED = 0x04,
	IIR_LINE_STATUS = 0x06,
	IIR_TIMEOUT = 0x0c,
	IIR_FIFOS = 0xc0,
	FCR_ENABLE = 0x01,
	FCR_CLEAR_RECEIVER = 0x02,
	FCR_TRIGGER_SHIFT = 6,
	LCR_DLAB = 0x80,
	MCR_DTR = 0x01,
	MCR_RTS = 0x02,
	MCR_OUT1 = 0x04,
	MCR_OUT2 = 0x08,
	MCR_LOOP = 0x10,
	MCR_WRITABLE = 0x1f,
	LSR_DATA_READY = 0x01,
	LSR_OVERRUN = 0x02,
	LSR_TRANSMITTER_EMPTY = 0x60, /* THRE and TEMT: transmission takes no time */
	MSR_CTS = 0x10,
	MSR_DSR = 0x20,
	MSR_RI = 0x40,
	MSR_DCD = 0x80,
	MSR_DELTA_SHIFT = 4, /* right shift from the bit of a modem line to its delta bit */
};

static const uint8_t triggers[] = {1, 4, 8, 14}; /* receiver trigger level in bytes, by FCR bits 7:6 */

static bool has_fifos(const struct uart *uart)
{
	return uart->fcr & FCR_ENABLE;
}

static bool is_looped(const struct uart *uart)
{
	return uart->mcr & MCR_LOOP;
}

/* Whether the guest can read a byte. In loop-back the serial input is disconnected from the chardev. */
static bool has_data(const struct uart *uart, bool watch)
{
	return uart->fifo_count != 0 || (!is_looped(uart) && uart->chardev->ready(uart->chardev->owner, watch));
}

static bool at_trigger(const struct uart *uart)
{
	unsigned trigger = has_fifos(uart) ? triggers[uart->fcr >> FCR_TRIGGER_SHIFT] : 1;
	return trigger == 1 || uart->fifo_count >= trigger;
}

/*
 * The pending interrupt of the highest priority (datasheet, table IV). The UART does not know how many bytes wait in
 * the chardev, so data below the trigger level raise the character timeout interrupt at once.
 */
static uint8_t identify(const struct uart *uart)
{
	if (uart->ier & IER_LINE_STATUS && uart->overrun)
		return IIR_LINE_STATUS;
	if (uart->ier & IER_RECEIVED && has_data(uart, true))
		return at_trigger(uart) ? IIR_RECEIVED : IIR_TIMEOUT;
	if (uart->ier & IER_THR_EMPTY && uart->thr_empty_pending)
		return IIR_THR_EMPTY;
	if (uart->ier & IER_MODEM_STATUS && uart->modem_delta != 0)
		return IIR_MODEM_STATUS;
	return IIR_NONE;
}

static void update_line(struct uart *uart)
{
	bool level = uart->mcr & MCR_OUT2 && identify(uart) != IIR_NONE;
	if (level == uart->level)
		return;
	uart->level = level;
	line_set(&uart->line, level);
}

void uart_input(struct uart *uart)
{
	update_line(uart);
}

/*
 * An overrun drops the new byte when the FIFO is full; without FIFOs it replaces the old byte (datasheet, LSR bit 1).
 */
static void receive_looped(struct uart *uart, uint8_t byte)
{
	unsigned capacity = has_fifos(uart) ? UART_FIFO_SIZE : 1;
	if (uart->fifo_count == capacity) {
		uart->overrun = true;
		if (has_fifos(uart))
			return;
		uart->fifo_count = 0;
	}
	uart->fifo[(uart->fifo_head + uart->fifo_count++) % UART_FIFO_SIZE] = byte;
}

static void write_data(struct uart *uart, uint8_t byte)
{
	if (__builtin_expect(!is_looped(uart), 1))
		uart->chardev->transmit(uart->chardev->owner, byte);
	else
		receive_looped(uart, byte);

	/* The THR was full for a moment: if its interrupt is enabled, the interrupt line falls and rises again. */
	if (uart->ier & IER_THR_EMPTY) {
		uart->thr_empty_pending = false;
		update_line(uart);
	}
	uart->thr_empty_pending = true;
	if (uart->ier != 0)
		update_line(uart);
}

/* Takes as many bytes from the chardev as the receiver can hold. */
static void fill_fifo(struct uart *uart)
{
	if (is_looped(uart) || !uart->chardev->ready(uart->chardev->owner, true))
		return;
	uart->fifo_head = 0;
	uart->fifo_count = (unsigned)uart->chardev->receive(uart->chardev->owner, uart->fifo,
							    has_fifos(uart) ? UART_FIFO_SIZE : 1);
}

static uint8_t read_data(struct uart *uart)
{
	if (uart->fifo_count == 0)
		fill_fifo(uart);
	uint8_t byte = 0;
	if (uart->fifo_count != 0) {
		byte = uart->fifo[uart->fifo_head];
		uart->fifo_head = (uart->fifo_head + 1) % UART_FIFO_SIZE;
		uart->fifo_count--;
	}
	update_line(uart);
	return byte;
}

/* Enabling the THR-empty interrupt raises it, since the THR is always empty ("FIFO interrupt mode operation"). */
static void write_interrupt_enable(struct uart *uart, uint8_t value)
{
	if (value & ~uart->ier & IER_THR_EMPTY)
		uart->thr_empty_pending = true;
	uart->ier = value & IER_WRITABLE;
	update_line(uart);
}

static uint8_t read_interrupt_id(struct uart *uart)
{
	uint8_t id = identify(uart);
	if (id == IIR_THR_EMPTY) {
		uart->thr_empty_pending = false;
		update_line(uart);
	}
	return has_fifos(uart) ? id | IIR_FIFOS : id;
}

/* "FIFO control register": bit 0 must be set for the other bits to be taken; changing bit 0 clears the FIFOs. */
static void write_fifo_control(struct uart *uart, uint8_t value)
{
	bool changed = (value ^ uart->fcr) & FCR_ENABLE;
	if (changed || (value & FCR_ENABLE && value & FCR_CLEAR_RECEIVER))
		uart->fifo_count = 0;
	uart->fcr = value & FCR_ENABLE ? value : 0;
	update_line(uart);
}

/* Bits 7:4 of MSR. In loop-back, RTS, DTR, OUT1 and OUT2 are connected to CTS, DSR, RI and DCD. */
static uint8_t modem_lines(const struct uart *uart)
{
	if (!is_looped(uart))
		return MSR_CTS | MSR_DSR | (uart->hung_up ? 0 : MSR_DCD);
	return (uint8_t)((uart->mcr & MCR_RTS ? MSR_CTS : 0) | (uart->mcr & MCR_DTR ? MSR_DSR : 0) |
			 (uart->mcr & MCR_OUT1 ? MSR_RI : 0) | (uart->mcr & MCR_OUT2 ? MSR_DCD : 0));
}

/* Sets the delta bit of every modem line that has changed; RI only when it has ended (datasheet, MSR bit 2). */
static void note_modem_change(struct uart *uart, uint8_t before)
{
	uint8_t after = modem_lines(uart);
	uint8_t changed = (uint8_t)((before ^ after) & ~(after & MSR_RI));
	uart->modem_delta |= (uint8_t)(changed >> MSR_DELTA_SHIFT);
	update_line(uart);
}

static void write_modem_control(struct uart *uart, uint8_t value)
{
	uint8_t before = modem_lines(uart);
	uart->mcr = value & MCR_WRITABLE;
	note_modem_change(uart, before);
}

void uart_hang_up(struct uart *uart)
{
	uint8_t before = modem_lines(uart);
	uart->hung_up = true;
	note_modem_change(uart, before);
}

static uint8_t read_line_status(struct uart *uart)
{
	uint8_t status = has_data(uart, false) ? LSR_TRANSMITTER_EMPTY | LSR_DATA_READY : LSR_TRANSMITTER_EMPTY;
	if (__builtin_expect(uart->overrun, 0)) {
		status |= LSR_OVERRUN;
		uart->overrun = false;
		update_line(uart);
	}
	return status;
}

static uint8_t read_modem_status(struct uart *uart)
{
	uint8_t status = modem_lines(uart) | uart->modem_delta;
	uart->modem_delta = 0;
	update_line(uart);
	return status;
}

static uint64_t uart_read(void *owner, uint64_t offset, unsigned size)
{
	struct uart *uart = owner;
	bool divisor = uart->lcr & LCR_DLAB;
	(void)size;
	switch (offset) {
	case DATA:
		return divisor ? (uint8_t)uart->divisor : read_data(uart);
	case INTERRUPT_ENABLE:
		return divisor ? uart->divisor >> 8 : uart->ier;
	case INTERRUPT_ID:
		return read_interrupt_id(uart);
	case LINE_CONTROL:
		return uart->lcr;
	case MODEM_CONTROL:
		return uart->mcr;
	case LINE_STATUS:
		return read_line_status(uart);
	case MODEM_STATUS:
		return read_modem_status(uart);
	default:
		return uart->scr;
	}
}

static void write_divisor(struct uart *uart, uint64_t offset, uint8_t value)
{
	if (offset == DATA)
		uart->divisor = (uint16_t)((uart->divisor & 0xff00) | value);
	else
		uart->divisor = (uint16_t)((uart->divisor & 0x00ff) | value << 8);
}

static void uart_write(void *owner, uint64_t offset, unsigned size, uint64_t wide)
{
	struct uart *uart = owner;
	uint8_t value = (uint8_t)wide;
	(void)size;
	if (offset <= INTERRUPT_ENABLE && uart->lcr & LCR_DLAB) {
		write_divisor(uart, offset, value);
		return;
	}
	switch (offset) {
	case DATA:
		write_data(uart, value);
		break;
	case INTERRUPT_ENABLE:
		write_interrupt_enable(uart, value);
		break;
	case INTERRUPT_ID:
		write_fifo_control(uart, value);
		break;
	case LINE_CONTROL:
		uart->lcr = value;
		break;
	case MODEM_CONTROL:
		write_modem_control(uart, value);
		break;
	case SCRATCH:
		uart->scr = value;
		break;
	default: /* the status registers: writing them is for factory tests */
		break;
	}
}

static void uart_init(void *state, const struct device_wiring *wiring)
{
	struct uart *uart = state;

	*uart = (struct uart){.line = wiring->line, .chardev = wiring->chardev, .thr_empty_pending = true};
}

static const struct device_range ranges[] = {
	{.base = 0x3f8,
	 .length = REGISTER_COUNT,
	 .access = {"uart", 1, uart_read, uart_write},
	 .registers = REGISTERS({.name = "COM1 RBR", .written = "COM1 THR", .is_text = true}, {.name = "COM1 IER"},
				{.name = "COM1 IIR", .written = "COM1 FCR"}, {.name = "COM1 LCR"}, {.name = "COM1 MCR"},
				{.name = "COM1 LSR"}, {.name = "COM1 MSR"}, {.name = "COM1 SCR"})},
};

const struct device uart_device = {
	.irq = 4,
	.init = uart_init,
	DEVICE_RANGES(ranges),
};
