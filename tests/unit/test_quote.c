/* SPDX-License-Identifier: MIT */
/* Unit tests of quoting: fields of CSV that a spreadsheet must not take for formulas, and strings of C. */
#include <criterion/criterion.h>
#include <string.h>

#include "tools/output/quote.h"

enum { SIZE = 64 };

/* Quotes by both functions, which must agree. */
static void expect(const char *text, char escape, const char *expected)
{
	char memory[SIZE] = "", stream[SIZE] = "";
	FILE *out = fmemopen(stream, sizeof(stream), "w");

	*quote(memory, text, strlen(text), escape) = '\0';
	quote_put(text, escape, out);
	fclose(out);
	cr_expect_str_eq(memory, expected);
	cr_expect_str_eq(stream, expected);
	cr_expect(strlen(memory) <= 2 * strlen(text) + 2, "longer than promised");
}

Test(quote, csv)
{
	expect("", '"', "\"\"");
	expect("a \"b\",c", '"', "\"a \"\"b\"\",c\"");
}

Test(quote, formulas_become_text)
{
	expect("=1+1", '"', "\"'=1+1\"");
	expect("+1", '"', "\"'+1\"");
	expect("-1", '"', "\"'-1\"");
	expect("@SUM(A1)", '"', "\"'@SUM(A1)\"");
	expect("=", '"', "\"'=\"");
	expect("a=1", '"', "\"a=1\"");
	expect("\"=1", '"', "\"\"\"=1\"");
}

Test(quote, strings_of_c_stay)
{
	expect("=a\\\"", '\\', "\"=a\\\\\\\"\"");
}
