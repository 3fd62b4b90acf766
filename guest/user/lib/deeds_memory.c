/* SPDX-License-Identifier: MIT */
/*
 * Deeds with memory that does not belong to the process, and forbidden uses of the process's own segments.
 */
#include "lib/deeds.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

#define LAST_PAGE 0x7fffffffe000 /* the last page of user addresses that may be mapped */

enum { PAGE = 4096, RET = 0xc3, MOV_EAX = 0xb8, TWO_BYTE_ESCAPE = 0x0f };

/* The only page that is both writable and executable (user.ld). No page is mapped after it. */
__asm__(".pushsection .rwx, \"awx\", @nobits\n"
	"	.balign 4096\n"
	"deed_page:\n"
	"	.skip 4096\n"
	".popsection\n");
extern uint8_t deed_page[PAGE];
extern uint8_t _bss[], _end[];

static uint8_t data[PAGE];

static void load(uint64_t address)
{
	(void)*(volatile uint8_t *)address;
}

static void store(uint64_t address)
{
	*(volatile uint8_t *)address = 0;
}

static void add_locked(uint64_t address)
{
	__asm__ volatile("lock addq $1, (%0)" : : "r"(address) : "memory", "cc");
}

static void execute(uint64_t address)
{
	__asm__ volatile(SKIP_RED_ZONE "call *%0" BACK_TO_RED_ZONE
			 :
			 : "r"(address), "a"(-1L)
			 : "memory", "cc", "rcx", "rdx", "r11");
}

/* Jumps to `address` with RCX and R11 as SYSCALL sets them, to make the kernel return to an address of its own. */
static void enter_forged(uint64_t address)
{
	__asm__ volatile("mov %1, %%r11\n"
			 "jmp *%0"
			 :
			 : "r"(address), "r"(UINT64_MAX), "a"(RINGSIDE_SYS_getpid), "c"(address)
			 : "memory", "cc", "r11");
}

/* Does the same with a return address between the two canonical halves. */
static void enter_forged_nowhere(uint64_t address)
{
	__asm__ volatile("mov %1, %%r11\n"
			 "jmp *%0"
			 :
			 : "r"(address), "r"(UINT64_MAX), "a"(RINGSIDE_SYS_getpid), "c"(0x800000000000)
			 : "memory", "cc", "r11");
}

/* Makes a system call by the last two bytes of user memory: the return address belongs to no process. */
static void call_at_the_end(uint64_t argument)
{
	static const uint8_t instruction[] = {0x0f, 0x05};
	char *last = (char *)(LAST_PAGE);

	(void)argument;
	if (mmap(last, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
	    (long)last)
		exit_group(1);
	memcpy(last + PAGE - sizeof(instruction), instruction, sizeof(instruction));
	__asm__ volatile("jmp *%0" : : "r"(last + PAGE - sizeof(instruction)), "a"(RINGSIDE_SYS_getpid) : "memory");
}

static void flush_line(uint64_t address)
{
	__asm__ volatile("clflush (%0)" : : "r"(address) : "memory");
}

static void prefetch(uint64_t address)
{
	__asm__ volatile("prefetcht0 (%0)" : : "r"(address));
}

static void copy_across(uint64_t address)
{
	memcpy(data, (const void *)(address - PAGE / 2), PAGE);
}

static void write_code(uint64_t argument)
{
	(void)argument;
	store((uintptr_t)write_code);
}

static void write_constant(uint64_t argument)
{
	static const uint8_t constant = 1;

	(void)argument;
	store((uintptr_t)&constant);
}

static void execute_data(uint64_t argument)
{
	(void)argument;
	*(volatile uint8_t *)data = RET;
	execute((uintptr_t)data);
}

static void execute_stack(uint64_t argument)
{
	volatile uint8_t code = RET;

	(void)argument;
	execute((uintptr_t)&code);
}

static void run_off_the_end(uint64_t argument)
{
	uint8_t *last = &deed_page[PAGE - 1];

	(void)argument;
	*(volatile uint8_t *)last = TWO_BYTE_ESCAPE;
	execute((uintptr_t)last);
}

static uint32_t written_function(uint32_t value)
{
	deed_page[0] = MOV_EAX;
	memcpy(&deed_page[1], &value, sizeof(value));
	deed_page[1 + sizeof(value)] = RET;
	return ((uint32_t(*)(void))(uintptr_t)deed_page)();
}

static void modify_code(uint64_t argument)
{
	(void)argument;
	for (uint32_t value = 1; value <= 3; value++)
		if (written_function(value) != value)
			exit_group(1);
}

static void scribble(uint64_t argument)
{
	void (*gate)(void) = system_call_gate;

	(void)argument;
	for (volatile uint8_t *byte = _bss; byte < _end; byte++)
		*byte = UINT8_MAX;
	__asm__ volatile("" : : : "memory"); /* system_call_gate was overwritten too */
	system_call_gate = gate;	     /* exit_group needs it */
	exit_group(0);
}

static void recurse(uint64_t depth)
{
	volatile uint8_t frame[PAGE / 2];

	frame[0] = 1;
	if (depth != UINT64_MAX)
		recurse(depth + frame[0]);
	frame[1] = frame[0];
}

static const uint64_t unmapped_list[] = {0, 8, PAGE - 1, 0x10000, 0x3ff000, 0x7f0000000000, 0x7ffffffff000};
static const uint64_t edge_list[] = {PAGE / 2, 0x400000, 0x800000000000, 0xffff800000000000};
static const struct arguments unmapped = ARGUMENT_LIST(unmapped_list), edges = ARGUMENT_LIST(edge_list);

static const struct deed deeds[] = {
	{"read_kernel", DIES, load, "read the kernel's memory", &kernel_addresses},
	{"write_kernel", DIES, store, "write the kernel's memory", &kernel_addresses},
	{"lock_kernel", DIES, add_locked, "add to the kernel's memory, locked", &kernel_addresses},
	{"jump_kernel", DIES, execute, "jump into the kernel", &kernel_addresses},
	{"enter_forged", DIES, enter_forged, "jump there with the registers of a system call", &kernel_addresses},
	{"enter_nowhere", DIES, enter_forged_nowhere, "jump there with a non-canonical return address",
	 &kernel_addresses},
	{"call_at_the_end", DIES, call_at_the_end, "a system call at the very end of user memory", NULL},
	{"flush_kernel", EITHER, flush_line, "flush the kernel's memory from the caches", &kernel_addresses},
	{"prefetch_kernel", LIVES, prefetch, "prefetch the kernel's memory", &kernel_addresses},
	{"read_nowhere", DIES, load, "read a non-canonical address", &non_canonical_addresses},
	{"write_nowhere", DIES, store, "write a non-canonical address", &non_canonical_addresses},
	{"jump_nowhere", DIES, execute, "jump to a non-canonical address", &non_canonical_addresses},
	{"read_unmapped", DIES, load, "read where nothing is mapped", &unmapped},
	{"write_unmapped", DIES, store, "write where nothing is mapped", &unmapped},
	{"jump_unmapped", DIES, execute, "jump where nothing is mapped", &unmapped},
	{"copy_across", DIES, copy_across, "copy across the edge of what is mapped", &edges},
	{"write_code", DIES, write_code, "write its own code", NULL},
	{"write_constant", DIES, write_constant, "write its own constants", NULL},
	{"execute_data", DIES, execute_data, "execute its data", NULL},
	{"execute_stack", DIES, execute_stack, "execute its stack", NULL},
	{"run_off_the_end", DIES, run_off_the_end, "execute across the end of what is mapped", NULL},
	{"modify_code", LIVES, modify_code, "write code where it may, and run it", NULL},
	{"scribble", LIVES, scribble, "overwrite its data: nobody else's changes", NULL},
	{"recurse", DIES, recurse, "recurse until the stack is full", NULL},
};

const struct deed_table memory_deeds = DEED_TABLE(deeds);
