/* SPDX-License-Identifier: MIT */
/*
 * The probe image: code that tries instructions in a virtual machine of its own. probe_image.S is copied there in two
 * parts, for ring 0 and for ring 3, which run at any address. Shared by probe_image.S and probe_machine.c.
 */
#ifndef VMM_TOOLS_DOCTOR_PROBE_IMAGE_H
#define VMM_TOOLS_DOCTOR_PROBE_IMAGE_H

/* Guest-physical addresses, and linear ones, which are the same. Ring 3 may use only the pages that are for it. */
#define PROBE_TABLES 0x1000 /* PML4, PDPT, page directory, page table */
#define PROBE_DESCRIPTORS 0x5000
#define PROBE_IDT 0x6000
#define PROBE_RING0 0x8000
#define PROBE_RING3 0xa000
#define PROBE_STACK0 0xd000 /* the top of a stack of one page */
#define PROBE_STACK3 0xe000
#define PROBE_SCRATCH 0xe000 /* two pages for XSAVE */
#define PROBE_MEMORY 0x10000
#define PROBE_NO_MEMORY 0x100000 /* mapped, but there is no memory behind it */

#define PROBE_CODE0 0x08
#define PROBE_DATA0 0x10
#define PROBE_DATA3 0x23
#define PROBE_CODE3 0x2b
#define PROBE_TSS 0x30
#define PROBE_STAR_BASE3 0x1b /* SYSRET adds 8 and 16 to it: PROBE_DATA3 and PROBE_CODE3 */

/* A trial ends by a write to one of these ports, except where the port says otherwise. */
#define PROBE_PORT_DONE 0x10
#define PROBE_PORT_TRAP 0x11 /* AL is the vector, RSP the frame */
#define PROBE_PORT_SYSCALL 0x12
#define PROBE_PORT_AGAIN 0x13 /* does not end the trial: one of many exits that are timed */
#define PROBE_PORT_ON 0x14    /* does not end the trial: there is to be an exit */

#define PROBE_INT_VECTOR 0x80
#define PROBE_STUB_SIZE 8
#define PROBE_STEPS 16 /* instructions to single-step */

/*
 * Instructions of ring 0 that some hosts cannot execute there:
 * X(label, words, CPUID leaf or 0 = always there, register, bit, what the guest loses)
 * R9 is 0 at the end, unless the instructions had no effect.
 */
/* clang-format off */
#define PROBE_INSTRUCTIONS(X) \
	X(clac,   "stac, clac",           0x7,        EBX, 20, "SMAP") \
	X(xsave,  "xgetbv, xsetbv, xsave", 0x1,     ECX, 26, "saving AVX registers of processes") \
	X(xcr0,   "XCR0 across an exit",  0x1,        ECX, 26, "saving AVX registers of processes") \
	X(popcnt, "popcnt",               0x1,        ECX, 23, "kernels compiled for more than baseline x86-64") \
	X(andn,   "andn (BMI1)",          0x7,        EBX, 3,  "kernels compiled for more than baseline x86-64") \
	X(rdtscp, "rdtscp",               0x80000001, EDX, 27, "reading time and CPU number at once") \
	X(verw,   "verw",                 0,          EAX, 0,  "clearing CPU buffers against data sampling") \
	X(int3,   "int3",                 0,          EAX, 0,  "breakpoints in the guest kernel") \
	X(int,    "int N",                0,          EAX, 0,  "software interrupts in the guest kernel")
/* clang-format on */

#ifndef __ASSEMBLER__
#include <stdint.h>

/* Ring 0. */
extern const uint8_t probe_ring0[], probe_ring0_end[], probe_stubs[], probe_syscall_entry[];
extern const uint8_t probe_to_ring3[]; /* enters ring 3 at RDI */
extern const uint8_t probe_done[];
extern const uint8_t probe_sysret[]; /* SYSRET to an address that is not canonical */
extern const uint8_t probe_cpuid0[]; /* R8, R9: leaf and subleaf; gives R8, RBX, RCX, RDX */
extern const uint8_t probe_loop0[];  /* R8 rounds of two instructions; gives TSC values R10 and R11 */
extern const uint8_t probe_step0[];
extern const uint8_t probe_pio[], probe_mmio[], probe_hlt[]; /* make the same exit again and again */

#define PROBE_EXTERN(label, ...) extern const uint8_t probe_##label[];
PROBE_INSTRUCTIONS(PROBE_EXTERN)
#undef PROBE_EXTERN

/* Ring 3. All but probe_syscall3, probe_int_n3 and probe_int33 end at probe_end3, which is UD2. */
extern const uint8_t probe_ring3[], probe_ring3_end[], probe_end3[];
extern const uint8_t probe_syscall3[], probe_int_n3[], probe_int33[];
extern const uint8_t probe_cpuid3[], probe_loop3[], probe_step3[];
#endif

#endif
