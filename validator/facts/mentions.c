/* Does the data know that file name? */
#include "validator/facts/facts.h"
#include "validator/facts/facts_int.h"

static char fold(char c)
{
    return c == '\\' ? '/' : ascii_lower(c);
}

static bool same(struct text a, struct text b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (fold(a.ptr[i]) != fold(b.ptr[i]))
            return false;
    return true;
}

/* True when t ends with `name` at the beginning of a path component. */
static bool ends_with(struct text t, struct text name)
{
    return t.len >= name.len &&
           same((struct text){ t.ptr + t.len - name.len, name.len }, name) &&
           (t.len == name.len || fold(t.ptr[t.len - name.len - 1]) == '/');
}

static struct text stem(struct text name)
{
    size_t n = name.len;

    while (n > 0 && name.ptr[n - 1] != '.' && name.ptr[n - 1] != '/')
        n--;
    if (n > 1 && name.ptr[n - 1] == '.')
        name.len = n - 1;
    return name;
}

static struct text without_dots(struct text name)
{
    while (name.len > 2 && name.ptr[0] == '.' && fold(name.ptr[1]) == '/')
        name = (struct text){ name.ptr + 2, name.len - 2 };
    while (name.len > 1 && fold(name.ptr[name.len - 1]) == '/')
        name.len--;
    return name;
}

static bool in_tree(const struct facts *f, struct text name)
{
    for (size_t i = 0; i < f->file_count; i++) {
        const struct fact_file *p = &f->files[i].pub;

        if (ends_with(p->path, name) || ends_with(stem(p->path), name))
            return true;
        /* A folder on the way. */
        for (size_t k = 0; k < p->path.len; k++)
            if (p->path.ptr[k] == '/' &&
                ends_with((struct text){ p->path.ptr, k }, name))
                return true;
    }
    return false;
}

static bool word_byte(char c)
{
    return ascii_alnum(c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

/* As a whole word in one of the texts. */
static bool in_texts(const struct facts *f, struct text name)
{
    const struct text all = { f->strings.bytes, f->strings.len };
    const char first = fold(name.ptr[0]);

    for (size_t i = 0; i + name.len <= all.len; i++) {
        if (fold(all.ptr[i]) != first)
            continue;
        if (!same((struct text){ all.ptr + i, name.len }, name))
            continue;
        if ((i == 0 || !word_byte(all.ptr[i - 1])) &&
            (i + name.len == all.len || !word_byte(all.ptr[i + name.len])))
            return true;
    }
    return false;
}

bool facts_mentions(const struct facts *f, struct text name)
{
    name = without_dots(name);
    if (name.len < 2)
        return false;
    return in_tree(f, name) || in_texts(f, name);
}

struct text facts_nearest_file(const struct facts *f, struct text name)
{
    enum { FAR = 12 };
    struct text best = { NULL, 0 };
    size_t least = FAR;

    for (size_t i = 0; i < f->file_count; i++) {
        const struct fact_file *p = &f->files[i].pub;
        const size_t d = text_distance(p->name, name, least);

        if (d < least && d * 2 < name.len) {
            least = d;
            best = p->name;
        }
    }
    return best;
}
