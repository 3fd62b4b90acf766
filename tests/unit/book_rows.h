/* SPDX-License-Identifier: MIT */
/*
 * The rows of the textbook's tables (Operating Systems: Three Easy Pieces, chapter 6, the three figures of direct
 * execution), typed from there, and by nothing that makes the tables of `vmm trace protocol`. X stands for a number.
 * tests/unit/test_protocol.c compares tables of made-up events with them; tests/system/book.sh reads these lines too,
 * one row a line, and compares tables of real runs.
 *
 * BOOK(protocol, table, column, words)
 */
/* clang-format off */
#define BOOK_ROWS(BOOK) \
	BOOK(direct,  life,   os,       "create entry for process list") \
	BOOK(direct,  life,   os,       "allocate memory for program") \
	BOOK(direct,  life,   os,       "load program into memory") \
	BOOK(direct,  life,   os,       "set up stack with argc/argv") \
	BOOK(direct,  life,   os,       "clear registers") \
	BOOK(direct,  life,   os,       "execute call main()") \
	BOOK(direct,  life,   program,  "run main()") \
	BOOK(direct,  life,   program,  "execute return from main") \
	BOOK(direct,  life,   os,       "free memory of process") \
	BOOK(direct,  life,   os,       "remove from process list") \
	BOOK(limited, boot,   os,       "initialize trap table") \
	BOOK(limited, boot,   hardware, "remember address of system-call handler") \
	BOOK(limited, life,   os,       "create entry for process list") \
	BOOK(limited, life,   os,       "allocate memory for program") \
	BOOK(limited, life,   os,       "load program into memory") \
	BOOK(limited, life,   os,       "set up user stack with argv") \
	BOOK(limited, life,   os,       "fill kernel stack with reg/PC") \
	BOOK(limited, life,   os,       "return-from-trap") \
	BOOK(limited, life,   hardware, "restore regs from kernel stack") \
	BOOK(limited, life,   hardware, "move to user mode") \
	BOOK(limited, life,   hardware, "jump to main") \
	BOOK(limited, life,   program,  "run main()") \
	BOOK(limited, life,   program,  "…") \
	BOOK(limited, life,   program,  "call system call") \
	BOOK(limited, life,   program,  "trap into OS") \
	BOOK(limited, life,   hardware, "save regs to kernel stack") \
	BOOK(limited, life,   hardware, "move to kernel mode") \
	BOOK(limited, life,   hardware, "jump to trap handler") \
	BOOK(limited, life,   os,       "handle trap") \
	BOOK(limited, life,   os,       "do work of syscall") \
	BOOK(limited, life,   os,       "return-from-trap") \
	BOOK(limited, life,   hardware, "restore regs from kernel stack") \
	BOOK(limited, life,   hardware, "move to user mode") \
	BOOK(limited, life,   hardware, "jump to PC after trap") \
	BOOK(limited, life,   program,  "…") \
	BOOK(limited, life,   program,  "return from main") \
	BOOK(limited, life,   program,  "trap (via exit())") \
	BOOK(limited, life,   os,       "free memory of process") \
	BOOK(limited, life,   os,       "remove from process list") \
	BOOK(timer,   boot,   os,       "initialize trap table") \
	BOOK(timer,   boot,   hardware, "remember address of system-call handler") \
	BOOK(timer,   boot,   hardware, "remember address of timer handler") \
	BOOK(timer,   boot,   os,       "start interrupt timer") \
	BOOK(timer,   boot,   hardware, "start timer") \
	BOOK(timer,   boot,   hardware, "interrupt CPU in X ms") \
	BOOK(timer,   switch, program,  "process A …") \
	BOOK(timer,   switch, hardware, "timer interrupt") \
	BOOK(timer,   switch, hardware, "save regs(A) to k-stack(A)") \
	BOOK(timer,   switch, hardware, "move to kernel mode") \
	BOOK(timer,   switch, hardware, "jump to trap handler") \
	BOOK(timer,   switch, os,       "handle the trap") \
	BOOK(timer,   switch, os,       "call switch()") \
	BOOK(timer,   switch, os,       "save regs(A) to proc-struct(A)") \
	BOOK(timer,   switch, os,       "restore regs(B) from proc-struct(B)") \
	BOOK(timer,   switch, os,       "switch to k-stack(B)") \
	BOOK(timer,   switch, os,       "return-from-trap (into B)") \
	BOOK(timer,   switch, hardware, "restore regs(B) from k-stack(B)") \
	BOOK(timer,   switch, hardware, "move to user mode") \
	BOOK(timer,   switch, hardware, "jump to B's PC") \
	BOOK(timer,   switch, program,  "process B …")
/* clang-format on */
