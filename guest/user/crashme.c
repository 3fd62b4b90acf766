/* SPDX-License-Identifier: MIT */
/*
 * Executes random bytes in ring 3, in one process after another; a control process beside them must not notice.
 * Process i uses the seed SEED + i, so `crashme SEED+i 1` repeats that one alone.
 *   crashme [SEED [COUNT]]
 */
#include "lib/arguments.h"
#include "lib/random.h"
#include "lib/siege.h"

enum { CODE_SIZE = 4096, REGISTER_COUNT = 16, PATIENCE_MS = 20 };

/* A page that is both writable and executable (user.ld); the random code may also overwrite itself. */
__asm__(".pushsection .rwx, \"awx\", @nobits\n"
	"	.balign 4096\n"
	"crashme_code:\n"
	"	.skip 4096\n"
	".popsection\n");
extern uint64_t crashme_code[CODE_SIZE / sizeof(uint64_t)];

uint64_t crashme_registers[REGISTER_COUNT];

/* Values that have broken kernels before; register_value() mixes them with random ones. */
static const uint64_t interesting[] = {
	0,
	1,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x400000,
	0x7fffffffeff8,
	0x800000000000,
	0x8000000000000000,
	0xffff800000000000,
	0xffffffff80000000,
	0xffffffffffffffff,
};

static uint64_t register_value(struct random *random)
{
	uint64_t choice = random_below(random, 2 * sizeof(interesting) / sizeof(*interesting));

	if (choice < sizeof(interesting) / sizeof(*interesting))
		return interesting[choice];
	return (choice & 1) ? random_next(random) : (uintptr_t)crashme_code + random_below(random, CODE_SIZE);
}

static void crash(uint64_t seed)
{
	struct random random = {seed};

	for (unsigned i = 0; i < sizeof(crashme_code) / sizeof(*crashme_code); i++)
		crashme_code[i] = random_next(&random);
	for (unsigned i = 0; i < REGISTER_COUNT; i++)
		crashme_registers[i] = register_value(&random);
	__asm__ volatile("	mov $crashme_registers, %eax\n"
			 "	mov 8(%rax), %rbx\n"
			 "	mov 16(%rax), %rcx\n"
			 "	mov 24(%rax), %rdx\n"
			 "	mov 32(%rax), %rsi\n"
			 "	mov 40(%rax), %rdi\n"
			 "	mov 48(%rax), %rbp\n"
			 "	mov 56(%rax), %rsp\n"
			 "	mov 64(%rax), %r8\n"
			 "	mov 72(%rax), %r9\n"
			 "	mov 80(%rax), %r10\n"
			 "	mov 88(%rax), %r11\n"
			 "	mov 96(%rax), %r12\n"
			 "	mov 104(%rax), %r13\n"
			 "	mov 112(%rax), %r14\n"
			 "	mov 120(%rax), %r15\n"
			 "	mov (%rax), %rax\n"
			 "	jmp crashme_code");
	__builtin_unreachable();
}

int main(int argc, char **argv)
{
	uint64_t seed = number_argument(argc, argv, 1, 1), count = number_argument(argc, argv, 2, 100);

	return siege("crashme", seed, count, PATIENCE_MS, crash);
}
