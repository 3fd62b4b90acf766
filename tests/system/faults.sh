# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# A host that fails while the guest runs, or while a tool reads: the run goes on as far as it can, and says what is lost.

# Starts the guest's cat with its input from a pipe, which is open as descriptor 3, and waits until it has echoed a line.
start_cat() {
	need_kvm
	mkfifo "$T/typed"
	"$VMM" "$GUEST" -q --timeout 100 --trace="$T/trace" -a quiet -- cat <"$T/typed" >"$T/out" 2>"$T/err" &
	pid=$!
	exec 3>"$T/typed"
	echo 'first line' >&3
	wait_until grep -q 'first line' "$T/out"
}

# Has it echo more lines than a chunk of the trace has records for, and end.
end_cat() {
	line=0
	while [ "$line" -lt 100 ]; do
		line=$((line + 1))
		echo "line $line" >&3
	done
	exec 3>&-
	finish
	status_is "$LOST"
	[ "$(grep -c '^line' "$T/out")" -eq 100 ] || fail "the guest's output is not complete: $(grep -c '^line' "$T/out") lines"
	err_has "^vmm: $T/trace: cut short, or its disk failed, while it was recorded: [0-9]+ records are not in the trace"
	err_is_one_line
}

test_trace_emptied_while_it_is_recorded() {
	start_cat
	: >"$T/trace"
	end_cat
	[ ! -s "$T/trace" ] || fail 'the trace has something again'
	refused "$REFUSED" 'empty' trace check "$T/trace"
}

test_trace_cut_while_it_is_recorded() {
	start_cat
	header=$(od -A n -t u4 -j 12 -N 4 "$T/trace")
	dd if=/dev/null of="$T/trace" bs=1 seek=$((header + 4800)) 2>/dev/null
	end_cat
	vmm trace check "$T/trace"
	err_has 'is not complete'
	# shellcheck disable=SC2046 # two numbers
	set -- $(sed 's/.*: \([0-9]*\) exits, \([0-9]*\) events:.*/\1 \2/' "$T/out")
	[ $(($1 + $2)) -eq 100 ] || fail "$1 exits and $2 events instead of 100 records"
}

# Where the file system cannot take out what is not kept of a trace, the last records are moved down at the end of a run.
# A VMM that is killed meanwhile leaves none of them twice.
test_killed_while_the_last_records_are_moved() {
	need_kvm
	need strace
	is_emulated && skip 'strace is too slow on an emulated host'
	case $BUILD in */san) skip 'LeakSanitizer does not work under strace' ;; esac
	[ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] || skip 'no tmpfs in /dev/shm'
	file=/dev/shm/ringside-test-$$
	trap 'rm -f "$file"' EXIT
	killed=0
	for number in 5 6 7 8; do
		try strace -f -o "$T/calls" -e trace=pwrite64 -e "inject=pwrite64:signal=KILL:when=$number" \
			"$VMM" --no-sandbox -q --trace="$file" --trace-limit=600K,last "$GUEST" -a quiet -- null 4300
		[ "$status" -ne 137 ] || killed=$((killed + 1))
		vmm trace check "$file"
		status_is 0
		out_has '[1-9][0-9]* events: .* 0 contradictions'
	done
	is_least "$killed" 4 kills
}

# Runs the image echo in a terminal, which is typed into by descriptor 3, and waits until it has taken the terminal.
start_at_terminal() {
	need_kvm
	need script
	mkfifo "$T/keys"
	cat >"$T/inside" <<-END
		tty >"$T/tty"
		stty -g >"$T/before"
		sh -c 'echo \$\$ >"$T/pid"; exec "$VMM" "$IMAGES/echo.bin" -q --timeout 100 --trace="$T/trace"' 2>"$T/err"
		echo \$? >"$T/status"
		stty -g >"$T/after"
	END
	script -qec "sh $T/inside" /dev/null <"$T/keys" >"$T/out" 2>&1 &
	pid=$!
	exec 3>"$T/keys"
	wait_until is_raw
}

is_raw() {
	[ -s "$T/pid" ] && stty -a -F "$(cat "$T/tty")" 2>/dev/null | grep -q -e -icanon
}

# Waits for the end, which must have this status and the terminal as it was.
ends_at_terminal() { # STATUS
	wait "$pid"
	exec 3>&-
	status=$(cat "$T/status")
	status_is "$1"
	same_file "$T/before" "$T/after"
}

test_trace_emptied_with_a_terminal() {
	start_at_terminal
	: >"$T/trace"
	printf 'abcq' >&3
	ends_at_terminal "$LOST"
	err_has "cut short"
}

# SIGBUS for another reason than the trace ends the run as it always did.
test_sigbus_of_another_process() {
	case $BUILD in */san) skip 'sanitizers end the process in their own way' ;; esac
	start_at_terminal
	kill -BUS "$(cat "$T/pid")"
	ends_at_terminal 135
}

# The file's disk may also be full for a new run: the older trace stays as long as nothing has begun.
test_limit_of_file_sizes_keeps_the_old_trace() {
	need_kvm
	run exits -a 20 -q --trace="$T/trace"
	status_is 0
	cp "$T/trace" "$T/before"
	# shellcheck disable=SC3045 # every shell that the tests run in has it
	(ulimit -f 16 && exec "$VMM" "$IMAGES/exits.bin" -a 20 --trace="$T/trace") >"$T/out" 2>"$T/err"
	status=$?
	status_is "$REFUSED"
	err_has 'File too large'
	err_is_one_line
	same_file "$T/before" "$T/trace"
}

# Each system call fails once in turn: the short form of `make fault`.
test_calls_that_fail() {
	need_kvm
	need strace
	case $BUILD in */san) skip 'sanitizers make calls of their own, which may not fail' ;; esac
	is_emulated && skip 'strace is too slow on an emulated host'
	sh "$here/../../scripts/fault" -s >"$T/out" 2>"$T/err" || fail "$(grep -m 1 FAIL "$T/out" || tail -n 1 "$T/out")"
	case $(cat "$T/out") in SKIP*) skip "$(cat "$T/out")" ;; esac
	out_has '^faults: [0-9]+ runs with one failed call each, 0 wrong$'
}
