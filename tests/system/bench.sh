# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# vmm bench: it measures what it says, compares runs, and refuses what it cannot do. No test depends on how long anything
# takes on a machine that is doing other things: that is for make bench.

measure() { # NAME WORD...: writes $T/NAME.json
	name=$1
	shift
	vmm bench --seconds "$(amount 4 0.5)" --json "$T/$name.json" "$@"
	status_is 0
}

# Prints a field of a row's line in the CSV: n is 5, the number of samples; min_ns 12, the least of them.
field() { # FILE ROW FIELD
	awk -F, -v row="$2" -v field="$3" '$2 == row { print $field }' "$1"
}

test_list() { vmm bench --list; status_is 0; out_has 'syscall-sysret'; out_has 'less loop-ring3'; }
test_help() { vmm bench --help; status_is 0; out_has '--quick'; }
test_unknown_option() { refused "$USAGE" 'option --foo' bench --foo; }
test_missing_value() { refused "$USAGE" 'needs a value' bench --json; }
test_bad_seconds() { refused "$USAGE" "'soon'" bench --seconds soon; }
test_pattern_that_fits_none() { need_kvm; refused "$USAGE" "'nonsense'" bench --only nonsense; }
test_output_that_cannot_be() { refused "$REFUSED" '/nonexistent/x' bench --json /nonexistent/x; }
test_image_missing() {
	cp "$VMM" "$T/vmm"
	cp "$VMM-tools" "$T/vmm-tools"
	try "$T/vmm" bench
	status_is "$REFUSED"
	err_has 'bench.bin'
}

# Nanoseconds; long enough to stand out from an exit, which takes some 50000 ns on an emulated host.
delay=20000
! is_emulated || delay=300000

# A delay is a loop on the TSC, so no sample can be shorter, whatever else the machine does. How well the interval fits is
# for the unit tests of the statistics.
test_injected_delay_is_found() {
	need_kvm
	vmm bench --seconds "$(amount 2 1)" --inject-delay "$delay" --only delayed --csv "$T/delay.csv"
	status_is 0
	awk -v least="$(field "$T/delay.csv" delayed 12)" -v d="$delay" 'BEGIN { exit !(least >= d * 0.999) }' ||
		fail "$delay ns were injected, but a sample has $(field "$T/delay.csv" delayed 12) ns"
}

# Writes a report of one row with this value, of which the error is 1 ns.
report() { # FILE NS
	printf '{"format": "ringside-bench", "version": 1, "environment": {}, "rows": [{"name": "out-4",' >"$1"
	printf ' "value": {"value": %d, "error": 1}, "rounds": [[1], [1], [1], [1], [1], [1], [1], [1]]}]}\n' "$2" >>"$1"
}

test_a_slower_one_is_worse() {
	report "$T/a.json" 1000
	report "$T/b.json" 2000
	vmm bench compare "$T/a.json" "$T/b.json" --fail-on-regression 50
	status_is 1
	out_has '1 worse'
	vmm bench compare "$T/b.json" "$T/a.json" --fail-on-regression 50
	status_is 0
	out_has '1 better'
}

test_a_run_is_like_itself() {
	need_kvm
	measure a --only out-4 --only host-read
	vmm bench compare "$T/a.json" "$T/a.json" --fail-on-regression 0
	status_is 0
	out_has ' 0 better, 0 worse'
}

# ---- failures ----

# A row has a value after a few rounds, for which a busy machine needs longer.
test_interrupted_prints_and_saves() {
	need_kvm
	for seconds in "$(amount 4 1.5)" 15 60; do
		"$VMM" bench --seconds 90 --only clock-ring3 --only host-getppid --json "$T/a.json" >"$T/out" 2>"$T/err" &
		pid=$!
		sleep "$seconds"
		kill -TERM "$pid"
		finish
		status_is 143
		out_has 'note: interrupted'
		grep -q '"interrupted": true' "$T/a.json" || fail 'the file does not say that the run was interrupted'
		! grep -qE '^  host-getppid +[0-9.]+ ' "$T/out" || return 0
	done
	fail 'what was measured before is not printed'
}

test_no_permission_to_pin() {
	need_kvm
	need strace
	# LeakSanitizer traces the process, which can have only one tracer.
	try env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=sched_setaffinity \
		-e inject=sched_setaffinity:error=EPERM "$VMM" bench --seconds 1 --only clock-ring3
	status_is 0
	out_has 'note: not allowed to pin to a CPU'
}

test_qemu_that_fails() {
	need_kvm
	mkdir "$T/bin"
	printf '#!/bin/sh\necho first >&2\necho "no such accelerator" >&2\nexit 1\n' >"$T/bin/qemu-system-x86_64"
	chmod +x "$T/bin/qemu-system-x86_64"
	PATH=$T/bin:$PATH vmm bench --seconds 2 --only qemu-kvm-out-4
	status_is 0
	out_has 'qemu-kvm-out-4 .*measured nothing: no such accelerator$'
}

test_a_whole_name_chooses_one_row() {
	need_kvm
	vmm bench --seconds 0.5 --only clock-ring3 --csv -
	status_is 0
	[ "$(wc -l <"$T/out")" -eq 2 ] || fail "$(wc -l <"$T/out") lines instead of a title and one row"
}

# ---- comparing ----

test_compare_different_machines() {
	need_kvm
	vmm bench --seconds 0.5 --only clock-ring3 --json "$T/a.json"
	sed 's/"cpu": "[^"]*"/"cpu": "another"/' "$T/a.json" >"$T/b.json"
	vmm bench compare "$T/a.json" "$T/b.json"
	status_is 0
	out_has '^warning: different machines: cpu: A has .*, B has another$'
	vmm bench compare "$T/a.json" "$T/a.json"
	! grep -q warning "$T/out" || fail 'a warning although the machines are the same'
}

test_compare_other_version() {
	echo '{"format": "ringside-bench", "version": 0, "rows": []}' >"$T/x"
	refused "$REFUSED" 'version 0 of the format; this vmm reads 1' bench compare "$T/x" "$T/x"
}

# Checks that rows have samples. Their values are differences, which noise can make 0 or less.
have_samples() { # FILE ROW...
	csv=$1
	shift
	for row in "$@"; do
		is_least "$(field "$csv" "$row" 5)" 1 "samples of $row"
	done
}

# No processor stores to the 4096 cache lines of 256 KiB in less than 400 ns; those of 4 KiB take less than 100.
test_working_sets_are_touched() {
	need_kvm
	vmm bench --seconds "$(amount 3 1)" --only set-4k --only set-256k --csv "$T/sets.csv"
	status_is 0
	have_samples "$T/sets.csv" set-4k set-256k
	awk -v least="$(field "$T/sets.csv" set-256k 12)" 'BEGIN { exit !(least > 400) }' ||
		fail "256 KiB took $(field "$T/sets.csv" set-256k 12) ns"
}

test_processes_are_switched_between() {
	need_kvm
	vmm bench --seconds "$(amount 4 2)" --only shared-8-4k --only own-8-4k --csv "$T/switches.csv"
	status_is 0
	have_samples "$T/switches.csv" shared-8-4k own-8-4k
}

# A working set that does not fit is not measured, and the row says so.
test_too_large_working_sets_are_skipped() {
	need_kvm
	vmm bench --seconds "$(amount 4 0.5)" --only own-4096-256k
	status_is 0
	out_has 'own-4096-256k  *skipped: 1024 MiB of working sets; the bound is 352 MiB'
}

# The VMM or KVM injects the ticks; if KVM cannot make the interrupt controller, the row says so.
test_ticks_of_every_irqchip() {
	need_kvm
	vmm bench --seconds "$(amount 4 2)" --only 'tick*' --csv "$T/ticks.csv"
	status_is 0
	for row in tick tick-split tick-kernel; do
		grep -q "^[^,]*,$row,.*has no --irqchip" "$T/ticks.csv" || have_samples "$T/ticks.csv" "$row"
	done
}

test_compare_foreign_file() { echo '{}' >"$T/x"; refused "$REFUSED" 'not made by' bench compare "$T/x" "$T/x"; }
test_compare_truncated_file() { echo '{"format"' >"$T/x"; refused "$REFUSED" "$T/x" bench compare "$T/x" "$T/x"; }
test_compare_one_file() { refused "$USAGE" 'two files' bench compare x; }
