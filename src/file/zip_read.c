/* Reading ZIP: the end record is looked for from behind, it says where the directory is, and that where the entries are.
 * Everything is held against the bytes there are before it is used, and entries may not share bytes: an archive whose
 * small body is promised many times over ("zip bomb") is refused before anything is unpacked. */
#include "file/zip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "file/zlib_memory.h"

enum {
    END_BYTES = 22,
    COMMENT_MOST = 65535,
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    ZIP64_EXTRA = 1,
    STORED = 0,
    DEFLATED = 8,
    FLAG_ENCRYPTED = 1,
    SHOWN_BYTES = 64
};
#define END_MARK "PK\5\6"
#define LOCATOR_MARK "PK\6\7"
#define END64_MARK "PK\6\6"
#define ENTRY_MARK "PK\1\2"
#define LOCAL_MARK "PK\3\4"
#define IN_ZIP64_16 0xffffu
#define IN_ZIP64_32 0xffffffffu

/* Where the directory is, and what it has. */
typedef struct directory {
    uint64_t first, bytes, entries;
} directory;

static bool is_mark(const dpi_zip *z, uint64_t at, const char *mark, size_t record_bytes)
{
    return at <= z->count && z->count - at >= record_bytes && memcmp(z->bytes + at, mark, 4) == 0;
}

static uint64_t load(const dpi_zip *z, uint64_t at, size_t size)
{
    return dpi_load_le(z->bytes + at, size);
}

static dp_status bad(const dpi_zip *z, uint64_t at, const char *what)
{
    return dpi_fail(z->ctx, DP_ERR_FORMAT, "%s: byte %llu: %s", z->what, (unsigned long long)at, what);
}

/* ---- The end record ---- */

/* The last place that has the mark and a comment as long as the rest. */
static dp_status find_end(const dpi_zip *z, uint64_t *end)
{
    size_t most = END_BYTES + COMMENT_MOST < z->count ? END_BYTES + COMMENT_MOST : z->count;
    for (size_t back = END_BYTES; back <= most; back++) {
        uint64_t at = z->count - back;
        if (is_mark(z, at, END_MARK, END_BYTES) && load(z, at + 20, 2) == back - END_BYTES) {
            *end = at;
            return DP_OK;
        }
    }
    return dpi_fail(z->ctx, DP_ERR_FORMAT, "%s: its %zu bytes do not end as a ZIP archive does (is it cut off?)",
                    z->what, z->count);
}

/* The zip64 record, for what the end record has no room for. */
static dp_status read_end64(const dpi_zip *z, uint64_t end, directory *d)
{
    if (end < LOCATOR_BYTES || !is_mark(z, end - LOCATOR_BYTES, LOCATOR_MARK, LOCATOR_BYTES))
        return bad(z, end, "the end record refers to a zip64 record, and there is none");
    uint64_t at = load(z, end - LOCATOR_BYTES + 8, 8);
    if (!is_mark(z, at, END64_MARK, END64_BYTES))
        return bad(z, end - LOCATOR_BYTES + 8, "there is no zip64 record where this says that it is");
    if (load(z, at + 16, 4) != 0 || load(z, at + 20, 4) != 0)
        return dpi_fail(z->ctx, DP_ERR_UNSUPPORTED, "%s: the archive is in several parts", z->what);
    *d = (directory){.entries = load(z, at + 32, 8), .bytes = load(z, at + 40, 8), .first = load(z, at + 48, 8)};
    return DP_OK;
}

static dp_status find_directory(const dpi_zip *z, directory *d)
{
    uint64_t end = 0;
    dp_status status = find_end(z, &end);
    if (status != DP_OK)
        return status;
    *d = (directory){.entries = load(z, end + 10, 2), .bytes = load(z, end + 12, 4), .first = load(z, end + 16, 4)};
    if (d->entries == IN_ZIP64_16 || d->bytes == IN_ZIP64_32 || d->first == IN_ZIP64_32)
        status = read_end64(z, end, d);
    else if (load(z, end + 4, 2) != 0 || load(z, end + 6, 2) != 0)
        status = dpi_fail(z->ctx, DP_ERR_UNSUPPORTED, "%s: the archive is in several parts", z->what);
    if (status != DP_OK)
        return status;
    if (d->first > end || d->bytes > end - d->first || d->entries > d->bytes / ENTRY_BYTES)
        return bad(z, end, "the directory of which this tells does not fit into the bytes before it");
    return DP_OK;
}

/* ---- An entry of the directory ---- */

typedef struct entry_reader {
    uint64_t at, end;             /* the record and the end of the directory */
    uint64_t size, packed, local; /* as the record says, or its zip64 field */
    size_t name, extra, comment;  /* bytes of each */
} entry_reader;

static dp_status bad_entry(const dpi_zip *z, const dpi_zip_entry *e, const char *words)
{
    char shown[SHOWN_BYTES];
    size_t bytes = e->name_bytes < SHOWN_BYTES - 1 ? e->name_bytes : SHOWN_BYTES - 1;
    for (size_t i = 0; i < bytes; i++)
        shown[i] = (char)(e->name[i] >= 0x20 && e->name[i] < 0x7f ? e->name[i] : '?');
    shown[bytes] = 0;
    return dpi_fail(z->ctx, DP_ERR_FORMAT, "%s: entry %s: %s", z->what, shown, words);
}

/* The next of the numbers that the zip64 field has in place of those that are all ones. */
static bool take_64(const dpi_zip *z, uint64_t *at, uint64_t end, uint64_t *value)
{
    if (*value != IN_ZIP64_32)
        return true;
    if (end - *at < 8)
        return false;
    *value = load(z, *at, 8);
    *at += 8;
    return true;
}

static dp_status read_extra(const dpi_zip *z, entry_reader *r, const dpi_zip_entry *e)
{
    uint64_t at = r->at + ENTRY_BYTES + r->name, end = at + r->extra;
    if (r->size != IN_ZIP64_32 && r->packed != IN_ZIP64_32 && r->local != IN_ZIP64_32)
        return DP_OK;
    while (end - at >= 4) {
        uint64_t id = load(z, at, 2), bytes = load(z, at + 2, 2);
        at += 4;
        if (bytes > end - at)
            break;
        uint64_t field_end = at + bytes;
        if (id != ZIP64_EXTRA) {
            at = field_end;
            continue;
        }
        if (take_64(z, &at, field_end, &r->size) && take_64(z, &at, field_end, &r->packed) &&
            take_64(z, &at, field_end, &r->local))
            return DP_OK;
        break;
    }
    return bad_entry(z, e, "its zip64 field is missing or cut off");
}

/* The data begins behind the local header, which has a name and an extra field of its own. */
static dp_status find_data(const dpi_zip *z, const entry_reader *r, uint64_t directory_first, dpi_zip_entry *e)
{
    if (r->local > directory_first || !is_mark(z, r->local, LOCAL_MARK, LOCAL_BYTES))
        return bad_entry(z, e, "there is no entry where the directory says that it is");
    uint64_t name = load(z, r->local + 26, 2), extra = load(z, r->local + 28, 2);
    uint64_t first = r->local + LOCAL_BYTES + name + extra;
    if (first > directory_first || r->packed > directory_first - first)
        return bad_entry(z, e, "its data reaches into the directory");
    if (name != e->name_bytes || memcmp(z->bytes + r->local + LOCAL_BYTES, e->name, e->name_bytes) != 0)
        return bad_entry(z, e, "it has another name in the directory than at its data");
    e->first = (size_t)first;
    e->packed = (size_t)r->packed;
    return DP_OK;
}

static dp_status check_sizes(const dpi_zip *z, const entry_reader *r, dpi_zip_entry *e)
{
    if (e->method != STORED && e->method != DEFLATED)
        return dpi_fail(z->ctx, DP_ERR_UNSUPPORTED, "%s: packed by method %d; stored and deflated are read", z->what,
                        e->method);
    if (e->method == STORED ? r->size != r->packed : r->size / DPI_DEFLATE_MOST_RATIO > r->packed)
        return bad_entry(z, e, "it promises more or fewer bytes than can come out of it");
    if (r->size > PTRDIFF_MAX)
        return bad_entry(z, e, "it promises more bytes than fit into memory");
    e->size = (size_t)r->size;
    return DP_OK;
}

static dp_status read_entry(const dpi_zip *z, const directory *d, entry_reader *r, dpi_zip_entry *e)
{
    if (r->end - r->at < ENTRY_BYTES || !is_mark(z, r->at, ENTRY_MARK, ENTRY_BYTES))
        return bad(z, r->at, "an entry of the directory should begin here");
    r->name = load(z, r->at + 28, 2);
    r->extra = load(z, r->at + 30, 2);
    r->comment = load(z, r->at + 32, 2);
    if (r->end - r->at - ENTRY_BYTES < r->name + r->extra + r->comment)
        return bad(z, r->at, "this entry reaches beyond the end of the directory");
    *e = (dpi_zip_entry){.name = (const char *)z->bytes + r->at + ENTRY_BYTES,
                         .name_bytes = r->name,
                         .crc = (uint32_t)load(z, r->at + 16, 4),
                         .method = (int)load(z, r->at + 10, 2)};
    r->packed = load(z, r->at + 20, 4);
    r->size = load(z, r->at + 24, 4);
    r->local = load(z, r->at + 42, 4);
    if (load(z, r->at + 8, 2) & FLAG_ENCRYPTED)
        return dpi_fail(z->ctx, DP_ERR_UNSUPPORTED, "%s: the archive is encrypted", z->what);
    dp_status status = read_extra(z, r, e);
    if (status == DP_OK)
        status = check_sizes(z, r, e);
    if (status == DP_OK)
        status = find_data(z, r, d->first, e);
    r->at += ENTRY_BYTES + r->name + r->extra + r->comment;
    return status;
}

/* ---- The whole ---- */

static int by_place(const void *a, const void *b)
{
    const dpi_zip_entry *left = a, *right = b;
    return (left->first > right->first) - (left->first < right->first);
}

/* Sorts the entries by where they are. The local header lies before the data, so it is enough to look at its least
 * size. */
static dp_status check_overlaps(const dpi_zip *z)
{
    qsort(z->entries, z->entry_count, sizeof *z->entries, by_place);
    for (size_t i = 1; i < z->entry_count; i++) {
        const dpi_zip_entry *before = &z->entries[i - 1], *e = &z->entries[i];
        if (before->first + before->packed + LOCAL_BYTES + e->name_bytes > e->first)
            return bad_entry(z, e, "it overlaps another one");
    }
    return DP_OK;
}

dp_status dpi_zip_open(dpi_zip *zip, dp_ctx *ctx, const void *bytes, size_t count, const char *what)
{
    directory d = {0};
    void *memory;
    *zip = (dpi_zip){.ctx = ctx, .what = what, .bytes = bytes, .count = count};
    dp_status status = find_directory(zip, &d);
    if (status == DP_OK)
        status = dpi_alloc(ctx, (size_t)d.entries, sizeof *zip->entries, "entries of an archive", &memory);
    if (status != DP_OK)
        return status;
    zip->entries = memory;
    entry_reader reader = {.at = d.first, .end = d.first + d.bytes};
    for (uint64_t i = 0; i < d.entries && status == DP_OK; i++)
        status = read_entry(zip, &d, &reader, &zip->entries[i]);
    if (status != DP_OK)
        return status;
    zip->entry_count = (size_t)d.entries;
    return check_overlaps(zip);
}

void dpi_zip_close(dpi_zip *zip)
{
    dpi_free(zip->ctx, zip->entries);
    *zip = (dpi_zip){0};
}

#if DENPA_HAVE_ZLIB
enum { LARGEST = 1 << 30 }; /* zlib counts in unsigned int */

static unsigned at_most(size_t bytes)
{
    return bytes < LARGEST ? (unsigned)bytes : LARGEST;
}

static dp_status unpack(const dpi_zip *z, const dpi_zip_entry *e, uint8_t *to)
{
    z_stream stream = dpi_zlib_stream(z->ctx);
    size_t in = 0, out = 0;
    uint8_t none;
    int result = inflateInit2(&stream, -MAX_WBITS); /* without a header of its own */
    if (result != Z_OK)
        return result == Z_MEM_ERROR ? DP_ERR_NOMEM : bad_entry(z, e, "zlib does not start");
    while (result == Z_OK) {
        unsigned give = at_most(e->packed - in), room = at_most(e->size - out);
        stream.next_in = (unsigned char *)z->bytes + e->first + in; /* zlib does not write there */
        stream.avail_in = give;
        stream.next_out = room ? to + out : &none;
        stream.avail_out = room;
        result = inflate(&stream, Z_NO_FLUSH);
        in += give - stream.avail_in;
        out += room - stream.avail_out;
    }
    inflateEnd(&stream);
    if (result == Z_MEM_ERROR)
        return DP_ERR_NOMEM;
    if (result != Z_STREAM_END || out != e->size || in != e->packed)
        return bad_entry(z, e, "its packed data is damaged");
    return DP_OK;
}

static dp_status check_crc(const dpi_zip *z, const dpi_zip_entry *e, const uint8_t *data)
{
    uLong crc = crc32(0, NULL, 0);
    for (size_t i = 0; i < e->size; i += LARGEST)
        crc = crc32(crc, data + i, at_most(e->size - i));
    return crc == e->crc ? DP_OK : bad_entry(z, e, "its checksum is not that of its data");
}

dp_status dpi_zip_read(const dpi_zip *zip, const dpi_zip_entry *entry, dp_array **out)
{
    dp_array *array;
    dp_status status = dp_array_new(zip->ctx, DP_U8, dp_shape_of(1, (int64_t[]){(int64_t)entry->size}), &array);
    if (status != DP_OK)
        return status;
    if (entry->method == DEFLATED)
        status = unpack(zip, entry, array->data);
    else if (entry->size)
        memcpy(array->data, zip->bytes + entry->first, entry->size);
    if (status == DP_OK)
        status = check_crc(zip, entry, array->data);
    if (status == DP_OK)
        *out = array;
    else
        dp_array_free(&array);
    return status;
}
#else
dp_status dpi_zip_read(const dpi_zip *zip, const dpi_zip_entry *entry, dp_array **out)
{
    (void)entry, (void)out;
    return dpi_fail(zip->ctx, DP_ERR_UNSUPPORTED,
                    "%s is a ZIP archive, and this denpa was built without zlib (Debian: zlib1g-dev)", zip->what);
}
#endif
