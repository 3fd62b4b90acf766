/* SPDX-License-Identifier: MIT */
/*
 * Deeds that try to make the kernel return to a non-canonical address. On Intel, SYSRET and IRETQ raise #GP for such an
 * address in ring 0, and RSP already holds the process's value at SYSRET (Intel SDM vol. 2B, SYSRET); on AMD the
 * fault comes in ring 3.
 */
#include <ringside/traps.h>

#include "lib/deeds.h"
#include "lib/system_calls.h"

enum { PAGE = 4096, TRAP_SIZE = 2 };

#define HOLE 0x800000000000 /* the first address that is not canonical */

/*
 * Executes a trap instruction just below the non-canonical hole, so that its return address lies in the hole. A kernel
 * should refuse to map that page; the deed has no effect in this case.
 */
static void trap_at_the_end(uint64_t number, uint8_t first, uint8_t second)
{
	uint8_t *page = (uint8_t *)(HOLE - PAGE);

	if (mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != (long)page)
		return;
	page[PAGE - 2] = first;
	page[PAGE - 1] = second;
	if (mprotect(page, PAGE, PROT_READ | PROT_EXEC) == 0)
		__asm__ volatile("jmp *%1"
				 :
				 : "a"(number), "r"(page + PAGE - TRAP_SIZE)
				 : "rcx", "rdx", "rdi", "rsi", "r10", "r11", "memory");
}

static void syscall_at_the_end(uint64_t number)
{
	trap_at_the_end(number, 0x0f, 0x05);
}

static void int80_at_the_end(uint64_t number)
{
	trap_at_the_end(number, 0xcd, RINGSIDE_TRAP_SYSCALL);
}

/*
 * Jumps to the handler of SYSCALL with a return address in the hole, as if SYSCALL had been executed at the end of user
 * memory; meant for hosts where SYSCALL arrives as a jump to its handler.
 */
static void enter_without_return(uint64_t handler)
{
	__asm__ volatile("jmp *%0" : : "r"(handler), "a"(RINGSIDE_SYS_fork), "c"(HOLE) : "memory", "r11");
}

static const uint64_t call_list[] = {RINGSIDE_SYS_getpid, RINGSIDE_SYS_sched_yield, RINGSIDE_SYS_fork, UINT64_MAX};
static const struct arguments calls = ARGUMENT_LIST(call_list);

static const struct deed deeds[] = {
	{"syscall_at_end", EITHER, syscall_at_the_end, "a system call that would return to nowhere", &calls},
	{"int80_at_end", EITHER, int80_at_the_end, "int 0x80 that would return to nowhere", &calls},
	{"enter_no_return", DIES, enter_without_return, "jump to the system-call handler, to fork there",
	 &kernel_addresses},
};

const struct deed_table return_deeds = DEED_TABLE(deeds);
