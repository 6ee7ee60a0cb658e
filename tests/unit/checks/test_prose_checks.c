/* chatter and truncated through the engine: rule and text of each finding, and
 * prose that must stay untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "validator/engine.h"
#include "validator/rules_data.h"
#include "validator/run_context.h"

extern const struct check check_chatter, check_truncated;

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

#define BODY "\n\n# Pumps\n\nAll pumps ran in May.\n"
#define BAR  "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
#define HEAD "# Pumps\n\nAll pumps ran in May. Two were cleaned.\n\n"
#define Q    "\xe2\x80\x99" /* a curly apostrophe */

#define PROSE                                                                  \
    "# Pumps\n\nAll pumps ran in the month of May.\n\nTwo of them were "       \
    "cleaned "                                                                 \
    "on a Friday.\n\nThe fourth one is still waiting for its new seal.\n\n"

/* want: "rule" or "rule text" of the only finding; "" for none. */
static const struct prose_case {
    const char *text, *want;
} cases[] = {
    /* openings */
    { "Okay, here's the maintenance report you asked for." BODY, "preamble" },
    { "Sure! Here is a short overview of the pumps:" BODY, "preamble" },
    { "Certainly, below is the report." BODY, "preamble" },
    { "Alright, let" Q "s look at the pumps." BODY, "preamble" },
    { "Absolutely! I" Q "ve put the data into a table." BODY, "preamble" },
    { "Dora, here" Q "s the pump report with all sections." BODY, "preamble" },
    { "Here is the pump report based on the data you provided." BODY,
      "preamble" },
    { "Here's a draft of the report, formatted in Markdown." BODY, "preamble" },
    { "As requested, here is the report on the pumps." BODY, "preamble" },
    { "I have prepared a report on the pumps based on your notes." BODY,
      "preamble" },
    { "Thank you for providing the pump logs." BODY, "preamble" },
    { "Okay, here's the pump report.\n---" BODY, "preamble" },
    { "# Pumps\n\n## Findings\n\n- Okay, here" Q "s an analysis of the logs.\n"
      "- Two pumps leak.\n",
      "preamble" },
    { "Understood.\n\n# Pumps\n\nAll pumps ran.\n", "preamble" },
    { "Based on the logs you" Q "ve provided, here is the report." BODY,
      "preamble" },
    { "Let me explain what the logs say." BODY, "preamble" },
    { "Based on the logs, pump four is the oldest." BODY, "" },
    { "The report is based on the logs provided by the crew." BODY, "" },
    /* what it assumed, and what is left to the reader */
    { HEAD "Note: I" Q "ve assumed that all readings are in bar.\n", "meta" },
    { HEAD "I have made some assumptions about the old pump.\n", "meta" },
    { HEAD "Unfortunately, I am unable to open the log files.\n", "meta" },
    { HEAD "We assumed that all readings are in bar.\n", "" },
    { HEAD "Please replace the placeholder values with your own.\n",
      "closing" },
    { HEAD "Replace the seal of pump four.\n", "" },
    { HEAD "To refine this report, please share the raw logs.\n", "closing" },
    { HEAD "To refine the seal, polish it.\n", "" },
    { HEAD "I need more information to go on.\n", "closing" },
    { HEAD "To say more, I'd need more information about the fourth pump.\n",
      "" },
    { HEAD "**Reviewed by:** [Reviewer Name]\n",
      "placeholder [Reviewer Name]" },
    { HEAD "**Station:** [Client]\n", "placeholder [Client]" },
    { HEAD "The range [0, 1] and the list [name, age] are data.\n", "" },
    /* offers and questions */
    { HEAD "Let me know if you need the raw logs.\n",
      "closing Let me know if you need the raw logs." },
    { HEAD "The rest is in order. Please let me know what else to add.\n",
      "closing Please let me know what else to add." },
    { HEAD "Would you like me to add a chart?\n", "closing" },
    { HEAD "Do you want me to compare this with April?\n", "closing" },
    { HEAD "- Shall I continue with the valves?\n", "closing" },
    { HEAD "I hope this report is useful!\n", "closing" },
    { HEAD "Feel free to reach out for more detail.\n", "closing" },
    { HEAD "Don" Q "t hesitate to ask for the tables.\n", "closing" },
    { HEAD "If you provide the April logs, I can compare both months.\n",
      "closing" },
    { HEAD "To help me make this more precise, could you tell me:\n\n"
           "* which pump is the oldest?\n* who cleans them?\n",
      "closing To help me make this more precise, could you tell me:\n\n"
      "* which pump is the oldest?\n* who cleans them?" },
    { HEAD "To give better advice, I would need to see the valve logs.\n",
      "closing" },
    { HEAD "Is there anything else you would like to see?\n", "closing" },
    { HEAD "I'd be happy to expand on any section.\n", "closing" },
    { HEAD "Would you prefer a shorter version?\n", "closing" },
    { HEAD "Let me know if it fits.\n\nI look forward to your reply.\n",
      "closing Let me know if it fits.\n\nI look forward to your reply." },
    /* the model on itself */
    { "# Pumps\n\nAs an AI language model, I have no pumps.\n\nAll ran.\n",
      "meta" },
    { HEAD "I am just an AI and have no eyes.\n", "meta" },
    { HEAD "I cannot access real-time data of the pumps.\n", "meta" },
    { "# Pumps\n\n**Prepared for:** [Client Name]\n\nAll ran.\n",
      "placeholder [Client Name]" },
    { "# Pumps\n\nBy: [Your Name and Title]\n\nAll ran.\n",
      "placeholder [Your Name and Title]" },
    /* prose that looks like it */
    { "Here is the pump that leaked: number four." BODY, "" },
    { "Below is a table of all pumps." BODY, "" },
    { "# Pumps\n\nFinally, here is the list of parts.\n\nAll ran.\n", "" },
    { "# Pumps\n\nBased on this, here are three steps:\n\n- Clean it.\n", "" },
    { HEAD "> Would you like me to call back? the caller asked.\n", "" },
    { HEAD "\"Let me know if it rains,\" the manager said.\n", "" },
    { HEAD "Customers were asked: do you want a refund? Most said no.\n", "" },
    { HEAD "The vendor will let us know if parts arrive.\n", "" },
    { HEAD "Staff may feel free to use either door.\n", "" },
    { HEAD "We hope that prices will fall by May.\n", "" },
    { HEAD "Okay readings are shown in green.\n", "" },
    { HEAD "Sure signs of wear were found on pump four.\n", "" },
    { HEAD "Certainly the worst month was April.\n", "" },
    { HEAD "Great care was taken with the seals.\n", "" },
    { HEAD "The AI model as a language tool was not used.\n", "" },
    { HEAD "A full analysis would require access to the valve logs.\n", "" },
    { HEAD "If you open valve two, the pressure drops.\n", "" },
    { HEAD "See [the manual](https://example.org) and [Date] there.\n", "" },
    { HEAD "`[Your Name]` is the blank on the form.\n", "" },
    { HEAD "```\nLet me know if you need more.\n```\n\nThe end.\n", "" },
    { HEAD "I, the undersigned, have checked all pumps.\n", "" },
    /* where the text stops */
    { HEAD "The third pump was taken out of the\n",
      "sentence The third pump was taken out of the" },
    { HEAD "The third pump ran. The fourth one was taken out of service after "
           "the oil pressure fell\n",
      "sentence" },
    { HEAD "The pumps were checked for wear, noise,\n", "sentence" },
    { HEAD "- Clean the filter\n- Replace the seal and the\n", "sentence" },
    { HEAD "```python\nprint(1)\nfor pump in\n", "fence" },
    { HEAD "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5\n", "row" },
    { HEAD "Pump four (an old one with a worn seal was replaced\n", "bracket" },
    { HEAD "All ran and **the fourth pump\n", "bracket" },
    { HEAD "## Next steps\n", "heading" },
    { HEAD
      "The fourth pump was then \xe0\xb2\x95\xe0\xb3\x81\xe0\xb3\x81\xe0"
      "\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0"
      "\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0"
      "\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0\xb3\x81\xe0"
      "\xb3\x81\xe0\xb3\x81\n\nAll is well.\n",
      "garble The fourth pump was then" },
    { HEAD "The load of the tank was " BAR BAR BAR BAR " 80 % of it.\n", "" },
    { PROSE "The pump stops and the pump stops and the pump stops and the "
            "pump stops and the pump stops and the pump stops and the\n",
      "" }, /* a loop, not a sentence */
    { HEAD "The third pump ran well.\n", "" },
    { HEAD "- Clean the filter\n- Replace the seal\n", "" },
    { HEAD "Prepared by the maintenance team of the north site\n", "" },
    { HEAD "**Author:** Ada Lovelace\n", "" },
    { HEAD "| a | b |\n|---|---|\n| 1 | 2 |\n", "" },
    { HEAD "a | b\n--|--\n1 | 2\n", "" },
    { HEAD "```\nls -l\n```\n", "" },
    { HEAD "See [1].\n\n[1]: https://example.org/the\n", "" },
    { HEAD "**End of report**\n", "" },
    { HEAD "Done :(\n", "" },
    { HEAD "Pressure was 5 bar (high).\n\n---\n", "" },
    { HEAD "Measured with tool A, tool B and\ntool C\n", "" },
    { HEAD "See https://example.org/a/b/the\n", "" },
    /* ends by their form, in any language */
    { PROSE "The next series will\n", "sentence The next series will" },
    { PROSE "All valves are tight. The next series\n", "sentence" },
    { " \n\n", "empty" },
    { PROSE "All valves are tight. While\n", "sentence" },
    { HEAD "All valves are tight. Two were changed. The relatively high\n",
      "sentence" },
    { "# Pumps\n\nAll valves are tight. More details in the book\n", "" },
    { PROSE "All valves are tight.\nMarta\n", "" },
    { PROSE "All valves are tight. Thanks\n", "" },
    { PROSE "However, the fifth one\n", "sentence" },
    { PROSE "The project office, room twelve\n", "" },
    { PROSE "All valves are tight. Best regards\n", "" },
    { PROSE "All valves are tight. Kind regards from the station\n", "" },
    { PROSE "All valves are tight.\nThe Maintenance Team\n", "" },
    { PROSE "All valves are tight \xf0\x9f\x8e\x89\n", "" },
    { PROSE "The share of pump two is 15 +\n", "sentence" },
    { PROSE "The result of the second test is as follows:\n", "sentence" },
    { PROSE "*This report was made by the station's own scheduler*\n", "" },
    { PROSE "---\n\nThis report was made by the scheduler of the station\n",
      "" },
    { PROSE "Contact: pumps@example.org\n", "" },
    { PROSE "Signed by hand,\n", "" },
    { PROSE "Seen: \xe2\x80\x9c"
            "rain at noon\n",
      "bracket" },
    { PROSE "The tap is called `valve`\n", "" },
    { PROSE "Seal `tap five\n", "bracket" },
    { HEAD "- Clean the filter of pump one.\n- Grease the shaft.\n"
           "- Replace the seal.\n- Order a new seal for the second\n",
      "item" },
    { HEAD "- **Filter:** clean.\n- **Shaft:** greased.\n- **Seal:** new.\n"
           "- **Valve:**\n",
      "item" },
    { HEAD "- **Filter:**\n- **Shaft:**\n- **Seal:**\n- **Valve:**\n", "" },
    { HEAD "1. Clean the filter of it.\n2. Grease the whole shaft.\n3.\n",
      "item 3." },
    { HEAD "##\n", "heading ##" },
    { HEAD "## Recommendations\n", "heading" },
    { HEAD "## End of report\n", "" },
    { HEAD "**Next steps:**\n", "heading" },
    { HEAD "| a | b |\n", "row" },
    { HEAD "| a | b |\n|---|---|\n", "row" },
    { HEAD "| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 |\n",
      "row | 4 | 5 |" },
    { HEAD "| a | b \\| c |\n|---|---|\n| 1 | 2 |\n", "" },
    { PROSE "The fifth one will\n", "sentence The fifth one will" },
    { PROSE "Two samples were lost on Friday while workers\n", "sentence" },
    { PROSE "All are tight now. Next winter\n", "sentence" },
    { PROSE "Last check: early autumn  \nThe northern night shift crew\n", "" },
    { PROSE "Figure 2: pressure by hour of the day\n", "" },
    { PROSE "Figure 1. Pressure by hour\n", "" },
    { PROSE "All rights reserved\n", "" },
    { PROSE "Marta and the volunteers of the Saturday group\n", "" },
    { "# Pumps\n\nAll pumps ran in the month of May\n\nTwo of them were "
      "cleaned "
      "on a Friday\n\nThe fourth one is still waiting for its new seal\n",
      "" },
    { HEAD "- **Seal:** It is new.\n- **Valve:** It is tight.\n- **Filter**\n",
      "item" },
    { HEAD "- The seal was changed.\n- The valve is tight again.\n"
           "- Two of the filters\n",
      "item" },
    { HEAD "- The seal was changed.\n- The valve is tight again.\n- Each\n",
      "item" },
    { HEAD "- The seal was changed.\n- The valve is tight again.\n"
           "- The filter,\n",
      "item" },
    { HEAD
      "- **Seal:** It was changed twice.\n- **Valve:** It is tight again.\n"
      "- **Filter:** clean\n",
      "" },
    { HEAD "- The seal was changed\n- The valve is tight again\n"
           "- Two of the filters\n",
      "" },
    { PROSE "El segundo ensayo se hizo de\n", "" },
};

#define KO_PROSE                                                               \
    "\xec\x98\xa4\xec\x9b\x94\xec\x97\x90\xeb\x8a\x94 "                        \
    "\xeb\xaa\xa8\xeb\x93\xa0 \xed\x8e\x8c\xed\x94\x84\xeb\xa5\xbc "           \
    "\xeb\x91\x90 \xeb\xb2\x88\xec\x94\xa9 "                                   \
    "\xec\xa0\x90\xea\xb2\x80\xed\x96\x88\xec\x8a\xb5\xeb\x8b\x88\xeb\x8b\xa4" \
    ".\n\n\xea\xb7\xb8 \xea\xb0\x80\xec\x9a\xb4\xeb\x8d\xb0 \xeb\x91\x90 "     \
    "\xeb\x8c\x80\xeb\x8a\x94 \xea\xb8\x88\xec\x9a\x94\xec\x9d\xbc "           \
    "\xec\x98\xa4\xec\xa0\x84\xec\x97\x90 "                                    \
    "\xec\xb2\xad\xec\x86\x8c\xed\x96\x88\xec\x8a\xb5\xeb\x8b\x88\xeb\x8b\xa4" \
    ".\n\n"

/* The same in the language that is expected. */
static const struct lang_case {
    const char *lang, *text, *want;
} lang_cases[] = {
    { "es", "La bomba se par\xc3\xb3 el lunes y se repar\xc3\xb3 de\n",
      "sentence" },
    { "de", "Die Pumpe wurde am Montag durch eine\n", "sentence" },
    { "de", "Die Pumpe wurde am Montag repariert\n", "" },
    { "de",
      "- Ventil pr\xc3\xbc"
      "fen\n- Pumpe, die nicht mehr gebraucht wird\n",
      "" },
    { "fr",
      "La pompe a \xc3\xa9t\xc3\xa9 remplac\xc3\xa9"
      "e par une\n",
      "sentence" },
    { "pt-BR", "A bomba foi trocada na segunda por uma\n", "sentence" },
    { "ru",
      "\xd0\x9d\xd0\xb0\xd1\x81\xd0\xbe\xd1\x81 \xd0\xb7\xd0\xb0\xd0"
      "\xbc\xd0\xb5\xd0\xbd\xd0\xb8\xd0\xbb\xd0\xb8 \xd0\xb8\n",
      "sentence" },
    { "ja",
      "\xe3\x83\x9d\xe3\x83\xb3\xe3\x83\x97\xe3\x81\xaf\xe5\x85\xa8"
      "\xe3\x81\xa6\xe6\x9c\x88\xe6\x9b\x9c\xe6\x97\xa5\xe3\x81\xab\n",
      "sentence" },
    { "zh",
      "\xe6\xb0\xb4\xe6\xb3\xb5\xe5\x9c\xa8\xe5\x91\xa8\xe4\xb8\x80"
      "\xe6\x9b\xb4\xe6\x8d\xa2\xe5\xae\x8c\xe6\xaf\x95\xe3\x80\x82\n",
      "" },
    { "hi",
      "\xe0\xa4\xaa\xe0\xa4\x82\xe0\xa4\xaa \xe0\xa4\xac\xe0\xa4\xa6"
      "\xe0\xa4\xb2\xe0\xa4\xbe \xe0\xa4\x97\xe0\xa4\xaf\xe0\xa4\xbe"
      "\xe0\xa5\xa4\n",
      "" },
    /* a particle by the syllable before it, and nouns that look like it */
    { "ko", KO_PROSE "\xec\x83\x88 \xeb\xb0\xb8\xeb\xb8\x8c\xeb\xa5\xbc\n",
      "sentence" },
    { "ko", KO_PROSE "\xec\x8b\x9c\xed\x97\x98 \xea\xb2\xb0\xea\xb3\xbc\n",
      "" },
    { "ko",
      KO_PROSE
      "\xec\xa0\x90\xea\xb2\x80 \xeb\x8c\x80\xec\x9e\xa5\xea\xb3\xbc\n",
      "sentence" },
    { "ko", KO_PROSE "\xeb\x8b\xa4\xec\x9d\x8c \xed\x8f\x89\xea\xb0\x80\n",
      "" },
    { "de,en", "The pump was replaced on Monday by a\n", "sentence" },
};

struct fixture {
    struct engine engine;
    struct arena *a;
};

static void judge(struct fixture *f, struct text t,
                  const struct run_context *run, struct result *r)
{
    struct error err = { "" };

    arena_reset(f->a);
    assert_int_equal(engine_run(&f->engine, r, "case", t, run, f->a, &err),
                     ST_OK);
}

static bool as_wanted(const struct result *r, struct text t, const char *want)
{
    char got[1024];
    const struct finding *g = r->findings;

    if (want[0] == '\0' || r->finding_count != 1)
        return want[0] == '\0' && r->finding_count == 0;
    if (strchr(want, ' ') == NULL)
        (void)snprintf(got, sizeof(got), "%s", strchr(g->rule->id, '/') + 1);
    else
        (void)snprintf(got, sizeof(got), "%s %.*s",
                       strchr(g->rule->id, '/') + 1, (int)g->span.len,
                       t.ptr + g->span.off);
    return strcmp(got, want) == 0;
}

static void table(void **state)
{
    size_t bad = 0;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct text t = text_from(cases[i].text);
        struct result r;

        judge(*state, t, NULL, &r);
        if (as_wanted(&r, t, cases[i].want))
            continue;
        bad++;
        print_error("%s\n  want \"%s\"\n", cases[i].text, cases[i].want);
        for (size_t k = 0; k < r.finding_count; k++)
            print_error("  got %s %.*s\n", r.findings[k].rule->id,
                        (int)r.findings[k].span.len,
                        t.ptr + r.findings[k].span.off);
    }
    assert_int_equal(bad, 0);
}

static void other_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lang_cases) / sizeof(*lang_cases); i++) {
        static const struct check *const checks[] = { &check_truncated };
        const struct check_env env = { .rule_file = embedded,
                                       .langs = &lang_cases[i].lang,
                                       .n_langs = 1 };
        const struct text t = text_from(lang_cases[i].text);
        struct fixture f = { .a = arena_new(64 << 20) };
        struct error err;
        struct result r;

        assert_int_equal(engine_init(&f.engine, checks, 1, &env, &err), ST_OK);
        judge(&f, t, NULL, &r);
        if (!as_wanted(&r, t, lang_cases[i].want))
            fail_msg("%s: %s", lang_cases[i].lang, lang_cases[i].text);
        engine_free(&f.engine);
        arena_free(f.a);
    }
}

static void token_limit_is_an_error(void **state)
{
    const struct run_context run = { .done_reason = TEXT_LIT("length") };
    struct result r;

    judge(*state, TEXT_LIT(HEAD "All is well.\n"), &run, &r);
    assert_int_equal(r.finding_count, 1);
    assert_string_equal(r.findings[0].rule->id, "truncated/length");

    static const struct run_context counted = { .num_predict = 64,
                                                .output_tokens = 64 };

    judge(*state, TEXT_LIT(HEAD "All is well.\n"), &counted, &r);
    assert_int_equal(r.finding_count, 1);
    judge(*state, TEXT_LIT(""), &run, &r);
    assert_int_equal(r.finding_count, 1);
}

static int set_up(void **state)
{
    static const struct check *const checks[] = { &check_chatter,
                                                  &check_truncated };
    static const char *const langs[] = { "en" };
    static struct fixture f;
    const struct check_env env = { .rule_file = embedded,
                                   .langs = langs,
                                   .n_langs = 1 };
    struct error err;

    f.a = arena_new(64 << 20);
    if (f.a == NULL || engine_init(&f.engine, checks, 2, &env, &err) != ST_OK)
        return -1;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    engine_free(&f->engine);
    arena_free(f->a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),
        cmocka_unit_test(other_languages),
        cmocka_unit_test(token_limit_is_an_error),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
