/* Optimised plans against naive ones (support/naive_test.h): some, for every run of the tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/naive_test.h"

static void test_graphs(void **state)
{
    (void)state;
    naive_test_graphs(1, 250);
}

static void test_nets(void **state)
{
    (void)state;
    naive_test_nets(1, 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_graphs), cmocka_unit_test(test_nets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
