/* Graph drawings: what they show, where things lie, and what becomes of odd numbers and small memory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/file.h>
#include <denpa/formula.h>
#include <denpa/ops.h>

#include "plot/drawing_internal.h"
#include "plot/drawing_look.h"
#include "plot/short_number.h"
#include "support/failing_memory.h"
#include "support/random_graph.h"
#include "support/scratch.h"

typedef struct world {
    dp_ctx *ctx;
    dp_formula *formula;
    dp_graph *g;
    dp_scope *scope;
    dp_trace *trace;
    dp_drawing *drawing;
} world;

static void open_text(world *w, const char *text, const char *name, dp_trace_config config, dp_drawing_options options)
{
    dp_build_config build;
    dp_build_config_init(&build);
    *w = (world){0};
    assert_int_equal(dp_ctx_new(NULL, &w->ctx), DP_OK);
    assert_int_equal(dp_formula_parse(w->ctx, text, strlen(text), "test", &w->formula), DP_OK);
    assert_int_equal(dp_graph_new(w->ctx, DP_F64, &w->g), DP_OK);
    if (dp_formula_build(w->formula, w->g, &build, &w->scope) != DP_OK)
        fail_msg("%s", dp_ctx_message(w->ctx));
    if (dp_trace_new(w->g, dp_scope_find(w->scope, name), &config, NULL, NULL, 0, &w->trace) != DP_OK)
        fail_msg("%s", dp_ctx_message(w->ctx));
    assert_int_equal(dp_drawing_new(w->trace, &options, &w->drawing), DP_OK);
}

static void close_world(world *w)
{
    dp_drawing_free(&w->drawing);
    dp_trace_free(&w->trace);
    dp_scope_free(&w->scope);
    dp_graph_free(&w->g);
    dp_formula_free(&w->formula);
    dp_ctx_free(&w->ctx);
}

/* Places everything; false where this build cannot. */
static bool place(dp_drawing *d)
{
    dp_array *image = NULL;
    dp_status status = dp_drawing_image(d, &image);
    dp_array_free(&image);
    if (status == DP_ERR_UNSUPPORTED)
        return false;
    if (status != DP_OK)
        fail_msg("%s", dp_ctx_message(d->ctx));
    return true;
}

static void short_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {{220.00000000000003, 6, "220"},
                 {3.3000000000000003, 6, "3.3"},
                 {0.1 + 0.2, 17, "0.30000000000000004"},
                 {-0.0, 6, "0"},
                 {1e-7, 6, "1e-07"},
                 {123456789, 6, "123457000"},
                 {2.0 / 3, 3, "0.667"},
                 {NAN, 6, "nan"},
                 {-INFINITY, 6, "-inf"},
                 {1e300, 6, "1e+300"},
                 {5e-324, 6, "5e-324"}};
    char buffer[DPI_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(dpi_short_number(cases[i].value, cases[i].digits, buffer), cases[i].text);
}

static void tex_is(const char *symbol, const char *expected)
{
    dp_ctx *ctx;
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    dp_text text = {.ctx = ctx};
    assert_int_equal(dpi_symbol_tex(symbol, &text), DP_OK);
    assert_string_equal(text.data, expected);
    dp_text_free(&text);
    dp_ctx_free(&ctx);
}

static void symbols_become_formulas(void **state)
{
    (void)state;
    tex_is("x", "$x$");
    tex_is("W1", "$W_{1}$");
    tex_is("apple_num", "$\\mathrm{apple\\_num}$");
    tex_is("∂L/∂y y² exp(-x)", "$\\frac{\\partial L}{\\partial y}\\,y^2\\,\\exp(-x)$");
    tex_is("∂L/∂Y · Wᵀ", "$\\frac{\\partial L}{\\partial Y} \\cdot W^{\\mathrm{T}}$");
    tex_is("3 a**2", "$3\\,a^{2}$");
    tex_is("∂z/∂(x + y)", "$\\frac{\\partial z}{\\partial (x\\,+\\,y)}$");
    tex_is("りんご", "$\\mathrm{りんご}$");
    tex_is("a**(n - 1)", "$a^{(n\\,-\\,1)}$");
    tex_is("∂", "$\\frac{\\partial }{}$");
}

/* ---- Steps ---- */

static void steps_of_the_apples(void **state)
{
    (void)state;
    world w;
    open_text(&w, "apple = 100; n = 2; tax = 1.1; price = apple * n * tax", "price", (dp_trace_config){.gradient = 1},
              (dp_drawing_options){0});
    dp_drawing *d = w.drawing;
    assert_int_equal(dp_drawing_steps(d), 5); /* two products, the 1, two products back */
    static const int forward[] = {0, 3, 5, 5, 5, 5}, backward[] = {0, 0, 0, 1, 3, 5};
    for (int step = 0; step <= 5; step++) {
        int shown = 0, back = 0;
        assert_int_equal(dp_drawing_show(d, step), DP_OK);
        for (int e = 0; e < d->edge_count; e++)
            shown += d->edges[e].shown, back += d->edges[e].back_shown;
        assert_int_equal(shown, forward[step]);
        assert_int_equal(back, backward[step]);
    }
    assert_int_equal(dp_drawing_show(d, 6), DP_ERR_RANGE);
    assert_int_equal(dp_drawing_show(d, -1), DP_ERR_RANGE);
    close_world(&w);
}

/* What goes into an operation, then what comes out: the four slides of Fig. 5-2. */
static void halves_of_the_apples(void **state)
{
    (void)state;
    world w;
    open_text(&w, "apple = 100; n = 2; tax = 1.1; price = apple * n * tax", "price", (dp_trace_config){.gradient = 1},
              (dp_drawing_options){.halves = 1});
    dp_drawing *d = w.drawing;
    assert_int_equal(dp_drawing_steps(d), 7);
    static const int forward[] = {0, 2, 3, 4, 5, 5, 5, 5}, backward[] = {0, 0, 0, 0, 0, 1, 3, 5};
    for (int step = 0; step <= 7; step++) {
        int shown = 0, back = 0;
        assert_int_equal(dp_drawing_show(d, step), DP_OK);
        for (int e = 0; e < d->edge_count; e++)
            shown += d->edges[e].shown, back += d->edges[e].back_shown;
        assert_int_equal(shown, forward[step]);
        assert_int_equal(back, backward[step]);
        assert_int_equal(d->nodes[d->node_count - 1].shown, step >= 4); /* the name of the result */
    }
    close_world(&w);
}

/* ---- Places ---- */

static bool apart(double ax, double ay, double aw, double ah, double bx, double by, double bw, double bh)
{
    double touch = 0.02; /* Graphviz rounds sizes and places to hundredths of a point */
    return fabs(ax - bx) >= (aw + bw) / 2 - touch || fabs(ay - by) >= (ah + bh) / 2 - touch;
}

typedef struct thing {
    double x, y, w, h;
    int node, edge; /* -1: it is the other */
} thing;

static int things_of(const dp_drawing *d, thing *things)
{
    int count = 0;
    for (int n = 0; n < d->node_count; n++)
        things[count++] = (thing){d->nodes[n].x, d->nodes[n].y, d->nodes[n].w, d->nodes[n].h, n, -1};
    for (int e = 0; e < d->edge_count; e++)
        if (d->edges[e].has_block)
            things[count++] = (thing){d->edges[e].x, d->edges[e].y, d->edges[e].w, d->edges[e].h, -1, e};
    return count;
}

static bool inside(const thing *t, double x, double y)
{
    return fabs(x - t->x) < t->w / 2 - APART - BLOCK_PAD && fabs(y - t->y) < t->h / 2 - APART - BLOCK_PAD;
}

/* Arrows go through no text and no node but those at their ends. */
static void hold_arrow(const dp_drawing *d, int e, const thing *things, int count)
{
    const dpi_gedge *edge = &d->edges[e];
    for (int half = 0; half < 2; half++)
        for (int i = 0; i + 3 < edge->point_count[half]; i += 3)
            for (int k = 0; k <= 20; k++) {
                const double *p = edge->points[half] + 2 * i;
                double t = k / 20.0, s = 1 - t, x = 0, y = 0,
                       weights[] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
                for (int j = 0; j < 4; j++)
                    x += weights[j] * p[2 * j], y += weights[j] * p[2 * j + 1];
                for (int n = 0; n < count; n++) {
                    const thing *other = &things[n];
                    if (other->edge == e || other->node == edge->from || other->node == edge->to)
                        continue;
                    if (inside(other, x, y))
                        fail_msg("arrow %d goes through node %d, text %d", e, other->node, other->edge);
                }
            }
}

static void hold_places(const dp_drawing *d)
{
    thing *things = calloc((size_t)(d->node_count + d->edge_count), sizeof *things);
    int count = things_of(d, things);
    for (int i = 0; i < count; i++) {
        const thing *a = &things[i];
        assert_true(a->x - a->w / 2 >= 0 && a->x + a->w / 2 <= d->width);
        assert_true(a->y - a->h / 2 >= 0 && a->y + a->h / 2 <= d->height);
        for (int k = 0; k < i; k++)
            if (!apart(a->x, a->y, a->w, a->h, things[k].x, things[k].y, things[k].w, things[k].h))
                fail_msg("things %d and %d lie on top of each other", i, k);
    }
    for (int e = 0; e < d->edge_count; e++)
        hold_arrow(d, e, things, count);
    free(things);
}

/* What is written fits into the room that the layout kept for it. */
static void hold_room(const dp_drawing *d)
{
    for (int e = 0; e < d->edge_count; e++)
        for (int i = 0; i < 2; i++) {
            const dpi_gside *side = &d->edges[e].side[i];
            if (!side->numbers)
                continue;
            assert_true(side->w <= d->edges[e].w && LINE_GAP + side->h <= d->edges[e].h / 2 + 1e-9);
            assert_true(side->text_label.width <= side->w + 1e-9 && side->shape_label.width <= side->w + 1e-9);
        }
}

static void nothing_overlaps(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        dp_ctx *ctx;
        dp_graph *g;
        dp_trace *trace = NULL;
        dp_drawing *d = NULL;
        dp_val values[40];
        char name[16];
        assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
        assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
        int count = random_graph_fill(g, seed, 40, 3, 4, values);
        /* A tree of sums and products over all: every node is on the picture. */
        dp_val tree[40];
        int n = 0;
        for (int i = 0; i < count; i++) {
            snprintf(name, sizeof name, "v%d", i);
            dp_val_set_name(g, values[i], name);
            if (dp_dtype_is_float(dp_val_dtype(g, values[i])))
                tree[n++] = dp_sum(g, values[i], NULL, 0, 0);
        }
        for (; n > 1; n = (n + 1) / 2)
            for (int i = 0; i < n / 2; i++) {
                dp_val right = n - 1 - i > i ? tree[n - 1 - i] : DP_VAL_NONE;
                tree[i] = i % 2 ? dp_mul(g, tree[i], right) : dp_add(g, tree[i], right);
            }
        dp_val wanted = tree[0];
        if (dp_trace_new(g, wanted, &(dp_trace_config){.gradient = seed % 2}, NULL, NULL, 0, &trace) != DP_OK)
            fail_msg("%s", dp_ctx_message(ctx));
        assert_true(dp_trace_node_count(trace) >= 100);
        assert_int_equal(dp_drawing_new(trace, &(dp_drawing_options){.dpi = 10, .formulas = seed % 3 == 0}, &d), DP_OK);
        if (place(d)) {
            hold_places(d);
            hold_room(d);
        }
        dp_drawing_free(&d);
        dp_trace_free(&trace);
        dp_graph_free(&g);
        dp_ctx_free(&ctx);
    }
}

static void left_to_right(void **state)
{
    (void)state;
    world w;
    open_text(&w,
              "apple = 100; apple_num = 2; orange = 150; orange_num = 3; tax = 1.1; "
              "price = (apple * apple_num + orange * orange_num) * tax",
              "price", (dp_trace_config){.gradient = 1}, (dp_drawing_options){0});
    dp_drawing *d = w.drawing;
    if (place(d)) {
        for (int e = 0; e < d->edge_count; e++) {
            const dpi_gedge *edge = &d->edges[e];
            assert_true(d->nodes[edge->from].x < edge->x && edge->x < d->nodes[edge->to].x);
            /* what comes first stands above what comes second */
            if (edge->trace && edge->trace->slot == 1)
                assert_true(d->edges[e - 1].y < edge->y);
        }
        hold_places(d);
    }
    close_world(&w);
}

/* ---- Odd graphs ---- */

static void odd_numbers(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "x = 1.0; y = log(x - 1)",
        "x = 0.0; y = x / x",
        "x = zeros((0, 3)); y = sum(x)",
        "x = ones((30, 40)) * (log(0.0) - log(0.0)); y = sum(x)",
        "x = ones((30, 40)); y = x * 1e300 * 1e300; z = sum(y)",
        "x = ones((2, 3, 4, 5)); y = sum(x)",
        "りんご = 100; 消費税 = 1.1; 支払額 = りんご * 消費税",
        "a_name_that_is_so_long_that_nobody_would_write_it_down_twice_in_one_day = 2.0; y = "
        "a_name_that_is_so_long_that_nobody_would_write_it_down_twice_in_one_day ** 3",
        "x = 5.0",
        "x = ones(1000); y = sum(x)",
        "x = ones((100000, 3)); y = sum(x)",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (int symbols = 0; symbols < 2; symbols++) {
            world w;
            const char *name = strstr(texts[i], "支払額") ? "支払額"
                               : strstr(texts[i], "z =")  ? "z"
                               : strstr(texts[i], "y =")  ? "y"
                                                          : "x";
            open_text(&w, texts[i], name, (dp_trace_config){.gradient = 1}, (dp_drawing_options){.symbols = symbols});
            dp_text text = {.ctx = w.ctx};
            assert_int_equal(dp_drawing_describe(w.drawing, &text), DP_OK);
            assert_int_equal(dp_drawing_dot(w.drawing, &text), DP_OK);
            dp_text_free(&text);
            if (place(w.drawing))
                hold_places(w.drawing);
            close_world(&w);
        }
}

static void refusals(void **state)
{
    (void)state;
    world w;
    dp_drawing *untouched = NULL;
    open_text(&w, "x = 5.0; y = x * 2", "y", (dp_trace_config){0}, (dp_drawing_options){0});
    assert_int_equal(dp_drawing_new(w.trace, &(dp_drawing_options){.digits = 18}, &untouched), DP_ERR_ARG);
    assert_int_equal(dp_drawing_new(w.trace, &(dp_drawing_options){.dpi = NAN}, &untouched), DP_ERR_ARG);
    assert_null(untouched);
    assert_int_equal(dp_drawing_write(w.drawing, "g.txt"), DP_ERR_ARG);
    assert_int_equal(dp_drawing_write(w.drawing, NULL), DP_ERR_ARG);
    assert_int_equal(dp_drawing_write(w.drawing, scratch_path("missing/g.dot")), DP_ERR_IO);
    assert_int_equal(scratch_count(), 0);
    close_world(&w);
}

static void all_formats(void **state)
{
    (void)state;
    static const struct {
        const char *name, *begins;
    } formats[] = {{"g.svg", "<?xml"}, {"g.png", "\x89PNG"}, {"g.pdf", "%PDF"}, {"g.dot", "digraph"}};
    world w;
    open_text(&w, "x = [[1.0, 2.0]]; y = sum(sigmoid(x))", "y", (dp_trace_config){.gradient = 1},
              (dp_drawing_options){0});
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const char *path = scratch_path(formats[i].name);
        char begin[8] = {0};
        dp_status status = dp_drawing_write(w.drawing, path);
        if (status == DP_ERR_UNSUPPORTED)
            continue;
        assert_int_equal(status, DP_OK);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        assert_true(fread(begin, 1, 7, file) == 7);
        fclose(file);
        assert_memory_equal(begin, formats[i].begins, strlen(formats[i].begins));
    }
    close_world(&w);
}

static void bytes_are_those_of_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        dp_format format;
    } formats[] = {{"e.svg", DP_FORMAT_SVG}, {"e.png", DP_FORMAT_PNG}};
    world w;
    open_text(&w, "x = [[1.0, 2.0]]; y = sum(sigmoid(x))", "y", (dp_trace_config){.gradient = 1},
              (dp_drawing_options){0});
    dp_array *bytes = NULL, *file = NULL;
    assert_int_equal(dp_drawing_encode(w.drawing, DP_FORMAT_NONE, &bytes), DP_ERR_ARG);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        dp_status status = dp_drawing_encode(w.drawing, formats[i].format, &bytes);
        if (status == DP_ERR_UNSUPPORTED)
            break;
        assert_int_equal(status, DP_OK);
        const char *path = scratch_path(formats[i].name);
        assert_int_equal(dp_drawing_write(w.drawing, path), DP_OK);
        assert_int_equal(dp_file_read(w.ctx, path, 0, &file), DP_OK);
        assert_int_equal(dp_array_bytes(bytes), dp_array_bytes(file));
        assert_memory_equal(bytes->data, file->data, dp_array_bytes(file));
        dp_array_free(&bytes);
        dp_array_free(&file);
    }
    close_world(&w);
}

static dp_status draw_once(dp_ctx *ctx, void *user)
{
    (void)user;
    dp_graph *g;
    dp_trace *trace = NULL;
    dp_drawing *drawing = NULL;
    dp_text text = {.ctx = ctx};
    dp_status status = dp_graph_new(ctx, DP_F64, &g);
    if (status != DP_OK)
        return status;
    dp_val x = dp_variable(g, "x", &(dp_array){.dtype = DP_F64, .shape = dp_shape_scalar(), .data = (double[]){0.5}});
    dp_val y =
        dp_mul(g, dp_sigmoid(g, x), dp_sum(g, dp_full(g, dp_shape_of(1, (int64_t[]){9}), DP_F64, 2), NULL, 0, 0));
    status = dp_graph_status(g);
    if (status == DP_OK)
        status = dp_trace_new(g, y, &(dp_trace_config){.gradient = 1}, NULL, NULL, 0, &trace);
    if (status == DP_OK)
        status = dp_drawing_new(trace, &(dp_drawing_options){.formulas = 1, .dpi = 20}, &drawing);
    if (status == DP_OK)
        status = dp_drawing_dot(drawing, &text);
    if (status == DP_OK)
        status = dp_drawing_describe(drawing, &text);
    dp_array *image = NULL;
    if (status == DP_OK)
        status = dp_drawing_image(drawing, &image);
    if (status == DP_ERR_UNSUPPORTED)
        status = DP_OK;
    dp_array_free(&image);
    dp_text_free(&text);
    dp_drawing_free(&drawing);
    dp_trace_free(&trace);
    dp_graph_free(&g);
    return status;
}

static void memory_may_fail(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(draw_once, NULL) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_numbers),
        cmocka_unit_test(symbols_become_formulas),
        cmocka_unit_test(steps_of_the_apples),
        cmocka_unit_test(halves_of_the_apples),
        cmocka_unit_test(nothing_overlaps),
        cmocka_unit_test(left_to_right),
        cmocka_unit_test(odd_numbers),
        cmocka_unit_test(refusals),
        cmocka_unit_test(all_formats),
        cmocka_unit_test(bytes_are_those_of_the_file),
        cmocka_unit_test(memory_may_fail),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
