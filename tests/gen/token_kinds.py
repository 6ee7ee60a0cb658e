#!/usr/bin/env python3
"""Every family's tokens in every place of a report that a token may leak into:
our own cases, worded apart from any dev set. Each row of TOKENS is a class.
Left out are tokens whose surroundings decide (`<filename>`, `[PAD]`, `<s>`
pairs); tests/unit/checks/test_tokens.c has those.

usage: token_kinds.py > cases.jsonl"""
import json

TOKENS = {
    'reserved': (
        " <unused0> <unused99> <unused6241> <|reserved_special_token_0|>"
        " <|reserved_special_token_250|> [control_8] [control_769]"
        " <SPECIAL_999> <|extra_204|> <|dummy_85|> <|placeholder6|>"
        " <｜place▁holder▁no▁813｜> <｜hy_place▁holder▁no▁813｜>"
        " <|reserved_200017|> [unused993] [UNUSED_TOKEN_31] <reserved_881>"
        " <extra_id_0> <TOKENS_UNUSED_3> <reserved_token_12> <|unused_12|>"
        " <|reserved_token_163842|> <|special_token_4|>"),
    'turn': (
        " <start_of_turn> <end_of_turn> <|turn> <turn|> <|channel>"
        " <channel|> <|start_header_id|> <|end_header_id|> <|eot_id|>"
        " <|eom_id|> <|step_id|> <|header_start|> <|header_end|> <|eot|>"
        " <|im_start|> <|im_end|> <|user|> <|assistant|> <|system|> <|end|>"
        " <|im_sep|> <｜User｜> <｜Assistant｜> <｜hy_User｜> <｜hy_Assistant｜>"
        " <|start|> <|message|> <|return|> <|channel|> <|constrain|>"
        " <|START_OF_TURN_TOKEN|> <|END_OF_TURN_TOKEN|> <|USER_TOKEN|>"
        " <|CHATBOT_TOKEN|> <|SYSTEM_TOKEN|> >>TITLE<< >>ABSTRACT<<"
        " >>INTRODUCTION<< >>SUMMARY<< >>COMMENT<< >>ANSWER<< >>QUESTION<<"
        " >>DOMAIN<< <|im_middle|> <|im_user|> <|im_assistant|>"
        " <|start_of_role|> <|end_of_role|> <end_of_utterance>"
        " <|observation|> <|call|> <|EOT|> <|end_of_turn|> [|assistant|]"
        " [|endofturn|] <|eos|> <eoh> <eoa>"),
    'eos': (
        " <bos> <eos> <pad> <unk> <mask> <s> </s> <|begin_of_text|>"
        " <|end_of_text|> <|finetune_right_pad_id|> <|endoftext|>"
        " <｜begin▁of▁sentence｜> <｜end▁of▁sentence｜> <BOS_TOKEN> <EOS_TOKEN>"
        " <PAD> [EOS] [BOS] [gMASK] <sop> [CLS] [SEP] <|endofprompt|>"
        " <|startoftext|> <|padding|> <|pad|>"),
    'inst': (
        " [INST] [/INST] <<SYS>> <</SYS>> [SYSTEM_PROMPT] [/SYSTEM_PROMPT]"),
    'fim': (
        " <|fim_prefix|> <|fim_middle|> <|fim_suffix|> <|fim_pad|>"
        " <fim_prefix> <fim_middle> <fim_suffix> <fim-middle> <|repo_name|>"
        " <|file_sep|> <file_sep> <gh_stars> <issue_start> <issue_comment>"
        " <jupyter_start> <jupyter_text> <jupyter_code> <commit_before>"
        " <commit_after> <empty_output> <｜fim▁hole｜> <｜fim▁begin｜> [PREFIX]"
        " [MIDDLE] [SUFFIX] >>PREFIX<< >>SUFFIX<< >>MIDDLE<< <SUF> <MID>"),
    'media': (
        " <start_of_image> <end_of_image> <image_soft_token> [IMG]"
        " [IMG_BREAK] [IMG_END] <|image|> <|vision_start|> <|vision_end|>"
        " <|image_pad|> <|video_pad|> <|object_ref_start|> <|box_end|>"
        " <|quad_start|> <|audio_bos|> <|begin_of_image|>"),
    'tool': (
        " <tool_call> </tool_call> <tool_response> </tool_response>"
        " <|tool_call> <tool_call|> [TOOL_CALLS] [AVAILABLE_TOOLS]"
        " [/AVAILABLE_TOOLS] [TOOL_RESULTS] [/TOOL_RESULTS] <|python_tag|>"
        " <｜tool▁calls▁begin｜> <｜tool▁call▁end｜> <function=get_weather>"
        " <｜DSML｜invoke> <|tool_calls_section_begin|> <function_calls>"
        " <|plugin|> <|action_start|>"),
    'think': (
        " <think> </think> [THINK] [/THINK] ◁think▷ ◁/think▷ <thinking>"
        " </thinking>"),
    'byte': (
        " <0x0A> <0xE2> <0xFF><0x0D> <0x20>"),
}
CARRIERS = [
    'The pump{X} ran well today.',
    'The pump {X} ran well today.',
    'All is fine.{X}',
    '{X}All is fine.',
    '{X}\n\nAll is fine.',
    'All is fine.\n{X}\nMore text follows.',
    '## Heading {X}\n\nText.',
    '## {X}Heading\n\nText.',
    '- item one\n- item {X}\n',
    '1. step{X}\n2. step\n',
    '| a | b |\n|---|---|\n| 1{X} | 2 |\n',
    '| a | b |\n|---|---|\n| {X} | 2 |\n',
    '**Bold{X}** text',
    '*em {X}* text',
    '> quote {X} text',
    'Text ({X}) here',
    'All is fine.\r\n{X}\r\nMore.',
    'The rate is 5{X}7 units',
    '日本語{X}です',
    'Costs: 5 EUR;{X} then 6',
    '```markdown\n# T\n\nAll is fine.{X}\n```',
    'Line one{X}\nline two',
    'The end of this report.{X}\n',
    '[link{X}](https://example.org)',
    ' {X} starts here and goes on.',
]


def cases():
    for cls, tokens in TOKENS.items():
        for token in tokens.split():
            for carrier in CARRIERS:
                before, after = carrier.split("{X}")
                start = len(before.encode())
                yield {"id": f"{cls} {token} {carrier!r}",
                       "text": before + token + after,
                       "spans": [{"start": start,
                                  "end": start + len(token.encode()),
                                  "class": cls}]}


if __name__ == "__main__":
    for case in cases():
        print(json.dumps(case))
