/* SPDX-License-Identifier: MIT */
/*
 * The files a web page is made of, as they are in the tree, and how they become one page: each {{NAME}}
 * in the HTML is replaced by what the caller's row of that name writes.
 */
#ifndef VMM_TOOLS_TRACE_REPORT_REPORT_PAGE_H
#define VMM_TOOLS_TRACE_REPORT_REPORT_PAGE_H

#include <stddef.h>
#include <stdio.h>

struct page_file {
	const char *bytes;
	size_t size;
};

struct page_file page_report_html(void);
struct page_file page_report_css(void);	      /* the style sheet of all pages */
struct page_file page_report_pair_html(void); /* of two traces */
struct page_file page_report_pair_js(void);
struct page_file page_report_side_js(void);
struct page_file page_report_words_js(void);
struct page_file page_report_data_js(void);
struct page_file page_report_palette_js(void);
struct page_file page_report_picture_js(void);
struct page_file page_report_timeline_js(void);
struct page_file page_report_panels_js(void);
struct page_file page_report_charts_js(void);
struct page_file page_report_keep_js(void);
struct page_file page_report_filter_js(void);
struct page_file page_report_steps_js(void);
struct page_file page_report_moments_js(void);

struct page_part {
	const char *name;
	struct page_file (*file)(void);		 /* the file that stands there, */
	void (*write)(void *context, FILE *out); /* or what this writes, where `file` is NULL */
};

/* Writes the page. `parts` ends with a row without a name. A {{NAME}} that no row has is left out. */
void page_write(struct page_file html, const struct page_part *parts, void *context, FILE *out);

#endif
