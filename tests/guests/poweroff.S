/* SPDX-License-Identifier: MIT */
/* Powers off with the number on the command line as status. */
#include "image.h"
start:
	command_line
	number	%edi, 0
	power_off %edi
