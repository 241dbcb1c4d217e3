/* Dropout: the words of 16 counters decide on 64 elements. */

/* The words for elements 64 * block .. 64 * block + 63, in their order. */
static void LOCAL(dropout_words)(const dpk_dropout_args *args, int64_t block, uint32_t words[64])
{
    uint64_t stream = args->stream + (uint64_t)*args->step, counter = (uint64_t)block * 16;
    DPK_INDEPENDENT
    for (uint32_t lane = 0; lane < 16; lane++) {
        uint32_t k0 = (uint32_t)args->seed, k1 = (uint32_t)(args->seed >> 32);
        uint32_t c[4] = {(uint32_t)counter | lane, (uint32_t)(counter >> 32), (uint32_t)stream,
                         (uint32_t)(stream >> 32)};
        DPK_UNROLL
        for (int round = 0; round < DPI_PHILOX_ROUNDS; round++, k0 += DPI_PHILOX_W0, k1 += DPI_PHILOX_W1)
            dpi_philox_round(c, k0, k1);
        words[lane] = c[0], words[16 + lane] = c[1], words[32 + lane] = c[2], words[48 + lane] = c[3];
    }
}

int64_t NAME(dropout)(const void *args_, int64_t first, int64_t last)
{
    const dpk_dropout_args *args = args_;
    const T *a = args->a;
    T *y = args->y;
    const T divisor = (T)(1 - args->p);
    const uint64_t bound = (uint64_t)(args->p * 0x1p32);
    uint32_t words[64];
    for (int64_t at = first, end; at < last; at = end) {
        int64_t begin = at / 64 * 64;
        end = begin + 64 < last ? begin + 64 : last;
        LOCAL(dropout_words)(args, at / 64, words);
        DPK_INDEPENDENT
        for (int64_t i = at; i < end; i++)
            y[i] = words[i - begin] < bound ? 0 : a[i] / divisor;
    }
    return DPK_DONE;
}
