/* The audit: every claim of the model's text gets a verdict. */
#include "validator/audit/audit.h"

#include <stdlib.h>

#include "validator/audit/judge.h"

enum { FLAT_MAX = 1 << 20 };

const char *const claim_verdict_name[CLAIM_VERDICTS] = {
    [CLAIM_SUPPORTED] = "supported",
    [CLAIM_DERIVED] = "derived",
    [CLAIM_MISATTRIBUTED] = "misattributed",
    [CLAIM_UNIT_MISMATCH] = "unit-mismatch",
    [CLAIM_CONTRADICTED] = "contradicted",
    [CLAIM_UNSUPPORTED] = "unsupported",
    [CLAIM_UNVERIFIABLE] = "unverifiable",
    [CLAIM_EXEMPT] = "exempt",
};

enum status audit_rules_load(struct audit_rules **out, const struct facts *f,
                             const struct units *units, struct text terms,
                             struct error *err)
{
    struct audit_rules *r = calloc(1, sizeof(*r));
    enum status st = ST_OK;

    if (r == NULL)
        return error_set(err, ST_NOMEM, "no memory for the audit's rules");
    r->units = units;
    lexicon_make(&r->lexicon);
    r->english = english_new();
    if (r->english == NULL)
        st = error_set(err, ST_NOMEM, "no memory for the audit's rules");
    if (st == ST_OK && f != NULL)
        st = terms_make(&r->terms, f, terms, "terms.json", err);
    if (st == ST_OK && f != NULL)
        st = focus_make(&r->focus, f, units, err);
    if (st == ST_OK && f != NULL)
        st = spellings_make(&r->spellings, f, err);
    if (st == ST_OK && f != NULL)
        st = readings_make(&r->readings, f, units, terms, "terms.json", err);
    if (st == ST_OK && f != NULL)
        st = told_make(&r->told, f, r->english, err);
    if (st == ST_OK && f != NULL)
        st = shapes_make(&r->shapes, f, err);
    if (st == ST_OK)
        *out = r;
    else
        audit_rules_free(r);
    return st;
}

void audit_rules_free(struct audit_rules *r)
{
    if (r == NULL)
        return;
    english_free(r->english);
    terms_free(r->terms);
    focus_free(&r->focus);
    spellings_free(r->spellings);
    told_free(&r->told);
    shapes_free(&r->shapes);
    free(r);
}

void judged_fact(struct judged *j, uint32_t id)
{
    if (j->fact_count < FACTS_PER_CLAIM)
        j->facts[j->fact_count++] = id;
}

void judged_say(struct work *w, struct judged *j, enum claim_verdict v,
                const char *why)
{
    (void)w;
    j->verdict = v;
    j->why = why;
}

static struct text with_unit(struct work *w, struct decimal v,
                             struct unit_ref u)
{
    char buf[DECIMAL_TEXT_MAX + UNIT_NAME_MAX];
    size_t n = decimal_format(buf, v);
    const size_t unit = readings_name(w, u, buf + n + 1);
    struct text out;

    if (unit > 0) {
        buf[n] = ' ';
        n += 1 + unit;
    }
    out = arena_copy(w->a, (struct text){ buf, n });
    return out.ptr == NULL ? (struct text){ "", 0 } : out;
}

struct text value_text(struct work *w, struct decimal v, struct unit_ref u,
                       int32_t place)
{
    return with_unit(w, decimal_round(v, place < 0 ? place - 1 : -1), u);
}

struct text fact_text(struct work *w, uint32_t id)
{
    struct fact f;

    facts_get(w->facts, id, &f);
    return with_unit(w, f.value, f.unit);
}

/* A small report grows its list of claims as it goes; a large one has room
 * for most from the start: of what is not used nothing is touched. */
static uint32_t first_room(const struct work *w)
{
    enum { ROOM = 64, LARGE = 1 << 17, BYTES_PER_CLAIM = 50 };
    const size_t bytes = w->report->bytes.len;

    return bytes < LARGE ? ROOM : (uint32_t)(bytes / BYTES_PER_CLAIM);
}

static bool keep(struct work *w, const struct judged *j)
{
    if (w->count == w->cap) {
        const uint32_t cap = w->cap == 0 ? first_room(w) : w->cap * 2;
        struct judged *grown = arena_raw(w->a, cap, sizeof(*grown));

        if (grown == NULL)
            return false;
        if (w->count > 0)
            memcpy(grown, w->out, w->count * sizeof(*grown));
        w->out = grown;
        w->cap = cap;
    }
    w->out[w->count++] = *j;
    return true;
}

static bool model_wrote(const struct work *w, struct span s)
{
    return report_author(w->report, s.off) == AUTHOR_MODEL;
}

static enum claim_exempt place_exempt(const struct work *w)
{
    if (w->block->role == BLOCK_TABLE_HEAD)
        return EXEMPT_LABEL;
    if (w->block->role == BLOCK_TABLE_CELL && w->block->col == 0)
        return EXEMPT_LABEL;
    if (w->block->role == BLOCK_TABLE_CELL &&
        (w->row.advice ||
         (w->block->col < TABLE_COLS_MAX && w->cols[w->block->col].advice)))
        return EXEMPT_ADVICE;
    if (w->block->role == BLOCK_CODE)
        return EXEMPT_CODE;
    return EXEMPT_NO;
}

/* The unit of a bare number in a table cell: its column's header, a unit cell
 * of its row, its row's label. */
static void cell_unit(const struct work *w, struct claim *c)
{
    if (w->block->role != BLOCK_TABLE_CELL || !unit_none(c->unit))
        return;
    if (w->block->col < TABLE_COLS_MAX)
        c->unit = w->cols[w->block->col].unit;
    if (unit_none(c->unit) && w->row.unit.den != 0)
        c->unit = w->row.unit;
    if (unit_none(c->unit))
        c->unit = w->row_unit;
    if (unit_none(c->unit))
        c->unit = w->row.unit;
}

/* "| 2000 |" below a header with a unit is a number, not a year. */
static bool year_with_unit(const struct work *w, const struct claim *c)
{
    struct claim bare = *c;
    char unit[UNIT_NAME_MAX];

    if (c->exempt != EXEMPT_DATE || w->block->role != BLOCK_TABLE_CELL ||
        c->start != 0 || c->end != w->flat.len || c->form != FORM_DIGITS)
        return false;
    cell_unit(w, &bare);
    units_name(w->units, bare.unit, unit);
    return !unit_none(bare.unit) && strcmp(unit, "yr") != 0;
}

static void next_subject(struct work *w, const struct claim *c)
{
    uint32_t start, end;

    /* Names of sentences before this claim's: the last that acts. */
    judge_sentence(w, c->start, &start, &end);
    for (uint32_t i = 0; i < w->subject_count; i++)
        if (w->flat.words[w->subjects[i].word].start < start &&
            !w->subjects[i].aside)
            w->last = w->subjects[i];
}

/* Two bare whole numbers that stand together: "11-for-15", "(19-8)". */
static bool second_of_pair(const struct work *w, uint32_t i)
{
    const struct claim *a = &w->claims.at[i], *b = &w->claims.at[i + 1];

    return a->group != 0 && a->group == b->group && unit_none(a->unit) &&
           unit_none(b->unit) && a->value.last >= 0 && b->value.last >= 0 &&
           b->role != ROLE_SPREAD && b->exempt == EXEMPT_NO &&
           !audit_in_cell(w) && a->form == FORM_DIGITS &&
           b->form == FORM_DIGITS && w->facts != NULL && w->terms != NULL;
}

/* Judges claims i and i + 1 together; true: both are kept. */
static bool judge_pair(struct work *w, struct judged *first, uint32_t i)
{
    struct judged second = *first;
    struct around s;
    const struct subject *who, *a, *b;

    second.claim = w->claims.at[i + 1];
    judge_around(w, &first->claim, &s);
    who = subject_of(w, &first->claim, s.start, s.end);
    if (who == NULL && !s.overall)
        who = judge_subject_around(w);
    judge_two_rows(w, &s, &a, &b);
    return pair_judge(w, first, &second, who, a, b, s.start, s.end) &&
           keep(w, first) && keep(w, &second);
}

/* An ordinal may say a place: "second in throughput". */
static void judge_exempt(struct work *w, struct judged *j)
{
    const struct subject *who;
    struct around s;
    bool sure;

    j->why = claim_exempt_why[j->claim.exempt];
    if (j->claim.form != FORM_ORDINAL || j->claim.exempt != EXEMPT_IDIOM ||
        w->facts == NULL || w->terms == NULL || audit_in_cell(w))
        return;
    judge_around(w, &j->claim, &s);
    next_subject(w, &j->claim);
    who = owner_of(w, w->claim, s.start, s.end, &sure);
    if (!count_rank(w, j, &s, who))
        count_feat(w, j, who != NULL ? who : judge_subject_around(w));
}

/* Judges a random number in the place of a supported one. */
static void try_chance(struct work *w, const struct judged *j, struct view *v)
{
    struct judged other = { .block = j->block,
                            .chance = -1,
                            .cell = FACT_NONE,
                            .verdict = CLAIM_EXEMPT };

    if (!judge_supported(j) || !chance_wants(w, &j->claim))
        return;
    other.claim = chance_claim(&j->claim);
    w->trial = true;
    judge_claim(w, &other, v);
    w->trial = false;
    chance_take(w, judge_supported(&other));
}

static enum status judge_block(struct work *w)
{
    const enum claim_exempt place = place_exempt(w);
    const uint32_t first = w->count;
    struct view v;

    for (uint32_t i = 0; i < w->claims.count; i++) {
        struct judged j = { .claim = w->claims.at[i],
                            .block = w->block_index,
                            .chance = -1,
                            .cell = FACT_NONE,
                            .verdict = CLAIM_EXEMPT };

        if (!model_wrote(w, j.claim.span))
            continue;
        if (j.claim.exempt == EXEMPT_NO || year_with_unit(w, &j.claim))
            j.claim.exempt = place;
        if (j.claim.exempt == EXEMPT_NO) {
            cell_unit(w, &j.claim);
            readings_apply(w, &j.claim);
            next_subject(w, &j.claim);
            w->claim = i;
            if (i + 1 < w->claims.count && second_of_pair(w, i) &&
                judge_pair(w, &j, i)) {
                i++;
                continue;
            }
            judge_look(w, &j.claim, &v);
            judge_claim(w, &j, &v);
            settings_judge(w, &j, v.who != NULL ? v.who : v.around);
            try_chance(w, &j, &v);
            if (claim_flagged(j.verdict))
                beyond_judge(w, &j);
            if (claim_flagged(j.verdict))
                plausible_judge(w, &j, &v.s, v.who != NULL ? v.who : v.around,
                                &v.cols);
            if (claim_flagged(j.verdict))
                slices_judge(w, &j, &v.s, v.who, v.around, &v.cols);
            if (claim_flagged(j.verdict))
                tally_judge(w, &j, &v.s, v.who != NULL ? v.who : v.around);
            if (claim_flagged(j.verdict))
                siblings_judge(w, &j, &v.s, v.who != NULL ? v.who : v.around);
            if (claim_flagged(j.verdict))
                dated_judge(w, &j, &v.s);
            if (claim_flagged(j.verdict))
                told_judge(w, &j);
        } else {
            w->claim = i;
            judge_exempt(w, &j);
        }
        if (!keep(w, &j))
            return error_set(w->err, ST_NOMEM, "no memory for the audit");
    }
    own_block(w, first);
    plausible_block(w, first);
    return ST_OK;
}

/* What a column's header or a row's label says of the cells. */
/* "US" names a row; "GB" is a unit as it is written. */
static bool is_acronym(const struct units *u, struct text label)
{
    struct unit_ref unit;

    for (size_t i = 0; i < label.len; i++)
        if (label.ptr[i] < 'A' || label.ptr[i] > 'Z')
            return false;
    return units_match(u, label, true, &unit) != label.len;
}

static void keep_label(const struct work *w, struct setting_words *s)
{
    const struct text label = { w->flat.text, w->flat.len };
    struct span at;

    s->stats = stats_named(w, 0, w->flat.word_count);
    s->advice = claims_target_label(&w->flat);
    if (!units_of_header(w->units, label, &s->unit, &at) ||
        (w->block->col == 0 && at.len == label.len &&
         is_acronym(w->units, label)))
        s->unit = (struct unit_ref){ 0, 0, 0 };
}

/* What a header, row label, heading or list item says of the cells or items
 * below it; kept beyond the block. */
static bool keep_setting(struct work *w, struct setting_words *s)
{
    memset(s, 0, sizeof(*s));
    s->text = (struct text){ w->report->bytes.ptr + w->block->span.off,
                             w->block->span.len };
    s->mentions = arena_grow(w->a, w->mentions, w->mention_count,
                             w->mention_count, sizeof(*w->mentions));
    s->mention_count = w->mention_count;
    if (s->mentions == NULL)
        return false;
    if (w->subject_count > 0)
        s->subject = w->subjects[0];
    marks_keep(w, s);
    if (audit_in_cell(w))
        keep_label(w, s);
    else if (w->block->role == BLOCK_HEADING)
        s->advice = claims_advice_heading(&w->flat);
    return true;
}

static bool under_advice(const struct work *w)
{
    return w->block->heading != DOC_NONE && w->heading.advice;
}

static bool has_letter(struct span at, struct text bytes)
{
    for (size_t i = at.off; i < span_end(at); i++)
        if (ascii_alpha(bytes.ptr[i]))
            return true;
    return false;
}

/* "7800" of "RX 7800 XT", "4K" where the data call a row so. */
static void exempt_names(struct work *w)
{
    uint32_t k = 0;

    for (uint32_t i = 0; i < w->subject_count; i++) {
        const struct subject *s = &w->subjects[i];

        while (k < w->claims.count && w->claims.at[k].first_word < s->word)
            k++;
        if (!has_letter(s->span, w->report->bytes))
            continue; /* "0.5" in a column of texts */
        for (; k < w->claims.count && w->claims.at[k].first_word < s->end; k++)
            if (w->claims.at[k].end_word <= s->end &&
                w->claims.at[k].exempt == EXEMPT_NO)
                w->claims.at[k].exempt = EXEMPT_NAME;
    }
}

/* claim_nouns over a `struct work`: what each word of the block begins is known
 * already. */

static bool is_noun(const void *work, const struct flat *f, uint32_t word)
{
    const struct work *w = work;
    const struct term *term;
    uint32_t end;

    if (word >= f->word_count)
        return false;
    term = terms_from(w->terms, f, word, w->known[word].term, &end);
    return term != NULL && term->noun && term->posts > 0;
}

static bool is_word(const void *work, const struct flat *f, uint32_t word)
{
    const struct work *w = work;
    uint32_t end;

    return word < f->word_count &&
           terms_from(w->terms, f, word, w->known[word].term, &end) != NULL;
}

static enum status scan_block(struct work *w)
{
    const struct claim_nouns nouns = { is_noun, is_word, w };
    const struct claim_setting set = {
        .units = w->units,
        .nouns = w->terms != NULL ? &nouns : NULL,
        .heading = w->block->role == BLOCK_HEADING,
        .advice = under_advice(w),
        .cell = audit_in_cell(w),
    };
    enum status st;

    flat_block(&w->flat, &w->report->doc, w->block);
    known_words(w);
    w->claims.count = 0;
    if (!subjects_find(w))
        return error_set(w->err, ST_NOMEM, "no memory for the audit");
    st = claims_scan(&w->claims, &w->flat, &set, w->a, w->err);
    if (st != ST_OK)
        return st;
    for (uint32_t i = 0; i < w->claims.count; i++)
        readings_apply(w, &w->claims.at[i]);
    exempt_names(w);
    return ST_OK;
}

/* A cell that is a unit as a whole ("Seconds", "tok/s"). */
static bool whole_unit(struct work *w, const struct block *b,
                       struct unit_ref *out)
{
    const struct text t = text_trim(flat_bytes(&w->flat, &w->report->doc, b));

    return t.len > 0 && units_match(w->units, t, true, out) == t.len;
}

/* The unit that a cell of the row names, when one does. */
static void row_unit(struct work *w, uint32_t i)
{
    const struct doc *d = &w->report->doc;
    const struct block *b = &d->blocks[i];

    w->row_unit = (struct unit_ref){ 0, 0, 0 };
    for (uint32_t k = i; k < d->block_count; k++) {
        const struct block *o = &d->blocks[k];
        struct unit_ref u;

        if (o->role != BLOCK_TABLE_CELL || o->table != b->table ||
            o->row != b->row)
            break;
        if (o->col > 0 && whole_unit(w, o, &u)) {
            w->row_unit = u;
            return;
        }
    }
}

static bool keep_nth(struct work *w, struct setting_words *all, uint32_t n,
                     uint32_t *count)
{
    if (*count < n + 1)
        *count = n + 1;
    return keep_setting(w, &all[n]);
}

static void forget(struct setting_words *all, uint32_t *count)
{
    if (*count > 0)
        memset(all, 0, *count * sizeof(*all));
    *count = 0;
}

/* "At 32 clients the engines reach:" leads to what follows it. */
static bool keep_lead(struct work *w)
{
    const struct text t = text_trim((struct text){ w->flat.text, w->flat.len });

    w->lead.name_count = w->lead.number_count = 0;
    w->lead.mention_count = 0;
    if (t.len == 0 || t.ptr[t.len - 1] != ':')
        return true;
    w->lead.mentions = arena_grow(w->a, w->mentions, w->mention_count,
                                  w->mention_count, sizeof(*w->mentions));
    w->lead.mention_count = w->mention_count;
    marks_keep(w, &w->lead);
    return w->lead.mentions != NULL;
}

static bool after_block(struct work *w)
{
    const struct block *b = w->block;

    if (b->role == BLOCK_HEADING) {
        w->lead.name_count = w->lead.number_count = 0;
        w->lead.mention_count = 0;
        return keep_setting(w, &w->heading);
    }
    if (b->role == BLOCK_LIST_ITEM && b->level >= 1 &&
        b->level <= LIST_DEPTH_MAX)
        return keep_nth(w, w->list, b->level - 1, &w->list_depth);
    if (b->role == BLOCK_TABLE_HEAD && b->col < TABLE_COLS_MAX)
        return keep_nth(w, w->cols, b->col, &w->col_count);
    if (b->role == BLOCK_TABLE_CELL && b->col == 0)
        return keep_setting(w, &w->row);
    if (b->role == BLOCK_PARAGRAPH)
        return keep_lead(w);
    return true;
}

static enum status do_block(struct work *w, uint32_t i)
{
    const struct block *b = &w->report->doc.blocks[i];
    enum status st;

    w->block = b;
    w->block_index = i;
    w->sentence_start = w->sentence_end = 0;
    w->around.start = w->around.end = 0;
    w->last = (struct subject){ .row_count = 0 };
    if (b->role == BLOCK_HTML || b->role == BLOCK_FRONT_MATTER ||
        b->role == BLOCK_CODE)
        return ST_OK;
    if (b->role == BLOCK_TABLE_HEAD && b->col == 0)
        forget(w->cols, &w->col_count);
    if (b->role == BLOCK_TABLE_CELL && b->col == 0)
        row_unit(w, i);
    if (b->role == BLOCK_PARAGRAPH)
        forget(w->list, &w->list_depth);
    st = scan_block(w);
    if (st != ST_OK)
        return st;
    if (b->role == BLOCK_TABLE_CELL && b->col == 0)
        memset(&w->row, 0, sizeof(w->row));
    st = judge_block(w);
    if (st == ST_OK && !after_block(w))
        st = error_set(w->err, ST_NOMEM, "no memory for the audit");
    return st;
}

/* result */

static const struct evidence_fact *
evidence(struct work *w, const struct judged *j, size_t *count)
{
    struct evidence_fact *out = arena_alloc(w->a, j->fact_count, sizeof(*out));
    size_t n = 0;

    *count = 0;
    if (out == NULL)
        return NULL;
    for (uint32_t i = 0; i < j->fact_count; i++) {
        struct fact_place p;

        if (!facts_place(w->facts, j->facts[i], w->a, &p))
            return NULL;
        out[n++] = (struct evidence_fact){ .file = p.file,
                                           .line = p.line,
                                           .path = p.path,
                                           .value = p.value,
                                           .unit = p.unit };
    }
    *count = n;
    return out;
}

/* Where the prose says it. */
static const struct evidence_fact *
told_evidence(struct work *w, const struct told *t, size_t *count)
{
    struct evidence_fact *out = arena_alloc(w->a, 1, sizeof(*out));
    char value[DECIMAL_TEXT_MAX], unit[UNIT_NAME_MAX];

    *count = 0;
    if (out == NULL)
        return NULL;
    *out = (struct evidence_fact){
        .file = facts_file(w->facts, t->file)->path,
        .line = t->line,
        .path = TEXT_LIT("prose"),
        .value = arena_copy(
            w->a, (struct text){ value, decimal_format(value, t->value) }),
        .unit = arena_copy(
            w->a, (struct text){ unit, readings_name(w, t->unit, unit) }),
    };
    *count = out->value.ptr != NULL && out->unit.ptr != NULL;
    return *count == 0 ? NULL : out;
}

static const struct span *operand_spans(struct work *w, const struct judged *j,
                                        size_t *count)
{
    struct span *out;

    *count = 0;
    if (j->operand_count == 0)
        return NULL;
    out = arena_alloc(w->a, j->operand_count, sizeof(*out));
    *count = out == NULL ? 0 : j->operand_count;
    for (size_t i = 0; i < *count; i++)
        out[i] = w->out[j->operands[i]].claim.span;
    return out;
}

/* The unit's name: a report has few units, so that it is there mostly. */
static struct text unit_text_of(struct work *w, struct unit_ref u)
{
    struct named_unit *const n =
        &w->named_units[(u.num + 7u * u.den) % NAMED_UNITS];
    char name[UNIT_NAME_MAX];

    if (n->name.ptr == NULL || !unit_same(n->unit, u)) {
        const size_t len = readings_name(w, u, name);

        n->unit = u;
        n->name = arena_copy(w->a, (struct text){ name, len });
    }
    return n->name;
}

static bool finish_claim(struct work *w, const struct judged *j,
                         struct audited_claim *out)
{
    char buf[DECIMAL_TEXT_MAX];
    size_t n;

    *out =
        (struct audited_claim){ .span = j->claim.span,
                                .verdict = j->verdict,
                                .why = text_from(j->why != NULL ? j->why : ""),
                                .formula = j->formula,
                                .expected = j->expected,
                                .chance = j->chance,
                                .fault = j->fault };
    if (j->misnamed)
        out->name = j->name;
    n = decimal_format(buf, j->claim.value);
    out->value = arena_copy(w->a, (struct text){ buf, n });
    out->unit = unit_text_of(w, j->claim.unit);
    if (j->told != NULL)
        out->facts = told_evidence(w, j->told, &out->fact_count);
    if (j->fact_count > 0)
        out->facts = evidence(w, j, &out->fact_count);
    if (j->operand_count > 0)
        out->operands = operand_spans(w, j, &out->operand_count);
    return out->value.ptr != NULL && out->unit.ptr != NULL &&
           (j->fact_count == 0 || out->facts != NULL);
}

static int by_span(const void *pa, const void *pb)
{
    const struct audited_claim *a = pa, *b = pb;

    if (a->span.off != b->span.off)
        return a->span.off < b->span.off ? -1 : 1;
    return a->span.len < b->span.len ? -1 : a->span.len > b->span.len;
}

/* Mostly they are: a sort would be one in a hundred of all instructions. */
static bool in_order(const struct audited_claim *claims, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (by_span(&claims[i - 1], &claims[i]) > 0)
            return false;
    return true;
}

static enum status finish(struct work *w, struct audit *audit)
{
    struct audited_claim *claims = arena_alloc(w->a, w->count, sizeof(*claims));

    if (claims == NULL)
        return error_set(w->err, ST_NOMEM, "no memory for the audit");
    for (uint32_t i = 0; i < w->count; i++)
        if (!finish_claim(w, &w->out[i], &claims[i]))
            return error_set(w->err, ST_NOMEM, "no memory for the audit");
    if (!in_order(claims, w->count))
        qsort(claims, w->count, sizeof(*claims), by_span);
    audit->claims = claims;
    audit->claim_count = w->count;
    audit->chance_match_rate = chance_rate(w);
    audit->chance_samples = w->chance.count;
    return ST_OK;
}

/* No number but those of the tree of files. */
static bool holds_nothing(const struct facts *f)
{
    for (uint32_t c = 0; c < facts_column_count(f); c++)
        if (facts_column(f, c)->numbers > 0 &&
            facts_table(f, facts_column(f, c)->table)->kind != TABLE_TREE)
            return false;
    return true;
}

static bool start(struct work *w, const struct english *english)
{
    const size_t columns = w->facts == NULL ? 0 : facts_column_count(w->facts);
    const struct doc *d = &w->report->doc;
    size_t longest = 1 << 12;

    for (size_t i = 0; i < d->block_count; i++)
        if (d->blocks[i].span.len > longest)
            longest = d->blocks[i].span.len;
    if (longest > FLAT_MAX)
        longest = FLAT_MAX;
    w->score = arena_alloc(w->a, columns, sizeof(*w->score));
    w->touched = arena_alloc(w->a, columns + 1, sizeof(*w->touched));
    w->mentions = arena_alloc(w->a, MENTIONS_MAX, sizeof(*w->mentions));
    w->ids = arena_alloc(w->a, FIND_MAX, sizeof(*w->ids));
    w->empty = w->facts != NULL && holds_nothing(w->facts);
    return w->score != NULL && w->touched != NULL && w->mentions != NULL &&
           w->ids != NULL &&
           flat_init(&w->flat, (uint32_t)longest, w->report->bytes.len, english,
                     w->a) &&
           known_init(w);
}

enum status audit_make(struct audit **out, const struct report *r,
                       const struct facts *f, const struct run_context *run,
                       const void *rules, struct arena *a, struct error *err)
{
    const struct audit_rules *given = rules;
    struct audit *audit = arena_alloc(a, 1, sizeof(*audit));
    struct work *w = arena_alloc(a, 1, sizeof(*w));
    enum status st = ST_OK;

    if (audit == NULL || w == NULL)
        return error_set(err, ST_NOMEM, "no memory for the audit");
    if (given == NULL) {
        *out = audit;
        return ST_OK;
    }
    *w = (struct work){ .report = r,
                        .facts = f,
                        .units = given->units,
                        .lexicon = &given->lexicon,
                        .terms = given->terms,
                        .focus = f != NULL ? &given->focus : NULL,
                        .spellings = given->spellings,
                        .readings = f != NULL ? &given->readings : NULL,
                        .shapes = f != NULL ? &given->shapes : NULL,
                        .prose_told = f != NULL ? &given->told : NULL,
                        .a = a,
                        .err = err };
    if (!start(w, given->english))
        return error_set(err, ST_NOMEM, "no memory for the audit");
    w->flat.decimal_comma = claims_decimal_comma(r->bytes);
    if (!notes_collect(w, run))
        return error_set(err, ST_NOMEM, "no memory for the audit");
    for (uint32_t i = 0; st == ST_OK && i < r->doc.block_count; i++)
        st = do_block(w, i);
    if (st == ST_OK) {
        own_tables(w);
        st = vote_names(w)
                 ? finish(w, audit)
                 : error_set(err, ST_NOMEM, "no memory for the audit");
    }
    if (st == ST_OK && w->no_memory)
        st = error_set(err, ST_NOMEM, "no memory for the audit");
    if (st == ST_OK && f != NULL && facts_no_memory(f))
        st = error_set(err, ST_NOMEM, "no memory for the data's statistics");
    if (st == ST_OK)
        *out = audit;
    return st;
}
