import { Socket, type Channel } from "phoenix";
import { WebSocket } from "ws";
import { within } from "./wait.js";

/** The unmodified `phoenix` client in Node, over a websocket with a browser's `Origin`. */
export class PhoenixClient {
  readonly socket: Socket;
  readonly #opened: WebSocket[];

  constructor(base: string, { path = "/socket", params = {}, authToken }: { path?: string; params?: Record<string, string>; authToken?: string } = {}) {
    const opened: WebSocket[] = (this.#opened = []);
    // This class is all that the client needs from a browser.
    class Transport extends WebSocket {
      constructor(url: string, protocols?: string[]) {
        super(url, protocols, { headers: { origin: base, "user-agent": "phoenix in a test" } });
        opened.push(this);
      }
    }
    this.socket = new Socket(base.replace(/^http/, "ws") + path, {
      params, authToken, transport: Transport as unknown as new (endpoint: string) => object, reconnectAfterMs: () => 1, rejoinAfterMs: () => 0,
    });
    this.socket.connect();
  }

  /** Joins a topic; returns the channel and the join's reply. */
  async join(topic: string, params: object = {}): Promise<{ channel: Channel; reply: unknown }> {
    const channel = this.socket.channel(topic, params);
    return { channel, reply: await answer(channel.join(), `join ${topic}`) };
  }

  /** Loses the connection, as a failing network would: the client notices that it has ended. */
  cut(): void {
    this.#opened.at(-1)!.terminate();
  }

  get connections(): number {
    return this.#opened.length;
  }

  close(): void {
    this.socket.disconnect();
    for (const opened of this.#opened) opened.terminate();
  }
}

/** The reply to a push. Rejects with the response of an error. */
export function answer(push: ReturnType<Channel["push"]>, what: string): Promise<unknown> {
  return within(new Promise((resolve, reject) => {
    push.receive("ok", resolve).receive("error", (response: unknown) => reject(new Error(JSON.stringify(response))));
  }), what);
}

/** The payloads of an event from now on. */
export function heard(channel: Channel, event: string): unknown[] {
  const payloads: unknown[] = [];
  channel.on(event, (payload: unknown) => void payloads.push(payload));
  return payloads;
}
