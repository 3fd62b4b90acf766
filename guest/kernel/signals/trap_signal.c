/* SPDX-License-Identifier: MIT */
/* The signal of a trap, and what its handler is told about it: si_code and si_addr as on Linux. */
#include "kernel/signals/trap_signal.h"

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/address_space.h"
#include "kernel/signals/signal.h"
#include "kernel/trap/trap_path.h"
#include "ringside/traps.h"

/* si_code (sigaction(2)) */
enum { ILL_ILLOPN = 2, SEGV_MAPERR = 1, SEGV_ACCERR = 2, BUS_ADRALN = 1, TRAP_TRACE = 2 };
enum { FPE_INTDIV = 1, FPE_FLTDIV = 3, FPE_FLTOVF = 4, FPE_FLTUND = 5, FPE_FLTRES = 6, FPE_FLTINV = 7 };

/* Exceptions in the x87 status word and in MXCSR (SDM vol. 1, 8.1.3 and 10.2.3); in both, masks have the same order. */
enum { FP_INVALID = 1, FP_DENORMAL = 2, FP_DIVIDE = 4, FP_OVERFLOW = 8, FP_UNDERFLOW = 16, FP_PRECISION = 32 };
enum { FCW_OFFSET = 0, FSW_OFFSET = 2, MXCSR_OFFSET = 24, MXCSR_MASKS_SHIFT = 7 };

static int floating_point_code(uint64_t vector)
{
	const char *state = current->fpu;
	unsigned raised;

	fpu_save(current->fpu);
	if (vector == RINGSIDE_TRAP_MF) {
		raised = *(const uint16_t *)(state + FSW_OFFSET) & ~(unsigned)*(const uint16_t *)(state + FCW_OFFSET);
	} else {
		uint32_t mxcsr = *(const uint32_t *)(state + MXCSR_OFFSET);
		raised = mxcsr & ~(mxcsr >> MXCSR_MASKS_SHIFT);
	}
	if (raised & FP_INVALID)
		return FPE_FLTINV;
	if (raised & FP_DIVIDE)
		return FPE_FLTDIV;
	if (raised & FP_OVERFLOW)
		return FPE_FLTOVF;
	return raised & (FP_UNDERFLOW | FP_DENORMAL) ? FPE_FLTUND : FPE_FLTRES;
}

static void describe(const struct trap_frame *frame, struct signal_info *info)
{
	*info = (struct signal_info){.first = frame->rip};
	switch (frame->vector) {
	case RINGSIDE_TRAP_PF:
		info->first = read_cr2();
		info->code = region_at(&current->space, info->first) != NULL ? SEGV_ACCERR : SEGV_MAPERR;
		break;
	case RINGSIDE_TRAP_DE:
		info->code = FPE_INTDIV;
		break;
	case RINGSIDE_TRAP_MF:
	case RINGSIDE_TRAP_XM:
		info->code = floating_point_code(frame->vector);
		break;
	case RINGSIDE_TRAP_UD:
		info->code = ILL_ILLOPN;
		break;
	case RINGSIDE_TRAP_DB:
		info->code = TRAP_TRACE;
		break;
	case RINGSIDE_TRAP_AC:
		info->first = 0;
		info->code = BUS_ADRALN;
		break;
	default:
		info->first = 0;
		info->code = SI_KERNEL;
	}
}

bool signal_for_trap(const struct trap_frame *frame, unsigned signal)
{
	struct signal_info info;

	describe(frame, &info);
	if (!signal_force(signal, &info))
		return false;
	if (frame->vector == RINGSIDE_TRAP_PF)
		current->signals.fault_address = info.first;
	if (frame != process_frame(current)) {
		/* It came on one of the stacks that all processes share (IST), where nothing can wait for a handler. */
		*process_frame(current) = *frame;
		return_with_signals(process_frame(current));
	}
	return true;
}
