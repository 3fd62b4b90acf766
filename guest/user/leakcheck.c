/* SPDX-License-Identifier: MIT */
/*
 * Tests that the kernel gets all memory back: after each scenario sysinfo must count as many free pages and as many
 * processes as before. Every scenario first runs once without being measured, because the kernel keeps some of what it
 * allocates on first use.
 *   leakcheck [ROUNDS]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/inventory.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { PAGE = 4096, BLOCK = 64 * PAGE, CHILDREN = 8, PATIENCE_MS = 1000, PROGRAM_TEXT = 32 };
enum { PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS, READ_WRITE = PROT_READ | PROT_WRITE };

/* An address where nothing is mapped; volatile, so that the compiler does not see the invalid access. */
static void *volatile nowhere = (void *)0x10;

static char *const *environment;

static void wait_for_all(void)
{
	while (wait4(-1, NULL, 0, NULL) > 0)
		;
}

static void touch(long address, size_t size)
{
	for (size_t i = 0; i < size; i += PAGE)
		((volatile uint8_t *)address)[i] = 1;
}

static void run_program(char *name, char *argument)
{
	char *argv[] = {name, argument, NULL};

	execve(name, argv, environment);
}

/* ---- scenarios: each runs in a process of its own, which exits when the function returns ---- */

static void scene_nothing(void)
{
}

static void scene_children(void)
{
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0)
			exit_group(0);
	wait_for_all();
}

static void scene_zombies(void)
{
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0)
			exit_group(0);
}

static void scene_orphans(void)
{
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			sleep_milliseconds(2);
			exit_group(0);
		}
}

/* Each is killed while it copies its memory or gives a copy back, because it does nothing else. */
static void scene_killed_in_fork(void)
{
	for (int i = 0; i < 2; i++) {
		int pid = fork();
		if (pid == 0) {
			touch(mmap(NULL, BLOCK, READ_WRITE, PRIVATE, -1, 0), BLOCK);
			for (;;)
				if (fork() == 0)
					exit_group(0);
				else
					wait4(-1, NULL, 0, NULL);
		}
		sleep_milliseconds(50);
		kill(pid, SIGKILL);
		wait4(pid, NULL, 0, NULL);
	}
}

static void scene_killed(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		int ends[2], pid = fork();

		if (pid == 0) {
			pipe(ends);
			touch(mmap(NULL, BLOCK, READ_WRITE, PRIVATE, -1, 0), BLOCK);
			if (i % 2)
				sleep_milliseconds(PATIENCE_MS);
			else
				read(ends[0], &pid, sizeof(pid));
		}
		sched_yield();
		kill(pid, SIGKILL);
	}
	wait_for_all();
}

static void scene_fault(void)
{
	touch(mmap(NULL, BLOCK, READ_WRITE, PRIVATE, -1, 0), BLOCK);
	*(volatile int *)nowhere = 1;
}

static void scene_copied(void)
{
	long at = mmap(NULL, BLOCK, READ_WRITE, PRIVATE, -1, 0);

	touch(at, BLOCK);
	for (int i = 0; i < CHILDREN; i++)
		if (fork() == 0) {
			touch(at, BLOCK / 2);
			exit_group(0);
		}
	touch(at, BLOCK);
	wait_for_all();
}

static void scene_exec(void)
{
	touch(mmap(NULL, BLOCK, READ_WRITE, PRIVATE, -1, 0), BLOCK);
	run_program("execloop", "10");
}

static void scene_exec_fails(void)
{
	run_program("nosuchprogram", NULL);
	run_program("/", NULL);
	run_program("/dev/null", NULL);
	execve("echo", nowhere, environment);
}

static void scene_maps(void)
{
	long at = mmap(NULL, BLOCK, READ_WRITE, PRIVATE, -1, 0);

	touch(at, BLOCK);
	mprotect((void *)(at + PAGE), PAGE, PROT_READ);
	mprotect((void *)(at + 3 * PAGE), PAGE, PROT_NONE);
	munmap((void *)(at + 5 * PAGE), 2 * PAGE);
	(void)mmap((void *)(at + 9 * PAGE), PAGE, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
	touch(at + 9 * PAGE, PAGE);
}

static void scene_heap(void)
{
	long start = brk(NULL);

	brk((void *)(start + BLOCK));
	touch(start, BLOCK);
	brk((void *)(start + PAGE));
	brk((void *)(start + 2 * BLOCK));
	touch(start, 2 * BLOCK);
}

static void scene_pipes(void)
{
	int ends[2];

	for (int i = 0; i < CHILDREN; i++)
		if (pipe(ends) == 0)
			write(ends[1], &ends, sizeof(ends)); /* nobody reads these bytes */
	if (fork() == 0)
		exit_group(0);
}

static void scene_files(void)
{
	static char name[PROGRAM_TEXT] = "leakcheck";

	for (int i = 0; i < 2 * CHILDREN; i++)
		dup2(open(i % 2 ? name : "/dev/null", O_RDONLY, 0), CHILDREN * 4 + i);
}

static void scene_stack(void)
{
	volatile uint8_t room[BLOCK];

	for (size_t i = sizeof(room); i >= PAGE; i -= PAGE)
		room[i - 1] = 1;
}

/* Takes all memory: the loop ends when brk refuses to grow or the kernel kills the process. */
static void scene_all_memory(void)
{
	long start = brk(NULL), end = start;

	while (brk((void *)(end + BLOCK)) == end + BLOCK) {
		touch(end, BLOCK);
		end += BLOCK;
	}
}

static const struct scene {
	const char *what;
	void (*act)(void);
} scenes[] = {
	{"fork, exit, wait", scene_nothing},
	{"several children", scene_children},
	{"zombies that nobody waits for", scene_zombies},
	{"orphans", scene_orphans},
	{"children killed asleep and at a pipe", scene_killed},
	{"children killed in fork", scene_killed_in_fork},
	{"a fault", scene_fault},
	{"copies on write", scene_copied},
	{"programs that replace each other", scene_exec},
	{"programs that cannot be executed", scene_exec_fails},
	{"mappings in pieces", scene_maps},
	{"a heap", scene_heap},
	{"pipes with something in them", scene_pipes},
	{"open files", scene_files},
	{"a deep stack", scene_stack},
	{"all memory there is", scene_all_memory},
};

/* ---- the measurement ---- */

static void play(const struct scene *scene)
{
	int pid = fork();

	if (pid == 0) {
		scene->act();
		exit_group(0);
	}
	wait4(pid, NULL, 0, NULL);
}

static void measure(const struct scene *scene, uint64_t rounds)
{
	uint64_t processes = inventory_now().processes;

	play(scene);
	struct inventory before = inventory_settled(processes);

	for (uint64_t i = 0; i < rounds; i++)
		play(scene);
	struct inventory after = inventory_settled(processes);
	check(before.pages == after.pages && after.processes == processes, "%s: %lu pages free, then %lu", scene->what,
	      before.pages, after.pages);
}

int main(int argc, char **argv, char **envp)
{
	uint64_t rounds = number_argument(argc, argv, 1, 2);

	environment = envp;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++)
		measure(&scenes[i], rounds);
	return check_summary("leakcheck");
}
