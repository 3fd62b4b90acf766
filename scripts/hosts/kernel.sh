# shellcheck shell=sh disable=SC2034,SC2154 # variables are shared with scripts/kvm-host
# SPDX-License-Identifier: MIT
# Provides what an emulated host boots: a Linux kernel, its KVM modules, and busybox. Sourced by scripts/kvm-host.
# KERNEL= and MODULES= name a local kernel; otherwise Debian's cloud kernel, or Ubuntu's for virtual machines, is fetched
# once and unpacked (not installed) below build/hosts; without apt the running kernel is used. Sets kernel, modules (its
# folder), load (files, in order). Busybox is this machine's, or Debian's if this machine is not x86-64.

download() { # PACKAGE...: leaves PACKAGE_*.deb in the current folder
	apt-get -qq download "$@" 2>download.log && return
	# The package lists may be missing or out of date.
	[ "$(id -u)" = 0 ] && apt-get -qq update 2>>download.log && apt-get -qq download "$@" 2>>download.log
}

# Prints the packages of the newest kernel: the image, and what some releases keep apart from it.
kernel_packages() {
	version=
	for any in linux-image-cloud-amd64 linux-image-virtual; do
		version=${version:-$(LC_ALL=C apt-cache depends "$any$amd64" 2>/dev/null |
			sed -n 's/.*Depends: linux-image-\([0-9][^:]*\).*/\1/p' | head -n 1)}
	done
	[ -n "$version" ] || return
	for part in image binary modules; do
		! apt-cache show "linux-$part-$version$amd64" >/dev/null 2>&1 || echo "linux-$part-$version$amd64"
	done
}

unpack_kernel() {
	packages=$(kernel_packages)
	if [ -z "$packages" ] && [ "$(id -u)" = 0 ]; then
		apt-get -qq update 2>download.log
		packages=$(kernel_packages)
	fi
	[ -n "$packages" ] || exit "$NO_SOURCE"
	# shellcheck disable=SC2086 # names of packages
	download $packages || exit "$NO_SOURCE"
	for package in *.deb; do
		dpkg-deb --fsys-tarfile "$package" |
			tar x --wildcards '*/vmlinuz*' '*/arch/x86/kvm/*' '*/virt/lib/*' '*/crypto/ccp/ccp.ko*'
		rm -f "$package"
	done 2>/dev/null
	find . -name 'vmlinuz*' -type f -exec mv {} image \;
	find . -path '*/lib/modules/*/kernel' -prune -exec mv {} modules \;
	mv image vmlinuz && [ -s vmlinuz ] && [ -d modules ] || exit "$NO_ROOM"
}

unpack_busybox() {
	download busybox-static:amd64 || exit "$NO_SOURCE"
	dpkg-deb --fsys-tarfile busybox-static_*.deb | tar x --wildcards '*/bin/busybox' 2>/dev/null
	find . -name busybox -type f -exec mv {} image \;
	mv image busybox && [ -s busybox ] || exit "$NO_ROOM"
}

# Makes the folder NAME of the cache from Debian packages, once.
fetched() { # NAME WHAT
	[ ! -d "$cache/$1" ] || return 0
	echo "kvm-host: fetching $2" >&2
	mkdir "$run/$1" && (cd "$run/$1" && "unpack_$1")
	case $? in
	0) mv -T "$run/$1" "$cache/$1" 2>/dev/null || [ -d "$cache/$1" ] && return ;;
	"$NO_SOURCE")
		! grep -qis 'no space' "$run/$1/download.log" || die "$NO_ROOM" "no space below $cache for the package of the $1"
		die "$NO_SOURCE" "no package of the $1 from apt: $(grep -s '^E:' "$run/$1/download.log" | head -n 1)" \
			"(try apt-get update as root, or give $3)"
		;;
	esac
	die "$NO_ROOM" "cannot unpack the package of the $1 below $cache (disk full?)"
}

find_busybox() {
	if [ -z "${BUSYBOX:-}" ] && [ -n "$cross" ]; then
		command -v apt-get >/dev/null || die "$NO_TOOL" "no x86-64 busybox; give BUSYBOX="
		fetched busybox "Debian's busybox (once, about 1 MB)" BUSYBOX=
		BUSYBOX=$cache/busybox/busybox
	fi
	busybox=${BUSYBOX:-$(command -v busybox)} || need busybox
	# That of another machine does not run here, but this machine's offers much the same.
	applets=$({ "$busybox" --list || busybox --list; } 2>/dev/null)
}

find_kernel() {
	if [ -n "${KERNEL:-}" ] || [ -n "${MODULES:-}" ]; then
		kernel=${KERNEL:-} modules=${MODULES:-}
	elif command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
		fetched kernel "Debian's cloud kernel (once, about 30 MB)" 'KERNEL= and MODULES='
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
	"${cross}strip" --strip-unneeded -R .BTF -R __mcount_loc "$2/host/$name" || exit
	echo "$name" >>"$2/host/modules"
}
