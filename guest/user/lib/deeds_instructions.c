/* SPDX-License-Identifier: MIT */
/*
 * Deeds that execute one instruction: privileged instructions (Intel SDM vol. 3A, 5.9 "Privileged Instructions"; vol.
 * 3C for VMX; AMD APM vol. 3 chapter 4 for SVM and SNP), port I/O, software interrupts to every vector, and invalid
 * encodings.
 */
#include "lib/deeds.h"

/*
 * X(name, expected, assembly, arguments, what). Each instruction runs with all bits of RAX set (no hypercall and no
 * system call has that number), the argument in RCX and RDX, and the address of a page of the process in RDI and RSI.
 * Instructions that older assemblers do not know are written as bytes.
 */
/* clang-format off */
#define INSTRUCTIONS(X) \
	X(cli, DIES, "cli", NULL, "turn interrupts off") \
	X(sti, DIES, "sti", NULL, "turn interrupts on") \
	X(hlt, DIES, "hlt", NULL, "stop the CPU") \
	X(clts, DIES, "clts", NULL, "clear CR0.TS") \
	X(lmsw, DIES, "lmsw %%ax", NULL, "write the low half of CR0") \
	X(invd, DIES, "invd", NULL, "drop the caches") \
	X(wbinvd, DIES, "wbinvd", NULL, "write back and drop the caches") \
	X(wbnoinvd, DIES, ".byte 0xf3, 0x0f, 0x09", NULL, "write back the caches") \
	X(invlpg, DIES, "invlpg (%%rdi)", NULL, "drop a translation") \
	X(invpcid, DIES, ".byte 0x66, 0x0f, 0x38, 0x82, 0x07", NULL, "drop translations") \
	X(invlpgb, DIES, ".byte 0x0f, 0x01, 0xfe", NULL, "drop translations everywhere") \
	X(tlbsync, DIES, ".byte 0x0f, 0x01, 0xff", NULL, "wait for other CPUs' TLBs") \
	X(lgdt, DIES, "lgdt (%%rdi)", NULL, "load the GDT register") \
	X(lidt, DIES, "lidt (%%rdi)", NULL, "replace the trap table") \
	X(lldt, DIES, "lldt %%cx", NULL, "load the LDT register") \
	X(ltr, DIES, "ltr %%cx", NULL, "load the task register") \
	X(sgdt, EITHER, "sgdt (%%rdi)", NULL, "read the GDT register (UMIP forbids)") \
	X(sidt, EITHER, "sidt (%%rdi)", NULL, "read where the trap table is (UMIP forbids)") \
	X(sldt, EITHER, "sldt %%rax", NULL, "read the LDT register (UMIP forbids)") \
	X(str, EITHER, "str %%rax", NULL, "read the task register (UMIP forbids)") \
	X(smsw, EITHER, "smsw %%rax", NULL, "read CR0 (UMIP forbids)") \
	X(read_cr0, DIES, "mov %%cr0, %%rax", NULL, "read CR0") \
	X(read_cr2, DIES, "mov %%cr2, %%rax", NULL, "read CR2") \
	X(read_cr3, DIES, "mov %%cr3, %%rax", NULL, "read CR3") \
	X(read_cr4, DIES, "mov %%cr4, %%rax", NULL, "read CR4") \
	X(read_cr8, DIES, "mov %%cr8, %%rax", NULL, "read the task priority") \
	X(write_cr0, DIES, "mov %%rcx, %%cr0", NULL, "turn paging off") \
	X(write_cr2, DIES, "mov %%rcx, %%cr2", NULL, "write CR2") \
	X(write_cr3, DIES, "mov %%rdi, %%cr3", NULL, "switch to page tables of its own") \
	X(write_cr4, DIES, "mov %%rcx, %%cr4", NULL, "turn SMEP and the like off") \
	X(write_cr8, DIES, "mov %%rcx, %%cr8", NULL, "write the task priority") \
	X(read_dr, DIES, "mov %%dr0, %%rax", NULL, "read DR0") \
	X(read_dr7, DIES, "mov %%dr7, %%rax", NULL, "read DR7") \
	X(write_dr, DIES, "mov %%rdi, %%dr0", NULL, "set a breakpoint address") \
	X(write_dr1, DIES, "mov %%rdi, %%dr1", NULL, "set another") \
	X(write_dr2, DIES, "mov %%rdi, %%dr2", NULL, "set another") \
	X(write_dr3, DIES, "mov %%rdi, %%dr3", NULL, "set another") \
	X(write_dr6, DIES, "mov %%rcx, %%dr6", NULL, "write DR6") \
	X(write_dr7, DIES, "mov %%rcx, %%dr7", NULL, "turn breakpoints on") \
	X(rdmsr, DIES, "rdmsr", &msrs, "read a model-specific register") \
	X(wrmsr, DIES, "wrmsr", &msrs, "write a model-specific register") \
	X(wrmsrns, DIES, ".byte 0x0f, 0x01, 0xc6", &msrs, "write one without waiting for it") \
	X(rdmsrlist, DIES, ".byte 0xf2, 0x0f, 0x01, 0xc6", NULL, "read many") \
	X(wrmsrlist, DIES, ".byte 0xf3, 0x0f, 0x01, 0xc6", NULL, "write many") \
	X(hreset, DIES, ".byte 0xf3, 0x0f, 0x3a, 0xf0, 0xc0, 0x01", NULL, "reset the CPU's history") \
	X(rdpmc, EITHER, "rdpmc", NULL, "read a performance counter (CR4.PCE allows)") \
	X(rdtsc, EITHER, "rdtsc", NULL, "read the time-stamp counter (CR4.TSD forbids)") \
	X(rdtscp, EITHER, "rdtscp", NULL, "read it with the CPU's number") \
	X(cpuid, LIVES, "cpuid", NULL, "ask the CPU what it is") \
	X(xgetbv, EITHER, ".byte 0x0f, 0x01, 0xd0", NULL, "read XCR0") \
	X(xsetbv, DIES, ".byte 0x0f, 0x01, 0xd1", NULL, "write XCR0") \
	X(xsaves, DIES, ".byte 0x0f, 0xc7, 0x2f", NULL, "save supervisor state") \
	X(xrstors, DIES, ".byte 0x0f, 0xc7, 0x1f", NULL, "restore supervisor state") \
	X(swapgs, DIES, "swapgs", NULL, "exchange GS with the kernel's") \
	X(lkgs, DIES, ".byte 0xf2, 0x0f, 0x00, 0xf1", NULL, "load the kernel's GS") \
	X(wrgsbase, EITHER, ".byte 0xf3, 0x48, 0x0f, 0xae, 0xd9", &kernel_addresses, "point GS into the kernel") \
	X(wrfsbase, EITHER, ".byte 0xf3, 0x48, 0x0f, 0xae, 0xd1", &kernel_addresses, "point FS into the kernel") \
	X(stac, DIES, ".byte 0x0f, 0x01, 0xcb", NULL, "suspend SMAP") \
	X(clac, DIES, ".byte 0x0f, 0x01, 0xca", NULL, "resume SMAP") \
	X(sysretq, DIES, "sysretq", NULL, "return from a system call nobody made") \
	X(sysretl, DIES, "sysretl", NULL, "the same to 32-bit code") \
	X(eretu, DIES, ".byte 0xf3, 0x0f, 0x01, 0xca", NULL, "return from an event nobody had") \
	X(erets, DIES, ".byte 0xf2, 0x0f, 0x01, 0xca", NULL, "the same within the kernel") \
	X(sysexit, DIES, ".byte 0x0f, 0x35", NULL, "return from sysenter") \
	X(sysenter, EITHER, "sysenter", NULL, "enter by the 32-bit way") \
	X(monitor, EITHER, ".byte 0x0f, 0x01, 0xc8", NULL, "watch an address") \
	X(mwait, EITHER, ".byte 0x0f, 0x01, 0xc9", NULL, "wait for it") \
	X(rsm, DIES, "rsm", NULL, "return from system management mode") \
	X(getsec, DIES, ".byte 0x0f, 0x37", NULL, "enter safer mode") \
	X(encls, DIES, ".byte 0x0f, 0x01, 0xcf", NULL, "manage an enclave") \
	X(pconfig, DIES, ".byte 0x0f, 0x01, 0xc5", NULL, "configure the platform") \
	X(setssbsy, EITHER, ".byte 0xf3, 0x0f, 0x01, 0xe8", NULL, "claim a shadow stack") \
	X(clrssbsy, DIES, ".byte 0xf3, 0x0f, 0xae, 0x37", NULL, "release it") \
	X(wruss, DIES, ".byte 0x66, 0x48, 0x0f, 0x38, 0xf5, 0x07", NULL, "write a user's shadow stack") \
	X(enqcmds, DIES, ".byte 0xf3, 0x0f, 0x38, 0xf8, 0x07", NULL, "send a device a command as the kernel") \
	X(seamcall, DIES, ".byte 0x66, 0x0f, 0x01, 0xcf", NULL, "call the TDX module") \
	X(vmcall, EITHER, ".byte 0x0f, 0x01, 0xc1", NULL, "call the hypervisor (Intel)") \
	X(vmlaunch, DIES, ".byte 0x0f, 0x01, 0xc2", NULL, "start a virtual machine") \
	X(vmresume, DIES, ".byte 0x0f, 0x01, 0xc3", NULL, "resume one") \
	X(vmxoff, DIES, ".byte 0x0f, 0x01, 0xc4", NULL, "leave VMX operation") \
	X(vmxon, DIES, ".byte 0xf3, 0x0f, 0xc7, 0x37", NULL, "enter VMX operation") \
	X(vmptrld, DIES, ".byte 0x0f, 0xc7, 0x37", NULL, "choose a VMCS") \
	X(vmptrst, DIES, ".byte 0x0f, 0xc7, 0x3f", NULL, "ask for it") \
	X(vmclear, DIES, ".byte 0x66, 0x0f, 0xc7, 0x37", NULL, "clear it") \
	X(vmread, DIES, ".byte 0x0f, 0x78, 0xc0", NULL, "read it") \
	X(vmwrite, DIES, ".byte 0x0f, 0x79, 0xc0", NULL, "write it") \
	X(invept, DIES, ".byte 0x66, 0x0f, 0x38, 0x80, 0x07", NULL, "drop nested translations") \
	X(invvpid, DIES, ".byte 0x66, 0x0f, 0x38, 0x81, 0x07", NULL, "drop a guest's translations") \
	X(vmfunc, EITHER, ".byte 0x0f, 0x01, 0xd4", NULL, "switch the nested page table") \
	X(vmmcall, EITHER, ".byte 0x0f, 0x01, 0xd9", NULL, "call the hypervisor (AMD)") \
	X(vmrun, DIES, ".byte 0x0f, 0x01, 0xd8", NULL, "run a virtual machine") \
	X(vmload, DIES, ".byte 0x0f, 0x01, 0xda", NULL, "load its state") \
	X(vmsave, DIES, ".byte 0x0f, 0x01, 0xdb", NULL, "save its state") \
	X(stgi, DIES, ".byte 0x0f, 0x01, 0xdc", NULL, "set the global interrupt flag") \
	X(clgi, DIES, ".byte 0x0f, 0x01, 0xdd", NULL, "clear it") \
	X(skinit, DIES, ".byte 0x0f, 0x01, 0xde", NULL, "start a secure loader") \
	X(invlpga, DIES, ".byte 0x0f, 0x01, 0xdf", NULL, "drop a guest's translation") \
	X(pvalidate, DIES, ".byte 0xf2, 0x0f, 0x01, 0xff", NULL, "validate a guest's page") \
	X(rmpadjust, DIES, ".byte 0xf3, 0x0f, 0x01, 0xfe", NULL, "change a page's permissions") \
	X(psmash, DIES, ".byte 0xf3, 0x0f, 0x01, 0xff", NULL, "split a page's entry") \
	X(rmpupdate, DIES, ".byte 0xf2, 0x0f, 0x01, 0xfe", NULL, "give a page to a guest") \
	X(inb, DIES, "inb %%dx, %%al", &ports, "read a byte from a port") \
	X(inl, DIES, "inl %%dx, %%eax", &ports, "read 32 bits from a port") \
	X(outb, DIES, "outb %%al, %%dx", &ports, "write a byte to a port") \
	X(outw, DIES, "outw %%ax, %%dx", &ports, "write 16 bits to a port") \
	X(outl, DIES, "outl %%eax, %%dx", &ports, "write 32 bits to a port") \
	X(insb, DIES, "insb", &ports, "read a port into memory") \
	X(outsb, DIES, "outsb", &ports, "write memory to a port") \
	X(in_immediate, DIES, "inb $0x64, %%al", NULL, "read a port in the instruction") \
	X(out_immediate, DIES, "outb %%al, $0x64", NULL, "reset the machine") \
	X(int3, DIES, "int3", NULL, "the breakpoint") \
	X(int1, EITHER, ".byte 0xf1", NULL, "the debug trap") \
	X(ud2, DIES, "ud2", NULL, "the undefined instruction") \
	X(into, DIES, ".byte 0xce", NULL, "an instruction 64-bit mode has not") \
	X(too_long, DIES, ".fill 15, 1, 0x66; nop", NULL, "an instruction of 16 bytes") \
	X(misdecode, DIES, "jmp 1f+1; 1: mov $0x90fa90fa, %%eax", NULL, "jump into an instruction that hides cli") \
	X(lock_mov, EITHER, ".byte 0xf0, 0x88, 0x07", NULL, "lock an instruction that cannot be locked") \
	X(lock_cmpxchg8b, DIES, ".byte 0xf0, 0x0f, 0xc7, 0xc8", NULL, "lock a register (the F00F bug)") \
	X(divide_by_zero, DIES, "div %%ecx", NULL, "divide by zero") \
	X(divide_overflow, DIES, "mov $1, %%ecx; mov %%ecx, %%edx; div %%ecx", NULL, "a quotient that does not fit")
/* clang-format on */

static const uint64_t msr_list[] = {
	0x10,	    /* TSC */
	0x1b,	    /* APIC_BASE */
	0x174,	    /* SYSENTER_CS */
	0x1d9,	    /* DEBUGCTL */
	0xc0000080, /* EFER */
	0xc0000081, /* STAR */
	0xc0000082, /* LSTAR: the address of the system-call handler */
	0xc0000084, /* FMASK */
	0xc0000101, /* GS.base */
	0xc0000102, /* KERNEL_GS_BASE */
};
static const uint64_t port_list[] = {
	0x00, 0x20, 0x21, 0x40, 0x43, 0x61, 0x64, 0x80, 0xa0, 0xe9, 0xf4, 0x3f8, 0x500, 0x50c, 0x510, 0xcf9, 0xffff,
};
static const struct arguments msrs = ARGUMENT_LIST(msr_list), ports = ARGUMENT_LIST(port_list);

static uint8_t page[4096] __attribute__((aligned(4096)));

/* Calls row `vector` of a table of `int $n; ret; nop`, four bytes each: the vector is part of the instruction. */
static void software_interrupt(uint64_t vector)
{
	__asm__ volatile(SKIP_RED_ZONE /**/
			 "	lea 1f(,%0,4), %0\n"
			 "	call *%0\n"
			 "	jmp 2f\n"
			 "1:	.set vector, 0\n"
			 "	.rept 256\n"
			 "	.byte 0xcd, vector\n"
			 "	ret\n"
			 "	nop\n"
			 "	.set vector, vector + 1\n"
			 "	.endr\n"
			 "2:" BACK_TO_RED_ZONE
			 : "+r"(vector)
			 : "a"(-1L)
			 : "memory", "cc");
}

#define ACT(name, expected, code, arguments, what)                                                                     \
	static void deed_##name(uint64_t argument)                                                                     \
	{                                                                                                              \
		uint64_t rax = UINT64_MAX, rcx = argument, rdx = argument;                                             \
		uint8_t *rdi = page, *rsi = page;                                                                      \
                                                                                                                       \
		__asm__ volatile(code                                                                                  \
				 : "+a"(rax), "+c"(rcx), "+d"(rdx), "+D"(rdi), "+S"(rsi)                               \
				 :                                                                                     \
				 : "rbx", "memory", "cc");                                                             \
	}
INSTRUCTIONS(ACT)

static const struct arguments exceptions = {NULL, 0x00, 0x20}, before_int80 = {NULL, 0x20, 0x60},
			      int80 = {NULL, 0x80, 1}, after_int80 = {NULL, 0x81, 0x7f};

#define ROW(name, expected, code, arguments, what) {#name, expected, deed_##name, what, arguments},
static const struct deed deeds[] = {
	INSTRUCTIONS(ROW) /**/
	{"int_exception", EITHER, software_interrupt, "forge an exception (some hosts keep a vector)", &exceptions},
	{"int", DIES, software_interrupt, "forge an interrupt", &before_int80},
	{"int80", LIVES, software_interrupt, "make a system call that does not exist", &int80},
	{"int_high", DIES, software_interrupt, "forge an interrupt with a higher vector", &after_int80},
};

const struct deed_table instruction_deeds = DEED_TABLE(deeds);
