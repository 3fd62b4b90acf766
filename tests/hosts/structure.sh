# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of scripts/check-structure: each breaks a copy of the tree in one way, which must be found.

# A copy of the sources, without what make has built, in $copy.
copy_tree() {
	copy=$temporary/structure
	rm -rf "$copy" && mkdir "$copy" || exit
	git ls-files -co --exclude-standard | cpio --quiet -pdm "$copy" 2>/dev/null
	git -C "$copy" init -q
}

check_copy() { try "$copy/scripts/check-structure"; }

broken() { # MESSAGE
	check_copy
	status_is 1
	err_has "$1"
}

structure_of_the_tree_is_as_documented() {
	copy_tree
	check_copy
	status_is 0
	out_has 'the hypervisor is [0-9]* lines'
}

structure_finds_an_include_against_the_arrows() {
	copy_tree
	echo '#include "machine/loop.h"' >>"$copy/vmm/devices/uart.c"
	broken 'vmm/devices/uart.c includes machine/loop.h: vmm/devices may not use vmm/machine'
}

structure_finds_a_tool_in_the_hypervisor() {
	copy_tree
	echo '#include "tools/trace/read/trace_reader.h"' >>"$copy/vmm/run/run.c"
	broken 'vmm/run may not use vmm/tools/trace/read'
}

structure_finds_a_circle_of_rooms() {
	copy_tree
	sed -i "s/^\(| \`vmm.kvm\` |.*\) |\$/\1 \`vmm\/run\` |/" "$copy/ARCHITECTURE.md"
	broken 'a circle of rooms: .*vmm/kvm -> vmm/run'
}

structure_finds_a_circle_of_files_in_the_kernel() {
	copy_tree
	echo '#include "kernel/process/exec.h"' >>"$copy/guest/kernel/memory/regions.c"
	broken 'a circle of files: .*guest/kernel/memory/regions'
}

structure_finds_a_room_that_is_not_documented() {
	copy_tree
	mkdir "$copy/vmm/attic" && echo 'int attic;' >"$copy/vmm/attic/attic.c"
	broken 'vmm/attic is no room'
}

structure_finds_two_files_of_one_name() {
	copy_tree
	echo >"$copy/guest/user/lib/loop.c"
	broken 'files of one name: .*loop.c'
}

structure_finds_a_walk_that_leads_nowhere() {
	copy_tree
	sed -i 's/take_kicks/take_kicked/' "$copy/vmm/machine/loop.c"
	broken 'vmm/machine/loop.c has no function take_kicks'
}

# The call is declared by hand: no header tells of it.
structure_finds_a_call_behind_the_headers() {
	copy_tree
	mkdir -p "$copy/build/host/vmm/devices" "$copy/build/host/vmm/machine"
	echo 'void loop_run(void *loop); void uart_init_loop(void) { loop_run(0); }' >"$temporary/uart.c"
	echo 'void loop_run(void *loop) { (void)loop; }' >"$temporary/loop.c"
	cc -c -o "$copy/build/host/vmm/devices/uart.o" "$temporary/uart.c" || fails 'does not compile'
	cc -c -o "$copy/build/host/vmm/machine/loop.o" "$temporary/loop.c" || fails 'does not compile'
	try "$copy/scripts/check-structure" build
	status_is 1
	err_has 'vmm/devices/uart uses loop_run of vmm/machine/loop: vmm/devices may not use vmm/machine'
}
