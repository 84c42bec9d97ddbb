// The Vercel AI SDK: `streamText` with a tool, over either API.
import { createOpenAI } from "@ai-sdk/openai";
import { jsonSchema, stepCountIs, streamText, tool } from "ai";
import { DESCRIPTION, NAME, PARAMETERS, QUESTION, api, baseURL, getWeather, report } from "./weather.mjs";

const provider = createOpenAI({ baseURL, apiKey: "unused" });
const run = streamText({
  model: api === "responses" ? provider.responses("any") : provider.chat("any"),
  maxRetries: 0,
  prompt: QUESTION,
  tools: {
    [NAME]: tool({
      description: DESCRIPTION,
      inputSchema: jsonSchema(PARAMETERS),
      execute: getWeather,
    }),
  },
  stopWhen: stepCountIs(5),
});
let text = "";
for await (const delta of run.textStream) text += delta;
const steps = await run.steps;
const used = await run.totalUsage;
report({
  text,
  final: await run.text,
  calls: steps.flatMap((step) =>
    step.toolCalls.map(({ toolName, input }) => ({ name: toolName, arguments: input })),
  ),
  tokens: [used.inputTokens, used.outputTokens],
});
