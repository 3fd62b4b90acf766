# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Makes the initramfs of an emulated host from three archives, which Linux reads as one: base (busybox, KVM, init), tree
# (this working tree's build at its own path), command (what to run). Sourced by scripts/kvm-host.

# The same files give the same archive, wherever and whenever it is made.
archive() { # FOLDER; stdout: cpio archive
	find "$1" -exec touch -h -d @0 {} + &&
		(cd "$1" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible)
}

make_base() { # FILE
	staging=$run/base.d
	mkdir -p "$staging/host" "$staging/bin" "$staging/etc" || exit
	copy_module "$module" "$staging" || exit
	cp -L "$busybox" "$staging/bin/busybox" || exit
	ln "$staging/bin/busybox" "$staging/bin/sh"
	cp "$root/scripts/hosts/init" "$staging/init"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$staging/etc/passwd"
	archive "$staging" >"$1"
}

# Lists the files of the tree: build output except objects, scripts, tests, public headers. Other builds below it (each
# has a file "flags"), the emulated hosts and browser tests are left out, because a host has all files in memory.
tree_files() {
	find "$root/scripts" "$root/tests" "$root/include" -type f ! -name '*.c'
	others=$(find "$build" -mindepth 2 -name flags -printf '%h\n')
	set -- -path "$cache" -o -path "$build/hosts" -o -path "$build/node" -o -path "$build/tests/report" -o -path "$build/distros" -o -path "$build/deb" -o \
		-path "$build/stage"
	for other in $others; do
		set -- "$@" -o -path "$other"
	done
	find "$build" \( "$@" \) -prune -o -type f ! -name '*.[oads]' ! -path "$build/tests/unit" -print
}

# Lists the files that the command and EXTRA name: paths, or commands of this machine. The host has a /proc of its own.
named_files() { # WORD...
	for word in "$@"; do
		case $word in
		*/*) ;;
		*) [ -f "$word" ] || word=$(command_path "$word") ;;
		esac
		[ -f "$word" ] || continue
		folder=$(cd "$(dirname "$word")" && pwd -P)
		case $folder in /proc | /proc/* | /sys | /sys/*) ;; *) printf '%s\n' "$folder/${word##*/}" ;; esac
	done
}

# Prints a command's path, unless the host's busybox has this command.
command_path() { # WORD
	printf '%s\n' "$applets" | grep -qxFe "$1" || command -v -- "$1"
}

libraries() { # stdin: files; stdout: the libraries that the programs among them load
	xargs -r -d '\n' grep -lsaE '/ld-(linux|musl)[-a-z0-9_]*\.so' | while read -r program; do
		[ ! -x "$program" ] || echo "$program"
	done | { if [ -z "$cross" ]; then loaded; else loaded_elsewhere; fi; } | sort -u
}

loaded() { # stdin: programs
	while read -r program; do ldd "$program" 2>/dev/null; done | sed -nE 's,^[^/]*(/[^ ]+) \(0x.*,\1,p'
}

# The same without running the loader, because this machine is another one than that of the programs.
loaded_elsewhere() { # stdin: programs
	seen=' '
	# shellcheck disable=SC2046 # names without spaces
	set -- $(cat)
	while [ $# -gt 0 ]; do
		for name in $("${cross}readelf" -ld "$1" 2>/dev/null |
			sed -nE 's/.*\(NEEDED\).*\[(.*)\].*/\1/p; s/.*program interpreter: .*\/(.*)\].*/\1/p'); do
			case $seen in *" $name "*) continue ;; esac
			seen="$seen$name "
			for folder in /lib64 /usr/lib/x86_64-linux-gnu /lib/x86_64-linux-gnu; do
				[ ! -e "$folder/$name" ] || { echo "$folder/$name" && set -- "$@" "$folder/$name" && break; }
			done
		done
		shift
	done
}

make_tree() { # FILE; stdin: nothing; uses $run/files
	staging=$run/tree.d
	mkdir "$staging" || exit
	{ cat "$run/files"; libraries <"$run/files"; } | sort -u | xargs -r -d '\n' cp -L --parents -t "$staging" || exit
	archive "$staging" >"$1"
	rm -rf "$staging"
}

host_settings() {
	cat <<-END
		name=$host module=$module vendor=$vendor paging=$paging want=$want restricted=$restricted options='$options'
	END
}

make_command() { # FILE
	staging=$run/command.d
	now=
	[ -n "$seed" ] || now=$(date +%s)
	mkdir -p "$staging/host" "$staging$PWD"
	stderr=ttyS2
	[ -z "$together" ] || stderr=ttyS1
	{
		host_settings
		echo "drain=$drain stderr=$stderr now=$now workdir=$(quote "$PWD")"
	} >"$staging/host/settings"
	{
		for variable in BUILD SHARD AFTER LONG CI TEST_LIMIT CRASHES SEED ASAN_OPTIONS UBSAN_OPTIONS; do
			eval "[ -z \"\${$variable+set}\" ] || echo \"export $variable=\$(quote \"\$$variable\")\""
		done
		printf 'export RINGSIDE_HOST=%s TERM=%s\n' "$host" "$terminal"
		printf 'command -v %s >/dev/null || { echo %s >&2; exit 127; }\n' "$(quote "$first")" \
			"$(quote "kvm-host: $first: no such command on the host $host")"
		printf 'exec %s\n' "$words"
	} >"$staging/host/command"
	archive "$staging" >"$1"
}

make_initramfs() { # COMMAND...
	find_busybox
	kept "base-$module.cpio" "$(identity "$busybox" "$kernel" "$root/scripts/hosts/init" "$root"/scripts/hosts/*.sh)$modules" make_base
	# shellcheck disable=SC2086 # EXTRA is words
	{ tree_files; named_files "$@" ${EXTRA:-}; } | sort -u >"$run/files"
	kept tree.cpio "$(xargs -r -d '\n' stat -L -c '%n %s %.Y %a' <"$run/files")" make_tree
	first=$1 words=$(quote "$@")
	make_command "$run/command.cpio" || die "$NO_ROOM" "cannot write $run/command.cpio (disk full?)"
	initramfs="$run/base-$module.cpio $run/tree.cpio $run/command.cpio"
}
