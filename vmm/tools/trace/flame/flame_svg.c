/* SPDX-License-Identifier: MIT */
/* Draws a flame graph as SVG by itself: no script, titles as tooltips. See flame.h. */
#include <inttypes.h>
#include <string.h>

#include "base/units.h"
#include "tools/output/hash.h"
#include "tools/trace/flame/flame_stacks.h"

/* Pixels. A letter of the font is 7 wide at most. */
enum { WIDTH = 1200, MARGIN = 10, ROW = 18, LETTER = 7, HEAD = 64, HEIGHT = HEAD + (FLAME_DEPTHS + 1) * ROW + MARGIN };
#define NARROWEST 0.1 /* what is narrower is not drawn, which bounds the picture */

struct drawing {
	FILE *out;
	const struct flame_stack *stacks;
	enum flame_weight weight;
	double all;
};

static double sum_of(const struct drawing *drawing, size_t first, size_t end)
{
	double sum = 0;

	for (size_t i = first; i < end; i++)
		sum += (double)drawing->stacks[i].weights[drawing->weight];
	return sum;
}

static void put_amount(const struct drawing *drawing, double amount)
{
	if (drawing->weight == FLAME_TIME)
		fprintf(drawing->out, "%.6f ms", amount / NS_PER_MS);
	else
		fprintf(drawing->out, "%.0f exits", amount);
	fprintf(drawing->out, ", %.2f %%", drawing->all > 0 ? 100 * amount / drawing->all : 0);
}

/* `row`: 0 is the lowest. Ring 3 is green, ring 0 red, the rest grey; functions differ a little. */
static void draw_frame(const struct drawing *drawing, const char *label, unsigned row, unsigned hue, double from,
		       double amount)
{
	const double scale = drawing->all > 0 ? (WIDTH - 2 * MARGIN) / drawing->all : 0;
	const double width = amount * scale, x = MARGIN + from * scale;
	const int y = HEIGHT - MARGIN - (int)(row + 1) * ROW, room = (int)(width - 4) / LETTER;

	if (width < NARROWEST)
		return;
	fprintf(drawing->out, "<g><title>%s (", label);
	put_amount(drawing, amount);
	fprintf(drawing->out,
		")</title><rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"hsl(%u,%u%%,%u%%)\"/>", x, y,
		width, ROW - 1, hue, row == 0 ? 0 : 60, 65 + (unsigned)(hash_bytes(label, strlen(label)) % 15));
	if (room >= 3)
		fprintf(drawing->out, "<text x=\"%.2f\" y=\"%d\">%.*s%s</text>", x + 2, y + ROW - 5,
			(size_t)room < strlen(label) ? room - 2 : room, label,
			(size_t)room < strlen(label) ? ".." : "");
	fputs("</g>\n", drawing->out);
}

static unsigned hue_of(const struct flame_stack *stack, unsigned depth)
{
	if (depth == FLAME_DEPTH_PROCESS)
		return 210;
	return stack->place.cpl == CPL_USER ? 110 : stack->place.cpl == CPL_KERNEL ? 15 : 50;
}

/* Draws the frames of a depth, and those above them. */
static void draw(const struct drawing *drawing, size_t first, size_t limit, unsigned depth, double from)
{
	for (size_t end; first < limit; first = end) {
		const struct flame_stack *stack = &drawing->stacks[first];
		char label[FLAME_LABEL_SIZE];

		for (end = first; end < limit && flame_compare(stack, &drawing->stacks[end], depth) == 0;)
			end++;
		const double amount = sum_of(drawing, first, end);

		flame_label(stack, depth, label);
		draw_frame(drawing, label, depth + 1, hue_of(stack, depth), from, amount);
		if (depth + 1 < FLAME_DEPTHS)
			draw(drawing, first, end, depth + 1, from);
		from += amount;
	}
}

void flame_print_svg(const struct flame *flame, enum flame_weight weight, FILE *out)
{
	static const char *const widths[] = {
#define ROW_OF(weight, name, words) words,
		FLAME_WEIGHTS(ROW_OF)
#undef ROW_OF
	};
	struct drawing drawing = {.out = out, .weight = weight};
	size_t count;

	drawing.stacks = flame_stacks(flame, &count);
	drawing.all = sum_of(&drawing, 0, count);
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
		"font-family=\"monospace\" font-size=\"11\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n"
		"<text x=\"%d\" y=\"20\" font-size=\"15\">Where the guest was at its VM exits: process, ring, "
		"function</text>\n"
		"<text x=\"%d\" y=\"38\">Width: %s.</text>\n"
		"<text x=\"%d\" y=\"54\">Samples are where exits are, not at regular intervals: code that does I/O has "
		"more of them. There are no call stacks.</text>\n",
		WIDTH, HEIGHT, WIDTH, HEIGHT, MARGIN, MARGIN, widths[weight], MARGIN);
	draw_frame(&drawing, "all", 0, 0, 0, drawing.all);
	draw(&drawing, 0, count, FLAME_DEPTH_PROCESS, 0);
	fputs("</svg>\n", out);
}
