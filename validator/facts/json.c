/* JSON (RFC 8259) and JSON lines, as a stream of tokens over the bytes: number
 * text and lines are kept, nothing recurses. */
#include <stdio.h>
#include <stdlib.h>

#include "validator/base/utf8.h"
#include "validator/facts/facts_int.h"

enum { DEPTH_MAX = 1000, NODES_MAX = 8000000, OUTER_KEYS_MAX = 4 };

struct frame {
    uint32_t node, row, last; /* last: the key before, FACT_NONE */
    uint32_t nth;             /* elements so far */
    bool array, any;
    uint32_t member; /* a dictionary's member: its node; else FACT_NONE */
    int64_t key;     /* and its key */
    size_t outer;    /* the frame of the member around it, + 1; 0: none */
};

struct slot {
    uint32_t node; /* + 1; 0: free */
};

struct json {
    struct facts *f;
    const char *path;
    struct text t;
    size_t at, line, line_start;
    uint32_t file, first_node;
    struct frame *stack;
    size_t depth, stack_cap;
    struct slot *slots; /* (parent, key) -> node */
    size_t slot_count, used;
    struct groups groups; /* of the whole file, once they are asked for */
    bool has_groups;
    size_t objects; /* begun so far */
    char *scratch;  /* decoded strings */
    size_t scratch_cap;
    struct error *err;
};

static enum status wrong(const struct json *j, const char *what)
{
    return error_set(j->err, ST_INPUT, "%s:%zu:%zu: %s", j->path, j->line,
                     j->at - j->line_start + 1, what);
}

static void skip_space(struct json *j)
{
    while (j->at < j->t.len) {
        const char c = j->t.ptr[j->at];

        if (c == '\n') {
            j->line++;
            j->line_start = j->at + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
        j->at++;
    }
}

static uint32_t new_node(struct json *j, uint32_t parent, int64_t key,
                         uint32_t table, bool is_element)
{
    struct facts *f = j->f;

    if (f->node_count >= NODES_MAX ||
        !store_grow((void **)&f->nodes, &f->node_cap, f->node_count,
                    sizeof(*f->nodes)))
        return STORE_FAIL;
    f->nodes[f->node_count] = (struct key_node){
        .parent = parent,
        .table = table,
        .column = FACT_NONE,
        .element = FACT_NONE,
        .member = FACT_NONE,
        .next = FACT_NONE,
        .is_element = is_element,
        .key = key,
    };
    return (uint32_t)f->node_count++;
}

static size_t slot_of(const struct json *j, uint32_t parent, int64_t key)
{
    const uint64_t h = ((uint64_t)key * 0x9e3779b97f4a7c15u) ^
                       ((uint64_t)parent * 0xc4ceb9fe1a85ec53u);

    return (h ^ (h >> 31)) & (j->slot_count - 1);
}

static bool grow_slots(struct json *j)
{
    const size_t old = j->slot_count;
    struct slot *from = j->slots;

    j->slot_count = old != 0 ? old * 2 : 256;
    j->slots = calloc(j->slot_count, sizeof(*j->slots));
    if (j->slots == NULL) {
        free(from);
        return false;
    }
    for (size_t i = 0; i < old; i++) {
        if (from[i].node == 0)
            continue;
        const struct key_node *n = &j->f->nodes[from[i].node - 1];
        size_t k = slot_of(j, n->parent, n->key);

        while (j->slots[k].node != 0)
            k = (k + 1) & (j->slot_count - 1);
        j->slots[k] = from[i];
    }
    free(from);
    return true;
}

/* The child of `parent` with that key, made when it is new. */
static uint32_t child(struct json *j, uint32_t parent, struct text key)
{
    const int64_t id = strings_put(&j->f->strings, key);
    const struct key_node *n;
    uint32_t node;
    size_t k;

    if (id < 0 || (j->used * 2 >= j->slot_count && !grow_slots(j)))
        return STORE_FAIL;
    for (k = slot_of(j, parent, id); j->slots[k].node != 0;
         k = (k + 1) & (j->slot_count - 1)) {
        n = &j->f->nodes[j->slots[k].node - 1];
        if (n->parent == parent && n->key == id)
            return j->slots[k].node - 1;
    }
    node = new_node(j, parent, id, j->f->nodes[parent].table, false);
    if (node == STORE_FAIL)
        return STORE_FAIL;
    j->slots[k].node = node + 1;
    j->used++;
    return node;
}

/* The keys of objects in an array mostly follow each other as before. */
static uint32_t next_child(struct json *j, struct frame *fr, struct text key)
{
    struct key_node *nodes = j->f->nodes;
    const uint32_t before = fr->last != FACT_NONE ? fr->last : fr->node;
    uint32_t guess = nodes[before].next, node;

    if (guess != FACT_NONE && nodes[guess].parent == fr->node &&
        text_eq(strings_get(&j->f->strings, nodes[guess].key), key)) {
        fr->last = guess;
        return guess;
    }
    node = child(j, fr->node, key);
    if (node != STORE_FAIL) {
        j->f->nodes[before].next = node;
        fr->last = node;
    }
    return node;
}

static bool hex4(struct text t, size_t at, uint32_t *out)
{
    uint32_t v = 0;

    if (at + 4 > t.len)
        return false;
    for (size_t i = at; i < at + 4; i++) {
        const char c = t.ptr[i], l = ascii_lower(c);

        if (ascii_digit(c))
            v = v * 16 + (uint32_t)(c - '0');
        else if (l >= 'a' && l <= 'f')
            v = v * 16 + (uint32_t)(l - 'a') + 10;
        else
            return false;
    }
    *out = v;
    return true;
}

/* \uXXXX at t[*i] (behind the u), a pair of surrogates as one. */
static bool unicode_escape(struct text t, size_t *i, char **to)
{
    uint32_t c, low;

    if (!hex4(t, *i, &c))
        return false;
    *i += 4;
    if (c >= 0xd800 && c < 0xdc00 && *i + 6 <= t.len && t.ptr[*i] == '\\' &&
        t.ptr[*i + 1] == 'u' && hex4(t, *i + 2, &low) && low >= 0xdc00 &&
        low < 0xe000) {
        c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        *i += 6;
    }
    if (c >= 0xd800 && c < 0xe000)
        c = 0xfffd;
    *to += utf8_put(*to, (int32_t)c);
    return true;
}

static enum status decode(struct json *j, struct text raw, struct text *out)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char *to;

    if (j->scratch_cap < raw.len) {
        char *p = realloc(j->scratch, raw.len);

        if (p == NULL)
            return facts_nomem(j->err);
        j->scratch = p;
        j->scratch_cap = raw.len;
    }
    to = j->scratch;
    for (size_t i = 0; i < raw.len;) {
        const char *hit;

        if (raw.ptr[i] != '\\') {
            *to++ = raw.ptr[i++];
            continue;
        }
        i++; /* read_string has seen the byte behind it */
        if (raw.ptr[i] == 'u') {
            i++;
            if (!unicode_escape(raw, &i, &to))
                return wrong(j, "a \\u escape without four hex digits");
            continue;
        }
        hit = raw.ptr[i] != '\0' ? strchr(from, raw.ptr[i]) : NULL;
        if (hit == NULL)
            return wrong(j, "an unknown escape in a string");
        *to++ = into[hit - from];
        i++;
    }
    *out = (struct text){ j->scratch, (size_t)(to - j->scratch) };
    return ST_OK;
}

/* The string at j->at (on its quote); *out is valid until the next one. */
static enum status read_string(struct json *j, struct text *out)
{
    const char *const end = j->t.ptr + j->t.len;
    const char *const start = j->t.ptr + j->at + 1, *p = start;
    bool escaped = false;

    while (p < end && *p != '"') {
        if ((unsigned char)*p < 0x20) {
            j->at = (size_t)(p - j->t.ptr);
            return wrong(j, "a control character in a string; escape it");
        }
        if (*p == '\\') {
            escaped = true;
            p++;
            if (p == end)
                break;
        }
        p++;
    }
    if (p >= end)
        return wrong(j, "a string begins here and never ends; the file is "
                        "cut off");
    *out = (struct text){ start, (size_t)(p - start) };
    if (escaped) {
        const enum status st = decode(j, *out, out);

        if (st != ST_OK)
            return st;
    }
    j->at = (size_t)(p + 1 - j->t.ptr);
    return ST_OK;
}

static enum status put(struct json *j, uint32_t node, uint32_t row,
                       const struct cell *cell)
{
    struct key_node *n = &j->f->nodes[node];

    if (cell->kind == CELL_EMPTY)
        return ST_OK;
    if (n->column == FACT_NONE) {
        const struct key_node *named = n;

        while (named->is_element && named->parent != FACT_NONE)
            named = &j->f->nodes[named->parent];
        const bool of_root = n->is_member && named->parent == FACT_NONE;
        const uint32_t id =
            store_column(j->f, n->table,
                         of_root ? TEXT_LIT("key")
                                 : strings_get(&j->f->strings, named->key));

        if (id == STORE_FAIL)
            return facts_nomem(j->err);
        j->f->columns[id].node = node;
        n->column = id;
    }
    return store_cell(j->f, n->column, row, cell, j->line)
               ? ST_OK
               : facts_nomem(j->err);
}

static enum status scalar(struct json *j, uint32_t node, uint32_t row)
{
    static const struct text words[] = {
        TEXT_INIT("true"), TEXT_INIT("false"),    TEXT_INIT("null"),
        TEXT_INIT("NaN"),  TEXT_INIT("Infinity"), TEXT_INIT("-Infinity")
    };
    const struct text rest = { j->t.ptr + j->at, j->t.len - j->at };
    struct cell cell;
    size_t n = 0;

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!text_starts(rest, words[i]))
            continue;
        j->at += words[i].len;
        cell = (struct cell){ .kind = i < 2 ? CELL_TEXT : CELL_EMPTY,
                              .text = words[i] };
        return put(j, node, row, &cell);
    }
    while (n < rest.len && (ascii_alnum(rest.ptr[n]) || rest.ptr[n] == '.' ||
                            rest.ptr[n] == '-' || rest.ptr[n] == '+'))
        n++;
    cell_read_number((struct text){ rest.ptr, n }, &cell);
    if (cell.kind != CELL_NUMBER)
        return wrong(j, rest.len == 0
                            ? "the file ends where a value should be; it is "
                              "cut off"
                            : "no JSON value");
    j->at += n;
    return put(j, node, row, &cell);
}

/* The innermost open member of a dictionary: its frame + 1; 0: none. */
static size_t innermost_member(const struct json *j)
{
    const struct frame *top = j->depth > 0 ? &j->stack[j->depth - 1] : NULL;

    return top == NULL ? 0 : top->member != FACT_NONE ? j->depth : top->outer;
}

static enum status push(struct json *j, uint32_t node, uint32_t row, bool array)
{
    const size_t outer = innermost_member(j);

    if (j->depth >= DEPTH_MAX)
        return wrong(j, "nested more than 1000 deep");
    if (!store_grow((void **)&j->stack, &j->stack_cap, j->depth,
                    sizeof(*j->stack)))
        return facts_nomem(j->err);
    j->stack[j->depth++] = (struct frame){ .node = node,
                                           .row = row,
                                           .last = FACT_NONE,
                                           .array = array,
                                           .member = FACT_NONE,
                                           .outer = outer };
    j->objects += !array;
    j->at++;
    return ST_OK;
}

static enum status value(struct json *j, uint32_t node, uint32_t row)
{
    struct cell cell;
    struct text t;
    enum status st;

    skip_space(j);
    switch (j->at < j->t.len ? j->t.ptr[j->at] : '\0') {
    case '{':
        return push(j, node, row, false);
    case '[':
        return push(j, node, row, true);
    case '"':
        st = read_string(j, &t);
        if (st != ST_OK)
            return st;
        cell_read(j->f->units, t, false, &cell);
        return put(j, node, row, &cell);
    default:
        return scalar(j, node, row);
    }
}

/* The path of an array for people: "runs[].calls". */
static struct text array_name(struct json *j, uint32_t node, char *buf,
                              size_t size)
{
    const struct key_node *nodes = j->f->nodes;
    size_t at = size;

    for (uint32_t n = node; nodes[n].parent != FACT_NONE; n = nodes[n].parent) {
        const struct text key = nodes[n].is_element
                                    ? TEXT_LIT("[]")
                                    : strings_get(&j->f->strings, nodes[n].key);
        const bool dot = at < size && buf[at] != '[';

        if (at < key.len + dot)
            break;
        if (dot)
            buf[--at] = '.';
        at -= key.len;
        memcpy(buf + at, key.ptr, key.len);
    }
    return (struct text){ buf + at, size - at };
}

/* The node of an array's elements, or of a dictionary's members: a table of
 * its own. */
static uint32_t element(struct json *j, uint32_t node, bool member)
{
    char buf[256];
    uint32_t table,
        e = member ? j->f->nodes[node].member : j->f->nodes[node].element;

    if (e != FACT_NONE)
        return e;
    table = store_table(j->f, j->file, TABLE_RECORDS,
                        array_name(j, node, buf, sizeof(buf)),
                        j->f->nodes[node].table);
    e = table != STORE_FAIL
            ? new_node(j, node, j->f->nodes[node].key, table, true)
            : STORE_FAIL;
    if (e == STORE_FAIL)
        return STORE_FAIL;
    j->f->nodes[e].is_member = member;
    if (member)
        j->f->nodes[node].member = e;
    else
        j->f->nodes[node].element = e;
    return e;
}

static enum status begin_element(struct json *j, struct frame *fr, bool member,
                                 uint32_t *node, uint32_t *row)
{
    struct table *t;
    const uint32_t e = element(j, fr->node, member);

    if (e == STORE_FAIL)
        return facts_nomem(j->err);
    t = &j->f->tables[j->f->nodes[e].table];
    *node = e;
    *row = t->pub.rows;
    if (!ints_add(&t->above, fr->row) ||
        !ints_add(&t->nth, (int64_t)fr->nth++ - *row) ||
        !store_row(j->f, j->f->nodes[e].table, j->line))
        return facts_nomem(j->err);
    return ST_OK;
}

/* The object that begins here is a row of a dictionary. */
static enum status is_row(struct json *j, bool *yes)
{
    *yes = false;
    if (j->at >= j->t.len || j->t.ptr[j->at] != '{')
        return ST_OK;
    if (!j->has_groups && !groups_find(&j->groups, j->f->units, j->t))
        return facts_nomem(j->err);
    j->has_groups = true;
    *yes = groups_has(&j->groups, j->objects);
    return ST_OK;
}

/* The column of node's table that holds the keys of a dictionary around it. */
static uint32_t outer_key(struct json *j, uint32_t node, uint32_t outer)
{
    const struct facts *f = j->f;
    struct text name =
        strings_get(&f->strings, f->columns[f->nodes[outer].column].name);
    char buf[128];
    uint32_t n;

    if (name.len + 2 > sizeof(buf))
        name = TEXT_LIT("key");
    memcpy(buf, name.ptr, name.len);
    buf[name.len] = '[';
    buf[name.len + 1] = ']';
    n = child(j, node, (struct text){ buf, name.len + 2 });
    if (n != STORE_FAIL)
        j->f->nodes[n].is_member = true;
    return n;
}

/* The keys of the dictionaries around a row tell it apart too: columns, as a
 * flat table has them, the outermost first. */
static enum status put_outer_keys(struct json *j, uint32_t node, uint32_t row)
{
    const struct frame *around[OUTER_KEYS_MAX];
    enum status st = ST_OK;
    size_t n = 0;

    for (size_t at = innermost_member(j); at > 0 && n < OUTER_KEYS_MAX;
         at = around[n++]->outer)
        around[n] = &j->stack[at - 1];
    while (n-- > 0 && st == ST_OK) {
        struct cell cell;
        uint32_t key;

        if (j->f->nodes[around[n]->member].column == FACT_NONE)
            continue;
        key = outer_key(j, node, around[n]->member);
        if (key == STORE_FAIL)
            return facts_nomem(j->err);
        cell_read(j->f->units, strings_get(&j->f->strings, around[n]->key),
                  false, &cell);
        st = put(j, key, row, &cell);
    }
    return st;
}

static enum status member_row(struct json *j, struct frame *fr, struct text key)
{
    uint32_t node, row;
    struct cell cell;
    const int64_t id = strings_put(&j->f->strings, key);
    enum status st = begin_element(j, fr, true, &node, &row);

    if (st != ST_OK || id < 0)
        return facts_nomem(j->err);
    st = put_outer_keys(j, node, row);
    cell_read(j->f->units, strings_get(&j->f->strings, id), false, &cell);
    if (st == ST_OK)
        st = put(j, node, row, &cell);
    if (st == ST_OK)
        st = push(j, node, row, false);
    if (st != ST_OK)
        return st;
    j->stack[j->depth - 1].member = node;
    j->stack[j->depth - 1].key = id;
    return ST_OK;
}

/* The value of a member: a row that its key names, or one more key path. */
static enum status member_value(struct json *j, struct frame *fr,
                                struct text key)
{
    const uint32_t row = fr->row;
    uint32_t node;
    bool a_row;
    const enum status st = is_row(j, &a_row);

    if (st != ST_OK)
        return st;
    if (a_row)
        return member_row(j, fr, key);
    node = next_child(j, fr, key);
    return node == STORE_FAIL ? facts_nomem(j->err) : value(j, node, row);
}

/* One member or element, or the end of the innermost object or array. */
static enum status step(struct json *j)
{
    struct frame *fr = &j->stack[j->depth - 1];
    enum status st = ST_OK;
    struct text key;

    skip_space(j);
    if (j->at >= j->t.len)
        return wrong(j, "the file ends inside an object or array; it is cut "
                        "off");
    if (j->t.ptr[j->at] == (fr->array ? ']' : '}')) {
        j->at++;
        j->depth--;
        return ST_OK;
    }
    if (fr->any) {
        if (j->t.ptr[j->at] != ',')
            return wrong(j, "want a comma or the end");
        j->at++;
        skip_space(j);
    }
    fr->any = true;
    if (fr->array) {
        uint32_t node, row;

        st = begin_element(j, fr, false, &node, &row);
        return st == ST_OK ? value(j, node, row) : st;
    }
    if (j->at >= j->t.len || j->t.ptr[j->at] != '"')
        return wrong(j, "want a key in quotes");
    st = read_string(j, &key);
    if (st != ST_OK)
        return st;
    skip_space(j);
    if (j->at >= j->t.len || j->t.ptr[j->at] != ':')
        return wrong(j, "want a colon behind the key");
    j->at++;
    skip_space(j);
    return member_value(j, fr, key);
}

static enum status document(struct json *j, uint32_t node, uint32_t row)
{
    enum status st = value(j, node, row);

    while (st == ST_OK && j->depth > 0)
        st = step(j);
    return st;
}

static enum status lines(struct json *j, uint32_t root)
{
    struct frame all = { .node = root };
    enum status st = ST_OK;

    for (skip_space(j); st == ST_OK && j->at < j->t.len; skip_space(j)) {
        uint32_t node, row;

        st = begin_element(j, &all, false, &node, &row);
        if (st == ST_OK)
            st = document(j, node, row);
    }
    return st;
}

static enum status read_file(struct json *j)
{
    const struct text name = j->f->files[j->file].pub.name;
    const bool many = text_ends(name, TEXT_LIT(".jsonl")) ||
                      text_ends(name, TEXT_LIT(".ndjson"));
    const uint32_t table =
        store_table(j->f, j->file, TABLE_OBJECT, name, FACT_NONE);
    const int64_t key = strings_put(&j->f->strings, name);
    const uint32_t root = table != STORE_FAIL && key >= 0
                              ? new_node(j, FACT_NONE, key, table, false)
                              : STORE_FAIL;
    enum status st;

    if (root == STORE_FAIL || !store_row(j->f, table, 1))
        return facts_nomem(j->err);
    if (many)
        return lines(j, root);
    skip_space(j);
    if (j->at >= j->t.len)
        return wrong(j, "the file is empty");
    st = document(j, root, 0);
    skip_space(j);
    if (st == ST_OK && j->at < j->t.len)
        st = wrong(j, "more behind the end of the value; name the file .jsonl "
                      "if it holds one value a line");
    return st;
}

enum status json_read(struct facts *f, uint32_t file, struct text bytes,
                      struct error *err)
{
    struct json j = { .f = f,
                      .path = f->files[file].path,
                      .t = bytes,
                      .line = 1,
                      .file = file,
                      .err = err };
    enum status st;

    if (text_starts(bytes, TEXT_LIT("\xef\xbb\xbf")))
        j.at = j.line_start = 3;
    st = read_file(&j);
    free(j.stack);
    free(j.slots);
    free(j.scratch);
    groups_free(&j.groups);
    return st;
}
