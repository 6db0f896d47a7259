import type { Frame } from "../protocol/index.js";
import type { UserSocket } from "./user-socket.js";
import { ChannelTopic, type ChannelContext, type ConnectedUser } from "./channel-topic.js";
import type { TopicHandle, TopicHandler, TopicMatcher } from "./topic.js";

/** Joins of a user socket's channels. */
export class ChannelJoins implements TopicMatcher {
  readonly #socket: UserSocket;
  readonly #user: ConnectedUser;
  readonly #context: ChannelContext;

  constructor(socket: UserSocket, user: ConnectedUser, context: ChannelContext) {
    this.#socket = socket;
    this.#user = user;
    this.#context = context;
  }

  join(topic: TopicHandle, frame: Frame, bytes: number): TopicHandler | undefined {
    const match = this.#socket.match(topic.topic);
    if (match === undefined) return undefined;
    const joined = new ChannelTopic(match.channel, topic, this.#user, this.#context);
    joined.begin(frame, match.wildcard, bytes);
    return joined;
  }
}
