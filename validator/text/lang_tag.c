#include "validator/text/lang_tag.h"

#include <unicode/uloc.h>
#include <unicode/uscript.h>

/* kin: languages with the same letter here are told apart by long texts only.
 * script: the script that names this language when nothing else is known. */
static const struct language {
    char code[4];
    char kin;
    int script;
} languages[] = {
    { "en", 0, -1 },
    { "de", 0, -1 },
    { "fr", 0, -1 },
    { "es", 'e', -1 },
    { "it", 0, -1 },
    { "pt", 0, -1 },
    { "nl", 'n', -1 },
    { "pl", 0, -1 },
    { "tr", 't', -1 },
    { "sv", 0, -1 },
    { "id", 'i', -1 },
    { "da", 'd', -1 },
    { "nb", 'd', -1 },
    { "ro", 0, -1 },
    { "cs", 'c', -1 },
    { "hu", 0, -1 },
    { "vi", 0, -1 },
    { "fi", 0, -1 },
    { "et", 0, -1 },
    { "ca", 0, -1 },
    { "sk", 'c', -1 },
    { "sl", 's', -1 },
    { "hr", 's', -1 },
    { "lt", 0, -1 },
    { "lv", 0, -1 },
    { "is", 0, -1 },
    { "gl", 'e', -1 },
    { "eu", 0, -1 },
    { "af", 'n', -1 },
    { "sw", 0, -1 },
    { "tl", 0, -1 },
    { "nn", 'd', -1 },
    { "ru", 'r', USCRIPT_CYRILLIC },
    { "uk", 'r', -1 },
    { "be", 'r', -1 },
    { "bg", 'r', -1 },
    { "sr", 's', -1 },
    { "mk", 'r', -1 },
    { "el", 0, USCRIPT_GREEK },
    { "ar", 'a', USCRIPT_ARABIC },
    { "fa", 'a', -1 },
    { "ur", 'a', -1 },
    { "he", 0, USCRIPT_HEBREW },
    { "yi", 0, -1 },
    { "hi", 'h', USCRIPT_DEVANAGARI },
    { "mr", 'h', -1 },
    { "ne", 'h', -1 },
    { "ta", 0, USCRIPT_TAMIL },
    { "te", 0, USCRIPT_TELUGU },
    { "kn", 0, USCRIPT_KANNADA },
    { "ml", 0, USCRIPT_MALAYALAM },
    { "bn", 0, USCRIPT_BENGALI },
    { "gu", 0, USCRIPT_GUJARATI },
    { "pa", 0, USCRIPT_GURMUKHI },
    { "or", 0, USCRIPT_ORIYA },
    { "si", 0, USCRIPT_SINHALA },
    { "th", 0, USCRIPT_THAI },
    { "lo", 0, USCRIPT_LAO },
    { "km", 0, USCRIPT_KHMER },
    { "my", 0, USCRIPT_MYANMAR },
    { "bo", 0, USCRIPT_TIBETAN },
    { "ka", 0, USCRIPT_GEORGIAN },
    { "hy", 0, USCRIPT_ARMENIAN },
    { "am", 0, USCRIPT_ETHIOPIC },
    { "zh", 'z', USCRIPT_HAN },
    { "ja", 'z', USCRIPT_KATAKANA },
    { "ko", 0, USCRIPT_HANGUL },
    { "ms", 'i', -1 },
    { "bs", 's', -1 },
    { "sq", 0, -1 },
    { "mt", 0, -1 },
    { "ga", 0, -1 },
    { "cy", 0, -1 },
    { "gd", 0, -1 },
    { "la", 0, -1 },
    { "eo", 0, -1 },
    { "az", 't', -1 },
    { "uz", 0, -1 },
    { "kk", 0, -1 },
    { "ky", 0, -1 },
    { "mn", 0, -1 },
    { "so", 0, -1 },
    { "ha", 0, -1 },
    { "yo", 0, -1 },
    { "ig", 0, -1 },
    { "zu", 0, -1 },
    { "xh", 0, -1 },
    { "mg", 0, -1 },
    { "ht", 0, -1 },
    { "jv", 'i', -1 },
    { "su", 'i', -1 },
    { "ceb", 0, -1 },
    { "dv", 0, USCRIPT_THAANA },
    { "iu", 0, USCRIPT_CANADIAN_ABORIGINAL },
    { "chr", 0, USCRIPT_CHEROKEE },
    { "syr", 0, USCRIPT_SYRIAC },
    { "lb", 0, -1 },
    { "br", 0, -1 },
    { "fo", 0, -1 },
    { "fy", 0, -1 },
    { "co", 0, -1 },
    { "oc", 0, -1 },
};
enum { LANGUAGES = sizeof(languages) / sizeof(*languages) };
_Static_assert((int)LANGUAGES <= (int)LANG_COUNT_MAX, "7 bits in lang.dat");

static const struct {
    char old[4], code[4];
} old_codes[] = { { "iw", "he" },  { "no", "nb" }, { "in", "id" },
                  { "ji", "yi" },  { "jw", "jv" }, { "tgl", "tl" },
                  { "fil", "tl" }, { "sh", "hr" }, { "mo", "ro" } };

size_t lang_count(void)
{
    return LANGUAGES;
}

const char *lang_code(lang_id id)
{
    return id < LANGUAGES ? languages[id].code : "und";
}

lang_id lang_find(struct text code)
{
    for (size_t i = 0; i < sizeof(old_codes) / sizeof(*old_codes); i++)
        if (text_eq_icase(code, text_from(old_codes[i].old)))
            code = text_from(old_codes[i].code);
    for (size_t i = 0; i < LANGUAGES; i++)
        if (text_eq_icase(code, text_from(languages[i].code)))
            return (lang_id)i;
    return LANG_UND;
}

bool lang_kin(lang_id a, lang_id b)
{
    if (a >= LANGUAGES || b >= LANGUAGES)
        return false;
    return a == b ||
           (languages[a].kin != 0 && languages[a].kin == languages[b].kin);
}

lang_id lang_of_script(int script)
{
    if (script == USCRIPT_HIRAGANA)
        script = USCRIPT_KATAKANA;
    for (size_t i = 0; i < LANGUAGES && script >= 0; i++)
        if (languages[i].script == script)
            return (lang_id)i;
    return LANG_UND;
}

static void allow_script(struct lang_expect *e, int script)
{
    if (script >= 0 && script < 64 * SCRIPT_WORDS)
        e->scripts[script / 64] |= (uint64_t)1 << (script % 64);
}

/* The language that is expected where none is named: what ICU would say of it
 * takes 20 pages of its data, at every start. */
static void add_english(struct lang_expect *e)
{
    e->n_tags++;
    e->ids[e->n_ids++] = lang_find(TEXT_LIT("en"));
    allow_script(e, USCRIPT_LATIN);
    e->latin = true;
}

static enum status add_tag(struct lang_expect *e, struct text tag,
                           struct error *err)
{
    enum { TAG_MAX = 80, SCRIPTS_MAX = 8 };
    char name[TAG_MAX], locale[TAG_MAX * 2], code[16];
    UScriptCode scripts[SCRIPTS_MAX];
    UErrorCode uc = U_ZERO_ERROR;
    int32_t used = 0, n;

    if (tag.len == 0 || tag.len >= TAG_MAX || e->n_tags == EXPECT_MAX)
        return error_set(err, ST_USAGE, "%.*s: want 1 to %d BCP 47 tags",
                         (int)(tag.len < TAG_MAX ? tag.len : TAG_MAX), tag.ptr,
                         EXPECT_MAX);
    if (text_eq(tag, TEXT_LIT("en"))) {
        add_english(e);
        return ST_OK;
    }
    memcpy(name, tag.ptr, tag.len);
    name[tag.len] = '\0';
    uloc_forLanguageTag(name, locale, sizeof(locale), &used, &uc);
    if (U_FAILURE(uc) || (size_t)used != tag.len ||
        uloc_getLanguage(locale, code, sizeof(code), &uc) == 0 || U_FAILURE(uc))
        return error_set(err, ST_USAGE,
                         "%s: not a language tag (want BCP 47, as en, de-CH, "
                         "zh-Hant)",
                         name);
    const lang_id id = lang_find(text_from(code));

    if (id == LANG_UND && uloc_getISO3Language(locale)[0] == '\0')
        return error_set(err, ST_USAGE,
                         "%s: no language has this tag (want one as en, de-CH, "
                         "zh-Hant)",
                         name);
    e->n_tags++;
    if (id != LANG_UND)
        e->ids[e->n_ids++] = id;
    uc = U_ZERO_ERROR;
    n = uscript_getCode(locale, scripts, SCRIPTS_MAX, &uc);
    for (int32_t i = 0; i < n && U_SUCCESS(uc); i++) {
        int s = (int)scripts[i];

        if (s == USCRIPT_SIMPLIFIED_HAN || s == USCRIPT_TRADITIONAL_HAN)
            s = USCRIPT_HAN;
        allow_script(e, s);
        e->latin = e->latin || s == USCRIPT_LATIN;
    }
    if (id != LANG_UND && strcmp(lang_code(id), "zh") == 0)
        allow_script(e, USCRIPT_BOPOMOFO);
    if (n <= 0 || U_FAILURE(uc)) {
        allow_script(e, USCRIPT_LATIN);
        e->latin = true;
    }
    return ST_OK;
}

enum status lang_expect_add(struct lang_expect *e, struct text tags,
                            struct error *err)
{
    enum status st = ST_OK;
    size_t start = 0;

    for (size_t i = 0; i <= tags.len && st == ST_OK; i++) {
        if (i < tags.len && tags.ptr[i] != ',')
            continue;
        st = add_tag(e, text_trim(text_sub(tags, span_between(start, i))), err);
        start = i + 1;
    }
    return st;
}

bool lang_expect_has(const struct lang_expect *e, lang_id id)
{
    for (size_t i = 0; i < e->n_ids; i++)
        if (lang_kin(e->ids[i], id))
            return true;
    return false;
}
