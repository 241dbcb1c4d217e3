#!/usr/bin/env bash
# gallery/index.html shows every figure of docs/gallery.txt in its order, each with the command that makes it and its pictures with words
# for those who do not see them.
. "$DENPA_SOURCE_DIR/tests/support/tree.sh"

GALLERY=$(mktemp -d)
export GALLERY
trap 'rm -rf "$GALLERY"' EXIT
page=$GALLERY/index.html
touch "$GALLERY/A-F01.svg" "$GALLERY/E-F01-01.svg" "$GALLERY/E-F01-02.svg"
tools/gallery --index || problem "tools/gallery --index fails"

tools/gallery --list | sed 's/@seed/-as-in-seed/' >"$GALLERY/wanted"
grep -oP '<figure id="\K[^"]+' "$page" >"$GALLERY/shown"
diff "$GALLERY/wanted" "$GALLERY/shown" || problem "the figures of the page are not those of the list"
count=$(wc -l <"$GALLERY/wanted")
[ "$(grep -c '<pre>denpa .* -o [^ ]*\.svg</pre>' "$page")" -ge 100 ] || problem "commands are missing"
[ "$(grep -c '<button onclick' "$page")" = "$count" ] || problem "not every figure has its command"
[ "$(grep -c '<h2 id=' "$page")" = "$(grep -c '^= ' docs/gallery.txt)" ] || problem "headings are missing"
[ "$(grep -oP '<a href="#\K[^"]+' "$page" | wc -l)" = "$(grep -c '^= ' docs/gallery.txt)" ] || problem "links are missing"
grep -q '<img src="A-F01.svg" alt="A-F01: one input digit"' "$page" || problem "A-F01 has no words"
[ "$(grep -c '<img src="E-F01-0[12].svg" alt="E-F01: [^"]*, step 0[12]"' "$page")" = 2 ] || problem "the steps of E-F01 are not shown"
[ "$(grep -c '<img' "$page")" = "$(grep -c '<img [^>]*alt="[^"]' "$page")" ] || problem "a picture has no words"
tail -n 1 "$page" | grep -q '</html>' || problem "the page is cut off"

# The book map shows some of the commands, and shows them as they are where MNIST is.
mkdir -p "$GALLERY/data/mnist"
DENPA_DATA=$GALLERY/data tools/gallery --commands >"$GALLERY/commands"
while IFS= read -r line; do
    id=${line##* -o }
    id=${id%.svg}
    wanted=$(awk -F '\t' -v id="$id" '$1 == id {print $2}' "$GALLERY/commands")
    [ "${wanted//"$GALLERY"\/runs\/xor/xor_run} -o $id.svg" = "$line" ] ||
        problem "docs/book.md has another command for $id than docs/gallery.txt"
    in_book=$((${in_book:-0} + 1))
done < <(sed -nE 's/^\$ (denpa .* -o [A-EX]-[A-Z][-A-Za-z0-9]*\.svg)$/\1/p' docs/book.md)
[ "${in_book:-0}" -ge 30 ] || problem "the book map shows only ${in_book:-0} figures"
finish "$count figures, ${in_book:-0} of them in the book map"
