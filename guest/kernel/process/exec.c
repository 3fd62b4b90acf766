/* SPDX-License-Identifier: MIT */
/* Loading a program: its segments become regions, and argc, argv, envp and auxv go onto its stack. */
#include "kernel/process/exec.h"

#include "kernel/boot/initrd.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/boot/memory_layout.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/serial_console.h"
#include "kernel/files/archive.h"
#include "kernel/lib/elf_program.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/eager_pages.h"
#include "kernel/memory/regions.h"
#include "kernel/memory/user_copy.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

/* Auxiliary vector entries (System V psABI for x86-64, 3.4.3) */
enum {
	AT_NULL = 0,
	AT_PHDR = 3,
	AT_PHENT = 4,
	AT_PHNUM = 5,
	AT_PAGESZ = 6,
	AT_ENTRY = 9,
	AT_UID = 11,
	AT_EUID = 12,
	AT_GID = 13,
	AT_EGID = 14,
	AT_CLKTCK = 17,
	AT_SECURE = 23,
	AT_RANDOM = 25,
	AT_SYSINFO = 32, /* the address by which programs in ring 0 call the kernel; 0 = programs trap */
};

enum { RANDOM_SIZE = 16, CLOCK_TICKS = 100 };

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

	if (tree.root != NULL || cpio_find(&initrd, path, &entry) != 1 ||
	    (cpio_number(entry.header, CPIO_MODE) & MODE_TYPE) != MODE_FILE)
		return false;
	*program = (struct program){.file = entry.data, .size = entry.size};
	return true;
}

static int find_file(struct program *program, const char *path)
{
	struct node *node;

	if (find_without_tree(program, path))
		return 0;
	int error = path_find(current->descriptors.directory, path, true, &node);
	if (error != 0)
		return error;
	if ((node->mode & MODE_TYPE) != MODE_FILE)
		return -EACCES;
	*program = (struct program){.file = node->data, .size = node->size, .node = node};
	return 0;
}

static int find_program(struct program *program, const char *path, struct elf_program *elf)
{
	int error = find_file(program, path);

	if (error != 0)
		return error;
	const char *why = elf_check(program->file, program->size, USER_START, USER_STACK_TOP - USER_STACK_SIZE, elf);
	if (why != NULL) {
		/* Who called can see what else a file is, but not what is wrong with a program. */
		if (elf64_has_magic((struct bytes){program->file, program->size}))
			print("%s: cannot be run: %s\n", path, why);
		return -ENOEXEC;
	}
	const char *name = base_name(path);
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

/* ---- the stack, built downwards ---- */

struct stack {
	struct space *space;
	uint64_t rsp;
	int error;
};

static void push_bytes(struct stack *stack, const void *bytes, uint64_t size)
{
	stack->rsp -= size;
	if (stack->error == 0)
		stack->error = space_write(stack->space, stack->rsp, bytes, size);
}

static void push_word(struct stack *stack, uint64_t word)
{
	push_bytes(stack, &word, sizeof(word));
}

/* Pushes a NULL and then the addresses of the strings, which lie at `address`, the last one first. */
static void push_pointers(struct stack *stack, const struct strings *strings, uint64_t address)
{
	uint64_t end = strings->size;

	push_word(stack, 0);
	for (uint64_t i = 0; i < strings->count; i++) {
		end--; /* the NUL */
		while (end > 0 && strings->bytes[end - 1] != '\0')
			end--;
		push_word(stack, address + end);
	}
}

static void push_auxv(struct stack *stack, const struct elf_program *elf, uint64_t random)
{
	const uint64_t auxv[][2] = {
		{AT_PHDR, elf->headers},
		{AT_PHENT, sizeof(struct elf64_program_header)},
		{AT_PHNUM, elf->header_count},
		{AT_PAGESZ, PAGE_SIZE},
		{AT_ENTRY, elf->entry},
		{AT_UID, 0},
		{AT_EUID, 0},
		{AT_GID, 0},
		{AT_EGID, 0},
		{AT_CLKTCK, CLOCK_TICKS},
		{AT_SECURE, 0},
		{AT_RANDOM, random},
		{AT_SYSINFO, options.protocol == PROTOCOL_DIRECT ? (uint64_t)service_entry : 0},
		{AT_NULL, 0},
	};

	push_bytes(stack, auxv, sizeof(auxv));
}

/* System V psABI for x86-64, figure 3.9. RSP is a multiple of 16 where argc lies. */
static int build_stack(struct space *space, const struct elf_program *elf, const struct strings *arguments,
		       const struct strings *environment, uint64_t *rsp)
{
	struct stack stack = {.space = space, .rsp = USER_STACK_TOP};
	uint64_t seed[RANDOM_SIZE / 8] = {rdtsc() * 0x9e3779b97f4a7c15, rdtsc() * 0xd1b54a32d192ed03};

	push_word(&stack, 0);
	push_bytes(&stack, environment->bytes, environment->size);
	uint64_t environment_at = stack.rsp;
	push_bytes(&stack, arguments->bytes, arguments->size);
	uint64_t arguments_at = stack.rsp;
	stack.rsp &= ~15UL;
	push_bytes(&stack, seed, sizeof(seed));
	uint64_t random_at = stack.rsp;
	/* What is pushed next: auxv, an even number of words; envp and argv, each with a NULL; argc. */
	if ((arguments->count + environment->count + 3) % 2 != 0)
		stack.rsp -= 8;
	push_auxv(&stack, elf, random_at);
	push_pointers(&stack, environment, environment_at);
	push_pointers(&stack, arguments, arguments_at);
	push_word(&stack, arguments->count);
	*rsp = stack.rsp;
	return stack.error;
}

int exec_load(struct exec *exec, struct space *space, uint32_t pid, const char *path, const struct strings *arguments,
	      const struct strings *environment)
{
	struct elf_program elf;
	int error = find_program(&exec->program, path, &elf);

	if (error != 0)
		return error;
	if (!space_init(space))
		return -ENOMEM;
	event(PROC_MEMORY, pid, space->cr3, space->page_count);
	error = map_program(space, &elf);
	event(PROC_LOAD, pid, space->cr3, exec->program.file - initrd.start);
	if (error == 0)
		error = build_stack(space, &elf, arguments, environment, &exec->rsp);
	if (error != 0) {
		space_free(space);
		return error;
	}
	event(PROC_STACK, pid, exec->rsp, arguments->count);
	exec->entry = elf.entry;
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
	event(PROC_CLEAR, process->pid, sizeof(struct trap_frame) / sizeof(uint64_t), 0);
}
