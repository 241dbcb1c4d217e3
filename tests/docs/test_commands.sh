#!/usr/bin/env bash
# Runs every command shown in the README and in docs/ and compares what it prints (stdout and stderr) with what the text shows.
#
#     ```console [mnist] [tol=1e-6] [any]
#     $ denpa eval -e "1 + 1"
#     2
#     ```
# mnist: needs DENPA_DATA with mnist/, else the command is skipped, visibly. tol: numbers may differ by that much.
# any: the output varies (speed, time); only the exit status is held. A last line "[exit 2]" is the exit status; none means 0.
set -u
here=$(cd "$(dirname "$0")" && pwd)
source_dir=${DENPA_SOURCE_DIR:-$(cd "$here/../.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/run"
ln -s "${DENPA:?}" "$work/bin/denpa"
for folder in models examples docs README.md; do ln -s "$source_dir/$folder" "$work/run/$folder"; done
export PATH="$work/bin:$PATH"

passed=0 failed=0 skipped=0

# Tokens that are numbers on both sides may differ by tol; everything else must be the same.
same_within() {
    awk -v tol="$1" '
        NR == FNR { want[++n] = $0; next }
        { if (++m > n) exit 1
          k = split(want[m], a, /[][ ,()]+/); l = split($0, b, /[][ ,()]+/)
          if (k != l) exit 1
          for (i = 1; i <= k; i++) {
              if (a[i] == b[i]) continue
              if (a[i] !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ || b[i] !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) exit 1
              d = a[i] - b[i]; if (d < 0) d = -d
              if (d > tol) exit 1
          } }
        END { if (m != n) exit 1 }' "$2" "$3"
}

check_command() { # file base
    local base=$2 options want_status=0 status tol
    options=$(cat "$base.opt")
    if [[ " $options " == *" mnist "* && ! -e "${DENPA_DATA:-/nonexistent}/mnist" ]]; then
        echo "SKIP $1:$(cat "$base.line"): needs MNIST (set DENPA_DATA)"
        skipped=$((skipped + 1))
        return
    fi
    if [[ "$(tail -n 1 "$base.out")" =~ ^\[exit\ ([0-9]+)\]$ ]]; then
        want_status=${BASH_REMATCH[1]}
        sed -i '$d' "$base.out"
    fi
    (cd "$work/run" && timeout 300 bash "$base.cmd") >"$base.got" 2>&1 </dev/null
    status=$?
    tol=$(sed -n 's/.*tol=\([^ ]*\).*/\1/p' "$base.opt")
    if [ "$status" -eq "$want_status" ] &&
        { [[ " $options " == *" any "* ]] || diff -q "$base.out" "$base.got" >/dev/null ||
            { [ -n "$tol" ] && same_within "$tol" "$base.out" "$base.got"; }; }; then
        passed=$((passed + 1))
        return
    fi
    local library
    library=$(sed -nE 's/.*(needs the library|built without) (zlib|jansson).*/\2/p' "$base.got" | head -n 1)
    if [ -n "$library" ] && "$DENPA" info --json | grep -q "\"$library\": false"; then
        echo "SKIP $1:$(cat "$base.line"): this build has no $library"
        skipped=$((skipped + 1))
        return
    fi
    if grep -q 'this build of denpa cannot' "$base.got"; then
        echo "SKIP $1:$(cat "$base.line"): $(head -n 1 "$base.got")"
        skipped=$((skipped + 1))
        return
    fi
    failed=$((failed + 1))
    echo "FAIL $1:$(cat "$base.line"): exit $status, expected $want_status"
    sed 's/^/  $ /' "$base.cmd"
    diff -u --label shown --label got "$base.out" "$base.got" | head -n 60
}

cd "$source_dir" || exit 1
for file in README.md docs/*.md models/README.md; do
    [ -f "$file" ] || continue
    dir="$work/$(echo "$file" | tr / _)"
    mkdir "$dir"
    awk -v dir="$dir" -f "$here/run_commands.awk" "$file"
    for command in "$dir"/*.cmd; do
        [ -f "$command" ] && check_command "$file" "${command%.cmd}"
    done
done
echo "commands of the documents: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] || exit 1
[ "$passed" -gt 0 ] || exit 77
