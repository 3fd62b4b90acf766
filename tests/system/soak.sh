# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The parts of scripts/soak in small: what `make soak` does for an hour and a half (docs/soak.md).

soak() { # PART
	need_kvm
	! is_emulated || skip "load takes minutes on an emulated host"
	[ -x "$BUILD/tests/soak/starts" ] && [ -r "$BUILD/tests/soak/mixture.cpio" ] || skip "no programs of tests/soak in the build: make soak-programs"
	try env AMOUNT=short TMPDIR="$T" "$here/../../scripts/soak" "$1"
	status_is 0
	err_is_empty
	out_has "^PASS $1 "
	out_has '^soak \(short\): 1 of 1 parts passed$'
}

test_many_machines_at_once() {
	soak vms
	out_has ' VMs at once: .* nothing is left$'
}

test_many_starts() {
	soak starts
	out_has ' processes in a row: nothing is left$'
}

test_every_tick_is_accounted_for() {
	need nm
	soak ticks
	out_has ' [1-9][0-9]* ticks due, [1-9][0-9]* taken [+] [0-9]+ coalesced'
}

test_mixed_programs() {
	soak mixed
	out_has '^mixed: mixture: [1-9][0-9]* programs and [1-9][0-9]* random ones, 0 failed$'
}

test_kills_while_recording() {
	soak kill
	out_has '^kill: [0-9]+ kills: [1-9][0-9]* traces clean, [1-9][0-9]* of them not closed'
}
