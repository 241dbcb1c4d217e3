#!/usr/bin/env bash
# docs/cli.md is what the command says about itself, and its man pages are well-formed.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

diff -u docs/cli.md <("$DENPA" help --markdown) >&2 || problem "docs/cli.md is out of date: build/denpa help --markdown > docs/cli.md"

for command in $("$DENPA" --help | sed -nE '/^Commands:/,/^$/ s/^  ([a-z]+) .*/\1/p'); do
    help=$("$DENPA" "$command" --help)
    [ "$help" = "$("$DENPA" help "$command")" ] || problem "denpa $command --help and denpa help $command differ"
    [[ $help == *Examples:* ]] || problem "the help of denpa $command has no examples"
    long=$(awk 'length > 100' <<<"$help")
    [ -z "$long" ] || problem "the help of denpa $command has long lines: $long"
    if command -v man >/dev/null && [ "$DENPA_SANITIZED" = 0 ]; then
        warnings=$("$DENPA" help --man "$command" | MANWIDTH=80 man --warnings -l - 2>&1 >/dev/null) || true
        [ -z "$warnings" ] || problem "man page of $command: $warnings"
    fi
done
finish "help, docs/cli.md and man pages"
