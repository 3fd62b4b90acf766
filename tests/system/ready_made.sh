# shellcheck shell=sh disable=SC2154,SC2034,SC2317 # variables and functions that the helpers set and use
# SPDX-License-Identifier: MIT
# Programs that others wrote: Debian's static busybox and bash, and dash and lua from source (scripts/ready-made).

need_ready_made() { # PROGRAM...
	archive=$BUILD/tests/ready-made.cpio
	[ -r "$archive" ] || skip "no build/tests/ready-made.cpio"
	mkdir "$T/here" && (cd "$T/here" && cpio -i -d 2>"$T/cpio" <"$archive") || fail 'cpio'
	for name in "$@"; do
		[ -e "$T/here/bin/$name" ] || skip "no $name in build/tests/ready-made.cpio"
	done
}

# Runs a script by the same program on this Linux and in the guest, and compares what they write and their statuses.
same_as_on_linux() { # PROGRAM SCRIPT
	need_ready_made "$1" busybox
	# The shells look at these, and the guest has others.
	(cd "$T/here" && env -i HOME=/ PATH="$T/here/bin" "bin/$1" "ready-made/$2") >"$T/linux" 2>&1
	on_linux=$?
	guest --timeout 100 -i "$archive" -a quiet -- "bin/$1" "ready-made/$2"
	status_is $on_linux
	diff "$T/linux" "$T/out" || fail "Linux (<) and the guest (>) differ"
}

test_tools_of_busybox() { same_as_on_linux sh tools.sh; }
test_scripts_of_bash() { same_as_on_linux bash shell.bash; }
test_scripts_of_dash() { same_as_on_linux dash shell.dash; }
test_programs_of_lua() { same_as_on_linux lua program.lua; }
