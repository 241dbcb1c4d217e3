#!/usr/bin/env bash
# Includes go only downhill. The table is in docs/design.md and nowhere else.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

declare -A allowed owner
folders=()

# | `folder` | `public.h` … | `other folder or folder/file.h` … |
while IFS='|' read -r _ folder headers below _; do
    read -r folder <<<"${folder//\`/}"
    for header in ${headers//\`/}; do
        owner[$header]=$folder
    done
    for target in ${below//\`/}; do
        above=${target%%/*}
        [ "$above" != denpa ] || above=${owner[${target#denpa/}]:-none}
        [[ " ${folders[*]} " == *" $above "* ]] ||
            problem "docs/design.md: $folder may include $target, which is not in a row above it"
    done
    allowed[$folder]=" ${below//\`/} "
    folders+=("$folder")
done < <(sed -n '/<!-- includes: begin -->/,/<!-- includes: end -->/p' docs/design.md | grep '^| `')
[ "${#folders[@]}" -gt 5 ] || problem "docs/design.md: the table of includes was not found"

# may FROM_FOLDER TARGET_FOLDER TARGET_FILE
may() {
    [ "$1" = "$2" ] || [[ "${allowed[$1]}" == *" $2 "* ]] || [[ "${allowed[$1]}" == *" $3 "* ]]
}

check_quoted() { # file folder name
    local target
    if [ -e "src/$3" ]; then
        target=$3
    elif [ -e "$(dirname "$1")/$3" ]; then
        target=$(realpath --relative-to=src "$(dirname "$1")/$3")
    else
        problem "$1: \"$3\" is neither beside it nor under src/"
        return
    fi
    may "$2" "${target%%/*}" "$target" || problem "$1: src/$2 may not include \"$3\""
}

check_public() { # file folder name
    if [ -z "${owner[$3]:-}" ]; then
        problem "$1: <denpa/$3> has no row in the table of docs/design.md"
    else
        may "$2" "${owner[$3]}" "denpa/$3" || problem "$1: src/$2 may not include <denpa/$3>, which is ${owner[$3]}'s"
    fi
}

check_file() { # file folder
    local name
    if [ -z "${allowed[$2]+x}" ]; then
        problem "$1: $2 has no row in the table of docs/design.md"
        return
    fi
    while IFS= read -r name; do
        case $name in
            \"*) check_quoted "$1" "$2" "${name:1}" ;;
            \<denpa/*) check_public "$1" "$2" "${name#<denpa/}" ;;
        esac
    done < <(sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*(["<][^">]+)[">].*/\1/p' "$1")
}

count=0
for file in $(tree_files | grep -E '^(src|include/denpa)/.*\.(c|h|def|inc|in)$'); do
    case $file in
        include/denpa/denpa.h) continue ;; # includes all of them
        include/*)
            header=$(basename "$file" .in)
            [ -n "${owner[$header]:-}" ] || problem "$file has no row in the table of docs/design.md"
            folder=${owner[$header]:-none}
            ;;
        *)
            folder=${file#src/}
            folder=${folder%%/*}
            ;;
    esac
    [ "$folder" = none ] || check_file "$file" "$folder"
    count=$((count + 1))
done
[ "$count" -gt 0 ] || problem "no source files found"
finish "$count files"
