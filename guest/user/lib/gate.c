/* SPDX-License-Identifier: MIT */
/*
 * Chooses how this program enters the kernel, which the kernel states in the auxiliary vector and the environment.
 * Called by start.S before main; the same program runs under every protocol.
 */
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { AT_NULL = 0, AT_SYSINFO = 32 };

void choose_gate(char **environment);
void system_call_int80_gate(void);

struct auxiliary {
	unsigned long type, value;
};

void choose_gate(char **environment)
{
	for (; *environment != NULL; environment++)
		if (strcmp(*environment, "TRAPS=int80") == 0)
			system_call_gate = system_call_int80_gate;

	const struct auxiliary *entry = (const void *)(environment + 1);
	for (; entry->type != AT_NULL; entry++)
		if (entry->type == AT_SYSINFO && entry->value != 0)
			system_call_gate = (void (*)(void))entry->value;
}
