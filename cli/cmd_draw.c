/* denpa draw: the computation graph with every value and every gradient on it. */
#include <stdlib.h>
#include <string.h>

#include <denpa/ops.h>
#include <denpa/trace.h>

#include "plot_loader.h"
#include "session.h"
#include "term_out.h"

typedef struct draw_options {
    cli_source source;
    const char *value, *grad, *upstream, *out, *dtype, *forward_color, *backward_color;
    cli_list wrt;
    int64_t batch, step, digits, dpi, width;
    int check, steps, halves, group, expand, blank, formulas, symbols, chain, json, term;
} draw_options;

typedef struct work {
    const draw_options *options;
    cli_session session;
    cli_plot_library plot;
    dp_val wanted, *wrt;
    dp_trace *trace;
    dp_drawing *drawing;
    int differs; /* a gradient that was checked */
} work;

/* ---- What is to be drawn ---- */

/* The value named "loss", or else the last that is computed. */
static const char *usual_name(const dp_scope *scope)
{
    if (dp_scope_find(scope, "loss"))
        return "loss";
    const char *found = NULL;
    for (int i = 0; i < dp_scope_count(scope); i++)
        if (dp_scope_kind(scope, i) == DP_NAME_VALUE)
            found = dp_scope_name(scope, i);
    return found;
}

static int choose(work *w, dp_trace_config *config)
{
    const draw_options *o = w->options;
    cli_session *s = &w->session;
    const char *name = o->grad ? o->grad : o->value ? o->value : usual_name(s->scope);
    if (!name)
        return cli_wrong_use(&cli_draw,
                             "the formula computes nothing that has a name: give --value EXPR or --grad EXPR");
    dp_status status = cli_session_value(s, name, o->grad ? "--grad" : "--value", &w->wanted);
    if (status != DP_OK)
        return cli_fail(s->ctx, status);
    if (!*dp_val_name(s->graph, w->wanted) && dp_scope_find(s->scope, name))
        dp_val_set_name(s->graph, w->wanted, name);
    int symbols = o->symbols || o->chain, one = dp_shape_elems(dp_val_shape(s->graph, w->wanted)) == 1;
    int bare = !o->value && (one || symbols || o->upstream) && dp_val_dtype(s->graph, w->wanted) != DP_BOOL;
    config->gradient = o->grad != NULL || bare;
    config->ones = symbols;
    return CLI_FINE;
}

static dp_status read_gradient_options(work *w, dp_trace_config *config)
{
    const draw_options *o = w->options;
    cli_session *s = &w->session;
    dp_status status = DP_OK;
    if (o->upstream) {
        status = cli_session_value(s, o->upstream, "--upstream", &config->upstream);
        dp_shape shape = dp_val_shape(s->graph, w->wanted);
        if (status == DP_OK && dp_val_shape(s->graph, config->upstream).rank == 0 && shape.rank)
            config->upstream = dp_broadcast_to(s->graph, config->upstream, shape);
    }
    if (status != DP_OK || !o->wrt.count)
        return status;
    w->wrt = calloc((size_t)o->wrt.count, sizeof *w->wrt);
    if (!w->wrt)
        return DP_ERR_NOMEM;
    for (int i = 0; i < o->wrt.count && status == DP_OK; i++)
        status = cli_session_value(s, o->wrt.items[i], "--wrt", &w->wrt[i]);
    config->wrt = w->wrt;
    config->wrt_count = o->wrt.count;
    return status;
}

static int trace(work *w)
{
    const draw_options *o = w->options;
    cli_session *s = &w->session;
    dp_trace_config config;
    dp_trace_config_init(&config);
    int exit_status = choose(w, &config);
    if (exit_status)
        return exit_status;
    config.group = o->group;
    config.expand = o->expand;
    config.check = o->check;
    dp_status status = config.gradient ? read_gradient_options(w, &config) : DP_OK;
    if (status == DP_OK)
        status = cli_session_feed(s);
    if (status == DP_OK)
        status = dp_trace_new(s->graph, w->wanted, &config, s->feed_vals, (const dp_array *const *)s->feeds,
                              s->feed_count, &w->trace);
    if (status != DP_OK)
        return cli_fail(s->ctx, status);
    for (int n = 0; n < dp_trace_node_count(w->trace); n++) {
        const dp_check_result *check = dp_trace_node_get(w->trace, n)->check;
        if (check && !check->ok)
            w->differs = 1;
    }
    return CLI_FINE;
}

/* ---- Out ---- */

static dp_status print(work *w)
{
    dp_text text = {.ctx = w->session.ctx};
    dp_status status =
        w->options->json ? w->plot.dp_drawing_describe(w->drawing, &text) : w->plot.dp_drawing_dot(w->drawing, &text);
    if (status == DP_OK)
        cli_print(&text);
    dp_text_free(&text);
    return status;
}

/* "g.svg" as "g-03.svg". */
static dp_status numbered(const char *path, int step, int steps, dp_text *out)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    int before = dot ? (int)(dot - path) : (int)strlen(path);
    return dp_text_addf(out, "%.*s-%0*d%s", before, path, steps > 99 ? 3 : 2, step, dot ? dot : "");
}

static dp_status write_steps(work *w)
{
    int steps = w->plot.dp_drawing_steps(w->drawing);
    dp_status status = DP_OK;
    for (int step = 1; step <= steps && status == DP_OK; step++) {
        dp_text path = {.ctx = w->session.ctx};
        status = w->plot.dp_drawing_show(w->drawing, step);
        if (status == DP_OK)
            status = numbered(w->options->out, step, steps, &path);
        if (status == DP_OK)
            status = w->plot.dp_drawing_write(w->drawing, path.data);
        dp_text_free(&path);
    }
    return status;
}

static dp_status show(work *w)
{
    dp_array *image = NULL;
    dp_status status = w->plot.dp_drawing_image(w->drawing, &image);
    if (status == DP_OK)
        status = cli_term_print(&w->plot, w->session.ctx, image, w->options->width);
    dp_array_free(&image);
    return status;
}

static dp_status draw(work *w)
{
    const draw_options *o = w->options;
    dp_drawing_options options = {.symbols = o->symbols,
                                  .chain = o->chain,
                                  .blank = o->blank,
                                  .formulas = o->formulas,
                                  .digits = (int)o->digits,
                                  .dpi = (double)o->dpi,
                                  .halves = o->halves,
                                  .forward_color = o->forward_color,
                                  .backward_color = o->backward_color};
    dp_status status = w->plot.dp_drawing_new(w->trace, &options, &w->drawing);
    if (status == DP_OK && o->step >= 0)
        status = w->plot.dp_drawing_show(w->drawing, (int)o->step);
    if (status == DP_OK && o->out)
        status = o->steps ? write_steps(w) : w->plot.dp_drawing_write(w->drawing, o->out);
    if (status == DP_OK && o->term)
        status = show(w);
    return status == DP_OK && (o->json || (!o->out && !o->term)) ? print(w) : status;
}

static int use_ok(const draw_options *o)
{
    if (o->value && o->grad)
        return cli_wrong_use(&cli_draw, "give either --value or --grad");
    if (o->value && (o->upstream || o->check || o->wrt.count))
        return cli_wrong_use(&cli_draw, "%s is about gradients: give --grad EXPR in place of --value",
                             o->upstream ? "--upstream"
                             : o->check  ? "--check"
                                         : "--wrt");
    if (o->group && o->expand)
        return cli_wrong_use(&cli_draw, "--group folds and --expand unfolds: give one of them");
    if (o->symbols && o->chain)
        return cli_wrong_use(&cli_draw, "give either --symbols or --chain");
    if (o->steps && (o->step >= 0 || !o->out))
        return cli_wrong_use(&cli_draw, "--steps writes all steps into files: it needs -o, and no --step");
    return CLI_FINE;
}

static int run(const void *given, const cli_list *operands)
{
    const draw_options *options = given;
    work w = {.options = options};
    dp_dtype dtype;
    cli_source source = options->source;
    int exit_status = use_ok(options);
    if (!exit_status)
        exit_status = cli_dtype_read(&cli_draw, options->dtype, &dtype);
    if (!exit_status)
        exit_status = cli_plot_load(&w.plot);
    if (exit_status)
        return exit_status;
    if (options->symbols || options->chain)
        source.zero_rows = options->batch;
    exit_status = cli_session_open(&cli_draw, &source, operands, dtype, 0, options->batch, &w.session);
    if (!exit_status)
        exit_status = trace(&w);
    if (!exit_status) {
        dp_status status = draw(&w);
        exit_status = status != DP_OK ? cli_fail(w.session.ctx, status) : w.differs ? CLI_CHECK_FAILED : CLI_FINE;
    }
    w.plot.dp_drawing_free(&w.drawing);
    dp_trace_free(&w.trace);
    free(w.wrt);
    cli_session_close(&w.session);
    return exit_status;
}

static const cli_option options[] = {
    {.name = "out",
     .letter = 'o',
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, out),
     .argument = "PATH",
     .help = "the picture: .svg, .png, .pdf or .dot; without it DOT goes to stdout"},
    {.name = "grad",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, grad),
     .argument = "EXPR",
     .help = "draw the graph of this value, and what goes back from it"},
    {.name = "value",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, value),
     .argument = "EXPR",
     .help = "draw the graph of this value, forward only"},
    CLI_SOURCE_OPTIONS(draw_options),
    {.name = "batch",
     .kind = CLI_INTEGER,
     .offset = offsetof(draw_options, batch),
     .argument = "N",
     .value = "5",
     .least = 1,
     .help = "the first N rows of the data"},
    {.name = "upstream",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, upstream),
     .argument = "EXPR",
     .help = "what comes back from behind the value, in place of 1"},
    {.name = "wrt",
     .kind = CLI_LIST,
     .offset = offsetof(draw_options, wrt),
     .argument = "NAME",
     .help = "go back to NAME only; may be given again"},
    {.name = "check",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, check),
     .help = "mark every variable with its gradient check; exit status 1 if one differs"},
    {.name = "group",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, group),
     .help = "fold what is written out: sigmoid, Affine, mean, cross-entropy, Softmax-with-Loss"},
    {.name = "expand",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, expand),
     .help = "unfold sigmoid and softmax_cross_entropy into their steps"},
    {.name = "symbols",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, symbols),
     .help = "names in place of numbers; inputs need no data"},
    {.name = "chain",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, chain),
     .help = "as --symbols, gradients as products of derivatives: the chain rule"},
    {.name = "blank",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, blank),
     .help = "empty boxes in place of the gradients, to be filled in by hand"},
    {.name = "formulas",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, formulas),
     .help = "the formula and the local derivatives on every operation"},
    {.name = "step",
     .kind = CLI_INTEGER,
     .offset = offsetof(draw_options, step),
     .argument = "K",
     .value = "-1",
     .least = -1,
     .help = "only what is there after step K: first the operations one by one, then the way back"},
    {.name = "steps",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, steps),
     .help = "all steps, as PATH-01, PATH-02, … in front of the ending"},
    {.name = "halves",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, halves),
     .help = "two steps for each operation: what goes into it, then what comes out"},
    {.name = "forward-color",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, forward_color),
     .argument = "COLOR",
     .help = "of the arrows forward, in place of black: a name or #rrggbb"},
    {.name = "backward-color",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, backward_color),
     .argument = "COLOR",
     .help = "of the arrows back, in place of blue"},
    {.name = "digits",
     .kind = CLI_INTEGER,
     .offset = offsetof(draw_options, digits),
     .argument = "D",
     .value = "0",
     .most = 17,
     .help = "significant digits of numbers; 0: 6, and 4 in arrays"},
    {.name = "dpi",
     .kind = CLI_INTEGER,
     .offset = offsetof(draw_options, dpi),
     .argument = "D",
     .value = "100",
     .least = 10,
     .most = 1200,
     .help = "pixels per inch of a .png"},
    {.name = "dtype",
     .kind = CLI_TEXT,
     .offset = offsetof(draw_options, dtype),
     .argument = "f32|f64",
     .value = "f64",
     .help = "what to compute in"},
    {.name = "term",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, term),
     .help = "show it in the terminal; words can be read where that knows the protocol of kitty or sixel"},
    {.name = "width",
     .kind = CLI_INTEGER,
     .offset = offsetof(draw_options, width),
     .argument = "COLUMNS",
     .value = "0",
     .most = 10000,
     .help = "of the terminal; 0: as wide as it is"},
    {.name = "json",
     .kind = CLI_FLAG,
     .offset = offsetof(draw_options, json),
     .help = "what is drawn as one JSON object on stdout: nodes, arrows, texts, exact numbers"},
};
static const char *const usage[] = {"FILE [options]", "RUN [options]", "-e TEXT [options]", NULL};
static const char *const paragraphs[] = {
    "Draws the computation graph of a value: circles are operations, names outside them variables; the value stands "
    "above each "
    "arrow, what goes back along it below, thicker and in blue. Where several arrows come back to one place, their sum "
    "stands "
    "there (Σ). Small arrays are written out, large ones are small heat maps with their least, mean and largest "
    "number.",
    "Without --value and --grad the value named loss is drawn, or else the last that is computed, with its gradients "
    "if it is "
    "one number. The numbers are those of `denpa eval`, rounded for reading; --digits 17 shows all of them.",
    "Of a RUN, the folder that denpa train leaves, the model is drawn with the parameters that it was trained to.",
    "Pictures need libdenpa-plot with Cairo, Pango and Graphviz (denpa info). DOT and --json need neither.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa draw models/buy_apple.dp -o apple.svg", "the book's apples, forward and back"},
    {"denpa draw models/buy_apple_orange.dp --blank -o exercise.png", "the exercise of Fig. 5-15: boxes to fill in"},
    {"denpa draw -e \"x = 0.5; y = sigmoid(x)\" --expand --symbols --upstream 1 -o sigmoid.pdf",
     "the Sigmoid layer step by step, in symbols"},
    {"denpa draw models/two_layer_net.dp --data digits --group --steps -o net.png", "a lecture in pictures"},
    {"denpa draw run --data digits --batch 2 --group -o trained.svg", "a trained model"},
};
const cli_command cli_draw = {
    .name = "draw",
    .summary = "draw the computation graph with its values and gradients",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .most_operands = 1,
    .options_bytes = sizeof(draw_options),
    .run = run,
};
