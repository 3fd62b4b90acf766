/* SPDX-License-Identifier: MIT */
/* What /proc/self tells, in the form of Linux's files (proc(5)). */
#include "kernel/boot/memory_layout.h"
#include "kernel/lib/tree.h"
#include "kernel/memory/region_table.h"
#include "kernel/memory/user_copy.h"
#include "kernel/proc/proc_text.h"
#include "kernel/process/process_list.h"

/* ---- the command line ---- */

void proc_self_cmdline(struct proc_text *text)
{
	const struct program *program = &current->program;
	char piece[PROC_PIECE_MAX];

	for (uint64_t at = program->arguments, end = at + program->arguments_size, part; at < end; at += part) {
		part = end - at < sizeof(piece) ? end - at : sizeof(piece);
		if (proc_is_full(text) || space_read(&current->space, piece, at, part) != 0)
			return;
		proc_put(text, piece, part);
	}
}

/* ---- the map of memory ---- */

/* Whether the data of a region is in the program's own file. */
static bool is_of_program(const struct region *region)
{
	const struct program *program = &current->program;

	return region->data >= program->file && region->data < program->file + program->size;
}

static void print_place(struct proc_text *text, const struct region *region)
{
	const struct space *space = &current->space;
	char buffer[PROC_PIECE_MAX];

	if (is_of_program(region) && current->program.node != NULL) {
		const char *path = tree_path(current->program.node, buffer, sizeof(buffer));
		proc_print(text, "%s", path == NULL ? current->program.name : path);
	} else if (region->end == USER_STACK_TOP) {
		proc_print(text, "[stack]");
	} else if (region->start < space->break_end && region->end > space->break_start) {
		proc_print(text, "[heap]");
	}
}

static void print_region(struct proc_text *text, const struct region *region)
{
	uint64_t offset = is_of_program(region) ? (uint64_t)(region->data - current->program.file) : 0;

	proc_print(text, "%08lx-%08lx %c%c%cp %08lx 00:01 %-10u ", region->start, region->end,
		   region->protection & REGION_READ ? 'r' : '-', region->protection & REGION_WRITE ? 'w' : '-',
		   region->protection & REGION_EXECUTE ? 'x' : '-', offset & ~(PAGE_SIZE - 1),
		   is_of_program(region) && current->program.node != NULL ? current->program.node->number : 0);
	print_place(text, region);
	proc_put(text, "\n", 1);
}

void proc_self_maps(struct proc_text *text)
{
	const struct region_table *regions = &current->space.regions;

	for (unsigned i = 0; i < regions->count && !proc_is_full(text); i++)
		print_region(text, region_number(regions, i));
}

/* ---- status ---- */

static uint64_t mapped_bytes(void)
{
	const struct region_table *regions = &current->space.regions;
	uint64_t sum = 0;

	for (unsigned i = 0; i < regions->count; i++)
		sum += region_number(regions, i)->end - region_number(regions, i)->start;
	return sum;
}

void proc_self_status(struct proc_text *text)
{
	const struct process *self = current;

	proc_print(text, "Name:\t%s\nState:\tR (running)\n", self->program.name);
	proc_print(text, "Tgid:\t%u\nPid:\t%u\nPPid:\t%u\n", self->pid, self->pid,
		   self->parent == NULL ? 0 : self->parent->pid);
	proc_print(text, "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t%d\n", DESCRIPTORS_MAX);
	proc_print(text, "VmSize:\t%8lu kB\nVmRSS:\t%8lu kB\nThreads:\t1\n", mapped_bytes() / 1024,
		   self->space.page_count * (PAGE_SIZE / 1024));
	proc_print(text, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n", self->voluntary,
		   self->involuntary);
}
