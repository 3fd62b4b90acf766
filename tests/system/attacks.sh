# shellcheck shell=sh disable=SC2154
# SPDX-License-Identifier: MIT
# Attacks on the scheduler: what one process of four gains by gaming its rules (docs/scheduling.md).

# Sets $share and $least: the attacker's share of the CPU in percent, and the least of three others.
read_shares() { # WHAT
	sed -n 's/^cheat: .*: attacker \([0-9]*\) %, the others \([0-9 ]*\) %.*$/\1 \2/p' "$T/out" >"$T/shares"
	read -r share a b c <"$T/shares" || fail 'no shares'
	least=$a
	[ "$b" -ge "$least" ] || least=$b
	[ "$c" -ge "$least" ] || least=$c
	echo "$1: attacker $share, least of the others $least"
}

# By QEMU, whose guest has a time of its own: shares are the same on every host, however busy it is. A processor of 125
# million instructions a second is fast enough for a tick to be long, and slow enough for the test to be short.
exactly() { # POLICY ATTACK
	need qemu-system-x86_64
	! is_emulated || skip 'QEMU within QEMU or Bochs takes too long'
	"$here/../../scripts/qemu" --icount=3 --timeout 140 -a "quiet sched=$1" -- cheat "$2" 1000 </dev/null \
		>"$T/out" 2>"$T/err" || fail "status $?: cheat $2, $1"
	read_shares "$1, $2"
}

# A quarter is the attacker's due, two fifths if there are two of it. When MLFQ charged whoever was there at the tick,
# one that slept over the ticks had 83 percent, and one that worked by its children 64.
resists() { # POLICY
	for name in sleep yield; do
		exactly "$1" "$name"
		is_most "$share" 35 "percent for the attack $name"
		is_least "$least" 12 "percent for the others with the attack $name"
	done
	for name in fork pipe; do
		exactly "$1" "$name"
		is_most "$share" 45 "percent for the attack $name"
		is_least "$least" 12 "percent for the others with the attack $name"
	done
}

test_mlfq_resists() { resists mlfq; }
test_lottery_resists() { resists lottery; }
test_stride_resists() { resists stride; }
test_cfs_resists() { resists cfs; }

# Shares are per process: eight of eleven have eight elevenths under every policy, and all others have theirs.
test_many_have_the_shares_of_many() {
	for policy in rr mlfq stride cfs; do
		exactly "$policy" many
		is_most "$share" 75 'percent for eight of eleven'
		is_least "$least" 7 'percent for one of eleven'
	done
}

# Shares follow niceness: 40 of 100 tickets; a weight of 86 beside three of 1. The others do not know of niceness.
test_shares_by_niceness() {
	for policy in lottery stride; do
		exactly "$policy" nice
		is_least "$share" 31 "percent for two fifths of the tickets, $policy"
		is_most "$share" 55 "percent for two fifths of the tickets, $policy"
	done
	exactly cfs nice
	is_least "$share" 70 'percent for the weight of nice -20'
	exactly mlfq nice
	is_most "$share" 45 'percent for who is not nice, where that does not count'
}

# ---- on this host, where ticks come late and the limits are wide ----

attack() { # POLICY ATTACK
	guest --timeout 100 -q -a "quiet sched=$1" -- cheat "$2" "$(amount 2000 1000)"
	status_is 0
	read_shares "$1, $2"
}

test_nobody_has_the_half() {
	for policy in mlfq cfs stride lottery; do
		case $policy in mlfq | cfs) name='sleep' ;; *) name='fork' ;; esac
		attack "$policy" "$name"
		is_most "$share" 52 "percent for the attack $name, $policy"
		is_least "$least" 8 "percent for the others with the attack $name, $policy"
	done
}

# Round robin bounds the attacker only: who follows it in the queue gets the rests of its turns.
test_round_robin_bounds_the_attacker() {
	for name in sleep yield; do
		attack rr "$name"
		is_most "$share" 55 "percent for the attack $name"
	done
}

# Whoever comes first keeps the CPU.
test_cooperative_starves_the_last() {
	attack coop none
	is_most "$least" 5 'percent for the last'
}
