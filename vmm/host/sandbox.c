/* SPDX-License-Identifier: MIT */
/* The order in which the sandbox is entered, and what happens when it refuses a call: see sandbox.h. */
#include "host/sandbox.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/digits.h"
#include "base/linux_names.h"
#include "host/deadlines.h"
#include "host/input_thread.h"
#include "host/jail.h"
#include "host/landlock.h"
#include "host/privileges.h"
#include "host/raw_terminal.h"
#include "ringside/device.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZERS 1
#elif defined(__has_feature)
#define HAS_SANITIZERS __has_feature(address_sanitizer)
#else
#define HAS_SANITIZERS 0
#endif

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code of SIGSYS: sent by a filter */
#endif

enum { LINE_MAX_BYTES = 256 }; /* of the line about a refusal; the longest name of a system call has 23 */

static char *append(char *end, const char *text)
{
	while (*text != '\0')
		*end++ = *text++;
	return end;
}

/* Does not use stdio, because the call may have been made inside stdio. */
static void report(unsigned call)
{
	const char *name = syscall_name(call);
	char digits[DIGITS_MAX + 1] = "", line[LINE_MAX_BYTES], *end = line;

	end = append(end, "vmm: the sandbox refused system call ");
	end = append(end, digits_decimal(digits + DIGITS_MAX, call));
	if (name != NULL) {
		end = append(end, " (");
		end = append(end, name);
		end = append(end, ")");
	}
	end = append(end, ": this is a fault of the VMM; --no-sandbox runs without it\n");
	(void)!write(STDERR_FILENO, line, (size_t)(end - line));
}

/*
 * SIGSYS. The modes of the terminal are restored here, because atexit() functions do not run. A SIGSYS that no filter
 * has sent, but a user or another program, ends the process as any fatal signal does: SA_RESETHAND has restored the
 * default action.
 */
static void on_refusal(int signal, siginfo_t *info, void *context)
{
	(void)context;
	raw_terminal_give_back();
	if (info->si_code != SYS_SECCOMP) {
		raise(signal);
		return;
	}
	report((unsigned)info->si_syscall);
	_exit(RINGSIDE_STATUS_REFUSED);
}

static void handle_refusals(void)
{
	const struct sigaction action = {.sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO | (int)SA_RESETHAND};
	sigset_t refusal;

	sigaction(SIGSYS, &action, NULL);
	sigemptyset(&refusal);
	sigaddset(&refusal, SIGSYS);
	sigprocmask(SIG_UNBLOCK, &refusal, NULL); /* the parent process may have blocked it */
}

void sandbox_begin(unsigned needs)
{
	static bool has_begun;

	if (HAS_SANITIZERS || has_begun)
		return;
	has_begun = true;
	handle_refusals();
	if (needs & FILTER_INPUT_WAITS)
		input_thread_prepare(needs);
}

int sandbox_enter(unsigned needs, bool jailed, struct error *error)
{
	if (HAS_SANITIZERS)
		return 0;
	deadlines_prepare();
	/* Namespaces need capabilities and a process of one thread, Landlock needs no_new_privs. */
	if (jailed && jail_enter(error) < 0)
		return -1;
	sandbox_begin(needs);
	if (privileges_drop(error) < 0 || landlock_enter(error) < 0)
		return -1;
	/* Limits are the process's, and the other thread needs a descriptor to enter its sandbox. */
	if (needs & FILTER_INPUT_WAITS && input_thread_wait(error) < 0)
		return -1;
	if (privileges_limit(needs & FILTER_KVM_STATS ? 1 : 0, error) < 0)
		return -1;
	return syscall_filter_load(FILTER_VCPU, needs, error);
}
