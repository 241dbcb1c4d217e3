/* As test_resume.c, with hundreds of kills. */
#include "resume_kills.h"

static void hundreds_of_kills_change_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 2; seed < 7; seed++) kill_many(80, seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hundreds_of_kills_change_nothing)};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
