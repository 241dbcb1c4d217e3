#include "data/folder_set.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "data/dataset.h"
#include "data/picture.h"
#include "file/fileio.h"

enum { PATH_BYTES = 1024, SIZE_MOST = 16384, WHITE = 255 };

/* Names in a folder, sorted. */
typedef struct listing {
    dp_ctx *ctx;
    char **names;
    size_t capacity;
    int count;
} listing;

static void free_listing(listing *l)
{
    for (int i = 0; i < l->count; i++)
        dpi_free(l->ctx, l->names[i]);
    dpi_free(l->ctx, l->names);
    l->names = NULL;
    l->count = 0;
}

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool join(char path[PATH_BYTES], const char *folder, const char *name)
{
    return snprintf(path, PATH_BYTES, "%s/%s", folder, name) < PATH_BYTES;
}

static bool is_picture(const char *name)
{
    size_t bytes = strlen(name);
    return bytes > 4 && strcasecmp(name + bytes - 4, ".png") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static dp_status add_name(listing *l, const char *name)
{
    dp_status status =
        dpi_grow(l->ctx, (void **)&l->names, &l->capacity, (size_t)l->count + 1, sizeof *l->names, "names of files");
    if (status == DP_OK)
        status = dpi_strdup(l->ctx, name, &l->names[l->count]);
    if (status == DP_OK)
        l->count++;
    return status;
}

/* The folders in it, or the pictures; names that begin with a point are passed over. free_listing in any case. */
static dp_status list_folder(dp_ctx *ctx, const char *folder, bool folders, listing *l)
{
    char path[PATH_BYTES];
    dp_status status = DP_OK;
    DIR *directory = opendir(folder);
    *l = (listing){.ctx = ctx};
    if (!directory)
        return dpi_file_fail(ctx, folder, "open", errno);
    for (struct dirent *entry; status == DP_OK && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        if (!join(path, folder, entry->d_name))
            status = dpi_fail(ctx, DP_ERR_IO, "%s/%s: the path is too long", folder, entry->d_name);
        else if (folders ? is_folder(path) : is_picture(entry->d_name))
            status = add_name(l, entry->d_name);
    }
    closedir(directory);
    if (l->count)
        qsort(l->names, (size_t)l->count, sizeof *l->names, by_name);
    return status;
}

bool dpi_folder_has_folders(const char *path)
{
    char inside[PATH_BYTES];
    bool found = false;
    DIR *directory = opendir(path);
    if (!directory)
        return false;
    for (struct dirent *entry; !found && (entry = readdir(directory));)
        found = entry->d_name[0] != '.' && join(inside, path, entry->d_name) && is_folder(inside);
    closedir(directory);
    return found;
}

/* ---- What is asked for ---- */

/* All pictures of a part, and what they become. */
typedef struct pictures {
    dp_ctx *ctx;
    const char *source; /* as messages call the data */
    char folder[PATH_BYTES];
    listing classes;
    char **paths; /* [count], owned */
    int64_t *labels;
    size_t path_capacity, label_capacity;
    int64_t count;
    int64_t height, width; /* 0: that of the first picture */
    bool resize;           /* pictures of another size are brought to that */
    int channels;          /* 0: 3 if one of them has colours */
    int background;
    dpi_encoding encoding;
} pictures;

/* A whole number from least to most. */
static bool read_number(const char **at, int64_t least, int64_t most, int64_t *value)
{
    *value = 0;
    const char *begin = *at;
    for (; **at >= '0' && **at <= '9' && *at - begin < 9; (*at)++)
        *value = 10 * *value + (**at - '0');
    return *at > begin && *value >= least && *value <= most;
}

static dp_status read_options(const dpi_data_options *o, const dp_encoding *learned, int count, pictures *p)
{
    static const char *const keys[] = {"size", "channels", "background"};
    dp_status status = dpi_data_options_check(o, "a folder of pictures", "size channels background");
    for (int k = 0; k < 3 && status == DP_OK; k++) {
        int64_t value, second = 0;
        const char *text = dpi_data_option(o, keys[k]), *at = text;
        if (!text)
            at = text = dpi_encoding_option(learned, count, keys[k]);
        if (!text)
            continue;
        bool good = read_number(&at, k == 2 ? 0 : 1, k == 0 ? SIZE_MOST : k == 1 ? 3 : WHITE, &value);
        if (k == 0)
            good = good && *at++ == 'x' && read_number(&at, 1, SIZE_MOST, &second);
        if (!good || *at || (k == 1 && value == 2))
            return dpi_fail(o->ctx, DP_ERR_ARG, "%s: %s=%s: it is %s", o->source, keys[k], text,
                            k == 0   ? "HEIGHTxWIDTH, as in 28x28"
                            : k == 1 ? "1 (gray) or 3 (colours)"
                                     : "0 (black) to 255 (white)");
        if (k == 0)
            p->height = value, p->width = second, p->resize = true;
        else
            *(k == 1 ? &p->channels : &p->background) = (int)value;
        char remembered[64];
        snprintf(remembered, sizeof remembered, "%s=%s", keys[k], text);
        status = dpi_encoding_add(&p->encoding, "", DPI_RULE_OPTION, remembered);
    }
    return status;
}

/* ---- Finding the files ---- */

/* DIR/train and DIR/test are the parts; without them DIR is the training part. */
static dp_status find_part(const dpi_data_options *o, dp_split split, pictures *p)
{
    char train[PATH_BYTES], test[PATH_BYTES];
    const char *part = o->path;
    if (!join(train, o->path, "train") || !join(test, o->path, "test"))
        return dpi_fail(o->ctx, DP_ERR_IO, "%s: the path is too long", o->path);
    bool parts = is_folder(train);
    if (parts)
        part = split == DP_SPLIT_TRAIN ? train : test;
    if (split == DP_SPLIT_TEST && (!parts || !is_folder(test)))
        return dpi_fail(o->ctx, DP_ERR_NAME,
                        "%s: there is no test part; pictures in train/CLASS/ and test/CLASS/ give one", o->source);
    memcpy(p->folder, part, strlen(part) + 1);
    return DP_OK;
}

static dp_status add_path(pictures *p, const char *path, int64_t label)
{
    size_t wanted = (size_t)p->count + 1;
    dp_status status = dpi_grow(p->ctx, (void **)&p->paths, &p->path_capacity, wanted, sizeof *p->paths, "pictures");
    if (status == DP_OK)
        status = dpi_grow(p->ctx, (void **)&p->labels, &p->label_capacity, wanted, sizeof *p->labels, "labels");
    if (status == DP_OK)
        status = dpi_strdup(p->ctx, path, &p->paths[p->count]);
    if (status == DP_OK)
        p->labels[p->count++] = label;
    return status;
}

static dp_status list_class(pictures *p, const char *name, int64_t label)
{
    char folder[PATH_BYTES], path[PATH_BYTES];
    listing files;
    if (!join(folder, p->folder, name))
        return dpi_fail(p->ctx, DP_ERR_IO, "%s/%s: the path is too long", p->folder, name);
    dp_status status = list_folder(p->ctx, folder, false, &files);
    if (status == DP_OK && !files.count)
        status = dpi_fail(p->ctx, DP_ERR_FORMAT, "%s: there are no PNG pictures in this class's folder", folder);
    for (int i = 0; i < files.count && status == DP_OK; i++) {
        if (!join(path, folder, files.names[i]))
            status = dpi_fail(p->ctx, DP_ERR_IO, "%s/%s: the path is too long", folder, files.names[i]);
        else
            status = add_path(p, path, label);
    }
    free_listing(&files);
    return status;
}

/* The class that a folder's name had in training. */
static int64_t class_of(const char *name, const dp_encoding *learned, int count)
{
    const char *class;
    int at = 0;
    for (int64_t k = 0; (class = dpi_encoding_next(learned, count, "t", DPI_RULE_CLASS, &at)); k++)
        if (strcmp(class, name) == 0)
            return k;
    return -1;
}

static dp_status unknown_class(const pictures *p, const char *name, const dp_encoding *learned, int count)
{
    char list[256] = "";
    size_t used = 0;
    const char *class;
    for (int at = 0; used < sizeof list && (class = dpi_encoding_next(learned, count, "t", DPI_RULE_CLASS, &at));)
        used += (size_t)snprintf(list + used, sizeof list - used, used ? ", %s" : "%s", class);
    return dpi_fail(p->ctx, DP_ERR_RANGE, "%s/%s: this is none of the classes: %s%s", p->folder, name, list,
                    used >= sizeof list ? "…" : "");
}

static dp_status learn_classes(pictures *p, const char *folder)
{
    listing classes;
    dp_status status = list_folder(p->ctx, folder, true, &classes);
    if (status == DP_OK && !classes.count)
        status = dpi_fail(p->ctx, DP_ERR_FORMAT, "%s: there are no folders in it, one for each class", folder);
    for (int i = 0; i < classes.count && status == DP_OK; i++) {
        if (!dpi_utf8_valid(classes.names[i], strlen(classes.names[i])))
            status = dpi_fail(p->ctx, DP_ERR_FORMAT, "%s: the name of a class's folder is no text in UTF-8", folder);
        else
            status = dpi_encoding_add(&p->encoding, "t", DPI_RULE_CLASS, classes.names[i]);
    }
    free_listing(&classes);
    return status;
}

static dp_status list_classes(pictures *p)
{
    dp_status status = list_folder(p->ctx, p->folder, true, &p->classes);
    for (int i = 0; i < p->classes.count && status == DP_OK; i++) {
        int64_t label = class_of(p->classes.names[i], p->encoding.items, p->encoding.count);
        status = label < 0 ? unknown_class(p, p->classes.names[i], p->encoding.items, p->encoding.count)
                           : list_class(p, p->classes.names[i], label);
    }
    if (status == DP_OK && !p->count)
        status = dpi_fail(p->ctx, DP_ERR_FORMAT, "%s: there are no pictures in it", p->folder);
    return status;
}

/* ---- Reading them ---- */

/* Looks at every picture: its size, and whether one has colours. */
static dp_status look_at_all(pictures *p)
{
    bool color = false;
    for (int64_t i = 0; i < p->count; i++) {
        dpi_png_info info;
        dp_status status = dpi_png_look(p->ctx, p->paths[i], &info);
        if (status != DP_OK)
            return status;
        color = color || info.color;
        if (!p->height)
            p->height = info.height, p->width = info.width;
        if (!p->resize && (info.height != p->height || info.width != p->width))
            return dpi_fail(p->ctx, DP_ERR_SHAPE,
                            "%s is %u x %u pixels, and those before it are %lld x %lld; the option size=HEIGHTxWIDTH "
                            "brings them all to one size",
                            p->paths[i], info.height, info.width, (long long)p->height, (long long)p->width);
    }
    if (p->channels)
        return DP_OK;
    p->channels = color ? 3 : 1;
    return dpi_encoding_add(&p->encoding, "", DPI_RULE_OPTION, color ? "channels=3" : "channels=1");
}

/* [H, W, C] to the [C, H, W] of a row. */
static void store(const dp_array *picture, uint8_t *to)
{
    const uint8_t *from = picture->data;
    int64_t pixels = picture->shape.dims[0] * picture->shape.dims[1], channels = picture->shape.dims[2];
    for (int64_t c = 0; c < channels; c++)
        for (int64_t i = 0; i < pixels; i++)
            to[c * pixels + i] = from[i * channels + c];
}

static dp_status read_one(const pictures *p, int64_t i, uint8_t *to)
{
    dp_array *picture = NULL, *sized = NULL;
    dp_status status = dpi_png_read(p->ctx, p->paths[i], p->channels, p->background, &picture);
    if (status == DP_OK && (picture->shape.dims[0] != p->height || picture->shape.dims[1] != p->width)) {
        status = dpi_picture_resize(p->ctx, picture, p->height, p->width, &sized);
        dp_array_free(&picture);
        picture = sized;
    }
    if (status == DP_OK)
        store(picture, to);
    dp_array_free(&picture);
    return status;
}

static dp_status read_all(pictures *p, dp_dataset **out)
{
    dp_array *arrays[2] = {NULL, NULL};
    int64_t row = p->channels * p->height * p->width;
    dp_shape shape = p->channels == 1 ? dp_shape_of(3, (int64_t[]){p->count, p->height, p->width})
                                      : dp_shape_of(4, (int64_t[]){p->count, p->channels, p->height, p->width});
    dp_status status = dp_array_new(p->ctx, DP_U8, shape, &arrays[0]);
    if (status == DP_OK)
        status = dp_array_new(p->ctx, DP_I64, dp_shape_of(1, &p->count), &arrays[1]);
    for (int64_t i = 0; i < p->count && status == DP_OK; i++) {
        status = read_one(p, i, (uint8_t *)arrays[0]->data + i * row);
        ((int64_t *)arrays[1]->data)[i] = p->labels[i];
    }
    if (status == DP_OK)
        status = dpi_dataset_new(p->ctx, p->source, 2, (const char *const[]){"x", "t"}, arrays, out);
    if (status == DP_OK)
        return DP_OK;
    dp_array_free(&arrays[0]);
    dp_array_free(&arrays[1]);
    return status;
}

/* ---- The whole ---- */

/* Classes come from what other data had learned, or else from the training part. */
static dp_status prepare(pictures *p, const dpi_data_options *options, dp_split split, const dp_encoding *learned,
                         int count)
{
    int at = 0;
    dp_status status = read_options(options, learned, count, p);
    if (status == DP_OK)
        status = find_part(options, DP_SPLIT_TRAIN, p);
    if (status != DP_OK)
        return status;
    if (!dpi_encoding_next(learned, count, "t", DPI_RULE_CLASS, &at))
        status = learn_classes(p, p->folder);
    for (int i = 0; i < count && status == DP_OK; i++)
        if (strcmp(learned[i].column, "t") == 0)
            status = dpi_encoding_add(&p->encoding, "t", "", learned[i].rule);
    if (status == DP_OK && split == DP_SPLIT_TEST && !p->channels) {
        status = list_classes(p); /* colours are decided by the training part */
        if (status == DP_OK)
            status = look_at_all(p);
        free_listing(&p->classes);
        while (p->count > 0)
            dpi_free(p->ctx, p->paths[--p->count]);
    }
    return status == DP_OK ? find_part(options, split, p) : status;
}

dp_status dpi_folder_open(const dpi_data_options *options, dp_split split, const dp_encoding *learned, int count,
                          dp_dataset **out)
{
    dp_ctx *ctx = options->ctx;
    pictures p = {.ctx = ctx, .source = options->source, .background = WHITE, .encoding = {.ctx = ctx}};
    dp_status status = prepare(&p, options, split, learned, count);
    if (status == DP_OK)
        status = list_classes(&p);
    if (status == DP_OK)
        status = look_at_all(&p);
    if (status == DP_OK)
        status = read_all(&p, out);
    if (status == DP_OK) {
        (*out)->encoding = p.encoding;
        p.encoding = (dpi_encoding){.ctx = ctx};
    }
    dpi_encoding_free(&p.encoding);
    free_listing(&p.classes);
    for (int64_t i = 0; i < p.count; i++)
        dpi_free(ctx, p.paths[i]);
    dpi_free(ctx, p.paths);
    dpi_free(ctx, p.labels);
    return status;
}
