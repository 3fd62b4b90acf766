/* SPDX-License-Identifier: MIT */
/*
 * The crash report, for the developer of a guest kernel that has crashed: registers, code, page tables and the last
 * records. Printed by run/summary.c after the run, from the vCPU's last registers, guest memory and the flight
 * recorder.
 */
#ifndef VMM_RUN_CRASH_H
#define VMM_RUN_CRASH_H

#include <stdio.h>

#include "run/run_state.h"

/*
 * Prints where a guest is that has not crashed: registers and code. run->vcpu.run->s.regs must hold all registers.
 */
void crash_place(const struct run *run, FILE *out);

/* Prints the report to `out`. run->vcpu.run->s.regs must hold all registers (vcpu_fetch_registers()). */
void crash_report(const struct run *run, FILE *out);

#endif
