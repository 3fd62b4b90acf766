/* SPDX-License-Identifier: MIT */
/*
 * A child takes memory until the kernel refuses it or kills the child; no other process may be harmed.
 *   membomb [brk|mmap]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"
#include "lib/witness.h"

enum { PAGE = 4096, STEP = 64 * PAGE };

/* Bytes of address space to map at once, far more than any memory; only pages that are touched use memory. */
#define RESERVED (1UL << 40)

static void touch(long address, size_t size)
{
	for (size_t i = 0; i < size; i += PAGE)
		((volatile uint8_t *)address)[i] = 1;
}

static void bomb_by_brk(void)
{
	for (long end = brk(NULL); brk((void *)(end + STEP)) == end + STEP; end += STEP)
		touch(end, STEP);
}

static void bomb_by_mmap(void)
{
	size_t size = RESERVED;
	long at;

	while ((at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) < 0 && size > STEP)
		size /= 2;
	if (at > 0)
		touch(at, size);
}

static bool explode(void (*act)(void), char text[static END_TEXT])
{
	int status = 0, pid = fork();

	if (pid == 0) {
		act();
		exit_group(0);
	}
	int waited = wait4(pid, &status, 0, NULL);

	end_text(text, status);
	return pid > 0 && waited == pid && (signal_of(status) || exit_status_of(status) == 0);
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "brk";
	char text[END_TEXT];

	if (strcmp(way, "brk") && strcmp(way, "mmap"))
		return STATUS_USAGE;
	int control = control_start();

	check(explode(strcmp(way, "brk") ? bomb_by_mmap : bomb_by_brk, text), "all memory by %s: %s", way, text);
	int pid = fork();

	if (pid == 0)
		exit_group(0);
	check(pid > 0 && wait4(pid, NULL, 0, NULL) == pid, "a new process can be made afterwards");
	control_check(control);
	return check_summary("membomb");
}
