# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The transitions of a run without a timer are the same on every host, whatever KVM is underneath: their kinds
# and their order, not their times. tests/system/golden/NAME is what each scenario must give.
#   UPDATE_GOLDEN=1 tests/system/run golden    writes what this host gives: look at the difference before committing it

# One line a transition: the process, the event, and which system call or exception.
transitions() { # FILE
	"$VMM" trace print "$1" >"$T/printed" || fail "the trace cannot be printed"
	awk '$1 ~ /^[0-9]+[.][0-9]+$/ {
		what = ""
		if ($4 == "arguments") next
		if ($4 == "syscall" || $4 == "result") { what = " " $5; sub(/[(].*/, "", what) }
		if ($4 == "exception") what = " " $5
		print $3, $4 what
	}' "$T/printed"
}

scenario() { # NAME INIT-ARGUMENT...
	name=$1
	shift
	guest -q --trace="$T/trace" -a 'protocol=limited quiet' -- "$@"
	transitions "$T/trace" >"$T/transitions"
	[ -z "${UPDATE_GOLDEN:-}" ] || cp "$T/transitions" "$here/golden/$name"
	diff "$here/golden/$name" "$T/transitions" >"$T/difference" ||
		fail "other transitions than golden/$name: $(head -n 5 "$T/difference" | tr '\n' '|')"
}

test_fork_exit_wait() {
	scenario fork-exit-wait forkbench 2
}

test_illegal_operation() {
	scenario illegal-operation rogue cli
}

test_yield() {
	scenario yield yield 5
}
