/* SPDX-License-Identifier: MIT */
/* The sentences of `vmm trace explain`: see explanations.h. */
#include "tools/trace/explain/explanations.h"

#include <stddef.h>

#include "base/array.h"
#include "ringside/events.h"
#include "ringside/exits.h"

/* Intel's manual has these chapters in volume 3; AMD's volume 2 has chapters 8 (exceptions, interrupts) and 15 (SVM).
 */
#define SDM "Intel SDM vol. 3, "
#define VMX "\"VMX Non-Root Operation\""
#define INTERRUPTS "\"Interrupt and Exception Handling\""
#define KVM "; KVM API (Documentation/virt/kvm/api.rst), "
#define KVM_RUN_PAGE KVM "5 \"The kvm_run structure\", "

/* What the CPU does in every VM exit. */
#define LEAVES                                                                                                         \
	"The CPU saved the guest's state in the control block of the virtual machine (VMCS, or VMCB on AMD), loaded "  \
	"the host's, and went on in KVM: that is a VM exit. The guest had run for {guest}."

/* What the CPU does in a trap by a gate of the IDT, from ring 3. */
#define TRAPS                                                                                                          \
	"It finished no further instruction of {who}, took the kernel stack from the TSS (RSP0), pushed SS, RSP, "     \
	"RFLAGS, CS and RIP onto it, cleared IF, since the gate is an interrupt gate, set CPL 0, and jumped to the "   \
	"handler that the IDT has for the vector."

static const struct explanation exits[RINGSIDE_EXIT_LIMIT] = {
	[RINGSIDE_EXIT_UNKNOWN] =
		{
			.why = "KVM returned with a reason that has no name here.",
			.processor = LEAVES,
			.manual = "KVM API (Documentation/virt/kvm/api.rst), 5 \"The kvm_run structure\", exit_reason",
		},
	[RINGSIDE_EXIT_EXCEPTION] =
		{
			.why = "The guest caused an exception that KVM does not handle and passes to the VMM.",
			.processor = LEAVES,
			.manual = SDM VMX ", Other Causes of VM Exits" KVM_RUN_PAGE "KVM_EXIT_EXCEPTION",
		},
	[RINGSIDE_EXIT_IO] =
		{
			.why = "An IN or OUT instruction was executed at {where}, in {ring}: the register is "
			       "{register}. The "
			       "devices of this machine are in the VMM, so no guest reaches a port by itself.",
			.processor = "Port I/O is intercepted, so the instruction had no effect yet. " LEAVES,
			.kernel = "KVM decoded the access, found no device of its own at the port, wrote direction, "
				  "size, port "
				  "and, of an OUT, the datum into the page that it shares with the VMM, and returned "
				  "from "
				  "ioctl(KVM_RUN) with KVM_EXIT_IO.",
			.vmm = "The VMM looked the port up on its bus and had the device answer, in {vmm}. At the next "
			       "KVM_RUN "
			       "KVM puts what an IN has read into AL, AX or EAX.",
			.manual = SDM VMX ", Instructions That Cause VM Exits Conditionally (IN, OUT)" KVM_RUN_PAGE
					  "KVM_EXIT_IO",
		},
	[RINGSIDE_EXIT_HYPERCALL] =
		{
			.why = "The guest asked its hypervisor for something by VMCALL or VMMCALL at {where}.",
			.processor = LEAVES,
			.manual = SDM VMX ", Instructions That Cause VM Exits Unconditionally" KVM_RUN_PAGE
					  "KVM_EXIT_HYPERCALL",
		},
	[RINGSIDE_EXIT_DEBUG] =
		{
			.why = "The VMM had asked to stop here: a breakpoint or a single step of --count-ring0, "
			       "--transitions=watch or a debugger, at {where}.",
			.processor = "A debug exception (#DB) or a breakpoint (#BP) is intercepted while "
				     "KVM_SET_GUEST_DEBUG "
				     "is in force. " LEAVES,
			.kernel = "KVM saw that the stop is the VMM's and not the guest's own, and returned with "
				  "KVM_EXIT_DEBUG.",
			.vmm = "The VMM looked at what it stopped for, in {vmm}; the guest does not learn of it.",
			.manual = SDM "\"Debug, Branch Profile, TSC\"" KVM "KVM_SET_GUEST_DEBUG; 5, KVM_EXIT_DEBUG",
		},
	[RINGSIDE_EXIT_HLT] =
		{
			.why = "The guest's kernel had nothing to run and executed HLT at {where}: it waits for an "
			       "interrupt.",
			.processor = "HLT is intercepted, since otherwise the host's CPU would sleep. " LEAVES,
			.kernel =
				"KVM has no interrupt controller of its own here, so it cannot know what will wake the "
				"guest, and returned with KVM_EXIT_HLT.",
			.vmm = "The VMM slept until a device raised a line or the timer was due: {vmm} went by. That "
			       "time is "
			       "idle, and nobody's work.",
			.manual = SDM VMX ", Instructions That Cause VM Exits Conditionally (HLT)" KVM_RUN_PAGE
					  "KVM_EXIT_HLT",
		},
	[RINGSIDE_EXIT_MMIO] =
		{
			.why = "An instruction at {where}, in {ring}, touched a physical address where there is no "
			       "memory.",
			.processor = "The page tables of the virtual machine (EPT, nested page tables) have no entry "
				     "for the "
				     "address. " LEAVES,
			.kernel = "KVM saw that no memory slot covers the address, emulated the instruction as far as "
				  "it can, "
				  "and returned with KVM_EXIT_MMIO.",
			.vmm = "The VMM looked the address up on its bus, in {vmm}. At the next KVM_RUN KVM completes "
			       "the "
			       "instruction with what a read has given.",
			.manual = SDM "\"VMX Support for Address Translation\", EPT Violations" KVM_RUN_PAGE
				      "KVM_EXIT_MMIO",
		},
	[RINGSIDE_EXIT_IRQ_WINDOW_OPEN] =
		{
			.why = "An interrupt waits, and the guest, which had interrupts off when it came, takes them "
			       "again "
			       "from {where} on.",
			.processor =
				"The VMM had asked for an interrupt window: the CPU leaves the guest before the first "
				"instruction at which IF is set and nothing blocks interrupts. " LEAVES,
			.kernel = "KVM returned with KVM_EXIT_IRQ_WINDOW_OPEN.",
			.vmm = "The VMM asked its 8259A for the vector and injected it by KVM_INTERRUPT, in {vmm}.",
			.manual = SDM VMX ", Interrupt-Window Exiting" KVM
					  "4.16 KVM_INTERRUPT; 5, request_interrupt_window",
		},
	[RINGSIDE_EXIT_SHUTDOWN] =
		{
			.why = "The guest could not deliver an exception, and not the double fault for that either: a "
			       "triple "
			       "fault at {where}.",
			.processor =
				"A real processor would shut down until it is reset; in a virtual machine this is an "
				"exit. " LEAVES,
			.kernel = "KVM returned with KVM_EXIT_SHUTDOWN.",
			.vmm = "The VMM ended the run, wrote the crash report and gave status 123.",
			.manual = SDM INTERRUPTS ", Interrupt 8 - Double Fault; " VMX
						 ", Other Causes of VM Exits" KVM_RUN_PAGE "KVM_EXIT_SHUTDOWN",
		},
	[RINGSIDE_EXIT_FAIL_ENTRY] =
		{
			.why = "The CPU refused to enter the guest: its state is not a possible one.",
			.processor = "It checked the guest's state before it loaded it, and a check failed; no "
				     "instruction of "
				     "the guest was executed.",
			.vmm = "The VMM ended the run and wrote the crash report, with the hardware's reason.",
			.manual = SDM "\"VM Entries\", Checking and Loading Guest State" KVM_RUN_PAGE
				      "KVM_EXIT_FAIL_ENTRY",
		},
	[RINGSIDE_EXIT_INTR] =
		{
			.why = "Nothing that the guest did: the host had something to do while the guest was at "
			       "{where}, in "
			       "{ring}. The guest's timer was due, or a signal came for the VMM.",
			.processor =
				"The host's interrupt (a timer that the VMM has set) is not for the guest, so it makes "
				"the CPU leave it. " LEAVES,
			.kernel = "The host's kernel handled its interrupt and gave the VMM's thread a signal, and KVM "
				  "returned from ioctl(KVM_RUN) with EINTR.",
			.vmm = "The VMM saw which of its deadlines had passed, let its 8254 raise IRQ 0 and its 8259A "
			       "pick the "
			       "vector if it was the guest's timer, and entered the guest again after {vmm}.",
			.manual = SDM VMX ", Other Causes of VM Exits (External interrupts)" KVM
					  "4.10 KVM_RUN (EINTR), 4.16 KVM_INTERRUPT",
		},
	[RINGSIDE_EXIT_INTERNAL_ERROR] =
		{
			.why = "KVM could not go on, for a reason of its own: most often an instruction that it has to "
			       "emulate "
			       "and cannot, at {where}.",
			.processor = LEAVES,
			.vmm = "The VMM ended the run, wrote the crash report and gave status 123.",
			.manual = "KVM API (Documentation/virt/kvm/api.rst), 5, KVM_EXIT_INTERNAL_ERROR",
		},
	[RINGSIDE_EXIT_SYSTEM_EVENT] =
		{
			.why = "The guest asked for a reset or to be turned off in a way that KVM understands.",
			.processor = LEAVES,
			.vmm = "The VMM ended the run.",
			.manual = "KVM API (Documentation/virt/kvm/api.rst), 5, KVM_EXIT_SYSTEM_EVENT",
		},
};

static const struct explanation events[RINGSIDE_EVENT_COUNT] = {
	[RINGSIDE_EVENT_TRAP_TABLE] =
		{
			.why = "The kernel boots, and before any program runs it must say where traps go.",
			.processor =
				"LIDT made it remember where the table is. From now on every exception, interrupt and "
				"INT goes through the gate of its vector.",
			.kernel = "It filled {b} gates at {a}, one for each vector, each with the address of a stub, "
				  "ring 0 "
				  "and the ring that may use it by INT. Only ring 0 can do that.",
			.manual = SDM INTERRUPTS ", Interrupt Descriptor Table (IDT), IDT Descriptors; vol. 2, LIDT",
		},
	[RINGSIDE_EVENT_SYSCALL_HANDLER] =
		{
			.why = "The instruction SYSCALL goes through no gate: the CPU must be told where to.",
			.processor = "It remembers the handler's address in the register IA32_LSTAR, the selectors in "
				     "IA32_STAR "
				     "and the flags to clear, IF among them, in IA32_FMASK.",
			.kernel =
				"It wrote these registers by WRMSR, which only ring 0 can do: the handler is {where}.",
			.manual = SDM "\"System Architecture\", Fast System Calls in 64-Bit Mode; vol. 2, SYSCALL",
		},
	[RINGSIDE_EVENT_TIMER_HANDLER] =
		{
			.why = "The timer's interrupt must find the kernel's handler, whatever runs when it comes.",
			.processor =
				"It will take the address from gate {b} of the trap table, whose place IDTR holds.",
			.kernel = "It wrote the address of its handler, {a}, into that gate.",
			.manual = SDM INTERRUPTS ", Interrupt Descriptor Table (IDT)",
		},
	[RINGSIDE_EVENT_TIMER_START] =
		{
			.why = "Without an interrupt now and then a program could keep the CPU for ever.",
			.processor = "Nothing yet; the 8254, a device, will raise IRQ 0 {a} times a second.",
			.kernel = "It wrote mode and count ({b}) into the 8254's ports.",
			.vmm = "The VMM emulates the 8254: it has set a deadline on the host's clock.",
			.manual = "Intel 8254 datasheet, mode 2; Intel 8259A datasheet, Interrupt Sequence",
		},
	[RINGSIDE_EVENT_PROC_CREATE] =
		{
			.why = "{who} is to exist: process {a} asked for it, or the kernel itself for the first one.",
			.kernel = "It took a free entry of the process list and a pid.",
		},
	[RINGSIDE_EVENT_PROC_MEMORY] =
		{
			.why = "{who} needs memory that no other process can touch.",
			.kernel = "It made an address space, page tables that begin at {a}. The kernel's half is the "
				  "same in "
				  "all of them; the user's half holds {b} pages.",
			.manual = SDM "\"Paging\", 4-Level Paging",
		},
	[RINGSIDE_EVENT_PROC_LOAD] =
		{
			.why = "{who} is to run a program.",
			.kernel = "It read the ELF file's table of segments and laid them out in the address space at "
				  "{a}. With "
				  "paging=demand each page comes when it is touched, by a page fault.",
		},
	[RINGSIDE_EVENT_PROC_STACK] =
		{
			.why = "main() expects its arguments.",
			.kernel = "It wrote {b} arguments, the environment and the auxiliary vector onto the user "
				  "stack, which "
				  "begins at {a}.",
			.manual = "System V ABI, AMD64, 3.4 \"Process Initialization\"",
		},
	[RINGSIDE_EVENT_PROC_FRAME] =
		{
			.why = "A process that has never run has no trap to return from, so it gets one that never "
			       "was.",
			.kernel = "It put a trap frame onto the kernel stack of {who}, with {where} as the saved PC, "
				  "so that its "
				  "first run is a return-from-trap like any other.",
		},
	[RINGSIDE_EVENT_PROC_CLEAR] =
		{
			.why = "A program must not see what another left in the registers.",
			.kernel = "It cleared {a} registers in the trap frame.",
		},
	[RINGSIDE_EVENT_CALL_MAIN] =
		{
			.why = "Direct execution: the program is called like a function, in ring 0, and nothing limits "
			       "it.",
			.processor = "It executed a call to {where}. The ring did not change.",
			.kernel = "It waits for the program to return.",
		},
	[RINGSIDE_EVENT_RETURN] =
		{
			.why = "The kernel had done what it was asked for and gives the CPU to {who}.",
			.processor =
				"IRETQ or SYSRET loaded RIP, RFLAGS, RSP and the ring of {who} at once, so that there "
				"is "
				"no moment in ring 3 with the kernel's stack, or in ring 0 with the program's code. It "
				"goes on at {where}.",
			.kernel = "It restored the registers from the trap frame on the kernel stack before that.",
			.manual = "Intel SDM vol. 2, IRET/IRETQ, SYSRET",
		},
	[RINGSIDE_EVENT_SERVICE] =
		{
			.why = "Direct execution: {who} asks the kernel for {call} by calling a function, at {where}.",
			.processor = "It executed a CALL; there is no trap, no other ring and no other stack.",
			.kernel = "Its function was executed with the caller's rights, which are all.",
		},
	[RINGSIDE_EVENT_MAIN_RETURN] =
		{
			.why = "main() returned {a} to the kernel, which had called it.",
			.processor = "It executed a RET; the ring was 0 all the time.",
		},
	[RINGSIDE_EVENT_SYSCALL] =
		{
			.why = "{who} cannot do by itself what it wants, and asks the kernel for {call}: it put the "
			       "number into "
			       "RAX and the arguments into registers, and executed a trap instruction just before "
			       "{where}.",
			.processor =
				"SYSCALL: saved RIP in RCX and RFLAGS in R11, cleared IF, loaded ring 0 and the "
				"address in "
				"IA32_LSTAR; it saved nothing to a stack and switched none. INT 0x80: looked up the "
				"gate "
				"in the IDT, took the kernel stack from the TSS and pushed SS, RSP, RFLAGS, CS and RIP "
				"onto it. Where the host delivers neither, the CPU raised an exception, in whose "
				"handler the kernel recognises the instruction.",
			.kernel = "Its entry switched to the kernel stack where the CPU had not, saved the other "
				  "registers "
				  "there, looked the number up in the table of system calls, and called the function.",
			.vmm = "Nothing: a trap inside the guest is no VM exit.",
			.manual = "Intel SDM vol. 2, SYSCALL, INT n; vol. 3, \"System Architecture\", Fast System "
				  "Calls in "
				  "64-Bit Mode",
		},
	[RINGSIDE_EVENT_SYSCALL_RESULT] =
		{
			.why = "The kernel has done the work of {call} for {who}.",
			.kernel = "It put the result into the saved RAX of the trap frame: the program finds it after "
				  "the "
				  "return. A value from -4095 to -1 is an error.",
		},
	[RINGSIDE_EVENT_EXCEPTION] =
		{
			.why = "{who} executed an instruction at {where} that the CPU could not finish: {trap}.",
			.processor =
				TRAPS " Of a fault the saved RIP is that of the instruction, which can be tried again; "
				      "some vectors push an error code too, and of a page fault the address is in CR2.",
			.kernel = "Its stub saved the other registers, and the handler of the vector decides: bring "
				  "the page "
				  "and let the instruction be tried again, send a signal, or end the process.",
			.vmm = "Nothing, unless the hardware has no second level of paging: the guest handles its own "
			       "exceptions.",
			.manual = SDM INTERRUPTS
			", Exception and Interrupt Reference; Exception and Interrupt Handling in "
			"64-bit Mode",
		},
	[RINGSIDE_EVENT_INTERRUPT] =
		{
			.why = "A device has something to say, {trap}; {who}, which was at {where}, did nothing for it "
			       "and "
			       "learns nothing of it.",
			.processor = TRAPS,
			.kernel = "Its stub saved the other registers. The handler of the timer counts the tick and "
				  "asks the "
				  "policy whether another process is to run.",
			.vmm = "The device is the VMM's, and so is the interrupt controller: it injected the vector at "
			       "the "
			       "last entry.",
			.manual = SDM INTERRUPTS
			", Exception and Interrupt Handling in 64-bit Mode; Intel 8259A datasheet, "
			"Interrupt Sequence",
		},
	[RINGSIDE_EVENT_SAVE] =
		{
			.why = "The scheduler has chosen process {b}, so {who} will not go on now.",
			.processor =
				"It pushes registers and stores RSP as it is told; a context switch is no instruction.",
			.kernel =
				"It pushed the registers that a function must keep onto the kernel stack of {who} and "
				"stored "
				"the stack pointer in its process structure. All others are in the trap frame already.",
			.manual = "System V ABI, AMD64, 3.2.1 \"Registers\"",
		},
	[RINGSIDE_EVENT_RESTORE] =
		{
			.why = "It is the turn of {who}.",
			.processor =
				"Loading CR3 changed the address space and emptied the TLB of what was the other's.",
			.kernel = "It loaded the stack pointer of {who}, its address space ({b}) and its registers, "
				  "and wrote "
				  "the stack's top into the TSS for the next trap. Where it returns, {who} once called "
				  "switch().",
			.manual = SDM "\"Paging\", Invalidation of TLBs and Paging-Structure Caches",
		},
	[RINGSIDE_EVENT_SIGNAL_KILL] =
		{
			.why = "{who} did at {where} what it must not do, or was sent a signal that it does not "
			       "handle.",
			.kernel = "It ends the process; the status will say which signal it was.",
		},
	[RINGSIDE_EVENT_PROC_EXIT] =
		{
			.why = "{who} is over, by exit() or by a signal: status {a}, signal {b}.",
			.kernel = "It keeps the status for the parent's wait(), and the entry in the process list with "
				  "it.",
		},
	[RINGSIDE_EVENT_PROC_FREE] =
		{
			.why = "{who} will not run again.",
			.kernel = "It freed {a} pages of the address space at {b}.",
		},
	[RINGSIDE_EVENT_PROC_REMOVE] =
		{
			.why = "The parent of {who} has its status, or will never ask.",
			.kernel = "It took the entry off the process list; the pid is free.",
		},
	[RINGSIDE_EVENT_FORK] =
		{
			.why = "{who} asked for a copy of itself, process {a}.",
			.kernel = "It copied the page tables to {b}, not the pages: both share them, read-only, until "
				  "one writes, "
				  "and a page fault makes the copy. The child's trap frame is the parent's, with 0 as "
				  "the "
				  "result.",
		},
	[RINGSIDE_EVENT_PROC_PAGES] =
		{
			.why = "More of the loading before: {who} holds {a} pages now, page tables among them, and its "
			       "program takes {b}.",
		},
	[RINGSIDE_EVENT_ARGUMENTS] =
		{
			.why = "More of the system call before: arguments {a} and {b}.",
		},
	[RINGSIDE_EVENT_NESTED] =
		{
			.why = "An interrupt came while the kernel worked for {who}, at {where}: {trap}.",
			.processor = "It was in ring 0 already, so it stayed on the stack it had and pushed SS, RSP, "
				     "RFLAGS, CS "
				     "and RIP there.",
			.kernel = "It may be interrupted here (irqs=on): it counts the tick and goes on with what it "
				  "did.",
			.manual = SDM INTERRUPTS ", Exception and Interrupt Handling in 64-bit Mode",
		},
	[RINGSIDE_EVENT_SIGNAL_DELIVER] =
		{
			.why = "{who} has a handler for signal {a}, and the signal is there.",
			.kernel = "It wrote the registers of the trap frame onto the user stack and aimed the frame at "
				  "the "
				  "handler, {where}: the next return-from-trap goes there.",
		},
	[RINGSIDE_EVENT_SIGRETURN] =
		{
			.why = "The handler of a signal has returned, into rt_sigreturn().",
			.kernel = "It took the registers back from the user stack: {who} goes on where the signal "
				  "found it, "
				  "{where}.",
		},
	[RINGSIDE_EVENT_FAULT] =
		{
			.why = "More of the exception before: error code {b} and, of a page fault, the address {a}.",
			.processor = "It pushed the error code onto the kernel stack and, of a page fault, stored the "
				     "address in CR2. Bits of the error code of a page fault: 0 the page is there but "
				     "the access is not allowed, 1 a write, 2 from ring 3, 4 an instruction fetch.",
			.manual = SDM INTERRUPTS ", Error Code; Interrupt 14 - Page-Fault Exception",
		},
	[RINGSIDE_EVENT_PAGE] =
		{
			.why = "{who} touched a page that it may have but did not have yet: the page fault before.",
			.kernel = "It found the page (zeros, a part of the program's file, a copy of what was shared "
				  "since fork) and put its address, {a}, into the page table. The instruction will be "
				  "tried again.",
			.manual = SDM "\"Paging\", Page-Fault Exceptions",
		},
	[RINGSIDE_EVENT_WAKE] =
		{
			.why = "What {who} waited for has come. Process {a} did it; 0 is an interrupt: of the timer, "
			       "or "
			       "of the serial line.",
			.kernel =
				"It made the process ready: the policy may choose it from now on. It does not run yet.",
		},
	[RINGSIDE_EVENT_SWITCH] =
		{
			.why = "{who} loses the CPU, and the policy has chosen process {a} as the next one.",
			.kernel = "It calls switch(), which saves the registers of one process and restores those of "
				  "the other: the two events that follow.",
		},
	[RINGSIDE_EVENT_SPACE] =
		{
			.why = "The kernel needs another address space, for another reason than a switch: exec, the "
			       "end "
			       "of a process, or a trial at boot.",
			.processor = "Loading CR3 with {a} emptied the TLB of all that is not global.",
			.kernel = "It wrote CR3, which only ring 0 can do.",
			.manual = SDM "\"Paging\", Invalidation of TLBs and Paging-Structure Caches",
		},
	[RINGSIDE_EVENT_HOST_TOOK] =
		{
			.why = "The host ran something else on the CPU, although the VMM's thread had work: for {b} ns "
			       "neither the guest nor the VMM did anything. The guest cannot know.",
			.kernel = "The host's scheduler took the CPU from the thread and gave it back, as the guest's "
				  "kernel does with its processes.",
			.manual = "perf_event_open(2), PERF_COUNT_SW_CONTEXT_SWITCHES, context_switch",
		},
	[RINGSIDE_EVENT_HOST_BLOCK] =
		{
			.why = "The VMM's thread waited for the host for {b} ns: for a reader of its output, or for "
			       "memory.",
			.kernel = "The host's kernel let the thread sleep in a system call or a page fault of the "
				  "VMM's own.",
			.manual = "perf_event_open(2), PERF_COUNT_SW_CONTEXT_SWITCHES, context_switch",
		},
	[RINGSIDE_EVENT_HOST_HALT] =
		{
			.why = "The guest had halted, and KVM, which has the interrupt controller (--irqchip), let the "
			       "thread sleep inside KVM_RUN for {b} ns. That time is idle.",
			.manual = "KVM API (Documentation/virt/kvm/api.rst), KVM_CREATE_IRQCHIP",
		},
	[RINGSIDE_EVENT_TICK] =
		{
			.why = "A period of the timer was over {a} ns ago, and the VMM has raised the timer's "
			       "interrupt "
			       "now. {b} more periods were over meanwhile, and get no interrupt of their own.",
			.kernel = "The VMM injects the interrupt as soon as the guest can take it.",
			.manual = "Intel 8254 and 8259A datasheets",
		},
	[RINGSIDE_EVENT_RING] =
		{
			.why = "The VMM could not believe, or has not found, {a} of the events that the guest wrote.",
			.kernel = "It has taken the others, and this event says what is wrong.",
			.manual = "include/ringside/device.h, struct ringside_ring",
		},
	[RINGSIDE_EVENT_KVM_EXIT] =
		{
			.why = "The processor left the guest at {a}, and KVM entered it again without the VMM: such "
			       "exits "
			       "cost the guest time, but no KVM_RUN returns. The name is the vendor's.",
			.processor = "It saved the guest's state and loaded the host's, as at each VM exit.",
			.kernel =
				"The host's KVM handled the exit: it filled in a page table, took an interrupt of the "
				"host, or emulated an instruction.",
			.manual = "Intel SDM volume 3, appendix C; AMD APM volume 2, appendix C",
		},
};

static const struct explanation *row_of(const struct explanation *rows, size_t count, unsigned number)
{
	return number < count && rows[number].why != NULL ? &rows[number] : NULL;
}

const struct explanation *explanation_of_exit(unsigned reason)
{
	return row_of(exits, COUNT(exits), reason);
}

const struct explanation *explanation_of_event(unsigned event)
{
	return row_of(events, COUNT(events), event);
}
