#include <denpa/generate.h>

#include <math.h>
#include <string.h>

#include <denpa/random.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "data/vocabulary.h"
#include "train/model_internal.h"
#include "train/sampling.h"
#include "train/streams.h"

void dp_generate_config_init(dp_generate_config *config)
{
    *config = (dp_generate_config){.length = 500, .temperature = 1, .top_p = 1};
}

typedef struct writer {
    dp_model *model;
    const dp_generate_config *config;
    dpi_vocabulary vocabulary;
    dpi_instance *instance;
    int input;              /* of the model: the window */
    int64_t length, filled; /* of the window; how many of its places hold the text so far, the first ones */
    int64_t *window;        /* [length] */
    double *scores;         /* [vocabulary] */
    dpi_candidate *candidates;
} writer;

static dp_status check_config(const writer *w)
{
    const dp_generate_config *c = w->config;
    dp_ctx *ctx = w->model->ctx;
    if (!c->take)
        return dpi_fail(ctx, DP_ERR_ARG, "generate: there is nobody to take the text");
    if (c->length < 0 || c->top_k < 0)
        return dpi_fail(ctx, DP_ERR_RANGE, "generate: length and top_k have to be 0 or more, not %lld and %lld", (long long)c->length,
                        (long long)c->top_k);
    if (!(c->temperature >= 0 && isfinite(c->temperature)))
        return dpi_fail(ctx, DP_ERR_RANGE, "generate: temperature has to be 0 or more, not %g", c->temperature);
    if (!(c->top_p > 0 && c->top_p <= 1))
        return dpi_fail(ctx, DP_ERR_RANGE, "generate: top_p has to be above 0 and at most 1, not %g", c->top_p);
    return DP_OK;
}

static dp_status find_vocabulary(writer *w)
{
    const dpi_encoding *learned = &w->model->encoding;
    if (!dpi_encoding_option(learned->items, learned->count, "length"))
        return dpi_fail(w->model->ctx, DP_ERR_ARG, "generate: the model was not trained on a text, --data text:FILE");
    dp_status status = dpi_vocabulary_recall(w->model->ctx, learned->items, learned->count, &w->vocabulary);
    if (status == DP_OK && !w->vocabulary.count)
        status = dpi_fail(w->model->ctx, DP_ERR_ARG, "generate: the characters of the text are not known");
    return status;
}

/* The one input that the output needs takes a window, and the output has scores for each of its places. */
static dp_status check_shapes(writer *w)
{
    char text[DP_SHAPE_TEXT_BYTES], more[DP_SHAPE_TEXT_BYTES];
    const dp_model *model = w->model;
    int needed = 0;
    for (int i = 0; i < model->input_count; i++)
        if (w->instance->places[i].needed)
            w->input = i, needed++;
    if (needed != 1)
        return dpi_fail(model->ctx, DP_ERR_SHAPE, "generate: the output needs %d inputs; a model that writes has one, a window of text",
                        needed);
    const dp_model_input *input = &model->inputs[w->input];
    dp_shape out = dp_plan_value(w->instance->plan, w->instance->output).shape;
    if (input->row_shape.rank != 1 || input->classes || (input->dtype != DP_I64 && input->dtype != model->dtype))
        return dpi_fail(model->ctx, DP_ERR_SHAPE, "generate: input %s takes rows of %s %s; it has to be input(length, dtype=\"int64\")",
                        input->name, dp_dtype_name(input->dtype), dp_shape_text(input->row_shape, text, sizeof text));
    w->length = input->row_shape.dims[0];
    if (out.rank != 3 || out.dims[1] != w->length || out.dims[2] < w->vocabulary.count)
        return dpi_fail(model->ctx, DP_ERR_SHAPE,
                        "generate: the output is %s for a window of %s; it has to be (N, %lld, %lld), scores for what follows each of its "
                        "characters",
                        dp_shape_text(out, text, sizeof text), dp_shape_text(input->row_shape, more, sizeof more), (long long)w->length,
                        (long long)w->vocabulary.count);
    return DP_OK;
}

static dp_status open_writer(writer *w)
{
    dp_ctx *ctx = w->model->ctx;
    void *memory;
    dp_status status = check_config(w);
    if (status == DP_OK)
        status = find_vocabulary(w);
    if (status == DP_OK)
        status = dpi_model_instance(w->model, DPI_PREDICT, 1, &w->instance);
    if (status == DP_OK)
        status = check_shapes(w);
    if (status == DP_OK)
        status = dpi_instance_buffers(w->model, w->instance, 0);
    if (status == DP_OK)
        status = dpi_instance_use(w->model, w->instance, 0);
    if (status != DP_OK)
        return status;
    status = dpi_alloc(ctx, (size_t)w->length, sizeof *w->window, "window of text", &memory);
    if (status != DP_OK)
        return status;
    w->window = memory;
    status = dpi_alloc(ctx, (size_t)w->vocabulary.count, sizeof *w->scores, "scores of characters", &memory);
    if (status != DP_OK)
        return status;
    w->scores = memory;
    status = dpi_alloc(ctx, (size_t)w->vocabulary.count, sizeof *w->candidates, "scores of characters", &memory);
    if (status == DP_OK)
        w->candidates = memory;
    return status;
}

static void close_writer(writer *w)
{
    dp_ctx *ctx = w->model->ctx;
    dpi_free(ctx, w->window);
    dpi_free(ctx, w->scores);
    dpi_free(ctx, w->candidates);
    dpi_vocabulary_deinit(&w->vocabulary);
}

/* ---- The text so far ---- */

static void append(writer *w, int64_t id)
{
    if (w->filled < w->length) {
        w->window[w->filled++] = id;
        return;
    }
    memmove(w->window, w->window + 1, (size_t)(w->length - 1) * sizeof *w->window);
    w->window[w->length - 1] = id;
}

static void append_id(void *writer_, int64_t i, uint32_t id)
{
    (void)i;
    append(writer_, id);
}

static dp_status read_prompt(writer *w)
{
    dpi_characters text;
    const char *prompt = w->config->prompt;
    if (!prompt || !*prompt) {
        int64_t line_end = dpi_vocabulary_find(&w->vocabulary, '\n');
        append(w, line_end < 0 ? 0 : line_end);
        return DP_OK;
    }
    dp_status status = dpi_characters_check(w->model->ctx, prompt, strlen(prompt), "prompt", &text);
    return status == DP_OK ? dpi_vocabulary_ids(&w->vocabulary, &text, 0, text.count, append_id, w) : status;
}

/* ---- What comes next ---- */

/* The scores of what follows the text so far; the places behind it hold `filler`. */
static dp_status evaluate(writer *w, int64_t filler)
{
    const dp_array *input = &w->instance->inputs[w->input];
    for (int64_t i = 0; i < w->length; i++) {
        int64_t id = i < w->filled ? w->window[i] : filler;
        if (input->dtype == DP_I64)
            ((int64_t *)input->data)[i] = id;
        else if (input->dtype == DP_F32)
            ((float *)input->data)[i] = (float)id;
        else
            ((double *)input->data)[i] = (double)id;
    }
    dp_status status = dp_plan_run(w->instance->plan);
    if (status != DP_OK)
        return status;
    dp_array output = dp_plan_value(w->instance->plan, w->instance->output);
    int64_t first = (w->filled - 1) * output.shape.dims[2];
    for (int64_t k = 0; k < w->vocabulary.count; k++) {
        w->scores[k] = dp_array_get(&output, first + k);
        if (isnan(w->scores[k]))
            return dpi_fail(w->model->ctx, DP_ERR_RANGE, "generate: the scores of the model are no numbers");
    }
    return DP_OK;
}

/* Places that are not filled yet must not matter: with something else in them the scores are the same. */
static dp_status check_looks_back(writer *w)
{
    dp_status status = evaluate(w, 0);
    if (status != DP_OK || w->filled == w->length)
        return status;
    for (int64_t k = 0; k < w->vocabulary.count; k++)
        w->candidates[k].value = w->scores[k];
    status = evaluate(w, w->vocabulary.count - 1);
    for (int64_t k = 0; k < w->vocabulary.count && status == DP_OK; k++)
        if (w->candidates[k].value != w->scores[k])
            status = dpi_fail(w->model->ctx, DP_ERR_ARG,
                              "generate: what the model says of a character depends on later ones, which are not written yet; it may "
                              "look back only (attention with causal=True)");
    return status;
}

static int64_t choose(writer *w, dp_rng *rng)
{
    const dp_generate_config *c = w->config;
    for (int64_t k = 0; k < w->vocabulary.count; k++)
        w->candidates[k] = (dpi_candidate){.value = w->scores[k], .class = k};
    return dpi_sample(w->candidates, w->vocabulary.count, c->temperature, c->top_k, c->top_p, dp_rng_uniform(rng));
}

static dp_status write_text(writer *w)
{
    dp_rng rng = {.seed = w->config->seed, .stream = DPI_GENERATE_STREAM};
    dp_status status = check_looks_back(w);
    for (int64_t i = 0; i < w->config->length && status == DP_OK; i++) {
        char character[5] = {0};
        if (i > 0)
            status = evaluate(w, 0);
        if (status != DP_OK)
            break;
        int64_t id = choose(w, &rng);
        dpi_utf8_encode(w->vocabulary.codes[id], character);
        append(w, id);
        if (w->config->take(w->config->user, character) != 0)
            break;
    }
    return status;
}

dp_status dp_generate(dp_model *model, const dp_generate_config *config)
{
    writer w = {.model = model, .config = config};
    dp_status status = open_writer(&w);
    if (status == DP_OK)
        status = read_prompt(&w);
    if (status == DP_OK)
        status = write_text(&w);
    close_writer(&w);
    return status;
}
