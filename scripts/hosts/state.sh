# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Saves a host in QEMU that has booted and waits for a command, so that later commands begin there: no firmware, no boot, no
# loading of KVM. Sourced by scripts/kvm-host.
#
# A saved state is a folder of the cache with two files. "ram" is the machine's memory; QEMU maps it copy-on-write, so
# callers at the same time share it and none changes it. "devices" is QEMU's migration stream of everything else. The
# files that a command needs come by the channel, a range of memory that is a file of the run and that Linux leaves alone
# (memmap=). The host writes to the device pvpanic when it is ready; QEMU stops at this instruction, so the
# memory is the same whenever a state is made, and so is the clock (set_clock_back).

CHANNEL_STEP=128 # MiB; the channel's size is a multiple, so that a tree that grows a little needs no new state

# Prints QEMU's options for a machine with a channel: three ranges of memory, because Linux's /dev/mem reads nothing that
# lies behind its own. Whether writes to the first change the file is SHARED: on or off.
state_machine() { # SHARED
	printf '%s ' -m "$((MEMORY + channel + 32))" \
		-object "memory-backend-file,id=ram,mem-path=$run/ram,size=${MEMORY}M,share=$1" -numa node,memdev=ram \
		-object "memory-backend-file,id=channel,mem-path=$run/channel,size=${channel}M,share=on" -numa node,memdev=channel \
		-object memory-backend-ram,id=rest,size=32M -numa node,memdev=rest \
		-device pvpanic-pci -action panic=pause -qmp "pipe:$run/monitor" -rtc base=2026-01-01,clock=vm
}

say() { # COMMAND [ARGUMENTS]: to QEMU's monitor
	printf '{"execute":"%s","arguments":{%s}}\n' "$1" "${2:-}"
}

# Speaks with QEMU's monitor until the state has been saved or loaded. RAM stays in its file (x-ignore-shared).
converse() { # save or load
	say qmp_capabilities
	say migrate-set-capabilities \
		'"capabilities":[{"capability":"events","state":true},{"capability":"x-ignore-shared","state":true}]'
	[ "$1" != load ] || say migrate-incoming "\"uri\":\"exec:cat $run/devices\""
	while read -r event; do
		case $1$event in
		save*'"STOP"'*) say migrate "\"uri\":\"exec:cat >$run/devices\"" ;;
		save*'"MIGRATION"'*'"completed"'*) say quit && : >"$run/saved" && return ;;
		load*'"MIGRATION"'*'"completed"'*) say cont && return ;;
		*'"MIGRATION"'*'"failed"'*) say quit && return ;;
		esac
	done
}

with_monitor() { # save or load; COMMAND...: runs it
	rm -f "$run/monitor.in" "$run/monitor.out"
	mkfifo "$run/monitor.in" "$run/monitor.out" || return
	converse "$1" <>"$run/monitor.out" >"$run/monitor.in" &
	talker=$!
	shift
	"$@"
	kill "$talker" 2>/dev/null
	talker=
}

# A state whose files are not what they were when it was made is not used.
made_of() { # FOLDER
	stat -c '%s %.Y' "$1/ram" "$1/devices"
}

take_state() {
	[ -s "$state/made" ] && [ "$(made_of "$state" 2>/dev/null)" = "$(cat "$state/made")" ] &&
		ln -f "$state/ram" "$state/devices" "$run/" 2>/dev/null && touch "$state"
}

drop_state() {
	mv -T "$state" "$run/dropped" 2>/dev/null
	rm -rf "$run/dropped" "$run/ram" "$run/devices"
}

boot_to_save() { # QEMU WITH ITS OPTIONS...
	# shellcheck disable=SC2046 # options
	timeout -k 5 "$TIMEOUT" "$@" $(state_machine on) -serial "file:$run/console" -serial null -serial null \
		-serial "file:$run/control" -seed 0 -kernel "$kernel" -initrd "$run/saving.cpio" \
		-append "$append numa=off memmap=${channel}M\$${MEMORY}M" </dev/null >>"$run/log" 2>&1 &
	emulator=$!
	end_if_stopped "$emulator" &
	watcher=$!
	wait "$emulator"
	emulator=
	kill "$watcher" 2>/dev/null
	watcher=
	rm -f "$run/stopped"
}

# QEMU's main thread may skip idle time, up to a tick, while it stops the machine. In its stream that is the number behind the
# name and the version of a section, and this makes it 0. The HPET's count there has the time in it too, but its offset is used.
set_clock_back() { # FILE
	section=timer/icount
	at=$(LC_ALL=C grep -abo "$section" "$1" 2>/dev/null | head -n 1)
	at=$((${at%%:*} + ${#section}))
	[ "$(od -A n -t x1 -j "$at" -N 4 "$1" 2>/dev/null)" = ' 00 00 00 01' ] || return 0
	printf '\0\0\0\0\0\0\0\0' | dd of="$1" bs=1 seek="$((at + 4))" conv=notrunc 2>/dev/null
}

# Boots the host as far as a command and saves it there. If the kernel has not what it takes, a file says so from then on.
save_state() { # QEMU WITH ITS OPTIONS...
	drop_state
	mkdir -p "$run/new" "$run/saving.d/host" && host_settings >"$run/saving.d/host/settings" &&
		: >"$run/saving.d/host/save" &&
		{ cat "$run/base-$module.cpio" && archive "$run/saving.d"; } >"$run/saving.cpio" &&
		truncate -s "${channel}M" "$run/channel" || return
	with_monitor save boot_to_save "$@"
	if [ ! -e "$run/saved" ]; then
		[ "$(cat "$run/control" 2>/dev/null)" != 'cannot be saved' ] || : >"$state.none"
		return 1
	fi
	set_clock_back "$run/devices" && mv "$run/ram" "$run/devices" "$run/new/" && made_of "$run/new" >"$run/new/made" || return
	find "$cache" -maxdepth 1 -name 'state-*' -mmin +60 -exec rm -rf {} +
	mv -T "$run/new" "$state"
}

# Finds or makes the state of this host, which depends on what it boots and on QEMU. Its files are then links in $run. One
# caller makes it while others wait. Other states are kept for an hour after their last use.
find_state() { # QEMU WITH ITS OPTIONS...
	channel=$((($(stat -c %s "$run/tree.cpio") / 1048576 + 2 + CHANNEL_STEP - 1) / CHANNEL_STEP * CHANNEL_STEP))
	[ "$((MEMORY + channel))" -lt 2900 ] || return # a PC's devices come next
	key=$(cksum <"$run/base-$module.cpio" && identity "$(command -v "$1")" "$kernel" && host_settings)
	state=$cache/state-$(printf %s "$key $MEMORY $channel $append $*" | cksum | tr ' ' -)
	[ ! -e "$state.none" ] || return
	take_state && return
	exec 6>"$cache/lock"
	! command -v flock >/dev/null || flock -w "$TIMEOUT" 6
	take_state || { save_state "$@" && take_state; } 6>&-
	found=$?
	exec 6>&-
	return "$found"
}

# Puts the files of this run where the waiting host reads them: those of the command first, the tree a MiB later.
fill_channel() {
	cp "$run/command.cpio" "$run/channel" && truncate -s 1M "$run/channel" && cat "$run/tree.cpio" >>"$run/channel" &&
		truncate -s "${channel}M" "$run/channel"
}
