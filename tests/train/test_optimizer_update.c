/* The updates, two steps of one number by hand, and that the elements do not see each other. */
#include <math.h>

#include "train_fixture.h"

#include "train/optimizer.h"

/* p = 1; gradients 0.5, then -0.25. The expected values are written out from the formulas of train.h. */
typedef struct step_case {
    const char *text;
    double after_one, after_two;
} step_case;

static const step_case cases[] = {
    {"sgd:lr=0.1", 1 - 0.1 * 0.5, 1 - 0.1 * 0.5 + 0.1 * 0.25},
    {"sgd:lr=0.1,weight_decay=0.2", 1 - 0.1 * 0.7, 0.93 - 0.1 * (-0.25 + 0.2 * 0.93)},
    /* v = 0.5, then 0.9 * 0.5 - 0.25 = 0.2 */
    {"momentum:lr=0.1", 0.95, 0.95 - 0.1 * 0.2},
    /* dampening does not touch the first step: v = 0.5, then 0.45 + 0.5 * -0.25 = 0.325 */
    {"momentum:lr=0.1,dampening=0.5", 0.95, 0.95 - 0.1 * 0.325},
    /* p -= lr (g + 0.9 v): 0.5 + 0.45 = 0.95; v = 0.2: -0.25 + 0.18 = -0.07 */
    {"momentum:lr=0.1,nesterov", 1 - 0.095, 1 - 0.095 + 0.007},
    /* weight decay of 0.2 makes the first gradient 0.7; then v = 0.63 + g, where g = -0.25 + 0.2 p */
    {"momentum:lr=0.1,weight_decay=0.2", 0.93, 0.93 - 0.1 * (0.63 - 0.064)},
    {"nesterov:lr=0.1,weight_decay=0.2", 0.867, 0.867 - 0.1 * (-0.0766 + 0.9 * (0.63 - 0.0766))},
    /* the first step of Adam is lr in the direction of the gradient. Then m = 0.9 * 0.05 - 0.025 = 0.02, v = 0.00025 *
     * 0.999 + 0.0000625 = 0.00031225; m / (1 - 0.81) = 0.105263…, v / (1 - 0.998001) = 0.15620310…, its root
     * 0.39522538… */
    {"adam:lr=0.1,eps=0", 0.9, 0.9 - 0.1 * (0.02 / 0.19) / 0.3952253807016642},
    /* beta1 = beta2 = 0: m = g, v = g g; with AMSGrad the second step divides by the first's 0.5 */
    {"adam:lr=0.1,eps=0,beta1=0,beta2=0", 0.9, 1.0},
    {"adam:lr=0.1,eps=0,beta1=0,beta2=0,amsgrad", 0.9, 0.95},
    {"adam:lr=0.1,eps=0.5,beta1=0,beta2=0", 0.95, 0.95 + 0.1 * 0.25 / 0.75},
    {"adam:lr=0.1,eps=0,beta1=0,beta2=0,weight_decay=-0", 0.9, 1.0},
    {"adam:lr=0.1,eps=0,beta1=0,beta2=0,weight_decay=1,amsgrad", 0.9, 0.9 - 0.1 * 0.65 / 1.5},
    /* decoupled: a tenth of a fifth of p goes first */
    {"adamw:lr=0.1,eps=0,beta1=0,beta2=0,weight_decay=0.2", 0.98 - 0.1, 0.88 * 0.98 + 0.1},
    /* sums 0.25, 0.3125; the rate halves at the second step */
    {"adagrad:lr=0.1,eps=0,lr_decay=1", 0.9, 0.9 + 0.05 * 0.25 / 0.5590169943749475},
    /* the gradient -0.25 + 0.18, the sum 0.49 + 0.0049 */
    {"adagrad:lr=0.1,eps=0,weight_decay=0.2", 0.9, 0.9 + 0.1 * 0.07 / 0.7034912934784623},
    /* squares 0.125, 0.09375 */
    {"rmsprop:lr=0.1,eps=0,alpha=0.5", 1 - 0.1 * 0.5 / 0.35355339059327373,
     0.85857864376269051 + 0.1 * 0.25 / 0.30618621784789729},
    {"rmsprop:lr=0.1,eps=0,alpha=0.5,weight_decay=0.2", 1 - 0.1 * 0.7 / 0.49497474683058323,
     0.8585786437626906 + 0.1 * 0.07828427124746187 / 0.3543504106987504},
    /* square and travelled begin at 0: sqrt(1) / sqrt(0.125 + 1) * 0.5 with eps = 1 */
    {"adadelta:lr=0.1,eps=1,rho=0.5", 1 - 0.1 * 0.47140452079103168, 0.95285954792089682 + 0.1 * 0.25197631533948484},
    /* square 0.245: sqrt(1 / 1.245) * 0.7 */
    {"adadelta:lr=0.1,eps=1,rho=0.5,weight_decay=0.2", 1 - 0.1 * 0.6273550009275092, 0.937264499907249 + 0.1 * 0.06452743328373027},
};

/* One update of n elements. */
static void apply(const dpi_update *update, dpk_type type, int64_t n, void *p, const void *g, void *s0, void *s1, void *s2)
{
    dpk_update_args args = {.p = p, .g = g, .s = {s0, s1, s2}};
    dpk_fn *fn = dpi_update_kernel(update, dpk_cpu_level(), type, &args);
    if (update->method == DPI_RMSPROP && update->options->momentum == 0) args.s[1] = NULL;
    fn(&args, 0, n);
}

enum { N = 37 }; /* more than a SIMD register and no multiple of one */

static void steps_are_as_by_hand(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dpi_method method;
        dpi_optimizer_options options;
        must(ctx, dpi_optimizer_parse(ctx, cases[i].text, strlen(cases[i].text), &method, &options));
        double p[N], g[N], m[N] = {0}, v[N] = {0}, top[N] = {0};
        float pf[N], gf[N], mf[N] = {0}, vf[N] = {0}, topf[N] = {0};
        for (int k = 0; k < N; k++) p[k] = pf[k] = 1, g[k] = gf[k] = 0.5F;
        for (int step = 1; step <= 2; step++) {
            dpi_update update = {.method = method, .options = &options, .t = step};
            apply(&update, DPK_f64, N, p, g, m, v, top);
            apply(&update, DPK_f32, N, pf, gf, mf, vf, topf);
            double expected = step == 1 ? cases[i].after_one : cases[i].after_two;
            for (int k = 0; k < N; k++) {
                /* at most 16 roundings of numbers up to 1 */
                if (!(fabs(p[k] - expected) <= 16 * 0x1p-53))
                    fail_msg("%s, step %d: %.17g is not %.17g", cases[i].text, step, p[k], expected);
                if (!(fabsf(pf[k] - (float)expected) <= 16 * 0x1p-24F))
                    fail_msg("%s, step %d, float32: %.9g", cases[i].text, step, pf[k]);
                g[k] = gf[k] = -0.25F;
            }
        }
    }
    ctx_close(ctx);
}

/* An element's path is the same alone and among others. */
static void elements_are_independent(void **state)
{
    (void)state;
    dpi_optimizer_options options = {.lr = 0.1, .beta1 = 0.9, .beta2 = 0.99, .eps = 1e-8, .momentum = 0.9, .amsgrad = 1,
                                     .alpha = 0.9, .rho = 0.9, .centered = 1, .weight_decay = 0.1};
    for (dpi_method method = DPI_SGD; method < DPI_METHODS; method++) {
        float p[N], g[N], m[N] = {0}, v[N] = {0}, top[N] = {0};
        for (int k = 0; k < N; k++) p[k] = (float)k / 7, g[k] = (float)((k * 5) % 11 - 5) / 3;
        float alone = p[20], m1 = 0, v1 = 0, top1 = 0;
        for (int step = 1; step <= 5; step++) {
            dpi_update update = {.method = method, .options = &options, .t = step, .mu_product = pow(0.45, step)};
            apply(&update, DPK_f32, N, p, g, m, v, top);
            apply(&update, DPK_f32, 1, &alone, &g[20], &m1, &v1, &top1);
        }
        assert_memory_equal(&alone, &p[20], sizeof alone);
    }
}

/* Padding between the parameters is zero and has to stay so. */
static void zeros_stay(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dpi_method method;
        dpi_optimizer_options options;
        must(ctx, dpi_optimizer_parse(ctx, cases[i].text, strlen(cases[i].text), &method, &options));
        if (dpi_method_has(method, offsetof(dpi_optimizer_options, eps)) && options.eps == 0) continue; /* 0 / 0 */
        double p = 0, g = 0, m = 0, v = 0, top = 0;
        for (int step = 1; step <= 3; step++) {
            dpi_update update = {.method = method, .options = &options, .t = step};
            apply(&update, DPK_f64, 1, &p, &g, &m, &v, &top);
        }
        assert_true(p == 0);
    }
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(steps_are_as_by_hand),
                                       cmocka_unit_test(elements_are_independent), cmocka_unit_test(zeros_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
