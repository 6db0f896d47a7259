import type { Message } from "../incoming.js";

/** The most messages that the npm client sends in one POST: `MAX_LONGPOLL_BATCH_SIZE` of phoenix 1.8.16. */
const MAX_MESSAGES = 100;
/** RFC 4648, section 4, with padding. */
const BASE64 = /^[+/\dA-Za-z]+={0,2}$/;

/**
 * The messages of a POST. A text message is a JSON array, so it begins with `[`; anything else is bytes in base64.
 *
 * @param lines whether each line is a message (`application/x-ndjson`); otherwise the whole body is one
 * @returns undefined if no client of ours sends such a body
 * @example
 * readBody('["1","2","room","ping",{}]\nAAE=', true); // ['["1","2","room","ping",{}]', Uint8Array [0, 1]]
 */
export function readBody(body: string, lines: boolean): Message[] | undefined {
  // The npm client separates messages with line breaks; other clients end each message with one.
  const texts = lines ? body.replace(/\n$/, "").split("\n", MAX_MESSAGES + 1) : [body];
  if (texts.length > MAX_MESSAGES) return undefined;
  const messages: Message[] = [];
  for (const text of texts) {
    const message = text.startsWith("[") ? text : readBytes(text);
    if (message === undefined) return undefined;
    messages.push(message);
  }
  return messages;
}

function readBytes(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 && BASE64.test(text) ? Buffer.from(text, "base64") : undefined;
}
