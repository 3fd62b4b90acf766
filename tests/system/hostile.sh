# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Hostile programs, and programs that test what the kernel promises. Each prints PASS and FAIL lines and exits with the
# number of failures; random programs print their seed. CRASHES: how many random processes of each kind (30), and a tenth
# of the programs in ring 0; SEED: the seed of the first (1), or `random`. scripts/kvm-host passes both on.

: "${CRASHES:=30}"

inside() { # ARGUMENT...
	guest --timeout "${seconds:-100}" -m "${memory:-32M}" -a "quiet ${words:-}" "$@"
}

# Runs a test program of the guest, whose FAIL lines say what failed.
suite() { # PROGRAM ARGUMENT...
	inside -- "$@"
	[ "$status" -eq 0 ] || fail "status $status: $* $(grep -aE '^FAIL|seed|panic' "$T/out" | head -n 3)"
}

# Prints the first seed: the same one each time, so that runs can be compared; with SEED=random a failure names it.
seed() {
	case ${SEED:-1} in
	random) od -An -N3 -tu4 /dev/urandom | tr -d ' ' ;;
	*) echo "${SEED:-1}" ;;
	esac
}

# ---- pipes, /tmp ----

test_pipes() { suite pipetest; }
test_tmp() { suite tmptest; }
# With little memory /tmp is soon full, also where ring 0 is emulated.
fill_tmp() { # WITH
	memory=16M
	suite tmptest fill "$1"
}

test_tmp_full_of_files() { fill_tmp files; }
test_tmp_full_of_names() { fill_tmp names; }
test_tmp_full_of_directories() { fill_tmp depth; }

# ---- everything that a process must not do ----

# Runs a quarter of the deeds, because all of them take too long for one test on a slow host. The kernel prints no line
# for a killed process: the characters of these lines would be nine of ten exits.
deeds() { # PART
	words=print-fatal-signals=0
	suite hostile "$1/4"
	out_has '^hostile: [1-9][0-9]+ passed, 0 failed'
}

test_deeds_1() { deeds 1; }
test_deeds_2() { deeds 2; }
test_deeds_3() { deeds 3; }
test_deeds_4() { deeds 4; }

test_parts_that_cannot_be() {
	for part in 0/4 5/4 1/ /4 1/0; do
		inside -q -- hostile "$part"
		status_is 2
		out_has "hostile: $part: no such deed"
	done
}

# Jumps to the kernel's real entry points with the registers of a system call that would return into the kernel or to a
# non-canonical address.
test_entry_points() {
	need nm
	for symbol in syscall_entry page_fault_recognise service_entry trap_common return_from_trap; do
		address=0x$(nm "$GUEST" | awk -v symbol="$symbol" '$3 == symbol { print $1 }')
		for deed in enter_forged enter_nowhere; do
			inside -q -- rogue "$deed" "$address"
			status_is 120 # 128 + SIGSEGV is more than the largest status of a guest
			out_has 'rogue killed: '
		done
	done
}

BATCH=100 # processes in one VM

# Slow processes take half a second, on hosts that emulate much of random code; only a hang takes longer than the limit.
attack() { # PROGRAM SEED COUNT
	seconds=$((50 + $3 / 2)) words=print-fatal-signals=0
	inside -q -- "$@"
	[ "$status" -eq 0 ]
}

reason_of_failure() {
	echo "status $status: $(grep -aE '^FAIL|panic' "$T/out" | head -n 3)"
}

attacks() { # PROGRAM
	first=$(seed) left=$CRASHES
	while [ "$left" -gt 0 ]; do
		batch=$((left < BATCH ? left : BATCH))
		attack "$1" "$first" "$batch" || blame "$1" "$first" "$batch"
		first=$((first + batch)) left=$((left - batch))
	done
}

# Finds the seed that failed by running each of them alone.
blame() { # PROGRAM SEED COUNT
	together="$1: seeds $2 to $(($2 + $3 - 1)) together: $(reason_of_failure)"
	for one in $(seq "$2" $(($2 + $3 - 1))); do
		attack "$1" "$one" 1 || fail "$1: seed $one alone: $(reason_of_failure)"
	done
	fail "$together; none alone"
}

test_random_code() { attacks crashme; }
test_random_calls() { attacks syscrash; }

# The same for the VMM: random programs in ring 0, without a kernel. `make crash-ring0` runs more of them. They would find
# the faults of the program that emulates a host, which ends or hangs.
test_random_ring0() {
	! is_emulated || skip 'random programs find the faults of what emulates this host'
	[ -x "$BUILD/tests/fuzz/ring0" ] || skip 'tests/fuzz/ring0 is not built'
	first=$(seed)
	"$BUILD/tests/fuzz/ring0" "$first" "$((CRASHES * 10))" >"$T/out" 2>"$T/err" ||
		fail "status $?, first program $first: $(grep -aE 'ERROR|runtime error|ring0:' "$T/err" | head -n 2)"
	out_has ' programs from .* exits'
}
test_bad_calls() { suite badcalls; }

# ---- too many processes, too much memory ----

test_memory_bomb() { memory=6M; suite membomb mmap; out_has 'killed: out of memory'; }
test_heap_bomb() { memory=6M; suite membomb brk; out_has 'killed: out of memory'; }
test_fork_bomb() {
	memory=6M
	inside -- sh -c 'forkbomb 8; echo the end'
	status_is 0
	out_has 'forks were refused'
	out_has '^the end$'
}
test_endless_recursion() {
	inside -- sh -c 'recurse; echo $?; recurse 100'
	status_is 0
	out_has '^139$'
	out_has '^recurse: 0 deep|^recurse: 100 deep'
}
test_endless_exec() {
	inside -- sh -c 'execloop 1000000 & sleeper 100; kill -KILL %1; wait; echo the end'
	out_has '^the end$'
}
test_many_processes() { suite manyprocs 200 2; }
test_more_processes_than_memory() {
	memory=8M
	inside -- manyprocs 5000 1
	status_is 1
	out_has 'fork: E(AGAIN|NOMEM)'
	made=$(sed -n 's/.* \([0-9]*\) made, .*/\1/p' "$T/out")
	out_has "$made made, $made ended well"
	is_least "${made:-0}" 100 'processes in 8 MiB'
}

# The tree of files is made by the first call with a path, here when there is no memory left for it.
test_no_memory_for_files() {
	memory=5M words=init=/exhaust
	suite memory
	out_has 'without memory open fails: ENOMEM'
}
test_largest_process_is_ended() {
	memory=6M
	suite exhaust largest
	out_has 'killed: out of memory, having the most'
}

# By QEMU, because a hundred thousand processes take too long where ring 0 or all of the host is emulated.
test_all_pids() {
	need qemu-system-x86_64
	! is_emulated || skip 'QEMU within QEMU or Bochs takes too long'
	"$here/../../scripts/qemu" --icount --timeout 1000 -m 512M -a 'quiet hz=0' -- exhaust pids \
		</dev/null >"$T/out" 2>"$T/err" || fail "status $?: $(grep -aE '^FAIL|panic' "$T/out" | head -n 3)"
	out_has 'fork fails: EAGAIN'
}

# ---- calls that take long ----

# In a guest whose time is its instructions, with so many ticks that fork and exit take several of them.
test_no_call_keeps_the_cpu() {
	need qemu-system-x86_64
	! is_emulated || skip 'QEMU within QEMU or Bochs takes too long'
	"$here/../../scripts/qemu" --icount --timeout 140 -m 256M -a 'quiet hz=10000' -- longcalls 64 \
		</dev/null >"$T/out" 2>"$T/err" || fail "status $?: $(grep -aE '^FAIL|panic' "$T/out" | head -n 3)"
	longest=$(sed -n 's/^longcalls: \([0-9]*\) us .*/\1/p' "$T/out")
	is_most "${longest:-200}" 199 'microseconds, two ticks, without the CPU'
}
test_long_calls() { suite longcalls 2; }

# ---- promises of the kernel ----

test_registers() { suite regtest 2; }
test_fpu() { suite fputest; }
test_nothing_is_left_in_vector_registers() { suite leftovers; }
test_nothing_is_left_in_segment_registers() {
	doctor
	! doctor_says syscall 'half' || skip 'this host keeps the segments of ring 3 for itself'
	suite leftovers selectors
}
test_processes() { suite forktest; }
test_signals() { suite sigtest; }
test_memory() { suite memtest; }
test_no_page_is_lost() { memory=6M; suite leakcheck 1; }
