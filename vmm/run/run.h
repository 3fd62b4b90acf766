/* SPDX-License-Identifier: MIT */
/* `vmm run`: takes its own words (argv[0] is the name for messages) and returns the exit status. Called by main.c. */
#ifndef VMM_RUN_RUN_H
#define VMM_RUN_RUN_H

int cmd_run(int argc, char **argv);

#endif
