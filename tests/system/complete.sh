# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Proof that the exit log is complete: records against two other counts, one of them not ours.

# The three numbers of "N records of exits; KVM_RUN returned N times; KVM's own count of exits is N".
read_counts() {
	line=$(grep 'records of exits' "$T/err") || fail "no line of counts in the statistics"
	records=${line%% *}
	rest=${line#*returned }
	returns=${rest%% *}
	kvm=${line##* }
}

# KVM's own statistic counts what leaves the guest for KVM as well, where a host has such exits: it is never
# less than the records, and the same where everything that leaves the guest comes to the VMM.
test_records_are_complete() {
	run exits -a "$(amount 5000 1000)" --stats
	status_is 0
	read_counts
	[ "$records" -eq "$returns" ] || fail "$records records, but KVM_RUN returned $returns times"
	case $kvm in *[!0-9]*) return 0 ;; esac
	[ "$kvm" -ge "$records" ] || fail "$records records, but KVM counts only $kvm exits"
}

test_records_are_complete_with_a_timer() {
	guest --stats -a hz=1000 -- quick
	status_is 0
	read_counts
	[ "$records" -eq "$returns" ] || fail "$records records, but KVM_RUN returned $returns times"
}

# How many lines a filter lets through.
lines_of() { # EXPRESSION
	echo $(($("$VMM" trace print --filter "$1" "$T/trace" | wc -l) - 1))
}

# Without a timer nothing drains the ring but its own doorbell, rung when it is full. LONG=1 makes two million calls
# (TEST_LIMIT= must allow for it).
calls=20000
! is_emulated || calls=2000
[ -z "${LONG:-}" ] || calls=2000000

# The trace against what the program was told to call and against the kernel's own count of that program's calls.
test_every_system_call_is_in_the_trace() {
	guest --timeout "${TEST_LIMIT:-50}" -q --trace="$T/trace" -a hz=0 -- null "$calls"
	status_is 0
	kernel=$(awk '$2 == "null" { print $7 }' "$T/out")
	got=$(lines_of 'kind==syscall && name==getpid')
	[ "$got" -eq $((calls + 1)) ] || fail "$got calls of getpid in the trace, of $((calls + 1))"
	got=$(lines_of 'kind==syscall && pid==2')
	[ "$got" -eq "$kernel" ] || fail "$got calls in the trace; the kernel has counted $kernel"
	got=$(lines_of 'kind==return && pid==2')
	is_least "$got" "$kernel" 'returns'
	is_least "$(lines_of 'port==0x50c && write')" $((calls / 1000)) 'times the ring was full'
	vmm trace check "$T/trace"
	status_is 0
	out_has ' 0 contradictions$'
}
