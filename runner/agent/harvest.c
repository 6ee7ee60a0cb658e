#include "runner/agent/harvest.h"

static bool holds(struct text line, const char *word)
{
    const struct text w = text_from(word);

    for (size_t i = 0; i + w.len <= line.len; i++)
        if (text_eq_icase((struct text){ line.ptr + i, w.len }, w))
            return true;
    return false;
}

static bool wanted(const struct scenario_extract *e, struct text line)
{
    for (size_t i = 0; i < e->keyword_count; i++)
        if (holds(line, e->keywords[i]))
            return true;
    return e->keyword_count == 0;
}

/* "  * 2. text" is "text"; "**Key" loses its stars, as in the reports. */
static struct text strip_marks(struct text t)
{
    static const struct text bullet = { "\xe2\x80\xa2", 3 };
    size_t i = 0;

    while (i < t.len) {
        const struct text rest = { t.ptr + i, t.len - i };

        if (text_starts(rest, bullet))
            i += bullet.len;
        else if (ascii_space(t.ptr[i]) || t.ptr[i] == '-' || t.ptr[i] == '*' ||
                 t.ptr[i] == '.' ||
                 (ascii_digit(t.ptr[i]) && i + 1 < t.len &&
                  (t.ptr[i + 1] == '.' || ascii_digit(t.ptr[i + 1]))))
            i++;
        else
            break;
    }
    return text_trim((struct text){ t.ptr + i, t.len - i });
}

void harvest_lines(struct vars *v, const struct scenario_extract *e,
                   struct text answer)
{
    const char *name = arena_printf(v->a, "extract.%s", e->name);
    struct span *spans = arena_alloc(v->a, e->max_lines, sizeof(*spans));
    struct buf b = { .max = 1 << 20 };
    size_t n = 0, at = 0;
    struct text copy;

    if (name == NULL || spans == NULL) {
        v->failed = true;
        return;
    }
    while (at < answer.len && n < e->max_lines) {
        const size_t end = text_find(answer, TEXT_LIT("\n"), at);
        const size_t stop = end < answer.len ? end : answer.len;
        const struct text line =
            strip_marks(text_sub(answer, span_between(at, stop)));

        if (line.len > 0 && line.ptr[0] != '#' && wanted(e, line)) {
            buf_puts(&b, n > 0 ? "\n- " : "- ");
            spans[n++] = (struct span){ b.len, line.len };
            buf_add(&b, line);
        }
        at = stop + 1;
    }
    copy = arena_copy(v->a, b.len > 0 ? buf_text(&b) : TEXT_LIT("- none"));
    if (copy.ptr == NULL || b.failed)
        v->failed = true;
    else
        vars_spans(v, name, copy, spans, n);
    buf_free(&b);
}
