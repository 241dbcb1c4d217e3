/* Runs a fuzz target on every file of a corpus directory, so that each input that once broke something is a test for
 * ever, with any compiler. Usage: replay_<x> DIRECTORY|FILE… */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"

/* The bytes are copied to a block of just their size, so that a sanitizer sees one byte too many. */
static int replay_file(const char *path)
{
    uint8_t *bytes = NULL;
    struct stat info;
    int ok = 0;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &info) != 0) {
        goto done;
    }
    size_t size = (size_t)info.st_size;
    bytes = malloc(size);
    if (size > 0 && (!bytes || fread(bytes, 1, size, file) != size)) {
        goto done;
    }
    ok = LLVMFuzzerTestOneInput(bytes, size) == 0;
done:
    if (!ok) {
        fprintf(stderr, "%s: failed%s%s\n", path, errno ? ": " : "", errno ? strerror(errno) : "");
    }
    if (file) {
        fclose(file);
    }
    free(bytes);
    return ok;
}

static int replay_directory(const char *path, DIR *directory, int *count)
{
    char file[4096];
    int ok = 1;
    for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        errno = 0;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        ok = replay_file(file) && ok;
        ++*count;
    }
    return ok;
}

int main(int argc, char **argv)
{
    int count = 0;
    int ok = LLVMFuzzerTestOneInput((const uint8_t *)"", 0) == 0;
    for (int i = 1; i < argc; ++i) {
        DIR *directory = opendir(argv[i]);
        errno = 0;
        if (directory) {
            ok = replay_directory(argv[i], directory, &count) && ok;
            closedir(directory);
        } else {
            ok = replay_file(argv[i]) && ok;
            ++count;
        }
    }
    printf("%d inputs replayed\n", count);
    if (count == 0) {
        fprintf(stderr, "no inputs: each fuzz target needs a corpus\n");
    }
    return ok && count > 0 ? 0 : 1;
}
