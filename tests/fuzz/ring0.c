/* SPDX-License-Identifier: MIT */
/*
 * Random programs in ring 0, against the whole way from KVM_RUN to the crash report: `ring0 FIRST COUNT` runs the
 * programs numbered FIRST and up. A program is a page of random bytes that its number determines, with a mode of the
 * processor and random registers; in every second piece of 32 bytes stand loads of the registers by which devices,
 * memory and MSRs are addressed, and an instruction that makes use of them. Each gets a new board, clean memory and a
 * vCPU with fresh registers. When one part of the page has ended, by whatever it did, the next part begins with fresh
 * registers. Each end is described by a crash report, and each exit by a line of the live trace, into /dev/null.
 *
 * Whatever happens, the VMM must not fail: to be run under the sanitizers. Prints how the parts ended, and the number
 * of exits. A failure names the program. Called by tests/system/hostile.sh and `make crash-ring0`.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/units.h"
#include "host/deadlines.h"
#include "host/kick.h"
#include "run/crash.h"

#if defined(__SANITIZE_ADDRESS__)
void __sanitizer_set_death_callback(void (*callback)(void));
const char *__ubsan_default_options(void);

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}
#endif

enum {
	RAM = 0x100000,
	PROGRAM = 0x8000, /* where a segment of real mode reaches it too */
	PAGE = 4096,
	PIECE = 32,
	PARTS = 4,
	STACK = 0x7ff0,
	TABLES = 0x10000, /* PML4, PDPT, two page directories */
	HANDLER = 0x6000, /* IRET */
	IDT = 0x5000,
	GATES = 256,
	EXCEPTIONS = 32, /* have no gate: IRET would only repeat most of them */
	PROGRAMS_A_VM = 200,
};

#define PART_LIMIT_NS UINT64_C(2000000)
#define MMIO_GIB 3

/* Intel SDM vol. 3A: 2.5 control registers, 4.5 paging, 6.14.1 gates. */
#define CR0_PE 1u
#define CR0_NORMAL 0x80000031u /* PG, NE, ET, PE */
#define CR4_NORMAL 0x620u      /* OSXMMEXCPT, OSFXSR, PAE */
#define EFER_LONG 0x500u       /* LMA, LME */
#define LARGE_PAGE 0x83u
#define TABLE 3u
#define RFLAGS_NORMAL 0x202u
#define GATE_32 0x8e00u

enum mode { LONG_MODE, PROTECTED_MODE, REAL_MODE };

static struct run run;
static FILE *nowhere;
static uint64_t state;
static volatile uint64_t current; /* the program that runs */
static uint64_t endings[ENDING_COUNT];

/* Marsaglia's xorshift*, whose high half is good. */
static uint32_t number(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * UINT64_C(0x2545f4914f6cdd1d)) >> 32);
}

static void die(const char *why)
{
	fprintf(stderr, "ring0: %s\n", why);
	exit(2);
}

/* Makes only calls that are safe in a signal handler. */
static void tell_failure(void)
{
	char text[100];
	const int length =
		snprintf(text, sizeof(text), "\nring0: failed at program %" PRIu64 "; again: ring0 %" PRIu64 " 1\n",
			 current, current);

	if (write(STDERR_FILENO, text, (size_t)length) < 0)
		_exit(1);
}

static void on_signal(int signal_number)
{
	tell_failure();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* ---- the program ---- */

/* Ports of all devices; those that only end the run are left to the random bytes. */
static const uint16_t ports[] = {0x20,	0x21,  0x40,  0x41,  0x42,  0x43,  0x61,  0x80,	 0xa0,	0xa1, 0xcf8,
				 0xcfc, 0x3f8, 0x3f9, 0x3fa, 0x3fb, 0x3fc, 0x3fd, 0x3fe, 0x3ff, 0xe9, 0x500,
				 0x504, 0x508, 0x50c, 0x507, 0x64,  0x92,  0xcf9, 0x510, 0xf4,	0x700};
static const uint32_t places[] = {0xd0000000, 0xfee00000, 0xfec00000, 0xa0000, 0x1000, PROGRAM, TABLES, RAM - PAGE};
static const uint32_t msrs[] = {0xc0000080, 0xc0000081, 0xc0000082, 0xc0000084, 0xc0000100, 0xc0000101, 0xc0000102,
				0x10,	    0x1b,	0x174,	    0x176,	0x277,	    0x2ff,	0x6e0};
/* Four bytes each; nop where an instruction is shorter. */
static const uint8_t instructions[][4] = {
	{0xee, 0x90, 0x90, 0x90}, /* out al, dx */
	{0x66, 0xef, 0x90, 0x90}, /* out ax, dx, or eax in real mode */
	{0xef, 0x90, 0x90, 0x90}, /* out eax, dx, or ax in real mode */
	{0xef, 0xee, 0xef, 0xee}, {0xec, 0xec, 0x90, 0x90}, {0x66, 0xed, 0xed, 0x90},
	{0x6c, 0x6d, 0x6c, 0x6d}, /* ins */
	{0x6e, 0x6f, 0x6e, 0x6f}, /* outs */
	{0xf3, 0x6e, 0x90, 0x90}, /* rep outs */
	{0xf3, 0x6d, 0x90, 0x90}, /* rep ins */
	{0x88, 0x07, 0x90, 0x90}, /* mov [rdi], al */
	{0x8b, 0x07, 0x90, 0x90}, {0x48, 0x89, 0x07, 0x90}, {0x66, 0x8b, 0x47, 0x03},
	{0xf3, 0xaa, 0x90, 0x90}, {0xf0, 0x0f, 0xc1, 0x07},			      /* lock xadd [rdi], eax */
	{0x0f, 0x22, 0xd8, 0x90},						      /* mov cr3, rax */
	{0x0f, 0x22, 0xc0, 0x90}, {0x0f, 0x22, 0xe0, 0x90}, {0x0f, 0x30, 0x0f, 0x32}, /* wrmsr, rdmsr */
	{0xf4, 0xfa, 0xf4, 0x90},						      /* hlt, cli, hlt */
	{0xfb, 0xf4, 0x90, 0x90}, {0x0f, 0xa2, 0x0f, 0xa2}, {0x0f, 0x01, 0xd9, 0x90},
	{0x0f, 0x01, 0xc1, 0x90}, {0x0f, 0x09, 0x0f, 0x08}, {0x0f, 0x23, 0xf8, 0x90},
	{0x0f, 0x01, 0x17, 0x90}, {0x0f, 0x01, 0x1f, 0x90}, {0xcd, 0x80, 0x48, 0xcf},
	{0x0f, 0x01, 0x3f, 0x90}, {0x0f, 0x05, 0x0f, 0x07},
};

static uint32_t any_of(const uint32_t *list, size_t count)
{
	return list[number() % count];
}

static uint8_t *load(uint8_t *at, uint8_t opcode, uint32_t value)
{
	*at++ = opcode;
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static void make_piece(uint8_t *at)
{
	at = load(at, 0xba, ports[number() % COUNT(ports)]);				 /* mov edx */
	at = load(at, 0xb9, number() % 2 ? any_of(msrs, COUNT(msrs)) : number() % 9000); /* mov ecx */
	at = load(at, 0xb8, number() >> number() % 32);					 /* mov eax */
	at = load(at, 0xbf, any_of(places, COUNT(places)) + number() % PAGE);		 /* mov edi */
	memcpy(at, instructions[number() % COUNT(instructions)], sizeof(instructions[0]));
}

static void put(uint64_t address, uint64_t value)
{
	memcpy(run.memory.host + address, &value, sizeof(value));
}

static void make_tables(enum mode mode)
{
	uint8_t *handler = run.memory.host + HANDLER;

	put(TABLES, (TABLES + PAGE) | TABLE);
	put(TABLES + PAGE, (TABLES + 2 * PAGE) | TABLE);
	put(TABLES + PAGE + 8 * MMIO_GIB, (TABLES + 3 * PAGE) | TABLE);
	for (uint64_t i = 0; i < PAGE / 8; i++) {
		put(TABLES + 2 * PAGE + 8 * i, i << 21 | LARGE_PAGE);
		put(TABLES + 3 * PAGE + 8 * i, ((uint64_t)MMIO_GIB << 30) + (i << 21) + LARGE_PAGE);
	}
	memcpy(handler, mode == LONG_MODE ? "\x48\xcf" : "\xcf\xcf", 2);
	for (uint64_t i = EXCEPTIONS; i < GATES; i++) {
		if (mode == REAL_MODE)
			memcpy(run.memory.host + 4 * i, &(uint32_t){HANDLER}, 4);
		else
			put(IDT + i * (mode == PROTECTED_MODE ? 8 : 16), HANDLER | 8 << 16 | (uint64_t)GATE_32 << 32);
	}
}

static void make_program(enum mode mode)
{
	uint8_t *page = run.memory.host + PROGRAM;

	memset(run.memory.host, 0, RAM);
	make_tables(mode);
	for (size_t i = 0; i < PAGE; i += 4)
		memcpy(page + i, &(uint32_t){number()}, 4);
	for (size_t i = 0; i + 2 * PIECE <= PAGE; i += 2 * PIECE)
		make_piece(page + i);
}

/* ---- the machine ---- */

static void transmit(void *owner, uint8_t byte)
{
	console_put(owner, byte);
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	memset(bytes, 'x', size);
	return size;
}

static bool ready(void *owner, bool watch)
{
	(void)owner, (void)watch;
	return true;
}

static void watch_record(void *context, const union record *record)
{
	(void)context;
	text_record(run.printer, record);
}

static void watch_entry(void *context, uint64_t tsc)
{
	(void)context;
	text_entered(run.printer, tsc);
}

static void watch_waiting(void *context)
{
	(void)context;
}

static void open_machine(void)
{
	struct error error;

	if (vm_create(&run.vm, &run.kvm, IRQCHIP_USER, &error) < 0 || memory_create(&run.memory, RAM, &error) < 0 ||
	    vm_add_memory(&run.vm, 0, 0, RAM, run.memory.host, &error) < 0 ||
	    vcpu_create(&run.vcpu, &run.kvm, &run.vm, &error) < 0)
		die(error.text);
}

static void close_machine(void)
{
	vcpu_close(&run.vcpu);
	vm_close(&run.vm);
	memory_destroy(&run.memory);
}

static struct kvm_segment segment(enum mode mode, bool is_code)
{
	const struct kvm_segment real = {.limit = 0xffff, .type = is_code ? 0xb : 3, .present = 1, .s = 1};
	const bool is_long = mode == LONG_MODE;

	if (mode == REAL_MODE)
		return real;
	return (struct kvm_segment){.limit = UINT32_MAX,
				    .selector = is_code ? 8 : 16,
				    .type = is_code ? 0xb : 3,
				    .present = 1,
				    .s = 1,
				    .g = 1,
				    .l = is_code && is_long,
				    .db = !(is_code && is_long)};
}

/* Fresh registers for the part of the page at `rip`. */
static void set_registers(enum mode mode, uint64_t rip)
{
	const struct kvm_segment data = segment(mode, false);
	const bool is_long = mode == LONG_MODE;
	struct kvm_sregs sregs = {
		.cs = segment(mode, true),
		.ds = data,
		.es = data,
		.fs = data,
		.gs = data,
		.ss = data,
		.tr = {.limit = 0x67, .type = 0xb, .present = 1},
		.ldt = {.unusable = 1},
		.idt = {.base = mode == REAL_MODE ? 0 : IDT, .limit = GATES * 16 - 1},
		.cr0 = is_long			? CR0_NORMAL
		       : mode == PROTECTED_MODE ? CR0_NORMAL & 0xffff
						: (CR0_NORMAL & 0xffff) & ~CR0_PE,
		.cr3 = is_long ? TABLES : 0,
		.cr4 = is_long ? CR4_NORMAL : 0,
		.efer = is_long ? EFER_LONG : 0,
	};
	struct kvm_regs regs = {.rip = rip, .rsp = STACK, .rflags = RFLAGS_NORMAL};
	__u64 *const random[] = {&regs.rax, &regs.rbx, &regs.rcx, &regs.rdx, &regs.rsi, &regs.rdi, &regs.rbp,
				 &regs.r8,  &regs.r9,  &regs.r10, &regs.r11, &regs.r12, &regs.r13, &regs.r14};
	struct error error;

	for (size_t i = 0; i < COUNT(random); i++)
		*random[i] = ((uint64_t)number() << 32 | number()) >> number() % 64;
	if (vcpu_set_state(&run.vcpu, &sregs, &regs, &error) < 0)
		die(error.text);
}

/* KVM finishes an access that it has left to the VMM when it is entered again; so it is, without running the guest. */
static void finish_access(void)
{
	uint64_t entry, exit_time;

	run.vcpu.run->immediate_exit = 1;
	vcpu_run(&run.vcpu, &entry, &exit_time);
	run.vcpu.run->immediate_exit = 0;
}

static void clear_deadlines(void)
{
	for (enum deadline i = 0; i < DEADLINE_COUNT; i++)
		deadline_set(i, CLOCK_NEVER);
	deadlines_take();
	kick_take();
}

static void run_part(enum mode mode, uint64_t rip)
{
	finish_access();
	set_registers(mode, rip);
	run.board.ending = ENDING_NONE;
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + PART_LIMIT_NS);
	loop_run(&run.loop);
	clear_deadlines();
	text_flush(run.printer);
	endings[run.board.ending]++;
	if (run.board.ending == ENDING_HOST_FAILURE)
		die("the host failed");
	if (vcpu_fetch_registers(&run.vcpu) == 0)
		crash_report(&run, nowhere);
}

static void run_program(uint64_t program)
{
	struct board_parts parts = {
		.memory = &run.memory,
		.clock = deadlines_clock,
		.console = {transmit, receive, ready, &run.console},
		.features = RINGSIDE_FEATURE_EVENTS,
	};
	struct error error;

	current = program;
	state = program * UINT64_C(0x9e3779b97f4a7c15) | 1;
	for (unsigned i = 0; i < 8; i++)
		number();
	const unsigned kind = number() % 4; /* half of the programs are of long mode */
	const enum mode mode = kind == 1 ? PROTECTED_MODE : kind == 2 ? REAL_MODE : LONG_MODE;
	make_program(mode);
	if (board_init(&run.board, &parts, &error) < 0)
		die(error.text);
	for (uint64_t part = 0; part < PARTS; part++)
		run_part(mode, PROGRAM + part * (PAGE / PARTS));
	event_ring_abandon(&run.board.ring, NULL, 0);
}

static void start(void)
{
	struct error error;

	nowhere = fopen("/dev/null", "w");
	if (nowhere == NULL || kvm_open(&run.kvm, &error) < 0 || kick_start(&error) < 0)
		die(nowhere == NULL ? "/dev/null" : error.text);
	console_init(&run.console, fileno(nowhere), deadlines_must_end);
	recorder_init(&run.recorder);
	run.clock = (struct trace_clock){.tsc_start = __builtin_ia32_rdtsc(), .tsc_khz = 1000000};
	run.printer = text_new(nowhere, &run.clock, NULL, run.style);
	if (run.printer == NULL)
		die("not enough memory");
	run.watcher = (struct record_watcher){watch_record, watch_entry, watch_waiting, NULL};
	run.recorder.watcher = &run.watcher;
	run.loop = (struct loop){
		.vcpu = &run.vcpu, .board = &run.board, .recorder = &run.recorder, .console = &run.console};
	run.image = run.initrd = -1;
#if defined(__SANITIZE_ADDRESS__)
	__sanitizer_set_death_callback(tell_failure);
#else
	signal(SIGSEGV, on_signal);
	signal(SIGBUS, on_signal);
#endif
	signal(SIGABRT, on_signal);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("usage: ring0 FIRST COUNT");
	const uint64_t first = strtoull(argv[1], NULL, 10), count = strtoull(argv[2], NULL, 10);

	start();
	for (uint64_t i = 0; i < count; i++) {
		if (i % PROGRAMS_A_VM == 0) {
			if (i > 0)
				close_machine();
			open_machine();
		}
		run_program(first + i);
	}
	printf("ring0: %" PRIu64 " programs from %" PRIu64 " on, %" PRIu64 " exits; their parts ended:\n", count, first,
	       recorder_exits(&run.recorder));
	for (unsigned i = 0; i < ENDING_COUNT; i++)
		if (endings[i] > 0)
			printf("%10" PRIu64 "  %s\n", endings[i], ending_words(i));
	return 0;
}
