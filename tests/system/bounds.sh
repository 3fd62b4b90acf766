# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# What a guest makes the VMM do has a bound, and what the VMM did not do is told: limits, refusals, lost registers.

note_has() { # REGEX: what a reader says of $T/trace
	"$VMM" trace print "$T/trace" >"$T/text" 2>"$T/note" || fail "trace print: status $?: $(head -n 1 "$T/note")"
	grep -qE -e "$1" "$T/note" || fail "the reader does not say: $1, but: $(head -n 1 "$T/note")"
}

trace_is_sound() {
	"$VMM" trace check "$T/trace" >"$T/check" 2>&1 || fail "trace check: status $?: $(head -n 3 "$T/check")"
}

file_is_most() { # BYTES
	is_most "$(wc -c <"$T/trace")" "$1" 'bytes of trace'
}

# ---- the event ring ----

test_ring_that_is_too_great_is_refused() {
	run bigring -a 17 --trace="$T/trace" --timeout 20
	status_is 0
	err_has 'event ring was refused: a capacity of 131072 records'
	note_has 'lacks events: .* ring that was refused'
}

test_greatest_ring_does_not_outlast_the_timeout() {
	run bigring -a 16 --trace="$T/trace" --trace-limit 4M --timeout 1
	status_is "$TIMEOUT"
	file_is_most 4194304
	trace_is_sound
}

test_ring_that_was_not_asked_for_is_ignored() {
	run bigring -a 16 --timeout 20
	status_is 0
	err_is_one_line
}

test_ring_with_wild_headers() {
	for seed in 1 2 3; do
		run headgames -a $seed --trace --timeout 0.5
		case $status in 0 | "$TIMEOUT") ;; *) fail "status $status" ;; esac
		run headgames -a $seed --trace="$T/trace" --trace-limit 1M --timeout 0.5
		case $status in "$LOST" | "$TIMEOUT") ;; *) fail "status $status" ;; esac
		trace_is_sound
	done
}

test_storm_of_accesses() {
	for seed in 1 2; do
		run devstorm -a $seed --timeout 1
		status_is "$TIMEOUT"
	done
}

# ---- limits ----

test_trace_limit_keeps_the_first() {
	run exits -a 3000 --trace="$T/trace" --trace-limit 100K
	status_is "$LOST"
	err_has 'trace-limit is reached: [0-9]+ records after it'
	file_is_most 102400
	trace_is_sound
	note_has 'its size was limited, and [0-9]+ records after these are missing'
	is_least "$(wc -l <"$T/text")" 1024 'lines'
}

test_trace_limit_keeps_the_last() {
	run exits -a 3000 --trace="$T/trace" --trace-limit 100K,last
	status_is 0
	err_has 'trace-limit: the first [0-9]+ records were dropped'
	file_is_most 102400
	trace_is_sound
	note_has 'its size was limited, and [0-9]+ records before these are missing'
	tail -n 1 "$T/text" | grep -q POWEROFF || fail "the last record is not the last exit"
}

test_trace_limit_that_is_not_reached() {
	for limit in 1M 1M,last; do
		run exits -a 10 --trace="$T/trace" --trace-limit $limit
		status_is 0
		err_is_one_line
		"$VMM" trace print "$T/trace" >"$T/text" 2>"$T/err"
		err_is_empty
	done
}

# A trace that begins in the middle of processes and of system calls is sound, and every tool reads it.
test_trace_that_begins_in_the_middle() {
	for program in forktest fputest; do
		guest -a quiet --trace="$T/trace" --trace-limit 160K,last -- $program
		status_is 0
		trace_is_sound
		note_has 'records before these are missing'
		is_least "$(count return)" 100 'transitions'
	done
	for tool in stat protocol 'export --to csv'; do
		# shellcheck disable=SC2086 # words
		"$VMM" trace $tool "$T/trace" >"$T/out" 2>"$T/err" || fail "trace $tool: status $?"
		err_has 'records before these are missing'
	done
}

test_trace_that_keeps_the_last_survives_a_kill() {
	start bench-pio -a 0 --trace="$T/trace" --trace-limit 200K,last
	wait_until test -s "$T/trace"
	sleep "$(amount 0.5 3)"
	kill -KILL "$pid"
	finish
	note_has 'was not closed'
	is_least "$(count IO)" 1000 'records before SIGKILL'
	trace_is_sound
}

test_trace_limit_is_refused() {
	refused "$USAGE" 'needs --trace=FILE' "$IMAGES/spin.bin" --trace-limit 1M
	refused "$USAGE" 'not a size' "$IMAGES/spin.bin" --trace="$T/trace" --trace-limit 1M,first
	refused "$REFUSED" 'can have that size' "$IMAGES/spin.bin" --trace="$T/trace" --trace-limit 0
	need_kvm
	refused "$REFUSED" 'less than its header' "$IMAGES/spin.bin" --trace="$T/trace" --trace-limit 10K
	[ ! -e "$T/trace" ] || fail 'a file is left'
}

test_console_limit() {
	run string-io --console-limit 10
	status_is "$LOST"
	out_is 'a line of '
	err_has '54 bytes of console output dropped: more than --console-limit'
	run string-io --console-limit 64
	status_is 0
	run poweroff -a 3 --console-limit 0
	status_is 3
	refused "$USAGE" 'not a size' "$IMAGES/spin.bin" --console-limit much
}

# ---- what is told ----

# A write of 16 bits to 0x510 selects an item of QEMU's fw_cfg; it does not power off.
test_fw_cfg_is_not_poweroff() {
	run fwcfg --trace="$T/trace"
	status_is 0
	print_trace "$T/trace"
	[ "$(count IO)" -eq 6 ] || fail "$(count IO) exits instead of 6"
}

# The guest's report names the system calls that it does not have; without a report the VMM does.
test_timeout_names_absent_calls() {
	guest --timeout "$(amount 3 30)" -a quiet -- sh -c 'trycall 41; trycall 41; trycall 509; trycall 56 67840; spin'
	status_is "$TIMEOUT"
	err_has '^vmm: system calls that the guest does not have, but a program tried: socket, clone \(in part\), 509$'
	guest -a quiet -- trycall 41
	status_is 1
	err_is_one_line
}

test_timeout_tells_where_the_guest_is() {
	run spin --timeout 0.3
	status_is "$TIMEOUT"
	err_has '^vmm: timeout; the guest is at RIP 0x1000'
	err_has ' in start'
	err_has ' RIP +0000000000100'
	err_has ' code .*<eb> fe'
	run spin --timeout 0.3 -q
	status_is "$TIMEOUT"
	err_is_empty
}

test_triple_fault_tells_what_is_known() {
	run triple-late --trace="$T/trace"
	status_is "$CRASH"
	if grep -q 'reset the vCPU' "$T/err"; then
		err_has 'at the exit before, RIP was 0000000000100[0-9a-f]+, CR3 00000000000, CPL 0'
		err_has ' in start'
		if grep -q 'CR4' "$T/err"; then fail 'registers of a processor that was reset'; fi
	else
		err_has 'triple-faulted at RIP 0x100|KVM could not go on at RIP 0x100'
	fi
}

test_polling_of_absent_devices_is_told() {
	run polling -a '0 20000' --timeout 60
	status_is 0
	err_has '^vmm: 20000 unclaimed reads, most at port 0x71, real-time clock'
	run polling -a '1 20000' --timeout 60
	status_is 0
	err_has '^vmm: 20000 unclaimed reads, most at 0xfee00300, local APIC: try --irqchip=kernel'
	run polling -a '1 100' --timeout 60
	status_is 0
	err_is_one_line
}

test_changed_tsc_is_told() {
	run tsc --trace="$T/trace"
	[ "$status" -ne 1 ] || skip 'this host ignores writes to the TSC'
	status_is 0
	err_has 'the guest changed its TSC by -[0-9]+'
	note_has 'times are not exact: the guest changed its TSC'
	run end-at-once --trace="$T/trace"
	err_is_one_line
}
