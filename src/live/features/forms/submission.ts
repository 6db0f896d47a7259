import { HoldfastError } from "../../../errors/index.js";
import { Feature, ownerOf, socketPart } from "../../socket/index.js";

/** A form's submission, as its handler sees it. */
export interface Submission {
  /**
   * 22 characters that the page has carried since the form was rendered first, also across a crash and a restart: a form sent
   * again has the same id. Put a unique key on it in your database, together with the user, and a form sent twice is stored
   * once.
   */
  readonly id: string;
}

/** What the socket knows about the form that was sent. */
export interface FormSocket {
  /**
   * The submission that this handler answers.
   *
   * @throws HoldfastError `socket_misuse` outside of the handler of a form's event
   * @example
   * handle: (socket, order) => shop.place({ ...order, key: socket.submission.id }),
   */
  readonly submission: Submission;
}

/** The submission that a view or a component is processing: one at a time, as in its mailbox. */
export class CurrentSubmission extends Feature {
  now: Submission | undefined;
}

export const formSocket = socketPart({
  get submission(): Submission {
    const submission = ownerOf(this).peek(CurrentSubmission)?.now;
    if (submission !== undefined) return submission;
    throw new HoldfastError("socket_misuse", {
      what: "socket.submission was read outside the handler of a form.",
      expected: "the handler of an event with a form",
      fix: 'save: { form: "draft", handle: (socket, data) => shop.place(data, socket.submission.id) }',
    });
  },
});
