/* The matrix product as the book has it. FINISH_ROWS(args, first, last) is what becomes of the rows afterwards. */
int64_t NAME(matmul)(const void *args_, int64_t first, int64_t last)
{
    const dpk_matmul_args *args = args_;
    for (int64_t i = first; i < last; i++) {
        int64_t row = i % args->m, matrix = i / args->m;
        const T *a = (const T *)args->a + row * args->a_row, *b = args->b;
        for (int32_t axis = 0; axis < args->batch_axes; axis++) {
            int64_t at = matrix % args->batch[axis].count;
            matrix /= args->batch[axis].count;
            a += at * args->batch[axis].a;
            b += at * args->batch[axis].b;
        }
        T *y = (T *)args->y + i * args->n;
        for (int64_t j = 0; j < args->n; j++) {
            T sum = 0;
            for (int64_t k = 0; k < args->k; k++)
                sum = (T)(WRAP(sum) + WRAP(a[k * args->a_col]) * WRAP(b[k * args->b_row + j * args->b_col]));
            y[j] = sum;
        }
    }
    FINISH_ROWS(args, first, last);
    return DPK_DONE;
}
