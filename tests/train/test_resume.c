/* A run killed at many moments ends with the same bytes. test_resume_slow.c does more of it. */
#include "resume_kills.h"

static void kills_change_nothing(void **state)
{
    (void)state;
    kill_many(24, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kills_change_nothing)};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
