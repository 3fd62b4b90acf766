/* SPDX-License-Identifier: MIT */
/*
 * What happens at SIGBUS, which comes when a mapped file is truncated or its disk fails. Called by run/run.c before the
 * guest runs.
 */
#ifndef VMM_RUN_SIGBUS_H
#define VMM_RUN_SIGBUS_H

#include "record/trace_writer.h"

/*
 * Has a SIGBUS in the mapped part of the trace file cost only the records that follow, so that the guest runs on. Any
 * other SIGBUS ends the process as before, with the terminal's settings restored. `writer` must outlive the run.
 */
void sigbus_start(struct trace_writer *writer);

#endif
