/* SPDX-License-Identifier: MIT */
/* The terminal as ioctl knows it: structures and numbers of Linux (ioctl_tty(2), termios(3)). */
#ifndef USER_USER_TERMINAL_H
#define USER_USER_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

enum { TCGETS = 0x5401, TCSETS = 0x5402, TIOCSPGRP = 0x5410 };
enum { ECHO = 010 }; /* of c_lflag */

struct termios {
	uint32_t c_iflag, c_oflag, c_cflag, c_lflag;
	uint8_t c_line, c_cc[19];
};

#endif
