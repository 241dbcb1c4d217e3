#include "data_show.h"

#include <stdlib.h>
#include <string.h>

#include "plot_loader.h"

enum { PLAIN_COUNT = 100, ACROSS = 10, EXAMPLES = 6, CHANGED = 9, GAP = 2, WHITE = 255 };

/* A sheet of pictures, `across` in a line. */
typedef struct sheet {
    dp_ctx *ctx;
    const dp_dataset *data;
    int column;
    dp_array *rgb;                      /* [H, W, 3] */
    int64_t across, height, width, gap; /* of a picture */
} sheet;

/* One picture [C, H, W] of float32, 0 to 1, in place number `place` of the sheet. */
static void put(const sheet *s, const float *picture, int64_t channels, int64_t place)
{
    int64_t top = place / s->across * (s->height + s->gap), left = place % s->across * (s->width + s->gap);
    uint8_t *to = s->rgb->data;
    for (int64_t y = 0; y < s->height; y++)
        for (int64_t x = 0; x < s->width; x++)
            for (int c = 0; c < 3; c++) {
                float value = picture[((channels == 3 ? c : 0) * s->height + y) * s->width + x];
                value = value < 0 ? 0 : value > 1 ? 1 : value;
                to[((top + y) * s->rgb->shape.dims[1] + left + x) * 3 + c] = (uint8_t)(value * WHITE + 0.5f);
            }
}

/* Rows `rows` as epoch `epoch` sees them, the first at place `first`, the others each `step` places on. */
static dp_status put_rows(const sheet *s, const dp_augment *augment, uint64_t seed, int64_t epoch, const int64_t *rows,
                          int64_t n, int64_t first, int64_t step)
{
    dp_array *pictures = NULL;
    dp_status status = dp_dataset_augment(s->data, s->column, rows, n, augment, seed, epoch, &pictures);
    if (status != DP_OK)
        return status;
    int64_t channels = pictures->shape.dims[1], elems = channels * s->height * s->width;
    for (int64_t i = 0; i < n; i++)
        put(s, (const float *)pictures->data + i * elems, channels, first + i * step);
    dp_array_free(&pictures);
    return DP_OK;
}

/* The first column of pictures; -1: there is none. */
static int find_pictures(const dp_dataset *data, int64_t *height, int64_t *width)
{
    for (int c = 0; c < dp_dataset_columns(data); c++) {
        dp_shape shape = dp_dataset_column(data, c)->shape;
        if (shape.rank != 3 && shape.rank != 4)
            continue;
        *height = shape.dims[shape.rank - 2];
        *width = shape.dims[shape.rank - 1];
        return c;
    }
    return -1;
}

static dp_status new_sheet(sheet *s, int64_t pictures)
{
    int64_t lines = (pictures + s->across - 1) / s->across;
    dp_shape shape =
        dp_shape_of(3, (int64_t[]){lines * (s->height + s->gap) - s->gap, s->across * (s->width + s->gap) - s->gap, 3});
    dp_status status = dp_array_new(s->ctx, DP_U8, shape, &s->rgb);
    if (status == DP_OK)
        memset(s->rgb->data, WHITE, dp_array_bytes(s->rgb));
    return status;
}

/* Without augmentation the rows one after the other; with it each row in a line of its own, first as it is. */
static dp_status fill(sheet *s, const cli_data_show *show, const dp_augment *plain, const dp_augment *augment,
                      int64_t n)
{
    int64_t *rows = calloc((size_t)n + 1, sizeof *rows);
    if (!rows)
        return DP_ERR_NOMEM;
    for (int64_t i = 0; i < n; i++)
        rows[i] = show->index + i;
    s->across = augment ? 1 + CHANGED : n < ACROSS ? n : ACROSS;
    dp_status status = new_sheet(s, augment ? n * s->across : n);
    if (status == DP_OK)
        status = put_rows(s, plain, 0, 0, rows, n, 0, augment ? s->across : 1);
    for (int64_t epoch = 0; augment && epoch < CHANGED && status == DP_OK; epoch++)
        status = put_rows(s, augment, (uint64_t)show->seed, epoch, rows, n, 1 + epoch, s->across);
    free(rows);
    return status;
}

static dp_status draw(const sheet *s, const cli_plot_library *plot, const cli_data_show *show, int64_t n)
{
    enum { INCHES = 9, SMALL = 9 };
    dp_figure *figure = NULL;
    dp_text title = {.ctx = s->ctx};
    double ratio = (double)s->rgb->shape.dims[0] / (double)s->rgb->shape.dims[1];
    dp_figure_options options = {.width = INCHES, .height = INCHES * ratio + 0.8};
    dp_status status = plot->dp_figure_new(s->ctx, &options, &figure);
    if (status == DP_OK && show->augment)
        status = dp_text_addf(&title, "%s as it is, and as epochs 1 to %d see it", show->source, CHANGED);
    else if (status == DP_OK)
        status = dp_text_addf(&title, n == 1 ? "%s, row %lld" : "%s, rows %lld to %lld", show->source,
                              (long long)show->index, (long long)(show->index + n - 1));
    if (status == DP_OK) {
        dp_axes *axes = plot->dp_figure_axes(figure, 0, 0);
        status = plot->dp_axes_image(axes, s->rgb, &(dp_field_options){.opacity = 1});
        plot->dp_axes_invert(axes, DP_Y);
        plot->dp_axes_equal(axes);
        plot->dp_axes_off(axes);
        if (status == DP_OK)
            status = plot->dp_figure_suptitle(figure, title.data, 0, 1);
        if (status == DP_OK && show->augment)
            status = plot->dp_axes_title(axes, DP_TITLE_CENTER, show->augment, SMALL);
    }
    if (status == DP_OK)
        status = plot->dp_figure_write(figure, show->out);
    plot->dp_figure_free(&figure);
    dp_text_free(&title);
    return status;
}

int cli_data_show_run(dp_ctx *ctx, const cli_data_show *show)
{
    cli_plot_library plot;
    dp_dataset *data = NULL;
    dp_augment *augment = NULL, *plain = NULL;
    if (!show->out)
        return cli_wrong_use(&cli_data, "-o FILE is needed: the picture to write, a .png, .svg or .pdf");
    int failed = cli_plot_load(&plot);
    if (failed)
        return failed;
    sheet s = {.ctx = ctx};
    dp_status status = dp_dataset_open(ctx, show->source, DP_SPLIT_TRAIN, &data);
    if (status == DP_OK && show->augment)
        status = dp_augment_new(ctx, show->augment, &augment);
    if (status == DP_OK)
        status = dp_augment_new(ctx, "", &plain);
    s.data = data;
    if (status == DP_OK) {
        int64_t left = dp_dataset_rows(data) - show->index, n = show->count;
        if (!n)
            n = augment ? EXAMPLES : PLAIN_COUNT;
        if (n > left)
            n = left;
        s.column = find_pictures(data, &s.height, &s.width);
        s.gap = s.width / 14 > GAP ? s.width / 14 : GAP;
        if (s.column < 0)
            failed = cli_wrong_use(&cli_data, "%s has no pictures to show", show->source);
        else if (n < 1)
            failed = cli_wrong_use(&cli_data, "%s has only %lld rows", show->source, (long long)dp_dataset_rows(data));
        else
            status = fill(&s, show, plain, augment, n);
        if (!failed && status == DP_OK)
            status = draw(&s, &plot, show, n);
    }
    dp_array_free(&s.rgb);
    dp_augment_free(&plain);
    dp_augment_free(&augment);
    dp_dataset_free(&data);
    return failed ? failed : status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
}
