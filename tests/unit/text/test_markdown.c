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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_and_pieces),
        cmocka_unit_test(cells_know_their_place),
        cmocka_unit_test(spans_stay_inside_any_bytes),
        cmocka_unit_test(deep_nesting_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
