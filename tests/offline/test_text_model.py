"""What the n-gram model promises: on the subject, as long as asked, drawn as the sampling says."""

import os
import re
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.offline.language.text_model import Completion, Sampling, complete
from gemini_nb.offline.prompt import Prompt, Turn
from gemini_nb.offline.tokens import count_text

GREEDY = Sampling(temperature=0)
SEEDS = range(12)
quick = settings(derandomize=True, deadline=None, max_examples=8)


def answer(text: str, sampling: Sampling = GREEDY, *, system: str = "", candidate: int = 0) -> str:
    return complete(Prompt((Turn("user", text),), system), sampling, candidate=candidate).text


def follow_up(first: str, reply: str, second: str, sampling: Sampling = GREEDY) -> str:
    turns = (Turn("user", first), Turn("model", reply), Turn("user", second))
    return complete(Prompt(turns), sampling).text


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])[\"\s]+", text) if part]


SUBJECTS = ["copper teapot", "shy dragon", "left-handed robot", "unpaid bill", "umbrella factory"]
REQUESTS = [
    "Write a story about a {}.",
    "Explain how a {} works.",
    "Write a poem about a {}",
    "Give me ideas for a {}",
    "Describe a {}.",
    "Write a letter to my aunt about a {}",
    "Write a tagline for a {}",
    "What do you think about a {}?",
]


@pytest.mark.parametrize("request_form", REQUESTS)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_kind_of_text_speaks_of_the_subject_it_was_asked_for(
    request_form: str, subject: str
) -> None:
    for seed in range(3):
        text = answer(request_form.format(subject), Sampling(seed=seed)).lower()
        assert subject.rsplit(maxsplit=1)[-1] in text


@given(st.sampled_from(SUBJECTS), st.sampled_from(SUBJECTS))
@quick
def test_another_subject_gives_another_text(first: str, second: str) -> None:
    texts = {answer(f"Write a story about a {subject}.") for subject in (first, second)}
    assert len(texts) == len({first, second})


def test_the_kind_of_text_follows_the_request() -> None:
    numbered = answer("How do I repair a clock?")
    assert "1. " in numbered
    assert "2. " in numbered
    assert answer("Write a haiku about a clock").count("\n") == 2
    assert answer("Write a story about a clock").count("\n\n") >= 1
    assert re.search("cannot do sums|only count words", answer("What is 318 + 44?"))


def test_a_place_and_a_person_of_the_request_stand_in_the_story() -> None:
    text = answer("Write a story set in a desert town about a boy named Ilyas who finds a drum.")
    assert "in a desert town" in text
    assert "Ilyas" in text
    assert "a drum" in text
    assert re.search(r"\bhe\b", text)
    assert not re.search(r"\bshe\b", text)


@pytest.mark.parametrize(
    ("subject", "right", "wrong"),
    [
        ("two owls", "two owls", "a owls"),
        ("an old owl", "an old owl", "a old owl"),
        ("the last owl", "the last owl", "a last owl"),
        ("friendship", "friendship", "a friendship"),
    ],
)
def test_articles_follow_the_subject(subject: str, right: str, wrong: str) -> None:
    text = " ".join(answer(f"Write a story about {subject}.", Sampling(seed=s)) for s in range(4))
    assert right in text
    assert wrong not in text


def test_a_change_of_place_keeps_the_subject_and_the_person_of_the_conversation() -> None:
    first = answer("Write a story about a silver flute.")
    person = re.search(r"[A-Z]\w+(?= (?:lived|had|sat|kept))", first)
    assert person
    text = follow_up("Write a story about a silver flute.", first, "Can you set it in Nagasaki?")
    assert "silver flute" in text
    assert "in Nagasaki" in text
    assert person[0] in text


def test_a_new_subject_ends_the_old_one() -> None:
    text = follow_up("Write a story about a silver flute.", "Once.", "Now explain how tides work.")
    assert "flute" not in text
    assert "tides" in text.lower() or "moon" in text.lower()


@given(st.sampled_from(["pirate", "lighthouse keeper", "robot", "gardener", "old fox"]))
@quick
def test_a_persona_of_the_system_instruction_is_heard(persona: str) -> None:
    for text in ("What's the weather like?", "Explain black holes.", "Who are you?"):
        spoken = answer(text, Sampling(seed=1), system=f"You are a {persona} who lives in Oslo.")
        assert spoken != answer(text, Sampling(seed=1))
        assert persona in spoken or "Oslo" in spoken


def test_a_persona_introduces_itself_by_its_name() -> None:
    heard = [
        answer("Hello, who are you?", Sampling(seed=seed), system="You are Pip, a parrot.")
        for seed in SEEDS
    ]
    assert any("I am Pip, a parrot" in text for text in heard)


def test_a_bare_name_is_a_persona_too() -> None:
    texts = [
        answer("What's the weather like?", Sampling(seed=seed), system="Your name is Okapi.")
        for seed in SEEDS
    ]
    assert any("Okapi" in text for text in texts)


def test_without_a_persona_the_model_says_what_it_is() -> None:
    assert "table of counts" in answer("Who are you?") or "n-gram" in answer("Who are you?")


@pytest.mark.parametrize(
    "question",
    [
        "Translate cat into Greek",
        "Who won the cup in 1998?",
        "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d",
        "Racontez-moi une histoire courte avec beaucoup de chiens",
    ],
)
def test_what_it_cannot_do_it_says(question: str) -> None:
    assert re.search(r"cannot|do not know|not in the few pages|know only", answer(question))


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [
        ("Write one sentence about a kite.", 1, 1),
        ("Write the first line of a story about a kite.", 1, 1),
        ("Explain kites in two sentences.", 2, 2),
        ("Explain kites in three sentences.", 3, 3),
        ("Explain kites in at most 4 sentences.", 1, 4),
    ],
)
def test_a_number_of_sentences_is_kept(asked: str, low: int, high: int) -> None:
    for seed in range(4):
        assert low <= len(sentences(answer(asked, Sampling(seed=seed)))) <= high


@given(st.integers(5, 150), st.integers(0, 99))
@quick
def test_a_limit_of_words_is_kept(limit: int, seed: int) -> None:
    text = answer(f"Write a story about a kite in at most {limit} words.", Sampling(seed=seed))
    assert 0 < len(text.split()) <= limit


def test_a_few_words_are_few() -> None:
    assert len(answer("Explain how engines work in a few words").split()) <= 16


@given(st.integers(1, 5))
@quick
def test_a_number_of_paragraphs_is_kept(number: int) -> None:
    text = answer(f"Write a story about a kite in {number} paragraphs.")
    assert text.count("\n\n") == number - 1


@given(st.integers(2, 8), st.integers(0, 20))
@quick
def test_a_list_has_as_many_entries_as_were_asked_for(number: int, seed: int) -> None:
    text = answer(f"List {number} ideas for a picnic.", Sampling(seed=seed))
    assert re.findall(r"^(\d+)\. ", text, re.MULTILINE) == [str(n + 1) for n in range(number)]


def test_a_long_story_is_longer_than_a_short_one() -> None:
    sizes = [
        len(answer(f"Write a {size}story about a kite.").split()) for size in ("short ", "long ")
    ]
    assert sizes[0] <= 70
    assert sizes[1] >= 250


def test_a_length_in_the_system_instruction_holds() -> None:
    for seed in range(4):
        text = answer("What is rain?", Sampling(seed=seed), system="Answer in one sentence.")
        assert len(sentences(text)) == 1


@given(st.integers(), st.integers(0, 7))
@quick
def test_temperature_zero_leaves_nothing_to_seed_or_candidate(seed: int, candidate: int) -> None:
    sampling = Sampling(temperature=0, seed=seed)
    asked = "Write a story about a kite."
    assert answer(asked, sampling, candidate=candidate) == answer(asked)


@pytest.mark.parametrize("narrow", [{"top_k": 1}, {"top_p": 0.0001}])
def test_a_single_candidate_token_is_the_likeliest_one(narrow: dict[str, float]) -> None:
    asked = "Write a story set in Rome about a girl named Ida who finds a kite."
    assert answer(asked, Sampling(**narrow, temperature=2.0)) == answer(asked)


def test_at_temperature_zero_every_piece_is_the_best_alternative() -> None:
    completion = complete(Prompt((Turn("user", "Write a story about a kite."),)), GREEDY)
    assert all(choice.alternatives[0][0] == choice.token for choice in completion.choices)


def test_truncation_never_draws_beyond_the_likeliest_k() -> None:
    for seed in SEEDS:
        sampling = Sampling(temperature=2.0, top_k=3, top_p=1.0, seed=seed)
        choices = complete(Prompt((Turn("user", "Tell me a tale of owls."),)), sampling).choices
        for choice in choices:
            better = sum(log > choice.log_probability + 1e-9 for _, log in choice.alternatives)
            assert better < 3


def test_a_seed_repeats_an_answer_and_another_seed_changes_it() -> None:
    asked = "Write a story about a kite."
    texts = [answer(asked, Sampling(seed=seed)) for seed in SEEDS]
    assert texts == [answer(asked, Sampling(seed=seed)) for seed in SEEDS]
    assert len(set(texts)) > len(SEEDS) // 2


def test_without_a_seed_the_same_request_has_the_same_answer() -> None:
    asked = "Write a story about a kite."
    assert answer(asked, Sampling()) == answer(asked, Sampling())


def test_an_answer_does_not_depend_on_the_order_of_python_sets() -> None:
    script = (
        "from gemini_nb.offline.language.text_model import Sampling, complete\n"
        "from gemini_nb.offline.prompt import Prompt, Turn\n"
        "print(complete(Prompt((Turn('user', 'Tell me a tale of two owls'),)), Sampling()))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_candidates_and_temperatures_give_different_texts() -> None:
    asked = "Write a story about a kite."
    assert len({answer(asked, Sampling(), candidate=index) for index in range(4)}) == 4
    assert len({answer(asked, Sampling(temperature=t)) for t in (0.2, 0.6, 1.0, 1.5)}) == 4


def test_a_higher_temperature_varies_more() -> None:
    def variety(temperature: float) -> int:
        texts = [
            answer("Write a story about a kite.", Sampling(temperature=temperature, seed=seed))
            for seed in SEEDS
        ]
        return len({text[:200] for text in texts})

    assert variety(0.05) < variety(1.5)


@given(st.integers(0, 120), st.integers(0, 5))
@quick
def test_a_lower_limit_of_tokens_gives_a_prefix(limit: int, seed: int) -> None:
    prompt = Prompt((Turn("user", "Write a story about a kite."),))
    whole = complete(prompt, Sampling(seed=seed))
    cut = complete(prompt, Sampling(seed=seed, max_output_tokens=limit))
    assert whole.text.startswith(cut.text)
    assert cut.pieces == whole.pieces[: len(cut.pieces)]
    assert count_text(cut.text) <= limit
    assert (cut.finish_reason == "STOP") == (cut.text == whole.text)


@given(st.data())
@quick
def test_the_text_ends_before_the_first_stop_sequence(data: st.DataObject) -> None:
    prompt = Prompt((Turn("user", "Write a story about a kite."),))
    whole = complete(prompt, GREEDY).text
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = whole[start : start + data.draw(st.integers(1, 12))]
    stopped = complete(prompt, Sampling(temperature=0, stop_sequences=(stop, "never there")))
    assert stopped.text == whole[: whole.index(stop)]
    assert stopped.finish_reason == "STOP"


@pytest.mark.parametrize("penalty", ["presence_penalty", "frequency_penalty"])
def test_a_penalty_makes_words_recur_less(penalty: str) -> None:
    def recurring(amount: float) -> float:
        shares = []
        for seed in SEEDS:
            sampling = Sampling(top_p=1.0, max_output_tokens=120, seed=seed, **{penalty: amount})
            text = answer("Write a story about a kite.", sampling)
            counts = Counter(re.findall(r"\w+", text.lower()))
            shares.append(1 - len(counts) / counts.total())
        return sum(shares)

    assert recurring(2.0) < recurring(0.0) < recurring(-2.0)


def completion_for(seed: int) -> Completion:
    return complete(Prompt((Turn("user", "Write a poem about rain"),)), Sampling(seed=seed))


@given(st.integers(0, 50))
@quick
def test_each_piece_has_its_choice_with_probabilities_in_order(seed: int) -> None:
    completion = completion_for(seed)
    assert tuple(choice.token for choice in completion.choices) == completion.pieces
    for choice in completion.choices:
        logs = [log for _, log in choice.alternatives]
        assert choice.log_probability <= 1e-9
        assert len(logs) <= 5
        assert logs == sorted(logs, reverse=True)


def test_the_reasoning_tells_what_was_found_and_used() -> None:
    prompt = Prompt((Turn("user", "Write a story about a kite set in Peru."),))
    reasoning = complete(prompt, Sampling(temperature=0.7, seed=5)).reasoning
    for part in ('"a kite"', '"in Peru"', "Kind of text: story", '"story/', "0.7", "seed 5"):
        assert part in reasoning


@pytest.mark.parametrize("request_form", [*REQUESTS, "How do I fix a {}?", "Hello", "Tell me more"])
def test_texts_are_set_as_prose_should_be(request_form: str) -> None:
    for seed in SEEDS:
        text = answer(request_form.format("kite"), Sampling(seed=seed, temperature=1.3))
        assert not re.search(r"[{}<>]|\w/\w|  | [,.;!?]|\b(a|the) (a|an|the)\b", text), text
        assert text.count('"') % 2 == 0, text
        assert text[0].isupper() or not text[0].isalpha()
        assert not re.search(r"[.!?] [a-z]", text), text


@pytest.mark.parametrize("temperature", [0, 0.5, 1.0])
def test_no_sentence_is_written_twice(temperature: float) -> None:
    for request_form in REQUESTS:
        sampling = Sampling(temperature=temperature, seed=3)
        text = answer(request_form.format("kite") + " Make it long.", sampling)
        assert max(Counter(sentences(text)).values()) == 1


anything = st.text(
    st.characters(codec=None) | st.sampled_from("\ud800\x00\u200d\U0001f419{}<>\n\"'"), max_size=300
)


@given(anything, anything, st.sampled_from([0.0, 1.0, 2.0]))
@quick
def test_no_prompt_is_too_strange(text: str, system: str, temperature: float) -> None:
    turns = (Turn("user", text), Turn("model", system), Turn("user", text[::-1]))
    completion = complete(Prompt(turns, system), Sampling(temperature=temperature))
    assert completion.text == "".join(completion.pieces)
    assert completion.finish_reason == "STOP"


def test_a_megabyte_and_an_empty_prompt_are_answered() -> None:
    assert answer("")
    assert answer("word " * 200_000)
    assert complete(Prompt(()), GREEDY).text


@pytest.mark.parametrize("settings", [{"top_k": 1}, {"top_p": 0.01}, {"temperature": 0.0}])
def test_nothing_is_left_to_chance_where_one_choice_is_left(settings: dict[str, float]) -> None:
    texts = {
        answer("Write a story.", Sampling(**{"temperature": 1.5, **settings}, seed=seed))
        for seed in range(6)
    }
    assert len(texts) == 1
