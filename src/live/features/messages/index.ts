/** What a view receives: topics, its own messages, timers. @module */
export { childMessage, ChildMessage } from "./child-message.js";
export { Clock, DeclaredTopics, every, type MessageSource, type PayloadOf, type ResultOf } from "./declared-topics.js";
export { after, checkMilliseconds, messageSocket, type MessageSocket } from "./message-socket.js";
