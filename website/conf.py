"""Sphinx's settings for the site; ``website/build.py`` runs it on the pages that it gathered."""

project = "Neural networks from scratch in NumPy"
author = 'The maintainers of "Neural networks from scratch in NumPy"'
copyright = "the maintainers. Text and figures: CC BY 4.0, code: BSD 3-Clause"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # the pages show the outputs of solutions/, which nbval runs
nb_merge_streams = True
napoleon_numpy_docstring = True
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True

mathjax_path = "mathjax/tex-chtml.js"  # from npm, in the site
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "sphinx_book_theme"
html_title = "Neural networks from scratch"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "home_page_in_toc": True,
    "show_navbar_depth": 1,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "show_toc_level": 2,
}
html_context = {"default_mode": "auto"}
