#include "data/augment.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/random.h>
#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/dataset.h"

/* Row r of epoch e draws from stream AUGMENT_STREAM + e * 2^40 + r. */
#define AUGMENT_STREAM (UINT64_C(1) << 63)
#define EPOCH_BITS 40

/* Displacements are drawn at the corners of CELLS x CELLS cells. */
enum { CELLS = 4, NODES = CELLS + 1 };

static const double most_of[] = {
#define MOST(name, most, doc) most,
    DP_AUGMENTATIONS(MOST)
#undef MOST
};

static const char *const names[] = {
#define NAME(name, most, doc) #name,
    DP_AUGMENTATIONS(NAME)
#undef NAME
};

/* ---- The words ---- */

static dp_status unknown(dp_ctx *ctx, const char *name, size_t bytes)
{
    char list[256] = "";
    size_t used = 0;
    for (int k = 0; k < DPI_AUGMENT_COUNT && used < sizeof list; k++)
        used += (size_t)snprintf(list + used, sizeof list - used, k ? ", %s" : "%s", names[k]);
    return dpi_fail(ctx, DP_ERR_NAME, "augment: there is no \"%.*s\"; there are %s", (int)bytes, name, list);
}

static dp_status read_one(dp_augment *a, const char *text, size_t bytes)
{
    const char *equals = memchr(text, '=', bytes), *behind;
    size_t name_bytes = equals ? (size_t)(equals - text) : bytes;
    int k = 0;
    while (k < DPI_AUGMENT_COUNT && (strlen(names[k]) != name_bytes || memcmp(names[k], text, name_bytes) != 0))
        k++;
    if (k == DPI_AUGMENT_COUNT)
        return unknown(a->ctx, text, name_bytes);
    if (a->amount[k] > 0)
        return dpi_fail(a->ctx, DP_ERR_ARG, "augment: %s is given twice", names[k]);
    size_t number = equals ? bytes - name_bytes - 1 : 0;
    double value = equals ? dp_number_parse(equals + 1, number, &behind) : NAN;
    if (!number || behind != equals + 1 + number || !(value >= 0 && value <= most_of[k]))
        return dpi_fail(a->ctx, DP_ERR_RANGE, "augment: %.*s: %s is a number from 0 to %g, as in %s=%g", (int)bytes,
                        text, names[k], most_of[k], names[k], most_of[k] < 2 ? 0.1 : 2.0);
    a->amount[k] = value;
    return DP_OK;
}

dp_status dp_augment_new(dp_ctx *ctx, const char *text, dp_augment **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_augment), "augmentation", &memory);
    if (status != DP_OK)
        return status;
    dp_augment *a = memory;
    a->ctx = ctx;
    for (const char *at = text; *at && status == DP_OK;) {
        size_t bytes = strcspn(at, ",");
        status = read_one(a, at, bytes);
        at += bytes + (at[bytes] == ',');
    }
    if (status != DP_OK)
        dpi_free(ctx, a);
    else
        *out = a;
    return status;
}

void dp_augment_free(dp_augment **augment)
{
    if (!augment || !*augment)
        return;
    dpi_free((*augment)->ctx, *augment);
    *augment = NULL;
}

/* ---- Where a pixel comes from ---- */

/* The place (x, y) of a new picture shows what was at (xx x + xy y + x0, yx x + yy y + y0), moved by the cells' corners. */
typedef struct motion {
    double xx, xy, x0, yx, yy, y0;
    bool bends;
    double bend[2][NODES][NODES]; /* of x and of y, in pixels */
} motion;

static double between(dp_rng *rng, double amount)
{
    return (2 * dp_rng_uniform(rng) - 1) * amount;
}

/* Every picture takes the same numbers of its stream, whatever is asked for: with `noise` added, the same picture is turned
 * by the same angle. */
static motion draw_motion(const dp_augment *a, const int64_t shape[3], dp_rng *rng)
{
    const double degree = 3.14159265358979323846 / 180;
    double shift_x = between(rng, a->amount[DPI_AUGMENT_shift]), shift_y = between(rng, a->amount[DPI_AUGMENT_shift]);
    double angle = between(rng, a->amount[DPI_AUGMENT_rotate]) * degree;
    double scale = 1 + between(rng, a->amount[DPI_AUGMENT_scale]);
    double shear = tan(between(rng, a->amount[DPI_AUGMENT_shear]) * degree);
    double mirror = dp_rng_uniform(rng) < a->amount[DPI_AUGMENT_flip] ? -1 : 1;
    double middle_x = 0.5 * (double)(shape[2] - 1), middle_y = 0.5 * (double)(shape[1] - 1);
    double c = cos(angle) / scale, s = sin(angle) / scale;
    /* turn, then shear, then mirror, around the middle of the picture */
    motion m = {.xx = mirror * (c + shear * s), .xy = mirror * (-s + shear * c), .yx = s, .yy = c};
    m.x0 = middle_x - m.xx * (middle_x + shift_x) - m.xy * (middle_y + shift_y);
    m.y0 = middle_y - m.yx * (middle_x + shift_x) - m.yy * (middle_y + shift_y);
    m.bends = a->amount[DPI_AUGMENT_elastic] > 0;
    for (int i = 0; i < 2 * NODES * NODES; i++)
        m.bend[i / NODES / NODES][i / NODES % NODES][i % NODES] = between(rng, a->amount[DPI_AUGMENT_elastic]);
    return m;
}

/* Between 0 and 1 with no slope at either. */
static double smooth(double t)
{
    return t * t * (3 - 2 * t);
}

/* What the corners around a place say, in between without kinks. */
static double bend_at(const double nodes[NODES][NODES], double y, double x)
{
    int i = y < CELLS - 1 ? (int)y : CELLS - 1, j = x < CELLS - 1 ? (int)x : CELLS - 1;
    double v = smooth(y - i), u = smooth(x - j);
    return (1 - v) * ((1 - u) * nodes[i][j] + u * nodes[i][j + 1]) +
           v * ((1 - u) * nodes[i + 1][j] + u * nodes[i + 1][j + 1]);
}

static void find_place(const motion *m, const int64_t shape[3], int64_t y, int64_t x, double *from_y, double *from_x)
{
    *from_x = m->xx * (double)x + m->xy * (double)y + m->x0;
    *from_y = m->yx * (double)x + m->yy * (double)y + m->y0;
    if (!m->bends)
        return;
    double v = (double)y * CELLS / (double)shape[1], u = (double)x * CELLS / (double)shape[2];
    *from_x += bend_at(m->bend[0], v, u);
    *from_y += bend_at(m->bend[1], v, u);
}

/* ---- Pixels ---- */

/* A rectangle that is made 0. */
typedef struct patch {
    int64_t top, bottom, left, right;
} patch;

static patch draw_patch(const dp_augment *a, const int64_t shape[3], dp_rng *rng)
{
    double most = a->amount[DPI_AUGMENT_erase];
    int64_t height = (int64_t)(dp_rng_uniform(rng) * (most + 1)), width = (int64_t)(dp_rng_uniform(rng) * (most + 1));
    height = height < shape[1] ? height : shape[1];
    width = width < shape[2] ? width : shape[2];
    patch p = {.top = (int64_t)(dp_rng_uniform(rng) * (double)(shape[1] - height + 1)),
               .left = (int64_t)(dp_rng_uniform(rng) * (double)(shape[2] - width + 1))};
    p.bottom = p.top + height;
    p.right = p.left + width;
    return p;
}

/* Linear between the four pixels around a place; outside of the picture everything is 0. */
#define DEFINE_AUGMENT(suffix, type)                                                                                \
    static void move_##suffix(const motion *m, const int64_t shape[3], const type *from, type *to)                  \
    {                                                                                                               \
        int64_t height = shape[1], width = shape[2];                                                                \
        for (int64_t y = 0; y < height; y++)                                                                        \
            for (int64_t x = 0; x < width; x++) {                                                                   \
                double from_y, from_x;                                                                              \
                find_place(m, shape, y, x, &from_y, &from_x);                                                       \
                bool inside = from_y > -1 && from_y < (double)height && from_x > -1 && from_x < (double)width;      \
                int64_t i = inside ? (int64_t)(from_y + 1) - 1 : 0, j = inside ? (int64_t)(from_x + 1) - 1 : 0;     \
                type v = (type)(from_y - (double)i), u = (type)(from_x - (double)j);                                \
                bool up = inside && i >= 0, down = inside && i + 1 < height, left = j >= 0, right = j + 1 < width;  \
                for (int64_t c = 0; c < shape[0]; c++) {                                                            \
                    const type *p = from + (c * height + i) * width + j;                                            \
                    type above = (up && left ? p[0] * (1 - u) : 0) + (up && right ? p[1] * u : 0);                  \
                    type below = (down && left ? p[width] * (1 - u) : 0) + (down && right ? p[width + 1] * u : 0);  \
                    to[(c * height + y) * width + x] = above * (1 - v) + below * v;                                 \
                }                                                                                                   \
            }                                                                                                       \
    }                                                                                                               \
    static void finish_##suffix(const dp_augment *a, const int64_t shape[3], const patch *p, dp_rng *rng, type *to) \
    {                                                                                                               \
        for (int64_t c = 0; c < shape[0]; c++)                                                                      \
            for (int64_t y = p->top; y < p->bottom; y++)                                                            \
                for (int64_t x = p->left; x < p->right; x++)                                                        \
                    to[(c * shape[1] + y) * shape[2] + x] = 0;                                                      \
        for (int64_t i = 0; a->amount[DPI_AUGMENT_noise] > 0 && i < shape[0] * shape[1] * shape[2]; i++)            \
            to[i] += (type)(a->amount[DPI_AUGMENT_noise] * dp_rng_normal(rng));                                     \
    }
DEFINE_AUGMENT(f32, float)
DEFINE_AUGMENT(f64, double)

void dpi_augment_picture(const dp_augment *augment, const int64_t shape[3], dp_dtype dtype, uint64_t seed,
                         int64_t epoch, int64_t row, const void *from, void *to)
{
    dp_rng rng = {.seed = seed, .stream = AUGMENT_STREAM + ((uint64_t)epoch << EPOCH_BITS) + (uint64_t)row};
    motion m = draw_motion(augment, shape, &rng);
    patch p = draw_patch(augment, shape, &rng);
    if (dtype == DP_F32) {
        move_f32(&m, shape, from, to);
        finish_f32(augment, shape, &p, &rng, to);
    } else {
        move_f64(&m, shape, from, to);
        finish_f64(augment, shape, &p, &rng, to);
    }
}

/* ---- Rows of a data set ---- */

bool dpi_picture_shape(const dp_array *column, int64_t shape[3])
{
    int rank = column->shape.rank;
    if (rank < 3 || rank > 4)
        return false;
    shape[0] = rank == 4 ? column->shape.dims[1] : 1;
    shape[1] = column->shape.dims[rank - 2];
    shape[2] = column->shape.dims[rank - 1];
    return shape[0] > 0 && shape[1] > 0 && shape[2] > 0;
}

dp_status dp_dataset_augment(const dp_dataset *dataset, int column, const int64_t *rows, int64_t n,
                             const dp_augment *augment, uint64_t seed, int64_t epoch, dp_array **out)
{
    int64_t shape[3];
    dp_array *from = NULL, *to = NULL;
    const dp_array *pictures = dp_dataset_column(dataset, column);
    if (!pictures || !dpi_picture_shape(pictures, shape))
        return dpi_fail(dataset->ctx, DP_ERR_SHAPE,
                        "augment: column %s of %s holds no pictures, which are (N, H, W) or (N, C, H, W)",
                        dp_dataset_column_name(dataset, column), dataset->source);
    int64_t elems = shape[0] * shape[1] * shape[2];
    dp_shape whole = dp_shape_of(4, (int64_t[]){n, shape[0], shape[1], shape[2]});
    dp_status status = dp_array_new(dataset->ctx, DP_F32, whole, &from);
    if (status == DP_OK)
        status = dp_array_new(dataset->ctx, DP_F32, whole, &to);
    if (status == DP_OK)
        status = dp_dataset_gather(dataset, &column, 1, rows, n, 1, DP_F32, elems, from->data);
    for (int64_t i = 0; i < n && status == DP_OK; i++)
        dpi_augment_picture(augment, shape, DP_F32, seed, epoch, rows[i], (float *)from->data + i * elems,
                            (float *)to->data + i * elems);
    dp_array_free(&from);
    if (status == DP_OK)
        *out = to;
    else
        dp_array_free(&to);
    return status;
}
