/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_rows.h"

#include <fnmatch.h>
#include <string.h>

#include "base/array.h"
#include "tools/bench/bench_host.h"
#include "tools/bench/bench_machine.h"

const char *const bench_transitions[] = {
	[TRANSITIONS_NONE] = "--transitions=off",
	[TRANSITIONS_BY_RING] = "--transitions=ring",
	[TRANSITIONS_BY_EXIT] = "--transitions=exit",
};

/* clang-format off */
#define ROW_OF(units, of_group, of_name, of_source, says, ...) \
	{.group = (of_group), .name = (of_name), .source = SOURCE_##of_source, .summary = says, .per = (units), __VA_ARGS__}
#define ROW(group, name, source, says, ...) ROW_OF(1, group, name, source, says, __VA_ARGS__)

#define GUEST(group, name, crossing, less, says) \
	ROW(group, name, GUEST, says, .what = BENCH_##crossing, .minus = (less))
#define LOGGED(group, name, crossing, log, less, says) \
	ROW(group, name, GUEST, says, .what = BENCH_##crossing, .minus = (less), .logging = BENCH_LOG_##log)
#define STRING(group, name, crossing, says) \
	ROW_OF(BENCH_STRING_LENGTH, group, name, GUEST, says, .what = BENCH_##crossing, .when = WHEN_FULL)
#define DERIVED(group, name, from, less, says) \
	ROW(group, name, DERIVED, says, .of = (from), .minus = (less))
#define TIMER(name, crossing, chip, due, says) \
	ROW("timer", name, GUEST, says, .what = BENCH_##crossing, .irqchip = IRQCHIP_##chip, .when = WHEN_##due)
#define TIMERS(suffix, chip, due, how) \
	TIMER("timer-halted" suffix, TIMER_HALTED, chip, due, "deadline to the handler's first instruction, from hlt" how), \
	TIMER("timer-ring3" suffix, TIMER_RING3, chip, due, "the same, from a loop at ring 3" how), \
	TIMER("hlt-wake" suffix, TIMER_WAKE, chip, due, "deadline to the instruction behind hlt" how), \
	TIMER("tick" suffix, TICK, chip, due, "what a tick takes from the process that it interrupts" how)

#define HOST(name, crossing, says) \
	ROW("host", name, HOST, says, .what = HOST_##crossing, .minus = "host-loop")
#define KERNEL(name, measured, less, due, says) \
	ROW("guest kernel", name, KERNEL, says, .words = (measured), .minus = (less), .when = WHEN_##due)
#define TRACED(name, transitions, says) \
	ROW("guest kernel", name, TRACED, says, .words = "null", .what = TRANSITIONS_##transitions, .minus = "null-call", \
	    .when = WHEN_FULL)
#define CROWD(name, measured, count, says) \
	ROW("guest kernel", name, CROWD, says, .words = (measured), .processes = (count), .when = WHEN_FULL)
#define CONTROL(name, command_line, due, says) \
	ROW("control", name, CONTROL, says, .words = (command_line), .when = WHEN_##due)

/* A switch between `count` processes, in one address space and in one each. */
#define SWITCH(prefix, crossing, count, size, due, says) \
	ROW_OF(count, "switch", prefix "-" #count "-" #size "k", GUEST, \
	       #count " processes that touch " #size " KiB each, " says, .what = BENCH_##crossing, .processes = (count), \
	       .kib = (size), .minus = "set-" #size "k", .when = WHEN_##due)
#define SWITCH_PAIR(count, size, due) \
	SWITCH("shared", SWITCH_SHARED, count, size, due, "in one address space"), \
	SWITCH("own", SWITCH_OWN, count, size, due, "in one each")
#define SWITCHES(count) \
	SWITCH_PAIR(count, 4, FULL), SWITCH_PAIR(count, 16, FULL), SWITCH_PAIR(count, 64, FULL), SWITCH_PAIR(count, 256, FULL)
#define WORKING_SET(size) \
	ROW("switch", "set-" #size "k", GUEST, "a store to each line of " #size " KiB, nobody to switch to", \
	    .what = BENCH_TOUCH, .processes = 1, .kib = (size), .when = WHEN_FULL)

#define PEER(accelerator, name, crossing, less, says) \
	ROW("QEMU", "qemu-" accelerator "-" name, PEER, says " under QEMU, " accelerator, .what = BENCH_##crossing, \
	    .words = accelerator, .minus = (less))
#define PEER_ROWS(accelerator) \
	PEER(accelerator, "loop0", EMPTY0, NULL, "the empty loop at ring 0"), \
	PEER(accelerator, "rdmsr", RDMSR, "qemu-" accelerator "-loop0", "rdmsr"), \
	PEER(accelerator, "out-1", OUT8, "qemu-" accelerator "-loop0", "out of 1 byte to a port without a device"), \
	PEER(accelerator, "out-4", OUT32, "qemu-" accelerator "-loop0", "out of 4 bytes"), \
	PEER(accelerator, "in-4", IN32, "qemu-" accelerator "-loop0", "in of 4 bytes"), \
	PEER(accelerator, "mmio-read", MMIO_READ, "qemu-" accelerator "-loop0", "load of 4 bytes where there is no memory"), \
	PEER(accelerator, "mmio-write", MMIO_WRITE, "qemu-" accelerator "-loop0", "store of 4 bytes")

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
	GUEST("exit to KVM", "wrmsr", WRMSR, "loop-ring0", "wrmsr of the same value to it"),

	LOGGED("exit to VMM", "kvm-run", OUT32, BARE, "loop-ring0", "out of 4 bytes, VMM is a bare KVM_RUN loop"),
	GUEST("exit to VMM", "out-1", OUT8, "loop-ring0", "out of 1 byte to a device that does nothing"),
	GUEST("exit to VMM", "out-2", OUT16, "loop-ring0", "out of 2 bytes"),
	GUEST("exit to VMM", "out-4", OUT32, "loop-ring0", "out of 4 bytes"),
	GUEST("exit to VMM", "in-1", IN8, "loop-ring0", "in of 1 byte"),
	GUEST("exit to VMM", "in-2", IN16, "loop-ring0", "in of 2 bytes"),
	GUEST("exit to VMM", "in-4", IN32, "loop-ring0", "in of 4 bytes"),
	STRING("exit to VMM", "outs-byte", OUTS, "a byte of rep outsb of 1024"),
	STRING("exit to VMM", "ins-byte", INS, "a byte of rep insb of 1024"),
	GUEST("exit to VMM", "mmio-read", MMIO_READ, "loop-ring0", "load of 4 bytes from a device's memory"),
	GUEST("exit to VMM", "mmio-write", MMIO_WRITE, "loop-ring0", "store of 4 bytes to a device's memory"),
	GUEST("exit to VMM", "debug-console", DEBUGCON, "loop-ring0", "out of 1 byte to the debug console"),
	LOGGED("exit to VMM", "hlt", HALT, BARE, "loop-ring0", "hlt, VMM is a bare KVM_RUN loop that does not wait"),
	ROW("exit to VMM", "delayed", GUEST, "what --inject-delay adds to an out of 4 bytes", .what = BENCH_DELAY,
	    .minus = "out-4", .when = WHEN_DELAYED),

	DERIVED("VMM's part", "handling", "out-4", "kvm-run", "taking an exit apart, device, flight recorder"),
	LOGGED("VMM's part", "log-stats", OUT32, STATS, "out-4", "what --stats adds to an exit"),
	LOGGED("VMM's part", "log-file", OUT32, FILE, "out-4", "what --trace=FILE adds to an exit"),
	LOGGED("VMM's part", "event-ring", EVENT_RING, FILE, "loop-ring0", "an event of --trace=FILE --transitions=ring"),
	LOGGED("VMM's part", "event-exit", EVENT_EXIT, FILE, "loop-ring0", "an event of --trace=FILE --transitions=exit"),

	TIMERS("", USER, ALWAYS, ""),
	TIMERS("-split", SPLIT, FULL, "; --irqchip=split"),
	TIMERS("-kernel", KERNEL, FULL, "; --irqchip=kernel"),

	WORKING_SET(0), WORKING_SET(4), WORKING_SET(16), WORKING_SET(64), WORKING_SET(256),
	SWITCH_PAIR(2, 0, ALWAYS), SWITCHES(2),
	SWITCH_PAIR(8, 0, FULL), SWITCHES(8),
	SWITCH_PAIR(64, 0, ALWAYS), SWITCHES(64),
	SWITCH_PAIR(512, 0, FULL), SWITCHES(512),
	SWITCH_PAIR(4096, 0, FULL), SWITCHES(4096),

	KERNEL("null-call", "null", NULL, ALWAYS, "getppid through the guest kernel"),
	KERNEL("read-1", "read-1", NULL, ALWAYS, "read of 1 byte from /dev/zero"),
	KERNEL("read-4096", "read-4096", NULL, ALWAYS, "read of 4 KiB from /dev/zero"),
	KERNEL("write-1", "write-1", NULL, ALWAYS, "write of 1 byte to /dev/null"),
	KERNEL("write-4096", "write-4096", NULL, ALWAYS, "write of 4 KiB to /dev/null"),
	KERNEL("demand-zero", "demand-zero", NULL, ALWAYS, "first store to a page: fault, zeroed page, mapping"),
	KERNEL("fork-exit", "fork-exit", NULL, ALWAYS, "fork, exit, wait4"),
	KERNEL("fork-exec", "fork-exec", NULL, FULL, "fork, execve of a small program, exit, wait4"),
	KERNEL("teardown-0k", "teardown-0", NULL, ALWAYS, "kill of a forked process: page tables and pages given back"),
	KERNEL("teardown-256k", "teardown-256", "teardown-0k", ALWAYS, "the same for 64 pages more, its own"),
	TRACED("null-call-traced", NONE, "what --trace=FILE --transitions=off adds to a null call"),
	TRACED("null-call-ring", BY_RING, "what --trace=FILE --transitions=ring adds"),
	TRACED("null-call-exit", BY_EXIT, "what --trace=FILE --transitions=exit adds: an exit an event"),
	KERNEL("touch-16k", "touch-16", NULL, FULL, "a store to each line of 16 KiB"),
	KERNEL("touch-64k", "touch-64", NULL, FULL, "a store to each line of 64 KiB"),
	KERNEL("touch-256k", "touch-256", NULL, FULL, "a store to each line of 256 KiB"),
	KERNEL("yield-2", "yield-2-0", NULL, ALWAYS, "sched_yield from one of 2 processes to the next"),
	KERNEL("yield-8", "yield-8-0", NULL, FULL, "the same with 8 processes"),
	KERNEL("yield-64", "yield-64-0", NULL, FULL, "the same with 64 processes"),
	CROWD("yield-512", "yield-512-0", 512, "the same with 512 processes"),
	CROWD("yield-4096", "yield-4096-0", 4096, "the same with 4096 processes"),
	KERNEL("yield-2-16k", "yield-2-16", "touch-16k", FULL, "2 processes that touch 16 KiB each"),
	KERNEL("yield-2-64k", "yield-2-64", "touch-64k", FULL, "2 processes that touch 64 KiB each"),
	KERNEL("yield-2-256k", "yield-2-256", "touch-256k", FULL, "2 processes that touch 256 KiB each"),
	KERNEL("yield-8-64k", "yield-8-64", "touch-64k", FULL, "8 processes that touch 64 KiB each"),
	ROW("guest kernel", "boot-to-ring3", START, "first entry into the guest to init's first instruction in ring 3",
	    .what = MOMENT_RING3),
	ROW("guest kernel", "boot-to-off", START, "first entry into the guest to its power-off", .what = MOMENT_OFF),
	ROW("guest kernel", "start-to-off", START, "a whole run: VMM, kernel, one process, power-off",
	    .what = MOMENT_END),

	ROW("host", "host-loop", HOST, "a turn of the loop that all of the host's rows contain, with its call",
	    .what = HOST_EMPTY),
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

	CONTROL("limited", "protocol=limited", ALWAYS, "64 multiplications in ring 3, no timer"),
	CONTROL("timer-0hz", "protocol=timer hz=0", FULL, "the same under protocol=timer, hz=0"),
	CONTROL("timer-10hz", "protocol=timer hz=10", FULL, "the same with a tick every 100 ms"),
	CONTROL("timer-100hz", "protocol=timer hz=100", ALWAYS, "the same with a tick every 10 ms"),
	CONTROL("timer-1000hz", "protocol=timer hz=1000", ALWAYS, "the same with a tick every 1 ms"),
	CONTROL("timer-10000hz", "protocol=timer hz=10000", FULL, "the same with a tick every 0.1 ms"),
	CONTROL("direct", "protocol=direct", ALWAYS, "the same in ring 0, the program owns the machine"),
};
/* clang-format on */

const unsigned bench_row_count = COUNT(bench_rows);

int bench_row_find(const char *name)
{
	for (unsigned i = 0; i < bench_row_count; i++)
		if (strcmp(bench_rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

bool bench_row_is_timer(const struct bench_row *row)
{
	return row->source == SOURCE_GUEST && row->what >= BENCH_TIMER_HALTED && row->what <= BENCH_TICK;
}

bool bench_row_has_deadline(const struct bench_row *row)
{
	return bench_row_is_timer(row) && row->what != BENCH_TICK;
}

bool bench_row_is_int80(const struct bench_row *row)
{
	return row->what == BENCH_INT80 || row->what == BENCH_SWITCH_SHARED || row->what == BENCH_SWITCH_OWN;
}

/* In BENCH_CROSSINGS the traps stand together, and the crossings of processes stand at the end. */
bool bench_row_is_ring3(const struct bench_row *row)
{
	return row->what == BENCH_EMPTY3 || (row->what >= BENCH_CALL && row->what <= BENCH_PF) ||
	       row->what >= BENCH_TICK;
}

bool bench_row_matches(const struct bench_row *row, const char *pattern)
{
	return fnmatch(pattern, row->name, 0) == 0 || strstr(row->name, pattern) != NULL ||
	       strcmp(row->group, pattern) == 0;
}
