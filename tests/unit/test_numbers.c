/* SPDX-License-Identifier: MIT */
/* Unit tests of vmm/base/numbers.c and of the choices of vmm/base/command_line.c: what is read from command lines. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>

#include "base/array.h"
#include "base/command_line.h"
#include "base/numbers.h"

Test(numbers, sizes)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{"0", 0},
		{"4096", 4096},
		{"64K", 64 << 10},
		{"64k", 64 << 10},
		{"3M", 3 << 20},
		{"5G", UINT64_C(5) << 30},
		{"007", 7},
		{"18446744073709551615", UINT64_MAX},
		{"16777215G", UINT64_C(16777215) << 30},
	};
	static const char *const malformed[] = {"",	"K",   "-",  "--1", "-1x",  "+1",
						"1.5M", "1KK", "1T", "1 K", "0x10", " 1"};
	static const char *const impossible[] = {
		"-1", "-5M", "-99999999999999999999", "18446744073709551616", "17179869184G", "99999999999999999999K"};
	uint64_t bytes;

	for (unsigned i = 0; i < COUNT(good); i++) {
		cr_assert_eq(parse_size(good[i].text, &bytes), 0, "%s", good[i].text);
		cr_expect_eq(bytes, good[i].bytes, "%s", good[i].text);
	}
	for (unsigned i = 0; i < COUNT(malformed); i++) {
		cr_expect_eq(parse_size(malformed[i], &bytes), -1, "%s", malformed[i]);
		cr_expect_eq(errno, EINVAL, "%s", malformed[i]);
	}
	for (unsigned i = 0; i < COUNT(impossible); i++) {
		cr_expect_eq(parse_size(impossible[i], &bytes), -1, "%s", impossible[i]);
		cr_expect_eq(errno, ERANGE, "%s", impossible[i]);
	}
}

Test(numbers, counts)
{
	static const char *const malformed[] = {"", "-", "--1", "+1", "1K", "1.0", "0x10", " 1", "1 "};
	uint64_t count = 5;

	for (unsigned i = 0; i < COUNT(malformed); i++) {
		cr_expect_eq(parse_count(malformed[i], &count), -1, "%s", malformed[i]);
		cr_expect_eq(errno, EINVAL, "%s", malformed[i]);
	}
	cr_expect_eq(parse_count("-1", &count), -1);
	cr_expect_eq(errno, ERANGE);
	cr_expect_eq(parse_count("18446744073709551616", &count), -1);
	cr_expect_eq(errno, ERANGE);
	cr_expect_eq(count, 5, "what is refused changes nothing");
	cr_expect_eq(parse_count("18446744073709551615", &count), 0);
	cr_expect_eq(count, UINT64_MAX);
}

Test(numbers, numbers_in_a_range)
{
	static const char *const malformed[] = {"", "x", "1s", " 1", "1 "};
	static const char *const outside[] = {"0.9", "10.1", "-5", "nan", "inf", "1e300"};
	double number = 5;

	for (unsigned i = 0; i < COUNT(malformed); i++) {
		cr_expect_eq(parse_number(malformed[i], 1, 10, &number), -1, "%s", malformed[i]);
		cr_expect_eq(errno, EINVAL, "%s", malformed[i]);
	}
	for (unsigned i = 0; i < COUNT(outside); i++) {
		cr_expect_eq(parse_number(outside[i], 1, 10, &number), -1, "%s", outside[i]);
		cr_expect_eq(errno, ERANGE, "%s", outside[i]);
	}
	cr_expect_eq(number, 5, "what is refused changes nothing");
	cr_expect_eq(parse_number("1e1", 1, 10, &number), 0);
	cr_expect_eq(number, 10);
}

Test(numbers, choices)
{
	struct error error;

	cr_expect_eq(command_line_choose("--x", "one|two|three", "one", &error), 0);
	cr_expect_eq(command_line_choose("--x", "one|two|three", "three", &error), 2);
	cr_expect_eq(command_line_choose("--x", "one|two|three", "tw", &error), -1);
	cr_expect_str_eq(error.text, "--x 'tw': must be one, two or three (did you mean two?)");
	cr_expect_eq(command_line_choose("--x", "one", "one|", &error), -1);
	cr_expect_str_eq(error.text, "--x 'one|': must be one (did you mean one?)");
}
