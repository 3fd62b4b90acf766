# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# vmm trace print, stat, compress and export: filters, limits, following, calls, disassembly, sums.

record() { # ARGUMENT...: runs the guest and records $T/trace
	guest --timeout 100 -q --trace="$T/trace" "$@"
	status_is 0
}

filtered() { # EXPRESSION: writes the matching lines, without the header, to $T/text
	"$VMM" trace print --filter "$1" "$T/trace" >"$T/lines" 2>"$T/err" || fail "filter '$1': $(cat "$T/err")"
	sed 1d "$T/lines" >"$T/text"
}

lines() {
	wc -l <"$T/text"
}

test_calls_are_decoded() {
	record -a quiet -- echo hello
	filtered 'kind==result && name==write'
	grep -qE 'write\(1, 0x[0-9a-f]+, [0-9]+\) = [0-9]+' "$T/text" || fail "no write in: $(cat "$T/text")"
	filtered 'kind==syscall && name==exit_group'
	grep -q 'exit_group(0) = ?' "$T/text" || fail "no exit_group in: $(cat "$T/text")"
}

# Strings are only shown if the image is the one that ran.
test_constant_strings_are_shown() {
	need_kvm
	need python3
	cp "$BUILD/guest.bin" "$T/guest.bin"
	vmm --timeout 100 -q --trace="$T/trace" "$T/guest.bin" -- quick
	status_is 0
	filtered 'kind==syscall && name==execve'
	grep -q 'execve("sieve", 0x' "$T/text" || fail "no string in: $(cat "$T/text")"
	# a copy that differs only in its build ID
	python3 - "$BUILD/guest.bin" "$T/other.bin" <<-'END' || fail 'no copy'
		import re, sys
		image = open(sys.argv[1], "rb").read()
		open(sys.argv[2], "wb").write(re.sub(rb"(\x03\0\0\0GNU\0).", rb"\1!", image, flags=re.S))
	END
	for other in "$T/other.bin" "$BUILD/bench.bin" /dev/null; do
		cat "$other" >"$T/guest.bin"
		filtered 'kind==syscall && name==execve'
		grep -q 'execve(0x' "$T/text" || fail "no address in: $(cat "$T/text")"
	done
}

test_filters_divide_a_trace() {
	record -a quiet -- echo hello
	filtered 'kind==vmexit'
	exits=$(lines)
	filtered '!(kind==vmexit) && kind!=arguments'
	events=$(lines)
	print_trace "$T/trace"
	[ $((exits + events + 1)) -eq "$(wc -l <"$T/text")" ] || fail "$exits exits and $events events are not all lines"
	filtered 'reason==IO'
	io=$(lines)
	filtered 'kind==vmexit && reason!=IO'
	[ $((io + $(lines))) -eq "$exits" ] || fail "IO and the others are not all $exits exits"
	filtered 'time<1ms'
	early=$(lines)
	filtered 'time>=1ms'
	[ $((early + $(lines))) -eq $((exits + events)) ] || fail "before and after 1 ms are not all lines"
}

test_filter_error_points_at_the_column() {
	run exits -a 1 -q --trace="$T/trace"
	vmm trace print --filter 'reason==IO && cpl=3' "$T/trace"
	status_is "$USAGE"
	err_has '^  reason==IO && cpl=3$'
	err_has '^                   \^$'
	out_is_empty
}

test_limit() {
	run exits -a 10 -q --trace="$T/trace"
	vmm trace print --limit 3 "$T/trace"
	status_is 0
	[ "$(wc -l <"$T/out")" -eq 4 ] || fail "$(wc -l <"$T/out") lines instead of 4"
}

# Each line is an object without a name given twice, and tells what the line of text tells.
test_json_lines() {
	need python3
	record -a quiet -- quick
	for options in '' "--filter=kind==result -T" "--filter=reason==IO" '--limit=7 -r' --follow; do
		# shellcheck disable=SC2086 # options
		"$VMM" trace print $options "$T/trace" | sed 1d >"$T/text"
		# shellcheck disable=SC2086
		vmm trace print --json $options "$T/trace"
		status_is 0
		python3 - "$T/out" "$T/text" "$options" 2>"$T/err" <<-'END' || fail "$options: $(tail -n 1 "$T/err")"
			import json, sys
			def once(pairs):
			    assert len(dict(pairs)) == len(pairs), pairs
			    return dict(pairs)
			lines = [json.loads(line, object_pairs_hook=once) for line in open(sys.argv[1], "rb")]
			texts = open(sys.argv[2]).read().splitlines()
			assert len(lines) == len(texts) > 0, (len(lines), len(texts))
			for line, text in zip(lines, texts):
			    assert line.get("detail", "") in text, (line, text)
			    assert line.get("reason", line["kind"]) in text and line.get("rip", "") in text, (line, text)
			    if line["kind"] == "result":
			        assert text.split(" = ")[-1].startswith(str(line["result"])) or line["name"] in ("brk", "mmap"), text
			        assert ("duration_ns" in line) == ("-T" in sys.argv[3]), line
			    elif line["kind"] == "vmexit":
			        assert text.split()[0] == str(line["exit"]), (line, text)
			    assert sys.argv[3] != "--filter=reason==IO" or line["reason"] == "IO"
		END
	done
}

test_follow_ends_with_the_recording() {
	start pit-spin -a '100 50' -q --trace="$T/trace"
	wait_until test -s "$T/trace"
	"$VMM" trace print --follow "$T/trace" >"$T/followed" 2>"$T/followed.err" || fail "follow: status $?"
	finish
	status_is 0
	print_trace "$T/trace"
	same_file "$T/followed" "$T/text"
	[ ! -s "$T/followed.err" ] || fail "follow said: $(cat "$T/followed.err")"
}

test_follow_ends_with_a_killed_vmm() {
	start bench-pio -a 0 --trace="$T/trace"
	wait_until test -s "$T/trace"
	"$VMM" trace print --follow "$T/trace" >"$T/followed" 2>"$T/followed.err" &
	follower=$!
	sleep 0.3
	kill -KILL "$pid"
	finish
	wait "$follower" || fail "follow: status $?"
	print_trace "$T/trace"
	same_file "$T/followed" "$T/text"
	grep -q 'not closed' "$T/followed.err" || fail "follow said: $(cat "$T/followed.err")"
}

need_symbolizer() {
	[ -x "$BUILD/vmm-symbolizer" ] || skip "no vmm-symbolizer"
	"$BUILD/vmm-symbolizer" --help >/dev/null 2>&1 || skip "vmm-symbolizer does not run here"
}

symbolized() { # OPTION... TRACE: prints a trace to $T/out; skips the test if the library is missing
	vmm trace print "$@"
	! grep -q 'built without' "$T/err" || skip "$(cat "$T/err")"
	status_is 0
}

test_disassembly_of_what_trapped() {
	need_symbolizer
	run exits -a 2 -q --trace="$T/trace"
	symbolized --disassemble "$T/trace"
	out_has 'IO +outb .*out +%'
	out_has 'IO +inb .*in +'
	out_has 'MMIO +write[bwlq] .*mov'
}

test_system_calls_are_disassembled() {
	need_symbolizer
	record -a quiet -- echo hello
	symbolized --disassemble --filter 'kind==syscall' "$T/trace"
	out_has 'write\(.*[[:space:]]syscall$'
}

archive() { # packs the stripped programs in $T/programs into $T/archive
	cpio --version 2>/dev/null | grep -q GNU || skip 'needs GNU cpio'
	"$here/../../scripts/mkinitrd" -o "$T/archive" "$T/programs"/* || fail 'mkinitrd'
}

all_calls_are_disassembled() { # FILTER
	symbolized --disassemble --filter "kind==syscall && $1" "$T/trace"
	[ "$(grep -c '  syscall ' "$T/out")" -gt 3 ] || fail "few calls: $(cat "$T/out")"
	! sed 1d "$T/out" | grep -vE '[[:space:]](syscall|int .*)$' || fail 'calls without their instruction'
}

# There are no symbols to walk from or to know the programs by.
test_stripped_programs_of_an_archive() {
	need strip
	need_symbolizer
	mkdir "$T/programs"
	for program in init sieve queens chatty rogue hostile; do
		strip -s -o "$T/programs/$program" "$BUILD/guest/debug/$program" || fail "$program cannot be stripped"
	done
	archive
	record -i "$T/archive" -a quiet -- quick
	all_calls_are_disassembled 'pid>=1'
	filtered 'kind==syscall && name==execve && program==init'
	grep -q 'execve("sieve", 0x.*(init)' "$T/text" || fail "no string or no name in: $(cat "$T/text")"
	# another archive, with a byte of the code of a program changed
	cp "$T/archive" "$T/ran"
	offset=$(grep -abo "$(printf '\017\005')" "$T/archive" | head -n 1 | cut -d : -f 1)
	printf '\220' | dd of="$T/archive" bs=1 seek="$offset" conv=notrunc 2>"$T/dd" || fail "$(cat "$T/dd")"
	refused "$REFUSED" 'is not what was traced' trace print --disassemble "$T/trace"
	filtered 'kind==syscall && name==execve'
	grep -q 'execve(0x' "$T/text" || fail "no address in: $(cat "$T/text")"
	vmm trace print --initrd "$T/ran" --filter 'kind==syscall && name==execve' "$T/trace"
	out_has 'execve\("sieve"'
}

test_programs_that_can_be_anywhere() {
	need gcc
	need_symbolizer
	mkdir "$T/programs"
	gcc -static-pie -O2 -o "$T/programs/made" "$here/../programs/arithmetic.c" -lm || skip 'gcc makes no static PIEs here'
	archive
	record -i "$T/archive" -a quiet -- made
	all_calls_are_disassembled 'program==made' # init is the image's own
	out_has '[a-z_]+\+0x[0-9a-f]+ \(made\)'
}

test_source_lines() {
	need_symbolizer
	record -a quiet -- echo hello
	symbolized --source --filter 'reason==IO' "$T/trace"
	out_has 'guest/kernel/[a-z_/]+\.h:[0-9]+'
}

test_source_lines_of_programs() {
	need_symbolizer
	record -a quiet -- null 200
	symbolized --source --filter 'kind==exception' "$T/trace"
	out_has '\(init\) .*guest/user/init\.c:[0-9]+$'
	mkdir "$T/symbols"
	symbolized --source --symbols "$T/symbols" --filter 'kind==exception' "$T/trace"
	! grep -q 'init\.c' "$T/out" || fail 'source lines from nowhere'
	cp "$BUILD/guest/debug/null" "$T/symbols/init" # a program that is not the one that ran
	symbolized --source --symbols "$T/symbols" --filter 'kind==exception' "$T/trace"
	! grep -qE '(null|init)\.c' "$T/out" || fail 'source lines of another program'
	refused "$REFUSED" 'no directory' trace print --source --symbols "$T/none" "$T/trace"
}

test_disassembly_of_another_image_is_refused() {
	need_symbolizer
	run exits -a 2 -q --trace="$T/trace"
	symbolized --disassemble --limit 0 "$T/trace"
	refused "$REFUSED" 'is not what was traced' trace print --disassemble --image "$IMAGES/pit.bin" "$T/trace"
	refused "$REFUSED" 'cannot read the image' trace print --disassemble --image "$T/none" "$T/trace"
}

test_stat_of_system_calls() {
	record -a quiet -- null 200
	vmm trace stat "$T/trace"
	status_is 0
	out_has '^getpid +20[01] '
	out_has '^ +[0-9]+ +null '
}

test_stat_json_and_csv_agree() {
	need python3
	record -a quiet -- null 200
	"$VMM" trace stat --json "$T/trace" >"$T/stat.json" || fail "stat --json: status $?"
	"$VMM" trace stat --csv "$T/trace" >"$T/stat.csv" || fail "stat --csv: status $?"
	python3 - "$T/stat.json" "$T/stat.csv" >"$T/out" 2>"$T/err" <<-'END' || fail 'they do not agree'
		import csv, json, sys
		stat = json.load(open(sys.argv[1]))
		rows = list(csv.DictReader(open(sys.argv[2])))
		exits = {row["name"]: row for row in rows if row["table"] == "exit"}
		assert len(exits) == len(stat["exits"]) > 0
		for entry in stat["exits"]:
		    row = exits[entry["name"]]
		    assert int(row["samples"]) == entry["samples"]
		    for side in "vmm", "guest":
		        times = entry[side + "_ns"]
		        assert times["min"] <= times["p50"] <= times["p90"] <= times["p99"] <= times["max"], entry
		        for key in "total", "min", "mean", "p50", "p90", "p99", "max":
		            assert float(row[f"{side}_{key}_ns"]) == times[key]
		assert stat["total"]["exits"] == sum(entry["samples"] for entry in stat["exits"])
		calls = {entry["name"]: entry for entry in stat["transitions"] if entry["kind"] == "syscall"}
		assert calls["getpid"]["samples"] in (200, 201)
		total = sum(p["ring0_ns"] + p["ring3_ns"] + p["untold_ns"] for p in stat["processes"])
		assert abs(total - stat["total"]["guest_ns"]) < 0.001 * total, (total, stat["total"])
	END
}

# The parts of a run have what the whole has, to the tick; and calls and errors are those that `print` shows.
test_stat_of_a_part_of_the_run() {
	need python3
	record -a quiet -- sh -c 'cat /nowhere; null 50'
	"$VMM" trace stat --json "$T/trace" >"$T/whole.json" 2>"$T/err" || fail "stat --json: status $?"
	"$VMM" trace stat --json --until 30ms "$T/trace" >"$T/first.json" 2>"$T/err" || fail "--until: status $?"
	"$VMM" trace stat --json --from 30ms --until 1h "$T/trace" >"$T/second.json" 2>"$T/err" && fail 'h is no unit'
	"$VMM" trace stat --json --from 30ms "$T/trace" >"$T/second.json" 2>"$T/err" || fail "--from: status $?"
	"$VMM" trace stat --json -f 'result<0' "$T/trace" >"$T/errors.json" 2>"$T/err" || fail "--filter: status $?"
	"$VMM" trace stat --csv -f 'result<0' "$T/trace" >"$T/errors.csv" 2>"$T/err" || fail "--filter: status $?"
	"$VMM" trace print -f 'result<0' "$T/trace" 2>"$T/err" | sed 1d >"$T/errors"
	python3 - "$(wc -l <"$T/errors")" "$T" >"$T/out" 2>"$T/err" <<-'END' || fail 'the sums differ'
		import csv, json, sys
		whole, first, second, errors = (json.load(open(f"{sys.argv[2]}/{name}.json")) for name in ("whole", "first", "second", "errors"))
		assert first["time_ticks"]["all"] > 0 and second["time_ticks"]["all"] > 0
		for share, ticks in whole["time_ticks"].items():
		    assert ticks == first["time_ticks"][share] + second["time_ticks"][share], share
		for part in whole, first, second, errors:
		    assert sum(owner["ticks"] for owner in part["processes"]) == part["time_ticks"]["all"]
		for total in "exits", "events":
		    assert whole["total"][total] == first["total"][total] + second["total"][total]
		assert errors["time_ticks"] == whole["time_ticks"]
		failed = int(sys.argv[1])
		assert failed > 0 and errors["chosen"]["matching"] == failed, (errors["chosen"], failed)
		assert sum(call["errors"] for call in whole["calls"]) == failed
		assert all(call["calls"] == call["errors"] for call in errors["calls"])
		rows = list(csv.DictReader(open(sys.argv[2] + "/errors.csv")))
		calls = {(row["pid"], row["name"]): row for row in rows if row["table"] == "call"}
		assert len(calls) == len(errors["calls"]) > 0
		for call in errors["calls"]:
		    row = calls[str(call["pid"]), call["name"]]
		    assert (int(row["samples"]), int(row["errors"])) == (call["calls"], call["errors"])
		    assert float(row["guest_total_ns"]) == call["own_ns"] and float(row["elapsed_total_ns"]) == call["elapsed_ns"]
		    assert float(row["vmm_total_ns"]) == call["vmm_ns"]
		chosen = next(row for row in rows if row["table"] == "chosen")
		assert (chosen["name"], int(chosen["samples"])) == ("result<0", failed)
		assert int(chosen["ticks"]) == whole["time_ticks"]["all"]
	END
}

test_stat_of_calls_by_process() {
	record -a quiet -- sh -c 'cat /nowhere; null 50'
	vmm trace stat -c "$T/trace"
	status_is 0
	out_has '^Process [0-9]+ cat$'
	out_has '^ *[0-9.]+ +[0-9.]+ +[0-9.]+ +1 +1  open$'
	out_has '^ *[0-9.]+ +[0-9.]+ +[0-9.]+ +5[0-9]     *getpid$'
	out_has '^All processes$'
	vmm trace stat --until 10ms -f 'pid==1' "$T/trace"
	out_has '^From 0.000000 ms to 10.000000 ms of the run: 10.000000 ms'
	out_has '^[0-9]+ of [0-9]+ records match pid==1\.'
	out_has '^Time of the range'
}

# Waits until $T/trace has a record.
wait_for_trace() { # PID of who records it
	until [ "$("$VMM" trace print -n 1 "$T/trace" 2>/dev/null | wc -l)" -gt 1 ]; do
		kill -0 "$1" || fail 'there is no trace'
	done
}

# Off a terminal --follow prints once, at the end of the recording, what stat says of the file then.
test_stat_follows_a_recording() {
	"$VMM" "$GUEST" -q --trace="$T/trace" -a quiet -- sh -c 'sieve 2000; sleeper' >"$T/guest" 2>&1 &
	wait_for_trace $!
	vmm trace stat --follow "$T/trace"
	status_is 0
	wait
	"$VMM" trace stat "$T/trace" >"$T/wanted" 2>/dev/null
	same_file "$T/wanted" "$T/out"
}

# At a terminal it shows the tables in place, within its size, again after ^C, and without colour if NO_COLOR is set.
test_stat_follows_at_a_terminal() {
	need python3
	"$VMM" "$GUEST" -q --trace="$T/trace" --timeout 60 -a quiet -- spin >"$T/guest" 2>&1 &
	recorder=$!
	wait_for_trace $recorder
	NO_COLOR=1 TERM=xterm python3 - "$VMM" "$T/trace" >"$T/out" 2>"$T/err" <<-'END' || fail 'not what a terminal should show'
		import fcntl, os, pty, struct, sys, termios
		pid, fd = pty.fork()
		if pid == 0:
		    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("4H", 12, 60, 0, 0))
		    os.execv(sys.argv[1], [sys.argv[1], "trace", "stat", "--follow", sys.argv[2]])
		def until(frames):
		    shown = b""
		    while shown.count(b"\x1b[J") < frames:
		        shown += os.read(fd, 65536)
		    return shown
		frame = until(1).split(b"\x1b[J")[0]
		assert frame.startswith(b"\x1b[H") and frame.count(b"\n") <= 11, frame
		lines = frame[3:].replace(b"\x1b[K", b"").replace(b"\r", b"").decode().split("\n")
		assert max(map(len, lines)) <= 60 and "\x1b" not in "".join(lines), lines
		fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("4H", 30, 100, 0, 0))
		frame = until(2).split(b"\x1b[J")[-2]
		assert 11 < frame.count(b"\n") <= 29, frame
		os.write(fd, b"\x03")
		rest = b""
		try:
		    while piece := os.read(fd, 65536):
		        rest += piece
		except OSError:
		    pass
		assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
		assert b"Time of the run" in rest.split(b"\x1b[J")[-1], rest
	END
	kill $recorder
	wait
}

# A flame graph has each exit once, and the guest's time before it.
test_flame() {
	need python3
	record -a quiet -- sh -c 'sieve 2000; null 50'
	"$VMM" trace stat --json "$T/trace" >"$T/stat.json" 2>"$T/err" || fail "stat: status $?"
	"$VMM" trace flame --folded --weight exits "$T/trace" >"$T/exits" 2>"$T/err" || fail "--weight exits: status $?"
	"$VMM" trace flame --folded "$T/trace" >"$T/time" 2>"$T/err" || fail "--folded: status $?"
	vmm trace flame -o "$T/flame.svg" "$T/trace"
	status_is 0
	grep -q '^[0-9]* sieve;ring 3;[a-z_]* [0-9]*$' "$T/time" || fail 'sieve has no stack in ring 3'
	python3 - "$T" >"$T/out" 2>"$T/err" <<-'END' || fail 'the sums differ'
		import json, sys, xml.dom.minidom
		folder = sys.argv[1]
		stat = json.load(open(folder + "/stat.json"))
		stacks = lambda name: [line.rsplit(" ", 1) for line in open(f"{folder}/{name}")]
		assert all(len(stack.split(";")) == 3 for stack, _ in stacks("time"))
		assert sum(int(count) for _, count in stacks("exits")) == stat["total"]["exits"]
		time, guest = sum(int(ns) for _, ns in stacks("time")), stat["total"]["guest_ns"]
		away = sum(owner["host_ns"] + owner["blocked_ns"] for owner in stat["processes"])
		assert guest - stat["total"]["exits"] <= time <= guest + away, (time, guest, away)
		picture = xml.dom.minidom.parse(folder + "/flame.svg")
		titles = [title.firstChild.data for title in picture.getElementsByTagName("title")]
		assert any(title.startswith("all (") for title in titles) and any(" sieve (" in title for title in titles), titles
		assert not picture.getElementsByTagName("script")
	END
}

compress() { # compresses $T/trace; skips the test if the library is missing
	vmm trace compress "$T/trace"
	! grep -q 'built without' "$T/err" || skip "$(cat "$T/err")"
}

test_compressed_trace_is_read_as_it_is() {
	record -a quiet -- null "$(amount 2000 300)"
	compress
	status_is 0
	is_least "$(wc -c <"$T/trace")" "$(($(wc -c <"$T/trace.zst") * 4))" 'bytes before compression'
	print_trace "$T/trace" && mv "$T/text" "$T/plain"
	print_trace "$T/trace.zst"
	same_file "$T/plain" "$T/text"
	for subcommand in stat check protocol 'export --to csv' 'report -o -'; do
		# shellcheck disable=SC2086 # options
		"$VMM" trace $subcommand "$T/trace" | sed "s:$T/[a-z.]*::" >"$T/plain"
		# shellcheck disable=SC2086
		"$VMM" trace $subcommand "$T/trace.zst" | sed "s:$T/[a-z.]*::" >"$T/text"
		same_file "$T/plain" "$T/text"
	done
	refused "$REFUSED" 'compressed already' trace compress "$T/trace.zst"
}

test_cut_compressed_trace() {
	record -a quiet -- null 2000
	compress
	head -c $(($(wc -c <"$T/trace.zst") - 1)) "$T/trace.zst" >"$T/cut"
	vmm trace check "$T/cut"
	status_is 0
	err_has 'ends in the middle of'
}

# An incomplete output file never appears under its name, and an older file of that name stays.
test_unwritable_output_leaves_nothing() {
	run exits -a 10 -q --trace="$T/trace"
	mkdir "$T/out.d" && echo before >"$T/out.d/old"
	for command in 'report -o' 'export --to csv -o' 'compress -o'; do
		# shellcheck disable=SC2086 # words
		(ulimit -f 1 && exec "$VMM" trace $command "$T/out.d/old" "$T/trace") >"$T/out" 2>"$T/err"
		status=$?
		! grep -q 'built without' "$T/err" || continue
		status_is "$REFUSED"
		err_has "^vmm: cannot write $T/out.d/old: File too large\$"
		[ "$(ls -A "$T/out.d")" = old ] && [ "$(cat "$T/out.d/old")" = before ] || fail "$command left: $(ls -A "$T/out.d")"
	done
}

# Interrupts an export to OUTPUT in DIRECTORY while it waits for the end of the trace, which comes through a pipe.
interrupt_export() { # FORMAT DIRECTORY OUTPUT
	begun() { [ -n "$(find "$directory" -name '.vmm-*')" ]; }
	directory=$2
	mkdir "$2"
	mkfifo "$2.pipe"
	"$VMM" trace export --to "$1" -o "$3" "$2.pipe" >"$T/out" 2>"$T/err" &
	pid=$!
	exec 3>"$2.pipe"
	cat "$T/trace" >&3
	wait_until begun
	kill -TERM "$pid"
	finish
	exec 3>&-
	status_is 143
}

test_interrupted_export_leaves_nothing() {
	record -a hz=0 -- null "$(amount 8000 2000)"
	interrupt_export csv "$T/a" "$T/a/trace.csv"
	[ -z "$(ls -A "$T/a")" ] || fail "left: $(ls -A "$T/a")"
	interrupt_export ctf "$T/b" "$T/b/ctf"
	[ -z "$(ls -A "$T/b")" ] || fail "left: $(find "$T/b")"
}

test_broken_pipe_is_no_error() {
	record -a quiet -- echo hello
	for command in print stat protocol 'export --to csv' 'report -o -'; do
		# shellcheck disable=SC2086 # words
		{ "$VMM" trace $command "$T/trace" 2>"$T/err"; echo $? >"$T/status"; } | true
		[ "$(cat "$T/status")" -eq 0 ] && [ ! -s "$T/err" ] || fail "$command: $(cat "$T/status") $(cat "$T/err")"
	done
}

# Every format that the help names is one that the command takes.
test_export_to_each_format_of_the_help() {
	run end-at-once --trace="$T/trace" -q
	vmm trace export --help
	formats=$(sed -n 's/.*--to=\([a-z|-]*\).*/\1/p' "$T/out" | tr '|' ' ')
	is_least "$(echo "$formats" | wc -w)" 6 formats
	for format in $formats; do
		vmm trace export --to "$format" -o "$T/exported-$format" "$T/trace"
		status_is 0
		[ -s "$T/exported-$format" ] || fail "$format: nothing exported"
	done
}
