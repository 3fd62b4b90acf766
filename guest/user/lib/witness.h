/* SPDX-License-Identifier: MIT */
/*
 * The control of an experiment: a process that minds its own business beside the hostile ones and
 * verifies all the time that its memory, its registers and its pid are what it left them.
 */
#ifndef USER_WITNESS_H
#define USER_WITNESS_H

/* Starts it; returns its pid. */
int control_start(void);

/* Ends it and reports, as a case of lib/report_case.h, whether it was unharmed until now. */
void control_check(int pid);

#endif
