# SPDX-License-Identifier: MIT
# Prints the table of scripts/hosts/matrix. Input, separated by tabs: host, "line", milliseconds, a line of
# tests/system/run; or host, "status" | "time" | "words", value. Exits 1 if a test failed or a host did not finish.

function cell(host, name,    what) {
	what = result[host, name]
	return what == "" ? "-" : sprintf("%-4s %6.1f", what, took[host, name] / 1000)
}

function note(host, name, why) {
	notes[++noted] = sprintf("%s %s on %s: %s", result[host, name], name, host, why)
}

$2 == "line" && $4 ~ /^(PASS|FAIL|SKIP) / {
	split($4, word, /[ :]+/)
	name = word[2]
	if (!(name in seen)) {
		seen[name] = 1
		names[++tests] = name
		if (length(name) > width)
			width = length(name)
	}
	result[$1, name] = word[1]
	took[$1, name] = $3
	count[$1, word[1]]++
	if (word[1] != "PASS")
		note($1, name, substr($4, length(word[1]) + length(name) + 4))
	next
}
$2 == "line" && $4 ~ /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped/ { complete[$1] = 1 }
$2 == "status" { status[$1] = $3 }
$2 == "time" { seconds[$1] = $3 / 1000 }
$2 == "words" { words[$1] = $3 }

END {
	columns = split(hosts, host, " ")
	width = width < 10 ? 10 : width
	printf "\n%-*s", width, "test"
	for (i = 1; i <= columns; i++)
		printf "  %-11s", host[i]
	print ""
	for (n = 1; n <= tests; n++) {
		printf "%-*s", width, names[n]
		for (i = 1; i <= columns; i++)
			printf "  %-11s", cell(host[i], names[n])
		print ""
	}
	printf "%-*s", width, "seconds"
	for (i = 1; i <= columns; i++)
		printf "  %11.1f", seconds[host[i]]
	print "\n"
	for (n = 1; n <= noted; n++)
		print notes[n]
	for (i = 1; i <= columns; i++) {
		h = host[i]
		printf "%s: %d passed, %d failed, %d skipped\n", h, count[h, "PASS"], count[h, "FAIL"], count[h, "SKIP"]
		if (count[h, "FAIL"])
			bad = 1
		if (!complete[h] || status[h] + 0 > 1) {
			printf "%s: ERROR, the tests did not run to their end (status %d) %s\n", h, status[h], words[h]
			bad = 1
		} else if (status[h] + 0 == 1 && !count[h, "FAIL"]) {
			printf "%s: ERROR, status 1 without a failed test\n", h
			bad = 1
		} else if (!count[h, "PASS"]) {
			printf "%s: ERROR, not one test passed\n", h
			bad = 1
		}
	}
	exit bad
}
