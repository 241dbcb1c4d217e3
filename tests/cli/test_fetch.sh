#!/usr/bin/env bash
# denpa data fetch against a server that stalls, breaks off, damages, refuses ranges, redirects.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
: "${DENPA:?the command to test}"
command -v python3 >/dev/null || skip "python3 is needed for the server"

tmp=$(mktemp -d)
mkdir "$tmp/files" "$tmp/get"
head -c 300000 /dev/urandom >"$tmp/files/a.bin"
python3 tests/cli/fetch_server.py "$tmp/files" "$tmp/port" "$tmp/log" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$tmp"' EXIT
for _ in $(seq 100); do [ -s "$tmp/port" ] || sleep 0.1; done
[ -s "$tmp/port" ] || { echo "the server did not start"; exit 1; }
at=http://127.0.0.1:$(cat "$tmp/port")
sum=$(sha256sum "$tmp/files/a.bin" | cut -d' ' -f1)
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY DENPA_DATA

# fetch WORDS…: in $tmp/get; leaves the exit status in $status, what was said in $said
fetch() {
    said=$(cd "$tmp/get" && HOME=$tmp/home timeout 60 "$DENPA" data fetch "$@" --timeout 1 2>&1) && status=0 || status=$?
}
fetch "$at/ok/a.bin" --sha256 "$sum"
[[ $said != *"built without libcurl"* && $said != *"cannot be used"* ]] || skip "there is no libcurl"

count=0
fresh() {
    rm -rf "$tmp/get" && mkdir "$tmp/get"
    : >"$tmp/log"
}
# expect WHAT STATUS WORDS
expect() {
    count=$((count + 1))
    [ "$status" = "$2" ] || problem "$1: exit status $status, not $2: $said"
    [[ $said == *"$3"* ]] || problem "$1: \"$3\" is not in: $said"
}
whole() {
    cmp -s "$tmp/files/a.bin" "$tmp/get/a.bin" || problem "$1: the file is not there, or not the same"
    [ ! -e "$tmp/get/a.bin.part" ] || problem "$1: a part is left"
}
absent() {
    [ ! -e "$tmp/get/a.bin" ] || problem "$1: a file is there that should not be"
}
asked() {
    grep -qE "$2" "$tmp/log" || problem "$1: the server was not asked for $2 but for: $(cat "$tmp/log")"
}

expect ok 0 "a.bin: 300000 bytes, checked, SHA-256 $sum"
whole ok
: >"$tmp/log"
fetch "$at/ok/a.bin" --sha256 "$sum"
expect again 0 "is there, and has its checksum"
[ ! -s "$tmp/log" ] || problem "again: the server was asked although the file is there"

fresh; fetch "$at/redirect/a.bin" --sha256 "${sum^^}"; expect redirect 0 "checked"; whole redirect
fresh; fetch "$at/ok/a.bin"; expect unchecked 0 "not checked, SHA-256 $sum"; whole unchecked
fresh; fetch "$at/cut/a.bin" --sha256 "$sum"; expect cut 0 "checked"; whole cut; asked cut "cut a.bin bytes=150000-"
fresh; fetch "$at/slow/a.bin" --sha256 "$sum"; expect slow 0 "checked"; whole slow; asked slow "slow a.bin bytes=150000-"

# A place that cannot go on keeps what came for the next try, at another place or later.
fresh; fetch "$at/dead/a.bin" --sha256 "$sum"
expect dead 3 "the 150000 bytes that came are in ./a.bin.part, and the next try goes on from there"; absent dead
fetch "$at/ok/a.bin" --sha256 "$sum"; expect later 0 "checked"; whole later; asked later "ok a.bin bytes=150000-"

# Without ranges it begins anew.
for how in norange refuse; do
    fresh; head -c 1000 "$tmp/files/a.bin" >"$tmp/get/a.bin.part"
    fetch "$at/$how/a.bin" --sha256 "$sum"; expect $how 0 "checked"; whole $how; asked $how "$how a.bin \$"
done
# A part that is damaged, or longer than the file, costs another begin.
fresh; printf 'no part of it' >"$tmp/get/a.bin.part"
fetch "$at/ok/a.bin" --sha256 "$sum"; expect "damaged part" 0 "checked"; whole "damaged part"
fresh; { cat "$tmp/files/a.bin"; echo more; } >"$tmp/get/a.bin.part"
fetch "$at/refuse/a.bin" --sha256 "$sum"; expect "long part" 0 "checked"; whole "long part"

# What is there stays until something better is whole.
fresh; echo old >"$tmp/get/a.bin"
fetch "$at/corrupt/a.bin" --sha256 "$sum"
expect corrupt 3 "and has to be $sum: damaged, or another file"
[ "$(cat "$tmp/get/a.bin")" = old ] || problem "corrupt: the old file is gone"
[ ! -e "$tmp/get/a.bin.part" ] || problem "corrupt: the damaged part is left"
fetch "$at/ok/a.bin" --sha256 "$sum"; expect replaced 0 "checked"; whole replaced

fresh; fetch "$at/long/a.bin" --sha256 "$sum"; expect long 3 "damaged, or another file"; absent long
fresh; fetch "$at/missing/a.bin" --sha256 "$sum"; expect missing 3 "404"; absent missing
[ ! -e "$tmp/get/a.bin.part" ] || problem "missing: an empty part is left"
fresh; fetch "$at/error/a.bin"; expect error 3 "500"; absent error
fresh; fetch "$at/loop/a.bin"; expect loop 3 "redirects"; absent loop
fresh; fetch "$at/away/a.bin"; expect away 3 "a.bin: not fetched"; absent away
fresh; fetch "$at/silent/a.bin"; expect silent 3 "not fetched"; absent silent
fresh; fetch "http://127.0.0.1:1/a.bin"; expect "nobody there" 3 "127.0.0.1"; absent "nobody there"
# Two at once: the second leaves the first alone.
fresh
(cd "$tmp/get" && exec timeout 20 "$DENPA" data fetch "$at/silent/a.bin" --timeout 10) >/dev/null 2>&1 &
first=$!
for _ in $(seq 100); do [ -e "$tmp/get/a.bin.part" ] && [ -s "$tmp/log" ] || sleep 0.05; done
fetch "$at/ok/a.bin"; expect busy 3 "another denpa is fetching this file"; absent busy
kill $first && wait $first || true
fresh; fetch "$at/ok/a.bin" --dir "$tmp/get/new/folder"; expect folder 0 "new/folder/a.bin"
cmp -s "$tmp/files/a.bin" "$tmp/get/new/folder/a.bin" || problem "folder: the file is not there"
fresh; fetch "$at/ok/a.bin" --dir "$tmp/files/a.bin/x"; expect "no folder" 3 "Not a directory"
if [ -w /dev/full ]; then
    fresh; ln -s /dev/full "$tmp/get/a.bin.part"; fetch "$at/ok/a.bin"; expect "no part" 3 "this is no regular file"
fi

fetch letters; expect letters 2 "mnist or a URL (http:// or https://) can be fetched, not \"letters\""
fetch "$at/ok/" ; expect "no name" 2 "has to end with the file's name"
fetch "$at/ok/a.bin" --sha256 12; expect "no sum" 2 "\"12\" is not 64 hexadecimal digits"
fetch mnist --sha256 "$sum"; expect "sum of mnist" 2 "those of mnist are known"

# Four files, of which the first place has one damaged and the second all.
fresh; fetch mnist --url "$at/missing/" --url "$at/error"
expect "mnist nowhere" 3 "train-images-idx3-ubyte.gz: not fetched"
asked "mnist nowhere" "missing train-images-idx3-ubyte.gz"; asked "mnist nowhere" "error train-images-idx3-ubyte.gz"
for name in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
    head -c 9000 /dev/zero >"$tmp/files/$name-ubyte.gz"
done
fresh; fetch mnist --url "$at/cut"
expect "mnist damaged" 3 "it ended after 9000 of 9912422 bytes"
[ -z "$(ls "$tmp/home/.local/share/denpa/mnist" | grep -v part)" ] || problem "mnist: something damaged is there"

# Sums of messages of all lengths around a block.
for bytes in 0 1 55 56 63 64 65 119 120 1000000; do
    head -c $bytes "$tmp/files/a.bin" >"$tmp/files/b.bin"
    fresh; fetch "$at/ok/b.bin"; expect "$bytes bytes" 0 "$(sha256sum "$tmp/files/b.bin" | cut -d' ' -f1)"
done
finish "$count fetches"
