/* SPDX-License-Identifier: MIT */
/*
 * Tests system calls on files, pipes, the terminal and process groups against Linux's manual, and that as much memory
 * is free afterwards as before. Needs a read-only tree with /data/file that contains "0123456789", the link /data/link
 * to this file, and the link /data/loop to itself.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int failed, passed;

static void check(int good, const char *what, int line)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("FAIL line %d: %s (errno %d)\n", line, what, errno);
}

#define CHECK(condition) (errno = 0, check(condition, #condition, __LINE__))
#define FAILS(call, error) CHECK((call) == -1 && errno == (error))

static char buffer[8192];

static int reads(int fd, size_t size, const char *expected)
{
	ssize_t got = read(fd, buffer, size);

	return got == (ssize_t)strlen(expected) && memcmp(buffer, expected, (size_t)got) == 0;
}

static void regular_files(void)
{
	struct stat status;
	struct iovec parts[2] = {{buffer + 100, 3}, {buffer + 200, 4}};
	int fd = open("/data/file", O_RDONLY), other = open("/data/../data/link", O_RDONLY | O_CLOEXEC);

	CHECK(fd == 3 && other == 4);
	CHECK(reads(fd, 4, "0123") && reads(fd, 100, "456789") && reads(fd, 1, ""));
	CHECK(reads(other, 2, "01"));
	CHECK(lseek(fd, -3, SEEK_END) == 7 && reads(fd, 9, "789"));
	CHECK(lseek(fd, 100, SEEK_SET) == 100 && reads(fd, 9, ""));
	FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
	FAILS(lseek(fd, 0, 9), EINVAL);
	CHECK(lseek(fd, 1, SEEK_SET) == 1 && readv(fd, parts, 2) == 7 && !memcmp(buffer + 200, "4567", 4));
	CHECK(pread(fd, buffer, 2, 8) == 2 && !memcmp(buffer, "89", 2) && lseek(fd, 0, SEEK_CUR) == 8);
	CHECK(fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 10);
	CHECK(fcntl(other, F_GETFD) == FD_CLOEXEC && fcntl(fd, F_GETFD) == 0);
	CHECK(dup2(fd, 20) == 20 && lseek(20, 0, SEEK_SET) == 0 && reads(fd, 1, "0"));
	CHECK(fcntl(fd, F_DUPFD, 10) == 10 && close(10) == 0 && close(20) == 0);
	FAILS(write(fd, "x", 1), EBADF);
	FAILS(read(fd, (void *)8, 4), EFAULT);
	FAILS(ioctl(fd, TCGETS, buffer), ENOTTY);
	CHECK(close(fd) == 0 && close(other) == 0);
	FAILS(close(fd), EBADF);
	FAILS(dup(fd), EBADF);
	FAILS(dup2(fd, 5), EBADF);
}

static void paths(void)
{
	struct stat status;

	FAILS(open("/data/none", O_RDONLY), ENOENT);
	FAILS(open("", O_RDONLY), ENOENT);
	FAILS(open("/data/none", O_RDWR | O_CREAT, 0644), EROFS);
	FAILS(open("/data/file", O_RDWR), EROFS);
	FAILS(open("/data", O_WRONLY), EISDIR);
	FAILS(open("/data/file/x", O_RDONLY), ENOTDIR);
	FAILS(open("/data/file", O_RDONLY | O_DIRECTORY), ENOTDIR);
	FAILS(open("/data/link", O_RDONLY | O_NOFOLLOW), ELOOP);
	FAILS(open("/data/loop", O_RDONLY), ELOOP);
	FAILS(open((char *)8, O_RDONLY), EFAULT);
	memset(buffer, 'n', 300);
	buffer[300] = '\0';
	FAILS(open(buffer, O_RDONLY), ENAMETOOLONG);
	CHECK(lstat("/data/link", &status) == 0 && S_ISLNK(status.st_mode));
	CHECK(stat("/data/link", &status) == 0 && S_ISREG(status.st_mode));
	CHECK(stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == 0x103);
	CHECK(readlink("/data/link", buffer, 100) == 4 && !memcmp(buffer, "file", 4));
	CHECK(readlink("/data/link", buffer, 2) == 2);
	FAILS(readlink("/data/file", buffer, 100), EINVAL);
	CHECK(access("/data/file", R_OK) == 0);
	FAILS(access("/data/file", W_OK), EROFS);
	FAILS(access("/data/file", X_OK), EACCES);
	CHECK(chdir("/data") == 0 && getcwd(buffer, 100) && !strcmp(buffer, "/data") && access("file", F_OK) == 0);
	FAILS(chdir("file"), ENOTDIR);
	CHECK(getcwd(buffer, 5) == NULL && errno == ERANGE);
	int directory = open(".", O_RDONLY | O_DIRECTORY), fd = openat(directory, "file", O_RDONLY);
	CHECK(fd >= 0 && reads(fd, 2, "01") && close(fd) == 0);
	FAILS(read(directory, buffer, 10), EISDIR);
	CHECK(chdir("/") == 0 && fchdir(directory) == 0 && chdir("..") == 0 && close(directory) == 0);
	CHECK(umask(022) == 0 && umask(0) == 022);
}

static void directories(void)
{
	char names[200] = "";
	DIR *directory = opendir("/data");

	for (int round = 0; round < 2; round++) {
		names[0] = '\0';
		for (struct dirent *entry; (entry = readdir(directory));)
			strcat(strcat(names, entry->d_name), " ");
		CHECK(!strcmp(names, ". .. file link loop "));
		rewinddir(directory);
	}
	closedir(directory);
}

static void devices(void)
{
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY);

	CHECK(reads(null, 10, "") && write(null, "abc", 3) == 3);
	memset(buffer, 'x', 5000);
	CHECK(read(zero, buffer, 5000) == 5000 && buffer[0] == 0 && buffer[4999] == 0 && buffer[5000] != 'x');
	close(null);
	close(zero);
}

static void pipes(void)
{
	struct stat status;
	int fds[2], count;

	CHECK(pipe(fds) == 0 && fstat(fds[0], &status) == 0 && S_ISFIFO(status.st_mode));
	struct pollfd polled[2] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLOUT}};
	CHECK(poll(polled, 2, 0) == 1 && polled[0].revents == 0 && polled[1].revents == POLLOUT);
	CHECK(poll(polled, 1, 20) == 0);
	CHECK(write(fds[1], "hello", 5) == 5 && ioctl(fds[0], FIONREAD, &count) == 0 && count == 5);
	CHECK(poll(polled, 1, -1) == 1 && polled[0].revents == POLLIN);
	CHECK(reads(fds[0], 2, "he") && reads(fds[0], 100, "llo"));
	FAILS(lseek(fds[0], 0, SEEK_SET), ESPIPE);
	FAILS(write(fds[0], "x", 1), EBADF);
	FAILS(read(fds[1], buffer, 1), EBADF);
	CHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(fds[0], F_GETFL) == O_NONBLOCK);
	FAILS(read(fds[0], buffer, 1), EAGAIN);
	CHECK(fcntl(fds[1], F_SETPIPE_SZ, 4096) == 4096 && fcntl(fds[1], F_GETPIPE_SZ) == 4096);
	CHECK(fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0 && write(fds[1], buffer, 4000) == 4000);
	FAILS(write(fds[1], buffer, 97), EAGAIN);
	CHECK(write(fds[1], buffer, 96) == 96);
	CHECK(close(fds[1]) == 0 && read(fds[0], buffer, 8192) == 4096 && reads(fds[0], 1, ""));
	CHECK(poll(polled, 1, -1) == 1 && polled[0].revents == POLLHUP);
	close(fds[0]);

	CHECK(pipe2(fds, O_CLOEXEC) == 0 && fcntl(fds[0], F_GETFD) == FD_CLOEXEC);
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	FAILS(write(fds[1], "x", 1), EPIPE);
	signal(SIGPIPE, SIG_DFL);
	close(fds[1]);
}

static int status_of(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child ? status : -1;
}

static void children(void)
{
	int fds[2];

	pipe(fds);
	pid_t child = fork();
	if (child == 0) {
		close(fds[0]);
		for (int i = 0; i < 10; i++)
			write(fds[1], buffer, sizeof(buffer));
		_exit(3);
	}
	close(fds[1]);
	size_t total = 0;
	for (ssize_t got; (got = read(fds[0], buffer, 3000)) > 0;)
		total += (size_t)got;
	CHECK(total == 10 * sizeof(buffer) && status_of(child) == 3 << 8);
	close(fds[0]);

	pipe(fds);
	child = fork();
	if (child == 0) {
		close(fds[0]);
		for (;;)
			write(fds[1], buffer, sizeof(buffer));
	}
	close(fds[0]);
	close(fds[1]);
	CHECK(status_of(child) == SIGPIPE);

	pipe(fds);
	child = fork();
	if (child == 0)
		read(fds[0], buffer, 1);
	CHECK(kill(child, SIGTERM) == 0 && status_of(child) == SIGTERM);
	close(fds[0]);
	close(fds[1]);
}

static void groups(void)
{
	sigset_t all, before;
	pid_t first = fork();

	if (first == 0)
		for (;;)
			pause();
	pid_t second = fork();
	if (second == 0)
		for (;;)
			pause();
	CHECK(setpgid(first, first) == 0 && setpgid(second, first) == 0 && getpgid(second) == first);
	FAILS(setpgid(second, 9999), EPERM);
	FAILS(kill(-9999, SIGTERM), ESRCH);
	CHECK(kill(-first, 0) == 0 && kill(-first, SIGTERM) == 0);
	CHECK(status_of(first) == SIGTERM && status_of(second) == SIGTERM);
	FAILS(kill(-first, 0), ESRCH);

	pid_t child = fork();
	if (child == 0) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, &before);
		raise(SIGUSR1);
		write(STDOUT_FILENO, "", 0);
		sigprocmask(SIG_SETMASK, &before, NULL);
		_exit(1);
	}
	CHECK(status_of(child) == SIGUSR1);
	child = fork();
	if (child == 0)
		abort();
	CHECK(status_of(child) == SIGABRT);
	child = fork();
	if (child == 0) {
		signal(SIGTERM, SIG_IGN);
		raise(SIGTERM);
		_exit(signal(SIGTERM, SIG_DFL) == SIG_IGN ? 4 : 5);
	}
	CHECK(status_of(child) == 4 << 8);
}

static void terminal(void)
{
	struct termios settings;
	struct {
		tcflag_t flags[4];
		cc_t line, characters[19];
		unsigned speeds[2];
	} settings2; /* struct termios2 */
	struct winsize size;
	int fd = open("/dev/tty", O_RDWR);

	CHECK(isatty(fd) && tcgetattr(fd, &settings) == 0);
	settings.c_lflag &= ~(tcflag_t)ECHO;
	CHECK(tcsetattr(fd, TCSANOW, &settings) == 0 && tcgetattr(fd, &settings) == 0 && !(settings.c_lflag & ECHO));
	CHECK(ioctl(fd, 0x802c542aU, &settings2) == 0 && settings2.flags[3] == settings.c_lflag &&
	      settings2.speeds[1] != 0);
	settings2.flags[3] |= ECHO;
	CHECK(ioctl(fd, 0x402c542bU, &settings2) == 0 && tcgetattr(fd, &settings) == 0 && settings.c_lflag & ECHO);
	FAILS(ioctl(fd, 0x402c542dU, (void *)8), EFAULT);
	CHECK(ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col == 80);
	CHECK(tcgetpgrp(fd) == 1 && tcsetpgrp(fd, getpgrp()) == 0);
	FAILS(tcsetpgrp(fd, 9999), ESRCH);
	close(fd);
}

/* A file or pipe of the host is no terminal. That of input is read only, that of output written only. */
static void no_terminal(void)
{
	struct pollfd files[] = {{.fd = 0, .events = POLLIN | POLLOUT}, {.fd = 1, .events = POLLIN | POLLOUT}};
	struct termios settings;
	struct winsize size;
	int count = -1;
	char byte;

	for (int fd = 0; fd <= 2; fd++) {
		FAILS(tcgetattr(fd, &settings), ENOTTY);
		FAILS(ioctl(fd, TIOCGWINSZ, &size), ENOTTY);
	}
	CHECK(ioctl(0, FIONREAD, &count) == 0 && count >= 0);
	FAILS(write(0, "", 1), EBADF);
	FAILS(read(1, &byte, 1), EBADF);
	CHECK(poll(files, 2, -1) >= 1 && !(files[0].revents & POLLOUT) && files[1].revents == POLLOUT);
}

static void descriptors_run_out(void)
{
	int count = 0, fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		count++;
	check(errno == EMFILE, "no descriptor is left", __LINE__);
	for (fd = 3; fd < 3 + count; fd++)
		close(fd);
	CHECK(count == 61);
}

static void everything(void)
{
	regular_files();
	paths();
	directories();
	devices();
	pipes();
	children();
	groups();
	terminal();
	no_terminal();
	descriptors_run_out();
}

int main(void)
{
	struct sysinfo before, after;

	/* C library and kernel keep some of the memory that they take in the first runs. */
	everything();
	everything();
	sysinfo(&before);
	everything();
	sysinfo(&after);
	CHECK(before.freeram == after.freeram);
	printf("files: %d passed, %d failed\n", passed, failed);
	return failed != 0;
}
