/* special-token and encoding through the engine: what each finds, exactly,
 * and what neither may touch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "validator/base/buf.h"
#include "validator/engine.h"
#include "validator/rules_data.h"

extern const struct check check_special_token, check_encoding;

static struct text embedded(const struct check_env *env, const char *name)
{
    (void)env;
    for (size_t i = 0; i < rules_files_count; i++)
        if (strcmp(rules_files[i].name, name) == 0)
            return (struct text){ rules_files[i].ptr, rules_files[i].len };
    return (struct text){ NULL, 0 };
}

/* want: "class text" of every finding in order, joined by U+241E; "" for
 * none. */
#define AND "\xe2\x90\x9e"
struct token_case {
    const char *text, *want;
};

static const struct token_case found[] = {
    /* leaked although the report is about tokens */
    { "The tokenizer is fast. All is well.<|im_end|>", "turn <|im_end|>" },
    { "ChatML writes `<|im_end|>` here.\n\n<|im_start|>\n\nMore.",
      "turn <|im_start|>" },
    { "The second run <|foo_bar|> was slower.", "turn <|foo_bar|>" },
    /* one token per family, glued, spaced, in tables, headings and lists */
    { "Sales grew in spring<unused0>.", "reserved <unused0>" },
    { "<unused6241>## Summary", "reserved <unused6241>" },
    { "| a | b |\n|--|--|\n| x<unused99>y | 2 |", "reserved <unused99>" },
    { "Costs<reserved_106> fell.", "reserved <reserved_106>" },
    { "Costs [unused12] fell.", "reserved [unused12]" },
    { "Fine [UNUSED_TOKEN_146]", "reserved [UNUSED_TOKEN_146]" },
    { "It [control_331] rose.", "reserved [control_331]" },
    { "It <SPECIAL_20> rose.", "reserved <SPECIAL_20>" },
    { "End<extra_id_99>", "reserved <extra_id_99>" },
    { "Flow <|dummy_7|> rate", "reserved <|dummy_7|>" },
    { "Flow <|reserved_200014|> rate", "reserved <|reserved_200014|>" },
    { "Flow <|placeholder3|> rate", "reserved <|placeholder3|>" },
    { "Flow <\xef\xbd\x9cplace\xe2\x96\x81holder\xe2\x96\x81no\xe2\x96\x81"
      "12\xef\xbd\x9c> rate",
      "reserved <\xef\xbd\x9cplace\xe2\x96\x81holder\xe2\x96\x81no\xe2\x96\x81"
      "12\xef\xbd\x9c>" },
    { "Ok <ctrl99> then", "reserved <ctrl99>" },
    { "Ok <madeupword0001> then", "reserved <madeupword0001>" },
    { "Done.<end_of_turn>\n<start_of_turn>model\nMore text here.",
      "turn <end_of_turn>" AND "turn <start_of_turn>" },
    { "Ready<|turn> go", "turn <|turn>" },
    { "Ready<turn|> go", "turn <turn|>" },
    { "Ready<channel|> go", "turn <channel|>" },
    { "The <|eot_id|><|start_header_id|>assistant<|end_header_id|> answer",
      "turn <|eot_id|>" AND "turn <|start_header_id|>" AND
      "turn <|end_header_id|>" },
    { "Risk <|eom_id|> low", "turn <|eom_id|>" },
    { "Risk <|header_start|> low", "turn <|header_start|>" },
    { "Risk <|im_sep|> low", "turn <|im_sep|>" },
    { "Risk <|assistant|> low", "turn <|assistant|>" },
    { "Risk <|return|> low", "turn <|return|>" },
    { "Risk <|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|> low",
      "turn <|START_OF_TURN_TOKEN|>" AND "turn <|CHATBOT_TOKEN|>" },
    { "Rain. >>SUMMARY<< Dry.", "turn >>SUMMARY<<" },
    { "The pump was replaced by the <|im_end|>", "turn <|im_end|>" },
    { "Rain, and <eos> the pump runs.", "eos <eos>" },
    { "The pump was <eos> repaired.", "eos <eos>" },
    { "The flow of <unused7> was low.", "reserved <unused7>" },
    { "<eos> starts here alone.", "eos <eos>" },
    { "Rain fell>>QUESTION<< dry.", "turn >>QUESTION<<" },
    { "Go <|im_middle|> on", "turn <|im_middle|>" },
    { "Go <|start_of_role|> on", "turn <|start_of_role|>" },
    { "Go <end_of_utterance> on", "turn <end_of_utterance>" },
    { "Go [|endofturn|] on", "turn [|endofturn|]" },
    { "Go <\xef\xbd\x9chy_Assistant\xef\xbd\x9c> on",
      "turn <\xef\xbd\x9chy_Assistant\xef\xbd\x9c>" },
    { "Go <\xef\xbd\x9chy-Assistant\xef\xbd\x9c> on",
      "turn <\xef\xbd\x9chy-Assistant\xef\xbd\x9c>" },
    { "All good.<eos>", "eos <eos>" },
    { "<bos>All good.", "eos <bos>" },
    { "All<pad><pad><pad> good.", "eos <pad><pad><pad>" },
    { "The <unk> river is low today.", "eos <unk>" },
    { "The <mask> river is low today.", "eos <mask>" },
    { "Ends here.</s>", "eos </s>" },
    { "<s> Begins here.", "eos <s>" },
    { "Text <|end_of_text|> more", "eos <|end_of_text|>" },
    { "Text <|finetune_right_pad_id|> more", "eos <|finetune_right_pad_id|>" },
    { "Text <BOS_TOKEN> more", "eos <BOS_TOKEN>" },
    { "Text <|endofprompt|> more", "eos <|endofprompt|>" },
    { "Text [gMASK]<sop> more", "eos [gMASK]" AND "eos <sop>" },
    { "Text [EOS] more", "eos [EOS]" },
    { "Text [CLS] more [SEP] and", "eos [CLS]" AND "eos [SEP]" },
    { "[INST] Write it. [/INST] Here.", "inst [INST]" AND "inst [/INST]" },
    { "<<SYS>>Be brief.<</SYS>>", "inst <<SYS>>" AND "inst <</SYS>>" },
    { "[SYSTEM_PROMPT]Be brief.[/SYSTEM_PROMPT]",
      "inst [SYSTEM_PROMPT]" AND "inst [/SYSTEM_PROMPT]" },
    { "Then <fim_middle> and", "fim <fim_middle>" },
    { "Then <|fim_suffix|> and", "fim <|fim_suffix|>" },
    { "Then <gh_stars> and", "fim <gh_stars>" },
    { "Then <jupyter_code> and", "fim <jupyter_code>" },
    { "Then <empty_output> and", "fim <empty_output>" },
    { "<repo_name>acme/pump<file_sep>main.c",
      "fim <repo_name>" AND "fim <file_sep>" },
    { "<filename>main.c\nThe pump ran.", "fim <filename>" },
    { "Then <|file_sep|> and", "fim <|file_sep|>" },
    { "Then [SUFFIX] and", "fim [SUFFIX]" },
    { "Photo <|vision_start|><|image_pad|><|image_pad|><|vision_end|> taken",
      "media <|vision_start|>" AND "media <|image_pad|><|image_pad|>" AND
      "media <|vision_end|>" },
    { "Photo <start_of_image> taken", "media <start_of_image>" },
    { "Photo <image_soft_token> taken", "media <image_soft_token>" },
    { "Photo [IMG] [IMG_BREAK] taken", "media [IMG]" AND "media [IMG_BREAK]" },
    { "Photo <|audio_bos|> taken", "media <|audio_bos|>" },
    { "Photo <|12.40|> taken", "media <|12.40|>" },
    { "Line one.<0x0A>Line two.", "byte <0x0A>" },
    { "It<0xE2><0x80><0x99>s here", "byte <0xE2><0x80><0x99>" },
    /* tools, thinking, citations */
    { "[TOOL_CALLS][{\"name\": \"read\"}]", "tool [TOOL_CALLS]" },
    { "<function=read>{}</function> Done.",
      "tool <function=read>" AND "tool </function>" },
    { "<|python_tag|>print(1)", "tool <|python_tag|>" },
    { "<|tool_call> x <tool_call|>",
      "tool <|tool_call>" AND "tool <tool_call|>" },
    { "<tool_response>\n5 files\n</tool_response>\nThere are five.",
      "tool <tool_response>" AND "tool </tool_response>" },
    { "<|tool_calls_section_begin|>", "tool <|tool_calls_section_begin|>" },
    { "<invoke name=\"ls\">\n</invoke>\n\nThat is all.",
      "tool <invoke name=\"ls\">" AND "tool </invoke>" },
    { "<think>\nFirst the files.\n</think>\n\nThe files are fine.",
      "think <think>" AND "think </think>" },
    { "<thinking>Plan it.</thinking>\nThe plan.",
      "think <thinking>" AND "think </thinking>" },
    { "[THINK]Plan it.[/THINK] The plan.",
      "think [THINK]" AND "think [/THINK]" },
    { "\xe2\x97\x81think\xe2\x96\xb7Plan\xe2\x97\x81/think\xe2\x96\xb7 The "
      "plan.",
      "think \xe2\x97\x81think\xe2\x96\xb7" AND
      "think \xe2\x97\x81/think\xe2\x96\xb7" },
    { "Load fell\xe3\x80\x90"
      "4\xe2\x80\xa0report.pdf\xe3\x80\x91.",
      "cite \xe3\x80\x90"
      "4\xe2\x80\xa0report.pdf\xe3\x80\x91" },
    { "Load fell [cite: 3, 4].", "cite [cite: 3, 4]" },
    { "Load fell citeturn0search12 today.", "cite citeturn0search12" },
    { "Load <co: 0>fell</co: 0>.", "cite <co: 0>" AND "cite </co: 0>" },
    /* misspelt, other brackets, cut off */
    { "Done.</end_of_turn>", "turn </end_of_turn>" },
    { "Done.<end_of_trun>", "turn <end_of_trun>" },
    { "Done.<end-of-turn>", "turn <end-of-turn>" },
    { "Done.<|im_end>", "turn <|im_end>" },
    { "Done.<im_end|>", "turn <im_end|>" },
    { "Done.<im_end>", "turn <im_end>" },
    { "Done.<|imend|>", "turn <|imend|>" },
    { "Done.<|im_ned|>", "turn <|im_ned|>" },
    { "Done. im_end|> More.", "turn im_end|>" },
    { "Done.<eot_id>", "turn <eot_id>" },
    { "Done.<\\|im_end\\|> More.", "turn <\\|im_end\\|>" },
    { "Done.<|end_of_turn|>", "turn <|end_of_turn|>" },
    { "Done.<endoftext>", "eos <endoftext>" },
    { "Done.<|begin_of_txt|>", "eos <|begin_of_txt|>" },
    { "The second <unused49 run", "reserved <unused49" },
    { "The end is <unused4", "reserved <unused4" },
    { "The end is near.<|im_e", "turn <|im_e" },
    { "The end is near.<end_of_tu", "turn <end_of_tu" },
    { "The end is near.<start_of_turn\n", "turn <start_of_turn" },
    /* pieces of the vocabulary */
    { "The \xe2\x96\x81mean\xe2\x96\x81of\xe2\x96\x81"
      "five runs",
      "spm \xe2\x96\x81mean\xe2\x96\x81of\xe2\x96\x81"
      "five" },
    { "The mean\xe2\x96\x81was low", "spm \xe2\x96\x81was" },
    { "So\xc4\xa0"
      "the\xc4\xa0run was",
      "bbpe \xc4\xa0the\xc4\xa0run" },
    { "One.\xc4\x8aTwo.", "bbpe \xc4\x8a" },
    { "One.\xc4\x8a\xc4\x8aTwo.", "bbpe \xc4\x8a\xc4\x8a" },
    { "It\xc3\xa2\xc4\xa2\xc4\xbbs here", "bbpe \xc3\xa2\xc4\xa2\xc4\xbb" },
    { "\xe2\x96\x81"
      "Summary of the week",
      "spm \xe2\x96\x81"
      "Summary" },
    { "So \xc4\xa0"
      "the run was",
      "bbpe \xc4\xa0"
      "the" },
    { "So \xc3\xb0\xc5\x81\xc4\xba\xc4\xac it is",
      "bbpe \xc3\xb0\xc5\x81\xc4\xba\xc4\xac" },
    /* stripped remains */
    { "All sites are up.\nuser\n", "role user" },
    { "system\n\nYou are a helpful writer of reports.\n", "role system" },
    { "All sites are up.\nassistant\n\nThe second part.", "role assistant" },
    { "assistant\n\n# Report\n\nFine and dry.", "role assistant" },
    { "All sites are up.assistant\n\nThe second part.", "role assistant" },
    { "All sites are up.\n\nuser\nPlease make it short.\nmodel\nIt is short.",
      "role user" AND "role model" },
    { "I list files.assistantfinalThe files are fine.", "role assistantfinal" },
    { "It is so.\n\nHuman: Make it shorter, please.\n\nAssistant: Of course, "
      "here it is.",
      "role Human:" AND "role Assistant:" },
    { "### Instruction:\nWrite it.\n\n### Response:\nHere is the text of it.",
      "role Instruction:" AND "role Response:" },
    { "It rained in\xe2\x91\xba the north.", "stray \xe2\x91\xba" },
    { "```md\n# T\n\nThe load was low.<|im_end|>\n```\n", "turn <|im_end|>" },
    { "> Quoted prose<|im_end|> is prose.", "turn <|im_end|>" },
    /* fences that never close, or close what stands behind text */
    { "Text.\n\n```\nls -l\n\n## Findings\n\nIt is fine.<|im_end|>\n",
      "turn <|im_end|>" },
    { "It is easy.```bash\nls\n```\n\nThe load was very low.<|im_end|>\n",
      "turn <|im_end|>" },
    { "It is done.</s><s>[INST] More. [/INST]",
      "eos </s>" AND "eos <s>" AND "inst [INST]" AND "inst [/INST]" },
    { "It goes on with <unused", "reserved <unused" },
    { "Repeat<unused49><unused49> <unused49>",
      "reserved <unused49><unused49> <unused49>" },
    { "Fine.<|call|> x <|start|>assistant",
      "tool <|call|>" AND "turn <|start|>" },
    /* encoding */
    { "It is\xef\xbf\xbd\xef\xbf\xbd so",
      "replacement \xef\xbf\xbd\xef\xbf\xbd" },
    { "The pump\xc3\xa2\xe2\x82\xac\xe2\x84\xa2s valve",
      "mojibake \xc3\xa2\xe2\x82\xac\xe2\x84\xa2" },
    { "na\xc3\x83\xc2\xafve", "mojibake \xc3\x83\xc2\xaf" },
    { "d\xc3\x83\xc2\xa9j\xc3\x83 vu: fa\xc3\x83\xc2\xa7"
      "ade",
      "mojibake \xc3\x83\xc2\xa9" AND "mojibake \xc3\x83\xc2\xa7" },
    { "21 \xc3\x82\xc2\xb0"
      "C",
      "mojibake \xc3\x82\xc2\xb0" },
    { "5 \xc3\x8e\xc2\xbcs", "mojibake \xc3\x8e\xc2\xbc" },
    { "3 \xc3\x83\xe2\x80\x94 4", "mojibake \xc3\x83\xe2\x80\x94" },
    { "a \xc3\xa2\xe2\x80\xa0\xe2\x80\x99 b",
      "mojibake \xc3\xa2\xe2\x80\xa0\xe2\x80\x99" },
    { "fine \xc3\xb0\xc5\xb8\xcb\x9c\xe2\x82\xac day",
      "mojibake \xc3\xb0\xc5\xb8\xcb\x9c\xe2\x82\xac" },
    { "The pump\xc3\x83\xc2\xa2\xc3\xa2\xe2\x80\x9a\xc2\xac\xc3\xa2\xe2\x80\x9e"
      "\xc2\xa2s valve",
      "mojibake "
      "\xc3\x83\xc2\xa2\xc3\xa2\xe2\x80\x9a\xc2\xac\xc3\xa2\xe2\x80\x9e"
      "\xc2\xa2" },
    { "The pump\xe2\x80\x9a\xc3\x84\xc3\xb4s valve",
      "mojibake \xe2\x80\x9a\xc3\x84\xc3\xb4" },
    { "10\xc3\x82\xc2\xa0km", "mojibake \xc3\x82\xc2\xa0" },
    { "bell\x07 here", "control \x07" },
    { "warn \x1b[1;33myellow\x1b[0m",
      "control \x1b[1;33m" AND "control \x1b[0m" },
    { "del\x7f here", "control \x7f" },
    { "red \xc2\x9b"
      "31mtext",
      "control \xc2\x9b"
      "31m" },
    { "t \x1b]0;title\x07 x", "control \x1b]0;title\x07" },
    { "next\xc2\x85line", "control \xc2\x85" },
    { "bad \xc3( byte", "invalid \xc3" },
    { "cut \xe2\x82", "invalid \xe2\x82" },
    { "so\xe2\x80\x8b-called", "invisible \xe2\x80\x8b" },
    { "so\xe2\x80\x8d"
      "called",
      "invisible \xe2\x80\x8d" },
    { "so\xe2\x81\xa0"
      "called",
      "invisible \xe2\x81\xa0" },
    { "so\xef\xbb\xbf"
      "called",
      "invisible \xef\xbb\xbf" },
    { "a\xf3\xa0\x81\x81\xf3\xa0\x81\x82 b",
      "invisible \xf3\xa0\x81\x81\xf3\xa0\x81\x82" },
    { "file\xe2\x80\xaegpj.exe", "bidi \xe2\x80\xae" },
    { "a \xe2\x81\xa6isolate\xe2\x81\xa9 b",
      "bidi \xe2\x81\xa6" AND "bidi \xe2\x81\xa9" },
    { "x \xee\x82\xa0 y", "pua \xee\x82\xa0" AND "stray \xee\x82\xa0" },
    { "x \xcd\xb8 y", "unassigned \xcd\xb8" },
    { "x \xef\xb7\x90 y", "unassigned \xef\xb7\x90" },
    { "Z\xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84o",
      "combining \xcc\x80\xcc\x81\xcc\x82\xcc\x83\xcc\x84" },
    { "`a\xe2\x80\xae"
      "b`",
      "bidi \xe2\x80\xae" },
};

static const struct token_case silent[] = {
    { "A turn ends with `<end_of_turn>` in Gemma.", "code span" },
    { "```text\n<|im_start|>user\nHi<|im_end|>\n```", "fence" },
    { "~~~\n[INST] x [/INST]\n~~~", "tilde fence" },
    { "Text.\n\n    <|eot_id|> <eos>\n\nText.", "indented code" },
    { "<!-- <|im_end|> -->\nText.", "comment" },
    { "A <pre><|im_end|> <eos></pre> block.", "pre element" },
    { "The <eos> token ends a text.", "talk: token behind" },
    { "We train with the token <pad> at the end.", "talk: token before" },
    { "The string \"<|im_end|>\" is a special marker.", "talk: quoted" },
    { "A marker (<eos>) is a special token.", "talk: in parentheses" },
    { "Use \xe2\x80\x9c<unk>\xe2\x80\x9d as the placeholder token.",
      "talk: curly quotes" },
    { "He paid <s>12</s> 9 euro.", "struck through" },
    { "An old <s>price of twelve euro</s> and <s>more</s>.", "struck twice" },
    { "<svg><mask id=\"m\"></mask></svg> drawing", "SVG mask" },
    { "Enter <name>, <user>, <output>, <file>, <path> and <id>.",
      "placeholders" },
    { "Set <your_api_key> and <user_token> and <model_name>.", "underscored" },
    { "Press <Enter>, <Tab>, <Esc>, <Ctrl>, <F1>.", "keys" },
    { "git clone <repo_name> and open <filename> there.", "file placeholders" },
    { "H<sub>2</sub>O, x<sup>2</sup>, <br>, <hr/>, <kbd>q</kbd>", "HTML" },
    { "<details><summary>More</summary>\n\nText\n\n</details>", "details" },
    { "<table><tr><td>1</td></tr></table>", "HTML table" },
    { "if a < b and c > d or e <= f | g >= h", "comparison" },
    { "f = |x| < |y| and |a|<|b| and |start|<|end| hold", "absolute values" },
    { "Rust: let f = |x| x + 1; v.iter().map(|t| t > 3)", "closures" },
    { "F#: xs |> List.map f <| ys; a <|> b; p <|| q", "operators" },
    { "sort <in >out 2>&1 | uniq >> log; cat << EOF", "shell" },
    { "vector<unused>, Map<K, V>, List<T>, Box<dyn Fn>, array<int, 4>",
      "generics" },
    { "cout << pad << eos; cin >> bos >> x;", "streams" },
    { "a >> SHIFT << 2, x>>MASK<<1", "shifts" },
    { "merge markers <<<<<<< HEAD and >>>>>>> main", "conflict markers" },
    { "See <https://example.org/a|b> and <mail@example.org>.", "autolinks" },
    { "See [INSTALL], [NOTE], [1], [x] and [TODO].", "bracket words" },
    { "Dear [NAME], meet [DATE] at [PLACE]; [REDACTED]", "bracket blanks" },
    { "Files are [PREFIX]_[DATE].csv and log-[SUFFIX].txt", "file pattern" },
    { "buf[MASK], A[UNIT], x[PAD] are indices", "indices" },
    { "[MASK](https://example.org) and [SEP]: see below", "links" },
    { "usage: tool [OPTIONS] [ARGS] FILE", "usage" },
    { "Range <0x7fff0000> to 0x0A and <0x1>", "addresses" },
    { "rate(http_total[5m]) and [31m", "ranges" },
    { "Load \xe2\x96\x81\xe2\x96\x82\xe2\x96\x83\xe2\x96\x85\xe2\x96\x87 rose",
      "sparkline" },
    { "CPU \xe2\x96\x85\xe2\x96\x81low and \xe2\x96\x81 none", "bars" },
    { "Name: \xe2\x96\x81\xe2\x96\x81\xe2\x96\x81\xe2\x96\x81",
      "blank to fill" },
    { "\xc4\xa0gantija, \xc4\xa0or\xc4\xa1 and \xc4\x8a"
      "ensu met in \xc4\xa6"
      "A\xc4\xa0"
      "AR",
      "Maltese" },
    { "S\xc3\xa3o Paulo, MA\xc3\x87\xc3\x83, IRM\xc3\x83\xe2\x80\x9d, \xc3\x82"
      "ngela",
      "Portuguese capitals" },
    { "\xc2\xab\xc2\xa0\xc3\x82\xc2\xa0\xc2\xbb est une lettre, \xc3\x82ge, "
      "\xc3\x8ele",
      "French" },
    { "c\xc3\xa2u th\xc3\xa2n\xe2\x80\xa6\xe2\x80\x9d "
      "\xc4\x91\xc6\xb0\xe1\xbb\x9d"
      "ng",
      "Vietnamese" },
    { "SM\xc3\x85 Gl\xc3\xa4ser, \xe2\x80\x9e\xc3\x84\xe2\x80\x9c, Spa\xc3\x9f"
      "\xe2\x80\x9c, 5 \xc3\x98",
      "German and Swedish" },
    { "\xd9\x86\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9"
      "\x85",
      "Persian ZWNJ" },
    { "\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7 "
      "\xe0\xa4\xb9\xe0\xa4\xbf"
      "\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80",
      "Hindi ZWJ" },
    { "\xe0\xb8\xa0\xe0\xb8\xb2\xe2\x80\x8b\xe0\xb9\x84\xe0\xb8\x97\xe0\xb8"
      "\xa2",
      "Thai ZWSP" },
    { "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac "
      "\xf0\x9f\x91\xa8\xe2\x80\x8d"
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 \xe2\x9c\x94\xef\xb8\x8f "
      "\xf0\x9f\x8f\xb3\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x8c\x88",
      "emoji" },
    { "1\xef\xb8\x8f\xe2\x83\xa3 2\xef\xb8\x8f\xe2\x83\xa3 "
      "#\xef\xb8\x8f\xe2\x83"
      "\xa3",
      "keycaps" },
    { "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0"
      "\x81\xae\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf and "
      "\xf0\x9f\x87\xa9\xf0\x9f\x87"
      "\xaa",
      "flags" },
    { "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xe2\x80\x8f(ok)\xe2\x80\x8e",
      "marks" },
    { "\xef\xbb\xbf# Title\n\nText.", "BOM at the start" },
    { "co\xc2\xad"
      "op\xc2\xad"
      "er\xc2\xad"
      "ate 10\xc2\xa0km 5\xe2\x80\xaf%",
      "soft hyphens, no-break spaces" },
    { "\xce\x94T = 5 \xce\xbcs, \xcf\x83 \xe2\x89\x88 0.3, \xce\xa9, "
      "\xe2\x88\x91",
      "Greek in formulas" },
    { "cafe\xcc\x81 and Vie\xcc\xa3\xcc\x82t", "decomposed accents" },
    { "\xe2\x80\x9cquote\xe2\x80\x9d \xe2\x80\x98s\xe2\x80\x99 \xe2\x80\x93 "
      "\xe2\x80\x94 \xe2\x80\xa6 \xe2\x80\xa2 \xc2\xb1 \xc2\xb0 \xe2\x86\x92 "
      "\xe2\x9c\x85 \xe2\x82\xac",
      "typography" },
    { "Circles \xe2\x91\xa0 first, \xe2\x91\xa1 second; see note\xe2\x91\xa1",
      "enclosed numbers in a series" },
    { "Tab\there\r\nand\ta line\f", "tab, CRLF, form feed" },
    { "System: Linux\nUser: root\nModel: gemma3\nAssistant: none",
      "key: value" },
    { "**User:** admin\n**Assistant:** enabled", "metadata" },
    { "| role | text |\n|--|--|\n| user | Hi there, you |\n| assistant | Hello "
      "|",
      "role column" },
    { "Roles:\n\n- user\n- assistant\n- system\n", "list of roles" },
    { "The roles are\nuser\nassistant\nsystem\n", "lines of roles" },
    { "The report was read by the\nassistant\n\nLater it was filed.",
      "wrapped word" },
    { "The transcript of the chat:\n\nUser: How long is it?\nAssistant: It is "
      "long enough.",
      "announced transcript" },
    { "> User: How long is it?\n> Assistant: It is long enough.",
      "quoted chat" },
    { "The assistant and the user group think about the model.", "words" },
    { "She said <thinking aloud> and left <for now>.", "prose in brackets" },
    { "The tokens <bos> and <eos> mark the ends.", "talk: a list" },
    { "A turn is closed by <|im_end|>, so the client stops.", "noun: object" },
    { "Fill with <fim_prefix>, <fim_suffix> and <fim_middle>.", "noun: list" },
    { "Two answers emit <|im_end|>; none was empty.", "noun: verb" },
    { "If <|eot_id|> is missing, it runs on.", "noun: subject of a clause" },
    { "<bos> begins a text and <eos> ends it.", "noun: subject" },
    { "- <bos>: before the text\n- <eos>: behind it\n", "noun: glossary" },
    { "| <bos> | begin |\n| <eos> | end |\n", "noun: first cells" },
    { "We add the special tokens <pad>, <bos>, <eos> to it.", "talk: a list" },
    { "It wraps text in <|im_start|> and <|im_end|> tokens.", "talk: a list" },
    { "They reason between <think> and </think> tags.", "talk: a list" },
    { "The sign <unk> denotes a rare word.", "talk: a verb" },
    { "5 < x and y <start", "a comparison at the end" },
    { "\xc3\x8eti dau, \xc3\x82nt, m\xc3\xa2ine\xe2\x80\xa6\xe2\x80\x9d",
      "Romanian" },
    { "\xc3\xb0, \xc3\x9e, \xe2\x80\x9c\xc3\xb0\xe2\x80\xa6\xe2\x80\x9d",
      "Icelandic" },
    { "2\xe2\x88\x9ax, \xc2\xacp, \xe2\x94\x9c\xe2\x94\x80 a, \xe2\x94\xac\xe2"
      "\x94\x80",
      "roots, negation, trees" },
    { "text\n\n```\nno end of this <|im_end|> code\nx = 1\n",
      "a fence that never closes is code while it looks so" },
    { "The character \xef\xbf\xbd (U+FFFD) marks a lost byte.", "named" },
    { "`\xc3\x83\xc2\xa9` is how a wrong decoding shows it.",
      "mojibake in code" },
    { "The <tools> and <answer> fields of <analysis> forms", "element names" },
    { "The <SPECIAL> offer, <RESERVED> seats, [UNUSED] rooms", "capitals" },
    { "For all n, |end|<|start| and |im|<|re|>0, |a|<|b|<|c|.", "moduli" },
    { "The state |psi> and its dual, <|psi|> or <|x|>", "bras and kets" },
    { "A <|--|> B and C <|--o D", "arrows of a diagram" },
    { "The tokenizer closes a turn with <|im_end|>, then a line feed.",
      "a report about tokens" },
    { "## Special tokens\n\n- <bos>: begins a text\n- <eos>: ends it\n",
      "a list about tokens" },
    { "ChatML writes `<|im_start|>` first. Then <|im_end|> follows.",
      "a token written as code" },
    { "Students see <think> tags in class.", "tags" },
    { "## Transcript\n\nUser: Is the pump running again?\nAssistant: Yes, it "
      "runs since noon.\nUser: Is it loud as before?\nAssistant: No, it is "
      "rather quiet.\n",
      "a conversation of some length" },
};

struct fixture {
    struct engine engine;
    struct arena *a;
};

static void judge(struct fixture *f, struct text t, char *out, size_t size)
{
    struct error err = { "" };
    struct result r;
    size_t n = 0;

    arena_reset(f->a);
    out[0] = '\0';
    assert_int_equal(engine_run(&f->engine, &r, "case", t, NULL, f->a, &err),
                     ST_OK);
    for (size_t i = 0; i < r.finding_count; i++) {
        const struct finding *g = &r.findings[i];
        const struct text s = text_sub(t, g->span);
        const int len =
            snprintf(out + n, size - n, "%s%s %.*s", i > 0 ? AND : "",
                     strchr(g->rule->id, '/') + 1, (int)s.len, s.ptr);

        assert_true(len > 0 && (size_t)len < size - n);
        n += (size_t)len;
    }
}

static int set_up(void **state)
{
    static const struct check *const checks[] = { &check_special_token,
                                                  &check_encoding };
    static const char *const langs[] = { "en" };
    static struct fixture f;
    const struct check_env env = { .rule_file = embedded,
                                   .langs = langs,
                                   .n_langs = 1 };
    struct error err;

    f.a = arena_new(64 << 20);
    if (f.a == NULL || engine_init(&f.engine, checks, 2, &env, &err) != ST_OK)
        return -1;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    engine_free(&f->engine);
    arena_free(f->a);
    return 0;
}

static void finds_exactly(void **state)
{
    size_t bad = 0;

    for (size_t i = 0; i < sizeof(found) / sizeof(*found); i++) {
        char got[4096];

        judge(*state, text_from(found[i].text), got, sizeof(got));
        if (strcmp(got, found[i].want) != 0) {
            print_error("%s\n  want %s\n  got  %s\n", found[i].text,
                        found[i].want, got);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

static void is_silent(void **state)
{
    size_t bad = 0;

    for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++) {
        char got[4096];

        judge(*state, text_from(silent[i].text), got, sizeof(got));
        if (got[0] != '\0') {
            print_error("%s: %s\n  got %s\n", silent[i].want, silent[i].text,
                        got);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* NUL cannot stand in the table's strings. */
static void finds_nul(void **state)
{
    char got[256];

    judge(*state, TEXT_LIT("a\0b"), got, sizeof(got));
    assert_int_equal(memcmp(got, "control \0", 9), 0);
}

struct guard_result {
    bool stopped;
    struct guard_reason why;
};

/* step 0: random steps. */
static struct guard_result guarded(const struct fixture *f, size_t check,
                                   struct text t, size_t step, uint32_t *r)
{
    const struct guard_ops *ops = f->engine.checks[check]->guard;
    void *state = malloc(ops->state_size(f->engine.setups[check]));
    struct guard_result g = { .stopped = false };
    size_t i = 0;

    assert_non_null(state);
    ops->begin(state, f->engine.setups[check], f->engine.options[check]);
    while (i < t.len && !g.stopped) {
        *r = *r * 1664525u + 1013904223u;
        size_t n = step != 0 ? step : 1 + (*r >> 20) % 150;

        n = n < t.len - i ? n : t.len - i;
        g.stopped = ops->feed(state, (struct text){ t.ptr + i, n }, &g.why) ==
                    GUARD_STOP;
        i += n;
    }
    if (!g.stopped)
        g.stopped = ops->end(state, &g.why) == GUARD_STOP;
    free(state);
    return g;
}

static void assert_same(struct guard_result a, struct guard_result b)
{
    assert_int_equal(a.stopped, b.stopped);
    if (!a.stopped)
        return;
    assert_ptr_equal(a.why.rule, b.why.rule);
    assert_int_equal(a.why.span.off, b.why.span.off);
    assert_int_equal(a.why.span.len, b.why.span.len);
    assert_int_equal(a.why.decided_at, b.why.decided_at);
}

/* Random bytes made of the alphabets that matter end in findings, no crash;
 * spans stay inside. */
static void survives_noise(void **state)
{
    static const char *const parts[] = {
        "<|",
        "|>",
        "<",
        ">",
        "[",
        "]",
        "im_end",
        "unused",
        "7",
        "/",
        "\n",
        "\xef\xbd\x9c",
        "\xe2\x96\x81",
        "\xc4\xa0",
        "\xff",
        "\xe2",
        "\x1b[",
        "assistant",
        ":",
        "User",
        "`",
        "```\n",
        "\xc3\x83",
        "\xc2\xa9",
        "s",
        "\xcc\x81",
        "\xf3\xa0\x81",
        "\xe2\x80\x8d",
        " ",
        "\xc3\xa2\xe2\x82\xac",
    };
    struct fixture *f = *state;
    uint32_t r = 1;

    for (int round = 0; round < 3000; round++) {
        char text[512];
        size_t n = 0;
        struct error err;
        struct result result;

        for (int k = 0; k < 24; k++) {
            r = r * 1664525u + 1013904223u;
            const char *p = parts[(r >> 16) % (sizeof(parts) / sizeof(*parts))];

            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        arena_reset(f->a);
        assert_int_equal(engine_run(&f->engine, &result, "noise",
                                    (struct text){ text, n }, NULL, f->a, &err),
                         ST_OK);
        for (size_t i = 0; i < result.finding_count; i++)
            assert_true(span_end(result.findings[i].span) <= n);
        for (size_t c = 0; c < 2; c++) {
            const struct text t = { text, n };

            assert_same(guarded(f, c, t, n, &r), guarded(f, c, t, 1, &r));
        }
    }
}

/* A guard never stops what the whole text passes; what it stops for is a
 * finding of the whole text. */
static void guard_agrees(void **state)
{
    struct fixture *f = *state;
    size_t stops = 0;
    uint32_t r = 7;

    for (size_t i = 0; i < sizeof(silent) / sizeof(*silent); i++)
        for (size_t c = 0; c < 2; c++)
            if (guarded(f, c, text_from(silent[i].text), 1, &r).stopped)
                fail_msg("stopped: %s", silent[i].text);
    for (size_t i = 0; i < sizeof(found) / sizeof(*found); i++) {
        const struct text t = text_from(found[i].text);

        for (size_t c = 0; c < 2; c++) {
            const struct guard_result g = guarded(f, c, t, 1, &r);
            const char *want = found[i].want;

            stops += g.stopped;
            if (g.stopped &&
                strstr(want, strchr(g.why.rule->id, '/') + 1) == NULL)
                fail_msg("stopped for %s: %s", g.why.rule->id, found[i].text);
        }
    }
    assert_true(stops > 80);
}

/* A token in the middle of a long text, at every place of the window. */
static void no_split_matters(void **state)
{
    static const char *const faults[] = {
        "<|im_end|>",       "<unused17>",
        "`<|im_end|>`",     "\n```\n<eos>\n```\n",
        "\x1b[1m",          "\xc4\xa0the\xc4\xa0run",
        "<|eot_id",         "\xff",
        "``<eos>`` ",       "\n\n    <|eot_id|>\n",
        "\xe2\x80\xae",     "[INST]",
        "\n```md\n<eos>\n",
    };
    struct fixture *f = *state;
    uint32_t r = 99;

    for (size_t round = 0; round < 400; round++) {
        struct buf b = { .ptr = NULL };

        r = r * 1664525u + 1013904223u;
        for (size_t n = (r >> 16) % 9000; b.len < n;)
            buf_puts(&b, round % 3 == 0 ? "A line of text.\n\n"
                         : round % 3 == 1
                             ? "words here "
                             : "it\xe2\x80\x99s <b> \xf0\x9f\x98\x80 [a] ");
        buf_puts(&b, faults[round % (sizeof(faults) / sizeof(*faults))]);
        for (size_t n = b.len + (r >> 8) % 200; b.len < n;)
            buf_puts(&b, round % 2 == 0 ? " and so on" : ".\n");
        for (size_t c = 0; c < 2; c++) {
            const struct guard_result all =
                guarded(f, c, buf_text(&b), b.len, &r);

            assert_same(all, guarded(f, c, buf_text(&b), 1, &r));
            assert_same(all, guarded(f, c, buf_text(&b), 0, &r));
            assert_true(!all.stopped ||
                        all.why.decided_at <= span_end(all.why.span) + 64);
        }
        buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_exactly), cmocka_unit_test(is_silent),
        cmocka_unit_test(finds_nul),     cmocka_unit_test(survives_noise),
        cmocka_unit_test(guard_agrees),  cmocka_unit_test(no_split_matters),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
