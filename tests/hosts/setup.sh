# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of scripts/setup.

setup_is_silent_when_all_is_there() {
	echo 'echo apt-get was called >&2' | script_in "$temporary/trap" apt-get
	PATH=$temporary/trap:$PATH try scripts/setup build
	status_is 0
	[ ! -s "$err" ] || fails "not silent"
}

# Makes the root folder of a machine that has nothing but what set-up itself needs, and the COMMANDs, which only write
# down how they are called. Sets $bare.
bare_machine() { # NAME COMMAND...
	bare=$temporary/$1
	shift
	chroot / true 2>/dev/null || skip 'needs root'
	mkdir -p "$bare/bin" "$bare/tmp" "$bare/dev"
	chmod 755 "$temporary" "$bare" "$bare/bin" && chmod 777 "$bare/tmp"
	: >"$bare/dev/null" && chmod 666 "$bare/dev/null"
	cp scripts/setup "$bare/bin/"
	for tool in sh cat id uname mktemp rm grep tail; do
		program=$(readlink -f "$(command -v "$tool")")
		cp "$program" "$bare/bin/$tool"
		ldd "$program" | sed -n 's,^[^/]*\(/[^ ]*\) (0x.*,\1,p' | while read -r library; do
			cp -L --parents "$library" "$bare"
		done
	done
	for tool in "$@"; do
		# shellcheck disable=SC2016 # for the script
		echo 'echo "${0##*/} $*" >>/tmp/called' | script_in "$bare/bin" "$tool"
	done
}

# Runs set-up there; the user is root or nobody.
set_up() { # USER PURPOSE...
	case $1 in root) user=0:0 ;; *) user=65534:65534 ;; esac
	shift
	: >"$bare/tmp/called" && chmod 666 "$bare/tmp/called"
	try chroot --userspec="$user" "$bare" /bin/sh /bin/setup "$@"
}

was_called() { # LINE...: all that was called
	printf '%s\n' "$@" | cmp -s - "$bare/tmp/called" || fails "called: $(tr '\n' '/' <"$bare/tmp/called")"
}

setup_names_every_package_of_each_distribution() {
	while read -r with names; do
		bare_machine "$with" "$with"
		set_up root build test
		status_is 1
		one_line
		err_has "type: $with "
		for name in $names; do
			err_has " $name\>"
		done
	done <<-'END'
		dnf gcc binutils make cpio glibc-devel glibc-static jansson-devel musl-gcc musl-libc-static qemu-system-x86 zydis-devel libzstd-static man-db zsh
		pacman gcc glibc jansson criterion musl qemu-system-x86 zydis elfutils fish
		zypper gcc glibc-devel-static libjansson-devel criterion-devel qemu-x86 libdw-devel busybox-static man
	END
}

setup_names_what_is_not_packaged() {
	bare_machine none
	set_up root build
	status_is 1
	one_line
	err_has 'install by hand: gcc ld .*libc.so libjansson.so'
	err_has 'package managers known: apt-get'
	! grep -q 'libc\.a' "$err" || fails 'it asks for a static library, which one can do without'
}

setup_installs_by_one_call_of_apt() {
	bare_machine apt apt-get
	set_up root build
	status_is 0
	packages='gcc binutils make cpio libc6-dev libjansson-dev'
	installed="apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install $packages"
	was_called "$installed"
	# With package lists that are missing or old the first call fails.
	script_in "$bare/bin" apt-get <<-'END'
		echo "apt-get $*" >>/tmp/called
		[ "$*" != '-q update' ] || echo >/tmp/lists
		[ -e /tmp/lists ]
	END
	set_up root build
	status_is 0
	was_called "$installed" 'apt-get -q update' "$installed"
}

# An old release lacks some of what tests use; those tests are skipped there.
setup_does_without_what_an_old_release_lacks() {
	bare_machine old apt-get
	script_in "$bare/bin" apt-cache <<-'END'
		case $2 in libzydis-dev | libcriterion-dev | libjansson-dev) exit 100 ;; esac
	END
	set_up root build test
	status_is 0
	! grep -q 'libzydis-dev\|libcriterion-dev' "$bare/tmp/called" || fails 'it asks for what there is not'
	grep -q 'libjansson-dev .*qemu-system-x86' "$bare/tmp/called" || fails "called: $(cat "$bare/tmp/called")"
}

setup_says_one_command_to_whoever_is_not_root() {
	bare_machine nobody apt-get
	set_up nobody build
	status_is 1
	one_line
	err_has "type: su -c 'apt-get install --no-install-recommends gcc .*libjansson-dev'\$"
	script_in "$bare/bin" sudo </dev/null
	set_up nobody build
	err_has 'type: sudo apt-get install --no-install-recommends gcc .*libjansson-dev$'
	[ ! -s "$bare/tmp/called" ] || fails 'it called something'
}

# On a machine that is no x86-64 all is made by a cross compiler, with Debian's libraries for amd64.
setup_on_another_machine() {
	bare_machine arm apt-get dpkg
	rm "$bare/bin/uname"
	echo 'echo aarch64' | script_in "$bare/bin" uname
	set_up root build
	status_is 0
	was_called 'dpkg --print-foreign-architectures' 'dpkg --add-architecture amd64' 'apt-get -q update' \
		'apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install gcc-x86-64-linux-gnu binutils-x86-64-linux-gnu make cpio libc6-dev:amd64 libjansson-dev:amd64'
	set_up nobody test
	status_is 1
	err_has "type: su -c 'dpkg --add-architecture amd64 && apt-get update && apt-get install .*musl-dev:amd64.*'\$"
	mv "$bare/bin/apt-get" "$bare/bin/dnf"
	set_up root build
	status_is 1
	err_has 'type: dnf install make cpio; not packaged here, install by hand: x86_64-linux-gnu-gcc .*Debian has them for aarch64'
}

# What a test needs or is skipped without is known to set-up.
setup_knows_what_the_tests_need() {
	sed -n 's/^.*[^_a-z]need \([a-z0-9_-]*\)$/\1/p; s/^.*) echo \([a-z0-9-]*\) ;;$/\1/p' \
		tests/system/*.sh tests/export/run | sort -u >"$out"
	while read -r tool; do
		case $tool in
		gcc) continue ;;                          # the compiler
		rustc) continue ;;                        # large: tested where somebody has it
		nm | objcopy | strip) tool='{cross}ld' ;; # binutils
		prlimit | taskset | unshare) tool=setpriv ;; # util-linux
		esac
		grep -qF "$tool " scripts/setup || fails "no package for $tool"
	done <"$out"
}

setup_reports_failed_installation() {
	bare_machine failing
	script_in "$bare/bin" apt-get <<-'END'
		echo "E: Unable to locate package"
		exit 100
	END
	set_up root build
	status_is 1
	err_has 'apt-get failed: E: Unable to locate'
}

setup_refuses_unknown_purpose() {
	try scripts/setup everything
	status_is 2
}
