/* SPDX-License-Identifier: MIT */
/* vmm-tools: the subcommands of vmm besides run and demo. vmm becomes this executable for them and passes its own argv
 * on. */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/subcommands.h"
#include "base/version.h"
#include "ringside/device.h"
#include "tools/bench/bench_command.h"
#include "tools/doctor/doctor.h"
#include "tools/output/output_file.h"
#include "tools/trace/commands/trace_command.h"

static const struct tool {
	const char *name;
	int (*run)(int argc, char **argv);
} tools[] = {
#define ROW(name, ...) {#name, cmd_##name},
	TOOLS_SUBCOMMANDS(ROW)
#undef ROW
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < COUNT(tools); i++) {
		if (strcmp(argv[1], tools[i].name) == 0)
			return tools[i].run(argc - 1, argv + 1);
	}
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts(vmm_version);
		return output_finish();
	}
	fputs("vmm-tools: the subcommands of vmm besides run and demo, for vmm to call; see vmm help\n", stderr);
	return RINGSIDE_STATUS_USAGE;
}
