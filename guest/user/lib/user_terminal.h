/* SPDX-License-Identifier: MIT */
/* Linux's structures and numbers for terminal ioctls (ioctl_tty(2), termios(3)); used by the shell. */
#ifndef USER_USER_TERMINAL_H
#define USER_USER_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

enum { TCGETS = 0x5401, TCSETS = 0x5402, TIOCSPGRP = 0x5410 };
enum { ECHO = 010 }; /* a bit of c_lflag */

struct termios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line, c_cc[19];
};

#endif
