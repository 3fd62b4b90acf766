# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# The guest kernel and its programs: build/guest.bin.

limit='--timeout 100'

# shellcheck disable=SC2086 # $limit is two words
scenario() { # ARGUMENT...
	guest $limit "$@"
}

# `quick`, because the full demonstration takes minutes on an emulated host.
test_demonstration() {
	scenario -- quick
	status_is 0
	out_has 'killed|SIG[A-Z]+'
	out_has 'ticks'
	out_has 'switches'
}

test_demonstration_interleaves() {
	scenario --trace="$T/trace" -a hz=500 -- quick
	status_is 0
	print_trace "$T/trace"
	is_least "$(count INTR IRQ_WINDOW_OPEN)" 5 'ticks seen by the VMM'
	is_least "$(count interrupt)" 5 'timer interrupts in the guest'
	is_least "$(count syscall)" 10 'system calls'
}

test_no_timer() { scenario -a hz=0 -- args; status_is 0; }
test_timer_at_1_khz() { scenario -a hz=1000 -- quick; status_is 0; }
test_little_memory() { scenario -m 16M -- quick; status_is 0; }
test_much_memory() { scenario -m 5G -- quick; status_is 0; }
test_quiet() { scenario -q -a quiet -- null; status_is 0; err_is_empty; }
test_print_fatal_signals() {
	for value in 0 1 2; do
		scenario -q -a quiet -a "print-fatal-signals=$value" -- rogue int3
		status_is 120 # 128 + SIGTRAP is more than the largest status of a guest
		case $value in
		0) out_is_empty ;;
		1) out_has 'rogue killed: #BP' ;;
		2)
			out_has "print-fatal-signals takes 0 or 1, not '2'; ignored"
			out_has 'rogue killed: #BP'
			;;
		esac
	done
}
test_arguments_reach_init() {
	scenario -a quiet -- args one 'two words' '' --three
	status_is 0
	out_has 'one'
	out_has 'two words'
	out_has '--three'
}
test_status_of_init() { scenario -a init=nosuchprogram; status_is "$CRASH"; err_has 'panicked'; err_has 'in power_off'; }
test_transitions_as_exits() {
	scenario --transitions=exit --trace="$T/trace" -a quiet -- null
	status_is 0
	print_trace "$T/trace"
	is_least "$(count 'outl 0x50c')" 5 'doorbells'
}
test_transitions_off() {
	scenario --transitions=off --trace="$T/trace" -a quiet -- null
	status_is 0
	print_trace "$T/trace"
	is_most "$(count syscall)" 0 'events'
}
test_initrd_given() {
	[ -r "$BUILD/guest/initrd.cpio" ] || skip "no build/guest/initrd.cpio"
	scenario -i "$BUILD/guest/initrd.cpio" -a quiet -- null
	status_is 0
}
test_initrd_damaged() {
	echo 'this is not cpio' >"$T/initrd"
	scenario -i "$T/initrd" -- null
	[ "$status" -ne 0 ] || fail 'status 0 with an invalid initrd'
}
# The kernel names each invalid word and keeps the default.
test_bad_command_line() {
	scenario -a 'foo=1 hz=99999 hz= sched=xyz protocol= traps=none init= quiet=1 account=2' -- null
	status_is 0
	out_has "unknown key 'foo', ignored"
	for bad in "hz takes .* not '99999'" "hz takes .* not ''" "sched takes .* not 'xyz'" "protocol takes .* not ''" \
		"traps takes .* not 'none'" "init takes .* not ''" "quiet takes .* not '1'" "account takes .* not '2'"; do
		out_has "command line: $bad; ignored"
	done
	out_has 'round robin scheduler, timer at 100 Hz'
}

# In the shell's line of ps the CPU time must be the sum of the times in ring 3 and in ring 0.
test_account_of_time() {
	# The two clocks are read one after the other. A host that takes the CPU away just in between makes them differ,
	# which does not happen again and again.
	for attempt in 1 2 3 4 5; do
		scenario -a 'quiet account' -- sh -c 'spin 20 & spin 20; ps'
		status_is 0
		out_has 'gave way +preempted .* ring 3 +ring 0 +waiting +program$'
		! adds_up || return 0
	done
	fail "$(grep ' sh$' "$T/out")"
}

adds_up() {
	awk -v near="$(amount 1 20)" '$NF == "sh" {
			rest = $5 - $10 - $11
			found = $5 > 0 && $10 > 0 && $11 > 0 && rest < near && rest > -near
		}
		END { exit !found }' "$T/out"
}
test_traps_by_int80() { scenario -a 'traps=int80' -- quick; status_is 0; }
test_traps_by_syscall() { scenario -a 'traps=syscall' -- quick; status_is 0; }
