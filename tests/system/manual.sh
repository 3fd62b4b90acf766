# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# What vmm-manual writes from the tables of the command lines: docs/usage.md, pages of the manual, and completion, which
# is tried in the shells themselves.

manual() { # WORD...
	[ -x "$BUILD/vmm-manual" ] || skip "no vmm-manual"
	try "$BUILD/vmm-manual" "$@"
	status_is 0
	err_is_empty
}

test_usage_is_what_vmm_manual_writes() {
	[ -e "$here/../../docs/usage.md" ] || skip "no docs/usage.md"
	manual markdown
	cmp -s "$T/out" "$here/../../docs/usage.md" || fail "docs/usage.md is old: build/vmm-manual markdown >docs/usage.md"
}

test_pages_have_every_subcommand() {
	manual man "$T"
	for page in vmm vmm-trace vmm-bench vmm-doctor; do
		for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' FILES ENVIRONMENT EXAMPLES 'SEE ALSO'; do
			grep -q "^\.SH $section\$" "$T/$page.1" || fail "$page.1 has no section $section"
		done
	done
	for subcommand in 'run' 'demo'; do grep -qF "vmm $subcommand" "$T/vmm.1" || fail "no $subcommand in vmm.1"; done
	vmm trace --help
	sed -n 's/^  \([a-z]*\) .*/\1/p' "$T/out" >"$T/subcommands"
	[ -s "$T/subcommands" ] || fail "vmm trace --help lists nothing"
	while read -r subcommand; do
		grep -qF "vmm trace $subcommand" "$T/vmm-trace.1" || fail "no $subcommand in vmm-trace.1"
	done <"$T/subcommands"
}

test_pages_have_no_warnings() {
	need man
	need groff
	manual man "$T"
	for page in "$T"/*.1; do
		MANWIDTH=80 man --warnings -l "$page" >"$T/page" 2>"$T/err" || fail "man -l ${page##*/}: status $?"
		err_is_empty
		if command -v mandoc >/dev/null; then
			mandoc -T lint -W warning "$page" >"$T/err" 2>&1
			err_is_empty
		fi
	done
}

test_page_that_cannot_be_written() {
	[ -x "$BUILD/vmm-manual" ] || skip "no vmm-manual"
	try "$BUILD/vmm-manual" man "$T/none"
	status_is "$REFUSED"
	err_has "$T/none.*No such file"
	err_is_one_line
}

# ---- completion ----

# Writes the completion for SHELL to $T/completion, and goes to a directory with files to complete.
completion() { # SHELL
	need "$1"
	manual completion "$1"
	mv "$T/out" "$T/completion"
	mkdir "$T/files" && cd "$T/files" || exit
	: >usable.trace
	: >'with space.trace'
	mkdir folder
}

# Each shell is asked the same. offered is a function of the test: it prints what completes LINE, one a line.
ask_all() {
	offers 'vmm tr' trace
	offers 'vmm ' run demo trace bench doctor help usable.trace
	offers 'vmm trace p' print protocol
	offers 'vmm trace com' compress
	offers 'vmm help trace pr' print protocol
	offers 'vmm --irq' --irqchip
	offers 'vmm run --irqchip u' user
	offers 'vmm run --irqchip=s' split
	offers 'vmm --stats=' json
	offers 'vmm run --stats j'
	offers 'vmm trace export --to p' perfetto
	offers 'vmm trace protocol --protocol=t' timer
	offers 'vmm run us' usable.trace
	offers 'vmm --trace=us' usable.trace
	offers 'vmm run --initrd us' usable.trace
	offers 'vmm trace print w' 'with space.trace'
	offers 'vmm bench comp' compare
	offers 'vmm bench --fail'
	offers 'vmm bench compare --fail' --fail-on-regression
	offers 'vmm doctor us'
	offers 'vmm trace print us' usable.trace
	offers 'vmm demo us'
}

# What completes LINE is exactly these; of files in the directory, others may be there where some are.
offers() { # LINE CANDIDATE...
	line=$1
	shift
	offered "$line" | sed 's/^--[a-z]*=//; s/\\ / /g; s,/$,,' | sort -u >"$T/offered"
	for word in "$@"; do
		grep -qxF -e "$word" "$T/offered" || fail "no $word for '$line': $(tr '\n' ' ' <"$T/offered")"
	done
	if [ "$line" != 'vmm ' ] && [ "$(wc -l <"$T/offered")" -ne $# ]; then
		fail "more than '$*' for '$line': $(tr '\n' ' ' <"$T/offered")"
	fi
}

test_completion_in_bash() {
	completion bash
	# The words of a line, as readline cuts them: = is a word of its own.
	offered() {
		# shellcheck disable=SC2016 # for bash
		bash --norc -c '
			. "$1"
			line=${2//=/ = }
			read -ra COMP_WORDS <<<"$line"
			[[ $line != *" " || $line == *"= " ]] || COMP_WORDS+=("")
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
			_vmm
			((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' - "$T/completion" "$1"
	}
	ask_all
}

test_completion_in_bash_as_one_word() {
	completion bash
	# shellcheck disable=SC2016 # for bash
	try bash --norc -c '. "$1"; COMP_WORDS=(vmm --irqchip=us); COMP_CWORD=1; _vmm; echo "${COMPREPLY[@]}"' - "$T/completion"
	out_is '--irqchip=user
'
}

test_completion_in_fish() {
	completion fish
	offered() {
		# shellcheck disable=SC2016 # for fish
		XDG_CONFIG_HOME=$T HOME=$T fish -c 'source $argv[1]; complete --do-complete=$argv[2]' "$T/completion" "$1" | cut -f 1
	}
	ask_all
}

# zsh completes only at a terminal, which its own module zpty is. A line is typed when its editor reads keys; what it
# offers is printed by a compadd in front of its own; and the end of it is known by what a last key prints.
test_completion_in_zsh() {
	completion zsh
	zsh -f -c 'zmodload zsh/zpty' 2>/dev/null || skip "zsh without zpty"
	cat >"$T/ask" <<'END'
zmodload zsh/zpty
zpty shell zsh -f -i
say() { zpty -w shell "$1"; }
say 'PROMPT= PROMPT2= RPROMPT=; unsetopt zle_bracketed_paste prompt_sp; unset zle_bracketed_paste'
say "autoload -U compinit; compinit -u -C -d ${(q)1}.dump; source ${(q)1}; compdef _vmm vmm; LISTMAX=100000"
say 'zstyle ":completion:*" verbose no'
say 'compadd() { if [[ " ${@[1,(i)(-|--)]} " == *" -"(O|A|D)* ]]; then builtin compadd "$@"; return; fi; typeset -a hits; builtin compadd -A hits "$@"; local hit; for hit in $hits; do print -r -- "HIT $hit"; done; builtin compadd "$@"; }'
say 'bindkey -e; done-now() { print; print DONE-$((1 + 1)); }; zle -N done-now; bindkey "^T" done-now'
say 'zle-line-init() { print READY-$((1 + 1)); }; zle -N zle-line-init'
zpty -r shell seen '*READY-2*'
zpty -n -w shell "$2"$'\t\x14'
zpty -r shell seen '*DONE-2*'
zpty -d shell
print -r -- "$seen" | tr -d '\r' | sed -n 's/.*HIT //p'
END
	offered() { zsh -f "$T/ask" "$T/completion" "$1"; }
	ask_all
}
