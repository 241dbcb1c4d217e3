#!/usr/bin/env bash
# The examples print what the book and the articles print.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

# expect NAME: compares what examples/NAME prints with stdin.
expect() {
    local actual expected
    expected=$(cat)
    actual=$("$DENPA_BINARY_DIR/examples/$1" "${@:2}" 2>&1) || problem "$1 exits with $?"
    diff -u --label "expected from $1" --label "came out" <(echo "$expected") <(echo "$actual") || problem "$1 prints something else"
}

expect apple <<'END'
price: 220
dApple: 2.2
dApple_num: 110
dTax: 200
END

expect apple_orange <<'END'
apple: 100
apple_num: 2
orange: 150
orange_num: 3
tax: 1.1
apple_price: 200
orange_price: 450
all_price: 650
price: 715
dApple: 2.2
dApple_num: 110
dOrange: 3.3
dOrange_num: 165
dTax: 650
END

expect affine_gradients <<'END'
back-propagation df/dx
[[ 6. 15.]
 [ 6. 15.]]
difference df/dx
[[ 6. 15.]
 [ 6. 15.]]
back-propagation df/dW
[[3. 3. 3.]
 [5. 5. 5.]]
difference df/dW
[[3. 3. 3.]
 [5. 5. 5.]]
back-propagation df/db
[2. 2. 2.]
difference df/db
[2. 2. 2.]
END

# PyTorch's ten losses to the six places printed.
expect xor <<'END'
epoch 0 : loss 0.709177
epoch 1000 : loss 0.621315
epoch 2000 : loss 0.299856
epoch 3000 : loss 0.144192
epoch 4000 : loss 0.086035
epoch 5000 : loss 0.059611
epoch 6000 : loss 0.045123
epoch 7000 : loss 0.036119
epoch 8000 : loss 0.030028
epoch 9000 : loss 0.025652
END

# A real net on drawn digits: the numbers hang on the processor's last bits, the accuracy does not.
net=$("$DENPA_BINARY_DIR/examples/two_layer_net" digits:6000 6) || problem "two_layer_net exits with $?"
[ "$(grep -cE '^epoch [1-6]: loss [0-9.]+, accuracy [0-9.]+ in training, [0-9.]+ in the test$' <<<"$net")" = 6 ] ||
    problem "two_layer_net prints: $net"
accuracy=$(sed -nE '$s/.* ([0-9.]+) in the test$/\1/p' <<<"$net")
awk -v a="$accuracy" 'BEGIN { exit !(a > 0.6) }' || problem "two_layer_net reaches only $accuracy on digits"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
conv=$(cd "$dir" && "$DENPA_BINARY_DIR/examples/simple_conv_net" digits:6000) || problem "simple_conv_net exits with $?"
awk '$1 != "test" { exit 1 } { exit !($3 > 0.9 && $5 == 60) }' <<<"$conv" || problem "simple_conv_net prints: $conv"
[ -s "$dir/simple_conv_net.safetensors" ] || problem "simple_conv_net leaves no weights"

if "$DENPA_BINARY_DIR/denpa" info | grep -q '^jansson *yes'; then
    "$DENPA_BINARY_DIR/denpa" train models/two_layer_net.dp --data digits:6000 --optim adam --epochs 3 --out "$dir/run" >/dev/null ||
        problem "training for predict exits with $?"
    expect predict "$dir/run" <<'END'
taken for 1
END
fi

for source in examples/*.c; do
    lines=$(wc -l <"$source")
    [ "$lines" -lt 60 ] || problem "$source has $lines lines; an example has fewer than 60"
done
finish "7 examples"
