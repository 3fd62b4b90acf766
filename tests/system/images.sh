# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Tiny images for each way in which a guest can end: the output and the status of the VMM.

# ---- ends ----

test_end_at_once() { run end-at-once; status_is 0; out_is_empty; }
test_poweroff_passes_the_status_on() {
	run poweroff -a 0; status_is 0
	run poweroff -a 1; status_is 1
	run poweroff -a 42; status_is 42
	run poweroff -a 120; status_is 120
}
test_poweroff_limits_the_status() {
	run poweroff -a 121; status_is 120
	run poweroff -a 124; status_is 120
	run poweroff -a 255; status_is 120
	run poweroff -a 256; status_is 120
	run poweroff -a 4294967295; status_is 120
}
test_panic() { run poweroff -a 123; status_is "$CRASH"; err_has panic; }
test_debugexit() {
	run debugexit -a 0; status_is 1
	run debugexit -a 16; status_is 33
}
test_reset_by_keyboard_controller() { run reset -a 0; status_is 0; err_has reset; }
test_reset_by_cf9() { run reset -a 1; status_is 0; err_has reset; }
test_reset_by_port_92() { run reset -a 2; status_is 0; err_has reset; }

# ---- crashes ----

test_halt_with_interrupts_off() { run halt-if0; status_is "$CRASH"; err_has 'halt'; }
test_triple_fault() { run triple; status_is "$CRASH"; err_has 'triple'; }
test_jump_to_nowhere() { run nowhere --timeout 100; status_is "$CRASH"; err_has '0xf0000000'; }
test_crash_report_has_registers_and_exits() { run triple; err_has 'RIP'; err_has 'SHUTDOWN|INTERNAL_ERROR'; }

# The VMM does not read segment and control registers at every exit: the crash report reads the last ones, and shows
# only RIP for earlier exits. A trace has these registers for every exit. A host that resets the vCPU at a triple fault
# leaves no registers to be read, and the report says so.
test_crash_report_has_control_registers() {
	run triple
	err_has ' CR0 +[0-9a-f]*[1-9a-f]|has then reset the vCPU, so its registers are lost'
	err_has '^ +[0-9]+ +[0-9.]+ +[0-9.]+ +- {9,}- +SHUTDOWN'
	run triple --trace
	err_has '^ +[0-9]+ +[0-9.]+ +[0-9.]+ +- +0 +- +SHUTDOWN'
}

# ---- time ----

test_endless_loop() { run spin --timeout 0.3; status_is "$TIMEOUT"; err_has 'timeout'; }
test_halt_for_ever() { run hlt-forever --timeout 0.3; status_is "$TIMEOUT"; err_has 'timeout'; }
test_endless_output() { run bench-pio -a 0 --timeout 0.3; status_is "$TIMEOUT"; }
test_timeout_that_is_not_reached() { run poweroff -a 3 --timeout 100; status_is 3; }
test_ticks() { run pit -a '100 20' --timeout 100; status_is 0; out_is 'ticks
'; }
test_ticks_at_1_khz() { run pit -a '1000 500' --timeout 100; status_is 0; }
test_ticks_interrupt_a_loop() { run pit-spin -a '100 20' --timeout 100; status_is 0; }
test_ticks_interrupt_a_loop_at_1_khz() { run pit-spin -a '1000 500' --timeout 100; status_is 0; }
test_tick_while_interrupts_are_off() { run window --timeout 100; status_is 0; }

# 20 periods of 10 ms must never be early, and late only as the host's load makes them.
test_ticks_take_their_time() {
	read -r up _ </proc/uptime
	before=${up%.*}${up#*.}
	run pit -a '100 20' --timeout 100
	read -r up _ </proc/uptime
	is_least $((${up%.*}${up#*.} - before)) 19 'hundredths of a second'
}

test_idle_guest_costs_no_cpu() {
	start hlt-forever --timeout 100
	sleep 1
	[ -r "/proc/$pid/stat" ] || fail "the VMM has ended"
	# Fields 14 and 15: user and system time in clock ticks.
	read -r _ _ _ _ _ _ _ _ _ _ _ _ _ user system _ <"/proc/$pid/stat"
	kill "$pid"
	finish
	# An emulated host counts time that other processes take from its processor as its own work.
	is_most $((user + system)) "$(amount 20 80)" 'ticks of CPU in a second of HLT'
}

# ---- accesses ----

test_port_access_of_every_size() { run pio-sizes; status_is 42; }
test_string_io_across_pages() {
	run string-io
	status_is 0
	out_is 'a line of sixty-four bytes that lies on both sides of a page...
'
}
test_memory_that_is_not_there() { run mmio; status_is 0; }
test_guest_writes_its_own_code() { run self-write; status_is 0; }

# ---- the console ----

test_prompt_appears_while_the_guest_waits() {
	start serial --timeout 100
	wait_until grep -q 'name? ' "$T/out"
	kill "$pid"
	finish
	out_is 'hello from COM1
name? '
}

test_input_by_interrupt() {
	printf 'one\ntwo q' >"$T/input"
	input=$T/input
	run echo --timeout 100
	status_is 0
	out_is 'one
two q'
}

test_input_by_polling() {
	printf 'one\ntwo q' >"$T/input"
	input=$T/input
	run echo -a 1 --timeout 100
	status_is 0
	out_is 'one
two q'
}

test_input_of_many_bytes_arrives_whole() {
	{
		awk -v lines="$(amount 1000 200)" 'BEGIN { for (i = 0; i < lines; i++) printf "line %d\n", i }'
		printf q
	} >"$T/input"
	input=$T/input
	run echo --timeout 100
	status_is 0
	same_file "$T/input" "$T/out"
}

test_end_of_input_is_not_the_end() {
	run echo --timeout 0.5
	status_is "$TIMEOUT"
}

test_input_from_a_pipe_that_is_slow() {
	need_kvm
	{
		printf a
		sleep 0.2
		printf bq
	} | "$VMM" "$IMAGES/echo.bin" --timeout 100 >"$T/out" 2>"$T/err"
	status=$?
	status_is 0
	out_is abq
}
