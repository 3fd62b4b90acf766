# shellcheck shell=sh disable=SC2154,SC2034
# SPDX-License-Identifier: MIT
# The command line: help and version, and which command lines are refused, with which message.

I=$IMAGES/end-at-once.bin

test_help() { vmm --help; status_is 0; out_has 'IMAGE'; err_is_empty; }
test_help_of_run() { vmm run --help; status_is 0; out_has '--memory'; err_is_empty; }
test_help_nobody_gets() {
	output=/dev/full
	vmm run --help
	status_is "$REFUSED"
	err_is_one_line
}
test_usage() { vmm run --usage; status_is 0; out_has 'IMAGE'; }
test_version() { vmm --version; status_is 0; out_has '^ringside [0-9.]+( [(][0-9a-f]+(-dirty)?[)])?$'; }
test_run_may_be_said() { need_kvm; vmm run "$IMAGES/poweroff.bin" -a 5; status_is 5; }

test_no_words() { vmm; status_is "$USAGE"; err_has 'IMAGE'; out_is_empty; }
test_no_image() { refused "$USAGE" 'no image' run -q; }
test_unknown_option() { refused "$USAGE" 'unknown option --foo' "$I" --foo; }
test_unknown_letter() { refused "$USAGE" 'unknown option -z' "$I" -z; }
test_missing_value() { refused "$USAGE" 'needs a value' "$I" -m; }
test_word_too_many() { refused "$USAGE" "unexpected word 'b'" "$I" b; }
test_unknown_transitions() { refused "$USAGE" 'ring, exit or off' "$I" --transitions=on; }
test_unknown_stats() { refused "$USAGE" 'json' "$I" --stats=xml; }
test_empty_trace_name() { refused "$USAGE" 'empty' "$I" --trace=; }
test_double_quote_for_init() { refused "$USAGE" 'double quote' "$I" -- 'a"b'; }

test_memory_of_zero() { refused "$REFUSED" 'memory' "$I" -m 0; }
test_memory_malformed() { refused "$USAGE" "'lots'" "$I" -m lots; }
test_memory_empty() { refused "$USAGE" "size" "$I" -m ''; }
test_memory_negative() { refused "$REFUSED" '-m -1:' "$I" -m -1; }
test_memory_not_pages() { refused "$REFUSED" 'page' "$I" -m 1000001; }
test_memory_too_little() { refused "$REFUSED" 'outside' "$I" -m 4K; }
test_memory_absurd() { refused "$REFUSED" 'outside' "$I" -m 99999G; }
test_memory_beyond_64_bits() { refused "$REFUSED" 'not a possible size' "$I" -m 99999999999999999999G; }
test_memory_too_little_for_the_image() { need_kvm; refused "$REFUSED" 'guest memory' "$I" -m 1M; }

test_timeout_empty() { refused "$USAGE" 'seconds' "$I" --timeout ''; }
test_timeout_malformed() { refused "$USAGE" 'seconds' "$I" --timeout 3s; }
test_timeout_zero() { refused "$REFUSED" 'seconds' "$I" --timeout 0; }
test_timeout_negative() { refused "$REFUSED" 'seconds' "$I" --timeout -3; }
test_timeout_huge() { refused "$REFUSED" 'seconds' "$I" --timeout 1e300; }
test_timeout_nan() { refused "$REFUSED" 'seconds' "$I" --timeout nan; }

test_much_memory() { run poweroff -m 5G -a 7; status_is 7; }
test_little_memory() { run poweroff -m 2M -a 7; status_is 7; }
test_summary_line() { run end-at-once; status_is 0; err_is_one_line; }
test_quiet() { run end-at-once -q; status_is 0; err_is_empty; }
test_stats() { run exits -a 10 -q --stats; status_is 0; err_has 'IO'; err_has 'MMIO'; }
test_stats_as_json() { run exits -a 10 -q --stats=json; status_is 0; err_has '[{[]'; err_has '"IO"'; }

# ---- help ----

test_help_in_either_form() {
	for command in run demo 'trace print' 'trace export' bench 'bench compare' doctor; do
		# shellcheck disable=SC2086 # two words
		vmm $command --help
		status_is 0
		mv "$T/out" "$T/wanted"
		# shellcheck disable=SC2086
		vmm help $command
		status_is 0
		same_file "$T/out" "$T/wanted"
		out_has '^Exit status:'
		out_has "^Usage: vmm $command "
	done
}

test_help_lists_the_subcommands() {
	vmm --help
	cp "$T/out" "$T/wanted"
	for command in run demo trace bench doctor help; do out_has "^  $command "; done
	for form in help 'help help'; do
		# shellcheck disable=SC2086
		vmm $form
		status_is 0
		same_file "$T/out" "$T/wanted"
	done
}

test_version_of_each() {
	vmm --version
	cp "$T/out" "$T/wanted"
	for command in run demo trace 'trace stat' bench 'bench compare' doctor; do
		# shellcheck disable=SC2086
		vmm $command --version
		status_is 0
		same_file "$T/out" "$T/wanted"
	done
	for program in vmm-tools vmm-symbolizer; do
		try "$BUILD/$program" --version
		status_is 0
		same_file "$T/out" "$T/wanted"
	done
}

test_no_words_shows_first_steps() {
	vmm
	status_is "$USAGE"
	out_is_empty
	for step in 'vmm demo' 'vmm demo --trace ' 'vmm IMAGE' 'vmm doctor' 'vmm help'; do err_has "^  $step"; done
}

# A file of that name is an image, however much the name looks like a subcommand.
test_image_with_a_name_like_a_subcommand() {
	need_kvm
	cd "$T" || exit
	cp "$IMAGES/poweroff.bin" doctr
	vmm doctr -q -a 6
	status_is 6
}

# ---- what tools say when they are done ----

test_report_says_where_the_page_is() {
	run end-at-once -q --trace="$T/trace"
	cd "$T" || exit
	vmm trace report -o 'a page.html' trace
	status_is 0
	err_is_empty
	out_has '^a page.html is the page; open it in a browser: file:///.*/a%20page.html$'
	vmm trace report -o - trace
	err_is_empty
	! grep -q 'is the page' "$T/out" || fail "a page on standard output says where it is"
}

test_processes_between_which_the_timer_never_switched() {
	guest -q --trace="$T/trace" -a hz=1000 -- sieve 2000
	vmm trace protocol --process init,init "$T/trace"
	status_is 0
	err_is_empty
	out_has '^The timer never took the CPU from process 1 \(init\) to give it to process 1 \(init\). It took it from: '
	out_has '[0-9] init to [0-9] sieve [0-9]* time|none'
}
