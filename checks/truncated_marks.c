/* Markup that stops: fences, rows, markers; and texts that end in a loop. */
#include "checks/truncated_int.h"

#include "validator/text/prose_line.h"

static bool starts_fence(struct text line)
{
    line = text_trim(line);
    return text_starts(line, TEXT_LIT("```")) ||
           text_starts(line, TEXT_LIT("~~~"));
}

bool cut_in_fence(struct text t, const struct block *b, size_t part_end)
{
    const struct span before =
        cut_line_at(t, b->span.off > 0 ? b->span.off - 1 : 0);

    if (!starts_fence(text_sub(t, before)) || before.off >= b->span.off)
        return false;
    for (size_t i = span_end(b->span); i < part_end;) {
        const struct span line = cut_line_at(t, i);

        if (starts_fence(text_sub(t, line)))
            return false;
        i = span_end(line) + 1;
    }
    return !starts_fence(text_sub(t, cut_line_at(t, span_end(b->span) - 1)));
}

/* Bars of a table row that no backslash escapes; 0: no row. */
static size_t count_bars(struct text row)
{
    size_t n = 0;

    if (row.len < 2 || row.ptr[0] != '|')
        return 0;
    for (size_t i = 0; i < row.len; i++)
        n += row.ptr[i] == '|' && (i == 0 || row.ptr[i - 1] != '\\');
    return n;
}

static bool is_delimiter(struct text row)
{
    for (size_t i = 0; i < row.len; i++)
        if (strchr("|-: \t", row.ptr[i]) == NULL)
            return false;
    return memchr(row.ptr, '-', row.len) != NULL;
}

bool cut_in_row(struct text row, struct text above)
{
    const size_t bars = count_bars(row), wanted = count_bars(above);
    const bool open = bars > 0 && row.len > 0 && row.ptr[row.len - 1] != '|';

    if (wanted > 0 && row.len == 1 && row.ptr[0] == '|')
        return true;
    if (bars == 0 || row.len == 0 ||
        (unsigned char)row.ptr[row.len - 1] >= 0x80)
        return false; /* a garble: not ours */
    if (wanted == 0)
        return !open && bars >= 3;
    if (is_delimiter(row))
        return true;
    return above.len > 0 && above.ptr[above.len - 1] == '|' &&
           (open || bars < wanted);
}

size_t cut_at_marker(struct text line, struct text above)
{
    size_t n = 0;

    while (n < line.len && line.ptr[n] == '#')
        n++;
    if (n > 1 && n == line.len)
        return RULE_HEADING;
    for (n = 0; n < line.len && n < 4 && ascii_digit(line.ptr[n]); n++)
        ;
    if (n > 0 ? n + 1 != line.len || strchr(".)", line.ptr[n]) == NULL
              : line.len != 1 || strchr("-*+", line.ptr[0]) == NULL)
        return RULE_COUNT;
    const bool item = line_look(above).kind == LINE_ITEM &&
                      ascii_digit(above.ptr[0]) == (n > 0);

    return item || ending_mark(above) == MARK_COLON ? RULE_ITEM : RULE_COUNT;
}

bool cut_in_bold(struct text line)
{
    return line.len > 2 && text_starts(line, TEXT_LIT("**")) &&
           text_find(line, TEXT_LIT("**"), 2) > line.len;
}

bool cut_in_loop(struct text t)
{
    enum { TAIL = 24, REACH = 600, COPIES = 4 }; /* bytes, bytes, times */
    const size_t from = t.len > REACH ? t.len - REACH : 0;
    size_t copies = 0;

    if (t.len < TAIL)
        return false;
    for (size_t i = from; i + TAIL <= t.len && copies < COPIES; i++)
        copies += memcmp(t.ptr + i, t.ptr + t.len - TAIL, TAIL) == 0;
    return copies >= COPIES;
}
