/* The normal distribution. */
#ifndef DENPA_BASE_NORMAL_H
#define DENPA_BASE_NORMAL_H

/* The p-quantile of the standard normal distribution, 0 < p < 1 (random.c; see denpa/random.h for the source). */
double dpi_normal_quantile(double p);

#endif
