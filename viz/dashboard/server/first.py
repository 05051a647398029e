"""The page as it is sent at first: in a language, open to zooming, with the shipped answer on it.

The answer can be read before the scripts of the page are loaded; they take it away.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from viz.dashboard.pages.answer import opening_html
from viz.dashboard.state import link
from viz.dashboard.state.answers import is_shipped

CSS = Path(__file__).parents[1] / "page.css"
WORDS = {  # of Solara's page, and what stands in their place
    "<html>": '<html lang="en">',
    ", maximum-scale=1, user-scalable=no, minimal-ui": "",
    # A strip: theirs darkens the page, takes every click, and lies on what else is said.
    """<v-overlay style="z-index: 100002;" v-bind="vue3 ? { modelValue: (connectionStatus != \
'connected') && wasConnected } : { value: (connectionStatus != 'connected') && wasConnected }">
            <v-progress-circular indeterminate size="128" style="text-align: center;">Server
                disconnected.</v-progress-circular>
        </v-overlay>""": """<div v-if="connectionStatus != 'connected' && wasConnected"
             class="moat-lost" role="status">Connection lost: waiting for the server. \
What you see stays.</div>""",
}
BODY = '<div id="app"'
# Solara waits longer from try to try, and gives up after the seventh.
TRY_AGAIN = """<script>
    (() => {
        const again = () => {
            const kernel = window.solara?.debug?.kernel();
            if (kernel && !kernel.isDisposed && kernel.connectionStatus !== 'connected') {
                kernel.reconnect().catch(() => { /* the next look tries again */ });
            }
        };
        addEventListener('online', again);
        setInterval(() => {
            if (window.solara?.debug?.connectionStatus === 'disconnected') { again(); }
        }, 10000);
    })();
</script>"""
SAME_THEME = """<script>
    (() => {
        let theme = 'auto';
        try {
            theme = JSON.parse(localStorage.getItem(':solara:theme.variant')) || 'auto';
        } catch { /* no storage */ }
        const dark = theme === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches
            : theme === 'dark';
        document.getElementById('moat-first').className = dark ? 'theme--dark' : 'theme--light';
    })();
</script>"""


def first_page(content: str, query: str, with_answer: bool) -> str:
    """Solara's page with our words, and with the answer where it is known already.

    Args:
        with_answer: whether the page opens with the question, unless a link says otherwise.
    """
    for theirs, ours in WORDS.items():
        content = content.replace(theirs, ours)
    content += TRY_AGAIN
    view, problems = link.read(query)
    is_known = (
        with_answer
        and not problems
        and view.tab == "overview"
        and not view.month
        and is_shipped(view)
    )
    return content.replace(BODY, f"{_opening()}{BODY}", 1) if is_known else content


@cache
def _opening() -> str:
    style = f"<style>{CSS.read_text('utf-8')}</style>"
    return (
        f'{style}<div id="moat-first"><div class="moat"><div class="moat-head"><h1>moat</h1></div>'
        '<div class="moat-body"><div class="moat-levers"></div><div class="moat-main">'
        f"{opening_html()}</div></div></div></div>{SAME_THEME}"
    )
