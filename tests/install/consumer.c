/* The smallest user of an installed denpa: header and library must be of one version. */
#include <stdio.h>
#include <string.h>

#include <denpa/version.h>

int main(void)
{
    printf("denpa %s\n", dp_version());
    return strcmp(dp_version(), DP_VERSION_TEXT) == 0 ? 0 : 1;
}
