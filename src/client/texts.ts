/** The client's own texts on the page. */
export interface Texts {
  /** The connection is lost. */
  readonly reconnecting: string;
  /** The browser has no network at all. */
  readonly offline: string;
  /** Shown at a form that is longer than the server accepts. Both in UTF-8 bytes of the whole message. */
  readonly tooLarge: (bytes: number, limit: number) => string;
  /** Shown at a form for which so many files were chosen that their list is longer than the server accepts. */
  readonly tooManyFiles: (files: number) => string;
  /** Shown at a form whose content differs from when the user left it. */
  readonly offer: string;
  /** The buttons beside `offer`. */
  readonly restore: string;
  readonly discard: string;
}

/** The default texts. */
export const defaultTexts: Texts = {
  reconnecting: "Reconnecting …",
  offline: "You are offline. What you enter is kept.",
  tooLarge: (bytes, limit) =>
    `This is too long to be sent (${kib(bytes)} of at most ${kib(limit)} KB). Nothing is lost: shorten it, and it will be sent.`,
  tooManyFiles: (files) => `${files} files are too many at once, and none of them was added. Choose fewer.`,
  offer: "This form has changed since you wrote in it. Your own text was kept.",
  restore: "Put my text back",
  discard: "Discard it",
};

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}
