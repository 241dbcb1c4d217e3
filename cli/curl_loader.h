/* libcurl, loaded when something is to be fetched: it brings some thirty libraries with it, which no other command should wait for. */
#ifndef DENPA_CLI_CURL_LOADER_H
#define DENPA_CLI_CURL_LOADER_H

#define CURL_DISABLE_TYPECHECK /* its checks are macros in the place of the functions' names */
#include <curl/curl.h>

/* X(function) */
#define CLI_CURL_FUNCTIONS(X) \
    X(curl_global_init)       \
    X(curl_easy_init)         \
    X(curl_easy_setopt)       \
    X(curl_easy_perform)      \
    X(curl_easy_getinfo)      \
    X(curl_easy_strerror)     \
    X(curl_easy_cleanup)

/* Pointers named as the functions. */
typedef struct cli_curl_library {
#define CLI_CURL_MEMBER_(name) __typeof__(&name) name;
    CLI_CURL_FUNCTIONS(CLI_CURL_MEMBER_)
#undef CLI_CURL_MEMBER_
} cli_curl_library;

/* On failure it says on stderr what to install, and gives an exit status other than CLI_FINE. */
int cli_curl_load(cli_curl_library *curl);

#endif
