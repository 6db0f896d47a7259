// The browser's end of in-memory sockets, for tens of thousands of rounds. It keeps no document and no tree, only what a join
// needs: what the testing kit keeps would be half the cost of each round. It uses the endpoint as an adapter does.
import { hostOf } from "../../dist/endpoint/index.js";

const ORIGIN = "http://localhost";
const ADDRESS = "127.0.0.1";

/** A page as received over HTTP. */
class Page {
  constructor(url, body) {
    this.url = url;
    this.csrf = /name="csrf-token" content="([^"]+)"/.exec(body)?.[1];
    const main = /<[^>]* data-phx-main[^>]*>/.exec(body)?.[0];
    if (main === undefined) throw new Error(`no live page at ${url}: ${body.slice(0, 200)}`);
    this.topic = `lv:${attribute(main, "id")}`;
    this.session = attribute(main, "data-phx-session");
    this.static = attribute(main, "data-phx-static");
  }
}

const attribute = (element, name) => new RegExp(` ${name}="([^"]*)"`).exec(element)?.[1];

/** A browser: its cookies, and the endpoint that it visits. */
export class SoakBrowser {
  #endpoint;
  #cookies = new Map();

  constructor(endpoint) {
    this.#endpoint = endpoint;
  }

  #headers(more) {
    return { ...more, cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") };
  }

  async request(path) {
    const response = await this.#endpoint.app.fetch(new Request(ORIGIN + path, { headers: this.#headers() }), {});
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(";")[0].split("=");
      this.#cookies.set(name, value);
    }
    return response.text();
  }

  async get(path) {
    return new Page(ORIGIN + path, await this.request(path));
  }

  async connect({ csrf }) {
    const query = `vsn=2.0.0&_csrf_token=${encodeURIComponent(csrf)}`;
    const request = new Request(`${ORIGIN}/live/websocket?${query}`, { headers: this.#headers({ origin: ORIGIN }) });
    const connection = await new Promise((accept, reject) => {
      const refuse = ({ status }) => reject(new Error(`the handshake was refused: ${status}`));
      void hostOf(this.#endpoint).upgrade({ request, peer: ADDRESS, accept, refuse });
    });
    return new SoakSocket(connection, csrf);
  }
}

/** One socket. */
export class SoakSocket {
  #connection;
  #csrf;
  #ref = 0;
  #waiting = new Map();
  #joinRefs = new Map();
  /** By topic: how the server ended its last join, if it did. */
  ended = new Map();
  closed = undefined;
  /** The numbers of the page's components, by their ids. */
  cids = new Map();

  constructor(connection, csrf) {
    this.#connection = connection;
    this.#csrf = csrf;
    connection.open({
      buffered: 0,
      send: (text) => this.#take(text),
      push: (text) => this.#take(text),
      pause() {},
      resume() {},
      close: (code) => {
        this.closed = code;
        this.#forget(() => true);
      },
    });
  }

  #take(text) {
    const [joinRef, ref, topic, event, payload] = JSON.parse(text);
    if (event === "phx_reply") {
      const done = this.#waiting.get(ref)?.done;
      this.#waiting.delete(ref);
      done?.({ ...payload, text });
    } else if ((event === "phx_error" || event === "phx_close") && joinRef === this.#joinRefs.get(topic)) {
      this.ended.set(topic, event);
      this.#forget((waiting) => waiting.topic === topic);
    }
  }

  /** Drops pending messages that will not be answered any more. */
  #forget(which) {
    for (const [ref, waiting] of [...this.#waiting]) {
      if (!which(waiting)) continue;
      this.#waiting.delete(ref);
      waiting.done({ status: "gone", response: {} });
    }
  }

  /** Sends a message; resolves with its answer and the text of the frame. */
  push(topic, event, payload = {}, ref = String(++this.#ref)) {
    const text = JSON.stringify([this.#joinRefs.get(topic) ?? null, ref, topic, event, payload]);
    return new Promise((done) => {
      this.#waiting.set(ref, { topic, done });
      this.#connection.receiveText(text, text.length);
    });
  }

  /** Joins a page or a nested view. */
  join({ topic, session, static: fixed }, where) {
    const ref = String(++this.#ref);
    this.#joinRefs.set(topic, ref);
    this.ended.delete(topic);
    const params = { _csrf_token: this.#csrf, _mounts: 0 };
    return this.push(topic, "phx_join", { ...where, params, session, static: fixed || null, sticky: false }, ref);
  }

  event(topic, event, value = {}, cid = undefined) {
    return this.push(topic, "event", { type: "click", event, value, cid });
  }

  leave(topic) {
    return this.push(topic, "phx_leave");
  }

  settled(topic) {
    return this.#connection.settled(topic);
  }

  get topicCount() {
    return this.#connection.topicCount;
  }

  /** The browser goes away. */
  close() {
    this.#connection.closed();
    this.#forget(() => true);
  }
}

/** The nested views in an answer, by their ids. */
export function nestedIn(text) {
  const html = text.replaceAll('\\"', '"');
  return new Map([...html.matchAll(/ id="([\w-]+)" data-phx-session="([^"]+)"/g)].map(([, id, session]) => [
    id, { topic: `lv:${id}`, session },
  ]));
}

/** The numbers of those components in a join's answer that stand in a list, by their ids. */
export function cidsIn({ c: components }) {
  return new Map(Object.entries(components).flatMap(([cid, component]) => {
    const id = /(?:list|song)-\d/.exec(JSON.stringify(component))?.[0];
    return id === undefined ? [] : [[id, Number(cid)]];
  }));
}
