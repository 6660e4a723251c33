"""A robot of one's own, commanded in one's own words through the genuine SDK.

No postponed annotations here: google-genai 2.12 reads them from functions as they stand.
"""

import io
import json

import pytest
from google import genai
from google.genai import types
from PIL import Image, ImageDraw

MODEL = "gemini-robotics-er-2-preview"
SEEN = (
    '[{"point": [435, 338], "label": "blue block"}, {"point": [385, 659], "label": "orange bowl"}]'
)
TASK = "The origin is y=300, x=500. Put the blue block into the orange bowl."
log: list[str] = []


def go_to(x: int, y: int, high: bool) -> str:  # noqa: FBT001
    """Goes to a place, counted from the robot's origin."""
    log.append(f"go {x} {y} {high}")
    return "there"


def moveArm(x: float, y: float, low: bool) -> str:  # noqa: FBT001, N802
    """Moves the arm, relative to the origin."""
    log.append(f"go {x:g} {y:g} {not low}")
    return "there"


def closeClaw(closed: bool) -> str:  # noqa: FBT001, N802
    """Closes the claw, or opens it."""
    log.append("grip" if closed else "let")
    return "done"


def gripper(state: str) -> str:
    """Sets the gripper.

    Args:
        state: either "open" or "closed".
    """
    log.append("grip" if state == "closed" else "let")
    return "done"


def openHand() -> str:  # noqa: N802
    """Opens the hand."""
    log.append("let")
    return "done"


def closeHand() -> str:  # noqa: N802
    """Closes the hand."""
    log.append("grip")
    return "nothing gripped"


def goHome() -> str:  # noqa: N802
    """Goes home."""
    log.append("home")
    return "at home"


STEPS = ["let", "go -162 135 True", "go -162 135 False", "grip", "go -162 135 True",
         "go 159 85 True", "let", "home"]  # fmt: skip


def told() -> list[types.Content]:
    return [
        types.Content(role="user", parts=[types.Part(text="Point to both.")]),
        types.Content(role="model", parts=[types.Part(text=SEEN)]),
    ]


def config(*tools: object, **more: object) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        tools=list(tools), automatic_function_calling={"maximum_remote_calls": 20}, **more
    )


@pytest.mark.parametrize(
    "tools", [(go_to, closeClaw, goHome), (moveArm, gripper, goHome), (go_to, closeHand, openHand)]
)
@pytest.mark.parametrize("how", ["", " One call at a time."])
def test_a_chat_drives_functions_of_other_names(
    client: genai.Client, tools: tuple[object, ...], how: str
) -> None:
    log.clear()
    chat = client.chats.create(model=MODEL, config=config(*tools), history=told())

    said = chat.send_message(TASK + how).text

    if closeHand not in tools:
        assert log == STEPS
    elif how:
        assert log == STEPS[:4]
        assert "nothing gripped" in said
        assert "I stop here" in said
    else:
        assert "I stop here" in said


def test_interactions_plan_from_what_they_said_before(client: genai.Client) -> None:
    picture = Image.new("RGB", (400, 300), "#efe9dc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 45, 100, 85), fill="#1f4fd8")
    draw.ellipse((220, 150, 340, 270), fill="#f28c13")
    data = io.BytesIO()
    picture.save(data, "PNG")
    task = "stow the blue block in the orange bowl"
    shown = types.Part.from_bytes(data=data.getvalue(), mime_type="image/png")
    ask = f'Locate what is needed for: {task}. As JSON: [{{"point": [y, x], "label": <name>}}]'
    found = client.models.generate_content(model=MODEL, contents=[shown, ask]).text
    places = {each["label"]: each["point"] for each in json.loads(found.strip("`json\n"))}
    assert list(places) == ["blue block", "orange bowl"]
    assert places["blue block"] == pytest.approx([217, 200], abs=8)
    tools = [
        {"type": "function", **each.model_dump(include={"name", "description"}), "parameters": {
            "type": "object",
            "properties": {name: {"type": kind} for name, kind in kinds.items()},
            "required": [*kinds],
        }}
        for each, kinds in (
            (types.FunctionDeclaration(name="go_to", description="Goes there."),
             {"x": "integer", "y": "integer", "high": "boolean"}),
            (types.FunctionDeclaration(name="closeClaw", description="Closes the claw."),
             {"closed": "boolean"}),
        )
    ]  # fmt: skip
    first = client.interactions.create(model=MODEL, input=f"Repeat: {SEEN}")
    second = client.interactions.create(
        model=MODEL, previous_interaction_id=first.id, input=TASK, tools=tools
    )
    calls = [step for step in second.steps if step.type == "function_call"]
    assert [call.name for call in calls][:3] == ["closeClaw", "go_to", "go_to"]
    assert calls[1].arguments == {"x": -162, "y": 135, "high": True}


def test_the_prompts_own_functions_are_called_as_json(client: genai.Client) -> None:
    prompt = f"""You have these functions:

def goTo(x, y, low):
  # moves the arm. low: on the table
def setGripperState(opened):
  # Opens the gripper if opened is true, otherwise closes it
def returnToOrigin():
  # Returns the robot to where it was.

{TASK}
Provide the calls as a JSON list of objects with "function" and "args". For example:
"Reasoning: To pick up the block, I will first move the arm to a high position above it." """
    said = client.models.generate_content(
        model=MODEL, contents=[*told(), types.Content(role="user", parts=[types.Part(text=prompt)])]
    ).text

    calls = json.loads(said[said.index("[") :])
    assert calls[1] == {"function": "goTo", "args": [-162, 135, False]}
    assert [each["function"] for each in calls][-1] == "returnToOrigin"
