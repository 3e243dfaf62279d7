"""The card of a check: what stands where, in HTML and in text, and that it says of an answer only what is so."""

import re

import numpy as np
import pytest

from course.checks import EXERCISES, Check, card, check_answer, frozen
from course.grading.repository import load_solutions

SOLUTIONS = load_solutions()
QUICK = [name for name, one in EXERCISES.items() if one.is_a == "function" and name not in ("grid_search", "sgd")]


@pytest.fixture
def check():
    return Check()


def many_hot(labels, num_classes=10):
    Y = np.zeros((len(labels), num_classes))
    Y[:, labels] = 1
    return Y


def tables(shown):
    """Return the captions of the tables in HTML, and their cells."""
    return {
        re.sub("<br>.*", "", re.search("<caption[^>]*>(.*?)</caption>", table)[1]): re.findall(
            "<td.*?>(.*?)</td>", table
        )
        for table in re.findall("<table.*?</table>", shown)
    }


def test_what_differs_comes_first_and_only_yours_is_marked(check):
    shown = check.one_hot(many_hot).to_html()
    order = [
        "Not right yet</b>",
        "0 of 4 points <span",
        "What differs.",
        "given: labels",
        "expected",
        "yours, differences marked",
    ]
    order += ["✗\N{NO-BREAK SPACE}ten classes by default", "Likely cause", "check.hint(&quot;one_hot&quot;)"]
    places = [shown.index(text) for text in order]
    assert places == sorted(places) and shown.startswith('<div role="group"')
    found = tables(shown)
    assert list(found) == ["given: labels", "expected", "yours, differences marked"]
    assert "<u>" in "".join(found["yours, differences marked"]) and "<u>" not in "".join(found["expected"])
    assert shown.count('scope="row"') == 3 * card.ROWS and shown.count('scope="col"') == 10
    assert "<details" in shown and "<details open" not in shown and "<script" not in shown and "http" not in shown


def test_the_text_says_the_same_in_a_terminal(check):
    lines = str(check.one_hot(many_hot)).splitlines()
    assert lines[0] == "✗ one_hot: not right yet (0 of 4 points)"
    assert lines[1].startswith("  Y[0, 0] should be 0; yours is 1.") and lines[2].startswith(
        "  The call: one_hot(labels, "
    )
    assert lines[-1] == '  Stuck? check.hint("one_hot") (0 of 3 used)'


def test_a_right_card_says_what_was_tried_and_its_text_stays_one_line(check):
    answer = check.one_hot(SOLUTIONS.reference.one_hot)
    assert str(answer) == "✓ one_hot: right (4 of 4 points)"
    assert "Tried: labels of every class · ten classes by default" in answer.to_html()
    assert "check.hint" not in answer.to_html()


def test_the_parts_explain_the_points(check):
    def min_max(x):  # whole numbers stay whole numbers
        low, high = x.min(), x.max()
        return np.zeros(x.shape) if low == high else ((x - low) / (high - low)).astype(x.dtype)

    answer = check.min_max(min_max)
    parts = dict(answer.parts)
    assert parts["ordinary numbers"] == 1 and parts["whole numbers"] == 0 and 0 < answer.earned < 3
    assert "✓\N{NO-BREAK SPACE}ordinary numbers · ✗\N{NO-BREAK SPACE}whole numbers" in str(answer)
    wrong = check.one_hot(many_hot)
    assert "The others count once “labels of every class” is right." in str(wrong)


def test_an_argument_that_is_changed_is_a_part_of_its_own(check):
    def softmax(x, axis=1):
        result = SOLUTIONS.reference.softmax(x, axis)
        x[...] = 0
        return result

    assert check.softmax(softmax).parts[-1] == ("leaves x as it is", 0.0)


@pytest.mark.parametrize("name", QUICK)
def test_the_smallest_ordinary_case_that_is_wrong_is_told(name):
    """For each known mistake: no smaller case of the same part shows as much."""
    exam = frozen.load(name)
    for mistake in SOLUTIONS.mistakes[name][:2]:
        answer = check_answer(name, mistake.function)
        if answer.case is None:
            continue
        known = next(one for one in exam.mistakes if one.name == mistake.name)
        wrong = [
            case.size
            for case, right, outcome in zip(exam.cases, exam.expected, known.observation.outcomes, strict=True)
            if case.part == answer.case.part and outcome is not right
        ]
        if answer.mistake == mistake.name and wrong and answer.kind == "value":
            assert answer.case.size == min(wrong)


def test_the_call_that_failed_can_be_made_again(check):
    with pytest.raises(ValueError, match=r"Run check\.one_hot\(one_hot\) first"):
        check.call("one_hot")
    answer = check.one_hot(many_hot)
    labels, num_classes = check.call("one_hot")
    assert f"one_hot(labels, {num_classes})" in answer.call
    assert np.array_equal(many_hot(*check.call("one_hot")), many_hot(labels, num_classes))
    labels[:] = 0
    assert check.call("one_hot")[0].any()  # fresh each time
    check.one_hot(SOLUTIONS.reference.one_hot)
    with pytest.raises(ValueError, match="No call of one_hot failed"):
        check.call("one_hot")
    check.NeuralNetwork(int)
    with pytest.raises(ValueError, match="no call that could be made again"):
        check.call("NeuralNetwork")


def test_a_call_by_name_comes_back_by_position(check):
    def wrong_by_name(labels, num_classes=10):
        return SOLUTIONS.reference.one_hot(labels, 10) if num_classes == 10 else np.zeros(3)

    check.one_hot(wrong_by_name)
    assert len(check.call("one_hot")) == 2 and wrong_by_name(*check.call("one_hot")).shape == (3,)


def test_a_hidden_case_is_neither_shown_nor_told():
    from course.grading import verdict

    hidden = verdict("one_hot", many_hot, seed=3)
    assert hidden.case is None and hidden.call == "" and "given" not in hidden.to_html()
    assert "check.hint" not in hidden.to_html() and "check.call" not in hidden.to_html()


# --- tables ------------------------------------------------------------------------------------------------------------


def test_a_large_array_is_shown_in_part_where_it_differs():
    right, got = np.zeros((30, 20)), np.zeros((30, 20))
    got[17, 15] = 1
    wrong = right != got
    shown = card.array_table("yours", got, wrong, right, card.first_place(wrong))
    assert "rows 17–20 of 30, columns 14–19 of 20" in shown and shown.count("<u>") == 1
    assert 'scope="row"' in shown and ">17</th>" in shown and ">15</th>" in shown
    assert "of" not in card.array_table("x", np.eye(3))


def test_two_numbers_that_differ_do_not_look_alike():
    right, got = np.array([0.123456, 1.0]), np.array([0.123457, 1.0])
    shown = card.array_table("yours", got, right != got, right)
    assert "<u>0.123457</u>" in shown
    assert ">0.123456</td>" in card.array_table("expected", right, right != got, got, mark=False)


@pytest.mark.parametrize("array", [np.array(3.0), np.zeros((0, 3)), np.zeros((2, 2, 2)), np.array(["a"]), [1, 2], None])
def test_what_is_no_small_table_is_not_shown_as_one(array):
    assert not card.can_be_shown(array)


def test_what_is_code_in_a_sentence_is_in_code_font():
    shown = card.sentence(
        "dW_2[0, 1] should be -1.5e-05; yours is nan. Give X the shape (3, 2) & call f(x=(4, 4)).", ("X", "a")
    )
    assert re.findall("<code[^>]*>(.*?)</code>", shown) == [
        "dW_2[0, 1]",
        "-1.5e-05",
        "nan",
        "X",
        "(3, 2)",
        "f(x=(4, 4))",
    ]
    assert "&amp;" in shown
    assert "<code" not in card.sentence("a matrix of labels (two of them) is right. It is 3.", ("a", "labels"))


# --- hints -------------------------------------------------------------------------------------------------------------


def _words(text):
    return re.findall(r"[\w.]+", str(text))


@pytest.mark.parametrize("name", EXERCISES)
def test_no_hint_says_less_than_the_one_before(check, name):
    """Before a check and after one: the next step holds all words of the step before, and new ones."""
    for answer in [None, SOLUTIONS.mistakes[name][0].function] if name in QUICK else [None]:
        if answer is not None:
            getattr(check, name)(answer)
        steps = [check.hint(name, step).steps for step in (1, 2, 3)]
        assert steps[1][:1] == steps[0] and steps[2][:2] == steps[1]
        told = set(_words(" ".join(steps[1])))
        assert len(set(_words(steps[2][2])) - told) >= 3, steps[2]
        assert len(set(_words(steps[1][1])) - set(_words(steps[0][0]))) >= 3, steps[1]


def test_the_second_hint_names_the_line_and_the_third_says_what_to_look_at(check, monkeypatch):
    from tests.test_line import SQUARES, write_cell

    monkeypatch.setattr("course.checks.line._SECONDS", 10)
    answer = check.softmax(write_cell(SQUARES, "softmax"))
    second, third = check.hint("softmax", 2).steps[1], check.hint("softmax", 3).steps[2]
    assert "line 4" in second and answer.line.look not in second
    assert "line 4" in third and answer.line.look in third


def test_a_card_knows_how_many_hints_were_used(check):
    check.hint("one_hot")
    check.hint("one_hot")
    assert "(2 of 3 used)" in str(check.one_hot(many_hot))


# --- a screen reader ---------------------------------------------------------------------------------------------------


def test_only_jupyterlab_announces_and_what_is_saved_elsewhere_has_no_script(check, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shown = [check.one_hot(many_hot)._repr_mimebundle_()["text/html"], check.hint("one_hot")._repr_html_()]
    assert "<script" not in "".join([*shown, check.progress()._repr_html_()])
    monkeypatch.setenv("JPY_SESSION_NAME", "/01-one-hot/01-one-hot.ipynb")
    answer = check.one_hot(lambda labels, num_classes=10: "</script>")
    said = answer._repr_mimebundle_()["text/html"]
    assert said.count("<script>") == said.count("</script>") == 1 and "one_hot: not right yet" in said


def test_whoever_cleans_html_can_let_all_styles_of_a_card_through(check):
    shown = [check.one_hot(many_hot).to_html(), check.hint("one_hot", 2)._repr_html_(), check.progress()._repr_html_()]
    shown += [check.progress(everything=True)._repr_html_(), check.relu(SOLUTIONS.reference.relu).to_html()]
    styles = ";".join(re.findall('style="([^"]*)"', "".join(shown)))
    used = {rule.partition(":")[0] for rule in styles.split(";") if rule}
    assert used and used <= set(card.CSS), used - set(card.CSS)
