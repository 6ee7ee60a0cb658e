#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/text/markdown.h"

static const char letter[] = { 'p', 'h', 'l', 'H', 'c', 'C', 'X', 'F' };

/* Each block as a letter and its pieces' text, joined by ' '. */
static const struct doc_case {
    const char *name, *in, *out;
} cases[] = {
    { "paragraph", "One two.\n", "p:One two." },
    { "heading", "# A\n\nb\n", "h:A p:b" },
    { "bold paragraph is a heading", "**1. Summary**\n\ntext\n",
      "h:1. Summary p:text" },
    { "bold inside is none", "a **b**\n", "p:a b" },
    { "tight list", "- a\n- b\n", "l:a l:b" },
    { "nested list", "- a\n  - b\n", "l:a l:b" },
    { "table", "| x | y |\n|---|---|\n| 1 | 2 |\n", "H:x H:y c:1 c:2" },
    { "fence", "```\nx = 1\n```\n", "C:x = 1" },
    { "code span", "a `b` c\n", "p:a b c" },
    { "markdown fence is transparent", "```markdown\n# T\n\nsome text\n```\n",
      "h:T p:some text" },
    { "unlabelled fence of prose",
      "```\n## Title\n\n**Bold** and more text here.\n```\n",
      "h:Title p:Bold and more text here." },
    { "front matter", "---\ntitle: x\n---\n\nText\n",
      "F:---\ntitle: x\n---\n p:Text" },
    { "a rule at byte 0 is no front matter", "---\n\nText\n", "p:Text" },
    { "CRLF", "# A\r\n\r\nb\r\n", "h:A p:b" },
    { "a fence without an end stops at a heading",
      "```py\nx = 1\n\n## B\n\nThe text of the report goes on here.\n",
      "C:x = 1 h:B p:The text of the report goes on here." },
    { "at a sentence", "~~~\nx = 1\n\nThe text of it goes on here.\n",
      "C:x = 1 p:The text of it goes on here." },
    { "at a sentence without blanks",
      "```\nx = 1\n\n\xe6\xb8\xac\xe8\xa9\xa6\xe6\x9c\x9f\xe9\x96\x93"
      "\xe7\xa9\xa9\xe5\xae\x9a\xe7\x84\xa1\xe8\xaa\xa4\xe5\x97\x8e"
      "\xe3\x80\x82\n",
      "C:x = 1 p:\xe6\xb8\xac\xe8\xa9\xa6\xe6\x9c\x9f\xe9\x96\x93"
      "\xe7\xa9\xa9\xe5\xae\x9a\xe7\x84\xa1\xe8\xaa\xa4\xe5\x97\x8e"
      "\xe3\x80\x82" },
    { "comments with two marks are code",
      "```r\n## Load\nx <- 1\n\n## Fit\ny <- 2\n",
      "C:## Loadx <- 1## Fity <- 2" },
    { "a fence cut off in code", "a\n\n```py\nx = [1,\n\ny = 2\n",
      "p:a C:x = [1,y = 2" },
    { "a fence that the next one closes",
      "```py\nx = 1\n\n## B\n\nThe text of it goes on here.\n\n"
      "```sh\nls\n```\n\nEnd.\n",
      "C:x = 1 h:B p:The text of it goes on here. C:ls p:End." },
    { "a fence that the next bare one closes",
      "```py\nx = 1\n\n## B\n\nThe text of it goes on here.\n\n"
      "```\nls -l;\n```\n\nEnd.\n",
      "C:x = 1 h:B p:The text of it goes on here. C:ls -l; p:End." },
    { "a longer fence holds shorter ones",
      "````text\nThe text of it goes on here.\n\n```sh\nls\n```\n````\n",
      "C:The text of it goes on here.```shls```" },
    { "a here-document holds headings",
      "```sh\ncat <<E\n\n## B\n\nThe text of it goes on here.\nE\n```\n\nB\n",
      "C:cat <<E## BThe text of it goes on here.E p:B" },
    { "a string of several lines holds a heading",
      "```py\nt = \"\"\"\n\n## B\n\nThe text of it goes on here.\n\"\"\"\n"
      "```\n\nB\n",
      "C:t = \"\"\"## BThe text of it goes on here.\"\"\" p:B" },
    { "a block comment holds a heading",
      "```c\n/*\n\n## B\n\nThe text of it goes on here.\n*/\n```\n\nB\n",
      "C:/*## BThe text of it goes on here.*/ p:B" },
    { "a program holds no heading with a line of text",
      "```sh\nls /tmp/*\n\n## B\n\nThe text of it goes on here.\n```\n\nB\n",
      "C:ls /tmp/* h:B p:The text of it goes on here. C:B" },
    { "a heading above a labelled fence is text",
      "```py\nx = 1\n\n## B\n\n```sh\nls\n```\n", "C:x = 1 h:B C:ls" },
    { "a fence in an item ends with it",
      "1. a\n   ```sh\n   ls\n2. b\n\nEnd.\n", "l:a C:ls l:b p:End." },
    { "a markdown fence around fences",
      "```markdown\n# T\n\n```sh\nls\n```\n\ntext\n```\n", "h:T C:ls p:text" },
    { "a markdown fence around bare ones",
      "```markdown\n# T\n\n```\nls -l;\n```\n\ntext\n```\n\nb\n",
      "h:T C:ls -l; p:text p:b" },
    { "a comment without an end", "<!-- todo\n\nThe text of it goes on here.\n",
      "X:<!-- todo p:The text of it goes on here." },
    { "a comment with one", "<!-- todo\n\nThe text of it goes on here.\n-->\n",
      "X:<!-- todoThe text of it goes on here.-->" },
    { "text in block HTML", "<div>\nText here.\n</div>\n\nb\n",
      "p:<div>Text here.</div> p:b" },
    { "a fence below a tag", "<div>\n```\na;\n\nb;\n```\n\nc\n",
      "p:<div> C:a;b; p:c" },
    { "a report indented as a whole",
      "    ## B\n\n    The text of it goes on here.\n\n    It was read twice "
      "by "
      "us.\n\n    - a\n",
      "h:B p:The text of it goes on here. p:It was read twice by us. l:a" },
    { "indented code", "a\n\n    x = 1\n    y = 2\n    z = 3\n    call(x)\n",
      "p:a C:x = 1y = 2z = 3call(x)" },
    { "backticks far apart",
      "The `rate was set by hand. It stayed so for the whole of the day, `as\n",
      "p:The rate was set by hand. It stayed so for the whole of the day, "
      "as" },
    { "empty", "", "" },
};

static void blocks_and_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct arena *a = arena_new(1 << 22);
        struct doc d;
        struct error err;
        char got[512];
        size_t n = 0;

        assert_int_equal(doc_parse(&d, text_from(cases[i].in), a, &err), ST_OK);
        got[0] = '\0';
        for (size_t k = 0; k < d.block_count; k++) {
            const struct block *b = &d.blocks[k];

            n += (size_t)snprintf(got + n, sizeof(got) - n,
                                  "%s%c:", k > 0 ? " " : "", letter[b->role]);
            for (uint32_t j = 0; j < b->pieces; j++) {
                const struct span s = d.pieces[b->first_piece + j].span;

                n += (size_t)snprintf(got + n, sizeof(got) - n, "%.*s",
                                      (int)s.len, d.src.ptr + s.off);
            }
        }
        if (strcmp(got, cases[i].out) != 0)
            fail_msg("%s: %s", cases[i].name, got);
        arena_free(a);
    }
}

static void cells_know_their_place(void **state)
{
    struct arena *a = arena_new(1 << 22);
    struct doc d;
    struct error err;

    (void)state;
    assert_int_equal(
        doc_parse(&d, TEXT_LIT("## T\n\n|a|b|\n|---|---|\n|1|2|\n|3|4|\n"), a,
                  &err),
        ST_OK);
    assert_int_equal(d.block_count, 7);
    assert_int_equal(d.blocks[6].table, 0);
    assert_int_equal(d.blocks[6].row, 2);
    assert_int_equal(d.blocks[6].col, 1);
    assert_int_equal(d.blocks[6].heading, 0);
    arena_free(a);
}

static void spans_stay_inside_any_bytes(void **state)
{
    static const char alphabet[] = "#*-|`\n >[]()<&ab1.\\~=\xc3\xa9\xff\0";
    uint32_t x = 77;

    (void)state;
    for (int round = 0; round < 400; round++) {
        struct arena *a = arena_new(1 << 24);
        char bytes[300];
        struct doc d;
        struct error err;

        for (size_t i = 0; i < sizeof(bytes); i++) {
            x = x * 1664525 + 1013904223;
            bytes[i] = alphabet[(x >> 16) % sizeof(alphabet)];
        }
        assert_int_equal(
            doc_parse(&d, (struct text){ bytes, sizeof(bytes) }, a, &err),
            ST_OK);
        for (size_t k = 0; k < d.piece_count; k++)
            assert_true(span_end(d.pieces[k].span) <= sizeof(bytes));
        for (size_t k = 0; k < d.block_count; k++) {
            assert_true(span_end(d.blocks[k].span) <= sizeof(bytes));
            assert_true(d.blocks[k].heading == DOC_NONE ||
                        d.blocks[k].heading < k + 1);
        }
        arena_free(a);
    }
}

static void deep_nesting_is_bounded(void **state)
{
    enum { DEEP = 10000 };
    char *bytes = malloc(DEEP + 2);
    struct arena *a = arena_new(1 << 28);
    struct doc d;
    struct error err;

    (void)state;
    memset(bytes, '>', DEEP);
    memcpy(bytes + DEEP, "x", 2);
    assert_int_equal(doc_parse(&d, (struct text){ bytes, DEEP + 1 }, a, &err),
                     ST_OK);
    arena_reset(a);
    for (size_t i = 0; i < DEEP; i++)
        bytes[i] = i % 2 == 0 ? '-' : ' ';
    assert_int_equal(doc_parse(&d, (struct text){ bytes, DEEP + 1 }, a, &err),
                     ST_OK);
    free(bytes);
    arena_free(a);
}

/* Lines in any order: blocks stay in order and apart, inside the bytes. */
static void any_lines(void **state)
{
    static const char *const lines[] = {
        "```",
        "```py",
        "```markdown",
        "~~~",
        "## Heading",
        "x = 1;",
        "",
        "",
        "<!--",
        "-->",
        "<div>",
        "<pre>",
        "</pre>",
        "- a",
        "1. ```",
        "   b",
        "> ```",
        "    c",
        "> The text",
        "|a|b|",
        "|---|---|",
        "   ```",
        "\t```",
        "The text of the report goes on here.",
        "**Bold:** text of the report.",
    };
    uint32_t x = 5;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct arena *a = arena_new(1 << 24);
        char bytes[2000];
        size_t n = 0, end = 0;
        struct doc d;
        struct error err;

        while (n + 60 < sizeof(bytes)) {
            x = x * 1664525 + 1013904223;
            n += (size_t)snprintf(
                bytes + n, sizeof(bytes) - n, "%s%s",
                lines[(x >> 16) % (sizeof(lines) / sizeof(*lines))],
                (x >> 8) % 9 == 0 ? "\r\n" : "\n");
        }
        assert_int_equal(doc_parse(&d, (struct text){ bytes, n }, a, &err),
                         ST_OK);
        for (size_t k = 0; k < d.block_count; k++) {
            assert_true(d.blocks[k].span.off >= end);
            end = span_end(d.blocks[k].span);
            assert_true(end <= n);
        }
        end = 0;
        for (size_t k = 0; k < d.unclosed_count; k++) {
            assert_true(d.unclosed[k].opener.off >= end);
            assert_true(d.unclosed[k].resumed > d.unclosed[k].opener.off);
            end = span_end(d.unclosed[k].opener);
        }
        arena_free(a);
    }
}

/* 400,000 lines, each fence open: seconds would be a quadratic search. */
static void open_fences_are_linear(void **state)
{
    static const char *const units[] = {
        "```a\n\n## H\n\nThe text of it goes on here.\n\n",
        "```a\n\nThe text of it goes on here.\n\n```b\n```\n",
        "<!-- a\n\nThe text of it goes on here.\n\n",
        "````a\n```markdown\nx;\n```\n",
        "```markdown\n```\nx;\n```py\n",
    };
    enum { UNITS = 60000 };

    (void)state;
    for (size_t k = 0; k < sizeof(units) / sizeof(*units); k++) {
        const size_t len = strlen(units[k]);
        char *bytes = malloc(UNITS * len);
        struct arena *a = arena_new(1 << 29);
        struct doc d;
        struct error err;

        assert_non_null(bytes);
        for (size_t i = 0; i < UNITS; i++)
            memcpy(bytes + i * len, units[k], len);
        assert_int_equal(
            doc_parse(&d, (struct text){ bytes, UNITS * len }, a, &err), ST_OK);
        arena_free(a);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_pieces),
        cmocka_unit_test(cells_know_their_place),
        cmocka_unit_test(spans_stay_inside_any_bytes),
        cmocka_unit_test(deep_nesting_is_bounded),
        cmocka_unit_test(any_lines),
        cmocka_unit_test(open_fences_are_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
