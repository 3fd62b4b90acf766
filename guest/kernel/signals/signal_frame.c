/* SPDX-License-Identifier: MIT */
/* Pushing and popping the frame of a signal's handler. */
#include "kernel/signals/signal_frame.h"

#include <stddef.h>

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/user_copy.h"

/* Linux's struct ucontext for x86-64 (asm/ucontext.h, asm/sigcontext.h). */
struct user_context {
	uint64_t flags, link;
	uint64_t stack_base, stack_flags, stack_size;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, rflags;
	uint16_t cs, gs, fs, ss;
	uint64_t error, vector, old_mask, cr2;
	uint64_t fpu; /* address of the FPU state */
	uint64_t reserved[8];
	uint64_t mask;
};

enum { UC_FP_XSTATE = 1, UC_SIGCONTEXT_SS = 2, UC_STRICT_RESTORE_SS = 4 };

struct signal_frame {
	uint64_t restorer; /* the handler's return address */
	struct user_context context;
	struct user_info info;
};

_Static_assert(offsetof(struct user_context, fpu) == 224 && sizeof(struct user_context) == 304, "as on Linux");

enum { RED_ZONE = 128, FPU_ALIGNMENT = 64, STACK_ALIGNMENT = 16 };

/* ---- FPU state ---- */

/* The legacy area of FXSAVE and XSAVE, and the header of XSAVE behind it (SDM vol. 1, 10.5.1 and 13.4). */
struct fpu_state {
	uint8_t first[24];
	uint32_t mxcsr, mxcsr_mask;
	uint8_t registers[432];
	/* Software may use this; Linux says here whether the state is one of XSAVE. */
	uint32_t magic, all_size;
	uint64_t components;
	uint32_t state_size, unused[7];
	uint64_t header_components, header_compacted, header_reserved[6];
};

#define MXCSR_MASK_DEFAULT 0xffbfU
#define FP_XSTATE_MAGIC1 0x46505853U
#define FP_XSTATE_MAGIC2 0x46505845U

enum { LEGACY_SIZE = 512 };
_Static_assert(offsetof(struct fpu_state, magic) == 464 && offsetof(struct fpu_state, header_components) == LEGACY_SIZE,
	       "as in the SDM");

static uint32_t pushed_fpu_size(void)
{
	return cpu.fpu_size + (cpu.xsave ? (uint32_t)sizeof(uint32_t) : 0);
}

/* The handler begins with a fresh FPU. */
static int push_fpu(uint64_t address)
{
	struct fpu_state *state = current->fpu;
	const uint32_t end = FP_XSTATE_MAGIC2;

	fpu_save(state);
	state->magic = 0;
	if (cpu.xsave) {
		state->magic = FP_XSTATE_MAGIC1;
		state->all_size = pushed_fpu_size();
		state->components = xgetbv(0);
		state->state_size = cpu.fpu_size;
	}
	int error = space_write(&current->space, address, state, cpu.fpu_size);
	if (error == 0 && cpu.xsave)
		error = space_write(&current->space, address + cpu.fpu_size, &end, sizeof(end));
	if (error == 0) {
		fpu_initial(state);
		fpu_load(state);
	}
	return error;
}

/* Whether loading the state raises no #GP: bits that the CPU does not know are 0. */
static bool fpu_state_is_good(const struct fpu_state *state, uint32_t mxcsr_mask, bool extended)
{
	if (state->mxcsr & ~mxcsr_mask)
		return false;
	if (!extended)
		return true;
	uint64_t wrong = (state->header_components & ~xgetbv(0)) | state->header_compacted;
	for (unsigned i = 0; i < sizeof(state->header_reserved) / sizeof(uint64_t); i++)
		wrong |= state->header_reserved[i];
	return wrong == 0;
}

/* The registers are still in the CPU, so the process's page for them is free to read into. */
static bool pop_fpu(uint64_t address)
{
	struct fpu_state *state = current->fpu;

	fpu_save(state);
	uint32_t mask = state->mxcsr_mask != 0 ? state->mxcsr_mask : MXCSR_MASK_DEFAULT;
	fpu_initial(state);
	bool good = address == 0 || space_read(&current->space, state, address, LEGACY_SIZE) == 0;
	bool extended = cpu.xsave && address != 0 && state->magic == FP_XSTATE_MAGIC1 &&
			state->state_size == cpu.fpu_size;

	if (extended)
		good = good && space_read(&current->space, (char *)state + LEGACY_SIZE, address + LEGACY_SIZE,
					  cpu.fpu_size - LEGACY_SIZE) == 0;
	else if (cpu.xsave && address != 0)
		state->header_components = 3; /* a state of FXSAVE: x87 and SSE */
	if (!good || !fpu_state_is_good(state, mask, extended)) {
		fpu_initial(state);
		return false;
	}
	fpu_load(state);
	return true;
}

/* ---- the stack ---- */

bool on_alternate_stack(uint64_t rsp)
{
	const struct signals *signals = &current->signals;

	return !(signals->stack.flags & SS_AUTODISARM) && rsp > signals->stack.base &&
	       rsp - signals->stack.base <= signals->stack.size;
}

/* Where the frame goes, and the FPU state above it. False: the alternate stack is full. */
static bool find_place(const struct trap_frame *frame, uint64_t flags, uint64_t *place, uint64_t *fpu)
{
	const struct signals *signals = &current->signals;
	uint64_t top = frame->rsp - RED_ZONE;
	bool alternate = on_alternate_stack(frame->rsp);

	if (!alternate && flags & SA_ONSTACK && signals->stack.size != 0) {
		top = signals->stack.base + signals->stack.size;
		alternate = true;
	}
	*fpu = (top - pushed_fpu_size()) & ~(uint64_t)(FPU_ALIGNMENT - 1);
	/* RSP is a multiple of 16 less 8 at the entry of a function. */
	*place = ((*fpu - sizeof(struct signal_frame)) & ~(uint64_t)(STACK_ALIGNMENT - 1)) - sizeof(uint64_t);
	return !alternate || (*place > signals->stack.base && *place < top);
}

static void fill_context(struct user_context *context, const struct trap_frame *frame)
{
	const struct signals *signals = &current->signals;

	context->flags = (cpu.xsave ? UC_FP_XSTATE : 0) | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS;
	context->link = 0;
	context->stack_base = signals->stack.base;
	context->stack_size = signals->stack.size;
	context->stack_flags = signals->stack.size == 0 ? SS_DISABLE : signals->stack.flags;
	context->r8 = frame->r8;
	context->r9 = frame->r9;
	context->r10 = frame->r10;
	context->r11 = frame->r11;
	context->r12 = frame->r12;
	context->r13 = frame->r13;
	context->r14 = frame->r14;
	context->r15 = frame->r15;
	context->rdi = frame->rdi;
	context->rsi = frame->rsi;
	context->rbp = frame->rbp;
	context->rbx = frame->rbx;
	context->rdx = frame->rdx;
	context->rax = frame->rax;
	context->rcx = frame->rcx;
	context->rsp = frame->rsp;
	context->rip = frame->rip;
	context->rflags = frame->rflags;
	context->cs = (uint16_t)frame->cs;
	context->gs = context->fs = 0;
	context->ss = (uint16_t)frame->ss;
	context->error = signals->fault_error;
	context->vector = signals->fault_vector;
	context->cr2 = signals->fault_address;
}

bool signal_frame_push(struct trap_frame *frame, unsigned signal, const struct signal_action *action,
		       const struct signal_info *info, uint64_t mask)
{
	struct signal_frame pushed;
	uint64_t place, fpu;

	/* Without SA_RESTORER the handler could not return; every C library for x86-64 sets it. */
	if (action->handler >= USER_END || !(action->flags & SA_RESTORER) ||
	    !find_place(frame, action->flags, &place, &fpu))
		return false;
	fill_context(&pushed.context, frame);
	pushed.restorer = action->restorer;
	pushed.context.fpu = fpu;
	pushed.context.mask = pushed.context.old_mask = mask;
	for (unsigned i = 0; i < sizeof(pushed.context.reserved) / sizeof(uint64_t); i++)
		pushed.context.reserved[i] = 0;
	pushed.info = user_info_of(signal, info);
	if (space_write(&current->space, place, &pushed, sizeof(pushed)) != 0 || push_fpu(fpu) != 0)
		return false;

	if (current->signals.stack.flags & SS_AUTODISARM)
		current->signals.stack.size = current->signals.stack.flags = 0;
	frame->rip = action->handler;
	frame->rsp = place;
	frame->rax = 0;
	frame->rdi = signal;
	frame->rsi = place + offsetof(struct signal_frame, info);
	frame->rdx = place + offsetof(struct signal_frame, context);
	frame->rflags &= ~(uint64_t)(FLAG_DF | FLAG_TF | FLAG_RF);
	return true;
}

static void pop_stack(const struct user_context *context)
{
	struct signals *signals = &current->signals;

	if (on_alternate_stack(context->rsp) || (context->stack_flags & ~(uint64_t)SS_AUTODISARM) > SS_DISABLE)
		return;
	signals->stack.base = context->stack_base;
	signals->stack.size = context->stack_flags & SS_DISABLE || context->stack_size < MINSIGSTKSZ
				      ? 0
				      : context->stack_size;
	signals->stack.flags = (uint32_t)context->stack_flags & SS_AUTODISARM;
}

bool signal_frame_pop(struct trap_frame *frame)
{
	struct user_context context;

	/* The handler's RET has taken the restorer from the stack. IRETQ faults in ring 0 on a RIP that is not canonical. */
	if (space_read(&current->space, &context, frame->rsp, sizeof(context)) != 0 || context.rip >= USER_END ||
	    !pop_fpu(context.fpu))
		return false;
	frame->r8 = context.r8;
	frame->r9 = context.r9;
	frame->r10 = context.r10;
	frame->r11 = context.r11;
	frame->r12 = context.r12;
	frame->r13 = context.r13;
	frame->r14 = context.r14;
	frame->r15 = context.r15;
	frame->rdi = context.rdi;
	frame->rsi = context.rsi;
	frame->rbp = context.rbp;
	frame->rbx = context.rbx;
	frame->rdx = context.rdx;
	frame->rax = context.rax;
	frame->rcx = context.rcx;
	frame->rsp = context.rsp;
	frame->rip = context.rip;
	/* The selectors stay those by which the process came here, and only a process's flags are taken. */
	frame->rflags = (context.rflags & USER_FLAGS) | FLAG_IF | FLAG_ONE;
	current->signals.blocked = context.mask & ~SIGNALS_UNBLOCKABLE;
	pop_stack(&context);
	return true;
}
