// The `openai` SDK for Node with the Responses API: streams, runs the tool, asks again.
import OpenAI from "openai";
import { DESCRIPTION, NAME, PARAMETERS, QUESTION, baseURL, getWeather, report } from "./weather.mjs";

const client = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 0 });
const tools = [
  { type: "function", name: NAME, description: DESCRIPTION, parameters: PARAMETERS, strict: true },
];
const input = [{ role: "user", content: QUESTION }];
const calls = [];
const tokens = [0, 0];
for (;;) {
  let text = "";
  const stream = client.responses.stream({ model: "any", input, tools });
  stream.on("response.output_text.delta", (event) => {
    text += event.delta;
  });
  const final = await stream.finalResponse();
  tokens[0] += final.usage.input_tokens;
  tokens[1] += final.usage.output_tokens;
  const made = final.output.filter((item) => item.type === "function_call");
  for (const { name, arguments: given, call_id } of made) {
    const parsed = JSON.parse(given);
    calls.push({ name, arguments: parsed });
    input.push({ type: "function_call", name, arguments: given, call_id });
    input.push({ type: "function_call_output", call_id, output: getWeather(parsed) });
  }
  if (made.length === 0) {
    report({ text, final: final.output_text, calls, tokens });
    break;
  }
}
