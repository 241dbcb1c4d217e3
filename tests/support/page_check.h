/* A strict reader of HTML pages that are well-formed XML. */
#ifndef DENPA_TESTS_PAGE_CHECK_H
#define DENPA_TESTS_PAGE_CHECK_H

/* Fails the test unless: tags are nested and closed, attributes quoted and not given twice; only the four entities stand
 * in text, which is UTF-8 without control characters; ids are unique and all links lead to one; nothing is loaded from
 * elsewhere and nothing runs (no script, link, frame, event, url(), src but data:); each img has an alt text, each
 * picture in <svg> an aria-label; there is one h1, and no heading level is left out. */
void page_check(const char *html);

#endif
