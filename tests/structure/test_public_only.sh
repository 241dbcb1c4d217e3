#!/usr/bin/env bash
# The command and the examples show what the public headers can do: they include <denpa/…>, the C library, POSIX and what
# lies beside them. Public headers include <denpa/…> and the C language's own headers.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

c17="assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype"
# POSIX.1-2008, and from outside it sys/ioctl.h: the width of the terminal can be asked in no other way; curl/curl.h:
# fetching is the business of the command alone.
posix="dirent dlfcn fcntl fnmatch glob langinfo libgen poll pthread pwd regex sched strings sys/mman sys/resource
sys/select sys/stat sys/time sys/types sys/utsname sys/wait sys/ioctl termios unistd curl/curl"

includes() {
    sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*(["<][^">]+)[">].*/\1/p' "$1"
}

known() { # header, list
    [[ " $(echo $2) " == *" ${1%.h} "* ]]
}

count=0
for file in $(tree_files | grep -E '^(cli|examples|include/denpa)/.*\.(c|h|def|in)$'); do
    count=$((count + 1))
    list="$c17 $posix"
    case $file in include/*) list=$c17 ;; esac
    for name in $(includes "$file"); do
        case $name in
            \<denpa/*) ;;
            \"*) [ "${file%%/*}" != include ] && [[ $name != */* ]] && [ -e "$(dirname "$file")/${name:1}" ] ||
                problem "$file: \"${name:1}\" is not a public header" ;;
            *) known "${name:1}" "$list" || problem "$file: <${name:1}> is neither denpa's nor a standard header" ;;
        esac
    done
done
[ "$count" -gt 0 ] || problem "no files found"
finish "$count files"
