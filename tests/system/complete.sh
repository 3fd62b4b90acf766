# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The exit log is complete: the number of records is compared with the VMM's own count and with KVM's count.

# Sets $records, $returns and $kvm from "N records of exits; KVM_RUN returned N times; KVM's own count of exits is N".
read_counts() {
	line=$(grep 'records of exits' "$T/err") || fail "no line of counts in the statistics"
	records=${line%% *}
	rest=${line#*returned }
	returns=${rest%% *}
	kvm=${line##* }
}

# KVM's own statistic also counts exits that KVM handles itself. So it is never less than the records, and equal to them
# on hosts where every exit comes to the VMM.
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

# Prints how many lines match a filter.
lines_of() { # EXPRESSION
	echo $(($("$VMM" trace print --filter "$1" "$T/trace" | wc -l) - 1))
}

# Without a timer only the doorbell of a full ring makes the VMM read it. LONG=1 makes two million calls, for which
# TEST_LIMIT must be raised.
calls=20000
! is_emulated || calls=2000
[ -z "${LONG:-}" ] || calls=2000000

# Compares the trace with the number of calls that the program was told to make and with the kernel's count of them.
test_every_system_call_is_in_the_trace() {
	guest --timeout "${TEST_LIMIT:-100}" -q --trace="$T/trace" -a hz=0 -- null "$calls"
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
