/* Does the data know that name of a file? A set of all names that the tree and
 * the texts of the data hold, as 64-bit hashes: that one of a thousand invented
 * names is taken for one of a million known ones is a chance of 10^-10. */
#include <stdlib.h>

#include "validator/facts/facts_int.h"

enum { NAMES_MAX = 4000000, NAME_BYTES = 512 };

struct mentions {
    uint64_t *slots; /* 0: free */
    size_t slot_count, used;
};

static char fold(char c)
{
    return c == '\\' ? '/' : ascii_lower(c);
}

/* Letter case and the two slashes are the same. 0 is never a hash. */
static uint64_t fold_hash(struct text t)
{
    char low[NAME_BYTES];

    if (t.len == 0 || t.len > sizeof(low))
        return 0;
    for (size_t i = 0; i < t.len; i++)
        low[i] = fold(t.ptr[i]);
    return text_hash((struct text){ low, t.len }) | 1;
}

static bool grow(struct mentions *m)
{
    const struct mentions old = *m;

    m->slot_count = old.slot_count != 0 ? old.slot_count * 2 : 1024;
    m->slots = calloc(m->slot_count, sizeof(*m->slots));
    if (m->slots == NULL) {
        *m = old;
        return false;
    }
    for (size_t i = 0; i < old.slot_count; i++) {
        size_t k = (old.slots[i] >> 20) & (m->slot_count - 1);

        if (old.slots[i] == 0)
            continue;
        while (m->slots[k] != 0)
            k = (k + 1) & (m->slot_count - 1);
        m->slots[k] = old.slots[i];
    }
    free(old.slots);
    return true;
}

static size_t slot_of(const struct mentions *m, uint64_t h)
{
    size_t k = (h >> 20) & (m->slot_count - 1);

    while (m->slots[k] != 0 && m->slots[k] != h)
        k = (k + 1) & (m->slot_count - 1);
    return k;
}

static bool add(struct mentions *m, struct text name)
{
    const uint64_t h = fold_hash(name);
    size_t k;

    if (h == 0 || m->used >= NAMES_MAX)
        return true;
    if (m->used * 2 >= m->slot_count && !grow(m))
        return false;
    k = slot_of(m, h);
    m->used += m->slots[k] == 0;
    m->slots[k] = h;
    return true;
}

/* The name without its ending, or all of it. */
static struct text stem(struct text name)
{
    size_t n = name.len;

    while (n > 0 && name.ptr[n - 1] != '.' && fold(name.ptr[n - 1]) != '/')
        n--;
    if (n > 1 && name.ptr[n - 1] == '.')
        name.len = n - 1;
    return name;
}

/* t, and what follows each of its slashes. */
static bool add_ends(struct mentions *m, struct text t, bool stems)
{
    bool ok = add(m, t) && (!stems || add(m, stem(t)));

    for (size_t i = 0; i + 1 < t.len && ok; i++)
        if (fold(t.ptr[i]) == '/') {
            const struct text end = { t.ptr + i + 1, t.len - i - 1 };

            ok = add(m, end) && (!stems || add(m, stem(end)));
        }
    return ok;
}

static bool name_byte(char c)
{
    return ascii_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/' ||
           c == '\\' || c == '+' || c == '@' || c == '~' ||
           (unsigned char)c >= 0x80;
}

bool mentions_of_text(struct facts *f, struct text t)
{
    bool ok = true;

    for (size_t i = 0; i < t.len && ok;) {
        size_t end = i;
        bool joined = false; /* made like a name, not like a word */

        while (end < t.len && name_byte(t.ptr[end])) {
            joined = joined || !ascii_alpha(t.ptr[end]);
            end++;
        }
        struct text run = { t.ptr + i, end - i };

        while (run.len > 0 && (run.ptr[run.len - 1] == '.' ||
                               fold(run.ptr[run.len - 1]) == '/'))
            run.len--;
        if (joined && run.len > 2)
            ok = add_ends(f->mentions, run, false);
        i = end + 1;
    }
    return ok;
}

static bool mentions_of_path(struct mentions *m, struct text path)
{
    bool ok = add_ends(m, path, true);

    for (size_t i = 1; i < path.len && ok; i++) /* folders on the way */
        if (path.ptr[i] == '/')
            ok = add_ends(m, (struct text){ path.ptr, i }, false);
    return ok;
}

enum status mentions_make(struct facts *f, struct error *err)
{
    bool ok;

    f->mentions = calloc(1, sizeof(*f->mentions));
    ok = f->mentions != NULL && grow(f->mentions);
    for (size_t i = 0; i < f->file_count && ok; i++)
        ok = mentions_of_path(f->mentions, f->files[i].pub.path);
    for (size_t i = 0; i < f->column_count && ok; i++)
        ok = mentions_of_text(f, f->columns[i].pub.name);
    return ok ? ST_OK : facts_nomem(err);
}

void mentions_free(struct facts *f)
{
    if (f->mentions != NULL)
        free(f->mentions->slots);
    free(f->mentions);
}

bool facts_mentions(const struct facts *f, struct text name)
{
    uint64_t h;

    while (name.len > 2 && name.ptr[0] == '.' && fold(name.ptr[1]) == '/')
        name = (struct text){ name.ptr + 2, name.len - 2 };
    while (name.len > 1 && fold(name.ptr[name.len - 1]) == '/')
        name.len--;
    h = fold_hash(name);
    return h != 0 && f->mentions->slots[slot_of(f->mentions, h)] == h;
}

struct text facts_nearest_file(const struct facts *f, struct text name)
{
    enum { FAR = 12, LOOKED_AT = 20000 };
    struct text best = { NULL, 0 };
    size_t least = FAR;

    for (size_t i = 0; i < f->file_count && i < LOOKED_AT; i++) {
        const struct fact_file *p = &f->files[i].pub;
        const size_t d = text_distance(p->name, name, least);

        if (d < least && d * 2 < name.len) {
            least = d;
            best = p->name;
        }
    }
    return best;
}
