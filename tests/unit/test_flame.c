/* SPDX-License-Identifier: MIT */
/* Unit tests of flame graphs: which stacks there are, what they count for, and that no name can be more than a name. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "symbols/symbols_table.h"
#include "tools/trace/flame/flame.h"

static struct symbols *symbols_of(const char *program, const char *function)
{
	struct symbols *symbols = symbols_new();
	const int kernel = symbols_begin(symbols, "guest.bin", 0);

	symbols_put(symbols, kernel, 0xffffffff80001000, 0x100, "idle", 99);
	symbols_end(symbols, kernel);
	const int image = symbols_begin(symbols, program, 0x500);
	symbols_put(symbols, image, 0x401000, 0x100, function, 99);
	symbols_end(symbols, image);
	return symbols;
}

static void add_exit(struct flame *flame, uint64_t entry, uint64_t tsc, uint32_t frame, uint8_t cpl, uint64_t rip)
{
	union record record = exit_at(entry, tsc, cpl);

	record.exit.frame = frame;
	record.exit.rip = rip;
	flame_record(flame, &record);
}

/* The kernel without a process for 100 ns; process 7 for 20, 30 and 40 ns in its function, 5 ns elsewhere, 1 in ring 0.
 */
static char *printed(const struct symbols *symbols, enum flame_weight weight,
		     void (*print)(const struct flame *flame, enum flame_weight weight, FILE *out))
{
	struct flame *flame = flame_new(&test_clock, symbols);
	const union record load = event_at(100, RINGSIDE_EVENT_PROC_LOAD, 7, 0x9000, 0x500);
	char *text = NULL;
	size_t size;

	add_exit(flame, 100, 200, 1, CPL_KERNEL, 0xffffffff80001010);
	flame_record(flame, &load);
	add_exit(flame, 1000, 1020, 9, CPL_USER, 0x401000);
	add_exit(flame, 1100, 1130, 9, CPL_USER, 0x4010ff);
	add_exit(flame, 1200, 1240, 9, CPL_USER, 0x401050);
	add_exit(flame, 1300, 1305, 9, CPL_USER, 0x900000);
	add_exit(flame, 1400, 1401, 9, CPL_KERNEL, 0xffffffff80001000);
	add_exit(flame, 1500, 1400, 9, CPL_KERNEL, 0xffffffff80001000); /* before it began: no time */
	flame_end(flame);
	FILE *out = open_memstream(&text, &size);
	print(flame, weight, out);
	fclose(out);
	flame_free(flame);
	return text;
}

Test(flame, stacks_and_weights)
{
	struct symbols *symbols = symbols_of("sieve", "main");
	char *time = printed(symbols, FLAME_TIME, flame_print_folded);
	char *exits = printed(symbols, FLAME_EXITS, flame_print_folded);

	cr_expect_str_eq(time, "7 sieve;ring 0;idle 1\n7 sieve;ring 3;(no symbol) 5\n7 sieve;ring 3;main 90\n"
			       "(no process);ring 0;idle 100\n");
	cr_expect_str_eq(exits, "7 sieve;ring 0;idle 2\n7 sieve;ring 3;(no symbol) 1\n7 sieve;ring 3;main 3\n"
				"(no process);ring 0;idle 1\n");
	free(time);
	free(exits);
	symbols_free(symbols);
}

Test(flame, a_picture_tells_its_numbers_and_its_bias)
{
	struct symbols *symbols = symbols_of("sieve", "main");
	char *svg = printed(symbols, FLAME_TIME, flame_print_svg);

	cr_expect_not_null(strstr(svg, "<title>main (0.000090 ms, 45.92 %)</title>"), "%s", svg);
	cr_expect_not_null(strstr(svg, "<title>7 sieve (0.000096 ms, 48.98 %)</title>"), "%s", svg);
	cr_expect_not_null(strstr(svg, "<title>all (0.000196 ms, 100.00 %)</title>"), "%s", svg);
	cr_expect_not_null(strstr(svg, "not at regular intervals"), "%s", svg);
	cr_expect_null(strstr(svg, "<script"), "%s", svg);
	free(svg);
	symbols_free(symbols);
}

Test(flame, names_are_only_names)
{
	struct symbols *symbols = symbols_of("a;b\n</title>", "<script>\"&'\x1b[31m\xff");
	char *folded = printed(symbols, FLAME_TIME, flame_print_folded),
	     *svg = printed(symbols, FLAME_TIME, flame_print_svg);

	cr_expect_not_null(strstr(folded, "7 a?b?"
					  "?/title?;ring 3;?script?"
					  "?"
					  "?"
					  "?"
					  "?[31m? 90\n"),
			   "%s", folded);
	cr_expect_null(strstr(svg, "<script"), "%s", svg);
	cr_expect_null(strchr(svg, '\x1b'), "%s", svg);
	free(folded);
	free(svg);
	symbols_free(symbols);
}

/* More stacks than there is room for, of any numbers: none is lost. */
Test(flame, nonsense_is_counted_once)
{
	enum { EXITS = 100000 };
	struct flame *flame = flame_new(&test_clock, NULL);
	uint64_t state = 5, sum = 0;
	char *text = NULL;
	size_t size;

	for (uint32_t i = 0; i < EXITS; i++) {
		const union record load = event_at(i, RINGSIDE_EVENT_PROC_MEMORY, i, (uint64_t)i << 12, 0);

		state = state * UINT64_C(6364136223846793005) + 1;
		flame_record(flame, &load);
		add_exit(flame, state, ~state, i, (uint8_t)(state >> 33), state);
	}
	flame_end(flame);
	FILE *out = open_memstream(&text, &size);
	flame_print_folded(flame, FLAME_EXITS, out);
	fclose(out);
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		sum += strtoull(strrchr(line, ' '), NULL, 10);
	cr_expect_eq(sum, EXITS, "%lu", (unsigned long)sum);
	free(text);
	flame_free(flame);
}
