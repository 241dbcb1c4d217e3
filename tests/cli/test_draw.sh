#!/usr/bin/env bash
# Every value and gradient that `denpa draw` shows for a name is, to the digit, the one that `denpa eval --json` prints; folding and
# unfolding change none of them, and what a node gets back is what its arrows carry.
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
finish "$compared numbers"
