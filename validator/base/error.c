#include "validator/base/error.h"

#include <stdarg.h>
#include <stdio.h>

#undef error_set

enum status error_set(struct error *err, enum status st, const char *fmt, ...)
{
    va_list ap;

    if (err == NULL)
        return st;
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    return st;
}
