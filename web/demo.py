"""``onneshon demo``: the sample articles to search, before anybody has indexed any of their own."""

from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from onneshon.index import build
from onneshon.index.commands.terminal import counted, say
from onneshon.web.commands import host_option, port_option, serve

_SAMPLE = files("onneshon") / "sample" / "articles.jsonl"


@click.command()
@host_option
@port_option
@click.pass_context
def demo(context: click.Context, host: str, port: int) -> None:
    """Serve the sample articles until Ctrl-C; nothing is left of them then.

    Your own: `onneshon index build PATH...`, then `onneshon serve`.
    """
    with TemporaryDirectory(prefix="onneshon-demo-") as folder:
        directory = Path(folder) / "index"
        with as_file(_SAMPLE) as articles:
            report = build([articles], directory)
        say(
            f"{counted(report.articles, 'article')} to try: search for নদী, or type bhasha andolon.", err=True
        )
        say("Your own: onneshon index build PATH..., then onneshon serve", err=True)
        context.invoke(serve, location=directory, host=host, port=port, processes=1)
