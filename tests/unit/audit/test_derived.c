/* Verdicts on numbers that are made of the data's: what is sound and what is
 * not, with names and numbers as reports write them. */
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

static struct units *units;
static char root[] = "/tmp/assay-test-XXXXXX";

/* Two modes and two numbers of workers an engine: no name is a row's. */
static const char engines[] = "engine,mode,workers,jobs,wait_ms,peak_mb\n"
                              "postgres,sync,2,1240,8.31,412\n"
                              "postgres,sync,8,3917,11.64,455\n"
                              "postgres,async,2,1873,5.27,431\n"
                              "postgres,async,8,6605,7.92,498\n"
                              "mongodb,sync,2,1522,6.88,703\n"
                              "mongodb,sync,8,4410,10.15,761\n"
                              "mongodb,async,2,2096,4.43,722\n"
                              "mongodb,async,8,7233,6.71,804\n";

static const char models[] = "model,score,size_gb\n"
                             "falcon2:11b,61.37,7.41\n"
                             "osprey-v1.5-mini,48.92,2.63\n"
                             "heron:3b,44.18,1.94\n"
                             "heron:9b,57.61,5.62\n";

static const char epochs[] = "epoch,loss,tps,charge_mah\n"
                             "1,2.314,8127,4980\n"
                             "2,1.877,8466,4712\n"
                             "3,1.602,8391,4655\n"
                             "4,1.493,8502,4214\n"
                             "5,1.471,8517,4208\n";

/* Letters are names here, and cards have numbers in theirs. */
static const char lines[] = "week,line,units,downtime_min\n"
                            "1,A,4113,62\n1,B,3790,118\n"
                            "2,A,4256,47\n2,B,3655,96\n"
                            "3,A,4301,51\n3,B,3902,83\n"
                            "4,A,4178,75\n4,B,3811,140\n";
static const char cards[] = "card,resolution,fps,low_1pct_fps\n"
                            "RX 7810 XT,4K,61.4,44.8\n"
                            "RX 7810 XT,1440p,103.2,80.1\n"
                            "Arc B310,4K,37.9,28.2\n"
                            "Arc B310,1440p,66.5,48.7\n";
static const char months[] =
    "{\"months\": [{\"month\": \"May\", \"trips\": 20480},"
    "{\"month\": \"June\", \"trips\": 24935},"
    "{\"month\": \"July\", \"trips\": 26120},"
    "{\"month\": \"August\", \"trips\": 25480}]}";

/* Arrays inside an array; hours; a price whose key names its second unit. */
static const char ferries[] = "{\"fare_per_hour_eur\": 0.284, \"ferries\": ["
                              "{\"ferry\": \"Alma\", \"seats\": 212, \"pier\": "
                              "\"east\", \"legs\": [{\"diesel_l\": 41.7},"
                              "{\"diesel_l\": 38.9}, {\"diesel_l\": 52.6}]},"
                              "{\"ferry\": \"Brage\", \"seats\": 340, "
                              "\"pier\": \"west\", \"legs\": [{\"diesel_l\": "
                              "47.2},"
                              "{\"diesel_l\": 61.8}]},"
                              "{\"ferry\": \"Cora\", \"seats\": 185, \"pier\": "
                              "\"east\", \"legs\": [{\"diesel_l\": 33.4},"
                              "{\"diesel_l\": 58.1}]}]}";
static const char gates[] = "hour,gate,passengers\n"
                            "7,north,1912\n7,south,843\n"
                            "8,north,2677\n8,south,1291\n"
                            "9,north,1508\n9,south,775\n";

/* A column of ones and zeros. */
static const char robots[] = "robot,zone,stalled,picks,lift_ms\n"
                             "Arlo,cold,0,412,1803\nBea,cold,1,388,2114\n"
                             "Cy,dry,0,517,1388\nDot,dry,0,466,1592\n"
                             "Edo,dry,1,402,1777\nFay,cold,1,371,2265\n";

static const char broker[] = "broker,message_bytes,day,rate\n"
                             "kafka,128,Mon,412337\n"
                             "kafka,16384,Mon,31156\n"
                             "kafka,128,Tue,437210\n"
                             "kafka,16384,Tue,29940\n"
                             "nats,128,Mon,645524\n"
                             "nats,16384,Mon,51167\n"
                             "nats,128,Tue,690112\n"
                             "nats,16384,Tue,48870\n";

static const struct file {
    const char *name, *text;
} files[] = {
    { "engines.csv", engines }, { "models.csv", models },
    { "epochs.csv", epochs },   { "lines.csv", lines },
    { "cards.csv", cards },     { "trips.json", months },
    { "broker.csv", broker },   { "ferries.json", ferries },
    { "gates.csv", gates },     { "robots.csv", robots },
};

static const char *under_root(const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", root, name);
    return path;
}

static struct text rule_file(const char *name)
{
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ "", 0 };
}

static int load(void **state)
{
    struct error err;
    char path[128];

    (void)state;
    if (mkdtemp(root) == NULL)
        return 1;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        FILE *out = fopen(under_root(files[i].name, path), "w");

        if (out == NULL)
            return 1;
        fputs(files[i].text, out);
        fclose(out);
    }
    return units_parse(&units, rule_file("units.json"), "units.json", &err) !=
           ST_OK;
}

static int unload(void **state)
{
    char path[128];

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
        unlink(under_root(files[i].name, path));
    rmdir(root);
    units_free(units);
    return 0;
}

/* s supported or derived, u flagged, v unverifiable; exempt ones left out. */
static const struct derived_case {
    const char *report, *want;
} cases[] = {
    /* names spelt otherwise than in the data */
    { "Falcon2 11B has a score of 61.4.", "s" },
    { "Falcon2 11B has a score of 57.6.", "u" },
    { "Falcon-2 scores 61.4, Osprey v1.5 Mini 48.9.", "ss" },
    { "Osprey v1.5 scores 48.9.", "s" },
    { "Heron 3B scores 44.2 and Heron-9B 57.6.", "ss" },
    { "Heron 3B scores 57.6.", "u" },
    { "PostgreSQL peaks at 498 MB.", "s" },
    { "PostgreSQL peaks at 804 MB.", "u" },
    { "Mongo peaks at 804 MB.", "s" },
    { "The peak of the Postgres runs is 498 MB.", "s" },
    /* slices: of the values that the text names, what they are on average, in
     * all, compared */
    { "With 8 workers the mean wait is 9.11 ms.", "sv" },
    { "With 8 workers the mean wait is 9.61 ms.", "su" },
    { "In async mode the four runs need 2455 MB together.", "ss" },
    { "In async mode the four runs need 2945 MB together.", "su" },
    { "In sync mode at 2 workers PostgreSQL waits 8.31 ms, 1.43 ms longer than "
      "MongoDB.",
      "sss" },
    { "In sync mode at 2 workers PostgreSQL waits 8.31 ms, 2.43 ms longer than "
      "MongoDB.",
      "ssu" },
    { "At 8 workers async mode raises the jobs by 64.01% to 68.62%.", "svv" },
    { "At 8 workers async mode raises the jobs by 53.99% to 78.62%.", "suu" },
    { "| Engine | async, 8 workers (ms) |\n|---|---|\n"
      "| Postgres | 7.92 |\n| MongoDB | 6.71 |\n",
      "ss" },
    { "Going from 2 to 8 workers helps:\n\n"
      "- Postgres, sync: +2677 jobs\n- MongoDB, async: +5137 jobs\n",
      "ssvv" },
    { "Going from 2 to 8 workers helps:\n\n"
      "- Postgres, sync: +2977 jobs\n- MongoDB, async: +5437 jobs\n",
      "ssuu" },
    { "In sync mode the peak without Postgres is 732 MB on "
      "average.",
      "v" },
    /* rates that the data have as "tps", counts of rows, settings */
    { "In epoch 3 it did 8,391 transactions per second.", "s" },
    { "In epoch 3 it did 8,931 transactions per second.", "u" },
    { "The loss falls from 2.314 in epoch 1 to 1.471 in epoch 5, by 36.4%.",
      "sss" },
    { "The loss falls from 2.314 in epoch 1 to 1.471 in epoch 5, by 46.4%.",
      "ssu" },
    { "Over all 5 epochs the charge fell by 772 mAh.", "vv" },
    { "Over all 5 epochs the charge fell by 972 mAh.", "vu" },
    { "The share is 1.31 to 1.", "uv" },
    /* names with numbers in them, letters that are names, minutes */
    { "At 4K the RX 7810 XT runs at 61.4 fps.", "s" },
    { "At 4K the RX 7810 XT runs at 66.5 fps.", "u" },
    { "The 1% lows of the RX 7810 XT are 26.5 fps apart from 4K to 1440p: "
      "35.3 fps.",
      "vuv" },
    { "Line A made 16,848 units in all.", "v" },
    { "Line A made 16,484 units in all.", "u" },
    { "Line B stood still for 7.28 hours in total.", "v" },
    { "Line B stood still for 8.27 hours in total.", "u" },
    { "In its last two weeks line A averaged 4,239.5 units.", "sv" },
    { "From May to July there were 71,535 trips.", "v" },
    { "From May to July there were 75,135 trips.", "u" },
    { "| Line | Minutes per week |\n|---|---|\n| A | 58.75 |\n| B | 109.25 |\n",
      "vv" },
    { "| Line | Minutes per week |\n|---|---|\n| A | 85.75 |\n| B | 190.25 |\n",
      "uu" },
    /* days in full, settings with units */
    { "| Broker | Monday, 16 KiB | Tuesday, 128 B |\n|---|---|---|\n"
      "| Kafka | 31,156 | 437,210 |\n| NATS | 51,167 | 690,112 |\n",
      "ssss" },
    { "| Broker | Monday, 16 KiB | Tuesday, 128 B |\n|---|---|---|\n"
      "| Kafka | 51,156 | 473,210 |\n| NATS | 48,167 | 640,112 |\n",
      "uuuu" },
    /* rows of inner arrays, full hours, counts by their noun, rates by a key */
    { "Brage burnt 109 litres of diesel in all, Cora 91.5 litres.", "vv" },
    { "Brage burnt 119 litres of diesel in all, Cora 81.5 litres.", "uu" },
    { "At 8:00 all gates together counted 3,968 passengers.", "v" },
    { "At 8:00 all gates together counted 3,689 passengers.", "u" },
    { "All 17 gates were open.", "u" },
    { "A ticket costs EUR 0.284 an hour.", "s" },
    { "A ticket costs EUR 0.384 an hour.", "v" },
    /* of flags, of bounds, of all that a column counts; parts, two columns */
    { "Of the cold zone, 2 stalled robots were towed.", "s" },
    { "Of the cold zone, 3 stalled robots were towed.", "u" },
    { "The robots made 2,556 picks.", "s" },
    { "2 of the robots lift in more than 2,100 ms.", "ss" },
    { "A thousand picks take two robots half an hour.", "sv" },
    { "The standard deviation of the picks is 54.99.", "s" },
    { "In the cold zone the standard deviation of the picks is 20.60.", "s" },
    { "In the cold zone the standard deviation of the picks is 25.02.", "u" },
    { "The robots made 2,655 picks.", "u" },
    { "Bea lifts in 2,114 ms, 1.52 times the fastest (1,388 ms).", "sss" },
    { "Bea lifts in 2,114 ms and Cy in 1,803 ms.", "su" },
    { "A shift has 7.5 hours at 24 euros, 180 euros in all.", "uuv" },
    /* decimal commas, points for thousands */
    { "Die Punktzahl von falcon2:11b ist 61,4, von heron:3b 44,2.", "ss" },
    { "Die Punktzahl von falcon2:11b ist 61,9, von heron:3b 44,2.", "us" },
    { "In size it is 7,41 GB, in score 61,37: falcon2:11b.", "ss" },
};

static char letter(enum claim_verdict v)
{
    return claim_flagged(v)                             ? 'u'
           : v == CLAIM_SUPPORTED || v == CLAIM_DERIVED ? 's'
           : v == CLAIM_UNVERIFIABLE                    ? 'v'
                                                        : '-';
}

static int judge_all(const struct facts *facts, const void *rules)
{
    struct arena *a = arena_new(1 << 26);
    struct error err;
    int bad = 0;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct audit *audit = NULL;
        struct report report;
        char got[64] = "";
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
                got[n++] = letter(audit->claims[k].verdict);
        got[n] = '\0';
        if (strcmp(got, cases[i].want) != 0) {
            print_error("%s\n  \"%s\", not \"%s\"\n", cases[i].report, got,
                        cases[i].want);
            bad++;
        }
    }
    arena_free(a);
    return bad;
}

static void test_derived(void **state)
{
    struct facts *facts = facts_new(units);
    struct audit_rules *rules = NULL;
    struct error err;

    (void)state;
    assert_int_equal(facts_add(facts, root, &err), ST_OK);
    assert_int_equal(facts_freeze(facts, false, &err), ST_OK);
    assert_int_equal(
        audit_rules_load(&rules, facts, units, rule_file("terms.json"), &err),
        ST_OK);
    assert_int_equal(judge_all(facts, rules), 0);
    audit_rules_free(rules);
    facts_free(facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_derived) };

    return cmocka_run_group_tests(tests, load, unload);
}
