"""Formulas that a browser shows by itself: TeX between dollar signs becomes MathML, without a script and without a network."""

from __future__ import annotations

import html
import re
import warnings
from xml.etree.ElementTree import Element, tostring

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
from latex2mathml.converter import convert_to_element

_FORMULA = re.compile(
    r"(?<!\\)\$\$(?P<block>.+?)(?<!\\)\$\$|(?<![\\$])\$(?P<inline>[^$]+?)(?<![\\$])\$"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]+\*?)\}.*?\\end\{(?P=name)\})",
    re.DOTALL,
)
_LONGEST = 2_000  # characters of one formula
# What MathML may hold here. A student can write TeX too, and \href is TeX.
_TAGS = re.compile(
    "math|mrow|mi|mn|mo|mtext|mspace|ms|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|mfenced|menclose|msub|msup|msubsup|"
    "munder|mover|munderover|mmultiscripts|mprescripts|none|mtable|mtr|mtd"
)
_ATTRIBUTES = re.compile(
    "xmlns|display|mathvariant|stretchy|fence|separator|lspace|rspace|accent|accentunder|movablelimits|largeop|form|"
    "minsize|maxsize|linethickness|columnalign|rowspacing|columnspacing|columnlines|rowlines|width|height|depth|"
    "displaystyle|scriptlevel"
)


def with_formulas(page: str) -> str:
    """Return HTML in which each formula, ``$x$`` or ``$$x$$``, is MathML; one that cannot be read stays as it was typed."""
    if "$" not in page and "\\begin" not in page:
        return page
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(page, "html.parser")
    for text in soup.find_all(string=_FORMULA):
        if not text.find_parent(["code", "pre", "math"]):
            parts = _FORMULA.sub(lambda found: f"\0{_formula(found)}\0", str(text)).split("\0")
            made = "".join(part if place % 2 else html.escape(part, quote=False) for place, part in enumerate(parts))
            text.replace_with(BeautifulSoup(made, "html.parser"))
    return str(soup)


def _formula(found: re.Match) -> str:
    tex = (found["block"] or found["inline"] or found["environment"]).strip()
    try:
        if len(tex) > _LONGEST:
            raise ValueError("too long")
        element = convert_to_element(tex, display="inline" if found["inline"] else "block")
        return tostring(_clean(element), encoding="unicode", short_empty_elements=False)
    except Exception:  # whatever the converter raises on TeX that is none
        return f"<code>{html.escape(found[0])}</code>"


def _clean(element: Element) -> Element:
    """Keep of an element only what is MathML; the converter writes letters as ``&#x3C3;``, which are letters from here on.

    Raises
    ------
    ValueError : if there is anything else in it
    """
    if not _TAGS.fullmatch(element.tag):
        raise ValueError(f"{element.tag} is no MathML")
    element.attrib = {name: value for name, value in element.attrib.items() if _ATTRIBUTES.fullmatch(name)}
    element.text = html.unescape(element.text) if element.text else element.text
    for child in element:
        _clean(child)
    return element
