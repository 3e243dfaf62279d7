"""The rules that every unit keeps for its readers, each with its limit as data here: words, time, guesses, invitations to
change something, what comes after the last blank, and how far an unsolved blank reaches.
"""

import ast
import contextlib
import io
import re
import shutil
import sys
import types
import warnings

import nbformat
import pytest
from threadpoolctl import threadpool_limits

from course.checks import UNITS
from course.plots import figure
from course.release import clear_guesses
from tests.conftest import ROOT

LEAST_TRIES = 3
MOST_DEMONSTRATIONS = 2  # after the last blank
MOST_STOPPED = 3  # cells that an unsolved blank stops, besides its own
WORDS_A_MINUTE = 150
MINUTES_A_CODE_CELL = 0.5  # to run it and look at what comes out
MOST_MINUTES = 90
MINUTES_OFF = 5  # by so many the stated time may be off

# Words of prose in source/ at commit 8bd9626, counted as prose_words does. Today they are a quarter fewer, in all together.
WORDS_BEFORE = {
    "01-one-hot": 2063,
    "02-initialisation": 2055,
    "03-forward-pass": 2383,
    "04-loss": 2379,
    "05-backpropagation": 2252,
    "06-update": 1716,
    "07-training-loop": 1905,
    "08-error-inspection": 2528,
    "09-mini-batches": 2844,
    "10-two-moons": 2657,
    "11-neuron-by-neuron": 2527,
    "12-any-depth": 3221,
}
SHARE_OF_ALL, SHARE_OF_ONE = 0.75, 0.82  # a unit with a new exercise may keep more, if another one gives more

# How long a beginner needs for each exercise, from reading the task to a check that passes: our judgement.
MINUTES = {
    **{"min_max": 6, "one_hot": 8, "from_one_hot": 4},
    **{"init_weights": 8, "count_parameters": 4},
    **{"sigmoid": 10, "softmax": 15, "forward_pass": 12, "predict": 4},
    **{"calc_loss": 10, "accuracy": 5},
    **{"numeric_gradient": 12, "output_gradients": 10, "hidden_gradients": 10, "back_prop": 12},
    **{"update": 8, "train_step": 6},
    **{"train": 12, "train_and_test": 8, "plan": 10},
    **{"misclassified": 8, "confusion_matrix": 6, "top_confusions": 8, "recall_without": 8, "diagnosis": 10},
    **{"train_test_split": 8, "minibatches": 10, "sgd": 12, "grid_search": 8, "recipe": 10},
    **{"relu": 2, "relu_prime": 3, "binary_cross_entropy": 8, "forward_binary": 5, "back_prop_binary": 12},
    **{"neuron_output": 6, "feed_forward": 8, "hidden_deltas": 10, "backpropagate": 12},
    **{"forward_layers": 12, "backward_layers": 15, "NeuralNetwork": 20},
}

# Words that other books use, and the unit that says so.
FIELD_WORDS = {
    "02-initialisation": ("fan-in",),
    "03-forward-pass": ("activation function", "non-linear", "logit", "broadcasting"),
    "04-loss": ("likelihood",),
    "05-backpropagation": ("partial derivative",),
}

NETWORK_SO_FAR = UNITS[:8]
CHALLENGES = ("check_plan", "check_recipe")  # these may come after it


def read(step, unit):
    return nbformat.read(ROOT / step / unit / f"{unit}.ipynb", as_version=4).cells


def tags(cell):
    return set(cell.metadata.get("tags", ()))


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def is_blank(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def is_check(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


def checked(cells):
    """Return the names of the exercises, by their check cells."""
    return [grade_id(cell).removeprefix("check_") for cell in cells if is_check(cell)]


def markdown(cells):
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def code(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def prose_words(text):
    """Count what is read as words: all that holds a letter, but for formulas, HTML, code blocks and where links lead."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$|\$[^$\n]*\$|<[^>]*>|\]\([^)]*\)", " ", text, flags=re.DOTALL)
    return len(re.findall(r"\S*[^\W\d_]\S*", text))


def words_of(step, unit):
    return sum(map(prose_words, markdown(read(step, unit))))


# --- words and time ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_shorter_than_it_was(unit):
    words, most = words_of("source", unit), round(SHARE_OF_ONE * WORDS_BEFORE[unit])
    assert words <= most, f"{unit} has {words} words of prose; {most} is the most"


def test_the_twelve_have_a_quarter_fewer_words():
    words, most = sum(words_of("source", unit) for unit in UNITS), round(SHARE_OF_ALL * sum(WORDS_BEFORE.values()))
    assert words <= most, f"the twelve units have {words} words of prose; {most} is the most"


@pytest.mark.parametrize("unit", UNITS)
def test_the_stated_time_is_honest(unit):
    title = read("release", unit)[0].source
    found = re.search(r"(\d+)(?: to (\d+))? minutes", title)
    assert found, f"{unit}: the title cell does not say how many minutes it takes"
    low, high = int(found[1]), int(found[2] or found[1])
    reading = words_of("release", unit) / WORDS_A_MINUTE
    running = MINUTES_A_CODE_CELL * len(code(read("release", unit)))
    writing = sum(MINUTES[name] for name in checked(read("release", unit)))
    minutes = round(reading + running + writing)
    sums = f"{reading:.0f} to read, {running:.0f} to run, {writing} to write"
    assert minutes <= MOST_MINUTES, f"{unit} takes {minutes} minutes: {sums}"
    assert low - MINUTES_OFF <= minutes <= high + MINUTES_OFF, (
        f"{unit} takes {minutes} minutes ({sums}), not {found[0]}"
    )


@pytest.mark.parametrize("unit", FIELD_WORDS)
def test_the_words_of_the_field_are_told(unit):
    text = " ".join(" ".join(markdown(read("release", unit))).split()).casefold()
    missing = [word for word in FIELD_WORDS[unit] if word not in text]
    assert not missing, f"{unit} does not say what other books call {missing}"


@pytest.mark.parametrize("unit", UNITS)
def test_prerequisites_are_listed_and_refreshed(unit):
    cells = read("release", unit)
    (listed,) = [cell for cell in cells if "prerequisites" in tags(cell)] or [None]
    assert listed, f"{unit} has no markdown cell with the tag prerequisites"
    first_blank = next(number for number, cell in enumerate(cells) if is_blank(cell))
    assert listed.cell_type == "markdown" and cells.index(listed) < first_blank
    folded = re.findall(r"<details>\s*<summary>(.+?)</summary>(.+?)</details>", listed.source, flags=re.DOTALL)
    assert folded, f"{listed.id}: no <details><summary>…</summary> that refreshes a prerequisite"
    for name, text in folded:
        assert 10 <= prose_words(text) <= 100, f"{listed.id}, {name}: about three lines, not {prose_words(text)} words"


# --- the reader's hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_invites_to_change_something(unit):
    cells = read("release", unit)
    seen = 0
    for above, cell in zip(["", *cells], cells, strict=False):
        if "try" in tags(cell):
            assert cell.cell_type == "code", f"{cell.id}: the tag try is for code cells"
            visible = cell.source + (above.source if above and above.cell_type == "markdown" else "")
            assert re.search(r"\b(try|change)\b", visible, re.IGNORECASE), f"{cell.id}: nothing says what to try"
            seen += 1
    assert seen >= LEAST_TRIES, f"{unit} has {seen} cells with the tag try"


@pytest.mark.parametrize("unit", NETWORK_SO_FAR)
def test_a_unit_ends_with_the_network_so_far(unit):
    cells = read("release", unit)
    (shown,) = [cell for cell in cells if "network" in tags(cell)] or [None]
    assert shown and "network.so_far(" in shown.source, f"{unit} has no cell network.so_far(…) with the tag network"
    ordinary = [cell for cell in cells if is_check(cell) and grade_id(cell) not in CHALLENGES]
    assert cells.index(shown) > cells.index(ordinary[-1]), f"{shown.id} stands above an exercise"


@pytest.mark.parametrize("unit", UNITS)
def test_guesses_are_noted_and_compared(unit):
    sources = [cell.source for cell in code(read("source", unit))]
    noted, compared = [], []
    for call in (node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) == "check.guess":
            name = ast.literal_eval(call.args[0])
            noted += [name] * (len(call.args) > 1)
            compared += [name] * any(keyword.arg == "is_" for keyword in call.keywords)
    assert noted, f"{unit} has no check.guess(name, value)"
    assert len(noted) == len(set(noted)), f"{unit} asks for a guess twice: {noted}"
    assert set(noted) == set(compared), f"noted or compared only: {set(noted) ^ set(compared)}"
    old = [
        line for source in sources for line in source.splitlines() if re.search(r"\bmy_\w+ = None|your guess:", line)
    ]
    assert not old, f"{unit} still has {old}"


@pytest.mark.parametrize("unit", UNITS)
def test_a_typical_guess_stands_in_the_solution_and_none_in_the_release(unit):
    released, solved = ({cell.id: cell.source for cell in code(read(step, unit))} for step in ("release", "solutions"))
    for name, source in solved.items():
        if "check.guess(" in source and name in released:
            assert released[name] == clear_guesses(source), name
        for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) == "check.guess" and len(call.args) > 1:
                assert ast.literal_eval(call.args[1]) is not None, f"{name}: the source needs a typical guess"


def is_demonstration(cell):
    """A code cell that is only run and read."""
    marked = tags(cell) & {"try", "network", "result", "challenge", "optional"}
    asks = re.match(r"check\.(guess|progress)\([^=]*$", cell.source) or "# check.hint(" in cell.source
    return cell.cell_type == "code" and not (marked or is_check(cell) or is_blank(cell) or asks)


@pytest.mark.parametrize("unit", UNITS)
def test_little_is_only_shown_after_the_last_blank(unit):
    cells = read("release", unit)
    last_check = max(number for number, cell in enumerate(cells) if is_check(cell))
    shown = [cell.id for cell in cells[last_check + 1 :] if is_demonstration(cell)]
    assert len(shown) <= MOST_DEMONSTRATIONS, f"{unit} shows {len(shown)} after its last blank: {', '.join(shown)}"


@pytest.mark.parametrize("unit", UNITS)
def test_an_exercise_has_at_most_one_cell_for_its_result(unit):
    results = [cell.id for cell in read("release", unit) if "result" in tags(cell)]
    exercises = checked(read("release", unit))
    assert len(results) <= len(exercises), f"{len(exercises)} exercises, but results: {results}"


# --- an unsolved blank -------------------------------------------------------------------------------------------------


def stopped_by(unit, blank):
    """Return the cells that stop when all is solved but one blank; run in this process, and without checks."""
    released = {cell.id: cell.source for cell in read("release", unit)}
    module = types.ModuleType("notebook_of_a_reader")  # a class of it can be pickled
    sys.modules[module.__name__] = module
    sys.modules.pop("given", None)
    stopped = []
    for cell in code(read("source", unit)):
        if is_check(cell) or tags(cell) & {"optional"} or cell.source.startswith("check."):
            continue
        source = released[cell.id] if cell.id == blank and cell.id in released else cell.source
        try:
            exec(compile(source, cell.id, "exec"), module.__dict__)
        except Exception as problem:
            if cell.id != blank:
                stopped.append(f"{cell.id} ({type(problem).__name__})")
    return stopped


def blanks():
    for unit in UNITS:
        yield pytest.param(unit, "", id=f"{unit}-solved")
        for cell in read("source", unit):
            if is_blank(cell):
                yield pytest.param(unit, cell.id, id=f"{unit}-{grade_id(cell)}")


@pytest.mark.parametrize(("unit", "blank"), list(blanks()))
def test_an_unsolved_blank_stops_only_what_shows_its_result(unit, blank, tmp_path, monkeypatch):
    folder = tmp_path / unit
    shutil.copytree(ROOT / "release" / unit, folder)
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(figure, "pictures", False)
    with threadpool_limits(1), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stopped = stopped_by(unit, blank)
    most = MOST_STOPPED if blank else 0
    assert len(stopped) <= most, f"without {blank or 'any blank'}, {len(stopped)} cells stop: {', '.join(stopped)}"
