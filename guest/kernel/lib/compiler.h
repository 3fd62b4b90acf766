/* SPDX-License-Identifier: MIT */
/* What gcc and clang are told beyond standard C. */
#ifndef GUEST_KERNEL_LIB_COMPILER_H
#define GUEST_KERNEL_LIB_COMPILER_H

#define ALWAYS_INLINE inline __attribute__((always_inline))
#define NEVER_INLINE __attribute__((noinline))

/* Around a table that first gives a whole range a default and then overrides some rows of it. */
#ifdef __clang__
#define OVERRIDING_INITIALIZERS_BEGIN                                                                                  \
	_Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"")
#define OVERRIDING_INITIALIZERS_END _Pragma("clang diagnostic pop")
#else
#define OVERRIDING_INITIALIZERS_BEGIN                                                                                  \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Woverride-init\"")
#define OVERRIDING_INITIALIZERS_END _Pragma("GCC diagnostic pop")
#endif

#endif
