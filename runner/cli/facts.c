/* assay facts: what was ingested, and where a number comes from. */
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/data.h"
#include "runner/cli/facts_int.h"
#include "validator/base/file.h"

enum { MAX_DEFAULT = 20 };

struct facts_args {
    struct data_options data;
    struct strings_arg find;
    bool stats, json;
    long max;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct facts_args *)arg)

STORE(find)
{
    return strings_arg_add(&ARGS->find, value, err);
}
STORE(stats)
{
    (void)value;
    (void)err;
    ARGS->stats = true;
    return ST_OK;
}
STORE(format)
{
    ARGS->json = strcmp(value, "json") == 0;
    return ARGS->json || strcmp(value, "text") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "format: %s: want text or json",
                           value);
}
STORE(glossary)
{
    (void)err;
    ARGS->data.glossary = value;
    return ST_OK;
}
STORE(index)
{
    (void)err;
    ARGS->data.index = value;
    return ST_OK;
}
STORE(record)
{
    return strings_arg_add(&ARGS->data.records, value, err);
}
STORE(max)
{
    return cli_long(value, 1, 1000, &ARGS->max, err);
}
STORE(allow_empty)
{
    (void)value;
    (void)err;
    ARGS->data.allow_empty = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "find", 0, ARG_VALUE, "NUMBER[UNIT]",
      "where this number comes from (repeatable)", store_find },
    { "stats", 0, ARG_NONE, NULL, "statistics of every column of numbers",
      store_stats },
    { "max", 0, ARG_VALUE, "N", "places shown of each kind (20)", store_max },
    { "index", 0, ARG_VALUE, "FILE", "what assay index made, as the data",
      store_index },
    { "record", 0, ARG_VALUE, "FILE",
      "also the options, prompts and template of this run (repeatable)",
      store_record },
    { "glossary", 0, ARG_VALUE, "FILE", "words and units of the data's columns",
      store_glossary },
    { "format", 'f', ARG_VALUE, "FORMAT", "text or json", store_format },
    { "allow-empty", 0, ARG_NONE, NULL, "no readable data is no error",
      store_allow_empty },
};

/* ---- what was ingested ---- */

struct totals {
    size_t files, read, tables, numbers, texts;
    long long bytes;
};

/* Tables, numbers and texts of one file; `file` FACT_NONE: of the tree. */
static struct totals of_file(const struct facts *f, uint32_t file,
                             size_t *table)
{
    struct totals t = { .files = 1 };

    /* Tables are in the order of files. */
    for (; *table < facts_table_count(f); ++*table) {
        const struct fact_table *p = facts_table(f, (uint32_t)*table);

        if (p->file != file)
            break;
        t.tables += p->columns > 0;
        for (uint32_t k = 0; k < p->columns; k++) {
            const struct fact_column *c = facts_column(f, p->first_column + k);

            t.numbers += c->numbers;
            t.texts += c->texts;
        }
    }
    return t;
}

static void add(struct totals *sum, const struct totals *t,
                const struct fact_file *p)
{
    sum->files++;
    sum->read += p->read;
    sum->bytes += p->size;
    sum->tables += t->tables;
    sum->numbers += t->numbers;
    sum->texts += t->texts;
}

static void print_file(struct buf *out, const struct fact_file *p,
                       const struct totals *t, bool json, bool first)
{
    if (!json) {
        buf_printf(out, "%-8s %10lld ", fact_file_kind_name[p->kind], p->size);
        if (p->read)
            buf_printf(out, "%6zu %9zu %9zu  ", t->tables, t->numbers,
                       t->texts);
        else
            buf_printf(out, "%6s %9s %9s  ", "-", "-", "-");
        buf_visible(out, p->path, 400);
        if (!p->read) {
            buf_puts(out, "  (skipped: ");
            buf_visible(out, p->why_not, 200);
            buf_putc(out, ')');
        }
        buf_putc(out, '\n');
        return;
    }
    buf_puts(out, first ? "" : ",");
    buf_puts(out, "{\"file\":");
    buf_json(out, p->path);
    buf_printf(out, ",\"kind\":\"%s\",\"bytes\":%lld,\"read\":%s",
               fact_file_kind_name[p->kind], p->size,
               p->read ? "true" : "false");
    if (p->read)
        buf_printf(out, ",\"tables\":%zu,\"numbers\":%zu,\"texts\":%zu}",
                   t->tables, t->numbers, t->texts);
    else {
        buf_puts(out, ",\"skipped\":");
        buf_json(out, p->why_not);
        buf_putc(out, '}');
    }
}

static void print_dates(struct buf *out, const struct facts *f, bool json)
{
    const struct fact_date *d, *low = NULL, *high = NULL;
    const size_t n = facts_dates(f, &d);

    for (size_t i = 0; i < n; i++) {
        if (d[i].source == DATE_MTIME || d[i].source == DATE_PROSE)
            continue;
        low = low == NULL ? &d[i] : low;
        high = &d[i];
    }
    if (low != NULL)
        buf_printf(out,
                   json ? ",\"dates\":[\"%04d-%02d-%02d\",\"%04d-%02d-%02d\"]"
                        : "; dates %04d-%02d-%02d to %04d-%02d-%02d",
                   low->year, low->month, low->day > 0 ? low->day : 1,
                   high->year, high->month, high->day > 0 ? high->day : 1);
}

static void print_ingested(struct buf *out, const struct facts *f, bool json)
{
    struct totals sum = { .files = 0 };
    size_t table = 0;

    buf_puts(out, json ? "\"files\":["
                       : "type          bytes tables   numbers     texts  "
                         "file\n");
    for (uint32_t i = 0; i < facts_file_count(f); i++) {
        const struct totals t = of_file(f, i, &table);

        add(&sum, &t, facts_file(f, i));
        print_file(out, facts_file(f, i), &t, json, i == 0);
    }
    if (json)
        buf_printf(out,
                   "],\"summary\":{\"files\":%zu,\"read\":%zu,\"bytes\":%lld,"
                   "\"tables\":%zu,\"numbers\":%zu,\"texts\":%zu",
                   sum.files, sum.read, sum.bytes, sum.tables, sum.numbers,
                   sum.texts);
    else
        buf_printf(out,
                   "%zu files, %zu read, %lld bytes: %zu tables, %zu numbers, "
                   "%zu texts",
                   sum.files, sum.read, sum.bytes, sum.tables, sum.numbers,
                   sum.texts);
    print_dates(out, f, json);
    buf_puts(out, json ? "}" : "\n");
}

/* ---- statistics ---- */

static void print_number(struct buf *out, struct decimal d)
{
    enum { PLACES = 12 };
    char text[DECIMAL_TEXT_MAX];

    if (d.exp < -PLACES && d.mag != 0) { /* quotients and roots never end */
        struct decimal r = decimal_round(d, -PLACES);

        d = decimal_is_zero(r) ? d : r;
    }
    (void)decimal_format(text, d);
    buf_puts(out, text);
}

static void print_stats_text(struct buf *out, const struct facts *f,
                             uint32_t column, const struct fact_stats *s)
{
    static const enum fact_stat shown[] = { STAT_MIN,          STAT_MEDIAN,
                                            STAT_MEAN,         STAT_MAX,
                                            STAT_STDEV_SAMPLE, STAT_SUM };
    const struct fact_column *c = facts_column(f, column);
    const struct fact_table *t = facts_table(f, c->table);
    char unit[UNIT_NAME_MAX];

    buf_visible(out,
                t->file != FACT_NONE ? facts_file(f, t->file)->path
                                     : TEXT_LIT("(files)"),
                400);
    buf_puts(out, "  ");
    buf_visible(out, c->path, 200);
    (void)units_name(facts_units(f), c->unit, unit);
    if (unit[0] != '\0') {
        buf_puts(out, " [");
        buf_visible(out, text_from(unit), UNIT_NAME_MAX);
        buf_putc(out, ']');
    }
    buf_printf(out, "  n %u", s->count);
    for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
        if (!s->has[shown[i]])
            continue;
        buf_printf(out, ", %s ", fact_stat_name[shown[i]]);
        print_number(out, s->at[shown[i]]);
    }
    if (c->weak != WEAK_NO)
        buf_printf(out, "  (no evidence: %s)", fact_weak_name[c->weak]);
    buf_putc(out, '\n');
}

static void print_stats_json(struct buf *out, const struct facts *f,
                             uint32_t column, const struct fact_stats *s)
{
    const struct fact_column *c = facts_column(f, column);
    const struct fact_table *t = facts_table(f, c->table);
    char unit[UNIT_NAME_MAX];

    buf_puts(out, "{\"file\":");
    buf_json(out, t->file != FACT_NONE ? facts_file(f, t->file)->path
                                       : TEXT_LIT("(files)"));
    buf_puts(out, ",\"table\":");
    buf_json(out, t->name);
    buf_puts(out, ",\"column\":");
    buf_json(out, c->path);
    (void)units_name(facts_units(f), c->unit, unit);
    buf_puts(out, ",\"unit\":");
    buf_json(out, text_from(unit));
    buf_printf(out, ",\"unit_from\":\"%s\",\"evidence\":%s",
               unit_how_name[c->how], c->weak == WEAK_NO ? "true" : "false");
    for (size_t i = 0; i < STAT_KINDS; i++) {
        if (!s->has[i])
            continue;
        buf_printf(out, ",\"%s\":\"", fact_stat_name[i]);
        print_number(out, s->at[i]);
        buf_putc(out, '"');
    }
    buf_putc(out, '}');
}

static void print_stats(struct buf *out, const struct facts *f, bool json)
{
    bool first = true;

    buf_puts(out, json ? ",\"columns\":[" : "");
    for (uint32_t i = 0; i < facts_column_count(f); i++) {
        const struct fact_stats *s = facts_stats(f, i);

        if (s == NULL || s->count == 0 ||
            facts_table(f, facts_column(f, i)->table)->kind == TABLE_TREE)
            continue; /* printed whole */
        buf_puts(out, json && !first ? "," : "");
        first = false;
        if (json)
            print_stats_json(out, f, i, s);
        else
            print_stats_text(out, f, i, s);
    }
    buf_puts(out, json ? "]" : "");
}

/* ---- the command ---- */

/* *found: every number sought is in the data. */
static enum status print(const struct facts_args *args, const struct facts *f,
                         struct buf *out, bool *found, struct error *err)
{
    enum status st = ST_OK;

    *found = true;
    buf_puts(out, args->json ? "{\"schema\":\"assay-facts/1\"," : "");
    if (args->find.count == 0)
        print_ingested(out, f, args->json);
    if (args->find.count == 0 && args->stats) {
        facts_tree_print(out, f, args->json);
        print_stats(out, f, args->json);
    }
    buf_puts(out, args->json && args->find.count > 0 ? "\"finds\":[" : "");
    for (size_t i = 0; i < args->find.count && st == ST_OK; i++) {
        struct sought s;

        st = sought_parse(&s, facts_units(f), args->find.at[i], err);
        if (st != ST_OK)
            break;
        if (args->json)
            buf_puts(out, i > 0 ? "," : "");
        else if (args->find.count > 1) {
            buf_puts(out, i > 0 ? "\n== " : "== ");
            buf_visible(out, text_from(args->find.at[i]), 200);
            buf_putc(out, '\n');
        }
        *found = facts_find_print(out, f, &s, (size_t)args->max, args->json) &&
                 *found;
    }
    buf_puts(out, args->json && args->find.count > 0 ? "]" : "");
    buf_puts(out, args->json ? "}\n" : "");
    if (facts_no_memory(f))
        buf_fail(out, ST_NOMEM);
    return st;
}

static enum status work(const struct facts_args *args, bool *found,
                        struct error *err)
{
    struct facts *f = NULL;
    struct buf out = { .max = 0 };
    enum status st = data_load(&f, &args->data, err);

    if (st == ST_OK)
        st = print(args, f, &out, found, err);
    if (st == ST_OK)
        st = file_write_buf("-", &out, err);
    buf_free(&out);
    facts_free(f);
    return st;
}

extern const struct command command_facts;

static int facts_main(int argc, char **argv)
{
    struct facts_args args = { .max = MAX_DEFAULT };
    struct error err;
    bool found = true;
    int n = 0;
    enum status st = cli_parse(&command_facts, argc, argv, &args, &n, &err);

    for (int i = 1; i <= n && st == ST_OK; i++)
        st = strings_arg_add(&args.data.paths, argv[i], &err);
    if (st == ST_OK && n == 0 && args.data.index == NULL &&
        args.data.records.count == 0)
        st = error_set(&err, ST_USAGE, "facts: want a folder or file of data");
    if (st == ST_OK)
        st = work(&args, &found, &err);
    free(args.data.paths.at);
    free(args.data.records.at);
    free(args.find.at);
    if (st != ST_OK)
        return cli_fail(&err);
    return found ? EXIT_PASS : EXIT_GATE;
}

const struct command command_facts = {
    .name = "facts",
    .summary = "what the source data hold, and where a number comes from",
    .operands = "DIR|FILE...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = facts_main,
};
