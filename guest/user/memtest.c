/* SPDX-License-Identifier: MIT */
/*
 * Tests the memory of a process: what brk, mmap, munmap and mprotect promise, which accesses each segment of the
 * program allows, what fork isolates, where the stack ends. A child makes each forbidden access and must die of
 * SIGSEGV.
 *   memtest
 */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { PAGE = 4096, PAGES = 8, ANSWER = 42, MANY_MAPS = 64, STACK_KIB = 512 };
enum { PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS, READ_WRITE = PROT_READ | PROT_WRITE };

#define KERNEL_ADDRESS ((void *)0xffffffff80000000)
#define TOO_MUCH (1UL << 50)

typedef volatile uint8_t *memory;

/* ---- accesses that a child makes; each returns the child's exit status ---- */

static int act_read(memory at)
{
	(void)*at;
	return 0;
}

static int act_write(memory at)
{
	*at = 1;
	return 0;
}

static int act_execute(memory at)
{
	return ((int (*)(void))(uintptr_t)at)();
}

/* Returns whether a child that calls act(at) dies of SIGSEGV. */
static bool dies(int (*act)(memory at), memory at)
{
	int status = 0, pid = fork();

	if (pid == 0)
		exit_group(act(at));
	wait4(pid, &status, 0, NULL);
	return signal_of(status) == SIGSEGV;
}

static int status_of(int (*act)(memory at), memory at)
{
	int status = 0, pid = fork();

	if (pid == 0)
		exit_group(act(at));
	wait4(pid, &status, 0, NULL);
	return signal_of(status) ? STATUS_SIGNAL_BASE + signal_of(status) : exit_status_of(status);
}

static bool all_are(memory at, size_t size, uint8_t value)
{
	for (size_t i = 0; i < size; i++)
		if (at[i] != value)
			return false;
	return true;
}

static memory map(size_t size, int protection)
{
	return (memory)mmap(NULL, size, protection, PRIVATE, -1, 0);
}

static void unmap(memory at, size_t size)
{
	munmap((void *)at, size);
}

/* ---- brk ---- */

static void test_brk(void)
{
	memory start = (memory)brk(NULL);

	check(brk((void *)(start + 3 * PAGE + 1)) == (long)start + 3 * PAGE + 1, "brk grows, by any number of bytes");
	check(all_are(start, 3 * PAGE, 0), "new memory is zero");
	start[0] = start[3 * PAGE] = 1;
	check(brk((void *)(start + PAGE)) == (long)start + PAGE, "brk shrinks");
	check(start[0] == 1 && dies(act_read, start + 3 * PAGE), "memory that brk cut off is gone, the rest is not");
	brk((void *)(start + 4 * PAGE));
	check(all_are(start + 2 * PAGE, PAGE + 1, 0), "memory that brk gives back is zero");
	check(brk((void *)PAGE) == (long)start + 4 * PAGE, "brk below the start changes nothing");
	check(brk((void *)TOO_MUCH) == (long)start + 4 * PAGE, "brk beyond all bounds changes nothing");
	brk((void *)start);
}

/* ---- mmap ---- */

static void test_mmap(void)
{
	memory a = map(PAGES * PAGE, READ_WRITE), b = map(1, READ_WRITE);

	check((long)a > 0 && (long)b > 0 && ((long)a | (long)b) % PAGE == 0, "mmap gives whole pages");
	if ((long)a <= 0 || (long)b <= 0)
		return;
	check(b >= a + PAGES * PAGE || b + PAGE <= a, "mappings do not overlap");
	check(all_are(a, PAGES * PAGE, 0) && all_are(b, PAGE, 0), "new mappings are zero");
	memset((void *)a, 1, PAGES * PAGE);
	check(all_are(b, PAGE, 0), "a write to one mapping does not change the other");

	memory fixed = (memory)mmap((void *)(a + PAGE), PAGE, READ_WRITE, PRIVATE | MAP_FIXED, -1, 0);
	check(fixed == a + PAGE && all_are(fixed, PAGE, 0) && a[0] == 1 && a[2 * PAGE] == 1,
	      "MAP_FIXED replaces what is there, and nothing else");
	unmap(a, PAGES * PAGE);
	unmap(b, PAGE);
}

static void test_mmap_refusals(void)
{
	long result;

	check(mmap(NULL, 0, PROT_READ, PRIVATE, -1, 0) == -EINVAL, "mmap of nothing");
	check(mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0) == -EINVAL, "mmap neither private nor shared");
	check(mmap((void *)(16 * PAGE + 1), PAGE, PROT_READ, PRIVATE | MAP_FIXED, -1, 0) == -EINVAL,
	      "MAP_FIXED in the middle of a page");
	check(mmap(NULL, TOO_MUCH, PROT_READ, PRIVATE, -1, 0) == -ENOMEM, "mmap of more than the address space");
	result = mmap(KERNEL_ADDRESS, PAGE, PROT_READ, PRIVATE | MAP_FIXED, -1, 0);
	check(result == -ENOMEM || result == -EINVAL, "MAP_FIXED in the kernel's half: %s", error_name(result));
	check(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0) == -EBADF, "mmap of a file that is not open");
}

/* The kernel may limit the number of mappings; unmapping must make room for new ones. */
static void test_many_maps(void)
{
	static memory maps[MANY_MAPS];
	int made = 0;

	/* Alternating rights keep the kernel from merging neighbouring mappings. */
	while (made < MANY_MAPS && (long)(maps[made] = map(PAGE, made % 2 ? PROT_READ : READ_WRITE)) > 0)
		made++;
	check(made >= 8, "%d mappings at once", made);
	for (int i = 0; i < made; i++)
		unmap(maps[i], PAGE);
	memory again = map(PAGE, READ_WRITE);
	check((long)again > 0, "unmapping makes room for a new mapping");
	unmap(again, PAGE);
}

static uint64_t free_bytes(void)
{
	struct sysinfo information;

	return sysinfo(&information) < 0 ? 0 : information.freeram * information.mem_unit;
}

/* Uses the kernel's count of free memory, which other programs change on an ordinary Linux. */
static void test_demand(void)
{
	enum { SIZE = 32 << 20, SLACK = 1 << 20 };
	uint64_t before = free_bytes();
	memory at = map(SIZE, READ_WRITE);
	uint64_t mapped = free_bytes();

	at[0] = at[SIZE - 1] = 1;
	uint64_t touched = free_bytes();
	check((long)at > 0 && before - mapped < SLACK && mapped - touched < SLACK,
	      "32 MiB cost nothing until touched: %lu KiB, then %lu KiB", (before - mapped) / 1024,
	      (mapped - touched) / 1024);
	unmap(at, SIZE);
}

/* ---- munmap ---- */

static void test_munmap(void)
{
	memory at = map(PAGES * PAGE, READ_WRITE);

	memset((void *)at, 1, PAGES * PAGE);
	check(munmap((void *)(at + 3 * PAGE), 2 * PAGE) == 0, "munmap of the middle");
	check(dies(act_read, at + 3 * PAGE) && dies(act_read, at + 5 * PAGE - 1), "an unmapped page cannot be read");
	check(all_are(at, 3 * PAGE, 1) && all_are(at + 5 * PAGE, 3 * PAGE, 1), "munmap leaves the pages on both sides");
	check(munmap((void *)at, PAGES * PAGE) == 0, "munmap over a hole");
	check(munmap((void *)at, PAGES * PAGE) == 0, "munmap of nothing");
	check(dies(act_write, at), "nothing is left of the mapping");
	check(munmap((void *)(at + 1), PAGE) == -EINVAL, "munmap in the middle of a page");
	check(munmap((void *)at, 0) == -EINVAL, "munmap of no bytes");
	check(munmap(KERNEL_ADDRESS, PAGE) == -EINVAL, "munmap of the kernel");
}

/* ---- mprotect ---- */

static int protect(memory at, size_t size, int protection)
{
	return mprotect((void *)at, size, protection);
}

static void test_mprotect(void)
{
	memory at = map(PAGES * PAGE, READ_WRITE);

	memset((void *)at, ANSWER, PAGES * PAGE);
	check(protect(at + PAGE, PAGE, PROT_READ) == 0 && at[PAGE] == ANSWER, "a page made read-only can be read");
	check(dies(act_write, at + PAGE), "a page made read-only cannot be written");
	check(protect(at + 2 * PAGE, PAGE, PROT_NONE) == 0 && dies(act_read, at + 2 * PAGE),
	      "a page made PROT_NONE cannot be read");
	check(dies(act_write, at + 2 * PAGE) && dies(act_execute, at + 2 * PAGE),
	      "a page made PROT_NONE cannot be written or executed");
	check(protect(at, PAGES * PAGE, READ_WRITE) == 0 && all_are(at, PAGES * PAGE, ANSWER),
	      "the contents are there when the rights are given back");
	*(at + PAGE) = 1;
	check(status_of(act_write, at + 2 * PAGE) == 0, "a page with its rights given back can be written");
	unmap(at + PAGE, PAGE);
	check(protect(at, 3 * PAGE, PROT_READ) == -ENOMEM, "mprotect over a hole");
	check(protect(at + 1, PAGE, PROT_READ) == -EINVAL, "mprotect in the middle of a page");
	unmap(at, PAGES * PAGE);
}

/* mov $42, %eax; ret */
static const uint8_t code[] = {0xb8, ANSWER, 0, 0, 0, 0xc3};

static void test_execution(void)
{
	memory at = map(PAGE, READ_WRITE);
	static uint8_t data[PAGE] __attribute__((aligned(PAGE)));

	memcpy((void *)at, code, sizeof(code));
	memcpy(data, code, sizeof(code));
	check(dies(act_execute, at), "writable memory cannot be executed");
	check(dies(act_execute, data), "data of the program cannot be executed");
	check(protect(at, PAGE, PROT_READ | PROT_EXEC) == 0 && status_of(act_execute, at) == ANSWER,
	      "memory made executable runs");
	check(dies(act_write, at), "executable memory cannot be written");
	unmap(at, PAGE);
	check(dies(act_write, (memory)(uintptr_t)test_execution), "code of the program cannot be written");
	check(dies(act_write, (memory)(uintptr_t)code), "constants of the program cannot be written");
	check(dies(act_read, (memory)PAGE), "nothing is mapped on the lowest pages");
}

/* ---- fork ---- */

static int act_change(memory at)
{
	bool inherited = all_are(at, PAGES * PAGE, 1);

	memset((void *)at, 2, PAGES * PAGE);
	sched_yield();
	return inherited && all_are(at, PAGES * PAGE, 2) ? 0 : 1;
}

static void test_fork(void)
{
	memory at = map(PAGES * PAGE, READ_WRITE);

	memset((void *)at, 1, PAGES * PAGE);
	check(status_of(act_change, at) == 0, "a child has a copy of mapped memory");
	check(all_are(at, PAGES * PAGE, 1), "the parent does not see what the child writes");
	protect(at, PAGES * PAGE, PROT_READ);
	check(dies(act_write, at) && all_are(at, PAGES * PAGE, 1), "the copy has the rights of the original");
	unmap(at, PAGES * PAGE);
	check(dies(act_read, at), "memory that the parent unmapped is not mapped in a child");
}

/* ---- the stack ---- */

static int act_use_stack(memory unused)
{
	volatile uint8_t room[STACK_KIB * 1024];

	(void)unused;
	for (size_t i = sizeof(room); i >= PAGE; i -= PAGE)
		room[i - 1] = 1;
	return room[PAGE - 1] == 1 ? 0 : 1;
}

/* The condition is always true, but a compiler, which would warn of an endless recursion, cannot know. */
static int recurse(memory unused)
{
	volatile uint8_t room[PAGE / 2];

	room[0] = 1;
	return room[0] == 1 ? recurse(unused) + room[0] : 0;
}

static void test_stack(void)
{
	check(status_of(act_use_stack, NULL) == 0, "the stack grows to %d KiB", STACK_KIB);
	check(dies(recurse, NULL), "the stack does not grow for ever");
}

int main(void)
{
	test_brk();
	test_mmap();
	test_mmap_refusals();
	test_many_maps();
	test_demand();
	test_munmap();
	test_mprotect();
	test_execution();
	test_fork();
	test_stack();
	return check_summary("memtest");
}
