/* SPDX-License-Identifier: MIT */
/*
 * Tests of signals: handlers and what they are told, masks, alternate stacks, faults, waits, job control, alarms.
 *   sigtest
 * Exit status: the number of failed checks, at most 100.
 */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/report_case.h"
#include "lib/user_signals.h"
#include "lib/user_string.h"

enum { PAGE = 4096, RED_ZONE = 128, MS = 1000000, SI_USER = 0, SI_KERNEL = 0x80, SI_QUEUE = -1, SI_TKILL = -6 };
enum { SEGV_MAPERR = 1, SEGV_ACCERR = 2, FPE_INTDIV = 1, ILL_ILLOPN = 2, TRAP_TRACE = 2, FPE_FLTDIV = 3 };
enum { CLD_EXITED = 1, CLD_KILLED = 2, CLD_STOPPED = 5, CLD_CONTINUED = 6 };
enum { FLAG_DF = 1 << 10, FLAG_TF = 1 << 8, FLAGS_STATUS = 0x8d5 };

/* What the last run of the handler saw. Volatile, because a handler runs between any two instructions. */
static volatile int runs, last_signal;
static volatile struct siginfo last_info;
static volatile struct ucontext last_context;
static volatile uint64_t handler_rsp, handler_flags, handler_mask;
static uint8_t stack_area[2 * STACK_SIZE] __attribute__((aligned(16)));

static uint64_t mask_now(void)
{
	uint64_t mask = 0;

	rt_sigprocmask(SIG_BLOCK, NULL, &mask, sizeof(mask));
	return mask;
}

static uint64_t pending_now(void)
{
	uint64_t pending = 0;

	rt_sigpending(&pending, sizeof(pending));
	return pending;
}

static void note(int signal, struct siginfo *info, struct ucontext *context)
{
	runs++;
	last_signal = signal;
	last_info = *info;
	last_context = *context;
	handler_rsp = (uint64_t)__builtin_frame_address(0);
	handler_flags = __builtin_ia32_readeflags_u64();
	handler_mask = mask_now();
}

static void raise(int signal)
{
	kill(getpid(), signal);
}

/* Forgets what happened and sets the handler. */
static void prepare(int signal, unsigned long flags)
{
	runs = 0;
	handle_signal(signal, note, flags, 0);
}

static int reap(int pid)
{
	int status = 0;

	while (wait4(pid, &status, 0, NULL) == -EINTR)
		;
	return status;
}

/* ---- handlers ---- */

static void test_handler(void)
{
	prepare(SIGUSR1, 0);
	raise(SIGUSR1);
	check(runs == 1 && last_signal == SIGUSR1, "a handler runs once, with its signal: %d, %d", runs, last_signal);
	check(last_info.signal == SIGUSR1 && last_info.code == SI_USER && last_info.pid == getpid(),
	      "kill: si_code %d, si_pid %d", last_info.code, last_info.pid);
	check((last_context.rsp - handler_rsp) > RED_ZONE && !(handler_flags & FLAG_DF), "the red zone is left alone");
	tgkill(getpid(), getpid(), SIGUSR1);
	check(runs == 2 && last_info.code == SI_TKILL, "tgkill: si_code %d", last_info.code);
	rt_sigqueueinfo(getpid(), SIGUSR1, &(struct siginfo){.code = SI_QUEUE, .pid = 7, .value = 4711});
	check(runs == 3 && last_info.code == SI_QUEUE && last_info.value == 4711, "sigqueue: si_value %ld",
	      (long)last_info.value);
	struct sigaction old = {0};
	rt_sigaction(SIGUSR1, NULL, &old, sizeof(old.mask));
	check(old.handler == (void *)note && old.flags & SA_SIGINFO, "sigaction returns what was set");
	check(handle_signal(SIGKILL, note, 0, 0) == -EINVAL && handle_signal(SIGSTOP, note, 0, 0) == -EINVAL,
	      "SIGKILL and SIGSTOP cannot be handled");
}

static void set_registers(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info;
	context->r12 = 0x1234567890abcdef;
	context->r8 = ~context->r8;
	runs++;
}

/* All registers have values of their own while the signal comes; the handler changes two of them. */
static void test_registers(void)
{
	uint64_t seen[14] = {0}, wrong = 0, *to = seen;

	runs = 0;
	handle_signal(SIGUSR1, set_registers, 0, 0);
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t" /* the red zone */
			 "push %%rbp\n\t"
			 "push %[to]\n\t"
			 "mov $3, %%ebx; mov $4, %%ebp; mov $8, %%r8; mov $9, %%r9\n\t"
			 "mov $10, %%r10; mov $12, %%r12; mov $13, %%r13; mov $14, %%r14; mov $15, %%r15\n\t"
			 "std; stc\n\t"
			 "mov %[kill], %%eax\n\t"
			 "syscall\n\t"
			 "pop %%rcx\n\t"
			 "pushf; pop (%%rcx)\n\t"
			 "cld\n\t"
			 "mov %%rax, 8(%%rcx); mov %%rbx, 16(%%rcx); mov %%rbp, 24(%%rcx); mov %%rdi, 32(%%rcx)\n\t"
			 "mov %%rsi, 40(%%rcx); mov %%r8, 48(%%rcx); mov %%r9, 56(%%rcx); mov %%r10, 64(%%rcx)\n\t"
			 "mov %%r12, 72(%%rcx); mov %%r13, 80(%%rcx); mov %%r14, 88(%%rcx); mov %%r15, 96(%%rcx)\n\t"
			 "pop %%rbp\n\t"
			 "lea 128(%%rsp), %%rsp"
			 : [to] "+a"(to)
			 : "D"(getpid()), "S"(SIGUSR1), [kill] "i"(RINGSIDE_SYS_kill)
			 : "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "memory");
	const uint64_t expected[] = {0, 3, 4, (uint64_t)getpid(), SIGUSR1, ~8UL, 9, 10, 0x1234567890abcdef, 13, 14, 15};
	for (unsigned i = 0; i < sizeof(expected) / sizeof(*expected); i++)
		wrong += seen[i + 1] != expected[i];
	check(runs == 1 && wrong == 0, "all registers come back as the handler left them: %lu wrong", wrong);
	check((seen[0] & (FLAG_DF | 1)) == (FLAG_DF | 1), "and the flags: 0x%lx", seen[0]);
}

static const uint32_t rounding_up = 0x5f80;
static uint32_t handler_mxcsr;
static uint16_t handler_control;

static void use_fpu(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(handler_mxcsr), "=m"(handler_control));
	__asm__ volatile("fninit; fldz; pxor %xmm3, %xmm3");
}

static void test_fpu(void)
{
	uint64_t number = 0x1122334455667788, xmm = 0, x87 = 0;
	uint32_t mxcsr = 0;
	int me = getpid();

	handle_signal(SIGUSR1, use_fpu, 0, 0);
	__asm__ volatile("ldmxcsr %[up]; fninit; fildq %[number]; movq %[number], %%xmm3\n\t"
			 "syscall\n\t"
			 "movq %%xmm3, %[xmm]; fistpq %[x87]; stmxcsr %[mxcsr]"
			 : [xmm] "=m"(xmm), [x87] "=m"(x87), [mxcsr] "=m"(mxcsr)
			 : [up] "m"(rounding_up), [number] "m"(number), "a"(RINGSIDE_SYS_kill), "D"(me), "S"(SIGUSR1)
			 : "rcx", "r11", "memory");
	check(xmm == number && x87 == number && mxcsr == rounding_up, "FPU registers come back: 0x%lx 0x%lx 0x%x", xmm,
	      x87, mxcsr);
	check(handler_mxcsr == 0x1f80 && handler_control == 0x37f, "the handler has a fresh FPU: 0x%x 0x%x",
	      handler_mxcsr, handler_control);
	__asm__ volatile("ldmxcsr %0" : : "m"((uint32_t){0x1f80}));
}

/* ---- masks and nesting ---- */

static volatile int depth, deepest;

static void nest(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)info, (void)context;
	runs++;
	if (++depth > deepest)
		deepest = depth;
	if (runs < 3)
		raise(signal);
	if (runs < 3 && signal == SIGUSR1)
		raise(SIGUSR2);
	depth--;
}

static void nested(unsigned long flags, uint64_t mask)
{
	runs = depth = deepest = 0;
	handle_signal(SIGUSR1, nest, flags, mask);
	raise(SIGUSR1);
}

static void test_masks(void)
{
	handle_signal(SIGUSR2, note, 0, 0);
	nested(0, SIGNAL_MASK(SIGUSR2));
	check(deepest == 1 && runs >= 3, "a handler's own signal waits until it returns: depth %d, runs %d", deepest,
	      runs);
	nested(SA_NODEFER, 0);
	check(deepest >= 2, "with SA_NODEFER it does not: depth %d", deepest);
	handle_signal(SIGUSR1, note, 0, SIGNAL_MASK(SIGUSR2));
	raise(SIGUSR1);
	check(handler_mask == (SIGNAL_MASK(SIGUSR1) | SIGNAL_MASK(SIGUSR2)) && mask_now() == 0,
	      "sa_mask holds in the handler and not after it: 0x%lx, 0x%lx", handler_mask, mask_now());
	prepare(SIGUSR1, SA_RESETHAND);
	raise(SIGUSR1);
	struct sigaction old = {0};
	rt_sigaction(SIGUSR1, NULL, &old, sizeof(old.mask));
	check(runs == 1 && old.handler == SIG_DFL, "SA_RESETHAND: the next one takes the default action");
	rt_sigprocmask(SIG_BLOCK, &(uint64_t){UINT64_MAX}, NULL, sizeof(uint64_t));
	check(!(mask_now() & (SIGNAL_MASK(SIGKILL) | SIGNAL_MASK(SIGSTOP))), "SIGKILL and SIGSTOP cannot be blocked");
	rt_sigprocmask(SIG_SETMASK, &(uint64_t){0}, NULL, sizeof(uint64_t));
}

static void test_pending(void)
{
	prepare(SIGUSR1, 0);
	handle_signal(SIGUSR2, note, 0, 0);
	block_signal(SIGUSR1);
	block_signal(SIGUSR2);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR2);
	check(runs == 0 && pending_now() == (SIGNAL_MASK(SIGUSR1) | SIGNAL_MASK(SIGUSR2)),
	      "blocked signals stay pending");
	unblock_signal(SIGUSR1);
	check(runs == 1 && last_signal == SIGUSR1, "unblocked, one is delivered once: %d", runs);
	set_signal(SIGUSR2, SIG_IGN);
	check(pending_now() == 0, "ignoring a signal discards it");
	raise(SIGUSR2);
	check(pending_now() == SIGNAL_MASK(SIGUSR2), "a signal that is blocked and ignored stays pending");
	unblock_signal(SIGUSR2);
	check(runs == 1 && pending_now() == 0, "and goes when it is unblocked");
	set_signal(SIGUSR2, SIG_DFL);
	int pid = fork();
	if (pid == 0) {
		block_signal(SIGTERM);
		raise(SIGTERM);
		unblock_signal(SIGTERM);
		exit_group(0);
	}
	check(signal_of(reap(pid)) == SIGTERM, "unblocking a fatal signal ends the process");
}

static void test_suspend(void)
{
	static const uint64_t none;

	prepare(SIGUSR1, 0);
	block_signal(SIGUSR1);
	raise(SIGUSR1);
	int result = rt_sigsuspend(&none, sizeof(none));
	check(result == -EINTR && runs == 1, "sigsuspend lets a pending signal in: %d, %d", result, runs);
	check(last_context.mask == SIGNAL_MASK(SIGUSR1) && mask_now() == SIGNAL_MASK(SIGUSR1),
	      "the mask from before comes back: 0x%lx", mask_now());
	raise(SIGUSR1);
	struct pollfd nothing = {.fd = -1};
	result = ppoll(&nothing, 1, NULL, &none, sizeof(none));
	check(result == -EINTR && runs == 2 && mask_now() == SIGNAL_MASK(SIGUSR1), "so does ppoll: %d, %d", result,
	      runs);
	struct siginfo info = {0};
	raise(SIGUSR1);
	result = rt_sigtimedwait(&(uint64_t){SIGNAL_MASK(SIGUSR1)}, &info, NULL, sizeof(uint64_t));
	check(result == SIGUSR1 && info.pid == getpid() && runs == 2, "sigtimedwait takes it without the handler: %d",
	      result);
	result = rt_sigtimedwait(&(uint64_t){SIGNAL_MASK(SIGUSR1)}, &info, &(struct timespec){0, MS}, sizeof(uint64_t));
	check(result == -EAGAIN, "and waits no longer than it is told: %d", result);
	int pid = fork();
	if (pid == 0) {
		sleep_milliseconds(20);
		kill(getppid(), SIGUSR1);
		exit_group(0);
	}
	result = rt_sigtimedwait(&(uint64_t){SIGNAL_MASK(SIGUSR1)}, &info, NULL, sizeof(uint64_t));
	check(result == SIGUSR1 && info.pid == pid, "it is woken by the signal: %d from %d", result, info.pid);
	reap(pid);
	unblock_signal(SIGUSR1);
}

/* ---- system calls ---- */

/* Sends SIGUSR1 to the parent until it is told by SIGKILL, so that no moment can be missed. */
static int start_sender(void)
{
	int pid = fork();

	if (pid != 0)
		return pid;
	for (;;) {
		sleep_milliseconds(10);
		kill(getppid(), SIGUSR1);
	}
}

static int write_end;

static void write_byte(int signal, struct siginfo *info, struct ucontext *context)
{
	note(signal, info, context);
	if (runs == 3)
		write(write_end, "x", 1);
}

static void test_restart(void)
{
	int ends[2];
	char byte = 0;

	pipe(ends);
	write_end = ends[1];
	prepare(SIGUSR1, 0);
	int sender = start_sender();
	long result = read(ends[0], &byte, 1);
	check(result == -EINTR && runs >= 1, "read ends with EINTR, after the handler: %ld", result);
	handle_signal(SIGUSR1, write_byte, SA_RESTART, 0);
	runs = 0;
	result = read(ends[0], &byte, 1);
	check(result == 1 && byte == 'x' && runs >= 3, "with SA_RESTART it is made again: %ld, %d runs", result, runs);
	runs = 0;
	result = pause();
	check(result == -EINTR && runs >= 1, "pause ends with EINTR all the same: %ld", result);
	struct timespec left = {0};
	result = nanosleep(&(struct timespec){100, 0}, &left);
	check(result == -EINTR && left.tv_sec > 0, "nanosleep too, and tells what is left: %ld", result);
	kill(sender, SIGKILL);
	reap(sender);
	close(ends[0]);
	close(ends[1]);
}

static void test_pipe_signal(void)
{
	int ends[2];

	pipe(ends);
	close(ends[0]);
	prepare(SIGPIPE, 0);
	long result = write(ends[1], "x", 1);
	check(result == -EPIPE && runs == 1, "SIGPIPE and EPIPE: %ld, %d", result, runs);
	set_signal(SIGPIPE, SIG_IGN);
	check(write(ends[1], "x", 1) == -EPIPE, "ignored, only EPIPE");
	set_signal(SIGPIPE, SIG_DFL);
	int pid = fork();
	if (pid == 0) {
		write(ends[1], "x", 1);
		exit_group(0);
	}
	check(signal_of(reap(pid)) == SIGPIPE, "by default SIGPIPE ends the process");
	close(ends[1]);
}

/* ---- alternate stacks ---- */

static struct stack stack_in_handler;
static int change_in_handler;

static void look_at_stack(int signal, struct siginfo *info, struct ucontext *context)
{
	note(signal, info, context);
	sigaltstack(NULL, &stack_in_handler);
	change_in_handler = sigaltstack(&(struct stack){.flags = SS_DISABLE}, NULL);
}

static bool on_area(uint64_t rsp)
{
	return rsp >= (uint64_t)stack_area && rsp < (uint64_t)stack_area + STACK_SIZE;
}

static void leave(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)context;
	exit_group(on_area((uint64_t)__builtin_frame_address(0)) && info->code > 0 ? 42 : 1);
}

static int recurse(volatile int *from)
{
	volatile int here[256] = {0};

	return from[0] + (from == NULL ? 0 : recurse(here)) + here[1];
}

static void test_alternate_stack(void)
{
	struct stack stack = {stack_area, 0, 0, STACK_SIZE}, old;

	check(sigaltstack(&(struct stack){stack_area, 0, 0, 100}, NULL) == -ENOMEM, "a stack can be too small");
	check(sigaltstack(&(struct stack){stack_area, 77, 0, STACK_SIZE}, NULL) == -EINVAL, "flags are checked");
	sigaltstack(NULL, &old);
	check(old.flags == SS_DISABLE, "at first there is none: %d", old.flags);
	sigaltstack(&stack, NULL);
	prepare(SIGUSR1, 0);
	raise(SIGUSR1);
	check(!on_area(handler_rsp), "without SA_ONSTACK it is not used");
	handle_signal(SIGUSR1, look_at_stack, SA_ONSTACK, 0);
	raise(SIGUSR1);
	check(on_area(handler_rsp), "with SA_ONSTACK it is");
	check(stack_in_handler.flags == SS_ONSTACK && change_in_handler == -EPERM,
	      "in the handler it is in use, and cannot be changed: %d, %d", stack_in_handler.flags, change_in_handler);
	int pid = fork();
	if (pid == 0) {
		handle_signal(SIGSEGV, leave, SA_ONSTACK, 0);
		exit_group(recurse(&(int){0}));
	}
	check(exit_status_of(reap(pid)) == 42, "a stack overflow is handled there");
	pid = fork();
	if (pid == 0) {
		runs = -1000000;
		handle_signal(SIGUSR1, nest, SA_ONSTACK | SA_NODEFER, 0);
		raise(SIGUSR1);
		exit_group(0);
	}
	check(signal_of(reap(pid)) == SIGSEGV, "when it is full too, the process ends");
	sigaltstack(&(struct stack){.flags = SS_DISABLE}, NULL);
}

/* ---- faults ---- */

static uint64_t skip;

static void skip_instruction(int signal, struct siginfo *info, struct ucontext *context)
{
	note(signal, info, context);
	context->rip += skip;
	context->rflags &= ~(uint64_t)FLAG_TF;
}

static bool saw(int signal, int code)
{
	return runs == 1 && last_signal == signal && last_info.code == code;
}

static void prepare_fault(int signal, uint64_t size)
{
	runs = 0;
	skip = size;
	handle_signal(signal, skip_instruction, 0, 0);
}

#define AT(address) "address 0x%lx, si_code %d", (uint64_t)(address), last_info.code

static void test_page_faults(void)
{
	uint8_t *page = (uint8_t *)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	prepare_fault(SIGSEGV, 3);
	__asm__ volatile("movb $1, (%0)" : : "a"(page + 7) : "memory"); /* 3 bytes */
	check(saw(SIGSEGV, SEGV_ACCERR) && last_info.address == (uint64_t)page + 7,
	      "SIGSEGV, no right: " AT(last_info.address));
	check(last_context.cr2 == (uint64_t)page + 7 && last_context.vector == 14 && last_context.error & 2,
	      "the context has CR2, the vector and the error code: %lu", last_context.vector);
	munmap(page, PAGE);
	prepare_fault(SIGSEGV, 3);
	__asm__ volatile("movb $1, (%0)" : : "a"(page + 7) : "memory"); /* 3 bytes */
	check(saw(SIGSEGV, SEGV_MAPERR) && last_info.address == (uint64_t)page + 7,
	      "SIGSEGV, no page: " AT(last_info.address));
	prepare_fault(SIGSEGV, 1);
	__asm__ volatile("hlt");
	check(saw(SIGSEGV, SI_KERNEL) && last_info.address == 0,
	      "SIGSEGV, privileged instruction: " AT(last_info.address));
}

static void test_faults(void)
{
	uint64_t where = 0;

	prepare_fault(SIGFPE, 2);
	__asm__ volatile("lea 1f(%%rip), %0\n1:\tdivl %%ecx" : "=r"(where) : "a"(1), "d"(0), "c"(0) : "memory");
	check(saw(SIGFPE, FPE_INTDIV) && last_info.address == where, "SIGFPE, division by 0: " AT(last_info.address));
	prepare_fault(SIGILL, 2);
	__asm__ volatile("lea 1f(%%rip), %0\n1:\tud2" : "=r"(where) : : "memory");
	check(saw(SIGILL, ILL_ILLOPN) && last_info.address == where, "SIGILL: " AT(last_info.address));
	prepare_fault(SIGTRAP, 0);
	__asm__ volatile("int3");
	check(saw(SIGTRAP, SI_KERNEL), "SIGTRAP, int3: " AT(last_info.address));
	prepare_fault(SIGTRAP, 0);
	__asm__ volatile("lea -128(%%rsp), %%rsp; pushf; orl $0x100, (%%rsp); popf; nop; nop; lea 128(%%rsp), %%rsp"
			 :
			 :
			 : "memory", "cc");
	check(saw(SIGTRAP, TRAP_TRACE), "SIGTRAP, single step: " AT(last_info.address));
	prepare_fault(SIGFPE, 4);
	static const float one = 1, zero;
	__asm__ volatile("ldmxcsr %0; movss %1, %%xmm0; movss %2, %%xmm1; divss %%xmm1, %%xmm0; ldmxcsr %3"
			 :
			 : "m"((uint32_t){0}), "m"(one), "m"(zero), "m"((uint32_t){0x1f80})
			 : "memory");
	/* QEMU's emulated processors raise no exception of this kind. */
	check(runs == 0 || saw(SIGFPE, FPE_FLTDIV), "SIGFPE, SIMD division by 0: " AT(last_info.address));
	int pid = fork();
	if (pid == 0) {
		block_signal(SIGILL);
		__asm__ volatile("ud2");
	}
	check(signal_of(reap(pid)) == SIGILL, "a fault whose signal is blocked ends the process");
	set_signal(SIGSEGV, SIG_DFL);
	set_signal(SIGILL, SIG_DFL);
	set_signal(SIGFPE, SIG_DFL);
	set_signal(SIGTRAP, SIG_DFL);
}

/* ---- fork, exec, children ---- */

static char *self;
static char *const no_environment[] = {NULL};

static void test_fork_and_exec(void)
{
	prepare(SIGUSR1, 0);
	set_signal(SIGUSR2, SIG_IGN);
	block_signal(SIGTERM);
	raise(SIGTERM);
	int pid = fork();
	if (pid == 0) {
		raise(SIGUSR1);
		exit_group(runs == 1 && pending_now() == 0 && mask_now() == SIGNAL_MASK(SIGTERM) ? 0 : 1);
	}
	check(reap(pid) == 0, "fork: handlers and mask are inherited, pending signals are not");
	pid = fork();
	if (pid == 0) {
		raise(SIGTERM);
		execve(self, (char *[]){self, "exec", NULL}, no_environment);
	}
	int status = reap(pid);
	check(exit_status_of(status) == 5, "exec: handlers are gone; ignored, blocked and pending remain: %d",
	      exit_status_of(status));
	set_signal(SIGTERM, SIG_IGN);
	set_signal(SIGTERM, SIG_DFL);
	set_signal(SIGUSR2, SIG_DFL);
	unblock_signal(SIGTERM);
}

static int after_exec(void)
{
	struct sigaction one = {0}, two = {0};

	rt_sigaction(SIGUSR1, NULL, &one, sizeof(one.mask));
	rt_sigaction(SIGUSR2, NULL, &two, sizeof(two.mask));
	return (one.handler == SIG_DFL) + 2 * (two.handler == SIG_IGN) + 2 * (pending_now() == SIGNAL_MASK(SIGTERM)) +
	       (mask_now() != SIGNAL_MASK(SIGTERM));
}

static void wait_for_run(int wanted)
{
	while (runs < wanted)
		sleep_milliseconds(1);
}

static bool child_did(int pid, int code, int value)
{
	return last_info.pid == pid && last_info.code == code && (int)last_info.value == value;
}

static void test_children(void)
{
	int status = 0;

	prepare(SIGCHLD, 0);
	int pid = fork();
	if (pid == 0)
		exit_group(3);
	wait_for_run(1);
	check(child_did(pid, CLD_EXITED, 3), "SIGCHLD: a child exited: si_code %d, si_status %d", last_info.code,
	      (int)last_info.value);
	reap(pid);
	runs = 0;
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	wait_for_run(1);
	check(child_did(pid, CLD_STOPPED, SIGSTOP), "a child stopped: si_code %d", last_info.code);
	check(wait4(pid, &status, WNOHANG, NULL) == 0, "wait4 says nothing of it unless asked");
	int child = wait4(pid, &status, WUNTRACED, NULL);
	check(child == pid && status == (SIGSTOP << 8 | 0x7f), "WUNTRACED: 0x%x", status);
	check(wait4(pid, &status, WUNTRACED | WNOHANG, NULL) == 0, "once");
	kill(pid, SIGCONT);
	wait_for_run(2);
	check(child_did(pid, CLD_CONTINUED, SIGCONT), "a child continued: si_code %d", last_info.code);
	child = wait4(pid, &status, WCONTINUED, NULL);
	check(child == pid && status == 0xffff, "WCONTINUED: 0x%x", status);
	handle_signal(SIGCHLD, note, SA_NOCLDSTOP, 0);
	kill(pid, SIGSTOP);
	check(wait4(pid, &status, WUNTRACED, NULL) == pid && runs == 2, "SA_NOCLDSTOP: no SIGCHLD for that");
	kill(pid, SIGUSR1);
	check(wait4(pid, &status, WNOHANG, NULL) == 0, "a stopped process gets its signals when it continues");
	kill(pid, SIGKILL);
	status = reap(pid);
	check(signal_of(status) == SIGKILL, "but SIGKILL at once");
	wait_for_run(3);
	check(child_did(pid, CLD_KILLED, SIGKILL), "a child was killed: si_code %d", last_info.code);
	set_signal(SIGCHLD, SIG_DFL);
}

static void test_stop(void)
{
	int ends[2], status = 0;
	char byte = 0;

	pipe(ends);
	int pid = fork();
	if (pid == 0) {
		prepare(SIGCONT, 0);
		write(ends[1], "r", 1);
		sleep_milliseconds(30);
		write(ends[1], runs == 1 ? "y" : "n", 1);
		exit_group(0);
	}
	read(ends[0], &byte, 1);
	kill(pid, SIGSTOP);
	wait4(pid, &status, WUNTRACED, NULL);
	sleep_milliseconds(60);
	struct pollfd file = {.fd = ends[0], .events = POLLIN};
	check(ppoll(&file, 1, &(struct timespec){0, 0}, NULL, sizeof(uint64_t)) == 0,
	      "a stopped process makes no progress, though its sleep is over");
	kill(pid, SIGCONT);
	long result = read(ends[0], &byte, 1);
	check(result == 1 && byte == 'y', "it goes on with SIGCONT, whose handler runs: %c", byte);
	reap(pid);
	pid = fork();
	if (pid == 0)
		for (;;)
			;
	sleep_milliseconds(20);
	kill(pid, SIGSTOP);
	check(wait4(pid, &status, WUNTRACED, NULL) == pid, "a process in ring 3 can be stopped");
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	check(signal_of(reap(pid)) == SIGTERM, "signals that came meanwhile act when it continues");
	pid = fork();
	if (pid == 0) {
		block_signal(SIGCONT);
		raise(SIGSTOP);
		exit_group(pending_now() == SIGNAL_MASK(SIGCONT) ? 9 : 1);
	}
	wait4(pid, &status, WUNTRACED, NULL);
	kill(pid, SIGCONT);
	check(exit_status_of(reap(pid)) == 9, "SIGCONT continues even a process that blocks it");
	close(ends[0]);
	close(ends[1]);
}

/* ---- alarms ---- */

static void test_alarm(void)
{
	struct itimerval timer = {.interval = {0, 2000}, .value = {0, 1000}}, old;

	prepare(SIGALRM, 0);
	check(alarm(100) == 0, "there was no alarm");
	getitimer(ITIMER_REAL, &old);
	check(old.value.tv_sec >= 90, "getitimer: %ld s left", old.value.tv_sec);
	unsigned left = alarm(0);
	check(left >= 90 && left <= 100, "alarm returns the seconds that were left: %u", left);
	setitimer(ITIMER_REAL, &timer, NULL);
	while (runs < 3)
		pause();
	check(last_signal == SIGALRM && last_info.code == SI_KERNEL, "an interval timer comes again and again");
	setitimer(ITIMER_REAL, &(struct itimerval){0}, &old);
	check(old.interval.tv_usec == 2000, "its interval: %ld", old.interval.tv_usec);
	runs = 0;
	setitimer(ITIMER_REAL, &(struct itimerval){.value = {0, 1000}}, NULL);
	while (runs == 0)
		;
	check(runs == 1, "an alarm comes into a loop");
	int pid = fork();
	if (pid == 0) {
		set_signal(SIGALRM, SIG_DFL);
		setitimer(ITIMER_REAL, &(struct itimerval){.value = {0, 1000}}, NULL);
		execve(self, (char *[]){self, "wait", NULL}, no_environment);
	}
	check(signal_of(reap(pid)) == SIGALRM, "exec keeps an alarm; by default it ends the process");
	setitimer(ITIMER_REAL, &(struct itimerval){.value = {100, 0}}, NULL);
	pid = fork();
	if (pid == 0)
		exit_group((int)alarm(0));
	check(reap(pid) == 0, "fork does not");
	setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

int main(int argc, char **argv)
{
	self = argv[0];
	if (argc > 1 && !strcmp(argv[1], "exec"))
		return after_exec();
	if (argc > 1)
		for (;;)
			pause();
	test_handler();
	test_registers();
	test_fpu();
	test_masks();
	test_pending();
	test_suspend();
	test_restart();
	test_pipe_signal();
	test_alternate_stack();
	test_page_faults();
	test_faults();
	test_fork_and_exec();
	test_children();
	test_stop();
	test_alarm();
	return check_summary("sigtest");
}
