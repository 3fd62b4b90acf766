# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# vmm trace explain: an exit by its number, records by a filter, and one of each kind.

explained() { # ARGUMENT...: explains $T/trace to $T/text
	"$VMM" trace explain "$T/trace" "$@" >"$T/text" 2>"$T/err" || fail "explain $*: $(cat "$T/err")"
}

says() { # EXTENDED-EXPRESSION
	grep -qE "$1" "$T/text" || fail "no '$1' in: $(cat "$T/text")"
}

test_exits_and_transitions_are_explained() {
	guest --timeout 100 -q --trace="$T/trace" -a quiet -- echo hello
	status_is 0
	explained 1
	says '^ +1 .* IO '
	says '^  Why +An IN or OUT instruction was executed'
	says '^  Read .*KVM_EXIT_IO'
	explained 'kind==syscall && name==exit_group'
	says 'asks the kernel for exit_group\(\)'
	says '^  Book +Move to kernel mode'
	explained
	for kind in IO create return syscall result exit; do
		says "  $kind " || return
	done
	vmm trace explain "$T/trace" 'kind==syscall' -n 2
	[ "$(grep -c '^  Why' "$T/out")" -eq 2 ] || fail "not two: $(cat "$T/out")"
}
