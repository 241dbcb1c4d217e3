/* Comparisons: bytes 0 or 1. With NaN all are false but !=. */
BINARY(equal, uint8_t, x == z)
BINARY(not_equal, uint8_t, x != z)
BINARY(less, uint8_t, x < z)
BINARY(less_equal, uint8_t, x <= z)
BINARY(greater, uint8_t, x > z)
BINARY(greater_equal, uint8_t, x >= z)
