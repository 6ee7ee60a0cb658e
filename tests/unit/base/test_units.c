/* Units: spellings in text, in headers, factors and both byte conventions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "validator/base/units_int.h"
#include "validator/rules_data.h"

static struct units *table;

static int load(void **state)
{
    struct error err;

    (void)state;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, "units.json") == 0)
            return units_parse(
                       &table,
                       (struct text){ rules_files[i].ptr, rules_files[i].len },
                       "units.json", &err) != ST_OK;
    return 1;
}

static int unload(void **state)
{
    (void)state;
    units_free(table);
    return 0;
}

static const struct match_case {
    const char *text;
    bool spaced;
    const char *unit; /* "": none */
    size_t len;
} matches[] = {
    { "ms", true, "ms", 2 },
    { "ms.", false, "ms", 2 },
    { "msx", false, "", 0 },
    { "tok/s of", true, "tok/s", 5 },
    { "tokens per second", true, "tok/s", 17 },
    { "tokens/second", true, "tok/s", 13 },
    { "tokens", true, "tok", 6 },
    { "Seconds", true, "s", 7 },
    { "t/s", true, "tok/s", 3 },
    { "GB/s", true, "GB/s", 4 },
    { "GiB", true, "GiB", 3 },
    { "%", false, "%", 1 },
    { "% of", false, "%", 1 },
    { "percentage points", true, "pp", 17 },
    { "percent", true, "%", 7 },
    { "in total", true, "", 0 },
    { "in", false, "in", 2 },
    { "B", false, "", 0 },
    { "B", true, "B", 1 },
    { "K", true, "K", 1 },
    { "x", false, "x", 1 },
    { "x1080", false, "", 0 },
    { "times", true, "x", 5 },
    { "square kilometres", true, "km²", 17 },
    { "km/h", true, "km/h", 4 },
    { "miles per hour", true, "mi/h", 14 },
    { "°C", true, "°C", 3 },
    { "degrees Celsius", true, "°C", 15 },
    { "dollars per million tokens", true, "$/1M tok", 26 },
    { "requests/sec", true, "req/s", 12 },
    { "minutes", true, "min", 7 },
    { "model", true, "", 0 },
    { "metres per second", true, "m/s", 17 },
    { "feet", true, "ft", 4 },
    { "inches", true, "in", 6 },
    { "", true, "", 0 },
};

static void test_match(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
        const struct match_case *c = &matches[i];
        struct unit_ref ref = { 0, 0, 0 };
        char name[UNIT_NAME_MAX];
        const size_t n =
            units_match(table, text_from(c->text), c->spaced, &ref);

        units_name(table, ref, name);
        if (n != c->len || strcmp(name, c->unit) != 0)
            fail_msg("\"%s\": %zu bytes, \"%s\"", c->text, n, name);
    }
}

static const struct header_case {
    const char *header, *unit;
} headers[] = {
    { "yield_t_ha", "t/ha" },
    { "flow_m3_h", "m³/h" },
    { "co2_g_km", "g/km" },
    { "load_min_gb", "GB" },
    { "mean_ttft_s", "s" },
    { "mean_tokens_s", "tok/s" },
    { "tokens_per_second", "tok/s" },
    { "avg_tokens_per_sec", "tok/s" },
    { "TTFT (ms)", "ms" },
    { "TTFT [ms]", "ms" },
    { "Latency, ms", "ms" },
    { "tok/s", "tok/s" },
    { "Throughput tok/s", "tok/s" },
    { "Throughput (tokens/second)", "tok/s" },
    { "latency_ms_p95", "ms" },
    { "latency_p95_ms", "ms" },
    { "mean_ms", "ms" },
    { "peakMemoryMB", "MB" },
    { "size_bytes", "B" },
    { "gpu_util_pct", "%" },
    { "FG_PCT", "%" },
    { "Share (%)", "%" },
    { "GPU %", "%" },
    { "total_duration_ns", "ns" },
    { "Estimated rate (KB/s)", "KB/s" },
    { "Duration (seconds)", "s" },
    { "eval_count", "" },
    { "Value(s)", "" },
    { "Load (s)", "s" },
    { "config", "" },
    { "num_ctx", "" },
    { "temperature", "" },
    { "Bandwidth_gb_s", "GB/s" },
    { "req_per_sec", "req/s" },
    { "loaves_per_second", "" }, /* no time */
    { "price_per_kg", "" },
    { "cost_usd", "$" },
    { "x_ms", "ms" },
    { "downtime_min", "min" },
    { "mean_trip_min", "min" },
    { "latency_min", "" },
    { "capacity_mah", "mAh" },
    { "inner_mohm", "mΩ" },
    { "", "" },
};

static void test_header(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
        struct unit_ref ref = { 0, 0, 0 };
        char name[UNIT_NAME_MAX];

        units_of_header(table, text_from(headers[i].header), &ref, NULL);
        if (!units_of_header(table, text_from(headers[i].header), &ref, NULL))
            ref = (struct unit_ref){ 0, 0, 0 };
        units_name(table, ref, name);
        if (strcmp(name, headers[i].unit) != 0)
            fail_msg("\"%s\": \"%s\"", headers[i].header, name);
    }
}

static const struct base_case {
    const char *value, *unit;
    enum unit_convention convention;
    const char *base;
} bases[] = {
    { "15.58", "ms", UNIT_SI, "0.01558" },
    { "2", "KB", UNIT_SI, "2000" },
    { "2", "KB", UNIT_BINARY, "2048" },
    { "2", "ms", UNIT_BINARY, "0.002" },
    { "21.5", "°C", UNIT_SI, "294.65" },
    { "47", "%", UNIT_SI, "0.47" },
    { "3", "MB/s", UNIT_BINARY, "3145728" },
    { "36", "km/h", UNIT_SI, "10" },
    { "5", "$/1M tok", UNIT_SI, "0.000005" },
};

static void test_base(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
        struct decimal v, want;
        struct unit_ref ref;

        assert_true(decimal_parse(text_from(bases[i].value), &v));
        assert_true(decimal_parse(text_from(bases[i].base), &want));
        assert_true(units_find(table, text_from(bases[i].unit), &ref));
        v = units_to_base(table, ref, bases[i].convention, v);
        if (!decimal_near(v, want, -30))
            fail_msg("%s %s", bases[i].value, bases[i].unit);
    }
}

static const struct before_case {
    const char *text, *unit;
    size_t len;
} befores[] = {
    { "costs $", "$", 1 }, { "US$", "$", 3 }, { "costs USD ", "$", 4 },
    { "€", "€", 3 },       { "a ", "", 0 },   { "", "", 0 },
};

static void test_before(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(befores) / sizeof(*befores); i++) {
        struct unit_ref ref = { 0, 0, 0 };
        char name[UNIT_NAME_MAX];
        const size_t n =
            units_match_before(table, text_from(befores[i].text), &ref);

        units_name(table, ref, name);
        if (n != befores[i].len || strcmp(name, befores[i].unit) != 0)
            fail_msg("\"%s\": %zu \"%s\"", befores[i].text, n, name);
    }
}

static const char *const broken[] = {
    "{",
    "{\"dimensions\":[{\"id\":\"a\",\"units\":[{\"id\":\"b\"}]}]}",
    "{\"dimensions\":[{\"units\":[{\"factor\":\"1\"}]}]}",
    "{\"quotients\":[{\"num\":\"a\",\"den\":\"b\"}]}",
};

static void test_broken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        struct units *u = NULL;
        struct error err;

        assert_int_equal(
            units_parse(&u, text_from(broken[i]), "broken.json", &err),
            ST_INPUT);
        assert_null(u);
        assert_non_null(strstr(err.text, "broken.json"));
    }
}

static void same_decimal(struct decimal a, struct decimal b)
{
    assert_true(a.mag == b.mag && a.exp == b.exp && a.last == b.last &&
                a.neg == b.neg && a.cut == b.cut);
}

static void same_word(struct unit_word a, struct unit_word b)
{
    assert_true(text_eq(unit_text(&units_ours, a), unit_text(table, b)));
}

/* What the build wrote is what the file says now. */
static void test_ours(void **state)
{
    (void)state;
    assert_int_equal(units_ours.unit_count, table->unit_count);
    for (size_t i = 0; i < table->unit_count; i++) {
        const struct unit *a = &units_ours.units[i], *b = &table->units[i];

        same_word(a->id, b->id);
        same_decimal(a->factor, b->factor);
        same_decimal(a->offset, b->offset);
        same_decimal(a->alt, b->alt);
        assert_true(a->dim == b->dim && a->has_alt == b->has_alt);
    }
    assert_int_equal(units_ours.dim_count, table->dim_count);
    for (size_t i = 0; i < table->dim_count; i++) {
        same_word(units_ours.dims[i].id, table->dims[i].id);
        assert_true(units_ours.dims[i].count == table->dims[i].count);
    }
    for (int w = 0; w < WHERE_COUNT; w++) {
        const struct spellings *a = &units_ours.in[w], *b = &table->in[w];

        assert_int_equal(a->count, b->count);
        assert_memory_equal(a->first, b->first, sizeof(a->first));
        for (size_t i = 0; i < b->count; i++) {
            same_word(a->at[i].s, b->at[i].s);
            assert_true(unit_same(a->at[i].ref, b->at[i].ref));
            assert_true(a->at[i].word == b->at[i].word &&
                        a->at[i].tight == b->at[i].tight &&
                        a->at[i].loose == b->at[i].loose &&
                        a->at[i].second == b->at[i].second);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),  cmocka_unit_test(test_header),
        cmocka_unit_test(test_base),   cmocka_unit_test(test_before),
        cmocka_unit_test(test_broken), cmocka_unit_test(test_ours),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
