/* Nanoseconds per element of the kernels that work element by element, in the first-level cache and beyond all caches.
 * Usage: bench_kernels [elements]; DENPA_CPU chooses the level. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernels/kern.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Best of many, in nanoseconds per element. */
static double time_call(dpk_fn *fn, const void *args, int64_t n)
{
    double best = 1e9, all = now();
    for (int runs = 0; runs < 5 || now() - all < 0.05; runs++) {
        double start = now();
        fn(args, 0, n);
        double ns = (now() - start) * 1e9 / (double)n;
        if (ns < best)
            best = ns;
    }
    return best;
}

int main(int argc, char **argv)
{
    static const struct {
        dpk_op op;
        int operands;
    } kernels[] = {{DPK_relu, 1},     {DPK_exp, 1}, {DPK_log, 1},  {DPK_tanh, 1},       {DPK_sigmoid, 1},
                   {DPK_softplus, 1}, {DPK_erf, 1}, {DPK_gelu, 1}, {DPK_gelu_slope, 1}, {DPK_tanh_grad, 2},
                   {DPK_add, 2},      {DPK_mul, 2}, {DPK_div, 2},  {DPK_maximum, 2},    {DPK_greater, 2}};
    const int64_t n = argc > 1 ? atoll(argv[1]) : 4096;
    dpk_binary_args *binary = malloc(sizeof *binary + sizeof(dpk_axis));
    double *a = malloc((size_t)n * sizeof *a), *y = malloc((size_t)n * sizeof *y);
    if (n < 1 || !binary || !a || !y)
        return 1;
    for (int type = DPK_f32; type <= DPK_f64; type++) {
        for (int64_t i = 0; i < n; i++) {
            double x = (double)(i % 1000) / 250 - 1.5;
            if (type == DPK_f32)
                ((float *)a)[i] = (float)x;
            else
                a[i] = x;
        }
        dpk_unary_args unary = {.a = a, .y = y, .p = 1};
        *binary = (dpk_binary_args){.a = a, .b = a, .y = y, .axis_count = 1};
        binary->axis[0] = (dpk_axis){n, 1, 1, 0};
        for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
            dpk_fn *fn = dpk_find(dpk_cpu_level(), kernels[i].op, (dpk_type)type);
            const void *args = kernels[i].operands == 1 ? (const void *)&unary : (const void *)binary;
            printf("%s %-10s %8.3f ns\n", type == DPK_f32 ? "f32" : "f64", dpk_op_text(kernels[i].op),
                   time_call(fn, args, n));
        }
    }
    free(binary), free(a), free(y);
    return 0;
}
