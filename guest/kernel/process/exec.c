/* SPDX-License-Identifier: MIT */
/* Loading a program: it is found, its segments become regions; exec_stack.c makes its stack. */
#include "kernel/process/exec.h"

#include <stddef.h>

#include "kernel/boot/initrd.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/boot/memory_layout.h"
#include "kernel/devices/serial_console.h"
#include "kernel/files/archive.h"
#include "kernel/lib/elf_program.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/eager_pages.h"
#include "kernel/memory/exec_stack.h"
#include "kernel/memory/regions.h"
#include "kernel/memory/script.h"
#include "kernel/schedule/pause.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

static const char *base_name(const char *path)
{
	const char *base = path;

	for (; *path != '\0'; path++)
		if (path[0] == '/' && path[1] != '\0')
			base = path + 1;
	return base;
}

/* Before there is a tree, init is looked for in the archive itself, so that booting need not build the tree. */
static bool find_without_tree(struct program *program, const char *path)
{
	struct cpio_entry entry;

	if (tree.root != NULL || cpio_find(&initrd, path, &entry) != 1)
		return false;
	uint32_t mode = cpio_number(entry.header, CPIO_MODE);
	if ((mode & MODE_TYPE) != MODE_FILE || !(mode & MODE_ANY_EXECUTE))
		return false;
	*program = (struct program){.file = entry.data, .size = entry.size};
	return true;
}

int exec_find(struct program *program, const char *path)
{
	struct node *node;

	if (find_without_tree(program, path))
		return 0;
	int error = path_find(current->descriptors.directory, path, true, &node);
	if (error != 0)
		return error;
	if ((node->mode & MODE_TYPE) != MODE_FILE || !(node->mode & MODE_ANY_EXECUTE) || node->file != NULL)
		return -EACCES;
	*program = (struct program){.file = node->data, .size = node->size, .node = node};
	return 0;
}

/*
 * Checks the program, or finds and checks the interpreter of a script, which may itself be a script. As on Linux the
 * process has the name of what was asked for.
 */
static int check_program(struct program *program, const char *path, struct strings *arguments, struct elf_program *elf)
{
	enum { SCRIPTS_MAX = 5 };
	const char *name = base_name(path);
	char lines[2][SCRIPT_LINE_MAX], *line = lines[0]; /* of a script, and of a script that is its interpreter */
	int error = 0;

	for (unsigned depth = 0; error == 0 && script_line(program->file, program->size, line); depth++) {
		if (depth == SCRIPTS_MAX)
			return -ELOOP;
		error = script_arguments(arguments, line, path);
		path = line;
		line = lines[depth % 2 == 0];
		if (error == 0)
			error = exec_find(program, path);
	}
	if (error != 0)
		return error;
	schedule_pause();
	const char *why = elf_check(program->file, program->size, USER_START, USER_STACK_TOP - USER_STACK_SIZE, elf);
	if (why != NULL) {
		/* Who called can see what else a file is, but not what is wrong with a program. */
		if (elf64_has_magic((struct bytes){program->file, program->size}))
			print("%s: cannot be run: %s\n", path, why);
		return -ENOEXEC;
	}
	program->base = elf->base;
	for (unsigned i = 0; i < NAME_SIZE - 1 && name[i] != '\0'; i++)
		program->name[i] = name[i];
	return 0;
}

_Static_assert((int)REGION_READ == ELF_PF_R && (int)REGION_WRITE == ELF_PF_W && (int)REGION_EXECUTE == ELF_PF_X,
	       "a segment's flags are its region's protection");

static int map_program(struct space *space, const struct elf_program *elf)
{
	int error = 0;

	for (unsigned i = 0; i < elf->segment_count && error == 0; i++) {
		const struct elf_segment *segment = &elf->segments[i];
		error = space_add(space, &(struct region){
						 .start = segment->start,
						 .end = segment->end,
						 .address = segment->address,
						 .data = segment->data,
						 .file = segment->file,
						 .protection = segment->flags,
					 });
	}
	if (error != 0)
		return error;
	space->break_start = space->break_now = space->break_end = elf->end;
	error = space_add(space, &(struct region){
					 .start = USER_STACK_TOP - user_stack_size(),
					 .end = USER_STACK_TOP,
					 .protection = REGION_READ | REGION_WRITE,
				 });
	return error != 0 ? error : space_bring_in(space, USER_START, USER_END);
}

static uint64_t program_pages(const struct elf_program *elf)
{
	uint64_t size = 0;

	for (unsigned i = 0; i < elf->segment_count; i++)
		size += elf->segments[i].end - elf->segments[i].start;
	return size >> PAGE_SHIFT;
}

int exec_load(struct exec *exec, struct space *space, uint32_t pid, const char *path, struct strings *arguments,
	      const struct strings *environment)
{
	struct elf_program elf;
	struct exec_stack stack;
	int error = check_program(&exec->program, path, arguments, &elf);

	if (error != 0)
		return error;
	if (!space_init(space))
		return -ENOMEM;
	event(PROC_MEMORY, pid, space->cr3, space->page_count);
	schedule_pause();
	error = map_program(space, &elf);
	event(PROC_LOAD, pid, space->cr3, exec->program.file - initrd.start);
	event(PROC_PAGES, pid, space->page_count, program_pages(&elf));
	schedule_pause();
	if (error == 0)
		error = exec_stack(space, &elf, path, arguments, environment, &stack);
	if (error != 0) {
		space_free(space);
		return error;
	}
	event(PROC_STACK, pid, stack.rsp, arguments->count);
	exec->entry = elf.entry;
	exec->rsp = stack.rsp;
	exec->program.arguments = stack.arguments;
	exec->program.arguments_size = arguments->size;
	return 0;
}

void exec_frame(struct process *process, const struct exec *exec)
{
	bool limited = options.protocol != PROTOCOL_DIRECT;

	process->program = exec->program;
	*process_frame(process) = (struct trap_frame){
		.vector = RINGSIDE_TRAP_SYSCALL,
		.rip = exec->entry,
		.cs = limited ? USER_CS : KERNEL_CS,
		.rflags = limited ? FLAG_IF | FLAG_ONE : FLAG_ONE,
		.rsp = exec->rsp,
		.ss = limited ? USER_SS : KERNEL_SS,
	};
	/* All but RSP, whose place in the frame is among what IRETQ takes. */
	event(PROC_CLEAR, process->pid, offsetof(struct trap_frame, vector) / sizeof(uint64_t), 0);
	event(PROC_FRAME, process->pid, process_frame(process), exec->entry);
}
