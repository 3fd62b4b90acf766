# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Differences between KVM hosts, a test for each; docs/hosts.md says on which host each matters. If a feature is
# optional, vmm doctor says whether the host has it, and the guest's behaviour must agree.

# ---- returns to a non-canonical address, which fault in ring 0 on Intel ----

no_return() { # IMAGE
	vmm "$1" --timeout 100 -q -a quiet -- hostile syscall_at_end int80_at_end enter_no_return
	[ "$status" -eq 0 ] || fail "status $status: $(grep -aE '^FAIL|panic' "$T/out" | head -n 1)"
}

test_no_trap_at_the_end_of_memory() {
	need_kvm
	no_return "$GUEST"
	out_has '^PASS +syscall_at_end +no effect x4'
	out_has '^PASS +int80_at_end +no effect x4'
}

# A kernel that lets processes map the last page has only the check before the return.
test_no_return_to_nowhere() {
	need_kvm
	no_return "$IMAGES/last-page.bin"
	is_least "$(grep -c 'killed: system call with the return address 0x800000000000' "$T/out")" 4 'bad returns'
}

# ---- checks at every VM entry ----

# On Intel without unrestricted guest, real mode needs the TSS, and mode changes the identity map, that the VMM sets up.
test_every_mode_of_the_processor() { run modes --timeout 100; status_is 0; }

# ---- CPUID: what KVM supports, without features of devices that the machine lacks ----

test_cpuid() { run cpuid; status_is 0; }

# ---- the guest's TSC has an offset to the host's ----

test_tsc_offset() {
	need_kvm
	# If Linux corrected its TSC's rate by more than 250 ppm after KVM had been loaded (which happens to emulators
	# on busy machines), KVM leaves the offset at 0.
	! is_emulated || ! doctor_says 'TSC offset' '0:' || skip 'KVM gives no offset here, so there is nothing to test'
	guest --timeout 100 -q --trace="$T/trace" -a quiet -- null 20
	status_is 0
	vmm trace check "$T/trace"
	status_is 0
	out_has ' 0 contradictions$'
	is_least "$(sed -n 's/.* exits, \([0-9]*\) events: .*/\1/p' "$T/out")" 60 'events of the guest'
	# An event's time outside the exits around it is moved between them: with a wrong offset all times are equal.
	print_trace "$T/trace"
	same=$(awk '$1 ~ /^[0-9]+[.][0-9]+$/ { same += $1 == last; last = $1 } END { print same + 0 }' "$T/text")
	is_most "$same" 6 'events at the same time as the one before'
}

# ---- extensions that CPUID offers are used if they work ----

banner() { # ARGUMENT...: runs a program with the kernel's boot messages
	guest --timeout 100 "$@"
	status_is 0
}

test_xsave() {
	need_kvm
	if doctor_says 'XCR0 across an exit' works && doctor_says 'execution' 'on the processor'; then
		banner -- fputest 3 64 avx
		out_has 'FPU state by XSAVE'
		out_has 'with AVX: 0 failed'
		banner -- leftovers avx
	else
		banner -- fputest 3 64
		out_has 'FPU state by FXSAVE'
	fi
}

# With SMAP enabled, an access of the kernel to a user address would be a panic.
test_smap() {
	need_kvm
	doctor_says 'stac, clac' works || skip 'no SMAP that works here'
	banner -- badcalls
	out_has 'protection:.* SMAP'
	guest --timeout 100 -q -- hostile flag_syscall flag_interrupt alignment_check
	status_is 0
}

# ---- trap instructions are recognised only if they are not delivered ----

test_each_trap_instruction_alone() {
	need_kvm
	how=recognised
	! doctor_says syscall delivered || how=delivered
	banner -a traps=syscall -- null 20
	out_has "traps: syscall $how, int 0x80 off"
	how=recognised
	! doctor_says 'int N' delivered || how=delivered
	banner -a traps=int80 -- null 20 int80
	out_has "traps: syscall off, int 0x80 $how"
}

# A jump to the system-call handler is a system call only on hosts where SYSCALL arrives as such a jump.
handler_address() {
	guest -q --trace="$T/trace" -a quiet -- null
	status_is 0
	print_trace "$T/trace"
	sed -n 's/.*syscall-handler .* syscall_entry *\(0x[0-9a-f]*\).*/\1/p' "$T/text"
}

test_no_recognition_where_traps_are_delivered() {
	need_kvm
	handler=$(handler_address)
	guest -q -a quiet -- rogue enter_no_return "$handler"
	status_is 120 # killed by a signal: 128 + n, limited to 120
	if doctor_says syscall delivered; then
		out_has "rogue killed: #PF page fault at $handler"
	else
		out_has 'rogue killed: system call with the return address 0x800000000000'
	fi
	guest -q -a quiet -a traps=syscall -- rogue int80
	status_is 120
	if doctor_says 'int N' delivered; then
		out_has 'rogue killed: #GP'
	else
		out_has 'rogue killed: #UD'
	fi
}

test_no_recognition_without_kvm() {
	need_kvm
	need qemu-system-x86_64
	handler=$(handler_address)
	try "$here/../../scripts/qemu" "$GUEST" -- rogue enter_no_return "$handler"
	out_has 'traps: syscall delivered, int 0x80 delivered'
	out_has "rogue killed: #PF page fault at $handler"
	for traps in syscall int80; do
		try "$here/../../scripts/qemu" -a "traps=$traps" "$GUEST" -- null 5 "$traps"
		status_is 0
	done
}

# ---- single-stepping: by the trap flag, or by KVM's emulator ----

counts() { # HANDLER VISITS INSTRUCTIONS
	err_has "^ +$1 +no +$2 +$3 +$3 +$3\$"
}

# tests/guests/count.S has handlers of a known length, which is the same on every host.
test_count_ring0_is_exact() {
	run count -q --count-ring0 --timeout 100
	status_is 0
	err_has 'in all: 147; before the first entries to ring 3: 107 111 115 121 144$'
	counts breakpoint 2 4
	counts invalid 1 6
	counts protection 1 23
	doctor_says syscall delivered || return 0
	run count -a 1 -q --count-ring0 --timeout 100
	status_is 0
	err_has 'in all: 232;'
	counts system_call 3 3
	counts interrupt 3 22
}
