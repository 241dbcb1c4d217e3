/* Data sets: MNIST and its like, the built-in digits, tables from CSV files, arrays from NPZ, NPY and IDX files.
 *
 * A data set is a table: rows (samples) and named columns. Image sets have the columns "x" (uint8 [28, 28], kept as bytes) and "t"
 * (int64 class); a CSV file has a column for each header. Columns are read a batch at a time with conversion on the way.
 */
#ifndef DENPA_DATA_H
#define DENPA_DATA_H

#include <stdint.h>

#include <denpa/array.h>
#include <denpa/formula.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_dataset dp_dataset;

typedef enum dp_split { DP_SPLIT_TRAIN = 0, DP_SPLIT_TEST = 1 } dp_split;

/* What a data set learned when it was opened: which names are the classes of a column, what stands for a missing number. Kept with a trained
 * model (dp_model_encoding), so that other data are read in the same way. column is "" for what concerns all. */
typedef struct dp_encoding {
    const char *column;
    const char *rule; /* "class:NAME", "one-hot:NAME" (in the order of the indices), "mean:NUMBER", "option:KEY=VALUE" */
} dp_encoding;

/* Opens a data set.
 *
 * source   "mnist"    the four IDX files, plain or .gz, in $DENPA_DATA/mnist, or else ~/.local/share/denpa/mnist
 *          "digits"   drawn by denpa: 60000 for training, 10000 for testing; "digits:N" draws N and N/6
 *          DIR        a directory with the four IDX files under MNIST's names (train-images-idx3-ubyte, …), plain or .gz;
 *                     or with a folder of PNG pictures for each class: DIR/CLASS/, or DIR/train/CLASS/ and DIR/test/CLASS/. Classes are
 *                     numbered in the order of their names; x is uint8 [N, H, W] (gray) or [N, 3, H, W]. Options:
 *                     size=HxW         pictures of another size are brought to this one (a triangle filter that looks at all pixels)
 *                     channels=1|3     gray or red, green, blue; without it 3 if a picture of the training part has colours
 *                     background=B     what is transparent is laid over 0 (black) to 255 (white, the default)
 *          FILE       told by its first bytes:
 *            NPZ      a column for each array. If names end in _train and _test, those are the two parts, without the endings. Options:
 *                     x=NAME, t=NAME (the arrays to take, as columns x and t), test_x, test_t (the same of the test part)
 *            NPY, IDX the column x. Options: t=FILE (labels), test=FILE, test_t=FILE;
 *                     stream=1: rows are read from the file when they are wanted (from 1 GiB on that is so without being said; stream=0
 *                     reads it as a whole). The file may be larger than memory; one that becomes shorter meanwhile is DP_ERR_IO.
 *            CSV      a table with a header line, else float64 columns. Options, with names of columns or patterns (as fnmatch) between "/":
 *                     target=NAME      comes last, which is where a label is looked for
 *                     categories=A/B   cells are names: the column becomes bool [N, K], one-hot, the target int64 [N], class indices;
 *                                      categories are sorted, as numbers if all are
 *                     missing=drop     rows in which a cell is empty, NA, N/A, null, ? or nan are left out;
 *                     missing=mean     such a cell is the mean of its column, and in a one-hot column zeros; else it is an error
 *                     test=FILE        the test part: another CSV file; what is learned is learned from the training part
 *          text:FILE  a text in UTF-8: windows of characters, as their numbers in the order of their code points. Columns x and t are
 *                     int64 [N, length]: t has the character that follows each of x. They are put together when they are wanted
 *                     (dp_dataset_column has no data). Options:
 *                     length=T         characters of a window (64)
 *                     stride=S         from one window to the next (T: each character is predicted once)
 *                     tail=SHARE       the last share of the text is the test part (0.1; one that is too short for a window is none)
 *          Options follow a file's name: "iris.csv:target=species,categories=species".
 * *out     owned by the caller; free with dp_dataset_free
 * Errors   DP_ERR_IO (missing: names the places looked at and says what to do), DP_ERR_FORMAT (names file, place, what is wrong),
 *          DP_ERR_RANGE (a name that is none of the categories: row, column and what there are), DP_ERR_SHAPE (columns whose rows differ: both
 *          shapes), DP_ERR_ARG, DP_ERR_NOMEM; DP_ERR_NAME (no test part; an unknown option or column); *out is untouched.
 */
DP_API dp_status dp_dataset_open(dp_ctx *ctx, const char *source, dp_split split, dp_dataset **out);
DP_API void dp_dataset_free(dp_dataset **dataset);

/* The same, read as other data were: `encoding` is what those had learned, and nothing is learned. count 0: as dp_dataset_open. */
DP_API dp_status dp_dataset_open_as(dp_ctx *ctx, const char *source, dp_split split, const dp_encoding *encoding, int count,
                                    dp_dataset **out);

/* What was learned: returns how many rules and sets *encoding (borrowed). The name of class k of a column; NULL if it has none. */
DP_API int dp_dataset_encoding(const dp_dataset *dataset, const dp_encoding **encoding);
DP_API const char *dp_dataset_class_name(const dp_dataset *dataset, int column, int64_t k);

/* What formulas can take from the data, for dp_model_config.settings: returns how many names *settings (borrowed) has. A text has
 * vocabulary, how many different characters there are, and length, that of a window; others have none. */
DP_API int dp_dataset_settings(const dp_dataset *dataset, const dp_setting **settings);

/* The same from memory: columns are taken over (their data is freed with the data set; each has the rows as its first axis). On error
 * nothing is taken. Errors: DP_ERR_SHAPE (rows differ), DP_ERR_ARG, DP_ERR_NOMEM. */
DP_API dp_status dp_dataset_new(dp_ctx *ctx, int columns, const char *const *names, dp_array *const *arrays, dp_dataset **out);

/* Reads IDX (plain or gzip) and CSV into one array, or one data set. IDX: ubyte files give uint8, byte/short/int files int64, float files
 * float32, double files float64; integers are written in the fewest of 1 (unsigned), 2, 4 bytes that hold all of them. CSV (RFC 4180): a
 * line of names, then numbers, "inf" and "nan" among them.
 * Errors   DP_ERR_IO, DP_ERR_FORMAT (names the file, the byte or the line and column, and what is wrong), DP_ERR_UNSUPPORTED (gzip without
 *          zlib), DP_ERR_RANGE (an array that IDX cannot hold), DP_ERR_NOMEM; *out is untouched.
 * Labels are not checked against a number of classes here, but where they are used.
 * Source   LeCun, Cortes, Burges: The MNIST database; RFC 4180; RFC 1952. */
DP_API dp_status dp_idx_read(dp_ctx *ctx, const char *path, dp_array **out);
DP_API dp_status dp_idx_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_array **out);
DP_API dp_status dp_idx_write(dp_ctx *ctx, const char *path, const dp_array *array);
DP_API dp_status dp_csv_read(dp_ctx *ctx, const char *path, dp_dataset **out);
DP_API dp_status dp_csv_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_dataset **out);

/* Draws n digits as the data set `digits` has them: x uint8 [n, 28, 28], t int64 [n]; first is the index of the first. */
DP_API dp_status dp_digits_draw(dp_ctx *ctx, uint64_t seed, dp_split split, int64_t first, int64_t n, dp_array **x, dp_array **t);

DP_API int64_t dp_dataset_rows(const dp_dataset *dataset);
DP_API int dp_dataset_columns(const dp_dataset *dataset);
DP_API const char *dp_dataset_column_name(const dp_dataset *dataset, int column); /* "" outside */
DP_API int dp_dataset_find(const dp_dataset *dataset, const char *name);          /* -1 if there is none */
DP_API const dp_array *dp_dataset_column(const dp_dataset *dataset, int column);  /* borrowed; NULL outside; its data is NULL where the
                                                                                  column stays in its file, or is of windows:
                                                                                  dp_dataset_gather reads rows */
DP_API const char *dp_dataset_source(const dp_dataset *dataset);

/* How a column is seen. The defaults are those of the book's load_mnist. */
typedef struct dp_view {
    dp_dtype dtype;    /* of the result. DP_DTYPE_NONE: float32 for normalized images, float64 for one-hot rows, else as stored */
    int normalize;     /* uint8 0..255 to 0..1, pixel / 255 in float32 (default 1) */
    int flatten;       /* rows of rank 1: [N, 784] (default 1), else [N, 1, 28, 28] for images */
    int one_hot_label; /* K: class k of a column [N] becomes a row of K numbers (default 0: indices); other columns stay as they are, so
                          that one view serves x and t */
} dp_view;
DP_API void dp_view_init(dp_view *view);

/* The whole column as one array, owned by the caller: x and t as load_mnist(flatten, normalize, one_hot_label) gives them. view NULL: the
 * defaults. Errors: DP_ERR_RANGE (no such column; a label outside 0..K-1, or no integer: names row and value), DP_ERR_DTYPE (normalized
 * pixels in an integer dtype), DP_ERR_NOMEM; *out is untouched. */
DP_API dp_status dp_dataset_array(const dp_dataset *dataset, int column, const dp_view *view, dp_array **out);

/* Rows rows[0..n-1] of one or more columns, side by side, into out (n rows of out_row_elems elements of `dtype`): with normalisation of
 * uint8 columns when `normalize`. Checked: DP_ERR_RANGE (a row outside), DP_ERR_SHAPE (the columns' elements per row do not add up to
 * out_row_elems: names them), DP_ERR_DTYPE; a number that is no integer into an integer dtype is DP_ERR_RANGE, naming row and value. */
DP_API dp_status dp_dataset_gather(const dp_dataset *dataset, const int *columns, int column_count, const int64_t *rows, int64_t n,
                                   int normalize, dp_dtype dtype, int64_t out_row_elems, void *out);

/* ---- Pictures changed at random, so that a network sees no picture twice ---- */

/* X(name, the most it may be, what it does). Amounts are drawn uniformly. */
#define DP_AUGMENTATIONS(X)                                                                     \
    X(shift, 1e6, "moved by up to so many pixels, in both directions")                          \
    X(rotate, 180, "turned by up to so many degrees, either way")                               \
    X(scale, 0.9, "made larger or smaller by a factor between 1 - scale and 1 + scale")         \
    X(shear, 60, "slanted by up to so many degrees, either way")                                \
    X(elastic, 1e6, "bent: the corners of 4 x 4 cells are moved by up to so many pixels")       \
    X(erase, 1e6, "a rectangle with sides of up to so many pixels becomes 0")                   \
    X(noise, 1e6, "normal noise of this standard deviation is added to every pixel")            \
    X(flip, 1, "mirrored left to right with this probability")

typedef struct dp_augment dp_augment;

/* Makes an augmentation from text, "shift=2,rotate=10"; "" changes nothing. What comes in from outside of a picture is 0; between pixels
 * it is linear. Whatever the text, a picture draws the same numbers from its own stream of (seed, epoch, row): nothing depends on threads,
 * batches or what ran before.
 * *out     owned by the caller; free with dp_augment_free
 * Errors   DP_ERR_NAME (says which there are), DP_ERR_RANGE, DP_ERR_ARG (given twice), DP_ERR_NOMEM
 * Source   Simard, Steinkraus, Platt: Best Practices for Convolutional Neural Networks (ICDAR 2003); Zhong et al.: Random Erasing (2020). */
DP_API dp_status dp_augment_new(dp_ctx *ctx, const char *text, dp_augment **out);
DP_API void dp_augment_free(dp_augment **augment);

/* Rows rows[0..n-1] of a column of pictures, [N, H, W] or [N, C, H, W], as training sees them in this epoch (from 0): *out is float32
 * [n, C, H, W], uint8 as 0 to 1, owned by the caller. Errors: DP_ERR_SHAPE (no pictures), DP_ERR_RANGE (no such row), DP_ERR_NOMEM. */
DP_API dp_status dp_dataset_augment(const dp_dataset *dataset, int column, const int64_t *rows, int64_t n, const dp_augment *augment,
                                    uint64_t seed, int64_t epoch, dp_array **out);

/* dp_formula_hooks.dataset: dataset("mnist", "train", "x"). The field is a column's name, the column as dp_dataset_array gives it. Of a CSV file
 * "x" are all columns but the last, float64 [N, numbers], and "t" is the last: int64 if all its numbers are integers, else float64; another
 * column is float64 [N]. Of pictures only what is asked for is read. user is not used. */
DP_API dp_status dp_dataset_hook(void *user, dp_ctx *ctx, const char *name, const char *split, const char *field, dp_array **out);

#ifdef __cplusplus
}
#endif
#endif
