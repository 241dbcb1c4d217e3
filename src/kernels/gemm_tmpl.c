/* Matrix product by register tiles, for one dtype and one level (tmpl.h; the tile's size is in kern_list.def; WIDEST
 * is its most vectors, for the preprocessor).
 *
 * A tile of MR rows and up to NV vectors of columns stays in registers while k runs:
 *
 *             b panel [k][nv vectors]          for each p: load nv vectors of b's row p,
 *                    |||                       and for each of the MR rows one element of a,
 *     a  MR rows ->  ###  y tile               repeated: MR * nv multiply-adds
 *
 * a is read where it lies (rows by step a_row, along k by a_col: transposed is only other steps); b was packed into
 * panels, so that its vectors follow one another. Every element of y is one sum in the order of k, whatever the tile:
 * cutting changes no bit. Source: Goto, van de Geijn: Anatomy of High-Performance Matrix Multiplication (ACM TOMS
 * 2008), the innermost kernel. */

#define TILE_CONST_(what, type, isa) DPK_##what##_##type##_##isa
#define TILE_CONST(what, type, isa) TILE_CONST_(what, type, isa)
enum {
    LOCAL(mr) = TILE_CONST(ROWS, TYPE, ISA),
    LOCAL(vl) = TILE_CONST(VECTOR, TYPE, ISA),
    LOCAL(nv) = TILE_CONST(MAX_VECTORS, TYPE, ISA)
};
_Static_assert(LOCAL(nv) == WIDEST, "WIDEST of the including file is the tile's max_vectors in kern_list.def");
#define MR LOCAL(mr)
#define VL LOCAL(vl)
#define NV LOCAL(nv)

typedef T LOCAL(vec) __attribute__((vector_size(VL * sizeof(T))));
typedef T LOCAL(anywhere)
    __attribute__((vector_size(VL * sizeof(T)), aligned(sizeof(T)), may_alias)); /* a vector in memory */
#define VEC LOCAL(vec)
#define MEMORY(place) (*(LOCAL(anywhere) *)(place))
#define CONST_MEMORY(place) (*(const LOCAL(anywhere) *)(place))

/* The part of a tile that lies inside y. */
static void LOCAL(store_part)(const VEC *sum, int vectors, T *y, int64_t y_row, int64_t rows, int64_t columns)
{
    for (int64_t i = 0; i < rows; i++)
        memcpy(y + i * y_row, sum + i * vectors, (size_t)columns * sizeof(T));
}

/* One tile; `vectors` is a constant wherever this is inlined. */
static inline __attribute__((always_inline)) void LOCAL(tile)(int vectors, const T *a, int64_t a_row, int64_t a_col,
                                                              const T *b, int64_t k, T *y, int64_t y_row, int64_t rows,
                                                              int64_t columns)
{
    const T *row[MR];
    VEC sum[MR * NV];
    /* For a row outside y the last one inside is read again. */
    DPK_UNROLL
    for (int i = 0; i < MR; i++)
        row[i] = a + (i < rows ? i : rows - 1) * a_row;
    DPK_UNROLL
    for (int i = 0; i < MR * vectors; i++)
        sum[i] = (VEC){0};
    for (int64_t p = 0, at = 0; p < k; p++, at += a_col, b += vectors * VL) {
        VEC b_vec[NV];
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            b_vec[j] = CONST_MEMORY(b + j * VL);
        DPK_UNROLL
        for (int i = 0; i < MR; i++) {
            T x = row[i][at];
            DPK_UNROLL
            for (int j = 0; j < vectors; j++)
                sum[i * vectors + j] += x * b_vec[j];
        }
    }
    if (rows < MR || columns < vectors * VL) {
        VEC part[MR * NV];
        DPK_UNROLL
        for (int i = 0; i < MR * vectors; i++)
            part[i] = sum[i]; /* so that sum needs no address */
        LOCAL(store_part)(part, vectors, y, y_row, rows, columns);
        return;
    }
    DPK_UNROLL
    for (int i = 0; i < MR; i++) {
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            MEMORY(y + i * y_row + j * VL) = sum[i * vectors + j];
    }
}

static void LOCAL(tiles)(const dpk_matmul_args *args, const T *a, const T *b, T *y, int64_t rows, int64_t vectors,
                         int64_t columns)
{
    for (int64_t i = 0; i < rows; i += MR) {
        const T *from = a + i * args->a_row;
        int64_t left = rows - i < MR ? rows - i : MR;
        T *to = y + i * args->n;
        switch (vectors) {
        case 1:
            LOCAL(tile)(1, from, args->a_row, args->a_col, b, args->k, to, args->n, left, columns);
            break;
        case 2:
            LOCAL(tile)(2, from, args->a_row, args->a_col, b, args->k, to, args->n, left, columns);
            break;
#if WIDEST > 2
        case 3:
            LOCAL(tile)(3, from, args->a_row, args->a_col, b, args->k, to, args->n, left, columns);
            break;
#endif
        default:
            break;
        }
    }
}

int64_t NAME(gemm)(const void *args_, int64_t first, int64_t last)
{
    const dpk_matmul_args *args = args_;
    int64_t blocks = (args->m + args->row_block - 1) / args->row_block;
    for (int64_t unit = first; unit < last; unit++) {
        int64_t panel = unit % args->panels, block = unit / args->panels % blocks,
                matrix = unit / args->panels / blocks;
        int64_t v0 = dpk_gemm_panel(args, panel), v1 = dpk_gemm_panel(args, panel + 1), i0 = block * args->row_block;
        const T *a = (const T *)args->a + i0 * args->a_row, *b = (const T *)args->b + v0 * VL * args->k;
        T *y = (T *)args->y + (matrix * args->m + i0) * args->n + v0 * VL;
        for (int32_t axis = 0; axis < args->batch_axes; axis++) {
            int64_t at = matrix % args->batch[axis].count;
            matrix /= args->batch[axis].count;
            a += at * args->batch[axis].a;
            b += at * args->batch[axis].b;
        }
        int64_t rows = args->m - i0 < args->row_block ? args->m - i0 : args->row_block;
        int64_t columns = args->n - v0 * VL < (v1 - v0) * VL ? args->n - v0 * VL : (v1 - v0) * VL;
        LOCAL(tiles)(args, a, b, y, rows, v1 - v0, columns);
    }
    return DPK_DONE;
}

int64_t NAME(gemm_pack)(const void *args_, int64_t first, int64_t last)
{
    const dpk_matmul_args *args = args_;
    int64_t n = args->n, k = args->k;
    for (int64_t unit = first; unit < last; unit++) {
        int64_t panel = unit % args->panels, matrix = unit / args->panels;
        int64_t v0 = dpk_gemm_panel(args, panel), width = (dpk_gemm_panel(args, panel + 1) - v0) * VL;
        int64_t columns = n - v0 * VL < width ? n - v0 * VL : width;
        const T *b = (const T *)args->b + matrix * k * n + v0 * VL * args->b_col;
        T *y = (T *)args->y + (matrix * args->vectors + v0) * VL * k;
        for (int64_t p = 0; p < k && columns < width; p++)
            memset(y + p * width + columns, 0, (size_t)(width - columns) * sizeof(T));
        if (args->b_col == 1)
            for (int64_t p = 0; p < k; p++)
                memcpy(y + p * width, b + p * args->b_row, (size_t)columns * sizeof(T));
        else
            for (int64_t j = 0; j < columns; j++)
                for (int64_t p = 0; p < k; p++)
                    y[p * width + j] = b[p * args->b_row + j * args->b_col];
    }
    return DPK_DONE;
}

#undef CONST_MEMORY
#undef MEMORY
#undef VEC
#undef NV
#undef VL
#undef MR
#undef TILE_CONST
#undef TILE_CONST_
