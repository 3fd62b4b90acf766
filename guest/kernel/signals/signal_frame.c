/* SPDX-License-Identifier: MIT */
/* Pushing and popping the frame of a signal's handler. */
#include "kernel/signals/signal_frame.h"

#include <stddef.h>

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/errno.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/user_copy.h"

/* Of the infos only the beginning is written: the rest is the process's memory, and no program looks at it. */
struct signal_frame {
	uint64_t restorer; /* the handler's return address */
	struct user_context context;
	struct user_info info;
	/* here the FPU state begins, at a multiple of 64; so the frame begins 8 behind one, as a function's stack does
	 */
};
_Static_assert(sizeof(struct signal_frame) % 64 == 56, "RSP is a multiple of 16 less 8 at the entry of a function");

_Static_assert(offsetof(struct user_context, fpu) == 224 && sizeof(struct user_context) == 304, "as on Linux");

enum { RED_ZONE = 128, FPU_ALIGNMENT = 64 };
#define CONTEXT_TO_FPU (sizeof(struct signal_frame) - offsetof(struct signal_frame, context))

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

enum { LEGACY_SIZE = 512, XSAVE_HEADER_SIZE = 64, LEGACY_COMPONENTS = 3 /* x87 and SSE */ };
_Static_assert(offsetof(struct fpu_state, magic) == 464 && offsetof(struct fpu_state, header_components) == LEGACY_SIZE,
	       "as in the SDM");

/* The state that a handler begins with. */
static union {
	uint8_t all[PAGE_SIZE];
	struct fpu_state state;
} fresh __attribute__((aligned(FPU_ALIGNMENT)));

/* Bits of MXCSR that the CPU does not know. */
static uint32_t mxcsr_unknown;

/* More than fits a page: signal_frames_init has not been called yet. */
enum { NO_FPU_SIZE = PAGE_SIZE };

/* What the FPU state takes in a frame. XSAVE's has a word behind it, by which programs know that all of it is there. */
static uint32_t pushed_fpu_size = NO_FPU_SIZE;

static uint64_t context_flags;

void signal_frames_init(void)
{
	struct fpu_state *state = &fresh.state;

	if (pushed_fpu_size != NO_FPU_SIZE)
		return;
	fpu_save(state);
	mxcsr_unknown = ~(state->mxcsr_mask != 0 ? state->mxcsr_mask : MXCSR_MASK_DEFAULT);
	fpu_initial(state);
	context_flags = UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS | (cpu.xsave ? UC_FP_XSTATE : 0);
	pushed_fpu_size = cpu.fpu_size + (cpu.xsave ? (uint32_t)sizeof(uint32_t) : 0);
}

/* Saves to `state`, which is in user memory, and gives the handler a fresh FPU. */
static void push_fpu(struct fpu_state *state)
{
	if (cpu.xsave) {
		/* XSAVE leaves parts of its header as they are. */
		memset(&state->header_components, 0, XSAVE_HEADER_SIZE);
		fpu_save(state);
		state->magic = FP_XSTATE_MAGIC1;
		state->all_size = pushed_fpu_size;
		state->components = xgetbv(0);
		state->state_size = cpu.fpu_size;
		*(uint32_t *)((char *)state + cpu.fpu_size) = FP_XSTATE_MAGIC2;
		fpu_load(&fresh);
	} else {
		fpu_save(state);
		state->magic = 0;
		fpu_load(&fresh);
	}
}

/*
 * Loads a state of a process's choice, if loading it raises no #GP: bits that the CPU does not know must be 0. It may
 * be in user memory: nobody else runs meanwhile.
 */
static inline bool load_checked(const struct fpu_state *state)
{
	if (state->mxcsr & mxcsr_unknown)
		return false;
	if (cpu.xsave) {
		uint64_t wrong = (state->header_components & ~xgetbv(0)) | state->header_compacted;
		for (unsigned i = 0; i < sizeof(state->header_reserved) / sizeof(uint64_t); i++)
			wrong |= state->header_reserved[i];
		if (wrong != 0)
			return false;
	}
	fpu_load(state);
	return true;
}

/* Whether a state in a frame is all that the CPU's instruction loads. */
static bool is_whole(const struct fpu_state *state)
{
	return !cpu.xsave || (state->magic == FP_XSTATE_MAGIC1 && state->state_size == cpu.fpu_size);
}

/* From an address that a process has put into its frame. The registers are in the CPU, so its page for them is free. */
static bool pop_fpu(uint64_t address)
{
	struct fpu_state *state = current->fpu;

	fpu_initial(state);
	bool good = address == 0 || space_read(&current->space, state, address, LEGACY_SIZE) == 0;
	if (cpu.xsave && address != 0) {
		if (is_whole(state))
			good = good && space_read(&current->space, (char *)state + LEGACY_SIZE, address + LEGACY_SIZE,
						  cpu.fpu_size - LEGACY_SIZE) == 0;
		else
			state->header_components = LEGACY_COMPONENTS;
	}
	good = good && load_checked(state);
	/* XSAVE would keep a part of a bad header, and the next XRSTOR would raise #GP. */
	if (!good)
		fpu_initial(state);
	return good;
}

/* ---- the stack ---- */

static const struct signal_stack no_stack = {.flags = SS_DISABLE};

int signal_stack_set(const struct signal_stack *wanted)
{
	const uint32_t mode = wanted->flags & ~SS_AUTODISARM;

	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode != SS_DISABLE && wanted->size < MINSIGSTKSZ)
		return -ENOMEM;
	current->signals.stack = no_stack;
	if (mode != SS_DISABLE)
		current->signals.stack =
			(struct signal_stack){wanted->base, wanted->size, wanted->flags & SS_AUTODISARM};
	return 0;
}

bool on_alternate_stack(uint64_t rsp)
{
	const struct signals *signals = &current->signals;

	return !(signals->stack.flags & SS_AUTODISARM) && rsp > signals->stack.base &&
	       rsp - signals->stack.base <= signals->stack.size;
}

/*
 * Where the frame goes: in one page, with the FPU state behind it, so that it is written in place. 0: the alternate
 * stack is full.
 */
static uint64_t find_place(uint64_t rsp, uint64_t flags)
{
	const struct signals *signals = &current->signals;
	uint64_t top = rsp - RED_ZONE, size = pushed_fpu_size;
	bool alternate = signals->stack.size != 0 && on_alternate_stack(rsp);

	if (flags & SA_ONSTACK && signals->stack.size != 0 && !alternate) {
		top = signals->stack.base + signals->stack.size;
		alternate = true;
	}
	uint64_t fpu = (top - size) & ~(uint64_t)(FPU_ALIGNMENT - 1), place = fpu - sizeof(struct signal_frame);
	if (place % PAGE_SIZE + sizeof(struct signal_frame) + size > PAGE_SIZE) {
		uint64_t page = (fpu + size - 1) & ~(PAGE_SIZE - 1);
		fpu = (page - size) & ~(uint64_t)(FPU_ALIGNMENT - 1);
		place = fpu - sizeof(struct signal_frame);
	}
	return alternate && (place <= signals->stack.base || place >= top) ? 0 : place;
}

static inline void fill_context(struct user_context *context, const struct trap_frame *frame)
{
	const struct signals *signals = &current->signals;

	context->flags = context_flags;
	context->link = 0;
	context->stack_base = signals->stack.base;
	context->stack_size = signals->stack.size;
	context->stack_flags = signals->stack.flags;
	context->cr2 = signals->fault_address;
	signal_context_save(context, frame);
}

bool signal_frame_push(struct trap_frame *frame, uint64_t signal, const struct signal_detail *detail)
{
	struct signals *signals = &current->signals;
	const struct signal_action *action = &detail->action;
	const struct signal_info *info = &detail->info;

	/* Without SA_RESTORER the handler could not return; every C library for x86-64 sets it. */
	if (action->handler >= USER_END || !(action->flags & SA_RESTORER))
		return false;
	uint64_t place = find_place(frame->rsp, action->flags);
	struct signal_frame *pushed =
		space_bytes(&current->space, place, sizeof(*pushed) + pushed_fpu_size, REGION_WRITE);
	if (pushed == NULL)
		return false;
	pushed->restorer = action->restorer;
	pushed->info.signal = (int32_t)signal;
	pushed->info.error = 0;
	pushed->info.code = info->code;
	pushed->info.first = info->first;
	pushed->info.second = info->second;
	fill_context(&pushed->context, frame);
	pushed->context.fpu = place + sizeof(*pushed);
	pushed->context.mask = pushed->context.old_mask =
		signals->mask_is_temporary ? signals->mask_after : signals->blocked;
	push_fpu((struct fpu_state *)(void *)(pushed + 1));

	if (signals->stack.flags & SS_AUTODISARM)
		signals->stack = no_stack;
	signals->mask_is_temporary = false;
	signals->blocked |= action->mask & ~SIGNALS_UNBLOCKABLE;
	if (!(action->flags & SA_NODEFER))
		signals->blocked |= SIGNAL_BIT(signal);
	if (action->flags & SA_RESETHAND)
		signals->handled &= ~SIGNAL_BIT(signal);
	frame->rip = action->handler;
	frame->rsp = place;
	frame->rax = 0;
	frame->rdi = signal;
	frame->rsi = place + offsetof(struct signal_frame, info);
	frame->rdx = place + offsetof(struct signal_frame, context);
	frame->rflags &= ~(uint64_t)(FLAG_DF | FLAG_TF | FLAG_RF);
	return true;
}

/* As sigaltstack(2), but what is wrong changes nothing. */
static NEVER_INLINE void pop_stack(const struct user_context *context)
{
	const struct signal_stack wanted = {context->stack_base, context->stack_size, (uint32_t)context->stack_flags};

	if (!on_alternate_stack(context->rsp))
		signal_stack_set(&wanted);
}

/* A context that signal_frame_push has made: in one page, with the FPU state behind it, which is loaded. Else NULL. */
static inline const struct user_context *pop_own(uint64_t rsp)
{
	if ((rsp + CONTEXT_TO_FPU) % FPU_ALIGNMENT != 0)
		return NULL;
	const struct user_context *context =
		space_bytes(&current->space, rsp, CONTEXT_TO_FPU + pushed_fpu_size, REGION_READ);
	if (context == NULL || context->fpu != rsp + CONTEXT_TO_FPU)
		return NULL;
	const struct fpu_state *fpu = (const void *)((const char *)context + CONTEXT_TO_FPU);
	return is_whole(fpu) && load_checked(fpu) ? context : NULL;
}

/* A context as a process has made it, anywhere. NULL: it is bad. */
static NEVER_INLINE const struct user_context *pop_any(uint64_t rsp)
{
	static struct user_context copy;

	signal_frames_init();
	return space_read(&current->space, &copy, rsp, sizeof(copy)) == 0 && pop_fpu(copy.fpu) ? &copy : NULL;
}

const struct user_context *signal_frame_pop(struct trap_frame *frame)
{
	/* The handler's RET has taken the restorer from the stack. */
	const struct user_context *context = pop_own(frame->rsp);
	struct signals *signals = &current->signals;

	if (context == NULL)
		context = pop_any(frame->rsp);
	/* IRETQ faults in ring 0 if RIP is not canonical. */
	if (context == NULL || context->rip >= USER_END)
		return NULL;
	frame->rip = context->rip;
	frame->rsp = context->rsp;
	/* The selectors stay those by which the process came here, and only a process's flags are taken. */
	frame->rflags = (context->rflags & USER_FLAGS) | FLAG_IF | FLAG_ONE;
	signals->blocked = context->mask & ~SIGNALS_UNBLOCKABLE;
	if ((signals->stack.size | context->stack_size) != 0)
		pop_stack(context);
	return context;
}
