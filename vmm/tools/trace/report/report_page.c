/* SPDX-License-Identifier: MIT */
/*
 * Holds the web page's files, which the assembler includes by paths from the root of the tree, and puts the page
 * together.
 */
#include "tools/trace/report/report_page.h"

#include <string.h>

#define PAGE_FILE(symbol, path)                                                                                        \
	__asm__(".section .rodata\n" #symbol "_bytes:\n.incbin \"" path "\"\n" #symbol "_end:\n.previous");            \
	extern const char symbol##_bytes[], symbol##_end[];                                                            \
	struct page_file symbol(void)                                                                                  \
	{                                                                                                              \
		return (struct page_file){symbol##_bytes, (size_t)(symbol##_end - symbol##_bytes)};                    \
	}

PAGE_FILE(page_report_html, "vmm/tools/trace/report/report.html")
PAGE_FILE(page_report_css, "vmm/tools/trace/report/report.css")
PAGE_FILE(page_report_pair_html, "vmm/tools/trace/report/report_pair.html")
PAGE_FILE(page_report_pair_js, "vmm/tools/trace/report/report_pair.js")
PAGE_FILE(page_report_side_js, "vmm/tools/trace/report/report_side.js")
PAGE_FILE(page_report_words_js, "vmm/tools/trace/report/report_words.js")
PAGE_FILE(page_report_data_js, "vmm/tools/trace/report/report_data.js")
PAGE_FILE(page_report_palette_js, "vmm/tools/trace/report/report_palette.js")
PAGE_FILE(page_report_picture_js, "vmm/tools/trace/report/report_picture.js")
PAGE_FILE(page_report_timeline_js, "vmm/tools/trace/report/report_timeline.js")
PAGE_FILE(page_report_panels_js, "vmm/tools/trace/report/report_panels.js")
PAGE_FILE(page_report_charts_js, "vmm/tools/trace/report/report_charts.js")
PAGE_FILE(page_report_keep_js, "vmm/tools/trace/report/report_keep.js")
PAGE_FILE(page_report_filter_js, "vmm/tools/trace/report/report_filter.js")
PAGE_FILE(page_report_steps_js, "vmm/tools/trace/report/report_steps.js")
PAGE_FILE(page_report_moments_js, "vmm/tools/trace/report/report_moments.js")

static void copy(struct page_file file, FILE *out)
{
	fwrite(file.bytes, 1, file.size, out);
}

static void write_part(const struct page_part *parts, const char *name, size_t length, void *context, FILE *out)
{
	while (parts->name != NULL && (strlen(parts->name) != length || memcmp(parts->name, name, length) != 0))
		parts++;
	if (parts->file != NULL)
		copy(parts->file(), out);
	else if (parts->write != NULL)
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
