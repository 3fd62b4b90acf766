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
test_version() { vmm --version; status_is 0; out_is 'ringside 0.1
'; }
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
