/* Reading NPY. The header is a Python dict with three members, of which only what numpy.save can write is understood:
 *     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
 */
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "base/half.h"
#include "base/size.h"
#include "file/fileio.h"
#include "file/array_layout.h"
#include "file/npy.h"

/* X(kind, bytes per element, dtype it is read as) */
#define NPY_TYPES(X)  \
    X('b', 1, DP_BOOL) \
    X('u', 1, DP_U8)   \
    X('u', 2, DP_I64)  \
    X('u', 4, DP_I64)  \
    X('i', 1, DP_I64)  \
    X('i', 2, DP_I64)  \
    X('i', 4, DP_I64)  \
    X('i', 8, DP_I64)  \
    X('f', 2, DP_F32)  \
    X('f', 4, DP_F32)  \
    X('f', 8, DP_F64)

enum { HEADER_MOST = 65536, NAME_BYTES = 24 };

typedef struct npy_reader {
    dp_ctx *ctx;
    const char *what;
    const uint8_t *bytes;
    size_t count, at, header_end;
    dp_dtype dtype;
    char kind;
    size_t size; /* bytes per element in the file */
    bool big, fortran;
    bool has_descr, has_order, has_shape;
    dp_shape shape;
} npy_reader;

static dp_status bad(const npy_reader *r, const char *wanted)
{
    return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: byte %zu: %s", r->what, r->at, wanted);
}

/* ---- The header's text ---- */

static int peek(const npy_reader *r)
{
    return r->at < r->header_end ? r->bytes[r->at] : 0;
}

static void skip_blanks(npy_reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\n' || peek(r) == '\t') r->at++;
}

static bool take(npy_reader *r, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(r);
    if (length > r->header_end - r->at || memcmp(r->bytes + r->at, word, length) != 0) return false;
    r->at += length;
    return true;
}

/* A string in quotes without escapes, shorter than NAME_BYTES. */
static bool take_string(npy_reader *r, char text[NAME_BYTES])
{
    skip_blanks(r);
    int quote = peek(r);
    if (quote != '\'' && quote != '"') return false;
    size_t length = 0;
    for (r->at++; peek(r) != quote; r->at++) {
        if (!peek(r) || length + 1 == NAME_BYTES) return false;
        text[length++] = (char)peek(r);
    }
    r->at++;
    text[length] = 0;
    return true;
}

static dp_status read_descr(npy_reader *r)
{
    char text[NAME_BYTES];
    if (!take_string(r, text))
        return dpi_fail(r->ctx, DP_ERR_UNSUPPORTED, "%s: byte %zu: the dtype is not a plain one like '<f8'", r->what,
                        r->at);
    char order = text[0];
    size_t size = text[0] && text[1] && text[2] >= '1' && text[2] <= '9' && !text[3] ? (size_t)(text[2] - '0') : 0;
    r->big = order == '>' || (order == '=' && !dpi_host_is_little());
#define TYPE_CASE(code, bytes, as) \
    if (size && text[1] == code && size == bytes) r->dtype = as;
    NPY_TYPES(TYPE_CASE)
#undef TYPE_CASE
    if (!r->dtype || !strchr("<>=|", order))
        return dpi_fail(r->ctx, DP_ERR_UNSUPPORTED, "%s: the dtype '%s' is none of bool, integers of up to 8 bytes, f2, f4, f8",
                        r->what, text);
    r->kind = text[1];
    r->size = size;
    return DP_OK;
}

static dp_status read_shape(npy_reader *r)
{
    if (!take(r, "(")) return bad(r, "the shape has to be a tuple");
    while (!take(r, ")")) {
        int64_t dim = 0;
        if (r->shape.rank == DP_MAX_RANK)
            return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: byte %zu: an array has at most %d axes", r->what, r->at,
                            DP_MAX_RANK);
        if (peek(r) < '0' || peek(r) > '9') return bad(r, "a length is a whole number");
        for (; peek(r) >= '0' && peek(r) <= '9'; r->at++)
            if (__builtin_mul_overflow(dim, 10, &dim) || __builtin_add_overflow(dim, peek(r) - '0', &dim))
                return bad(r, "no file can hold an axis of this length");
        r->shape.dims[r->shape.rank++] = dim;
        take(r, "L"); /* Python 2 */
        if (!take(r, ",") && (skip_blanks(r), peek(r) != ')')) return bad(r, "a comma or \")\" is missing in the shape");
    }
    return DP_OK;
}

static dp_status read_member(npy_reader *r)
{
    char name[NAME_BYTES];
    if (!take_string(r, name) || !take(r, ":")) return bad(r, "a member 'name': value is missing in the header");
    bool *has = strcmp(name, "descr") == 0           ? &r->has_descr
                : strcmp(name, "fortran_order") == 0 ? &r->has_order
                : strcmp(name, "shape") == 0         ? &r->has_shape
                                                     : NULL;
    if (!has || *has) return bad(r, "the header has the members descr, fortran_order and shape, each once");
    *has = true;
    if (has == &r->has_descr) return read_descr(r);
    if (has == &r->has_shape) return read_shape(r);
    r->fortran = take(r, "True");
    return r->fortran || take(r, "False") ? DP_OK : bad(r, "fortran_order is neither True nor False");
}

static dp_status read_dict(npy_reader *r)
{
    dp_status status = take(r, "{") ? DP_OK : bad(r, "the header does not begin with \"{\"");
    while (status == DP_OK && !take(r, "}")) {
        status = read_member(r);
        if (status == DP_OK && !take(r, ",") && (skip_blanks(r), peek(r) != '}'))
            status = bad(r, "a comma or \"}\" is missing in the header");
    }
    if (status != DP_OK) return status;
    skip_blanks(r);
    if (r->at != r->header_end) return bad(r, "more follows after the header's \"}\"");
    if (r->has_descr && r->has_order && r->has_shape) return DP_OK;
    return bad(r, "the header lacks descr, fortran_order or shape");
}

static dp_status read_start(npy_reader *r)
{
    if (r->count < DPI_NPY_START_BYTES || memcmp(r->bytes, DPI_NPY_MAGIC, DPI_NPY_MAGIC_BYTES) != 0)
        return bad(r, "an NPY file begins with \\x93NUMPY, a version and the header's length");
    int version = r->bytes[DPI_NPY_MAGIC_BYTES];
    if (version < 1 || version > 3)
        return dpi_fail(r->ctx, DP_ERR_UNSUPPORTED, "%s: NPY has the versions 1 to 3, this is %d", r->what, version);
    size_t field = version == 1 ? 2 : 4;
    r->at = DPI_NPY_MAGIC_BYTES + 2 + field;
    if (r->count < r->at) return bad(r, "the file ends in the header's length");
    uint64_t length = dpi_load_le(r->bytes + DPI_NPY_MAGIC_BYTES + 2, field);
    if (length > r->count - r->at || length > HEADER_MOST) {
        r->at -= field;
        return bad(r, "the header is longer than the file, or than any array needs");
    }
    r->header_end = r->at + (size_t)length;
    return DP_OK;
}

/* ---- The elements ---- */

static void store(const npy_reader *r, const uint8_t *from, dp_array *to, int64_t i)
{
    uint64_t bits = r->big ? dpi_load_be(from, r->size) : dpi_load_le(from, r->size);
    switch (r->dtype) {
    case DP_BOOL: ((uint8_t *)to->data)[i] = bits != 0; break;
    case DP_U8: ((uint8_t *)to->data)[i] = (uint8_t)bits; break;
    case DP_I64: ((int64_t *)to->data)[i] = r->kind == 'i' ? dpi_sign_extend(bits, r->size) : (int64_t)bits; break;
    case DP_F32:
        if (r->size == 2) ((float *)to->data)[i] = dpi_half_value((uint16_t)bits);
        else memcpy((char *)to->data + 4 * i, &(uint32_t){(uint32_t)bits}, 4);
        break;
    default: memcpy((char *)to->data + 8 * i, &bits, 8); break;
    }
}

/* Where, counted in row-major order, element i of a file in Fortran order lies: the first index moves fastest there. */
static int64_t place_of(const dp_shape *shape, int64_t i)
{
    int64_t place = 0, index[DP_MAX_RANK];
    for (int axis = 0; axis < shape->rank; axis++) {
        index[axis] = i % shape->dims[axis];
        i /= shape->dims[axis];
    }
    for (int axis = 0; axis < shape->rank; axis++) place = place * shape->dims[axis] + index[axis];
    return place;
}

static dp_status read_elements(npy_reader *r, dp_array **out)
{
    char shape[DP_SHAPE_TEXT_BYTES];
    size_t bytes, there = r->count - r->at;
    int64_t elems = dp_shape_elems(r->shape);
    dp_shape_text(r->shape, shape, sizeof shape);
    if (elems < 0 || !dpi_mul_size((size_t)elems, r->size, &bytes))
        return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: the header says %s, which no file can hold", r->what, shape);
    if (bytes != there)
        return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s: byte %zu: %s takes %zu bytes, and %zu are there", r->what, r->at,
                        shape, bytes, there);
    dp_array *array = NULL;
    dp_status status = dp_array_new(r->ctx, r->dtype, r->shape, &array);
    if (status != DP_OK) return status;
    for (int64_t i = 0; i < elems; i++)
        store(r, r->bytes + r->at + (size_t)i * r->size, array, r->fortran ? place_of(&r->shape, i) : i);
    *out = array;
    return DP_OK;
}

dp_status dp_npy_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_array **out)
{
    npy_reader r = {.ctx = ctx, .what = what, .bytes = bytes, .count = count};
    dp_status status = read_start(&r);
    if (status == DP_OK) status = read_dict(&r);
    return status == DP_OK ? read_elements(&r, out) : status;
}

dp_status dpi_npy_layout(dp_ctx *ctx, const void *bytes, size_t count, uint64_t file_bytes, const char *what,
                         dpi_layout *out)
{
    npy_reader r = {.ctx = ctx, .what = what, .bytes = bytes, .count = count};
    char shape[DP_SHAPE_TEXT_BYTES];
    size_t all;
    dp_status status = read_start(&r);
    if (status == DP_OK) status = read_dict(&r);
    if (status != DP_OK) return status;
    int64_t elems = dp_shape_elems(r.shape);
    dp_shape_text(r.shape, shape, sizeof shape);
    if (elems < 0 || !dpi_mul_size((size_t)elems, r.size, &all) || all != file_bytes - r.at)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte %zu: the header says %s, and %llu bytes follow", what, r.at, shape,
                        (unsigned long long)(file_bytes - r.at));
    *out = (dpi_layout){.dtype = r.dtype, .shape = r.shape, .first = r.at, .size = r.size, .big = r.big};
    out->row_by_row = !r.fortran && r.size == dp_dtype_bytes(r.dtype) && r.dtype != DP_BOOL;
    return DP_OK;
}

dp_status dp_npy_read(dp_ctx *ctx, const char *path, dp_array **out)
{
    dp_array *bytes = NULL;
    dp_status status = dp_file_read(ctx, path, 0, &bytes);
    if (status != DP_OK) return status;
    status = dp_npy_parse(ctx, bytes->data, dp_array_bytes(bytes), path, out);
    dp_array_free(&bytes);
    return status;
}
