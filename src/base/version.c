#include <denpa/version.h>

const char *dp_version(void)
{
    return DP_VERSION_TEXT;
}
