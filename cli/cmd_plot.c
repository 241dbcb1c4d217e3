/* denpa plot: pictures of arrays, functions and runs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plot_scene.h"

typedef struct plot_options {
    cli_source source;
    const char *dtype, *data_rows;
    plot_said said;
    cli_list add, out;
    int64_t width;
    int term, json;
} plot_options;

/* The layer that the options describe, and those of --add. */
static int read_layers(plot_scene *scene, const plot_options *options, const char *kind)
{
    scene->layers = calloc((size_t)options->add.count + 1, sizeof *scene->layers);
    if (!scene->layers) return plot_status(scene, DP_ERR_NOMEM);
    scene->layers[0] = (plot_layer){.kind = plot_kind_find(kind), .said = options->said};
    scene->layer_count = 1;
    if (!scene->layers[0].kind) {
        const char *names[64];
        int count = 0;
        for (const plot_kind *k = plot_kinds; k->name && count < CLI_COUNT(names); k++) names[count++] = k->name;
        const char *meant = cli_nearest(kind, names, count);
        return cli_wrong_use(&cli_plot, "there is no kind of picture \"%s\"%s%s%s", kind, meant ? "; did you mean " : "",
                             meant ? meant : "", meant ? "?" : "");
    }
    int status = CLI_FINE;
    for (int i = 0; i < options->add.count && !status; i++)
        status = plot_call_read(&cli_plot, options->add.items[i], &scene->layers[scene->layer_count++]);
    return status;
}

static int put_out(plot_scene *scene, const plot_options *options)
{
    int status = CLI_FINE;
    for (int i = 0; i < options->out.count && !status; i++)
        status = plot_status(scene, scene->plot.dp_figure_write(scene->figure, options->out.items[i]));
    if (!status && options->json) {
        dp_text text = {.ctx = scene->session.ctx};
        dp_status described = scene->plot.dp_figure_describe(scene->figure, &text);
        if (described == DP_OK) described = dp_text_addf(&text, "\n");
        if (described == DP_OK) cli_print(&text);
        dp_text_free(&text);
        status = plot_status(scene, described);
    }
    int to_terminal = options->term || (!options->json && !options->out.count);
    return status || !to_terminal ? status : plot_term(scene, options->width);
}

static void close_scene(plot_scene *scene)
{
    for (int l = 0; l < scene->layer_count; l++) {
        for (int key = 0; key < KEY_COUNT; key++) dp_array_free(&scene->layers[l].value[key]);
        free(scene->layers[l].memory);
    }
    free(scene->layers);
    free(scene->inverted);
    if (scene->figure) scene->plot.dp_figure_free(&scene->figure);
    cli_session_close(&scene->session);
}

static int run(const void *given, const cli_list *operands)
{
    const plot_options *options = given;
    const cli_list files = {operands->items + 1, operands->count - 1};
    if (!options->out.count && !options->term && !options->json && !isatty(STDOUT_FILENO))
        return cli_wrong_use(&cli_plot, "say where to: -o FILE, --term or --json");
    const plot_source source = {options->source, options->dtype, options->data_rows};
    plot_scene scene = {.command = &cli_plot, .panel = -1};
    int status = cli_plot_load(&scene.plot);
    if (status) return status;
    for (int i = 0; i < options->out.count; i++)
        if (scene.plot.dp_format_of(options->out.items[i]) == DP_FORMAT_NONE)
            return cli_wrong_use(&cli_plot, "-o %s: pictures end in .png, .svg or .pdf", options->out.items[i]);
    status = read_layers(&scene, options, operands->items[0]);
    if (!status) status = plot_source_open(&scene, &source, &files);
    if (!status) status = plot_values_make(&scene);
    if (!status) status = plot_figure_make(&scene, &options->said);
    if (!status) status = put_out(&scene, options);
    close_scene(&scene);
    return status;
}

#define OPTION(member) .offset = offsetof(plot_options, member)
static const cli_option options[] = {
    {.name = "out", .letter = 'o', .kind = CLI_LIST, OPTION(out), .argument = "FILE",
     .help = "where to: .png, .svg or .pdf; may be given again"},
    {.name = "term", .kind = CLI_FLAG, OPTION(term), .help = "show it in the terminal"},
    {.name = "width", .kind = CLI_INTEGER, OPTION(width), .argument = "COLUMNS", .value = "0", .most = 1000,
     .help = "of the terminal; 0: as wide as it is"},
    {.name = "json", .kind = CLI_FLAG, OPTION(json), .help = "what is on the picture, as JSON on stdout (docs/plot.md)"},
    {.name = "add", .kind = CLI_LIST, OPTION(add), .argument = "CALL",
     .help = "another layer, or the next panel: \"line(x, y, color='red')\"; may be given again"},
#define KEY_OPTION(id, key, scope_of, meaning_of, argument_of, help_of)                                                 \
    {.name = key, .kind = CLI_TEXT, OPTION(said.text[KEY_##id]), .argument = argument_of, .help = help_of},
    PLOT_KEYS(KEY_OPTION)
#undef KEY_OPTION
#define FLAG_OPTION(id, key, scope_of, help_of)                                                                         \
    {.name = key, .kind = CLI_FLAG, OPTION(said.flag[FLAG_##id]), .help = help_of},
    PLOT_FLAGS(FLAG_OPTION)
#undef FLAG_OPTION
    CLI_SOURCE_OPTIONS(plot_options),
    {.name = "data-rows", .kind = CLI_TEXT, OPTION(data_rows), .argument = "A:B", .value = ":",
     .help = "rows A to B - 1 of the data"},
    {.name = "dtype", .kind = CLI_TEXT, OPTION(dtype), .argument = "f32|f64", .value = "f64",
     .help = "what to compute in; a run has its own"},
};
static const char *const usage[] = {"KIND [FILE] [options] -o PICTURE", "KIND -e TEXT [options] -o PICTURE", NULL};
#define KIND_LINE(name, help, ...) "\n  " #name ": " help
static const char *const paragraphs[] = {
    "Draws what a formula file computes, a .npy or .csv file holds, or a run (the folder that denpa train --out left) "
    "learned. --value, --x, --y and their like take any expression over the names there; a .npy file is `data`, a .csv "
    "file has its columns by name and `data`, a run has its model's names with the trained parameters. Defaults are "
    "those of matplotlib.",
    "  KIND is one of" PLOT_KINDS(KIND_LINE),
    "In texts, formulas stand between dollar signs, and %{EXPR} is replaced by a value: \"$t_n=%{T[0]}$\". Where there "
    "are several, i is the number of the panel, tick, series or note, and c the class: \"%{i}: %{T[i]}\".",
    "--add puts further layers onto the panel at hand, as calls that take the same names: "
    "\"heat(Z, cmap='gray', title='scores')\"; panel goes to the next panel, panel(1, 0) to a given one.",
    "With --json: size, titles, and for each panel its limits, ticks, legend and artists with their kinds, numbers and "
    "colours.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa plot heat -e \"Z = softmax(normal((20, 10)), axis=1)\" --value Z --colorbar -o z.png", "a matrix"},
    {"denpa plot digits models/digit_batches.dp --value X --title-left '$t=%{T[i]}$' -o x.svg",
     "nine digits, each under its label"},
    {"denpa plot line -e \"x = arange(-6, 6, 0.1)\" --x x --y \"sigmoid(x)\" -o s.pdf", "a curve"},
    {"denpa plot regions run --value y --over x --plane -5:5:0.01,0:6:0.01 -o r.png",
     "what a trained network takes each point for"},
    {"denpa plot loss run --ylog --legend best -o loss.svg", "how the training went"},
    {"denpa plot digits run --value W1.T --term", "its first-layer weights, in the terminal"},
};
const cli_command cli_plot = {
    .name = "plot",
    .summary = "pictures of arrays, functions and runs",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 2,
    .options_bytes = sizeof(plot_options),
    .run = run,
};
