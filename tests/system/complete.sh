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
	run exits -a 5000 --stats
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
