#!/usr/bin/env bash
# The command's loader finds all functions of libdenpa-plot and can call them; without it, it says what to install.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
[ "$DENPA_SANITIZED" = 0 ] || skip "a sanitizer's run-time library would have to be linked as well"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/main.c" <<'END'
#include <stdio.h>
#include "plot_loader.h"
int main(void)
{
    cli_plot_library plot;
    int status = cli_plot_load(&plot);
    if (status == 0) puts(plot.dp_colormap_name(DP_DIVERGING));
    return status;
}
END
build() { # program, rpath
    "$CC" -std=c17 -Icli -Iinclude -I"$DENPA_BINARY_DIR/include" -o "$tmp/$1" "$tmp/main.c" cli/plot_loader.c \
        "$DENPA_BINARY_DIR/libdenpa.so" -ldl -Wl,-rpath,"$2"
}
build with "$DENPA_BINARY_DIR"
[ "$("$tmp/with")" = diverging ] || problem "the loaded library does not answer"

mkdir "$tmp/engine"
cp "$DENPA_BINARY_DIR"/libdenpa.so.0 "$tmp/engine/"
build without "$tmp/engine"
status=0
"$tmp/without" 2>"$tmp/said" || status=$?
[ "$status" = 2 ] || problem "without the library the exit status is $status, not 2"
grep -q 'libdenpa-plot.so.0' "$tmp/said" && grep -q 'libcairo2' "$tmp/said" || problem "it says: $(cat "$tmp/said")"

# The command itself does not need it, nor Cairo.
linked() { # a program or library, the names
    ldd "$1" | grep -qE "^[[:space:]]*lib($2)"
}
if linked "$DENPA" 'denpa-plot|cairo|pango'; then problem "denpa is linked to pictures"; fi
if linked "$DENPA_BINARY_DIR/libdenpa.so" 'denpa-plot|cairo|pango'; then problem "libdenpa.so is linked to Cairo"; fi
finish "loaded, missing"
