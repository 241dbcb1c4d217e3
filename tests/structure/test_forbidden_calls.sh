#!/usr/bin/env bash
# What the library never calls: whatever ends the host process, writes to its terminal, catches its signals; and memory
# comes from src/base/alloc.c alone. Read off the objects, so no macro or helper hides a call.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"
[ "$DENPA_SANITIZED" = 0 ] || skip "sanitizers and debug builds call abort and assert"

undefined=$($NM -A -u "$DENPA_BINARY_DIR"/libdenpa{,-plot}.a 2>/dev/null | sed -E 's/@.*//; s/^[^:]*:([^:]*):.* [UwV] /\1 /')
[ -n "$undefined" ] || problem "libdenpa.a has no undefined symbols: nm was misread"

# The __ forms are what the macros and _FORTIFY_SOURCE make of the plain ones.
endings='abort|exit|_exit|_Exit|quick_exit|at_quick_exit|atexit|__assert_fail|__assert|raise|kill|longjmp|siglongjmp|_longjmp|err|errx|verr|verrx|error'
signals='signal|sigaction|sigprocmask|pthread_kill'
printing='printf|vprintf|puts|putchar|perror|psignal|dprintf|vdprintf|warn|warnx|vwarn|vwarnx|__printf_chk|__vprintf_chk|__dprintf_chk|stdout|stderr|stdin|syslog'
memory='malloc|calloc|realloc|reallocarray|free|aligned_alloc|posix_memalign|memalign|valloc|strdup|strndup|__strdup|asprintf|vasprintf|__asprintf_chk|__vasprintf_chk|getline|getdelim|__getdelim|open_memstream|sbrk'

while read -r object symbol; do
    if [[ $symbol =~ ^($endings|$signals|$printing)$ ]]; then
        problem "$object uses $symbol"
    elif [[ $symbol =~ ^($memory)$ && $object != alloc.c.o ]]; then
        problem "$object uses $symbol; memory comes from src/base/alloc.h"
    fi
done <<<"$undefined"
finish "$(wc -l <<<"$undefined") uses looked at"
