# shellcheck shell=sh disable=SC2154,SC2034,SC2317 # variables and functions that the helpers set and use
# SPDX-License-Identifier: MIT
# Ordinary programs in the guest: tests/programs compiled by musl-gcc -static, and the host's busybox.

need_programs() {
	[ -r "$BUILD/tests/programs.cpio" ] || skip "no build/tests/programs.cpio: it takes musl-gcc"
}

program() { # PROGRAM ARGUMENT...
	need_programs
	guest --timeout 100 -i "$BUILD/tests/programs.cpio" -a quiet -- "$@"
}

busybox() { # APPLET ARGUMENT...
	program busybox "$@"
	! grep -q 'busybox: cannot' "$T/out" "$T/err" || skip "no static busybox in build/tests/programs.cpio"
}

test_floating_point() {
	program arithmetic
	status_is 0
	out_is '2.928968 1e+100 1.234568e+04   2.2|1.414   |
0.333333333333333 0x1p-1
2.718
'
}

test_megabytes() { program allocation; status_is 0; out_is 'memory: 0 errors
'; }

# The same calls on this Linux and in the guest, from the same archive.
test_calls_as_on_linux() {
	program linux_calls
	status_is 0
	(cd "$T" && cpio -i -d 2>"$T/cpio" <"$BUILD/tests/programs.cpio" && ./linux_calls >"$T/linux") ||
		fail "linux_calls on this host: status $?"
	differs=$(diff "$T/linux" "$T/out" | head -n 20)
	[ -z "$differs" ] || { echo "$differs"; fail "Linux (<) and the guest (>) differ"; }
	is_least "$(sed -n 's/^\([0-9]*\) calls$/\1/p' "$T/out")" 300 'calls'
}

test_hundreds_of_mappings() {
	count=$(amount 150 100)
	program mappings "$count"
	status_is 0
	out_is "mappings: $count at once, 0 errors
"
}

# The end of the run tells of the thread.
test_auxiliary_vector_and_threads() {
	need_programs
	guest --timeout 100 -i "$BUILD/tests/programs.cpio" -- auxiliary_vector
	status_is 0
	out_has '^auxiliary vector: 0 failed'
	out_has '^threads that clone was asked for, which are not here: 1$'
}

test_arguments_and_environment() {
	program environment one 'two words'
	status_is 3
	out_is 'argv[0] = environment
argv[1] = one
argv[2] = two words
HOME = /
HOME = /elsewhere
'
}

test_reading_files() {
	program reader data/link data
	status_is 0
	out_is 'data/link: 1 lines, 10 bytes, at 10
third byte: 2
directory .
directory ..
other file
other link
other loop
'
}

test_pipe_from_a_child() { program pipes; status_is 0; out_is '5000 lines, child exited with 9
'; }

# The program also checks that the kernel gets all memory back.
test_calls_on_files() { program files; status_is 0; out_has '^files: [1-9][0-9]+ passed, 0 failed'; }

test_signals_and_groups() { program signals; status_is 0; out_has '^signals: [1-9][0-9]+ passed, 0 failed'; }

# Programs that the tests themselves make, where there is the compiler; the file that they read is data/file.
made() { # FILE...: runs the program $T/made, with these files of the host beside it and the words in $words
	cpio --version 2>/dev/null | grep -q GNU || skip "needs GNU cpio"
	mkdir "$T/data" && printf 0123456789 >"$T/data/file"
	"$here/../../scripts/mkinitrd" -o "$T/archive" "$T/made" "$T/data" "$@" || fail 'mkinitrd'
	# shellcheck disable=SC2086 # several words
	guest --timeout 100 -i "$T/archive" -a quiet -- made $words
}

test_streams_of_cxx() {
	need g++
	g++ -std=c++17 -O2 -static -o "$T/made" "$here/../programs/containers.cpp" || skip 'g++ makes no static programs here'
	words=data/file
	made
	status_is 6
	out_is 'be: 1 5
not: 3
or: 2
to: 0 4
3
caught negative: -3
0123456789
'
}

test_commands_of_rust() {
	need rustc
	busybox=$(unset -f busybox && command -v busybox) || skip 'needs busybox'
	rustc -O -C target-feature=+crt-static -o "$T/made" "$here/../programs/commands.rs" ||
		skip 'rustc makes no static programs here'
	words='a b'
	made "$busybox"
	status_is 0
	out_is 'from a child
status Some(7)
NotFound
A B
no thread
'
}

test_static_bash() {
	need bash-static
	cp "$(command -v bash-static)" "$T/made"
	# shellcheck disable=SC2016 # expanded in the guest
	printf '#!/made\necho $((3 * 4)) "$(echo one; echo two)"\nfor i in 1 2; do (exit $i); echo $?; done\nexit 5\n' >"$T/script"
	chmod +x "$T/script"
	words=./script
	made "$T/script"
	status_is 5
	out_is '12 one
two
1
2
'
}

test_not_there() { program nosuchprogram; [ "$status" -ne 0 ] || fail 'status 0 for a missing program'; }

test_busybox_echo() { busybox echo hi; status_is 0; out_is 'hi
'; }

test_busybox_cat() { busybox cat data/file /data/link; status_is 0; out_is 01234567890123456789; }

test_busybox_ls() {
	busybox ls -l data
	status_is 0
	out_has '^-rw[-rwx]* +1 0 +0 +10 .* file$'
	out_has '^lrwx.* link -> file$'
}

test_busybox_sort() {
	printf 'b\nc\na\n' >"$T/input"
	input=$T/input
	busybox sort
	status_is 0
	out_has '^a$'
	[ "$(tail -n 3 "$T/out" | tr -d '\n')" = abc ] || fail 'not sorted'
}

test_busybox_shell() {
	# shellcheck disable=SC2016 # expanded in the guest
	busybox sh -c 'for i in 1 2 3; do echo $i; done | sort -r; exit 5'
	status_is 5
	out_is '3
2
1
'
}

# Without a terminal a shell prints no prompt, echoes nothing and asks no terminal where its cursor is.
test_busybox_shell_reads_a_file() {
	printf 'echo hi\nbusybox tty\n[ -t 1 ] || echo 1 is none\nexit 6\n' >"$T/input"
	input=$T/input
	busybox ash
	status_is 6
	out_is 'hi
not a tty
1 is none
'
}

# The end of the host's input is a hang-up in the guest, so no program waits for ever.
test_end_of_input() {
	printf 'one\ntwo' >"$T/input"
	input=$T/input
	busybox wc -c
	status_is 0
	out_has '7$'
}

# ---- files that can be written, and the time of day ----

# Copies, moves, makes and removes what ordinary scripts do; each line of the output is one of these.
test_busybox_files_in_tmp() {
	# shellcheck disable=SC2016 # expanded in the guest
	busybox sh -c 'set -e; b=busybox; $b cp /data/file /tmp/a; $b cp -r /data /tmp/copy; $b mv /tmp/a /tmp/b
		$b cat /tmp/b; echo; echo more >>/tmp/b; $b wc -c </tmp/b; $b ln -s b /tmp/c; $b tail -c 5 /tmp/c
		$b mkdir -p /tmp/x/y/z; echo deep | $b tee /tmp/x/y/z/f /tmp/x/g; (cd /tmp; $b find . | $b sort | $b tr "\n" " ")
		echo; $b dd if=/dev/zero of=/tmp/zeros bs=4096 count=3 2>/dev/null; $b wc -c /tmp/zeros
		$b touch -d "2001-02-03 04:05:06" /tmp/b; $b ls -l --full-time /tmp/b; $b chmod 600 /tmp/b; $b stat -c "%a %h" /tmp/b
		$b rm -r /tmp/x /tmp/copy /tmp/zeros; $b rm /tmp/b /tmp/c; $b ls -A /tmp'
	status_is 0
	out_is '0123456789
15
more
deep
. ./b ./c ./copy ./copy/file ./copy/link ./copy/loop ./x ./x/g ./x/y ./x/y/z ./x/y/z/f 
12288 /tmp/zeros
-rw-r--r--    1 0        0               15 2001-02-03 04:05:06 +0000 /tmp/b
600 1
'
}

test_busybox_read_only() {
	busybox sh -c 'busybox touch /new || busybox mkdir /bin2 || busybox rm /data/file || echo no'
	status_is 0
	out_has '^no$'
	[ "$(grep -c 'Read-only file system' "$T/out")" -eq 3 ] || fail 'not refused as Linux does'
}

# The guest's time of day is the host's, whatever the guest has done before.
test_busybox_date() {
	before=$(date +%s)
	busybox date +%s
	status_is 0
	after=$(date +%s)
	told=$(tr -d '\r\n' <"$T/out")
	[ "$before" -le "$told" ] && [ "$told" -le "$after" ] || fail "the guest tells $told between $before and $after"
}

test_busybox_descriptors() {
	busybox sh -c 'echo through | busybox cat /dev/stdin; echo out >/dev/stdout; echo three 3>/tmp/f >/dev/fd/3
		busybox cat /tmp/f; echo x >/dev/full; echo $?; busybox head -c 1000 /dev/urandom | busybox wc -c'
	status_is 0
	out_has '^through$'
	out_has '^out$'
	out_has '^three$'
	out_has 'No space left on device'
	out_has '^1$'
	out_has '^1000$'
}

test_busybox_free_and_uptime() {
	busybox sh -c 'busybox free | busybox head -n 2; busybox uptime; busybox tr "\0" "|" </proc/self/cmdline'
	status_is 0
	out_has '^Mem: +131072 '
	out_has 'up 0 min'
	out_has '^busybox\|tr\|'
}
