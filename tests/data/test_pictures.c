/* PNG pictures as Pillow (11) writes them and by hand, and pictures that lie; folders of pictures as data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <denpa/data.h>
#include <denpa/file.h>

#include "data/picture.h"
#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

#define SHAPE(...) dp_shape_of((int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})

enum { HEIGHT = 4, WIDTH = 5, PIXELS = HEIGHT * WIDTH };

/* The pictures of the corpus: gray g = 12 i at pixel i; colours g, 255 - g, 3 g mod 256; where there is transparency, row
 * 0 is not seen, row 1 is 128/255 seen. */
static int color(int i, int c)
{
    int g = 12 * i;
    return c == 0 ? g : c == 1 ? 255 - g : 3 * g % 256;
}

static int over(int value, int row, int background)
{
    int seen = row == 0 ? 0 : row == 1 ? 128 : 255;
    return (value * seen + background * (255 - seen) + 127) / 255;
}

#if DENPA_HAVE_PNG
typedef int wanted_fn(int i, int c);

static int as_gray(int i, int c)
{
    (void)c;
    return 12 * i;
}

static int over_white(int i, int c)
{
    return over(color(i, c), i / WIDTH, 255);
}

static int gray_over_white(int i, int c)
{
    return over(as_gray(i, c), i / WIDTH, 255);
}

static int of_palette(int i, int c)
{
    static const int colors[3][3] = {{255, 0, 0}, {0, 255, 0}, {10, 20, 30}};
    return colors[i % 3][c];
}

static int of_bits(int i, int c)
{
    (void)c;
    return 12 * i > 100 ? 255 : 0;
}

static void reads_every_kind(void **state)
{
    static const struct {
        const char *name;
        int channels;
        wanted_fn *wanted;
    } kinds[] = {
        {"gray8", 1, as_gray},
        {"gray8", 3, as_gray},
        {"gray16", 1, as_gray},
        {"gamma", 1, as_gray},
        {"rgb8", 3, color},
        {"rgb16", 3, color},
        {"rgba8", 3, over_white},
        {"gray_alpha", 1, gray_over_white},
        {"palette", 3, of_palette},
        {"bits1", 1, of_bits},
        {"gray_alpha", 3, gray_over_white},
    };
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        dp_array *picture = NULL;
        if (dpi_png_read(ctx, corpus_file("png", kinds[k].name), kinds[k].channels, 255, &picture) != DP_OK)
            fail_msg("%s: %s", kinds[k].name, dp_ctx_message(ctx));
        assert_true(dp_shape_equal(picture->shape, SHAPE(HEIGHT, WIDTH, kinds[k].channels)));
        for (int i = 0; i < PIXELS * kinds[k].channels; i++)
            if (((uint8_t *)picture->data)[i] != kinds[k].wanted(i / kinds[k].channels, i % kinds[k].channels))
                fail_msg("%s: byte %d is %d, not %d", kinds[k].name, i, ((uint8_t *)picture->data)[i],
                         kinds[k].wanted(i / kinds[k].channels, i % kinds[k].channels));
        dp_array_free(&picture);
    }
    dp_array *black = NULL;
    assert_int_equal(dpi_png_read(ctx, corpus_file("png", "rgba8"), 3, 0, &black), DP_OK);
    for (int i = 0; i < 3 * PIXELS; i++)
        assert_int_equal(((uint8_t *)black->data)[i], over(color(i / 3, i % 3), i / 3 / WIDTH, 0));
    dp_array_free(&black);
    assert_int_equal(dpi_png_read(ctx, corpus_file("png", "interlaced"), 1, 0, &black), DP_OK);
    assert_int_equal(*(uint8_t *)black->data, 0x50);
    dp_array_free(&black);
}

static void refuses_what_is_wrong(void **state)
{
    static const struct {
        const char *name, *words;
    } bad[] = {
        {"empty", "png/empty: the file is empty, which is no PNG picture"},
        {"signature_only", "its 8 bytes do not begin as a PNG picture does"},
        {"cut_header", "its 20 bytes do not begin as a PNG picture does"},
        {"jpeg", "its 64 bytes do not begin as a PNG picture does"},
        {"cut_data", "png/cut_data: a damaged PNG picture: "},
        {"cut_middle", "png/cut_middle: a damaged PNG picture: "},
        {"damaged", "png/damaged: a damaged PNG picture: "},
        {"short_data", "png/short_data: a damaged PNG picture: "},
        {"no_zlib", "png/no_zlib: a damaged PNG picture: "},
        {"zero", "the header says 4 x 0 pixels, 8 bits, type 0, which is no picture"},
        {"type9", "which is no picture"},
        {"depth3", "png/depth3: a damaged PNG picture: "},
        {"huge", "the header says 2000000000 x 2000000000 pixels, and the file's 68 bytes are too few for that"},
        {"many_pixels", "the header says 30 x 30000 pixels, and the file's 68 bytes are too few"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_array *picture = NULL;
        assert_int_equal(dpi_png_read(ctx, corpus_file("png", bad[i].name), 1, 255, &picture), DP_ERR_FORMAT);
        assert_says(bad[i].words);
        assert_null(picture);
    }
}

static dp_status read_once(dp_ctx *with, void *path)
{
    dp_array *picture = NULL;
    dp_status status = dpi_png_read(with, path, 3, 255, &picture);
    dp_array_free(&picture);
    return status;
}

/* ---- Folders ---- */

static void put(const char *folder, const char *name, const char *picture)
{
    char path[SCRATCH_PATH_BYTES];
    dp_array *bytes = NULL;
    mkdir(scratch_path(folder), 0777);
    assert_int_equal(dp_file_read(ctx, corpus_file("png", picture), 0, &bytes), DP_OK);
    snprintf(path, sizeof path, "%s/%s", scratch_path(folder), name);
    assert_int_equal(dp_file_write(ctx, path, bytes->data, dp_array_bytes(bytes)), DP_OK);
    dp_array_free(&bytes);
}

static const char *source(const char *name, const char *options)
{
    static char text[2 * SCRATCH_PATH_BYTES];
    snprintf(text, sizeof text, "%s%s%s", scratch_path(name), *options ? ":" : "", options);
    return text;
}

static void refuses(const char *from, dp_split split, dp_status status, const char *words)
{
    dp_dataset *none = NULL;
    dp_status got = dp_dataset_open(ctx, from, split, &none);
    if (got != status)
        fail_msg("%s: %s: %s", from, dp_status_name(got), dp_ctx_message(ctx));
    assert_says(words);
    assert_null(none);
}

static void open_part(const char *from, dp_split split, dp_dataset **d)
{
    if (dp_dataset_open(ctx, from, split, d) != DP_OK)
        fail_msg("%s: %s", from, dp_ctx_message(ctx));
}

static uint8_t byte(const dp_dataset *d, int64_t i)
{
    return ((const uint8_t *)dp_dataset_column(d, 0)->data)[i];
}

static void folders_are_classes(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    mkdir(scratch_path("flat"), 0777);
    put("flat/b", "2.png", "gray8");
    put("flat/b", "1.PNG", "bits1");
    put("flat/a", "x.png", "gray16");
    put("flat/a", "notes.txt", "empty");
    put("flat/.hidden", "y.png", "empty");
    open_part(source("flat", ""), DP_SPLIT_TRAIN, &d);
    assert_true(dp_shape_equal(dp_dataset_column(d, 0)->shape, SHAPE(3, HEIGHT, WIDTH)));
    assert_int_equal(dp_dataset_column(d, 0)->dtype, DP_U8);
    const int64_t *t = dp_dataset_column(d, dp_dataset_find(d, "t"))->data;
    assert_true(t[0] == 0 && t[1] == 1 && t[2] == 1);
    assert_string_equal(dp_dataset_class_name(d, 1, 0), "a");
    assert_string_equal(dp_dataset_class_name(d, 1, 1), "b");
    assert_true(byte(d, 7) == 84 && byte(d, PIXELS + 8) == 0 && byte(d, PIXELS + 9) == 255 &&
                byte(d, 2 * PIXELS + 7) == 84);
    dp_dataset_free(&d);
    refuses(source("flat", ""), DP_SPLIT_TEST, DP_ERR_NAME,
            "there is no test part; pictures in train/CLASS/ and test/CLASS/");
    /* One picture with colours gives all three channels, each a plane of its own. */
    put("flat/b", "3.png", "rgb8");
    open_part(source("flat", ""), DP_SPLIT_TRAIN, &d);
    assert_true(dp_shape_equal(dp_dataset_column(d, 0)->shape, SHAPE(4, 3, HEIGHT, WIDTH)));
    for (int c = 0; c < 3; c++)
        assert_int_equal(byte(d, (3 * 3 + c) * PIXELS + 11), color(11, c));
    dp_dataset_free(&d);
    open_part(source("flat", "channels=1,size=2x2"), DP_SPLIT_TRAIN, &d);
    assert_true(dp_shape_equal(dp_dataset_column(d, 0)->shape, SHAPE(4, 2, 2)));
    dp_dataset_free(&d);
}

/* The test part has the classes, the channels and the size of the training part. */
static void parts_agree(void **state)
{
    (void)state;
    dp_dataset *train = NULL, *test = NULL, *other = NULL;
    const dp_encoding *learned;
    mkdir(scratch_path("parts"), 0777);
    mkdir(scratch_path("parts/train"), 0777);
    mkdir(scratch_path("parts/test"), 0777);
    put("parts/train/cat", "1.png", "rgb8");
    put("parts/train/dog", "1.png", "rgba8");
    put("parts/test/dog", "1.png", "gray8");
    open_part(source("parts", ""), DP_SPLIT_TRAIN, &train);
    open_part(source("parts", ""), DP_SPLIT_TEST, &test);
    assert_int_equal(dp_dataset_rows(test), 1);
    assert_true(dp_shape_equal(dp_dataset_column(test, 0)->shape, SHAPE(1, 3, HEIGHT, WIDTH)));
    assert_true(dp_array_get(dp_dataset_column(test, 1), 0) == 1);
    dp_dataset_free(&test);
    put("parts/test/dog", "2.png", "interlaced");
    refuses(source("parts", ""), DP_SPLIT_TEST, DP_ERR_SHAPE,
            "test/dog/2.png is 1 x 1 pixels, and those before it are 4 x 5; the option size=HEIGHTxWIDTH");
    put("parts/test/cow", "1.png", "gray8");
    refuses(source("parts", "size=4x5"), DP_SPLIT_TEST, DP_ERR_RANGE,
            "test/cow: this is none of the classes: cat, dog");
    /* Other pictures, read by what a model remembers. */
    int count = dp_dataset_encoding(train, &learned);
    mkdir(scratch_path("others"), 0777);
    put("others/dog", "1.png", "gray8");
    assert_int_equal(dp_dataset_open_as(ctx, scratch_path("others"), DP_SPLIT_TRAIN, learned, count, &other), DP_OK);
    assert_true(dp_shape_equal(dp_dataset_column(other, 0)->shape, SHAPE(1, 3, HEIGHT, WIDTH)));
    assert_true(dp_array_get(dp_dataset_column(other, 1), 0) == 1);
    dp_dataset_free(&other);
    dp_dataset_free(&train);
}

static void says_which_file_is_wrong(void **state)
{
    (void)state;
    mkdir(scratch_path("bad"), 0777);
    put("bad/a", "1.png", "gray8");
    put("bad/a", "2.png", "empty");
    refuses(source("bad", ""), DP_SPLIT_TRAIN, DP_ERR_FORMAT,
            "bad/a/2.png: the file is empty, which is no PNG picture");
    put("bad/a", "2.png", "cut_data");
    refuses(source("bad", ""), DP_SPLIT_TRAIN, DP_ERR_FORMAT, "bad/a/2.png: a damaged PNG picture: ");
    put("bad/a", "2.png", "huge");
    refuses(source("bad", ""), DP_SPLIT_TRAIN, DP_ERR_FORMAT,
            "bad/a/2.png: the header says 2000000000 x 2000000000 pixels");
    put("bad/a", "2.png", "interlaced");
    refuses(source("bad", ""), DP_SPLIT_TRAIN, DP_ERR_SHAPE,
            "bad/a/2.png is 1 x 1 pixels, and those before it are 4 x 5");
    mkdir(scratch_path("bad/b"), 0777);
    refuses(source("bad", "size=4x5"), DP_SPLIT_TRAIN, DP_ERR_FORMAT,
            "bad/b: there are no PNG pictures in this class's folder");
    static const char *const options[][2] = {{"size=28", "size=28: it is HEIGHTxWIDTH, as in 28x28"},
                                             {"size=0x4", "it is HEIGHTxWIDTH"},
                                             {"size=4x99999", "it is HEIGHTxWIDTH"},
                                             {"channels=2", "channels=2: it is 1 (gray) or 3 (colours)"},
                                             {"background=256", "it is 0 (black) to 255 (white)"},
                                             {"background=", "it is 0 (black) to 255 (white)"}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        refuses(source("bad", options[i][0]), DP_SPLIT_TRAIN, DP_ERR_ARG, options[i][1]);
    refuses(source("bad", "sizes=4x5"), DP_SPLIT_TRAIN, DP_ERR_NAME,
            "a folder of pictures has no option sizes; there are size");
}

static dp_status open_once(dp_ctx *with, void *from)
{
    dp_dataset *d = NULL;
    dp_status status = dp_dataset_open(with, from, DP_SPLIT_TEST, &d);
    dp_dataset_free(&d);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(read_once, (void *)(uintptr_t)corpus_file("png", "rgba8")) >= 6);
    mkdir(scratch_path("small"), 0777);
    mkdir(scratch_path("small/train"), 0777);
    mkdir(scratch_path("small/test"), 0777);
    put("small/train/a", "1.png", "gray8");
    put("small/test/a", "1.png", "interlaced");
    assert_true(failing_memory_try_all(open_once, (void *)(uintptr_t)source("small", "size=4x5")) > 25);
}
#else
static void says_that_libpng_is_missing(void **state)
{
    (void)state;
    dp_array *picture = NULL;
    assert_int_equal(dpi_png_read(ctx, corpus_file("png", "gray8"), 1, 255, &picture), DP_ERR_UNSUPPORTED);
    assert_says("built without libpng (Debian: libpng-dev)");
}
#endif

/* Numbers by torch.nn.functional.interpolate(mode="bilinear", antialias=True, align_corners=False) of PyTorch 2, rounded. */
static void resizes_as_pytorch_does(void **state)
{
    static const struct {
        int64_t height, width;
        int pixels[24];
    } sizes[] = {
        {2, 2, {55, 79, 149, 173}},
        {8, 3, {5,   24,  43,  20,  39,  58,  50,  69,  88,  80,  99,  118,
                110, 129, 148, 140, 159, 178, 170, 189, 208, 185, 204, 223}},
        {1, 1, {114}},
        {3, 7, {18, 25, 33, 42, 51, 59, 66, 90, 97, 105, 114, 123, 131, 138, 162, 169, 177, 186, 195, 203, 210}},
    };
    uint8_t gray[PIXELS];
    (void)state;
    for (int i = 0; i < PIXELS; i++)
        gray[i] = (uint8_t)(12 * i);
    dp_array from = {.dtype = DP_U8, .shape = SHAPE(HEIGHT, WIDTH, 1), .data = gray};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        dp_array *to = NULL;
        assert_int_equal(dpi_picture_resize(ctx, &from, sizes[k].height, sizes[k].width, &to), DP_OK);
        for (int64_t i = 0; i < dp_array_elems(to); i++)
            if (((uint8_t *)to->data)[i] != sizes[k].pixels[i])
                fail_msg("%dx%d: pixel %d is %d, not %d", (int)sizes[k].height, (int)sizes[k].width, (int)i,
                         ((uint8_t *)to->data)[i], sizes[k].pixels[i]);
        dp_array_free(&to);
    }
    /* Channels do not mix. */
    uint8_t colors[] = {10, 20, 30, 10, 20, 30};
    dp_array two = {.dtype = DP_U8, .shape = SHAPE(1, 2, 3), .data = colors};
    dp_array *to = NULL;
    assert_int_equal(dpi_picture_resize(ctx, &two, 3, 5, &to), DP_OK);
    for (int i = 0; i < 45; i++)
        assert_int_equal(((uint8_t *)to->data)[i], colors[i % 3]);
    dp_array_free(&to);
}

static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if DENPA_HAVE_PNG
        cmocka_unit_test(reads_every_kind),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(folders_are_classes),
        cmocka_unit_test(parts_agree),
        cmocka_unit_test(says_which_file_is_wrong),
        cmocka_unit_test(without_memory),
#else
        cmocka_unit_test(says_that_libpng_is_missing),
#endif
        cmocka_unit_test(resizes_as_pytorch_does),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests_name("data/pictures", tests, setup, teardown);
}
