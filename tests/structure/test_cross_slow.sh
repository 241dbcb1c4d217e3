#!/usr/bin/env bash
# The engine for 64-bit Arm, without optional libraries: it compiles without a warning, its loops are NEON code, and, where
# qemu-user is there, it computes what the native one does and passes its own gradient check.
set -euo pipefail
compiler=aarch64-linux-gnu-gcc
command -v "$compiler" >/dev/null || { echo "SKIP: no $compiler (Debian: gcc-aarch64-linux-gnu)"; exit 77; }
build=$DENPA_BINARY_DIR/cross-aarch64
"$CMAKE" -S "$DENPA_SOURCE_DIR" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_COMPILE_WARNING_AS_ERROR=ON \
    -DCMAKE_TOOLCHAIN_FILE="$DENPA_SOURCE_DIR/cmake/toolchain-aarch64.cmake" -DDENPA_TESTS=OFF -DDENPA_WITH_ZLIB=OFF \
    -DDENPA_WITH_PNG=OFF -DDENPA_WITH_JSON=OFF -DDENPA_WITH_CAIRO=OFF -DDENPA_WITH_GRAPHVIZ=OFF >"$DENPA_BINARY_DIR/cross.log"
"$CMAKE" --build "$build" --target denpa_cli >>"$DENPA_BINARY_DIR/cross.log" || { tail -n 30 "$DENPA_BINARY_DIR/cross.log"; exit 1; }

# Multiply-adds of four floats at once in a register tile of products (the tile that copies b: the plain one of four rows and that
# of most rows are the same code here, and have one name), the strip of convolutions and the functions.
aarch64-linux-gnu-objdump -d "$build"/libdenpa.so >"$build/libdenpa.asm"
for inner in tile_most_b_2_0_f32 strip_4_f32 dpk_exp_f32__base dpk_softmax_f32__base; do
    count=$(awk -v name="<$inner>:" '/^[0-9a-f]+ </ {inside = $2 == name} inside && /fmla\t.*4s/ {n++} END {print n + 0}' \
        "$build/libdenpa.asm")
    echo "$inner: $count vector multiply-adds"
    [ "$count" -ge 8 ] || { echo "$inner is not NEON code"; exit 1; }
done

qemu=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || { echo "compiled; not run: no qemu-aarch64"; exit 0; }
arm() { "$qemu" -L /usr/aarch64-linux-gnu "$build/denpa" "$@"; }
for formula in 'sum(tanh([0.1, -2.0, 30.0]) * gelu([1.0, -1.0, 0.5]))' 'softmax([[1.0, 2.0, 1000.0]])' '[[1, 2], [3, 4]] @ [[5], [6]]'; do
    here=$("$DENPA" eval -e "$formula") there=$(arm eval -e "$formula")
    [ "$here" = "$there" ] || { printf '%s: %s here, %s on Arm\n' "$formula" "$here" "$there"; exit 1; }
done
arm check -e "W = [[0.5, -1.0], [2.0, 0.25]]; L = sum(gelu(tanh([[1.0, -2.0]] @ W)) ** 3)" --of L
for threads in 1 2; do
    arm train "$DENPA_SOURCE_DIR/models/two_layer_net.dp" --data digits --steps 3 --batch 20 --seed 1 --threads "$threads" \
        --json | grep -o '"train_loss": [0-9.e-]*' >"$build/losses.$threads"
done
[ -s "$build/losses.1" ] && cmp "$build/losses.1" "$build/losses.2"
