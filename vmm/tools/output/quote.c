/* SPDX-License-Identifier: MIT */
/* Text in quotes, to a stream: see quote.h. */
#include "tools/output/quote.h"

void quote_put(const char *text, char escape, FILE *out)
{
	fputc('"', out);
	if (quote_is_formula(*text, escape))
		fputc('\'', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == escape)
			fputc(escape, out);
		fputc(*text, out);
	}
	fputc('"', out);
}
