#include "validator/claims/english.h"

/* Each list is one string: words in lower case between single spaces. */
static const char *const lists[WORD_CLASSES] = {
    [WORD_MONTH] =
        " january february march april may june july august september october "
        "november december jan feb mar apr jun jul aug sep sept oct nov dec ",
    [WORD_YEAR_BEFORE] =
        " in since of by year from until till during through before after "
        "early late mid spring summer autumn fall winter season q1 q2 q3 q4 "
        "fy copyright c to and between ",
    [WORD_REFERENCE] =
        " table figure fig section sec chapter step phase appendix report tr "
        "issue no nr number part level page line eq equation item option "
        "note step rank experiment stage tier run trial iteration agent task "
        "batch group case scenario question quarter week day sprint epoch id "
        "rule row column slide exhibit listing ticket pr bug release build "
        "layer gpu cpu node core port ports url urls device ",
    [WORD_PRODUCT] =
        " version v ver release cuda python ollama rust java node ubuntu "
        "debian windows macos linux driver llama gemma qwen mistral phi gpt "
        "claude opt bert t5 rtx gtx geforce tesla radeon core ryzen xeon "
        "api http tls ipv pcie ddr usb wifi php ruby golang gcc clang llvm "
        "postgres mysql sqlite redis docker kubernetes iso rfc android ios "
        "tokio pytorch tensorflow onnx tensorrt cudnn "
        "ps ",
    [WORD_OUTLINE] =
        " sections section phases phase steps step recommendations "
        "recommendation findings finding categories category areas area parts "
        "questions question reasons reason ways way factors factor aspects "
        "aspect bullets sentences words paragraphs pages options approaches "
        "scenarios strategies themes theme insights insight objectives goals "
        "priorities takeaways takeaway observations observation challenges "
        "issues topics pillars dimensions principles stages "
        "limitations opportunities conclusions actions considerations ",
    [WORD_OUTLINE_ADJECTIVE] =
        " key main primary distinct major core critical different separate "
        "broad important further additional notable specific general ",
    [WORD_SIZE] =
        " parameter parameters param params model models version versions "
        "variant variants weights checkpoint checkpoints llm slm ",
    [WORD_ADVICE] =
        " should recommend recommends recommended recommendation target "
        "targets targeting threshold thresholds sla slo budget goal goals "
        "would assume assuming assumes suppose hypothetical hypothetically "
        "if e.g example ideally aim aims aiming must planned objective "
        "want ought need needs acceptable tolerable desired ceiling "
        "advise advisable "
        "advised proposed propose ",
    [WORD_IMPERATIVE] =
        " keep ensure set use run rerun re repeat raise cap budget aim alert "
        "consider try maintain avoid allow test collect monitor plan "
        "schedule require hold stay cut bump tune pin choose pick prefer "
        "switch move deploy allocate provision configure verify validate "
        "investigate execute perform conduct implement introduce expand "
        "extend increase reduce lower limit add target measure warm restrict "
        "decrease improve optimize optimise drop record take wait page flag "
        "reject accept treat ",
    [WORD_ADVICE_HEAD] =
        " recommendation recommendations recommended target targets "
        "threshold thresholds next future action actions sla slo "
        "requirements requirement suggestions suggestion advice guidance "
        "mitigation plan roadmap proposal proposals todo outlook steps "
        "improvements goals objectives ",
    [WORD_APPROX] =
        " about around roughly nearly approximately approx almost circa ca "
        "some ",
    [WORD_DATE_UNIT] = " ago ",
};

bool english_is(enum word_class c, struct text w)
{
    const char *p = lists[c];

    if (w.len == 0 || w.len > 20)
        return false;
    for (p++; *p != '\0';) {
        const char *end = strchr(p, ' ');

        if (*p == *w.ptr && (size_t)(end - p) == w.len &&
            memcmp(p, w.ptr, w.len) == 0)
            return true;
        p = end + 1;
    }
    return false;
}
