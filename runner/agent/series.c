#include <math.h>

#include "runner/agent/aggregate.h"

void series_of(struct series *s, const double *values, size_t n)
{
    double sum = 0, squares = 0;

    *s = (struct series){
        .mean = -1, .sd = -1, .cv = -1, .min = -1, .max = -1, .n = n
    };
    if (n == 0)
        return;
    s->min = s->max = values[0];
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        s->min = fmin(s->min, values[i]);
        s->max = fmax(s->max, values[i]);
    }
    s->mean = sum / (double)n;
    if (n < 2)
        return;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - s->mean) * (values[i] - s->mean);
    s->sd = sqrt(squares / (double)(n - 1));
    s->cv = s->mean > 0 ? s->sd / s->mean * 100 : -1;
}
