#!/usr/bin/env bash
# How much slower the book's network is trained on all cores when each core has something else to do, too: as many
# spinning processes as cores. bench/busy.sh [rounds]; idle and busy take turns.
set -euo pipefail
cd "$(dirname "$0")/.."
denpa=${DENPA:-build/denpa}
rounds=${1:-5}
cores=$(getconf _NPROCESSORS_ONLN)
spinning=()
stop() {
    [ "${#spinning[@]}" = 0 ] || kill "${spinning[@]}" 2>/dev/null || true
    [ "${#spinning[@]}" = 0 ] || wait "${spinning[@]}" 2>/dev/null || true
    spinning=()
}
trap stop EXIT

median_us() {
    "$denpa" bench --only book --threads "$cores" --seconds 1 --json | sed -nE 's/.*"median": ([0-9.e+-]+).*/\1/p'
}
median() {
    sort -g | awk '{a[NR] = $1} END {print (a[int((NR + 1) / 2)] + a[int((NR + 2) / 2)]) / 2}'
}

idle="" busy="" ratios=""
for ((round = 0; round < rounds; round++)); do
    alone=$(median_us)
    for ((i = 0; i < cores; i++)); do
        (while :; do :; done) &
        spinning+=($!)
    done
    crowded=$(median_us)
    stop
    idle+="$alone "
    busy+="$crowded "
    ratios+="$(awk "BEGIN {print $crowded / $alone}") "
done
mid() {
    tr ' ' '\n' <<<"$1" | grep . | median
}
sorted=$(tr ' ' '\n' <<<"$ratios" | grep . | sort -g)
words='book on %d threads beside %d spinning processes: %.2f times as long (%.2f to %.2f), %.0f µs in place of %.0f µs\n'
# shellcheck disable=SC2059
printf "$words" "$cores" "$cores" "$(mid "$ratios")" "$(head -n 1 <<<"$sorted")" "$(tail -n 1 <<<"$sorted")" \
    "$(mid "$busy")" "$(mid "$idle")"
