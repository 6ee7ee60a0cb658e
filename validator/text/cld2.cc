#include "validator/text/cld2.h"

#include <cstdio>

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

struct cld2_guess cld2_detect(const char *ptr, size_t len)
{
    const size_t max_bytes = 1 << 20;
    const int best_effort =
        0x4000; // kCLDFlagBestEffort, not in a public header
    struct cld2_guess guess = { "un", 0, false };

    try {
        CLD2::CLDHints hints = { nullptr, nullptr, CLD2::UNKNOWN_ENCODING,
                                 CLD2::UNKNOWN_LANGUAGE };
        // Text that is not UTF-8 as a whole leaves them as they are.
        CLD2::Language top[3] = { CLD2::UNKNOWN_LANGUAGE,
                                  CLD2::UNKNOWN_LANGUAGE,
                                  CLD2::UNKNOWN_LANGUAGE };
        int percent[3] = { 0, 0, 0 }, text_bytes = 0, valid = 0;
        double score[3] = { 0, 0, 0 };
        bool reliable = false;

        CLD2::ExtDetectLanguageSummaryCheckUTF8(
            ptr, static_cast<int>(len < max_bytes ? len : max_bytes), true,
            &hints, best_effort, top, percent, score, nullptr, &text_bytes,
            &reliable, &valid);
        guess.code = CLD2::LanguageCode(top[0]);
        guess.percent = percent[0];
        guess.reliable = reliable;
    } catch (...) { // no memory: no opinion
        guess = { "un", 0, false };
    }
    return guess;
}
