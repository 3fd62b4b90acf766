# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# What the host scripts share: their exit statuses, errors, and things made once and kept. Sourced by scripts/kvm-host.

# Above what a command (0-125), the shell (126-127) or a signal (129-192) can return.
{
	NO_SOURCE=200 # package source unreachable
	NO_ROOM=201   # cannot write below build/hosts: disk full, rights
	NO_MODULE=202 # the kernel has no such KVM module
	NO_TOOL=203   # emulator or tool missing
	NO_HOST=204   # the host did not come up
	NOT_ASKED=205 # it came up, and is not what was asked for
	TOO_LONG=206  # time bound reached
	LOST=207      # the host died while the command ran
}

# Goes to the caller's stderr from wherever it is called: what tools say while things are made goes to a log.
exec 8>&2
die() { # STATUS MESSAGE...
	status=$1
	shift
	echo "kvm-host: $*" >&8
	exit "$status"
}

quote() {
	for word in "$@"; do
		printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
	done
}

# The last lines of a log, as one line to end an error with.
last_words() { # FILE
	tail -c 2000 "$1" 2>/dev/null | tr -d '\r' | grep -av '^[[:space:]]*$' | tail -n 2 | tr '\n' ' '
}

need() { # TOOL... or paths of files
	for tool in "$@"; do
		case $tool in
		/*) [ -e "$tool" ] ;;
		*) command -v "$tool" >/dev/null ;;
		esac || die "$NO_TOOL" "$tool is missing; type: scripts/setup hosts"
	done
}

# Makes $run/NAME by running a command on a new file, or takes the one kept from last time when what it is made of
# (KEY: names, sizes, times) is the same. A kept file is never written again, so runs at the same time do not meet.
kept() { # NAME KEY COMMAND...
	kept_name=$1
	kept_file=$cache/$1-$(printf %s "$2" | cksum | tr ' ' -)
	shift 2
	if ! ln "$kept_file" "$run/$kept_name" 2>/dev/null; then
		("$@" "$run/$kept_name") 2>>"$run/log"
		case $? in
		0) ;;
		20?) exit ;; # has been explained
		*) die "$NO_ROOM" "cannot write $run/$kept_name (disk full?)" ;;
		esac
		rm -f "$cache/$kept_name-"*
		ln "$run/$kept_name" "$kept_file" 2>/dev/null || true
	fi
}

identity() { # FILE...
	stat -L -c '%n %s %.Y %a' "$@"
}

# Sets $host for who asked for none: this machine where it has KVM, else an emulated one.
choose_host() {
	host=native
	([ -c /dev/kvm ] && exec 3<>/dev/kvm) 2>/dev/null && return
	host=svm
	echo "kvm-host: /dev/kvm cannot be opened here; carrying on by an emulated host (svm)" >&2
	"$root/scripts/setup" svm || exit "$NO_TOOL"
}
