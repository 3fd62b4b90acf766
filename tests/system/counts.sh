# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# The cost of a visit to the kernel in instructions: counted exactly by --count-ring0 if the host can single-step into
# traps, or by QEMU's instruction counter, which is the guest's clock there.

counted() { # ARGUMENT...
	! is_emulated || skip "an exit for each instruction takes too long on an emulated host"
	guest --timeout 100 -q --count-ring0 "$@"
	[ "$status" -ne "$REFUSED" ] || skip "$(head -n 1 "$T/err")"
	status_is 0
	grep -q 'by handler' "$T/err" || skip "this host does not single-step into traps"
}

# Prints the median of the visits by a handler, with or without a switch to another address space.
median() { # HANDLER yes|no
	awk -v handler="$1" -v switch="$2" '$1 ~ "^(" handler ")$" && $2 == switch { print $5; exit }' "$T/err" | grep .
}

SYSTEM_CALL='page_fault_recognise|syscall_entry' TIMER=trap_32
EVENT=25 # instructions of an event at most, with tracing on

# Checks the instructions of one visit without tracing (at most MOST), and with tracing, which writes EVENTS events.
costs() { # MOST EVENTS HANDLER yes|no ARGUMENT...
	most=$1 events=$2 handler=$3 switch=$4
	shift 4
	counted "$@"
	plain=$(median "$handler" "$switch") || fail "no visit by $handler"
	counted --trace="$T/trace" "$@"
	traced=$(median "$handler" "$switch") || fail "no traced visit by $handler"
	echo "$plain, traced $traced"
	is_most "$plain" "$most" 'instructions'
	is_most $((traced - plain)) $((events * EVENT)) "instructions for $events events"
}

test_null_call() { costs 60 3 "$SYSTEM_CALL" no -a 'quiet hz=0' -- null 100; }
test_tick() { costs 120 2 "$TIMER" no -a 'quiet hz=100' -- null 1000; }
test_tick_with_switch() { costs 180 4 "$TIMER" yes -a 'quiet hz=100' -- sh -c 'null 80 & null 80; wait'; }

in_all() {
	sed -n 's/^ring-0 instructions in all: \([0-9]*\);.*/\1/p' "$T/err"
}

test_life_of_a_process() {
	counted -a 'quiet hz=0' -- forkbench 2
	two=$(in_all)
	counted -a 'quiet hz=0' -- forkbench 12
	echo "$((($(in_all) - two) / 10)) for fork, exit and wait4"
	is_most "$((($(in_all) - two) / 10))" 4000 'instructions for fork, exit and wait4'
}

# ---- however many processes there are ----

# Sets $make and $switch: the cost of making each of N processes, and of 10 of their context switches.
many() { # N POLICY
	need qemu-system-x86_64
	for yields in 2 12; do
		"$here/../../scripts/qemu" --icount -m 512M -a "quiet hz=0 sched=$2" -- manyprocs "$1" "$yields" \
			</dev/null >"$T/out" 2>"$T/err" || fail "status $?: manyprocs $1 $yields, $2"
		words=$(sed -n "s/.*manyprocs: $1 made, $1 ended well; \([0-9]*\) ns .* \([0-9]*\) ns .*/\1 \2/p" "$T/out")
		[ "$yields" -eq 12 ] || few=${words#* }
	done
	make=${words% *} switch=$((${words#* } - few))
	echo "$1 processes, $2: $make to make one, $((switch / 10)) to switch"
}

# Compares the costs with those of few processes: 2, or more if chance decides who is next, because with 2 the lottery
# often chooses the same process again, which is no switch.
no_slower() { # POLICY N [PERCENT]
	many "$2" "$1"
	make_one=$make switch_few=$switch
	many 4096 "$1"
	is_most $((switch * 100)) $((switch_few * ${3:-105})) "hundredths of a switch of $2 processes, $1"
	is_most $((make * 100)) $((make_one * 105)) "hundredths of making one of $2 processes, $1"
}

test_4096_processes_rr() { no_slower rr 2; }
test_4096_processes_coop() { no_slower coop 2; }
test_4096_processes_mlfq() { no_slower mlfq 2; }
test_4096_processes_lottery() { no_slower lottery 64; }

# Their heap is as deep as the logarithm of the number of processes: 12 in place of 1.
test_4096_processes_stride() { no_slower stride 2 400; }
test_4096_processes_cfs() { no_slower cfs 2 400; }
