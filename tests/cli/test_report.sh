#!/usr/bin/env bash
# The numbers on a report are, to the digit, those that `denpa test --json` and `denpa predict --json` print of the same run; without
# libdenpa-plot, denpa report and denpa train --report say what to install, the latter before it trains.
: "${DENPA:?the command to test}"
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
"$DENPA" info --json | grep -q '"jansson": true' || skip "without jansson there are no runs to open"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
data=digits:300
"$DENPA" plot heat -e "x = 1" --value x -o "$tmp/probe.svg" 2>/dev/null || skip "pictures cannot be painted"
"$DENPA" train models/two_layer_net.dp --data $data --optim sgd:lr=0.1 --epochs 20 --out "$tmp/run" --report >/dev/null
page=$tmp/run/report.html

exact() { # class
    grep -oP "<data class=\"$1\" value=\"\K[^\"]*" "$page"
}

"$DENPA" test "$tmp/run" --data $data --json >"$tmp/test"
for name in loss accuracy; do
    said=$(grep -oP "\"$name\": \K[-+0-9.e]+" "$tmp/test")
    [ "$(exact $name | head -n 1)" = "$said" ] || problem "$name: the report has $(exact $name | head -n 1), test says $said"
done
said=$(grep -oP '"confusion": \K\[\[.*?\]\]' "$tmp/test" | grep -oE '[0-9]+' | tr '\n' ' ')
[ "$(exact count | tr '\n' ' ')" = "$said" ] || problem "confusion: the report has $(exact count | tr '\n' ' '), test says $said"

compared=0
for row in $(grep -oP 'data-row="\K[0-9]+' "$page"); do
    "$DENPA" predict "$tmp/run" --data $data --index "$row" --json >"$tmp/said"
    class=$(grep -oP '"class": \K[0-9]+' "$tmp/said")
    label=$(grep -oP '"label": \K[0-9]+' "$tmp/said")
    mapfile -t p < <(grep -oP '"probabilities": \[\K[^]]*' "$tmp/said" | tr -d ' ' | tr ',' '\n')
    card=$(awk "/data-row=\"$row\"/{on=1} on{print} on&&/<\\/li>/{exit}" "$page")
    # The rows are predicted together here, and one by one there: the last digits may differ.
    for number in "${p[$class]}" "${p[$label]}"; do
        grep -oP '<data value="\K[^"]*' <<<"$card" | awk -v x="$number" \
            '{d = $1 - x; if (d < 0) d = -d; if (d <= 1e-5 * x + 1e-12) found = 1} END {exit !found}' ||
            problem "row $row: its card lacks the probability $number"
        compared=$((compared + 1))
    done
done
[ $compared -ge 4 ] || problem "only $compared probabilities were compared"
for row in $(sed '1d' "$tmp/run/log.csv" | tail -n 1 | tr ',' ' '); do
    grep -qF "value=\"$row\"" "$page" || grep -qF "value=\"$row.0\"" "$page" || problem "the last row of the log, $row, is not in the report"
done

# Nothing is half-written when there is no room.
if "$DENPA" report "$tmp/run" -o /dev/full 2>/dev/null; then problem "/dev/full takes a report"; fi
(ulimit -f 8 && "$DENPA" report "$tmp/run" -o "$page.2" 2>"$tmp/said") && problem "8 blocks take a report"
grep -q 'page\|report.html.2' "$tmp/said" || problem "a file that may not grow: $(cat "$tmp/said")"
[ "$(ls "$tmp/run" | sort | tr '\n' ' ')" = "config.json log.csv model.dp model.safetensors report.html " ] ||
    problem "left behind: $(ls "$tmp/run")"

# A libdenpa-plot that is none stands for one that is not there.
mkdir "$tmp/broken"
: >"$tmp/broken/libdenpa-plot.so.0"
for words in "report $tmp/run" "train models/xor.dp --data models/data/xor.csv --out $tmp/none --report"; do
    status=0
    # shellcheck disable=SC2086
    LD_LIBRARY_PATH=$tmp/broken "$DENPA" $words >/dev/null 2>"$tmp/said" || status=$?
    [ $status = 2 ] && grep -q 'libcairo2' "$tmp/said" || problem "$words, without libdenpa-plot: $status, $(cat "$tmp/said")"
done
[ ! -e "$tmp/none" ] || problem "it trained before it said that it cannot report"
finish "$compared probabilities, loss, accuracy, confusion, log"
