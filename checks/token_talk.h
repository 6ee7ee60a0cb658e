#ifndef CHECKS_TOKEN_TALK_H
#define CHECKS_TOKEN_TALK_H
/* What looks like a special token and is none, or is only spoken of. */
#include "validator/text/regions.h"
#include "validator/text/tokens.h"

/* Mathematics: |a|<|b|>c, <|psi|>: the name of no family's token. */
bool token_is_math(struct text t, const struct token_match *m);

/* The report deals with tokens: it says tokenizer, special token, chat template
 * and the like, or writes a token as code. O(n) over t and the code. */
bool token_report_talks(struct text t, const struct spans *code,
                        const struct token_set *set, struct regex_match *m);

/* "The <eos> token", "tokens such as <bos> and <eos>", "the marker '<eos>'":
 * talk about a token, not a leaked one. Glued to text it is no talk. */
bool token_is_talk(struct text t, struct span s);

/* The sentence needs the token as a noun: "cut at <eos>, so that", "<bos> is
 * put first", a first cell of a table. Also in a list of tokens. */
bool token_is_noun(struct text t, struct span s);

/* token_report_talks() of the word around the `k` at t.ptr[at]: for streams,
 * which know only what has passed. */
bool token_talk_at(struct text t, size_t at);

/* The token stands in its sentence, list or table like a word: blanks or marks
 * around it, text on both sides. Leaked ones hang on the end of a sentence, the
 * beginning of a line or a word. */
bool token_is_integrated(struct text t, struct span s);

#endif
