/* Every writer over findings with evidence and claims with sources; the checks
 * and the audit are made up, so that the text is known. */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "validator/audit/audit.h"
#include "validator/base/file.h"
#include "validator/output/writer.h"

static const char report[] =
    "# Latency\n\nThe latency of alpha was 15.58 ms, that of beta 99.9 ms.\n";
static const char csv[] = "model,latency (ms),note\n"
                          "\"al,pha\",15.58403500039276,<b>&</b>\n"
                          "beta,20.1,x\n";
static const char json[] = "{ \"a\": 20.1, \"p99_ms\": 20.1 }\n";

static struct evidence_fact facts[3];

static enum status fake_run(struct check_ctx *ctx)
{
    const struct text bytes = ctx_bytes(ctx);
    const size_t at = text_find(bytes, TEXT_LIT("99.9 ms"), 0);
    const struct kv evidence[] = {
        KV_T("verdict", TEXT_LIT("contradicted")),
        KV_F("facts", &facts[1], 2),
        KV_T("expected", TEXT_LIT("20.1 ms")),
        KV_T("formula", TEXT_LIT("a <b> & c")),
        KV_R("chance", 0.25),
        KV_B("near", true),
        KV_N("none"),
    };

    return ctx_emit(ctx, 0, (struct span){ at, 7 }, TEXT_LIT("beta"), evidence,
                    sizeof(evidence) / sizeof(*evidence));
}

static const struct rule fake_rules[] = {
    { "fake-number/wrong", SEV_ERROR, "the data say otherwise" },
};
static const struct check fake = {
    .id = "fake-number",
    .summary = "made up",
    .rules = fake_rules,
    .rule_count = 1,
    .run = fake_run,
};
static const struct check *const fakes[] = { &fake };

struct made {
    struct engine engine;
    struct result result;
    struct audited_claim claims[2];
    struct audit audit;
    struct arena *a;
    char dir[64], csv[96], json[96];
};

static void put_file(char path[96], const char *dir, const char *name,
                     const char *bytes)
{
    struct error err;

    (void)snprintf(path, 96, "%s/%s", dir, name);
    assert_int_equal(file_write(path, text_from(bytes), &err), ST_OK);
}

static void set_facts(struct made *m)
{
    facts[0] = (struct evidence_fact){
        text_from(m->csv), 2,
        TEXT_LIT("row \"al,pha\", column \"latency (ms)\""),
        TEXT_LIT("15.58403500039276"), TEXT_LIT("ms")
    };
    facts[1] = (struct evidence_fact){
        text_from(m->csv), 3, TEXT_LIT("row \"beta\", column \"latency (ms)\""),
        TEXT_LIT("20.1"), TEXT_LIT("ms")
    };
    facts[2] =
        (struct evidence_fact){ text_from(m->json), 1, TEXT_LIT("p99_ms"),
                                TEXT_LIT("20.1"), TEXT_LIT("ms") };
}

static void set_audit(struct made *m)
{
    const struct text bytes = m->result.report.bytes;

    m->claims[0] = (struct audited_claim){
        .span = { text_find(bytes, TEXT_LIT("15.58 ms"), 0), 8 },
        .value = TEXT_LIT("15.58"),
        .unit = TEXT_LIT("ms"),
        .verdict = CLAIM_SUPPORTED,
        .why = TEXT_LIT("one value in the data"),
        .facts = facts,
        .fact_count = 1,
        .chance = 0.01
    };
    m->claims[1] = (struct audited_claim){
        .span = { text_find(bytes, TEXT_LIT("99.9 ms"), 0), 7 },
        .value = TEXT_LIT("99.9"),
        .unit = TEXT_LIT("ms"),
        .verdict = CLAIM_CONTRADICTED,
        .why = TEXT_LIT("beta has another"),
        .expected = TEXT_LIT("20.1 ms"),
        .facts = &facts[1],
        .fact_count = 1,
        .chance = -1
    };
    m->audit = (struct audit){ .claims = m->claims,
                               .claim_count = 2,
                               .chance_match_rate = 0.02 };
    m->result.audit = &m->audit;
}

static int setup(void **state)
{
    static const char *const langs[] = { "en" };
    const struct check_env env = { .langs = langs, .n_langs = 1 };
    struct made *m = calloc(1, sizeof(*m));
    struct error err;

    m->a = arena_new(64 << 20);
    (void)snprintf(m->dir, sizeof(m->dir), "/tmp/assay-writers-XXXXXX");
    assert_non_null(mkdtemp(m->dir));
    put_file(m->csv, m->dir, "m.csv", csv);
    put_file(m->json, m->dir, "s.json", json);
    set_facts(m);
    assert_int_equal(engine_init(&m->engine, fakes, 1, &env, &err), ST_OK);
    assert_int_equal(engine_run(&m->engine, &m->result, "r.md",
                                text_from(report), NULL, m->a, &err),
                     ST_OK);
    set_audit(m);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct made *m = *state;

    (void)unlink(m->csv);
    (void)unlink(m->json);
    (void)rmdir(m->dir);
    engine_free(&m->engine);
    arena_free(m->a);
    free(m);
    return 0;
}

static char *write_as(const struct made *m, const char *format)
{
    const struct writer *w = writer_find(text_from(format));
    const struct writer_options o = {
        .claims = true,
        .fail_on = SEV_ERROR,
        .version = "test",
        .rules_sha256 = "0123456789abcdef",
        .engine = &m->engine,
    };
    struct summary s = { .reports = 1, .chance_match_rate = 0.02 };
    struct buf b = { .max = 0 }, out = { .max = 0 };

    s.verdicts[VERDICT_FAIL] = 1;
    s.findings[SEV_ERROR] = 1;
    assert_non_null(w);
    if (w->begin != NULL)
        w->begin(&b, &o);
    w->report(&b, &o, &m->result, 0);
    if (w->end != NULL)
        w->end(&b, &o, &s);
    if (w->finish == NULL)
        return b.ptr;
    w->finish(&out, &o, &s, buf_text(&b));
    buf_free(&b);
    return out.ptr;
}

static const struct writer_case {
    const char *name, *format, *holds;
} cases[] = {
    { "text: the mark", "text", "^~~~~~~" },
    { "text: what the data say", "text", "= the data say 20.1 ms" },
    { "text: a source", "text",
      "m.csv:3 row \"beta\", column \"latency (ms)\" "
      "= 20.1 ms" },
    { "text: the rest of the evidence", "text", "chance: 0.25, near: yes" },
    { "text: a claim", "text", "r.md:3:26: 15.58 ms is supported" },
    { "json: facts", "json", "\"path\":\"p99_ms\",\"value\":\"20.1\"" },
    { "json: null evidence", "json", "\"none\":null" },
    { "json: a claim", "json", "\"verdict\":\"supported\"" },
    { "sarif: the cell as related location", "sarif",
      "\"relatedLocations\":[{\"id\":0" },
    { "sarif: what the data say", "sarif", "; the data say 20.1 ms" },
    { "markdown: what the data say", "markdown", "the data say ` 20.1 ms `" },
    { "github: the place", "github",
      "::error file=r.md,line=3,endLine=3,col=49,endColumn=56,title="
      "fake-number/wrong::" },
    { "junit: a failure", "junit", "type=\"fake-number/wrong\"" },
    { "html: the cell of the row is marked", "html",
      "<td>al,pha</td><td><mark>15.58403500039276</mark></td>" },
    { "html: data is escaped", "html", "&lt;b&gt;&amp;&lt;/b&gt;" },
    { "html: the value behind its key is marked", "html",
      "&quot;p99_ms&quot;: <mark>20.1</mark>" },
    { "html: the formula", "html", "<code>a &lt;b&gt; &amp; c</code>" },
    { "html: a finding with its claim's verdict", "html",
      "<a class=\"m e k0 v4\" id=r0f2 href=#r0e2>99.9 ms</a>" },
    { "html: a number links to its evidence", "html",
      "<a class=\"m c v0\" id=r0f1 href=#r0e1>15.58 ms</a>" },
    { "html: the share of chance matches", "html", "2.0 % would still" },
};

static void test_holds(void **state)
{
    const struct made *m = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *out = write_as(m, cases[i].format);

        if (strstr(out, cases[i].holds) == NULL)
            fail_msg("%s: not in:\n%s", cases[i].name, out);
        free(out);
    }
}

/* Suppressed and known findings neither fail nor vanish. */
static void test_states(void **state)
{
    struct made *m = *state;
    char *out;

    m->result.findings[0].suppressed = "a quotation";
    engine_rejudge(&m->result);
    assert_int_equal(m->result.verdict, VERDICT_PASS);
    assert_int_equal(m->result.score, 100);
    out = write_as(m, "sarif");
    assert_non_null(strstr(out, "\"justification\":\"a quotation\""));
    free(out);
    out = write_as(m, "junit");
    assert_null(strstr(out, "<failure"));
    free(out);
    m->result.findings[0].suppressed = NULL;
    m->result.findings[0].baseline = BASELINE_KNOWN;
    out = write_as(m, "sarif");
    assert_non_null(strstr(out, "\"baselineState\":\"unchanged\""));
    free(out);
    out = write_as(m, "github");
    assert_null(strstr(out, "::error"));
    free(out);
    m->result.findings[0].baseline = BASELINE_NONE;
    engine_rejudge(&m->result);
    assert_int_equal(m->result.verdict, VERDICT_FAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_states),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
