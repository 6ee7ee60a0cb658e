/* rules-build CHATTER.json TOKENS.json UNITS.json: writes C source with what a
 * start of assay would otherwise parse and compile: the tables of tokens and
 * units, and the patterns as PCRE2 serialises them. A mistake in the rules
 * stops the build with file and place. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks/chatter_data.h"
#include "validator/base/file.h"
#include "validator/base/jsonc.h"
#include "validator/base/units_int.h"
#include "validator/text/tokens_int.h"

enum {
    ENTRIES_MAX = 4000,     /* names in all */
    ALTERNATIVES_MAX = 400, /* forms, shapes and odd literals */
    NAMES_MAX = 1 << 16     /* bytes of all names: offsets have 16 bits */
};

/* ---- C source ---- */

/* Of plain `char`, whose sign is the machine's. */
static void put_chars(struct buf *out, const char *what, struct text t)
{
    buf_printf(out, "%s = {", what);
    for (size_t i = 0; i < t.len; i++)
        buf_printf(out, "%s%d,", i % 16 == 0 ? "\n    " : " ", t.ptr[i]);
    buf_puts(out, "\n};\n");
}

static void put_bytes(struct buf *out, const char *type, const char *name,
                      struct text t)
{
    buf_printf(out, "static const _Alignas(8) %s %s[] = {", type, name);
    for (size_t i = 0; i < t.len; i++)
        buf_printf(out, "%s%d,", i % 16 == 0 ? "\n    " : " ",
                   (unsigned char)t.ptr[i]);
    buf_puts(out, "\n};\n");
}

/* The two arrays of a pattern, `id` in their names, and in `use` the
 * initialiser of its struct regex_source. */
static enum status put_pattern(struct buf *out, struct buf *use, const char *id,
                               struct text pattern, const char *file,
                               unsigned flags, struct error *err)
{
    struct regex *r = NULL;
    struct buf code = { .max = 0 };
    char name[80];
    enum status st = regex_new(&r, pattern, file, flags, err);

    if (st != ST_OK)
        return st;
    if (!regex_serialise(r, &code))
        st = error_set(err, ST_NOMEM, "%s: a pattern cannot be saved", file);
    (void)snprintf(name, sizeof(name), "pattern_%s", id);
    put_bytes(out, "uint8_t", name, pattern);
    (void)snprintf(name, sizeof(name), "code_%s", id);
    put_bytes(out, "uint8_t", name, buf_text(&code));
    buf_printf(use,
               "{ \"%s\", (const char *)pattern_%s, %zu, %uu, code_%s, "
               "sizeof(code_%s) }",
               file, id, pattern.len, flags, id, id);
    buf_free(&code);
    regex_free(r);
    return st;
}

/* ---- chatter.json ---- */

static const char *const kind_key[KIND_COUNT] = {
    [KIND_PREAMBLE] = "preamble", [KIND_FIRST] = "first",
    [KIND_CLOSING] = "closing",   [KIND_TAIL] = "tail",
    [KIND_META] = "meta",         [KIND_PLACEHOLDER] = "placeholder",
};

/* The patterns of a list as alternatives; `'` also stands for the curly one. */
static struct buf alternatives(const cJSON *list)
{
    struct buf b = { .max = 0 };
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        const char *s = cJSON_GetStringValue(item);
        bool set = false; /* inside [...] */

        buf_puts(&b, b.len > 0 ? "|(?:" : "(?:");
        for (; s != NULL && *s != '\0'; s++) {
            if (*s == '\'')
                buf_puts(&b, set ? "'\\x{2019}" : "['\\x{2019}]");
            else
                buf_putc(&b, *s);
            if (*s == '\\' && s[1] != '\0')
                buf_putc(&b, *++s);
            else if (*s == '[' || *s == ']')
                set = *s == '[';
        }
        buf_putc(&b, ')');
    }
    return b;
}

struct phrases {
    struct buf *out, rows;
    size_t count;
    const char *file;
    struct error *err;
};

static enum status add_phrases(struct phrases *p, const cJSON *list,
                               const char *lang, enum phrase_kind kind)
{
    struct buf pattern = alternatives(list), use = { .max = 0 };
    enum status st = ST_OK;
    char id[32];

    if (strlen(lang) >= sizeof(((struct phrases_of *)NULL)->lang) ||
        p->count == PHRASES_MAX)
        st = error_set(p->err, ST_INPUT, "%s: \"%.20s\": no ISO 639-1 code",
                       p->file, lang);
    if (st == ST_OK && pattern.len > 0) {
        (void)snprintf(id, sizeof(id), "%s_%s", lang[0] ? lang : "all",
                       kind_key[kind]);
        st = put_pattern(p->out, &use, id, buf_text(&pattern), p->file,
                         REGEX_UTF | REGEX_ICASE |
                             (kind != KIND_PLACEHOLDER ? REGEX_ANCHORED : 0),
                         p->err);
        buf_printf(&p->rows, "    { \"%s\", %d, ", lang, kind);
        buf_puts(&p->rows, use.ptr != NULL ? use.ptr : "");
        buf_puts(&p->rows, " },\n");
        p->count++;
    }
    buf_free(&use);
    buf_free(&pattern);
    return st;
}

static enum status put_chatter(struct buf *out, const char *file,
                               struct error *err)
{
    struct phrases p = { .out = out, .file = "chatter.json", .err = err };
    cJSON *json = NULL;
    const cJSON *lang;
    enum status st = jsonc_load(&json, file, err);

    cJSON_ArrayForEach(lang, cJSON_GetObjectItemCaseSensitive(json, "langs"))
    {
        for (int k = 0; k < KIND_PLACEHOLDER && st == ST_OK; k++)
            st = add_phrases(
                &p, cJSON_GetObjectItemCaseSensitive(lang, kind_key[k]),
                lang->string, (enum phrase_kind)k);
    }
    if (st == ST_OK)
        st = add_phrases(
            &p,
            cJSON_GetObjectItemCaseSensitive(json, kind_key[KIND_PLACEHOLDER]),
            "", KIND_PLACEHOLDER);
    buf_puts(out, "const struct phrases_of phrases_of[] = {\n");
    buf_add(out, buf_text(&p.rows));
    buf_printf(out, "};\nconst size_t phrases_of_count = %zu;\n", p.count);
    buf_free(&p.rows);
    cJSON_Delete(json);
    return st;
}

/* ---- tokens.json ---- */

static const char *const when_name[WHEN_COUNT] = {
    [WHEN_ALWAYS] = "always",       [WHEN_UNPAIRED] = "unpaired",
    [WHEN_PAIRED] = "paired",       [WHEN_GLUED] = "glued",
    [WHEN_GLUED_ANY] = "glued-any", [WHEN_UNLINKED] = "unlinked",
    [WHEN_UNINDEXED] = "unindexed",
};

static const char *const shape_name[SHAPE_COUNT] = { "pipe",  "half",
                                                     "angle", "bracket",
                                                     "cut",   "literal" };

struct builder {
    struct token_entry entries[ENTRIES_MAX];
    size_t entry_count;
    struct token_alternative alternatives[ALTERNATIVES_MAX];
    size_t alternative_count;
    struct buf names;   /* NUL-terminated, one behind the other */
    struct buf pattern; /* of all alternatives */
    const char *file;
    struct error *err;
};

static enum status bad_form(const struct builder *b, const char *what)
{
    return error_set(b->err, ST_INPUT, "%s: %s", b->file, what);
}

static int find_word(const char *const *words, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (word != NULL && strcmp(words[i], word) == 0)
            return i;
    return -1;
}

/* Where a name stands among all; each is there once. */
static uint16_t name_at(struct builder *b, const char *name)
{
    const size_t n = strlen(name) + 1;
    size_t at = 0;

    while (at < b->names.len && strcmp(b->names.ptr + at, name) != 0)
        at += strlen(b->names.ptr + at) + 1;
    if (at == b->names.len)
        buf_add(&b->names, (struct text){ name, n });
    return (uint16_t)at;
}

/* The shape of a literal token and its bare name. */
static enum token_shape split_literal(struct text t, struct text *name)
{
    static const struct {
        const char *open, *close;
        enum token_shape shape;
    } styles[] = {
        { "<|", "|>", SHAPE_PIPE },   { "<｜", "｜>", SHAPE_PIPE },
        { "<|", ">", SHAPE_HALF },    { "</", ">", SHAPE_ANGLE },
        { "<", "|>", SHAPE_HALF },    { "<", ">", SHAPE_ANGLE },
        { "[/", "]", SHAPE_BRACKET }, { "[", "]", SHAPE_BRACKET },
    };

    for (size_t i = 0; i < sizeof(styles) / sizeof(*styles); i++) {
        const struct text open = text_from(styles[i].open);
        const struct text close = text_from(styles[i].close);

        if (!text_starts(t, open) || !text_ends(t, close) ||
            t.len <= open.len + close.len)
            continue;
        *name = (struct text){ t.ptr + open.len, t.len - open.len - close.len };
        for (size_t k = 0; k < name->len; k++)
            if (strchr("<>[]|\":~", name->ptr[k]) != NULL)
                return SHAPE_LITERAL;
        return styles[i].shape;
    }
    return SHAPE_LITERAL;
}

static enum status add_alternative(struct builder *b, const char *before,
                                   const char *pattern, const char *behind,
                                   struct token_alternative alt)
{
    if (b->alternative_count == ALTERNATIVES_MAX)
        return bad_form(b, "too many forms and shapes");
    buf_puts(&b->pattern, b->pattern.len > 0 ? "|" : "(?|");
    buf_puts(&b->pattern, before);
    buf_puts(&b->pattern, pattern);
    buf_puts(&b->pattern, behind);
    buf_printf(&b->pattern, "(*MARK:%zu)", b->alternative_count);
    b->alternatives[b->alternative_count++] = alt;
    return ST_OK;
}

static enum status add_token(struct builder *b, const char *literal,
                             struct token_alternative alt)
{
    struct text name = { "", 0 };
    const enum token_shape shape = split_literal(text_from(literal), &name);
    char own[TOKEN_NAME_MAX], squashed[TOKEN_NAME_MAX];

    if (shape == SHAPE_LITERAL)
        return add_alternative(b, "(?:\\Q", literal, "\\E)", alt);
    if (b->entry_count == ENTRIES_MAX)
        return bad_form(b, "too many names");
    if (!token_name(own, name, token_squashes(shape)) ||
        !token_name(squashed, name, true))
        return bad_form(b, "a token's name is too long");
    b->entries[b->entry_count++] =
        (struct token_entry){ .name = name_at(b, own),
                              .squashed = name_at(b, squashed),
                              .family = alt.family,
                              .shape = (uint8_t)shape,
                              .cls = alt.cls,
                              .when = alt.when };
    return ST_OK;
}

static enum token_when when_of(const cJSON *family, const char *literal)
{
    const cJSON *when = cJSON_GetObjectItemCaseSensitive(family, "when");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(when, literal);
    const int i = find_word(when_name, WHEN_COUNT, cJSON_GetStringValue(item));

    return i >= 0 ? (enum token_when)i : WHEN_ALWAYS;
}

static enum status add_family(struct builder *b, const cJSON *family)
{
    const char *const name = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(family, "family"));
    enum status st = ST_OK;

    if (name == NULL || !cJSON_HasObjectItem(family, "source"))
        return bad_form(b, "a family wants `family` and `source`");
    for (int c = 0; c < TOKEN_CLASSES && st == ST_OK; c++) {
        const cJSON *item;

        cJSON_ArrayForEach(
            item, cJSON_GetObjectItemCaseSensitive(family, token_class_name[c]))
        {
            if (!cJSON_IsString(item))
                return bad_form(b, "a token is no string");
            st = add_token(
                b, item->valuestring,
                (struct token_alternative){
                    .shape = SHAPE_LITERAL,
                    .form = true,
                    .cls = (uint8_t)c,
                    .family = name_at(b, name),
                    .when = (uint8_t)when_of(family, item->valuestring) });
            if (st != ST_OK)
                return st;
        }
    }
    return st;
}

static enum status add_loose(struct builder *b, const cJSON *family)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(family, "loose"))
    {
        char name[TOKEN_NAME_MAX];

        if (!cJSON_IsString(item) ||
            !token_name(name, text_from(item->valuestring), true))
            return bad_form(b, "`loose` wants names");
        for (size_t i = 0; i < b->entry_count; i++)
            if (strcmp(b->names.ptr + b->entries[i].squashed, name) == 0)
                b->entries[i].loose = true;
    }
    return ST_OK;
}

static enum status add_pattern(struct builder *b, const cJSON *item)
{
    const cJSON *pattern = cJSON_GetObjectItemCaseSensitive(item, "pattern");
    const char *cls =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "class"));
    const char *family =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "family"));
    const char *shape =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "shape"));
    const int c = find_word(token_class_name, TOKEN_CLASSES, cls);
    const int s = find_word(shape_name, SHAPE_COUNT, shape);

    if (!cJSON_IsString(pattern) || (c < 0 && s < 0))
        return bad_form(b, "a form wants `pattern` and a known `class`, a "
                           "shape `pattern` and a known `shape`");
    return add_alternative(
        b, "(?:", pattern->valuestring, ")",
        (struct token_alternative){
            .shape = (uint8_t)(s >= 0 ? s : SHAPE_LITERAL),
            .form = s < 0,
            .always =
                cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "always")),
            .cls = (uint8_t)(c >= 0 ? c : TOKEN_TURN),
            .family = name_at(b, family != NULL ? family : "") });
}

static enum status add_patterns(struct builder *b, const cJSON *list)
{
    enum status st = ST_OK;
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        st = add_pattern(b, item);
        if (st != ST_OK)
            return st;
    }
    return st;
}

static enum status put_name_classes(struct builder *b, const cJSON *json,
                                    struct buf *out)
{
    struct buf rows = { .max = 0 };
    const cJSON *row;
    enum status st = ST_OK;
    size_t n = 0;

    cJSON_ArrayForEach(row,
                       cJSON_GetObjectItemCaseSensitive(json, "name_class"))
    {
        const char *pattern = cJSON_GetStringValue(cJSON_GetArrayItem(row, 0));
        const char *cls = cJSON_GetStringValue(cJSON_GetArrayItem(row, 1));
        const int c = find_word(token_class_name, TOKEN_CLASSES, cls);
        char id[32];

        if (pattern == NULL || c < 0 || n == TOKEN_NAME_CLASSES_MAX)
            st = bad_form(b, "`name_class` wants [pattern, class] rows");
        if (st != ST_OK)
            break;
        (void)snprintf(id, sizeof(id), "name_%zu", n++);
        buf_puts(&rows, "    { ");
        /* the empty pattern is written as one that is not */
        st = put_pattern(out, &rows, id,
                         text_from(*pattern != '\0' ? pattern : "(?:)"),
                         b->file, REGEX_ICASE, b->err);
        buf_printf(&rows, ", %d },\n", c);
    }
    buf_puts(out, "const struct token_name_class token_name_classes[] = {\n");
    buf_add(out, buf_text(&rows));
    buf_printf(out, "};\nconst size_t token_name_class_count = %zu;\n", n);
    buf_free(&rows);
    return st;
}

/* By shape, then name; of the same name the first family comes first. */
static int entry_cmp(const struct builder *b, const struct token_entry *x,
                     const struct token_entry *y)
{
    return x->shape != y->shape
               ? (x->shape < y->shape ? -1 : 1)
               : strcmp(b->names.ptr + x->name, b->names.ptr + y->name);
}

static void sort_entries(struct builder *b)
{
    for (size_t i = 1; i < b->entry_count; i++) {
        const struct token_entry e = b->entries[i];
        size_t k = i;

        for (; k > 0 && entry_cmp(b, &b->entries[k - 1], &e) > 0; k--)
            b->entries[k] = b->entries[k - 1];
        b->entries[k] = e;
    }
}

static enum status put_tables(struct builder *b, struct buf *out)
{
    struct buf use = { .max = 0 };
    enum status st;

    buf_puts(&b->pattern, ")");
    if (b->entry_count == 0 || b->alternative_count == 0 ||
        b->names.len > NAMES_MAX || b->names.failed || b->pattern.failed)
        return bad_form(b, "no families or no forms, or too many");
    st = put_pattern(out, &use, "token", buf_text(&b->pattern), b->file,
                     REGEX_BYTES | REGEX_ANCHORED, b->err);
    buf_printf(out, "const struct regex_source token_regex = %s;\n",
               use.ptr != NULL ? use.ptr : "");
    buf_free(&use);
    put_chars(out, "const char token_names[]", buf_text(&b->names));
    buf_puts(out, "const struct token_entry token_entries[] = {\n");
    for (size_t i = 0; i < b->entry_count; i++) {
        const struct token_entry *e = &b->entries[i];

        buf_printf(out, "    { %u, %u, %u, %u, %u, %u, %d },\n", e->name,
                   e->squashed, e->family, e->shape, e->cls, e->when, e->loose);
    }
    buf_printf(out, "};\nconst size_t token_entry_count = %zu;\n",
               b->entry_count);
    buf_puts(out, "const struct token_alternative token_alternatives[] = {\n");
    for (size_t i = 0; i < b->alternative_count; i++) {
        const struct token_alternative *a = &b->alternatives[i];

        buf_printf(out, "    { %u, %u, %u, %u, %d, %d },\n", a->family,
                   a->shape, a->cls, a->when, a->always, a->form);
    }
    buf_printf(out, "};\nconst size_t token_alternative_count = %zu;\n",
               b->alternative_count);
    return st;
}

static enum status put_tokens(struct buf *out, const char *file,
                              struct error *err)
{
    struct builder *b = calloc(1, sizeof(*b));
    cJSON *json = NULL;
    const cJSON *families, *item;
    enum status st = jsonc_load(&json, file, err);

    if (b == NULL)
        st = error_set(err, ST_NOMEM, "%s: no memory", file);
    if (st != ST_OK)
        goto out;
    b->file = "tokens.json";
    b->err = err;
    families = cJSON_GetObjectItemCaseSensitive(json, "families");
    st = add_patterns(b, cJSON_GetObjectItemCaseSensitive(json, "forms"));
    cJSON_ArrayForEach(item, families) if (st == ST_OK) st =
        add_family(b, item);
    cJSON_ArrayForEach(item, families) if (st == ST_OK) st = add_loose(b, item);
    if (st == ST_OK)
        st = add_patterns(b, cJSON_GetObjectItemCaseSensitive(json, "shapes"));
    if (st == ST_OK) {
        sort_entries(b);
        st = put_tables(b, out);
    }
    if (st == ST_OK)
        st = put_name_classes(b, json, out);
    buf_free(&b->names);
    buf_free(&b->pattern);
out:
    cJSON_Delete(json);
    free(b);
    return st;
}

/* ---- units.json ---- */

static void put_decimal(struct buf *out, struct decimal d)
{
    buf_printf(out,
               "{ (u128)UINT64_C(%" PRIu64 ") << 64 | UINT64_C(%" PRIu64 "), "
               "%" PRId32 ", %" PRId32 ", %d, %d }",
               (uint64_t)(d.mag >> 64), (uint64_t)d.mag, d.exp, d.last, d.neg,
               d.cut);
}

static void put_unit_rows(struct buf *out, const struct units *u)
{
    buf_puts(out, "static const struct unit unit_rows[] = {\n");
    for (size_t i = 0; i < u->unit_count; i++) {
        const struct unit *r = &u->units[i];

        buf_puts(out, "    { ");
        put_decimal(out, r->factor);
        buf_puts(out, ", ");
        put_decimal(out, r->offset);
        buf_puts(out, ", ");
        put_decimal(out, r->alt);
        buf_printf(out, ", { %u, %u }, %u, %d, { %a, %a }, %a },\n", r->id.at,
                   r->id.len, r->dim, r->has_alt, r->rough[UNIT_SI],
                   r->rough[UNIT_BINARY], r->rough_offset);
    }
    buf_puts(out, "};\nstatic const struct unit_dim unit_dims[] = {\n");
    for (size_t i = 0; i < u->dim_count; i++)
        buf_printf(out, "    { { %u, %u }, %d },\n", u->dims[i].id.at,
                   u->dims[i].id.len, u->dims[i].count);
    buf_puts(out, "};\n");
}

static void put_spelling_rows(struct buf *out, const struct spellings *in,
                              int where)
{
    buf_printf(out, "static const struct spelling spellings_%d[] = {\n", where);
    for (size_t i = 0; i < in->count; i++) {
        const struct spelling *s = &in->at[i];

        buf_printf(out,
                   "    { { %u, %u }, { %u, %u, %d }, %d, %d, %d, %d, %d },\n",
                   s->s.at, s->s.len, s->ref.num, s->ref.den, s->ref.den_exp,
                   s->word, s->tight, s->loose, s->second, s->third);
    }
    buf_puts(out, "};\n");
}

static void put_first(struct buf *out, const struct spellings *in, int where)
{
    buf_printf(out, "        { spellings_%d, %zu, {", where, in->count);
    for (size_t c = 0; c <= 256; c++)
        buf_printf(out, "%s%u,", c % 16 == 0 ? "\n            " : " ",
                   in->first[c]);
    buf_puts(out, "\n        } },\n");
}

static enum status put_units(struct buf *out, const char *file,
                             struct error *err)
{
    struct units *u = NULL;
    char *bytes = NULL;
    size_t len = 0;
    enum status st = file_read(&bytes, &len, file, 1 << 20, err);

    if (st == ST_OK)
        st = units_parse(&u, (struct text){ bytes, len }, file, err);
    free(bytes);
    if (st != ST_OK)
        return st;
    put_chars(out, "static const char unit_words[]",
              (struct text){ u->text, u->text_len });
    put_unit_rows(out, u);
    for (int w = 0; w < WHERE_COUNT; w++)
        put_spelling_rows(out, &u->in[w], w);
    buf_printf(out,
               "const struct units units_ours = {\n    unit_words, "
               "%zu, unit_rows, %zu, unit_dims, %zu,\n    {\n",
               u->text_len, u->unit_count, u->dim_count);
    for (int w = 0; w < WHERE_COUNT; w++)
        put_first(out, &u->in[w], w);
    buf_puts(out, "    },\n    {");
    for (size_t c = 0; c < sizeof(u->ends_before); c++)
        buf_printf(out, "%s%d,", c % 32 == 0 ? "\n        " : " ",
                   u->ends_before[c]);
    buf_puts(out, "\n    },\n    NULL\n};\n");
    units_free(u);
    return st;
}

int main(int argc, char **argv)
{
    struct buf out = { .max = 0 };
    struct error err;
    enum status st;

    if (argc != 4) {
        (void)fprintf(stderr, "usage: rules-build CHATTER.json TOKENS.json "
                              "UNITS.json\n");
        return 2;
    }
    buf_puts(&out, "#include \"checks/chatter_data.h\"\n"
                   "#include \"validator/base/units_int.h\"\n"
                   "#include \"validator/text/tokens_int.h\"\n\n");
    st = put_chatter(&out, argv[1], &err);
    if (st == ST_OK)
        st = put_tokens(&out, argv[2], &err);
    if (st == ST_OK)
        st = put_units(&out, argv[3], &err);
    if (st == ST_OK && out.failed)
        st = error_set(&err, ST_NOMEM, "no memory");
    if (st == ST_OK && fwrite(out.ptr, 1, out.len, stdout) != out.len)
        st = error_set(&err, ST_INPUT, "cannot write");
    if (st != ST_OK)
        (void)fprintf(stderr, "rules-build: %s\n", err.text);
    buf_free(&out);
    return st == ST_OK ? 0 : 2;
}
