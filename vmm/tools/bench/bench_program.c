/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_program.h"

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOAD_ADDRESS 0x400000

enum { SEGMENT_ALIGNMENT = 4096, STATUS_NO_EXEC = 127 };

struct program {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	uint8_t code[9];
};

/* An ELF file of one segment, which holds the whole file. There are no libraries, so no dynamic linker is measured. */
static const struct program program = {
	.header =
		{
			.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_entry = LOAD_ADDRESS + offsetof(struct program, code),
			.e_phoff = offsetof(struct program, segment),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
		},
	.segment =
		{
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = LOAD_ADDRESS,
			.p_filesz = sizeof(struct program),
			.p_memsz = sizeof(struct program),
			.p_align = SEGMENT_ALIGNMENT,
		},
	/* clang-format off */
	.code = {
		0xb8, 60, 0, 0, 0, /* mov $60 (exit), %eax */
		0x31, 0xff,        /* xor %edi, %edi */
		0x0f, 0x05,        /* syscall */
	},
	/* clang-format on */
};

int program_make(struct error *error)
{
	const int fd = memfd_create("vmm-bench-program", MFD_CLOEXEC);

	if (fd < 0)
		return error_set(error, "cannot make a program to execute: %s", strerror(errno));
	if (write(fd, &program, sizeof(program)) == (ssize_t)sizeof(program))
		return fd;
	close(fd);
	return error_set(error, "cannot write a program to execute: %s", strerror(errno));
}

_Noreturn void program_become(int fd)
{
	char *const none[] = {NULL};

	fexecve(fd, none, none);
	_exit(STATUS_NO_EXEC);
}
