/* SPDX-License-Identifier: MIT */
/*
 * Deeds with floating-point instructions and state, and an endless loop.
 */
#include "lib/deeds.h"
#include "lib/system_calls.h"

static const uint16_t x87_all_unmasked = 0x340;
static const uint32_t mxcsr_all_unmasked = 0x0, mxcsr_reserved = 0xffffffff;
static const float one = 1, zero = 0;
static uint8_t area[1024] __attribute__((aligned(64)));

static void misaligned(uint64_t argument)
{
	(void)argument;
	__asm__ volatile("movaps %0, %%xmm0" : : "m"(area[1]));
}

static void x87_exception(uint64_t argument)
{
	(void)argument;
	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait" : : "m"(x87_all_unmasked));
}

/* The exception stays pending: the kernel saves and restores this state, and must not take the exception itself. */
static void x87_pending(uint64_t argument)
{
	(void)argument;
	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp" : : "m"(x87_all_unmasked));
	for (int i = 0; i < 3; i++)
		sched_yield();
}

static void simd_exception(uint64_t argument)
{
	(void)argument;
	__asm__ volatile("ldmxcsr %0; movss %1, %%xmm0; divss %2, %%xmm0"
			 :
			 : "m"(mxcsr_all_unmasked), "m"(one), "m"(zero));
}

static void bad_mxcsr(uint64_t argument)
{
	(void)argument;
	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr_reserved));
}

static void bad_fxrstor(uint64_t argument)
{
	(void)argument;
	for (unsigned i = 0; i < sizeof(area); i++)
		area[i] = UINT8_MAX;
	__asm__ volatile("fxrstor %0" : : "m"(area));
}

static void bad_xrstor(uint64_t argument)
{
	(void)argument;
	for (unsigned i = 0; i < sizeof(area); i++)
		area[i] = UINT8_MAX;
	__asm__ volatile("xrstor %0" : : "m"(area), "a"(-1), "d"(-1));
}

static void avx(uint64_t argument)
{
	(void)argument;
	__asm__ volatile(".byte 0xc5, 0xfc, 0x77"); /* vzeroall: #UD where XCR0 has no AVX */
}

static void endless(uint64_t argument)
{
	(void)argument;
	for (;;)
		__asm__ volatile("");
}

static const struct deed deeds[] = {
	/* Emulators without SSE exceptions do not stop simd_exception, bad_mxcsr and bad_fxrstor. */
	{"misaligned", DIES, misaligned, "an aligned load from a misaligned address", NULL},
	{"x87_exception", DIES, x87_exception, "divide by zero in the x87, unmasked", NULL},
	{"x87_pending", LIVES, x87_pending, "leave an x87 exception pending and switch processes", NULL},
	{"simd_exception", EITHER, simd_exception, "divide by zero in SSE, unmasked", NULL},
	{"bad_mxcsr", EITHER, bad_mxcsr, "set reserved bits of MXCSR", NULL},
	{"bad_fxrstor", EITHER, bad_fxrstor, "restore a forged FPU state", NULL},
	{"bad_xrstor", EITHER, bad_xrstor, "restore a forged FPU state by xrstor", NULL},
	{"avx", EITHER, avx, "use AVX", NULL},
	{"endless", LOOPS, endless, "keep the CPU for ever", NULL},
};

const struct deed_table fpu_deeds = DEED_TABLE(deeds);
