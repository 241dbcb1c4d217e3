#!/usr/bin/env bash
# docs/training.md has every optimiser and schedule with all its options and their defaults.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

count=0
# list MACRO FILE: "row NAME" and "option NAME=VALUE" of the list, in order
list() {
    tr '\n' ' ' <"$2" | grep -oE "$1(_OPTION)?\([^)]*" | grep -v '(id,' |
        sed -E "s/$1\(([A-Z]+), *([a-z]+).*/row \2/; s/$1_OPTION\(([A-Z]+), *([a-zA-Z_0-9]+), *([^,]+),.*/option \2=\3/"
}
check() { # macro file
    local kind word row=clip_value
    while read -r kind word; do
        count=$((count + 1))
        if [ "$kind" = row ]; then
            row=$word
            grep -q "^| \`$word\` |" docs/training.md || problem "docs/training.md has no row for $word"
        else
            word=${word/%=NAN/=…}
            grep -E "^(\| \`$row\` \||- \*\*Clipping)" docs/training.md | grep -qF "\`$word\`" ||
                problem "docs/training.md: $row lacks \`$word\`"
        fi
    done < <(list "$1" "$2")
}
check DP_OPTIMIZER include/denpa/optimizers.def
check DP_SCHEDULE include/denpa/schedules.def
[ "$count" -gt 70 ] || problem "only $count names were found in the lists"
finish "$count optimisers, schedules and options"
