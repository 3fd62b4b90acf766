# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Direct, limited and timed execution of the same programs, and the scheduling policies: what each guarantees and what
# each cannot prevent.

boot() { # KEY=VALUE... -- ARGUMENT...: KEY=VALUE are words of the kernel command line, ARGUMENT those of init
	keys=quiet
	while [ "$1" != -- ]; do
		keys="$keys $1"
		shift
	done
	guest --timeout "${seconds:-100}" -a "$keys" "$@"
}

# A process that never gives the CPU away, and one that waits for the CPU.
starvation='spin & sleeper 1; echo others run; kill %1'

others_run() {
	status_is 0
	out_has '^others run$'
}

others_starve() {
	status_is "$TIMEOUT"
	! grep -q 'others run' "$T/out" || fail 'another process had the CPU'
}

# ---- protocol= ----

test_direct_hinders_nobody() {
	boot protocol=direct -- rogue cli
	status_is 1
	out_has 'cli is done, and nobody hindered it'
}

test_direct_never_gets_the_cpu_back() {
	need_interruptible_loops
	seconds=0.5
	boot protocol=direct -- sh -c "$starvation"
	others_starve
}

test_direct_runs_the_same_programs() {
	boot protocol=direct -- sh -c 'echo one | cat; sieve 5; echo $?'
	status_is 0
	out_has '^one$'
	out_has '^168$'
}

test_limited_stops_what_is_illegal() {
	boot protocol=limited -- sh -c 'rogue cli; echo $?; echo and the kernel goes on'
	status_is 0
	out_has 'rogue killed: #GP'
	out_has '^139$'
	out_has 'the kernel goes on'
}

test_limited_shares_by_yielding() {
	boot protocol=limited -- manyprocs 3 5
	status_is 0
	out_has '3 made, 3 ended well'
}

test_limited_starves() {
	seconds=0.5
	boot protocol=limited -- sh -c "$starvation"
	others_starve
}

test_limited_refuses_no_program() { boot protocol=limited -- init quick; status_is 0; }

test_timer_shares() { boot protocol=timer -- sh -c "$starvation"; others_run; }

test_unknown_protocol() { refused "$USAGE" "-a 'protocol=none': protocol is direct, limited or timer" "$GUEST" -a protocol=none; }

# ---- sched= ----

# The policy prints its name and runs the demonstration to its end.
policy() { # KEY NAME
	guest --timeout 100 -a "sched=$1" -- quick
	status_is 0
	out_has "$2"
}

shares() { # KEY
	boot "sched=$1" -- sh -c "$starvation"
	others_run
}

test_round_robin() { policy rr 'round robin' && shares rr; }
test_feedback_queues() { policy mlfq 'feedback' && shares mlfq; }
test_lottery() { policy lottery 'lottery' && shares lottery; }
test_stride() { policy stride 'stride' && shares stride; }
test_completely_fair() { policy cfs 'completely fair' && shares cfs; }
test_cooperative() {
	policy coop 'cooperative'
	seconds=0.5
	boot sched=coop -- sh -c "$starvation"
	others_starve
}

test_unknown_policy() { refused "$USAGE" "-a 'sched=none': sched is rr, coop, mlfq, lottery, stride or cfs" "$GUEST" -a sched=none; }

# ---- hz= ----

test_without_a_timer_sleepers_wake() {
	boot hz=0 -- sleeper 20
	status_is 0
	out_has 'asked for 20 ms'
}
