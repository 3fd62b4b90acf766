# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of scripts/qemu.

qemu_returns_the_guests_status() {
	file=$(image debugexit)
	for number in 0 5 120; do
		try scripts/qemu -a $number "$file"
		status_is $number
	done
	try scripts/qemu "$file" -- 1
	status_is 0
}

qemu_names_guests_without_status() {
	try scripts/qemu "$(image triple)"
	status_is 123
	one_line
}

qemu_bounds_time() {
	try scripts/qemu --timeout 1 "$(image halt-if0)"
	status_is 124
	one_line
}

qemu_refuses_bad_input() {
	try scripts/qemu nowhere.bin
	status_is 125
	one_line
	echo "no kernel" >"$temporary/text"
	try scripts/qemu "$temporary/text"
	status_is 125
	one_line
	try scripts/qemu -m 12x "$(image spin)"
	status_is 125
	try scripts/qemu --nonsense
	status_is 2
	try scripts/qemu a b
	status_is 2
}
