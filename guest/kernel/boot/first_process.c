/* SPDX-License-Identifier: MIT */
/* The first process, init: its arguments, its environment, its memory, its place in the process list. */
#include "kernel/boot/first_process.h"

#include "formats/words.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptors.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/process/exec.h"
#include "kernel/process/lifetime.h"
#include "kernel/trap/trap_table.h"
#include "kernel/watch/panic.h"

_Static_assert(
	RINGSIDE_COMMAND_LINE_MAX + sizeof(INIT_DEFAULT) - sizeof("-") <= PAGE_SIZE,
	"init's arguments fit a page: each takes as much as on the command line, where -- is in place of the path");

static void add_string(struct strings *strings, const char *text)
{
	uint64_t size = strlen(text) + 1;

	if (size > PAGE_SIZE - strings->size)
		panic("the arguments for init do not fit a page");
	memcpy(strings->bytes + strings->size, text, size);
	strings->size += size;
	strings->count++;
}

static struct strings empty_strings(void)
{
	uint64_t page = page_zeroed();

	if (page == 0)
		panic("no memory for init");
	return (struct strings){.bytes = direct(page)};
}

/*
 * Where only FXSAVE can save FPU state, a context switch loses the upper halves of AVX registers, yet CPUID offers AVX
 * to programs on a host that runs ring 3 natively. A static glibc chooses its string functions by CPUID; this variable
 * asks glibc not to use AVX. musl uses no AVX.
 */
#define WITHOUT_AVX                                                                                                    \
	"GLIBC_TUNABLES=glibc.cpu.hwcaps="                                                                             \
	"-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-FMA,-FMA4,-AVX_Fast_Unaligned_Load"

void start_init(const char *path, char *words)
{
	struct strings arguments = empty_strings(), environment = empty_strings();
	struct exec exec;

	add_string(&arguments, path);
	for (char *word; (word = words_next(&words)) != NULL;)
		add_string(&arguments, word);
	if (words == NULL)
		options_refuse("the words for init end within double quotes\n");
	add_string(&environment, "HOME=/");
	add_string(&environment, "PATH=/:/bin");
	if (!cpu.xsave)
		add_string(&environment, WITHOUT_AVX);
	if (syscall_delivery == DELIVERY_OFF && options.protocol != PROTOCOL_DIRECT)
		add_string(&environment, "TRAPS=int80");

	init = process_create(NULL);
	if (init == NULL)
		panic("no memory for init");
	space_of_init = &init->space;
	int error = exec_load(&exec, &init->space, init->pid, path, &arguments, &environment);
	if (error == -ENOENT || error == -ENOTDIR)
		options_refuse("init: there is no program %s in the initrd\n", path);
	if (error == -ENOEXEC || error == -EACCES)
		options_refuse("init: %s cannot be run: a program is a static ELF file for x86-64\n", path);
	if (error != 0)
		panic("init: cannot start '%s': error %d", path, error);
	page_put(physical(arguments.bytes));
	page_put(physical(environment.bytes));
	exec_frame(init, &exec);
	struct file *from, *to;
	if (!files_open_first(&from, &to))
		panic("no memory for the console");
	descriptors_open_first(&init->descriptors, from, to);
	process_start(init);
}
