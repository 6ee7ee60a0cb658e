/* Markup that never closes. Text behind it is judged all the same
 * (text/unclosed.h); this says that a reader will see it as code, or not at
 * all. */
#include "validator/check.h"

enum { RULE_UNCLOSED, RULE_COUNT };
static const struct rule rules[RULE_COUNT] = {
    [RULE_UNCLOSED] = { "markup/unclosed", SEV_NOTE,
                        "a fence or comment has no end before the text goes "
                        "on" },
};

static enum status markup_run(struct check_ctx *ctx)
{
    const struct report *r = ctx_report(ctx);
    enum status st = ST_OK;

    for (size_t i = 0; i < r->doc.unclosed_count && st == ST_OK; i++) {
        const struct unclosed *u = &r->doc.unclosed[i];
        const struct kv evidence[] = {
            KV_I("resumed", (long long)u->resumed),
        };

        if (report_author(r, u->opener.off) == AUTHOR_MODEL)
            st = ctx_emit(ctx, RULE_UNCLOSED, u->opener, (struct text){ "", 0 },
                          evidence, 1);
    }
    return st;
}

const struct check check_markup = {
    .id = "markup",
    .summary = "a fence or comment that never closes",
    .rules = rules,
    .rule_count = RULE_COUNT,
    .run = markup_run,
};
