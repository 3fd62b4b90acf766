/* SPDX-License-Identifier: MIT */
/* What every part of the kernel uses: messages, panic, options, time, events, and the end of the run. */
#ifndef GUEST_KERNEL_KERNEL_H
#define GUEST_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cpio.h"
#include "ringside/device.h"
#include "ringside/events.h"

struct trap_frame;

/* Linux errno values, as system calls return them. */
enum errno_value {
	EPERM = 1,
	ENOENT = 2,
	ESRCH = 3,
	EINTR = 4,
	EIO = 5,
	ENXIO = 6,
	E2BIG = 7,
	ENOEXEC = 8,
	EBADF = 9,
	ECHILD = 10,
	EAGAIN = 11,
	ENOMEM = 12,
	EACCES = 13,
	EFAULT = 14,
	EEXIST = 17,
	ENODEV = 19,
	ENOTDIR = 20,
	EISDIR = 21,
	EINVAL = 22,
	EMFILE = 24,
	ENOTTY = 25,
	ESPIPE = 29,
	EROFS = 30,
	EPIPE = 32,
	ERANGE = 34,
	ENAMETOOLONG = 36,
	ENOSYS = 38,
	ELOOP = 40,
};

enum signal_number {
	SIGHUP = 1,
	SIGINT = 2,
	SIGQUIT = 3,
	SIGKILL = 9,
	SIGSEGV = 11,
	SIGPIPE = 13,
	SIGCHLD = 17,
	SIGCONT = 18,
	SIGSTOP = 19,
	SIGTSTP = 20,
	SIGTTIN = 21,
	SIGTTOU = 22,
	SIGURG = 23,
	SIGWINCH = 28,
	SIGNAL_MAX = 64,
};

#define SIGNAL_BIT(signal) (1UL << ((signal)-1))

/* ---- options: the kernel command line ---- */

#define INIT_DEFAULT "init"
enum { HZ_DEFAULT = 100, HZ_MAX = 10000 };

/* How programs are run (protocol=). */
enum protocol {
	PROTOCOL_DIRECT,  /* direct execution: in ring 0, by a call, nothing limits them */
	PROTOCOL_LIMITED, /* ring 3 and the trap table, but no timer: the kernel waits until it is called */
	PROTOCOL_TIMER,	  /* and a timer interrupt, so that it need not wait */
};

struct options {
	enum protocol protocol;
	const char *init;
	char *init_arguments; /* what follows -- */
	uint64_t hz;	      /* timer frequency; 0 = no timer */
	bool quiet;
	bool print_fatal_signals;      /* say on the console what killed a process */
	bool account;		       /* measure where the time of processes goes */
	bool want_syscall, want_int80; /* traps= */
};

extern struct options options;
void options_parse(char *line);

extern struct bytes initrd, builtin_initrd; /* they may be the same */

/* ---- messages ---- */

void console_init(void);
void console_write(const char *bytes, size_t size);

/* Takes input from now on, and what has waited for room at the terminal; may send signals as terminal_send_signals. */
void console_listen(void);
void console_interrupt(struct trap_frame *frame);

void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- the end ---- */

_Noreturn void power_off(uint32_t status);
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void panic_trap(const struct trap_frame *frame);

/* ---- time ---- */

/* Learns the TSC's frequency and starts the timer at options.hz. */
void time_init(void);
void timer_start(void);
void timer_interrupt(struct trap_frame *frame);

#define NANOSECONDS 1000000000UL
#define TIME_NEVER (UINT64_MAX - 1)

/* Nanoseconds since boot. */
uint64_t time_now(void);
uint64_t time_from_ticks(uint64_t tsc_ticks);

/* With hz=0 nothing ticks: has the timer interrupt once at this time. */
void timer_one_shot(uint64_t when);

extern uint64_t tsc_khz;
extern uint64_t ticks; /* timer interrupts since boot */

void pic_init(void);
void pic_enable(unsigned irq);

/* With interrupts off: handles those that wait. */
void pic_poll(void);

/* ---- events ---- */

/* Whether the VMM has the ringside device: elsewhere the kernel runs without. */
bool ringside_present(void);

/* Whether somebody is watching; entry.S looks here too (with probing: any reason to take the slow way). */
extern uint8_t tracing;

void event_init(void);
void event_write(enum ringside_event kind, uint32_t pid, uint64_t a, uint64_t b);

/* With tracing off: one predictable branch. */
#define event(kind, pid, a, b)                                                                                         \
	do {                                                                                                           \
		if (__builtin_expect(tracing, 0))                                                                      \
			event_write(RINGSIDE_EVENT_##kind, (pid), (uint64_t)(a), (uint64_t)(b));                       \
	} while (0)

#endif
