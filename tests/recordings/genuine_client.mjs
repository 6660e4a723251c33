// What the tests ask, asked with Google's JavaScript SDK; prints the answers as JSON.
import { GoogleGenAI } from "@google/genai";

const [model, embedding, file] = process.argv.slice(2);
const ai = new GoogleGenAI({ apiKey: "offline-not-a-key", vertexai: false });
const told = {};

told.text = (await ai.models.generateContent({
  model, contents: "Write a story about a harbour.", config: { temperature: 0.5, seed: 1 },
})).text;

told.stream = [];
for await (const chunk of await ai.models.generateContentStream({ model, contents: "Write a story about a forest." })) {
  told.stream.push(chunk.text);
}

const uploaded = await ai.files.upload({ file, config: { mimeType: "text/plain" } });
told.file = (await ai.models.generateContent({
  model,
  contents: [{ role: "user", parts: [
    { text: "Quote the notes." }, { fileData: { fileUri: uploaded.uri, mimeType: "text/plain" } },
  ] }],
})).text;

const chat = ai.chats.create({ model });
told.chat = [];
for (const message of ["Write a story about a bridge.", "Write a story about a bird."]) {
  told.chat.push((await chat.sendMessage({ message })).text);
}

const first = await ai.interactions.create({ model, input: "Write a story about a river." });
const second = await ai.interactions.create({
  model, input: "Write a story about a bird.", previous_interaction_id: first.id,
});
told.interactions = [first, second].map((each) => each.steps.at(-1).content[0].text);

told.events = [];
for await (const event of await ai.interactions.create({ model, input: "Write a story about a hill.", stream: true })) {
  if (event.event_type === "step.delta") told.events.push(event.delta.text);
}

told.embedding = (await ai.models.embedContent({
  model: embedding, contents: ["A harbour"], config: { outputDimensionality: 8 },
})).embeddings[0].values;

const schema = {
  type: "object", properties: { room_name: { type: "string" } }, required: ["room_name"],
};
const config = { tools: [{ functionDeclarations: [
  { name: "light", description: "Turns on the light in a room.", parametersJsonSchema: schema },
] }] };
const asked = { role: "user", parts: [{ text: "Turn on the light in the kitchen" }] };
const calling = await ai.models.generateContent({ model, contents: [asked], config });
const result = { role: "user", parts: [{ functionResponse: {
  name: "light", response: { is_on: true, lumen: 1.0 },
} }] };
const after = await ai.models.generateContent({
  model, contents: [asked, calling.candidates[0].content, result], config,
});
told.function = [calling.functionCalls[0].args, after.text];

console.log(JSON.stringify(told));
