# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# What docs/ostep.md tells to try: each exercise shows what the page says that it shows.

lesson() { # ARGUMENT...: runs a program of the guest without banner and report
	guest -q --timeout 100 "$@"
}

# ---- the homework: what a system call and a context switch cost ----

# Without a timer each round is two switches, and one more lets the child end. The times can be anything; that the rows
# agree is arithmetic, in tenths of ns, to the rounding of a half.
test_pingpong_counts_its_switches() {
	lesson -a 'quiet hz=0' -- pingpong 20 3
	status_is 0
	out_has '^61 rounds of ping-pong: 123 switches because a process blocked, 0 because it lost the CPU$'
	for row in 'null system call' 'byte through pipe' 'round of ping-pong'; do
		out_has "^  $row +[0-9]+\.[0-9] +[0-9]+\.[0-9] +[0-9]+\.[0-9]  the empty loop"
	done
	awk '
		/^  byte/ { pass = $4 }
		/^  round/ { round = $4 }
		/^  context/ { switch = $3 }
		END { left = (round - 2 * pass) / 2 - switch; exit !(left < 0.11 && left > -0.11) }' "$T/out" ||
		fail 'a switch is not half of what is left of a round'
}

test_pingpong_refuses() {
	lesson -a quiet -- pingpong 0
	status_is "$USAGE"
	lesson -a quiet -- pingpong 1 100
	status_is "$USAGE"
}

# ---- paging=: when memory comes ----

# Sets $faults: the page faults of a run of two programs and a pipe.
count_faults() { # PAGING
	lesson --trace="$T/trace" -a "quiet hz=0 paging=$1" -- sh -c 'args one | cat'
	status_is 0
	out_has '^argv.*one'
	print_trace "$T/trace"
	faults=$(grep -c '#PF' "$T/text")
}

test_paging_decides_who_takes_page_faults() {
	count_faults demand
	is_least "$faults" 15 'page faults with paging=demand'
	count_faults eager
	is_most "$faults" 0 'page faults with paging=eager'
}

# Memory that is not there is refused when it is asked for, and not when it is touched.
test_paging_decides_when_memory_is_out() {
	lesson -m 6M -a 'quiet paging=demand' -- membomb mmap
	status_is 0
	out_has 'killed: out of memory'
	lesson -m 6M -a 'quiet paging=eager' -- membomb mmap
	status_is 0
	! grep -q 'killed: out of memory' "$T/out" || fail 'killed for memory that it was given'
}

test_paging_eager_keeps_the_promises() {
	lesson -m 32M -a 'quiet paging=eager' -- forktest
	status_is 0
	lesson -m 6M -a 'quiet paging=eager' -- leakcheck 1
	status_is 0
}

# ---- break=: a step of the protocol left out ----

# The kernel stack: what the next trap of another process writes over is the frame by which this one should return.
test_break_rsp0() {
	lesson -a 'quiet hz=0 break=nothing' -- null
	status_is 0
	guest -q --timeout 10 -a 'quiet hz=0 break=rsp0' -- null
	[ "$status" -ne 0 ] || fail 'it goes well without a kernel stack for each process'
}

test_break_register() {
	lesson -a 'quiet break=register' -- regtest 1
	status_is 2
	out_has '^PASS  registers across a system call: unchanged'
	out_has '^FAIL  registers across a page fault: r11'
	out_has '^FAIL  registers across an interrupt: r11'
}

test_break_fpu() {
	lesson -a 'quiet break=fpu' -- fputest 2 8
	[ "$status" -ne 0 ] || fail 'no FPU register was lost'
	out_has '^fputest: process [12], round [0-9]+: a register changed'
}

# With paging=eager two processes meet in one variable. With paging=demand the page fault of a write never ends: the
# kernel makes the page of the one process writable, and the CPU looks at that of the other.
test_break_cr3() {
	lesson -a 'quiet hz=0 paging=eager init=isolation'
	status_is 0
	out_has "variable is 0, and it wrote 0"
	lesson -a 'quiet hz=0 paging=eager init=isolation break=cr3'
	status_is 1
	out_has "variable is [1-9][0-9]*, and it wrote 0"
}

# There is no timer, and yet the kernel counts an interrupt of the timer.
test_break_gate() {
	lesson -a 'hz=0' -- rogue int 0x20
	status_is 120
	out_has '^0 ticks'
	lesson --trace="$T/trace" -a 'hz=0 break=gate' -- rogue int 0x20
	status_is 0
	out_has '^rogue: int had no effect'
	out_has '^1 ticks'
	print_trace "$T/trace"
	is_least "$(grep -c ' interrupt .*0x20 timer' "$T/text")" 1 'timer interrupts in the trace'
	! grep -q 'inject 0x20' "$T/text" || fail 'the VMM injected a timer interrupt'
}

# Interrupts in the middle of the kernel's work; what comes of that is another thing each time.
test_break_flags() {
	guest -q --timeout 10 --trace="$T/trace" --trace-limit 4M -a 'quiet hz=1000 break=flags' -- forkbench 20
	vmm trace check "$T/trace"
	status_is 1
	grep -qE 'interrupt of process [0-9]+ in the middle of another' "$T/out" "$T/err" ||
		fail 'no interrupt in the middle of a trap'
	lesson --trace="$T/trace" --trace-limit 4M -a 'quiet hz=1000' -- forkbench 2
	vmm trace check "$T/trace"
	status_is 0
}

# Some hosts run ring 3 natively and let it into no page of the upper half, whatever its entry says.
test_break_pages() {
	doctor
	! doctor_says syscall 'half' || skip 'this host keeps ring 3 out of the upper half of every address space'
	code=0xffff800000100000 # the first address of the kernel's image in the direct map
	lesson -a quiet -- rogue read_kernel "$code"
	status_is 120
	out_has 'killed: #PF'
	lesson -a 'quiet break=pages' -- rogue read_kernel "$code"
	status_is 0
	out_has '^rogue: read_kernel had no effect'
	lesson -a 'quiet break=pages' -- rogue write_kernel "$code"
	status_is 120
	command -v nm >/dev/null || return 0
	data=0xffff8000$(nm "$GUEST" | sed -n 's/^ffffffff8\([0-9a-f]*\) . switches$/0\1/p')
	lesson -a 'quiet break=pages' -- rogue write_kernel "$data"
	status_is 0
}

# Port 0xf4 ends the machine with the status that is written to it, times two and one.
test_break_ports() {
	lesson -a quiet -- sh -c 'rogue outb 0xf4; echo still here'
	status_is 0
	out_has '^still here$'
	lesson -a 'quiet break=ports' -- sh -c 'rogue outb 0xf4; echo still here'
	status_is 255
	! grep -q 'still here' "$T/out" || fail 'the machine is still there'
}

# The first interrupt of the timer is the last.
test_break_eoi() {
	millions=$(amount 200 50)
	lesson -a hz=1000 -- spin "$millions"
	status_is 0
	! grep -q '^[01] ticks' "$T/out" || fail 'too short to see ticks'
	lesson -a 'hz=1000 break=eoi' -- spin "$millions"
	status_is 0
	out_has '^1 ticks'
}

# ---- irqs=: interrupts during system calls ----

# An interrupt between the load and the store of an addition, and another process's additions meanwhile, which are lost.
# Each of the runs has some hundred interrupts, and half of an addition is the time in which one of them does it.
test_irqs_on_loses_updates() {
	lesson --trace="$T/trace" -a 'quiet hz=1000 irqs=off' -- lostupdate 500
	status_is 0
	out_has '^/dev/counter +2 x 500 updates, 1000 counted, 0 lost$'
	print_trace "$T/trace"
	is_most "$(count nested)" 0 'interrupts during a system call with irqs=off'

	lesson --trace="$T/trace" -a 'quiet hz=1000 irqs=on' -- lostupdate 500
	status_is 0
	out_has '^/dev/counter +2 x 500 updates, [0-9]+ counted, [1-9][0-9]* lost$'
	out_has '^/dev/counter-guarded +2 x 500 updates, 1000 counted, 0 lost$'
	print_trace "$T/trace"
	is_least "$(grep -c ' nested .* add+0x' "$T/text")" 1 'interrupts during an addition with irqs=on'
	vmm trace check "$T/trace"
	status_is 0
}

# Whatever the interrupts come into, the kernel keeps its promises.
test_irqs_on_harms_nobody() {
	for words in 'forktest' 'regtest 1' 'forkbench 20' 'syscrash 1 10'; do
		# shellcheck disable=SC2086 # a program and its arguments
		lesson -m 32M -a 'quiet hz=1000 irqs=on print-fatal-signals=0' -- $words
		status_is 0
	done
	lesson -m 6M -a 'quiet hz=1000 irqs=on print-fatal-signals=0' -- leakcheck 1
	status_is 0
}

# By int 0x80, too, and with time measured.
test_irqs_on_by_every_way_in() {
	for words in 'traps=int80' 'account' 'sched=mlfq account'; do
		lesson -a "quiet hz=1000 irqs=on $words" -- lostupdate 500
		status_is 0
		out_has '^/dev/counter .*, [1-9][0-9]* lost$'
	done
}

test_counter_is_a_number() {
	lesson -a quiet -- sh -c 'echo x >/dev/counter; echo x >/dev/counter; cat /dev/counter /dev/counter-guarded'
	status_is 0
	out_has '^[1-9][0-9]*$'
	out_has '^0$'
}
