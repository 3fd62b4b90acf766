# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Names in a trace are shown, never executed: terminal escapes, HTML, formulas of spreadsheets, through every reader.

escape=$(printf '\033')

# Records $T/trace and gives three of its programs names of the same length that are an escape sequence, HTML, and a formula.
make_hostile_trace() {
	guest --timeout 100 -q --trace="$T/sound" -- quick
	status_is 0
	LC_ALL=C sed "s/sieve/${escape}[31m/g; s/queens/<b>x<>/g; s/chatty/=1+1+1/g" "$T/sound" >"$T/trace"
	[ "$(wc -c <"$T/trace")" -eq "$(wc -c <"$T/sound")" ] || skip 'this sed cannot change binary files'
	LC_ALL=C grep -q "$escape\[31m" "$T/trace" || fail 'the names are not in the trace'
}

# Runs a reader to $T/shown and looks for escapes, and for what else must not be there.
shows_safely() { # EXPRESSION-THAT-MUST-NOT-BE-THERE ARGUMENT...
	forbidden=$1
	shift
	"$VMM" trace "$@" >"$T/shown" 2>&1
	[ -s "$T/shown" ] || fail "trace $*: nothing"
	! LC_ALL=C grep -q "$escape" "$T/shown" || fail "trace $*: an escape sequence gets through"
	! LC_ALL=C grep -qE "$forbidden" "$T/shown" ||
		fail "trace $*: $(LC_ALL=C grep -E "$forbidden" "$T/shown" | cut -c 1-200 | head -n 1)"
}

test_names_are_never_executed() {
	make_hostile_trace
	none='^never$'
	for words in print stat 'stat --json' 'stat -c' 'flame -o -' 'flame --folded' protocol 'protocol --json' check explain; do
		# shellcheck disable=SC2086 # several words
		shows_safely "$none" $words "$T/trace"
	done
	shows_safely "$none" diff "$T/sound" "$T/trace"
	for format in ftrace chrome; do
		shows_safely "$none" export --to "$format" "$T/trace"
	done
	formula='(^|,)"?[=+@]1'
	shows_safely "$formula" export --to csv "$T/trace"
	shows_safely "$formula" stat --csv "$T/trace"
	shows_safely '<b>x' report -o - "$T/trace"
	"$VMM" trace stat "$T/trace" | grep -q '=1+1+1' || fail 'the names are not shown at all'
}
