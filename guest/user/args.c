/* SPDX-License-Identifier: MIT */
/*
 * Prints what the kernel put on the stack before the first instruction: argv, envp and the auxiliary
 * vector (System V ABI, AMD64 supplement, 3.4.1 to 3.4.3).
 *   args [ARG...]
 */
#include "lib/print.h"

#include <stddef.h>
#include <stdint.h>

/* clang-format off */
#define AUXILIARY(X) \
	X(3, PHDR) X(4, PHENT) X(5, PHNUM) X(6, PAGESZ) X(7, BASE) X(8, FLAGS) X(9, ENTRY) X(11, UID) X(12, EUID) \
	X(13, GID) X(14, EGID) X(15, PLATFORM) X(16, HWCAP) X(17, CLKTCK) X(23, SECURE) X(25, RANDOM) X(26, HWCAP2) \
	X(31, EXECFN) X(33, SYSINFO_EHDR)
/* clang-format on */

struct auxiliary {
	uint64_t type, value;
};

static const char *name_of(uint64_t type)
{
	switch (type) {
#define CASE(number, name)                                                                                             \
	case number:                                                                                                   \
		return #name;
		AUXILIARY(CASE)
	default:
		return "?";
	}
}

int main(int argc, char **argv, char **envp)
{
	for (int i = 0; i < argc; i++)
		printf("argv[%d] = %s\n", i, argv[i]);
	if (argv[argc] != NULL)
		return 1;
	for (; *envp; envp++)
		printf("envp: %s\n", *envp);
	for (const struct auxiliary *entry = (const void *)(envp + 1); entry->type; entry++)
		printf("auxv: %-2lu %-12s 0x%lx\n", entry->type, name_of(entry->type), entry->value);
	return 0;
}
