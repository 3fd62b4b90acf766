# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# The guests that docs/your-own-guest.md tells to write: its blocks of code are compiled and run.

# Prints block N of the page.
block() { # N
	awk -v wanted="$1" '/^```/ { inside = !inside; number += inside; next } inside && number == wanted' \
		"$here/../../docs/your-own-guest.md"
}

need_compiler() {
	need_kvm
	need gcc
	need objcopy
	cd "$T" || fail "no directory"
}

test_from_nothing() {
	need_compiler
	block 4 >hello.S
	block 5 | grep '^gcc ' | sh || fail "does not compile"
	vmm -q hello.elf
	status_is 7
	out_is 'hello from ring 0
'
}

# A kernel as tutorials begin: multiboot's header, 32-bit code, a linker script.
test_from_a_kernel() {
	need_compiler
	cat >boot.S <<-'END'
		.section .multiboot, "a"
		.long 0x1badb002, 0, -0x1badb002
		.text
		.code32
		.globl _start
		_start: mov $stack, %esp
		cmp $0x2badb002, %eax
		je 1f
		mov $0x3f8, %dx
		mov $'K', %al
		out %al, %dx
		1: mov $0x510, %dx
		mov $9, %eax
		out %eax, %dx
		.bss
		.skip 64
		stack:
		.section .note.GNU-stack, "", @progbits
	END
	cat >kernel.ld <<-END
		ENTRY(_start)
		SECTIONS {
			. = 1M;
			.text : { *(.multiboot) *(.text*) }
			$(block 2)
			.bss : { *(.bss*) }
			/DISCARD/ : { *(.eh_frame) *(.note.gnu*) }
		}
	END
	block 1 >pvh.S
	gcc -m32 -c boot.S && gcc -m32 -c pvh.S && ld -m elf_i386 -T kernel.ld -o kernel.elf boot.o pvh.o ||
		fail "does not compile"
	block 3 | grep '^objcopy ' | sh || fail "does not convert"
	vmm -q kernel64.elf
	status_is 9
	out_is K
}

# The guest of block 4 with the note of block 6: the VMM knows its options.
test_options_of_its_own() {
	need_compiler
	{ block 4; block 6; } >hello.S
	block 5 | grep '^gcc ' | sh || fail "does not compile"
	vmm -q hello.elf -a 'debug speed=9 mode=safe init=sh'
	status_is 7
	refused "$USAGE" "-a 'speed=10': speed is 1 to 9" hello.elf -a speed=10
	refused "$USAGE" 'no option moed \(did you mean mode\?\)' hello.elf -a moed=safe
	refused "$USAGE" 'takes 2047' hello.elf -- "$(printf '%2048d' 1)"
}
