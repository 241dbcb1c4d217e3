#!/usr/bin/env bash
# Every value and gradient that `denpa draw` shows for a name is, to the digit, the one that `denpa eval --json` prints; folding and
# unfolding change none of them. So it is in the models, and in every graph of the gallery, where each number is also really written.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
compared=0

# The array behind "NAME": {... of eval's JSON: the part behind its "values" or "grads".
eval_data() { # values|grads name
    grep -oP "\"$1\": \K.*" "$tmp/eval" | grep -oP "\"$2\": \{\"dtype\": \"[a-z0-9]+\", \"shape\": [^d]*\"data\": \K[^}]*" | head -n 1 || true
}

# The same of the node with that name.
draw_data() { # value|gradient name
    grep '^  {"id"' "$tmp/draw" | grep -v '"kind": "result"' | grep -F "\"name\": \"$2\"" |
        grep -oP "\"$1\": \{\"dtype\": \"[a-z0-9]+\", \"shape\": [^d]*\"data\": \K[^}]*" | head -n 1 || true
}

hold() { # what name
    local of=values drawn expected
    [ "$1" = value ] || of=grads
    drawn=$(draw_data "$1" "$2")
    expected=$(eval_data "$of" "$2")
    # eval prints the gradients of variables only; not all variables have one on a drawing (targets)
    if [ -z "$drawn" ] || [ -z "$expected" ]; then return; fi
    [ "$drawn" = "$expected" ] || problem "$model $how: $1 of $2 is drawn as $drawn, eval has $expected"
    compared=$((compared + 1))
}

hold_model() { # model loss least names data...
    local model=$1 loss=$2 least=$3 how name before=$compared
    shift 3
    "$DENPA" eval "models/$model" --json --grad "$loss" "$@" >"$tmp/eval" || problem "eval of $model fails"
    [ "${1:-}" != --data ] || set -- --data "$2" --batch 3
    for how in "" --group --expand; do
        # shellcheck disable=SC2086
        "$DENPA" draw "models/$model" --json --grad "$loss" "$@" $how >"$tmp/draw" || problem "draw of $model $how fails"
        for name in $(grep -oP '"id": \d+, "kind": "(variable|operation)".*?"name": "\K[^"]+' "$tmp/draw"); do
            hold value "$name"
            hold gradient "$name"
        done
    done
    [ $((compared - before)) -ge "$least" ] || problem "$model: only $((compared - before)) numbers were compared"
}

hold_model buy_apple.dp price 24
hold_model buy_apple_orange.dp price 36
hold_model sigmoid_layer.dp y 10
hold_model affine_gradients.dp f 21
hold_model affine_gradients_batch.dp f 21
hold_model softmax_with_loss.dp L1 9
hold_model xor_by_hand.dp L 21
hold_model two_layer_net.dp loss 36 --data digits:30 --rows :3

# ---- The gallery ----

# In place of the command: what a line of the gallery draws against what eval makes of the same.
denpa() {
    local source=() upstream='' forward='' words='' how=$id model=drawing result name
    shift # draw
    local given=("$@")
    while [ $# -gt 0 ]; do
        case $1 in
            --upstream) upstream=$2 && shift ;;
            --value) forward=yes && shift ;;
            --batch) source+=(--rows ":$2") && shift ;;
            --grad | --wrt | --step | --forward-color | --backward-color) shift ;;
            --data | -e) source+=("$1" "$2") && shift ;;
            --symbols | --chain | --blank) words=yes ;;
            --*) ;;
            *) source+=("$1") ;;
        esac
        shift
    done
    "$DENPA" draw "${given[@]}" --json >"$tmp/draw" || problem "$id: draw fails"
    result=$(grep -oP '"kind": "result".*"name": "\K[^"]+' "$tmp/draw")
    [ -n "$forward" ] || source+=(--grad "$result")
    if ! "$DENPA" eval "${source[@]}" --json >"$tmp/eval" 2>"$tmp/why"; then
        grep -qE 'has no data|the gradient is that of one number' "$tmp/why" || problem "$id: $(cat "$tmp/why")"
        [ -n "$words" ] || problem "$id has numbers, but eval has none"
        symbols="$symbols $id"
        return
    fi
    for name in $(grep -oP '"id": \d+, "kind": "(variable|operation)".*?"name": "\K[^"]+' "$tmp/draw"); do
        hold value "$name"
        # eval has 1 come from behind
        [ -n "$upstream" ] || hold gradient "$name"
    done
    [ -n "$words" ] || hold_picture "${given[@]}"
}

# Each number of the description is written in the picture; "" is U+2007, the blank as wide as a digit.
hold_picture() {
    local text line
    [ "$pictures" = yes ] || return 0
    "$DENPA" draw "$@" -o "$tmp/g.svg" || problem "$id: cannot be painted"
    while IFS= read -r text; do
        while IFS= read -r line; do
            grep -qF ">$line</tspan>" "$tmp/g.svg" || problem "$id: \"$line\" is not in the picture"
            written=$((written + 1))
        done < <(printf '%b\n' "$text")
    done < <(grep -oP '"text": "\K[^"]*' "$tmp/draw")
}

symbols= drawings=0 written=0 pictures=no
"$DENPA" draw -e "x = 1.0; y = x * 2" -o "$tmp/g.svg" 2>/dev/null && pictures=yes
while IFS=$'\t' read -r id command; do
    [[ $command == "denpa draw"* ]] || continue
    drawings=$((drawings + 1))
    eval "${command/ --steps/}" </dev/null
done < <(tools/gallery --commands)
[ "$drawings" -ge 34 ] || problem "only $drawings graphs are in the gallery"
[ "$symbols" = " B-F01 E-F26 E-F27" ] || problem "without numbers:$symbols"
finish "$compared numbers; $drawings drawings of the gallery, with $written texts"
