# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Invalid traces for each reader: truncated anywhere, of a newer version, damaged, without symbols. The reader must
# print one line with the reason. Readers work the same on every host, so emulated hosts try only some places: all would
# take a tenth of the whole suite's time.

readers='print stat check protocol export report'

record() { # ARGUMENT...
	guest --timeout 100 -q --trace="$T/trace" "$@"
	[ -s "$T/trace" ] || fail "no trace: $(head -n 1 "$T/err")"
	cp "$T/trace" "$T/bad"
}

# Runs one reader on $T/bad and discards its output.
read_bad() { # READER
	case $1 in
	export) vmm trace export --to csv -o "$T/made" "$T/bad" ;;
	report) vmm trace report -o "$T/made" "$T/bad" ;;
	*) vmm trace "$1" "$T/bad" ;;
	esac
}

all_refuse() { # REGEX
	for reader in $readers; do
		rm -f "$T/made"
		read_bad "$reader"
		[ "$status" -eq "$REFUSED" ] || fail "$reader: status $status instead of $REFUSED"
		err_has "$1"
		err_is_one_line
		[ ! -e "$T/made" ] || fail "$reader left a file behind"
	done
}

test_cut_inside_the_header() {
	record -a quiet -- null 1
	for size in $(amount "1 7 8 11 95 96 97 4095 5000" "7 95 4095"); do
		head -c "$size" "$T/trace" >"$T/bad"
		all_refuse 'cut short|not a ringside trace|makes no sense'
	done
}

# A truncated record is lost, only that one, and the reader says so.
test_cut_inside_a_record() {
	record -a quiet -- null 1
	whole=$(wc -c <"$T/trace")
	for less in $(amount "1 8 24 44 47" "1 47"); do
		head -c $((whole - less)) "$T/trace" >"$T/bad"
		for reader in $readers; do
			read_bad "$reader"
			[ "$status" -eq 0 ] || fail "$reader: status $status"
			err_has 'ends in the middle of a record'
		done
	done
}

# The numbers of docs/trace-format.md: version at 8, header_size at 12, record_size at 16, sections at 64 and 80.
test_newer_version() {
	record -a quiet -- null 1
	patch "$T/bad" 8 '\377'
	all_refuse 'made by a newer ringside'
}

test_damaged_lengths() {
	record -a quiet -- null 1
	for offset in $(amount "12 16 64 72 80 88 120 128" "12 72 128"); do
		cp "$T/trace" "$T/bad"
		patch "$T/bad" "$offset" '\377\377\377\177'
		all_refuse 'damaged'
	done
}

test_damaged_counts_of_symbols() {
	record -a quiet -- null 1
	for offset in $(amount "136 140 144" 140); do
		cp "$T/trace" "$T/bad"
		patch "$T/bad" "$offset" '\377\377\377\177'
		all_refuse 'symbol section makes no sense'
	done
}

# Without symbols every reader prints addresses instead of names.
test_without_symbols() {
	need strip
	need_kvm
	strip -o "$T/stripped.bin" "$GUEST" 2>/dev/null || skip "strip does not know the image"
	vmm -q --timeout 100 --trace="$T/bad" "$T/stripped.bin" -a quiet -- null 1
	status_is 0
	for reader in $readers; do
		read_bad "$reader"
		[ "$status" -eq 0 ] || fail "$reader: status $status: $(head -n 1 "$T/err")"
		[ ! -s "$T/err" ] || fail "$reader says: $(head -n 1 "$T/err")"
	done
	vmm trace print "$T/bad"
	out_has '0xffffffff80[0-9a-f]+'
}

test_output_that_cannot_be_written() {
	record -a quiet -- null 1
	[ -e /dev/full ] || skip "no /dev/full"
	output=/dev/full
	for reader in print stat check protocol; do
		vmm trace $reader "$T/trace"
		status_is "$REFUSED"
		err_has 'No space left'
	done
	output=
	refused "$REFUSED" 'No such file' trace report -o "$T/no/page.html" "$T/trace"
}

test_closed_pipe() {
	record -a quiet -- null 200
	for reader in print stat protocol; do
		{ "$VMM" trace $reader "$T/trace" 2>"$T/err"; echo $? >"$T/status"; } | head -n 1 >/dev/null
		[ "$(cat "$T/status")" -eq 0 ] || fail "$reader: status $(cat "$T/status")"
		[ ! -s "$T/err" ] || fail "$reader says: $(head -n 1 "$T/err")"
	done
}

# ---- files that are no good as one of the two ----

# No output goes over the trace, by whichever name.
test_output_that_is_the_trace() {
	record -a quiet -- null 1
	ln -s trace "$T/link"
	ln "$T/trace" "$T/hard"
	for name in trace link hard ./trace; do
		case $name in ./*) output_name=$T/./${name#./} ;; *) output_name=$T/$name ;; esac
		for words in 'export --to csv' 'export --to perfetto' 'export --to ctf' report compress; do
			# shellcheck disable=SC2086 # two words
			refused "$REFUSED" 'is the trace itself' trace $words -o "$output_name" "$T/trace"
		done
		for words in print stat check protocol 'export --to csv' 'report -o -' 'compress -o -'; do
			# shellcheck disable=SC2086
			"$VMM" trace $words "$T/trace" </dev/null >>"$output_name" 2>"$T/err"
			status=$?
			status_is "$REFUSED"
			err_has 'standard output is the trace itself'
			err_is_one_line
		done
	done
	same_file "$T/bad" "$T/trace"
}

# Whatever is not a trace is refused at once, without being read to an end that it may not have.
test_inputs_that_are_no_files() {
	record -a quiet -- null 1
	for name in "$T" /dev/zero /dev/null; do
		for reader in $readers compress; do
			case $reader in
			export) set -- --to csv -o "$T/made" ;;
			report | compress) set -- -o "$T/made" ;;
			*) set -- ;;
			esac
			refused "$REFUSED" "$name" trace "$reader" "$@" "$name"
			[ ! -e "$T/made" ] || fail "$reader left a file behind"
		done
		refused "$REFUSED" "$name" bench compare "$name" "$name"
		refused "$REFUSED" "$name" trace print -d --image="$name" "$T/trace"
	done
}

test_empty_names() {
	need_kvm
	set -- 'trace print ""' 'trace stat ""' 'trace print --image= t' 'trace print --initrd= t' 'trace print --symbols= t' \
		'trace export --to csv -o "" t' 'trace report -o "" t' 'trace compress -o "" t' 'bench --json=' \
		'bench compare a ""' '""' 'run ""' '--initrd= k' '--trace= k'
	for words in "$@"; do
		eval "vmm $words"
		[ "$status" -eq "$USAGE" ] || fail "vmm $words: status $status"
		err_has "the name is empty|no file has the name ''"
		err_is_one_line
	done
}

# Opening a pipe that nobody reads waits for a reader; ^C and SIGTERM end that.
test_output_to_a_pipe_that_nobody_reads() {
	record -a quiet -- null 1
	mkfifo "$T/pipe"
	"$VMM" trace export --to csv -o "$T/pipe" "$T/trace" 2>"$T/err" &
	pid=$!
	wait_until grep -q '^State:.S' "/proc/$pid/status"
	kill -TERM "$pid"
	finish
	status_is 143
}

# A trace may become shorter while it is read: what is still there is read, and the reader says that it is not all.
test_trace_that_shrinks_while_it_is_read() {
	many=$(amount 50000 20000)
	run bench-pio -q -a "$many" --trace="$T/trace"
	status_is 0
	mkfifo "$T/pipe"
	"$VMM" trace export --to csv -o "$T/pipe" "$T/trace" 2>"$T/err" &
	pid=$!
	exec 4<"$T/pipe"
	read -r _ <&4 # of far more text than the pipe holds, so that most of the trace has not been read
	dd if=/dev/null of="$T/trace" bs=1 seek=$((4096 + many * 48 / 2 + 7)) 2>/dev/null
	cat <&4 >"$T/text"
	exec 4<&-
	finish
	status_is 0
	err_has 'ends in the middle of a record'
	is_least "$(wc -l <"$T/text")" 1000 'lines'
	is_most "$(wc -l <"$T/text")" $((many - 1000)) 'lines'
}

# A name in debug information holds a terminal's escape character.
test_source_names_cannot_control_the_terminal() {
	[ -x "$BUILD/vmm-symbolizer" ] && "$BUILD/vmm-symbolizer" --help >/dev/null 2>&1 || skip "no vmm-symbolizer"
	need_kvm
	escape=$(printf '\033')
	LC_ALL=C sed "s/instructions\.h/instr${escape}ctions.h/g" "$GUEST" >"$T/guest.bin"
	[ "$(wc -c <"$T/guest.bin")" -eq "$(wc -c <"$GUEST")" ] || skip "sed does not keep binary files as they are"
	vmm -q --timeout 20 --trace="$T/trace" "$T/guest.bin" -a quiet -- echo hello
	vmm trace print --source --filter 'reason==IO' "$T/trace"
	! grep -q 'built without' "$T/err" || skip "$(cat "$T/err")"
	status_is 0
	out_has 'instr[?]ctions\.h:[0-9]+'
	! grep -q "$escape" "$T/out" || fail "an escape character reached the terminal"
}
