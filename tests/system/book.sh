# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The tables of `vmm trace protocol` of real runs are the textbook's: the rows in tests/unit/book_rows.h, in their order
# and columns, each once, none missing, each with what happened.

# Prints "column step" for each row of a table of the textbook. X stands for a number.
book() { # PROTOCOL TABLE
	sed -n "s/^.*BOOK($1, *$2, *\([a-z]*\), *\"\(.*\)\").*/\1 \2/p" "$here/../unit/book_rows.h"
}

# Prints the same of a table of the trace; "missing" or "empty" before a row that is. Each row is a line of the JSON.
told() { # TABLE
	awk -v start=" \"$1\": [" '/^ "/ { here = index($0, start) == 1 } here && /"column"/' "$T/json" | sed '
		s/^.*"column": "\([a-z]*\)", "step": "\([^"]*\)"\(.*\)$/\1 \2\3/
		/"missing": true/s/^/missing /
		/"detail": ""/s/^/empty /
		s/, "detail": .*$//
		s/ CPU in [0-9.]* ms/ CPU in X ms/'
}

is_the_book() { # PROTOCOL TABLE
	book "$1" "$2" >"$T/book"
	told "$2" >"$T/told"
	[ -s "$T/book" ] || fail "no rows of $1 $2"
	diff "$T/book" "$T/told" >"$T/difference" || fail "$1 $2: $(head -n 8 "$T/difference" | tr '\n' '|')"
}

record() { # KERNEL-OPTIONS INIT-ARGUMENT...
	keys=$1
	shift
	guest -q --trace="$T/trace" -a "quiet $keys" -- "$@"
	"$VMM" trace protocol --strict --json "$T/trace" >"$T/escaped" || fail "no tables"
	sed 's/\\u2026/…/g; s/\\u0027/'"'"'/g' "$T/escaped" >"$T/json"
}

says() { # STEP WORDS
	sed -n "s/^.*\"step\": \"$1\", \"detail\": \"\([^\"]*\)\".*/\1/p" "$T/json" >"$T/says"
	grep -q -- "$2" "$T/says" || fail "$1: $(cat "$T/says")"
}

test_direct() {
	record protocol=direct null
	is_the_book direct life
	says 'execute call main()' 'main (null), by way of'
	says 'clear registers' 'registers=15'
	says 'load program into memory' 'paging=demand'
	! grep -q 'rap into\|user mode\|syscall' "$T/json" || fail "direct execution has no transitions"
}

test_limited() {
	record protocol=limited null
	is_the_book limited boot
	is_the_book limited life
	says 'jump to main' 'main (null)'
	says 'handle trap' 'sys_getpid'
	says 'call system call' 'getpid()'
}

# The CPU saves five registers at INT 0x80, and none at SYSCALL.
test_who_saves_registers() {
	record 'protocol=limited traps=int80' null
	is_the_book limited life
	says 'save regs to kernel stack' 'RIP by the CPU'
	record 'protocol=limited traps=auto' null
	grep -q 'for SYSCALL: ' "$T/json" || skip "SYSCALL is not delivered on this host"
	says 'save regs to kernel stack' 'by the handler'
}

test_eager() {
	record 'protocol=limited paging=eager' null
	is_the_book limited life
	says 'load program into memory' 'paging=eager'
}

# Two processes that both use the CPU, for several turns, beside a shell that makes system calls.
with_timer() { # POLICY
	rounds=$(amount 20000 3000)
	record "hz=1000 sched=$1" sh -c "sieve $rounds & sieve $rounds; wait"
	is_the_book timer boot
	is_the_book limited life
}

timer_switches() { # POLICY
	with_timer "$1"
	is_the_book timer switch
	says 'process A …' 'sieve: interrupted after .* (sieve)'
	says 'process B …' 'sieve: runs on where it was interrupted'
	says 'interrupt CPU in [0-9.]* ms' '1000 times a second'
}

test_round_robin() { timer_switches rr; }
test_mlfq() { timer_switches mlfq; }
test_lottery() { timer_switches lottery; }
test_stride() { timer_switches stride; }
test_cfs() { timer_switches cfs; }

# The timer ticks, but the process keeps the CPU until it gives it away.
test_cooperative() {
	with_timer coop
	! grep -q '"switch"' "$T/json" || fail "the timer took the CPU from a process"
}

# What else happened is marked; without that the same rows are left.
test_beyond() {
	record protocol=limited null
	"$VMM" trace protocol --json "$T/trace" >"$T/all"
	is_least "$(grep -c '"beyond": true' "$T/all")" 3 'rows beyond'
	grep -v '"beyond": true' "$T/all" | grep '"column"' | sed 's/,$//' >"$T/left"
	grep '"column"' "$T/escaped" | sed 's/,$//' >"$T/strict"
	same_file "$T/strict" "$T/left"
	"$VMM" trace protocol "$T/trace" >"$T/text"
	grep -q '+ copy the process' "$T/text" || fail "the copy that fork made is not told"
}
