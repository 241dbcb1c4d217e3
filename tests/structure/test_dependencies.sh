#!/usr/bin/env bash
# docs/dependencies.md gives a reason for each package that tools/install-deps may install, and for no other.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

installed=$(tools/install-deps --dev --list | cut -f1 | sort)
explained=$(sed -nE 's/^\| `([^`]+)` .*/\1/p' docs/dependencies.md | sort)
[ -n "$installed" ] || problem "tools/install-deps --dev --list says nothing"
for package in $(comm -23 <(echo "$installed") <(echo "$explained")); do
    problem "$package is installed by tools/install-deps, but has no reason in docs/dependencies.md"
done
for package in $(comm -13 <(echo "$installed") <(echo "$explained")); do
    problem "$package is in docs/dependencies.md, but tools/install-deps does not know it"
done
finish "$(wc -l <<<"$installed") packages"
