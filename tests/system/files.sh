# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The files of /dev and /proc, by the guest's own programs.

show() { # COMMANDS: runs them in the guest's shell
	guest --timeout 100 -q -a quiet -- sh -c "$1"
	status_is 0
}

test_proc_of_oneself() {
	show 'cat /proc/self/status; cat /proc/self/maps'
	out_has '^Name:.cat$'
	out_has '^PPid:.2$'
	out_has '^VmRSS:. +[1-9][0-9]* kB$'
	out_has '^00400000-00401000 r--p 00000000 00:01 [0-9]+ +/cat$'
	out_has '^[0-9a-f]+-[0-9a-f]+ r-xp .* /cat$'
	out_has '^[0-9a-f]+-7fffffff0000 rw-p .* \[stack\]$'
}

test_proc_of_the_system() {
	show 'cat /proc/meminfo; cat /proc/uptime; cat /proc/interrupts'
	out_has '^MemTotal: +131072 kB$'
	out_has '^MemFree: +[1-9][0-9]+ kB$'
	out_has '^[0-9]+\.[0-9][0-9] [0-9]+\.[0-9][0-9]$'
	out_has '^ +0: +[1-9][0-9]* +XT-PIC +timer$'
}

test_proc_cannot_be_written() {
	show 'echo x >/proc/uptime || echo no'
	out_has '^no$'
}

test_full_device() {
	show 'cat /init >/dev/full || echo no'
	out_has 'ENOSPC'
	out_has '^no$'
}

# Descriptors by name: a pipe, a file, one that is not open, and one that is open for something else.
test_descriptors_by_name() {
	show 'echo through | cat /dev/stdin; echo to a file >/tmp/f; cat /proc/self/fd/0 </tmp/f; cat /dev/fd/9 || echo none'
	out_has '^through$'
	out_has '^to a file$'
	out_has 'ENXIO'
	out_has '^none$'
	show 'sh -c "cat </dev/stdout" >/dev/null || echo not for this'
	out_has '^not for this$'
}
