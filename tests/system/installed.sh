# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The files of an installation find each other wherever its prefix is moved to, as those of a build do.

install_to() { # PREFIX
	mkdir -p "$1/bin" "$1/libexec/ringside" "$1/share/ringside" || exit
	cp "$VMM" "$1/bin"
	cp "$VMM-tools" "$VMM-symbolizer" "$1/libexec/ringside"
	cp "$GUEST" "$BUILD/bench.bin" "$1/share/ringside"
}

test_demo_from_any_folder() {
	need_kvm
	cd / || exit
	vmm demo -q -- echo hello
	status_is 0
	out_has hello
	vmm demo --version
	status_is 0
}

test_installation_runs_and_can_be_moved() {
	need_kvm
	install_to "$T/one"
	cd / || exit
	try "$T/one/bin/vmm" demo -q --timeout 100 --trace="$T/trace" -- echo hello
	status_is 0
	mv "$T/one" "$T/two words"
	try "$T/two words/bin/vmm" trace print -n 1 "$T/trace"
	status_is 0
	ln -s "$T/two words/bin/vmm" "$T/vmm"
	try "$T/vmm" bench --list
	status_is 0
	try "$T/vmm" help trace print
	status_is 0
	try "$T/vmm" trace print --disassemble -n 1 "$T/trace"
	# What is missing may be a library, but not the program.
	[ "$status" -eq 0 ] || err_has 'Zydis|cannot read the image'
}

test_what_is_missing_is_named_with_its_place() {
	install_to "$T/at"
	rm "$T/at/share/ringside/guest.bin"
	try "$T/at/bin/vmm" demo
	status_is "$REFUSED"
	err_is_one_line
	err_has "guest.bin is not in $T/at/share/ringside.*install"
	rm "$T/at/libexec/ringside/vmm-tools"
	try "$T/at/bin/vmm" trace
	status_is "$REFUSED"
	err_is_one_line
	err_has "vmm-tools is not in $T/at/libexec/ringside"
	cp "$VMM" "$T/vmm"
	try "$T/vmm" demo
	status_is "$REFUSED"
	err_is_one_line
	err_has "guest.bin is not in $T, where"
}
