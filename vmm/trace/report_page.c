/* SPDX-License-Identifier: MIT */
/* The web page's files, taken in by the assembler (its paths start at the root of the tree), and the page. */
#include "trace/report_page.h"

#include <string.h>

#define EMBED(symbol, path)                                                                                            \
	__asm__(".section .rodata\n" #symbol ":\n.incbin \"" path "\"\n" #symbol "_end:\n.previous");                  \
	extern const char symbol[], symbol##_end[]

EMBED(page_html_bytes, "vmm/trace/report.html");
EMBED(page_css_bytes, "vmm/trace/report.css");
EMBED(page_data_js_bytes, "vmm/trace/report_data.js");
EMBED(page_timeline_js_bytes, "vmm/trace/report_timeline.js");
EMBED(page_panels_js_bytes, "vmm/trace/report_panels.js");

struct page_file page_report_html(void)
{
	return (struct page_file){page_html_bytes, (size_t)(page_html_bytes_end - page_html_bytes)};
}

struct page_file page_report_css(void)
{
	return (struct page_file){page_css_bytes, (size_t)(page_css_bytes_end - page_css_bytes)};
}

struct page_file page_report_data_js(void)
{
	return (struct page_file){page_data_js_bytes, (size_t)(page_data_js_bytes_end - page_data_js_bytes)};
}

struct page_file page_report_timeline_js(void)
{
	return (struct page_file){page_timeline_js_bytes,
				  (size_t)(page_timeline_js_bytes_end - page_timeline_js_bytes)};
}

struct page_file page_report_panels_js(void)
{
	return (struct page_file){page_panels_js_bytes, (size_t)(page_panels_js_bytes_end - page_panels_js_bytes)};
}

void page_copy(struct page_file file, FILE *out)
{
	fwrite(file.bytes, 1, file.size, out);
}

static void write_part(const struct page_part *parts, const char *name, size_t length, void *context, FILE *out)
{
	for (; parts->name != NULL; parts++)
		if (strlen(parts->name) == length && memcmp(parts->name, name, length) == 0)
			parts->write(context, out);
}

void page_write(struct page_file html, const struct page_part *parts, void *context, FILE *out)
{
	static const char open[] = "{{", close[] = "}}";
	const char *at = html.bytes, *end = at + html.size, *mark;

	while ((mark = memmem(at, (size_t)(end - at), open, strlen(open))) != NULL) {
		const char *name = mark + strlen(open);
		const char *stop = memmem(name, (size_t)(end - name), close, strlen(close));
		if (stop == NULL)
			break;
		fwrite(at, 1, (size_t)(mark - at), out);
		write_part(parts, name, (size_t)(stop - name), context, out);
		at = stop + strlen(close);
	}
	fwrite(at, 1, (size_t)(end - at), out);
}
