# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Whose the time of a run was: the guest's, the VMM's, the host's, or nobody's. No test expects a duration: they compare
# what the VMM says with what the kernel or another reader of the same trace says.

# Writes `vmm trace stat --json` of a trace to $T/stat.json.
stat_of() { # FILE
	"$VMM" trace stat --json "$1" >"$T/stat.json" 2>"$T/stat.err" || fail "trace stat: $(head -n 1 "$T/stat.err")"
}

# Prints a number of the object OBJECT in $T/stat.json.
number() { # OBJECT NAME
	sed -n "s/.*\"$1\": {.*\"$2\": \([0-9]*\).*/\1/p" "$T/stat.json"
}

need_absences() {
	grep -q '"told": true' "$T/stat.json" ||
		skip "the host does not tell of context switches: perf_event_paranoid $(cat /proc/sys/kernel/perf_event_paranoid 2>&1)"
}

# A competitor on the same processor takes about half of it, and the kernel counts how long the VMM waited for that.
test_what_the_host_took_is_what_it_says_it_took() {
	need taskset
	need_kvm
	taskset -c 0 true 2>/dev/null || skip 'may not run on processor 0'
	taskset -c 0 sh -c 'while :; do :; done' &
	competitor=$!
	try taskset -c 0 "$VMM" -q --trace="$T/trace" "$GUEST" --timeout 100 -a quiet -- spin "$(amount 1000 100)"
	kill "$competitor"
	status_is 0
	stat_of "$T/trace"
	need_absences
	[ -n "$(number host wait_ns)" ] || skip 'no /proc/thread-self/schedstat'
	wait_ms=$(($(number host wait_ns) / 1000000))
	host=$(number time_ticks host)
	khz=$(od -A n -t u8 -j 48 -N 8 "$T/trace")
	took_ms=$((host / khz))
	[ "$wait_ms" -ge 20 ] || skip "the competitor took only $wait_ms ms"
	# The kernel's sum also has the waits after wake-ups, when the guest was idle.
	is_least "$took_ms" $((wait_ms * 80 / 100)) "ms that the host took of $wait_ms ms"
	is_most "$took_ms" $((wait_ms * 110 / 100 + 5)) "ms that the host took of $wait_ms ms"
	"$VMM" trace print -f 'kind==host-took' "$T/trace" >"$T/out" 2>&1
	out_has 'host-took +the host took the CPU for [0-9.]+ (µs|us|ms)'
	out_has ' - +host-took'
	"$VMM" trace check "$T/trace" >"$T/out" 2>&1 || fail 'the trace contradicts itself'
}

# Where the kernel refuses to tell of switches, its sum of waits is read after each long stretch.
test_waits_are_found_where_the_kernel_tells_only_sums() {
	need taskset strace
	need_kvm
	case $BUILD in */san) skip 'LeakSanitizer does not work under strace' ;; esac
	taskset -c 0 true 2>/dev/null || skip 'may not run on processor 0'
	strace -f --seccomp-bpf -qq -o /dev/null -e trace=perf_event_open true 2>/dev/null || skip 'this strace stops at every call'
	taskset -c 0 sh -c 'while :; do :; done' &
	competitor=$!
	try taskset -c 0 strace -f --seccomp-bpf -qq -o /dev/null -e trace=perf_event_open \
		-e inject=perf_event_open:error=EACCES "$VMM" -q --trace="$T/trace" "$GUEST" --timeout 100 -a quiet -- spin 500
	kill "$competitor"
	status_is 0
	stat_of "$T/trace"
	grep -q '"told": false' "$T/stat.json" || fail 'the kernel should have refused'
	wait_ms=$(($(number host wait_ns) / 1000000))
	khz=$(od -A n -t u8 -j 48 -N 8 "$T/trace")
	took_ms=$(($(number time_ticks host) / khz))
	[ "$wait_ms" -ge 20 ] || skip "the competitor took only $wait_ms ms"
	is_least "$took_ms" $((wait_ms * 50 / 100)) "ms that the host took of $wait_ms ms"
	is_most "$took_ms" $((wait_ms + 5)) "ms that the host took of $wait_ms ms"
	"$VMM" trace check "$T/trace" >"$T/out" 2>&1 || fail 'the trace contradicts itself'
}

# The same trace, added up by another program that knows only its format.
sums_agree() { # OPTION...
	need python3
	guest -q --timeout 100 --trace="$T/trace" "$@"
	status_is 0
	stat_of "$T/trace"
	python3 "$here/sums.py" "$T/trace" "$T/stat.json" "$here/../../include/ringside/events.h" >"$T/out" 2>"$T/err" ||
		fail 'the sums differ'
}
test_all_sums_are_the_time_of_the_run() { sums_agree; }
test_all_sums_with_idle_time() { sums_agree -a quiet -- sleeper; }
test_all_sums_with_an_exit_at_every_event() { sums_agree --transitions=exit -a quiet -- forktest; }
test_all_sums_without_events() { sums_agree --transitions=off -a quiet -- forktest; }
test_all_sums_with_direct_execution() { sums_agree -a 'protocol=direct quiet' -- args; }

# A guest that sleeps is idle: that is nobody's time, neither the VMM's nor the last process's.
test_the_sleep_of_a_halted_guest_is_idle() {
	guest -q --trace="$T/trace" -a quiet --timeout 100 -- sleeper
	status_is 0
	stat_of "$T/trace"
	all=$(number time_ticks all)
	idle=$(number time_ticks idle)
	is_least $((idle / 1000)) 1 'thousand ticks idle'
	grep -q '"owner": "nobody"' "$T/stat.json" || fail 'nobody has no time'
	grep -q '"owner": "boot"' "$T/stat.json" || fail 'the boot has no time'
	is_most "$(number time_ticks vmm)" "$all" 'ticks of the VMM'
}

# Work inside KVM that never reaches the VMM: KVM counts it by itself.
test_counters_of_kvm_are_in_the_trace() {
	guest -q --timeout 100 --trace="$T/trace" -a quiet -- args
	status_is 0
	doctor_says KVM_CAP_BINARY_STATS_FD '' || skip 'KVM keeps no counters here'
	"$VMM" trace stat "$T/trace" >"$T/out" 2>&1 || fail 'trace stat fails'
	out_has '^Counter of KVM +Change'
	out_has '^exits +[1-9]'
}

# Each exit by itself, by KVM's tracepoints: with those that came to the VMM they are as many as KVM counted, but that a
# signal can end KVM_RUN (INTR) before the guest is entered.
test_exits_that_kvm_handled_are_in_the_trace() {
	need_root
	need_kvm
	if is_emulated; then # where this may mount something
		mkdir -p /sys/kernel/tracing
		umount /sys/kernel/tracing 2>/dev/null
		refused 125 '^vmm: --kvm-exits: no tracepoint kvm:kvm_exit: .* tracefs' -q --kvm-exits --trace="$T/none" "$GUEST"
		[ ! -e "$T/none" ] || fail 'the refused run has left a trace'
		mount -t tracefs none /sys/kernel/tracing || skip 'the host has no tracefs'
	fi
	[ -r /sys/kernel/tracing/events/kvm/kvm_exit/format ] || skip 'no tracefs, or no tracepoints of KVM there'
	guest -q --timeout 100 --kvm-exits --trace="$T/trace" -a quiet -- args
	status_is 0
	"$VMM" trace check "$T/trace" >"$T/out" 2>&1 || fail 'the trace contradicts itself'
	internal=$("$VMM" trace print -f 'kind==kvm-exit' "$T/trace" | grep -c 'kvm-exit .* took KVM [0-9]')
	[ "$internal" -gt 0 ] || skip 'this KVM has the tracepoints but does not use them'
	ours=$("$VMM" trace print -f 'kind==vmexit' "$T/trace" | grep -c '^ *[0-9]')
	"$VMM" trace stat "$T/trace" >"$T/out" 2>&1 || fail 'trace stat fails'
	counted=$(sed -n 's/^exits *//p' "$T/out")
	unsure=$("$VMM" trace print -f 'reason==INTR' "$T/trace" | grep -c '^ *[0-9]')
	is_least "$counted" $((internal + ours - unsure)) "exits counted by KVM; the trace has $internal of KVM's"
	is_most "$counted" $((internal + ours)) "exits counted by KVM; the trace has $internal of KVM's"
	out_has '^kvm-exit +[1-9]'
}
