#!/usr/bin/env bash
# A file name says which file is meant: unique in the whole tree, but for the few names that tools prescribe.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

code='\.(c|h|def|inc|in|sh|py|cmake|md|dp|yml|json)$'
prescribed='^(CMakeLists\.txt|README\.md)$'
count=$(tree_files | grep -cE "$code")
doubles=$(tree_files | grep -E "$code" | grep -vE '^tests/.*/(corpus|data|golden|expected)/' |
    sed 's|.*/||' | grep -vE "$prescribed" | sort | uniq -d)
for name in $doubles; do
    problem "$name occurs more than once:" $(tree_files | grep -E "(^|/)${name//./\\.}$")
done
finish "$count names"
