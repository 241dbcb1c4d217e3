/* Time of one training step of the book's networks, on one thread: forward, backward, update, on a batch that is there.
 *
 *     bench_steps [repeats]      prints a line per network: name, µs per step (min, median, max)
 * bench/peers/numpy_steps.py does the same work with NumPy and prints the same lines.
 */
#include <denpa/denpa.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct workload {
    const char *name, *text, *optimizer;
    int64_t batch;
    int steps; /* per repeat */
} workload;

static const workload workloads[] = {
    {"book", "x = input(784)\nt = label(10)\nh = relu(affine(x, 50, std=0.01))\ny = affine(h, 10, std=0.01)\nloss = softmax_cross_entropy(y, t)\n",
     "sgd:lr=0.1", 100, 200},
    {"xor", "x = input(2)\nt = label(2)\nh = sigmoid(affine(x, 4, init=\"torch\", bias=False))\ny = affine(h, 2, init=\"torch\", bias=False)\n"
            "loss = softmax_cross_entropy(y, t)\n", "adam:lr=0.001,amsgrad", 4, 10000},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static dp_status run(dp_ctx *ctx, const workload *w, int repeats, double *us)
{
    dp_model_config config;
    dp_model_config_init(&config);
    dp_model *model = NULL;
    dp_optimizer *optimizer = NULL;
    dp_array *x = NULL, *t = NULL;
    dp_status status = dp_model_from_text(ctx, w->text, strlen(w->text), w->name, &config, &model);
    if (status == DP_OK) status = dp_model_init(model, 0);
    if (status == DP_OK) status = dp_optimizer_new(model, w->optimizer, &optimizer);
    if (status == DP_OK) {
        dp_model_input input = dp_model_get_input(model, 0);
        status = dp_array_new(ctx, DP_F32, dp_shape_of(2, (int64_t[]){w->batch, input.row_shape.dims[0]}), &x);
    }
    if (status == DP_OK) status = dp_array_new(ctx, DP_I64, dp_shape_of(1, (int64_t[]){w->batch}), &t);
    if (status == DP_OK) {
        dp_rng rng = {1, 2, 0};
        for (int64_t i = 0; i < dp_array_elems(x); i++) ((float *)x->data)[i] = (float)dp_rng_uniform(&rng);
        for (int64_t i = 0; i < w->batch; i++) ((int64_t *)t->data)[i] = i % dp_model_get_input(model, 1).classes;
    }
    const dp_array *inputs[] = {x, t};
    for (int r = -1; r < repeats && status == DP_OK; r++) { /* the first is for warming up */
        double start = now(), loss;
        for (int s = 0; s < w->steps && status == DP_OK; s++) status = dp_train_step(model, optimizer, inputs, &loss);
        if (r >= 0) us[r] = (now() - start) / w->steps * 1e6;
    }
    dp_array_free(&x);
    dp_array_free(&t);
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    return status;
}

int main(int argc, char **argv)
{
    enum { MAX_REPEATS = 100 };
    int repeats = argc > 1 ? atoi(argv[1]) : 7;
    if (repeats < 1 || repeats > MAX_REPEATS) repeats = 7;
    dp_config config;
    dp_config_init(&config);
    config.threads = 1;
    dp_ctx *ctx;
    if (dp_ctx_new(&config, &ctx) != DP_OK) return 1;
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) {
        double us[MAX_REPEATS];
        if (run(ctx, &workloads[i], repeats, us) != DP_OK) {
            fprintf(stderr, "%s: %s\n", workloads[i].name, dp_ctx_message(ctx));
            return 1;
        }
        qsort(us, (size_t)repeats, sizeof *us, by_value);
        printf("denpa %-6s us/step  min %9.2f  median %9.2f  max %9.2f\n", workloads[i].name, us[0], us[repeats / 2], us[repeats - 1]);
    }
    dp_ctx_free(&ctx);
    return 0;
}
