# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# vmm trace diff: where two runs part, and its statuses, which are those of diff(1).

record_as() { # NAME ARGUMENT...: runs the guest and records $T/NAME
	name=$1
	shift
	guest --timeout 100 -q --trace="$T/$name" "$@"
	status_is 0
}

differences() { # STATUS ARGUMENT...: compares, to $T/text
	wanted=$1
	shift
	"$VMM" trace diff "$@" >"$T/text" 2>"$T/err"
	status=$?
	[ "$status" -eq "$wanted" ] || fail "diff $*: status $status, not $wanted: $(cat "$T/text" "$T/err")"
}

says() { # EXTENDED-EXPRESSION
	grep -qE "$1" "$T/text" || fail "no '$1' in: $(cat "$T/text")"
}

test_a_run_is_identical_with_itself() {
	record_as one -a quiet -- echo hello
	cp "$T/one" "$T/two"
	differences 0 "$T/one" "$T/two"
	[ "$(cat "$T/text")" = identical ] || fail "said: $(cat "$T/text")"
	differences 0 -q --times "$T/one" "$T/two"
}

test_two_protocols() {
	record_as direct -a 'quiet protocol=direct hz=0' -- echo hello
	record_as limited -a 'quiet protocol=limited hz=0' -- echo hello
	differences 1 "$T/direct" "$T/limited"
	says '^command-line +A  .*protocol=direct'
	says 'The first transition in which they part is number [0-9]+'
	says '^> .*(create|trap-table|syscall-handler)'
	says '^service +[1-9][0-9]* +0 '
	says '^call +[1-9][0-9]* +0 .*execute call main'
	says '^return +0 +[1-9][0-9]* .*return-from-trap'
	says '^ +1  init .*parts at number'
	differences 1 -q "$T/direct" "$T/limited"
	[ "$(cat "$T/text")" = different ] || fail "said: $(cat "$T/text")"
}

# What differs is where the interrupts came, and perhaps decisions, but not what a program did.
test_two_policies() {
	record_as rr -a 'quiet hz=1000 sched=rr' -- regtest 3
	record_as lottery -a 'quiet hz=1000 sched=lottery' -- regtest 3
	differences 1 "$T/rr" "$T/lottery"
	says '(decision of the scheduler that differs is number|The scheduler made the same decisions)'
	says '^ +2  regtest +([0-9]+) +\1 +the same'
}

test_what_cannot_be_compared() {
	record_as one -a quiet -- echo hello
	head -c 100 "$T/one" >"$T/cut"
	differences 125 "$T/one" "$T/cut"
	differences 125 "$T/one" "$T/none"
	differences 2 "$T/one"
	mkfifo "$T/pipe"
	differences 125 "$T/one" "$T/pipe"
	grep -q 'no regular file' "$T/err" || fail "said: $(cat "$T/err")"
}

test_compressed_traces_are_compared() {
	record_as one -a quiet -- echo hello
	"$VMM" trace compress "$T/one" 2>"$T/err" || skip "no zstd: $(cat "$T/err")"
	differences 0 "$T/one" "$T/one.zst"
}
