// The `openai` SDK for Node with Chat Completions: `runTools` streams and runs the tool itself.
import OpenAI from "openai";
import { DESCRIPTION, NAME, PARAMETERS, QUESTION, baseURL, getWeather, report } from "./weather.mjs";

const client = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 0 });
const calls = [];
let text = "";
const runner = client.chat.completions.runTools({
  model: "any",
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: "user", content: QUESTION }],
  tools: [
    {
      type: "function",
      function: {
        name: NAME,
        description: DESCRIPTION,
        parameters: PARAMETERS,
        parse: JSON.parse,
        function: getWeather,
      },
    },
  ],
});
runner.on("functionToolCall", ({ name, arguments: given }) => {
  calls.push({ name, arguments: JSON.parse(given) });
});
runner.on("content", (delta) => {
  text += delta;
});
const final = await runner.finalContent();
const used = await runner.totalUsage();
report({ text, final, calls, tokens: [used.prompt_tokens, used.completion_tokens] });
