# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of scripts/setup.

setup_is_quick_when_all_is_there() {
	echo 'echo apt-get was called >&2' | script_in "$temporary/trap" apt-get
	started=$(date +%s%N)
	PATH=$temporary/trap:$PATH try scripts/setup build
	took=$((($(date +%s%N) - started) / 1000000))
	status_is 0
	[ ! -s "$err" ] || fails "not silent"
	[ $took -lt 30 ] || fails "took $took ms"
}

setup_says_what_to_type() {
	machine_with bare sh cat id uname
	for with in dnf pacman zypper; do
		script_in "$bin" $with </dev/null
		PATH=$bin try sh scripts/setup build
		rm "$bin/$with"
		status_is 1
		one_line
		err_has "type: .*$with .*gcc"
	done
	PATH=$bin try sh scripts/setup build
	status_is 1
	err_has 'install by hand'
}

setup_reports_failed_installation() {
	[ "$(id -u)" = 0 ] || skip 'needs root'
	machine_with apt sh cat id uname mktemp rm grep head
	script_in "$bin" apt-get <<-'END'
		echo "E: Unable to locate package"
		exit 100
	END
	PATH=$bin try sh scripts/setup build
	status_is 1
	err_has 'apt-get failed: E: Unable to locate'
}

setup_refuses_unknown_purpose() {
	try scripts/setup everything
	status_is 2
}
