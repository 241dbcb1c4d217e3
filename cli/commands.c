#include "cli.h"

#include <string.h>

const cli_command *const cli_commands[] = {
#define ENTRY(name) &cli_##name,
    CLI_COMMANDS(ENTRY)
#undef ENTRY
        NULL,
};

const cli_command *cli_command_find(const char *name)
{
    for (const cli_command *const *c = cli_commands; *c; c++)
        if (strcmp((*c)->name, name) == 0) return *c;
    return NULL;
}
