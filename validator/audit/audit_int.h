#ifndef VALIDATOR_AUDIT_AUDIT_INT_H
#define VALIDATOR_AUDIT_AUDIT_INT_H
/* The audit of one report, block by block. */
#include "validator/audit/audit.h"
#include "validator/audit/lexicon.h"
#include "validator/audit/shapes.h"
#include "validator/audit/spellings.h"
#include "validator/audit/terms.h"
#include "validator/claims/claims.h"

enum {
    ROWS_MAX = 128,       /* rows that one name may stand for */
    SUBJECTS_MAX = 64,    /* names looked at per block */
    MENTIONS_MAX = 4096,  /* column words looked at per block */
    TOP_COLUMNS_MAX = 64, /* columns that one claim may mean */
    TABLE_COLS_MAX = 64,  /* columns of a report's table */
    FACTS_PER_CLAIM = 4,
    FIND_MAX = 128, /* facts looked at in one search */
    LIST_DEPTH_MAX = 16,
    LOOKS_MAX = 8000000, /* cells a report, for votes and counts of rows */
    SETTING_NAMES = 4,   /* of a heading, label, header, item */
    SETTING_NUMBERS = 4
};

/* Above it a chance match is no support; between the two it is weak. Numbers
 * are log-uniform within a decade (docs/measured/numbers.md). */
#define CHANCE_WEAK .05
#define CHANCE_MAX  .5

struct row_ref {
    uint32_t table, row;
};

/* A name of the data in the text. */
struct subject {
    uint32_t word, end; /* flat words */
    struct span span;   /* of the report */
    uint32_t name;
    const struct row_ref *rows;
    uint32_t row_count;
    bool group; /* the rows share the name, it is the name of none */
    bool aside; /* behind "for", "over", "against": not what acts */
};

/* What subjects.c found for a name. */
struct named_rows {
    uint32_t name, count;
    bool known, plain, group;
    const struct row_ref *rows;
};
enum { NAMED_ROWS = 64 };

struct mention {
    uint32_t word, end;
    const struct term *term;
};

struct score {
    uint32_t column;
    uint32_t score;
};

/* What a claim is about, best first. */
struct columns {
    struct score at[TOP_COLUMNS_MAX];
    uint32_t count;
    uint32_t best; /* score of the first; 0: no word of any column */
    bool beside;   /* such a word stands right beside the number */
    bool behind;   /* right behind it */
};

/* A number of such a place, and the column word beside it or NULL. */
struct setting_number {
    double value;
    struct unit_ref unit;
    const struct term *term;
};

/* Words of a place that stands for a whole column or row of a report table,
 * a heading or a list item. */
struct setting_words {
    const struct mention *mentions; /* word numbers mean nothing here */
    uint32_t mention_count;
    struct subject subject; /* row_count 0: none */
    struct unit_ref unit;
    struct text text; /* in the report */
    bool advice;
    uint32_t stats; /* bits of enum fact_stat named here */
    struct subject names[SETTING_NAMES];
    struct setting_number numbers[SETTING_NUMBERS];
    uint8_t name_count, number_count;
};

/* What the data and the statistics' words know of a word, wherever it stands.
 */
struct known_word {
    struct term_start term;
    uint32_t stats; /* bits of enum fact_stat */
    struct name_word name;
    struct spelt spelt; /* of names that are spelt otherwise */
    uint32_t plural;    /* the name that it is the plural of, or FACT_NONE */
    uint8_t says;       /* bits of SAYS_... */
    bool nothing;       /* no name begins with it, nor is it in one */
    uint8_t cues;       /* bits of CUE_... */
};

enum { NOTE_WORDS = 6 }; /* around a number */

/* A number of the data's prose. */
struct told {
    struct decimal value;
    struct unit_ref unit;
    uint32_t words[NOTE_WORDS]; /* hashes of the words around it; 0: none */
    uint32_t noun;              /* of the word behind it; 0: none */
    uint32_t file, line;
};
struct told_key { /* a number without its sign, and which one it is */
    double at;
    uint64_t mask; /* of its words: no bit in common, no word */
    uint32_t dim;  /* of its unit */
    uint32_t i;
};
struct prose_told {
    struct arena *arena;
    struct told *at;
    uint32_t count;
    struct told_key *raw, *base; /* sorted: as written, in base units */
};

enum outcome { OUT_NONE, OUT_MISS, OUT_HIT };

/* A claim on its way to its verdict. */
struct judged {
    struct claim claim;
    enum claim_verdict verdict;
    enum claim_fault fault;
    const char *why;
    struct text formula, expected;
    uint32_t facts[FACTS_PER_CLAIM];
    uint32_t fact_count;
    double chance;
    uint32_t block;
    uint32_t sentence;         /* same number: same sentence */
    const struct subject *who; /* whose number it is taken for; or NULL */
    uint32_t cell;    /* the fact that row and column name; FACT_NONE */
    struct span name; /* in the report: what names that row; len 0: unknown */
    bool misnamed;    /* the row vote: it is the name that is wrong */
    bool named_cell;  /* its row and column are both named */
    bool settled;     /* the report's own arithmetic bears it out */
    uint8_t cues;     /* bits of CUE_... of its sentence's words */
    const struct told *told;  /* where prose says it; NULL: nowhere */
    const uint32_t *operands; /* of `formula`: other claims of the report */
    uint32_t operand_count;
};

struct note { /* a number of a template part or of the prompt */
    struct decimal value;
    struct unit_ref unit;
    uint32_t words[NOTE_WORDS]; /* hashes of the words around it; 0: none */
};

/* What surrounds a claim: the same for all of its sentence. */
struct around {
    uint32_t start, end;  /* bytes of its sentence */
    uint32_t first, last; /* flat words of it */
    uint32_t subjects;    /* names in it */
    uint32_t stats;       /* statistics named in it */
    uint8_t says;         /* bits of SAYS_..., of all its words */
    bool overall;         /* "all", "overall", "across": no single row */
};

/* Facts whose value the claim at hand can be, whatever their column. */
struct candidates {
    bool known;
    uint32_t count;
    uint32_t ids[FIND_MAX], columns[FIND_MAX];
};

/* focus.c: the numbers that the model was given as such. */
struct focus_number {
    uint32_t id, table;
    uint32_t dim;     /* of its unit */
    double raw, base; /* as written, in base units; without sign */
    bool bare;        /* it has no unit */
};
struct focus {
    struct focus_number *at;
    uint32_t count;
    bool counted; /* `files`: how many the folder has */
    struct decimal files;
    bool told; /* a file says what the model was given */
};

/* Whether a random number in the place of a supported claim would have passed:
 * an even selection, every `stride`th of them. */
enum { CHANCE_SAMPLES_MAX = 200 };
struct chance {
    bool passed[CHANCE_SAMPLES_MAX];
    uint32_t count, stride, seen;
};

/* A unit that a claim of the report has. */
enum { NAMED_UNITS = 32 };
struct named_unit {
    struct unit_ref unit;
    struct text name; /* ptr NULL: none yet */
};

struct work {
    const struct report *report;
    const struct facts *facts; /* NULL: none */
    const struct units *units;
    const struct lexicon *lexicon;
    const struct terms *terms;
    const struct focus *focus;           /* NULL: without facts */
    const struct spellings *spellings;   /* the same */
    const struct readings *readings;     /* the same */
    const struct prose_told *prose_told; /* the same */
    const struct shapes *shapes;         /* the same */
    struct arena *a;
    struct error *err;
    struct flat flat;
    struct claim_list claims;
    /* of the block at hand */
    const struct block *block;
    uint32_t block_index;
    struct known_word *known; /* of each word */
    struct mention *mentions;
    uint32_t mention_count;
    struct subject subjects[SUBJECTS_MAX];
    uint32_t subject_count;
    struct named_rows named_rows[NAMED_ROWS]; /* by name; of the report */
    uint32_t sentence_start, sentence_end; /* the last one; both 0: none yet */
    struct around around;                  /* of the last claim; end 0: none */
    struct subject narrow;                 /* of fewer rows than its name has */
    struct row_ref narrow_rows[ROWS_MAX];
    uint32_t claim; /* the number of the claim at hand */
    uint32_t looks; /* cells that votes and counts of rows looked at */
    uint32_t tries; /* numbers that plausible.c tried */
    bool no_memory; /* it ran out in what only excuses */
    /* around it */
    struct setting_words heading;
    struct setting_words lead; /* the paragraph before, ending with a colon */
    struct marks *marks;       /* slices.h; of the last sentence asked for */
    struct setting_words list[LIST_DEPTH_MAX];
    struct setting_words cols[TABLE_COLS_MAX], row;
    uint32_t list_depth, col_count; /* those behind are empty */
    struct unit_ref row_unit;
    struct subject last; /* of the sentences before, in this block */
    bool empty;          /* facts were given but hold no number */
    /* Per column how well the words fit it, over the stamp of the claim that it
     * is of, in the high half. */
    uint64_t *score;
    uint64_t stamp;
    uint64_t top;      /* the highest of the claim at hand */
    uint32_t *touched; /* columns with a score; room for one more */
    uint32_t touched_count;
    struct scored { /* what `score` is of: bytes of the flat text */
        uint32_t block, claim, start, end;
        struct unit_ref unit;
        bool any;
    } scored;
    struct columns scored_columns;
    struct candidates as_written, in_base; /* of the claim at hand */
    bool no_column; /* none that the words mean has the claim at hand */
    /* results */
    struct judged *out;
    uint32_t count, cap;
    uint32_t sentence;
    struct chance chance;
    struct named_unit named_units[NAMED_UNITS]; /* audit.c; by their numbers */
    bool trial; /* a random number is judged: no nearest miss is looked for */
    struct note *notes;
    uint32_t note_count, note_cap;
    uint32_t *ids;                 /* scratch for facts_find */
    struct column *own_column;     /* own_cols.c */
    struct seen_known *seen_known; /* known.c; by place in flat.seen */
};

/* readings.c: what an abbreviation such as "tps" is, in these data. */
enum { READING_OTHERS = 8, READINGS_MAX = 16 };
struct reading {
    char say[16];                          /* the abbreviation */
    struct unit_ref rate;                  /* how the table of units reads it */
    struct unit_ref other[READING_OTHERS]; /* rates that they name in full */
    uint32_t others;
};
struct readings { /* those that may stand for another rate in these data */
    struct reading at[READINGS_MAX];
    uint32_t count;
};
/* terms: the text of rules/terms.json. ST_INPUT names `name` and the entry. */
enum status readings_make(struct readings *out, const struct facts *f,
                          const struct units *units, struct text terms,
                          const char *name, struct error *err);
/* A rate that the data have under the abbreviation only: as they have it. */
void readings_apply(const struct work *w, struct claim *c);
/* units_name, with the abbreviation where it is open. */
size_t readings_name(const struct work *w, struct unit_ref u,
                     char out[UNIT_NAME_MAX]);

struct audit_rules {
    const struct units *units;
    struct lexicon lexicon;
    struct english *english;
    struct terms *terms; /* NULL without facts */
    struct focus focus;
    struct spellings *spellings; /* NULL without facts */
    struct readings readings;
    struct prose_told told;
    struct shapes shapes;
};

enum status focus_make(struct focus *o, const struct facts *f,
                       const struct units *units, struct error *err);
void focus_free(struct focus *o);
/* How many files the folder has; false: none was given. */
bool focus_files(const struct work *w, struct decimal *files);
/* One of them, outside the table `but`, is the claim's number, and no chance
 * put it there. Claims of fewer significant digits than `digits` are left. */
bool focus_know(struct work *w, struct judged *j, uint32_t but, int digits);

/* known.c: fills w->known for the words of w->flat. */
bool known_init(struct work *w); /* false: no memory */
void known_words(struct work *w);

/* subjects.c: names and column words of the block in w->flat. */
bool subjects_find(struct work *w);
/* The subject of the claim's clause; NULL: none is named there. *nearby: the
 * sentence names one. */
const struct subject *subject_of(const struct work *w, const struct claim *c,
                                 uint32_t start, uint32_t end);

/* owner.c: whose number claim number `claim` of the block is, in the sentence
 * [start, end); NULL: no name tells. *sure: no other name there could be
 * meant. */
const struct subject *owner_of(const struct work *w, uint32_t claim,
                               uint32_t start, uint32_t end, bool *sure);

/* count.c: true when the claim has its verdict. A count of the rows that a
 * bound in the sentence holds for; the place of a row in a column. */
bool count_bounded(struct work *w, struct judged *j, const struct around *s,
                   const struct subject *who);
bool count_rank(struct work *w, struct judged *j, const struct around *s,
                const struct subject *who);
/* "40 epochs": as many rows as a table has that is called so. */
bool count_named(struct work *w, struct judged *j);
/* "His second double-double", but the row has none (terms_feats). */
bool count_feat(struct work *w, struct judged *j, const struct subject *who);

/* A table that has rows of both; FACT_NONE: none. */
uint32_t subjects_table(const struct subject *a, const struct subject *b);

/* Some row is named by both: "q4" and "osprey-7b" say it together. */
bool subjects_overlap(const struct subject *a, const struct subject *b);

/* columns.c */
void columns_score(struct work *w, const struct claim *c, uint32_t start,
                   uint32_t end, struct columns *out);
/* The first of the block's mentions that begins at or behind the word. */
uint32_t mention_from(const struct work *w, uint32_t word);
/* How well the words around the claim scored last fit a column; 0: not. */
uint32_t columns_score_of(const struct work *w, uint32_t column);

/* match.c: claim against one number. */
enum match { MATCH_NO, MATCH_ROUNDED, MATCH_TRUNCATED, MATCH_CONVERTED };
enum match match_fact(const struct work *w, const struct claim *c,
                      const struct fact *f);
/* What a claim can be made of by rounding or cutting off: values whose
 * magnitude is within `by` of `at`, and more; in the claim's unit. A bound
 * ("under 5") has no end. */
struct reach {
    double at, by;
};
struct reach reach_of(const struct claim *c);
struct reach reach_in_base(const struct work *w, const struct claim *c,
                           enum unit_convention conv);
/* A value in unit `unit` (num 0: as the claim's) as the claim writes it. */
bool match_value(const struct work *w, const struct claim *c,
                 struct decimal value, struct unit_ref unit);
/* Right digits in another unit, or moved by a power of ten. */
bool match_digits(const struct claim *c, struct decimal value);
double chance_of(const struct claim *c, size_t candidates);
/* The range of values, in base units or raw, that the claim's writing covers.
 */
void match_range(const struct work *w, const struct claim *c, bool raw,
                 enum unit_convention convention, struct decimal *low,
                 struct decimal *high);

/* cells.c */
/* "JSON (37)", "| JSON | 37 |" under "Count": the number of files of a type or
 * folder, though no word says "files". */
bool cells_count_files(const struct work *w, const struct claim *c,
                       const struct subject *who);
enum outcome cells_of(struct work *w, struct judged *j,
                      const struct subject *who, const struct columns *cols);
/* A column that the words mean has the number, be it by chance. */
bool cells_column_has(struct work *w, const struct claim *c,
                      const struct columns *cols);
enum outcome cells_anywhere(struct work *w, struct judged *j,
                            const struct columns *cols);
/* A value that the data give as such, in a table of one row. */
bool cells_summary(struct work *w, struct judged *j,
                   const struct columns *cols);
/* The named cell says otherwise, but another source has the number. */
bool cells_other_table(struct work *w, struct judged *j,
                       const struct subject *who);
/* The data have the digits, under another unit only. */
bool cells_unit_elsewhere(struct work *w, struct judged *j);
void cells_elsewhere(struct work *w, struct judged *j,
                     const struct subject *who, const struct columns *cols);

/* cells_meant.c, for a claim that is not in the cell j->facts[0] of who's row.
 * Another cell of the row has it, and the words beside the number mean that:
 * its statistic ("402 s at most"), or the words that name the other cell are
 * another number's. */
bool cells_meant(struct work *w, struct judged *j, const struct subject *who,
                 const struct columns *cols);

/* known.c: what words [first, last) of the block say, as SAYS_ bits. */
uint8_t says_all(const struct work *w, uint32_t first, uint32_t last);
/* One of them says `what` (any of its bits). */
bool says_in(const struct work *w, uint32_t first, uint32_t last, uint8_t what);

/* A claim that a cell of who's row bears out, with the word of another
 * statistic beside it, which the row has, too: "402 s on average". */
void cells_other_statistic(struct work *w, struct judged *j,
                           const struct subject *who);

/* against.c, for a claim that who's row does not bear out (NULL: no row is
 * named): "92 °C against 87 °C", the same quantity of two rows. */
bool against_judge(struct work *w, struct judged *j, const struct subject *who);

/* derive.c */
#define STATS_SUM    (1u << STAT_SUM)
#define STATS_OF_ALL (STATS_SUM | 1u << STAT_MEAN)
uint32_t stats_named(const struct work *w, uint32_t from, uint32_t to);
enum outcome derive_stat(struct work *w, struct judged *j, uint32_t stats,
                         const struct columns *cols,
                         const struct subject *group);
/* The sum of a column that the words mean, best first, as far as chance lets.
 */
enum outcome derive_sum(struct work *w, struct judged *j,
                        const struct columns *cols);
enum outcome derive_pair(struct work *w, struct judged *j,
                         const struct subject *a, const struct subject *b,
                         const struct columns *cols);
enum outcome derive_spread(struct work *w, struct judged *j,
                           const struct columns *cols);
/* A percentage that the named rows are of their column; words [first, last).
 */
enum outcome derive_share(struct work *w, struct judged *j,
                          const struct subject *who, uint32_t first,
                          uint32_t last);
/* The sum of the rows that words [first, last) name, in a column meant. */
enum outcome derive_together(struct work *w, struct judged *j, uint32_t first,
                             uint32_t last, const struct columns *cols);
enum outcome derive_rows(struct work *w, struct judged *j,
                         const struct subject *group);

/* tally.c: counts whose noun says of what, rates whose key does. For a flagged
 * claim; who: whose number it is, or NULL. */
void tally_judge(struct work *w, struct judged *j, const struct around *s,
                 const struct subject *who);

/* siblings.c: totals over files of one shape, one of them against another, sums
 * and shares of the members of an object. For a flagged claim. */
void siblings_judge(struct work *w, struct judged *j, const struct around *s,
                    const struct subject *who);

/* dated.c: "two days after", between days that the data name. For a flagged
 * claim. */
void dated_judge(struct work *w, struct judged *j, const struct around *s);

/* pairs.c: two bare numbers that stand together. `who` is their subject, a and
 * b the two rows that the sentence names; each may be NULL. False: not
 * decided here. */
bool pair_judge(struct work *w, struct judged *x, struct judged *y,
                const struct subject *who, const struct subject *a,
                const struct subject *b, uint32_t start, uint32_t end);

/* own.c: the report's own numbers against each other. */
void own_block(struct work *w, uint32_t first);
void own_tables(struct work *w);

/* chance.c: random numbers in the place of supported ones. */
bool chance_wants(struct work *w, const struct claim *c);
void chance_take(struct work *w, bool passed);
/* Another number of as many significant digits in the same decade, the same
 * for the same claim of a report. */
struct claim chance_claim(const struct claim *c);
double chance_rate(const struct work *w);

/* notes.c: what template parts and the prompt say. */
bool notes_collect(struct work *w, const struct run_context *run);
/* `denied`: the data say otherwise, so that more must speak for the note. */
bool notes_know(struct work *w, const struct claim *c, bool denied);

/* Hashes of up to three words before the claim and three behind. */
void note_words(const struct flat *f, const struct claim *c,
                uint32_t out[NOTE_WORDS]);

/* told.c: numbers of the data's prose. english: what rules->english is. */
enum status told_make(struct prose_told *o, const struct facts *f,
                      const struct english *english, struct error *err);
void told_free(struct prose_told *o);
/* A flagged claim that the prose has is unverifiable. */
void told_judge(struct work *w, struct judged *j);

/* Counts `cells` as looked at; false: more than LOOKS_MAX for this report. */
bool may_look(struct work *w, uint32_t cells);

/* audit.c: the block at hand is a cell of a table. */
bool audit_in_cell(const struct work *w);
/* "12 configurations": up to two words behind the bare number is what a row is
 * called. */
bool audit_row_noun(const struct work *w, const struct claim *c);

/* narrow.c: the rows of `who` that the one setting of the claim's sentence
 * leaves ("at 8 threads"); 0: all of them, or it is unsure. */
uint32_t narrow_rows(const struct work *w, const struct claim *c,
                     const struct subject *who, struct row_ref out[ROWS_MAX]);
/* The same where the sentence sets rows side by side and each number has the
 * name of its own beside it: "draft takes 9.7 W with the low setting and 21.3 W
 * with the high one". */
uint32_t narrow_own(const struct work *w, const struct claim *c,
                    const struct subject *who, struct row_ref out[ROWS_MAX]);

/* The claim's sentence speaks of more than one setting: "than", "from", "each".
 */
bool narrow_compares(const struct work *w);

/* settings.c: a number that was found anywhere is misattributed when the
 * sentence names no row but settings, and the rows that have them say
 * otherwise. who: whose number it is; NULL: no name tells. */
void settings_judge(struct work *w, struct judged *j,
                    const struct subject *who);

/* The column of the table that the word right beside a bare number means:
 * "8 threads", "batch 8", "batch size 8"; FACT_NONE: none. */
uint32_t narrow_column(const struct work *w, const struct claim *o,
                       uint32_t table);

/* beyond.c: a flagged claim that no cell could bear out is unverifiable. */
void beyond_judge(struct work *w, struct judged *j);

/* plausible.c: what is flagged, but follows from rows and columns that are
 * named near it, or (for the claims from out[first] on) from numbers written
 * near it in the block, is unverifiable. */
void plausible_judge(struct work *w, struct judged *j, const struct around *s,
                     const struct subject *who, const struct columns *cols);
void plausible_block(struct work *w, uint32_t first);

/* marks.c: keeps the names and settings of the block for those below it. */
void marks_keep(const struct work *w, struct setting_words *s);

/* slices.c: what is flagged, but follows from the rows that have the values
 * which the text near it names, is unverifiable. who: whose number it is;
 * before: whose it may be by what stands before the sentence. */
void slices_judge(struct work *w, struct judged *j, const struct around *s,
                  const struct subject *who, const struct subject *before,
                  const struct columns *cols);

/* vote.c: names that the numbers given to them speak against. False: no
 * memory. */
bool vote_names(struct work *w);

void judged_fact(struct judged *j, uint32_t id);
void judged_say(struct work *w, struct judged *j, enum claim_verdict v,
                const char *why);
/* "value unit" of a fact; of a value in a unit. */
struct text fact_text(struct work *w, uint32_t id);
struct text value_text(struct work *w, struct decimal v, struct unit_ref u,
                       int32_t place);
uint32_t word_hash(struct text t);

/* The unit is one of the dimension `name`, not a quotient. */
static inline bool dim_is(const struct work *w, struct unit_ref u,
                          const char *name)
{
    return u.den == 0 && text_is(units_dim_name(w->units, u.num), name);
}

#endif
