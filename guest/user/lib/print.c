/* SPDX-License-Identifier: MIT */
/* Formatted output: the formatter feeds a sink, which is a file descriptor or a buffer. */
#include "lib/print.h"

#include "lib/system_calls.h"
#include "lib/user_string.h"

#include <stdbool.h>

enum { NO_FD = -1, DIGITS_MAX = 20 };

struct sink {
	char *buffer;
	size_t size, length;
	int fd;	   /* receives the buffer when it is full; NO_FD: the rest is dropped */
	int total; /* bytes of output so far */
};

struct field {
	bool left, zero;
	bool wide; /* the argument has 64 bits */
	int width;
};

static void flush(struct sink *sink)
{
	if (sink->fd != NO_FD && sink->length)
		write(sink->fd, sink->buffer, sink->length);
	sink->length = 0;
}

static void put(struct sink *sink, char c)
{
	if (sink->length == sink->size) {
		if (sink->fd == NO_FD)
			return;
		flush(sink);
	}
	sink->buffer[sink->length++] = c;
	sink->total++;
}

static void put_repeated(struct sink *sink, char c, int count)
{
	while (count-- > 0)
		put(sink, c);
}

static void put_field(struct sink *sink, const struct field *field, const char *prefix, const char *text, int length)
{
	int padding = field->width - length - (int)strlen(prefix);

	if (!field->left && !field->zero)
		put_repeated(sink, ' ', padding);
	while (*prefix)
		put(sink, *prefix++);
	if (!field->left && field->zero)
		put_repeated(sink, '0', padding);
	for (int i = 0; i < length; i++)
		put(sink, text[i]);
	if (field->left)
		put_repeated(sink, ' ', padding);
}

static void put_number(struct sink *sink, const struct field *field, const char *prefix, uint64_t value, unsigned base)
{
	char digits[DIGITS_MAX];
	int start = DIGITS_MAX;

	do {
		digits[--start] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	put_field(sink, field, prefix, digits + start, DIGITS_MAX - start);
}

static const char *parse_field(const char *format, struct field *field, va_list *arguments)
{
	*field = (struct field){0};
	for (;; format++) {
		if (*format == '-')
			field->left = true;
		else if (*format == '0')
			field->zero = true;
		else
			break;
	}
	if (*format == '*') {
		field->width = va_arg(*arguments, int);
		format++;
	}
	while (*format >= '0' && *format <= '9')
		field->width = field->width * 10 + (*format++ - '0');
	while (*format == 'l' || *format == 'z') {
		field->wide = true;
		format++;
	}
	return format;
}

static void put_signed(struct sink *sink, const struct field *field, va_list *arguments)
{
	long value = field->wide ? va_arg(*arguments, long) : va_arg(*arguments, int);
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	put_number(sink, field, value < 0 ? "-" : "", magnitude, 10);
}

static void put_conversion(struct sink *sink, char conversion, const struct field *field, va_list *arguments)
{
	const char *text;
	char c;

	switch (conversion) {
	case 'd':
	case 'i':
		put_signed(sink, field, arguments);
		break;
	case 'u':
	case 'x':
		put_number(sink, field, "",
			   field->wide ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned),
			   conversion == 'x' ? 16 : 10);
		break;
	case 'p':
		put_number(sink, field, "0x", (uintptr_t)va_arg(*arguments, void *), 16);
		break;
	case 's':
		text = va_arg(*arguments, const char *);
		text = text ? text : "(null)";
		put_field(sink, field, "", text, (int)strlen(text));
		break;
	case 'c':
		c = (char)va_arg(*arguments, int);
		put_field(sink, field, "", &c, 1);
		break;
	default:
		put(sink, conversion);
	}
}

static void format_to(struct sink *sink, const char *format, va_list *arguments)
{
	struct field field;

	for (; *format; format++) {
		if (*format != '%') {
			put(sink, *format);
			continue;
		}
		format = parse_field(format + 1, &field, arguments);
		if (!*format)
			break;
		put_conversion(sink, *format, &field, arguments);
	}
}

static int print(int fd, const char *format, va_list *arguments)
{
	char buffer[PRINT_BUFFER];
	struct sink sink = {.buffer = buffer, .size = sizeof(buffer), .fd = fd};

	format_to(&sink, format, arguments);
	flush(&sink);
	return sink.total;
}

int printf(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int total = print(STDOUT, format, &arguments);
	va_end(arguments);
	return total;
}

int dprintf(int fd, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int total = print(fd, format, &arguments);
	va_end(arguments);
	return total;
}

int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments)
{
	va_list copy; /* va_list is an array type: a parameter of it has no address to pass on, a copy has */

	if (!size)
		return 0;
	struct sink sink = {.buffer = buffer, .size = size - 1, .fd = NO_FD};
	va_copy(copy, arguments);
	format_to(&sink, format, &copy);
	va_end(copy);
	buffer[sink.length] = 0;
	return sink.total;
}

int snprintf(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int total = vsnprintf(buffer, size, format, arguments);
	va_end(arguments);
	return total;
}
