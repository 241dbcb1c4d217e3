# Takes a Markdown file apart: every command of a ```console block becomes a file NNN.cmd with what it should print in NNN.out and the
# words behind ```console in NNN.opt. A command starts with "$ "; lines that start with "> " continue it.
function flush() { if (name != "") { close(dir "/" name ".cmd"); close(dir "/" name ".out"); close(dir "/" name ".opt"); name = "" } }
/^```console/ { inside = 1; options = $0; sub(/^```console */, "", options); next }
/^```/ { if (inside) flush(); inside = 0; next }
!inside { next }
/^\$ / {
    flush()
    name = sprintf("%03d", ++count)
    print FNR > (dir "/" name ".line")
    close(dir "/" name ".line")
    print substr($0, 3) > (dir "/" name ".cmd")
    printf "" > (dir "/" name ".out")
    print options > (dir "/" name ".opt")
    continued = 1
    next
}
/^> / && continued { print substr($0, 3) > (dir "/" name ".cmd"); next }
name != "" { continued = 0; print > (dir "/" name ".out") }
