#!/usr/bin/env bash
# denpa against NumPy and PyTorch, in turns: bench/bench.sh [what bench/compare.py takes]. Their environment is made by
# tools/bench-env, or is that of BENCH_PYTHON; where there is none, denpa is measured alone.
set -euo pipefail
cd "$(dirname "$0")/.."

case " $* " in
*" -h "* | *" --help "*) exec "${BENCH_PYTHON:-python3}" bench/compare.py --help ;;
esac
if [ -n "${BENCH_PYTHON:-}" ] || BENCH_PYTHON=$(tools/bench-env); then
    exec "$BENCH_PYTHON" bench/compare.py "$@"
fi
echo "No peers, so denpa alone:"
exec build/denpa bench
