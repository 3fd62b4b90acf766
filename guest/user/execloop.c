/* SPDX-License-Identifier: MIT */
/*
 * Replaces itself by execve N times: the pid stays, everything else is new.
 *   execloop [N [PID]]     PID: the pid to expect; the program passes it to its successors itself
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/system_calls.h"

enum { DECIMAL_TEXT = 24 };

int main(int argc, char **argv, char **envp)
{
	uint64_t left = number_argument(argc, argv, 1, 100), pid = number_argument(argc, argv, 2, (uint64_t)getpid());
	char left_text[DECIMAL_TEXT], pid_text[DECIMAL_TEXT];
	char *arguments[] = {argv[0], left_text, pid_text, NULL};

	if (pid != (uint64_t)getpid()) {
		printf("execloop: pid %lu became %d\n", pid, getpid());
		return 1;
	}
	if (!left)
		return 0;
	snprintf(left_text, sizeof(left_text), "%lu", left - 1);
	snprintf(pid_text, sizeof(pid_text), "%lu", pid);
	printf("execloop: %s\n", error_name(execve(argv[0], arguments, envp)));
	return 1;
}
