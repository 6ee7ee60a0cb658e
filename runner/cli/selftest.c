/* assay selftest: plants faults into accepted reports and counts what is
 * found, so that a gate proves that it can fail. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/input.h"
#include "runner/cli/session.h"
#include "runner/gate/decide.h"
#include "runner/gate/plant.h"
#include "runner/gate/stats.h"
#include "validator/base/file.h"

enum { ARENA_BYTES = 1 << 30, PLANTS_MAX = 32, CHECKS_MAX = 64 };

/* A run this much slower must fail the gate. */
#define SLOW_FACTOR 1.5

struct selftest_args {
    struct session_options session;
    const char *baseline;
    long seed, per_fault, floor; /* floor: percent */
    bool json;
};

#define STORE(name)                                                            \
    static enum status store_##name(void *arg, const char *value,              \
                                    struct error *err)
#define ARGS ((struct selftest_args *)arg)

STORE(data)
{
    return strings_arg_add(&ARGS->session.data, value, err);
}
STORE(lang)
{
    return strings_arg_add(&ARGS->session.langs, value, err);
}
STORE(layout)
{
    (void)err;
    ARGS->session.layout = value;
    return ST_OK;
}
STORE(glossary)
{
    (void)err;
    ARGS->session.glossary = value;
    return ST_OK;
}
STORE(baseline)
{
    (void)err;
    ARGS->baseline = value;
    return ST_OK;
}
STORE(seed)
{
    return cli_long(value, 0, 1000000000, &ARGS->seed, err);
}
STORE(per_fault)
{
    return cli_long(value, 1, 1000, &ARGS->per_fault, err);
}
STORE(floor)
{
    return cli_long(value, 0, 100, &ARGS->floor, err);
}
STORE(format)
{
    ARGS->json = strcmp(value, "json") == 0;
    return ARGS->json || strcmp(value, "text") == 0
               ? ST_OK
               : error_set(err, ST_USAGE, "%s: want text or json", value);
}
STORE(config)
{
    (void)err;
    ARGS->session.config = value;
    return ST_OK;
}
STORE(no_config)
{
    (void)value;
    (void)err;
    ARGS->session.no_config = true;
    return ST_OK;
}

static const struct cli_option options[] = {
    { "data", 0, ARG_VALUE, "DIR|FILE", "source data (repeatable)",
      store_data },
    { "glossary", 0, ARG_VALUE, "FILE", "words and units of the data's columns",
      store_glossary },
    { "lang", 0, ARG_VALUE, "TAG", "expected language (en)", store_lang },
    { "layout", 0, ARG_VALUE, "NAME", "who wrote which part (or none)",
      store_layout },
    { "baseline", 0, ARG_VALUE, "FILE",
      "also gate its own runs, as they are and slower", store_baseline },
    { "seed", 0, ARG_VALUE, "N", "same seed, same faults (1)", store_seed },
    { "per-fault", 0, ARG_VALUE, "N",
      "times each fault is planted, a report (5)", store_per_fault },
    { "floor", 0, ARG_VALUE, "PERCENT",
      "exit 1 when less of a fault is found (80)", store_floor },
    { "format", 'f', ARG_VALUE, "FORMAT", "text or json (text)", store_format },
    { "config", 0, ARG_VALUE, "FILE", "instead of the nearest assay.json",
      store_config },
    { "no-config", 0, ARG_NONE, NULL, "read no assay.json", store_no_config },
};

struct planted {
    size_t planted, found;
};

struct tally {
    struct planted plants[PLANTS_MAX];
    size_t alarms[CHECKS_MAX];    /* findings in the reports as accepted */
    size_t elsewhere[CHECKS_MAX]; /* new ones away from the planted fault */
    size_t reports, mutants;
    bool gated, gate_same, gate_slow;
};

struct tester {
    const struct selftest_args *args;
    const struct engine *engine;
    struct arena *sound, *mutant;
    struct buf text;
    struct rng rng;
    struct tally t;
};

static size_t check_index(const struct engine *e, const struct check *c)
{
    size_t i = 0;

    while (i < e->check_count && e->checks[i] != c)
        i++;
    return i < CHECKS_MAX ? i : CHECKS_MAX - 1;
}

static bool wanted(const struct plant *p, const char *check)
{
    for (size_t i = 0; i < PLANT_CHECKS_MAX && p->checks[i] != NULL; i++)
        if (strcmp(p->checks[i], check) == 0)
            return true;
    return false;
}

static bool touches(const struct plant *p, struct span where,
                    const struct finding *f)
{
    const size_t end = span_end(f->span);

    return p->to_end ? end >= where.off
                     : f->span.off <= span_end(where) && end >= where.off;
}

static size_t findings_of(const struct result *r, const struct check *c)
{
    size_t n = 0;

    for (size_t i = 0; i < r->finding_count; i++)
        n += r->findings[i].check == c;
    return n;
}

/* Was the planted fault found, and did another check raise what it did not
 * raise on the sound report? */
static void count_mutant(struct tester *s, size_t plant, struct span where,
                         const struct result *sound, const struct result *r)
{
    const struct plant *p = &plants_all[plant];
    bool found = false;

    s->t.plants[plant].planted++;
    s->t.mutants++;
    for (size_t c = 0; c < s->engine->check_count; c++) {
        const struct check *check = s->engine->checks[c];
        const size_t before = findings_of(sound, check);
        size_t away = 0;

        for (size_t i = 0; i < r->finding_count; i++) {
            const struct finding *f = &r->findings[i];

            if (f->check != check)
                continue;
            if (!touches(p, where, f))
                away++;
            else if (wanted(p, check->id))
                found = true;
        }
        s->t.elsewhere[check_index(s->engine, check)] += away > before;
    }
    s->t.plants[plant].found += found;
}

static bool has_check(const struct engine *e, const struct plant *p)
{
    for (size_t i = 0; i < PLANT_CHECKS_MAX && p->checks[i] != NULL; i++) {
        const size_t k = engine_find(e, text_from(p->checks[i]));

        if (k != SIZE_MAX && e->selected[k] && e->why_off[k] == NULL)
            return true;
    }
    return false;
}

static enum status plant_all(struct tester *s, const char *name,
                             const struct result *sound, struct error *err)
{
    enum status st = ST_OK;

    for (size_t p = 0; p < plants_all_count; p++)
        for (long k = 0; k < s->args->per_fault && st == ST_OK; k++) {
            struct result r;
            struct span where;

            if (!has_check(s->engine, &plants_all[p]) ||
                !plants_all[p].apply(sound, &s->rng, &s->text, &where))
                continue;
            arena_reset(s->mutant);
            st = engine_run(s->engine, &r, name, buf_text(&s->text), NULL,
                            s->mutant, err);
            if (st == ST_OK)
                count_mutant(s, p, where, sound, &r);
        }
    return st;
}

static enum status test_report(struct tester *s, const char *name,
                               struct error *err)
{
    struct result sound;
    char *bytes = NULL;
    size_t len = 0;
    enum status st = file_read(&bytes, &len, name, REPORT_MAX, err);

    arena_reset(s->sound);
    if (st == ST_OK)
        st = engine_run(s->engine, &sound, name, (struct text){ bytes, len },
                        NULL, s->sound, err);
    if (st == ST_OK) {
        s->t.reports++;
        for (size_t i = 0; i < sound.finding_count; i++)
            s->t.alarms[check_index(s->engine, sound.findings[i].check)]++;
        st = plant_all(s, name, &sound, err);
    }
    free(bytes);
    return st;
}

static bool is_time(const struct metric *m)
{
    return !m->report && m->better != BETTER_SAME;
}

/* The baseline's own runs, every time SLOW_FACTOR longer, must fail; as they
 * are they must not. */
static enum status test_gate(struct tester *s, struct error *err)
{
    const struct gate_options o = { .alpha = 0.05 };
    struct baseline b;
    struct observations now = { .count = 0 };
    struct gate g;
    enum status st = baseline_init(&b, err);

    if (st != ST_OK)
        return st;
    st = observations_init(&now, err);
    if (st == ST_OK)
        st = baseline_load(&b, s->args->baseline, err);
    for (size_t i = 0; i < b.seen.count && st == ST_OK; i++)
        st = observations_add(&now, &b.seen.at[i], err);
    for (int slow = 0; slow < 2 && st == ST_OK; slow++) {
        for (size_t i = 0; i < now.count && slow; i++)
            for (size_t m = 0; m < METRIC_COUNT; m++)
                if (is_time(&metrics_all[m]))
                    now.at[i].value[m] *= metrics_all[m].better == BETTER_LOWER
                                              ? SLOW_FACTOR
                                              : 1 / SLOW_FACTOR;
        b.floor_count = 0;
        st = gate_decide(&g, &b, &now, &o, err);
        if (st != ST_OK)
            break;
        *(slow ? &s->t.gate_slow : &s->t.gate_same) =
            gate_verdict(&g) == GATE_FAIL;
        gate_free(&g);
    }
    s->t.gated = st == ST_OK;
    observations_free(&now);
    baseline_free(&b);
    return st;
}

static bool below_floor(const struct tester *s, size_t p)
{
    const struct planted *n = &s->t.plants[p];

    return n->found * 100 < n->planted * (size_t)s->args->floor;
}

static bool failed(const struct tester *s)
{
    bool bad = s->t.gated && (s->t.gate_same || !s->t.gate_slow);

    for (size_t p = 0; p < plants_all_count; p++)
        bad = bad || below_floor(s, p);
    return bad;
}

static void print_text(const struct tester *s)
{
    const struct tally *t = &s->t;

    (void)printf("%-18s %8s %8s %8s\n", "fault", "planted", "found", "recall");
    for (size_t p = 0; p < plants_all_count; p++) {
        const struct planted *n = &t->plants[p];

        if (n->planted == 0)
            (void)printf(
                "%-18s %8s  (%s)\n", plants_all[p].id, "-",
                !has_check(s->engine, &plants_all[p]) ? "its check is off"
                : plants_all[p].needs_claims ? "no supported number; --data?"
                                             : "no place in these reports");
        else
            (void)printf("%-18s %8zu %8zu %7.1f%%%s\n", plants_all[p].id,
                         n->planted, n->found,
                         100.0 * (double)n->found / (double)n->planted,
                         below_floor(s, p) ? "  below the floor" : "");
    }
    if (t->gated)
        (void)printf("%-18s %s; unchanged runs %s\n", "slow-runs",
                     t->gate_slow ? "found" : "NOT FOUND",
                     t->gate_same ? "FAIL FALSELY" : "pass");
    (void)printf("\n%-18s %14s %18s\n", "check", "in accepted",
                 "away from fault");
    for (size_t i = 0; i < s->engine->check_count && i < CHECKS_MAX; i++)
        (void)printf("%-18s %14zu %18zu\n", s->engine->checks[i]->id,
                     t->alarms[i], t->elsewhere[i]);
    (void)printf(
        "\nselftest: %s: %zu reports, %zu faults planted, floor %ld%%, "
        "seed %ld\n",
        failed(s) ? "fail" : "pass", t->reports, t->mutants, s->args->floor,
        s->args->seed);
}

static void print_json(const struct tester *s)
{
    const struct tally *t = &s->t;

    (void)printf("{\"schema\":\"assay-selftest/1\",\"verdict\":\"%s\","
                 "\"seed\":%ld,\"floor\":%ld,\"reports\":%zu,\"faults\":{",
                 failed(s) ? "fail" : "pass", s->args->seed, s->args->floor,
                 t->reports);
    for (size_t p = 0; p < plants_all_count; p++)
        (void)printf("%s\"%s\":{\"planted\":%zu,\"found\":%zu}",
                     p > 0 ? "," : "", plants_all[p].id, t->plants[p].planted,
                     t->plants[p].found);
    (void)printf("},\"checks\":{");
    for (size_t i = 0; i < s->engine->check_count && i < CHECKS_MAX; i++)
        (void)printf("%s\"%s\":{\"in_accepted\":%zu,\"away\":%zu}",
                     i > 0 ? "," : "", s->engine->checks[i]->id, t->alarms[i],
                     t->elsewhere[i]);
    (void)printf("}");
    if (t->gated)
        (void)printf(",\"gate\":{\"slow_fails\":%s,\"same_fails\":%s}",
                     t->gate_slow ? "true" : "false",
                     t->gate_same ? "true" : "false");
    (void)printf("}\n");
}

static enum status test_all(struct tester *s, const struct inputs *in,
                            struct error *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < in->count && st == ST_OK; i++)
        st = test_report(s, in->names[i], err);
    if (st == ST_OK && s->args->baseline != NULL)
        st = test_gate(s, err);
    if (st == ST_OK && s->t.mutants == 0 && !s->t.gated)
        st = error_set(err, ST_INPUT,
                       "no fault could be planted: the reports hold no prose");
    return st;
}

static enum status run(const struct selftest_args *args, char **operands, int n,
                       bool *fails, struct error *err)
{
    struct inputs in = { .count = 0 };
    struct session session;
    struct tester s = { .args = args, .rng = { (uint64_t)args->seed } };
    enum status st = ST_OK;

    for (int i = 0; i < n && st == ST_OK; i++)
        st = inputs_add(&in, operands[i], err);
    if (st == ST_OK && in.count == 0 && args->baseline == NULL)
        st = error_set(err, ST_USAGE,
                       "want accepted reports to plant faults in");
    if (st == ST_OK)
        st = session_begin(&session, &args->session, err);
    if (st != ST_OK) {
        inputs_free(&in);
        return st;
    }
    session_warn(&session);
    s.engine = &session.engine;
    s.sound = arena_new(ARENA_BYTES);
    s.mutant = arena_new(ARENA_BYTES);
    st = s.sound != NULL && s.mutant != NULL
             ? test_all(&s, &in, err)
             : error_set(err, ST_NOMEM, "no memory for a selftest");
    if (st == ST_OK) {
        *fails = failed(&s);
        (args->json ? print_json : print_text)(&s);
    }
    buf_free(&s.text);
    arena_free(s.sound);
    arena_free(s.mutant);
    session_end(&session);
    inputs_free(&in);
    return st;
}

extern const struct command command_selftest;

static int selftest_main(int argc, char **argv)
{
    struct selftest_args args = { .seed = 1, .per_fault = 5, .floor = 80 };
    struct error err;
    int operands = 0;
    bool fails = false;
    enum status st =
        cli_parse(&command_selftest, argc, argv, &args, &operands, &err);

    if (st == ST_OK)
        st = run(&args, argv + 1, operands, &fails, &err);
    free(args.session.data.at);
    free(args.session.langs.at);
    if (st != ST_OK)
        return cli_fail(&err);
    return fails ? EXIT_GATE : EXIT_PASS;
}

const struct command command_selftest = {
    .name = "selftest",
    .summary = "plant faults into accepted reports, and count what is found",
    .operands = "REPORT|DIR...",
    .options = options,
    .option_count = sizeof(options) / sizeof(*options),
    .run = selftest_main,
};
