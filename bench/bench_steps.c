/* Where the time of a training step goes: each step of a model's plan by itself, on one thread, in the order of the plan.
 * A line shows the phase, the item, the kernel, its units, and nanoseconds per run, best of many; steps of an item are
 * timed block by block, as they run, so that they find in the cache what they find there in a run.
 *
 *     build/bench/bench_steps MODEL.dp ROWS [OPTIMIZER]        DENPA_CPU chooses the level
 *
 * Without arguments: the network 4-32-16-4 of `denpa bench --only expm`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <denpa/denpa.h>

#include "plan/plan_internal.h"
#include "train/model_internal.h"
#include "train/optimizer.h"

enum { MOST_STEPS = 10000 };

static const char expm[] = "x = input(4); t = input(4)\n"
                           "h1 = tanh(affine(x, 32)); h2 = tanh(affine(h1, 16))\n"
                           "y = affine(h2, 4); loss = mean((y - t) ** 2)\n";

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static const char *kernel_name(dpk_fn *fn)
{
#define DPK_KERNEL(op, type, isa)         \
    if (fn == dpk_##op##_##type##__##isa) \
        return #op " " #type " " #isa;
#include "kernels/kern_list.def"
    return "?";
}

/* ---- Running a plan step by step ---- */

/* Adds to spent[step] what the steps of an item take, block by block (run.c does the same). */
static void run_item(const dp_plan *plan, const dpi_item *item, double *spent)
{
    const dpi_step *steps = plan->steps + item->first;
    const char *args = (const char *)steps->args, *base = args;
    const dpi_patch *patches = plan->patches + item->patch_first;
    if (item->patch_count) {
        memcpy(plan->work, args, dpi_item_args_bytes(plan, item));
        base = plan->work;
    }
    for (int64_t block = 0; block < (item->block ? item->pieces : 1); block++) {
        for (int32_t i = 0; i < item->patch_count; i++) {
            uintptr_t place = (uintptr_t)plan->work + plan->work_args_bytes + patches[i].offset -
                              (uintptr_t)block * patches[i].block_bytes;
            memcpy(plan->work + patches[i].at, &place, sizeof place);
        }
        double start = now();
        for (int32_t i = 0; i < item->count; i++) {
            int64_t each = item->block ? steps[i].block_units : steps[i].units, from = block * each;
            int64_t left = steps[i].units - from;
            steps[i].fn(base + ((const char *)steps[i].args - args), from, from + (left < each ? left : each));
            double end = now();
            spent[item->first + i] += end - start;
            start = end;
        }
    }
}

static void show(const dp_plan *plan, int rounds)
{
    static double best[MOST_STEPS], spent[MOST_STEPS];
    for (int round = 0; round < rounds; round++) {
        memset(spent, 0, sizeof spent);
        for (size_t p = plan->once_phases; p < plan->phase_count; p++)
            for (int32_t i = plan->phases[p].first; i < plan->phases[p].first + plan->phases[p].count; i++)
                run_item(plan, &plan->items[i], spent);
        for (size_t s = 0; s < plan->step_count; s++)
            best[s] = round && best[s] < spent[s] ? best[s] : spent[s];
    }
    double sum = 0;
    for (size_t p = plan->once_phases; p < plan->phase_count; p++)
        for (int32_t i = plan->phases[p].first; i < plan->phases[p].first + plan->phases[p].count; i++) {
            const dpi_item *item = &plan->items[i];
            for (int32_t s = item->first; s < item->first + item->count; s++) {
                printf("%3zu %3d  %-28s %10lld units", p, i, kernel_name(plan->steps[s].fn),
                       (long long)plan->steps[s].units);
                if (item->block)
                    printf(" in %lld blocks", (long long)item->pieces);
                printf("  %.0f ns\n", best[s]);
                sum += best[s];
            }
        }
    printf("%zu phases, %zu steps: %.1f us\n", plan->phase_count, plan->step_count, sum * 1e-3);
}

/* ---- A model ---- */

static dp_status make_inputs(dp_ctx *ctx, dp_model *model, int64_t rows, dp_array *inputs[])
{
    for (int i = 0; i < dp_model_input_count(model); i++) {
        dp_model_input input = dp_model_get_input(model, i);
        dp_shape shape = {.rank = 1 + input.row_shape.rank, .dims = {rows}};
        memcpy(shape.dims + 1, input.row_shape.dims, (size_t)input.row_shape.rank * sizeof *shape.dims);
        dp_status status = dp_array_new(ctx, input.dtype, shape, &inputs[i]);
        if (status != DP_OK)
            return status;
        dp_rng rng = {.seed = 0, .stream = (uint64_t)i};
        for (int64_t k = 0; k < dp_array_elems(inputs[i]); k++)
            if (input.classes)
                ((int64_t *)inputs[i]->data)[k] = k % input.classes;
            else if (input.dtype == DP_F32)
                ((float *)inputs[i]->data)[k] = (float)dp_rng_uniform(&rng);
    }
    return DP_OK;
}

int main(int argc, char **argv)
{
    enum { MOST_INPUTS = 16 };
    dp_array *inputs[MOST_INPUTS] = {0};
    dp_config settings;
    dp_config_init(&settings);
    settings.threads = 1;
    dp_ctx *ctx = NULL;
    dp_model *model = NULL;
    dp_optimizer *optimizer = NULL;
    dp_model_config config;
    dp_model_config_init(&config);
    int64_t rows = argc > 2 ? atoll(argv[2]) : 10000;
    double loss = 0;
    dp_status status = dp_ctx_new(&settings, &ctx);
    if (status == DP_OK)
        status = argc > 1 ? dp_model_open(ctx, argv[1], &config, &model)
                          : dp_model_from_text(ctx, expm, sizeof expm - 1, "expm", &config, &model);
    if (status == DP_OK)
        status = dp_model_init(model, 0);
    if (status == DP_OK)
        status = dp_optimizer_new(model, argc > 3 ? argv[3] : "adam:lr=0.001", &optimizer);
    if (status == DP_OK && dp_model_input_count(model) <= MOST_INPUTS)
        status = make_inputs(ctx, model, rows, inputs);
    const dp_array *given[MOST_INPUTS];
    memcpy(given, inputs, sizeof given);
    double step = 1e18;
    for (int i = 0; i < 20 && status == DP_OK; i++) {
        double start = now();
        status = dp_train_step(model, optimizer, given, &loss);
        step = now() - start < step ? now() - start : step;
    }
    dpi_instance *instance = NULL;
    if (status == DP_OK)
        status = dpi_model_instance(model, DPI_TRAIN, rows, &instance);
    if (status == DP_OK && instance->plan->step_count <= MOST_STEPS) {
        show(instance->plan, 20);
        double update = 1e18;
        for (int i = 0; i < 20; i++) {
            double start = now();
            (void)dpi_optimizer_step(optimizer, instance->plan, false);
            update = now() - start < update ? now() - start : update;
        }
        printf("update: %.1f us\ndp_train_step: %.1f us\n", update * 1e-3, step * 1e-3);
    }
    if (status != DP_OK)
        fprintf(stderr, "bench_steps: %s\n", ctx ? dp_ctx_message(ctx) : dp_status_text(status));
    for (int i = 0; i < MOST_INPUTS; i++)
        dp_array_free(&inputs[i]);
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    dp_ctx_free(&ctx);
    return status != DP_OK;
}
