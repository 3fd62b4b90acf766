# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# Files that somebody may give in place of others, by the bytes that tell what they are; sourced by mistakes.sh.

# Makes the files in a new directory DIR and goes there.
make_odd_files() { # DIR
	mkdir "$1" "$1/folder" && cd "$1" || exit
	: >empty
	echo 'hello, this is no image' >text
	printf '#!/bin/sh\necho hello\n' >script
	printf 'vmm guest.bin -a hz=0\n' >notes.txt
	make_files_of_tools
	make_compressed_files
	make_archives
	make_kernels_of_others
}

make_files_of_tools() {
	echo '{"name": "something else"}' >other.json
	printf '{"format": "ringside-bench", "version": 1,' >cut.json
	printf '<!DOCTYPE html>\n<html></html>\n' >page.html
	vmm --trace=run.trace -q "$IMAGES/end-at-once.bin"
	status_is 0
	vmm --trace=guest.trace -q "$GUEST" -- sieve 100
	[ "$status" -lt "$LOST" ] || fail "the guest ended with status $status"
	head -c 40 run.trace >cut.trace
}

make_compressed_files() {
	printf '\037\213\010\000' >archive.gz
	printf '\3757zXZ\000' >archive.xz
	printf 'BZh91AY&SY' >archive.bz2
	printf '\002!L\030' >archive.lz4
	printf '\135\000\000\200\000' >archive.lzma
	if command -v zstd >/dev/null; then zstd -q text -o text.zst; else printf '(\265/\375' >text.zst; fi
}

make_archives() {
	printf '0707010000' >new.cpio
	printf '0707070000' >odc.cpio
	printf '\307q\000\000' >binary.cpio
	patch archive.tar 257 'ustar'
	patch disk.ext4 1080 '\123\357'
	patch disk.iso 32769 'CD001'
	printf 'hsqs' >disk.squashfs
}

make_kernels_of_others() {
	patch bzimage 510 '\125\252'
	patch bzimage 514 'HdrS'
	elf elf32 '\001\001\001' '\003\000'
	elf aarch64 '\002\001\001' '\267\000'
	elf multiboot '\001\001\001' '\003\000'
	patch multiboot 4096 '\002\260\255\033\000\000\000\000\376O\122\344'
	patch multiboot2 64 '\326PR\350\000\000\000\000\020\000\000\000\032\257\255\027'
	printf 'MZ' >program.exe
	patch program.exe 60 '\100\000\000\000PE\000\000'
	printf '\317\372\355\376\007\000\000\001' >mach-o
	head -c 100 "$IMAGES/end-at-once.bin" >cut.bin
}

# Makes FILE with an ELF header of that class, byte order and version for MACHINE.
elf() { # FILE IDENT MACHINE
	printf '\177ELF' >"$1"
	patch "$1" 4 "$2"
	patch "$1" 18 "$3"
	patch "$1" 63 '\000'
}
