/* Scores: a confusion matrix, ranks and spreads are counted, and the rest follows from them. */
#include "train/scores.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"

dp_status dpi_tally_init(dpi_tally *tally, const dp_model *model)
{
    size_t classes = (size_t)model->classes;
    void *memory = NULL;
    *tally = (dpi_tally){.ctx = model->ctx, .classes = model->classes, .has_scores = model->output_is_scores};
    if (model->target_input >= 0) tally->numbers = dp_shape_elems(model->inputs[model->target_input].row_shape);
    dp_status status = dpi_alloc(model->ctx, classes * classes, sizeof(int64_t), "confusion matrix", &memory);
    tally->confusion = memory;
    if (status == DP_OK) status = dpi_alloc(model->ctx, classes, sizeof(int64_t), "ranks of the classes", &memory);
    if (status != DP_OK) return status;
    tally->ranks = memory;
    status = dpi_alloc(model->ctx, (size_t)tally->numbers, sizeof(dpi_spread), "spreads of the target", &memory);
    if (status == DP_OK) tally->spreads = memory;
    return status;
}

void dpi_tally_deinit(dpi_tally *tally)
{
    if (!tally->ctx) return;
    dpi_free(tally->ctx, tally->confusion);
    dpi_free(tally->ctx, tally->ranks);
    dpi_free(tally->ctx, tally->spreads);
    *tally = (dpi_tally){0};
}

/* How many scores of the row come before that of class `is`; NaN comes last. */
static int64_t rank_of(const dp_array *output, int64_t row, int64_t is)
{
    int64_t classes = output->shape.dims[1], before = 0;
    double own = dp_array_get(output, row * classes + is);
    for (int64_t k = 0; k < classes; k++) {
        double other = dp_array_get(output, row * classes + k);
        before += k < is ? other >= own || (isnan(own) && !isnan(other)) : other > own || (isnan(own) && !isnan(other));
    }
    return before;
}

/* -log softmax(scores)[is] of a row, in double. */
static double surprise_of(const dp_array *output, int64_t row, int64_t is, int64_t largest)
{
    int64_t classes = output->shape.dims[1], first = row * classes;
    double most = dp_array_get(output, first + largest), sum = 0;
    for (int64_t k = 0; k < classes; k++) sum += exp(dp_array_get(output, first + k) - most);
    return log(sum) + most - dp_array_get(output, first + is);
}

static void add_classes(dpi_tally *tally, const dpi_instance *instance)
{
    dp_array output = dpi_instance_scores(instance), label = dpi_instance_label(instance);
    int64_t places = output.shape.dims[0];
    for (int64_t row = 0; row < places; row++) {
        int64_t is = dpi_row_class(&label, row), said = dpi_row_class(&output, row);
        if (is < 0 || is >= tally->classes) continue;
        tally->confusion[is * tally->classes + said]++;
        tally->ranks[rank_of(&output, row, is)]++;
        if (tally->has_scores) tally->surprise += surprise_of(&output, row, is, said);
    }
    tally->places += places;
}

/* Welford 1962: the mean and the squares around it in one pass. */
static void add_target(dpi_tally *tally, const dp_model *model, const dpi_instance *instance)
{
    dp_array output = dp_plan_value(instance->plan, instance->output);
    const dp_array *target = &instance->inputs[model->target_input];
    if (!target->data) return;
    for (int64_t row = 0; row < instance->batch; row++)
        for (int64_t k = 0; k < tally->numbers; k++) {
            dpi_spread *spread = &tally->spreads[k];
            double t = dp_array_get(target, row * tally->numbers + k), before = t - spread->mean;
            double missed = dp_array_get(&output, row * tally->numbers + k) - t;
            spread->mean += before / (double)(tally->rows + row + 1);
            spread->squares += before * (t - spread->mean);
            spread->missed += missed * missed;
        }
}

void dpi_tally_add(dpi_tally *tally, const dp_model *model, const dpi_instance *instance)
{
    if (tally->classes) add_classes(tally, instance);
    if (tally->numbers) add_target(tally, model, instance);
    tally->loss_sum += dpi_instance_loss(instance) * (double)instance->batch;
    tally->rows += instance->batch;
}

static double share(double part, double all)
{
    return all > 0 ? part / all : 0;
}

dpi_class_scores dpi_tally_class(const dpi_tally *tally, int64_t class)
{
    int64_t right = tally->confusion[class * tally->classes + class], is = 0, said = 0;
    for (int64_t k = 0; k < tally->classes; k++) {
        is += tally->confusion[class * tally->classes + k];
        said += tally->confusion[k * tally->classes + class];
    }
    return (dpi_class_scores){.precision = share((double)right, (double)said),
                              .recall = share((double)right, (double)is),
                              .f1 = share(2 * (double)right, (double)(is + said)),
                              .occurs = is + said > 0};
}

static void add_class_scores(const dpi_tally *tally, int64_t top_k, dp_scores *scores)
{
    int64_t right = 0, top = 0, occur = 0;
    dpi_class_scores sum = {0};
    for (int64_t k = 0; k < tally->classes; k++) {
        dpi_class_scores of = dpi_tally_class(tally, k);
        sum.precision += of.precision;
        sum.recall += of.recall;
        sum.f1 += of.f1;
        occur += of.occurs;
        right += tally->confusion[k * tally->classes + k];
        if (k < top_k) top += tally->ranks[k];
    }
    scores->accuracy = (double)right / (double)tally->places;
    scores->top_k = (double)top / (double)tally->places;
    if (tally->has_scores) scores->perplexity = exp(tally->surprise / (double)tally->places);
    scores->precision = share(sum.precision, (double)occur);
    scores->recall = share(sum.recall, (double)occur);
    scores->f1 = share(sum.f1, (double)occur);
}

static void add_target_scores(const dpi_tally *tally, dp_scores *scores)
{
    double missed = 0, explained = 0;
    for (int64_t k = 0; k < tally->numbers; k++) {
        const dpi_spread *spread = &tally->spreads[k];
        missed += spread->missed;
        explained += spread->squares > 0 ? 1 - spread->missed / spread->squares : spread->missed == 0;
    }
    scores->mse = missed / (double)(tally->rows * tally->numbers);
    scores->r2 = explained / (double)tally->numbers;
}

dp_scores dpi_tally_scores(const dpi_tally *tally, int64_t top_k)
{
    dp_scores scores = dpi_scores_unknown();
    if (!tally->rows) return scores;
    scores.loss = tally->loss_sum / (double)tally->rows;
    if (tally->classes) add_class_scores(tally, top_k, &scores);
    if (tally->numbers) add_target_scores(tally, &scores);
    return scores;
}

/* ---- By name ---- */

dp_scores dpi_scores_unknown(void)
{
    return (dp_scores){
#define UNKNOWN(name, what) .name = NAN,
        DP_SCORES(UNKNOWN)
#undef UNKNOWN
    };
}

static const struct {
    const char *name;
    size_t offset;
} list[] = {
#define ENTRY(name, what) {#name, offsetof(dp_scores, name)},
    DP_SCORES(ENTRY)
#undef ENTRY
};

int dpi_score_find(const char *name, size_t bytes)
{
    for (int i = 0; i < DPI_SCORE_COUNT; i++)
        if (strlen(list[i].name) == bytes && memcmp(list[i].name, name, bytes) == 0) return i;
    return -1;
}

dp_status dpi_score_unknown_name(dp_ctx *ctx, const char *name, size_t bytes)
{
    static const char names[] = ""
#define NAME(name, what) #name ", "
        DP_SCORES(NAME)
#undef NAME
        ;
    return dpi_fail(ctx, DP_ERR_NAME, "there is no score \"%.*s\"; there are %.*s", (int)bytes, name,
                    (int)sizeof names - 3, names);
}

const char *dpi_score_name(int score)
{
    return list[score].name;
}

double dpi_score_get(const dp_scores *scores, int score)
{
    double value;
    memcpy(&value, (const char *)scores + list[score].offset, sizeof value);
    return value;
}
