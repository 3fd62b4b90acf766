# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# What is printed can be read in every terminal: in ASCII where the locale is not UTF-8, in lines that fit, with escape
# sequences only where they are understood.

# Does all that prints text, each output to a file of its own in $T/printed. Nothing here is an input of another tool.
print_everything() {
	need_kvm
	mkdir "$T/printed"
	cd "$T/printed" || exit
	"$VMM" "$GUEST" --trace --stats -- sh -c 'rogue; sieve 100' >guest.txt 2>live.txt </dev/null
	"$VMM" "$IMAGES/triple.bin" >crash.txt 2>&1 </dev/null
	"$VMM" "$GUEST" -q --trace="$T/trace" -a quiet -- sieve 100 >/dev/null 2>&1 </dev/null
	"$VMM" trace print "$T/trace" >print.txt 2>&1
	"$VMM" trace stat "$T/trace" >stat.txt 2>&1
	"$VMM" trace check "$T/trace" >check.txt 2>&1
	"$VMM" trace protocol "$T/trace" >protocol.txt 2>&1
	"$VMM" bench --list >list.txt 2>&1
	"$VMM" bench --seconds 0.2 --only int80 --only loop-ring3 --json "$T/bench.json" >bench.txt 2>&1
	"$VMM" bench compare "$T/bench.json" "$T/bench.json" >compare.txt 2>&1
	"$VMM" doctor >doctor.txt 2>&1
	for words in '' run doctor bench 'bench compare' trace; do
		# shellcheck disable=SC2086 # several words
		"$VMM" $words --help >>help.txt 2>&1
	done
	for name in print stat explain diff check protocol export report compress; do
		"$VMM" trace "$name" --help >>help.txt 2>&1
	done
	cd "$here" || exit
	for file in "$T"/printed/*; do
		[ -s "$file" ] || fail "nothing in ${file##*/}"
	done
}

# Prints how many bytes of FILE are not ASCII.
beyond_ascii() { # FILE
	LC_ALL=C tr -d '\000-\177' <"$1" | wc -c
}

printed() { # FILE TEXT: FILE of $T/printed has TEXT
	grep -qaF -e "$2" "$T/printed/$1.txt" || fail "$1 has no '$2': $(tail -n 5 "$T/printed/$1.txt")"
}

test_ascii_where_the_locale_is_not_utf8() {
	export LC_ALL=C
	print_everything
	for file in "$T"/printed/*; do
		[ "$(beyond_ascii "$file")" -eq 0 ] || fail "${file##*/} is not ASCII: $(LC_ALL=C grep -av '^[ -~]*$' "$file" | head -n 1)"
		! grep -qa '[^ ]??' "$file" || fail "${file##*/} has a character without a twin"
	done
	printed guest '@'
	printed live '3->0'
	printed print '0->3'
	printed stat ' us '
	printed protocol '+-----'
	printed doctor ' + KVM_CAP'
}

test_utf8_where_the_locale_has_it() {
	export LC_ALL=C.UTF-8
	print_everything
	printed guest '█'
	printed live '3→0'
	printed crash 'guest µs'
	printed print '0→3'
	printed stat ' µs '
	printed protocol '┌────'
	printed doctor ' ✓ KVM_CAP'
	printed bench 'min to p99'
}

test_the_locale_is_found_as_posix_says() {
	run exits -a 10 -q --trace="$T/trace"
	for locale in LC_ALL=C LC_CTYPE=POSIX LANG=de_DE.ISO-8859-1 NONE=; do
		env -u LC_ALL -u LC_CTYPE -u LANG "$locale" "$VMM" trace print "$T/trace" >"$T/out" 2>&1
		[ "$(beyond_ascii "$T/out")" -eq 0 ] || fail "not ASCII with $locale"
	done
	for locale in LC_ALL=C.UTF-8 LC_CTYPE=C.utf8 LANG=de_DE.UTF-8; do
		env -u LC_ALL -u LC_CTYPE -u LANG "$locale" "$VMM" trace print "$T/trace" >"$T/out" 2>&1
		[ "$(beyond_ascii "$T/out")" -gt 0 ] || fail "not UTF-8 with $locale"
	done
	env LC_ALL=C LANG=C.UTF-8 "$VMM" trace print "$T/trace" >"$T/out" 2>&1
	[ "$(beyond_ascii "$T/out")" -eq 0 ] || fail 'LANG is stronger than LC_ALL'
}

# Files for other programs are the same in every locale.
test_files_do_not_depend_on_the_locale() {
	guest -q --trace="$T/trace" -a quiet -- sieve 100
	for name in export-csv export-chrome export-ftrace stat-json stat-csv protocol-json; do
		for locale in C C.UTF-8; do
			case $name in
			export-*) set -- export --to "${name#export-}" "$T/trace" ;;
			*) set -- "${name%-*}" "--${name#*-}" "$T/trace" ;;
			esac
			LC_ALL=$locale "$VMM" trace "$@" >"$T/$locale" 2>"$T/err" || fail "trace $*: $(head -n 1 "$T/err")"
		done
		[ -s "$T/C" ] && cmp "$T/C" "$T/C.UTF-8" || fail "$name depends on the locale"
	done
}

# ---- in a terminal, provided by script(1) ----

# Runs a command of the shell in a terminal; what the terminal gets is in $T/out, without carriage returns.
in_terminal() { # COLUMNS COMMAND
	script -q -c "stty cols $1; $2" /dev/null <"${input:-/dev/null}" 2>"$T/err" | tr -d '\r' >"$T/out"
}

need_terminal() {
	need_kvm
	need script
	in_terminal 61 'stty size'
	grep -q ' 61$' "$T/out" || skip 'script(1) makes no terminal'
}

# Prints a line of $T/out that is wider than COLUMNS, if there is one. Only the first byte of a character takes a column.
too_wide() { # COLUMNS
	LC_ALL=C sed "s/$(printf '\033')\[[0-9;]*m//g" "$T/out" | LC_ALL=C tr -d '\200-\277' |
		LC_ALL=C awk -v columns="$1" 'length($0) > columns { print; exit }'
}

lines_fit() { # COMMAND
	for columns in 60 80; do
		for locale in C C.UTF-8; do
			in_terminal "$columns" "LC_ALL=$locale $1"
			[ -s "$T/out" ] || fail "nothing from $1"
			line=$(too_wide "$columns")
			[ -z "$line" ] || fail "wider than $columns columns: $1: $line"
		done
	done
}

test_tables_fit_the_terminal() {
	need_terminal
	guest -q --trace="$T/trace" -a quiet -- sh -c 'rogue; sieve 100'
	"$VMM" bench --seconds 0.2 --only int80 --only loop-ring3 --json "$T/bench.json" >/dev/null 2>&1
	for name in print stat check protocol; do
		lines_fit "$VMM trace $name $T/trace"
	done
	lines_fit "$VMM bench compare $T/bench.json $T/bench.json"
	lines_fit "$VMM bench --list"
	lines_fit "$VMM doctor"
	lines_fit "$VMM bench --seconds 0.2 --only int80 --only loop-ring3 2>/dev/null"
}

# The guest does not know the terminal, and the last line is prose.
test_reports_of_a_run_fit_the_terminal() {
	need_terminal
	lines_fit "$VMM $GUEST -q --trace --stats -a quiet -- sieve 100 >/dev/null"
	lines_fit "$VMM $IMAGES/triple.bin -q"
}

# What is left out is said in the last line, and off the terminal nothing is.
test_the_rest_is_to_be_seen() {
	need_terminal
	run exits -a 10 -q --trace="$T/trace"
	in_terminal 80 "$VMM trace print $T/trace"
	out_has '^-- 4 columns more: widen the terminal, or \| less -S$'
	in_terminal 80 "$VMM trace print $T/trace | cat"
	out_has ' where +RIP$'
	in_terminal 200 "$VMM trace print $T/trace"
	out_has ' where +RIP'
	! grep -q '^-- ' "$T/out" || fail 'there was room for all'
	in_terminal 80 "$VMM $IMAGES/exits.bin -a 10 -q --trace"
	out_has '^-- 4 columns more: widen the terminal, or 2>&1 \| less -S$'
}

test_the_guests_report_has_80_columns() {
	need_kvm
	for locale in C C.UTF-8; do
		LC_ALL=$locale "$VMM" "$GUEST" -q -a account -- sh -c 'rogue; forkbench 5' >"$T/run" 2>&1 </dev/null
		sed -n '/^ pid /,$p' "$T/run" >"$T/out"
		out_has 'who had the CPU'
		line=$(too_wide 80)
		[ -z "$line" ] || fail "wider than 80 columns: $line"
	done
}

has_escapes() {
	grep -q "$(printf '\033')" "$T/out"
}

test_colour_only_where_it_is_understood() {
	need_terminal
	guest -q --trace="$T/trace" -a quiet -- sieve 100
	for command in "trace print $T/trace" "trace protocol $T/trace" doctor "$IMAGES/exits.bin -a 10 -q --trace"; do
		in_terminal 100 "TERM=xterm NO_COLOR= $VMM $command"
		has_escapes || fail "no colour: $command"
		for variables in 'TERM=dumb NO_COLOR=' 'TERM=xterm NO_COLOR=1' '-u TERM NO_COLOR='; do
			in_terminal 100 "env $variables $VMM $command"
			! has_escapes || fail "escape sequences with $variables: $command"
		done
		in_terminal 100 "TERM=xterm NO_COLOR= $VMM $command 2>&1 | cat"
		! has_escapes || fail "escape sequences in a pipe: $command"
	done
}
