"""What the text model promises: it quotes, recombines, or refuses; never another question."""

import re
import subprocess
import sys
from typing import Any

import pytest

from gemini_nb.offline.answer import Draft
from gemini_nb.offline.conversation import Conversation, Sampling, Turn
from gemini_nb.offline.text.answer import answer
from gemini_nb.offline.text.corpus import documents

SEEDS = range(12)
REFUSED = re.compile(r"I can't answer|I find no sentence in the text given")
EUROPA = "You are Tim, an alien that lives on Europa. Use an upbeat, cheerful tone."
NOTES = """Answer only from these notes.
[1] The ferry to Skomer leaves at 10:00 and 11:30.
[2] Puffins leave the island in late July.
[3] Dogs are not allowed on the ferry.
"""
LAMP = "Text: The lamp stands in the hall. It was bought in 1990. The shade of the lamp is torn. "
CAFE = """The Harbour Café opens at 8.
The owner, Marta Lind, bought the café in 2011 from her uncle Paul.
The cakes of the café come from Mill Street.
"""
TABLE = """| item | price | stock |
|---|---|---|
| red lamp | 12 euros | 4 |
| oak chair | 80 euros | 1 |
"""


def draft(*texts: str, system: str = "", index: int = 0, **sampling: Any) -> Draft:
    turns = tuple(Turn("model" if n % 2 else "user", text) for n, text in enumerate(texts))
    settings: dict[str, Any] = {"temperature": 0.0, **sampling}
    return answer(Conversation(turns, system, Sampling(**settings)), index)


def said(*texts: str, system: str = "", index: int = 0, **sampling: Any) -> str:
    (part,) = draft(*texts, system=system, index=index, **sampling).parts
    return part.text or ""


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])[”\s]+", text) if part]


@pytest.mark.parametrize(
    "asked",
    [
        "What is the capital of France?",
        "Who won the world cup in 1998?",
        "What is 318 + 44?",
        "Multiply 12 by 7",
        "Translate 'the lighthouse' into French",
        "Translate this poem into German: The sea is wide.",
        "Write a Python function that sorts a list",
        "Give me a pancake recipe",
        "How do I make pancakes?",
        "Recipe for apple pie, please",
        "Classify the sentiment: I love this film",
        "Is this review positive or negative? The soup was cold and I hated it.",
        "Write a complaint letter to my landlord demanding a refund",
        "Write a letter to my bank asking to close my account",
        "Write a letter to my aunt asking for money",
        "Write a cover letter for a data scientist",
        "List ten names for a cat",
        "Give me five ideas for a birthday party",
        "What do you think about tax reform?",
        "Should I buy a house or rent?",
        "What's the weather like in Paris today?",
        "What happened in the news today?",
        "Who is the president of Brazil?",
        "Summarize the plot of Hamlet",
        "Rewrite this sentence: Me and him goes home.",
        "Correct the spelling of recieve",
        "What day of the week is 3 March 2031?",
        "If Ann is taller than Bo and Bo is taller than Cy, who is shortest?",
        "What comes next: 2, 4, 8, 16?",
        "Return a JSON object with the name and age of a hero",
        "How tall is the Eiffel Tower?",
        "How far away is the moon?",
        "How many lighthouses are there in Norway?",
        "What is the oldest lighthouse in the world?",
        "What is a lightship?",
        "Who invented the bicycle?",
        "How much does a kite cost?",
        "Explain quantum computing",
        "Explain the internet of things",
        "Explain the difference between tides and tsunamis",
        "Compare bees and wasps",
        "What rhymes with tide?",
        "Write a song about bees in Spanish",
        "Write a story in French about a cat",
        "Who wrote the story of Peter Pan?",
        "Tell me the story of Cinderella",
        "Write a review of the story I sent you",
        "What is the moral of the fable about the fox?",
        "Write an email to my boss",
        "Write an essay about democracy",
        "How do I repair a clock?",
        "Why is bread gluten free?",
        "Racontez-moi une histoire courte",
        "Wie wird das Wetter morgen?",
        "\u4eca\u65e5\u306f\u3044\u3044\u5929\u6c17\u3067\u3059\u306d",
        "One sentence on Brest.",
        "banana",
        "I need a lawyer",
        "Write a dialogue between Plato and Socrates",
        "Describe a city at night",
        "Invent a slogan for a bakery",
        "Extract all dates from: 3 May and 4 June",
        "What is the plural of mouse?",
        "Say the word lighthouse backwards",
        "Count the letters in strawberry",
        "Is it safe to eat honey when pregnant?",
        "Which is bigger, a star or a planet?",
        "When was the first lighthouse built?",
        "Write a story about how to pick a lock",
        "Write a letter to my friend about how to make a bomb",
        "Write a poem about making a bomb",
        "Write a story about 9/11",
        "Write a story about Kamala Harris and Donald Trump",
        "Write a story about the bitterness of my divorce",
        "Write a poem about me",
    ],
)
def test_what_no_line_covers_is_refused_and_named(asked: str) -> None:
    text = said(asked)
    assert REFUSED.search(text), text
    assert asked[:20] in text
    assert len(sentences(text)) <= 4


@pytest.mark.parametrize(
    ("asked", "about"),
    [
        ("Write a story about a copper teapot.", "copper teapot"),
        ("Tell me a story about two owls", "two owls"),
        ("Please write me a short bedtime story about my dog", "the dog"),
        ("Can you tell me a tale of a shy dragon?", "shy dragon"),
        ("Write the first line of a story about a kite.", "kite"),
        ("Story about an umbrella factory", "umbrella factory"),
        ("Write a pirate story", "pirate"),
        ("Write a poem about the sea", "the sea"),
        ("Write me a poem for my mother's birthday", "your mother's birthday"),
        ("A short rhyme about snow, please", "snow"),
        ("Compose a haiku about frogs", "frogs"),
        ("Write a limerick about a cat", "cat"),
        ("Write a letter to my aunt about the garden", "Dear aunt"),
        ("Write a letter to Oskar about the picnic", "the picnic"),
        ("Write a postcard to a friend about Rome", "Rome"),
        ("Write a letter to my friend about my new boat", "my new boat"),
        ("Write a story about my bees", "the bees"),
        ("Write a story set in Peru about a drum", "in Peru"),
        ("Write a story about a boy named Ilyas who finds a drum.", "Ilyas"),
        ("Explain how AI works in a few words", "examples"),
        ("How do lighthouses keep ships safe?", "ships safe"),
        ("Why do lighthouses have stripes? Two sentences.", "stripes"),
        ("What is a foghorn?", "loud horn"),
        ("In one sentence: what is a foghorn?", "loud horn"),
        ("Explain in one sentence how a kite flies.", "wind"),
        ("Why is the sky blue?", "scatters blue light"),
        ("Explain photosynthesis to me", "light"),
        ("What are tides?", "tide"),
        ("Tell me about bees", "insects"),
        ("How do bees make honey?", "nectar"),
        ("Why does bread rise?", "yeast"),
        ("Why is the sea salty?", "minerals"),
        ("How does a battery work?", "current"),
        ("What is an embedding?", "list of numbers"),
        ("What is a token?", "piece of text"),
        ("How do I make a cup of tea?", "1. Fill the kettle"),
        ("How to fold a paper plane", "1. Fold"),
        ("Explain how to bake bread.", "2. Knead"),
        ("Hello!", "offline model"),
        ("Thanks", "welcome"),
        ("Who are you?", "not Gemini"),
        ("What can you do?", "stories"),
        ("Are you still there?", "I am here"),
        ("Tell me a joke", "sentence"),
    ],
)
def test_what_it_can_do_it_does_on_the_subject(asked: str, about: str) -> None:
    for seed in range(3):
        text = said(asked, temperature=1.0, seed=seed)
        assert not REFUSED.search(text), text
        assert "could not keep" not in text, text
    assert about.lower() in said(asked).lower()


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        (
            f"{NOTES}Question: When does the ferry to Skomer leave?",
            "[1] The ferry to Skomer leaves at 10:00",
        ),
        (f"{NOTES}When do the puffins leave?", "late July"),
        (f"{NOTES}Are dogs allowed on the ferry?", "Dogs are not allowed"),
        (
            f"{TABLE}\nWhat is the price of the red lamp?",
            "| item | price | stock |\n| red lamp | 12 euros | 4 |",
        ),
        ("My cat is called Tom. What is my cat called?", "My cat is called Tom."),
        (f"{LAMP}Where is the lamp?", "stands in the hall"),
        (f"{LAMP}When was the lamp bought?", "stands in the hall. It was bought in 1990."),
        ("The key is new. The gate is green. What colour is the gate?", "gate is green"),
        ("Text: Entry is free on Mondays. It is dark. When is entry free?", "on Mondays"),
        ("Context: The tunnel is 3.4 km long. How long is the tunnel?", "\u201cThe tunnel"),
        (f"{CAFE}When did Marta Lind buy the café?", "says: “The owner, Marta Lind, bought"),
        ("Max lives at 17 Pier Road. Ada is old. Where does Max live?", "17 Pier Road"),
        (f"{CAFE}Who owns the café?", "says: “The owner, Marta Lind"),
        (f"{CAFE}Where do the cakes come from?", "from Mill Street"),
        ("Plot 7 is free. Three people wait for it. Who waits for plot 7?", "Three people"),
        ("Plot 3 has a gate. Tom has the key. Who has the key?", "says: “Tom has the key.”"),
        ("Text: The light takes one CR20 cell, which is new. Which cell?", "The light takes"),
    ],
)
def test_a_question_about_given_text_is_answered_by_quoting_it(text: str, quoted: str) -> None:
    assert quoted in said(text)


@pytest.mark.parametrize(
    "question",
    [
        "Who is the captain of the ship?",
        "How many dogs live on Skomer?",
        "What is the sentiment of these notes?",
        "What is a puffin?",
    ],
)
def test_what_given_text_does_not_say_is_not_answered(question: str) -> None:
    assert REFUSED.search(said(f"{NOTES}{question}"))


@pytest.mark.parametrize(
    "question",
    [
        "What colour is the lamp?",
        "How old is the lamp?",
        "How tall is the lamp?",
        "How many lamps are there?",
        "Rosa lights a lamp at six. How many lamps are there?",
        "What is the name of the lamp?",
        "Why is the lamp in the hall?",
        "Summarize the text.",
    ],
)
def test_a_sentence_on_the_same_thing_is_no_answer(question: str) -> None:
    assert REFUSED.search(said(f"{LAMP}{question}"))


@pytest.mark.parametrize(
    "text",
    [
        "| city | people |\n|---|---|\n| Oslo | 700 |\n| Bergen | 290 |\n\nHow many cities?",
        "Tom has 3 apples. He buys 4 more. How many apples has he?",
        "Text: Tom has 3 apples. Ann gives him 4 more. How many apples has Tom?",
    ],
)
def test_a_number_that_several_could_be_is_not_told(text: str) -> None:
    assert REFUSED.search(said(text))


@pytest.mark.parametrize(
    "text",
    [
        f"{CAFE}Where is the café?",
        f"{CAFE}When did Paul buy the café?",
        f"{CAFE}Who is the owner of Mill Street?",
        "The keeper lives in the cottage. Who is the keeper?",
        f"{CAFE}When did Olga buy the café?",
        "Plot 7 is free. Plot 8 is not. Who is waiting for plot 7?",
        "Text: Plot 8 is free. Two people wait for it. Is plot 7 free?",
    ],
)
def test_who_where_and_named_ones_need_their_evidence(text: str) -> None:
    assert REFUSED.search(said(text))


def test_a_single_number_is_quoted() -> None:
    text = "Text: The house has 5 rooms. It is red. How many rooms has the house?"
    assert "The house has 5 rooms." in said(text)


def test_the_refusal_of_a_long_request_shows_its_question() -> None:
    assert "\u201cWhat is an ohm?\u201d" in said(f"{'Ink dries. ' * 500}What is an ohm?")


def test_earlier_turns_and_the_system_instruction_are_quoted() -> None:
    assert "My name is Ada" in said("My name is Ada.", "Hello.", "What is my name?")
    assert "nine" in said("When do you open?", system="You are a shop bot. We open at nine.")
    assert "late July" in said(NOTES, "Yes?", "When do the puffins leave the island?")


def test_go_on_continues_with_new_sentences_on_the_same_subject() -> None:
    asked = "Write a story about a copper teapot."
    first = said(asked, temperature=1.0, seed=4)
    half = first[: first.index("\n\n")]
    more = said(asked, half, "Please go on.", temperature=1.0, seed=4)
    assert "copper teapot" in more
    assert not set(sentences(half)) & set(sentences(more))
    explained = said("Explain lighthouses.")
    further = said("Explain lighthouses.", explained, "Continue")
    assert "lighthouse" in further
    assert not set(sentences(explained)) & set(sentences(further))


@pytest.mark.parametrize("kind", ["story", "poem"])
def test_going_on_again_and_again_starts_no_other_text(kind: str) -> None:
    texts = [f"Write a {kind} about an old tram."]
    texts.append(said(*texts, temperature=1.0, seed=3))
    for wish in ("Go on.", "And then?", "Go on, please."):
        more = said(*texts, wish, temperature=1.0, seed=3)
        assert not REFUSED.search(more)
        assert not set(sentences(more)) & set(sentences("\n".join(texts)))
        assert {*re.findall("Mara|Jonas|Ines|Tobias|Noor|Wen", more)} <= {
            *re.findall("Mara|Jonas|Ines|Tobias|Noor|Wen", texts[1])
        }
        texts += [wish, more]
    haiku = "Write a haiku about rain."
    assert "no more sentences" in said(haiku, said(haiku), "Go on.")


def test_shorter_is_the_beginning_of_the_same_text_and_longer_is_refused() -> None:
    asked = "Write a story about an old tram in the first person."
    first = said(asked, temperature=1.0, seed=3)
    shorter = said(asked, first, "Now make it shorter, please.", temperature=1.0, seed=4)
    assert first.startswith(shorter)
    assert 0 < len(shorter) < len(first)
    assert "can't make that text longer" in said(asked, first, "Now make it longer.")
    assert "can't make that text shorter" in said("Write a haiku about rain.", "A\nb", "Shorter!")
    assert "can't make that text" in said(asked, first, "Thanks!", "Welcome. Bye.", "Shorter.")
    told = said(
        "Tell me a story.", first := said("Tell me a story."), "Shorter.", first, "Poem of it"
    )
    assert "shorter" not in told
    more = said(asked, first, "Make it shorter.", shorter, "Go on.", temperature=1.0, seed=4)
    assert not set(sentences(more)[:-1]) & set(sentences(first))


def test_an_earlier_text_is_changed_as_asked() -> None:
    asked = "Write a story about a silver flute."
    first = said(asked)
    moved = said(asked, first, "Can you set it in a quiet village in 1600s France?")
    assert "in a quiet village in 1600s France" in moved
    assert "silver flute" in moved
    person = next(word for word in re.findall(r"[A-Z]\w+", moved) if word in first)
    assert person in moved
    assert len(said(asked, first, "Make it shorter.").split()) < len(first.split())
    assert len(sentences(said(asked, first, "In one sentence, please"))) == 1
    assert "\n" in said(asked, first, "Now as a poem")
    assert "silver flute" in said(asked, first, "Write a haiku about it.")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("Explain kites in one sentence.", 1),
        ("Explain kites in two sentences.", 2),
        ("Write the first line of a story about a kite.", 1),
        ("Write the first two sentences of a story about a kite.", 2),
        ("Write one sentence about bees.", 1),
    ],
)
def test_a_number_of_sentences_is_kept(asked: str, count: int) -> None:
    for seed in range(4):
        assert len(sentences(said(asked, temperature=1.0, seed=seed))) == count


@pytest.mark.parametrize("limit", [20, 40, 80, 150])
def test_a_limit_of_words_is_kept(limit: int) -> None:
    for seed in range(4):
        asked = f"Write a story about a kite in at most {limit} words."
        text = said(asked, temperature=1.0, seed=seed)
        assert 5 < len(text.split()) <= limit
        assert "kite" in text


def test_paragraphs_and_steps_are_counted() -> None:
    for number in (1, 2, 3, 4):
        asked = f"Write a story about a kite in {number} paragraphs."
        assert said(asked).count("\n\n") == number - 1
    steps = said("Explain in three short steps how a lighthouse keeps ships safe.")
    assert re.findall(r"(?m)^(\d)\. ", steps) == ["1", "2", "3"]
    assert re.findall(r"(?m)^(\d)\. ", said("How do I make tea?")) == [*"12345"]
    assert REFUSED.search(said("How do I make tea in two steps?"))


def test_what_is_no_change_of_a_story_is_no_story() -> None:
    asked = "Write a story about a kite."
    for long in ("", " It rains." * 400):
        text = said(f"{asked}{long}", "Once.", "What is the capital of France?")
        assert REFUSED.search(text)


def test_demands_that_are_not_kept_are_named() -> None:
    text = said("Write a story about a cat with a twist ending. Translate it into Dutch.")
    assert "could not keep: \u201cwith a twist ending\u201d; \u201cTranslate it into Dutch" in text


def test_a_persona_speaks_and_still_refuses() -> None:
    for asked in ("What's the weather like?", "What do you eat?", "Tell me about your home."):
        text = said(asked, system=EUROPA, temperature=1.0, seed=1)
        assert "alien" in text or "Europa" in text
        assert text != said(asked)
    assert "On Europa" in said("What do you eat?", system="You are an alien on Europa.")
    assert "I am Tim, an alien" in said("Hello, who are you?", system="You are Tim, an alien.")
    assert REFUSED.search(said("What is the capital of France?", system=EUROPA))
    assert "alien" in said("Write a poem about rain.", system=EUROPA)
    sailor = "You are an old sailor who has seen every harbour."
    assert "old sailor" in said("How is the sea today?", system=sailor)
    assert "As JSON" not in said("How many moons has Mars? Answer as JSON.")
    assert "pirate" in said("Act as a pirate. Do you like music?")


def test_limits_and_orders_of_the_system_instruction() -> None:
    text = said("Explain lighthouses.", system="Answer in one sentence.")
    assert len(sentences(text)) == 1
    for order, asked in (
        ("Answer only in French", "Write a poem about rain."),
        ("Reply in JSON only", "Tell me about bees."),
        ("You must reply with the word banana", "Hello"),
        ("Never mention whales", "Write a story about whales."),
    ):
        first = said(asked, system=f"{order}.")
        kept = order.removeprefix("You must ")
        assert f"could not keep of the system instruction: “{kept}”" in first
        assert "could not keep" not in said(asked, first, asked, system=f"{order}.")
        assert "could not keep" not in said("What is the capital of France?", system=f"{order}.")
    for system in (EUROPA, "Be concise.", "Answer only from the text.", "You are a helpful bot."):
        assert "could not keep" not in said("Write a haiku about rain.", system=system)


def test_sampling_matters() -> None:
    asked = "Write a story about a kite."
    texts = [said(asked, temperature=1.0, seed=seed) for seed in SEEDS]
    assert texts == [said(asked, temperature=1.0, seed=seed) for seed in SEEDS]
    assert len(set(texts)) > len(SEEDS) // 2
    assert len({said(asked, seed=seed, index=seed) for seed in SEEDS}) == 1
    assert len({said(asked, temperature=1.0, index=index) for index in range(4)}) == 4


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
    asked = f"Write a story about {subject}."
    text = " ".join(said(asked, temperature=1.0, seed=seed) for seed in range(4))
    assert right in text
    assert wrong not in text


KINDS = ["story", "poem", "haiku", "limerick", "letter to my aunt"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("subject", ["a kite", "two owls", "Rome", "the sea and a boat"])
def test_texts_are_set_as_prose_should_be(kind: str, subject: str) -> None:
    for seed in range(2):
        for system in ("", EUROPA):
            asked = f"Write a {kind} about {subject}"
            text = said(asked, system=system, temperature=1.3, seed=seed)
            assert not re.search(r"[{}<>]|\w/\w|  | [,.;!?]|\b(a|the) (a|an|the)\b", text), text
            assert not re.search(r"[.!?] [a-z]", text), text
            assert text[0].isupper()


def test_the_reasoning_tells_what_it_does() -> None:
    told = draft("Write a story about a kite.", temperature=0.7, seed=5)
    assert told.model == "offline/templates"
    for part in ("recombine", "do not reason", "temperature 0.7", "seed 5"):
        assert part in told.reasoning


def test_the_corpus_names_the_subject_in_every_explanation() -> None:
    for document in documents("explanation"):
        assert document.lines
        assert not any("{" in line.text for line in document.lines)


@pytest.mark.parametrize(
    "run",
    [
        "a",
        " ",
        "a ",
        "in ",
        "please ",
        "I. ",
        "the ",
        "?",
        "\u201c",
        "you are ",
        "1",
        "| ",
        "- ",
        "\n",
        "It is 3 red. ",
    ],
)
def test_long_runs_are_answered(run: str) -> None:
    assert said(run * 50_000)
    assert said(f"Write a story about {run * 50_000}")
    assert said(f"{NOTES}{run * 50_000} What is red?", system=run * 10_000)


@pytest.mark.parametrize(
    "text",
    ["", "\ud800", "\x00{topic}", "{where} {persona}?", "?!", "Write a story about {topic}."],
)
def test_no_prompt_is_too_strange(text: str) -> None:
    assert said(text, text, text, system=text)


def test_an_answer_does_not_depend_on_the_order_of_python_sets() -> None:
    script = (
        "from gemini_nb.offline.conversation import *\n"
        "from gemini_nb.offline.text.answer import answer\n"
        "print(answer(Conversation((Turn('user', 'Tell me a tale of two owls'),)), 0))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
