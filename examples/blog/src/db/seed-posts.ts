interface SeedPost {
  title: string;
  body: string;
  author: string;
  /** How long before the seeding the post was written. */
  hoursAgo: number;
}

const EDITOR = "editor@blog.example";
const ADMIN = "admin@blog.example";

/** The posts of a fresh blog, newest first. An empty line separates paragraphs. */
export const SEED_POSTS: readonly SeedPost[] = [
  {
    title: "A page that stays in touch",
    author: EDITOR,
    hoursAgo: 3,
    body: `Most pages are letters. The server writes one, puts it in the post, and forgets that you exist. \
If anything changes after that, you will not hear of it until you ask again.

This page is more like a telephone call. After the first answer the line stays open, and when an editor \
fixes a typo in this paragraph, the paragraph changes in front of you. Nobody reloads. Nothing blinks. \
Your cursor stays where it was.

Try it with two windows side by side: open this post in one and edit it in the other. It is a small thing \
to look at, and surprisingly hard to go back from.`,
  },
  {
    title: "Two doors, one lock",
    author: ADMIN,
    hoursAgo: 27,
    body: `A live page is reached by two doors. The first is the ordinary request that brings the HTML. \
The second is the connection that opens a moment later and stays. It is easy to put a good lock on the \
first and to think of the second as being inside the house.

It is not. Anyone can walk up to the second door without ever having used the first. So whoever is checked \
at one must be checked at the other: the same question, asked in the same way, and best of all written \
down only once.

And then there is the guest who was welcome this morning and is not this evening. Checking at the door is \
no use for people who are already at the table. That is why every action asks again, and why leaving has \
to mean leaving: when an account is closed, every window it had open closes too.`,
  },
  {
    title: "In praise of the boring database",
    author: EDITOR,
    hoursAgo: 75,
    body: `This blog keeps everything in one file. You can copy it, mail it, open it with a tool that is \
older than some of its users, and ask it questions in a language your grandmother's bank understood.

People apologise for such choices. "It is only a small site," they say, as if the file were a bicycle and \
they were saving for a car. But the file answers in microseconds, has never once been unreachable over a \
network, and its backup procedure fits on a postcard.

Choose the boring thing first. It leaves you with more surprise to spend on the parts that deserve it.`,
  },
  {
    title: "What a good error message owes you",
    author: EDITOR,
    hoursAgo: 150,
    body: `You meet an error message at a bad moment. You were going somewhere, and now you are here. So \
the first thing it owes you is brevity, and the second is a direction.

A good one says four things: what happened, what was expected, what was there instead, and what you might \
do about it. Three of those are facts and the program has them all. Only the last takes imagination, and \
it is the one that gets quoted in thank-you notes.

There is a second audience, though, and it is owed much less. A stranger on the other end of a wire should \
learn that something went wrong, be given a number to mention when they call, and nothing else. The same \
event, two messages. Mixing them up is how secrets get out.`,
  },
  {
    title: "Notes from a slow morning",
    author: ADMIN,
    hoursAgo: 320,
    body: `The train was late, so I wrote this by hand. It turns out that a pen has an excellent undo: you \
cross the word out, and there it still is, in case you were right the first time.

I have been thinking about software that waits well. The lift that shows which floor it is on. The kettle \
that clicks. They do not go any faster for telling you, but the waiting becomes yours again.

A button that has been pressed should look pressed. A form that is on its way should look as if it were. \
And when the line goes dead, say so, quietly, at the top of the page, and go on trying. Most of courtesy \
is only that: letting people know where they stand.`,
  },
];
