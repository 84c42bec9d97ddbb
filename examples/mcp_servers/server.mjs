// An MCP server on the TypeScript SDK with one tool that asks its user: an example of a judged one.

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const server = new McpServer({ name: "table", version: "1.0.0" });

const form = {
  type: "object",
  properties: {
    guests: { type: "integer", title: "How many guests?", minimum: 1, maximum: 12 },
    place: { type: "string", title: "Where?", enum: ["inside", "outside"], default: "inside" },
  },
  required: ["guests"],
};

const said = (text) => ({ content: [{ type: "text", text }] });

server.registerTool(
  "book_table",
  {
    description: "Books a table, once the user has said for how many.",
    inputSchema: { day: z.string() },
  },
  async ({ day }) => {
    const message = `A table on ${day}: for how many?`;
    const answer = await server.server.elicitInput({ message, requestedSchema: form });
    if (answer.action !== "accept") return said(`not booked: ${answer.action}`);
    const { guests, place = "inside" } = answer.content;
    return said(`booked: ${guests} guests, ${place}`);
  },
);

server.registerTool("opening_hours", { description: "Says when the place is open." }, () =>
  said("18 to 23"),
);

await server.connect(new StdioServerTransport());
