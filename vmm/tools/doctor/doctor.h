/* SPDX-License-Identifier: MIT */
/* `vmm doctor`, argv[0]. Returns the exit status. Called by vmm_tools.c. */
#ifndef VMM_TOOLS_DOCTOR_DOCTOR_H
#define VMM_TOOLS_DOCTOR_DOCTOR_H

#include "base/command_line.h"

extern const struct command_line doctor_command_line;

int cmd_doctor(int argc, char **argv);

#endif
