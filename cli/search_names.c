/* denpa search: which ranges --set gives, and what each of them sets. */
#include <stdlib.h>
#include <string.h>

#include <denpa/file.h>

#include "search.h"

/* The options of an optimiser, "ALL" for those of every one. */
static const struct {
    const char *optimizer, *name;
} optimizer_options[] = {
#define DP_OPTIMIZER(id, name, one, two, three, formula)
#define DP_OPTIMIZER_OPTION(id, option, value, limits) {#id, #option},
#include <denpa/optimizers.def>
#undef DP_OPTIMIZER
#undef DP_OPTIMIZER_OPTION
};

/* Are they the same but for capitals? ids are names in capitals. */
static int same_letters(const char *id, const char *name, size_t bytes)
{
    size_t i = 0;
    for (; id[i] && i < bytes; i++)
        if ((id[i] | 32) != (name[i] | 32)) return 0;
    return !id[i] && i == bytes;
}

static int is_optimizer_option(const char *optimizer, const char *name)
{
    size_t bytes = strcspn(optimizer, ":;");
    for (int i = 0; i < CLI_COUNT(optimizer_options); i++)
        if (strcmp(optimizer_options[i].name, name) == 0 &&
            (strcmp(optimizer_options[i].optimizer, "ALL") == 0 ||
             same_letters(optimizer_options[i].optimizer, optimizer, bytes)))
            return 1;
    return 0;
}

/* Builds the model once, to see which names it binds. */
static dp_status read_names(const searching *s, dp_formula **formula, dp_graph **graph, dp_scope **scope)
{
    dp_array *text = NULL;
    dp_build_config config;
    dp_build_config_init(&config);
    config.batch = 1;
    config.skip_prints = 1;
    config.settings = s->settings.settings;
    config.setting_count = s->settings.count;
    dp_status status = dp_file_read(s->ctx, s->path, 0, &text);
    if (status == DP_OK) status = dp_formula_parse(s->ctx, text->data, dp_array_bytes(text), s->path, formula);
    if (status == DP_OK) status = dp_graph_new(s->ctx, DP_F32, graph);
    if (status == DP_OK) status = dp_formula_build(*formula, *graph, &config, scope);
    dp_array_free(&text);
    return status;
}

static int find_target(const searching *s, const dp_scope *scope, search_range *range)
{
    const char *optimizer = s->options->optimizer;
    if (dp_scope_find(scope, range->name)) range->target = SEARCH_MODEL;
    else if (is_optimizer_option(optimizer, range->name)) range->target = SEARCH_OPTIMIZER;
    else if (strcmp(range->name, "batch") == 0) range->target = SEARCH_BATCH;
    else
        return cli_wrong_use(&cli_search, "--set %s: the model binds no %s, %.*s has no option of this name, and it is not batch",
                             range->name, range->name, (int)strcspn(optimizer, ":;"), optimizer);
    return CLI_FINE;
}

static int find_targets(searching *s)
{
    dp_formula *formula = NULL;
    dp_graph *graph = NULL;
    dp_scope *scope = NULL;
    dp_status status = read_names(s, &formula, &graph, &scope);
    int failed = status == DP_OK ? CLI_FINE : cli_fail(s->ctx, status);
    for (int i = 0; i < s->space.count && !failed; i++) failed = find_target(s, scope, &s->space.ranges[i]);
    dp_scope_free(&scope);
    dp_graph_free(&graph);
    dp_formula_free(&formula);
    return failed;
}

/* Parts --set into ranges and plain settings. */
int search_read_sets(searching *s)
{
    cli_pairs *settings = &s->settings;
    int status = cli_pairs_read(&cli_search, "set", &s->options->set, settings), kept = 0;
    if (status) return status;
    s->space.ranges = calloc((size_t)settings->count + 1, sizeof *s->space.ranges);
    if (!s->space.ranges) return cli_fail(s->ctx, DP_ERR_NOMEM);
    for (int i = 0; i < settings->count && !status; i++) {
        dp_setting setting = settings->settings[i];
        if (search_is_range(setting.expression))
            status = search_range_read(&cli_search, setting.name, setting.expression, &s->space.ranges[s->space.count++]);
        else settings->settings[kept] = setting, kept++;
    }
    for (int i = settings->count; i > kept; i--) settings->settings[i - 1] = (dp_setting){0};
    if (!status && !s->space.count)
        return cli_wrong_use(&cli_search, "nothing is to be tried: give a range, --set 'lr=log(1e-4, 1e-1)'");
    s->result.space = &s->space;
    if (status) return status;
    int all = settings->count;
    settings->count = kept;
    status = find_targets(s);
    settings->count = all; /* all texts are to be freed */
    return status;
}
