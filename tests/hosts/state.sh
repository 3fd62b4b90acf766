# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of scripts/hosts/state.sh: hosts that begin where they were saved, and runs that can be repeated.

# A cache of its own, with the kernel of the other one.
own_cache() {
	fetch_kernel
	export KERNEL="$HOSTS_CACHE/kernel/vmlinuz" MODULES="$HOSTS_CACHE/kernel/modules" HOSTS_CACHE="$temporary/states"
	rm -rf "$HOSTS_CACHE"
}

begins_where_it_was_saved() {
	try scripts/kvm-host svm -- cat /proc/cmdline
	status_is 0
	out_has 'memmap='
}

# What was saved is not trusted: neither a file that has changed, nor one that has been cut and says that it has not.
host_svm_makes_a_broken_state_anew() {
	own_cache
	begins_where_it_was_saved
	state=$(echo "$HOSTS_CACHE"/state-*)
	first=$(cat "$state/made")
	begins_where_it_was_saved
	[ "$first" = "$(cat "$state/made")" ] || fails 'it was made again without a reason'
	printf x | dd of="$state/ram" bs=1 seek=20000000 conv=notrunc 2>/dev/null
	begins_where_it_was_saved
	[ "$first" != "$(cat "$state/made")" ] || fails 'changed memory was used'
	truncate -s 9999 "$state/devices"
	stat -c '%s %.Y' "$state/ram" "$state/devices" >"$state/made"
	try scripts/kvm-host svm -- cat /proc/cmdline
	status_is 0
	! grep -q memmap= "$out" || fails 'a state that was cut off has run'
	[ ! -e "$state" ] || fails 'a state that does not run was kept'
	[ "$(find "$HOSTS_CACHE" -name 'run.*')" = '' ] || fails 'a folder was left behind'
}

# What QEMU has skipped of idle time when it stopped is taken back, and nothing else of its stream changes.
host_states_have_the_same_clock() {
	. "$root/scripts/hosts/state.sh"
	states=$temporary/states
	mkdir "$states"
	stream() { printf 'x\n\005\014timer/icount\000\000\000%b%b1234 timer/icount 5' "$2" "$3" >"$states/$1"; }
	stream even '\0001' '\0000\0000\0000\0000\0000\0000\0000\0000'
	stream late '\0001' '\0007\0007\0007\0007\0007\0071\0056\0030'
	stream other '\0002' '\0007\0007\0007\0007\0007\0071\0056\0030'
	echo none >"$states/none"
	for name in late other none; do
		cp "$states/$name" "$states/$name.before"
		set_clock_back "$states/$name" || fails "$name: refused"
	done
	! cmp -s "$states/late.before" "$states/even" || fails 'the test has nothing to do'
	cmp "$states/late" "$states/even" || fails 'the clock was not set back'
	cmp "$states/other.before" "$states/other" || fails 'a section of another version was changed'
	cmp "$states/none.before" "$states/none" || fails 'a stream without the clock was changed'
}

# A host that was saved once has not been asked for random numbers since.
host_svm_has_other_random_numbers_each_time() {
	try scripts/kvm-host svm -- cat /proc/sys/kernel/random/uuid
	first=$(cat "$out")
	try scripts/kvm-host svm -- cat /proc/sys/kernel/random/uuid
	status_is 0
	[ "$first" != "$(cat "$out")" ] || fails "twice $first"
}

# Callers at the same time share a state that one of them makes.
host_svm_is_saved_once_for_all_callers() {
	own_cache
	for number in 1 2 3; do
		scripts/kvm-host svm -- sh -c "echo $number; cat /proc/cmdline" </dev/null >"$temporary/caller.$number" 2>/dev/null &
	done
	wait
	for number in 1 2 3; do
		[ "$(head -n 1 "$temporary/caller.$number")" = "$number" ] || fails "caller $number: $(cat "$temporary/caller.$number")"
		grep -q memmap= "$temporary/caller.$number" || fails "caller $number did not use the state"
	done
	[ "$(find "$HOSTS_CACHE" -maxdepth 1 -name 'state-*' | wc -l)" = 1 ] || fails 'not one state'
}

# Records a run in which the timer takes the CPU from processes, and what the host's random numbers are.
repeated() { # NAME OPTION...
	name=$1
	shift
	[ -x "$BUILD/vmm" ] && [ -f "$BUILD/guest.bin" ] || skip 'needs a build'
	# shellcheck disable=SC2016 # expanded on the emulated host
	try scripts/kvm-host -o "$temporary/$name" "$@" svm -- sh -c '"$BUILD/vmm" --trace="$OUT/trace" "$BUILD/guest.bin" \
		-a "hz=1000 sched=lottery" -- sh -c "queens 7 & queens 7; wait"; cat /proc/sys/kernel/random/uuid'
	status_is 0
	out_has ' [1-9][0-9]* of them forced by the timer'
	tail -n 1 "$out" >"$temporary/$name/random"
}

# Also while other programs want the processor, and in a state made anew. Another seed gives other random numbers.
host_svm_repeats_a_run() {
	export BUILD
	repeated first --reproducible
	timeout 300 sh -c 'while :; do :; done' &
	busy=$!
	repeated second --reproducible
	kill "$busy"
	repeated third --seed 5
	own_cache
	repeated fourth --reproducible
	cmp "$temporary/first/trace" "$temporary/second/trace" || fails 'the traces differ'
	cmp "$temporary/first/trace" "$temporary/fourth/trace" || fails 'the traces of two states differ'
	cmp -s "$temporary/first/random" "$temporary/second/random" || fails 'the random numbers differ'
	! cmp -s "$temporary/first/random" "$temporary/third/random" || fails 'the seed has no effect'
}
