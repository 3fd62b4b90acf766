# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# What docs/ostep.md tells to try: each exercise shows what the page says that it shows.

lesson() { # ARGUMENT...: runs a program of the guest without banner and report
	guest -q --timeout 100 "$@"
}

# ---- the homework: what a system call and a context switch cost ----

# Without a timer each round is two switches, and one more lets the child end. The times can be anything; that the rows
# agree is arithmetic, in tenths of ns, to the rounding of a half.
test_pingpong_counts_its_switches() {
	lesson -a 'quiet hz=0' -- pingpong 20 3
	status_is 0
	out_has '^61 rounds of ping-pong: 123 switches because a process blocked, 0 because it lost the CPU$'
	for row in 'null system call' 'byte through pipe' 'round of ping-pong'; do
		out_has "^  $row +[0-9]+\.[0-9] +[0-9]+\.[0-9] +[0-9]+\.[0-9]  the empty loop"
	done
	awk '
		/^  byte/ { pass = $4 }
		/^  round/ { round = $4 }
		/^  context/ { switch = $3 }
		END { left = (round - 2 * pass) / 2 - switch; exit !(left < 0.11 && left > -0.11) }' "$T/out" ||
		fail 'a switch is not half of what is left of a round'
}

test_pingpong_refuses() {
	lesson -a quiet -- pingpong 0
	status_is "$USAGE"
	lesson -a quiet -- pingpong 1 100
	status_is "$USAGE"
}

# ---- paging=: when memory comes ----

# Sets $faults: the page faults of a run of two programs and a pipe.
count_faults() { # PAGING
	lesson --trace="$T/trace" -a "quiet hz=0 paging=$1" -- sh -c 'args one | cat'
	status_is 0
	out_has '^argv.*one'
	print_trace "$T/trace"
	faults=$(grep -c '#PF' "$T/text")
}

test_paging_decides_who_takes_page_faults() {
	count_faults demand
	is_least "$faults" 15 'page faults with paging=demand'
	count_faults eager
	is_most "$faults" 0 'page faults with paging=eager'
}

# Memory that is not there is refused when it is asked for, and not when it is touched.
test_paging_decides_when_memory_is_out() {
	lesson -m 6M -a 'quiet paging=demand' -- membomb mmap
	status_is 0
	out_has 'killed: out of memory'
	lesson -m 6M -a 'quiet paging=eager' -- membomb mmap
	status_is 0
	! grep -q 'killed: out of memory' "$T/out" || fail 'killed for memory that it was given'
}

test_paging_eager_keeps_the_promises() {
	lesson -m 32M -a 'quiet paging=eager' -- forktest
	status_is 0
	lesson -m 6M -a 'quiet paging=eager' -- leakcheck 1
	status_is 0
}
