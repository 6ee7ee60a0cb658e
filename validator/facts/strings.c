#include "validator/facts/strings.h"

#include <stdlib.h>

static const size_t strings_max = (size_t)8 << 30; /* bytes in all */
static const uint64_t offset_mask = ((uint64_t)1 << 40) - 1;

uint64_t text_hash(struct text t)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ t.len, w = 0;
    size_t i = 0;

    for (; i + 8 <= t.len; i += 8) {
        memcpy(&w, t.ptr + i, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    w = 0;
    if (i < t.len)
        memcpy(&w, t.ptr + i, t.len - i);
    h = (h ^ w) * 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 29);
}

static bool make_room(struct strings *s, size_t more)
{
    size_t cap = s->cap != 0 ? s->cap : 4096;
    char *p;

    if (more > strings_max - s->len)
        return false;
    while (cap - s->len < more)
        cap *= 2;
    if (cap == s->cap)
        return true;
    p = realloc(s->bytes, cap);
    if (p == NULL)
        return false;
    s->bytes = p;
    s->cap = cap;
    return true;
}

int64_t strings_append(struct strings *s, struct text t)
{
    size_t n = t.len;
    int64_t id;

    if (s->len == 0) { /* offset 0 stays free: it marks a free slot */
        if (!make_room(s, 1))
            return STRINGS_FAIL;
        s->bytes[s->len++] = 0;
    }
    if (!make_room(s, t.len + 10))
        return STRINGS_FAIL;
    id = (int64_t)s->len;
    while (n >= 0x80) {
        s->bytes[s->len++] = (char)(0x80 | (n & 0x7f));
        n >>= 7;
    }
    s->bytes[s->len++] = (char)n;
    if (t.len > 0)
        memcpy(s->bytes + s->len, t.ptr, t.len);
    s->len += t.len;
    return id;
}

struct text strings_get(const struct strings *s, int64_t id)
{
    const char *p = s->bytes + id;
    size_t n = 0;

    for (unsigned shift = 0;; shift += 7) {
        const unsigned char c = (unsigned char)*p++;

        n |= (size_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return (struct text){ p, n };
    }
}

bool strings_next(const struct strings *s, int64_t *id, struct text *out)
{
    if (s->len <= 1)
        return false;
    if (*id == 0) {
        *id = 1;
    } else {
        const struct text t = strings_get(s, *id);

        *id = (t.ptr - s->bytes) + (int64_t)t.len;
    }
    if ((size_t)*id >= s->len)
        return false;
    *out = strings_get(s, *id);
    return true;
}

static bool grow_slots(struct strings *s)
{
    const size_t count = s->slot_count != 0 ? s->slot_count * 2 : 1024;
    uint64_t *slots = calloc(count, sizeof(*slots));

    if (slots == NULL)
        return false;
    for (size_t i = 0; i < s->slot_count; i++) {
        if (s->slots[i] == 0)
            continue;
        const struct text t =
            strings_get(s, (int64_t)(s->slots[i] & offset_mask));
        size_t k = text_hash(t) & (count - 1);

        while (slots[k] != 0)
            k = (k + 1) & (count - 1);
        slots[k] = s->slots[i];
    }
    free(s->slots);
    s->slots = slots;
    s->slot_count = count;
    return true;
}

int64_t strings_put(struct strings *s, struct text t)
{
    const uint64_t h = text_hash(t), tag = h & ~offset_mask;
    size_t k;
    int64_t id;

    if (s->used * 4 >= s->slot_count * 3 && !grow_slots(s))
        return STRINGS_FAIL;
    for (k = h & (s->slot_count - 1); s->slots[k] != 0;
         k = (k + 1) & (s->slot_count - 1)) {
        id = (int64_t)(s->slots[k] & offset_mask);
        if ((s->slots[k] & ~offset_mask) == tag &&
            text_eq(strings_get(s, id), t))
            return id;
    }
    id = strings_append(s, t);
    if (id < 0)
        return STRINGS_FAIL;
    s->slots[k] = tag | (uint64_t)id;
    s->used++;
    return id;
}

void strings_free(struct strings *s)
{
    free(s->bytes);
    free(s->slots);
    *s = (struct strings){ .bytes = NULL };
}
