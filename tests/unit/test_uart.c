/* SPDX-License-Identifier: MIT */
/* Unit tests of the 16550A with a chardev that counts its calls: transmission, lazy reception, interrupts, loop-back.
 */
#include "base/array.h"
#include "devices/devices.h"

#include <criterion/criterion.h>
#include <string.h>

enum { DATA = 0x3f8, IER, FCR, LCR, MCR, LSR, MSR, SCR };
enum { OUT2 = 0x08, LOOP = 0x10, RECEIVED = 1, THR_EMPTY = 2, LINE_STATUS = 4, MODEM_STATUS = 8 };

static struct uart uart;
static struct bus bus;
static char sent[64];
static const char *input;
static unsigned receives, watches, edges;
static bool level;

static void on_transmit(void *owner, uint8_t byte)
{
	(void)owner;
	sent[strlen(sent)] = (char)byte;
}

static size_t on_receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	size_t count = strnlen(input, size);
	memcpy(bytes, input, count);
	input += count;
	receives++;
	return count;
}

static bool on_ready(void *owner, bool watch)
{
	(void)owner;
	watches += watch;
	return *input != '\0';
}

static void on_line(void *controller, unsigned number, bool high)
{
	cr_assert_eq(controller, &bus);
	cr_assert_eq(number, 4);
	cr_assert_neq(high, level, "the line is only driven when it changes");
	edges += high;
	level = high;
}

static const struct chardev chardev = {on_transmit, on_receive, on_ready, NULL};

static void setup(void)
{
	struct error error;
	input = "";
	bus_init(&bus, "port");
	uart_device.init(&uart, &(struct device_wiring){.line = {on_line, &bus, 4}, .chardev = &chardev});
	cr_assert_eq(device_attach(&uart_device, &uart, &bus, NULL, &error), 0);
}

TestSuite(uart, .init = setup);

static void out(unsigned port, uint8_t value)
{
	cr_assert(bus_write(&bus, port, 1, value));
}

static uint8_t in(unsigned port)
{
	uint64_t value;
	cr_assert(bus_read(&bus, port, 1, &value));
	return (uint8_t)value;
}

static void arrives(const char *bytes)
{
	input = bytes;
	uart_input(&uart);
}

Test(uart, transmits_at_once)
{
	for (const char *next = "hi"; *next != '\0'; next++) {
		cr_assert_eq(in(LSR), 0x60);
		out(DATA, (uint8_t)*next);
	}
	cr_assert_str_eq(sent, "hi");
	cr_assert_eq(receives + watches, 0, "a guest that only transmits causes no read of the input");
}

Test(uart, registers_after_reset)
{
	cr_assert_eq(in(IER), 0);
	cr_assert_eq(in(FCR), 0x01);
	cr_assert_eq(in(LCR), 0);
	cr_assert_eq(in(MCR), 0);
	cr_assert_eq(in(LSR), 0x60);
	cr_assert_eq(in(MSR), 0xb0);
	cr_assert_not(level);
}

Test(uart, writable_bits)
{
	out(IER, 0xff);
	cr_assert_eq(in(IER), 0x0f);
	out(MCR, 0xff);
	cr_assert_eq(in(MCR), 0x1f);
	out(SCR, 0xa5);
	cr_assert_eq(in(SCR), 0xa5);
	out(LSR, 0xff);
	out(MSR, 0xff);
	cr_assert_eq(in(LSR), 0x60);
}

Test(uart, divisor_latch)
{
	out(LCR, 0x83);
	out(DATA, 0x34);
	out(IER, 0x12);
	cr_assert_eq(uart.divisor, 0x1234);
	cr_assert_eq(in(DATA), 0x34);
	cr_assert_eq(in(IER), 0x12);
	out(LCR, 0x03);
	cr_assert_eq(in(IER), 0);
	cr_assert_str_empty(sent);
}

Test(uart, input_stays_with_the_host_until_it_is_read)
{
	input = "ab";
	cr_assert_eq(in(LSR), 0x61);
	cr_assert_eq(receives, 0);
	cr_assert_eq(in(DATA), 'a');
	cr_assert_str_eq(input, "b", "without FIFOs the receiver holds one byte");
	cr_assert_eq(in(DATA), 'b');
	cr_assert_eq(in(LSR), 0x60);
	cr_assert_eq(in(DATA), 0);
	cr_assert_gt(watches, 0);
}

Test(uart, a_fifo_takes_16_bytes_at_once)
{
	out(FCR, 0x01);
	input = "0123456789abcdefXY";
	for (const char *next = input; *next != '\0'; next++) {
		cr_assert_eq(in(LSR), 0x61);
		cr_assert_eq(in(DATA), *next);
	}
	cr_assert_eq(receives, 2);
	cr_assert_eq(in(LSR), 0x60);
}

Test(uart, receive_interrupt)
{
	out(MCR, OUT2);
	arrives("a");
	cr_assert_not(level, "not enabled");
	out(IER, RECEIVED);
	cr_assert(level);
	cr_assert_eq(in(FCR), 0x04);
	cr_assert_eq(receives, 0);
	cr_assert_eq(in(DATA), 'a');
	cr_assert_not(level);
	cr_assert_eq(in(FCR), 0x01);
	arrives("b");
	cr_assert(level);
}

Test(uart, enabling_the_receive_interrupt_asks_the_host_to_watch)
{
	out(MCR, OUT2);
	cr_assert_eq(watches, 0);
	out(IER, RECEIVED);
	cr_assert_gt(watches, 0);
}

Test(uart, below_the_trigger_level_it_is_a_timeout)
{
	out(FCR, 0x41);
	out(IER, RECEIVED);
	out(MCR, LOOP | OUT2);
	for (unsigned i = 0; i < 3; i++)
		out(DATA, 'x');
	cr_assert_eq(in(FCR), 0xcc);
	out(DATA, 'x');
	cr_assert_eq(in(FCR), 0xc4, "four bytes are the level");
	in(DATA);
	cr_assert_eq(in(FCR), 0xcc);
	out(FCR, 0x01);
	cr_assert_eq(in(FCR), 0xc4, "level 1");
}

Test(uart, thr_empty_interrupt)
{
	out(MCR, OUT2);
	out(IER, THR_EMPTY);
	cr_assert(level, "enabling raises it: the THR is empty");
	cr_assert_eq(in(FCR), 0x02);
	cr_assert_not(level, "reading IIR clears the interrupt");
	cr_assert_eq(in(FCR), 0x01);
	out(DATA, 'x');
	cr_assert_eq(edges, 2, "the next byte raises the interrupt again");
	out(DATA, 'y');
	cr_assert_eq(edges, 3, "each byte makes an edge");
	in(FCR);
	out(IER, 0);
	cr_assert_not(level);
	out(IER, THR_EMPTY);
	cr_assert(level, "enabling raises it each time");
}

Test(uart, out2_gates_the_line)
{
	out(IER, THR_EMPTY);
	cr_assert_not(level);
	cr_assert_eq(in(FCR), 0x02, "the interrupt is pending nevertheless");
	out(DATA, 'x');
	out(MCR, OUT2);
	cr_assert(level);
	out(MCR, 0);
	cr_assert_not(level);
}

Test(uart, priorities_of_interrupts)
{
	out(IER, RECEIVED | THR_EMPTY | LINE_STATUS | MODEM_STATUS);
	out(MCR, LOOP);
	out(DATA, 'a');
	out(DATA, 'b');
	cr_assert_eq(in(FCR), 0x06, "overrun");
	cr_assert_eq(in(LSR), 0x63);
	cr_assert_eq(in(LSR), 0x61);
	cr_assert_eq(in(FCR), 0x04);
	cr_assert_eq(in(DATA), 'b', "the second byte replaced the first");
	cr_assert_eq(in(FCR), 0x02);
	cr_assert_eq(in(FCR), 0x00, "modem status: the lines fell when the loop closed");
	cr_assert_eq(in(MSR), 0x0b);
	cr_assert_eq(in(FCR), 0x01);
}

Test(uart, loop_back_keeps_off_the_wire)
{
	input = "wire";
	out(MCR, LOOP);
	out(DATA, 0xae);
	cr_assert_str_empty(sent);
	cr_assert_eq(in(LSR), 0x61);
	cr_assert_eq(in(DATA), 0xae);
	cr_assert_eq(in(LSR), 0x60, "input from outside waits");
	cr_assert_eq(in(DATA), 0);
	cr_assert_eq(receives, 0);
	out(MCR, 0);
	cr_assert_eq(in(DATA), 'w');
}

Test(uart, full_fifo_overruns_and_keeps_what_it_has)
{
	out(FCR, 0x01);
	out(MCR, LOOP);
	for (uint8_t i = 0; i < 17; i++)
		out(DATA, i);
	cr_assert_eq(in(LSR), 0x63);
	for (uint8_t i = 0; i < 16; i++)
		cr_assert_eq(in(DATA), i);
	cr_assert_eq(in(LSR), 0x60);
}

Test(uart, loop_back_of_the_modem_lines)
{
	static const uint8_t lines[][2] = {{0x01, 0x20}, {0x02, 0x10}, {0x04, 0x40}, {0x08, 0x80}, {0x0f, 0xf0}};
	for (unsigned i = 0; i < COUNT(lines); i++) {
		out(MCR, LOOP | lines[i][0]);
		cr_assert_eq(in(MSR)&0xf0, lines[i][1]);
	}
}

Test(uart, hang_up)
{
	out(MCR, OUT2);
	out(IER, MODEM_STATUS | RECEIVED);
	in(MSR);
	arrives("x");
	cr_assert(level);
	uart_hang_up(&uart);
	cr_assert_eq(in(FCR), 0x04, "bytes that arrived before come first");
	cr_assert_eq(in(DATA), 'x');
	cr_assert(level);
	cr_assert_eq(in(FCR), 0x00);
	cr_assert_eq(in(MSR), 0x38, "the carrier is gone, and its delta bit is set");
	cr_assert_not(level);
	cr_assert_eq(in(MSR), 0x30, "once");
	uart_hang_up(&uart);
	cr_assert_eq(in(MSR), 0x30);
}

Test(uart, modem_deltas)
{
	out(MCR, LOOP);
	in(MSR);
	out(MCR, LOOP | 0x04);
	cr_assert_eq(in(MSR), 0x40, "RI's delta is its trailing edge");
	out(MCR, LOOP | 0x03);
	cr_assert_eq(in(MSR), 0x37);
	cr_assert_eq(in(MSR), 0x30, "reading clears the delta bits");
}

Test(uart, fifo_control)
{
	out(FCR, 0xc0);
	cr_assert_eq(in(FCR), 0x01, "other bits are ignored without bit 0");
	out(FCR, 0xc7);
	cr_assert_eq(in(FCR), 0xc1);
	out(MCR, LOOP);
	out(DATA, 'x');
	out(FCR, 0xc1);
	cr_assert_eq(in(LSR), 0x61);
	out(FCR, 0xc3);
	cr_assert_eq(in(LSR), 0x60, "receiver cleared");
	out(DATA, 'y');
	out(FCR, 0x00);
	cr_assert_eq(in(LSR), 0x60, "leaving FIFO mode empties the receiver");
	cr_assert_eq(in(FCR), 0x01);
}

Test(uart, clearing_the_fifo_leaves_what_has_not_arrived)
{
	input = "later";
	out(FCR, 0x07);
	cr_assert_eq(in(DATA), 'l');
}

Test(uart, input_that_ends_lowers_the_line)
{
	out(MCR, OUT2);
	out(IER, RECEIVED);
	arrives("a");
	input = "";
	cr_assert_eq(in(DATA), 0);
	cr_assert_not(level);
}
