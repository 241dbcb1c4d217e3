# Sourced by the shell tests.
# shellcheck shell=bash
set -euo pipefail
cd "$DENPA_SOURCE_DIR"

skip() {
    echo "skipped: $*"
    exit 77
}

# Every file that is, or is about to be, under version control; in an unpacked archive, every file but the builds'.
tree_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard | while IFS= read -r file; do
            if [ -e "$file" ]; then printf '%s\n' "$file"; fi
        done
    else
        find . -type f -not -path './build*' -not -path './.git/*' | sed 's|^\./||' | sort
    fi
}

# Problems are counted, so that one run shows all of them. `finish` ends the test.
problems=0
problem() {
    printf '%s\n' "$*" >&2
    problems=$((problems + 1))
}
finish() {
    if [ "$problems" -gt 0 ]; then
        echo "$problems problem(s)" >&2
        exit 1
    fi
    echo "ok: $*"
}
