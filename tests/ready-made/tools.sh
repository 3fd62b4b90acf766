# shellcheck shell=sh disable=SC2003,SC2018,SC2019,SC2086,SC3043
# Run by busybox's shell: the tools that people type first.
date -u -d @86400 '+%Y-%m-%d %H:%M'
find ready-made -name 'tools.*' -print0 | xargs -0 wc -l | sed 's/^ *//'
md5sum data/file
seq 1 200 | awk '{ sum += $1; last[$1 % 7] = $1 } END { print sum, last[3], length("text") }'
printf 'b 2\na 10\nc 1\n' | sort -k 2 -n | tr a-z A-Z | cut -d ' ' -f 1
for i in 1 2 3; do echo $i; done | while read -r x; do echo "<$x>"; done
echo "$(echo nested; expr 3 + 4)"
tar -c -f - data/file | tar -t -f -
gzip -c data/file | gzip -d | tail -c 4
echo
case $(ls data) in *file*link*loop*) echo listed ;; esac
seq 5 | xargs -n 2 echo
seq 3000 | grep -c 7 | head -n 1
(exit 3)
echo $?
f() { local x=$1; echo "$((x * 2))"; }
f 21
grep -q nothing data/file || echo none
printf 'x\nx\ny\n' | uniq -c | sed 's/^ *//'
cat <<END
here: $((6 * 7))
END
nosuchcommand 2>/dev/null
echo $?
exit 5
