# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The VMM's sandbox: it is entered before the guest runs, and the report after the run still works. What it refuses is in
# evil.sh.

SECCOMP_FILTER=2 # value of the field Seccomp in /proc/PID/status, proc(5)

need_sandbox() {
	case $BUILD in */san) skip 'sanitizers make calls of their own, so there is no sandbox' ;; esac
	need_kvm
}

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
	need_sandbox
	runs_with "$SECCOMP_FILTER"
}

# Checks a field of /proc/PID/status, proc(5), of each thread of $pid; Linux 6.14 or newer has made one for KVM.
threads_have() { # FIELD REGEX
	for task in "/proc/$pid/task/"*; do
		grep -qE "^$1:[[:space:]]*$2\$" "$task/status" || fail "a thread has $(grep "^$1:" "$task/status")"
	done
}

# The state in which the guest runs, as the kernel tells it.
test_privileges() {
	need_sandbox
	start spin --timeout 100
	wait_until grep -q "^Seccomp:[^0-9]*$SECCOMP_FILTER$" "/proc/$pid/status"
	threads_have Seccomp "$SECCOMP_FILTER"
	threads_have NoNewPrivs 1
	for set in CapInh CapPrm CapEff CapAmb; do
		threads_have "$set" '0+'
	done
	grep -qE '^Max core file size +0 +0 ' "/proc/$pid/limits" || fail "$(grep '^Max core' "/proc/$pid/limits")"
	grep -qE '^Max open files +[1-9] ' "/proc/$pid/limits" || fail "$(grep '^Max open files' "/proc/$pid/limits")"
	kill -TERM "$pid"
	finish
	status_is 143
}

# Only what the guest needs is open: the VM, the vCPU, the image, and the standard descriptors.
test_descriptors() {
	need_sandbox
	echo secret >"$T/secret"
	start spin --timeout 100 7<"$T/secret" 8>"$T/written"
	wait_until grep -q "^Seccomp:[^0-9]*$SECCOMP_FILTER$" "/proc/$pid/status"
	for fd in "/proc/$pid/fd/"*; do
		case $fd:$(readlink "$fd") in
		*/[012]:* | *:anon_inode:kvm-vm | *:anon_inode:kvm-vcpu* | *:"$IMAGES/spin.bin") ;;
		*) fail "open is $(readlink "$fd")" ;;
		esac
	done
	kill -TERM "$pid"
	finish
}

# SIGSYS is what the filter sends; if somebody else does, the VMM does not say that it refused anything.
test_signal_is_no_refusal() {
	need_sandbox
	start spin --timeout 100
	wait_until grep -q "^Seccomp:[^0-9]*$SECCOMP_FILTER$" "/proc/$pid/status"
	kill -SYS "$pid"
	finish
	status_is 159
	err_is_empty
}

# In the jail there are no files, and the run, its trace and the report after it are as without.
test_jail() {
	need_sandbox
	vmm --jail --stats --trace="$T/trace" "$IMAGES/triple.bin"
	[ "$status" -ne "$REFUSED" ] || skip "$(head -n 1 "$T/err")"
	status_is "$CRASH"
	case ${RINGSIDE_HOST:-} in svm*) ;; *) err_has 'in start[+]0x' ;; esac
	print_trace "$T/trace"
	start spin --timeout 100 --jail
	wait_until grep -q "^Seccomp:[^0-9]*$SECCOMP_FILTER$" "/proc/$pid/status"
	[ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ] || fail 'the network is the same'
	[ -z "$(ls -A "/proc/$pid/root/")" ] || fail "files in the jail: $(ls -A "/proc/$pid/root/")"
	kill -TERM "$pid"
	finish
	status_is 143
}

# For root some of the kernel's limits and checks do not hold, so a user without root's rights runs a guest too; of these
# one is left, to open /dev/kvm, until the sandbox takes that away.
test_ordinary_user() {
	need_sandbox
	need_root
	need setpriv
	set -- setpriv --reuid 65534 --clear-groups --inh-caps +dac_override --ambient-caps +dac_override
	"$@" true 2>/dev/null || skip 'setpriv cannot give a capability'
	try "$@" "$VMM" --timeout 100 "$GUEST" -a quiet -- null 10
	status_is 0
	"$@" unshare -U true 2>/dev/null || return 0
	try "$@" "$VMM" --timeout 100 --jail "$GUEST" -a quiet -- null 10
	status_is 0
}

# Where the kernel gives no namespaces, the VMM says so and does not run without a jail.
test_jail_refused() {
	need_sandbox
	need_namespace
	unshare -Ur true 2>/dev/null || skip 'cannot make a user namespace'
	try unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_mnt_namespaces && exec "$@"' sh \
		"$VMM" --jail "$IMAGES/end-at-once.bin"
	status_is "$REFUSED"
	err_has '^vmm: --jail: .*namespaces'
	err_is_one_line
}

# A host that refuses a timer is told of when the guest needs one, not before.
test_no_timer() {
	need_sandbox
	need prlimit
	try prlimit --sigpending=0 "$VMM" -q "$IMAGES/end-at-once.bin"
	status_is 0
	try prlimit --sigpending=0 "$VMM" -q --timeout 100 "$IMAGES/spin.bin"
	status_is "$REFUSED"
	err_has 'the host gives no timer'
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
