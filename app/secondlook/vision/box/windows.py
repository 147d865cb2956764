"""Job objects: a ceiling on memory that the kernel holds, and an end with the program's own.

Written after Microsoft's documentation of ``SetInformationJobObject``; no test here runs it.
"""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EXTENDED_LIMITS = 9
    _PROCESS_MEMORY, _DIE_ON_EXCEPTION, _KILL_ON_CLOSE = 0x100, 0x400, 0x2000

    class _Basic(ctypes.Structure):
        _fields_ = (
            ("process_time", ctypes.c_int64),
            ("job_time", ctypes.c_int64),
            ("flags", wintypes.DWORD),
            ("least_working_set", ctypes.c_size_t),
            ("most_working_set", ctypes.c_size_t),
            ("active_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority", wintypes.DWORD),
            ("scheduling", wintypes.DWORD),
        )

    class _Extended(ctypes.Structure):
        _fields_ = (
            ("basic", _Basic),
            ("counters", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    _kernel.SetInformationJobObject.argtypes = (
        wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD,
    )  # fmt: skip
    _kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _kernel.GetCurrentProcess.restype = wintypes.HANDLE
    _kernel.CloseHandle.argtypes = (wintypes.HANDLE,)

    def limit_own_memory(most: int) -> None:
        """For this process and whatever it starts, for good. Raises ``OSError``."""
        limits = _Extended(process_memory=most)
        limits.basic.flags = _PROCESS_MEMORY | _DIE_ON_EXCEPTION
        job = _job(limits)
        _checked(_kernel.AssignProcessToJobObject(job, _kernel.GetCurrentProcess()))
        _kernel.CloseHandle(job)  # it lives on with its process, and nobody here can loosen it

    def end_with_us(process: int) -> int:
        """A handle that ends ``process`` (a handle too) when it is closed, which the system does
        for a program that ends in whatever way. In an environment of ``venv`` the process is a
        launcher, and ends what it launched alike. Raises ``OSError``."""
        limits = _Extended()
        limits.basic.flags = _KILL_ON_CLOSE
        job = _job(limits)
        _checked(_kernel.AssignProcessToJobObject(job, process))
        return job

    def close(handle: int) -> None:
        _kernel.CloseHandle(handle)

    def _job(limits: _Extended) -> int:
        job: int | None = _kernel.CreateJobObjectW(None, None)
        _checked(job)
        assert job is not None
        size = ctypes.sizeof(limits)
        _checked(_kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), size))
        return job

    def _checked(done: int | None) -> None:
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())
