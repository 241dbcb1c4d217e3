/* The clipping of optimizer.h for one dtype: TYPE and CLIP(name) come from the file that includes this one. */
void CLIP(dpi_clip)(size_t n, TYPE *g, double limit)
{
    const TYPE high = (TYPE)limit, low = (TYPE)-limit;
    for (size_t i = 0; i < n; i++) g[i] = g[i] > high ? high : g[i] < low ? low : g[i];
}

double CLIP(dpi_square_sum)(size_t n, const TYPE *g)
{
    enum { LANES = 8 };
    double sums[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) sums[k] += (double)g[i + k] * (double)g[i + k];
    for (; i < n; i++) sum += (double)g[i] * (double)g[i];
    for (size_t k = 0; k < LANES; k++) sum += sums[k];
    return sum;
}

void CLIP(dpi_multiply)(size_t n, TYPE *g, double factor)
{
    const TYPE by = (TYPE)factor;
    for (size_t i = 0; i < n; i++) g[i] *= by;
}
