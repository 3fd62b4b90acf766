# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The other ends of the VMM's standard descriptors: readers that do not read or have gone, input of every kind, and
# signals that the parent process had ignored.

# Makes a pipe, $T/pipe, in which nobody reads. Descriptor 9 keeps it open.
make_pipe() {
	mkfifo "$T/pipe" && exec 9<>"$T/pipe"
}

# The same, and fills it. A pipe holds 64 KiB, or less for a user who has many.
full_pipe() {
	make_pipe
	timeout 2 dd if=/dev/zero of="$T/pipe" bs=4096 count=16 2>/dev/null
}

has_ended() {
	! kill -0 "$pid" 2>/dev/null
}

# Runs a command in the background as $pid, with its output to the pipe in which nobody reads; into_pipe 2 means stderr.
into_pipe() { # DESCRIPTOR COMMAND...
	need_kvm
	descriptor=$1
	shift
	if [ "$descriptor" = 2 ]; then
		"$@" </dev/null >"$T/out" 2>"$T/pipe" 9>&- &
	else
		"$@" </dev/null >"$T/pipe" 2>"$T/err" 9>&- &
	fi
	pid=$!
}

# Waits for the end of $pid, which must come though the pipe is full.
ends_with() { # STATUS
	wait_until has_ended
	finish
	status_is "$1"
}

# ---- readers that do not read ----

test_console_that_nobody_reads() {
	full_pipe
	into_pipe 1 "$VMM" "$IMAGES/bench-serial.bin" -a 0 --timeout 1
	ends_with "$TIMEOUT"
	err_has 'bytes of console output lost: stdout: nobody reads it'
	into_pipe 1 "$VMM" "$IMAGES/bench-serial.bin" -a 0 --timeout 100
	sleep "$(amount 0.5 3)"
	kill -TERM "$pid"
	ends_with 143
	err_has 'stopped by SIGTERM'
}

test_live_trace_that_nobody_reads() {
	full_pipe
	into_pipe 2 "$VMM" "$IMAGES/bench-pio.bin" -a 0 --trace --timeout 1
	ends_with "$TIMEOUT"
	into_pipe 2 "$VMM" "$IMAGES/bench-pio.bin" -a 0 --trace --timeout 100
	sleep "$(amount 0.5 3)"
	kill -TERM "$pid"
	ends_with 143
}

# Both are one pipe, as with 2>&1 | less.
test_everything_that_nobody_reads() {
	full_pipe
	need_kvm
	for signal in HUP TERM; do
		"$VMM" "$GUEST" --trace --timeout 100 -- spin </dev/null >"$T/pipe" 2>&1 9>&- &
		pid=$!
		sleep "$(amount 0.5 3)"
		kill -$signal "$pid"
		case $signal in HUP) ends_with 129 ;; TERM) ends_with 143 ;; esac
	done
}

# The guest has ended, and its reports do not fit: they wait for the reader, until a signal comes.
test_reports_that_nobody_reads() {
	full_pipe
	into_pipe 2 "$VMM" "$IMAGES/triple.bin" --timeout 100
	sleep "$(amount 0.5 3)"
	! has_ended || fail 'it did not wait for the reader'
	kill -TERM "$pid"
	ends_with "$CRASH"
	into_pipe 2 "$VMM" "$IMAGES/poweroff.bin" -a 7 --stats --timeout 1
	ends_with 7
}

# A reader that reads later gets everything.
test_reader_that_is_late() {
	need_kvm
	"$VMM" "$IMAGES/bench-serial.bin" -a 1400 -q </dev/null 2>"$T/err" | { sleep 0.5 && wc -c >"$T/out"; }
	[ "$(tr -d ' ' <"$T/out")" = 70000 ] || fail "$(cat "$T/out") bytes instead of 70000"
	err_is_empty
}

# The same open file description is used by others, so it must not be made non-blocking.
test_descriptors_stay_blocking() {
	need_kvm
	need python3
	make_pipe
	"$VMM" "$IMAGES/serial.bin" -q --timeout 0.3 <&9 >&9 2>&9
	python3 -c 'import os, sys; sys.exit(not os.get_blocking(9))' || fail 'the pipe does not block any more'
}

# ---- readers that have gone ----

test_console_without_a_reader() {
	need_kvm
	{ "$VMM" "$IMAGES/bench-serial.bin" -a 100 --timeout 100 </dev/null 2>"$T/err"; echo $? >"$T/status"; } | head -n 1 >"$T/out"
	[ "$(cat "$T/status")" -eq "$LOST" ] || fail "status $(cat "$T/status")"
	err_has 'bytes of console output lost: stdout: Broken pipe'
	err_has 'status 121'
}

test_live_trace_without_a_reader() {
	need_kvm
	{ "$VMM" "$IMAGES/exits.bin" -a 3000 --trace --timeout 100 2>&1 </dev/null >"$T/out"; echo $? >"$T/status"; } | head -n 1 >"$T/err"
	[ "$(cat "$T/status")" -eq "$LOST" ] || fail "status $(cat "$T/status")"
}

test_tools_without_a_reader() {
	guest -q -a quiet --trace="$T/trace" -- forktest
	for tool in print stat check protocol 'export --to csv' 'export --to perfetto' 'report -o -'; do
		# shellcheck disable=SC2086 # words
		{ "$VMM" trace $tool "$T/trace" 2>"$T/err"; echo $? >"$T/status"; } | true
		[ "$(cat "$T/status")" -eq 0 ] || fail "$tool: status $(cat "$T/status")"
		err_is_empty
	done
	{ "$VMM" doctor 2>"$T/err"; echo $? >"$T/status"; } | true
	[ "$(cat "$T/status")" -eq 0 ] || fail "doctor: status $(cat "$T/status")"
	err_is_empty
}

# ---- signals ----

# At whatever moment interrupts come, the doctor ends by them.
test_interrupted_doctor() {
	need_kvm
	interruptible
	for round in 0 1 2 3 4 5 6 7 8 9; do
		"$VMM" doctor >"$T/out" 2>"$T/err" &
		pid=$!
		sleep "0.$((round * 4 + 10))" # of which the start takes some
		for signal in 1 2 3 4 5 6 7 8 9; do
			kill -INT "$pid" 2>/dev/null
		done
		finish
		# 0 if it had come to its end before
		case $status in 0 | 130) ;; *) fail "round $round: status $status" ;; esac
	done
}

test_interrupted_doctor_that_nobody_reads() {
	interruptible
	full_pipe
	into_pipe 1 "$VMM" doctor
	sleep 1.5
	kill -INT "$pid"
	ends_with 130
}

# nohup(1), and shells for what they start in the background, have signals ignored; so they stay.
test_ignored_signals_stay_ignored() {
	need_kvm
	for signal in HUP INT QUIT TERM; do
		(
			trap '' $signal
			: >"$T/ready.$signal"
			exec "$VMM" "$IMAGES/spin.bin" --timeout 1 </dev/null >"$T/out" 2>"$T/err"
		) &
		pid=$!
		wait_until test -e "$T/ready.$signal"
		for pause in 1 2 3 4 5; do
			kill -$signal "$pid" 2>/dev/null
			sleep 0.1
		done
		finish
		status_is "$TIMEOUT"
	done
}

# ---- what stands in the console's buffer ----

test_text_without_a_newline_appears() {
	for chip in user split; do
		start prompt --irqchip=$chip --timeout 100 -q
		wait_until test -s "$T/out"
		kill -TERM "$pid"
		finish
		[ "$status" -ne "$REFUSED" ] || continue # no such irqchip here
		status_is 143
		out_is 'name? '
	done
}

# ---- input ----

test_input_of_more_than_2_gib() {
	for size in 3G 4G 5G; do
		printf 'exit 7\n' >"$T/script"
		truncate -s $size "$T/script" 2>/dev/null || skip 'no room for a file with a hole'
		input=$T/script
		guest -q -a quiet --timeout 100 -- sh
		status_is 7
	done
}

test_devices_as_input() {
	for mode in 0 1; do
		input=/dev/zero
		run echo -q -a $mode --timeout 1
		status_is "$TIMEOUT"
		[ "$(head -c 100 "$T/out" | wc -c)" -eq 100 ] || fail 'no bytes of /dev/zero'
	done
	input=/dev/null
	guest -q -a quiet --timeout 100 -- sh
	status_is 0
	input=/proc/version
	guest -q -a quiet --timeout 100 -- cat
	status_is 0
	[ "$(cat /proc/version)" = "$(cat "$T/out")" ] || fail 'not what is in /proc/version'
}

# Of a file or pipe only what the guest takes is read, 16 bytes at a time, so that the next program goes on behind it.
test_input_is_not_read_ahead() {
	need_kvm
	printf 'abcq%0100drest' 0 >"$T/in"
	{
		"$VMM" "$IMAGES/echo.bin" -q --timeout 100 >"$T/first"
		cat >"$T/second"
	} <"$T/in"
	[ "$(cat "$T/first")" = abcq ] || fail "it took: $(cat "$T/first")"
	[ "$(cat "$T/second")" = "$(printf '%088drest' 0)" ] || fail "it left: $(cat "$T/second")"
}

# Two processes read from one pipe: what one has seen, the other may take; then it must not wait for more.
test_input_that_others_take() {
	need_kvm
	make_pipe
	for number in 1 2 3; do
		"$VMM" "$IMAGES/echo.bin" -q --timeout 3 <"$T/pipe" >"$T/out.$number" 2>"$T/err" &
		eval "pid$number=\$!"
	done
	for number in 1 2 3 4 5 6 7 8 9; do
		echo x >&9
		sleep 0.1
	done
	# shellcheck disable=SC2154 # set by eval
	for pid in $pid1 $pid2 $pid3; do
		ends_with "$TIMEOUT"
	done
}
