import { html, liveView, stream, topic } from "holdfast";

export interface Message {
  readonly seq: number;
  readonly text: string;
}
/** A published message: it replaces the last one, or is appended to the list too. */
export interface Published {
  readonly listed: boolean;
  readonly message: Message;
}
export const feed = topic<Published>("feed");

export const Feed = liveView.define({
  name: "feed",
  authorize: "public",
  topics: () => ({ feed }),
  mount: () => ({
    last: undefined as Message | undefined,
    messages: stream<Message>([], { domId: ({ seq }) => `message-${seq}` }),
  }),
  messages: {
    feed(socket, { listed, message }) {
      socket.assign({ last: message });
      if (listed) socket.streamInsert("messages", message, { at: 0, limit: 20 });
    },
  },
  render: ({ last, messages }) => html`
    <div id="feed">
      ${last && html`<p id="last">${last.seq}: ${last.text}</p>`}
      <ul id="messages" phx-update="stream">${messages.map(({ seq, text }, domId) => html`<li id=${domId}>${seq}: ${text}</li>`)}</ul>
    </div>`,
});
