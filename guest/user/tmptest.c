/* SPDX-License-Identifier: MIT */
/*
 * Tests of /tmp, the files that can be written. With `fill` a child takes all of /tmp, by large files, by names or by
 * directories in directories; nobody else may be harmed, and all memory comes back.
 *   tmptest [fill files|names|depth]
 */
#include "lib/arguments.h"
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/inventory.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"
#include "lib/witness.h"

enum { PAGE = 4096, BLOCK = 64 * PAGE, PROBE = 100, TEXT = 64, MANY = 300, ENTRIES = 4096, NAME_MAX = 255 };
enum { O_EXCL = 0200, O_APPEND = 02000, O_DIRECTORY = 0200000, SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2 };
enum { AT_FDCWD = -100, AT_REMOVEDIR = 0x200, RENAME_NOREPLACE = 1, MODE_TYPE = 0170000, MODE_LINK = 0120000 };
enum { PERMISSIONS = 07777, EXIT_FULL = 7 };

struct status {
	uint64_t device, number, links;
	uint32_t mode, user, group, unused;
	uint64_t real_device;
	int64_t size, block_size, blocks, times[3][2], unused_too[3];
};

static uint8_t bytes[BLOCK], other[BLOCK];

/* ---- system calls of which only these tests know ---- */

#define PATH(path) ((uint64_t)(path))
static long call(uint64_t number, uint64_t a, uint64_t b, uint64_t c)
{
	return system_call(number, a, b, c, 0, 0, 0);
}
static long unlink(const char *path)
{
	return call(RINGSIDE_SYS_unlink, PATH(path), 0, 0);
}
static long mkdir(const char *path, unsigned mode)
{
	return call(RINGSIDE_SYS_mkdir, PATH(path), mode, 0);
}
static long rmdir(const char *path)
{
	return call(RINGSIDE_SYS_rmdir, PATH(path), 0, 0);
}
static long rename(const char *old, const char *new)
{
	return call(RINGSIDE_SYS_rename, PATH(old), PATH(new), 0);
}
static long link(const char *old, const char *new)
{
	return call(RINGSIDE_SYS_link, PATH(old), PATH(new), 0);
}
static long symlink(const char *to, const char *path)
{
	return call(RINGSIDE_SYS_symlink, PATH(to), PATH(path), 0);
}
static long lseek(int fd, long offset, int whence)
{
	return call(RINGSIDE_SYS_lseek, (uint64_t)fd, (uint64_t)offset, (uint64_t)whence);
}
static long ftruncate(int fd, long size)
{
	return call(RINGSIDE_SYS_ftruncate, (uint64_t)fd, (uint64_t)size, 0);
}
static long stat(const char *path, struct status *status)
{
	return call(RINGSIDE_SYS_stat, PATH(path), PATH(status), 0);
}
static long fstat(int fd, struct status *status)
{
	return call(RINGSIDE_SYS_fstat, (uint64_t)fd, PATH(status), 0);
}
static long pread(int fd, void *to, uint64_t size, uint64_t at)
{
	return system_call(RINGSIDE_SYS_pread64, (uint64_t)fd, PATH(to), size, at, 0, 0);
}
static long pwrite(int fd, const void *from, uint64_t size, uint64_t at)
{
	return system_call(RINGSIDE_SYS_pwrite64, (uint64_t)fd, PATH(from), size, at, 0, 0);
}

static bool same(const void *a, const void *b, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (((const uint8_t *)a)[i] != ((const uint8_t *)b)[i])
			return false;
	return true;
}

static bool all_zero(const uint8_t *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i] != 0)
			return false;
	return true;
}

static struct status status_of(const char *path)
{
	struct status status = {0};

	stat(path, &status);
	return status;
}

static int create(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
}

/* ---- the tests ---- */

static void test_open(void)
{
	check(open("/tmp/a", O_RDONLY, 0) == -ENOENT, "nothing is there");
	int fd = open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0640);
	check(fd >= 0, "a file is made");
	check(open("/tmp/a", O_RDWR | O_CREAT | O_EXCL, 0640) == -EEXIST, "O_EXCL: not twice");
	check(write(fd, "hello, world", 12) == 12 && lseek(fd, 7, SEEK_SET) == 7 && read(fd, other, PAGE) == 5 &&
		      same(other, "world", 5),
	      "what was written is read");
	check(lseek(fd, 0, SEEK_END) == 12 && lseek(fd, -13, SEEK_CUR) == -EINVAL && lseek(fd, 100, SEEK_CUR) == 112,
	      "lseek");
	struct status status = status_of("/tmp/a");
	check(status.size == 12 && (status.mode & PERMISSIONS) == 0640 && status.links == 1 && status.blocks == 8,
	      "size %ld, mode %x, links %lu, blocks %ld", status.size, status.mode, status.links, status.blocks);
	int second = open("/tmp/a", O_WRONLY | O_APPEND, 0);
	check(write(second, "!", 1) == 1 && pread(fd, other, PAGE, 12) == 1 && other[0] == '!', "O_APPEND");
	check(read(second, other, 1) == -EBADF, "O_WRONLY: no read");
	close(second);
	second = open("/tmp/a", O_RDONLY, 0);
	check(write(second, "x", 1) == -EBADF && ftruncate(second, 0) == -EINVAL, "O_RDONLY: no write");
	close(second);
	check(open("/tmp/a/b", O_RDONLY, 0) == -ENOTDIR && open("/tmp/a", O_RDONLY | O_DIRECTORY, 0) == -ENOTDIR &&
		      open("/tmp", O_WRONLY, 0) == -EISDIR && open("/tmp/no/a", O_WRONLY | O_CREAT, 0) == -ENOENT &&
		      open("/tmp/n/", O_WRONLY | O_CREAT, 0) == -EISDIR && open("", O_WRONLY | O_CREAT, 0) == -ENOENT,
	      "paths that cannot be opened");
	check(unlink("/tmp/a") == 0 && open("/tmp/a", O_RDONLY, 0) == -ENOENT, "unlink");
	check(fstat(fd, &status) == 0 && status.links == 0 && pread(fd, other, 5, 0) == 5 && same(other, "hello", 5),
	      "an open file lives on");
	close(fd);
}

/* The book's question: a file is opened before fork, and both processes write. */
static void test_shared_offset(void)
{
	int fd = create("/tmp/both"), status = 0;

	int pid = fork();
	for (int i = 0; i < MANY; i++)
		write(fd, pid == 0 ? "child\n" : "paren\n", 6);
	if (pid == 0)
		exit_group(0);
	wait4(pid, &status, 0, NULL);
	unsigned lines[2] = {0};
	bool clean = true;
	check(lseek(fd, 0, SEEK_CUR) == 12L * MANY && status_of("/tmp/both").size == 12L * MANY,
	      "parent and child share the offset");
	for (long i = 0; i < 2L * MANY; i++) {
		char line[6];
		pread(fd, line, 6, (uint64_t)i * 6);
		clean &= same(line, "child\n", 6) || same(line, "paren\n", 6);
		lines[line[0] == 'p']++;
	}
	check(clean && lines[0] == MANY && lines[1] == MANY, "no line is lost or mixed");
	close(fd);
	unlink("/tmp/both");
}

static void test_sizes(void)
{
	int fd = create("/tmp/sparse");
	const uint64_t far = 1UL << 33;
	struct status status = {0};

	check(pwrite(fd, "end", 3, far) == 3 && fstat(fd, &status) == 0 && status.size == (int64_t)far + 3 &&
		      status.blocks == 8,
	      "a hole of 8 GiB takes no memory: %ld blocks", status.blocks);
	check(pread(fd, other, PAGE, far - PROBE) == PROBE + 3 && all_zero(other, PROBE) &&
		      same(other + PROBE, "end", 3),
	      "a hole reads as zeros");
	check(pwrite(fd, "x", 1, 1UL << 40) == -EFBIG && ftruncate(fd, -1) == -EINVAL &&
		      ftruncate(fd, 1L << 40) == -EFBIG,
	      "sizes that cannot be");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 3 + i / 253);
	check(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, sizeof(bytes), 0) == sizeof(bytes), "many pages");
	check(ftruncate(fd, PAGE + PROBE) == 0 && ftruncate(fd, BLOCK) == 0, "shorter, then longer");
	check(pread(fd, other, sizeof(other), 0) == BLOCK && same(other, bytes, PAGE + PROBE) &&
		      all_zero(other + PAGE + PROBE, BLOCK - PAGE - PROBE),
	      "what was cut off is zero");
	check(pwrite(fd, bytes, PROBE, PAGE - PROBE / 2) == PROBE &&
		      pread(fd, other, PROBE, PAGE - PROBE / 2) == PROBE && same(other, bytes, PROBE),
	      "across pages");
	close(open("/tmp/sparse", O_WRONLY | O_TRUNC, 0));
	check(status_of("/tmp/sparse").size == 0 && status_of("/tmp/sparse").blocks == 0, "O_TRUNC");
	close(fd);
	unlink("/tmp/sparse");
}

static void test_directories(void)
{
	struct status status;

	check(mkdir("/tmp/d", 0750) == 0 && mkdir("/tmp/d/e/", 0750) == 0, "mkdir");
	check(mkdir("/tmp/d", 0750) == -EEXIST, "mkdir: not twice");
	check(stat("/tmp/d", &status) == 0 && status.links == 3 && (status.mode & PERMISSIONS) == 0750,
	      "links %lu, mode %x", status.links, status.mode);
	check(rmdir("/tmp/d") == -ENOTEMPTY && unlink("/tmp/d") == -EISDIR && rmdir("/tmp/d/e/.") == -EINVAL &&
		      rmdir("/tmp/d/e/..") == -ENOTEMPTY && rmdir("/tmp") == -EBUSY,
	      "what cannot be removed");
	chdir("/tmp/d/e");
	close(create("f"));
	check(stat("/tmp/d/e/f", &status) == 0, "a relative path");
	check(unlink("f") == 0 && rmdir("../e") == 0, "rmdir of a current directory");
	check(open("f", O_WRONLY | O_CREAT, 0666) == -ENOENT && mkdir("g", 0777) == -ENOENT, "it takes nothing more");
	check(getcwd((char *)other, PAGE) == -ENOENT, "and has no path");
	check(chdir("..") == 0 && getcwd((char *)other, PAGE) == 7 && same(other, "/tmp/d", 7), "its parent is there");
	chdir("/");
	check(rmdir("/tmp/d") == 0 && status_of("/tmp").links == 2, "rmdir");
}

/* Removes while it lists, as rm -r does. */
static void test_listing(void)
{
	char name[TEXT];
	unsigned removed = 0;
	long size;

	mkdir("/tmp/list", 0777);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "/tmp/list/file%d", i);
		close(create(name));
	}
	int fd = open("/tmp/list", O_RDONLY | O_DIRECTORY, 0);
	while ((size = getdents64(fd, other, ENTRIES / 4)) > 0)
		for (long at = 0; at < size; at += ((struct dirent *)(other + at))->d_reclen) {
			const struct dirent *entry = (const struct dirent *)(other + at);
			if (entry->d_name[0] == '.')
				continue;
			snprintf(name, sizeof(name), "/tmp/list/%s", entry->d_name);
			removed += unlink(name) == 0;
		}
	close(fd);
	check(removed == MANY && rmdir("/tmp/list") == 0, "%u of %u files listed and removed", removed, (unsigned)MANY);
}

static void test_names(void)
{
	static char path[NAME_MAX + TEXT], text[TEXT];
	struct status status;

	close(create("/tmp/one"));
	check(link("/tmp/one", "/tmp/two") == 0 && status_of("/tmp/one").links == 2 &&
		      status_of("/tmp/one").number == status_of("/tmp/two").number,
	      "link");
	check(unlink("/tmp/one") == 0 && status_of("/tmp/two").links == 1, "one name less");
	check(link("/tmp", "/tmp/three") == -EPERM && link("/tmp/two", "/tmp/two") == -EEXIST &&
		      link("/init", "/tmp/init") == -EXDEV,
	      "what cannot be linked");
	check(symlink("two", "/tmp/three") == 0 &&
		      call(RINGSIDE_SYS_lstat, PATH("/tmp/three"), PATH(&status), 0) == 0 &&
		      (status.mode & MODE_TYPE) == MODE_LINK && status.size == 3,
	      "symlink");
	check(call(RINGSIDE_SYS_readlink, PATH("/tmp/three"), PATH(text), TEXT) == 3 && same(text, "two", 3),
	      "readlink");
	check(status_of("/tmp/three").number == status_of("/tmp/two").number, "it leads to the file");
	symlink("new", "/tmp/dangling");
	check(open("/tmp/dangling", O_WRONLY | O_CREAT | O_EXCL, 0666) == -EEXIST, "O_EXCL follows no link");
	close(open("/tmp/dangling", O_WRONLY | O_CREAT, 0666));
	check(unlink("/tmp/new") == 0, "O_CREAT makes what a link leads to");
	symlink("loop", "/tmp/loop");
	check(open("/tmp/loop", O_RDONLY, 0) == -ELOOP, "a loop");
	for (size_t i = 0; i < NAME_MAX + 1; i++)
		path[i + 5] = 'n';
	for (size_t i = 0; i < 5; i++)
		path[i] = "/tmp/"[i];
	check(open(path, O_WRONLY | O_CREAT, 0666) == -ENAMETOOLONG, "a name of 256 bytes");
	path[NAME_MAX + 5] = '\0';
	close(create(path));
	check(unlink(path) == 0, "a name of 255 bytes");
	unlink("/tmp/two"), unlink("/tmp/three"), unlink("/tmp/dangling"), unlink("/tmp/loop");
}

static void test_rename(void)
{
	mkdir("/tmp/d", 0777);
	mkdir("/tmp/d/sub", 0777);
	mkdir("/tmp/empty", 0777);
	int fd = create("/tmp/f");
	write(fd, "f", 1);
	close(create("/tmp/g"));
	check(rename("/tmp/f", "/tmp/d/h") == 0 && status_of("/tmp/d/h").size == 1 &&
		      rename("/tmp/f", "/tmp/x") == -ENOENT,
	      "to another directory");
	check(rename("/tmp/d/h", "/tmp/g") == 0 && status_of("/tmp/g").size == 1, "a file is replaced");
	check(rename("/tmp/d", "/tmp/d/sub/x") == -EINVAL && rename("/tmp/g", "/tmp/d") == -EISDIR &&
		      rename("/tmp/d", "/tmp/g") == -ENOTDIR && rename("/tmp/empty", "/tmp/d") == -ENOTEMPTY &&
		      rename("/tmp/d/sub", "/tmp/d") == -ENOTEMPTY && rename("/tmp", "/tmp/x") == -EBUSY &&
		      rename("/tmp/g", "/tmp/.") == -EBUSY,
	      "what cannot be renamed");
	check(rename("/tmp/g", "/g") == -EXDEV && rename("/init", "/tmp/g") == -EXDEV &&
		      rename("/init", "/x") == -EROFS,
	      "not out of /tmp, not into it");
	check(system_call(RINGSIDE_SYS_renameat2, (uint64_t)AT_FDCWD, PATH("/tmp/g"), (uint64_t)AT_FDCWD,
			  PATH("/tmp/empty"), RENAME_NOREPLACE, 0) == -EEXIST,
	      "RENAME_NOREPLACE");
	chdir("/tmp/d/sub");
	check(rename("/tmp/d/sub", "/tmp/empty") == 0 && getcwd((char *)other, PAGE) == 11 &&
		      same(other, "/tmp/empty", 11) && status_of("/tmp/d").links == 2 && status_of("/tmp").links == 4,
	      "a directory, with a process in it");
	chdir("/");
	check(rename("/tmp/g", "/tmp/g") == 0 && unlink("/tmp/g") == 0, "to itself");
	close(fd);
	rmdir("/tmp/d"), rmdir("/tmp/empty");
}

static void test_read_only(void)
{
	check(open("/new", O_WRONLY | O_CREAT, 0666) == -EROFS && open("/init", O_RDWR, 0) == -EROFS &&
		      open("/init", O_WRONLY | O_TRUNC, 0) == -EROFS && mkdir("/new", 0777) == -EROFS &&
		      mkdir("", 0777) == -ENOENT && unlink("/init") == -EROFS && rmdir("/dev") == -EROFS &&
		      symlink("x", "/new") == -EROFS && call(RINGSIDE_SYS_chmod, PATH("/init"), 0777, 0) == -EROFS &&
		      unlink("/dev/null") == -EROFS,
	      "everything but /tmp is read-only");
	close(create("/tmp/x"));
	call(RINGSIDE_SYS_chmod, PATH("/tmp/x"), 0777, 0);
	check((status_of("/tmp/x").mode & PERMISSIONS) == 0777, "chmod");
	char *const arguments[] = {"/tmp/x", NULL};
	check(execve("/tmp/x", arguments, NULL) == -EACCES, "nothing in /tmp can be executed");
	const long times[2][2] = {{1000, 5}, {2000, 6}};
	check(system_call(RINGSIDE_SYS_utimensat, (uint64_t)AT_FDCWD, PATH("/tmp/x"), PATH(times), 0, 0, 0) == 0 &&
		      status_of("/tmp/x").times[0][0] == 1000 && status_of("/tmp/x").times[1][1] == 6 &&
		      status_of("/tmp/x").times[2][0] != 1000,
	      "utimensat");
	unlink("/tmp/x");
}

/* A buffer that ends at a page where nothing is. */
static void test_bad_page(void)
{
	long at = mmap(NULL, 2UL * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *edge = (uint8_t *)at + PAGE - PROBE;
	int fd = create("/tmp/bad");

	munmap((void *)(at + PAGE), PAGE);
	check(write(fd, edge, 2UL * PROBE) == PROBE && write(fd, edge + PROBE, 1) == -EFAULT &&
		      status_of("/tmp/bad").size == PROBE,
	      "a write stops at a bad page");
	pwrite(fd, bytes, PAGE, 0);
	check(pread(fd, edge, 2UL * PROBE, 0) == PROBE && pread(fd, edge + PROBE, 1, 0) == -EFAULT,
	      "a read stops at a bad page");
	close(fd);
	unlink("/tmp/bad");
}

/* The time of day is that of the VMM's host; it does not begin at boot. */
static void test_time(void)
{
	struct timespec now, later;

	clock_gettime(CLOCK_REALTIME, &now);
	close(create("/tmp/now"));
	clock_gettime(CLOCK_REALTIME, &later);
	int64_t made = status_of("/tmp/now").times[1][0];
	check(made >= now.tv_sec && made <= later.tv_sec, "a new file is of now");
	check(call(RINGSIDE_SYS_time, 0, 0, 0) >= later.tv_sec, "time(2) tells the same");
	unlink("/tmp/now");
}

/* ---- filling /tmp ---- */

static long fill_with_files(void)
{
	char name[TEXT];
	long written;

	for (int i = 0;; i++) {
		snprintf(name, sizeof(name), "/tmp/fill%d", i);
		int fd = create(name);
		if (fd < 0)
			return fd;
		do
			written = write(fd, bytes, sizeof(bytes));
		while (written == (long)sizeof(bytes));
		close(fd);
		if (written < 0)
			return written;
	}
}

static long fill_with_names(void)
{
	char name[TEXT];

	for (int i = 0;; i++) {
		snprintf(name, sizeof(name), "/tmp/fill%d", i);
		int fd = create(name);
		if (fd < 0)
			return fd;
		close(fd);
	}
}

static long fill_with_depth(void)
{
	long error;

	chdir("/tmp");
	while ((error = mkdir("fill", 0777)) == 0)
		chdir("fill");
	return error;
}

/* Takes all files away again, by a process whose current directory may be the deepest. */
static void clear_files(void)
{
	char name[TEXT];

	for (int i = 0;; i++) {
		snprintf(name, sizeof(name), "/tmp/fill%d", i);
		if (unlink(name) < 0)
			return;
	}
}

static void clear_depth(void)
{
	while (rmdir("fill") == 0 || rmdir("../fill") == 0)
		chdir("..");
}

static int fill(const char *with)
{
	bool deep = !strcmp(with, "depth");
	uint64_t processes = inventory_now().processes;

	for (size_t i = 0; i < sizeof(bytes); i += PAGE)
		bytes[i] = 1;
	close(create("/tmp/first")); /* what the kernel keeps of its first file is not counted */
	unlink("/tmp/first");
	struct inventory before = inventory_settled(processes);
	int control = control_start(), status = 0, pid = fork();
	if (pid == 0) {
		long error = deep ? fill_with_depth() : strcmp(with, "names") ? fill_with_files() : fill_with_names();
		int child = fork(); /* the memory for processes must not be gone */
		if (child == 0)
			exit_group(0);
		bool harmless = child > 0 && wait4(child, NULL, 0, NULL) == child;
		if (deep)
			clear_depth();
		else
			clear_files();
		exit_group(error == -ENOSPC && harmless ? EXIT_FULL : 1);
	}
	wait4(pid, &status, 0, NULL);
	check(signal_of(status) == 0 && exit_status_of(status) == EXIT_FULL, "/tmp full of %s: ENOSPC, and fork works",
	      with);
	control_check(control);
	struct inventory after = inventory_settled(processes);
	check(before.pages == after.pages, "all memory is back: %lu pages free, then %lu", before.pages, after.pages);
	return check_summary("tmptest");
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "fill"))
		return fill(argv[2]);
	if (argc > 1)
		return STATUS_USAGE;
	test_open();
	test_shared_offset();
	test_sizes();
	test_directories();
	test_listing();
	test_names();
	test_rename();
	test_read_only();
	test_bad_page();
	test_time();
	return check_summary("tmptest");
}
