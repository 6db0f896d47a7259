/** Values that are loaded beside the view. @module */
export { assignAsync, streamAsync, type AssignAsyncOptions, type AsyncStream } from "./async-assign.js";
export { AsyncResult, type AsyncOutcome, type AsyncTask } from "./async-result.js";
export { tasksDone } from "./tasks.js";
export { asyncSocket, type AsyncSocket } from "./async-socket.js";
