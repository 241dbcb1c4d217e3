#include <denpa/status.h>

const char *dp_status_name(dp_status status)
{
    switch (status) {
#define NAME_CASE(name, number, text) \
    case name: return #name;
        DP_STATUS_MAP(NAME_CASE)
#undef NAME_CASE
    }
    return "DP_ERR_UNKNOWN";
}

const char *dp_status_text(dp_status status)
{
    switch (status) {
#define TEXT_CASE(name, number, text) \
    case name: return text;
        DP_STATUS_MAP(TEXT_CASE)
#undef TEXT_CASE
    }
    return "unknown status";
}
