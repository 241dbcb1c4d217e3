#include "support/page_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

enum { MOST_DEPTH = 64, MOST_IDS = 512, MOST_ATTRIBUTES = 32 };

typedef struct word {
    const char *at;
    size_t bytes;
} word;

typedef struct attribute {
    word name, value;
} attribute;

typedef struct reader {
    const char *at;
    word open[MOST_DEPTH], ids[MOST_IDS], links[MOST_IDS];
    int depth, id_count, link_count, level, h1;
    attribute attributes[MOST_ATTRIBUTES];
    int attribute_count;
} reader;

static bool is(word w, const char *text)
{
    return w.bytes == strlen(text) && memcmp(w.at, text, w.bytes) == 0;
}

static bool same(word a, word b)
{
    return a.bytes == b.bytes && memcmp(a.at, b.at, a.bytes) == 0;
}

static bool begins(word w, const char *text)
{
    return w.bytes >= strlen(text) && memcmp(w.at, text, strlen(text)) == 0;
}

static void require(bool fine, const char *what, const char *at)
{
    if (!fine)
        fail_msg("%s: %.120s", what, at);
}

static word read_name(reader *r)
{
    word name = {r->at, strspn(r->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:")};
    require(name.bytes > 0, "a name is missing", r->at);
    r->at += name.bytes;
    return name;
}

/* Text or a value, up to one of the bytes in `end`. */
static word read_text(reader *r, const char *end)
{
    static const char *const entities[] = {"&lt;", "&gt;", "&amp;", "&quot;"};
    word text = {r->at, 0};
    while (*r->at && !strchr(end, *r->at)) {
        size_t bytes = dpi_utf8_char_bytes(r->at, strnlen(r->at, 4));
        require(bytes > 0, "no UTF-8", text.at);
        require((unsigned char)*r->at >= 0x20 || *r->at == '\n' || *r->at == '\t', "a control character", text.at);
        bool known = *r->at != '&';
        for (int i = 0; i < 4; i++)
            known = known || strncmp(r->at, entities[i], strlen(entities[i])) == 0;
        require(known, "an & that begins no entity", r->at);
        r->at += bytes;
    }
    text.bytes = (size_t)(r->at - text.at);
    return text;
}

static void read_attributes(reader *r)
{
    r->attribute_count = 0;
    while (*r->at == ' ' || *r->at == '\n') {
        attribute *a = &r->attributes[r->attribute_count];
        r->at += strspn(r->at, " \n");
        require(r->attribute_count < MOST_ATTRIBUTES, "too many attributes", r->at);
        a->name = read_name(r);
        require(r->at[0] == '=' && r->at[1] == '"', "an attribute without quotes", a->name.at);
        r->at += 2;
        a->value = read_text(r, "\"<");
        require(*r->at == '"', "an attribute does not end", a->name.at);
        r->at++;
        for (int i = 0; i < r->attribute_count; i++)
            require(!same(r->attributes[i].name, a->name), "an attribute twice", a->name.at);
        r->attribute_count++;
    }
}

static word value_of(const reader *r, const char *name)
{
    for (int i = 0; i < r->attribute_count; i++)
        if (is(r->attributes[i].name, name))
            return r->attributes[i].value;
    return (word){"", 0};
}

static void check_attribute(reader *r, const attribute *a)
{
    require(!begins(a->name, "on"), "an event", a->name.at);
    require(!is(a->name, "srcset") && !is(a->name, "action") && !is(a->name, "data"), "something to load", a->name.at);
    if (is(a->name, "src") || is(a->name, "xlink:href"))
        require(begins(a->value, "data:image/png;base64,"), "a picture from elsewhere", a->name.at);
    if (is(a->name, "href") || is(a->name, "aria-labelledby")) {
        word target = a->value;
        if (is(a->name, "href"))
            require(begins(target, "#"), "a link that leaves the page", a->name.at);
        if (is(a->name, "href"))
            target.at++, target.bytes--;
        require(r->link_count < MOST_IDS, "too many links", a->name.at);
        r->links[r->link_count++] = target;
    }
    if (is(a->name, "id")) {
        require(r->id_count < MOST_IDS, "too many ids", a->name.at);
        for (int i = 0; i < r->id_count; i++)
            require(!same(r->ids[i], a->value), "an id twice", a->name.at);
        r->ids[r->id_count++] = a->value;
    }
    for (size_t i = 0; is(a->name, "style") && i + 4 <= a->value.bytes; i++)
        require(memcmp(a->value.at + i, "url(", 4) != 0, "url()", a->name.at);
}

static void check_tag(reader *r, word tag)
{
    static const char *const forbidden[] = {"script", "link", "iframe", "object", "embed", "base", "form"};
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        require(!is(tag, forbidden[i]), "it may not be there", tag.at);
    for (int i = 0; i < r->attribute_count; i++)
        check_attribute(r, &r->attributes[i]);
    if (is(tag, "img"))
        require(value_of(r, "alt").bytes > 0, "a picture without alt text", tag.at);
    bool inside = false;
    for (int i = 0; i < r->depth; i++)
        inside = inside || is(r->open[i], "svg");
    if (is(tag, "svg") && !inside)
        require(value_of(r, "aria-label").bytes > 0 && is(value_of(r, "role"), "img"), "a picture without a label",
                tag.at);
    if (tag.bytes == 2 && *tag.at == 'h' && tag.at[1] >= '1' && tag.at[1] <= '6') {
        int level = tag.at[1] - '0';
        require(level <= r->level + 1, "a heading level is left out", tag.at);
        r->level = level;
        r->h1 += level == 1;
    }
}

static void read_tag(reader *r)
{
    const char *begin = r->at++;
    if (*r->at == '/') {
        r->at++;
        word tag = read_name(r);
        require(r->depth > 0 && same(r->open[r->depth - 1], tag), "this does not close what is open", begin);
        require(*r->at++ == '>', "a tag does not end", begin);
        r->depth--;
        return;
    }
    word tag = read_name(r);
    read_attributes(r);
    check_tag(r, tag);
    if (r->at[0] == '/' && r->at[1] == '>') {
        r->at += 2;
        return;
    }
    require(*r->at++ == '>', "a tag does not end", begin);
    require(r->depth < MOST_DEPTH, "too deep", begin);
    r->open[r->depth++] = tag;
    if (is(tag, "style")) {
        const char *end = strstr(r->at, "</style>");
        require(end != NULL, "a style sheet does not end", begin);
        for (const char *c = r->at; c < end; c++)
            require(*c != '<' && *c != '&' && strncmp(c, "url(", 4) != 0 && strncmp(c, "@import", 7) != 0,
                    "not in a style sheet", c);
        r->at = end;
    }
}

void page_check(const char *html)
{
    static const char doctype[] = "<!DOCTYPE html>\n";
    reader r = {.at = html};
    require(strncmp(html, doctype, sizeof doctype - 1) == 0, "no doctype", html);
    r.at += sizeof doctype - 1;
    while (*r.at) {
        if (*r.at == '<')
            read_tag(&r);
        else
            read_text(&r, "<");
    }
    require(r.depth == 0, "not closed", r.depth ? r.open[r.depth - 1].at : "");
    assert_int_equal(r.h1, 1);
    for (int i = 0; i < r.link_count; i++) {
        bool found = false;
        for (int k = 0; k < r.id_count; k++)
            found = found || same(r.ids[k], r.links[i]);
        require(found, "a link to nowhere", r.links[i].at);
    }
}
