/* SPDX-License-Identifier: MIT */
#include "bench/rows.h"

#include <fnmatch.h>
#include <string.h>

#include "bench/host.h"
#include "bench/machine.h"

/* clang-format off */
#define GUEST(group, name, crossing, minus, summary) \
	{group, name, SOURCE_GUEST, BENCH_##crossing, BENCH_LOG_FLIGHT, 1, minus, NULL, NULL, WHEN_ALWAYS, summary}
#define LOGGED(group, name, crossing, logging, minus, summary) \
	{group, name, SOURCE_GUEST, BENCH_##crossing, BENCH_LOG_##logging, 1, minus, NULL, NULL, WHEN_ALWAYS, summary}
#define STRING(group, name, crossing, minus, summary) \
	{group, name, SOURCE_GUEST, BENCH_##crossing, BENCH_LOG_FLIGHT, BENCH_STRING_LENGTH, minus, NULL, NULL, WHEN_FULL, summary}
#define DERIVED(group, name, of, minus, summary) \
	{group, name, SOURCE_DERIVED, 0, 0, 1, minus, of, NULL, WHEN_ALWAYS, summary}
#define HOST(name, crossing, summary) \
	{"host", name, SOURCE_HOST, HOST_##crossing, 0, 1, "host-loop", NULL, NULL, WHEN_ALWAYS, summary}
#define KERNEL(name, words, minus, when, summary) \
	{"guest kernel", name, SOURCE_KERNEL, 0, 0, 1, minus, NULL, words, when, summary}
#define CONTROL(name, words, when, summary) \
	{"control", name, SOURCE_CONTROL, 0, 0, 1, NULL, NULL, words, when, summary}

#define PEER(accelerator, name, crossing, summary) \
	{"QEMU", "qemu-" accelerator "-" name, SOURCE_PEER, BENCH_##crossing, 0, 1, "qemu-" accelerator "-loop0", NULL, \
	 accelerator, WHEN_ALWAYS, summary " under QEMU, " accelerator}
#define PEER_ROWS(accelerator) \
	{"QEMU", "qemu-" accelerator "-loop0", SOURCE_PEER, BENCH_EMPTY0, 0, 1, NULL, NULL, accelerator, WHEN_ALWAYS, \
	 "the empty loop at ring 0 under QEMU, " accelerator}, \
	PEER(accelerator, "rdmsr", RDMSR, "rdmsr"), \
	PEER(accelerator, "out-1", OUT8, "out of 1 byte to a port without a device"), \
	PEER(accelerator, "out-4", OUT32, "out of 4 bytes"), \
	PEER(accelerator, "in-4", IN32, "in of 4 bytes"), \
	PEER(accelerator, "mmio-read", MMIO_READ, "load of 4 bytes where there is no memory"), \
	PEER(accelerator, "mmio-write", MMIO_WRITE, "store of 4 bytes")

const struct bench_row bench_rows[] = {
	GUEST("floor", "clock-ring0", CLOCK0, NULL, "two readings of the TSC, nothing between; ring 0"),
	GUEST("floor", "clock-ring3", CLOCK3, NULL, "the same; ring 3"),
	GUEST("floor", "loop-ring0", EMPTY0, NULL, "a turn of the empty loop (dec, jnz); ring 0"),
	GUEST("floor", "loop-ring3", EMPTY3, NULL, "the same; ring 3"),
	GUEST("floor", "instruction-ring0", REGISTER, "loop-ring0", "one register instruction (xor) at ring 0"),
	GUEST("floor", "call", CALL, "loop-ring3", "a function call and its return; ring 3"),

	GUEST("trap", "syscall-sysret", SYSRET, "loop-ring3", "ring 3 to 0 by syscall, back by sysret"),
	GUEST("trap", "syscall-iret", SYSCALL_IRET, "loop-ring3", "ring 3 to 0 by syscall, back by iretq"),
	GUEST("trap", "int80", INT80, "loop-ring3", "ring 3 to 0 by int 0x80, back by iretq"),
	GUEST("trap", "int3", INT3, "loop-ring3", "#BP by int3, back by iretq"),
	GUEST("trap", "ud", UD, "loop-ring3", "#UD by ud2, stepped over, back by iretq"),
	GUEST("trap", "gp", GP, "loop-ring3", "#GP by hlt at ring 3, stepped over, back by iretq"),
	GUEST("trap", "de", DE, "loop-ring3", "#DE by a division by 0, stepped over, back by iretq"),
	GUEST("trap", "pf", PF, "loop-ring3", "#PF by a load, stepped over without mapping, back by iretq"),

	GUEST("exit to KVM", "cpuid", CPUID, "instruction-ring0", "cpuid at ring 0, answered by KVM"),
	GUEST("exit to KVM", "rdmsr", RDMSR, "loop-ring0", "rdmsr of IA32_MISC_ENABLE, answered by KVM"),

	LOGGED("exit to VMM", "kvm-run", OUT32, BARE, "loop-ring0", "out of 4 bytes, VMM is a bare KVM_RUN loop"),
	GUEST("exit to VMM", "out-1", OUT8, "loop-ring0", "out of 1 byte to a device that does nothing"),
	GUEST("exit to VMM", "out-2", OUT16, "loop-ring0", "out of 2 bytes"),
	GUEST("exit to VMM", "out-4", OUT32, "loop-ring0", "out of 4 bytes"),
	GUEST("exit to VMM", "in-1", IN8, "loop-ring0", "in of 1 byte"),
	GUEST("exit to VMM", "in-2", IN16, "loop-ring0", "in of 2 bytes"),
	GUEST("exit to VMM", "in-4", IN32, "loop-ring0", "in of 4 bytes"),
	STRING("exit to VMM", "outs-byte", OUTS, NULL, "a byte of rep outsb of 1024"),
	STRING("exit to VMM", "ins-byte", INS, NULL, "a byte of rep insb of 1024"),
	GUEST("exit to VMM", "mmio-read", MMIO_READ, "loop-ring0", "load of 4 bytes from a device's memory"),
	GUEST("exit to VMM", "mmio-write", MMIO_WRITE, "loop-ring0", "store of 4 bytes to a device's memory"),
	GUEST("exit to VMM", "debug-console", DEBUGCON, "loop-ring0", "out of 1 byte to the debug console"),
	{"exit to VMM", "delayed", SOURCE_GUEST, BENCH_DELAY, BENCH_LOG_FLIGHT, 1, "out-4", NULL, NULL, WHEN_DELAYED,
	 "what --inject-delay adds to an out of 4 bytes"},

	DERIVED("VMM's part", "handling", "out-4", "kvm-run", "taking an exit apart, device, flight recorder"),
	LOGGED("VMM's part", "log-stats", OUT32, STATS, "out-4", "what --stats adds to an exit"),
	LOGGED("VMM's part", "log-file", OUT32, FILE, "out-4", "what --trace=FILE adds to an exit"),

	GUEST("timer", "timer-halted", TIMER_HALTED, NULL, "host's deadline to the handler's first instruction, from hlt"),
	GUEST("timer", "timer-ring3", TIMER_RING3, NULL, "the same, from a loop at ring 3"),

	KERNEL("null-call", "null", NULL, WHEN_ALWAYS, "getppid through the guest kernel"),
	KERNEL("read-1", "read-1", NULL, WHEN_ALWAYS, "read of 1 byte from /dev/zero"),
	KERNEL("read-4096", "read-4096", NULL, WHEN_ALWAYS, "read of 4 KiB from /dev/zero"),
	KERNEL("write-1", "write-1", NULL, WHEN_ALWAYS, "write of 1 byte to /dev/null"),
	KERNEL("write-4096", "write-4096", NULL, WHEN_ALWAYS, "write of 4 KiB to /dev/null"),
	KERNEL("demand-zero", "demand-zero", NULL, WHEN_ALWAYS, "first store to a page: fault, zeroed page, mapping"),
	KERNEL("fork-exit", "fork-exit", NULL, WHEN_ALWAYS, "fork, exit, wait4"),
	KERNEL("fork-exec", "fork-exec", NULL, WHEN_FULL, "fork, execve of a small program, exit, wait4"),
	KERNEL("touch-16k", "touch-16", NULL, WHEN_FULL, "a store to each line of 16 KiB"),
	KERNEL("touch-64k", "touch-64", NULL, WHEN_FULL, "a store to each line of 64 KiB"),
	KERNEL("touch-256k", "touch-256", NULL, WHEN_FULL, "a store to each line of 256 KiB"),
	KERNEL("yield-2", "yield-2-0", NULL, WHEN_ALWAYS, "sched_yield from one of 2 processes to the next"),
	KERNEL("yield-8", "yield-8-0", NULL, WHEN_FULL, "the same with 8 processes"),
	KERNEL("yield-2-16k", "yield-2-16", "touch-16k", WHEN_FULL, "2 processes that touch 16 KiB each"),
	KERNEL("yield-2-64k", "yield-2-64", "touch-64k", WHEN_FULL, "2 processes that touch 64 KiB each"),
	KERNEL("yield-2-256k", "yield-2-256", "touch-256k", WHEN_FULL, "2 processes that touch 256 KiB each"),
	KERNEL("yield-8-64k", "yield-8-64", "touch-64k", WHEN_FULL, "8 processes that touch 64 KiB each"),
	{"guest kernel", "start-to-off", SOURCE_START, 0, 0, 1, NULL, NULL, NULL, WHEN_ALWAYS,
	 "a whole run: VMM, kernel, one process, power-off"},

	{"host", "host-loop", SOURCE_HOST, HOST_EMPTY, 0, 1, NULL, NULL, NULL, WHEN_ALWAYS,
	 "a turn of the loop that all of the host's rows contain, with its call"},
	HOST("host-getppid", GETPPID, "getppid on the host"),
	HOST("host-read-1", READ_1, "read of 1 byte from the host's /dev/zero"),
	HOST("host-read-4096", READ_4096, "read of 4 KiB from the host's /dev/zero"),
	HOST("host-write-1", WRITE_1, "write of 1 byte to the host's /dev/null"),
	HOST("host-write-4096", WRITE_4096, "write of 4 KiB to the host's /dev/null"),
	HOST("host-yield", YIELD, "sched_yield on the host, nobody else to run"),
	HOST("host-pipe", PIPE, "a byte to another process and back, by pipes on one CPU"),
	HOST("host-signal", SIGNAL, "a signal to oneself, handled"),
	HOST("host-segv", SEGV, "a SIGSEGV, handled by stepping over the load"),
	HOST("host-fork-exit", FORK_EXIT, "vmm's own process: fork, exit, wait4"),
	HOST("host-fork-exec", FORK_EXEC, "vmm's own process: fork, execve of a program that only ends, wait4"),
	HOST("kvm-run-immediate", KVM_IMMEDIATE, "KVM_RUN with immediate_exit: into KVM and out, no entry"),

	PEER_ROWS("kvm"),
	PEER_ROWS("tcg"),

	CONTROL("limited", "protocol=limited", WHEN_ALWAYS, "64 multiplications in ring 3, no timer"),
	CONTROL("timer-0hz", "protocol=timer hz=0", WHEN_FULL, "the same under protocol=timer, hz=0"),
	CONTROL("timer-10hz", "protocol=timer hz=10", WHEN_FULL, "the same with a tick every 100 ms"),
	CONTROL("timer-100hz", "protocol=timer hz=100", WHEN_ALWAYS, "the same with a tick every 10 ms"),
	CONTROL("timer-1000hz", "protocol=timer hz=1000", WHEN_ALWAYS, "the same with a tick every 1 ms"),
	CONTROL("timer-10000hz", "protocol=timer hz=10000", WHEN_FULL, "the same with a tick every 0.1 ms"),
	CONTROL("direct", "protocol=direct", WHEN_ALWAYS, "the same in ring 0, the program owns the machine"),
};
/* clang-format on */

const unsigned bench_row_count = sizeof(bench_rows) / sizeof(*bench_rows);

int bench_row_find(const char *name)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (strcmp(bench_rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* In the contract's table the traps stand together. */
bool bench_row_is_ring3(const struct bench_row *row)
{
	return row->what == BENCH_EMPTY3 || (row->what >= BENCH_CALL && row->what <= BENCH_PF);
}

bool bench_row_matches(const struct bench_row *row, const char *pattern)
{
	return fnmatch(pattern, row->name, 0) == 0 || strstr(row->name, pattern) != NULL ||
	       strcmp(row->group, pattern) == 0;
}
