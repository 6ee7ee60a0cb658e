/* Words that count: "step two", "iv.", "b)". A loop that counts on with them
 * repeats all the same. */
#include "validator/text/loop_int.h"

static const struct {
    char word[10];
    uint8_t value;
} numerals[] = {
    { "one", 1 },       { "two", 2 },        { "three", 3 },
    { "four", 4 },      { "five", 5 },       { "six", 6 },
    { "seven", 7 },     { "eight", 8 },      { "nine", 9 },
    { "ten", 10 },      { "eleven", 11 },    { "twelve", 12 },
    { "thirteen", 13 }, { "fourteen", 14 },  { "fifteen", 15 },
    { "sixteen", 16 },  { "seventeen", 17 }, { "eighteen", 18 },
    { "nineteen", 19 }, { "twenty", 20 },    { "thirty", 30 },
    { "forty", 40 },    { "first", 1 },      { "second", 2 },
    { "third", 3 },     { "fourth", 4 },     { "fifth", 5 },
    { "sixth", 6 },     { "seventh", 7 },    { "eighth", 8 },
    { "ninth", 9 },     { "tenth", 10 },     { "eleventh", 11 },
    { "twelfth", 12 },  { "eins", 1 },       { "zwei", 2 },
    { "drei", 3 },      { "vier", 4 },       { "sechs", 6 },
    { "sieben", 7 },    { "acht", 8 },       { "neun", 9 },
    { "zehn", 10 },     { "elf", 11 },       { "deux", 2 },
    { "trois", 3 },     { "quatre", 4 },     { "cinq", 5 },
    { "sept", 7 },      { "huit", 8 },       { "neuf", 9 },
    { "dix", 10 },      { "dos", 2 },        { "tres", 3 },
    { "cuatro", 4 },    { "cinco", 5 },      { "seis", 6 },
    { "siete", 7 },     { "ocho", 8 },       { "nueve", 9 },
    { "diez", 10 },
};

void loop_numerals_begin(struct loop *l)
{
    for (size_t i = 0; i < sizeof(numerals) / sizeof(*numerals); i++) {
        uint64_t word[2] = { 0, 0 };
        uint32_t h, slot;

        memcpy(word, numerals[i].word, strlen(numerals[i].word));
        h = loop_word_hash(word, WORD_SEED);
        for (slot = h % NUMERAL_SLOTS; l->numerals[slot] != 0;)
            slot = (slot + 1) % NUMERAL_SLOTS;
        l->numerals[slot] = h;
        l->values[slot] = numerals[i].value;
    }
}

/* I to MMM, as far as the letters can be a roman numeral. */
static uint32_t roman(const char *p, uint32_t len)
{
    static const uint16_t value[26] = { ['c' - 'a'] = 100,  ['d' - 'a'] = 500,
                                        ['i' - 'a'] = 1,    ['l' - 'a'] = 50,
                                        ['m' - 'a'] = 1000, ['v' - 'a'] = 5,
                                        ['x' - 'a'] = 10 };
    uint32_t sum = 0;

    for (uint32_t i = 0; i < len; i++) {
        const uint32_t v = p[i] >= 'a' && p[i] <= 'z' ? value[p[i] - 'a'] : 0;
        const uint32_t next = i + 1 < len && p[i + 1] >= 'a' && p[i + 1] <= 'z'
                                  ? value[p[i + 1] - 'a']
                                  : 0;

        if (v == 0)
            return 0;
        sum = v < next ? sum - v : sum + v;
    }
    return sum < 100 ? sum : 0;
}

bool loop_numeral(const struct loop *l, uint32_t hash, bool at_line_start,
                  int32_t next, uint32_t *value)
{
    const char *text = (const char *)l->word;
    const bool item = next == ')' || (next == '.' && at_line_start) ||
                      (next == ':' && (l->word_bits & 0x20) == 0);

    for (uint32_t i = hash % NUMERAL_SLOTS; l->numerals[i] != 0;
         i = (i + 1) % NUMERAL_SLOTS)
        if (l->numerals[i] == hash) {
            *value = l->values[i];
            return true;
        }
    if (!item || l->word_len > 6)
        return false;
    *value = roman(text, l->word_len);
    if (*value == 0 && l->word_len == 1 && (l->word_bits & 0x80) == 0)
        *value = (uint32_t)(uint8_t)text[0];
    return *value != 0;
}
