# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The VMM's sandbox: it is entered before the guest runs, and the report after the run still works.

SECCOMP_FILTER=2 # value of the field Seccomp in /proc/PID/status, proc(5)

# Checks that a VMM with a running guest is in the given seccomp mode.
runs_with() { # MODE OPTION...
	mode=$1
	shift
	start spin --timeout 100 "$@"
	wait_until grep -q "^Seccomp:[^0-9]*${mode}$" "/proc/$pid/status"
	kill -TERM "$pid"
	finish
	status_is 143
}

test_entered() {
	case $BUILD in */san) skip 'sanitizers make calls of their own, so there is no sandbox' ;; esac
	need_kvm
	runs_with "$SECCOMP_FILTER"
}
test_left_out() {
	need_kvm
	runs_with 0 --no-sandbox
}

# A crash report reads the image and the archive after the guest has run, for the names of addresses.
test_crash_names_addresses() {
	need_kvm
	case ${RINGSIDE_HOST:-} in svm*) skip "kvm_amd resets the processor at a triple fault: RIP is lost" ;; esac
	run triple
	status_is "$CRASH"
	err_has 'in start[+]0x'
}
