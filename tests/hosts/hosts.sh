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

# The command loops, because sleeping takes no time: the emulator skips idle time. The bound is enough for booting, however
# busy this machine is.
host_svm_bounds_time() {
	started=$(date +%s)
	try scripts/kvm-host svm -- true
	bound=$((2 * ($(date +%s) - started) + 3))
	TIMEOUT=$bound try scripts/kvm-host svm -- sh -c 'while :; do :; done'
	status_is 206
	err_has "did not end within $bound s"
	# With that much memory a host is not saved: it boots.
	TIMEOUT=1 MEMORY=2900 try scripts/kvm-host svm -- sh -c 'while :; do :; done'
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

# The host of a machine that is no x86-64 is the same: programs, their libraries, kernel and busybox are x86-64. Only the
# emulator is that machine's own.
host_svm_is_the_same_on_another_machine() {
	command -v x86_64-linux-gnu-readelf >/dev/null || skip 'needs binutils for x86_64-linux-gnu'
	command -v dpkg-deb >/dev/null || skip 'needs apt'
	machine_that_says uname aarch64
	# What only a machine's own programs could do.
	for tool in ldd strip busybox; do echo 'exit 126' | script_in "$temporary/says" $tool; done
	PATH=$temporary/says:$PATH try scripts/kvm-host svm -- "$BUILD/vmm-symbolizer" --help
	rm -r "$temporary/says"
	status_is 0
	err_has '^host svm: kvm_amd'
	out_has '^Usage: '
}

host_tcg_runs_an_image() {
	try scripts/kvm-host tcg -- "$BUILD/vmm" -q -a 42 "$(image debugexit)"
	status_is 42
}

# Writes lines to stdout and stderr in turns, each in two pieces.
# shellcheck disable=SC2016 # expanded by the shell that runs it
turns='for number in 1 2 3 4 5 6 7 8 9; do
	printf "a line of std"
	echo "out, number $number"
	printf "a line of std" >&2
	echo "err, number $number" >&2
done'

# In one file the lines stand in the order in which they were written, as on any machine.
host_svm_keeps_the_order_of_lines() {
	sh -c "$turns" >"$temporary/wanted" 2>&1
	scripts/kvm-host svm -- sh -c "$turns" </dev/null >"$out" 2>&1 || fails "status $?"
	sed 1d "$out" | cmp -s "$temporary/wanted" - || fails "mixed: $(tr '\n' '/' <"$out")"
}

# Where two pipes meet again, no line is in pieces.
host_svm_keeps_lines_whole() {
	: >"$out"
	{ { scripts/kvm-host svm -- sh -c "$turns" </dev/null | cat >&3; } 2>&1 | cat >&3; } 3>>"$out"
	for stream in stdout stderr; do
		[ "$(grep -c "^a line of $stream, number [1-9]\$" "$out")" = 9 ] || fails "mixed: $(tr '\n' '/' <"$out")"
	done
}

host_svm_shows_on_a_terminal_that_it_boots() {
	command -v script >/dev/null || skip 'needs script'
	TERM=xterm script -qec 'scripts/kvm-host svm -- echo there' /dev/null </dev/null >"$out" 2>&1 || fails "status $?"
	out_has 'svm is booting, 0 s'
	# The progress is wiped out before the first line.
	tr -d '\r' <"$out" | grep -q "$(printf '\033')\[Khost svm: kvm_amd" || fails "$(cat -v "$out")"
	tail -n 1 "$out" | grep -q '^there' || fails "$(cat -v "$out")"
}
