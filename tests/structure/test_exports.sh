#!/usr/bin/env bash
# The shared libraries show dp_… and nothing else, but for the few internals that libdenpa-plot uses of libdenpa; the whole of
# denpa defines no global symbol without its prefix, so that the static libraries do not clash with their user's names.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
[ "$DENPA_SANITIZED" = 0 ] || skip "a sanitizer adds symbols of its own"

siblings=$(sed -nE 's/^DPI_SIBLING .*[ *](dpi_[a-z0-9_]+)\(.*/\1/p' src/base/*.h)
for library in libdenpa libdenpa-plot; do
    shown=$($NM -D --defined-only "$DENPA_BINARY_DIR/$library.so" | awk '{print $NF}')
    grep -q '^dp_' <<<"$shown" || problem "$library.so exports nothing"
    for symbol in $(grep -v '^dp_[a-z0-9]' <<<"$shown" || true); do
        [ $library = libdenpa ] && grep -qx "$symbol" <<<"$siblings" || problem "$library.so exports $symbol"
    done
    all=$($NM -g --defined-only "$DENPA_BINARY_DIR/$library.a" 2>/dev/null | awk 'NF == 3 {print $3}')
    for symbol in $(grep -vE '^dp[ik]?_[a-z0-9]' <<<"$all" || true); do
        problem "$library.a defines $symbol, which lacks the prefix dp_, dpi_ or dpk_"
    done
done

# What is exported for libdenpa-plot, it uses.
used=$($NM -D --undefined-only "$DENPA_BINARY_DIR/libdenpa-plot.so" | awk '{print $NF}')
for symbol in $siblings; do
    grep -qx "$symbol" <<<"$used" || problem "$symbol is marked DPI_SIBLING, but libdenpa-plot does not use it"
done

# The command loads all of libdenpa-plot by name.
listed=$(grep -oE 'X\(dp_[a-z0-9_]+\)' cli/plot_loader.h | sed -E 's/X\((.*)\)/\1/' | sort)
diff <(echo "$listed") <(sort <<<"$shown") || problem "cli/plot_loader.h does not list what libdenpa-plot.so exports"

# No mutable globals. Constant tables of pointers are in .data.rel.ro, which the loader makes read-only.
while IFS='|' read -r symbol _ _ _ _ _ section; do
    if [[ $section =~ ^(\.data|\.bss|\.tdata|\.tbss|\*COM\*) && $section != .data.rel.ro* ]]; then
        problem "the variable ${symbol// /} is outside of read-only memory"
    fi
done < <(for library in libdenpa libdenpa-plot; do
    $NM --format=sysv --defined-only "$DENPA_BINARY_DIR/$library.a" 2>/dev/null
done | grep '|')
finish "$(wc -l <<<"$shown") symbols exported by libdenpa-plot"
