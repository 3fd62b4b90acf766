/* SPDX-License-Identifier: MIT */
/*
 * The control process: an honest process that runs beside hostile ones and checks all the time that its memory, its
 * registers and its pid have not changed. Used by hostile, membomb and siege.c.
 */
#ifndef USER_WITNESS_H
#define USER_WITNESS_H

/* Starts the control process; returns its pid. */
int control_start(void);

/* Kills the control process and reports, as a case of lib/report_case.h, whether it was unharmed until now. */
void control_check(int pid);

#endif
