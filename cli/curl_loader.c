#if DENPA_HAVE_CURL
#include "curl_loader.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define LIBRARY "libcurl.so.4"

#undef curl_easy_setopt
#undef curl_easy_getinfo

static int refuse(void)
{
    const char *reason = dlerror();
    fprintf(stderr,
            "denpa: fetching needs the library " LIBRARY ", which cannot be used: %s\nOn Debian install libcurl4\n",
            reason ? reason : "it does not start");
    return CLI_WRONG_USE;
}

int cli_curl_load(cli_curl_library *curl)
{
    /* Never closed: it is used until the command ends. */
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return refuse();
    void *symbol;
    cli_curl_library found;
    /* POSIX promises that a function's address fits into a void *; C has no cast for it. */
#define TAKE(name)                         \
    if (!(symbol = dlsym(library, #name))) \
        return refuse();                   \
    memcpy(&found.name, &symbol, sizeof symbol);
    CLI_CURL_FUNCTIONS(TAKE)
#undef TAKE
    if (found.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return refuse();
    *curl = found;
    return CLI_FINE;
}
#else
/* ISO C wants something in every file. */
typedef int cli_curl_is_missing;
#endif
