"""Answers as the JSON of generateContent, whole or in chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gemini_nb.offline.answer import Answer, CallPart, Candidate, PromptTokens, TextPart
from gemini_nb.offline.tokens import count_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

JSONObject = dict[str, Any]


def whole(answer: Answer, response_id: str, *, log_probabilities: int | None = None) -> JSONObject:
    """`answer` as the body of a generateContent reply.

    Args:
        answer: what to send.
        response_id: goes into `responseId`.
        log_probabilities: how many alternatives to list for each word; None for no listing.
    """
    return {
        "candidates": [
            {
                "content": {"parts": [_part(p) for p in candidate.parts], "role": "model"},
                "finishReason": candidate.finish_reason,
                "index": index,
                **_log_probabilities(candidate, log_probabilities),
            }
            for index, candidate in enumerate(answer.candidates)
        ],
        "usageMetadata": usage(
            answer.prompt_tokens,
            sum(c.output_tokens for c in answer.candidates),
            sum(c.thought_tokens for c in answer.candidates),
        ),
        "modelVersion": answer.model_version,
        "responseId": response_id,
    }


def chunks(answer: Answer, response_id: str, words_per_chunk: int) -> Iterator[JSONObject]:
    """`answer` as the successive bodies of a streamGenerateContent reply.

    The usage runs along, and the last text chunk carries the final one together with the finish
    reason: the SDK's chats take a later chunk without text for an invalid turn.
    """
    output = thoughts = 0
    for index, candidate in enumerate(answer.candidates):
        pending = list(_fragments(candidate, words_per_chunk))
        for number, (part, is_thought, tokens) in enumerate(pending, 1):
            thoughts += tokens if is_thought else 0
            output += 0 if is_thought else tokens
            last = number == len(pending)
            if last:  # rounding up each chunk would count more than the whole
                done = answer.candidates[: index + 1]
                output = sum(c.output_tokens for c in done)
                thoughts = sum(c.thought_tokens for c in done)
            piece: JSONObject = {"content": {"parts": [part], "role": "model"}, "index": index}
            if last:
                piece["finishReason"] = candidate.finish_reason
            yield {
                "candidates": [piece],
                "usageMetadata": usage(answer.prompt_tokens, output, thoughts),
                "modelVersion": answer.model_version,
                "responseId": response_id,
            }


def usage(prompt: PromptTokens, output: int, thoughts: int = 0) -> JSONObject:
    """Usage metadata: prompt, candidates and thoughts add up to the total.

    Example:
        >>> usage(PromptTokens(text=8), 3)["totalTokenCount"]
        11
    """
    counts: JSONObject = {
        "promptTokenCount": prompt.total,
        "candidatesTokenCount": output,
        "totalTokenCount": prompt.total + output + thoughts,
        "promptTokensDetails": prompt_details(prompt),
    }
    if prompt.cached:
        counts["cachedContentTokenCount"] = prompt.cached
    if thoughts:
        counts["thoughtsTokenCount"] = thoughts
    return counts


def prompt_details(prompt: PromptTokens) -> list[JSONObject]:
    """The prompt's tokens by modality, without the modalities that are absent."""
    counts = (("TEXT", prompt.text), ("IMAGE", prompt.image))
    return [{"modality": kind, "tokenCount": count} for kind, count in counts if count]


def group_words(pieces: Iterable[str], words_per_chunk: int) -> Iterator[str]:
    """The pieces joined into chunks of `words_per_chunk` pieces.

    Example:
        >>> list(group_words(["Once", " upon", " a", " time"], 3))
        ['Once upon a', ' time']
    """
    buffer: list[str] = []
    for piece in pieces:
        buffer.append(piece)
        if len(buffer) >= words_per_chunk:
            yield "".join(buffer)
            buffer.clear()
    if buffer:
        yield "".join(buffer)


def _fragments(
    candidate: Candidate, words_per_chunk: int
) -> Iterator[tuple[JSONObject, bool, int]]:
    """The parts as they are sent one by one: JSON, whether a thought, estimated tokens."""
    for part in candidate.parts:
        if isinstance(part, CallPart):
            yield _part(part), False, 0
            continue
        texts = list(group_words(part.pieces, words_per_chunk)) or [""]
        for text in texts:
            yield _text(text, thought=part.thought), part.thought, count_text(text)


def _part(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return {"functionCall": {"name": part.name, "args": part.args, "id": part.id}}
    return _text(part.text, thought=part.thought)


def _text(text: str, *, thought: bool) -> JSONObject:
    return {"text": text, "thought": True} if thought else {"text": text}


def _log_probabilities(candidate: Candidate, alternatives: int | None) -> JSONObject:
    if alternatives is None or not candidate.choices:
        return {}
    chosen = [
        {"token": choice.token, "logProbability": choice.log_probability}
        for choice in candidate.choices
    ]
    top = [
        {
            "candidates": [
                {"token": token, "logProbability": probability}
                for token, probability in choice.alternatives[:alternatives]
            ]
        }
        for choice in candidate.choices
    ]
    average = sum(choice.log_probability for choice in candidate.choices) / len(chosen)
    result = {"chosenCandidates": chosen, "topCandidates": top}
    return {"avgLogprobs": average, "logprobsResult": result}
