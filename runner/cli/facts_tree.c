/* assay facts --stats: the file tree per type and folder. A folder that holds
 * files and folders has two rows: what lies in it itself, then all below it. */
#include "runner/cli/facts_int.h"
#include "runner/llm/clock.h"

enum { TREE_WHAT, TREE_FILES, TREE_BYTES, TREE_COLUMNS };

static const struct fact_table *find_tree(const struct facts *f)
{
    for (size_t i = 0; i < facts_table_count(f); i++)
        if (facts_table(f, (uint32_t)i)->kind == TABLE_TREE)
            return facts_table(f, (uint32_t)i);
    return NULL;
}

static long long whole(const struct facts *f, uint32_t column, uint32_t row)
{
    struct fact n;

    return facts_cell(f, column, row, &n)
               ? (long long)decimal_to_double(n.value)
               : 0;
}

static void print_row(struct buf *out, struct text what, bool itself,
                      long long files, long long bytes, const char *newest,
                      bool json)
{
    if (!json) {
        buf_printf(out, "%8lld %14lld  %-20s  ", files, bytes, newest);
        buf_visible(out, what, 400);
        buf_puts(out, itself ? " (itself)\n" : "\n");
        return;
    }
    buf_puts(out, "{\"what\":");
    buf_json(out, what);
    buf_printf(out, ",\"files\":%lld,\"bytes\":%lld", files, bytes);
    if (itself)
        buf_puts(out, ",\"itself\":true");
    if (newest[0] != '\0')
        buf_printf(out, ",\"newest\":\"%s\"", newest);
    buf_putc(out, '}');
}

void facts_tree_print(struct buf *out, const struct facts *f, bool json)
{
    const struct fact_table *t = find_tree(f);

    if (t == NULL || t->columns < TREE_COLUMNS)
        return;
    buf_puts(out,
             json ? ",\"tree\":["
                  : "   files          bytes  newest                what\n");
    for (uint32_t row = 0; row < t->rows; row++) {
        const uint32_t c = t->first_column;
        const struct text what = facts_cell_text(f, c + TREE_WHAT, row);
        const long long files = whole(f, c + TREE_FILES, row);
        char newest[CLOCK_STAMP_MAX] = "";

        if (files > 0)
            clock_stamp(newest, facts_tree_newest(f, row));
        buf_puts(out, json && row > 0 ? "," : "");
        print_row(out, what,
                  row + 1 < t->rows &&
                      text_eq(what, facts_cell_text(f, c + TREE_WHAT, row + 1)),
                  files, whole(f, c + TREE_BYTES, row), newest, json);
    }
    buf_puts(out, json ? "]" : "");
}
