/* SPDX-License-Identifier: MIT */
/* Descriptors that the VMM has inherited, without blocking on them. Called by host/writer.c and host/input.c. */
#ifndef VMM_HOST_DESCRIPTOR_H
#define VMM_HOST_DESCRIPTOR_H

/*
 * Opens the pipe or terminal that is open as `fd` once more, for `access` (O_RDONLY or O_WRONLY), so that reads or
 * writes return EAGAIN instead of waiting. O_NONBLOCK on `fd` itself would change the open file description that other
 * processes share, such as the shell. Returns the new descriptor; or -1 if `fd` is no pipe or terminal, is not open for
 * `access`, or belongs to another user.
 */
int descriptor_open_again(int fd, int access);

#endif
