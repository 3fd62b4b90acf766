# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Traces of whole runs must be consistent: nesting, CPL, returns, pid and CR3, time (vmm trace check).

# Runs the guest and checks its trace; at least TRAPS traps must have been compared: checked TRAPS ARGUMENT...
# A slow host may not finish in time; what it has recorded must be consistent all the same.
checked() {
	least=$1
	shift
	guest --timeout 100 -q --trace="$T/trace" "$@"
	[ "$status" -eq "$TIMEOUT" ] || status_is 0
	vmm trace check "$T/trace"
	status_is 0
	out_has ' 0 contradictions$'
	traps=$(sed -n 's/.*: \([0-9]*\) traps, .*/\1/p' "$T/out")
	is_least "$traps" "$least" 'traps checked'
	compared=$(sed -n 's/.* returns, \([0-9]*\) times the CPL.*/\1/p' "$T/out")
	is_least "$compared" 10 'comparisons of the CPL'
}

# Runs the default demonstration, with less work on an emulated host.
demonstration() { # ARGUMENT...
	! is_emulated || set -- "$@" -- quick
	checked 200 "$@"
}

test_demonstration() { demonstration; }
test_every_event_an_exit() { demonstration --transitions=exit; }
test_timer_at_1_khz() { demonstration -a hz=1000; }
test_no_timer() { demonstration -a hz=0; }
test_many_calls() { checked 5000 -a quiet -- null 5000; }
test_many_calls_by_int80() { checked 5000 -a quiet -- null 5000 int80; }
test_processes_come_and_go() { checked 100 -a quiet -- forktest; }
test_bad_calls() { checked 100 -a quiet -- badcalls; }

# Single steps make exits between a transition and the event that records it.
test_single_steps() {
	! is_emulated || skip 'fifty thousand steps take too long on an emulated host'
	checked 40 --count-ring0 -a quiet -- null 20
}

# A trace with a changed CPL of an exit is not consistent: byte 45 of a record has the CPL in bits 1:0.
test_a_changed_trace_is_noticed() {
	checked 100 -a quiet -- null 100
	size=$(wc -c <"$T/trace")
	n=0 many=$(amount 100 30)
	# One of the last records is an exit, which cannot have been at CPL 1.
	while [ "$n" -lt "$many" ]; do
		patch "$T/trace" $((size - 48 * (n + 1) + 45)) '\001'
		n=$((n + 1))
	done
	vmm trace check "$T/trace"
	status_is 1
	out_has 'an exit at CPL 1'
}
