# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# What the compiler and the linker put into the executables against a fault that is still there: read from the ELF files.

executables='vmm vmm-tools vmm-symbolizer'

# Calls a function with the name of each executable, which is in $file.
each() { # FUNCTION
	case $BUILD in */san | */coverage | */fuzz) skip 'an instrumented build' ;; esac
	command -v readelf >/dev/null || skip 'no readelf'
	[ -e "$VMM" ] || fail "$VMM: there is none"
	for name in $executables; do
		file=$BUILD/$name
		[ ! -e "$file" ] || "$1"
	done
}

segment() { # TYPE: prints the flags of the segments of that type, "R E"
	readelf -lW "$file" | sed -n "s/^  $1  *.* \([R ][W ][E ]\) 0x[0-9a-f]*$/\1/p"
}

check_segments() {
	[ "$(segment GNU_STACK)" = 'RW ' ] || fail "$name: the stack is executable: $(segment GNU_STACK)"
	! segment LOAD | grep -q 'RWE' || fail "$name: memory that is writable and executable"
	[ -n "$(segment GNU_RELRO)" ] || fail "$name: relocated data stay writable (no RELRO)"
}
test_no_memory_is_writable_and_executable() { each check_segments; }

check_binding() {
	readelf -lW "$file" | grep -q INTERP || return 0 # statically linked: nothing is bound later
	readelf -dW "$file" | grep -qE 'BIND_NOW|FLAGS.* NOW' || fail "$name: functions are bound when first called"
}
test_functions_are_bound_at_the_start() { each check_binding; }

# Whether the host's programs of this build were made with a flag, of which a user's own may leave something out. The file
# has the host's flags first, then the guest's, both from -std on.
chosen() { # FLAG
	awk -F ' -std=gnu17 ' '{ print " " $2 " " }' "$BUILD/flags" 2>/dev/null | grep -qE -e " $1 "
}

check_pie() {
	! chosen -static && ! chosen -no-pie || skip 'linked to a fixed address by a flag of the user'
	readelf -hW "$file" | grep -q 'Type:.*DYN' || fail "$name: stands at a fixed address"
}
test_executables_stand_at_a_random_address() { each check_pie; }

# Names of functions of the C library, in the symbol table of a static executable or the dynamic one.
has_symbol() { # REGEX
	readelf -sW "$file" | grep -qE " ($1)(@| |$)"
}

check_stack_protector() {
	has_symbol '__stack_chk_fail' || fail "$name: no stack protector"
}
test_stack_protector() { each check_stack_protector; }

# Functions that the static libraries do not use themselves.
check_fortify() {
	[ ! -e "$BUILD/flags" ] || chosen '-D_FORTIFY_SOURCE=[23]' || skip 'code that is not optimized has no checked functions'
	case $name in
	vmm) checked='__vsnprintf_chk' ;;
	vmm-symbolizer) checked='__[a-z]*_chk' ;;
	*) checked='__(printf|vfprintf)_chk' ;;
	esac
	has_symbol "$checked" || fail "$name: the C library's checked functions are not used (FORTIFY)"
}
test_checked_functions() { each check_fortify; }

# Indirect branches may only go to functions that begin with endbr64 (Intel SDM vol. 1, chapter 17).
check_endbr() {
	! chosen -fcf-protection=none || skip 'a flag of the user leaves the marks out'
	objdump -d --no-show-raw-insn --disassemble=main "$file" | grep -A1 '<main>:' | grep -q endbr64 ||
		fail "$name: main does not begin with endbr64 (-fcf-protection)"
}
test_branch_targets_are_marked() {
	command -v objdump >/dev/null || skip 'no objdump'
	each check_endbr
}
