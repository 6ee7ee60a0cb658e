#ifndef VALIDATOR_FACTS_FACTS_INT_H
#define VALIDATOR_FACTS_FACTS_INT_H
/* How facts are kept: columns of packed integers. For validator/facts only. */
#include <pthread.h>
#include <stdatomic.h>

#include "validator/facts/facts.h"
#include "validator/facts/ints.h"
#include "validator/facts/strings.h"

/* A number is mantissa * 10^last. LAST_ODD: the mantissa is an index into
 * facts.odd, for what is longer or written in another way. */
enum { LAST_ODD = 1000, LAST_MIN = -64, LAST_MAX = 64 };

struct odd {
    struct decimal value;
    int64_t text; /* string: as written */
};

struct cell_unit {
    struct unit_ref unit;
    enum unit_how how;
};

struct column {
    struct fact_column pub; /* whole after freeze */
    int64_t name, path;     /* strings */
    uint32_t order;         /* of creation, in its table */
    uint32_t node;          /* JSON: its key; else FACT_NONE */
    bool decimal_comma;
    uint32_t group; /* of facts.groups: its numbers without own unit */
    struct fact_roughs rough;
    /* Numbers: parallel. row and line are kept as differences (see there). */
    struct ints mant, last;
    struct ints row;  /* row - index */
    struct ints line; /* JSON: line - line of the row; else empty */
    struct ints own;  /* index into facts.units_seen + 1, 0: the column's;
                         empty: all are */
    /* Texts: parallel. */
    struct ints text;     /* strings */
    struct ints text_row; /* row - index */
    uint32_t fresh;       /* texts that were new when they came */
    _Atomic(struct fact_stats *) stats;
};

struct table {
    struct fact_table pub;
    int64_t name;      /* string */
    struct ints line;  /* line of the row - row */
    struct ints above; /* row of the parent; empty: always 0 */
    struct ints nth;   /* index in its array - row; empty: 0 */
    uint32_t columns_made;
};

/* A key of JSON data in the tree of all keys. */
struct key_node {
    uint32_t parent; /* FACT_NONE: the root of a file */
    uint32_t table;
    uint32_t column;  /* FACT_NONE: never a scalar */
    uint32_t element; /* the node of an array's elements, FACT_NONE: none */
    uint32_t member;  /* the node of a dictionary's members, FACT_NONE: none */
    uint32_t next;    /* the key that followed last time; FACT_NONE */
    bool is_element;  /* of an array or a dictionary: no key */
    bool is_member;   /* of a dictionary: its column holds the keys */
    int64_t key;      /* string */
};

struct file {
    struct fact_file pub;
    char *path;  /* owned; pub.path and the others point into it */
    size_t rel;  /* offset of pub.rel */
    char *bytes; /* facts_add_text: owned, pub.size of them; else NULL */
};

/* The numbers of one unit (index.c). ids[starts[b] .. starts[b + 1]) are those
 * in bucket b, ascending; within[i] tells where in its bucket ids[i] lies. */
struct unit_group {
    struct cell_unit unit;
    uint32_t dim;           /* units_dim of it */
    double zero[2], one[2]; /* 0 and 1 of it in base units, by convention */
    uint32_t *ids, *starts; /* owned */
    uint8_t *within;        /* owned; 0..255, in the order of values */
    uint32_t count, buckets;
    bool weak;        /* some of them vouch for nothing */
    unsigned shift;   /* from the order of doubles to buckets */
    uint64_t low_key; /* of `from` */
    double low, high; /* of the values as written */
    double least;     /* the smallest above zero; INFINITY: none */
    double from;      /* where the buckets begin: below it is the first one.
                         Zero itself would spread them over 1000 binades. */
};

/* A paragraph, list item or heading of a text file that holds a digit. */
struct prose {
    uint32_t file, line;
    int64_t text; /* string */
};
enum { PROSE_FILE_BYTES = 1 << 16, PROSE_BYTES = 1 << 20 }; /* the first ones */

struct name_index; /* names.c */
struct mentions;   /* mentions.c */

struct facts {
    const struct units *units;
    struct file *files;
    size_t file_count, file_cap;
    char **roots; /* as given to facts_add; owned */
    size_t root_count, root_cap;
    struct table *tables;
    size_t table_count, table_cap;
    struct column *columns;
    size_t column_count, column_cap;
    struct strings strings;
    struct key_node *nodes;
    size_t node_count, node_cap;
    struct odd *odd;
    size_t odd_count, odd_cap;
    struct cell_unit *units_seen;
    size_t units_seen_count, units_seen_cap;
    struct prose *prose;
    size_t prose_count, prose_cap, prose_bytes;
    size_t count;            /* numbers */
    struct ints tree_newest; /* by row of the tree's table; a time is no
                                measurement: it stands in no cell */
    bool has_tree, frozen;
    struct arena *arena; /* words, phrases, names: made at freeze */
    struct unit_group *groups;
    size_t group_count;
    double *rough; /* of the columns of at most FACTS_SHORT numbers; owned */
    uint32_t *rough_groups;    /* of those with mixed units; owned */
    uint32_t *column_of_block; /* rough.c; owned */
    struct name_index *names;
    struct mentions *mentions;
    struct fact_date *dates;
    size_t date_count, date_cap;
    struct glossary *glossary; /* glossary.c */
    pthread_mutex_t lock;      /* of columns' statistics */
    atomic_bool no_memory;     /* for one of them, once */
};

/* ---- building (store.c); ids, or STORE_FAIL: no memory or the limit ---- */
#define STORE_FAIL UINT32_MAX
uint32_t store_table(struct facts *f, uint32_t file, enum fact_table_kind kind,
                     struct text name, uint32_t parent);
uint32_t store_column(struct facts *f, uint32_t table, struct text name);
bool store_row(struct facts *f, uint32_t table, size_t line);

struct cell { /* what a field holds */
    enum { CELL_EMPTY, CELL_NUMBER, CELL_TEXT } kind;
    int64_t mant;
    int32_t last; /* LAST_ODD: `odd` and `text` hold the number */
    struct decimal odd;
    struct text text;     /* trimmed */
    struct unit_ref unit; /* written with the value; none: unit_none */
};

/* Reads a field: number, number with unit, nothing (also "NA", "-"), text. */
void cell_read(const struct units *u, struct text t, bool decimal_comma,
               struct cell *out);
/* A JSON number token: always CELL_NUMBER. */
void cell_read_number(struct text t, struct cell *out);

/* Puts a cell into a column; line 0: that of the row. */
bool store_cell(struct facts *f, uint32_t column, uint32_t row,
                const struct cell *c, size_t line);

/* Keeps the text for facts_prose when it holds a digit and there is room;
 * *bytes: what the file has of it so far. False: no memory. */
bool store_prose(struct facts *f, uint32_t file, size_t line, struct text t,
                 size_t *bytes);

/* The index of u in facts.units_seen, added when it is new. */
bool store_unit_seen(struct facts *f, struct cell_unit u, int64_t *at);

/* ---- readers; csv_read opens the file itself and reads it piece by piece,
 * the others get all of it ---- */
enum status csv_read(struct facts *f, uint32_t file, struct error *err);
enum status json_read(struct facts *f, uint32_t file, struct text bytes,
                      struct error *err);
enum status markdown_read(struct facts *f, uint32_t file, struct text bytes,
                          struct error *err);

/* Bits of the objects of a JSON text, in the order of their '{': members of
 * dictionaries (groups.c). */
struct groups {
    unsigned char *bits; /* owned */
    size_t size;         /* bytes */
};
bool groups_find(struct groups *out, const struct units *units, struct text t);
bool groups_has(const struct groups *g, size_t nth);
void groups_free(struct groups *g);

/* A word for a statistic of one quantity is in the key: "mean_ms", "p99". */
bool facts_is_statistic(struct text name);

/* ---- the i-th number of a column (facts.c) ---- */
struct decimal column_value(const struct facts *f, const struct column *c,
                            uint32_t i);
struct cell_unit column_unit(const struct facts *f, const struct column *c,
                             uint32_t i);

/* As written; NAN: too long for a double (rough.c). */
double column_rough(const struct column *c, uint32_t i);

/* mant * 10^last (index.c). */
double number_double(int64_t mant, int64_t last);

/* Sorts the files by path; each counts once. */
void facts_sort_files(struct facts *f);
/* All stages of freezing behind tree_make. */
enum status facts_finish(struct facts *f, struct error *err);

/* ---- freezing, in this order ---- */
enum status tree_make(struct facts *f, struct error *err);
enum status columns_finish(struct facts *f, struct error *err);
/* Units of numbers that stand elsewhere too; a part of columns_finish. */
enum status elsewhere_units(struct facts *f, struct error *err);
enum status index_make(struct facts *f, struct error *err);
enum status rough_make(struct facts *f, struct error *err);
/* Known names of files: the tree's and the columns' here, a text's by
 * names_make, which sees each once. */
enum status mentions_make(struct facts *f, struct error *err);
bool mentions_of_text(struct facts *f, struct text t); /* false: no memory */
enum status names_make(struct facts *f, struct error *err);
enum status dates_make(struct facts *f, struct error *err);
/* Adds the dates in a text of the data; called by names_make, which sees each
 * text once. False: no memory. */
bool dates_of_cell(struct facts *f, struct text t, uint32_t file, size_t line);
void index_free(struct facts *f);
void rough_free(struct facts *f);
void names_free(struct facts *f);
void mentions_free(struct facts *f);
void glossary_free(struct facts *f);

/* Glossary entry of a column, by name: its unit and phrases; false: none. */
bool glossary_find(const struct facts *f, struct text name,
                   const struct text **phrases, size_t *phrase_count,
                   struct unit_ref *unit, bool *has_unit);

/* Grows an array of `size`-byte elements; false: no memory. */
bool store_grow(void **p, size_t *cap, size_t count, size_t size);

static inline enum status facts_nomem(struct error *err)
{
    return error_set(err, ST_NOMEM,
                     "no memory for the source data, or more of it than the "
                     "limits in docs/facts.md");
}

#endif
