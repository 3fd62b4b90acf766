# shellcheck shell=bash disable=SC2050,SC2086
# What scripts for bash do.
text=$(echo inner; echo more)
echo "$text"
printf -v long '%0100000d' 0
wc -c <<END
$long
END
cat <<<"here string"
echo typed | { read -r -t 5 word; echo "got $word"; }
{ sleep 1; echo; } | { read -r -t 0.1 word; echo "late $(($? > 128))"; }
for ((i = 0; i < 3; i++)); do printf '%s ' "$i"; done
echo
declare -A map=([a]=1 [b]=2)
echo "${map[a]}${map[b]} ${#map[@]}"
[[ abcd =~ b(.) ]] && echo "${BASH_REMATCH[1]}"
cat <(echo process substitution)
sleep 5 &
kill $!
wait $!
echo "wait $?"
(exit 3)
echo $?
trap 'echo trapped' USR1
kill -USR1 $$
trap 'echo a child' CHLD
sleep 0 &
wait
trap - CHLD
trap 'echo interrupted' TERM
{ sleep 0.2; kill -TERM $$; } &
wait $!
echo "wait $?"
wait
set -m
sleep 1 &
kill -STOP $!
sleep 0.3
jobs -s | sed 's,.*Stopped  *,stopped: ,'
fg >/dev/null
echo "went on $?"
set +m
printf '%(%Y)T\n' 0
coproc cat
echo hi >&"${COPROC[1]}"
read -r answer <&"${COPROC[0]}"
echo "coprocess $answer"
set -o pipefail
false | true
echo $?
mapfile -t lines < <(seq 3)
echo "${lines[2]}"
echo ${RANDOM:+random} ${text//[aeiou]/_}
trap 'echo bye' EXIT
exit 9
