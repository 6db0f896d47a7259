/** Values that are loaded beside the view. @module */
export { assignAsync, streamAsync, type AssignAsyncOptions, type AsyncStream } from "./async-assign.js";
export { AsyncResult, type AsyncOk, type AsyncOutcome, type AsyncPending, type AsyncTask } from "./async-result.js";
export { tasksDone } from "./tasks.js";
export { asyncSocket, type AsyncNames, type AsyncSocket, type AsyncValue } from "./async-socket.js";
