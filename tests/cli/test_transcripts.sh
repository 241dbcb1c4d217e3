#!/usr/bin/env bash
# Runs the sessions in tests/cli/*.t and compares: a line "  $ command" is run ("  > more" lines are what it reads on), what it
# prints is expected below it, indented by two blanks, stderr behind "! ", and an exit status other than 0 as "[2]".
# Other lines are words for the reader; "Needs LIBRARY." leaves a file out of builds without it. DENPA_UPDATE=1 writes what came out into the files.
: "${DENPA:?the command to test}"
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

here=$PWD/tests/cli
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
unset DENPA_DATA DENPA_CPU XDG_DATA_HOME
export LC_ALL=C.UTF-8 MODELS=$PWD/models
denpa() {
    "$DENPA" "$@"
}
# For tables of differences, which are rounding: leaves the names, the counts and the verdict.
verdicts() {
    sed -E 's| +[0-9.]+e[-+][0-9]+ +[0-9.]+e[-+][0-9]+ .* (ok\|DIFFERS)$| \1|'
}
export -f denpa verdicts

# The session that really takes place, for the commands of a file.
replay() {
    local line command='' status
    mkdir "$tmp/work"
    while IFS= read -r line || [ -n "$line" ]; do
        if [ -n "$command" ] && [[ $line == '  > '* ]]; then
            command+=$'\n'${line#'  > '}
            echo "$line"
            continue
        fi
        if [ -n "$command" ]; then run_one "$command" && command=''; fi
        case $line in
            '  $ '*) command=${line#'  $ '} && echo "$line" ;;
            '  '*) ;;
            *) echo "$line" ;;
        esac
    done <"$1"
    [ -z "$command" ] || run_one "$command"
    rm -rf "$tmp/work"
}

run_one() {
    status=0
    (cd "$tmp/work" && HOME=$tmp/work timeout 60 bash -c "$1" >"$tmp/out" 2>"$tmp/err" </dev/null) || status=$?
    sed 's/^/  /' "$tmp/out"
    [ ! -s "$tmp/out" ] || [ -z "$(tail -c 1 "$tmp/out")" ] || echo
    sed 's/^/  ! /' "$tmp/err"
    [ "$status" = 0 ] || echo "  [$status]"
}

# Of Cairo the command itself knows nothing.
has() {
    if [ "$1" = cairo ]; then "$DENPA" plot heat -e "x = 1" --value x -o "$tmp/probe.svg" 2>/dev/null
    else "$DENPA" info --json | grep -q "\"$1\": true"; fi
}

count=0
for session in "$here"/*.t; do
    needs=$(sed -nE 's/^Needs ([a-z]+)\.$/\1/p' "$session")
    if [ -n "$needs" ] && ! has "$needs"; then
        echo "left out: ${session##*/} needs $needs, which this build has not"
        continue
    fi
    count=$((count + 1))
    replay "$session" >"$tmp/actual"
    if [ "${DENPA_UPDATE:-}" = 1 ]; then cp "$tmp/actual" "$session"; fi
    diff -u --label "expected: ${session#"$PWD/"}" --label "came out" "$session" "$tmp/actual" || problem "${session##*/} differs"
done
finish "$count sessions"
