"""A filter on system calls: what no notebook needs is refused before Linux looks at it.

Linux runs the filter, a short program in the code of the Berkeley Packet Filter, at each system call of a kernel and of all that
it starts, and nobody can take it off again. It knows x86-64 and arm64. On another machine there is none, and grading goes on
behind the other walls; :func:`is_known` says it.

There are two kinds of refused calls. Libraries try some and go on without them: these get an error and nothing is said. No
library makes the others by itself: the instructor reads their names. Both lists follow Docker's and Flatpak's.

Sources: ``man 2 seccomp``, ``man 2 seccomp_unotify``, ``linux/seccomp.h``, ``asm/unistd.h``.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterator

# name → its number on x86-64 and on arm64 (None: it does not exist there)
Calls = dict[str, tuple[int | None, int | None]]

NOTED: Calls = {
    # other namespaces and other files
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "open_tree_attr": (467, 467),
    "open_by_handle_at": (304, 265), "quotactl": (179, 60), "quotactl_fd": (443, 443), "acct": (163, 89),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    # keys and secrets
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "memfd_secret": (447, 447),
    # the machine
    "bpf": (321, 280), "userfaultfd": (323, 282), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "create_module": (174, None), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "iopl": (172, None), "ioperm": (173, None),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "sethostname": (170, 161), "setdomainname": (171, 162),
    "vhangup": (153, 58), "nfsservctl": (180, 42), "lookup_dcookie": (212, 18),
}  # fmt: skip

QUIET: dict[int, Calls] = {
    errno.EPERM: {
        "perf_event_open": (298, 241), "kcmp": (312, 272), "syslog": (103, 116), "modify_ldt": (154, None),
        "uselib": (134, None), "ustat": (136, None), "sysfs": (139, None), "_sysctl": (156, None),
    },
    # With this error programs take another way, as on a Linux that does not have the call.
    errno.ENOSYS: {
        "clone3": (435, 435),  # its flags lie where a filter cannot look; with clone they do not
        "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
        # memory that no process shows as its own
        "memfd_create": (319, 279), "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "shmdt": (67, 197),
        "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
        "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
        # what one submission could tell another by the files that both see
        "flock": (73, 32), "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
        "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "mincore": (27, 232), "cachestat": (451, 451),
        "statmount": (457, 457), "listmount": (458, 458),
    },
}  # fmt: skip

# These depend on what they are called with.
_LOOKED_AT: Calls = {
    "mmap": (9, 222), "clone": (56, 220), "ioctl": (16, 29), "fcntl": (72, 25), "socket": (41, 198), "socketpair": (53, 199),
    "personality": (135, 92),
}  # fmt: skip
_NEWEST = 469  # of the calls that this list was made for; what is newer does not exist
_MACHINES = {"x86_64": (0xC000003E, 0, 317), "aarch64": (0xC00000B7, 1, 277)}  # Linux's name; column; number of seccomp

_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_MAP_SHARED, _MAP_ANONYMOUS, _MAP_HUGETLB = 0x01, 0x20, 0x40000
_TYPES_FOR_OTHERS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_TELLING_FCNTL = (5, 36, 1024, 1026)  # F_GETLK, F_OFD_GETLK, F_SETLEASE, F_NOTIFY
_PLAIN_PERSONALITY = (0, 0xFFFFFFFF)  # set to Linux's own, and ask for it
_FAMILIES = {1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 15: "AF_KEY", 17: "AF_PACKET", 31: "AF_BLUETOOTH",
             29: "AF_CAN", 30: "AF_TIPC", 38: "AF_ALG", 40: "AF_VSOCK", 42: "AF_QIPCRTR", 44: "AF_XDP"}  # fmt: skip
# Many a library asks for these while it is imported, to see what the machine can do.
_QUIET_FAMILIES = {2: errno.ENETUNREACH, 10: errno.ENETUNREACH, 16: errno.EPERM}

_ALLOW, _ERRNO, _NOTIFY = 0x7FFF0000, 0x00050000, 0x7FC00000
_NUMBER, _MACHINE = 0, 4  # where they stand in what a filter sees
_RECEIVE, _ANSWER = 0xC0502100, 0xC0182101  # SECCOMP_IOCTL_NOTIF_RECV, SECCOMP_IOCTL_NOTIF_SEND
_MOST_ANSWERS = 1000  # then nobody listens any more, and Linux itself refuses
_MOST_NOTED = 20
_ALARM_SECONDS = 0.05


def is_known(machine: str = "") -> bool:
    """Return whether there is a filter for this kind of processor, and for a Python of 64 bits on it."""
    return (machine or platform.machine()) in _MACHINES and sys.maxsize > 2**32


# --- the program -------------------------------------------------------------------------------------------------------

Instruction = tuple[int, int, int, int]  # code, how many to jump over if true, and if not, operand


def _load(place: int) -> Instruction:
    return 0x20, 0, 0, place


def _load_argument(number: int) -> Instruction:
    """The lower half, which is all that Linux reads of the arguments that matter here."""
    return _load(16 + 8 * number)


def _unless_equal(value: int, jump: int) -> Instruction:
    return 0x15, 0, jump, value


def _unless_any_bit(mask: int, jump: int) -> Instruction:
    return 0x45, 0, jump, mask


def _unless_at_least(value: int, jump: int) -> Instruction:
    return 0x35, 0, jump, value


def _return(action: int) -> Instruction:
    return 0x06, 0, 0, action


def _if_equal(value: int, action: int) -> list[Instruction]:
    return [_unless_equal(value, 1), _return(action)]


def make_program(machine: str, noted: int) -> list[Instruction]:
    """Return the filter's program.

    Parameters
    ----------
    machine : as ``platform.machine`` names it
    noted : what becomes of a call that is noted: ``_NOTIFY``, or an error
    """
    number, column, _ = _MACHINES[machine]
    missing, refused = _ERRNO | errno.ENOSYS, _ERRNO | errno.EPERM
    program = [_load(_MACHINE), _unless_equal(number, 2), _load(_NUMBER), _unless_at_least(_NEWEST + 1, 1)]
    program += [_return(missing)]  # also of calls with 32 bits, which have another machine or the bit x32
    for name, look in {
        "mmap": [
            _load_argument(3),
            _unless_any_bit(_MAP_HUGETLB, 1), _return(_ERRNO | errno.ENOMEM),
            _unless_any_bit(_MAP_ANONYMOUS, 2), _unless_any_bit(_MAP_SHARED, 1), _return(refused),
        ],
        "ioctl": [_load_argument(1), *(part for value in _TYPES_FOR_OTHERS for part in _if_equal(value, noted))],
        "fcntl": [_load_argument(1), *(part for value in _TELLING_FCNTL for part in _if_equal(value, missing))],
        "clone": [_load_argument(0), _unless_any_bit(_NEW_NAMESPACES, 1), _return(noted)],
        "socket": _look_at_family(noted),
        "socketpair": _look_at_family(noted),
        "personality": [
            _load_argument(0), *(part for value in _PLAIN_PERSONALITY for part in _if_equal(value, _ALLOW)), _return(refused),
        ],
    }.items():  # fmt: skip
        program += [_unless_equal(_LOOKED_AT[name][column], len(look) + 1), *look, _return(_ALLOW)]
    for calls, action in [(NOTED, noted), *((calls, _ERRNO | error) for error, calls in QUIET.items())]:
        for numbers in calls.values():
            program += _if_equal(numbers[column], action) if numbers[column] is not None else []
    return [*program, _return(_ALLOW)]


def _look_at_family(noted: int) -> list[Instruction]:
    quiet = [part for family, error in _QUIET_FAMILIES.items() for part in _if_equal(family, _ERRNO | error)]
    return [_load_argument(0), *_if_equal(1, _ALLOW), *quiet, _return(noted)]


# --- in a kernel -------------------------------------------------------------------------------------------------------

_LIBC = ctypes.CDLL(None, use_errno=True)


class Filter:
    """The filter, made once and put on in each kernel.

    Parameters
    ----------
    machine : as ``platform.machine`` names it
    """

    def __init__(self, machine: str = ""):
        self._machine = machine or platform.machine()
        self._programs = [self._pack(action) for action in (_NOTIFY, _ERRNO | errno.EPERM)]

    def _pack(self, noted: int) -> tuple[ctypes.Array, int]:
        """Return a program as Linux takes it, and its address."""
        program = make_program(self._machine, noted)
        code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
        described = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
        described.code = code  # is kept as long as it is pointed to
        return described, ctypes.addressof(described)

    def put_on(self) -> int | None:
        """Filter all calls of this process from now on, for good, and of all that it starts.

        Returns
        -------
        The descriptor by which :class:`Log` hears of the calls that are noted, or None if this Linux gives none.

        Raises
        ------
        OSError : if it cannot be done
        """
        seccomp, set_filter, with_listener = _MACHINES[self._machine][2], 1, 8
        noting, plain = (address for _, address in self._programs)
        listener = _LIBC.syscall(seccomp, set_filter, with_listener, ctypes.c_void_p(noting))
        if listener >= 0:
            return listener
        if _LIBC.syscall(seccomp, set_filter, 0, ctypes.c_void_p(plain)) != 0:
            raise OSError(ctypes.get_errno(), "the filter on system calls failed")
        return None


# --- beside it, where student code does not reach -------------------------------------------------------------------------


class Log:
    """The calls that were noted: each name once, in the order of the first time.

    Parameters
    ----------
    listener : the descriptor that :meth:`Filter.put_on` returned
    """

    def __init__(self, listener: int):
        self.listener = listener
        self.names: list[str] = []
        self._left = _MOST_ANSWERS
        signal.signal(signal.SIGALRM, lambda *_: None)

    def answer(self) -> bool:
        """Refuse and note the next call; return False if nobody is to listen any more, and Linux itself refuses the rest."""
        asked = bytearray(80)  # struct seccomp_notif
        # Who asked may have been killed meanwhile. Then Linux waits for the next one, and an alarm ends that.
        signal.setitimer(signal.ITIMER_REAL, _ALARM_SECONDS, _ALARM_SECONDS)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, asked)
            identity, number, *arguments = struct.unpack("=Q8xi12x6Q", asked)
            name = call_name(number, arguments)
            if name not in self.names and len(self.names) < _MOST_NOTED:
                self.names.append(name)
            fcntl.ioctl(self.listener, _ANSWER, struct.pack("=QqiI", identity, 0, -errno.EPERM, 0))
        except OSError:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self._left -= 1
        if self._left == 0:
            os.close(self.listener)
        return self._left > 0


def call_name(number: int, arguments: list[int], machine: str = "") -> str:
    """Return what a call that was noted is called, and of sockets the family."""
    column = _MACHINES[machine or platform.machine()][1]
    name = next((name for name, numbers in (NOTED | _LOOKED_AT).items() if numbers[column] == number), f"call {number}")
    match name:
        case "socket" | "socketpair":
            family = arguments[0] & 0xFFFFFFFF
            return f"{name} {_FAMILIES.get(family, family)}"
        case "clone":
            return "clone into a new namespace"
        case "ioctl":
            return "ioctl " + ("TIOCSTI" if arguments[1] & 0xFFFFFFFF == _TYPES_FOR_OTHERS[0] else "TIOCLINUX")
    return name


def refused_calls(machine: str = "") -> Iterator[tuple[str, int, int]]:
    """Yield of each call that is refused whatever it is called with: its name, number and error."""
    column = _MACHINES[machine or platform.machine()][1]
    for calls, error in [(NOTED, errno.EPERM), *((calls, error) for error, calls in QUIET.items())]:
        for name, numbers in calls.items():
            if numbers[column] is not None:
                yield name, numbers[column], error
