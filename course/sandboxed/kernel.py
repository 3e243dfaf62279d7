"""A student's kernel: runs cells, and calls the functions that they define, as the grader asks.

It speaks the messages of :mod:`course.sandboxed.messages`. It knows no expected value and decides nothing: a student who
takes it over can only make it answer wrongly.
"""

from __future__ import annotations

import base64
import contextlib
import inspect
import io
import itertools
import signal
import socket
import subprocess
import sys
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from course.checks import functions
from course.checks.calls import describe_failure
from course.plain import decode, encode
from course.plots import figure
from course.sandboxed import messages
from course.sandboxed.channel import ChannelClosed, receive, send
from course.sandboxed.values import decode_test_input, encode_test_input, generator_state, make_generator

_MOST_TEXT = 100_000  # characters of one output
_MOST_DATA = 4_000_000  # characters of one picture
_MOST_OUTPUTS = 200  # of one cell
_MOST_ITEMS = 10_000  # of an iterable that comes back
_MOST_KEPT = 200  # results that are watched for later changes

_outputs: list[dict] = []  # of the cell that runs


# --- outputs -----------------------------------------------------------------------------------------------------------


def _add(output: dict) -> None:
    if len(_outputs) < _MOST_OUTPUTS:
        _outputs.append(output)


class _Stream(io.TextIOBase):
    """Standard output or error, as outputs of a cell; what is too much is cut."""

    def __init__(self, name: str):
        self.stream_name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = _outputs[-1] if _outputs else {}
        if last.get("name") != self.stream_name:
            _add(last := {"output_type": "stream", "name": self.stream_name, "text": ""})
        room = _MOST_TEXT - len(last["text"])
        if room > 0:
            last["text"] += str(text)[:room]
            if len(text) >= room:
                last["text"] += "\n… cut here\n"
        return len(text)


def _bounded(data: dict) -> dict:
    texts = {str(kind): item for kind, item in data.items() if isinstance(item, str)}
    kept = {kind: item for kind, item in texts.items() if len(item) <= _MOST_DATA}
    plain = texts.get("text/plain", "")
    if len(plain) > _MOST_TEXT:
        kept["text/plain"] = f"{plain[:_MOST_TEXT]}\n… cut here"
    elif len(kept) < len(texts):
        kept["text/plain"] = f"{plain}\n… left out here: an output of more than {_MOST_DATA // 10**6} MB"
    return kept


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **_):
        _add({"output_type": "display_data", "data": _bounded(data), "metadata": {}})


class _Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        _add({"output_type": "execute_result", "data": _bounded(format_dict), "metadata": {}, "execution_count": None})

    def finish_displayhook(self):
        pass


class _Shell(InteractiveShell):
    display_pub_class = _Publisher
    displayhook_class = _Hook

    def enable_gui(self, gui=None):
        pass

    def enable_matplotlib(self, gui=None):
        """Take every `%matplotlib X` for inline: there is no window and no browser here."""
        return None, "inline"

    def system(self, cmd):
        """Run `!cmd`, without a terminal; nothing that goes wrong there stops the cell."""
        with tempfile.TemporaryFile() as printed:
            try:
                command = ["/bin/sh", "-c", self.var_expand(cmd, depth=1)]
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.STDOUT)
                self.user_ns["_exit_code"] = done.returncode
            except (OSError, ValueError) as problem:
                print(problem)
                self.user_ns["_exit_code"] = 127
            printed.seek(0)
            print(printed.read(_MOST_TEXT + 1).decode(errors="replace"), end="")

    system_piped = system_raw = system

    def _showtraceback(self, etype, evalue, stb):
        text = [str(line)[:_MOST_TEXT] for line in stb]
        _add({"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:2000], "traceback": text})


def _show_figures(draw: bool) -> None:
    """Show the open figures of matplotlib, if somebody will look at them, and close them, as a notebook does after a cell."""
    plt = sys.modules.get("matplotlib.pyplot")
    with contextlib.suppress(Exception):  # a figure that cannot be drawn, or what a student has made of matplotlib
        for number in plt.get_fignums() if draw else ():
            picture = io.BytesIO()
            plt.figure(number).savefig(picture, format="png", bbox_inches="tight")
            data = {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": "<Figure>"}
            _add({"output_type": "display_data", "data": _bounded(data), "metadata": {}})
        plt.close("all")


def warm_up() -> None:
    """Make the shell, so that every kernel is born with one."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = _Shell.instance(config=config)
    shell.InteractiveTB.set_mode("Plain")  # the lines without those around them, which take long to find
    shell.run_cell("import numpy as np\n'warm'")
    shell.reset(new_session=True)
    _outputs.clear()


# --- the kernel --------------------------------------------------------------------------------------------------------


class _Kernel:
    def __init__(self, connection: socket.socket):
        self.connection = connection
        self.shell = _Shell.instance()
        self.objects: dict[int, Any] = {}  # what the grader holds a handle of
        self.handles: dict[int, int] = {}  # id of an object → its handle
        self.kept: dict[int, tuple[Any, Any]] = {}  # results, and copies of what they were
        self.given: dict[str, Any] = {}  # by name, in the last call
        self.count = 0
        self.number = 0  # of the question that is being answered

    def handle(self, value: Any) -> int:
        if id(value) not in self.handles:  # an id is not used again, since the object is kept
            self.count += 1
            self.objects[self.count], self.handles[id(value)] = value, self.count
        return self.handles[id(value)]

    # encoding

    def encode(self, value: Any) -> Any:
        return encode(value, binary=True, special=self._encode_special)

    def _encode_special(self, value: Any) -> dict | None:
        if isinstance(value, np.random.Generator):
            return {"generator": generator_state(value)}
        if isinstance(value, type(sys)):
            return {"module": value.__name__}
        if isinstance(value, np.ndarray) and value.dtype.kind == "O":
            return encode_test_input(value, self.encode)
        return {"object": self.handle(value), "type": type(value).__name__, "callable": self._describe_callable(value)}

    def _describe_callable(self, value: Any) -> dict | None:
        if not callable(value):
            return None
        try:
            parameters = [
                [parameter.name, int(parameter.kind), self._describe_default(parameter)]
                for parameter in inspect.signature(value).parameters.values()
            ]
        except (TypeError, ValueError):
            parameters = None
        name = getattr(value, "__name__", "")
        bases = [base.__name__ for base in value.__mro__] if isinstance(value, type) else None
        return {"name": name if isinstance(name, str) else "", "parameters": parameters, "bases": bases}

    @staticmethod
    def _describe_default(parameter: inspect.Parameter) -> dict:
        return {} if parameter.default is parameter.empty else {"default": encode(parameter.default, binary=True)}

    def decode(self, value: Any) -> Any:
        return decode(value, self._decode_special)

    def _decode_special(self, value: dict) -> Any:
        match value:
            case {"generator": state}:
                return make_generator(state)
            case {"object": number}:
                return self.objects[number]
        return decode_test_input(value, self.decode)

    # what the grader asks

    def put_files(self, request: messages.PutFiles) -> messages.Done:
        for name, content in request.files.items():
            path = Path.cwd() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(base64.b64decode(content))
        sys.path.insert(0, str(Path.cwd()))
        return messages.Done()

    def run_cell(self, request: messages.RunCell) -> messages.Shown:
        _outputs.clear()
        figure.pictures = request.draw
        with contextlib.redirect_stdout(_Stream("stdout")), contextlib.redirect_stderr(_Stream("stderr")):
            self.shell.run_cell(request.source, store_history=True)
            _show_figures(request.draw)
        figure.pictures = False
        return messages.Shown(list(_outputs))

    def look_up(self, request: messages.LookUp) -> messages.Found | messages.Missing:
        namespace = self.shell.user_ns
        return messages.Found(self.encode(namespace[request.name])) if request.name in namespace else messages.Missing()

    def get_attribute(self, request: messages.GetAttribute) -> messages.Found | messages.Missing:
        try:
            return messages.Found(self.encode(getattr(self.objects[request.target], request.name)))
        except AttributeError:
            return messages.Missing()

    def get_attributes(self, request: messages.GetAttributes) -> messages.Attributes:
        held = getattr(self.objects[request.target], "__dict__", {})
        given = [str(name) for name, value in held.items() if name in self.given and value is self.given[name]]
        return messages.Attributes({str(name): self.encode(value) for name, value in held.items()}, given)

    def call(self, request: messages.Call) -> messages.Called:
        function = self.objects[request.target]
        args, kwargs = self.decode(request.args), self.decode(request.kwargs)
        self.given = kwargs
        args = [getattr(functions, item.name) if type(item).__name__ == "Function" else item for item in args]
        before = [_frozen(item) for item in (*args, *kwargs.values())]
        result = value = failure = None
        printed = io.StringIO()
        state = np.random.get_state()  # noqa: NPY002
        with (
            warnings.catch_warnings(record=True) as caught,
            np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            self._lending(request.lend),
        ):
            warnings.simplefilter("always")
            try:
                result = function(*args, **kwargs)
                value = self._encode_result(result)
            except (Exception, SystemExit) as exception:
                failure = replace(describe_failure(exception), shapes=())  # those of hidden arguments stay here
        after = enumerate([*args, *kwargs.values()])
        now = np.random.get_state()  # noqa: NPY002
        return messages.Called(
            value=value,
            failure=failure,
            changed={str(place): self.encode(item) for place, item in after if _differs(before[place], item)},
            earlier=self._changed_results(),
            kept=None if failure else self._keep(result),
            global_random=state[2] != now[2] or not np.array_equal(state[1], now[1]),
            warnings=[[warning.category.__name__, str(warning.message)[:500]] for warning in caught[:20]],
            printed=printed.getvalue()[:2000],
        )

    def _encode_result(self, result: Any) -> Any:
        if _is_iterable(result):
            return {"iterator": [self.encode(item) for item in itertools.islice(result, _MOST_ITEMS)]}
        return self.encode(result)

    def _keep(self, result: Any) -> int | None:
        """Watch a result, so that the grader hears if a later call changes it."""
        if len(self.kept) >= _MOST_KEPT or not isinstance(result, np.ndarray | list | tuple | dict):
            return None
        self.count += 1
        self.kept[self.count] = (result, _frozen(result))
        return self.count

    def _changed_results(self) -> dict:
        changed = {}
        for number, (result, was) in list(self.kept.items()):
            if _differs(was, result):
                changed[str(number)] = self.encode(result)
                self.kept[number] = (result, _frozen(result))
        return changed

    @contextlib.contextmanager
    def _lending(self, names: list[str]):
        """Let the names of other exercises mean the grader's functions while the answer runs."""
        namespace = self.shell.user_ns
        before = {name: namespace[name] for name in names if name in namespace}
        namespace.update({name: self._borrowed(name) for name in names})
        try:
            yield
        finally:
            for name in names:
                namespace.pop(name, None)
            namespace.update(before)

    def _borrowed(self, name: str):
        def borrowed(*args, **kwargs):
            self._say(messages.Borrow(name, self.encode(list(args)), self.encode(kwargs)))
            _, lent = messages.from_json(receive(self.connection), (messages.Lent,))
            if lent.problem:
                raise ValueError(lent.problem)
            return self.decode(lent.value)

        borrowed.__name__ = name
        return borrowed

    def _say(self, message: Any) -> None:
        send(self.connection, messages.to_json(self.number, message))

    def run(self) -> None:
        """Answer one question after the other."""
        answer_to = {
            messages.PutFiles: self.put_files,
            messages.RunCell: self.run_cell,
            messages.LookUp: self.look_up,
            messages.GetAttribute: self.get_attribute,
            messages.GetAttributes: self.get_attributes,
            messages.Call: self.call,
        }
        while True:
            self.number, request = messages.from_json(receive(self.connection), tuple(answer_to))
            try:
                answer = answer_to[type(request)](request)
            except (ChannelClosed, SystemExit, KeyboardInterrupt):
                raise
            except BaseException as problem:  # whatever student code left behind must not end the kernel
                answer = messages.Damaged(f"{type(problem).__name__}: {problem}"[:500])
            self._say(answer)


def serve(connection: socket.socket) -> None:
    """Answer the grader until it hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with contextlib.suppress(ChannelClosed):
        _Kernel(connection).run()


# --- small helpers -----------------------------------------------------------------------------------------------------


def _is_iterable(value: Any) -> bool:
    """Return whether a result is something to go through, other than a plain value."""
    plain = (list, tuple, dict, str, bytes, np.ndarray, np.generic)
    goes_through = hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__")
    return goes_through and not isinstance(value, plain)


def _frozen(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return [_frozen(item) for item in value]
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, np.random.Generator):
        return generator_state(value)
    return value


def _differs(before: Any, after: Any) -> bool:
    if isinstance(after, np.random.Generator):
        return before != generator_state(after)
    if isinstance(before, np.ndarray):
        return not (
            isinstance(after, np.ndarray)
            and after.shape == before.shape
            and after.dtype == before.dtype
            and after.tobytes() == before.tobytes()
        )
    if isinstance(before, list):
        return not isinstance(after, list | tuple) or len(before) != len(after) or any(map(_differs, before, after))
    if isinstance(before, dict):
        return (
            not isinstance(after, dict)
            or before.keys() != after.keys()
            or any(_differs(before[key], after[key]) for key in before)
        )
    return False
