# shellcheck shell=sh disable=SC2154,SC2034,SC2016
# SPDX-License-Identifier: MIT
# A VMM that a guest has taken over: each deed of tests/evil/evil_deeds.h must end as its row says, in the sandbox and, so
# that a deed is known to be one, without it.

EVIL_VMM=$BUILD/evil/vmm
BAD_CALL=159 # 128 + SIGSYS
DONE=40 FAILED=41 # tests/evil/evil.c

need_evil() {
	case $BUILD in */san) skip 'sanitizers make calls of their own, so there is no sandbox' ;; esac
	need_kvm
	[ -x "$EVIL_VMM" ] || skip 'no build/evil/vmm: make evil'
}

# Does a deed while descriptor 9 is open for reading and writing. Standard input is no file, so there is a thread for it.
deed() { # NAME OPTION...
	name=$1 input=/dev/zero
	shift
	printf x >"$T/inherited"
	EVIL=$name try "$EVIL_VMM" -q "$@" "$IMAGES/end-at-once.bin" 9<>"$T/inherited"
}

# Returns whether the deed that was done last ended like this.
ended() { # ENDING
	case $1 in
	any) [ "$status" -ne 0 ] ;;
	done) [ "$status" -eq "$DONE" ] ;;
	refused)
		[ "$status" -eq "$BAD_CALL" ] ||
			{ [ "$status" -eq "$REFUSED" ] && grep -q 'the sandbox refused system call' "$T/err"; }
		;;
	killed) [ "$status" -eq "$BAD_CALL" ] ;;
	*) [ "$status" -eq "$FAILED" ] && grep -q ": $1\$" "$T/err" ;;
	esac
}

# Does all deeds of the table; the ending in the sandbox is the first, the other one the second.
walk() { # 1|2 OPTION...
	which=$1
	shift
	deeds=0 wrong=
	EVIL=list "$EVIL_VMM" >"$T/table" || fail "no table: status $?"
	while read -r name first second what; do
		[ "$which" -eq 1 ] && ending=$first || ending=$second
		deeds=$((deeds + 1))
		deed "$name" "$@"
		ended "$ending" && continue
		wrong="$wrong $name"
		echo "$name, $what: status $status instead of '$ending': $(head -n 1 "$T/err")"
	done <"$T/table"
	is_least "$deeds" 70 deeds
	[ -z "$wrong" ] || fail "wrong endings:$wrong"
}

test_deeds() {
	need_evil
	walk 1
}

# The same deeds without the sandbox: if one of them cannot be done there, its refusal shows nothing.
test_deeds_without_sandbox() {
	need_evil
	walk 2 --no-sandbox
}

# A run with another list: with a trace file, counting and statistics more is allowed, but none of the deeds.
test_deeds_of_other_runs() {
	need_evil
	for name in kvm_slot kvm_vcpu make_thread_raw make_timer duplicate open_file; do
		deed "$name" --trace="$T/trace" --stats --irqchip=kernel
		case $(head -n 1 "$T/err") in *"no --irqchip=kernel"*) skip 'this host has no --irqchip=kernel' ;; esac
		ended refused || fail "$name: status $status: $(head -n 1 "$T/err")"
	done
}

# At a terminal: `script` gives the VMM one, as standard input, output and error, and descriptor 9 is it too.
at_terminal() { # NAME
	EVIL=$1 EVIL_VMM=$EVIL_VMM IMAGE=$IMAGES/end-at-once.bin script -qec \
		'before=$(stty -g); "$EVIL_VMM" -q "$IMAGE" 9<>/dev/tty; status=$?; [ "$(stty -g)" = "$before" ] || echo changed; exit $status' \
		/dev/null </dev/null >"$T/out" 2>"$T/err"
	status=$?
}

test_terminal() {
	need_evil
	need script
	for name in type inherited_type take_terminal open_file open_raw; do
		at_terminal "$name"
		status_is "$REFUSED"
		out_has 'the sandbox refused system call'
		! grep -q '^changed' "$T/out" || fail "$name: the terminal has other modes than before"
	done
}
