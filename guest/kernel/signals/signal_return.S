/* SPDX-License-Identifier: MIT */
/*
 * The return from a trap that enters a signal's handler. signals_enter_at_return puts this address in place of the return
 * address of the trap's handler, which lies below the frame; so RSP points to the frame here, as in trap_path.S behind
 * the call, and RAX is the result of a system call. A return without a handler to enter costs no instruction more.
 */
	.globl return_with_signals
	.type return_with_signals, @function
return_with_signals:
	mov %rdi, %rsp
	.size return_with_signals, . - return_with_signals

	.globl return_by_signal
	.type return_by_signal, @function
return_by_signal:
	mov %rsp, %rdi
	mov %rax, %rsi
	call signals_return
	jmp return_by_iretq
	.size return_by_signal, . - return_by_signal
