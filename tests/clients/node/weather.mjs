// What every Node client shares: the tool that the model may call, and how it reports.
export const QUESTION = "What is the weather in Oslo?";
export const NAME = "get_weather";
export const DESCRIPTION = "Says what the weather is.";
export const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};

export const getWeather = ({ city }) => `7 degrees in ${city}`;

export const [baseURL, api] = process.argv.slice(2);

// Prints what was understood, in the shape of `Understood` of the Python programs.
export function report({ text = "", final = "", calls = [], reasoning = "", tokens = [] }) {
  console.log(JSON.stringify({ text, final, calls, reasoning, tokens }));
}
