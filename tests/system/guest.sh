# shellcheck shell=sh disable=SC2154,SC2034
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
	for value in 0 1; do
		scenario -q -a quiet -a "print-fatal-signals=$value" -- rogue int3
		status_is 120 # 128 + SIGTRAP is more than the largest status of a guest
		case $value in
		0) out_is_empty ;;
		1) out_has 'rogue killed: #BP' ;;
		esac
	done
}
# Without a timer only the draws decide in which order processes run.
test_seed_of_the_lottery() {
	for seed in 0 7 7 8 9; do
		scenario -q -a "quiet hz=0 sched=lottery seed=$seed" -- sh -c 'echo 1 & echo 2 & echo 3 & echo 4 & echo 5 & wait'
		status_is 0
		[ "$seed" != 7 ] || [ ! -e "$T/seven" ] || cmp -s "$T/out" "$T/seven" || fail 'the same seed, another order'
		[ "$seed" != 7 ] || cp "$T/out" "$T/seven"
		tr -d '\n' <"$T/out" >>"$T/orders" && echo >>"$T/orders"
	done
	[ "$(sort -u "$T/orders" | wc -l)" -ge 2 ] || fail "all seeds have the order $(head -n 1 "$T/orders")"
}
test_arguments_reach_init() {
	scenario -a quiet -- args one 'two words' '' --three
	status_is 0
	out_has 'one'
	out_has 'two words'
	out_has '--three'
}
# Bytes that mean something to a shell, to Linux or to the kernel, and what is at the limit of a command line.
test_any_words_reach_init() {
	scenario -q -a quiet -- args 'say "hi"' '"' '""' '' ' ' 'C:\new\x' "it's" '-- x' "$(printf 'new\nline\ttab')" 'é à' 'a=b "c"'
	status_is 0
	sed -n 's/^argv//p; /^line/p' "$T/out" >"$T/words"
	printf '[%s] = %s\n' 0 args 1 'say "hi"' 2 '"' 3 '""' 4 '' 5 ' ' 6 'C:\new\x' 7 "it's" 8 '-- x' \
		9 "$(printf 'new\nline\ttab')" 10 'é à' 11 'a=b "c"' >"$T/wanted"
	same_file "$T/wanted" "$T/words"
}
test_as_many_words_as_fit() {
	word=$(awk 'BEGIN { for (i = 0; i < 4085; i++) printf "x" }')
	scenario -q -a '' -- echo "$word"
	status_is 0
	refused "$USAGE" 'has 4094 bytes, and this kernel takes 4093' "$GUEST" -a '' -- echo "x$word"
}

test_init_that_is_not_there() {
	scenario -q -a 'quiet init=nosuchprogram'
	status_is "$USAGE"
	err_is_empty
	out_is 'kernel: init: there is no program nosuchprogram in the initrd
'
	scenario -q -a 'quiet init=init/x'
	status_is "$USAGE"
}
test_init_that_is_no_program() {
	scenario -q -a 'quiet init=dev'
	status_is "$USAGE"
	out_has '^kernel: init: dev cannot be run: a program is'
}
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
	[ -r "$BUILD/guest/initrd.cpio" ] || skip "no build/guest/initrd.cpio"
	head -c 100000 "$BUILD/guest/initrd.cpio" >"$T/initrd"
	scenario -i "$T/initrd" -- yield
	[ "$status" -ne 0 ] || fail 'status 0 with a damaged initrd'
	out_has 'damaged at byte [1-9]'
}

# Of two options the last counts, so that -a can override what a script says.
test_last_option_counts() {
	scenario -a 'sched=coop hz=1000' -a 'hz=50 sched=rr' -- null
	status_is 0
	out_has 'round robin scheduler, timer at 50 Hz'
}

# All rows of the kernel's table of options, as the image has them.
test_options_are_in_the_image() {
	sed -n 's/^\tX([A-Z_0-9]*, "\([^"]*\)".*/\1/p' "$here/../../include/ringside/option_table.h" >"$T/options"
	is_least "$(wc -l <"$T/options")" 8 'options in the table'
	while read -r option; do
		vmm "$GUEST" -a "$option=none" --timeout 0.001
		[ "$option" = init ] || status_is "$USAGE"
		! grep -q 'has no option' "$T/err" || fail "the image does not have $option"
	done <"$T/options"
}

# Where the VMM knows nothing of options, the kernel itself refuses.
test_kernel_refuses_too() {
	need qemu-system-x86_64
	for words in 'shced=rr' 'sched=fair' 'hz=99999' 'hz=' 'hz' 'quiet=1' 'init=' 'print-fatal-signals=2' 'init="x' '-- "x'; do
		try "$here/../../scripts/qemu" -a "$words" "$GUEST"
		[ "$status" -eq 2 ] || fail "$words: status $status"
		[ "$(grep -c '^kernel: ' "$T/out")" -eq 1 ] || fail "$words: no line, or more"
	done
	try "$here/../../scripts/qemu" -a quiet "$GUEST" -- echo 'a "b"' '' '"'
	out_is 'a "b"  "
'
}

# The hole below 4 GiB and the part above it are no RAM and RAM.
test_banner_counts_ram() {
	for size in 16 128 3072 4096 5120; do
		guest -q -m "${size}M" -a init=null
		status_is 0
		out_has "^ringside kernel: $size MiB,"
	done
}

# In the shell's line of ps the CPU time must be the sum of the times in ring 3 and in ring 0.
test_account_of_time() {
	# The two clocks are read one after the other. A host that takes the CPU away just in between makes them differ,
	# which does not happen again and again.
	for attempt in 1 2 3 4 5; do
		scenario -a 'quiet account' -- sh -c 'spin 100000 & sleeper 100; ps; kill %1'
		status_is 0
		out_has 'gave way +preempted .* ring 3 +ring 0 +waiting +program$'
		! adds_up || return 0
	done
	fail "$(grep ' spin$' "$T/out")"
}

# The time of execve is ring 0's, also where it succeeds.
test_account_of_execve() {
	scenario -a 'account' -- execloop 50
	status_is 0
	awk '/ring 3 ms/ { times = 1 } times && $2 == "execloop" { good = $4 > $3; exit } END { exit !good }' "$T/out" ||
		fail "$(grep execloop "$T/out")"
}

# The report has the processes that used most, not those that ended first, and those that live; init is one of them.
test_report_of_many_processes() {
	scenario -q -- sh -c 'forkbench 60; sieve 3; spin & echo'
	out_has '^ +1  init .* exit 0$'
	out_has ' sieve .* exit 168$'
	out_has ' spin .*  no$'
	out_has '^ +and [0-9]+ more, which used less CPU time$'
}

test_cpu_clocks() { scenario -q -a quiet -- cputime; status_is 0; }

adds_up() {
	awk -v near="$(amount 1 20)" '$NF == "spin" {
			rest = $5 - $10 - $11
			found = $5 > 0 && $10 > 0 && $11 > 0 && rest < near && rest > -near
		}
		END { exit !found }' "$T/out"
}
test_traps_by_int80() { scenario -a 'traps=int80' -- quick; status_is 0; }
test_traps_by_syscall() { scenario -a 'traps=syscall' -- quick; status_is 0; }

# ---- files and pipes in place of the terminal ----

typed() { # FORMAT ARGUMENT...: bytes for the standard input of the next run
	# shellcheck disable=SC2059 # the format is the caller's
	printf "$@" >"$T/input"
	input=$T/input
}

test_commands_from_a_file_are_not_echoed() {
	typed 'echo hi\necho $?\nexit 3\n'
	scenario -q -a quiet -- sh
	status_is 3
	out_is 'hi
0
'
}

test_commands_from_a_pipe_are_not_echoed() {
	need_kvm
	printf 'echo hi\n' | "$VMM" "$GUEST" -q --timeout 100 -a quiet -- sh 2>"$T/err" | cat >"$T/out"
	out_is 'hi
'
	err_is_empty
}

# What is behind a line is for the program that the line starts.
test_programs_read_on_where_the_shell_stopped() {
	typed 'cat\nfor cat\n'
	scenario -q -a quiet -- sh
	status_is 0
	out_is 'for cat
'
}

# ^C ^D ^H ^U ^W ^\ \r and NUL are bytes like others, and a line without an end is not lost.
test_every_byte_of_a_file_arrives() {
	typed 'a\003b\004c\010d\025e\027f\034g\rh\000i\377\n\004\nend'
	scenario -q -a quiet -- cat
	status_is 0
	same_file "$T/input" "$T/out"
}

test_long_lines_of_a_file_arrive() {
	awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%d ", i; print ""; for (i = 0; i < 100; i++) print i }' >"$T/input"
	input=$T/input
	scenario -q -a quiet -- cat
	status_is 0
	same_file "$T/input" "$T/out"
}

test_an_empty_file_ends_at_once() {
	typed ''
	scenario -q -a quiet -- cat
	status_is 0
	out_is_empty
}

test_null_and_yield_say_what_a_call_took() {
	scenario -q -a quiet -- sh -c 'null; yield; null 1; null 200; yield 300'
	status_is 0
	sed 's/[0-9]* ns/N ns/' "$T/out" >"$T/lines"
	printf 'null: 200 calls, N ns each\nyield: 300 calls, N ns each\n' >"$T/wanted"
	same_file "$T/wanted" "$T/lines"
}

# ---- what is no program ----

test_what_is_no_program_is_named() {
	cpio --version 2>/dev/null | grep -q GNU || skip "needs GNU cpio"
	printf '#! \necho hi\n' >"$T/script"
	echo hello >"$T/text"
	: >"$T/nothing"
	printf '\037\213\010\000' >"$T/archive.gz"
	chmod +x "$T/script" "$T/text" "$T/nothing" "$T/archive.gz"
	"$here/../../scripts/mkinitrd" -o "$T/archive" "$T/script" "$T/text" "$T/nothing" "$T/archive.gz" \
		"$BUILD/guest/bin/sh" "$BUILD/guest/bin/echo" || fail mkinitrd
	scenario -q -i "$T/archive" -a quiet -- sh -c 'script; echo $?; text; nothing; archive.gz; none; echo $?'
	status_is 0
	out_is 'sh: script: ENOEXEC: it is a script that names no interpreter
126
sh: text: ENOEXEC: it is text
sh: nothing: ENOEXEC: it is empty
sh: archive.gz: ENOEXEC: it is compressed by gzip
sh: none: not found
127
'
	scenario -q -i "$T/archive" -a quiet -- script
	[ "$status" -ne 0 ] || fail 'it ran'
	out_is 'script: cannot execute: ENOEXEC: it is a script that names no interpreter
'
}
