#ifndef VALIDATOR_AUDIT_JUDGE_H
#define VALIDATOR_AUDIT_JUDGE_H
/* The verdict on one claim of the block at hand. */
#include "validator/audit/audit_int.h"

/* What stands around a claim, whatever its value. */
struct view {
    struct around s;
    struct columns cols;
    const struct subject *who, *around;
    bool sure; /* it is plain whose number it is */
};

/* The bytes of the flat text that the sentence at `at` takes. */
void judge_sentence(struct work *w, uint32_t at, uint32_t *start,
                    uint32_t *end);
void judge_around(struct work *w, const struct claim *c, struct around *s);
/* Whose number it is by what stands around the block; NULL: nobody's. */
const struct subject *judge_subject_around(const struct work *w);
/* Two names of one table in the sentence, for a comparison; both NULL, or one,
 * and false: there are no two. */
bool judge_two_rows(const struct work *w, const struct around *s,
                    const struct subject **a, const struct subject **b);
bool judge_supported(const struct judged *j);

/* Finds what stands around claim number w->claim. */
void judge_look(struct work *w, const struct claim *c, struct view *v);
/* j->claim is what judge_look was given, or has another value (w->trial). */
void judge_claim(struct work *w, struct judged *j, struct view *v);

#endif
