/* SPDX-License-Identifier: MIT */
/* Expands the tables of include/ringside into arrays of names, bounds-checked. */
#include "text/names.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "ringside/absent_syscalls.h"
#include "ringside/device.h"
#include "ringside/events.h"
#include "ringside/exits.h"
#include "ringside/syscalls.h"
#include "ringside/traps.h"

const char *exit_name(unsigned reason)
{
	static const char *const names[RINGSIDE_EXIT_LIMIT] = {
#define ROW(number, name) [number] = #name,
		RINGSIDE_EXITS(ROW)
#undef ROW
	};
	return reason < COUNT(names) ? names[reason] : NULL;
}

static const struct event {
	const char *name, *step;
	const char *arguments[2];
} events[RINGSIDE_EVENT_COUNT] = {
#define ROW(kind, name, column, step, a, b) [RINGSIDE_EVENT_##kind] = {name, step, {a, b}},
	RINGSIDE_EVENTS(ROW)
#undef ROW
};

const char *event_name(unsigned event)
{
	return event < COUNT(events) ? events[event].name : NULL;
}

const char *event_step(unsigned event)
{
	return event < COUNT(events) ? events[event].step : NULL;
}

const char *event_argument(unsigned event, unsigned i)
{
	return event < COUNT(events) && i < COUNT(events->arguments) ? events[event].arguments[i] : NULL;
}

const char *syscall_name(uint64_t number)
{
	static const char *const names[] = {
#define ROW(number, name, arguments) [number] = #name,
		RINGSIDE_SYSCALLS(ROW)
#undef ROW
#define ROW(number, name) [number] = #name,
			RINGSIDE_ABSENT_SYSCALLS(ROW)
#undef ROW
	};
	return number < COUNT(names) ? names[number] : NULL;
}

struct trap {
	const char *mnemonic;
	const char *name;
};

static const struct trap *find_trap(uint64_t vector)
{
	static const struct trap traps[] = {
#define ROW(vector, mnemonic, name, ...) [vector] = {#mnemonic, name},
		RINGSIDE_TRAPS(ROW)
#undef ROW
	};
	return vector < COUNT(traps) ? &traps[vector] : NULL;
}

const char *trap_name(uint64_t vector)
{
	const struct trap *trap = find_trap(vector);

	return trap != NULL ? trap->name : NULL;
}

const char *trap_mnemonic(uint64_t vector)
{
	const struct trap *trap = find_trap(vector);

	return trap != NULL ? trap->mnemonic : NULL;
}

const char *signal_name(uint64_t number)
{
	return number > 0 && number < NSIG ? sigabbrev_np((int)number) : NULL;
}

const char *suberror_name(uint64_t suberror)
{
	/* KVM_INTERNAL_ERROR_* of <linux/kvm.h>, named by number as exits are. */
	static const char *const names[] = {
		[1] = "emulation failure",
		[2] = "exceptions while delivering one",
		[3] = "exit while delivering an event",
		[4] = "unexpected exit reason",
	};
	return suberror < COUNT(names) ? names[suberror] : NULL;
}

/* Sorted by number. Registers as their data sheets call them. */
static const struct port ports[] = {
	{0x20, false, "PIC1 status", "PIC1 command"},
	{0x21, false, "PIC1 mask", "PIC1 data"},
	{0x40, false, "PIT channel 0", "PIT channel 0"},
	{0x41, false, "PIT channel 1", "PIT channel 1"},
	{0x42, false, "PIT channel 2", "PIT channel 2"},
	{0x43, false, "PIT control", "PIT control"},
	{0x60, false, "keyboard data", "keyboard data"},
	{0x61, false, "port B", "port B"},
	{0x64, false, "keyboard status", "keyboard command"},
	{0x70, false, "RTC index", "RTC index"},
	{0x71, false, "RTC data", "RTC data"},
	{0x80, false, "POST code", "POST code"},
	{0x92, false, "fast reset", "fast reset"},
	{0xa0, false, "PIC2 status", "PIC2 command"},
	{0xa1, false, "PIC2 mask", "PIC2 data"},
	{0xe9, true, "debug console", "debug console"},
	{0xf4, false, "debug exit", "debug exit"},
	{0x3f8, true, "COM1 RBR", "COM1 THR"},
	{0x3f9, false, "COM1 IER", "COM1 IER"},
	{0x3fa, false, "COM1 IIR", "COM1 FCR"},
	{0x3fb, false, "COM1 LCR", "COM1 LCR"},
	{0x3fc, false, "COM1 MCR", "COM1 MCR"},
	{0x3fd, false, "COM1 LSR", "COM1 LSR"},
	{0x3fe, false, "COM1 MSR", "COM1 MSR"},
	{0x3ff, false, "COM1 SCR", "COM1 SCR"},
	{0x4d0, false, "PIC1 edge/level", "PIC1 edge/level"},
	{0x4d1, false, "PIC2 edge/level", "PIC2 edge/level"},
	{RINGSIDE_PORT + RINGSIDE_REG_ID, false, "ringside ID", "ringside ID"},
	{RINGSIDE_PORT + RINGSIDE_REG_FEATURES, false, "ringside FEATURES", "ringside FEATURES"},
	{RINGSIDE_PORT + RINGSIDE_REG_RING, false, "ringside RING", "ringside RING"},
	{RINGSIDE_PORT + RINGSIDE_REG_DOORBELL, false, "ringside DOORBELL", "ringside DOORBELL"},
	{RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, false, "ringside POWEROFF", "ringside POWEROFF"},
	{0xcf8, false, "PCI address", "PCI address"},
	{0xcf9, false, "reset control", "reset control"},
	{0xcfc, false, "PCI data", "PCI data"},
};

const struct port *port_find(uint16_t number)
{
	size_t low = 0, high = COUNT(ports);

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (ports[middle].number == number)
			return &ports[middle];
		if (ports[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
