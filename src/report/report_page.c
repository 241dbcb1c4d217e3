/* The page: its frame, and the sections in their order. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <denpa/file.h>
#include <denpa/version.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/canvas.h"
#include "report/report_internal.h"

void dp_report_config_init(dp_report_config *config)
{
    *config = (dp_report_config){.rows = 500, .mistakes = 24};
}

/* ---- What sections are made of ---- */

void dpi_report_note(dpi_report *r, const char *format, ...)
{
    char words[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    dpi_html_element(&r->html, "p class=\"note\"", words);
    dpi_html_add(&r->html, "\n");
}

void dpi_report_table(dpi_report *r, const char *caption, const char *headings)
{
    dpi_html *h = &r->html;
    dpi_html_add(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    dpi_html_text(h, caption);
    dpi_html_add(h, "\"><table><caption>");
    dpi_html_text(h, caption);
    dpi_html_add(h, "</caption><thead><tr>");
    for (const char *at = headings; *at;) {
        int bytes = (int)strcspn(at, "|"), number = *at == '#';
        dpi_html_addf(h, "<th scope=\"col\"%s>%.*s</th>", number ? " class=\"number\"" : "", bytes - number,
                      at + number);
        at += bytes + (at[bytes] == '|');
    }
    dpi_html_add(h, "</tr></thead><tbody>\n");
}

void dpi_report_table_end(dpi_report *r)
{
    dpi_html_add(&r->html, "</tbody></table></div>\n");
}

/* ---- Sections ---- */

static const struct {
    const char *id, *heading;
    dp_status (*write)(dpi_report *r);
} sections[] = {
#define SECTION(id, heading) {#id, heading, dpi_report_##id},
    DPI_REPORT_SECTIONS(SECTION)
#undef SECTION
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* What one section cannot show does not take the others with it: its place says why. */
static void write_section(dpi_report *r, int i)
{
    dpi_html *h = &r->html;
    dpi_html_addf(h, "<section id=\"%s\" aria-labelledby=\"%s-heading\">\n<h2 id=\"%s-heading\">%s</h2>\n",
                  sections[i].id, sections[i].id, sections[i].id, sections[i].heading);
    if (h->status != DP_OK)
        return;
    size_t begin = h->out->length;
    dp_status status = sections[i].write(r);
    if (status == DP_OK)
        status = h->status;
    if (status == DP_ERR_NOMEM || status == DP_ERR_INTERNAL) {
        h->status = status;
        return;
    }
    if (status != DP_OK) {
        h->status = DP_OK;
        h->out->length = begin;
        dpi_report_note(r, "This could not be shown: %s", dp_ctx_message(r->ctx));
    }
    dpi_html_add(h, "</section>\n");
}

/* ---- The frame ---- */

static const char *title_of(const dpi_report *r, char *buffer, size_t bytes)
{
    if (r->config.title)
        return r->config.title;
    size_t end = strlen(r->dir);
    while (end > 1 && r->dir[end - 1] == '/')
        end--;
    size_t begin = end;
    while (begin && r->dir[begin - 1] != '/')
        begin--;
    snprintf(buffer, bytes, "%.*s", (int)(end - begin), r->dir + begin);
    return buffer;
}

/* The model's first comment says what it is. */
static void write_lead(dpi_report *r)
{
    const char *text = dp_model_text(r->model);
    char line[400];
    if (*text != '#')
        return;
    text += 1 + strspn(text + 1, " #");
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
    dpi_html_element(&r->html, "p class=\"lead\"", line);
    dpi_html_add(&r->html, "\n");
}

static void write_head(dpi_report *r, const char *title)
{
    dpi_html *h = &r->html;
    dpi_html_add(h, "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
                    "<meta charset=\"utf-8\"/>\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                    "<meta name=\"color-scheme\" content=\"light dark\"/>\n");
    dpi_html_addf(h, "<meta name=\"generator\" content=\"denpa %s\"/>\n<title>", dp_version());
    dpi_html_text(h, title);
    dpi_html_add(h, " – denpa report</title>\n<style>\n");
    for (const char *const *line = dpi_report_style; *line; line++) {
        dpi_html_add(h, *line);
        dpi_html_add(h, "\n");
    }
    dpi_html_add(h, "</style>\n</head>\n");
}

static void write_navigation(dpi_report *r)
{
    dpi_html *h = &r->html;
    dpi_html_add(h, "<nav aria-label=\"Sections\">\n<ul>\n<li><a href=\"#result\">Result</a></li>\n");
    for (int i = 0; i < SECTIONS; i++)
        dpi_html_addf(h, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].id, sections[i].heading);
    dpi_html_add(h, "</ul>\n</nav>\n");
}

static void write_page(dpi_report *r)
{
    dpi_html *h = &r->html;
    char buffer[256];
    const char *title = title_of(r, buffer, sizeof buffer);
    write_head(r, title);
    dpi_html_add(h, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n"
                    "<p class=\"kind\">denpa report</p>\n");
    dpi_html_element(h, "h1", title);
    dpi_html_add(h, "\n");
    write_lead(r);
    dpi_html_add(h, "</header>\n<div class=\"columns\">\n");
    write_navigation(r);
    dpi_html_add(h, "<main id=\"main\" tabindex=\"-1\">\n");
    dpi_report_result(r);
    for (int i = 0; i < SECTIONS; i++)
        write_section(r, i);
    dpi_html_add(h, "</main>\n</div>\n<footer>\n<p>Made by denpa ");
    dpi_html_text(h, dp_version());
    dpi_html_add(h, " from the folder <code>");
    dpi_html_text(h, r->dir);
    dpi_html_add(h, "</code>.</p>\n</footer>\n</body>\n</html>\n");
}

dp_status dp_report_html(dp_ctx *ctx, const char *dir, const dp_report_config *config, dp_text *out)
{
    dpi_report r = {.ctx = ctx, .dir = dir, .html = {.ctx = ctx, .out = out}};
    dp_report_config_init(&r.config);
    if (config)
        r.config = *config;
    if (r.config.rows < 1 || r.config.mistakes < 1)
        return dpi_fail(ctx, DP_ERR_RANGE, "report: rows and mistakes have to be at least 1");
    dp_status status = dpi_can_paint(ctx);
    if (status == DP_OK)
        status = dpi_report_gather(&r);
    if (status == DP_OK) {
        write_page(&r);
        status = r.html.status;
    }
    dpi_report_free(&r);
    return status;
}

dp_status dp_report_write(dp_ctx *ctx, const char *dir, const dp_report_config *config, const char *path)
{
    dp_text html = {.ctx = ctx};
    dp_status status = dp_report_html(ctx, dir, config, &html);
    if (status == DP_OK)
        status = dp_file_write(ctx, path, html.data, html.length);
    dp_text_free(&html);
    return status;
}
