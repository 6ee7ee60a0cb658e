#ifndef VALIDATOR_FACTS_FACTS_H
#define VALIDATOR_FACTS_FACTS_H
/* The source data as facts: numbers, names, dates and counts, each with its
 * place. Everything is a cell of a table: a CSV file is one, an array of JSON
 * objects is one (its objects are rows), a JSON object outside arrays is one
 * with a single row, a Markdown table is one, the file tree is one.
 * Built by one thread, frozen, then shared read-only by all. What is returned
 * is owned by the facts and lives as long as they do unless said otherwise. */
#include "validator/base/arena.h"
#include "validator/base/decimal.h"
#include "validator/base/error.h"
#include "validator/base/units.h"

struct facts;

/* `units` must outlive the facts. NULL: no memory. */
struct facts *facts_new(const struct units *units);
void facts_free(struct facts *f); /* accepts NULL */

/* --data PATH: a folder gives the facts of its files and the file tree itself;
 * a file gives facts only. Files are read by facts_freeze. ST_INPUT: no such
 * file, an unreadable folder. ST_LIMIT: more than 1,000,000 files. */
enum status facts_add(struct facts *f, const char *path, struct error *err);

/* The same for bytes that are no file: `name` is shown as their file, they are
 * copied, and are no part of the tree. Such facts cannot be saved. `name` ends
 * as a file of its type does (.json, .md). */
enum status facts_add_text(struct facts *f, const char *name, struct text bytes,
                           struct error *err);

/* The user's data dictionary: words and units per column or key. */
enum status facts_add_glossary(struct facts *f, const char *path,
                               struct error *err);

/* Reads the files in byte order of path, sorts and indexes; no additions
 * afterwards. The order in which files were added changes nothing. ST_INPUT
 * names file, line, column and remedy: unreadable, or not what its name says
 * (JSON cut off, NUL bytes, an unclosed quote); also when nothing could be
 * read at all, unless allow_empty. A file of a type without a reader is listed
 * with the reason, not an error. ST_LIMIT: 2^31 numbers, 8 GiB of text. */
enum status facts_freeze(struct facts *f, bool allow_empty, struct error *err);

const struct units *facts_units(const struct facts *f);

/* ---- files and the tree ---- */

enum fact_file_kind {
    FILE_CSV,
    FILE_JSON,
    FILE_MARKDOWN,
    FILE_TEXT,
    FILE_OTHER,
    FILE_KINDS
};
extern const char *const fact_file_kind_name[FILE_KINDS]; /* "csv" ... */

struct fact_file {
    struct text path; /* as given: DIR/a/b.csv, or FILE */
    struct text rel;  /* below the folder given: a/b.csv */
    struct text name; /* b.csv */
    enum fact_file_kind kind;
    bool in_tree;        /* found in a folder given with --data */
    bool read;           /* its facts are here */
    struct text why_not; /* !read: the reason; fixed text */
    long long size;      /* bytes */
    long long mtime;     /* seconds since 1970-01-01 UTC */
};

/* Sorted by path (bytes). */
size_t facts_file_count(const struct facts *f);
const struct fact_file *facts_file(const struct facts *f, uint32_t file);

/* True when a folder was given: counts per type and names can be judged. */
bool facts_has_tree(const struct facts *f);

/* The newest time of modification of the files that a row of the tree's table
 * counts, in seconds since 1970-01-01 UTC; 0: it counts none. */
long long facts_tree_newest(const struct facts *f, uint32_t row);

/* ---- tables and columns ---- */

#define FACT_NONE UINT32_MAX

enum fact_table_kind {
    TABLE_CSV,
    TABLE_RECORDS, /* JSON array: rows are its elements */
    TABLE_OBJECT,  /* JSON outside arrays: one row, columns are key paths */
    TABLE_MARKDOWN,
    TABLE_KEYS, /* "key: value" lines of Markdown or text: one row */
    TABLE_TREE, /* the files per type and folder */
    TABLE_KINDS
};
extern const char *const fact_table_kind_name[TABLE_KINDS];

struct fact_table {
    uint32_t file; /* FACT_NONE: the tree */
    enum fact_table_kind kind;
    struct text name; /* JSON: path of the array, "players" or "runs[].calls";
                         Markdown: the heading above; else the file's name */
    uint32_t rows;
    uint32_t first_column, columns; /* a contiguous run of column numbers */
    uint32_t parent; /* the table whose elements hold this array; FACT_NONE */
    uint32_t key;    /* the column that names rows; FACT_NONE: none does */
};

size_t facts_table_count(const struct facts *f);
const struct fact_table *facts_table(const struct facts *f, uint32_t table);

/* Why the numbers of a column vouch for nothing. */
enum fact_weak {
    WEAK_NO,
    WEAK_ID,   /* an identifier, seed, port, hash, index */
    WEAK_TIME, /* a time stamp */
    WEAK_KINDS
};
extern const char *const fact_weak_name[WEAK_KINDS];

/* How the unit of a number is known. */
enum unit_how {
    HOW_NONE,   /* no unit is known */
    HOW_VALUE,  /* written behind the value: "12 ms" */
    HOW_MEMBER, /* {"value": 12, "unit": "ms"} */
    HOW_HEADER, /* in the column header or key: "(ms)", "_ms" */
    HOW_GLOSSARY,
    HOW_PARENT,    /* in an enclosing key: "latency_ms": {"p50": 12} */
    HOW_SIBLING,   /* a sibling key has one: "p99" beside "mean_ms" */
    HOW_ELSEWHERE, /* an equal long value under a key that has one */
    HOW_KINDS
};
extern const char *const unit_how_name[HOW_KINDS];

struct fact_column {
    uint32_t table;
    struct text name;         /* as written: the header, or the last key */
    struct text path;         /* JSON: "results[].timing.p99"; else as name */
    const struct text *words; /* of path and name, see facts_words */
    size_t word_count;
    /* Glossary: each phrase as words joined by one space. */
    const struct text *phrases;
    size_t phrase_count;
    struct unit_ref unit; /* of the column; a value may have its own */
    enum unit_how how;
    enum fact_weak weak;
    uint32_t numbers, texts; /* cells; the rest of the rows is empty */
    uint32_t first_fact;     /* the ids of its numbers: first_fact + 0.. */
};

size_t facts_column_count(const struct facts *f);
const struct fact_column *facts_column(const struct facts *f, uint32_t column);

/* ---- numbers ---- */

/* Ids are 0 .. facts_count - 1, in the order file, table, column, row. */
size_t facts_count(const struct facts *f);

struct fact {                        /* a view, filled by facts_get */
    uint32_t id, column, table, row; /* row from 0 */
    uint32_t file;                   /* FACT_NONE: the tree */
    struct decimal value;            /* as written: .last is the last place */
    struct unit_ref unit;
    enum unit_how how;
    enum fact_weak weak;
};

void facts_get(const struct facts *f, uint32_t id, struct fact *out);
uint32_t facts_column_of(const struct facts *f, uint32_t id);

/* The numbers as written (NAN: too long for a double), of a column of at most
 * FACTS_SHORT numbers. */
enum { FACTS_SHORT = 32 };
struct fact_roughs {
    const double *at;       /* NULL: a longer column */
    const uint32_t *groups; /* of what unit each is; NULL: all of facts_group */
    double low, high;       /* none is outside; infinite with a NAN */
};
struct fact_roughs facts_roughs(const struct facts *f, uint32_t column);

/* Some numbers of the column may have a unit of their own. */
bool facts_mixed(const struct facts *f, uint32_t column);

/* The unit group of a column's numbers, but of those with a unit of their own.
 * The column must have numbers. */
uint32_t facts_group(const struct facts *f, uint32_t column);

/* A number v of the group is zero + v * by in the base unit of its dimension,
 * right to 14 digits. */
struct fact_scale {
    struct unit_ref unit;
    double zero, by;
};
struct fact_scale facts_scale(const struct facts *f, uint32_t group,
                              enum unit_convention convention);

/* The number in that cell; false: there is none. */
bool facts_cell(const struct facts *f, uint32_t column, uint32_t row,
                struct fact *out);

/* Rows whose number in the column is `value`, in whatever unit, ascending: the
 * first `max` of them into `rows`. Returns how many it put there. */
size_t facts_rows_with(const struct facts *f, uint32_t column,
                       struct decimal value, uint32_t *rows, size_t max);

/* The text in that cell, {NULL, 0}: none. */
struct text facts_cell_text(const struct facts *f, uint32_t column,
                            uint32_t row);

/* The text that names the row: its key cell, else the enclosing row's. Empty:
 * none. */
struct text facts_row_name(const struct facts *f, uint32_t table, uint32_t row);

/* The row of the parent table that holds this row; FACT_NONE: none. */
uint32_t facts_parent_row(const struct facts *f, uint32_t table, uint32_t row);

/* Where it stands: file as given, line from 1 (0: the tree), key path or
 * `row "NAME", column "NAME"`, the value as written, the unit's name. What is
 * made is in `a`. False: no memory. */
struct fact_place {
    struct text file, path, value, unit;
    size_t line;
};
bool facts_place(const struct facts *f, uint32_t id, struct arena *a,
                 struct fact_place *out);

/* ---- prose ---- */

/* Paragraphs, list items and headings of Markdown and text files that hold a
 * digit, as plain text: 64 KiB of a file, 1 MiB of all, the first ones; of a
 * longer block 4 KiB. In the order of files and lines. The text is valid as
 * long as the facts. */
struct fact_prose {
    uint32_t file, line; /* line from 1 */
    struct text text;
};
size_t facts_prose_count(const struct facts *f);
struct fact_prose facts_prose(const struct facts *f, size_t i);

/* ---- finding numbers ---- */

enum fact_scope {
    SCOPE_ANY,  /* values as written, whatever the unit */
    SCOPE_UNIT, /* values as written, of exactly this unit (or of none) */
    SCOPE_DIM   /* values in the dimension's base unit, of any of its units */
};

struct fact_query {
    struct decimal low, high; /* both ends included */
    enum fact_scope scope;
    struct unit_ref unit;            /* SCOPE_UNIT; SCOPE_DIM: any unit of it */
    enum unit_convention convention; /* SCOPE_DIM: how the data's KB count */
    bool weak;                       /* also what vouches for nothing */
};

/* Ids of the facts in the range, at most `max` of them into out, in the order
 * unit, value, id (past 100,000 of one unit the values' order is rough).
 * Returns how many there are in all, counted no further than the larger of max
 * and FACTS_COUNTED. Buckets give where to look; what is found there is
 * compared as decimals. */
enum { FACTS_COUNTED = 4096 };
size_t facts_find(const struct facts *f, const struct fact_query *q,
                  uint32_t *out, size_t max);

/* The same, but stops at `max`, so that a number that many facts have costs no
 * more than one that few have, and sorts values only roughly: equal ones may
 * stand apart. */
size_t facts_find_some(const struct facts *f, const struct fact_query *q,
                       uint32_t *out, size_t max);

/* At least as many as there are from low to high (q's ends do not count), and
 * not many more; without looking at them. */
size_t facts_find_about(const struct facts *f, const struct fact_query *q,
                        double low, double high);

/* How many different values are in the range, units of one dimension apart:
 * the candidates of the chance rule. Counted up to 1,000, over the first
 * FACTS_COUNTED facts. */
size_t facts_find_distinct(const struct facts *f, const struct fact_query *q);

/* ---- names ---- */

/* Words of a text: runs of letters and digits (bytes >= 0x80 are letters) in
 * lower case (ASCII), cut also between "a" and "B": "g60_c2048_t0.8" gives g60
 * c2048 t0 8, "peakMemory" gives peak memory. At most `max`; they point into
 * `buf`, which takes t.len bytes. */
size_t facts_words(struct text t, char *buf, struct text *out, size_t max);

enum { NAME_WORDS_MAX = 16 };

struct fact_name {
    struct text text; /* as first written */
    const struct text *words;
    uint32_t word_count;
    uint32_t cells; /* that hold it, counted up to 4096 per spelling */
};

size_t facts_name_count(const struct facts *f);
const struct fact_name *facts_name(const struct facts *f, uint32_t name);

/* The longest name that words[0..] begin with; FACT_NONE: none. Names are the
 * text cells of at most NAME_WORDS_MAX words and 160 bytes, the first 2^20
 * different ones in the order of files. */
uint32_t facts_name_at(const struct facts *f, const struct text *words,
                       size_t n);

/* What names do with a word. */
struct name_word {
    bool has;         /* some name has it anywhere */
    uint8_t longest;  /* words of the longest name that begins with it */
    uint32_t alone;   /* the name that is the word; FACT_NONE: none is */
    uint64_t seconds; /* with what the second words of names that begin with
                         it begin: name_word_second of their first bytes */
};

static inline uint64_t name_word_second(char first)
{
    const unsigned char c = (unsigned char)first;

    return UINT64_C(1) << (c >= 'a' ? c & 31 : 32 + (c & 31));
}

struct name_word facts_name_word(const struct facts *f, struct text word);

/* The names that have this word anywhere, ascending. */
size_t facts_names_with(const struct facts *f, struct text word,
                        const uint32_t **out);

struct fact_cell_ref {
    uint32_t column, row;
};

/* The cells that hold the name, ascending; the first 4096 of each spelling. */
size_t facts_name_cells(const struct facts *f, uint32_t name,
                        const struct fact_cell_ref **out);

/* ---- statistics ---- */

enum fact_stat {
    STAT_COUNT,
    STAT_SUM,
    STAT_MEAN,
    STAT_MEDIAN,
    STAT_MIN,
    STAT_MAX,
    STAT_RANGE,
    STAT_STDEV_SAMPLE,
    STAT_STDEV_POP,
    STAT_CV,
    STAT_P50,
    STAT_P75,
    STAT_P90,
    STAT_P95,
    STAT_P99, /* interpolated: type 7 */
    STAT_P50_NEAREST,
    STAT_P75_NEAREST,
    STAT_P90_NEAREST,
    STAT_P95_NEAREST,
    STAT_P99_NEAREST, /* nearest rank */
    STAT_DISTINCT,
    STAT_KINDS
};
extern const char *const fact_stat_name[STAT_KINDS]; /* "mean" ... */

struct fact_stats {
    uint32_t count;    /* numbers that went in; 0: nothing else is set */
    uint32_t distinct; /* STAT_DISTINCT */
    bool has[STAT_KINDS];
    struct decimal at[STAT_KINDS]; /* in the unit of the values */
    double rough[STAT_KINDS];      /* the same; NAN: has no such */
};

/* Of all numbers of a column (only those in the column's own unit); made at
 * the first call, kept. NULL: no numbers, or no memory. Thread-safe. */
const struct fact_stats *facts_stats(const struct facts *f, uint32_t column);

/* A statistic is missing for want of memory: what was said without it does
 * not count. */
bool facts_no_memory(const struct facts *f);

/* Of n values; exact, in decimals. Sorts them. */
void facts_stats_of(struct decimal *values, size_t n, struct fact_stats *out);

/* ---- dates and names of files ---- */

enum date_source {
    DATE_VALUE,
    DATE_EPOCH,
    DATE_FILE_NAME,
    DATE_MTIME,
    DATE_PROSE
};

struct fact_date {
    int16_t year;      /* 1970..2199 */
    int8_t month, day; /* from 1; 0: not said */
    int8_t source;     /* enum date_source */
    uint32_t file;
    uint32_t line; /* from 1; 0: none */
};

/* Ascending by year, month, day; one of each day and source, the first. */
size_t facts_dates(const struct facts *f, const struct fact_date **out);

/* True when the data mention that name: a file of the tree (by path, ending of
 * a path, or name, with or without its extension), a key or a text in it.
 * Letter case and the two slashes are the same. */
bool facts_mentions(const struct facts *f, struct text name);

/* The nearest file name of the tree, {NULL, 0}: none is near. */
struct text facts_nearest_file(const struct facts *f, struct text name);

/* ---- index file ---- */

/* Writes what was read to `path`, from frozen facts. `stamp`: at most 64 bytes
 * that name the rules in force. */
enum status facts_save(const struct facts *f, const char *path,
                       const char *stamp, struct error *err);

/* Reads it back, instead of facts_add and facts_freeze; a glossary may be added
 * before. ST_INPUT: not an index, of another version, byte order or stamp,
 * damaged (checksum), or its files are not as they were (names, sizes, times).
 */
enum status facts_load(struct facts *f, const char *path, const char *stamp,
                       struct error *err);

#endif
