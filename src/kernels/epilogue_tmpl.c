/* What a matrix product does to its sums before it is done with them (dpk_matmul_args), for one floating dtype: for the
 * rows x columns of y that begin at element `at`, which is in column j0. */
#include "kernels/activate_tmpl.c"

#define EACH_ROW(loop)                                                             \
    for (int64_t i = 0; i < rows; i++) {                                           \
        T *y = (T *)args->y + at + i * args->n;                                    \
        const T *g = args->gate ? (const T *)args->gate + at + i * args->n : NULL; \
        (void)g;                                                                   \
        DPK_INDEPENDENT                                                            \
        for (int64_t j = 0; j < columns; j++)                                      \
            loop;                                                                  \
    }

static void LOCAL(activate)(const dpk_matmul_args *args, int64_t at, int64_t rows, int64_t columns)
{
    switch (args->activation) {
    case DPK_ACT_NONE:
        break;
    case DPK_ACT_RELU:
        EACH_ROW(y[j] = y[j] <= 0 ? 0 : y[j])
        break;
    case DPK_ACT_SIGMOID:
        for (int64_t i = 0; i < rows; i++)
            LOCAL(sigmoid_all)((T *)args->y + at + i * args->n, columns);
        break;
    case DPK_ACT_TANH:
        for (int64_t i = 0; i < rows; i++)
            LOCAL(tanh_all)((T *)args->y + at + i * args->n, columns);
        break;
    }
}

static void LOCAL(pass_gate)(const dpk_matmul_args *args, int64_t at, int64_t rows, int64_t columns)
{
    switch (args->gate_kind) {
    case DPK_GATE_NONE:
        break;
    case DPK_GATE_RELU:
        EACH_ROW(y[j] = g[j] > 0 ? y[j] : 0)
        break;
    case DPK_GATE_SIGMOID:
        EACH_ROW(y[j] = y[j] * (g[j] * (1 - g[j])))
        break;
    case DPK_GATE_TANH:
        EACH_ROW(y[j] = y[j] * (1 - g[j] * g[j]))
        break;
    }
}

static void LOCAL(epilogue)(const dpk_matmul_args *args, int64_t at, int64_t j0, int64_t rows, int64_t columns)
{
    const T *bias = args->bias ? (const T *)args->bias + j0 : NULL;
    if (bias && args->activation == DPK_ACT_RELU) { /* in one pass: each is as long as reading and writing y */
        EACH_ROW(y[j] = y[j] + bias[j] <= 0 ? 0 : y[j] + bias[j])
    } else {
        if (bias)
            EACH_ROW(y[j] += bias[j])
        LOCAL(activate)(args, at, rows, columns);
    }
    LOCAL(pass_gate)(args, at, rows, columns);
}

/* sums[j] for columns j0 .. j0 + columns - 1. */
static void LOCAL(sum_b)(const dpk_matmul_args *args, int64_t j0, int64_t columns)
{
    T *sums = (T *)args->sums + j0;
    const T *b = (const T *)args->b + j0 * args->b_col;
    for (int64_t j = 0; j < columns; j++)
        sums[j] = args->k ? b[j * args->b_col] : 0;
    for (int64_t k = 1; k < args->k; k++) {
        b += args->b_row;
        if (args->b_col == 1) {
            DPK_INDEPENDENT
            for (int64_t j = 0; j < columns; j++)
                sums[j] += b[j];
        } else
            for (int64_t j = 0; j < columns; j++)
                sums[j] += b[j * args->b_col];
    }
}

/* For a product of whole rows: [first, last) of them, and the sums with the first. */
static inline void LOCAL(finish_rows)(const dpk_matmul_args *args, int64_t first, int64_t last)
{
    LOCAL(epilogue)(args, first * args->n, 0, last - first, args->n);
    if (args->sums && first == 0 && last > 0)
        LOCAL(sum_b)(args, 0, args->n);
}
#undef EACH_ROW
