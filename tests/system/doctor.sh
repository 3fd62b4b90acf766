# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# vmm doctor: its report about this host, and about a host without KVM.

test_this_host() {
	doctor
	grep -q 'This host can run guests' "$T/doctor" || fail 'no verdict'
	doctor_says '/dev/kvm' 'may be read and written' || fail 'no /dev/kvm'
	doctor_says KVM_CAP_IMMEDIATE_EXIT '' || fail 'no capability'
	doctor_says 'PIO exit' '[0-9.]+ ns' || fail 'no costs'
}

test_no_colour_off_a_terminal() {
	doctor
	! grep -q "$(printf '\033')" "$T/doctor" || fail 'escape sequences in a file'
}

test_json() {
	need python3
	need_kvm
	vmm doctor --json
	status_is 0
	python3 -c '
import json, sys
found = json.load(open(sys.argv[1]))
assert found["can_run"] is True
assert found["capabilities"]["kvm_cap_user_memory"]["state"] == "good"
assert found["ring_0"]["stac_clac"]["name"] == "stac, clac"
assert found["costs"]["pio_exit"]["value"] > 0 and found["costs"]["pio_exit"]["unit"] == "ns"
assert found["traps_from_ring_3"]["int3"]["state"] in ("good", "quirk")
' "$T/out" || fail 'the JSON is not as documented'
}

# The guest kernel's own findings must agree with the doctor's.
test_agrees_with_the_guest() {
	guest --timeout 100 -- null
	status_is 0
	if doctor_says syscall delivered; then out_has 'syscall delivered'; else out_has 'syscall recognised'; fi
	if doctor_says 'int N' delivered; then out_has 'int 0x80 delivered'; else out_has 'int 0x80 recognised'; fi
}

test_delivers_everything_on_emulated_hosts() {
	case ${RINGSIDE_HOST:-native} in native) skip "a host with quirks of its own" ;; esac
	for instruction in syscall 'int N' int3 execution; do
		doctor_says "$instruction" '(delivered|on the processor)' || fail "$instruction is not as everywhere"
	done
	! grep -qE '^  !.*(KVM cannot emulate|steps are missing)' "$T/doctor" || fail 'quirks on a host without quirks'
}

# The ring of the fault depends on the maker of the processor.
test_sysret_to_nowhere() {
	case ${RINGSIDE_HOST:-native} in
	svm*) where='3, as AMD' ;;
	vmx*) where='0, as Intel' ;;
	*) where='[03]' ;;
	esac
	doctor_says 'sysretq to nowhere' "#GP, vector 13 in ring $where" || fail 'not as the maker documents it'
}

test_json_becomes_a_table() {
	need python3
	need_kvm
	vmm doctor --json
	"$here/../../scripts/doctor-table" one="$T/out" two="$T/out" >"$T/table" || fail 'no table'
	grep -qF '| KVM_CAP_IMMEDIATE_EXIT | ✓ ' "$T/table" || fail 'the table lacks a capability'
	[ "$(grep -c '^| \*\*Ring 0\*\* ' "$T/table")" -ge 1 ] || fail 'the table lacks a section'
}

test_no_kvm() {
	need_namespace
	try unshare -m sh -c 'mount -t tmpfs none /dev && exec "$@"' - "$VMM" doctor
	status_is "$REFUSED"
	out_has 'no /dev/kvm'
	out_has 'scripts/kvm-host svm'
	out_has 'This host cannot run guests'
}

test_unknown_option() { refused "$USAGE" '--jsom' doctor --jsom; }
test_output_full() {
	need_kvm
	output=/dev/full
	vmm doctor
	status_is "$REFUSED"
	err_is_one_line
}
