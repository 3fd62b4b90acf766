/* SPDX-License-Identifier: MIT */
/* Opens and reads image files: see image_file.h. */
#include "base/image_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file_status.h"

#define FILE_SIZE_MAX (INT64_C(256) << 20)

/* The most that one pread(2) transfers on Linux is a little under 2 GiB. */
#define READ_MAX (UINT64_C(1) << 30)

int image_file_open(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

int64_t image_file_read_at(int fd, uint64_t offset, uint64_t length, void *to)
{
	uint64_t done = 0;

	while (done < length) {
		uint64_t wanted = length - done < READ_MAX ? length - done : READ_MAX;
		ssize_t got = pread(fd, (uint8_t *)to + done, wanted, (off_t)(offset + done));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (uint64_t)got;
	}
	return (int64_t)done;
}

struct bytes image_file_read_open(int fd)
{
	struct stat status;

	if (file_status(fd, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size == 0 ||
	    status.st_size > FILE_SIZE_MAX)
		return (struct bytes){NULL, 0};
	uint8_t *buffer = malloc((size_t)status.st_size);
	int64_t got = buffer != NULL ? image_file_read_at(fd, 0, (uint64_t)status.st_size, buffer) : 0;
	return (struct bytes){buffer, got > 0 ? (size_t)got : 0};
}

struct bytes image_file_read(const char *path)
{
	int fd = image_file_open(path);
	struct bytes file = image_file_read_open(fd);

	if (fd >= 0)
		close(fd);
	return file;
}
