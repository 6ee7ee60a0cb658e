#ifndef VALIDATOR_TEXT_LANG_TAG_H
#define VALIDATOR_TEXT_LANG_TAG_H
/* Languages by number, and the set that a report is expected to be in. */
#include <stdint.h>

#include "validator/base/error.h"
#include "validator/base/text.h"

/* A language is a small number: an index into the table of lang_tag.c, or
 * LANG_UND. Numbers are stable within a build only; files hold codes. */
typedef uint8_t lang_id;
enum { LANG_UND = 255, LANG_COUNT_MAX = 128 };

size_t lang_count(void);
/* ISO 639-1, or 639-3 where no two-letter code exists; "und" for LANG_UND. */
const char *lang_code(lang_id id);
/* By ISO 639 code, ASCII case ignored; old codes (iw, no, in) are understood.
 * LANG_UND: not in the table. */
lang_id lang_find(struct text code);
/* The same language for the purposes of a short text: nb and da, id and ms,
 * hr and sr, cs and sk. */
bool lang_kin(lang_id a, lang_id b);
/* The language that a script alone points to (Thai: th), or LANG_UND. */
lang_id lang_of_script(int script);

enum { EXPECT_MAX = 8, SCRIPT_WORDS = 4 };

struct lang_expect {
    lang_id ids[EXPECT_MAX]; /* those of the table; may be fewer than tags */
    size_t n_ids, n_tags;
    uint64_t scripts[SCRIPT_WORDS]; /* UScriptCode bits that are at home */
    bool latin;                     /* Latin is the script of a language */
};

/* Adds the languages of a comma-separated list of BCP 47 tags ("de-CH,en").
 * ST_USAGE: not a well-formed tag, no language, or more than EXPECT_MAX. */
enum status lang_expect_add(struct lang_expect *e, struct text tags,
                            struct error *err);

static inline bool lang_expect_script(const struct lang_expect *e, int script)
{
    return script >= 0 && script < 64 * SCRIPT_WORDS &&
           (e->scripts[script / 64] >> (script % 64) & 1) != 0;
}

/* True when `id` or a close relative of it is expected. */
bool lang_expect_has(const struct lang_expect *e, lang_id id);

#endif
