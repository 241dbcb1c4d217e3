#include "data_fetch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "sha256.h"

enum { PATH_BYTES = 4096, URL_BYTES = 2048, MOST_URLS = 8 };

/* The files as LeCun, Cortes and Burges published them. The sums of labels and test pictures were held against copies; that of the training
 * pictures is the published one, and has not been, since the copy at hand was packed anew. */
static const struct {
    const char *name, *sha256;
    int64_t bytes;
} mnist[] = {
    {"train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", 9912422},
    {"train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", 28881},
    {"t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", 1648877},
    {"t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", 4542},
};
enum { FILES = sizeof mnist / sizeof *mnist };

static const char *const mirrors[] = {"https://ossci-datasets.s3.amazonaws.com/mnist",
                                      "https://storage.googleapis.com/cvdf-datasets/mnist",
                                      "http://yann.lecun.com/exdb/mnist"};

/* Where dp_dataset_open looks for it first. */
static int mnist_folder(char path[PATH_BYTES])
{
    const char *data = getenv("DENPA_DATA"), *home = getenv("HOME");
    int bytes = data && *data   ? snprintf(path, PATH_BYTES, "%s/mnist", data)
                : home && *home ? snprintf(path, PATH_BYTES, "%s/.local/share/denpa/mnist", home)
                                : PATH_BYTES;
    return bytes < PATH_BYTES;
}

static int fetch_mnist(const cli_data_fetch *f)
{
    static char texts[FILES][MOST_URLS][URL_BYTES];
    const char *urls[FILES][MOST_URLS];
    char folder[PATH_BYTES];
    cli_fetch files[FILES];
    int count = f->urls->count ? f->urls->count : CLI_COUNT(mirrors);
    if (f->sha256)
        return cli_wrong_use(&cli_data, "--sha256 is for a file of your own; those of mnist are known");
    if (count > MOST_URLS)
        return cli_wrong_use(&cli_data, "--url: %d places are the most", MOST_URLS);
    if (!f->dir && !mnist_folder(folder))
        return cli_wrong_use(&cli_data, "--dir DIR is needed: neither DENPA_DATA nor HOME is set");
    for (int i = 0; i < FILES; i++) {
        for (int k = 0; k < count; k++) {
            const char *base = f->urls->count ? f->urls->items[k] : mirrors[k];
            size_t bytes = strlen(base);
            while (bytes && base[bytes - 1] == '/')
                bytes--;
            if (snprintf(texts[i][k], URL_BYTES, "%.*s/%s", (int)bytes, base, mnist[i].name) >= URL_BYTES)
                return cli_wrong_use(&cli_data, "--url: %s is too long", base);
            urls[i][k] = texts[i][k];
        }
        files[i] = (cli_fetch){.dir = f->dir ? f->dir : folder,
                               .name = mnist[i].name,
                               .sha256 = mnist[i].sha256,
                               .bytes = mnist[i].bytes,
                               .urls = urls[i],
                               .url_count = count,
                               .timeout = f->timeout};
    }
    return cli_fetch_files(files, FILES);
}

/* The last part of a URL's path, which becomes the file's name. */
static int name_of(const char *url, char name[256])
{
    size_t bytes = strcspn(url, "?#");
    const char *begin = url + bytes;
    while (begin > url && begin[-1] != '/')
        begin--;
    size_t length = (size_t)(url + bytes - begin);
    if (!length || length > 255 || *begin == '.')
        return 0;
    memcpy(name, begin, length);
    name[length] = 0;
    return 1;
}

static int fetch_url(const cli_data_fetch *f)
{
    char name[256], sum[CLI_SHA256_TEXT_BYTES] = "";
    size_t digits = f->sha256 ? strspn(f->sha256, "0123456789abcdefABCDEF") : 0;
    if (f->urls->count)
        return cli_wrong_use(&cli_data, "--url is for mnist; %s says itself where the file is", f->what);
    if (!name_of(f->what, name))
        return cli_wrong_use(&cli_data, "%s: the URL has to end with the file's name", f->what);
    if (f->sha256 && (digits != CLI_SHA256_TEXT_BYTES - 1 || f->sha256[digits]))
        return cli_wrong_use(&cli_data, "--sha256: \"%s\" is not 64 hexadecimal digits", f->sha256);
    for (size_t i = 0; i < digits; i++)
        sum[i] = (char)tolower((unsigned char)f->sha256[i]);
    cli_fetch file = {.dir = f->dir ? f->dir : ".",
                      .name = name,
                      .sha256 = f->sha256 ? sum : NULL,
                      .bytes = -1,
                      .urls = (const char *const[]){f->what},
                      .url_count = 1,
                      .timeout = f->timeout};
    return cli_fetch_files(&file, 1);
}

int cli_data_fetch_run(const cli_data_fetch *fetch)
{
    if (strncmp(fetch->what, "http://", 7) == 0 || strncmp(fetch->what, "https://", 8) == 0)
        return fetch_url(fetch);
    if (strcmp(fetch->what, "mnist") == 0)
        return fetch_mnist(fetch);
    return cli_wrong_use(&cli_data, "mnist or a URL (http:// or https://) can be fetched, not \"%s\"", fetch->what);
}
