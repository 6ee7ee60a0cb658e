/* The report stops in the middle: a last sentence, table row, bracket or code
 * fence without its end, a sentence cut short by a garble, or a generation
 * that ran out of tokens. Precision first: a report may end without a full
 * stop. */
#include <stdlib.h>

#include "validator/base/utf8.h"
#include "validator/check.h"
#include "validator/run_context.h"
#include "validator/text/ending.h"
#include "validator/text/prose_line.h"

enum {
    RULE_SENTENCE,
    RULE_LENGTH,
    RULE_FENCE,
    RULE_ROW,
    RULE_BRACKET,
    RULE_HEADING,
    RULE_GARBLE,
    RULE_ITEM,
    RULE_COUNT
};
static const struct rule rules[RULE_COUNT] = {
    [RULE_SENTENCE] = { "truncated/sentence", SEV_WARNING,
                        "the text stops in the middle of a sentence" },
    [RULE_LENGTH] = { "truncated/length", SEV_ERROR,
                      "the generation ended because its token limit was "
                      "reached" },
    [RULE_FENCE] = { "truncated/fence", SEV_WARNING,
                     "the text stops inside a code fence" },
    [RULE_ROW] = { "truncated/row", SEV_WARNING,
                   "the text stops inside a table row" },
    [RULE_BRACKET] = { "truncated/bracket", SEV_WARNING,
                       "the last paragraph opens what it does not close" },
    [RULE_HEADING] = { "truncated/heading", SEV_WARNING,
                       "the last section has no text" },
    [RULE_GARBLE] = { "truncated/garble", SEV_WARNING,
                      "a sentence breaks off where garbled text begins" },
    [RULE_ITEM] = { "truncated/item", SEV_WARNING,
                    "the last list item stops short of its siblings" },
};

enum {
    SENTENCE_WORDS = 8, /* a shorter last line may be a signature or caption */
    FRAGMENT_WORDS = 4, /* behind a sentence, where all others have an end */
    OPENED_WORDS = 3,   /* the same, where it begins like a sentence */
    LONG_WORDS = 10,    /* alone in its paragraph, in any language */
    CLAUSE_WORDS = 3,   /* before a word that goes on */
    ANNOUNCE_WORDS = 5, /* before a colon that nothing follows */
    BODY_WORDS = 6,     /* a paragraph whose end says how the others end */
    HABIT = 2,          /* such paragraphs */
    ITEM_HABIT = 3,     /* items of a list */
    GARBLE_MIN = 60     /* bytes; longer than any foreign name in brackets */
};

static struct span trimmed(struct text bytes, struct span s)
{
    while (s.len > 0 && ascii_space(bytes.ptr[span_end(s) - 1]))
        s.len--;
    while (s.len > 0 && ascii_space(bytes.ptr[s.off])) {
        s.off++;
        s.len--;
    }
    return s;
}

/* The line that holds off, without its newline; at most LINE_REACH bytes to
 * either side, so that many parts in one long line stay linear. */
static struct span line_at(struct text t, size_t off)
{
    enum { LINE_REACH = 1 << 16 };
    size_t from = off, to = off;

    while (from > 0 && off - from < LINE_REACH && t.ptr[from - 1] != '\n')
        from--;
    while (to < t.len && to - off < LINE_REACH && t.ptr[to] != '\n')
        to++;
    return span_between(from, to);
}

/* The first block at or behind off: O(log n). */
static size_t block_at(const struct report *r, size_t off)
{
    size_t lo = 0, hi = r->doc.block_count;

    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;

        if (r->doc.blocks[mid].span.off < off)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The line above `line` that is not blank, or an empty one when there is none
 * within a few lines. */
static struct text line_above(struct text t, struct span line)
{
    enum { BLANKS = 256 }; /* bytes */
    size_t i = line.off;

    while (i > 0 && line.off - i < BLANKS && ascii_space(t.ptr[i - 1]))
        i--;
    return i > 0 ? text_trim(text_sub(t, line_at(t, i - 1)))
                 : (struct text){ "", 0 };
}

/* One model part and what its paragraphs tell about their ends. */
struct ends {
    const struct report *r;
    const struct endings *words;
    struct span part;
    size_t first, last;        /* blocks of the part */
    size_t bodies, unfinished; /* paragraphs before it */
};

static struct text block_text(const struct report *r, const struct block *b)
{
    return text_trim(text_sub(r->bytes, b->span));
}

/* Text that full stops belong to: a paragraph that is not short, an item of
 * more than one sentence. */
static bool is_body(const struct block *b, struct text t)
{
    if (b->role != BLOCK_PARAGRAPH && b->role != BLOCK_LIST_ITEM)
        return false;
    return ending_words(t) >= BODY_WORDS &&
           (b->role == BLOCK_PARAGRAPH || ending_sentence(t) > 0);
}

/* How the texts before the last block end. */
static void learn_habit(struct ends *e)
{
    enum { HEAD = 400 }; /* bytes that tell whether it is short */

    for (size_t i = e->first; i < e->last; i++) {
        const struct block *b = &e->r->doc.blocks[i];
        const struct text t = block_text(e->r, b);
        const struct text head = { t.ptr, t.len < HEAD ? t.len : HEAD };

        if (!is_body(b, head))
            continue;
        const enum mark m = ending_mark(t);

        e->bodies++;
        e->unfinished += m != MARK_STOP && m != MARK_COLON;
    }
}

/* All of them, or nine in ten, end like sentences. */
static bool has_habit(const struct ends *e, size_t least)
{
    return e->bodies >= least && e->unfinished * 10 <= e->bodies;
}

/* Emphasised as a whole: a remark below the text. */
static bool is_remark(const struct report *r, const struct block *b)
{
    for (uint32_t i = 0; i < b->pieces; i++) {
        const struct piece *p = &r->doc.pieces[b->first_piece + i];

        if (p->kind != PIECE_BREAK && !p->emphasis && !p->strong)
            return false;
    }
    return true;
}

/* A rule stands between the block and the one before: what follows it is a
 * footer. */
static bool is_footer(const struct ends *e, size_t off)
{
    const struct text above =
        line_above(e->r->bytes, line_at(e->r->bytes, off));

    return above.len > 0 && line_look(above).kind == LINE_RULE;
}

static bool is_closing(const struct endings *w, struct text word)
{
    while (word.len > 0 && strchr(".,:;!*_", word.ptr[word.len - 1]) != NULL)
        word.len--;
    return endings_list(w, LIST_CLOSING, ending_word(word));
}

static bool is_farewell(const struct endings *w, struct text t)
{
    size_t last = t.len;

    for (size_t i = 0, words = 0; i < t.len && words < 2; words++) {
        const size_t from = i;

        while (i < t.len && !ascii_space(t.ptr[i]))
            i++;
        if (is_closing(w, (struct text){ t.ptr + from, i - from }))
            return true;
        while (i < t.len && ascii_space(t.ptr[i]))
            i++;
    }
    while (last > 0 && !ascii_space(t.ptr[last - 1]))
        last--;
    return is_closing(w, (struct text){ t.ptr + last, t.len - last });
}

/* The last line of t. */
static struct text last_line(struct text t)
{
    size_t i = t.len;

    while (i > 0 && t.ptr[i - 1] != '\n')
        i--;
    return (struct text){ t.ptr + i, t.len - i };
}

/* Every word with a capital: a name, a title. */
static bool is_title(struct text t)
{
    for (size_t i = 0; i < t.len;) {
        const struct text rest = { t.ptr + i, t.len - i };
        size_t n = 0;

        while (n < rest.len && !ascii_space(rest.ptr[n]))
            n++;
        if (n > 0 && !begins_upper((struct text){ rest.ptr, n }))
            return false;
        i += n + 1;
    }
    return true;
}

/* What stands behind the last blank. */
static struct text last_token(struct text t)
{
    size_t i = t.len;

    while (i > 0 && !ascii_space(t.ptr[i - 1]))
        i--;
    return (struct text){ t.ptr + i, t.len - i };
}

static bool is_plain_number(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!ascii_digit(t.ptr[i]) && t.ptr[i] != '.' && t.ptr[i] != ',')
            return false;
    return t.len > 0;
}

/* A letter that no end mark follows, in a word of letters only; or a number
 * that is no date, version or the like. */
static bool ends_bare(struct text t, bool number)
{
    const enum last last = ending_letter(t);
    const struct text word =
        last == LAST_DIGIT ? last_token(t) : ending_word(t);
    const char before = word.ptr > t.ptr ? word.ptr[-1] : ' ';

    if (last == LAST_DIGIT)
        return number && is_plain_number(word);
    return word.len > 0 && (last == LAST_LOWER || last == LAST_UNCASED) &&
           !ascii_digit(before) && strchr("./:@_#\\`-", before) == NULL;
}

/* The line before the one that begins at `at` is as long as a wrapped one. */
static bool is_wrapped(struct text t, size_t at)
{
    enum { SHORTEST = 60 }; /* bytes */
    const struct text line = last_line(text_trim((struct text){ t.ptr, at }));

    return line.len >= SHORTEST;
}

/* A last sentence without an end, by its length and the report's habit. */
static bool is_fragment(const struct ends *e, struct text t)
{
    const size_t at = ending_sentence(t);
    const struct text s = { t.ptr + at, t.len - at };
    const size_t words = ending_words(s);
    const bool opens = endings_open(e->words, s);
    const bool joined = memchr(t.ptr, '\n', at) == NULL ||
                        memchr(s.ptr, '\n', s.len) != NULL || is_wrapped(t, at);
    const bool habit = has_habit(e, HABIT);

    if (!ends_bare(s, habit && words >= SENTENCE_WORDS) ||
        is_farewell(e->words, s) || is_title(s))
        return false;
    if (words >= SENTENCE_WORDS && (at > 0 || opens))
        return true;
    if (at > 0 && habit && (joined || opens))
        return words >= FRAGMENT_WORDS || opens;
    if (habit && opens && words >= OPENED_WORDS + 2)
        return true;
    return has_habit(e, HABIT + 1) &&
           words >= (opens ? OPENED_WORDS : LONG_WORDS);
}

/* A paragraph that stops: at a comma, a dangling word, or without an end. */
static bool stops_inside(const struct ends *e, const struct block *b,
                         struct text t)
{
    const enum mark m = ending_mark(t);
    const size_t words = ending_words(t);

    if (t.len == 0 || t.ptr[0] == '|' || words < 3 || m == MARK_STOP)
        return false;
    if (m == MARK_HANGING || m == MARK_SEMICOLON)
        return b->role == BLOCK_PARAGRAPH || m == MARK_HANGING;
    if (m == MARK_COMMA)
        return words > FRAGMENT_WORDS || !is_farewell(e->words, t);
    if (m == MARK_COLON)
        return b->role == BLOCK_PARAGRAPH &&
               ending_words(last_line(t)) >= OPENED_WORDS &&
               words >= ANNOUNCE_WORDS && !is_remark(e->r, b) &&
               !is_footer(e, b->span.off);
    const struct text s = { t.ptr + ending_sentence(t),
                            t.len - ending_sentence(t) };

    if (ending_letter(t) != LAST_UPPER && ending_words(s) >= CLAUSE_WORDS &&
        !begins_upper(ending_word(t)) &&
        endings_dangle(e->words, t, b->role == BLOCK_PARAGRAPH))
        return true;
    return b->role == BLOCK_PARAGRAPH && !is_remark(e->r, b) &&
           !is_footer(e, b->span.off) && is_fragment(e, t);
}

static bool starts_fence(struct text line)
{
    line = text_trim(line);
    return text_starts(line, TEXT_LIT("```")) ||
           text_starts(line, TEXT_LIT("~~~"));
}

/* The code block is fenced and its fence never closes. */
static bool fence_stays_open(struct text t, const struct block *b,
                             size_t part_end)
{
    const struct span before =
        line_at(t, b->span.off > 0 ? b->span.off - 1 : 0);

    if (!starts_fence(text_sub(t, before)) || before.off >= b->span.off)
        return false;
    for (size_t i = span_end(b->span); i < part_end;) {
        const struct span line = line_at(t, i);

        if (starts_fence(text_sub(t, line)))
            return false;
        i = span_end(line) + 1;
    }
    return !starts_fence(text_sub(t, line_at(t, span_end(b->span) - 1)));
}

/* Only white space follows: no link definition, no rule that closes. */
static bool is_last_line(struct text t, struct span line, size_t end)
{
    const size_t from = span_end(line);

    return from >= end ||
           text_trim(text_sub(t, span_between(from, end))).len == 0;
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

/* A row that breaks off: without the last bar, or the last cells, that the row
 * above has; a head without rows. */
static bool row_stops(struct text row, struct text above)
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

/* A bullet, a number or hashes with nothing behind them. */
static size_t judge_marker(struct text line, struct text above)
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

/* Behind "label:" or "**label:**", or t itself. */
static struct text behind_label(struct text t)
{
    for (size_t i = 0; i + 1 < t.len; i++) {
        if (t.ptr[i] != ':')
            continue;
        for (i++; i < t.len && strchr("* _", t.ptr[i]) != NULL;)
            i++;
        return (struct text){ t.ptr + i, t.len - i };
    }
    return t;
}

struct siblings { /* items of the same list and depth before the last one */
    size_t count, whole;
    size_t labels; /* end with a colon and have no items below */
};

static struct siblings siblings_of(const struct ends *e, const struct block *b)
{
    struct siblings n = { 0, 0, 0 };
    const struct block *next = b;

    for (size_t i = e->last; i > e->first; i--) {
        const struct block *s = &e->r->doc.blocks[i - 1];

        if (s->role != BLOCK_LIST_ITEM)
            break;
        if (s->level == b->level) {
            const enum mark m = ending_mark(block_text(e->r, s));

            n.count++;
            n.whole += m == MARK_STOP;
            n.labels += m == MARK_COLON && next->level <= s->level;
        }
        next = s;
    }
    return n;
}

/* A list item without the end, or the text, that its siblings have, or that
 * items of more than one sentence have in this report. */
static bool item_stops(const struct ends *e, const struct block *b,
                       struct text t)
{
    const struct siblings n = siblings_of(e, b);
    const struct text body = behind_label(t);
    const size_t at = ending_sentence(t);
    const struct text last = { t.ptr + at, t.len - at };
    const bool opens = endings_open(e->words, at > 0 ? last : body);

    if (ending_mark(t) == MARK_COLON)
        return n.count > 0 && n.labels == 0;
    if (!ends_bare(t, false) || is_farewell(e->words, last))
        return false;
    if (at > 0 && has_habit(e, HABIT) && n.whole == n.count)
        return ending_words(last) >= FRAGMENT_WORDS || opens;
    if (n.count > 0 && n.whole == n.count && opens &&
        ending_words(body) >= SENTENCE_WORDS)
        return true;
    return n.count >= ITEM_HABIT && n.whole == n.count &&
           ending_words(t) >= OPENED_WORDS;
}

static bool heading_stands(const struct ends *e, const struct block *b,
                           struct text line, struct text t)
{
    if (is_farewell(e->words, t))
        return false;
    return b->level < 7 ? line.ptr[0] == '#'
                        : ending_mark(t) == MARK_COLON || ascii_digit(t.ptr[0]);
}

/* "**5." at the end. */
static bool opens_bold(struct text line)
{
    return line.len > 2 && text_starts(line, TEXT_LIT("**")) &&
           text_find(line, TEXT_LIT("**"), 2) > line.len;
}

/* The text ends in a loop: its last bytes stand there again and again. What
 * stops there is no sentence, and the loop is another check's. */
static bool ends_in_loop(struct text t)
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

static size_t judge_words(const struct ends *e, const struct block *b,
                          struct text t, struct text marked)
{
    const struct text part = text_trim(text_sub(e->r->bytes, e->part));

    if (e->r->doc.pieces[b->first_piece + b->pieces - 1].kind == PIECE_HTML ||
        ends_in_loop(part))
        return RULE_COUNT;
    if (stops_inside(e, b, t))
        return RULE_SENTENCE;
    if (b->role == BLOCK_LIST_ITEM && item_stops(e, b, t))
        return RULE_ITEM;
    return (ending_letter(marked) != LAST_OTHER && ending_opens(marked)) ||
                   opens_bold(last_line(marked))
               ? RULE_BRACKET
               : RULE_COUNT;
}

/* The rule that the last block breaks, or RULE_COUNT. */
static size_t judge_block(const struct ends *e, const struct block *b,
                          struct span *where)
{
    const struct text t = e->r->bytes;
    const size_t end = span_end(e->part);
    const struct span own = trimmed(t, b->span);
    const struct text inner =
        text_trim(text_sub(t, span_between(own.off, end)));
    /* From its line on, with the markup around it. */
    const struct text marked =
        text_trim(text_sub(t, span_between(line_at(t, own.off).off, end)));
    struct span last = trimmed(t, e->part);
    size_t rule = RULE_COUNT;

    last = line_at(t, span_end(last) - 1);
    *where = line_at(t, span_end(own) > 0 ? span_end(own) - 1 : 0);
    const struct text line = text_trim(text_sub(t, last));
    const struct text above = line_above(t, last);

    if (b->role == BLOCK_CODE)
        return fence_stays_open(t, b, end) ? RULE_FENCE : RULE_COUNT;
    rule = judge_marker(line, above);
    if (rule == RULE_COUNT && row_stops(line, above))
        rule = RULE_ROW;
    if (rule != RULE_COUNT)
        *where = last;
    if (rule != RULE_COUNT || !is_last_line(t, *where, end) || inner.len == 0)
        return rule;
    switch (b->role) {
    case BLOCK_HEADING:
        return heading_stands(e, b, line, inner) ? RULE_HEADING : RULE_COUNT;
    case BLOCK_PARAGRAPH:
    case BLOCK_LIST_ITEM:
        return judge_words(e, b, inner, marked);
    default:
        return RULE_COUNT;
    }
}

/* Length of the garble at `at`: bytes without ASCII words, one and the same
 * three-byte character at least eight times in it. 0: none. */
static size_t garble_length(struct text t, size_t at)
{
    size_t i = at, same = 0, most = 0;
    int32_t last = -2;

    while (i < t.len && t.ptr[i] != '\n') {
        const int32_t c = utf8_next(t, &i);

        if (c >= 0 && c < 0x80)
            break;
        same = c == last ? same + 1 : 1;
        most = same > most ? same : most;
        last = c;
    }
    return i - at >= GARBLE_MIN && most >= 8 ? i - at : 0;
}

/* A reserved token just before the garble belongs to it. */
static size_t before_token(struct text t, size_t at)
{
    size_t i = at;

    if (i == 0 || t.ptr[i - 1] != '>')
        return at;
    while (i > 0 && at - i < 40 && t.ptr[i - 1] != '<' && t.ptr[i - 1] != '\n')
        i--;
    return i > 0 && t.ptr[i - 1] == '<' ? i - 1 : at;
}

/* The unfinished sentence that ends at `at`, or an empty span. */
static struct span unfinished(struct text t, size_t at)
{
    enum { REACH = 2000 }; /* bytes of a line */
    size_t from = at;

    while (from > 0 && at - from < REACH && t.ptr[from - 1] != '\n')
        from--;
    const struct span before = trimmed(t, span_between(from, at));
    const struct text text = text_sub(t, before);
    const size_t start = ending_sentence(text);
    const struct span sentence = { before.off + start, before.len - start };

    if (text.len == 0 || !ascii_alpha(text.ptr[text.len - 1]) ||
        text.ptr[0] == '|' || text.ptr[0] == '#' ||
        ending_words(text_sub(t, sentence)) < 4)
        return (struct span){ at, 0 };
    return sentence;
}

static enum status find_garble(struct check_ctx *ctx, struct span part)
{
    const struct text t = { ctx_bytes(ctx).ptr, span_end(part) };
    enum status st = ST_OK;
    size_t i = part.off;

    while (i < t.len && st == ST_OK) {
        if ((unsigned char)t.ptr[i] < 0xe0) {
            i++;
            continue;
        }
        const size_t n = garble_length(t, i);
        const struct span s =
            n > 0 ? unfinished(t, before_token(t, i)) : (struct span){ i, 0 };

        if (s.len > 0)
            st = ctx_emit(ctx, RULE_GARBLE, s, (struct text){ "", 0 }, NULL, 0);
        if (n > 0) {
            i += n;
            continue;
        }
        while (i < t.len && (unsigned char)t.ptr[i] >= 0x80)
            i++;
    }
    return st;
}

/* Only list items, between template parts: lines that the template cut out of
 * another response. */
static bool is_cut(const struct report *r, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (r->doc.blocks[i].role != BLOCK_LIST_ITEM)
            return false;
    return r->model_count > 1 && end > first;
}

static enum status judge_part(struct check_ctx *ctx, struct span part)
{
    const struct report *r = ctx_report(ctx);
    const size_t first = block_at(r, part.off);
    const size_t end = block_at(r, span_end(part));
    struct ends e = { .r = r, .words = ctx_setup(ctx), .part = part };
    enum status st = find_garble(ctx, part);
    struct span where;
    size_t rule;

    if (first == end || st != ST_OK || is_cut(r, first, end))
        return st;
    e.first = first;
    e.last = end - 1;
    learn_habit(&e);
    rule = judge_block(&e, &r->doc.blocks[e.last], &where);
    return rule < RULE_COUNT
               ? ctx_emit(ctx, rule, where, (struct text){ "", 0 }, NULL, 0)
               : st;
}

/* As the servers say it: Ollama and OpenAI, Anthropic, Gemini, Mistral. */
static bool ran_out(const struct run_context *run)
{
    static const char *const reasons[] = { "length", "max_tokens",
                                           "max_output_tokens",
                                           "model_length" };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
        if (text_eq_icase(run->done_reason, text_from(reasons[i])))
            return true;
    return run->done_reason.len == 0 && run->num_predict > 0 &&
           run->output_tokens >= run->num_predict;
}

/* The last line of what the model wrote last. */
static enum status emit_length(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    struct span part = { 0, r->bytes.len };

    for (size_t i = r->model_count; i > 0; i--) {
        part = r->model[i - 1];
        if (!is_cut(r, block_at(r, part.off), block_at(r, span_end(part))))
            break;
    }
    part = trimmed(r->bytes, part);
    if (part.len > 0)
        part = line_at(r->bytes, span_end(part) - 1);
    return ctx_emit(ctx, RULE_LENGTH, part, (struct text){ "", 0 }, NULL, 0);
}

static enum status truncated_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    const struct run_context *run = ctx_run(ctx);
    const bool length = run != NULL && ran_out(run);
    enum status st = ST_OK;

    for (size_t i = 0; i < r->model_count && st == ST_OK; i++)
        st = length ? find_garble(ctx, r->model[i])
                    : judge_part(ctx, r->model[i]);
    return st == ST_OK && length ? emit_length(ctx) : st;
}

static enum status truncated_setup(void **out, const struct check_env *env,
                                   const char **why_off, struct error *err)
{
    struct endings *e = malloc(sizeof(*e));

    (void)why_off;
    if (e == NULL)
        return error_set(err, ST_NOMEM, "no memory for the endings");
    *e = (struct endings){ env->rule_file(env, "endings.txt"), env->langs,
                           env->n_langs };
    *out = e;
    return ST_OK;
}

const struct check check_truncated = {
    .id = "truncated",
    .summary = "the report stops before its end",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .setup = truncated_setup,
    .teardown = free,
    .run = truncated_run,
};
