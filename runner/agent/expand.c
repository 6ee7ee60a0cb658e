#include "runner/agent/expand.h"

#include <stdarg.h>
#include <stdio.h>

const struct var *vars_find(const struct vars *v, struct text name)
{
    for (size_t i = v->count; i > 0; i--)
        if (text_eq(text_from(v->at[i - 1].name), name))
            return &v->at[i - 1];
    return NULL;
}

void vars_spans(struct vars *v, const char *name, struct text value,
                const struct span *model, size_t n)
{
    size_t i = 0;

    while (i < v->count && strcmp(v->at[i].name, name) != 0)
        i++;
    if (i == VARS_MAX) {
        v->failed = true;
        return;
    }
    v->at[i] = (struct var){ name, value, model, n };
    if (i == v->count)
        v->count++;
}

void vars_text(struct vars *v, const char *name, struct text value)
{
    vars_spans(v, name, value, NULL, 0);
}

void vars_model(struct vars *v, const char *name, struct text value)
{
    struct span *all = arena_alloc(v->a, 1, sizeof(*all));

    if (all == NULL) {
        v->failed = true;
        return;
    }
    *all = (struct span){ 0, value.len };
    vars_spans(v, name, value, all, value.len > 0);
}

void vars_printf(struct vars *v, const char *name, const char *fmt, ...)
{
    char text[512];
    struct text copy;
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    copy = arena_copy(v->a, text_from(text));
    if (copy.ptr == NULL)
        v->failed = true;
    else
        vars_text(v, name, copy);
}

static enum status put(struct expansion *x, const struct var *var,
                       const char *what, struct error *err)
{
    for (size_t i = 0; i < var->model_count; i++) {
        if (x->model_count == EXPAND_SPANS_MAX)
            return error_set(err, ST_LIMIT,
                             "%s: more than %d pieces of the "
                             "model's text",
                             what, EXPAND_SPANS_MAX);
        x->model[x->model_count++] =
            (struct span){ x->out.len + var->model[i].off, var->model[i].len };
    }
    buf_add(&x->out, var->value);
    return ST_OK;
}

enum status expand(struct expansion *x, struct text t, const struct vars *v,
                   const char *what, struct error *err)
{
    size_t at = 0;
    enum status st = ST_OK;

    while (at < t.len && st == ST_OK) {
        const size_t open = text_find(t, TEXT_LIT("{{"), at);
        const size_t close =
            open < t.len ? text_find(t, TEXT_LIT("}}"), open) : t.len + 1;
        const struct text name =
            close < t.len ? text_sub(t, span_between(open + 2, close))
                          : (struct text){ "", 0 };
        const struct var *var = vars_find(v, name);

        if (close > t.len) { /* no variable any more */
            buf_add(&x->out, text_sub(t, span_between(at, t.len)));
            break;
        }
        if (var == NULL)
            return error_set(err, ST_INPUT, "%s: {{%.*s}} is not known here",
                             what, (int)(name.len < 80 ? name.len : 80),
                             name.ptr);
        buf_add(&x->out, text_sub(t, span_between(at, open)));
        st = put(x, var, what, err);
        at = close + 2;
    }
    if (v->failed)
        return error_set(err, ST_LIMIT, "%s: too many variables", what);
    return x->out.failed && st == ST_OK
               ? error_set(err, ST_LIMIT, "%s: over 1 GiB", what)
               : st;
}
