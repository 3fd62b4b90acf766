/* SPDX-License-Identifier: MIT */
/*
 * Tests that input which never ends leaves time to processes: waits for a line on a terminal where somebody holds the
 * erase key down, whose bytes are edited away and so never fill the terminal's room. Ends with 0 after some ticks, if
 * the kernel lets it come so far.
 */
#include "lib/children.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { TURNS = 50 };

int main(void)
{
	struct pollfd console = {STDIN, POLLIN, 0};
	const struct timespec at_once = {0, 0};

	for (int turn = 0; turn < TURNS; turn++) {
		ppoll(&console, 1, &at_once, NULL, 8);
		sleep_milliseconds(1);
	}
	printf("flooded: %s\n", console.revents == 0 ? "no line, and the processor was free" : "a line");
	return console.revents != 0;
}
