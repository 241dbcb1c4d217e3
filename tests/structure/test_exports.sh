#!/usr/bin/env bash
# The shared library shows dp_… and nothing else; the whole of denpa defines no global symbol without its prefix, so that
# the static library does not clash with its user's names.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
[ "$DENPA_SANITIZED" = 0 ] || skip "a sanitizer adds symbols of its own"

shown=$($NM -D --defined-only "$DENPA_BINARY_DIR/libdenpa.so" | awk '{print $NF}')
grep -q '^dp_' <<<"$shown" || problem "libdenpa.so exports nothing"
for symbol in $(grep -v '^dp_[a-z0-9]' <<<"$shown" || true); do
    problem "libdenpa.so exports $symbol"
done

all=$($NM -g --defined-only "$DENPA_BINARY_DIR/libdenpa.a" 2>/dev/null | awk 'NF == 3 {print $3}')
for symbol in $(grep -vE '^dp[ik]?_[a-z0-9]' <<<"$all" || true); do
    problem "libdenpa.a defines $symbol, which lacks the prefix dp_, dpi_ or dpk_"
done

# No mutable globals. Constant tables of pointers are in .data.rel.ro, which the loader makes read-only.
while IFS='|' read -r symbol _ _ _ _ _ section; do
    if [[ $section =~ ^(\.data|\.bss|\.tdata|\.tbss|\*COM\*) && $section != .data.rel.ro* ]]; then
        problem "libdenpa.a has the variable ${symbol// /} outside of read-only memory"
    fi
done < <($NM --format=sysv --defined-only "$DENPA_BINARY_DIR/libdenpa.a" 2>/dev/null | grep '|')
finish "$(wc -l <<<"$shown") symbols exported"
