#!/usr/bin/env bash
# Ctrl-C (and SIGTERM, and a terminal that is closed): the run stops after the step at hand, exits with 0, and what was trained is in the folder.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

for signal in INT TERM HUP; do
    run=$tmp/$signal
    "$DENPA" train models/two_layer_net.dp --data digits:600 --epochs 100000000 --out "$run" >"$tmp/out" 2>&1 &
    pid=$!
    for _ in $(seq 300); do
        [ -f "$run/log.csv" ] && [ "$(wc -l <"$run/log.csv")" -gt 1 ] && break
        sleep 0.1
    done
    [ ! -e "$run/model.safetensors" ] || problem "the model was saved before the end"
    kill -s "$signal" "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" = 0 ] || problem "SIG$signal: exit status $status instead of 0"
    grep -q '^stopped after step [0-9]* of' "$tmp/out" || problem "SIG$signal: it does not say that it stopped"
    for file in model.safetensors model.dp config.json log.csv; do
        [ -s "$run/$file" ] || problem "SIG$signal: $file is missing"
    done
    step=$(sed -nE 's/^stopped after step ([0-9]+) of.*/\1/p' "$tmp/out")
    [ "$(tail -n 1 "$run/log.csv" | cut -d, -f2)" = "$step" ] || problem "SIG$signal: the log does not end with step $step"
done

# With checkpoints: it says how to go on, and the same command with --resume does, to the bytes of a run that was not stopped.
train=(train models/two_layer_net.dp --data digits:600 --epochs 40 --checkpoint-every 50 --optim adam -q)
"$DENPA" "${train[@]}" --out "$tmp/whole" || problem "a run with checkpoints: exit status $?"
"$DENPA" train models/two_layer_net.dp --data digits:600 --epochs 40 --checkpoint-every 50 --optim adam --out "$tmp/stopped" >"$tmp/out" 2>&1 &
pid=$!
for _ in $(seq 300); do
    [ -e "$tmp/stopped/checkpoints/step-00000050.safetensors" ] && break
    sleep 0.01
done
kill -s INT "$pid"
wait "$pid" || problem "SIGINT with checkpoints: exit status $?"
if grep -q '^stopped after step' "$tmp/out"; then
    grep -q 'the same command with --resume goes on' "$tmp/out" || problem "SIGINT with checkpoints: it does not say how to go on"
fi
"$DENPA" "${train[@]}" --resume --out "$tmp/stopped" || problem "--resume: exit status $?"
for file in model.safetensors log.csv; do
    cmp "$tmp/whole/$file" "$tmp/stopped/$file" || problem "stopped and resumed, $file is another one"
done

# The folder disappears while it trains: what was trained is saved all the same, and the log is missed.
run=$tmp/gone
"$DENPA" train models/two_layer_net.dp --data digits:600 --epochs 100000000 --out "$run" >"$tmp/out" 2>"$tmp/err" &
pid=$!
for _ in $(seq 300); do
    [ -f "$run/log.csv" ] && break
    sleep 0.1
done
rm -rf "$run"
kill -s INT "$pid"
status=0
wait "$pid" || status=$?
[ "$status" = 3 ] || problem "a folder that is gone: exit status $status instead of 3"
grep -q 'log.csv: has gone' "$tmp/err" || problem "a folder that is gone: $(cat "$tmp/err")"
for file in model.safetensors model.dp config.json; do
    [ -s "$run/$file" ] || problem "a folder that is gone: $file was not saved"
done
finish "SIGINT, SIGTERM, SIGHUP, and a folder that disappears"
