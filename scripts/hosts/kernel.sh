# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Provides the Linux kernel of the emulated hosts and its KVM modules. Sourced by scripts/kvm-host.
# KERNEL= and MODULES= name a local kernel; otherwise Debian's cloud kernel is fetched once and unpacked (not installed)
# below build/hosts; without apt the running kernel is used. Sets kernel, modules (its folder), load (files, in order).

fetch_package() { # NAME: leaves NAME_*.deb in the current folder
	apt-get -qq download "$1" 2>download.log && return
	# The package lists may be missing or out of date.
	[ "$(id -u)" = 0 ] && apt-get -qq update 2>>download.log && apt-get -qq download "$1" 2>>download.log
}

kernel_package() {
	LC_ALL=C apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p'
}

unpack_kernel() { # FOLDER
	(
		cd "$1" || exit "$NO_ROOM"
		package=$(kernel_package)
		if [ -z "$package" ] && [ "$(id -u)" = 0 ]; then
			apt-get -qq update 2>download.log
			package=$(kernel_package)
		fi
		if [ -z "$package" ] || ! fetch_package "$package"; then
			! grep -qi 'no space' download.log || exit "$NO_ROOM"
			exit "$NO_SOURCE"
		fi
		dpkg-deb --fsys-tarfile "$package"_*.deb 2>/dev/null |
			tar x --wildcards './boot/vmlinuz-*' '*/arch/x86/kvm/*' '*/virt/lib/*' '*/crypto/ccp/ccp.ko*' 2>/dev/null
		rm -f "$package"_*.deb
		[ -s "boot/vmlinuz-${package#linux-image-}" ] && [ -d "lib/modules/${package#linux-image-}" ] || exit "$NO_ROOM"
		mv boot/vmlinuz-* vmlinuz && mv lib/modules/* modules
	)
}

fetch_kernel() {
	[ -f "$cache/kernel/vmlinuz" ] && return
	echo "kvm-host: fetching Debian's cloud kernel (once, about 30 MB)" >&2
	mkdir "$run/kernel" && unpack_kernel "$run/kernel"
	case $? in
	0) mv -T "$run/kernel" "$cache/kernel" 2>/dev/null || [ -f "$cache/kernel/vmlinuz" ] ;;
	"$NO_SOURCE")
		die "$NO_SOURCE" "no kernel package from apt: $(grep -s '^E:' "$run/kernel/download.log" | head -n 1)" \
			"(try apt-get update as root, or give KERNEL= and MODULES=)"
		;;
	*) die "$NO_ROOM" "cannot unpack the kernel package below $cache (disk full?)" ;;
	esac
}

find_kernel() {
	if [ -n "${KERNEL:-}" ] || [ -n "${MODULES:-}" ]; then
		kernel=${KERNEL:-} modules=${MODULES:-}
	elif command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
		fetch_kernel
		kernel=$cache/kernel/vmlinuz modules=$cache/kernel/modules
	else
		modules=/lib/modules/$(uname -r)
		kernel=$modules/vmlinuz
		[ -r "$kernel" ] || kernel=/boot/vmlinuz-$(uname -r)
	fi
	[ -f "$kernel" ] && [ -r "$kernel" ] || die "$NO_MODULE" "KERNEL=$kernel: no readable kernel there"
	[ -d "$modules" ] || die "$NO_MODULE" "MODULES=$modules: no folder of kernel modules there"
}

module_file() { # NAME: prints its path below $modules; file names have - or _
	find -L "$modules" -name "$(printf %s "$1" | sed 's/[-_]/[-_]/g').ko*" | head -n 1
}

unpacked() { # FILE
	case $1 in
	*.zst) zstd -dqc "$1" ;;
	*.xz) xz -dc "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac
}

# Copies a module after the modules that it depends on (from its modinfo); appends their names to STAGING/host/modules.
copy_module() { # NAME STAGING
	file=$(module_file "$1")
	[ -n "$file" ] || die "$NO_MODULE" "$modules has no module $1"
	name=${file##*/}
	name=${name%%.ko*}.ko
	[ ! -f "$2/host/$name" ] || return 0
	unpacked "$file" >"$2/host/$name" || exit
	for dependency in $(tr '\0' '\n' <"$2/host/$name" | sed -n 's/^depends=//p' | tr ',' ' '); do
		(copy_module "$dependency" "$2") || exit
	done
	# Removes symbols and the list of traceable functions: the kernel would look up each function in the symbols,
	# which takes most of the time of loading kvm.
	strip --strip-unneeded -R .BTF -R __mcount_loc "$2/host/$name" || exit
	echo "$name" >>"$2/host/modules"
}
