/* SPDX-License-Identifier: MIT */
/* The first stack of a program (System V psABI for x86-64, 3.4.1), with the auxiliary vector that Linux gives. */
#include "kernel/memory/exec_stack.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/boot/memory_layout.h"
#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/user_copy.h"
#include "kernel/trap/trap_path.h"

/* Auxiliary vector entries (System V psABI for x86-64, 3.4.3; getauxval(3)) */
enum {
	AT_NULL = 0,
	AT_PHDR = 3,
	AT_PHENT = 4,
	AT_PHNUM = 5,
	AT_PAGESZ = 6,
	AT_BASE = 7, /* of the dynamic loader, which there never is */
	AT_FLAGS = 8,
	AT_ENTRY = 9,
	AT_UID = 11,
	AT_EUID = 12,
	AT_GID = 13,
	AT_EGID = 14,
	AT_PLATFORM = 15,
	AT_HWCAP = 16,
	AT_CLKTCK = 17,
	AT_SECURE = 23,
	AT_RANDOM = 25,
	AT_HWCAP2 = 26,
	AT_EXECFN = 31,
	AT_SYSINFO = 32, /* the address by which programs in ring 0 call the kernel; 0 = programs trap */
	AT_MINSIGSTKSZ = 51,
};

enum { CLOCK_TICKS = 100, SIGNAL_FRAME = 1024 }; /* bytes of a signal frame besides the FPU state */

/* What AT_RANDOM and AT_PLATFORM point to. */
struct constants {
	uint64_t random[2];
	char platform[16];
};

/* Words that go to user memory behind each other, some at a time. */
struct words {
	struct space *space;
	uint64_t at;
	unsigned count;
	int error;
	uint64_t buffer[64];
	uint64_t string; /* put_pointers: the address of the next piece of strings */
	bool inside;	 /* and whether it begins inside of a string */
};

static void flush(struct words *words)
{
	if (words->error == 0)
		words->error = space_write(words->space, words->at, words->buffer, words->count * sizeof(uint64_t));
	words->at += words->count * sizeof(uint64_t);
	words->count = 0;
}

static void put(struct words *words, uint64_t word)
{
	if (words->count == sizeof(words->buffer) / sizeof(*words->buffer))
		flush(words);
	words->buffer[words->count++] = word;
}

static int put_pointers_of_piece(void *context, const char *bytes, uint64_t size)
{
	struct words *words = context;

	for (uint64_t i = 0; i < size; i++) {
		if (!words->inside)
			put(words, words->string + i);
		words->inside = bytes[i] != '\0';
	}
	words->string += size;
	return 0;
}

/* Puts the addresses of strings that lie at `address`, and a NULL. */
static void put_pointers(struct words *words, const struct strings *strings, uint64_t address)
{
	words->string = address;
	words->inside = false;
	strings_each(strings, put_pointers_of_piece, words);
	put(words, 0);
}

/* Where strings go to. */
struct target {
	struct space *space;
	uint64_t at;
};

static int write_piece(void *context, const char *bytes, uint64_t size)
{
	struct target *target = context;
	int error = space_write(target->space, target->at, bytes, size);

	target->at += size;
	return error;
}

int exec_stack(struct space *space, const struct elf_program *elf, const char *path, const struct strings *arguments,
	       const struct strings *environment, struct exec_stack *stack)
{
	const struct constants constants = {{rdtsc() * 0x9e3779b97f4a7c15, rdtsc() * 0xd1b54a32d192ed03}, "x86_64"};
	/* From above: 8 bytes of zeros, the path, envp's strings, argv's strings. */
	uint64_t path_at = USER_STACK_TOP - sizeof(uint64_t) - (strlen(path) + 1);
	uint64_t environment_at = path_at - environment->size, arguments_at = environment_at - arguments->size;
	uint64_t constants_at = (arguments_at & ~15UL) - sizeof(constants);
	const uint64_t auxv[][2] = {
		{AT_SYSINFO, options.protocol == PROTOCOL_DIRECT ? (uint64_t)service_entry : 0},
		{AT_MINSIGSTKSZ, cpu.fpu_size + SIGNAL_FRAME},
		{AT_HWCAP, cpu.hardware_capabilities},
		{AT_PAGESZ, PAGE_SIZE},
		{AT_CLKTCK, CLOCK_TICKS},
		{AT_PHDR, elf->headers},
		{AT_PHENT, sizeof(struct elf64_program_header)},
		{AT_PHNUM, elf->header_count},
		{AT_BASE, 0},
		{AT_FLAGS, 0},
		{AT_ENTRY, elf->entry},
		{AT_UID, 0},
		{AT_EUID, 0},
		{AT_GID, 0},
		{AT_EGID, 0},
		{AT_SECURE, 0},
		{AT_RANDOM, constants_at + offsetof(struct constants, random)},
		{AT_HWCAP2, 0},
		{AT_EXECFN, path_at},
		{AT_PLATFORM, constants_at + offsetof(struct constants, platform)},
		{AT_NULL, 0},
	};
	/* argc; argv and envp with a NULL each; auxv. RSP is a multiple of 16 where argc lies. */
	uint64_t count = 1 + arguments->count + 1 + environment->count + 1 + sizeof(auxv) / sizeof(uint64_t);
	struct words words = {.space = space, .at = (constants_at - count * sizeof(uint64_t)) & ~15UL};
	struct target target = {space, arguments_at};

	*stack = (struct exec_stack){words.at, arguments_at};
	int error = strings_each(arguments, write_piece, &target);
	if (error == 0)
		error = strings_each(environment, write_piece, &target);
	if (error == 0)
		error = space_write(space, path_at, path, strlen(path) + 1);
	if (error == 0)
		error = space_write(space, constants_at, &constants, sizeof(constants));
	if (error != 0)
		return error;
	put(&words, arguments->count);
	put_pointers(&words, arguments, arguments_at);
	put_pointers(&words, environment, environment_at);
	flush(&words);
	return words.error != 0 ? words.error : space_write(space, words.at, auxv, sizeof(auxv));
}
