# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Shared by the host scripts: exit statuses, errors, and the cache of files. Sourced by scripts/kvm-host.

# Exit statuses above those of a command (0-125), the shell (126-127) and signals (129-192).
{
	NO_SOURCE=200 # package source unreachable
	NO_ROOM=201   # cannot write below build/hosts: disk full or no permission
	NO_MODULE=202 # the kernel has no such KVM module
	NO_TOOL=203   # emulator or tool missing
	NO_HOST=204   # the host did not come up
	NOT_ASKED=205 # the host came up, but is not the one asked for
	TOO_LONG=206  # time limit reached
	LOST=207      # the host died while the command ran
}

# Prints to the caller's stderr (8) from everywhere, because stderr of commands that make files goes to a log.
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

# Prints the last lines of a log as one line, for the end of an error message.
last_words() { # FILE
	tail -c 2000 "$1" 2>/dev/null | tr -d '\r' | grep -av '^[[:space:]]*$' | tail -n 2 | tr '\n' ' '
}

need() { # TOOL or FILE...
	for tool in "$@"; do
		case $tool in
		/*) [ -e "$tool" ] ;;
		*) command -v "$tool" >/dev/null ;;
		esac || die "$NO_TOOL" "$tool is missing; type: scripts/setup hosts"
	done
}

# Makes $run/NAME by running COMMAND on a new file, or uses the file from the cache if its sources (KEY: their names,
# sizes, times) are the same. A cached file is never written again, so runs at the same time do not disturb each other.
kept() { # NAME KEY COMMAND...
	kept_name=$1
	kept_file=$cache/$1-$(printf %s "$2" | cksum | tr ' ' -)
	shift 2
	if ! ln "$kept_file" "$run/$kept_name" 2>/dev/null; then
		("$@" "$run/$kept_name") 2>>"$run/log"
		case $? in
		0) ;;
		20?) exit ;; # COMMAND has printed its error
		*) die "$NO_ROOM" "cannot write $run/$kept_name (disk full?)" ;;
		esac
		rm -f "$cache/$kept_name-"*
		ln "$run/$kept_name" "$kept_file" 2>/dev/null || true
	fi
}

identity() { # FILE...
	stat -L -c '%n %s %.Y %a' "$@"
}

# Sets $host for the host "auto": this machine if it has KVM, otherwise an emulated host.
choose_host() {
	host=native
	([ -c /dev/kvm ] && exec 3<>/dev/kvm) 2>/dev/null && return
	host=svm
	echo "kvm-host: /dev/kvm cannot be opened here; using an emulated host (svm)" >&2
	"$root/scripts/setup" svm || exit "$NO_TOOL"
}
