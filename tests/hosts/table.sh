# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of make test-hosts: the suite on one host, the sequence of hosts, the table.

# Runs COMMAND with a shell script as emulator; stdin: the script's lines, which write to the last port, $control. It cannot
# save a host.
with_emulator() { # COMMAND...
	{
		cat <<-'END'
			while [ $# -gt 1 ]; do
				case $1$2 in -serialfile:*/control) control=${2#file:} ;; -serialfile:*/out) words=${2#file:} ;; esac
				shift
			done
			[ -n "${words:-}" ] || exit
		END
		cat
	} | script_in "$temporary/emulator" qemu-system-x86_64
	PATH=$temporary/emulator:$PATH try "$@"
}

suite_names_a_host_that_does_not_come_up() {
	with_emulator scripts/hosts/suite svm <<-'END'
		echo "broken" >&2
		exit 1
	END
	status_is 204
	one_line
	err_has 'svm did not come up: broken'
}

suite_fails_when_a_machine_is_lost() {
	with_emulator scripts/hosts/suite svm <<-'END'
		printf 'PASS one/test (0.10 s)\n' >"$words"
		printf 'up\n' >"$control"
	END
	status_is 207
	out_has '^PASS one/test'
	! grep -q ' passed, ' "$out" || fails 'a sum although the suite is unfinished'
}

# The first emulators stop during their second test; new ones continue after the first test.
suite_goes_on_when_a_machine_is_lost() {
	: >"$temporary/machines"
	export temporary
	with_emulator scripts/hosts/suite svm <<-'END'
		echo >>"$temporary/machines"
		printf 'up\n' >"$control"
		if [ "$(wc -l <"$temporary/machines")" -le "$(nproc)" ]; then
			printf 'PASS one/test (0.10 s)\n' >"$words"
		else
			printf 'PASS one/other (0.10 s)\n\n1 passed, 0 failed, 0 skipped\n' >"$words"
			echo 'exit 0' >>"$control"
		fi
	END
	status_is 0
	err_has 'starting again behind one/test'
	machines=$(grep -c '^PASS one/test' "$out")
	out_has "^$((2 * machines)) passed, 0 failed, 0 skipped"
}

# An emulator that uses no processor time is killed long before the time limit.
suite_notices_a_machine_that_sleeps() {
	STOPPED_AFTER=2 TIMEOUT=30 with_emulator scripts/hosts/suite svm <<-'END'
		printf 'up\n' >"$control"
		sleep 49
	END
	status_is 207
	err_has 'the emulator has stopped in the middle'
	! pgrep -fx 'sleep 49' >/dev/null || fails 'an emulator is still running'
}

suite_adds_up_its_machines() {
	with_emulator scripts/hosts/suite svm <<-'END'
		printf 'PASS one/test (0.10 s)\nFAIL one/other: why (0.20 s)\n    | words\n\n1 passed, 1 failed, 0 skipped\n' >"$words"
		printf 'up\nexit 1\n' >"$control"
	END
	status_is 1
	machines=$(grep -c '^FAIL one/other' "$out")
	out_has "^$machines passed, $machines failed, 0 skipped"
	[ "$(grep -A 1 '^FAIL' "$out" | grep -c '^    | words')" = "$machines" ] || fails 'output of a test is not after its line'
}

suite_ends_with_its_caller() {
	with_emulator timeout -s INT 3 scripts/hosts/suite svm <<-'END'
		sleep 48
	END
	sleep 0.2
	! pgrep -fx 'sleep 48' >/dev/null || fails 'an emulator is still running'
	[ -z "$(find build/hosts -maxdepth 1 -name 'suite.*' -newer "$temporary/emulator")" ] || fails 'something was left behind'
}

table_shows_hosts_that_break() {
	with_emulator scripts/hosts/matrix svm <<-'END'
		echo broken >&2
		exit 1
	END
	status_is 1
	out_has '^svm: ERROR, .*svm did not come up'
}

table() { # stdin: the input of matrix.awk, with | for tabs
	tr '|' '\t' >"$temporary/lines"
	try awk -F '\t' -v hosts='a b' -f scripts/hosts/matrix.awk "$temporary/lines"
}

table_shows_each_test_on_each_host() {
	table <<-'END'
		a|line|100|PASS one
		a|line|200|SKIP two: no reason
		a|line|0|1 passed, 0 failed, 1 skipped
		a|status|0
		a|time|300
		b|line|100|PASS one
		b|line|250|PASS two
		b|line|0|2 passed, 0 failed, 0 skipped
		b|status|0
		b|time|350
	END
	status_is 0
	out_has '^one  *PASS  *0\.1  *PASS  *0\.1'
	out_has '^two  *SKIP  *0\.2  *PASS'
	out_has '^SKIP two on a: no reason$'
}

table_fails_with_a_test() {
	table <<-'END'
		a|line|100|FAIL one: status 3
		a|line|0|0 passed, 1 failed, 0 skipped
		a|status|1
		b|line|100|PASS one
		b|line|0|1 passed, 0 failed, 0 skipped
		b|status|0
	END
	status_is 1
	out_has '^FAIL one on a: status 3$'
}

table_fails_with_a_host() {
	table <<-'END'
		a|line|100|PASS one
		a|line|0|1 passed, 0 failed, 0 skipped
		a|status|0
		b|status|204
		b|words|kvm-host: b did not come up
	END
	status_is 1
	out_has '^b: ERROR.*did not come up'
	table <<-'END'
		a|line|100|PASS one
		a|status|0
		b|line|100|PASS one
		b|line|0|1 passed, 0 failed, 0 skipped
		b|status|0
	END
	status_is 1
	out_has '^a: ERROR'
}
