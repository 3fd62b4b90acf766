/* SPDX-License-Identifier: MIT */
/* The subcommand `vmm run`. Called by main.c. */
#ifndef VMM_RUN_RUN_H
#define VMM_RUN_RUN_H

/*
 * Runs a guest as the command line says; argv[0] is the name for messages. Returns the exit status, RINGSIDE_STATUS_*.
 */
int cmd_run(int argc, char **argv);

#endif
