#!/usr/bin/env bash
# Each public header compiles alone, and twice in a row, as C17 and as C++17.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

cxx=${CXX:-$(command -v c++ || command -v g++ || command -v clang++ || true)}
flags="-fsyntax-only -pedantic -Wall -Wextra -Werror -Iinclude -I$DENPA_BINARY_DIR/include"

count=0
for path in include/denpa/*.h "$DENPA_BINARY_DIR"/include/denpa/*.h; do
    header="denpa/$(basename "$path")"
    twice=$(printf '#include <%s>\n#include <%s>\nextern int dp_header_test;\n' "$header" "$header")
    # shellcheck disable=SC2086
    $CC -std=c17 $flags -Wstrict-prototypes -x c - <<<"$twice" || problem "$header does not compile as C17"
    if [ -n "$cxx" ]; then
        # shellcheck disable=SC2086
        "$cxx" -std=c++17 $flags -x c++ - <<<"$twice" || problem "$header does not compile as C++17"
    fi
    count=$((count + 1))
done
[ "$count" -gt 0 ] || problem "no public headers found"
finish "$count headers, C++: ${cxx:-not tried, no compiler}"
