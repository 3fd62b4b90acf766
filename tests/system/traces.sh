# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The exit log: complete, the same in every format, and readable however the run ended.

rounds=100

count_is() { # REASON NUMBER
	[ "$(count "$1")" -eq "$2" ] || fail "$(count "$1") exits for $1 instead of $2"
}

test_every_exit_is_recorded() {
	run exits -a "$rounds" --trace="$T/trace"
	status_is 0
	print_trace "$T/trace"
	count_is IO $((2 * rounds + 1))
	count_is MMIO $((2 * rounds))
}

test_many_exits_are_recorded() {
	many=$(amount 50000 5000)
	run bench-pio -a "$many" --trace="$T/trace"
	status_is 0
	print_trace "$T/trace"
	count_is IO $((many + 1))
}

# Writes every system call of the VMM to $T/calls.
run_under_strace() { # IMAGE ARGUMENT...
	need_kvm
	need strace
	image=$1
	shift
	# LeakSanitizer, if the VMM is built with it, does not work under strace.
	try env ASAN_OPTIONS=detect_leaks=0 strace -f -o "$T/calls" "$VMM" "$IMAGES/$image.bin" "$@"
	grep -q KVM_RUN "$T/calls" || skip "strace sees no KVM_RUN: $(head -n 1 "$T/err")"
	status_is 0
}

test_as_many_records_as_calls_of_kvm_run() {
	run_under_strace pit-spin -a '1000 200' --trace="$T/trace" --timeout 100
	print_trace "$T/trace"
	calls=$(grep -c 'ioctl(.*KVM_RUN' "$T/calls")
	records=$(grep -cE '^ *[0-9]+ ' "$T/text")
	[ "$calls" -eq "$records" ] || fail "$records records of $calls calls of KVM_RUN"
}

test_one_system_call_an_exit() {
	run_under_strace exits -a 40 --trace="$T/trace" # few enough for the trace file's first piece, which the calls make larger
	others=$(sed -n '/KVM_RUN/,$p' "$T/calls" | awk '/KVM_RUN/ { n += held; held = 0; next } { held++ } END { print n + 0 }')
	is_most "$others" 0 'system calls between calls of KVM_RUN'
}

test_stat_counts_the_same() {
	run exits -a "$rounds" --trace="$T/trace"
	"$VMM" trace stat "$T/trace" >"$T/stat" 2>&1 || fail "trace stat: status $?"
	grep -qE "(^| )IO +$((2 * rounds + 1)) " "$T/stat" || fail "IO is not $((2 * rounds + 1)) in: $(cat "$T/stat")"
	grep -qE "(^| )MMIO +$((2 * rounds)) " "$T/stat" || fail "MMIO is not $((2 * rounds)) in: $(cat "$T/stat")"
}

# Prints a trace without the column of VMM time: printing the trace live changes this time.
without_vmm_time() { # FILE
	sed 's/^\([ 0-9][ .0-9]\{28\}\).\{9\}/\1/' "$1"
}

test_text_on_stderr_is_what_print_prints() {
	run exits -a 20 -q --trace --trace="$T/trace"
	status_is 0
	print_trace "$T/trace"
	without_vmm_time "$T/err" >"$T/err.masked"
	without_vmm_time "$T/text" >"$T/text.masked"
	same_file "$T/err.masked" "$T/text.masked"
	is_least "$(wc -l <"$T/text")" 81 'lines'
}

test_text_names_ports_and_values() {
	run poweroff -a 42 -q --trace
	status_is 42
	err_has 'IO .*0x510.*0x2a'
}

test_accesses_to_nothing_are_marked() {
	run exits -a 1 -q --trace
	err_has '0x700.*(unclaimed|no device|nobody)'
	err_has '0xd0000000.*(unclaimed|no device|nobody)'
}

test_interrupt_window_is_recorded() {
	run window -q --trace --timeout 100
	status_is 0
	err_has 'IRQ_WINDOW_OPEN'
}

test_injected_vector_is_recorded() {
	run pit -a '100 3' -q --trace --timeout 100
	status_is 0
	err_has 'HLT .*inject 0x20'
}

# ---- ends ----

# Returns whether the trace that is being written has MANY exits for REASON.
has_exits() { # MANY REASON
	"$VMM" trace print "$T/trace" >"$T/text" 2>/dev/null && [ "$(count "$2")" -ge "$1" ]
}

test_killed_at_any_moment() {
	for delay in 0 0.1 0.3; do
		start bench-pio -a 0 --trace="$T/trace"
		wait_until has_exits 100 IO
		sleep "$delay"
		kill -KILL "$pid"
		finish
		print_trace "$T/trace"
		is_least "$(count IO)" 100 'records before SIGKILL'
	done
}

stopped_by() { # SIGNAL STATUS
	start pit-spin -a '100 100000' --trace="$T/trace"
	wait_until has_exits 5 INTR
	kill -s "$1" "$pid"
	finish
	status_is "$2"
	print_trace "$T/trace"
	[ ! -s "$T/text.err" ] || fail "the trace is not complete: $(cat "$T/text.err")"
	is_least "$(count INTR)" 5 'ticks'
}

test_stopped_by_sigterm() { stopped_by TERM 143; }
test_stopped_by_sigint() { interruptible && stopped_by INT 130; }

sleeps() {
	read -r _ _ state _ <"/proc/$pid/stat" && [ "$state" = S ]
}

test_stopped_while_halted() {
	start hlt-forever --trace="$T/trace"
	wait_until sleeps
	kill -s TERM "$pid"
	finish
	status_is 143
	print_trace "$T/trace"
	count_is HLT 1
}

test_disk_full() {
	need_kvm
	need_namespace
	mkdir "$T/disk"
	# shellcheck disable=SC2016 # expanded by the inner shell
	unshare -m sh -c '
		mount -t tmpfs -o size="$4" none "$1/disk" || exit 99
		"$2" "$3" -a "$5" --trace="$1/disk/trace" >"$1/out" 2>"$1/err"
		echo $? >"$1/status"
		"$2" trace print "$1/disk/trace" >"$1/text" 2>"$1/text.err"
		echo $? >"$1/print.status"
	' - "$T" "$VMM" "$IMAGES/bench-pio.bin" "$(amount 1m 128k)" "$(amount 100000 6000)" ||
		fail "the disk could not be made"
	status=$(cat "$T/status")
	status_is "$LOST"
	err_has "$T/disk/trace"
	[ "$(cat "$T/print.status")" -eq 0 ] || fail "trace print: $(cat "$T/text.err")"
	is_least "$(count IO)" "$(amount 10000 1000)" 'records before the disk was full'
}

test_crash_trace_is_complete() {
	run triple --trace="$T/trace"
	status_is "$CRASH"
	print_trace "$T/trace"
	is_least "$(grep -cE 'SHUTDOWN|INTERNAL_ERROR' "$T/text")" 1 'crash records'
}

# ---- files that are not traces ----

bad_trace() { # REGEX
	refused "$REFUSED" "$1" trace print "$T/bad"
}

test_trace_missing() { bad_trace 'No such file'; }
test_trace_empty() { : >"$T/bad"; bad_trace "$T/bad"; }
test_trace_of_something_else() { cp "$IMAGES/spin.bin" "$T/bad"; bad_trace "$T/bad"; }

test_trace_cut_in_the_middle() {
	run exits -a "$rounds" --trace="$T/trace"
	size=$(wc -c <"$T/trace")
	head -c $((size - 4800 - 7)) "$T/trace" >"$T/bad"
	vmm trace print "$T/bad"
	is_least "$(wc -l <"$T/out")" "$rounds" 'lines'
}

# ---- tools ----

test_count_ring0() {
	run exits -a 10 -q --count-ring0
	status_is 0
	err_has '[0-9]+.*instructions'
}

# The terminal's settings are the same before and after a run.
test_terminal_is_restored() {
	need_kvm
	need script
	cat >"$T/inside" <<-END
		stty -g >"$T/before"
		"$VMM" "$IMAGES/echo.bin" --timeout 0.5 >"$T/out" 2>"$T/err"
		stty -g >"$T/after"
	END
	script -qec "sh $T/inside" /dev/null >/dev/null 2>&1 </dev/null || skip "no pseudo-terminal here"
	[ -s "$T/before" ] || skip "no pseudo-terminal here"
	same_file "$T/before" "$T/after"
}
