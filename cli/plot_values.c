/* Expressions and texts of denpa plot: everything that a step needs is evaluated in one go. */
#include <stdlib.h>
#include <string.h>

#include <denpa/plan.h>

#include "plot_scene.h"

static dp_status out_of_memory(void)
{
    fputs("denpa: out of memory\n", stderr);
    return DP_ERR_NOMEM;
}

static int evaluate(plot_scene *scene, const dp_val *wanted, int n, dp_array **out)
{
    cli_session *s = &scene->session;
    if (!n) return CLI_FINE;
    return plot_status(scene, dp_eval(s->graph, wanted, n, s->feed_vals, (const dp_array *const *)s->feeds,
                                      s->feed_count, out));
}

/* ---- Expressions of layers ---- */

/* Kinds that take the value itself, over a plane of other numbers, and not its numbers. */
static int is_surveyed(const plot_layer *layer, int key)
{
    return key == KEY_VALUE &&
           (layer->kind->draw == plot_draw_regions || layer->kind->draw == plot_draw_field ||
            layer->kind->draw == plot_draw_landscape);
}

static int is_wanted(const plot_layer *layer, int key)
{
    return layer->said.text[key] && plot_keys[key].meaning == PLOT_EXPRESSION && !is_surveyed(layer, key) &&
           layer->kind->draw != plot_draw_panel;
}

/* Marks take doubles; what is drawn as a field keeps its dtype. */
static int take(plot_scene *scene, plot_layer *layer, int key, dp_array *found)
{
    if (key == KEY_VALUE || found->dtype == DP_F64) {
        layer->value[key] = found;
        return CLI_FINE;
    }
    int status = plot_status(scene, dp_array_convert(scene->session.ctx, found, DP_F64, &layer->value[key]));
    dp_array_free(&found);
    return status;
}

int plot_values_make(plot_scene *scene)
{
    int most = scene->layer_count * KEY_COUNT, n = 0, status = CLI_FINE;
    dp_val *wanted = calloc((size_t)most + 1, sizeof *wanted);
    dp_array **found = calloc((size_t)most + 1, sizeof *found);
    if (!wanted || !found) status = plot_status(scene, out_of_memory());
    for (int l = 0; l < scene->layer_count && !status; l++)
        for (int key = 0; key < KEY_COUNT && !status; key++)
            if (is_wanted(&scene->layers[l], key))
                status = plot_status(scene, cli_session_value(&scene->session, scene->layers[l].said.text[key],
                                                              plot_keys[key].name, &wanted[n++]));
    if (!status) status = plot_status(scene, cli_session_feed(&scene->session));
    if (!status) status = plot_run_feed(scene, NULL);
    if (!status) status = evaluate(scene, wanted, n, found);
    n = 0;
    for (int l = 0; l < scene->layer_count && !status; l++)
        for (int key = 0; key < KEY_COUNT && !status; key++)
            if (is_wanted(&scene->layers[l], key)) status = take(scene, &scene->layers[l], key, found[n++]);
    free(wanted);
    free(found);
    return status;
}

int plot_value_make(plot_scene *scene, const char *expression, const char *key, dp_array **out)
{
    dp_val value;
    dp_status status = cli_session_value(&scene->session, expression, key, &value);
    return status == DP_OK ? evaluate(scene, &value, 1, out) : plot_status(scene, status);
}

/* ---- Texts ---- */

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* The expression with its names i and c replaced by numbers. */
static dp_status substitute(dp_text *to, const char *text, size_t bytes, int64_t i, int64_t c)
{
    dp_status status = DP_OK;
    for (size_t k = 0; k < bytes && status == DP_OK;) {
        size_t length = 1;
        if (is_name_byte(text[k]))
            while (k + length < bytes && is_name_byte(text[k + length])) length++;
        int alone = length == 1 && !(k && text[k - 1] == '.');
        if (alone && (text[k] == 'i' || text[k] == 'c'))
            status = dp_text_addf(to, "%lld", (long long)(text[k] == 'i' ? i : c));
        else status = dp_text_add(to, text + k, length);
        k += length;
    }
    return status;
}

/* The next "%{" that has a "}"; NULL if there is no more. */
static const char *next_hole(const char *at, size_t *bytes, const char **behind)
{
    const char *hole = strstr(at, "%{");
    if (!hole) return NULL;
    const char *end = hole + 2;
    for (int depth = 1; *end; end++) {
        depth += (*end == '{') - (*end == '}');
        if (!depth) break;
    }
    if (!*end) return NULL;
    *bytes = (size_t)(end - hole - 2);
    *behind = end + 1;
    return hole;
}

/* A hole's number of a text: an integer is written at once, anything else is a value to be computed. */
typedef struct text_hole {
    const char *begin, *behind; /* in the pattern */
    dp_val value;
    char *text;
} text_hole;

static dp_status open_hole(plot_scene *scene, const char *hole, size_t bytes, int64_t i, int64_t c, text_hole *out)
{
    dp_text expression = {.ctx = scene->session.ctx};
    const dp_print_piece *pieces;
    int count = 0;
    dp_status status = substitute(&expression, hole + 2, bytes, i, c);
    if (status == DP_OK)
        status = dp_scope_print(scene->session.scope, expression.data ? expression.data : "", "%{...}", &pieces, &count);
    if (status == DP_OK && count) {
        out->value = pieces[0].value;
        if (!out->value && !(out->text = strdup(pieces[0].text))) status = out_of_memory();
    }
    dp_text_free(&expression);
    return status;
}

static dp_status open_holes(plot_scene *scene, const char *pattern, int64_t first, const int64_t *classes, int64_t n,
                            text_hole *holes, int per_text)
{
    dp_status status = DP_OK;
    for (int64_t i = 0; i < n; i++) {
        const char *at = pattern, *behind;
        size_t bytes;
        for (int k = 0; k < per_text && status == DP_OK; k++, at = behind) {
            const char *hole = next_hole(at, &bytes, &behind);
            text_hole *h = &holes[i * per_text + k];
            h->begin = hole, h->behind = behind;
            status = open_hole(scene, hole, bytes, first + i, classes ? classes[i] : first + i, h);
        }
    }
    return status;
}

static int fill_holes(plot_scene *scene, text_hole *holes, int64_t count)
{
    dp_val *wanted = calloc((size_t)count + 1, sizeof *wanted);
    dp_array **found = calloc((size_t)count + 1, sizeof *found);
    int n = 0, status = wanted && found ? CLI_FINE : plot_status(scene, out_of_memory());
    for (int64_t k = 0; k < count && !status; k++)
        if (holes[k].value) wanted[n++] = holes[k].value;
    if (!status) status = evaluate(scene, wanted, n, found);
    n = 0;
    for (int64_t k = 0; k < count && !status; k++) {
        dp_text text = {.ctx = scene->session.ctx};
        if (!holes[k].value) continue;
        status = plot_status(scene, dp_text_array_str(&text, found[n]));
        if (!status && !(holes[k].text = strdup(text.data))) status = plot_status(scene, out_of_memory());
        dp_text_free(&text);
        dp_array_free(&found[n++]);
    }
    free(wanted);
    free(found);
    return status;
}

/* The pattern with its holes filled. */
static char *join(plot_scene *scene, const char *pattern, const text_hole *holes, int count)
{
    dp_text text = {.ctx = scene->session.ctx};
    dp_status status = DP_OK;
    const char *at = pattern;
    for (int k = 0; k < count && status == DP_OK; k++) {
        status = dp_text_add(&text, at, (size_t)(holes[k].begin - at));
        if (status == DP_OK && holes[k].text) status = dp_text_add(&text, holes[k].text, strlen(holes[k].text));
        at = holes[k].behind;
    }
    if (status == DP_OK) status = dp_text_add(&text, at, strlen(at));
    char *copy = status == DP_OK ? strdup(text.data ? text.data : "") : NULL;
    dp_text_free(&text);
    return copy;
}

static int count_holes(const char *pattern)
{
    const char *behind;
    size_t bytes;
    int count = 0;
    for (const char *at = pattern; next_hole(at, &bytes, &behind); at = behind) count++;
    return count;
}

void plot_texts_free(char **texts, int64_t n)
{
    for (int64_t i = 0; texts && i < n; i++) free(texts[i]);
    free(texts);
}

int plot_texts_make(plot_scene *scene, const char *pattern, int64_t first, const int64_t *classes, int64_t n, char ***out)
{
    *out = NULL;
    if (!pattern) return CLI_FINE;
    int per_text = count_holes(pattern);
    int64_t count = n * per_text;
    text_hole *holes = calloc((size_t)count + 1, sizeof *holes);
    char **texts = calloc((size_t)n + 1, sizeof *texts);
    int status = holes && texts ? CLI_FINE : plot_status(scene, out_of_memory());
    if (!status) status = plot_status(scene, open_holes(scene, pattern, first, classes, n, holes, per_text));
    if (!status) status = fill_holes(scene, holes, count);
    for (int64_t i = 0; i < n && !status; i++)
        if (!(texts[i] = join(scene, pattern, holes + i * per_text, per_text)))
            status = plot_status(scene, out_of_memory());
    for (int64_t k = 0; holes && k < count; k++) free(holes[k].text);
    free(holes);
    if (!status) *out = texts;
    else plot_texts_free(texts, n);
    return status;
}

int plot_text_make(plot_scene *scene, const char *pattern, int64_t i, char **out)
{
    *out = NULL;
    char **texts;
    int status = plot_texts_make(scene, pattern, i, NULL, 1, &texts);
    if (!status && texts) {
        *out = texts[0];
        free(texts);
    }
    return status;
}
