/* Does the last sentence, item or heading go on? By its words, and by how the
 * report ends its other texts. */
#include "checks/truncated_int.h"

#include "validator/text/prose_line.h"

enum {
    SENTENCE_WORDS = 8, /* a shorter last line may be a signature or caption */
    BEHIND_WORDS = 3,   /* behind two sentences of the same text */
    JOINED_WORDS = 2,   /* behind a sentence, where all others have an end */
    FRAGMENT_WORDS = 4, /* below one, with a verb */
    OPENED_WORDS = 3,   /* the same, where it begins like a sentence */
    ALONE_WORDS = 7,    /* the same, without a verb */
    LONG_UNCASED = 10,  /* the same in scripts of one case */
    LONG_WORDS = 10,    /* alone in its paragraph, in any language */
    CLAUSE_WORDS = 3,   /* with a word that goes on as the last */
    BEGUN_WORDS = 2,    /* the same, where all others have an end */
    ANNOUNCE_WORDS = 5, /* before a colon that nothing follows */
    BODY_WORDS = 6,     /* a paragraph whose end says how the others end */
    HABIT = 2,          /* such paragraphs */
    ITEM_HABIT = 3,     /* items of a list; HABIT suffice where they have */
    SENTENCE_LEAST = 4, /* words each */
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

/* "Next check: early autumn", "**Goal:** no leak", "Figure 2: pressure by hour
 * of the day". */
static bool is_field(struct text t)
{
    size_t colon = text_find(t, TEXT_LIT(":"), 0);

    while (colon + 1 < t.len && !ascii_space(t.ptr[colon + 1]) &&
           t.ptr[colon + 1] != '*')
        colon = text_find(t, TEXT_LIT(":"), colon + 1);
    const struct text label = { t.ptr, colon < t.len ? colon : 0 };

    return label.len > 0 && ending_words(label) < FRAGMENT_WORDS &&
           (ending_words(t) < SENTENCE_WORDS ||
            ascii_digit(label.ptr[label.len - 1]));
}

/* "**Date:** 4 May" as the last line: a block of such lines, not of text. */
static bool ends_in_field(struct text t)
{
    struct text line = text_trim(cut_last_line(t));

    while (line.len > 0 && strchr("*_- ", line.ptr[0]) != NULL)
        line = (struct text){ line.ptr + 1, line.len - 1 };
    return is_field(line) || (line.ptr > t.ptr && line.ptr[-1] == '*' &&
                              text_find(line, TEXT_LIT(":**"), 0) < line.len);
}

void cut_learn_habit(struct ends *e)
{
    enum { HEAD = 400 }; /* bytes that tell whether it is short */

    for (size_t i = e->first; i < e->last; i++) {
        const struct block *b = &e->r->doc.blocks[i];
        const struct text t = block_text(e->r, b);
        const struct text head = { t.ptr, t.len < HEAD ? t.len : HEAD };

        if (!is_body(b, head))
            continue;
        const enum mark m = ending_mark(t);

        if (m == MARK_STOP || m == MARK_COLON)
            e->bodies++;
        else if (!ends_in_field(t)) {
            e->bodies++;
            e->unfinished++;
        }
    }
}

/* All of them, or nine in ten, end like sentences. */
static bool has_habit(const struct ends *e, size_t least)
{
    return e->bodies >= least && e->unfinished * 10 <= e->bodies;
}

/* Most texts of this report have no full stop. */
static bool needs_no_stop(const struct ends *e)
{
    return e->bodies >= HABIT && e->unfinished * 2 > e->bodies;
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
        cut_line_above(e->r->bytes, cut_line_at(e->r->bytes, off));

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
    const struct text line =
        cut_last_line(text_trim((struct text){ t.ptr, at }));

    return line.len >= SHORTEST;
}

/* What stands behind the last whole sentence, or the last line below one that
 * ends by itself. */
struct tail {
    struct text s;
    bool behind; /* a whole sentence */
    bool joined; /* to it, in its line or a wrapped one */
    bool below;  /* a line that ends by itself */
};

/* Two whole sentences stand before the last one, or more: it would end like
 * them. */
static bool behind_two(struct text t)
{
    const size_t last = ending_sentence(t);
    const struct text before = ending_core((struct text){ t.ptr, last });

    return before.len > 0 &&
           ending_sentence((struct text){ t.ptr, before.len - 1 }) > 0;
}

/* A line break that Markdown keeps, or below a short line. */
static bool is_own_line(struct text t, size_t at)
{
    const struct text line = { t.ptr + at, t.len - at };

    return at > 0 &&
           (text_ends((struct text){ t.ptr, at - 1 }, TEXT_LIT("  ")) ||
            t.ptr[at - 2 < at ? at - 2 : 0] == '\\' ||
            (begins_upper(line) && !is_wrapped(t, at)));
}

static struct tail tail_of(struct text t)
{
    const size_t last = ending_sentence(t);
    /* "Figure 1. Water by day" */
    const size_t at =
        ending_words((struct text){ t.ptr, last }) >= CLAUSE_WORDS ? last : 0;
    const struct text s = { t.ptr + at, t.len - at };
    const size_t line = t.len - cut_last_line(t).len;
    struct tail tail = { .s = s,
                         .behind = at > 0,
                         .joined = memchr(t.ptr, '\n', at) == NULL ||
                                   memchr(s.ptr, '\n', s.len) != NULL ||
                                   is_wrapped(t, at) };

    if (line > at && is_own_line(t, line))
        tail = (struct tail){ cut_last_line(t), .below = true };
    return tail;
}

/* Does the report have the word before `end`? */
static bool stands_before(const struct ends *e, struct text word, size_t end)
{
    const struct text t = { e->r->bytes.ptr, end };

    for (size_t i = e->part.off; (i = text_find(t, word, i)) < end; i++)
        if ((i == 0 || !ascii_alpha(t.ptr[i - 1])) &&
            (i + word.len == end || !ascii_alpha(t.ptr[i + word.len])))
            return true;
    return false;
}

/* The last word is none, as far as lists know, and none of the report's. */
static bool is_broken(const struct ends *e, const struct block *b,
                      struct text t)
{
    const struct text word = ending_word(t);

    return ending_letter(t) == LAST_LOWER && endings_unknown(e->words, word) &&
           !stands_before(e, word, b->span.off);
}

/* A last sentence without an end, by its length and the report's habit. */
static bool is_fragment(const struct ends *e, const struct block *b,
                        struct text t)
{
    const struct tail tail = tail_of(t);
    const struct text s = tail.s;
    const size_t words = ending_words(s);
    const bool opens = !tail.below && endings_begin(e->words, LIST_OPENER, s);
    const bool habit = has_habit(e, HABIT);

    if (!ends_bare(s, habit && words >= SENTENCE_WORDS) ||
        is_farewell(e->words, s) || is_field(s) || needs_no_stop(e))
        return false;
    if (habit && words == 1 && tail.behind && t.ptr[t.len - s.len - 1] == ' ')
        return true;
    if (is_title(s))
        return false;
    if (words >= SENTENCE_WORDS && (tail.behind || opens))
        return true;
    if (tail.joined && e->unfinished == 0 && behind_two(t) &&
        (words >= BEHIND_WORDS || opens))
        return true;
    if (habit && !tail.below && words >= BEGUN_WORDS &&
        endings_begin(e->words, LIST_STARTER, s))
        return true;
    if (habit && tail.joined && tail.behind)
        return words >= JOINED_WORDS || opens;
    if (habit && words >= BEGUN_WORDS && is_broken(e, b, s))
        return true;
    if (habit && opens && (tail.behind || words >= ALONE_WORDS))
        return true;
    if (!has_habit(e, HABIT + 1))
        return false;
    if (words >= (ending_letter(s) == LAST_UNCASED ? LONG_UNCASED : LONG_WORDS))
        return true;
    if (endings_finite(e->words, s))
        return words >= (opens ? OPENED_WORDS : FRAGMENT_WORDS);
    return opens && words >= ALONE_WORDS;
}

/* The last word ends no sentence, and where all others have an end no
 * signature either: a verb, two words. */
static bool dangles(const struct ends *e, const struct block *b, struct text t)
{
    const size_t at = ending_sentence(t);
    const size_t words = ending_words((struct text){ t.ptr + at, t.len - at });
    const bool prose = b->role == BLOCK_PARAGRAPH;
    const bool habit = prose && has_habit(e, HABIT);
    const struct text word = ending_word(t);

    if (ending_letter(t) == LAST_UPPER || begins_upper(word) ||
        words < (habit ? BEGUN_WORDS : CLAUSE_WORDS))
        return false;
    return endings_dangle(e->words, t,
                          prose && (habit || words >= FRAGMENT_WORDS)) ||
           (habit && endings_list(e->words, LIST_FINITE, word));
}

bool cut_in_sentence(const struct ends *e, const struct block *b, struct text t)
{
    const enum mark m = ending_mark(t);
    const size_t words = ending_words(t);

    if (t.len == 0 || t.ptr[0] == '|' || words < BEGUN_WORDS || m == MARK_STOP)
        return false;
    if (m == MARK_HANGING || m == MARK_SEMICOLON)
        return words >= CLAUSE_WORDS &&
               (b->role == BLOCK_PARAGRAPH || m == MARK_HANGING);
    if (m == MARK_COMMA)
        return words > FRAGMENT_WORDS ||
               (words >= CLAUSE_WORDS && !is_farewell(e->words, t));
    if (m == MARK_COLON)
        return b->role == BLOCK_PARAGRAPH &&
               ending_words(cut_last_line(t)) >= OPENED_WORDS &&
               words >= ANNOUNCE_WORDS && !is_remark(e->r, b) &&
               !is_footer(e, b->span.off);
    if (dangles(e, b, t))
        return true;
    return b->role == BLOCK_PARAGRAPH && !is_remark(e->r, b) &&
           !is_footer(e, b->span.off) && is_fragment(e, b, t);
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
    size_t sentences; /* whole ones that are not short */
    size_t labels;    /* end with a colon and have no items below */
    size_t labelled;  /* say something behind a label */
};

static struct siblings siblings_of(const struct ends *e, const struct block *b)
{
    struct siblings n = { .count = 0 };
    const struct block *next = b;

    for (size_t i = e->last; i > e->first; i--) {
        const struct block *s = &e->r->doc.blocks[i - 1];

        if (s->role != BLOCK_LIST_ITEM)
            break;
        if (s->level == b->level) {
            const struct text t = block_text(e->r, s);
            const struct text body = behind_label(t);
            const enum mark m = ending_mark(t);

            n.count++;
            n.whole += m == MARK_STOP;
            n.sentences +=
                m == MARK_STOP && ending_words(body) >= SENTENCE_LEAST;
            n.labelled += body.ptr != t.ptr && body.len > 0;
            n.labels += m == MARK_COLON && next->level <= s->level;
        }
        next = s;
    }
    return n;
}

bool cut_in_item(const struct ends *e, const struct block *b, struct text t)
{
    const struct siblings n = siblings_of(e, b);
    const struct text body = behind_label(t);
    const size_t at = ending_sentence(t);
    const struct text last = { t.ptr + at, t.len - at };
    const bool opens =
        endings_begin(e->words, LIST_OPENER, at > 0 ? last : body);

    if (ending_mark(t) == MARK_COLON)
        return n.count > 0 && n.labels == 0;
    if (n.count >= HABIT && n.labelled == n.count && body.ptr == t.ptr)
        return is_remark(e->r, b);
    if (ending_mark(t) == MARK_COMMA)
        return n.count >= HABIT && n.whole == n.count;
    if (!ends_bare(t, false) || is_farewell(e->words, last))
        return false;
    if (at > 0 && has_habit(e, HABIT) && n.whole == n.count)
        return ending_words(last) >= JOINED_WORDS || opens;
    if (at > 0 && e->unfinished == 0 && n.whole == n.count &&
        (ending_words(last) >= SENTENCE_WORDS ||
         (behind_two(t) && (ending_words(last) >= BEHIND_WORDS || opens))))
        return true;
    if (n.count > 0 && n.whole == n.count &&
        ((opens && ending_words(body) >= SENTENCE_WORDS) ||
         is_broken(e, b, last)))
        return true;
    if (n.count >= HABIT && n.sentences == n.count &&
        (opens || endings_begin(e->words, LIST_STARTER, last) ||
         endings_dangle(e->words, t, true)))
        return true;
    if (n.count >= HABIT && n.sentences == n.count)
        return ending_words(t) >=
               (body.ptr == t.ptr ? JOINED_WORDS : OPENED_WORDS);
    return n.count >= ITEM_HABIT && n.whole == n.count &&
           ending_words(t) >= OPENED_WORDS;
}

bool cut_at_heading(const struct ends *e, const struct block *b,
                    struct text line, struct text t)
{
    if (is_farewell(e->words, t))
        return false;
    return b->level < 7 ? line.ptr[0] == '#'
                        : ending_mark(t) == MARK_COLON || ascii_digit(t.ptr[0]);
}
