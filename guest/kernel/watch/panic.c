/* SPDX-License-Identifier: MIT */
/* Panic: a message on the console, then power-off with the status that means a crash. */
#include "kernel/watch/panic.h"

#include <stdarg.h>
#include <stddef.h>

#include "kernel/devices/ringside_device.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/format.h"

void (*panic_print_process)(void);

void panic_end(void)
{
	if (panic_print_process != NULL)
		panic_print_process();
	power_off(RINGSIDE_POWEROFF_PANIC);
}

void panic(const char *format, ...)
{
	char text[200];
	va_list arguments;

	va_start(arguments, format);
	format_text(text, sizeof(text), format, arguments);
	va_end(arguments);
	print("kernel panic: %s\n", text);
	panic_end();
}
