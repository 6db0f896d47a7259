import type { Browser, Page } from "../support/browser.js";
import { chunkFrame, RawSocket, type Frame } from "../support/raw-socket.js";
import { mapStrings, type RecordedFrame, type Session, type Step } from "./recording.js";

/** Sends a numbered message to the feed. */
type Broadcast = (listed: boolean, seq: number) => void;

/** Plays a recorded client against a page of ours, and gives what ours sends in the recording's own terms. */
export class Player {
  readonly #page: Page;
  readonly #socket: RawSocket;
  readonly #base: string;
  readonly #broadcast: Broadcast;
  readonly #csrf: string;
  /** What the placeholders of tokens stand for. */
  #flash = "";
  #entry = "";
  /** The ref of the page's file input. */
  get #upload(): string {
    return /data-phx-upload-ref="([^"]+)"/.exec(this.#page.html)?.[1] ?? "$upload";
  }
  #taken = 0;
  #heartbeats = 1_000_000;

  private constructor(page: Page, socket: RawSocket, browser: Browser, csrf: string, broadcast: Broadcast) {
    this.#page = page;
    this.#socket = socket;
    this.#base = browser.base;
    this.#csrf = csrf;
    this.#broadcast = broadcast;
  }

  static async open(browser: Browser, { path, open }: Session, broadcast: Broadcast): Promise<Player> {
    const page = await browser.get(path);
    const { cookie, csrf } = { cookie: browser.cookie, csrf: page.csrf, ...open };
    return new Player(page, await RawSocket.connect(browser.base, { cookie, csrf }), browser, csrf, broadcast);
  }

  /** Does what the step did, and gives all frames that came. */
  async play({ send = [], chunk, broadcast, receive }: Step, expected: number = receive.length): Promise<unknown[]> {
    for (const frame of send) this.#socket.raw(JSON.stringify(mapStrings(frame, (text) => this.#ours(text))));
    if (chunk !== undefined) this.#socket.raw(chunkFrame(chunk.joinRef, chunk.ref, chunk.topic, Buffer.alloc(chunk.bytes, "a")));
    if (broadcast !== undefined) this.#broadcast(broadcast.listed, broadcast.seq);
    const until = this.#taken + expected;
    // Too few: whoever compares them says which are missing.
    await this.#socket.frame(() => this.#socket.frames.length >= until, "all frames of the step").catch(() => {});
    // Too many: they have come when this answer comes, or they come with the next step's.
    const ref = String(++this.#heartbeats);
    this.#socket.send(null, ref, "phoenix", "heartbeat");
    const answer = await this.#socket.frame(([, r, topic]) => topic === "phoenix" && r === ref, "a heartbeat's answer");
    const came = this.#socket.frames.slice(this.#taken).filter((frame) => frame !== answer);
    this.#taken = this.#socket.frames.length;
    return came.map((frame) => this.#theirs(frame));
  }

  close(): void {
    this.#socket.terminate();
  }

  /** A placeholder's value here. */
  #ours(text: string): string | null {
    const page = this.#page;
    switch (text) {
      case "$topic": return page.topic;
      case "$csrf": return this.#csrf;
      case "$session": return page.session;
      case "$tampered": return `${page.session.slice(0, -4)}AAAA`;
      case "$static": return page.static;
      case "$flash": return this.#flash;
      case "$entry": return this.#entry;
      default: return text.replace("$base", this.#base).replace("$upload", this.#upload);
    }
  }

  /** A frame of ours with placeholders for what is another one each time. */
  #theirs(frame: Frame): RecordedFrame {
    return mapStrings(frame, (text, key) => {
      if (text === this.#page.topic) return "$topic";
      if (text.includes(this.#upload)) return text.replace(this.#upload, "$upload");
      if (/^\d+$/.test(key ?? "") && text.length > 100 && !text.includes(" ")) {
        this.#entry = text;
        return "$entry";
      }
      if (key === "liveview_version") return "$version";
      if (key === "token" && text.length > 20) return "$token";
      if (key !== "flash" || text.length < 20) return text;
      this.#flash = text;
      return "$flash";
    }) as RecordedFrame;
  }
}
