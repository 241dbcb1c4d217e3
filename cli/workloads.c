/* The workloads of `denpa bench`. bench/peers/ has the same ones for NumPy and PyTorch. */
#include "workloads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <denpa/denpa.h>

#include "cli.h"

#define MLP(width)                                                                                        \
    "x = input(784); t = label(10)\n"                                                                     \
    "h1 = relu(affine(x, " width ", init=\"torch\")); h2 = relu(affine(h1, " width ", init=\"torch\"))\n" \
    "y = affine(h2, 10, init=\"torch\"); loss = softmax_cross_entropy(y, t)\n"
#define BOOK                                                           \
    "x = input(784); t = label(10)\n"                                  \
    "h = relu(affine(x, 50, std=0.01)); y = affine(h, 10, std=0.01)\n" \
    "loss = softmax_cross_entropy(y, t)\n"

#define IMAGE "x = input(784); t = label(10); image = reshape(x, (-1, 1, 28, 28))\n"
#define CONV3(name, of, filters, padding) name " = relu(conv(" of ", " filters ", 3, padding=" padding "))\n"

const bench_workload bench_workloads[BENCH_WORKLOADS] = {
    {"xor", BENCH_STEP,
     "x = input(2); t = label(2)\n"
     "h = sigmoid(affine(x, 4, init=\"torch\", bias=False)); y = affine(h, 2, init=\"torch\", bias=False)\n"
     "loss = softmax_cross_entropy(y, t)\n",
     "adam:lr=0.001,amsgrad", 4},
    {"book", BENCH_FIT, BOOK, "sgd:lr=0.1", 100},
    {"mlp512", BENCH_FIT, MLP("512"), "adam:lr=0.001", 256},
    {"mlp2048", BENCH_FIT, MLP("2048"), "adam:lr=0.001", 64},
    {"expm", BENCH_STEP,
     "x = input(4); t = input(4)\n"
     "h1 = tanh(affine(x, 32, init=\"torch\")); h2 = tanh(affine(h1, 16, init=\"torch\"))\n"
     "y = affine(h2, 4, init=\"torch\"); loss = mean((y - t) ** 2)\n",
     "adam:lr=0.001", 10000},
    {"lenet", BENCH_FIT,
     IMAGE "c1 = max_pool2d(relu(conv(image, 6, 5)), 2); c2 = max_pool2d(relu(conv(c1, 16, 5)), 2)\n"
           "h1 = relu(affine(c2, 120)); h2 = relu(affine(h1, 84)); y = affine(h2, 10)\n"
           "loss = softmax_cross_entropy(y, t)\n",
     "adam:lr=0.001", 128},
    {"simpleconv", BENCH_FIT,
     IMAGE "p = max_pool2d(relu(conv(image, 30, 5, std=0.01)), 2)\n"
           "h = relu(affine(p, 100, std=0.01)); y = affine(h, 10, std=0.01); loss = softmax_cross_entropy(y, t)\n",
     "adam:lr=0.001", 100},
    {"deepconv", BENCH_FIT,
     IMAGE CONV3("c1", "image", "16", "1") CONV3("c2", "c1", "16", "1") "p1 = max_pool2d(c2, 2)\n" CONV3(
         "c3", "p1", "32", "1") CONV3("c4", "c3", "32", "2") "p2 = max_pool2d(c4, 2)\n" CONV3("c5", "p2", "64", "1")
         CONV3("c6", "c5", "64", "1") "p3 = max_pool2d(c6, 2)\n"
                                      "h = dropout(relu(affine(p3, 50)), 0.5); y = dropout(affine(h, 10), 0.5)\n"
                                      "loss = softmax_cross_entropy(y, t)\n",
     "adam:lr=0.001", 100},
    {"infer1", BENCH_PREDICT, BOOK, NULL, 1},
    {"elementwise", BENCH_PLAN, NULL, NULL, 10000000},
};

/* A workload that is set up. */
typedef struct work {
    const bench_workload *what;
    const dp_dataset *images;
    dp_ctx *ctx;
    dp_model *model;
    dp_optimizer *optimizer;
    dp_array *inputs[2]; /* of a step: x, t */
    dp_plan *plan;

    double *seconds, *peaks; /* where the times of the repeats go, and what the machine could do behind each */

    /* dp_train tells when it has done so many steps */
    int rows;     /* how many were told */
    double begun; /* the repeat at hand */
} work;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- Setting up ---- */

static dp_status make_model(work *w)
{
    dp_model_config config;
    dp_model_config_init(&config);
    dp_status status =
        dp_model_from_text(w->ctx, w->what->text, strlen(w->what->text), w->what->name, &config, &w->model);
    if (status == DP_OK)
        status = dp_model_init(w->model, 0);
    if (status == DP_OK && w->what->kind == BENCH_STEP)
        status = dp_optimizer_new(w->model, w->what->optimizer, &w->optimizer);
    return status;
}

/* Inputs from 0 to 1, as pixels are; labels in turn. */
static dp_status make_inputs(work *w)
{
    for (int i = 0; i < dp_model_input_count(w->model); i++) {
        dp_model_input input = dp_model_get_input(w->model, i);
        dp_shape shape = {.rank = 1 + input.row_shape.rank, .dims = {w->what->batch, input.row_shape.dims[0]}};
        dp_status status = dp_array_new(w->ctx, input.dtype, shape, &w->inputs[i]);
        if (status != DP_OK)
            return status;
        dp_rng rng = {.seed = 0, .stream = (uint64_t)i};
        for (int64_t k = 0; k < dp_array_elems(w->inputs[i]); k++) {
            if (input.classes)
                ((int64_t *)w->inputs[i]->data)[k] = k % input.classes;
            else
                ((float *)w->inputs[i]->data)[k] = (float)dp_rng_uniform(&rng);
        }
    }
    return DP_OK;
}

static dp_status make_plan(work *w)
{
    dp_graph *g = NULL;
    dp_status status = dp_graph_new(w->ctx, DP_F32, &g);
    if (status != DP_OK)
        return status;
    dp_val x = dp_input(g, "x", DP_F32, dp_shape_of(1, &w->what->batch));
    dp_val a = dp_scalar(g, 1.5), b = dp_scalar(g, 0.25), c = dp_scalar(g, 2);
    dp_val y = dp_mul(g, dp_gelu(g, dp_add(g, dp_mul(g, x, a), b)), c), wanted[2] = {y, DP_VAL_NONE};
    status = dp_grad(g, dp_sum(g, y, NULL, 0, 0), DP_VAL_NONE, &x, 1, &wanted[1]);
    if (status == DP_OK)
        status = dp_plan_new(g, wanted, 2, &w->plan);
    if (status == DP_OK)
        status = dp_array_new(w->ctx, DP_F32, dp_val_shape(g, x), &w->inputs[0]);
    if (status == DP_OK) {
        dp_rng rng = {0};
        for (int64_t i = 0; i < w->what->batch; i++)
            ((float *)w->inputs[0]->data)[i] = (float)dp_rng_normal(&rng);
        status = dp_plan_bind(w->plan, x, w->inputs[0]->data);
    }
    dp_graph_free(&g);
    return status;
}

static dp_status set_up(work *w)
{
    if (w->what->kind == BENCH_PLAN)
        return make_plan(w);
    dp_status status = make_model(w);
    return status == DP_OK && w->what->kind != BENCH_FIT ? make_inputs(w) : status;
}

static void take_down(work *w)
{
    dp_plan_free(&w->plan);
    for (int i = 0; i < 2; i++)
        dp_array_free(&w->inputs[i]);
    dp_optimizer_free(&w->optimizer);
    dp_model_free(&w->model);
}

/* A filter's weights meet the plane at every place: so many. The workloads' planes are 28 x 28, and halved behind each pool;
 * these are the places of the filters one after another, in the order of the parameters. */
static double places_of(const work *w, int filter)
{
    static const struct {
        const char *name;
        double places[6];
    } all[] = {{"lenet", {24 * 24, 8 * 8}},
               {"simpleconv", {24 * 24}},
               {"deepconv", {28 * 28, 28 * 28, 14 * 14, 16 * 16, 8 * 8, 8 * 8}}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, w->what->name) == 0 && filter < 6)
            return all[i].places[filter];
    return 1;
}

/* Each weight takes part in a product forward, in its own gradient, and, behind the first layer, in that of what comes
 * in. */
static double count_flops(const work *w)
{
    double products = 0, first = 0;
    int filters = 0;
    for (int i = 0; w->model && i < dp_model_param_count(w->model); i++) {
        dp_array weights = dp_model_param(w->model, i);
        if (weights.shape.rank < 2)
            continue;
        double each = 2.0 * (double)w->what->batch * (double)dp_array_elems(&weights);
        if (weights.shape.rank == 4)
            each *= places_of(w, filters++);
        if (!first)
            first = each;
        products += each;
    }
    return w->what->kind == BENCH_PREDICT ? products : 3 * products - first;
}

/* ---- Timing ---- */

static dp_status step(work *w)
{
    const dp_array *inputs[2] = {w->inputs[0], w->inputs[1]};
    if (w->what->kind == BENCH_STEP) {
        double loss;
        return dp_train_step(w->model, w->optimizer, inputs, &loss);
    }
    if (w->what->kind == BENCH_PLAN)
        return dp_plan_run(w->plan);
    dp_array *out = NULL;
    inputs[1] = NULL;
    dp_status status = dp_model_predict(w->model, inputs, &out);
    dp_array_free(&out);
    return status;
}

/* A repeat is over. The peak is that of the clock at this moment, which the work before has had, too. */
static void note_repeat(work *w, int repeat, double seconds)
{
    w->seconds[repeat] = seconds;
    w->peaks[repeat] = dp_machine_peak(0.002);
}

static int row_done(void *given, const dp_progress *progress)
{
    work *w = given;
    if (!progress->is_row)
        return 0;
    if (w->rows > 0)
        note_repeat(w, w->rows - 1, now() - w->begun);
    w->rows++;
    w->begun = now();
    return 0;
}

/* dp_train with a row of its log for every repeat. */
static dp_status run_fit(work *w, int64_t steps, int repeats)
{
    dp_train_config config;
    dp_train_config_init(&config);
    config.batch = w->what->batch;
    config.optimizer = w->what->optimizer;
    config.steps = steps * (repeats + 1);
    config.log_every = steps;
    config.keep_params = 1;
    config.progress = row_done;
    config.user = w;
    w->rows = 0;
    return dp_train(w->model, w->images, NULL, &config, NULL);
}

/* The times of `steps` steps, `repeats` times after a first time that is not counted. */
static dp_status run(work *w, int64_t steps, int repeats)
{
    if (w->what->kind == BENCH_FIT)
        return run_fit(w, steps, repeats);
    dp_status status = DP_OK;
    for (int r = -1; r < repeats && status == DP_OK; r++) {
        double start = now();
        for (int64_t s = 0; s < steps && status == DP_OK; s++)
            status = step(w);
        if (r >= 0)
            note_repeat(w, r, now() - start);
    }
    return status;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts them. */
static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_value);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* Finds out, which warms up, too, how many steps a repeat should have; then measures. */
static dp_status measure(work *w, int repeats, double seconds, int64_t threads, bench_result *result)
{
    const double wanted = seconds / repeats;
    const int64_t most = INT64_C(1) << 40;
    int64_t steps = 1;
    double *times = w->seconds, *shares = w->peaks, flops = count_flops(w);
    dp_status status = run(w, steps, 1);
    while (status == DP_OK && *times < wanted / 8 && steps < most)
        status = run(w, steps *= 2, 1);
    if (status != DP_OK)
        return status;
    steps = (int64_t)fmax(1, (double)steps * wanted / fmax(*times, 1e-9));
    status = run(w, steps, repeats);
    if (status != DP_OK)
        return status;
    for (int i = 0; i < repeats; i++)
        shares[i] = flops * (double)steps / times[i] / (1e9 * w->peaks[i] * (double)threads);
    double to_us = 1e6 / (double)steps, middle = median(times, repeats);
    *result = (bench_result){.least_us = times[0] * to_us,
                             .median_us = middle * to_us,
                             .most_us = times[repeats - 1] * to_us,
                             .flops = flops,
                             .share = median(shares, repeats)};
    return DP_OK;
}

int bench_run(const bench_workload *workload, int64_t threads, const char *plan, const dp_dataset *images, int repeats,
              double seconds, bench_result *result)
{
    double *numbers = calloc((size_t)repeats, 2 * sizeof *numbers);
    work w = {.what = workload, .images = images, .seconds = numbers, .peaks = numbers ? numbers + repeats : NULL};
    int exit_status = CLI_WRONG_USE;
    if (numbers)
        w.ctx = cli_ctx_planned(&cli_bench, threads, plan);
    else
        fprintf(stderr, "denpa bench: out of memory\n");
    if (w.ctx) {
        dp_status status = set_up(&w);
        if (status == DP_OK)
            status = measure(&w, repeats, seconds, dp_ctx_threads(w.ctx), result);
        if (status == DP_OK)
            result->bytes = dp_ctx_memory(w.ctx).peak_bytes;
        exit_status = status == DP_OK ? CLI_FINE : cli_fail(w.ctx, status);
    }
    take_down(&w);
    dp_ctx_free(&w.ctx);
    free(numbers);
    return exit_status;
}
