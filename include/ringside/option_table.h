/* SPDX-License-Identifier: MIT */
/*
 * The options on the command line of ringside's kernel, and the note by which any kernel tells the VMM its options, so
 * that a wrong one is refused before the guest starts. The kernel makes its parser and its note of this table; the VMM
 * reads only the note, because the image may be of another version, or another kernel.
 */
#ifndef RINGSIDE_OPTION_TABLE_H
#define RINGSIDE_OPTION_TABLE_H

/*
 * The words of each option that is a choice. FIRST and NEXT take (NAME, "word"); they are two, so that a list can have
 * separators.
 */
#define RINGSIDE_POLICIES(FIRST, NEXT)                                                                                 \
	FIRST(round_robin, "rr")                                                                                       \
	NEXT(cooperative, "coop")                                                                                      \
	NEXT(feedback, "mlfq")                                                                                         \
	NEXT(lottery, "lottery")                                                                                       \
	NEXT(stride, "stride")                                                                                         \
	NEXT(completely_fair, "cfs")
#define RINGSIDE_PROTOCOLS(FIRST, NEXT) FIRST(DIRECT, "direct") NEXT(LIMITED, "limited") NEXT(TIMER, "timer")
#define RINGSIDE_PAGINGS(FIRST, NEXT) FIRST(DEMAND, "demand") NEXT(EAGER, "eager")
#define RINGSIDE_BREAKS(FIRST, NEXT)                                                                                   \
	FIRST(NOTHING, "nothing")                                                                                      \
	NEXT(RSP0, "rsp0")                                                                                             \
	NEXT(REGISTER, "register")                                                                                     \
	NEXT(FPU, "fpu")                                                                                               \
	NEXT(CR3, "cr3")                                                                                               \
	NEXT(GATE, "gate")                                                                                             \
	NEXT(FLAGS, "flags")                                                                                           \
	NEXT(PAGES, "pages")                                                                                           \
	NEXT(PORTS, "ports")                                                                                           \
	NEXT(EOI, "eoi")
#define RINGSIDE_TRAPS_CHOICES(FIRST, NEXT) FIRST(AUTO, "auto") NEXT(SYSCALL, "syscall") NEXT(INT80, "int80")

#define RINGSIDE_FIRST_WORD(name, word) word
#define RINGSIDE_NEXT_WORD(name, word) "|" word
#define RINGSIDE_WORDS(list) list(RINGSIDE_FIRST_WORD, RINGSIDE_NEXT_WORD)

/*
 * X(NAME, key, takes, what it does)
 *
 * `takes` says which values `key=value` has, in a grammar of four forms (formats/option_value.h reads it):
 *   a|b|c       one of these words
 *   0..10000    a decimal number, from the first to the last
 *   flag        none: the key stands alone
 *   TEXT        (any word in upper case) a text that is not empty
 * Of an option that is given twice, the last one counts.
 */
/* clang-format off */
#define RINGSIDE_OPTIONS(X) \
	X(INIT, "init", "PROGRAM", "The first program, a path in the initrd") \
	X(HZ, "hz", "0..10000", "Timer interrupts a second; 0 is none") \
	X(SCHED, "sched", RINGSIDE_WORDS(RINGSIDE_POLICIES), "Which process runs next") \
	X(TRAPS, "traps", RINGSIDE_WORDS(RINGSIDE_TRAPS_CHOICES), \
	  "By which instructions programs call the kernel; auto is both") \
	X(PROTOCOL, "protocol", RINGSIDE_WORDS(RINGSIDE_PROTOCOLS), \
	  "How programs run: in ring 0, in ring 3, or in ring 3 with a timer") \
	X(ACCOUNT, "account", "flag", "Measure each process's time in ring 3, in ring 0 and waiting") \
	X(PRINT_FATAL_SIGNALS, "print-fatal-signals", "0|1", "Print what killed a process") \
	X(QUIET, "quiet", "flag", "Print neither the banner nor the report at the end") \
	X(PAGING, "paging", RINGSIDE_WORDS(RINGSIDE_PAGINGS), \
	  "When a program's memory comes: a page at its first touch, or all of it at once") \
	X(IRQS, "irqs", "off|on", "Whether interrupts may come during system calls") \
	X(BREAK, "break", RINGSIDE_WORDS(RINGSIDE_BREAKS), "Which step of the protocol the kernel leaves out") \
	X(SEED, "seed", "0..4294967295", "Other draws of the lottery and other random bytes")
/* clang-format on */

/* Bytes of a command line that the kernel takes, without its NUL: so init's arguments fit a page in any case. */
#define RINGSIDE_COMMAND_LINE_MAX 4093

/*
 * The note. Its content is a 32-bit number, the bytes of a command line that the kernel takes (without the NUL), and
 * then three strings for each option, each ended by a NUL: key, takes, what it does. It must lie in the PT_NOTE segment
 * of the PVH note, in the first 4096 bytes. A kernel that has this note also promises
 *   - to cut its command line into words as formats/words.h does;
 *   - that what follows the word -- is for init;
 *   - that its initrd, if it is given one, is a cpio archive (newc), not compressed.
 * The VMM holds the user to all that. The command lines and initrds of kernels without the note are theirs alone.
 */
#define RINGSIDE_NOTE_NAME "ringside"
#define RINGSIDE_NOTE_OPTIONS 1 /* type of the note */

#endif
