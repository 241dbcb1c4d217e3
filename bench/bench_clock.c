/* What a matrix product can reach: multiply-adds begun in a cycle, and the clock behind it, of the loop in registers that
 * `denpa bench` calls the peak and of the product's own kernel on operands that stay in the second cache. Nothing of a
 * plan is in it: no copying, no bias, no other thread. Usage: bench_clock; DENPA_CPU chooses the kernels.
 *
 * A cycle is a third of an integer multiplication that waits for the one before, as it is on x86-64. The clock takes longer
 * to change than that is measured. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernels/kern.h"

enum { TRIES = 101, ROWS = 256, COLUMNS = 48, K = 261 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double cycles_per_second(void)
{
    enum { ROUNDS = 40000 };
    static volatile uint64_t kept = 3;
    uint64_t factor = kept, x = factor;
    double start = now();
    for (int i = 0; i < ROUNDS; i++) {
        x *= factor;
        __asm__ volatile("" : "+r"(x)); /* one after another, not two at once by the square of the factor */
    }
    kept = x | 1;
    return 3.0 * ROUNDS / (now() - start);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct times {
    double begun[TRIES], clock[TRIES], speed[TRIES];
} times;

/* `vectors` multiply-adds of whole vectors took from `start` to now. */
static void note(times *t, int i, double vectors, double start)
{
    double took = now() - start;
    t->clock[i] = cycles_per_second();
    t->speed[i] = vectors / took;
    t->begun[i] = t->speed[i] / t->clock[i];
}

static void show(times *t, const char *what, int64_t lanes)
{
    qsort(t->begun, TRIES, sizeof *t->begun, compare);
    qsort(t->clock, TRIES, sizeof *t->clock, compare);
    qsort(t->speed, TRIES, sizeof *t->speed, compare);
    const int low = TRIES / 4, middle = TRIES / 2, high = TRIES * 3 / 4;
    printf("%-34s %.2f (%.2f to %.2f) begun in a cycle at %.2f GHz (%.2f to %.2f): %.0f GFLOP/s\n", what,
           t->begun[middle], t->begun[low], t->begun[high], t->clock[middle] * 1e-9, t->clock[low] * 1e-9,
           t->clock[high] * 1e-9, t->speed[middle] * 2 * (double)lanes * 1e-9);
}

int main(void)
{
    static times peak_times, product_times;
    dpk_isa isa = dpk_cpu_level();
    dpk_peak peak = dpk_find_peak(isa > DPK_base ? isa : DPK_base);
    dpk_fn *gemm = dpk_find(isa, DPK_gemm, DPK_f32);
    float *a = aligned_alloc(64, ROWS * K * sizeof *a), *b = aligned_alloc(64, K * COLUMNS * sizeof *b),
          *y = aligned_alloc(64, ROWS * COLUMNS * sizeof *y), sums[DPK_PEAK_MAX_FLOATS] = {0};
    if (!gemm || !a || !b || !y)
        return fprintf(stderr, "bench_clock: no kernel of this level, or no memory\n"), 1;
    for (int i = 0; i < ROWS * K; i++)
        a[i] = (float)(i % 7) * 0.25f;
    for (int i = 0; i < K * COLUMNS; i++)
        b[i] = (float)(i % 5) * 0.5f - 1;
    dpk_matmul_args args = {
        .a = a, .b = b, .y = y, .m = ROWS, .n = COLUMNS, .k = K, .a_row = K, .a_col = 1, .b_row = COLUMNS, .b_col = 1};
    int64_t scratch;
    double unit_ns;
    int64_t units = dpk_gemm_cut(isa, DPK_f32, 1, &args, &scratch, &unit_ns);
    if (scratch)
        return fprintf(stderr, "bench_clock: this product is not done in place\n"), 1;
    for (int i = 0; i < TRIES; i++) {
        enum { ROUNDS = 40000, REPEATS = 20 };
        double start = now();
        peak.run(sums, ROUNDS);
        note(&peak_times, i, (double)ROUNDS * (double)peak.chains, start);
        start = now();
        for (int r = 0; r < REPEATS; r++)
            gemm(&args, 0, units);
        note(&product_times, i, (double)REPEATS * ROWS * COLUMNS * K / (double)peak.lanes, start);
    }
    show(&peak_times, "multiply-adds in registers", peak.lanes);
    show(&product_times, "a product, 256 x 48 x 261", peak.lanes);
    free(a), free(b), free(y);
    return 0;
}
