/** A message to one person, as plain text. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** A message that was delivered, as the mailbox shows it. */
export interface DeliveredMail extends Mail {
  id: number;
  at: Date;
}

/** Sends one message; a promise is awaited. A real application calls its mail service here. */
export type Deliver = (mail: Mail) => unknown;

export interface Mailbox {
  deliver: (mail: Mail) => DeliveredMail;
  /** The messages, newest first. */
  list: () => readonly DeliveredMail[];
}

/**
 * The mailbox of development: mail is kept in memory and shown on a page instead of being sent.
 *
 * @param options.keep how many messages are kept; the oldest goes first. Default 50
 * @example
 * const mailbox = createMailbox();
 * mailbox.deliver({ to: "ada@blog.example", subject: "Hello", text: "…" });
 */
export function createMailbox(options: { keep?: number; now?: () => Date } = {}): Mailbox {
  const { keep = 50, now = () => new Date() } = options;
  const mails: DeliveredMail[] = [];
  let lastId = 0;

  return {
    deliver(mail) {
      const delivered = { ...mail, id: ++lastId, at: now() };
      mails.unshift(delivered);
      mails.length = Math.min(mails.length, keep);
      return delivered;
    },
    list: () => [...mails],
  };
}
