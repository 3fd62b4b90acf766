# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of scripts/kvm-host that start no emulated host: wrong usage, and everything that can be missing or broken.

host_refuses_bad_usage() {
	for words in '' 'svm' 'svm --' 'nonesuch true' '-o' '--seed' '--seed x svm true' '--reproducible vmx true' '--reproducible tcg true'; do
		# shellcheck disable=SC2086 # words
		try scripts/kvm-host $words
		status_is 2
		one_line
	done
	TIMEOUT=soon try scripts/kvm-host svm true
	status_is 2
	MEMORY=much try scripts/kvm-host svm true
	status_is 2
}

host_native_runs_here() {
	([ -c /dev/kvm ] && exec 3<>/dev/kvm) 2>/dev/null || skip 'no /dev/kvm'
	# shellcheck disable=SC2016 # expanded there
	try scripts/kvm-host -o "$temporary/native" native -- sh -c 'echo "$RINGSIDE_HOST"; echo back >$OUT/file; exit 7'
	status_is 7
	out_has '^native$'
	err_has '^host native: .*Linux'
	[ "$(cat "$temporary/native/file")" = back ] || fails 'no output folder'
	try scripts/kvm-host native -- nonesuch
	status_is 127
	one_line
	TIMEOUT=1 try scripts/kvm-host native -- sleep 20
	status_is 206
}

# A machine whose COMMAND prints LINE.
machine_that_says() { # COMMAND LINE
	echo "echo '$2'" | script_in "$temporary/says" "$1"
}

# What would help differs: not every machine has a group for /dev/kvm.
host_says_what_would_help_here() {
	[ -c /dev/kvm ] || skip 'no /dev/kvm'
	setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$root/scripts/kvm-host" 2>/dev/null || skip 'needs root and setpriv'
	# shellcheck disable=SC2016 # for the script
	echo 'case $2 in %G) echo "$GROUP" ;; %a) echo "$MODE" ;; *) exec /usr/bin/stat "$@" ;; esac' |
		script_in "$temporary/says" stat
	chmod 755 "$temporary" "$temporary/says"
	mkdir -p "$temporary/cache" && chmod 777 "$temporary/cache"
	while read -r group mode words; do
		GROUP=$group MODE=$mode HOSTS_CACHE=$temporary/cache PATH=$temporary/says:$PATH try setpriv --reuid 65534 --regid 65534 \
			--clear-groups scripts/kvm-host native -- true
		[ "$status" != 0 ] || skip 'everybody may open /dev/kvm here'
		status_is 204
		one_line
		err_has "$words"
	done <<-'END'
		kvm 660 usermod -aG kvm nobody.*log in again
		root 600 only root may open /dev/kvm.*chmod a+rw /dev/kvm
		kvm 600 only root may open /dev/kvm.*chmod a+rw /dev/kvm
		nogroup 660 in the group nogroup of /dev/kvm only from the next login on
	END
	machine_that_says uname aarch64
	PATH=$temporary/says:$PATH try scripts/kvm-host native -- true
	status_is 204
	one_line
	err_has 'this machine is aarch64, whose KVM runs no x86-64 guests'
	rm "$temporary/says/uname"
}

host_names_unreachable_package_source() {
	script_in "$temporary/offline" apt-get <<-'END'
		echo "E: Failed to fetch" >&2
		exit 100
	END
	script_in "$temporary/offline" apt-cache </dev/null
	HOSTS_CACHE=$temporary/cache PATH=$temporary/offline:$PATH try scripts/kvm-host svm true
	status_is 200
	one_line
}

host_names_full_disk() {
	fetch_kernel
	command -v unshare >/dev/null && unshare -m true 2>/dev/null || skip 'needs the right to mount'
	for size in 64k 2M; do
		# shellcheck disable=SC2016 # expanded there
		try unshare -m sh -c 'mkdir -p "$1" && mount -t tmpfs -o size="$2" tmpfs "$1" || exit 77
			HOSTS_CACHE=$1 KERNEL=$3/kernel/vmlinuz MODULES=$3/kernel/modules exec scripts/kvm-host svm true' \
			- "$temporary/full" $size "$HOSTS_CACHE"
		[ "$status" != 77 ] || skip 'needs the right to mount'
		status_is 201
		one_line
	done
}

host_names_missing_kernel_and_module() {
	fetch_kernel
	KERNEL=/nonexistent MODULES=/ try scripts/kvm-host svm true
	status_is 202
	one_line
	mkdir -p "$temporary/no-modules"
	KERNEL=$HOSTS_CACHE/kernel/vmlinuz MODULES=$temporary/no-modules try scripts/kvm-host svm true
	status_is 202
	one_line
}

host_names_missing_emulator() {
	fetch_kernel
	machine_with no-emulator sh dirname id uname cat sed tr cut grep head tail awk sort find stat xargs cksum ln rm mv \
		cp cpio date mkdir mktemp touch truncate strip ldd timeout busybox mkfifo unshare apt-get dpkg-deb
	PATH=$bin try scripts/kvm-host svm true
	status_is 203
	one_line
	PATH=$bin try scripts/kvm-host vmx true
	status_is 203
	one_line
}

# Runs an emulator that fails with STATUS after it has written WORDS to the host's last port.
broken_emulator() { # WORDS STATUS
	script_in "$temporary/broken" qemu-system-x86_64 <<-END
		while [ \$# -gt 1 ]; do
			case \$1\$2 in -serialfile:*/control) printf '$1' >"\${2#file:}" ;; esac
			shift
		done
		echo "qemu-system-x86_64: broken" >&2
		exit $2
	END
	PATH=$temporary/broken:$PATH try scripts/kvm-host svm true
}

host_names_broken_emulator() {
	broken_emulator '' 1
	status_is 204
	one_line
	err_has 'broken'
	broken_emulator 'up\n' 1
	status_is 207
	one_line
	broken_emulator 'refused kvm_amd has npt off\n' 0
	status_is 205
	one_line
	KERNEL=/bin/sh MODULES=$HOSTS_CACHE/kernel/modules try scripts/kvm-host svm true
	status_is 204
	one_line
}
