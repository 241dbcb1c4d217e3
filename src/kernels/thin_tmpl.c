/* Products of many rows with a small matrix, and the gradient of that matrix, for one floating dtype and one level (tmpl.h).
 * The file that includes this one defines, beside the words of tmpl.h, LANES, the elements of a vector, and REGISTERS, how
 * many vectors the level has.
 *
 * thin: b stays in the first cache, and a tile of rows of y in registers while k runs:
 *
 *     for each p: the vectors of b's row p, times a[i, p], repeated, for each of the rows
 *
 * Where y has so few columns that they would leave most of a vector empty, a vector has four columns of several rows, and four
 * elements of those rows of a serve four steps of k. b is read where it lies if its rows are whole vectors; else it is copied
 * to the unit's work area, with zeros behind its rows. Each element is the same sum, in the same order, as in gemm: a row has the
 * same bits in a product of few rows, which gemm makes, and of many.
 *
 * thin_row: a single row, with as many vectors of columns as there are, so that no sum waits for itself.
 *
 * thin_grad: y = a^T d; the sums of a tile of y stay in registers while the rows of a and d go by once for each tile. The lanes
 * go along a's columns or d's, whichever leave fewer of them empty. */
#include "kernels/epilogue_tmpl.c"
#include "kernels/thin_unit.h"

typedef T LOCAL(lanes) __attribute__((vector_size(LANES * sizeof(T))));
typedef T LOCAL(lanes_at) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T)), may_alias));
typedef T LOCAL(four) __attribute__((vector_size(4 * sizeof(T))));
typedef T LOCAL(four_at) __attribute__((vector_size(4 * sizeof(T)), aligned(sizeof(T)), may_alias));
typedef int32_t LOCAL(lane_mask) __attribute__((vector_size(LANES * sizeof(T))));
#define VEC LOCAL(lanes)
#define AT(place) (*(LOCAL(lanes_at) *)(place))
#define CONST_AT(place) (*(const LOCAL(lanes_at) *)(place))
#define INLINE static inline __attribute__((always_inline))

/* ---- thin ---- */

/* Rows of a tile with one, and with two vectors of columns. */
enum { LOCAL(rows_1) = REGISTERS * 3 / 4, LOCAL(rows_2) = REGISTERS * 3 / 8 };

typedef struct LOCAL(thin) {
    const T *a, *b, *bias; /* bias: as wide as b, or NULL */
    T *y;
    const T *gate; /* as y, or NULL; only where y's rows are whole vectors */
    dpk_gate gate_kind;
    int64_t a_row, a_col, b_row, y_row, k;
    int64_t part; /* columns of the last vector that are y's */
} LOCAL(thin);

INLINE VEC LOCAL(gated)(dpk_gate kind, VEC v, VEC g)
{
    switch (kind) {
    case DPK_GATE_NONE:
        break;
    case DPK_GATE_RELU:
        return (VEC)((LOCAL(lane_mask))v & (LOCAL(lane_mask))(g > 0));
    case DPK_GATE_SIGMOID:
        return v * (g * (1 - g));
    case DPK_GATE_TANH:
        return v * (1 - g * g);
    }
    return v;
}

/* rows x columns elements of a tile that is `width` wide, to y with these steps; apart from the tiles, so that what it needs
 * does not take registers from them. */
static __attribute__((noinline)) void LOCAL(put)(const T *tile, int64_t width, int64_t rows, int64_t columns, T *y,
                                                 int64_t y_row, int64_t y_col)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            y[i * y_row + j * y_col] = tile[i * width + j];
}

/* A tile of sums through one kind of gate. */
INLINE void LOCAL(gate_tile)(dpk_gate kind, int rows, int vectors, const LOCAL(thin) * job, VEC *sum)
{
    const T *gate = job->gate;
    const int64_t row = job->y_row;
    DPK_UNROLL
    for (int i = 0; i < rows; i++, gate += row) {
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            sum[i * vectors + j] = LOCAL(gated)(kind, sum[i * vectors + j], CONST_AT(gate + j * LANES));
    }
}

INLINE void LOCAL(thin_tile)(int rows, int vectors, const LOCAL(thin) * job)
{
    VEC sum[LOCAL(rows_1)];
    DPK_UNROLL
    for (int i = 0; i < rows * vectors; i++)
        sum[i] = (VEC){0};
    /* The places of the rows from few numbers, which stay in registers: one pointer for each four of them. */
    const char *a[LOCAL(rows_1) / 4 + 1];
    const int64_t row = job->a_row * (int64_t)sizeof(T), next[4] = {0, row, 2 * row, 3 * row};
    const int64_t a_col = job->a_col * (int64_t)sizeof(T), b_row = job->b_row;
    const T *b = job->b;
    DPK_UNROLL
    for (int i = 0; i < rows; i += 4)
        a[i / 4] = (const char *)(job->a + i * job->a_row);
    _Pragma("GCC unroll 4") for (int64_t p = job->k; p > 0; p--, b += b_row)
    {
        VEC of_b[2];
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            of_b[j] = CONST_AT(b + j * LANES);
        DPK_UNROLL
        for (int i = 0; i < rows; i++) {
            T x = *(const T *)(a[i / 4] + next[i % 4]);
            DPK_UNROLL
            for (int j = 0; j < vectors; j++)
                sum[i * vectors + j] += x * of_b[j];
        }
        DPK_UNROLL
        for (int i = 0; i < rows; i += 4)
            a[i / 4] += a_col;
    }
    if (job->bias) {
        DPK_UNROLL
        for (int i = 0; i < rows * vectors; i++)
            sum[i] += CONST_AT(job->bias + i % vectors * LANES);
    }
    if (job->gate && job->gate_kind == DPK_GATE_RELU)
        LOCAL(gate_tile)(DPK_GATE_RELU, rows, vectors, job, sum);
    else if (job->gate && job->gate_kind == DPK_GATE_SIGMOID)
        LOCAL(gate_tile)(DPK_GATE_SIGMOID, rows, vectors, job, sum);
    else if (job->gate && job->gate_kind == DPK_GATE_TANH)
        LOCAL(gate_tile)(DPK_GATE_TANH, rows, vectors, job, sum);
    T part[LOCAL(rows_1) * LANES], *y = job->part == LANES ? job->y : part;
    const int64_t y_row = job->part == LANES ? job->y_row : vectors * LANES;
    DPK_UNROLL
    for (int i = 0; i < rows; i++) {
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            AT(y + i * y_row + j * LANES) = sum[i * vectors + j];
    }
    if (job->part != LANES)
        LOCAL(put)(part, vectors * LANES, rows, (vectors - 1) * LANES + job->part, job->y, job->y_row, 1);
}

/* One or two vectors of columns of `rows` rows. */
static void LOCAL(thin_rows)(int vectors, LOCAL(thin) job, int64_t rows)
{
    for (int64_t done = 0, count; done < rows; done += count) {
        if (vectors == 1 && rows - done >= LOCAL(rows_1))
            LOCAL(thin_tile)(count = LOCAL(rows_1), 1, &job);
        else if (vectors == 1 && rows - done >= LOCAL(rows_1) / 2)
            LOCAL(thin_tile)(count = LOCAL(rows_1) / 2, 1, &job);
        else if (vectors == 1 && rows - done >= 4)
            LOCAL(thin_tile)(count = 4, 1, &job);
        else if (vectors == 1)
            LOCAL(thin_tile)(count = 1, 1, &job);
        else if (rows - done >= LOCAL(rows_2))
            LOCAL(thin_tile)(count = LOCAL(rows_2), 2, &job);
        else if (rows - done >= 4)
            LOCAL(thin_tile)(count = 4, 2, &job);
        else
            LOCAL(thin_tile)(count = 1, 2, &job);
        job.a += count * job.a_row, job.y += count * job.y_row;
        job.gate = job.gate ? job.gate + count * job.y_row : NULL;
    }
}

#if LANES >= 8
/* Four columns of LANES / 4 rows in a vector; QUADS of them side by side. */
enum { LOCAL(together) = LANES / 4, LOCAL(tall) = 4 /* vectors of rows in a tile */ };

/* Four elements of each of the rows, side by side. */
INLINE VEC LOCAL(load_quads)(const T *a, int64_t a_row)
{
#ifdef LOAD_QUADS
    return (VEC)LOAD_QUADS(a, a_row);
#else
#define QUAD_OF(i) ((LOCAL(four)) * (const LOCAL(four_at) *)(a + (i)*a_row))
#if LANES == 16
    typedef T half __attribute__((vector_size(8 * sizeof(T))));
    half low = __builtin_shufflevector(QUAD_OF(0), QUAD_OF(1), 0, 1, 2, 3, 4, 5, 6, 7);
    half high = __builtin_shufflevector(QUAD_OF(2), QUAD_OF(3), 0, 1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
    return __builtin_shufflevector(QUAD_OF(0), QUAD_OF(1), 0, 1, 2, 3, 4, 5, 6, 7);
#endif
#undef QUAD_OF
#endif
}

#if LANES == 16
#define REPEAT(v, q)                                                                                                  \
    __builtin_shufflevector(v, v, q, q, q, q, q + 4, q + 4, q + 4, q + 4, q + 8, q + 8, q + 8, q + 8, q + 12, q + 12, \
                            q + 12, q + 12)
#else
#define REPEAT(v, q) __builtin_shufflevector(v, v, q, q, q, q, q + 4, q + 4, q + 4, q + 4)
#endif

/* The first element of each of the rows, four times. */
INLINE VEC LOCAL(load_one)(const T *a, int64_t a_row)
{
    VEC v;
    DPK_UNROLL
    for (int i = 0; i < LANES; i++)
        v[i] = a[i / 4 * a_row];
    return v;
}

/* `tall` vectors of rows by `quads` vectors of columns; b has, for each p, its columns by fours, repeated for each row. */
INLINE void LOCAL(quad_tile)(int tall, int quads, const LOCAL(thin) * job)
{
    VEC sum[LOCAL(tall) * 2];
    const int64_t a_row = job->a_row, step = LOCAL(together) * a_row;
    DPK_UNROLL
    for (int i = 0; i < tall * quads; i++)
        sum[i] = (VEC){0};
    const T *a = job->a, *b = job->b;
    int64_t left = job->k;
#define MULTIPLY(x, p)              \
    DPK_UNROLL                      \
    for (int j = 0; j < quads; j++) \
        sum[i * quads + j] += x * CONST_AT(b + (p)*job->b_row + j * LANES);
    for (; left >= 4; left -= 4, a += 4, b += 4 * job->b_row) {
        DPK_UNROLL
        for (int i = 0; i < tall; i++) {
            VEC four = LOCAL(load_quads)(a + i * step, a_row);
            VEC x0 = REPEAT(four, 0), x1 = REPEAT(four, 1), x2 = REPEAT(four, 2), x3 = REPEAT(four, 3);
            MULTIPLY(x0, 0)
            MULTIPLY(x1, 1)
            MULTIPLY(x2, 2)
            MULTIPLY(x3, 3)
        }
    }
    for (; left > 0; left--, a++, b += job->b_row) {
        DPK_UNROLL
        for (int i = 0; i < tall; i++) {
            VEC x = LOCAL(load_one)(a + i * step, a_row);
            MULTIPLY(x, 0)
        }
    }
#undef MULTIPLY
    if (job->bias) {
        DPK_UNROLL
        for (int i = 0; i < tall * quads; i++)
            sum[i] += CONST_AT(job->bias + i % quads * LANES);
    }
    T *y = job->y;
    for (int i = 0; i < tall; i++, y += LOCAL(together) * job->y_row) {
        if (quads == 1 && job->part == 4 && job->y_row == 4) {
            AT(y) = sum[i];
            continue;
        }
        for (int j = 0; j < quads; j++) {
            const T *from = (const T *)&sum[i * quads + j];
            int64_t columns = j + 1 < quads ? 4 : job->part;
            for (int row = 0; row < LOCAL(together); row++)
                for (int64_t q = 0; q < columns; q++)
                    y[row * job->y_row + 4 * j + q] = from[row * 4 + q];
        }
    }
}

static void LOCAL(quad_rows)(int quads, LOCAL(thin) job, int64_t rows)
{
    T last[2 * LANES];
    for (int64_t done = 0, count; done < rows; done += count) {
        if (rows - done >= LOCAL(tall) * LOCAL(together)) {
            count = LOCAL(tall) * LOCAL(together);
            if (quads == 1)
                LOCAL(quad_tile)(LOCAL(tall), 1, &job);
            else
                LOCAL(quad_tile)(LOCAL(tall), 2, &job);
        } else if (rows - done >= LOCAL(together)) {
            count = LOCAL(together);
            if (quads == 1)
                LOCAL(quad_tile)(1, 1, &job);
            else
                LOCAL(quad_tile)(1, 2, &job);
        } else { /* one row, as if it were all of them */
            count = 1;
            LOCAL(thin) one = job;
            one.a_row = 0, one.y = last, one.y_row = 4 * quads;
            if (quads == 1)
                LOCAL(quad_tile)(1, 1, &one);
            else
                LOCAL(quad_tile)(1, 2, &one);
            memcpy(job.y, last, (size_t)(4 * (quads - 1) + job.part) * sizeof(T));
        }
        job.a += count * job.a_row, job.y += count * job.y_row;
    }
}
#endif

/* ---- b as the tiles read it ---- */

/* Four by four elements of a transposed b: to[p][j] = from[j][p]. */
INLINE void LOCAL(turn)(const T *from, int64_t from_row, T *to, int64_t to_row)
{
    LOCAL(four) r[4], t[4];
    DPK_UNROLL
    for (int j = 0; j < 4; j++)
        r[j] = *(const LOCAL(four_at) *)(from + j * from_row);
    DPK_UNROLL
    for (int j = 0; j < 2; j++) {
        t[2 * j] = __builtin_shufflevector(r[j], r[j + 2], 0, 4, 1, 5);
        t[2 * j + 1] = __builtin_shufflevector(r[j], r[j + 2], 2, 6, 3, 7);
    }
    DPK_UNROLL
    for (int p = 0; p < 2; p++) {
        *(LOCAL(four_at) *)(to + 2 * p * to_row) = __builtin_shufflevector(t[p], t[p + 2], 0, 4, 1, 5);
        *(LOCAL(four_at) *)(to + (2 * p + 1) * to_row) = __builtin_shufflevector(t[p], t[p + 2], 2, 6, 3, 7);
    }
}

/* k rows of n elements, `width` apart: column j at its place, or, by quads, as often as a vector has rows. */
static void LOCAL(widen)(const T *from, int64_t row, int64_t column, int64_t k, int64_t n, int quads, T *to,
                         int64_t width)
{
    if (quads ? n % 4 : n < width)
        for (int64_t i = 0; i < k * width; i++)
            to[i] = 0;
    int64_t j = 0;
    if (row == 1 && !quads)
        for (; j + 4 <= n; j += 4) {
            int64_t p = 0;
            for (; p + 4 <= k; p += 4)
                LOCAL(turn)(from + j * column + p, column, to + p * width + j, width);
            for (; p < k; p++)
                for (int64_t i = j; i < j + 4; i++)
                    to[p * width + i] = from[p + i * column];
        }
    else if (column == 1 && quads)
        for (; j + 4 <= n; j += 4)
            for (int64_t p = 0; p < k; p++) {
                LOCAL(four) x = *(const LOCAL(four_at) *)(from + p * row + j);
                for (int again = 0; again < LANES / 4; again++)
                    *(LOCAL(four_at) *)(to + p * width + j / 4 * LANES + 4 * again) = x;
            }
    for (int64_t p = 0; p < k; p++)
        for (int64_t i = j; i < n; i++) {
            T x = from[p * row + i * column], *place = to + p * width + (quads ? i / 4 * LANES + i % 4 : i);
            for (int again = 0; again < (quads ? LANES / 4 : 1); again++)
                place[4 * again] = x;
        }
}

int64_t NAME(thin)(const void *args_, int64_t first, int64_t last)
{
    const dpk_matmul_args *args = args_;
    const int quads = dpk_thin_quads(args, LANES);
    const int64_t each = quads ? 4 : LANES, vectors = dpk_thin_vectors(args, LANES), width = vectors * LANES;
    dpk_matmul_args rest = *args;
    rest.bias = NULL;
    const T *gate = dpk_thin_gates(args, LANES) ? args->gate : NULL;
    if (gate)
        rest.gate = NULL, rest.gate_kind = DPK_GATE_NONE;
    for (int64_t unit = first; unit < last; unit++) {
        const int64_t row = unit * args->row_block, left = args->m - row,
                      rows = left < args->row_block ? left : args->row_block;
        LOCAL(thin)
        job = {.a = (const T *)args->a + row * args->a_row,
               .b = args->b,
               .bias = args->bias,
               .a_row = args->a_row,
               .a_col = args->a_col,
               .b_row = args->b_row,
               .y_row = args->n,
               .k = args->k,
               .gate_kind = args->gate_kind};
        if (args->scratch) {
            T *packed = (T *)args->scratch + unit * (args->k + 1) * width;
            LOCAL(widen)(job.b, args->b_row, args->b_col, args->k, args->n, quads, packed, width);
            job.b = packed, job.b_row = width;
            if (job.bias) {
                LOCAL(widen)(job.bias, 0, 1, 1, args->n, quads, packed + args->k * width, width);
                job.bias = packed + args->k * width;
            }
        }
        for (int64_t v = 0; v < vectors; v += 2) {
            const int both = v + 1 < vectors;
            job.part = args->n - (v + both) * each < each ? args->n - (v + both) * each : each;
            job.y = (T *)args->y + row * args->n + v * each;
            job.gate = gate ? gate + row * args->n + v * each : NULL;
#if LANES >= 8
            if (quads)
                LOCAL(quad_rows)(1 + both, job, rows);
            else
#endif
                LOCAL(thin_rows)(1 + both, job, rows);
            job.b += 2 * LANES;
            job.bias = job.bias ? job.bias + 2 * LANES : NULL;
        }
        LOCAL(epilogue)(&rest, row * args->n, 0, 1, rows * args->n);
        if (args->sums && unit == 0)
            LOCAL(sum_b)(args, 0, args->n);
    }
    return DPK_DONE;
}

/* ---- thin_row ---- */

/* Many vectors of columns side by side: an addition need not wait for the one before. */
INLINE void LOCAL(row_tile)(int vectors, const dpk_matmul_args *args, const T *b, int64_t columns, T *y)
{
    VEC sum[DPK_THIN_ROW_VECTORS];
    T end[(LANES > DPK_THIN_ROW_VECTORS ? LANES : DPK_THIN_ROW_VECTORS) * LANES];
    /* The vectors of the last rows would reach behind the end: those rows are copied. */
    const int64_t b_row = args->b_row, a_col = args->a_col, over = vectors * LANES - columns;
    int64_t rest = over > 0 ? (over + b_row - 1) / b_row : 0;
    rest = rest < args->k ? rest : args->k;
    for (int64_t r = 0; r < rest; r++)
        for (int64_t j = 0; j < vectors * LANES; j++)
            end[r * vectors * LANES + j] = j < columns ? b[(args->k - rest + r) * b_row + j] : 0;
    const T *a = args->a;
    DPK_UNROLL
    for (int j = 0; j < vectors; j++)
        sum[j] = (VEC){0};
    for (int stretch = 0; stretch < 2; stretch++) {
        const T *row = stretch ? end : b;
        const int64_t step = stretch ? vectors * LANES : b_row;
        _Pragma("GCC unroll 4") for (int64_t p = stretch ? rest : args->k - rest; p > 0; p--, a += a_col, row += step)
        {
            T x = *a;
            DPK_UNROLL
            for (int j = 0; j < vectors; j++)
                sum[j] += x * CONST_AT(row + j * LANES);
        }
    }
    DPK_UNROLL
    for (int j = 0; j < vectors; j++)
        AT(end + j * LANES) = sum[j];
    memcpy(y, end, (size_t)columns * sizeof(T));
}

static void LOCAL(row_columns)(const dpk_matmul_args *args, const T *b, int64_t columns, T *y)
{
    switch ((columns + LANES - 1) / LANES) {
    case 1:
        LOCAL(row_tile)(1, args, b, columns, y);
        break;
    case 2:
        LOCAL(row_tile)(2, args, b, columns, y);
        break;
    case 3:
        LOCAL(row_tile)(3, args, b, columns, y);
        break;
    default:
        LOCAL(row_tile)(4, args, b, columns, y);
        break;
    }
}

int64_t NAME(thin_row)(const void *args_, int64_t first, int64_t last)
{
    const dpk_matmul_args *args = args_;
    for (int64_t unit = first; unit < last; unit++) {
        const int64_t most = DPK_THIN_ROW_VECTORS * LANES, j0 = unit * most,
                      columns = args->n - j0 < most ? args->n - j0 : most;
        LOCAL(row_columns)(args, (const T *)args->b + j0, columns, (T *)args->y + j0);
        LOCAL(epilogue)(args, j0, j0, 1, columns);
        if (args->sums)
            LOCAL(sum_b)(args, j0, columns);
    }
    return DPK_DONE;
}

/* ---- thin_grad ---- */

/* Broadcast columns of a tile with one, and with two vectors. */
enum { LOCAL(deep_1) = REGISTERS / 2, LOCAL(deep_2) = REGISTERS / 4 };

typedef struct LOCAL(grad) {
    const T *wide[2]; /* two stretches of rows, one after the other: as they lie, and copied */
    int64_t wide_row[2], count[2];
    const T *deep;
    int64_t deep_row;
    T *y;
    int64_t y_deep, y_wide; /* steps */
    int64_t part;
} LOCAL(grad);

/* A row of a and of d into one set of the sums. */
INLINE void LOCAL(grad_row)(int deep, int vectors, const T *w, const T *x, VEC *sum)
{
    VEC of_w[2];
    DPK_UNROLL
    for (int j = 0; j < vectors; j++)
        of_w[j] = CONST_AT(w + j * LANES);
    DPK_UNROLL
    for (int i = 0; i < deep; i++) {
        T factor = x[i];
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            sum[i * vectors + j] += factor * of_w[j];
    }
}

/* A small tile has several sets of sums, for one row after another, so that no sum waits for itself. */
INLINE void LOCAL(grad_tile)(int deep, int vectors, const LOCAL(grad) * job)
{
    const int sums = deep * vectors, many = LOCAL(deep_1) / sums, sets = many > 4 ? 4 : many;
    VEC sum[LOCAL(deep_1)];
    const T *x = job->deep;
    const int64_t deep_row = job->deep_row;
    DPK_UNROLL
    for (int i = 0; i < sets * sums; i++)
        sum[i] = (VEC){0};
    for (int stretch = 0; stretch < 2; stretch++) {
        const T *w = job->wide[stretch];
        const int64_t step = job->wide_row[stretch];
        int64_t r = job->count[stretch];
        if (sets > 1)
            for (; r >= sets; r -= sets, w += sets * step, x += sets * deep_row) {
                DPK_UNROLL
                for (int s = 0; s < sets; s++)
                    LOCAL(grad_row)(deep, vectors, w + s * step, x + s * deep_row, sum + s * sums);
            }
        _Pragma("GCC unroll 4") for (; r > 0; r--, w += step, x += deep_row) LOCAL(grad_row)(deep, vectors, w, x, sum);
    }
    DPK_UNROLL
    for (int i = sums; i < sets * sums; i++)
        sum[i % sums] += sum[i];
    T tile[LOCAL(deep_1) * LANES];
    DPK_UNROLL
    for (int i = 0; i < sums; i++)
        AT(tile + i * LANES) = sum[i];
    LOCAL(put)(tile, vectors * LANES, deep, (vectors - 1) * LANES + job->part, job->y, job->y_deep, job->y_wide);
}

static void LOCAL(grad_columns)(int vectors, LOCAL(grad) job, int64_t deep)
{
#define TILE(n)                                 \
    if (vectors == 1)                           \
        LOCAL(grad_tile)(count = (n), 1, &job); \
    else                                        \
        LOCAL(grad_tile)(count = (n), 2, &job);
    for (int64_t done = 0, count; done < deep; done += count) {
        int64_t left = deep - done;
        if (vectors == 1 && left >= LOCAL(deep_1))
            LOCAL(grad_tile)(count = LOCAL(deep_1), 1, &job);
        else if (left >= LOCAL(deep_2)) {
            TILE(LOCAL(deep_2))
        } else if (left >= 4) {
            TILE(4)
        } else if (left >= 2) {
            TILE(2)
        } else {
            TILE(1)
        }
        job.deep += count, job.y += count * job.y_deep;
    }
#undef TILE
}

/* Sums of d's columns: whole vectors, several rows at a time, which are added in the end. */
static void LOCAL(grad_vector_sums)(const T *d, int64_t d_row, int64_t rows, int64_t n, T *sums)
{
    enum { AT_ONCE = 8 };
    for (int64_t j = 0; j < n; j += LANES) {
        VEC sum[AT_ONCE];
        const T *at = d + j;
        DPK_UNROLL
        for (int i = 0; i < AT_ONCE; i++)
            sum[i] = (VEC){0};
        int64_t r = 0;
        for (; r + AT_ONCE <= rows; r += AT_ONCE, at += AT_ONCE * d_row) {
            DPK_UNROLL
            for (int i = 0; i < AT_ONCE; i++)
                sum[i] += CONST_AT(at + i * d_row);
        }
        for (; r < rows; r++, at += d_row)
            sum[0] += CONST_AT(at);
        DPK_UNROLL
        for (int i = 1; i < AT_ONCE; i++)
            sum[0] += sum[i];
        AT(sums + j) = sum[0];
    }
}

/* Columns that divide a vector, rows one behind the other: sums of vectors, then of their lanes. */
static void LOCAL(grad_packed_sums)(const T *d, int64_t rows, int64_t n, T *sums)
{
    const int64_t elems = rows * n, whole = elems / LANES;
    T part[LANES];
    LOCAL(grad_vector_sums)(d, LANES, whole, LANES, part);
    for (int64_t e = whole * LANES; e < elems; e++)
        part[e % n] += d[e];
    for (int64_t j = 0; j < n; j++) {
        sums[j] = part[j];
        for (int64_t e = j + n; e < LANES; e += n)
            sums[j] += part[e];
    }
}

/* Any columns. */
static void LOCAL(grad_sums)(const T *d, int64_t d_row, int64_t rows, int64_t n, T *sums)
{
    enum { AT_ONCE = 8, MOST = 32 };
    T part[AT_ONCE * MOST];
    for (int64_t j0 = 0; j0 < n; j0 += MOST) {
        const int64_t columns = n - j0 < MOST ? n - j0 : MOST, group = d_row == columns ? AT_ONCE : 1;
        const int64_t length = group * columns;
        for (int64_t j = 0; j < length; j++)
            part[j] = 0;
        int64_t r = 0;
        for (; r + group <= rows; r += group) {
            DPK_INDEPENDENT
            for (int64_t j = 0; j < length; j++)
                part[j] += d[r * d_row + j0 + j];
        }
        for (; r < rows; r++)
            for (int64_t j = 0; j < columns; j++)
                part[j] += d[r * d_row + j0 + j];
        for (int64_t j = 0; j < columns; j++) {
            sums[j0 + j] = part[j];
            for (int64_t g = 1; g < group; g++)
                sums[j0 + j] += part[g * columns + j];
        }
    }
}

int64_t NAME(thin_grad)(const void *args_, int64_t first, int64_t last)
{
    const dpk_matmul_args *args = args_;
    const int64_t m = args->m, n = args->n;
    const int along_a = (n + LANES - 1) / LANES * m > (m + LANES - 1) / LANES * n;
    const int64_t columns = along_a ? m : n, deep = along_a ? n : m, wide_row = along_a ? args->a_col : args->b_row,
                  deep_row = along_a ? args->b_row : args->a_col;
    T end[LANES * LANES]; /* with two vectors it is one row */
    for (int64_t unit = first; unit < last; unit++) {
        const int64_t row = unit * args->row_block, left = args->k - row,
                      rows = left < args->row_block ? left : args->row_block;
        const T *a = (const T *)args->a + row * args->a_col, *d = (const T *)args->b + row * args->b_row;
        LOCAL(grad)
        job = {.deep_row = deep_row, .y_deep = along_a ? 1 : n, .y_wide = along_a ? n : 1};
        for (int64_t j0 = 0; j0 < columns; j0 += 2 * LANES) {
            const int64_t here = columns - j0 < 2 * LANES ? columns - j0 : 2 * LANES;
            const int vectors = here > LANES ? 2 : 1;
            const int64_t over = j0 + vectors * LANES - columns;
            /* The vectors of the last rows would reach behind the end: those rows are copied. */
            int64_t rest = over > 0 ? (over + wide_row - 1) / wide_row : 0;
            rest = rest < rows ? rest : rows;
            const T *wide = (along_a ? a : d) + j0;
            for (int64_t r = 0; r < rest; r++)
                for (int64_t j = 0; j < vectors * LANES; j++)
                    end[r * vectors * LANES + j] = j < here ? wide[(rows - rest + r) * wide_row + j] : 0;
            job.wide[0] = wide, job.wide_row[0] = wide_row, job.count[0] = rows - rest;
            job.wide[1] = end, job.wide_row[1] = vectors * LANES, job.count[1] = rest;
            job.deep = along_a ? d : a;
            job.y = (T *)args->y + unit * m * n + j0 * job.y_wide;
            job.part = here - (vectors - 1) * LANES;
            LOCAL(grad_columns)(vectors, job, deep);
        }
        T *sums = args->sums ? (T *)args->sums + unit * n : NULL;
        if (sums && n % LANES == 0)
            LOCAL(grad_vector_sums)(d, args->b_row, rows, n, sums);
        else if (sums && LANES % n == 0 && args->b_row == n)
            LOCAL(grad_packed_sums)(d, rows, n, sums);
        else if (sums)
            LOCAL(grad_sums)(d, args->b_row, rows, n, sums);
    }
    return DPK_DONE;
}

#undef REPEAT
#undef INLINE
#undef CONST_AT
#undef AT
#undef VEC
