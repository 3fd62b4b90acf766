/* SPDX-License-Identifier: MIT */
/* printf-like formatting: parsing the format, and one function for each kind of output. */
#include "kernel/lib/format.h"

#include <stdbool.h>
#include <stdint.h>

struct output {
	char *next, *end; /* the last place where the NUL can go */
};

enum { WIDTH_MAX = 4096 }; /* more than any message */

struct field {
	bool left, zero, is_long;
	int width;
	int precision; /* -1 = none */
};

static void put(struct output *output, char character)
{
	if (output->next < output->end)
		*output->next++ = character;
}

static void pad(struct output *output, char character, int count)
{
	while (count-- > 0)
		put(output, character);
}

static void put_all(struct output *output, const char *text, int length)
{
	for (int i = 0; i < length; i++)
		put(output, text[i]);
}

static void put_text(struct output *output, const struct field *field, const char *text, int length)
{
	int padding = field->width - length;

	if (!field->left)
		pad(output, ' ', padding);
	put_all(output, text, length);
	if (field->left)
		pad(output, ' ', padding);
}

static int text_length(const char *text, int most)
{
	int length = 0;

	while ((most < 0 || length < most) && text[length] != '\0')
		length++;
	return length;
}

/* The prefix (a sign or 0x) is part of the width. Padding zeros go behind the prefix, padding blanks in front of it. */
static void put_number(struct output *output, const struct field *field, uint64_t value, unsigned base,
		       const char *prefix)
{
	char digits[22]; /* a sign and the 20 digits of 2^64 - 1, or 0x and 16 digits */
	char *end = digits + sizeof(digits), *first = end;
	int prefix_length = text_length(prefix, -1);

	do {
		*--first = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	if (field->zero && !field->left) {
		put_all(output, prefix, prefix_length);
		pad(output, '0', field->width - prefix_length - (int)(end - first));
		put_all(output, first, (int)(end - first));
		return;
	}
	while (prefix_length > 0)
		*--first = prefix[--prefix_length];
	put_text(output, field, first, (int)(end - first));
}

static const char *parse_width(const char *format, int *number, va_list *arguments)
{
	if (*format == '*') {
		*number = va_arg(*arguments, int);
		return format + 1;
	}
	*number = 0;
	for (; *format >= '0' && *format <= '9'; format++)
		if (*number < WIDTH_MAX)
			*number = *number * 10 + (*format - '0');
	return format;
}

static const char *parse_field(const char *format, struct field *field, va_list *arguments)
{
	*field = (struct field){.precision = -1};
	for (;; format++) {
		if (*format == '-')
			field->left = true;
		else if (*format == '0')
			field->zero = true;
		else
			break;
	}
	format = parse_width(format, &field->width, arguments);
	if (field->width < 0) {
		field->left = true; /* as in C, this means the flag - and a width */
		field->width = field->width < -WIDTH_MAX ? WIDTH_MAX : -field->width;
	}
	if (field->width > WIDTH_MAX)
		field->width = WIDTH_MAX;
	if (*format == '.')
		format = parse_width(format + 1, &field->precision, arguments);
	if (*format == 'l') {
		field->is_long = true;
		format++;
	}
	return format;
}

static void put_conversion(struct output *output, char conversion, struct field *field, va_list *arguments)
{
	switch (conversion) {
	case 's': {
		const char *text = va_arg(*arguments, const char *);
		if (text == NULL)
			text = "(null)";
		put_text(output, field, text, text_length(text, field->precision));
		break;
	}
	case 'c': {
		char character = (char)va_arg(*arguments, int);
		put_text(output, field, &character, 1);
		break;
	}
	case 'd': {
		int64_t value = field->is_long ? va_arg(*arguments, long) : va_arg(*arguments, int);
		put_number(output, field, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, value < 0 ? "-" : "");
		break;
	}
	case 'u':
	case 'x': {
		uint64_t value = field->is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned);
		put_number(output, field, value, conversion == 'u' ? 10 : 16, "");
		break;
	}
	case 'p':
		put_number(output, field, (uint64_t)(uintptr_t)va_arg(*arguments, void *), 16, "0x");
		break;
	default:
		put(output, conversion);
	}
}

size_t format_text(char *buffer, size_t size, const char *format, va_list arguments)
{
	if (size == 0)
		return 0;
	struct output output = {buffer, buffer + size - 1};
	va_list rest;

	va_copy(rest, arguments);
	while (*format != '\0') {
		if (*format != '%') {
			put(&output, *format++);
			continue;
		}
		struct field field;
		format = parse_field(format + 1, &field, &rest);
		if (*format == '\0')
			break;
		put_conversion(&output, *format++, &field, &rest);
	}
	va_end(rest);
	*output.next = '\0';
	return (size_t)(output.next - buffer);
}

size_t format_string(char *buffer, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	size_t length = format_text(buffer, size, format, arguments);
	va_end(arguments);
	return length;
}
