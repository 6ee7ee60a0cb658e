#include "validator/text/tokens_int.h"

const char *const token_class_name[TOKEN_CLASSES] = {
    [TOKEN_RESERVED] = "reserved", [TOKEN_TURN] = "turn",
    [TOKEN_EOS] = "eos",           [TOKEN_INST] = "inst",
    [TOKEN_FIM] = "fim",           [TOKEN_MEDIA] = "media",
    [TOKEN_BYTE] = "byte",         [TOKEN_SPM] = "spm",
    [TOKEN_BBPE] = "bbpe",         [TOKEN_ROLE] = "role",
    [TOKEN_TOOL] = "tool",         [TOKEN_THINK] = "think",
    [TOKEN_CITE] = "cite",         [TOKEN_STRAY] = "stray",
};

bool token_name(char out[TOKEN_NAME_MAX], struct text name, bool squash)
{
    size_t n = 0;

    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];

        if (squash && (c == '_' || c == '-' || c == ' ' || c == '\\'))
            continue;
        if (squash && name.len - i >= 3 &&
            memcmp(name.ptr + i, "\xe2\x96\x81", 3) == 0) {
            i += 2;
            continue;
        }
        if (n + 1 >= TOKEN_NAME_MAX)
            return false;
        out[n++] = squash ? ascii_lower(c) : c;
    }
    out[n] = '\0';
    return n > 0;
}
