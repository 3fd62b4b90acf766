# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Programs that cannot be executed, and malformed archives: the kernel refuses each with the reason, and goes on.

# Offsets in the ELF header (System V gABI, chapter 4), and in a program header.
MACHINE=18 ENTRY=24 HEADERS=56
FIRST=64 SEGMENT_OFFSET=8 SEGMENT_ADDRESS=16 SEGMENT_SIZE=40

# Makes $T/prog: a copy of a valid program with some bytes changed.
damaged() { # OFFSET '\ooo\ooo'
	[ -r "$BUILD/guest/bin/echo" ] || skip "no build/guest/bin/echo"
	cp "$BUILD/guest/bin/echo" "$T/prog"
	patch "$T/prog" "$1" "$2"
}

# Runs $T/prog in the guest.
run_prog() {
	cpio --version 2>/dev/null | grep -q GNU || skip "needs GNU cpio"
	"$here/../../scripts/mkinitrd" -o "$T/archive" "$T/prog" || fail 'mkinitrd'
	guest --timeout 100 -i "$T/archive" -a quiet -- prog
}

# Checks that the kernel refuses $T/prog with a reason that matches.
cannot_run() { # REGEX
	chmod +x "$T/prog"
	run_prog
	is_most "$status" 120 'as status: the kernel died'
	[ "$status" -ne 0 ] || fail 'it ran'
	out_has "$1"
}

test_empty() { : >"$T/prog"; cannot_run 'prog: cannot execute: ENOEXEC: it is empty'; }
test_text() { od -c "$GUEST" | head -n 20 >"$T/prog"; cannot_run 'ENOEXEC: it is text'; }
test_truncated() {
	damaged 0 '\177'
	dd if="$T/prog" of="$T/short" bs=100 count=1 2>/dev/null && mv "$T/short" "$T/prog"
	cannot_run 'prog: cannot be run'
}
test_dynamic() { damaged $FIRST '\003'; cannot_run 'static only'; } # a segment becomes the name of an interpreter
test_not_executable() {
	damaged 0 '\177'
	chmod -x "$T/prog"
	run_prog
	out_has 'prog: cannot execute: EACCES'
}
test_other_machine() { damaged $MACHINE '\267'; cannot_run 'x86-64'; }
test_no_entry() { damaged $ENTRY '\000\000\000\000'; cannot_run 'entry'; }
test_no_headers() { damaged $HEADERS '\000'; cannot_run 'prog: cannot be run'; }
test_kernel_address() { damaged $((FIRST + SEGMENT_ADDRESS)) '\000\000\000\200\377\377\377\377'; cannot_run 'prog: cannot be run'; }
test_contents_outside() { damaged $((FIRST + SEGMENT_OFFSET)) '\000\000\000\377'; cannot_run 'prog: cannot be run'; }
test_huge_segment() { damaged $((FIRST + SEGMENT_SIZE)) '\377\377\377\377\377\377\377\177'; cannot_run 'prog: cannot be run'; }
test_missing() {
	damaged 0 '\177'
	mv "$T/prog" "$T/other"
	cp "$T/other" "$T/prog"
	guest --timeout 100 -a quiet -- prog
	[ "$status" -ne 0 ] || fail 'it ran'
	out_has 'prog: cannot execute: ENOENT'
}
test_endless_arguments() {
	words=$(awk 'BEGIN { for (i = 0; i < 700; i++) print "argument" }' | tr '\n' ' ')
	# shellcheck disable=SC2086 # many words
	refused "$USAGE" 'has [0-9]+ bytes, and this kernel takes [0-9]+' "$GUEST" -a quiet -- echo $words
}
