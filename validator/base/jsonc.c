#include "validator/base/jsonc.h"

#include <stdlib.h>

#include "validator/base/file.h"

enum { JSONC_MAX = 64 << 20 };

/* Blanks one comment that begins at i; returns where it ends. */
static size_t blank_comment(char *p, size_t n, size_t i)
{
    const bool block = p[i + 1] == '*';

    for (p[i] = ' ', p[i + 1] = ' ', i += 2; i < n; i++) {
        if (!block && p[i] == '\n')
            return i;
        if (block && p[i] == '*' && i + 1 < n && p[i + 1] == '/') {
            p[i] = p[i + 1] = ' ';
            return i + 1;
        }
        if (p[i] != '\n')
            p[i] = ' ';
    }
    return n;
}

static void blank_comments(char *p, size_t n)
{
    bool string = false;

    for (size_t i = 0; i < n; i++) {
        if (string && p[i] == '\\')
            i++;
        else if (p[i] == '"')
            string = !string;
        else if (!string && p[i] == '/' && i + 1 < n &&
                 (p[i + 1] == '/' || p[i + 1] == '*'))
            i = blank_comment(p, n, i);
    }
}

/* A comma before a closing bracket, as one leaves it when the next line is
 * commented out. */
static void blank_commas(char *p, size_t n)
{
    size_t comma = n; /* n: none is open */
    bool string = false;

    for (size_t i = 0; i < n; i++) {
        if (string) {
            if (p[i] == '\\')
                i++;
            else
                string = p[i] != '"';
            continue;
        }
        if ((p[i] == '}' || p[i] == ']') && comma < n)
            p[comma] = ' ';
        if (!ascii_space(p[i]))
            comma = p[i] == ',' ? i : n;
        string = p[i] == '"';
    }
}

static enum status bad_json(struct text bytes, const char *at, const char *name,
                            struct error *err)
{
    size_t line = 1, column = 1;

    for (const char *p = bytes.ptr; at != NULL && p < at; p++) {
        column++;
        if (*p == '\n') {
            line++;
            column = 1;
        }
    }
    return error_set(err, ST_INPUT, "%s:%zu:%zu: not valid JSON here", name,
                     line, column);
}

enum status jsonc_parse(cJSON **out, struct text bytes, const char *name,
                        struct error *err)
{
    const char *end = NULL;
    char *copy;
    enum status st = ST_OK;

    if (bytes.len > JSONC_MAX)
        return error_set(err, ST_LIMIT, "%s: larger than %d bytes", name,
                         JSONC_MAX);
    copy = malloc(bytes.len + 1);
    if (copy == NULL)
        return error_set(err, ST_NOMEM, "%s: no memory", name);
    memcpy(copy, bytes.ptr, bytes.len);
    copy[bytes.len] = '\0';
    blank_comments(copy, bytes.len);
    blank_commas(copy, bytes.len);
    *out = cJSON_ParseWithLengthOpts(copy, bytes.len + 1, &end, true);
    if (*out == NULL)
        st = bad_json((struct text){ copy, bytes.len }, end, name, err);
    free(copy);
    return st;
}

enum status jsonc_load(cJSON **out, const char *path, struct error *err)
{
    char *bytes;
    size_t len;
    enum status st = file_read(&bytes, &len, path, JSONC_MAX, err);

    if (st != ST_OK)
        return st;
    st = jsonc_parse(out, (struct text){ bytes, len }, path, err);
    free(bytes);
    return st;
}
