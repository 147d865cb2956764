"""One still of a video, by OpenCV's own reader, from memory."""

import io
import os
from typing import cast

import numpy as np

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # before cv2: FFmpeg talks to the terminal

import cv2

from secondlook.domain.pictures import Note, NoteCode
from secondlook.vision.reading.content import Content, File, Refused, check_size, choose

_REMEDY = "Open it in a player, save the still as PNG, and take that."


def read(file: File) -> Content:
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    video, stream = cv2.VideoCapture(), cast(cv2.IStreamReader, io.BytesIO(file.data))
    try:
        opened = video.open(stream, cv2.CAP_FFMPEG, [])
        if not opened:
            raise Refused(
                "the video cannot be opened: it is cut short, or of a kind that is not read.",
                f"Copy it again from its source. {_REMEDY}",
            )
        return _still(video, file.page)
    except cv2.error as error:
        raise Refused("the video is damaged.", _REMEDY) from error
    finally:
        video.release()
        cv2.utils.logging.setLogLevel(level)


def _still(video: cv2.VideoCapture, page: int) -> Content:
    width, height = (
        int(video.get(which)) for which in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
    )
    check_size(width, height)
    stills = max(1, int(video.get(cv2.CAP_PROP_FRAME_COUNT)))
    choose(page, stills, "still")
    if page:
        video.set(cv2.CAP_PROP_POS_FRAMES, page)
    found, drawn = video.read()
    if not found or drawn is None:
        raise Refused("no still can be read there: the video is damaged or cut short.", _REMEDY)
    rate = video.get(cv2.CAP_PROP_FPS)
    seconds = round(page / rate, 2) if rate > 0 else 0.0
    notes = [Note(NoteCode.MOMENT, (seconds, page + 1, stills))]
    return Content(np.ascontiguousarray(drawn, dtype=np.uint8), stills, notes)
