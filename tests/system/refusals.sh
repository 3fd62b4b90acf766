# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Unusable images, initrds, hosts and outputs: one clear line, status 125, no file left behind.

# Offsets in tests/guests images (ELF64: header, then two program headers; the linker puts the note on the second page).
MACHINE=18 CLASS=4 HEADERS=56 LOAD=64 NOTE=120 THIRD=176
TYPE=0 ADDRESS=24 FILE_SIZE=32 MEMORY_SIZE=40
NOTE_NAME=4108 NOTE_ENTRY=4112

good=$IMAGES/end-at-once.bin
bad=$T/bad.bin

damaged() { # OFFSET BYTES
	[ -e "$bad" ] || cp "$good" "$bad"
	patch "$bad" "$1" "$2"
}

refuses() { # REGEX ARGUMENT...
	need_kvm
	words=$1
	shift
	refused "$REFUSED" "$words" "$@"
}

# ---- the image ----

test_trace_over_the_image_or_the_initrd() {
	need_kvm
	cp "$IMAGES/end-at-once.bin" "$T/image"
	ln -s image "$T/link"
	refused "$REFUSED" 'is the image itself' "$T/link" --trace="$T/image"
	same_file "$IMAGES/end-at-once.bin" "$T/image"
	scripts=$here/../../scripts
	"$scripts/mkinitrd" -o "$T/initrd" "$T/image" 2>"$T/err" || skip "$(head -n 1 "$T/err")"
	cp "$T/initrd" "$T/before"
	refused "$REFUSED" 'is the initrd itself' "$GUEST" -i "$T/initrd" --trace="$T/initrd"
	same_file "$T/before" "$T/initrd"
}

# A file that is several things at once, under its own name, by a symbolic link and by a hard link.
test_trace_over_what_the_run_reads_or_prints() {
	need_kvm
	echo 'typed' >"$T/file"
	ln -s file "$T/link"
	ln "$T/file" "$T/hard"
	for name in file link hard; do
		"$VMM" "$good" --trace="$T/$name" <"$T/file" >"$T/out" 2>"$T/err"
		status=$?
		status_is "$REFUSED"
		err_has "^vmm: --trace=$T/$name: that is standard input itself"
		"$VMM" "$good" --trace="$T/$name" </dev/null >>"$T/file" 2>"$T/err"
		status=$?
		status_is "$REFUSED"
		err_has "^vmm: --trace=$T/$name: that is standard output itself"
		"$VMM" "$good" --trace="$T/$name" </dev/null >"$T/out" 2>>"$T/file"
		status=$?
		status_is "$REFUSED"
		grep -q "^vmm: --trace=$T/$name: that is standard error itself" "$T/file" || fail "says: $(cat "$T/file")"
		echo 'typed' >"$T/file"
	done
	"$VMM" "$good" --trace=/proc/self/fd/1 </dev/null >"$T/file" 2>"$T/err"
	status=$?
	status_is "$REFUSED"
	err_has 'that is standard output itself'
}

# Nothing that refuses a run touches the trace that is there.
test_refused_run_leaves_the_old_trace() {
	need_kvm
	run exits -a 20 -q --trace="$T/trace"
	status_is 0
	cp "$T/trace" "$T/before"
	refused "$USAGE" 'no-such-option' "$good" --trace="$T/trace" --no-such-option
	refused "$USAGE" 'irqchip' "$good" --trace="$T/trace" --irqchip=none
	refused "$REFUSED" 'No such file' "$T/none" --trace="$T/trace"
	refused "$REFUSED" 'No such file' "$good" -i "$T/none" --trace="$T/trace"
	refused "$REFUSED" 'trace-limit 50000 is less' "$good" --trace="$T/trace" --trace-limit 50000
	refused "$REFUSED" 'trace-limit 50000 is less' "$good" --trace="$T/trace" --trace-limit 50000,last
	same_file "$T/before" "$T/trace"
	vmm "$good" -q --trace="$T/trace"
	status_is 0
	! cmp -s "$T/before" "$T/trace" || fail 'the trace was not replaced by the run that was not refused'
}

test_image_missing() { refuses "$T/none.*No such file" "$T/none"; }
test_image_empty() { : >"$bad"; refuses 'empty' "$bad"; }
test_image_is_a_directory() { refuses 'directory' "$T"; }
test_image_is_a_device() { refuses '/dev/null' /dev/null; }
test_image_is_text() { echo hello >"$bad"; refuses 'text.*ELF' "$bad"; }
test_image_unreadable() {
	[ "$(id -u)" -ne 0 ] || skip "root can read everything"
	cp "$good" "$bad"; chmod 0 "$bad"; refuses 'ermission' "$bad"
}
test_image_truncated() {
	for size in 1 3 20 63 100 170 4095 4100 4155; do
		head -c "$size" "$good" >"$bad"
		refuses "$bad: " "$bad"
	done
}
test_image_of_32_bits() { damaged "$CLASS" '\001'; refuses '64-bit' "$bad"; }
test_image_of_another_machine() { damaged "$MACHINE" '\267\000'; refuses 'x86-64' "$bad"; }
test_image_without_a_note() { damaged "$NOTE_NAME" 'GNU'; refuses 'no PVH note' "$bad"; }
test_image_without_headers() { damaged "$HEADERS" '\000\000'; refuses 'program headers' "$bad"; }
test_image_with_segments_that_overlap() {
	damaged "$HEADERS" '\003\000'
	dd if="$good" of="$bad" bs=1 skip="$LOAD" seek="$THIRD" count=56 conv=notrunc 2>/dev/null
	refuses 'overlaps' "$bad"
}
test_image_beyond_ram() { damaged $((LOAD + MEMORY_SIZE)) '\000\000\000\020'; refuses 'guest memory' "$bad" -m 16M; }
test_image_in_the_hole() { damaged $((LOAD + MEMORY_SIZE)) '\000\000\000\300'; refuses 'guest memory' "$bad"; }
test_image_that_wraps_around() {
	damaged $((LOAD + MEMORY_SIZE)) '\377\377\377\377\377\377\377\377'
	refuses 'wraps around' "$bad"
}
test_image_with_more_in_the_file() { damaged $((LOAD + MEMORY_SIZE)) '\001\000'; refuses 'more bytes' "$bad"; }
test_image_without_contents() { damaged $((LOAD + FILE_SIZE)) '\000\000\020'; damaged $((LOAD + MEMORY_SIZE)) '\000\000\020'; refuses 'truncated' "$bad"; }
test_image_with_entry_outside() { damaged "$NOTE_ENTRY" '\000\000\000\001'; refuses 'entry' "$bad"; }
test_image_with_nothing_to_load() { damaged $((LOAD + TYPE)) '\000'; refuses "$bad" "$bad"; }
test_image_with_note_elsewhere() { damaged $((NOTE + ADDRESS - 16)) '\377\377\377\377\377\377\377\377'; refuses "$bad" "$bad"; }

# ---- the initrd ----

test_initrd_missing() { refuses "$T/none.*No such file" "$good" -i "$T/none"; }
test_initrd_empty() { : >"$T/initrd"; refuses 'empty' "$good" -i "$T/initrd"; }
test_initrd_is_a_directory() { refuses 'it is a directory' "$good" -i "$T"; }
test_initrd_too_large() {
	dd if=/dev/zero of="$T/initrd" bs=1 count=0 seek=33554432 2>/dev/null
	refuses 'does not fit' "$good" -m 16M -i "$T/initrd"
}

# ---- the host ----

# Runs the VMM in a new mount namespace after COMMAND has changed this namespace.
in_namespace() { # COMMAND ARGUMENT...
	need_namespace
	command=$1
	shift
	try unshare -m sh -c "$command"' && exec "$@"' - "$VMM" "$@"
	status_is "$REFUSED"
	err_has '/dev/kvm'
	err_is_one_line
}

test_no_kvm() {
	in_namespace 'mount -t tmpfs none /dev' "$good"
	err_has 'kvm_intel or kvm_amd.*nested virtualisation.*group kvm.*scripts/kvm-host svm'
}
test_kvm_is_something_else() { need_kvm; in_namespace 'mount -o bind /dev/null /dev/kvm' "$good"; }
test_no_permission_for_kvm() {
	need_kvm
	need_root
	setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null || skip "no setpriv that changes the user"
	chmod 711 "${T%/*}"
	chmod 755 "$T"
	cp "$VMM" "$good" "$T" && chmod 755 "$T"/vmm "$T"/*.bin
	try setpriv --reuid 65534 --regid 65534 --clear-groups "$T/vmm" "$T/end-at-once.bin"
	[ "$status" -ne 126 ] || skip "another user cannot reach $T"
	status_is "$REFUSED"
	# Joining a group helps only where the device belongs to one that may use it.
	advice='chmod a\+rw /dev/kvm'
	case $(stat -c %a:%G /dev/kvm) in ?[67]?:root | ?[67]?:UNKNOWN) ;; ?[67]?:*) advice='usermod -aG' ;; esac
	err_has "ermission.*/dev/kvm.*$advice.*scripts/kvm-host svm"
	err_is_one_line
}

test_advice_for_a_group_that_may_use_kvm() {
	need_kvm
	in_namespace_as_nobody 'usermod -aG wheels USER' 660 77
}

test_advice_where_the_group_has_no_name() {
	need_kvm
	in_namespace_as_nobody 'chmod a.rw /dev/kvm' 660 78
}

# Runs the VMM as another user on a host whose /dev/kvm has MODE and belongs to GROUP; group 77 is called wheels.
in_namespace_as_nobody() { # REGEX MODE GROUP
	need_namespace
	need setpriv
	setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null || skip "no setpriv that changes the user"
	chmod 711 "${T%/*}"
	chmod 755 "$T"
	cp "$VMM" "$good" "$T" && chmod 755 "$T"/vmm "$T"/*.bin
	printf 'root:x:0:\nwheels::77:\n' >"$T/group"
	# shellcheck disable=SC2016 # expanded by the inner shell
	try unshare -m sh -c 'mount -o bind "$1/group" /etc/group && mount -t tmpfs none /dev && mknod -m 600 /dev/kvm c 10 232 &&
		chgrp "$3" /dev/kvm && chmod "$2" /dev/kvm &&
		exec setpriv --reuid 65534 --regid 65534 --clear-groups "$1/vmm" "$1/end-at-once.bin"' - "$T" "$2" "$3"
	[ "$status" -ne 126 ] || skip "another user cannot reach $T"
	status_is "$REFUSED"
	err_has "$1"
	err_is_one_line
}

# ---- outputs ----

test_trace_file_not_writable() { refuses 'No such file' "$good" --trace="$T/none/trace"; }
test_trace_file_is_a_directory() { refuses "$T" "$good" --trace="$T"; }
test_trace_file_is_a_device() { refuses '/dev/full' "$good" --trace=/dev/full; }
test_refused_run_leaves_no_trace_file() {
	refuses 'No such file' "$T/none" --trace="$T/trace"
	[ ! -e "$T/trace" ] || fail "a trace file was left behind"
}

# The guest's output cannot be written: the guest runs to its end, and the status and one line say so.
output_lost() {
	status_is "$LOST"
	err_has 'stdout|output'
}

test_stdout_closed() {
	need_kvm
	"$VMM" "$IMAGES/string-io.bin" </dev/null >&- 2>"$T/err"
	status=$?
	output_lost
}

test_stdout_full() {
	output=/dev/full
	run string-io
	output_lost
}

test_stdout_is_a_pipe_nobody_reads() {
	need_kvm
	{
		"$VMM" "$IMAGES/string-io.bin" --timeout 100 </dev/null 2>"$T/err"
		echo $? >"$T/status"
	} | :
	status=$(cat "$T/status")
	# The pipe may still have been open when the line was written.
	[ "$status" -eq 0 ] || output_lost
}

test_stderr_closed() {
	need_kvm
	"$VMM" "$IMAGES/poweroff.bin" -a 9 </dev/null >"$T/out" 2>&-
	status=$?
	status_is 9
}
