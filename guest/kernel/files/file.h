/* SPDX-License-Identifier: MIT */
/*
 * Open files: what descriptors stand for. A file is shared by the descriptors that dup and fork make of
 * one; what kind it is says its table of operations, one file each in files/. The system calls on them
 * are in sys_file.c, sys_descriptor.c, sys_path.c and sys_poll.c.
 */
#ifndef GUEST_KERNEL_FILES_H
#define GUEST_KERNEL_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/lib/tree.h"

struct process;

/* Linux's flags of open(2). */
enum {
	O_ACCESS = 3,
	O_READ_ONLY = 0,
	O_WRITE_ONLY = 1,
	O_READ_WRITE = 2,
	O_CREATE = 0100,
	O_EXCLUSIVE = 0200,
	O_TRUNCATE = 01000,
	O_APPEND = 02000,
	O_NONBLOCK = 04000,
	O_DIRECTORY = 0200000,
	O_NOFOLLOW = 0400000,
	O_CLOEXEC = 02000000,
};

/* What poll(2) asks and answers. */
enum { READY_READ = 1, READY_WRITE = 4, READY_ERROR = 8, READY_HANG_UP = 16, READY_INVALID = 32 };

enum { SEEK_SET, SEEK_CUR, SEEK_END };

enum { FIONREAD = 0x541b }; /* the ioctl that more than one kind of file knows */

/* As newfstatat(2) gives it on x86-64. */
struct file_status {
	uint64_t device, number, links;
	uint32_t mode, user, group, unused;
	uint64_t real_device;
	int64_t size, block_size, blocks;
	int64_t times[3][2]; /* access, modification, change: seconds, nanoseconds */
	int64_t unused_too[3];
};
_Static_assert(sizeof(struct file_status) == 144, "struct stat of x86-64");

struct file {
	const struct file_operations *operations;
	uint32_t users; /* descriptors that stand for it */
	uint32_t flags; /* O_ACCESS, O_APPEND, O_NONBLOCK */
	uint64_t position;
	struct node *node; /* NULL for a pipe */
	struct pipe *pipe; /* NULL for anything else */
};

/*
 * Results are those of the system calls: a number of bytes, or -errno. Addresses are the current
 * process's. A NULL means that the kind of file cannot do this; the default is in brackets.
 */
struct file_operations {
	int64_t (*read)(struct file *file, uint64_t address, uint64_t size, uint64_t *position); /* [-EINVAL] */
	int64_t (*write)(struct file *file, uint64_t address, uint64_t size);			 /* [-EINVAL] */
	void (*status)(const struct file *file, struct file_status *status);			 /* [the node's] */
	int64_t (*control)(struct file *file, uint64_t request, uint64_t argument);		 /* [-ENOTTY] */
	int64_t (*entries)(struct file *file, uint64_t address, uint64_t size);			 /* [-ENOTDIR] */
	unsigned (*ready)(const struct file *file);						 /* [read, write] */
	void (*release)(struct file *file);							 /* [nothing] */
	bool seekable;
};

extern const struct file_operations archive_file, archive_directory, null_device, zero_device, terminal, process_list;
extern const struct file_operations pipe_reader, pipe_writer;

/* A new open file with one user; NULL = out of memory. */
struct file *file_new(const struct file_operations *operations, struct node *node, uint32_t flags);
void file_put(struct file *file);

/* How a file of the tree is opened: 0 and its operations, or -errno. */
int file_operations_of(const struct node *node, uint32_t flags, const struct file_operations **operations);

void node_status(const struct node *node, struct file_status *status);

/* Makes both ends of a pipe. 0 or -ENOMEM. */
int pipe_new(struct file *ends[2], uint32_t flags);

/* ---- the tree ---- */

extern struct tree tree;

/*
 * Makes it from the initrd, with the devices, when it is first needed: booting does without. Panics if
 * there is no memory for it.
 */
void files_need_tree(void);

/* The console for init's descriptors, which gets its place in the tree when there is one. NULL: no memory. */
struct file *files_first_console(void);

/* What `path` names for the current process. 0 or -errno. */
int path_find(struct node *directory, const char *path, bool follow, struct node **found);

/* The same for a path in user memory, copied to `copy`. */
enum { PATH_LENGTH_MAX = 512 };
int path_read(char copy[PATH_LENGTH_MAX], uint64_t address);

/* ---- a process's descriptors ---- */

enum { DESCRIPTORS_MAX = 64 };

struct descriptors {
	struct file *files[DESCRIPTORS_MAX];
	uint64_t used, close_on_exec; /* bit n: descriptor n */
	struct node *directory;	      /* the current one */
	uint32_t creation_mask;
	struct list polling; /* among the pollers */
};

/* The file of a descriptor of the current process; NULL = there is none. */
struct file *descriptor_file(uint64_t fd);

/* The lowest free descriptor from `lowest` on for that file, or -EMFILE. Takes over the caller's use of the file. */
int64_t descriptor_add(struct file *file, uint64_t lowest, bool close_on_exec);
int64_t descriptor_close(uint64_t fd);

/* process_create, fork, execve and process_end call these. */
void descriptors_init(struct descriptors *descriptors);
void descriptors_open_console(struct descriptors *descriptors);
void descriptors_copy(struct descriptors *child, const struct descriptors *parent);
void descriptors_exec(struct descriptors *descriptors);
void descriptors_close_all(struct descriptors *descriptors);

/* ---- waiting ---- */

/* Wakes everybody on a list of blocked processes. */
void wake_all(struct list *waiting);

/* Blocks the current process until wake_all of that list. Something may have come in between: look again. */
int wait_on(struct list *waiting);

/* A file became ready for something: those in poll look again. */
void wake_pollers(void);

/* Until then, or until `deadline` (guest ns; UINT64_MAX = never). */
enum interruption wait_for_pollers(uint64_t deadline);

/* ---- the terminal: files/terminal.c; console.c brings its input ---- */

void terminal_init(void);
bool terminal_has_room(void);
void terminal_receive(uint8_t byte);
void terminal_hang_up(void);

/* Sends the signals that received bytes have asked for; does not return if the current process is ended by one. */
void terminal_send_signals(void);

#endif
