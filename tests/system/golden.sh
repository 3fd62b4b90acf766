# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The kinds and the order of transitions in a run without a timer are the same on every host with any KVM; times differ.
# tests/system/golden/NAME has the expected transitions of each scenario.
#   UPDATE_GOLDEN=1 tests/system/run golden    writes the transitions of this host: review them before committing them

# Prints a line for each transition: the process, the event, and the system call or exception.
transitions() { # FILE
	"$VMM" trace print "$1" >"$T/printed" || fail "the trace cannot be printed"
	awk '$1 ~ /^[0-9]+[.][0-9]+$/ && $2 != "-" { # - is no process: what the VMM tells
		what = ""
		if ($4 == "arguments" || $4 == "fault" || / host-(took|block|halt) /) next
		if ($4 == "syscall" || $4 == "result") { what = " " $5; sub(/[(].*/, "", what) }
		if ($4 == "exception") what = " " $5
		if ($4 == "switch" || $4 == "wake") { what = $0; sub(/.* (switch|wake) */, " ", what); sub(/  .*/, "", what) }
		print $3, $4 what
	}' "$T/printed"
}

# Leaves out page faults from which the process returns, because their number depends on how the compiler and the linker
# have spread a program over its pages.
without_page_faults() { # FILE of transitions
	awk '
		held != "" && $0 == process " page" { next }
		held != "" && $0 == process " return" { held = ""; next }
		held != "" { print held; held = "" }
		$2 == "exception" && $3 == "#PF" { held = $0; process = $1; next }
		{ print }
		END { if (held != "") print held }' "$1"
}

scenario() { # NAME INIT-ARGUMENT...
	name=$1
	shift
	guest -q --trace="$T/trace" -a 'protocol=limited quiet' -- "$@"
	transitions "$T/trace" >"$T/all"
	without_page_faults "$T/all" >"$T/transitions"
	[ -z "${UPDATE_GOLDEN:-}" ] || cp "$T/transitions" "$here/golden/$name"
	diff "$here/golden/$name" "$T/transitions" >"$T/difference" ||
		fail "other transitions than golden/$name: $(head -n 5 "$T/difference" | tr '\n' '|')"
}

test_fork_exit_wait() {
	scenario fork-exit-wait forkbench 2
}

test_illegal_operation() {
	scenario illegal-operation rogue cli
}

test_yield() {
	scenario yield yield 5
}

# ---- without KVM: QEMU translates the guest's code, and its own log of interrupts is compared ----

# Replaces names by vectors and system call numbers in hexadecimal, as QEMU logs them, from the tables of these names.
numbered() { # FILE of transitions
	sed -n 's/^.*X(\([0-9]*\), *\([A-Za-z0-9_]*\),.*/\1 \2/p' "$here/../../include/ringside/syscalls.h" \
		"$here/../../include/ringside/traps.h" |
		awk 'NR == FNR { number[$2] = $1; next }
			$2 == "syscall" { printf "80 %x\n", number[$3] }
			$2 == "exception" { printf "%02x\n", number[substr($3, 2)] }' - "$1"
}

# Uses INT 0x80, because QEMU does not log SYSCALL. The first line of the log is the kernel's own trial at boot.
same_without_kvm() { # INIT-ARGUMENT...
	need qemu-system-x86_64
	keys='protocol=limited traps=int80 quiet'
	guest -q --trace="$T/trace" -a "$keys" -- "$@"
	transitions "$T/trace" >"$T/transitions"
	numbered "$T/transitions" >"$T/kvm"
	timeout 100 qemu-system-x86_64 -accel tcg,thread=single -cpu max -m 128M -nodefaults -no-user-config -no-reboot \
		-display none -serial stdio -device isa-debug-exit,iobase=0xf4,iosize=4 -d int -D "$T/log" \
		-kernel "$GUEST" -append "$keys -- $*" </dev/null >"$T/out" 2>"$T/err"
	awk '$2 ~ /^v=/ && / cpl=3 / {
		sub(/^v=/, "", $2)
		number = $NF
		sub(/^.*=0*/, "", number)
		print $2 ($2 == "80" ? " " number : "")
	}' "$T/log" | sed 1d >"$T/tcg"
	is_least "$(wc -l <"$T/kvm")" 10 'transitions'
	diff "$T/kvm" "$T/tcg" >"$T/difference" || fail "another order without KVM: $(head -n 5 "$T/difference" | tr '\n' '|')"
}

test_fork_exit_wait_without_kvm() { same_without_kvm forkbench 2; }
test_illegal_operation_without_kvm() { same_without_kvm rogue cli; }
test_yield_without_kvm() { same_without_kvm yield 5; }
