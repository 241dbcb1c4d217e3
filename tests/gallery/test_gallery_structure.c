/* Every figure of the gallery against what tests/gallery/structure.txt says is on it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#if DENPA_HAVE_JSON && DENPA_HAVE_CAIRO
#include <jansson.h>

static int failures, checked, figures;

static void complain(const char *id, const char *path, const char *format, const char *what)
{
    failures++;
    fprintf(stderr, "%s: %s: ", id, path);
    fprintf(stderr, format, what);
    fputc('\n', stderr);
}

/* What tools/gallery --json says of a figure; NULL if it fails. */
static json_t *describe(const char *id)
{
    char command[256];
    json_error_t error;
    snprintf(command, sizeof command, "tools/gallery --json '%s'", id);
    FILE *from = popen(command, "r");
    json_t *json = from ? json_loadf(from, 0, &error) : NULL;
    if (!from || pclose(from) != 0 || !json) complain(id, "", "%s", json ? "the command failed" : error.text);
    figures++;
    return json;
}

/* The member at "panels/0/title", or NULL. */
static json_t *find(json_t *at, const char *path)
{
    while (at && *path) {
        char part[64];
        size_t length = strcspn(path, "/");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(part)) : json_object_get(at, part);
        path += length + (path[length] == '/');
    }
    return at;
}

static int is_value(const json_t *at, const char *value)
{
    if (json_is_string(at)) return strcmp(json_string_value(at), value) == 0;
    if (json_is_boolean(at)) return strcmp(json_is_true(at) ? "true" : "false", value) == 0;
    double wanted = atof(value);
    return json_is_number(at) && fabs(json_number_value(at) - wanted) <= 1e-5 * fabs(wanted);
}

/* Of a panel: the texts that are written in it, "1 | 2 | 3". */
static void texts_of(const json_t *panel, char *out, size_t bytes)
{
    size_t i, used = 0;
    json_t *artist;
    *out = 0;
    json_array_foreach(json_object_get(panel, "artists"), i, artist) {
        const char *text = json_string_value(json_object_get(artist, "text"));
        if (text && used < bytes) used += (size_t)snprintf(out + used, bytes - used, "%s%s", used ? " | " : "", text);
    }
}

/* What is drawn in it, and how often: "heat 1, text 6". */
static void kinds_of(const json_t *panel, char *out, size_t bytes)
{
    json_t *counts = json_object(), *artist, *count;
    const char *kind;
    size_t i, used = 0;
    json_array_foreach(json_object_get(panel, "artists"), i, artist) {
        kind = json_string_value(json_object_get(artist, "kind"));
        count = json_object_get(counts, kind);
        json_object_set_new(counts, kind, json_integer(json_integer_value(count) + 1));
    }
    *out = 0;
    json_object_foreach(counts, kind, count)
        if (used < bytes)
            used += (size_t)snprintf(out + used, bytes - used, "%s%s %d", used ? ", " : "", kind,
                                     (int)json_integer_value(count));
    json_decref(counts);
}

static int check_panel(const json_t *panel, const char *sign, const char *value, char *is, size_t bytes)
{
    if (strcmp(sign, "texts") == 0) texts_of(panel, is, bytes);
    else kinds_of(panel, is, bytes);
    return strcmp(is, value) == 0;
}

static void check(const char *id, json_t *json, char *line)
{
    char *path = line + strspn(line, " "), *sign = strchr(path, ' '), *value = sign ? strchr(sign + 1, ' ') : NULL;
    if (!value) {
        complain(id, path, "%s", "this line is not read");
        return;
    }
    *sign++ = 0;
    *value++ = 0;
    json_t *at = find(json, path);
    char *is = at ? json_dumps(at, JSON_ENCODE_ANY) : strdup("nothing"), panel[1024];
    int right = at && (*sign == 't' || *sign == 'k' ? check_panel(at, sign, value, panel, sizeof panel)
                       : *sign == '=' ? is_value(at, value)
                       : *sign == '#' ? json_is_array(at) && json_array_size(at) == (size_t)atoi(value)
                                      : json_is_string(at) && strstr(json_string_value(at), value) != NULL);
    checked++;
    if (!right && (*sign == 't' || *sign == 'k')) {
        free(is);
        is = strdup(panel);
    }
    if (!right) {
        fprintf(stderr, "wanted %s %s\n", sign, value);
        if (strlen(is) > 900) strcpy(is + 890, "...");
        complain(id, path, "there is %s", is);
    }
    free(is);
}

static int has_mnist(void)
{
    char path[1024];
    const char *folder = getenv("DENPA_DATA");
    snprintf(path, sizeof path, "%s/mnist", folder ? folder : "/nonexistent");
    return access(path, R_OK) == 0;
}

static void figures_are_what_they_should_be(void **state)
{
    (void)state;
    char line[2048], id[64] = "";
    json_t *json = NULL;
    FILE *list = fopen("tests/gallery/structure.txt", "r");
    assert_non_null(list);
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = 0;
        if (!*line || *line == '#') continue;
        if (*line == ' ') {
            if (json) check(id, json, line);
            continue;
        }
        json_decref(json);
        json = NULL;
        char *blank = strchr(line, ' ');
        if (blank) *blank = 0;
        snprintf(id, sizeof id, "%.63s", line);
        if (!blank || has_mnist()) json = describe(id);
    }
    json_decref(json);
    fclose(list);
    printf("%d figures, %d facts, %d wrong\n", figures, checked, failures);
    assert_int_equal(failures, 0);
}

/* Is the figure, or the one of ten that stands for it, in structure.txt? */
static void every_figure_is_in_the_list(void **state)
{
    (void)state;
    static const char command[] =
        "bash -c 'comm -23 <(tools/gallery --list | grep -vE \"^A-F0[56]-[1-578]$|^A-F06-[09]$|^X-F02-[1-8]$\" | sort) "
        "<(sed -nE \"s/^([A-Z][^ ]*).*/\\1/p\" tests/gallery/structure.txt | sort)'";
    char line[256];
    FILE *missing = popen(command, "r");
    assert_non_null(missing);
    while (fgets(line, sizeof line, missing)) complain(line, "", "%s", "is not in tests/gallery/structure.txt");
    assert_int_equal(pclose(missing), 0);
    assert_int_equal(failures, 0);
}
#else
static void figures_are_what_they_should_be(void **state)
{
    (void)state;
    skip(); /* needs jansson and Cairo */
}

static void every_figure_is_in_the_list(void **state)
{
    (void)state;
    skip();
}
#endif

static char folder[64];

static int setup(void **state)
{
    (void)state;
    const char *root = getenv("DENPA_SOURCE_DIR");
    snprintf(folder, sizeof folder, "/tmp/denpa_gallery_XXXXXX");
    if (!mkdtemp(folder) || chdir(root ? root : ".") != 0) return -1;
    return setenv("GALLERY", folder, 1);
}

static int teardown(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_in_the_list),
        cmocka_unit_test(figures_are_what_they_should_be),
    };
    return cmocka_run_group_tests_name("gallery", tests, setup, teardown);
}
