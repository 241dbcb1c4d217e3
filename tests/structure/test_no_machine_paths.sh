#!/usr/bin/env bash
# Nothing in the tree names a folder of the machine it was written on. A path that starts in the middle of a word or
# after a variable ("$root/home/x") is not one.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

pattern='(^|[^][A-Za-z0-9_.~$})"'\''*-])/(work|root|home|Users|tmp/bash_jobs)/[A-Za-z0-9_.]|["'\''](/work|/root|/home|/Users)/[A-Za-z0-9_.]'
self=tests/structure/test_no_machine_paths.sh
hits=$(tree_files | grep -vx "$self" | tr '\n' '\0' | xargs -0 grep -nIE "$pattern" || true)
while IFS= read -r hit; do
    [ -z "$hit" ] || problem "$hit"
done <<<"$hits"
finish "$(tree_files | wc -l) files"
