# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# The cost of a visit to the kernel in instructions: counted exactly by --count-ring0 if the host can single-step into
# traps, or by QEMU's instruction counter, which is the guest's clock there.

counted() { # ARGUMENT...
	! is_emulated || skip "an exit for each instruction takes too long on an emulated host"
	guest --timeout 100 -q --count-ring0 "$@"
	[ "$status" -ne "$REFUSED" ] || skip "$(head -n 1 "$T/err")"
	status_is 0
	grep -q 'by handler' "$T/err" || skip "this host does not single-step into traps"
}

# Prints the median of the visits by a handler, with or without a switch to another address space.
median() { # HANDLER yes|no
	awk -v handler="$1" -v switch="$2" '$1 ~ "^(" handler ")$" && $2 == switch { print $5; exit }' "$T/err" | grep .
}

SYSTEM_CALL='page_fault_recognise|syscall_entry' TIMER=trap_32
EVENT=26 # instructions of an event at most, with tracing on

# Checks the instructions of one visit without tracing (at most MOST), and with tracing, which writes EVENTS events.
costs() { # MOST EVENTS HANDLER yes|no ARGUMENT...
	most=$1 events=$2 handler=$3 switch=$4
	shift 4
	counted "$@"
	plain=$(median "$handler" "$switch") || fail "no visit by $handler"
	counted --trace="$T/trace" "$@"
	traced=$(median "$handler" "$switch") || fail "no traced visit by $handler"
	echo "$plain, traced $traced"
	is_most "$plain" "$most" 'instructions'
	is_most $((traced - plain)) $((events * EVENT)) "instructions for $events events"
}

test_null_call() { costs 60 3 "$SYSTEM_CALL" no -a 'quiet hz=0' -- null 100; }
test_tick() { costs 120 2 "$TIMER" no -a 'quiet hz=100' -- null 1000; }
# interrupt, switch with its reason, save, restore, return
test_tick_with_switch() { costs 180 5 "$TIMER" yes -a 'quiet hz=100' -- sh -c 'null 80 & null 80; wait'; }

in_all() {
	sed -n 's/^ring-0 instructions in all: \([0-9]*\);.*/\1/p' "$T/err"
}

test_life_of_a_process() {
	counted -a 'quiet hz=0' -- forkbench 2
	two=$(in_all)
	counted -a 'quiet hz=0' -- forkbench 12
	echo "$((($(in_all) - two) / 10)) for fork, exit and wait4"
	is_most "$((($(in_all) - two) / 10))" 3900 'instructions for fork, exit and wait4'
}

# A pipe of one page took 14,284 instructions for 64 KiB, in blocks of that size and from page to page.
test_pipe() {
	counted -a 'quiet hz=0' -- pipetest move 4
	four=$(in_all)
	counted -a 'quiet hz=0' -- pipetest move 14
	echo "$((($(in_all) - four) / 10)) to move 64 KiB through a pipe"
	is_most "$((($(in_all) - four) / 10))" 3570 'instructions to move 64 KiB through a pipe'
}

# Prints the instructions of a run of sigbench: the least of three, because runs differ by some polls of a device.
least() { # ARGUMENT...
	for _ in 1 2 3; do
		counted -a 'quiet hz=0' -- sigbench "$@"
		in_all
	done | sort -n | head -n 1
}

# What 30 signals cost, each with a first delivery and a return from its handler, beyond the 30 calls of kill.
test_signal() {
	counted -a 'quiet hz=0' -- sigbench # skips, where nothing can be counted
	cost=$((($(least 31) - $(least 1) - ($(least 31 pending) - $(least 1 pending))) / 30)) most=400
	guest -- null
	grep -q 'FPU state by FXSAVE' "$T/out" || most=440 # XSAVE's header is written and checked
	echo "$cost for a delivery and a sigreturn"
	is_most "$cost" "$most" 'instructions for a delivery and a sigreturn'
}

# ---- however many processes there are ----

# Sets $make, $switch and $finish: the cost of making each of N processes, of 10 of their context switches, and of the
# end of each, with the parent's wait for it.
many() { # N POLICY
	need qemu-system-x86_64
	for yields in 2 12; do
		"$here/../../scripts/qemu" --icount -m 512M -a "quiet hz=0 sched=$2" -- manyprocs "$1" "$yields" \
			</dev/null >"$T/out" 2>"$T/err" || fail "status $?: manyprocs $1 $yields, $2"
		words=$(sed -n "s/.*manyprocs: $1 made, $1 ended well; \([0-9]*\) ns .* \([0-9]*\) ns .*/\1 \2/p" "$T/out")
		[ "$yields" -eq 12 ] || few=${words#* }
	done
	make=${words% *} switch=$((${words#* } - few)) finish=$((few - (${words#* } - few) / 5))
	echo "$1 processes, $2: $make to make one, $((switch / 10)) to switch, $finish to end one"
}

# Compares the costs with those of few processes: 2, or more if chance decides who is next, because with 2 the lottery
# often chooses the same process again, which is no switch.
no_slower() { # POLICY N [PERCENT]
	many "$2" "$1"
	make_one=$make switch_few=$switch finish_few=$finish
	many 4096 "$1"
	is_most $((switch * 100)) $((switch_few * ${3:-105})) "hundredths of a switch of $2 processes, $1"
	is_most $((make * 100)) $((make_one * 105)) "hundredths of making one of $2 processes, $1"
	is_most $((finish * 100)) $((finish_few * ${3:-105})) "hundredths of the end of one of $2 processes, $1"
}

test_4096_processes_rr() { no_slower rr 2; }
test_4096_processes_coop() { no_slower coop 2; }
test_4096_processes_mlfq() { no_slower mlfq 2; }
test_4096_processes_lottery() { no_slower lottery 64; }

# Their heap is as deep as the logarithm of the number of processes: 12 in place of 1.
test_4096_processes_stride() { no_slower stride 2 400; }
test_4096_processes_cfs() { no_slower cfs 2 400; }

# ---- however many files there are ----

# Writes an archive of manyfiles and a directory of N files, DEPTH levels down, to $T/cpio, and the directory to $path.
archive() { # N DEPTH
	path=$(awk -v depth="$2" 'BEGIN { while (depth--) printf "/d" }')
	(cd "$BUILD/guest/bin" && printf 'manyfiles\0' | cpio -0 -o -H newc 2>/dev/null) >"$T/program" || skip 'needs cpio'
	# The end of an archive is an entry, too: it is cut off, and what follows brings its own.
	size=$(grep -abo 'TRAILER!!!' "$T/program" | cut -d : -f 1)
	head -c $((size - 110)) "$T/program" >"$T/cpio"
	# shellcheck disable=SC2016 # of awk
	awk -v n="$1" -v path="$path" '
		function put(name, mode,   text) {
			text = sprintf("070701%08x%08x%032x%040x%08x%08x%s@", ++inode, mode, 1, 0, length(name) + 1, 0, name)
			while (length(text) % 4)
				text = text "@"
			printf "%s", text
		}
		BEGIN {
			for (i = 1; i <= n; i++)
				put(substr(path, 2) "/file" i, 33188) # 0100644
			put("TRAILER!!!", 0)
		}' | tr @ '\000' >>"$T/cpio"
}

# Sets $tree, $one and $find: the cost of a file when the tree is made, in a listing, and by name.
files() { # N DEPTH
	archive "$1" "$2"
	"$here/../../scripts/qemu" --icount -i "$T/cpio" -a 'quiet hz=0 init=manyfiles' -- "$path" </dev/null >"$T/out" 2>"$T/err" ||
		fail "status $?: manyfiles, $1 files"
	words=$(sed -n "s/.*manyfiles: $1 of $1 found; \([0-9]*\) ns .* \([0-9]*\) ns .* \([0-9]*\) ns .*/\1 \2 \3/p" "$T/out")
	[ -n "$words" ] || fail "manyfiles says: $(tail -n 1 "$T/out")"
	find=${words##* } words=${words% *}
	one=${words#* } tree=$((${words% *} / $1))
	echo "$1 files, $2 levels down: $tree for the tree, $one to list one, $find to find one"
}

test_20000_files() {
	need qemu-system-x86_64
	files 200 60
	tree_few=$tree one_few=$one find_few=$find
	files 20000 60
	is_most $((tree * 100)) $((tree_few * 105)) 'hundredths of instructions for a file of 20,000 when the tree is made'
	is_most "$one" "$one_few" 'instructions to list one of 20,000 files'
	is_most $((find * 100)) $((find_few * 115)) 'hundredths of instructions to find one of 20,000 files'
}
