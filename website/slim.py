"""Make the finished pages light: of the theme's 1.6 MB of icons only those that are used, and nothing for debuggers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from urllib.parse import quote

_ICONS = re.compile(r"\s*<(?:script|link)\b[^>]*scripts/fontawesome\.js[^>]*>(?:</script>)?")
_SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex|-stemmer)\.js[^"]*"></script>')
_THEME_ICONS = re.compile(r"\.fa-[\w-]+\{--fa:[^}]*\}|@font-face\{[^}]*Font ?Awesome[^}]*\}")
_EMPTY_HEAD = re.compile(r"<th\b([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>")
_USED = re.compile(r"\bfa-(?:solid|regular|brands) fa-([\w-]+)")
# Icons that the theme's scripts put in place of others.
_ALSO = {"circle-half-stroke", "sun", "moon", "check", "copy", "angle-right", "chevron-down", "chevron-right"}


def slim(site: Path) -> None:
    """Replace the script that draws icons by a style sheet with the icons that the pages use."""
    script = site / "_static" / "scripts" / "fontawesome.js"
    source = script.read_text(encoding="utf-8")
    used = set(_ALSO)
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        used |= set(_USED.findall(text))
        text = _ICONS.sub("", text).replace("<pre>", '<pre tabindex="0">')  # so that keys can scroll long lines
        text = _more_accessible(text)
        if page.name != "search.html":
            text = _SEARCH.sub("", text)  # the form leads to the page that searches
        page.write_text(text, encoding="utf-8")
    rules = [
        '[class*="fa-"] { display: inline-block; width: 1em; height: 1em; vertical-align: -0.125em; background: currentColor; '
        "-webkit-mask: var(--icon) center / contain no-repeat; mask: var(--icon) center / contain no-repeat; }",
        '[class*="fa-"]::before { content: none; }',
    ]
    rules += [f".fa-{name} {{ --icon: {_icon(source, name)}; }}" for name in sorted(used) if _icon(source, name)]
    with (site / "_static" / "site.css").open("a", encoding="utf-8") as css:
        css.write("\n/* Icons of Font Awesome Free (CC BY 4.0), as masks. */\n" + "\n".join(rules) + "\n")
    script.unlink()
    theme = site / "_static" / "styles" / "pydata-sphinx-theme.css"
    theme.write_text(_THEME_ICONS.sub("", theme.read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(site / "_static" / "vendor" / "fontawesome")
    for path in [*site.rglob("*.map"), *(site / "_static").glob("*webpack-macros.html")]:
        path.unlink()


def _more_accessible(text: str) -> str:
    """Mend what axe-core finds in the theme: an empty head of a column, a logo outside of all regions, a button's name."""
    text = _EMPTY_HEAD.sub(r"<td\1></td>", text).replace(' scope="col"></td>', "></td>")
    text = re.sub(r'(<button class="btn search-button-field[^>]*?) aria-label="Search"', r"\1", text)
    return re.sub(r'(<div class="sidebar-primary-item")(>\s*<a class="navbar-brand)', r'\1 role="banner"\2', text)


def _icon(source: str, name: str) -> str:
    """Return an icon of the script as an address of data; an empty string if it is not there."""
    found = re.search(rf'["{{,]"?{re.escape(name)}"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]', source)
    if not found:
        return ""
    width, height, path = found.groups()
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{path}"/></svg>'
    return f'url("data:image/svg+xml,{quote(picture, safe=" /:=,")}")'.replace("%22", "'")
