/* How fast convolutions and their gradients are, each way there is: by kernels with an image in each lane ("lanes"), with
 * places in the lanes ("places"), as a product of the kernels with what im2col makes of an image ("im2col", the copy
 * included), and by oneDNN's convolution where the build has it (-DDENPA_WITH_ONEDNN=ON), with its arrays in the order
 * it likes best, without the way there. One core, float32. Usage:
 *
 *     bench_conv [words...]      words: lenet, simpleconv, deepconv
 *
 * Ways take turns, each beside a short loop of multiply-adds in registers: a share is the median of (multiply-adds of the
 * convolution in that time / what that loop does). DENPA_CPU chooses the kernels. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernels/kern.h"
#include "kernels/window.h"
#if DENPA_HAVE_ONEDNN
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#endif

enum { RESULT, INPUT, KERNELS, PASSES, TRIES = 200 };
typedef enum way { LANES, PLACES, IM2COL, ONEDNN, WAYS } way;
static const char *const pass_names[] = {"result", "input", "kernels"};
static const char *const way_names[] = {"lanes", "places", "im2col", "onednn"};

typedef struct layer {
    const char *network;
    int64_t images, channels, plane, filters, kernel, padding;
} layer;

static const layer layers[] = {
    {"lenet", 128, 1, 28, 6, 5, 0},      {"lenet", 128, 6, 12, 16, 5, 0},     {"simpleconv", 100, 1, 28, 30, 5, 0},
    {"deepconv", 100, 1, 28, 16, 3, 1},  {"deepconv", 100, 16, 28, 16, 3, 1}, {"deepconv", 100, 16, 14, 32, 3, 1},
    {"deepconv", 100, 32, 14, 32, 3, 2}, {"deepconv", 100, 32, 8, 64, 3, 1},  {"deepconv", 100, 64, 8, 64, 3, 1},
};

/* One convolution: its arrays, and room for all ways. */
typedef struct job {
    dpk_conv_args args;
    int pass;
    float *x, *w, *y; /* images, kernels, results; each pass makes one of the others */
    float *columns, *sums;
    void *scratch;
#if DENPA_HAVE_ONEDNN
    dnnl_primitive_t primitive;
    dnnl_exec_arg_t given[3];
#endif
} job;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Asking the processor what it is takes long in a virtual machine. */
static dpk_isa level(void)
{
    static dpk_isa isa;
    return isa ? isa : (isa = dpk_cpu_level());
}

static double peak_speed(void)
{
    enum { ROUNDS = 5000 };
    static dpk_peak peak;
    if (!peak.run)
        peak = dpk_find_peak(dpk_cpu_best());
    float y[DPK_PEAK_MAX_FLOATS] = {0};
    double start = now();
    peak.run(y, ROUNDS);
    return (double)ROUNDS * (double)peak.chains * (double)peak.lanes / (now() - start);
}

static int64_t depth_of(const job *j)
{
    return j->args.channels * dpk_window_kernel(&j->args.window);
}

/* ---- The kernels of the list ---- */

static void set_operands(const job *j, dpk_conv_args *args)
{
    args->a = j->pass == INPUT ? j->y : j->x;
    args->b = j->pass == KERNELS ? j->y : j->w;
    args->y = j->pass == RESULT ? j->y : j->pass == INPUT ? j->x : j->sums;
    args->scratch = j->scratch;
}

static void by_kernel(const job *j, bool lanes)
{
    static const dpk_op ops[2][PASSES] = {{DPK_conv2d, DPK_conv2d_input, DPK_conv2d_weight},
                                          {DPK_conv2d_lanes, DPK_conv2d_lanes_input, DPK_conv2d_lanes_weight}};
    dpk_conv_args args = j->args;
    dpk_op op = ops[lanes][j->pass];
    set_operands(j, &args);
    args.row_block = args.pieces = DPK_CONV_LANES;
    args.scratch_elems = 0; /* each unit may have the place of the one before */
    int64_t units = lanes                ? (args.images + DPK_CONV_LANES - 1) / DPK_CONV_LANES
                    : j->pass == KERNELS ? args.pieces
                                         : args.images;
    dpk_find(level(), op, DPK_f32)(&args, 0, units);
    int64_t pieces = lanes ? units : args.pieces, elems = args.filters * depth_of(j);
    for (int64_t p = 1; j->pass == KERNELS && p < pieces; p++)
        for (int64_t i = 0; i < elems; i++)
            j->sums[i] += j->sums[p * elems + i];
}

/* ---- im2col ---- */

/* columns [C KH KW, places] of an image, or what they hold added to the image they come from. */
static void columns_of(const job *j, float *image, bool back)
{
    const dpk_window *w = &j->args.window;
    float *at = j->columns;
    for (int64_t c = 0; c < j->args.channels; c++, image += dpk_window_plane(w))
        for (int64_t p = 0; p < w->kernel[0]; p++)
            for (int64_t q = 0; q < w->kernel[1]; q++)
                for (int64_t i = 0; i < w->places[0]; i++, at += w->places[1]) {
                    int64_t row = i + p - w->padding[0], left = q - w->padding[1], from = left < 0 ? -left : 0;
                    int64_t to = w->plane[1] - left < w->places[1] ? w->plane[1] - left : w->places[1];
                    bool inside = row >= 0 && row < w->plane[0] && to > from;
                    float *line = image + row * w->plane[1] + left;
                    if (back) {
                        for (int64_t k = from; inside && k < to; k++)
                            line[k] += at[k];
                        continue;
                    }
                    memset(at, 0, (size_t)w->places[1] * sizeof *at);
                    if (inside)
                        memcpy(at + from, line + from, (size_t)(to - from) * sizeof *at);
                }
}

static void product(const job *j, dpk_matmul_args args)
{
    int64_t scratch;
    double ns;
    int64_t units = dpk_gemm_cut(level(), DPK_f32, 1, &args, &scratch, &ns);
    args.scratch = j->scratch;
    dpk_fn *gemm = dpk_find(level(), DPK_gemm, DPK_f32);
    for (int64_t u = 0; u < units; u++) { /* each in the place of the one before */
        args.scratch = (float *)j->scratch - u * scratch;
        gemm(&args, u, u + 1);
    }
}

static void by_im2col(const job *j)
{
    const dpk_conv_args *a = &j->args;
    int64_t places = dpk_window_places(&a->window), depth = depth_of(j), elems = a->filters * depth;
    for (int64_t n = 0; n < a->images; n++) {
        float *image = j->x + n * a->channels * dpk_window_plane(&a->window), *y = j->y + n * a->filters * places;
        if (j->pass != INPUT)
            columns_of(j, image, false);
        if (j->pass == RESULT)
            product(j, (dpk_matmul_args){.a = j->w,
                                         .b = j->columns,
                                         .y = y,
                                         .m = a->filters,
                                         .n = places,
                                         .k = depth,
                                         .a_row = depth,
                                         .a_col = 1,
                                         .b_row = places,
                                         .b_col = 1});
        if (j->pass == INPUT) {
            product(j, (dpk_matmul_args){.a = j->w,
                                         .b = y,
                                         .y = j->columns,
                                         .m = depth,
                                         .n = places,
                                         .k = a->filters,
                                         .a_row = 1,
                                         .a_col = depth,
                                         .b_row = places,
                                         .b_col = 1});
            memset(image, 0, (size_t)(a->channels * dpk_window_plane(&a->window)) * sizeof *image);
            columns_of(j, image, true);
        }
        if (j->pass != KERNELS)
            continue;
        product(j, (dpk_matmul_args){.a = y,
                                     .b = j->columns,
                                     .y = j->sums + elems,
                                     .m = a->filters,
                                     .n = depth,
                                     .k = places,
                                     .a_row = places,
                                     .a_col = 1,
                                     .b_row = 1,
                                     .b_col = places});
        for (int64_t i = 0; i < elems; i++)
            j->sums[i] = (n ? j->sums[i] : 0) + j->sums[elems + i];
    }
}

/* ---- oneDNN ---- */

#if DENPA_HAVE_ONEDNN
static dnnl_engine_t engine;
static dnnl_stream_t stream;

static void must(dnnl_status_t status)
{
    if (status != dnnl_success) {
        fprintf(stderr, "bench_conv: oneDNN says %d\n", (int)status);
        exit(1);
    }
}

static dnnl_memory_t memory_of(const_dnnl_primitive_desc_t of, dnnl_query_t what)
{
    const dnnl_memory_desc_t *like = dnnl_primitive_desc_query_md(of, what, 0);
    dnnl_memory_t memory;
    void *data;
    must(dnnl_memory_create(&memory, like, engine, DNNL_MEMORY_ALLOCATE));
    must(dnnl_memory_get_data_handle(memory, &data));
    for (size_t i = 0; i < dnnl_memory_desc_get_size(like) / sizeof(float); i++)
        ((float *)data)[i] = (float)(i % 13) / 13;
    return memory;
}

/* The primitive with arrays of its own, in its order. */
static void open_onednn(job *j)
{
    const dpk_conv_args *a = &j->args;
    const dpk_window *w = &a->window;
    if (!engine) {
        omp_set_num_threads(1);
        must(dnnl_engine_create(&engine, dnnl_cpu, 0));
        must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    }
    const dnnl_dims_t stride = {1, 1}, edge = {w->padding[0], w->padding[1]};
    dnnl_memory_desc_t x, k, y;
    must(dnnl_memory_desc_init_by_tag(&x, 4, (dnnl_dims_t){a->images, a->channels, w->plane[0], w->plane[1]}, dnnl_f32,
                                      dnnl_format_tag_any));
    must(dnnl_memory_desc_init_by_tag(&k, 4, (dnnl_dims_t){a->filters, a->channels, w->kernel[0], w->kernel[1]},
                                      dnnl_f32, dnnl_format_tag_any));
    must(dnnl_memory_desc_init_by_tag(&y, 4, (dnnl_dims_t){a->images, a->filters, w->places[0], w->places[1]}, dnnl_f32,
                                      dnnl_format_tag_any));
    dnnl_convolution_desc_t desc;
    dnnl_primitive_desc_t forward, chosen;
    must(dnnl_convolution_forward_desc_init(&desc, dnnl_forward_training, dnnl_convolution_direct, &x, &k, NULL, &y,
                                            stride, edge, edge));
    must(dnnl_primitive_desc_create(&forward, &desc, NULL, engine, NULL));
    chosen = forward;
    if (j->pass == INPUT)
        must(dnnl_convolution_backward_data_desc_init(&desc, dnnl_convolution_direct, &x, &k, &y, stride, edge, edge));
    if (j->pass == KERNELS)
        must(dnnl_convolution_backward_weights_desc_init(&desc, dnnl_convolution_direct, &x, &k, NULL, &y, stride, edge,
                                                         edge));
    if (j->pass != RESULT)
        must(dnnl_primitive_desc_create(&chosen, &desc, NULL, engine, forward));
    static const dnnl_query_t queries[PASSES][3] = {
        {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md},
        {dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md},
        {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md}};
    static const int names[PASSES][3] = {{DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                                         {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
                                         {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST}};
    for (int i = 0; i < 3; i++)
        j->given[i] = (dnnl_exec_arg_t){names[j->pass][i], memory_of(chosen, queries[j->pass][i])};
    must(dnnl_primitive_create(&j->primitive, chosen));
    if (chosen != forward)
        dnnl_primitive_desc_destroy(chosen);
    dnnl_primitive_desc_destroy(forward);
}

static void by_onednn(const job *j)
{
    must(dnnl_primitive_execute(j->primitive, stream, 3, j->given));
    must(dnnl_stream_wait(stream));
}

static void close_onednn(job *j)
{
    dnnl_primitive_destroy(j->primitive);
    for (int i = 0; i < 3; i++)
        dnnl_memory_destroy(j->given[i].memory);
}
#endif

/* ---- Turns ---- */

static bool has_way(int w)
{
    return w != ONEDNN || DENPA_HAVE_ONEDNN;
}

static void do_once(const job *j, int w)
{
    if (w == LANES || w == PLACES)
        by_kernel(j, w == LANES);
    else if (w == IM2COL)
        by_im2col(j);
#if DENPA_HAVE_ONEDNN
    else
        by_onednn(j);
#endif
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const job *j, const layer *l)
{
    static double seconds[WAYS][TRIES], share[WAYS][TRIES];
    const dpk_window *w = &j->args.window;
    double work = (double)(j->args.images * j->args.filters * dpk_window_places(w)) * (double)depth_of(j),
           begun = now();
    int tries = 0;
    for (; tries < TRIES && (tries < 9 || now() - begun < 0.4); tries++)
        for (int i = 0; i < WAYS; i++) {
            if (!has_way(i))
                continue;
            if (!tries)
                do_once(j, i);
            double before = peak_speed(), start = now();
            do_once(j, i);
            double took = now() - start, after = peak_speed();
            seconds[i][tries] = took;
            share[i][tries] = work / took / (before > after ? before : after);
        }
    printf("%-10s %3lld x %lld x %lld x %lld, %lld of %lld x %lld, padding %lld  %-8s", l->network,
           (long long)l->images, (long long)l->channels, (long long)l->plane, (long long)l->plane,
           (long long)l->filters, (long long)l->kernel, (long long)l->kernel, (long long)l->padding,
           pass_names[j->pass]);
    for (int i = 0; i < WAYS; i++) {
        if (!has_way(i))
            continue;
        qsort(seconds[i], (size_t)tries, sizeof **seconds, compare);
        qsort(share[i], (size_t)tries, sizeof **share, compare);
        printf("  %s %.0f us, %.0f %%", way_names[i], seconds[i][tries / 2] * 1e6, 100 * share[i][tries / 2]);
    }
    printf("\n");
}

static float *numbers(int64_t count)
{
    float *memory = malloc((size_t)count * sizeof *memory);
    for (int64_t i = 0; memory && i < count; i++)
        memory[i] = (float)(i % 17) / 17 - 0.4f;
    return memory;
}

static bool time_layer(const layer *l)
{
    int64_t places = l->plane + 2 * l->padding - l->kernel + 1, most = 0;
    job j = {.args = {.images = l->images, .channels = l->channels, .filters = l->filters, .groups = 1, .pieces = 1}};
    for (int i = 0; i < 2; i++) {
        dpk_window *w = &j.args.window;
        w->plane[i] = l->plane, w->kernel[i] = l->kernel, w->padding[i] = l->padding, w->places[i] = places;
        w->stride[i] = w->dilation[i] = 1;
    }
    for (int op = DPK_conv2d; op <= DPK_conv2d_lanes_weight; op++) {
        int64_t elems = dpk_conv_scratch((dpk_op)op, DPK_f32, &j.args);
        most = elems > most ? elems : most;
    }
    int64_t depth = depth_of(&j), columns = depth * places * places;
    j.x = numbers(l->images * l->channels * l->plane * l->plane);
    j.w = numbers(l->filters * depth);
    j.y = numbers(l->images * l->filters * places * places);
    j.columns = numbers(columns);
    j.sums = numbers((DPK_CONV_LANES + 1) * l->filters * depth);
    j.scratch = aligned_alloc(64, (size_t)(most + (1 << 21)) * sizeof(float) / 64 * 64 + 64);
    bool made = j.x && j.w && j.y && j.columns && j.sums && j.scratch;
    for (j.pass = RESULT; j.pass < PASSES && made; j.pass++) {
        if (j.pass == INPUT && l->channels == 1) /* of a first layer nobody wants it */
            continue;
#if DENPA_HAVE_ONEDNN
        open_onednn(&j);
        measure(&j, l);
        close_onednn(&j);
#else
        measure(&j, l);
#endif
    }
    void *const all[] = {j.x, j.w, j.y, j.columns, j.sums, j.scratch};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    return made;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        bool chosen = argc < 2;
        for (int k = 1; k < argc; k++)
            chosen = chosen || strcmp(argv[k], layers[i].network) == 0;
        if (chosen && !time_layer(&layers[i]))
            return 1;
    }
    return 0;
}
