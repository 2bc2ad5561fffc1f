// A small application on the official SDK: an assistant for travellers that looks
// the weather up. Its arguments are what the traveller says, one turn after the
// other; it prints the answers as they come.
//
//   npm ci && npm run build
//   evalrun capture -- node dist/travel.js "Do I need an umbrella in Rome?" "And in Oslo?"
import Anthropic from "@anthropic-ai/sdk";

const tools: Anthropic.Tool[] = [
  {
    name: "get_weather",
    description: "The weather in a city, today.",
    input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
];

// weather stands for a service that the application would ask.
const weather: Record<string, string> = { Rome: "18 degrees, rain", Oslo: "-4 degrees, snow", Paris: "12 degrees, dry" };

function result(use: Anthropic.ToolUseBlock): Anthropic.ToolResultBlockParam {
  const { city } = use.input as { city: string };
  const report = weather[city];
  return { type: "tool_result", tool_use_id: use.id, content: report ?? `there is no station in "${city}"`, is_error: report === undefined };
}

const client = new Anthropic(); // reads ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL
const messages: Anthropic.MessageParam[] = [];

// answer streams the assistant's turn, with all tools that it takes.
async function answer(): Promise<void> {
  for (;;) {
    const stream = client.messages.stream({
      model: "claude-haiku-4-5",
      max_tokens: 1024,
      system: "You help travellers. Look the weather up before you speak of it. Answer in one or two sentences.",
      messages,
      tools,
    });
    stream.on("text", (text) => process.stdout.write(text));
    const message = await stream.finalMessage();
    messages.push({ role: "assistant", content: message.content });
    const uses = message.content.filter((block) => block.type === "tool_use");
    if (uses.length === 0) {
      process.stdout.write("\n");
      return;
    }
    messages.push({ role: "user", content: uses.map(result) });
  }
}

try {
  for (const said of process.argv.slice(2)) {
    messages.push({ role: "user", content: said });
    await answer();
  }
} catch (error) {
  console.error("travel:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
