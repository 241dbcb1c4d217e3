#include <stdlib.h>
#include <string.h>
#if DENPA_HAVE_JSON
#include <jansson.h>
#endif

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "base/size.h"
#include "base/utf8.h"
#include "file/safetensors.h"

#if DENPA_HAVE_JSON
/* A tensor takes about a hundred bytes of the header, so this is enough for 150,000; the JSON library needs some 20
 * bytes of memory for each, and that not from the context. */
enum { MOST_HEADER_BYTES = 16 << 20, SHOWN_BYTES = 128 };

typedef struct entry {
    const char *name; /* of the JSON object */
    dpi_stored stored;
    dp_shape shape;
    uint64_t begin, end;
    int number; /* in the order of the header */
} entry;

typedef struct reader {
    dp_ctx *ctx;
    const char *what;
    const uint8_t *data; /* behind the header */
    uint64_t data_bytes;
    json_t *header;
    entry *entries;
    int count;
} reader;

#define SHOWN(name) dpi_utf8_shown(name, strlen(name), (char[SHOWN_BYTES]){0}, SHOWN_BYTES)

/* ---- The header ---- */

static dp_status load_header(reader *r, const uint8_t *bytes, size_t count)
{
    if (count < DPI_LENGTH_BYTES)
        return dpi_fail(r->ctx, DP_ERR_FORMAT,
                        "%s: %zu bytes are too few for safetensors, which begin with a length of %d bytes", r->what,
                        count, DPI_LENGTH_BYTES);
    uint64_t length = dpi_load_le(bytes, DPI_LENGTH_BYTES), rest = count - DPI_LENGTH_BYTES;
    if (length > rest)
        return dpi_fail(r->ctx, DP_ERR_FORMAT,
                        "%s: byte 0: the header is said to have %llu bytes, and only %llu follow", r->what,
                        (unsigned long long)length, (unsigned long long)rest);
    if (length > MOST_HEADER_BYTES)
        return dpi_fail(r->ctx, DP_ERR_UNSUPPORTED, "%s: byte 0: a header of %llu bytes; denpa reads up to %d", r->what,
                        (unsigned long long)length, MOST_HEADER_BYTES);
    const char *text = (const char *)bytes + DPI_LENGTH_BYTES;
    if (length == 0 || text[0] != '{')
        return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: byte %d: the header does not begin with {", r->what,
                        DPI_LENGTH_BYTES);
    json_error_t error;
    r->header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    if (!r->header && json_error_code(&error) == json_error_out_of_memory)
        return dpi_fail(r->ctx, DP_ERR_NOMEM, "%s: not enough memory for the header of %llu bytes", r->what,
                        (unsigned long long)length);
    if (!r->header)
        return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: byte %lld: the header is no JSON: %s", r->what,
                        (long long)DPI_LENGTH_BYTES + error.position, SHOWN(error.text));
    r->data = bytes + DPI_LENGTH_BYTES + length;
    r->data_bytes = rest - length;
    return DP_OK;
}

static dp_status wrong(const reader *r, const char *name, const char *words)
{
    return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: tensor \"%s\": %s", r->what, SHOWN(name), words);
}

static dp_status read_dtype(const reader *r, const json_t *object, entry *e)
{
    const char *name = json_string_value(json_object_get(object, "dtype"));
    if (!name)
        return wrong(r, e->name, "it has no dtype");
    for (e->stored = 0; e->stored < DPI_STORED_COUNT; e->stored++)
        if (strcmp(dpi_stored_type_of(e->stored).name, name) == 0)
            return DP_OK;
    return dpi_fail(r->ctx, DP_ERR_UNSUPPORTED, "%s: tensor \"%s\": denpa does not read the dtype %s", r->what,
                    SHOWN(e->name), SHOWN(name));
}

static dp_status read_shape(const reader *r, const json_t *object, entry *e)
{
    const json_t *dims = json_object_get(object, "shape");
    size_t rank = json_array_size(dims);
    if (!json_is_array(dims))
        return wrong(r, e->name, "it has no shape");
    if (rank > DP_MAX_RANK)
        return dpi_fail(r->ctx, DP_ERR_UNSUPPORTED, "%s: tensor \"%s\" has %zu axes, and an array has at most %d",
                        r->what, SHOWN(e->name), rank, DP_MAX_RANK);
    e->shape.rank = (int32_t)rank;
    for (size_t i = 0; i < rank; i++) {
        const json_t *dim = json_array_get(dims, i);
        if (!json_is_integer(dim) || json_integer_value(dim) < 0)
            return wrong(r, e->name, "its shape has what is no length");
        e->shape.dims[i] = json_integer_value(dim);
    }
    return DP_OK;
}

static dp_status read_offsets(const reader *r, const json_t *object, entry *e)
{
    const json_t *offsets = json_object_get(object, "data_offsets"), *begin = json_array_get(offsets, 0),
                 *end = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end))
        return wrong(r, e->name, "its data_offsets are not two integers");
    if (json_integer_value(begin) < 0 || json_integer_value(end) < json_integer_value(begin) ||
        (uint64_t)json_integer_value(end) > r->data_bytes)
        return dpi_fail(r->ctx, DP_ERR_FORMAT,
                        "%s: tensor \"%s\": its data_offsets [%lld, %lld] are not inside of the %llu bytes of data",
                        r->what, SHOWN(e->name), (long long)json_integer_value(begin),
                        (long long)json_integer_value(end), (unsigned long long)r->data_bytes);
    e->begin = (uint64_t)json_integer_value(begin);
    e->end = (uint64_t)json_integer_value(end);
    return DP_OK;
}

static dp_status check_size(const reader *r, const entry *e)
{
    char shape[DP_SHAPE_TEXT_BYTES];
    dpi_stored_type type = dpi_stored_type_of(e->stored);
    int64_t elems = dp_shape_elems(e->shape);
    size_t bytes;
    if (elems >= 0 && dpi_mul_size((size_t)elems, type.bytes, &bytes) && bytes == e->end - e->begin)
        return DP_OK;
    return dpi_fail(r->ctx, DP_ERR_FORMAT,
                    "%s: tensor \"%s\": %s of shape %s does not take the %llu bytes from %llu to %llu", r->what,
                    SHOWN(e->name), type.name, dp_shape_text(e->shape, shape, sizeof shape),
                    (unsigned long long)(e->end - e->begin), (unsigned long long)e->begin, (unsigned long long)e->end);
}

static dp_status read_entry(const reader *r, const json_t *object, entry *e)
{
    if (!json_is_object(object))
        return wrong(r, e->name, "it is not described by an object");
    dp_status status = read_dtype(r, object, e);
    if (status == DP_OK)
        status = read_shape(r, object, e);
    if (status == DP_OK)
        status = read_offsets(r, object, e);
    return status == DP_OK ? check_size(r, e) : status;
}

static dp_status read_entries(reader *r)
{
    void *memory;
    const char *name;
    json_t *object;
    dp_status status = dpi_alloc(r->ctx, json_object_size(r->header), sizeof *r->entries, "tensors", &memory);
    if (status != DP_OK)
        return status;
    r->entries = memory;
    json_object_foreach(r->header, name, object)
    {
        if (strcmp(name, DPI_METADATA_KEY) == 0)
            continue;
        entry *e = &r->entries[r->count];
        *e = (entry){.name = name, .number = r->count++};
        status = read_entry(r, object, e);
        if (status != DP_OK)
            return status;
    }
    return DP_OK;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return x->number - y->number;
}

/* In the order of the data, each tensor begins where the one before ends, and the last ends where the file does. */
static dp_status check_layout(const reader *r)
{
    uint64_t at = 0;
    qsort(r->entries, (size_t)r->count, sizeof *r->entries, compare_entries);
    for (int i = 0; i < r->count; at = r->entries[i++].end) {
        const entry *e = &r->entries[i];
        if (e->begin == at)
            continue;
        return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: tensor \"%s\" begins at byte %llu of the data, %s", r->what,
                        SHOWN(e->name), (unsigned long long)e->begin,
                        e->begin < at ? "where another one still is" : "and no tensor has those before it");
    }
    if (at == r->data_bytes)
        return DP_OK;
    return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: the tensors end at byte %llu of the data, and %llu bytes follow",
                    r->what, (unsigned long long)at, (unsigned long long)(r->data_bytes - at));
}

/* ---- The tensors ---- */

static dp_status fill_items(const reader *r, dp_tensors *t)
{
    void *memory;
    dp_status status = dpi_alloc(r->ctx, (size_t)r->count, sizeof *t->items, "tensors", &memory);
    if (status != DP_OK)
        return status;
    t->items = memory;
    t->count = r->count;
    for (int i = 0; i < r->count && status == DP_OK; i++) {
        const entry *e = &r->entries[i];
        t->items[i].float16 = e->stored == DPI_STORED_F16;
        status = dpi_strdup(r->ctx, e->name, &t->items[i].name);
        if (status == DP_OK)
            status = dpi_stored_read(r->ctx, e->stored, e->shape, r->data + e->begin, &t->items[i].array);
        if (status == DP_ERR_FORMAT)
            dpi_fail_prefix(r->ctx, status, "%s: tensor \"%s\": ", r->what, SHOWN(e->name));
    }
    return status;
}

static dp_status fill_metadata(const reader *r, dp_tensors *t)
{
    const char *key;
    json_t *metadata = json_object_get(r->header, DPI_METADATA_KEY), *value;
    void *memory;
    if (!metadata)
        return DP_OK;
    if (!json_is_object(metadata))
        return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: %s is no object", r->what, DPI_METADATA_KEY);
    dp_status status = dpi_alloc(r->ctx, 2 * json_object_size(metadata), sizeof *t->metadata, "metadata", &memory);
    if (status != DP_OK)
        return status;
    t->metadata = memory;
    json_object_foreach(metadata, key, value)
    {
        if (!json_is_string(value))
            return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: %s: \"%s\" is no text", r->what, DPI_METADATA_KEY, SHOWN(key));
        int i = 2 * t->metadata_count++;
        status = dpi_strdup(r->ctx, key, &t->metadata[i]);
        if (status == DP_OK)
            status = dpi_strdup(r->ctx, json_string_value(value), &t->metadata[i + 1]);
        if (status != DP_OK)
            return status;
    }
    return DP_OK;
}

static dp_status make_tensors(const reader *r, dp_tensors **out)
{
    void *memory;
    dp_status status = dpi_alloc(r->ctx, 1, sizeof(dp_tensors), "tensors", &memory);
    if (status != DP_OK)
        return status;
    dp_tensors *t = memory;
    t->ctx = r->ctx;
    status = fill_items(r, t);
    if (status == DP_OK)
        status = fill_metadata(r, t);
    if (status != DP_OK)
        goto fail;
    *out = t;
    return DP_OK;
fail:
    dp_tensors_free(&t);
    return status;
}

dp_status dp_safetensors_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_tensors **out)
{
    reader r = {.ctx = ctx, .what = what};
    dp_status status = load_header(&r, bytes, count);
    if (status == DP_OK)
        status = read_entries(&r);
    if (status == DP_OK)
        status = check_layout(&r);
    if (status == DP_OK)
        status = make_tensors(&r, out);
    dpi_free(ctx, r.entries);
    json_decref(r.header);
    return status;
}
#else
dp_status dp_safetensors_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_tensors **out)
{
    (void)bytes, (void)count, (void)out;
    return dpi_fail(
        ctx, DP_ERR_UNSUPPORTED,
        "%s: this denpa was built without the JSON library jansson (Debian: libjansson-dev), and safetensors need it",
        what);
}
#endif

dp_status dp_safetensors_read(dp_ctx *ctx, const char *path, dp_tensors **out)
{
    dp_array *file;
    dp_status status = dp_file_read(ctx, path, 0, &file);
    if (status != DP_OK)
        return status;
    status = dp_safetensors_parse(ctx, file->data, dp_array_bytes(file), path, out);
    dp_array_free(&file);
    return status;
}
