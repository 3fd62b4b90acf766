# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# Mistakes that people make, and what they are told: each row of mistakes/*.table is a command line, which gives that
# status, nothing on stdout, and on stderr exactly one line, which matches.
#   STATUS<tab>WORDS<tab>LINE
# WORDS are those behind `vmm`, evaluated by the shell in a directory of odd files (mistakes/odd-files.sh);
# $GUEST and $IMAGES are the images. LINE is a pattern of the shell (case). A line that begins with # is a comment.

# shellcheck source=/dev/null
. "$here/mistakes/odd-files.sh"

# Runs the rows of one table. Names every row that fails.
mistakes() { # TABLE
	make_odd_files "$T/odd"
	table=$1 tab=$(printf '\t') rows=0 wrong=0
	while IFS=$tab read -r expected words line <&3; do
		case $expected in '' | '#'*) continue ;; esac
		rows=$((rows + 1))
		eval "set -- $words"
		vmm "$@"
		said=
		{ IFS= read -r said && ! read -r rest; } <"$T/err" || said="(not one line) $said"
		# shellcheck disable=SC2254 # the line is a pattern
		case $said in $line) matches=1 ;; *) matches=0 ;; esac
		if [ "$status" -ne "$expected" ] || [ "$matches" -eq 0 ] || [ -s "$T/out" ]; then
			printf 'vmm %s\n  status %s, wanted %s\n  said   %s\n  wanted %s\n' "$words" "$status" "$expected" "$said" "$line"
			[ ! -s "$T/out" ] || echo '  and something on stdout'
			wrong=$((wrong + 1))
		fi
	done 3<"$table"
	: >"$T/err"
	: >"$T/out"
	[ "$rows" -gt 0 ] || fail "no rows in $table"
	[ "$wrong" -eq 0 ] || fail "$wrong of $rows rows of ${table##*/}"
}

test_command_lines() { need_kvm; mistakes "$here/mistakes/command-lines.table"; }

test_images() {
	need_kvm
	[ -e "$here/mistakes/images.table" ] || skip "no such table"
	mistakes "$here/mistakes/images.table"
}
