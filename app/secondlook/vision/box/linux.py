"""What the Linux kernel offers to a process that wants to be able to do less.

Each function raises ``OSError`` where this kernel, or this computer's rules, do not have it.
"""

import sys

if sys.platform == "linux":
    import ctypes
    import os
    from collections.abc import Callable, Iterable

    _CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
    _PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
    _SIGKILL = 9
    _CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all processors
    _FILES = (1 << 13) - 1  # every access of Landlock's first version
    _FILES_SINCE = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))  # refer, truncate, ioctl
    _READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
    _TCP = 0b11  # bind, connect; since version 4
    _SCOPED = 0b11  # abstract sockets, signals; since version 6
    _SYSTEM = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/urandom", "/dev/null")

    class _Ruleset(ctypes.Structure):
        _fields_ = (
            ("files", ctypes.c_uint64),
            ("network", ctypes.c_uint64),
            ("scoped", ctypes.c_uint64),
        )

    class _Beneath(ctypes.Structure):
        _pack_ = 1
        _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))

    _libc = ctypes.CDLL(None, use_errno=True)

    def _call(function: Callable[..., int], *arguments: object) -> int:
        done = function(*arguments)
        if done < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return done

    def leave_the_network() -> None:
        """Into namespaces of its own, where there are no interfaces."""
        _call(_libc.unshare, _CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC)

    def die_with_the_parent() -> None:
        """With the thread that started this, to be exact, which lives as long as the pool."""
        _call(_libc.prctl, _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        if os.getppid() == 1:  # it was gone before
            os._exit(0)

    def leave_the_files() -> None:
        """Landlock: nothing but programs and libraries can be opened, and those only to read."""
        version = _call(_libc.syscall, _CREATE_RULESET, None, ctypes.c_size_t(0), 1)
        files = _FILES | sum(bit for since, bit in _FILES_SINCE if version >= since)
        rules = _Ruleset(files, _TCP * (version >= 4), _SCOPED * (version >= 6))
        size = ctypes.c_size_t(8 if version < 4 else 16 if version < 6 else 24)
        ruleset = _call(_libc.syscall, _CREATE_RULESET, ctypes.byref(rules), size, 0)
        try:
            for path in _readable():
                _allow(ruleset, path)
            _call(_libc.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            _call(_libc.syscall, _RESTRICT_SELF, ruleset, 0)
        finally:
            os.close(ruleset)

    def _readable() -> Iterable[str]:
        """Where code may lie that a decoder loads when it is first needed."""
        return {path for path in (*sys.path, sys.prefix, sys.base_prefix, *_SYSTEM) if path}

    def _allow(ruleset: int, path: str) -> None:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # not everything on ``sys.path`` is there
            return
        try:
            allowed = _READ_FILE | (_READ_FOLDER if os.path.isdir(path) else 0)  # noqa: PTH112
            rule = _Beneath(allowed, opened)
            _call(_libc.syscall, _ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
        finally:
            os.close(opened)
