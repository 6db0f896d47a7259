import { html, liveView, topic } from "holdfast";

export interface Message {
  readonly seq: number;
  readonly text: string;
}
export const feed = topic<Message>("feed");

export const Feed = liveView.define({
  name: "feed",
  authorize: "public",
  mount(socket): { last: Message | undefined } {
    socket.subscribe(feed, (last) => socket.assign({ last }));
    return { last: undefined };
  },
  render: ({ last }) => html`<div id="feed">${last && html`<p id="last">${last.seq}: ${last.text}</p>`}</div>`,
});
