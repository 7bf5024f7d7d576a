"""Answer an agent that speaks the Model Context Protocol (pip install 'onneshon[mcp]')."""

import asyncio

from mcp import Client

from onneshon import Article, Engine
from onneshon.adapters.mcp.server import mcp_server

engine = Engine.of([Article(id="1", title="পদ্মার ইলিশ", body="নদীতে ধরা পড়ছে ইলিশ।")])


async def main() -> None:
    """Search as an agent does; other programs reach the same tools by `onneshon mcp`."""
    async with Client(mcp_server(lambda: engine)) as agent:
        print([tool.name for tool in (await agent.list_tools()).tools])
        answer = await agent.call_tool("search", {"query": "ilish"})
        print((answer.structured_content or {})["articles"][0]["passage"])


asyncio.run(main())

# prints:
# ['search', 'article', 'suggest', 'facets']
# নদীতে ধরা পড়ছে ইলিশ।
