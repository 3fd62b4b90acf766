/* SPDX-License-Identifier: MIT */
/* vmm-tools: the subcommands besides run. vmm becomes this for them; argv is what vmm was called with. */
#include <stdio.h>
#include <string.h>

#include "ringside/device.h"
#include "tools/commands.h"

static const struct tool {
	const char *name;
	int (*run)(int argc, char **argv);
} tools[] = {
	{"bench", cmd_bench},
	{"trace", cmd_trace},
	{"doctor", cmd_doctor},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(tools) / sizeof(*tools); i++) {
		if (strcmp(argv[1], tools[i].name) == 0)
			return tools[i].run(argc - 1, argv + 1);
	}
	fputs("vmm-tools: the subcommands of vmm besides run; call them by vmm\n", stderr);
	return RINGSIDE_STATUS_USAGE;
}
