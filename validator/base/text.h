#ifndef VALIDATOR_BASE_TEXT_H
#define VALIDATOR_BASE_TEXT_H
/* Borrowed bytes and byte ranges. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that somebody else owns; not NUL-terminated. Passed by value. */
struct text {
    const char *ptr;
    size_t len; /* bytes */
};

/* A half-open byte range [off, off + len) of the report as read: no newline
 * translation, no normalisation. Passed by value. */
struct span {
    size_t off; /* bytes from the start of the report */
    size_t len; /* bytes; 0 marks a position between two bytes */
};

#define TEXT_LIT(s) ((struct text){ "" s, sizeof(s) - 1 })
/* The same as an initialiser of a static table. */
#define TEXT_INIT(s)                                                           \
    {                                                                          \
        "" s, sizeof(s) - 1                                                    \
    }

static inline struct text text_from(const char *s)
{
    return (struct text){ s, strlen(s) };
}

static inline bool text_eq(struct text a, struct text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* t is the word s, which is not empty: of a list most differ in their first
 * byte. */
static inline bool text_is(struct text t, const char *s)
{
    return t.len > 0 && t.ptr[0] == s[0] && text_eq(t, text_from(s));
}

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline struct text text_sub(struct text t, struct span s)
{
    return (struct text){ t.ptr + s.off, s.len };
}

static inline size_t span_end(struct span s)
{
    return s.off + s.len;
}

static inline struct span span_between(size_t start, size_t end)
{
    return (struct span){ start, end > start ? end - start : 0 };
}

/* The smallest span that holds both. */
static inline struct span span_join(struct span a, struct span b)
{
    const size_t s = a.off < b.off ? a.off : b.off;
    const size_t e = span_end(a) > span_end(b) ? span_end(a) : span_end(b);

    return (struct span){ s, e - s };
}

static inline bool span_overlaps(struct span a, struct span b)
{
    return a.off < span_end(b) && b.off < span_end(a);
}

/* ASCII only: bytes >= 0x80 are never letters, digits or space here. */
static inline bool ascii_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool ascii_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* By byte: 1 an ASCII letter or digit, 2 what is beyond ASCII. */
extern const unsigned char text_kinds[256];

static inline bool ascii_alnum(char c)
{
    return (text_kinds[(unsigned char)c] & 1) != 0;
}

/* The same, or beyond ASCII. */
static inline bool text_word_byte(char c)
{
    return text_kinds[(unsigned char)c] != 0;
}

static inline bool ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool text_eq_icase(struct text a, struct text b); /* ASCII case only */

/* text_is in any letter case; s is in lower case. */
static inline bool text_is_icase(struct text t, const char *s)
{
    return t.len > 0 && ascii_lower(t.ptr[0]) == s[0] &&
           text_eq_icase(t, text_from(s));
}

/* t is one of the n words, none of them empty. */
bool text_is_any(struct text t, const char *const *words, size_t n);

/* t holds the word, or one of the n words, between bytes that are no ASCII
 * letters or digits. */
bool text_has_word(struct text t, const char *word);
bool text_has_any(struct text t, const char *const *words, size_t n);

/* Where the first of the n words or phrases, none of them empty, stands in t as
 * a whole; t.len: none does. *which: its number, the lowest of several there.
 * beyond: bytes beyond ASCII are letters. One pass, however many words. */
size_t text_first_word(struct text t, const char *const *words, size_t n,
                       bool beyond, size_t *which);

bool text_starts(struct text t, struct text prefix);
bool text_ends(struct text t, struct text suffix);
struct text text_trim(struct text t); /* ASCII white space at both ends */

/* Offset of the first `needle` in t at or after `from`, or t.len + 1. */
size_t text_find(struct text t, struct text needle, size_t from);

/* Byte order (memcmp, then length): <0, 0, >0. For qsort of paths and keys. */
int text_cmp(struct text a, struct text b);

/* Edit distance (Levenshtein) of two short strings, cut off at `max`: used
 * for did-you-mean. Strings over 64 bytes give max + 1. */
size_t text_distance(struct text a, struct text b, size_t max);

#endif
