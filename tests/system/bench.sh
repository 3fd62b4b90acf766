# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# vmm bench: it finds an injected delay, judges two runs to be alike, and refuses what it cannot do.

measure() { # NAME WORD...: writes $T/NAME.json
	name=$1
	shift
	vmm bench --seconds "$(amount 4 0.5)" --json "$T/$name.json" "$@"
	status_is 0
}

# Prints a field of a row's line in the CSV: value_ns is 6, low_ns 7, high_ns 8.
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

# A delay of known size in the VMM must be within the interval that the benchmark gives. After a delay the caches are
# colder: with other work on the same core this costs some microseconds more, which the benchmark measures too.
test_injected_delay_is_found() {
	need_kvm
	vmm bench --seconds "$(amount 6 2)" --inject-delay "$delay" --only delayed --csv "$T/delay.csv"
	status_is 0
	low=$(field "$T/delay.csv" delayed 7) high=$(field "$T/delay.csv" delayed 8)
	awk -v low="$low" -v high="$high" -v d="$delay" \
		'BEGIN { exit !(low < d * 1.15 && high > d * 0.995 && high - low < d) }' ||
		fail "$delay ns were injected, $low to $high found"
}

test_two_runs_are_alike() {
	need_kvm
	measure a --only out- --only host-read
	measure b --only out- --only host-read --seed 5
	vmm bench compare "$T/a.json" "$T/b.json" --fail-on-regression 0 --margin "$(amount 20 100)"
	status_is 0
	out_has ' 0 better, 0 worse'
}

test_a_slower_one_is_worse() {
	need_kvm
	measure a --only delayed --inject-delay "$delay"
	measure b --only delayed --inject-delay $((3 * delay))
	vmm bench compare "$T/a.json" "$T/b.json" --fail-on-regression 50
	status_is 1
	out_has '1 worse'
	vmm bench compare "$T/b.json" "$T/a.json" --fail-on-regression 50
	status_is 0
	out_has '1 better'
}

# ---- failures ----

test_interrupted_prints_and_saves() {
	need_kvm
	"$VMM" bench --seconds 60 --only clock-ring3 --only host-getppid --json "$T/a.json" >"$T/out" 2>"$T/err" &
	pid=$!
	sleep "$(amount 4 1.5)"
	kill -TERM "$pid"
	finish
	status_is 143
	out_has '^  host-getppid +[0-9.]+ '
	out_has 'note: interrupted'
	grep -q '"interrupted": true' "$T/a.json" || fail 'the file does not say that the run was interrupted'
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

# Stores to 64 times as many cache lines take at least ten times as long, with caches too.
test_working_sets_are_touched() {
	need_kvm
	vmm bench --seconds "$(amount 3 1)" --only set-4k --only set-256k --csv "$T/sets.csv"
	status_is 0
	small=$(field "$T/sets.csv" set-4k 6) large=$(field "$T/sets.csv" set-256k 6)
	awk -v small="$small" -v large="$large" 'BEGIN { exit !(small > 0 && large > 10 * small) }' ||
		fail "4 KiB took $small ns, 256 KiB $large"
}

test_processes_are_switched_between() {
	need_kvm
	vmm bench --seconds "$(amount 4 2)" --only shared-8-4k --only own-8-4k --csv "$T/switches.csv"
	status_is 0
	for row in shared-8-4k own-8-4k; do
		awk -v value="$(field "$T/switches.csv" $row 6)" 'BEGIN { exit !(value > 0) }' || fail "$row has no value"
	done
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
	vmm bench --seconds "$(amount 4 2)" --only 'tick*'
	status_is 0
	for row in tick tick-split tick-kernel; do out_has "^  $row  *([0-9]|.*has no --irqchip)"; done
}

test_compare_foreign_file() { echo '{}' >"$T/x"; refused "$REFUSED" 'not made by' bench compare "$T/x" "$T/x"; }
test_compare_truncated_file() { echo '{"format"' >"$T/x"; refused "$REFUSED" "$T/x" bench compare "$T/x" "$T/x"; }
test_compare_one_file() { refused "$USAGE" 'two files' bench compare x; }
