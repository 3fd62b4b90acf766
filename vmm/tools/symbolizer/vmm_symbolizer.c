/* SPDX-License-Identifier: MIT */
/* vmm-symbolizer: `vmm trace print` with the libraries that vmm does without. Run by vmm, with its words. */
#include "tools/commands.h"
#include "tools/symbolizer/annotate.h"

int main(int argc, char **argv)
{
	trace_annotator = &annotator;
	return cmd_trace_print(argc, argv);
}
