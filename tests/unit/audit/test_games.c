/* Verdicts over two tables that share names, with a glossary: pairs, halves of
 * a series, rows counted by a bound, feats. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "validator/audit/audit.h"
#include "validator/rules_data.h"

static const struct source {
    const char *name, *text;
} sources[] = {
    { "clubs.csv",
      "name,PTS,PTS_QTR1,PTS_QTR2,PTS_QTR3,PTS_QTR4,WINS,LOSSES,ticket_eur\n"
      "Herons,103,31,22,26,24,14,9,12.5\nOtters,96,18,29,27,22,11,12,9\n" },
    { "players.csv", "name,club,PTS,REB,AST,STL,BLK,FGM,FGA,FG_PCT,MIN\n"
                     "Ilse Brandt,Herons,27,11,4,2,0,10,19,53,36\n"
                     "Odo Vance,Herons,14,6,9,1,1,5,13,38,34\n"
                     "Pia Moreau,Herons,9,3,2,0,0,4,8,50,22\n"
                     "Jan Kessel,Otters,22,8,3,1,2,8,20,40,37\n"
                     "Tom Aldous,Otters,12,13,1,0,1,5,9,56,31\n"
                     "Rhea Solis,Otters,10,2,7,3,0,4,11,36,28\n" },
    { "engines.csv", "engine,mode,threads,tps,latency_ms\n"
                     "falcon,sync,8,1204.7,6.64\nfalcon,async,8,2931.5,2.73\n"
                     "falcon,async,32,7418.2,4.31\nplover,sync,8,988.3,8.09\n"
                     "plover,async,8,2240.6,3.57\n" },
    { "words.json",
      "{\"PTS\": [\"points\", \"point\"], \"REB\": [\"rebounds\", "
      "\"rebound\"],\n"
      "\"AST\": [\"assists\", \"assist\"], \"STL\": [\"steals\", \"steal\"],\n"
      "\"BLK\": [\"blocks\", \"block\"], \"MIN\": [\"minutes\"],\n"
      "\"FG_PCT\": [\"percent from the field\"],\n"
      "\"PTS_QTR1\": [\"points in the first quarter\"],\n"
      "\"PTS_QTR3\": [\"points in the third quarter\"],\n"
      "\"WINS\": [\"wins\", \"first number of a record\"],\n"
      "\"LOSSES\": [\"losses\", \"second number of a record\"]}\n" },
};

enum { SOURCES = sizeof(sources) / sizeof(*sources), PATH_BYTES = 96 };

static struct units *units;
static struct facts *facts;
static struct audit_rules *rules;
static char folder[] = "/tmp/assay-games-XXXXXX";

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

static void path_of(size_t source, char out[PATH_BYTES])
{
    (void)snprintf(out, PATH_BYTES, "%s/%s", folder, sources[source].name);
}

static int load(void **state)
{
    struct error err;
    char path[PATH_BYTES];

    (void)state;
    if (mkdtemp(folder) == NULL || units_parse(&units, rule_file("units.json"),
                                               "units.json", &err) != ST_OK)
        return 1;
    facts = facts_new(units);
    for (size_t i = 0; i < SOURCES; i++) {
        FILE *out;

        path_of(i, path);
        out = fopen(path, "w");
        if (out == NULL)
            return 1;
        (void)fputs(sources[i].text, out);
        if (fclose(out) != 0)
            return 1;
        if ((i + 1 < SOURCES ? facts_add(facts, path, &err)
                             : facts_add_glossary(facts, path, &err)) != ST_OK)
            return 1;
    }
    return facts_freeze(facts, false, &err) != ST_OK ||
           audit_rules_load(&rules, facts, units, rule_file("terms.json"),
                            &err) != ST_OK;
}

static int unload(void **state)
{
    char path[PATH_BYTES];

    (void)state;
    for (size_t i = 0; i < SOURCES; i++) {
        path_of(i, path);
        unlink(path);
    }
    rmdir(folder);
    audit_rules_free(rules);
    facts_free(facts);
    units_free(units);
    return 0;
}

/* Letters as in test_audit.c: s supported, d derived, m misattributed,
 * u unsupported or contradicted, v unverifiable; exempt ones left out. */
static const char letters[] = "sdmmuuv";

static const struct game_case {
    const char *report, *want;
} cases[] = {
    /* one column of two rows, halves of a series */
    { "The Herons beat the Otters, 103-96.", "ss" },
    { "The Herons beat the Otters, 103-91.", "su" },
    { "The Herons led the Otters 53-47 in the first half.", "dd" },
    { "The Herons led the Otters 57-47 in the first half.", "ud" },
    { "In the second half the Herons outscored the Otters 50-49.", "dd" },
    { "The Herons pulled away in the second half, winning by 26-27 against "
      "the Otters in the third quarter.",
      "ss" },
    { "The Otters opened with an 18-point first quarter.", "s" },
    { "The Otters opened with a 23-point first quarter.", "u" },
    /* records, right behind the name or further off */
    { "The Herons (14-9) won again.", "ss" },
    { "The Herons (14-8) won again.", "su" },
    { "The Herons had a fine night (14-9) at home.", "ss" },
    /* part and whole without a label */
    { "Ilse Brandt had 27 points on 10-of-19 shooting.", "sss" },
    { "Ilse Brandt had 27 points on 10-of-24 shooting.", "ssu" },
    /* rows counted by a bound */
    { "The Herons had two players score in double figures.", "d" },
    { "The Herons had three players score in double figures.", "u" },
    { "The Otters had three players reach double figures in points.", "d" },
    /* places */
    { "Odo Vance was second on the club, with 14 points.", "ds" },
    { "Odo Vance was third on the club, with 14 points.", "us" },
    /* feats: the row has it, the row has none */
    { "Ilse Brandt led with 27 points. It was her third double-double.", "s" },
    { "Jan Kessel led with 22 points. It was his third straight "
      "double-double.",
      "su" },
    { "Tom Aldous recorded his fifth triple-double.", "u" },
    /* names and settings that say one row together */
    { "falcon in async mode reaches 7418.2 tps at 32 threads.", "ss" },
    { "falcon in async mode reaches 2931.5 tps at 32 threads.", "ms" },
    { "With 8 threads, falcon in async mode answers in 2.73 ms.", "ss" },
    { "With 8 threads, falcon in async mode answers in 4.31 ms.", "sm" },
    { "plover in sync mode has a latency of 3.57 ms.", "m" },
    { "From 8 to 32 threads falcon gains in async mode, from 2931.5 to 7418.2 "
      "tps.",
      "ssss" },
    /* a currency sign that is a word of a column, too, and a bracket before */
    { "Tickets (from EUR 12.50) sold well.", "s" },
    /* when, not how much */
    { "The Otters tied it with two minutes left.", "v" },
    { "Over the final 12 minutes the Herons scored 24 points.", "vm" },
};

static void test_games(void **state)
{
    struct arena *a = arena_new(1 << 26);
    int bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct audit *audit = NULL;
        struct report report;
        struct error err;
        char got[64];
        size_t n = 0;

        arena_reset(a);
        assert_int_equal(report_open(&report, "r.md",
                                     text_from(cases[i].report), NULL, NULL,
                                     NULL, 0, a, &err),
                         ST_OK);
        assert_int_equal(
            audit_make(&audit, &report, facts, NULL, rules, a, &err), ST_OK);
        for (size_t k = 0; k < audit->claim_count && n + 1 < sizeof(got); k++)
            if (audit->claims[k].verdict != CLAIM_EXEMPT)
                got[n++] = letters[audit->claims[k].verdict];
        got[n] = '\0';
        if (strcmp(got, cases[i].want) != 0) {
            print_error("%s\n  \"%s\", not \"%s\"\n", cases[i].report, got,
                        cases[i].want);
            for (size_t k = 0; k < audit->claim_count; k++)
                print_error(
                    "    %.*s: %.*s (%.*s)\n", (int)audit->claims[k].span.len,
                    cases[i].report + audit->claims[k].span.off,
                    (int)audit->claims[k].why.len, audit->claims[k].why.ptr,
                    (int)audit->claims[k].expected.len,
                    audit->claims[k].expected.ptr);
            bad++;
        }
    }
    arena_free(a);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_games),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
