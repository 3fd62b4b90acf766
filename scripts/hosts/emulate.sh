# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Runs an emulator (QEMU for AMD SVM, Bochs for Intel VMX) that boots the initramfs, streams the command's output, and
# turns the host's report into the exit status. Sourced by scripts/kvm-host.

# Kernel initialisation that only tracers need; on an emulator it would take a fifth of the boot time.
tracers=init_kprobes,init_kprobe_trace,init_ftrace_syscalls,trace_eval_init,ftrace_check_for_weak_functions,cubictcp_register
STOPPED_AFTER=${STOPPED_AFTER:-5} # seconds
append="console=ttyS0 quiet panic=-1 reboot=t mitigations=off cryptomgr.notests nokaslr initcall_blacklist=$tracers"

# Kills an emulator that has used no processor time at all for STOPPED_AFTER seconds: its Linux is halted with no timer
# set. An idle Linux still has a tick every second.
end_if_stopped() { # PID of timeout(1), the emulator's parent
	used='' still=0
	while [ "$still" -lt "$STOPPED_AFTER" ]; do
		sleep 1
		before=$used
		child=$(cat "/proc/$1/task/$1/children" 2>/dev/null) && [ -n "$child" ] || return
		used=$(cut -d ' ' -f 1 "/proc/${child%% *}"/task/*/schedstat 2>/dev/null) # a thread may have just ended
		[ -n "$used" ] || return
		if [ "$used" = "$before" ]; then still=$((still + 1)); else still=0; fi
	done
	: >"$run/stopped"
	kill "$1" 2>/dev/null
}

# Shows on a terminal that the host is booting.
show_progress() {
	seconds=0
	while [ -d "$run" ]; do
		printf '\rkvm-host: %s is booting, %d s' "$host" $seconds >&2
		sleep 1
		seconds=$((seconds + 1))
	done
}

# Passes on the first line from the host, which says what it is, in place of the progress.
announce() {
	progress=
	if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
		show_progress &
		progress=$!
	fi
	IFS= read -r line || line=
	if [ -n "$progress" ]; then
		{ kill "$progress" && wait "$progress"; } 2>/dev/null
		printf '\r\033[K' >&2
	fi
	[ -z "$line" ] || printf '%s\n' "$line"
}

# A serial port gives a few bytes at a time. Two ports' bytes must not mix in the middle of a line, should they meet again.
whole_lines() {
	if command -v stdbuf >/dev/null; then LC_ALL=C exec stdbuf -oL sed ''; else exec cat; fi
}

# timeout(1) enforces the time limit; it also ends with its child when ^C kills this script.
emulate() { # COMMAND...
	rm -f "$run/out" "$run/err"
	mkfifo "$run/out" "$run/err" || die "$NO_ROOM" "cannot make pipes in $run"
	exec 3<>"$run/out" 4<>"$run/err"
	if [ -n "$together" ]; then
		{ announce && exec cat; } <"$run/out" 3>&- 4>&- &
		readers=$!
	else
		whole_lines <"$run/out" 3>&- 4>&- &
		readers=$!
		{ announce && whole_lines; } <"$run/err" >&2 3>&- 4>&- &
		readers="$readers $!"
	fi
	timeout -k 5 "$TIMEOUT" "$@" </dev/null >"$run/emulator.log" 2>&1 3>&- 4>&- &
	emulator=$!
	pumps=
	if [ -n "$seed" ]; then
		for port in out err; do
			tail -c +1 -s 0.1 --pid="$emulator" -f "$run/$port.file" >"$run/$port" 2>/dev/null &
			pumps="$pumps $!"
		done
	fi
	end_if_stopped "$emulator" 3>&- 4>&- &
	watcher=$!
	emulated=0
	wait "$emulator" || emulated=$?
	emulator=
	kill "$watcher" 2>/dev/null
	watcher=
	# shellcheck disable=SC2086 # process ids
	[ -z "$pumps" ] || wait $pumps
	exec 3>&- 4>&-
	# shellcheck disable=SC2086 # process ids
	wait $readers
	readers=
}

# -icount: time is counted in instructions, 8 ns each, and idle time is skipped. Timers run in the CPU's own thread with
# -icount. From another thread QEMU 7.2's emulation of SVM sometimes loses timer interrupts, and Linux sleeps for ever:
# QEMU clears bits of the word of pending interrupts without the lock.
# The host begins where it was saved, or else boots. Without ERMS Linux copies by eight bytes, in QEMU a third of its boot.
run_qemu() {
	need qemu-system-x86_64
	set -- qemu-system-x86_64 -accel tcg,thread=single -icount shift=3,sleep=off -cpu max,+svm,-erms -smp 1 -no-reboot \
		-nodefaults -no-user-config -display none
	if find_state "$@" && fill_channel; then
		# shellcheck disable=SC2046 # options
		with_monitor load emulate "$@" $(qemu_ports) $(state_machine off) -incoming defer ${seed:+-seed "$seed"}
		[ ! -s "$run/control" ] || return 0
		# A host that does not come up in the time may have had too little of it.
		[ "$emulated" != 124 ] || [ "$TIMEOUT" -ge 60 ] || return 0
		drop_state
		[ "$emulated" != 124 ] || return 0
	fi
	[ -z "$seed" ] || die "$NO_HOST" "$host: no reproducible run, because the host could not be saved: $(last_words "$run/log")"
	# shellcheck disable=SC2086 # a list of files
	cat $initramfs >"$run/initramfs" || die "$NO_ROOM" "cannot write $run/initramfs (disk full?)"
	# shellcheck disable=SC2046 # options
	emulate "$@" $(qemu_ports) -m "$MEMORY" -kernel "$kernel" -initrd "$run/initramfs" -append "$append"
}

# A pipe that is full would make the host wait for its reader, so a reproducible run writes files.
qemu_ports() {
	file=${seed:+.file}
	[ -z "$file" ] || touch "$run/out.file" "$run/err.file"
	printf '%s ' -serial "file:$run/console" -serial "file:$run/out$file" -serial "file:$run/err$file" \
		-serial "file:$run/control"
}

make_iso() { # FILE
	disc=$run/iso.d
	mkdir -p "$disc/isolinux"
	cp "$isolinux" "$ldlinux" "$disc/isolinux/"
	# shellcheck disable=SC2086 # a list of files
	cat $initramfs >"$disc/initrd" && cp "$kernel" "$disc/vmlinuz"
	cat >"$disc/isolinux/isolinux.cfg" <<-END
		default host
		prompt 0
		label host
		kernel /vmlinuz
		append initrd=/initrd $append
	END
	xorriso -as mkisofs -quiet -o "$1" -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
		-boot-info-table "$disc" >"$run/xorriso.log" 2>&1
}

# rfb is a VNC server, the only display of Bochs that needs no screen; it runs in its own network namespace if allowed.
run_bochs() {
	isolinux=$(first_of /usr/lib/ISOLINUX/isolinux.bin /usr/share/syslinux/isolinux.bin /usr/lib/syslinux/bios/isolinux.bin)
	ldlinux=$(first_of /usr/lib/syslinux/modules/bios/ldlinux.c32 /usr/share/syslinux/ldlinux.c32 \
		/usr/lib/syslinux/bios/ldlinux.c32)
	bios=$(first_of /usr/share/bochs/BIOS-bochs-latest /usr/share/bochs/BIOS-bochs-legacy)
	vga=$(first_of /usr/share/bochs/VGABIOS-lgpl-latest /usr/share/vgabios/vgabios.bin)
	need bochs xorriso unshare "$isolinux" "$ldlinux" "$bios" "$vga"
	# shellcheck disable=SC2086 # a list of files
	kept host.iso "$(identity "$kernel" $initramfs | sed "s,$run/,,")" make_iso
	cat >"$run/bochsrc" <<-END
		display_library: rfb, options="timeout=0"
		megs: $MEMORY
		cpu: model=corei7_haswell_4770, ips=50000000, reset_on_triple_fault=0
		romimage: file=$bios
		vgaromimage: file=$vga
		ata0-master: type=cdrom, path=$run/host.iso, status=inserted
		boot: cdrom
		clock: sync=none, time0=1700000000
		com1: enabled=1, mode=file, dev=$run/console
		com2: enabled=1, mode=file, dev=$run/out
		com3: enabled=1, mode=file, dev=$run/err
		com4: enabled=1, mode=file, dev=$run/control
		sound: driver=dummy
		speaker: enabled=0
		panic: action=fatal
		error: action=ignore
		log: $run/bochs.log
	END
	echo c >"$run/commands"
	apart=
	for way in 'unshare -n' 'unshare -rn'; do
		! $way true 2>/dev/null || apart=${apart:-$way}
	done
	# shellcheck disable=SC2086 # a command's words
	emulate $apart bochs -q -f "$run/bochsrc" -rc "$run/commands"
}

first_of() { # PATH...: prints the first path that exists, or else the first one
	for path in "$@"; do
		[ ! -e "$path" ] || break
		path=$1
	done
	printf %s "$path"
}

# Ends with a status made from what the host wrote to its last port; the emulators' own statuses say little.
report() {
	[ -r "$run/control" ] || die "$NO_HOST" "$host did not come up: $(last_words "$run/emulator.log")"
	exec 5<"$run/control"
	read -r up <&5 || up=
	read -r ended <&5 || ended=
	case $up in
	up) ;;
	'refused '*) die "$NOT_ASKED" "$host is not the host asked for: ${up#refused }" ;;
	*)
		[ "$emulated" != 124 ] || die "$TOO_LONG" "$host did not come up within $TIMEOUT s: $(last_words "$run/console")"
		die "$NO_HOST" "$host did not come up: $(last_words "$run/emulator.log")$(last_words "$run/console")"
		;;
	esac
	case $ended in
	'exit '*) ;;
	*)
		[ ! -e "$run/stopped" ] || die "$LOST" "$host: the emulator has stopped in the middle: its Linux sleeps for ever"
		[ "$emulated" != 124 ] || die "$TOO_LONG" "$host: the command did not end within $TIMEOUT s (TIMEOUT= sets the bound)"
		die "$LOST" "$host died while the command ran: $(last_words "$run/console")$(last_words "$run/emulator.log")"
		;;
	esac
	if [ -n "$output" ]; then
		(cd "$output" && cpio --quiet -idu --no-absolute-filenames 2>"$run/cpio.log") <&5 ||
			die "$LOST" "$host: the output folder did not come back whole: $(last_words "$run/cpio.log")"
	fi
	return "${ended#exit }"
}
