"""The one way to a translated text outside a widget.

The name and the literal context are what Qt's lupdate looks for.
"""

from collections.abc import Callable

Translator = Callable[[str, str], str]
"""Context and source text to the text in the language in use."""


def _source(_: str, text: str) -> str:
    return text


_translators: list[Translator] = [_source]


def install(translator: Translator) -> None:
    """Speak the language of a window from now on."""
    _translators[0] = translator


def translate(context: str, text: str) -> str:
    return _translators[0](context, text)
