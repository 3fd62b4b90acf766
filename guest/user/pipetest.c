/* SPDX-License-Identifier: MIT */
/*
 * Tests of pipes: their size, writes in one piece, partial writes, poll. With `move` it only moves blocks of 64 KiB
 * from a child to its parent and tells the time.
 *   pipetest [move BLOCKS]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { PAGE = 4096, PIPE_BUF = 4096, SIZE = 65536, SIZE_MAX_PIPE = 1 << 20, WRITERS = 4, ROUNDS = 64 };
enum { F_GETFL = 3, F_SETFL = 4, F_SETPIPE_SZ = 1031, F_GETPIPE_SZ = 1032, POLLOUT = 4 };
enum { PROBE = 100 };

static _Alignas(PAGE) uint8_t block[SIZE_MAX_PIPE], other[SIZE_MAX_PIPE];

static long control(int fd, unsigned command, uint64_t argument)
{
	return system_call(RINGSIDE_SYS_fcntl, (uint64_t)fd, command, argument, 0, 0, 0);
}

static bool is_ready(int fd, short events)
{
	struct pollfd polled = {fd, events, 0};
	const struct timespec none = {0, 0};

	return ppoll(&polled, 1, &none, NULL, 0) == 1 && polled.revents == events;
}

static void open_pipe(int ends[2], bool nonblocking)
{
	pipe(ends);
	if (nonblocking)
		for (int i = 0; i < 2; i++)
			control(ends[i], F_SETFL, O_NONBLOCK);
}

static void close_pipe(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static void fill(uint8_t *bytes, size_t size, unsigned seed)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251 + seed);
}

static bool same(const uint8_t *a, const uint8_t *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static void test_size(void)
{
	int ends[2];

	open_pipe(ends, true);
	fill(block, 2UL * SIZE, 1);
	check(control(ends[0], F_GETPIPE_SZ, 0) == SIZE, "a pipe takes 64 KiB");
	check(write(ends[1], block, SIZE + PAGE) == SIZE, "a longer write without waiting is cut");
	check(write(ends[1], block, 1) == -EAGAIN && !is_ready(ends[1], POLLOUT), "a full pipe takes nothing");
	check(read(ends[0], other, 1) == 1 && !is_ready(ends[1], POLLOUT), "poll wants room for PIPE_BUF bytes");
	check(write(ends[1], block, PIPE_BUF) == -EAGAIN,
	      "a write of PIPE_BUF bytes is done in one piece or not at all");
	check(write(ends[1], block, PIPE_BUF + 1) == 1, "a longer write fills the room there is");
	check(read(ends[0], other + 1, PAGE) == PAGE && is_ready(ends[1], POLLOUT), "with room a pipe is writable");
	check(read(ends[0], other + 1 + PAGE, sizeof(other)) == SIZE - PAGE && same(other, block, SIZE) &&
		      other[SIZE] == block[0],
	      "the bytes come out in their order");
	check(read(ends[0], other, 1) == -EAGAIN && !is_ready(ends[0], POLLIN), "then the pipe is empty");
	close_pipe(ends);
}

static void test_change_of_size(void)
{
	int ends[2];

	open_pipe(ends, true);
	fill(block, 2UL * SIZE, 2);
	check(control(ends[1], F_SETPIPE_SZ, PAGE + 1) == 2L * PAGE, "a size is rounded up to a power of two of pages");
	check(write(ends[1], block, sizeof(block)) == 2L * PAGE, "so many bytes fit");
	check(control(ends[1], F_SETPIPE_SZ, PAGE) == -EBUSY, "no size is too small for the bytes there are");
	/* Now the ring is wrapped: its last bytes are before its first one. */
	read(ends[0], other, PROBE);
	check(write(ends[1], block + 2L * PAGE, PROBE) == PROBE, "a full pipe takes the bytes that were read");
	long size = control(ends[0], F_SETPIPE_SZ, SIZE_MAX_PIPE);
	check(size == SIZE_MAX_PIPE, "a pipe can have 1 MiB: %ld", size);
	check(control(ends[0], F_SETPIPE_SZ, SIZE_MAX_PIPE + 1) == -EPERM, "and no more");
	check(control(ends[0], F_SETPIPE_SZ, 0) == -EINVAL && control(STDOUT, F_GETPIPE_SZ, 0) == -EBADF,
	      "no size, no pipe");
	long more = write(ends[1], block + 2L * PAGE + PROBE, SIZE);
	check(more == SIZE, "the larger pipe takes more: %ld", more);
	long got = read(ends[0], other + PROBE, sizeof(other));
	check(got == 2L * PAGE + SIZE && same(other, block, 2UL * PAGE + SIZE + PROBE), "all bytes in order: %ld", got);
	close_pipe(ends);
}

/* Several processes write records of PIPE_BUF bytes: no record is mixed with another. */
static void test_one_piece(void)
{
	unsigned records = 0, mixed = 0;
	int ends[2];
	long got;

	open_pipe(ends, false);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0) {
			for (size_t j = 0; j < PIPE_BUF; j++)
				block[j] = (uint8_t)i;
			for (int j = 0; j < ROUNDS; j++)
				write(ends[1], block, PIPE_BUF);
			exit_group(0);
		}
	close(ends[1]);
	while ((got = read(ends[0], block, PIPE_BUF)) > 0) {
		records += got == PIPE_BUF;
		for (long j = 1; j < got; j++)
			mixed += block[j] != block[0];
	}
	while (wait4(-1, NULL, 0, NULL) > 0)
		;
	close(ends[0]);
	check(records == WRITERS * ROUNDS && mixed == 0, "%u records of PIPE_BUF bytes, %u bytes mixed", records,
	      mixed);
}

/*
 * Whole pages, which the kernel need not copy: what the reader gets is its own, and a child that shared the buffer
 * keeps what it had.
 */
static void test_whole_pages(void)
{
	int ends[2], go[2], status = 0;

	open_pipe(ends, false);
	open_pipe(go, false);
	fill(other, SIZE, 4);
	int pid = fork();
	if (pid == 0) {
		uint8_t byte;
		read(go[0], &byte, 1);
		fill(block, SIZE, 4);
		exit_group(!same(other, block, SIZE));
	}
	for (unsigned round = 5; round < 8; round++) {
		fill(block, SIZE, round);
		write(ends[1], block, SIZE);
		read(ends[0], other + (round % 2) * SIZE, SIZE);
	}
	fill(block, 2UL * SIZE, 6);
	check(same(other, block, SIZE), "a page that was read does not change with the pipe");
	fill(block, SIZE, 7);
	check(same(other + SIZE, block, SIZE), "the pages of the last read");
	write(go[1], block, 1);
	wait4(pid, &status, 0, NULL);
	check(status == 0, "a child that shares the buffer does not see what is read");
	close_pipe(ends);
	close_pipe(go);
}

/* A buffer that ends at a page where nothing is. */
static void test_bad_page(void)
{
	long at = mmap(NULL, 2UL * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *edge = (uint8_t *)at + PAGE - PROBE;
	int ends[2];

	munmap((void *)(at + PAGE), PAGE);
	open_pipe(ends, true);
	check(write(ends[1], edge, 2UL * PROBE) == -EFAULT, "a write from a bad page fails");
	check(read(ends[0], other, PAGE) == -EAGAIN, "and gives nothing");
	check(write(ends[1], block, 2UL * PROBE) == 2L * PROBE && read(ends[0], edge, 2UL * PROBE) == -EFAULT,
	      "a read to a bad page fails");
	check(read(ends[0], edge, PROBE) == PROBE && read(ends[0], other, PAGE) == PROBE, "and takes nothing");
	close_pipe(ends);
}

static int move(uint64_t blocks)
{
	int ends[2];
	long got;

	pipe(ends);
	uint64_t before = monotonic_nanoseconds();
	if (fork() == 0) {
		for (uint64_t i = 0; i < blocks; i++)
			if (write(ends[1], block, SIZE) != SIZE)
				exit_group(1);
		exit_group(0);
	}
	close(ends[1]);
	for (uint64_t left = blocks * SIZE; left > 0; left -= (uint64_t)got)
		if ((got = read(ends[0], block, SIZE)) <= 0)
			return 1;
	printf("%lu blocks in %lu ns\n", blocks, monotonic_nanoseconds() - before);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return strcmp(argv[1], "move") ? STATUS_USAGE : move(number_argument(argc, argv, 2, 1));
	test_size();
	test_change_of_size();
	test_one_piece();
	test_whole_pages();
	test_bad_page();
	return check_summary("pipetest");
}
