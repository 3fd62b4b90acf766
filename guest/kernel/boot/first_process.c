/* SPDX-License-Identifier: MIT */
/* The first process, init: its arguments, its environment, its memory, its place in the process list. */
#include "kernel/boot/first_process.h"

#include "formats/words.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptors.h"
#include "kernel/lib/errno.h"
#include "kernel/process/exec.h"
#include "kernel/process/lifetime.h"
#include "kernel/signals/signal_details.h"
#include "kernel/trap/trap_table.h"
#include "kernel/watch/panic.h"

static void add_string(struct strings *strings, const char *text)
{
	if (strings_add(strings, text) != 0)
		panic("no memory for init");
}

static struct strings empty_strings(void)
{
	struct strings strings;

	if (!strings_init(&strings))
		panic("no memory for init");
	return strings;
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
	if (syscall_delivery == RINGSIDE_DELIVERY_OFF && options.protocol != PROTOCOL_DIRECT)
		add_string(&environment, "TRAPS=int80");

	init = process_create(NULL);
	if (init == NULL)
		panic("no memory for init");
	space_of_init = &init->space;
	int error = exec_find(&exec.program, path);
	if (error == 0)
		error = exec_load(&exec, &init->space, init->pid, path, &arguments, &environment);
	if (error == -ENOENT || error == -ENOTDIR)
		options_refuse("init: there is no program %s in the initrd\n", path);
	if (error == -ENOEXEC || error == -EACCES)
		options_refuse("init: %s cannot be run: a program is a static ELF file for x86-64\n", path);
	if (error != 0)
		panic("init: cannot start '%s': error %d", path, error);
	strings_free(&arguments);
	strings_free(&environment);
	exec_frame(init, &exec);
	struct file *from, *to;
	if (!files_open_first(&from, &to))
		panic("no memory for the console");
	descriptors_open_first(&init->descriptors, from, to);
	signals_reset(init);
	process_start(init);
}
