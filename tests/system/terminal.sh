# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# The guest's shell in a real terminal, provided by tmux: typed keys, the screen, the terminal's state afterwards.

terminal() { # COMMAND...
	tmux -S "$T/socket" -f /dev/null "$@"
}

# Opens a terminal with a shell of the host.
open_terminal() { # [SHELL]
	need_kvm
	host_shell=${1:-sh -i}
	need "${host_shell%% *}"
	need tmux
	trap 'terminal kill-server 2>/dev/null' EXIT
	# The shell ends by itself after a while, even if this test fails.
	LC_ALL=C TERM=screen terminal new-session -d -x 100 -y 30 'PS1=HOST: ENV= exec timeout --foreground 110 '"$host_shell" ||
		skip "tmux does not start"
	shows 'HOST:'
}

type_keys() { # KEY...: names of keys of tmux, or text to type
	terminal send-keys "$@"
}

on_screen() { # REGEX
	terminal capture-pane -p | grep -v '^ *$' >"$T/out"
	grep -qE -e "$1" "$T/out"
}

shows() { # REGEX: waits until the screen shows REGEX
	wait_until on_screen "$1"
}

# Opens a terminal with the guest's shell; the VMM's pid is in $T/pid.
open_guest() { # [SHELL]
	open_terminal "$@"
	type_keys "stty -g >$T/before" Enter
	type_keys "sh -c 'echo \$\$ >$T/pid; exec $VMM $GUEST -q --timeout 100 -a quiet -- sh'; echo status \$?" Enter
	shows 'The shell of the guest'
	shows '^\$ ?$'
}

terminal_modes() {
	stty -a -F "$(terminal display-message -p '#{pane_tty}')"
}

# Returns whether the VMM is no longer stopped and has made the terminal raw.
is_raw() {
	read -r _ _ state _ <"/proc/$(cat "$T/pid")/stat"
	[ "$state" != T ] && terminal_modes | grep -q -e -icanon
}

# Checks that the host's shell is back, with STATUS, and that the terminal is as it was before.
is_left() { # STATUS
	shows "status $1"
	type_keys "stty -g >$T/after; echo do''ne" Enter
	shows 'done'
	same_file "$T/before" "$T/after"
}

# Somebody holds the erase key down, whose bytes fill no room and end no line.
test_input_without_an_end_starves_nobody() {
	need_kvm
	need script
	# More than a guest can take, and little enough to leave this machine its processors.
	while head -c 16384 /dev/zero | tr '\0' '\177'; do sleep 0.01; done | script -qec "$VMM $GUEST -q --timeout 100 -a quiet -- flooded" /dev/null >"$T/out"
	out_has 'flooded: no line, and the processor was free'
}

test_commands() {
	open_guest
	type_keys 'echo one two; echo $?' Enter
	shows '^([$] )?one two$'
	shows '^0$'
	type_keys 'echo tgree' BSpace BSpace BSpace BSpace 'hree | cat' Enter
	shows '^([$] )?three$'
	type_keys ps Enter
	shows 'running .* ps$'
	type_keys 'no-such-program' Enter
	shows 'no-such-program: not found'
	type_keys 'exit 7' Enter
	is_left 7
}

test_background() {
	open_guest
	type_keys 'spin &' Enter
	shows '^([$] )?\[1\] [0-9]+$'
	type_keys 'jobs; echo still here' Enter
	shows '^([$] )?\[1\] [0-9]+ spin$'
	shows '^still here$'
	type_keys 'kill %1; wait' Enter
	shows 'killed by SIGTERM'
	type_keys "exit 0" Enter
	is_left 0
}

test_interrupt_ends_the_program_only() {
	open_guest
	type_keys "sh -c 'echo go; spin'" Enter
	shows '^go$'
	type_keys C-c
	shows 'killed by SIGINT'
	type_keys 'cat | cat' Enter 'to be repeated' Enter
	repeated() { on_screen . && [ "$(grep -c '^to be repeated$' "$T/out")" -eq 2 ]; }
	wait_until repeated # typed, and written by the second cat
	type_keys C-c
	shows '^(\^C)?\$ ?$'
	type_keys C-c 'echo alive' Enter
	shows '^([$] )?alive$'
	type_keys C-d
	is_left 0
}

# Without a program in the foreground ^C drops the line and the shell prompts again.
test_interrupt_at_the_prompt() {
	open_guest
	type_keys 'no-such-thing' C-c
	shows '^\$ no-such-thing\^C$'
	shows '^\$ ?$'
	type_keys C-c
	shows '^\$ \^C$'
	shows '^\$ ?$'
	type_keys 'echo fine' Enter
	shows '^([$] )?fine$'
	! on_screen 'not found' || fail 'the line was not dropped'
	type_keys 'exit 5' Enter
	is_left 5
}

# At whatever moment ^C comes, it drops the line, ends the program, or skips the rest of the line.
test_no_interrupt_is_lost() {
	open_guest
	for pause in 0 0 0.01 0.02 0.03 0.05 0.1 0.2; do
		type_keys 'spin; spin' Enter
		sleep $pause
		type_keys C-c
		type_keys "echo after $pause" Enter
		shows "^([$] )*after $pause$"
	done
	for count in 20 21 22 23 24 25 26 27; do
		type_keys "null ${count}00; null ${count}00; spin; spin" Enter
		sleep 0.0$count
		type_keys C-c "echo after $count" Enter
		shows "^([$] )*after $count$"
	done
	type_keys 'exit 6' Enter
	is_left 6
}

test_leaving() {
	open_guest
	type_keys C-a h
	shows 'A x ends the run'
	type_keys spin Enter
	type_keys C-a x
	is_left 130
}

test_ended_by_a_signal() {
	open_guest
	kill -TERM "$(cat "$T/pid")"
	is_left 143
}

test_stopped_and_continued() {
	open_guest
	kill -TSTP "$(cat "$T/pid")"
	shows 'Stopped|suspended'
	type_keys "stty -g >$T/meanwhile; echo stopp''ed now" Enter
	shows '^stopped now'
	same_file "$T/before" "$T/meanwhile"
	type_keys fg Enter
	wait_until is_raw
	type_keys 'echo again' Enter
	shows '^([$] )?again$'
	type_keys 'exit 3' Enter
	shows '^HOST: *$'
	type_keys "stty -g >$T/after; echo do''ne" Enter
	shows 'done'
	same_file "$T/before" "$T/after"
}

# Stops the VMM, lets it go on in the background, and gets it back. A shell sends no signal to a job that is running
# already (bash), or sends SIGCONT (dash).
stopped_and_in_background() { # SHELL
	open_guest "$1"
	kill -TSTP "$(cat "$T/pid")"
	shows 'Stopped|suspended'
	type_keys bg Enter "stty -g >$T/meanwhile; echo backgr''ound now" Enter
	shows '^(HOST:)?background now'
	same_file "$T/before" "$T/meanwhile"
	type_keys fg Enter
	wait_until is_raw
	type_keys 'echo again' Enter
	shows '^([$] )?again$'
	type_keys C-a x
	shows '^HOST: *$'
	type_keys "stty -g >$T/after; echo do''ne" Enter
	shows '^(HOST:)?done'
	same_file "$T/before" "$T/after"
}

test_stopped_and_in_background() { stopped_and_in_background 'sh -i'; }

test_stopped_and_in_background_of_bash() { stopped_and_in_background 'bash --norc -i'; }

# A job that is started in the background is not stopped for reading, and gets the terminal with the foreground.
test_started_in_the_background() {
	open_terminal
	type_keys "stty -g >$T/before" Enter
	type_keys "sh -c 'echo \$\$ >$T/pid; exec $VMM $GUEST -q --timeout 100 -a quiet -- sh' &" Enter
	shows 'The shell of the guest'
	type_keys "echo mi''ne" Enter
	shows '^(HOST:)?mine'
	type_keys fg Enter
	wait_until is_raw
	type_keys 'echo yours' Enter
	shows '^([$] )?yours$'
	type_keys 'exit 0' Enter
	shows '^HOST: *$'
	type_keys "stty -g >$T/after; echo do''ne" Enter
	shows '^(HOST:)?done'
	same_file "$T/before" "$T/after"
}

# In the background the terminal is another's, and the end does not wait for it.
test_ended_in_the_background() {
	open_guest
	kill -TSTP "$(cat "$T/pid")"
	shows 'Stopped|suspended'
	type_keys bg Enter
	kill -TERM "$(cat "$T/pid")"
	has_ended() { # or waits for the shell to take its status
		! read -r _ _ state _ 2>/dev/null <"/proc/$(cat "$T/pid")/stat" || [ "$state" = Z ]
	}
	wait_until has_ended
	type_keys "stty -g >$T/after; echo do''ne" Enter
	shows '^(HOST:)?done'
	same_file "$T/before" "$T/after"
}

# Every signal that ends the VMM restores the terminal, also one that the sandbox handles.
test_ended_by_any_signal() {
	open_guest
	numbers='12 24 26 27 29 30 31 34 64 6' # USR2 XCPU VTALRM PROF IO PWR SYS, real-time, ABRT
	case $BUILD in
	*/san) ;; # sanitizers handle faults themselves
	*) numbers="$numbers 4 7 8 11" ;;
	esac
	for number in $numbers; do
		kill -"$number" "$(cat "$T/pid")"
		is_left $((128 + number))
		type_keys -R
		type_keys "sh -c 'echo \$\$ >$T/pid; exec $VMM $GUEST -q --timeout 100 -a quiet -- sh'; echo status \$?" Enter
		shows '^\$ ?$'
	done
}

# These the VMM uses itself, or has ignored.
test_signals_that_do_not_end() {
	open_guest
	for signal in USR1 ALRM PIPE WINCH URG CONT; do
		kill -$signal "$(cat "$T/pid")"
		type_keys "echo after $signal" Enter
		shows "^([$] )?after $signal$"
	done
	type_keys 'exit 3' Enter
	is_left 3
}

# ---- much input ----

# Prints COUNT lines of 50 bytes.
lines() { # COUNT
	awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++) printf "%049d\n", i }'
}

paste() { # FILE
	terminal load-buffer -b text "$1"
	terminal paste-buffer -b text
}

# Opens a terminal with an image that takes each byte, or none.
open_image() { # IMAGE ARGUMENT...
	open_terminal
	type_keys "stty -g >$T/before" Enter
	type_keys "$VMM $IMAGES/$1.bin -q --timeout 100 $2 >$T/typed; echo status \$?" Enter
	is_taken() { terminal_modes | grep -q -e -icanon; }
	wait_until is_taken
}

# 50 KB come faster than the guest takes them.
test_pasting_loses_nothing() {
	lines 1000 >"$T/lines"
	open_image echo '-a 1'
	paste "$T/lines"
	type_keys q
	is_left 0
	{ tr '\n' '\r' <"$T/lines" && printf q; } >"$T/expected" # as a terminal is typed to
	same_file "$T/expected" "$T/typed"
}

# The guest does not read, and what is pasted waits; ^A x behind it still ends the run.
test_leaving_behind_what_was_pasted() {
	open_terminal
	lines 2000 >"$T/lines"
	type_keys "stty -g >$T/before" Enter
	type_keys "$VMM $GUEST -q --timeout 100 -a quiet -- sh; echo status \$?" Enter
	shows '^\$ ?$'
	type_keys spin Enter
	paste "$T/lines"
	type_keys C-a x
	is_left 130
}

# More is typed than is kept for a guest that does not read: that is told, and ^A x is still found.
test_leaving_behind_more_than_is_kept() {
	open_terminal
	lines 22000 >"$T/lines"
	type_keys "stty -g >$T/before" Enter
	type_keys "$VMM $GUEST -q --timeout 100 -a quiet -- sh; echo status \$?" Enter
	shows '^\$ ?$'
	type_keys spin Enter
	paste "$T/lines"
	shows 'the guest does not read what is typed'
	type_keys C-a x
	is_left 130
}

# ---- a shell that others wrote ----

# Between its prompt and what is typed, busybox may ask the terminal where the cursor is (1.35 does); the terminal
# answers on standard input, and nobody sees any of it.
test_busybox_shell() {
	[ -r "$BUILD/tests/programs.cpio" ] || skip "no build/tests/programs.cpio: it takes musl-gcc"
	grep -q 'BusyBox v' "$BUILD/tests/programs.cpio" || skip "no static busybox in build/tests/programs.cpio"
	open_terminal
	type_keys "stty -g >$T/before" Enter
	type_keys "$VMM $GUEST -q --timeout 100 -a quiet -i $BUILD/tests/programs.cpio -- busybox ash; echo status \$?" Enter
	shows '^[~/] # *$'
	type_keys 'busybox tty; echo one two' Enter
	shows '^/dev/console$'
	shows '^one two$'
	type_keys 'echo tgree' BSpace BSpace BSpace BSpace 'hree' Left Left Left Left Left 'X' Enter
	shows '^Xthree$'
	type_keys 'busybox cat' Enter 'to be repeated' Enter
	shows '^to be repeated$'
	type_keys 'gone' C-c 'echo status $?' Enter
	shows '^status 130$'
	! on_screen 'R.*# |\[[0-9]+;[0-9]+R' || fail 'an answer of the terminal is on the screen'
	type_keys 'exit 4' Enter
	is_left 4
}

# bash has an editor of its own for lines, with a history, and goes on where it was after ^C.
# shellcheck disable=SC2016 # expanded in the guest
test_bash() {
	archive=$BUILD/tests/ready-made.cpio
	[ -r "$archive" ] && cpio -t <"$archive" 2>/dev/null | grep -qx bin/bash || skip "no bash in build/tests/ready-made.cpio"
	open_terminal
	type_keys "stty -g >$T/before" Enter
	type_keys "$VMM $GUEST -q --timeout 100 -a quiet -i $archive -- bin/bash; echo status \$?" Enter
	shows 'bash-[^ ]*# ?$'
	type_keys 'for i in 1 2; do' Enter
	shows '^> ?$'
	type_keys 'echo "<$i>"; done' Enter
	shows '^<2>$'
	type_keys Up
	shows '# for i in 1 2; do echo "<\$i>"; done$'
	type_keys BSpace BSpace BSpace BSpace 'echo "again $i"; done' Enter
	shows '^again 2$'
	type_keys 'cat' Enter 'to be repeated' Enter
	shows '^to be repeated$'
	type_keys C-c 'echo "status $?"' Enter
	shows '^status 130$'
	type_keys cat Enter 'one more' Enter
	shows '^one more$'
	type_keys C-z
	shows '^\[1\]\+ +Stopped +cat$'
	type_keys fg Enter
	shows '^cat$'
	type_keys C-d 'exit 6' Enter
	is_left 6
}

# Output to a pipe is no terminal, while input from the keyboard is.
test_output_to_a_pipe() {
	open_terminal
	type_keys "stty -g >$T/before" Enter
	type_keys "$VMM $GUEST -q --timeout 100 -a quiet -- sh | cat; echo status fi''ne" Enter
	shows '^\$ ?$'
	type_keys 'echo one two' Enter
	shows '^one two$'
	type_keys C-d
	is_left fine
}

# An editor draws the whole screen, and what it saves in /tmp is there afterwards.
test_an_editor() {
	[ -r "$BUILD/tests/programs.cpio" ] || skip "no build/tests/programs.cpio: it takes musl-gcc"
	open_terminal
	type_keys "$VMM $GUEST -q --timeout 100 -i $BUILD/tests/programs.cpio -a quiet -- busybox sh" Enter
	shows '^[/~] # ?$'
	type_keys 'TERM=vt100 busybox vi /tmp/note' Enter
	shows '^- /tmp/note'
	type_keys 'ione line' Enter 'another line' Escape
	shows '^- /tmp/note \[Modified\]' # a key that followed sooner would be part of an escape sequence
	type_keys ':wq' Enter
	shows '^[/~] # ?$'
	type_keys 'busybox wc /tmp/note; exit' Enter
	shows ' 2 +4 +22 /tmp/note'
}

# ^Z stops the job in front and gives the terminal back to the shell; bg and fg let it go on.
test_job_control() {
	open_guest
	type_keys "sh -c 'echo go; spin'" Enter
	shows '^go$'
	sleep "$(amount 1 5)" # until spin has been executed
	type_keys C-z
	shows '^\[1\] stopped: sh -c'
	type_keys jobs Enter
	shows '^([$] )?\[1\] [0-9]+ stopped: sh -c'
	type_keys ps Enter
	shows ' stopped .* spin$'
	type_keys bg Enter
	shows '^([$] )?sh -c .* &$'
	type_keys ps Enter
	shows ' runnable .* spin$'
	shows '^\$ ?$'
	type_keys fg Enter
	shows "^sh -c 'echo go; spin'\$"
	type_keys C-c
	shows '^killed by SIGINT$'
	type_keys 'echo alive' Enter
	shows '^([$] )?alive$'
	type_keys 'exit 3' Enter
	is_left 3
}

# A job in the background that reads the terminal is stopped until it is in front.
test_background_reader() {
	open_guest
	type_keys 'cat &' Enter
	is_stopped() { type_keys ps Enter && sleep 0.3 && on_screen ' stopped .* cat$'; }
	wait_until is_stopped
	shows '^\$ ?$'
	type_keys fg Enter
	shows '^cat$'
	type_keys 'to be repeated' Enter
	repeated() { on_screen . && [ "$(grep -c '^to be repeated$' "$T/out")" -eq 2 ]; }
	wait_until repeated
	type_keys C-d
	type_keys 'exit 4' Enter
	is_left 4
}
