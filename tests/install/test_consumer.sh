#!/usr/bin/env bash
# Installs into a temporary prefix, moves it, and builds a small program against it with find_package and with
# pkg-config, shared and static each time.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
[ "$DENPA_SANITIZED" = 0 ] || skip "a sanitizer's run-time library would have to be linked as well"

here=$PWD/tests/install
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$CMAKE" --install "$DENPA_BINARY_DIR" --prefix "$tmp/first" >"$tmp/install.log"
mv "$tmp/first" "$tmp/prefix"
pc=$(find "$tmp/prefix" -name denpa.pc)
export LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")")

# program, shared|static: it runs, and needs libdenpa.so just when it is shared
check() {
    "$1" || problem "$1 failed"
    if [[ $(ldd "$1") == *libdenpa* ]]; then found=shared; else found=static; fi
    [ "$found" = "$2" ] || problem "$1 is linked $found, should be $2"
}

diff <(ls include/denpa | sed 's/\.in$//' | sort) <(ls "$tmp/prefix/include/denpa" | sort) ||
    problem "the installed headers are not the tree's"
for model in $(find models -name '*.dp' 2>/dev/null); do
    cmp "$model" "$tmp/prefix/share/denpa/$model" || problem "$model is not installed"
done
if [ -x "$DENPA" ]; then
    env -u LD_LIBRARY_PATH "$tmp/prefix/bin/denpa" --version >/dev/null || problem "the installed command does not run"
    [ -s "$tmp/prefix/share/man/man1/denpa-info.1" ] || problem "the man pages are not installed"
fi

mkdir "$tmp/cmake"
cat >"$tmp/cmake/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(denpa 0.1 REQUIRED)
add_executable(shared "$here/consumer.c")
target_link_libraries(shared denpa::denpa)
add_executable(static "$here/consumer.c")
target_link_libraries(static denpa::denpa_static)
add_executable(plot_shared "$here/plot_consumer.c")
target_link_libraries(plot_shared denpa::denpa_plot)
add_executable(plot_static "$here/plot_consumer.c")
target_link_libraries(plot_static denpa::denpa_plot_static)
END
"$CMAKE" -S "$tmp/cmake" -B "$tmp/cmake/build" -DCMAKE_C_COMPILER="$CC" -DCMAKE_PREFIX_PATH="$tmp/prefix" >"$tmp/cmake.log" ||
    { cat "$tmp/cmake.log" && problem "find_package(denpa) failed"; }
"$CMAKE" --build "$tmp/cmake/build" >"$tmp/build.log" || { cat "$tmp/build.log" && problem "the CMake consumer does not build"; }
check "$tmp/cmake/build/shared" shared
check "$tmp/cmake/build/static" static
check "$tmp/cmake/build/plot_shared" shared
check "$tmp/cmake/build/plot_static" static

if command -v pkg-config >/dev/null; then
    export PKG_CONFIG_PATH
    PKG_CONFIG_PATH=$(dirname "$pc")
    # shellcheck disable=SC2046
    "$CC" -o "$tmp/pc_shared" "$here/consumer.c" $(pkg-config --cflags --libs denpa)
    check "$tmp/pc_shared" shared
    # shellcheck disable=SC2046
    "$CC" -o "$tmp/pc_static" "$here/consumer.c" \
        $(pkg-config --static --cflags --libs denpa | sed 's/-ldenpa/-l:libdenpa.a/')
    check "$tmp/pc_static" static
    # shellcheck disable=SC2046
    "$CC" -o "$tmp/pc_plot" "$here/plot_consumer.c" $(pkg-config --cflags --libs denpa-plot)
    check "$tmp/pc_plot" shared
else
    echo "pkg-config is not installed; that half was not tried"
fi
finish "find_package and pkg-config, shared and static"
