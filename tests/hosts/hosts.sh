# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of the emulated hosts of scripts/kvm-host.

host_svm_streams_and_returns() {
	# shellcheck disable=SC2016 # expanded on the emulated host
	try scripts/kvm-host -o "$temporary/svm" svm -- sh -c 'echo to stdout; echo to stderr >&2; mkdir $OUT/a
		seq 20000 >$OUT/a/numbers; pwd; exit 7'
	status_is 7
	err_has '^host svm: kvm_amd, AuthenticAMD, nested paging on, Linux'
	err_has '^to stderr$'
	printf 'to stdout\n%s\n' "$root" | cmp -s - "$out" || fails 'stdout is not what was written'
	seq 20000 | cmp -s - "$temporary/svm/a/numbers" || fails 'the output folder is not what was written'
	[ -z "$(find "$HOSTS_CACHE" -maxdepth 1 -name 'run.*' -newer "$out")" ] || fails 'a folder was left behind'
}

host_svm_names_missing_command() {
	try scripts/kvm-host svm -- nonesuch
	status_is 127
	one_line
}

host_svm_keeps_what_did_not_change() {
	try scripts/kvm-host svm -- true
	status_is 0
	before=$(ls -i "$HOSTS_CACHE"/*.cpio-*)
	try scripts/kvm-host svm -- false
	status_is 1
	[ "$before" = "$(ls -i "$HOSTS_CACHE"/*.cpio-*)" ] || fails 'an archive was made again'
}

# The command loops, because sleeping takes no time: the emulator skips idle time.
host_svm_bounds_time() {
	TIMEOUT=6 try scripts/kvm-host svm -- sh -c 'while :; do :; done'
	status_is 206
	err_has 'did not end within 6 s'
	TIMEOUT=1 try scripts/kvm-host svm -- sh -c 'while :; do :; done'
	status_is 206
	err_has 'did not come up within 1 s'
}

host_svm_ends_with_its_caller() {
	TIMEOUT=47 try timeout -s INT 3 scripts/kvm-host svm -- sh -c 'while :; do :; done'
	sleep 0.2
	! pgrep -f 'timeout -k 5 47' >/dev/null || fails 'an emulator is still running'
}

emulated_host_proves_itself() { # HOST WORDS
	try scripts/kvm-host "$1" -- true
	status_is 0
	err_has "^host $1: $2, Linux"
}
host_svm_nonpt_proves_itself() { emulated_host_proves_itself svm-nonpt 'kvm_amd, AuthenticAMD, nested paging off'; }
host_vmx_proves_itself() {
	emulated_host_proves_itself vmx 'kvm_intel, GenuineIntel, nested paging on, unrestricted guest on'
}
host_vmx_noept_proves_itself() {
	emulated_host_proves_itself vmx-noept 'kvm_intel, GenuineIntel, nested paging off, unrestricted guest off'
}
host_vmx_nourg_proves_itself() {
	emulated_host_proves_itself vmx-nourg 'kvm_intel, GenuineIntel, nested paging on, unrestricted guest off'
}

host_tcg_runs_an_image() {
	try scripts/kvm-host tcg -- "$BUILD/vmm" -q -a 42 "$(image debugexit)"
	status_is 42
}
