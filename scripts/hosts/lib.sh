# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Shared by the host scripts: exit statuses, errors, what this machine is, and the cache of files. Sourced by
# scripts/kvm-host and scripts/hosts/suite.

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

# All that is built is x86-64. On another machine binutils have a prefix, and Debian's packages an architecture.
machine=$(uname -m)
cross='' amd64=''
[ "$machine" = x86_64 ] || cross=x86_64-linux-gnu- amd64=:amd64

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

# Returns whether guests can run on this machine itself.
has_kvm() {
	[ "$machine" = x86_64 ] && ([ -c /dev/kvm ] && exec 3<>/dev/kvm) 2>/dev/null
}

# Prints a command as root has to type it here.
as_root() { # COMMAND
	if [ "$(id -u)" = 0 ]; then
		echo "$1"
	elif command -v sudo >/dev/null; then
		echo "sudo $1"
	else
		echo "su -c '$1'"
	fi
}

# Prints why guests cannot run on this machine itself, and what would help on this one.
why_no_kvm() {
	if [ "$machine" != x86_64 ]; then
		echo "this machine is $machine, whose KVM runs no x86-64 guests"
	elif [ -c /dev/kvm ]; then
		why_not_opened
	elif grep -q '^flags.* vmx' /proc/cpuinfo; then
		echo "no /dev/kvm; type: $(as_root 'modprobe kvm_intel')"
	elif grep -q '^flags.* svm' /proc/cpuinfo; then
		echo "no /dev/kvm; type: $(as_root 'modprobe kvm_amd')"
	elif grep -q '^flags.* hypervisor' /proc/cpuinfo; then
		echo "no /dev/kvm: this is a virtual machine, whose hypervisor would have to offer nested virtualisation"
	else
		echo "no /dev/kvm: the processor offers no virtualisation; the firmware may have switched it off"
	fi
}

# Not every machine has a group for /dev/kvm, and one that is joined counts from the next login on.
why_not_opened() {
	user=$(id -un) group=$(stat -c %G /dev/kvm) mode=$(stat -c %a /dev/kvm)
	case $group:$mode in
	root:* | UNKNOWN:* | *[!67]?) echo "only root may open /dev/kvm; until the next boot type: $(as_root 'chmod a+rw /dev/kvm')" ;;
	*)
		case " $(id -nG "$user") " in
		*" $group "*) echo "$user is in the group $group of /dev/kvm only from the next login on, or type: newgrp $group" ;;
		*) echo "no right to open /dev/kvm; type: $(as_root "usermod -aG $group $user"), and log in again" ;;
		esac
		;;
	esac
}

# Sets $host for the host "auto": this machine if it has KVM, otherwise an emulated host.
choose_host() {
	host=native
	has_kvm && return
	host=svm
	echo "kvm-host: $(why_no_kvm); using an emulated host (svm)" >&2
	"$root/scripts/setup" svm || exit "$NO_TOOL"
}
