# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# --irqchip: the same guests with the interrupt controllers in the VMM, split between VMM and KVM, and in KVM.

# Skips the test if this host cannot make the interrupt controllers of MODE.
need_mode() { # MODE
	need_kvm
	vmm --irqchip="$1" "$IMAGES/end-at-once.bin"
	[ "$status" -eq 0 ] || skip "$(head -n 1 "$T/err")"
}

# Runs the default demonstration; on an emulated host a process that waits for ticks.
demonstration() { # MODE HZ
	need_mode "$1"
	mode=$1 hz=$2
	set --
	! is_emulated || set -- -- sleeper 300
	guest --irqchip="$mode" --timeout 100 --trace="$T/trace" -a "hz=$hz" "$@"
	status_is 0
	out_has 'ticks'
	print_trace "$T/trace"
	is_least "$(count interrupt)" 5 'timer interrupts in the guest'
}

# Prints the number of exits for accesses to the ports of 8259A and 8254.
port_exits() {
	set --
	for port in 20 21 a0 a1 40 43 61; do
		set -- "$@" "inb 0x$port" "outb 0x$port"
	done
	count "$@"
}

test_user() { demonstration user 100; is_least "$(port_exits)" 5 'accesses to 8259A and 8254'; }
test_user_at_1_khz() { demonstration user 1000; }
test_split() {
	demonstration split 100
	is_least "$(port_exits)" 5 'accesses to 8259A and 8254'
	is_most "$(count HLT)" 0 'halts that were exits'
}
test_split_at_1_khz() { demonstration split 1000; }
test_kernel() {
	demonstration kernel 100
	is_most "$(port_exits)" 0 'accesses to 8259A and 8254 that were exits'
	is_most "$(count HLT IRQ_WINDOW_OPEN)" 0 'halts and windows that were exits'
}
test_kernel_at_1_khz() { demonstration kernel 1000; }

test_records_are_all_there() {
	for mode in user split kernel; do
		need_mode "$mode"
		guest --irqchip="$mode" --timeout 100 --stats -a quiet -- null
		status_is 0
		# "N records of exits; KVM_RUN returned N times; ..."
		sed -n 's/^\([0-9]*\) records of exits; KVM_RUN returned \([0-9]*\) times.*/\1 \2/p' "$T/err" >"$T/counts"
		read -r records returns <"$T/counts" || fail "$mode: no counts"
		[ "$records" -eq "$returns" ] || fail "$mode: $records records of $returns exits"
	done
}

test_cpuid_shows_the_apic() {
	need_mode split
	run apic --irqchip=user
	status_is 0
	run apic --irqchip=split
	status_is 1
	need_mode kernel
	run apic --irqchip=kernel
	status_is 1
}

# Input must wake a guest that waits inside KVM.
input_wakes() { # MODE
	need_mode "$1"
	{
		sleep 0.3
		printf 'woken'
		sleep 0.3
		printf 'q'
	} | "$VMM" --irqchip="$1" "$IMAGES/echo.bin" --timeout 100 >"$T/out" 2>"$T/err"
	status=$?
	status_is 0
	out_is 'wokenq'
}
test_input_wakes_split() { input_wakes split; }
test_input_wakes_kernel() { input_wakes kernel; }

# Text without a newline must appear although the VMM does not see that the guest waits.
prompt_comes_out() { # MODE
	need_mode "$1"
	start serial --irqchip="$1" --timeout 100
	wait_until grep -q 'name? ' "$T/out"
	kill -TERM "$pid"
	finish
	status_is 143
}
test_prompt_comes_out_split() { prompt_comes_out split; }
test_prompt_comes_out_kernel() { prompt_comes_out kernel; }

test_timeout_ends_a_halt_in_the_kernel() {
	for mode in split kernel; do
		need_mode "$mode"
		run hlt-forever --irqchip="$mode" --timeout 0.3
		status_is "$TIMEOUT"
	done
}

# A halt with interrupts off is noticed at once if HLT is an exit, otherwise within a second.
test_dead_halt() {
	for mode in user split kernel; do
		need_mode "$mode"
		run halt-if0 --irqchip="$mode" --timeout 100
		status_is "$CRASH"
		err_has 'halted with interrupts disabled'
	done
}

test_timer_keeps_time() {
	for mode in split kernel; do
		need_mode "$mode"
		run pit --irqchip="$mode" --timeout 100
		status_is 0
	done
}

test_unknown_mode() { refused "$USAGE" 'user, split or kernel' --irqchip=pci "$IMAGES/end-at-once.bin"; }
test_not_with_count_ring0() {
	refused "$USAGE" 'irqchip=user' --irqchip=kernel --count-ring0 "$IMAGES/end-at-once.bin"
}
