"""Make the finished pages light: of the theme's 1.6 MB of icons only those that are used, and nothing for debuggers."""

from __future__ import annotations

import re
import shutil
import struct
from pathlib import Path
from urllib.parse import quote

_ICONS = re.compile(r"\s*<(?:script|link)\b[^>]*scripts/fontawesome\.js[^>]*>(?:</script>)?")
_SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex|-stemmer)\.js[^"]*"></script>')
_THEME_ICONS = re.compile(r"\.fa-[\w-]+\{--fa:[^}]*\}|@font-face\{[^}]*Font ?Awesome[^}]*\}")
_EMPTY_HEAD = re.compile(r"<th\b([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>")
_PICTURE = re.compile(r'<img (?![^>]*\bwidth=)[^>]*?src="([^":]+)"')
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
        text = _ICONS.sub("", text)
        text = _PICTURE.sub(lambda found, page=page: found[0] + _size(page.parent / found[1]), _more_accessible(text))
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
    _keep_used_rules(site)
    shutil.rmtree(site / "_static" / "vendor" / "fontawesome")
    shutil.rmtree(site / "_sources", ignore_errors=True)
    for path in [*site.rglob("*.map"), *(site / "_static").glob("*webpack-macros.html")]:
        path.unlink()


def _more_accessible(text: str) -> str:
    """Mend what axe-core finds: what scrolls without keys, an empty head of a column, a logo outside of all regions, a name."""
    text = re.sub(r"<(pre|table)(?=[ >])", r'<\1 tabindex="0"', text)
    text = _EMPTY_HEAD.sub(r"<td\1></td>", text).replace(' scope="col"></td>', "></td>")
    # A head that is nothing but a formula is read as empty.
    text = re.sub(
        r'(<th\b[^>]*><p><span class="math[^"]*")>\\\(([^<]*)\\\)(?=</span></p></th>)',
        r'\1 role="math" aria-label="\2">\\(\2\\)',
        text,
    )
    text = re.sub(r'(<button class="btn search-button-field[^>]*?) aria-label="Search"', r"\1", text)
    return re.sub(
        r'(<div class="sidebar-primary-item")(>\s*<a class="navbar-brand)',
        r'\1 role="region" aria-label="Home"\2',
        text,
    )


def _size(picture: Path) -> str:
    """Return how large a picture is, as HTML says it, so that nothing moves while it loads."""
    content = picture.read_bytes()
    if picture.suffix == ".png":
        width, height = struct.unpack(">2I", content[16:24])
        return f' width="{width}" height="{height}"'
    found = re.search(rb'<svg\b[^>]*?\bviewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', content)
    return f' width="{float(found[1]):.0f}" height="{float(found[2]):.0f}"' if found else ""


def _keep_used_rules(site: Path) -> None:
    """Leave out of the theme's style sheets the icons, and each rule for a class that stands in no page and no script."""
    texts = [path.read_text(encoding="utf-8") for pattern in ("*.html", "*.js") for path in site.rglob(pattern)]
    words = set(re.findall(r"[\w-]+", " ".join(texts)))

    def keep(rule: re.Match) -> str:
        if "(" in rule[1]:  # :not, :is and :has are not looked into
            return rule[0]
        selectors = [one for one in rule[1].split(",") if set(re.findall(r"\.([a-zA-Z][\w-]*)", one)) <= words]
        return f"{','.join(selectors)}{{{rule[2]}}}" if selectors else ""

    for path in (site / "_static" / "styles").glob("*.css"):
        text = _THEME_ICONS.sub("", path.read_text(encoding="utf-8"))
        path.write_text(re.sub(r"([^{}@;]+)\{([^{}]*)\}", keep, text), encoding="utf-8")


def _icon(source: str, name: str) -> str:
    """Return an icon of the script as an address of data; an empty string if it is not there."""
    found = re.search(rf'["{{,]"?{re.escape(name)}"?:\[(\d+),(\d+),\[[^\]]*\],"\w+","([^"]+)"\]', source)
    if not found:
        return ""
    width, height, path = found.groups()
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{path}"/></svg>'
    return f'url("data:image/svg+xml,{quote(picture, safe=" /:=,")}")'.replace("%22", "'")
