# shellcheck shell=sh disable=SC2154,SC2034,SC2317
# SPDX-License-Identifier: MIT
# Tests of the Makefile: whose flags, which libraries, the same bits everywhere, installation. They build in copies of this
# tree, without optimisation.

# Makes a copy of the tree in $temporary/NAME.
copied_tree() { # NAME
	mkdir -p "$temporary/$1"
	git ls-files | cpio --quiet -pdm "$temporary/$1" || fails "cannot copy the tree"
}

# Puts a compiler in front of the real one, whose script is on stdin and ends with the call of the real one.
compiler_that() { # NAME
	mkdir -p "$temporary/$1"
	{
		echo '#!/bin/sh'
		cat
		echo "exec $(command -v gcc) \"\$@\""
	} >"$temporary/$1/gcc"
	chmod +x "$temporary/$1/gcc"
}

build_gives_the_same_bits_in_two_folders() {
	for name in here a/longer/name/there; do
		copied_tree "$name"
		make -C "$temporary/$name" -j "$(nproc)" COMMIT=1234567 CFLAGS='-O0 -g' GUEST_CFLAGS='-O1 -g' \
			build/vmm build/guest.bin >"$out" 2>&1 || fails "$(tail -n 1 "$out")"
	done
	for file in vmm guest.bin; do
		cmp "$temporary/here/build/$file" "$temporary/a/longer/name/there/build/$file" || fails "$file differs"
	done
	grep -q "$temporary" "$temporary/here/build/vmm" && fails "vmm names the folder it was built in"
	"$temporary/here/build/vmm" run --version >"$out" || fails "vmm does not run"
	grep -q '^ringside .* (1234567)$' "$out" || fails "version: $(cat "$out")"
}

build_takes_the_flags_of_the_user() {
	make -n B="$temporary/flags" CC=acc CFLAGS=-Oc CPPFLAGS=-Dp LDFLAGS=-Wl,-l GUEST_CFLAGS=-Og V=1 all >"$out" 2>/dev/null
	grep -q '^acc .*-Dp -Oc .*-c -o .*vmm/main\.o' "$out" || fails "compile: $(grep 'main\.o' "$out" | head -n 1)"
	grep -q '^acc .*-Wl,-l .*-o [^ ]*/vmm ' "$out" || fails "link: $(grep 'host/vmm/main\.o.*libvmm' "$out" | head -n 1)"
	grep -q '^acc .*-Og .*kernel_main' "$out" || fails "guest: $(grep kernel_main "$out" | head -n 1)"
	grep 'guest/kernel/.*\.c$' "$out" | grep -q -e ' -Oc ' && fails "the guest takes the host's flags"
	grep -q '^acc.* -O2 ' "$out" && fails "the default stays beside the user's"
	return 0
}

build_sees_a_library_that_is_installed_later() {
	compiler_that no-zydis <<-'END'
		case $* in *print-file-name=libZydis.so*) echo libZydis.so && exit ;; esac
	END
	PATH=$temporary/no-zydis:$PATH make -s B="$temporary/later" "$temporary/later/flags" || fails 'no flags'
	grep -q HAVE_ZYDIS "$temporary/later/flags" && fails 'found what is not there'
	[ -e "$(gcc -print-file-name=libZydis.so)" ] || skip 'needs Zydis'
	make -s B="$temporary/later" "$temporary/later/flags"
	grep -q HAVE_ZYDIS "$temporary/later/flags" || fails 'not found after its installation'
}

build_links_dynamically_where_nothing_static_is() {
	compiler_that no-static <<-'END'
		case " $* " in *' -static-pie '*) echo 'cannot find -lc' >&2 && exit 1 ;; esac
	END
	copied_tree dynamic
	PATH=$temporary/no-static:$PATH make -C "$temporary/dynamic" -j "$(nproc)" CFLAGS=-O0 build/vmm >"$out" 2>&1 ||
		fails "$(tail -n 1 "$out")"
	[ "$(grep -c 'NOTE .*dynamically' "$out")" = 1 ] || fails "not one note: $(grep NOTE "$out")"
	ldd "$temporary/dynamic/build/vmm" | grep -q 'libc\.so' || fails 'not dynamic'
}

build_refuses_a_compiler_for_another_machine() {
	compiler_that foreign <<-'END'
		case $* in -dumpmachine) echo aarch64-linux-gnu && exit ;; esac
	END
	PATH=$temporary/foreign:$PATH try make all
	status_is 2
	err_has 'makes aarch64-linux-gnu: name a compiler for x86_64'
}

build_installs_and_removes() {
	make -s B="$BUILD" stage >/dev/null || fails 'cannot build'
	make B="$BUILD" install DESTDIR="$temporary/root" PREFIX=/opt/ring >"$out" 2>&1 || fails "$(tail -n 1 "$out")"
	"$temporary/root/opt/ring/bin/vmm" trace --help >"$out" 2>&1 || fails "installed vmm: $(cat "$out")"
	for file in share/man/man1/vmm.1 share/ringside/guest.bin share/ringside/include/ringside/device.h \
		share/bash-completion/completions/vmm; do
		[ -s "$temporary/root/opt/ring/$file" ] || fails "no $file"
	done
	touch "$temporary/root/opt/ring/bin/another"
	make B="$BUILD" uninstall DESTDIR="$temporary/root" PREFIX=/opt/ring >"$out" 2>&1 || fails "$(tail -n 1 "$out")"
	left=$(find "$temporary/root" -type f)
	[ "$left" = "$temporary/root/opt/ring/bin/another" ] || fails "left: $left"
	try make B="$BUILD" uninstall DESTDIR="$temporary/root" PREFIX=/opt/ring
	status_is 2
	err_has 'nothing was installed'
}
